-- Opinions: numbers, times and states. Texts and names are sealed, and lie in payload.
CREATE TABLE opinion (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    item TEXT,
    matter TEXT NOT NULL,
    channel TEXT NOT NULL,
    protection TEXT NOT NULL,
    state TEXT NOT NULL,
    received_us BIGINT NOT NULL,
    masked TEXT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, number)
);
CREATE INDEX opinion_by_unit ON opinion (appraisal_id, unit_id, received_us);
CREATE INDEX opinion_by_state ON opinion (appraisal_id, state, received_us);
