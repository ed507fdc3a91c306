-- Preparation: plans of the levels below, rosters, channels. They follow from the log.
CREATE TABLE local_plan (
    appraisal_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    filed_on TEXT,
    days_late BIGINT,
    revision BIGINT NOT NULL,
    PRIMARY KEY (appraisal_id, unit_id)
);
CREATE TABLE roster (
    appraisal_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    post TEXT NOT NULL,
    account_id TEXT NOT NULL,
    appointed_on TEXT NOT NULL,
    document TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (appraisal_id, unit_id, post, account_id)
);
CREATE TABLE channel (
    appraisal_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    open_from TEXT NOT NULL,
    open_until TEXT,
    proof TEXT,
    PRIMARY KEY (appraisal_id, number)
);
