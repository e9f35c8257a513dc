-- Sets of categories of a workspace, and their versions. One that was deleted is not there but for what a backtest
-- recorded.

-- name: category_set_insert
INSERT INTO category_sets (workspace_id, id, name, version, created_by, created_at, updated_at)
VALUES ($1, $2, $3, 1, $4, $5, $5)

-- name: category_set_version_insert
INSERT INTO category_set_versions (workspace_id, set_id, version, content, category_count, symbol_count, created_by,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: category_set_count
SELECT count(*)
FROM category_sets
WHERE workspace_id = $1 AND deleted_at IS NULL

-- name: category_set_get
-- With the version asked for; 0: the newest.
SELECT s.workspace_id, s.id, s.name, s.version, s.revision, s.created_by, s.created_at, s.updated_at, v.version,
    v.category_count, v.symbol_count, v.created_by, v.created_at, v.content
FROM category_sets s
JOIN category_set_versions v ON v.workspace_id = s.workspace_id AND v.set_id = s.id
    AND v.version = COALESCE(NULLIF(CAST($3 AS bigint), 0), s.version)
WHERE s.workspace_id = $1 AND s.id = $2 AND s.deleted_at IS NULL

-- name: category_set_list
SELECT s.workspace_id, s.id, s.name, s.version, s.revision, s.created_by, s.created_at, s.updated_at, v.version,
    v.category_count, v.symbol_count, v.created_by, v.created_at, NULL AS content
FROM category_sets s
JOIN category_set_versions v ON v.workspace_id = s.workspace_id AND v.set_id = s.id AND v.version = s.version
WHERE s.workspace_id = $1 AND s.deleted_at IS NULL AND (s.created_at > $2 OR (s.created_at = $2 AND s.id > $3))
ORDER BY s.created_at, s.id
LIMIT $4

-- name: category_set_version_list
-- Newest first; older ones than the last one seen ($3) follow.
SELECT s.workspace_id, s.id, s.name, s.version, s.revision, s.created_by, s.created_at, s.updated_at, v.version,
    v.category_count, v.symbol_count, v.created_by, v.created_at, NULL AS content
FROM category_sets s
JOIN category_set_versions v ON v.workspace_id = s.workspace_id AND v.set_id = s.id
WHERE s.workspace_id = $1 AND s.id = $2 AND s.deleted_at IS NULL AND v.version < $3
ORDER BY v.version DESC
LIMIT $4

-- name: category_set_update
UPDATE category_sets
SET name = $4, version = $5, updated_at = $6, revision = revision + 1
WHERE workspace_id = $1 AND id = $2 AND revision = $3 AND deleted_at IS NULL

-- name: category_set_delete
UPDATE category_sets
SET deleted_at = $4, updated_at = $4, revision = revision + 1
WHERE workspace_id = $1 AND id = $2 AND revision = $3 AND deleted_at IS NULL

-- name: category_set_prune_versions
-- Those of a deleted set that no backtest refers to.
DELETE FROM category_set_versions
WHERE workspace_id = $1 AND set_id = $2
    AND EXISTS (SELECT 1 FROM category_sets s WHERE s.workspace_id = $1 AND s.id = $2 AND s.deleted_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM backtest_category_sets b WHERE b.workspace_id = category_set_versions.workspace_id
        AND b.set_id = category_set_versions.set_id AND b.version = category_set_versions.version)

-- name: category_set_prune
DELETE FROM category_sets
WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM category_set_versions v WHERE v.workspace_id = category_sets.workspace_id
        AND v.set_id = category_sets.id)

-- name: category_set_newest
SELECT workspace_id, version
FROM category_sets
WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL

-- name: category_set_newest_for_member
SELECT s.workspace_id, s.version
FROM category_sets s
JOIN workspaces w ON w.id = s.workspace_id
JOIN members m ON m.workspace_id = s.workspace_id
WHERE s.id = $1 AND m.user_id = $2 AND s.deleted_at IS NULL AND w.deleted_at IS NULL

-- name: category_set_content
-- Of a deleted set, too, while the version is there.
SELECT content
FROM category_set_versions
WHERE workspace_id = $1 AND set_id = $2 AND version = $3

-- name: category_set_refer
INSERT INTO backtest_category_sets (workspace_id, backtest_id, set_id, version)
VALUES ($1, $2, $3, $4)

-- name: category_set_of_backtest
SELECT set_id
FROM backtest_category_sets
WHERE workspace_id = $1 AND backtest_id = $2
