//! Every fixed statement, in the dialect that SQLite and PostgreSQL both accept. A test prepares
//! all of them on both. (The statements of [`crate::table`] are made from its descriptions.)

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)*

        /// All of the above, by name.
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}

statements! {
    /// Commits go one at a time: this row is held until the transaction ends.
    LOG_TURN_TAKE = "UPDATE log_turn SET taken = taken + 1 WHERE id = 1";
    LOG_SIZE = "SELECT COALESCE(MAX(position) + 1, 0) FROM log_entry";
    LOG_ENTRY_APPEND =
        "INSERT INTO log_entry (position, at_us, bytes) VALUES ($1, $2, $3) \
         ON CONFLICT (position) DO NOTHING";
    LOG_ENTRIES =
        "SELECT position, at_us, bytes FROM log_entry WHERE position >= $1 \
         ORDER BY position LIMIT $2";
    CHECKPOINT_APPEND = "INSERT INTO checkpoint (size, note) VALUES ($1, $2)";
    CHECKPOINT_LATEST = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1";
    CHECKPOINT_AT = "SELECT size, note FROM checkpoint WHERE size = $1";

    PAYLOAD_KEEP =
        "INSERT INTO payload (commitment, salt, bytes) VALUES ($1, $2, $3) \
         ON CONFLICT (commitment) DO NOTHING";
    PAYLOAD = "SELECT salt, bytes, erased_at FROM payload WHERE commitment = $1";
    PAYLOAD_ERASE =
        "UPDATE payload SET salt = NULL, bytes = NULL, erased_at = $2 \
         WHERE commitment = $1 AND erased_at IS NULL";

    BOX_LENGTH = "SELECT COALESCE(MAX(position) + 1, 0) FROM box_item WHERE box_id = $1";
    BOX_LENGTHS =
        "SELECT box_id, MAX(position) + 1 FROM box_item GROUP BY box_id ORDER BY box_id";
    BOX_ITEM_APPEND =
        "INSERT INTO box_item (box_id, position, name, bytes) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (box_id, position) DO NOTHING";
    /// Eight at once: each statement is a way to the database and back.
    BOX_ITEM_APPEND_8 =
        "INSERT INTO box_item (box_id, position, name, bytes) \
         VALUES ($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10), ($1, $11, $12, $13), \
         ($1, $14, $15, $16), ($1, $17, $18, $19), ($1, $20, $21, $22), \
         ($1, $23, $24, $25) \
         ON CONFLICT (box_id, position) DO NOTHING";
    BOX_ITEMS =
        "SELECT position, name, bytes FROM box_item WHERE box_id = $1 AND position >= $2 \
         ORDER BY position LIMIT $3";
    TRACKER_APPEND =
        "INSERT INTO tracker (tracker, box_id, position, at_us, receipt) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tracker) DO NOTHING";
    TRACKER_APPEND_8 =
        "INSERT INTO tracker (tracker, box_id, position, at_us, receipt) \
         VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15), \
         ($16, $17, $18, $19, $20), ($21, $22, $23, $24, $25), \
         ($26, $27, $28, $29, $30), ($31, $32, $33, $34, $35), \
         ($36, $37, $38, $39, $40) \
         ON CONFLICT (tracker) DO NOTHING";
    TRACKER =
        "SELECT tracker, box_id, position, at_us, receipt FROM tracker WHERE tracker = $1";
    RECEIPT = "SELECT tracker, box_id, position, at_us, receipt FROM tracker WHERE receipt = $1";
    RECEIPTS_TAKEN =
        "SELECT DISTINCT receipt FROM tracker \
         WHERE receipt IN ($1, $2, $3, $4, $5, $6, $7, $8)";
    BALLOT_TIMES = "SELECT at_us FROM tracker WHERE box_id = $1 ORDER BY at_us";

    SEARCH_PLACES =
        "SELECT COUNT(*) FROM (SELECT 1 FROM search_word WHERE term = $1 LIMIT $2) AS places";
    /// Along the places of one word, latest first. The numbered places are the same in all three.
    OPINIONS_BY_WORD =
        "SELECT o.number FROM search_word w \
         JOIN opinion o ON o.appraisal_id = $1 AND o.number = w.number \
         WHERE w.term = $2 AND w.number < $3 \
         AND ($4 = '' OR o.unit_id = $4) AND ($5 = '' OR o.item = $5) \
         AND ($6 = '' OR o.matter = $6) AND ($7 = '' OR o.state = $7) \
         AND o.received_us >= $8 AND o.received_us < $9 \
         AND (SELECT COUNT(*) FROM search_word x WHERE x.number = w.number \
              AND x.term IN ($10, $11, $12, $13, $14, $15)) = $16 \
         ORDER BY w.number DESC LIMIT $17";
    /// Along the opinions of one unit, latest first. The leading word is among the others.
    OPINIONS_OF_UNIT_BY_WORD =
        "SELECT o.number FROM opinion o \
         WHERE o.appraisal_id = $1 AND CAST($2 AS BIGINT) IS NOT NULL AND o.number < $3 AND o.unit_id = $4 \
         AND ($5 = '' OR o.item = $5) \
         AND ($6 = '' OR o.matter = $6) AND ($7 = '' OR o.state = $7) \
         AND o.received_us >= $8 AND o.received_us < $9 \
         AND (SELECT COUNT(*) FROM search_word x WHERE x.number = o.number \
              AND x.term IN ($10, $11, $12, $13, $14, $15)) = $16 \
         ORDER BY o.number DESC LIMIT $17";
    FINDINGS_BY_WORD =
        "SELECT f.number FROM search_word w \
         JOIN finding f ON f.appraisal_id = $1 AND f.number = w.number \
         WHERE w.term = $2 AND w.number < $3 \
         AND ($4 = '' OR f.unit_id = $4) AND ($5 = '' OR f.item = $5) \
         AND CAST($6 AS TEXT) IS NOT NULL AND ($7 = '' OR f.state = $7) \
         AND CAST($8 AS BIGINT) <= CAST($9 AS BIGINT) \
         AND (SELECT COUNT(*) FROM search_word x WHERE x.number = w.number \
              AND x.term IN ($10, $11, $12, $13, $14, $15)) = $16 \
         ORDER BY w.number DESC LIMIT $17";
    /// The latest of a unit.
    SKETCHES =
        "SELECT s.opinion, s.letters FROM opinion o \
         JOIN sketch s ON s.appraisal_id = o.appraisal_id AND s.opinion = o.number \
         WHERE o.appraisal_id = $1 AND o.unit_id = $2 ORDER BY o.number DESC LIMIT $3";

    SECRET_SET =
        "INSERT INTO account_secret (account_id, password_hash, changed_at_us) \
         VALUES ($1, $2, $3) ON CONFLICT (account_id) DO UPDATE \
         SET password_hash = excluded.password_hash, changed_at_us = excluded.changed_at_us";
    SECRET = "SELECT password_hash, changed_at_us FROM account_secret WHERE account_id = $1";

    SESSION_CREATE =
        "INSERT INTO session (token_hash, account_id, created_us, seen_us, expires_us) \
         VALUES ($1, $2, $3, $4, $5)";
    SESSION =
        "SELECT account_id, created_us, seen_us, expires_us FROM session \
         WHERE token_hash = $1 AND expires_us > $2";
    /// Time goes forward only, whatever the order in which requests end.
    SESSION_TOUCH =
        "UPDATE session SET seen_us = $2, expires_us = $3 WHERE token_hash = $1 AND seen_us <= $2";
    SESSION_DELETE = "DELETE FROM session WHERE token_hash = $1";
    SESSION_DELETE_ACCOUNT = "DELETE FROM session WHERE account_id = $1";
    SESSION_PURGE = "DELETE FROM session WHERE expires_us <= $1";

    /// Counts up, or begins again when the run began before $3.
    LOGIN_FAILURE_COUNT =
        "INSERT INTO login_attempt (subject, began_us, failures) VALUES ($1, $2, 1) \
         ON CONFLICT (subject) DO UPDATE SET \
         failures = CASE WHEN login_attempt.began_us < $3 THEN 1 \
         ELSE login_attempt.failures + 1 END, \
         began_us = CASE WHEN login_attempt.began_us < $3 THEN excluded.began_us \
         ELSE login_attempt.began_us END \
         RETURNING failures";
    LOGIN_FAILURES = "SELECT failures FROM login_attempt WHERE subject = $1 AND began_us >= $2";
    LOGIN_FAILURES_CLEAR = "DELETE FROM login_attempt WHERE subject = $1";
    LOGIN_FAILURES_PURGE = "DELETE FROM login_attempt WHERE began_us < $1";

    MIGRATION_TABLE =
        "CREATE TABLE IF NOT EXISTS migration \
         (number BIGINT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)";
    MIGRATIONS = "SELECT number, sha256 FROM migration ORDER BY number";
    MIGRATION_RECORD = "INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3)";
}
