-- name: user_insert_if_absent
INSERT INTO users (id, email, display_name, is_operator, active_workspace_id, created_at, email_key)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING

-- name: user_insert
INSERT INTO users (id, email, email_key, display_name, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: user_get
SELECT id, email, display_name, status, is_operator, active_workspace_id
FROM users
WHERE id = $1

-- name: user_set_active_workspace
UPDATE users
SET active_workspace_id = $2
WHERE id = $1
