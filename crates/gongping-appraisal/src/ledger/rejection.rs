//! Why the rules about the ledger say no.

use crate::{EntryId, FindingId, ItemId, LetterId, OpinionId, UnitId};
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// A refusal by the rules about feedback and rectification; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum LedgerRejection {
    /// There is no such entry.
    #[error("there is no entry {entry}")]
    UnknownEntry {
        /// The number.
        entry: EntryId,
    },
    /// There is no such letter.
    #[error("there is no letter {letter}")]
    UnknownLetter {
        /// The number.
        letter: LetterId,
    },
    /// The unit is not appraised here.
    #[error("unit {unit} is not appraised here")]
    UnknownUnit {
        /// The id.
        unit: UnitId,
    },
    /// The rulebook has no such item.
    #[error("the rulebook has no item {item}")]
    UnknownItem {
        /// The id.
        item: ItemId,
    },
    /// The entry is at another state than this needs.
    #[error("the entry is {entry_state}: this cannot be done now")]
    EntryState {
        /// Its state.
        entry_state: String,
    },
    /// The letter is at another state than this needs.
    #[error("the letter is {letter_state}: this cannot be done now")]
    LetterState {
        /// Its state.
        letter_state: String,
    },
    /// Only people of the unit may do this, at that unit.
    #[error("only the unit itself can do this")]
    NotOfUnit,
    /// Whoever worked on it, or has ties to the unit, neither verifies nor closes it (T12).
    #[error("whoever worked on it or has ties to the unit cannot do this")]
    NotIndependent,
    /// Only the level above the organiser rules.
    #[error("only the level above can do this")]
    NotOneUp,
    /// The deadline is past, or later than it may be.
    #[error("the deadline must lie between {earliest} and {latest}")]
    Deadline {
        /// The first day that may be.
        earliest: Date,
        /// The last day that may be.
        latest: Date,
    },
    /// Nothing shows that it was done.
    #[error("a proof is missing")]
    NoEvidence,
    /// A filer has still to be called back.
    #[error("{count} filers have still to be called back")]
    CallBackMissing {
        /// How many.
        count: usize,
    },
    /// The opinion is not one of those that the entry comes from.
    #[error("opinion {opinion} does not belong to this entry")]
    NotItsOpinion {
        /// The opinion.
        opinion: OpinionId,
    },
    /// No wish for a later deadline waits, or one waits already.
    #[error("no wish for a later deadline can be dealt with now")]
    NoWish,
    /// Findings come with their letter, and what a unit finds with its report.
    #[error("an entry cannot be opened by hand from this source")]
    WrongSource,
    /// No finding, or too many.
    #[error("a letter has between 1 and {most} findings")]
    HowMany {
        /// The most.
        most: usize,
    },
    /// The finding is of another unit, dissolved, or in another letter.
    #[error("finding {finding} cannot stand in this letter")]
    NotItsFinding {
        /// The finding.
        finding: FindingId,
    },
    /// It is not the same item, or the time for it has passed.
    #[error("this cannot have come up again here")]
    NotRecurring,
}

impl LedgerRejection {
    /// Every refusal with example data.
    pub(crate) fn examples(unit: &UnitId) -> Vec<Self> {
        let item = ItemId::parse("B1").unwrap_or_else(|_| unreachable!("a valid id"));
        vec![
            Self::UnknownEntry { entry: EntryId(1) },
            Self::UnknownLetter { letter: LetterId(1) },
            Self::UnknownUnit { unit: unit.clone() },
            Self::UnknownItem { item },
            Self::EntryState { entry_state: "closed".to_owned() },
            Self::LetterState { letter_state: "sent".to_owned() },
            Self::NotOfUnit,
            Self::NotIndependent,
            Self::NotOneUp,
            Self::Deadline { earliest: date(2026, 8, 1), latest: date(2026, 8, 15) },
            Self::NoEvidence,
            Self::CallBackMissing { count: 1 },
            Self::NotItsOpinion { opinion: OpinionId(1) },
            Self::NoWish,
            Self::WrongSource,
            Self::HowMany { most: 200 },
            Self::NotItsFinding { finding: FindingId(1) },
            Self::NotRecurring,
        ]
    }
}
