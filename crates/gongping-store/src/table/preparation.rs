//! The tables of preparation.

use super::{Column, ColumnKind, Table, integer, optional_text, text};

/// Plans of the levels below; `days_late` in working days, once filed.
pub const LOCAL_PLAN: Table = Table {
    name: "local_plan",
    columns: &[
        text("appraisal_id"),
        text("unit_id"),
        text("state"),
        text("content"),
        optional_text("filed_on"),
        Column { name: "days_late", kind: ColumnKind::Integer, nullable: true },
        integer("revision"),
    ],
    key_count: 2,
};

/// Who holds which post at a unit.
pub const ROSTER: Table = Table {
    name: "roster",
    columns: &[
        text("appraisal_id"),
        text("unit_id"),
        text("post"),
        text("account_id"),
        text("appointed_on"),
        text("document"),
        text("name"),
    ],
    key_count: 4,
};

/// Channels by which people can say something.
pub const CHANNEL: Table = Table {
    name: "channel",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("kind"),
        text("label"),
        text("open_from"),
        optional_text("open_until"),
        optional_text("proof"),
    ],
    key_count: 2,
};
