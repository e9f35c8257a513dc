-- name: invitation_insert
INSERT INTO invitations (id, token_hash, workspace_id, email, email_key, role, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: invitation_revoke_same
-- Of one who is invited again the older invitations end.
UPDATE invitations
SET revoked_at = $3
WHERE workspace_id = $1 AND email_key = $2 AND accepted_at IS NULL AND revoked_at IS NULL

-- name: invitation_count
-- Those that wait for their user.
SELECT count(*)
FROM invitations
WHERE workspace_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2

-- name: invitation_list
-- Newest first; older ones than the last one seen ($2, $3) follow.
SELECT i.id, i.workspace_id, w.name, i.email, i.email_key, i.role, i.created_by, u.display_name, i.created_at,
    i.expires_at, COALESCE(i.sent_at, 0), COALESCE(i.accepted_at, 0), COALESCE(i.revoked_at, 0)
FROM invitations i
JOIN workspaces w ON w.id = i.workspace_id
JOIN users u ON u.id = i.created_by
WHERE i.workspace_id = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL
    AND (i.created_at < $2 OR (i.created_at = $2 AND i.id < $3))
ORDER BY i.created_at DESC, i.id DESC
LIMIT $4

-- name: invitation_get
SELECT i.id, i.workspace_id, w.name, i.email, i.email_key, i.role, i.created_by, u.display_name, i.created_at,
    i.expires_at, COALESCE(i.sent_at, 0), COALESCE(i.accepted_at, 0), COALESCE(i.revoked_at, 0)
FROM invitations i
JOIN workspaces w ON w.id = i.workspace_id
JOIN users u ON u.id = i.created_by
WHERE i.workspace_id = $1 AND i.id = $2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL

-- name: invitation_find
-- One that can be accepted: whoever sent it is still an owner, and may be one.
SELECT i.id, i.workspace_id, w.name, i.email, i.email_key, i.role, i.created_by, u.display_name, i.created_at,
    i.expires_at, COALESCE(i.sent_at, 0), COALESCE(i.accepted_at, 0), COALESCE(i.revoked_at, 0)
FROM invitations i
JOIN workspaces w ON w.id = i.workspace_id
JOIN users u ON u.id = i.created_by
JOIN members m ON m.workspace_id = i.workspace_id AND m.user_id = i.created_by
WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2
    AND w.deleted_at IS NULL AND u.status = 'active' AND m.role = 'owner'

-- name: invitation_accept
UPDATE invitations
SET accepted_at = $2, accepted_by = $3
WHERE id = $1 AND accepted_at IS NULL AND revoked_at IS NULL

-- name: invitation_revoke
UPDATE invitations
SET revoked_at = $3
WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL

-- name: invitation_renew
UPDATE invitations
SET token_hash = $3, expires_at = $4, sent_at = NULL
WHERE workspace_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL

-- name: invitation_set_sent
UPDATE invitations
SET sent_at = $2
WHERE id = $1

-- name: invitation_forget
-- Accepted, revoked or expired before $1, at most $2.
DELETE FROM invitations
WHERE id IN (
    SELECT id
    FROM invitations
    WHERE COALESCE(accepted_at, revoked_at, expires_at) < $1
    ORDER BY COALESCE(accepted_at, revoked_at, expires_at)
    LIMIT $2
    {skip_locked}
)
