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

-- name: workspace_count_for_member
SELECT count(*)
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 AND w.deleted_at IS NULL

-- name: workspace_update
UPDATE workspaces
SET name = $3, default_quote_asset = $4, updated_at = $5, version = version + 1
WHERE id = $1 AND version = $2 AND deleted_at IS NULL

-- name: workspace_delete
UPDATE workspaces
SET deleted_at = $3, updated_at = $3, version = version + 1
WHERE id = $1 AND version = $2 AND deleted_at IS NULL

-- name: member_insert_if_absent
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, user_id) DO NOTHING

-- name: workspace_lock
-- Whoever counts what a workspace has before adding to it, one after the other.
SELECT id
FROM workspaces
WHERE id = $1
{for_update}
