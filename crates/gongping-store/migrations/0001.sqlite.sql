-- Entries, heads, ballots and trackers are written once. Erasing is the one change of a payload.
CREATE TRIGGER log_entry_refuses_update BEFORE UPDATE ON log_entry
BEGIN SELECT RAISE(ABORT, 'append-only: log_entry'); END;
CREATE TRIGGER log_entry_refuses_delete BEFORE DELETE ON log_entry
BEGIN SELECT RAISE(ABORT, 'append-only: log_entry'); END;
CREATE TRIGGER checkpoint_refuses_update BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'append-only: checkpoint'); END;
CREATE TRIGGER checkpoint_refuses_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'append-only: checkpoint'); END;
CREATE TRIGGER box_item_refuses_update BEFORE UPDATE ON box_item
BEGIN SELECT RAISE(ABORT, 'append-only: box_item'); END;
CREATE TRIGGER box_item_refuses_delete BEFORE DELETE ON box_item
BEGIN SELECT RAISE(ABORT, 'append-only: box_item'); END;
CREATE TRIGGER tracker_refuses_update BEFORE UPDATE ON tracker
BEGIN SELECT RAISE(ABORT, 'append-only: tracker'); END;
CREATE TRIGGER tracker_refuses_delete BEFORE DELETE ON tracker
BEGIN SELECT RAISE(ABORT, 'append-only: tracker'); END;
CREATE TRIGGER payload_refuses_update BEFORE UPDATE ON payload
WHEN NEW.commitment <> OLD.commitment OR NEW.erased_at IS NULL OR OLD.erased_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'append-only: payload'); END;
CREATE TRIGGER payload_refuses_delete BEFORE DELETE ON payload
BEGIN SELECT RAISE(ABORT, 'append-only: payload'); END;
-- REPLACE deletes without asking the triggers above unless the connection wants it so. An insert
-- over a row that exists does nothing: the store sees that no row came and reports a conflict.
CREATE TRIGGER log_entry_refuses_replace BEFORE INSERT ON log_entry
WHEN EXISTS (SELECT 1 FROM log_entry WHERE position = NEW.position)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER box_item_refuses_replace BEFORE INSERT ON box_item
WHEN EXISTS (SELECT 1 FROM box_item WHERE box_id = NEW.box_id AND position = NEW.position)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER tracker_refuses_replace BEFORE INSERT ON tracker
WHEN EXISTS (SELECT 1 FROM tracker WHERE tracker = NEW.tracker)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER payload_refuses_replace BEFORE INSERT ON payload
WHEN EXISTS (SELECT 1 FROM payload WHERE commitment = NEW.commitment)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER checkpoint_refuses_replace BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'append-only: checkpoint'); END;
