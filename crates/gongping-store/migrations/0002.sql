-- One number for the receipts of a whole sheet. Receipts of before have none and are found by
-- their trackers.
ALTER TABLE tracker ADD COLUMN receipt TEXT NOT NULL DEFAULT '';
CREATE INDEX tracker_by_receipt ON tracker (receipt);
