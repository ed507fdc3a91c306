-- The log and its heads.
CREATE TABLE log_entry (
    position BIGINT PRIMARY KEY CHECK (position >= 0),
    at_us BIGINT NOT NULL,
    bytes {blob} NOT NULL
);
CREATE TABLE checkpoint (
    size BIGINT PRIMARY KEY CHECK (size >= 0),
    note TEXT NOT NULL
);
-- Whoever commits holds this row, so that commits wait for each other instead of colliding.
CREATE TABLE log_turn (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    taken BIGINT NOT NULL
);
INSERT INTO log_turn (id, taken) VALUES (1, 0);

-- Content that the log commits to and that can be erased.
CREATE TABLE payload (
    commitment TEXT PRIMARY KEY,
    salt {blob},
    bytes {blob},
    erased_at BIGINT,
    CHECK ((erased_at IS NULL) = (bytes IS NOT NULL)),
    CHECK ((erased_at IS NULL) = (salt IS NOT NULL))
);

-- The archives of the boxes, item by item.
CREATE TABLE box_item (
    box_id TEXT NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    bytes {blob} NOT NULL,
    PRIMARY KEY (box_id, position)
);
CREATE TABLE tracker (
    tracker TEXT PRIMARY KEY,
    box_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    FOREIGN KEY (box_id, position) REFERENCES box_item (box_id, position)
);

-- People; nothing of this enters the log.
CREATE TABLE account_secret (
    account_id TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    changed_at_us BIGINT NOT NULL
);
CREATE TABLE session (
    token_hash {blob} PRIMARY KEY,
    account_id TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_us);
CREATE TABLE login_attempt (
    subject TEXT PRIMARY KEY,
    began_us BIGINT NOT NULL,
    failures BIGINT NOT NULL
);
CREATE INDEX login_attempt_began ON login_attempt (began_us);

-- Tables that follow from the log. No foreign keys among them: the log decides what is right,
-- and rows come in the order of its events.
CREATE TABLE unit (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent_id TEXT,
    opened_on TEXT NOT NULL,
    closed_on TEXT
);
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    display TEXT NOT NULL,
    active BIGINT NOT NULL
);
CREATE TABLE duty (
    account_id TEXT NOT NULL,
    duty TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    PRIMARY KEY (account_id, duty, unit_id)
);
CREATE TABLE appraisal (
    id TEXT PRIMARY KEY,
    organiser_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    title TEXT NOT NULL,
    stage TEXT NOT NULL
);
CREATE TABLE box (
    id TEXT PRIMARY KEY,
    appraisal_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    respondent_group TEXT NOT NULL,
    stage TEXT NOT NULL,
    head TEXT,
    ballots BIGINT NOT NULL
);
CREATE TABLE ranking_row (
    appraisal_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    rank BIGINT,
    total_exact TEXT,
    total_shown TEXT,
    band TEXT,
    PRIMARY KEY (appraisal_id, unit_id)
);
CREATE INDEX tracker_by_box ON tracker (box_id, at_us);
