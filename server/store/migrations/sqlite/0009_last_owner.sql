-- A workspace keeps an owner, whoever writes.
CREATE TRIGGER members_owner_update BEFORE UPDATE ON members
WHEN OLD.role = 'owner' AND (NEW.role <> 'owner' OR NEW.workspace_id <> OLD.workspace_id) AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.workspace_id = OLD.workspace_id AND m.role = 'owner' AND m.user_id <> OLD.user_id)
BEGIN SELECT RAISE (ABORT, 'last_owner'); END;
CREATE TRIGGER members_owner_delete BEFORE DELETE ON members
WHEN OLD.role = 'owner' AND NOT EXISTS (
    SELECT 1 FROM members m WHERE m.workspace_id = OLD.workspace_id AND m.role = 'owner' AND m.user_id <> OLD.user_id)
BEGIN SELECT RAISE (ABORT, 'last_owner'); END;
