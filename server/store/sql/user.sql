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

-- name: user_hold
-- Whether they may do anything stays so to the end of the transaction.
SELECT status
FROM users
WHERE id = $1
{for_update}

-- name: user_count_made_by
SELECT count(*)
FROM users
WHERE created_by = $1

-- name: user_set_active_workspace
UPDATE users
SET active_workspace_id = $2
WHERE id = $1

-- name: user_list
-- Oldest first; newer ones than the last one seen ($1, $2) follow. $3: part of the e-mail or the name, in lower case.
SELECT u.id, u.email, u.display_name, u.status, u.is_operator, u.created_at, u.version,
    COALESCE((SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id), 0),
    CASE WHEN EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id) THEN 1 ELSE 0 END
FROM users u
WHERE (u.created_at > $1 OR (u.created_at = $1 AND u.id > $2))
    AND ($3 = '' OR u.email_key LIKE '%' || $3 || '%' ESCAPE '\' OR lower(u.display_name) LIKE '%' || $3 || '%' ESCAPE '\')
ORDER BY u.created_at, u.id
LIMIT $4

-- name: user_get_account
SELECT u.id, u.email, u.display_name, u.status, u.is_operator, u.created_at, u.version,
    COALESCE((SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id), 0),
    CASE WHEN EXISTS (SELECT 1 FROM credentials c WHERE c.user_id = u.id) THEN 1 ELSE 0 END
FROM users u
WHERE u.id = $1

-- name: user_set_status
UPDATE users
SET status = $2, is_operator = $3, version = version + 1
WHERE id = $1

-- name: user_count_operators
-- They stay what they are to the end of the transaction.
SELECT count(*)
FROM (
    SELECT id
    FROM users
    WHERE is_operator = 1 AND status = 'active'
    ORDER BY id
    {for_update}
) AS held

-- name: user_set_name
UPDATE users
SET display_name = $2, version = version + 1
WHERE id = $1

-- name: preferences_get
SELECT data, version
FROM preferences
WHERE user_id = $1

-- name: preferences_put
-- In the place of version $4, or with a number below 0 of any.
INSERT INTO preferences (user_id, data, updated_at)
VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at,
    version = preferences.version + 1
    WHERE preferences.version = $4 OR $4 < 0
