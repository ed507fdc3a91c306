-- Entries, heads, ballots and trackers are written once. Erasing is the one change of a payload.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER log_entry_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoint_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER box_item_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON box_item
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tracker_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tracker
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payload_refuses_update BEFORE UPDATE ON payload FOR EACH ROW
WHEN (NEW.commitment <> OLD.commitment OR NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payload_refuses_delete BEFORE DELETE OR TRUNCATE ON payload
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
