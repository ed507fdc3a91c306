//! The tables of sorting: findings, and what search and suggestions need.

use super::{Table, integer, optional_text, text};

/// Findings, and how many opinions each has.
pub const FINDING: Table = Table {
    name: "finding",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("unit_id"),
        optional_text("item"),
        integer("opinions"),
        text("state"),
        text("problem"),
        integer("revision"),
    ],
    key_count: 2,
};

/// Which finding an opinion was sorted into.
pub const SORTED_OPINION: Table = Table {
    name: "sorted_opinion",
    columns: &[text("appraisal_id"), integer("opinion"), integer("finding")],
    key_count: 2,
};

/// Symposia, clippings, tables and maildrops, and the opinions that came with each.
pub const GATHERING: Table = Table {
    name: "gathering",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("channel"),
        text("record"),
        integer("first_opinion"),
        integer("opinions"),
        integer("at_us"),
    ],
    key_count: 2,
};

/// Which words occur where; see [`crate::term`]. It follows from the log and from texts that can
/// be erased.
pub const SEARCH_WORD: Table =
    Table { name: "search_word", columns: &[integer("term"), integer("number")], key_count: 2 };

/// The characters of each opinion that staff may read, for suggested duplicates.
pub const SKETCH: Table = Table {
    name: "sketch",
    columns: &[text("appraisal_id"), integer("opinion"), text("letters")],
    key_count: 2,
};
