-- Findings, which opinions each has, and what search and suggestions need. Words are kept as
-- numbers: the upper 64 bits of a SHA-256, so that the index is small and says nothing by itself.
CREATE TABLE finding (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    unit_id TEXT NOT NULL,
    item TEXT,
    opinions BIGINT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, number)
);
CREATE INDEX finding_by_unit ON finding (appraisal_id, unit_id, number);
CREATE TABLE sorted_opinion (
    appraisal_id TEXT NOT NULL,
    opinion BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, opinion)
);
CREATE TABLE gathering (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    channel TEXT NOT NULL,
    record TEXT NOT NULL,
    first_opinion BIGINT NOT NULL,
    opinions BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, number)
);
CREATE TABLE search_word (
    term BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (term, number)
);
CREATE TABLE sketch (
    appraisal_id TEXT NOT NULL,
    opinion BIGINT NOT NULL,
    letters TEXT NOT NULL,
    PRIMARY KEY (appraisal_id, opinion)
);
CREATE INDEX opinion_by_unit_number ON opinion (appraisal_id, unit_id, number);
