-- name: member_insert_if_absent
INSERT INTO members (workspace_id, user_id, role, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, user_id) DO NOTHING

-- name: member_get
SELECT u.id, u.email, u.display_name, u.status, m.role, m.version, m.created_at
FROM members m
JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND m.user_id = $2

-- name: member_list
-- Oldest first; newer ones than the last one seen ($2, $3) follow.
SELECT u.id, u.email, u.display_name, u.status, m.role, m.version, m.created_at
FROM members m
JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND (m.created_at > $2 OR (m.created_at = $2 AND m.user_id > $3))
ORDER BY m.created_at, m.user_id
LIMIT $4

-- name: member_count_owners
-- Who can act as one: a disabled user cannot.
SELECT count(*)
FROM members m
JOIN users u ON u.id = m.user_id
WHERE m.workspace_id = $1 AND m.role = 'owner' AND u.status = 'active' AND m.user_id <> $2

-- name: member_count
SELECT count(*)
FROM members
WHERE workspace_id = $1

-- name: member_list_owned
-- Workspaces that the user owns.
SELECT m.workspace_id
FROM members m
JOIN workspaces w ON w.id = m.workspace_id
WHERE m.user_id = $1 AND m.role = 'owner' AND w.deleted_at IS NULL AND m.workspace_id > $2
ORDER BY m.workspace_id
LIMIT $3

-- name: member_set_role
UPDATE members
SET role = $3, version = version + 1
WHERE workspace_id = $1 AND user_id = $2

-- name: member_delete
DELETE FROM members
WHERE workspace_id = $1 AND user_id = $2
