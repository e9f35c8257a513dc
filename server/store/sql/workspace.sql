-- name: workspace_insert
INSERT INTO workspaces (id, name, default_quote_asset, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)

-- name: workspace_insert_if_absent
INSERT INTO workspaces (id, name, default_quote_asset, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (id) DO NOTHING

-- name: workspace_get_for_member
SELECT w.id, w.name, w.default_quote_asset, m.role, w.version, w.created_at, w.updated_at
FROM workspaces w
JOIN members m ON m.workspace_id = w.id
WHERE w.id = $1 AND m.user_id = $2 AND w.deleted_at IS NULL

-- name: workspace_list_for_member
SELECT w.id, w.name, w.default_quote_asset, m.role, w.version, w.created_at, w.updated_at
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 AND w.deleted_at IS NULL AND (w.created_at > $2 OR (w.created_at = $2 AND w.id > $3))
ORDER BY w.created_at, w.id
LIMIT $4

-- name: workspace_count_made_by
-- Not those that somebody else added the user to: nobody uses up another's room.
SELECT count(*)
FROM workspaces
WHERE created_by = $1 AND deleted_at IS NULL

-- name: workspace_update
UPDATE workspaces
SET name = $3, default_quote_asset = $4, updated_at = $5, version = version + 1
WHERE id = $1 AND version = $2 AND deleted_at IS NULL

-- name: workspace_delete
UPDATE workspaces
SET deleted_at = $3, updated_at = $3, version = version + 1
WHERE id = $1 AND version = $2 AND deleted_at IS NULL

-- name: workspace_get_deleted
-- For its owners, while it can be had back: it was deleted after $3.
SELECT w.id, w.name, w.default_quote_asset, m.role, w.version, w.created_at, w.deleted_at
FROM workspaces w
JOIN members m ON m.workspace_id = w.id
WHERE w.id = $1 AND m.user_id = $2 AND m.role = 'owner' AND w.deleted_at > $3

-- name: workspace_list_deleted
-- The newest first.
SELECT w.id, w.name, w.default_quote_asset, m.role, w.version, w.created_at, w.deleted_at
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 AND m.role = 'owner' AND w.deleted_at > $2
ORDER BY w.deleted_at DESC, w.id DESC
LIMIT $3

-- name: workspace_restore
UPDATE workspaces
SET deleted_at = NULL, updated_at = $2, version = version + 1
WHERE id = $1 AND deleted_at IS NOT NULL

-- name: workspace_lock
-- Nobody else changes who its members are, or adds to what it has, until the transaction ends.
SELECT id
FROM workspaces
WHERE id = $1 AND deleted_at IS NULL
{for_update}
