//! Feedback (C5): the letter that hands findings to a unit, and the meeting at which the unit says
//! how it stands to them.

use super::EntryState;
use crate::{AccountId, Digest, EntryId, FindingId, LetterId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a unit stands to what it was told (C5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attitude {
    /// It accepts all.
    Accepts,
    /// It accepts some.
    AcceptsInPart,
    /// It accepts nothing.
    Rejects,
}

impl Attitude {
    /// All attitudes.
    pub const ALL: [Self; 3] = [Self::Accepts, Self::AcceptsInPart, Self::Rejects];

    /// The word in forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::AcceptsInPart => "accepts_in_part",
            Self::Rejects => "rejects",
        }
    }

    /// Reads the word that [`Attitude::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attitude| attitude.as_str() == text)
    }
}

/// A feedback meeting, recorded on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// How the unit stands to it,
    pub attitude: Attitude,
    /// and commitment to the minute: place, who was there, what was said and by whom.
    pub minute: Digest,
    /// When it was recorded.
    pub at: Timestamp,
}

/// How far a feedback letter has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterState {
    /// Drawn up; may still be changed.
    Drafted,
    /// Signed by the office.
    Signed {
        /// Who signed.
        by: AccountId,
    },
    /// The unit has it.
    Sent {
        /// Who signed.
        signed_by: AccountId,
        /// The entry of each finding.
        entries: BTreeMap<FindingId, EntryId>,
        /// When.
        at: Timestamp,
    },
    /// The head of the unit has confirmed that.
    Received {
        /// Who signed.
        signed_by: AccountId,
        /// The entry of each finding.
        entries: BTreeMap<FindingId, EntryId>,
        /// When it was sent.
        sent_at: Timestamp,
        /// Who confirmed.
        by: AccountId,
        /// When.
        at: Timestamp,
    },
}

impl LetterState {
    /// The word in tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Signed { .. } => "signed",
            Self::Sent { .. } => "sent",
            Self::Received { .. } => "received",
        }
    }

    /// When it was sent.
    #[must_use]
    pub const fn sent_at(&self) -> Option<Timestamp> {
        match self {
            Self::Drafted | Self::Signed { .. } => None,
            Self::Sent { at, .. } => Some(*at),
            Self::Received { sent_at, .. } => Some(*sent_at),
        }
    }

    /// The entries that it opened.
    #[must_use]
    pub const fn entries(&self) -> Option<&BTreeMap<FindingId, EntryId>> {
        match self {
            Self::Drafted | Self::Signed { .. } => None,
            Self::Sent { entries, .. } | Self::Received { entries, .. } => Some(entries),
        }
    }
}

/// A feedback letter 评议意见反馈 to one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number.
    pub id: LetterId,
    /// The unit.
    pub unit: UnitId,
    /// The findings that it hands over.
    pub findings: BTreeSet<FindingId>,
    /// Commitment to its text.
    pub text: Digest,
    /// How far it has come.
    pub state: LetterState,
    /// The meeting, once held.
    pub meeting: Option<Meeting>,
    /// Rises by one with each change.
    pub revision: u32,
}

/// A unit's own report about itself (C4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfInspection {
    /// Commitment to the report: by item, what was checked, found and corrected; the own score.
    pub report: Digest,
    /// The head who filed it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// The entries of what was found and is not put right yet.
    pub entries: BTreeSet<EntryId>,
    /// How often it was filed: 1 the first time.
    pub revision: u32,
}

impl EntryState {
    /// Whether the unit owes an answer or work.
    #[must_use]
    pub const fn is_units_turn(&self) -> bool {
        matches!(
            self,
            Self::Open
                | Self::Accepted { .. }
                | Self::Doing { .. }
                | Self::Returned { .. }
                | Self::Reopened { .. }
        )
    }
}
