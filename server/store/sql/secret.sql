-- name: secret_insert_if_absent
INSERT INTO secrets (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO NOTHING

-- name: secret_get
SELECT value
FROM secrets
WHERE name = $1
