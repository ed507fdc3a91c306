-- Feedback letters, entries of the rectification ledger and self-inspections: no text, no name.
CREATE TABLE ledger_entry (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    item TEXT,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL,
    opened_us BIGINT NOT NULL,
    since_us BIGINT NOT NULL,
    due TEXT,
    proofs BIGINT NOT NULL,
    reopened BIGINT NOT NULL,
    false_completions BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, number)
);
CREATE INDEX ledger_entry_by_unit ON ledger_entry (appraisal_id, unit_id, number);
CREATE TABLE feedback_letter (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    findings BIGINT NOT NULL,
    text TEXT NOT NULL,
    minute TEXT,
    attitude TEXT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, number)
);
CREATE TABLE self_inspection (
    appraisal_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    report TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, unit_id)
);
