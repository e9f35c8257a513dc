-- A workspace keeps an owner, whoever writes. Its row is held, so that of two who go at once one stays.
CREATE FUNCTION members_keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.role = 'owner' AND NEW.workspace_id = OLD.workspace_id THEN RETURN NEW; END IF;
    PERFORM 1 FROM workspaces WHERE id = OLD.workspace_id FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM members m
                   WHERE m.workspace_id = OLD.workspace_id AND m.role = 'owner' AND m.user_id <> OLD.user_id) THEN
        RAISE EXCEPTION 'last_owner' USING ERRCODE = '23514';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER members_owner BEFORE UPDATE OR DELETE ON members FOR EACH ROW WHEN (OLD.role = 'owner')
    EXECUTE FUNCTION members_keep_an_owner();

CREATE FUNCTION members_are_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'last_owner' USING ERRCODE = '23514'; END $$;
CREATE TRIGGER members_stay BEFORE TRUNCATE ON members FOR EACH STATEMENT EXECUTE FUNCTION members_are_not_emptied();
