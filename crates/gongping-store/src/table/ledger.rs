//! The tables of feedback and rectification.

use super::{Table, integer, optional_text, text};

/// Entries of the rectification ledger.
pub const LEDGER_ENTRY: Table = Table {
    name: "ledger_entry",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("unit_id"),
        optional_text("item"),
        text("source"),
        text("state"),
        text("problem"),
        integer("opened_us"),
        integer("since_us"),
        optional_text("due"),
        integer("proofs"),
        integer("reopened"),
        integer("false_completions"),
        integer("revision"),
    ],
    key_count: 2,
};

/// Feedback letters.
pub const FEEDBACK_LETTER: Table = Table {
    name: "feedback_letter",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("unit_id"),
        text("state"),
        integer("findings"),
        text("text"),
        optional_text("minute"),
        optional_text("attitude"),
        integer("revision"),
    ],
    key_count: 2,
};

/// What units reported about themselves.
pub const SELF_INSPECTION: Table = Table {
    name: "self_inspection",
    columns: &[
        text("appraisal_id"),
        text("unit_id"),
        text("report"),
        integer("at_us"),
        integer("revision"),
    ],
    key_count: 2,
};
