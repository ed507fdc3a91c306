//! What can be wrong with a row of a unit table.

use crate::{Area, Position};

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMistake {
    /// The cell; of a missing one, the place where it should be.
    pub at: Position,
    /// What is wrong there.
    pub mistake: UnitMistake,
}

impl RowMistake {
    /// The key of its text in the locale files.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.mistake.code()
    }

    /// The arguments of its text.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        self.mistake.arguments()
    }
}

/// What can be wrong in a row of a unit table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnitMistake {
    /// No id.
    #[error("the unit id is missing")]
    IdMissing,
    /// Not six digits, a hyphen and a suffix.
    #[error("{value:?} is not a unit id")]
    IdBad {
        /// As it stands in the cell.
        value: String,
    },
    /// A number where an id with a suffix must stand: the spreadsheet has changed it.
    #[error("the unit id has become the number {value}")]
    IdNumber {
        /// As it stands in the cell.
        value: String,
    },
    /// The id stands in two rows.
    #[error("the unit id {value} stands in row {first_row} already")]
    IdDuplicate {
        /// The id.
        value: String,
        /// The row in which it stands first.
        first_row: u32,
    },
    /// No name.
    #[error("the name is missing")]
    NameMissing,
    /// A name must fit one line of a document.
    #[error("the name has {count} characters, {limit} is the limit")]
    NameTooLong {
        /// Its characters.
        count: usize,
        /// The most that are permitted.
        limit: usize,
    },
    /// A line break or another control character in the name.
    #[error("the name is more than one line")]
    NameNotOneLine,
    /// No level.
    #[error("the level is missing")]
    LevelMissing,
    /// Not one of the four levels in any of our languages.
    #[error("{value:?} is not a level")]
    LevelUnknown {
        /// As it stands in the cell.
        value: String,
    },
    /// A unit below the province without a parent.
    #[error("the parent is missing")]
    ParentMissing,
    /// Neither in this table nor in the tree.
    #[error("there is no unit {value:?} to be the parent")]
    ParentUnknown {
        /// As it stands in the cell.
        value: String,
    },
    /// The parent is there but not one level above.
    #[error("the parent {value} is not one level above")]
    ParentWrongLevel {
        /// The parent's id.
        value: String,
    },
    /// The unit names itself.
    #[error("a unit cannot be its own parent")]
    ParentSelf,
    /// A province stands at the top.
    #[error("a province has no parent, yet {value:?} is given")]
    ParentSuperfluous {
        /// As it stands in the cell.
        value: String,
    },
    /// No date.
    #[error("the date of opening is missing")]
    DateMissing,
    /// Not a date that exists.
    #[error("{value:?} is not a date")]
    DateBad {
        /// As it stands in the cell.
        value: String,
    },
    /// The cell shows the failure of a formula.
    #[error("the formula failed: {value}")]
    FormulaError {
        /// Such as `#REF!`.
        value: String,
    },
    /// Cells were merged, so that all but the first are empty.
    #[error("the cells {range} are merged")]
    Merged {
        /// Such as `D2:D9`.
        range: Area,
    },
}

impl UnitMistake {
    /// All codes that [`UnitMistake::code`] can give.
    pub const CODES: [&'static str; 18] = [
        "unit-row-id-missing",
        "unit-row-id-bad",
        "unit-row-id-number",
        "unit-row-id-duplicate",
        "unit-row-name-missing",
        "unit-row-name-too-long",
        "unit-row-name-not-one-line",
        "unit-row-level-missing",
        "unit-row-level-unknown",
        "unit-row-parent-missing",
        "unit-row-parent-unknown",
        "unit-row-parent-wrong-level",
        "unit-row-parent-self",
        "unit-row-parent-superfluous",
        "unit-row-date-missing",
        "unit-row-date-bad",
        "unit-row-formula-error",
        "unit-row-merged",
    ];

    /// The key of its text in the locale files.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IdMissing => Self::CODES[0],
            Self::IdBad { .. } => Self::CODES[1],
            Self::IdNumber { .. } => Self::CODES[2],
            Self::IdDuplicate { .. } => Self::CODES[3],
            Self::NameMissing => Self::CODES[4],
            Self::NameTooLong { .. } => Self::CODES[5],
            Self::NameNotOneLine => Self::CODES[6],
            Self::LevelMissing => Self::CODES[7],
            Self::LevelUnknown { .. } => Self::CODES[8],
            Self::ParentMissing => Self::CODES[9],
            Self::ParentUnknown { .. } => Self::CODES[10],
            Self::ParentWrongLevel { .. } => Self::CODES[11],
            Self::ParentSelf => Self::CODES[12],
            Self::ParentSuperfluous { .. } => Self::CODES[13],
            Self::DateMissing => Self::CODES[14],
            Self::DateBad { .. } => Self::CODES[15],
            Self::FormulaError { .. } => Self::CODES[16],
            Self::Merged { .. } => Self::CODES[17],
        }
    }

    /// The arguments of its text.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::IdMissing
            | Self::NameMissing
            | Self::NameNotOneLine
            | Self::LevelMissing
            | Self::ParentMissing
            | Self::ParentSelf
            | Self::DateMissing => Vec::new(),
            Self::IdBad { value }
            | Self::IdNumber { value }
            | Self::LevelUnknown { value }
            | Self::ParentUnknown { value }
            | Self::ParentWrongLevel { value }
            | Self::ParentSuperfluous { value }
            | Self::DateBad { value }
            | Self::FormulaError { value } => vec![("value", value.clone())],
            Self::IdDuplicate { value, first_row } => {
                vec![("value", value.clone()), ("first_row", first_row.to_string())]
            }
            Self::NameTooLong { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::Merged { range } => vec![("range", range.to_string())],
        }
    }
}
