//! One entry of a rectification ledger (C6): each state carries what it needs. Drawn in
//! `docs/state-machines/ledger.md`.

use crate::{
    AccountId, AppraisalId, Digest, EntryId, FindingId, ItemId, LetterId, OpinionId, UnitId,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where an entry comes from (C4–C6, C8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A finding in a feedback letter (C5).
    Finding {
        /// Which finding.
        finding: FindingId,
        /// In which letter.
        letter: LetterId,
    },
    /// The unit found it itself and has not put it right yet (C4).
    SelfInspection,
    /// An inspection group took points off for it (C8).
    Inspection,
    /// The survey rated it low.
    LowRating,
    /// Something else, as the problem says.
    Other,
}

impl Source {
    /// The words of all sources, in the order in which pages list them.
    pub const WORDS: [&'static str; 5] =
        ["finding", "self_inspection", "inspection", "low_rating", "other"];

    /// The word in tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Finding { .. } => "finding",
            Self::SelfInspection => "self_inspection",
            Self::Inspection => "inspection",
            Self::LowRating => "low_rating",
            Self::Other => "other",
        }
    }

    /// Reads the sources that a person may give by hand: findings come with their letter, and what
    /// a unit finds comes with its report.
    #[must_use]
    pub fn parse_by_hand(text: &str) -> Option<Self> {
        [Self::Inspection, Self::LowRating, Self::Other]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}

/// An entry of some appraisal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryRef {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The entry.
    pub entry: EntryId,
}

/// How a unit puts something right (C6): at once where possible, otherwise with an explanation and
/// a workable plan. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "manner", rename_all = "snake_case", deny_unknown_fields)]
pub enum Manner {
    /// At once.
    AtOnce,
    /// It takes longer.
    Planned {
        /// Commitment to the explanation and the plan.
        plan: Digest,
    },
}

impl Manner {
    /// The word in tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Planned { .. } => "planned",
        }
    }
}

/// What the unit has undertaken (C6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undertaking {
    /// Commitment to the responsible person and body, the standard and the measure.
    pub terms: Digest,
    /// At once or planned.
    pub manner: Manner,
    /// The last day.
    pub deadline: Date,
}

/// A wish for a later deadline; the organiser's office decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtensionWish {
    /// The last day that is asked for.
    pub until: Date,
    /// Commitment to the reason.
    pub reason: Digest,
}

/// What kind of file an evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// A picture, without what the camera wrote into it.
    Picture,
    /// A PDF.
    Pdf,
    /// A note without a file.
    Note,
}

/// A proof that something was done (C6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvidence {
    /// Commitment to the file with its name and description.
    pub content: Digest,
    /// Its kind.
    pub kind: EvidenceKind,
    /// Its length in bytes.
    pub bytes: u32,
}

/// A proof, and when it was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The proof.
    pub what: NewEvidence,
    /// When the server took it.
    pub at: Timestamp,
}

/// Proofs; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proofs {
    /// The first,
    pub first: Evidence,
    /// and those after it.
    pub more: Vec<Evidence>,
}

impl Proofs {
    /// All proofs in the order in which they were handed in.
    pub fn iter(&self) -> impl Iterator<Item = &Evidence> {
        std::iter::once(&self.first).chain(&self.more)
    }

    pub(crate) fn from_vec(mut all: Vec<Evidence>) -> Option<Self> {
        if all.is_empty() {
            return None;
        }
        let more = all.split_off(1);
        all.pop().map(|first| Self { first, more })
    }
}

/// What a unit says it has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it had undertaken.
    pub undertaking: Undertaking,
    /// The proofs.
    pub proofs: Proofs,
    /// Commitment to the lasting mechanism 长效机制 that keeps it from coming back.
    pub mechanism: Digest,
    /// Who says it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// A claim that somebody else has looked at on the spot and found true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The claim.
    pub claim: Claim,
    /// Commitment to the minute of the verification.
    pub minute: Digest,
    /// Who verified; never one of those who fixed.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// Why an entry is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It was put right.
    PutRight(Box<Verification>),
    /// The level above ruled that there was nothing to put right.
    Withdrawn {
        /// Commitment to the grounds.
        grounds: Digest,
    },
}

/// Why an entry is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relapse {
    /// A filer was called back and is not satisfied.
    NotSatisfied,
    /// It was claimed done and was not (T12).
    FalseCompletion,
    /// The same came up again at the same unit within a year.
    Recurrence,
}

impl Relapse {
    /// The word in tables and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSatisfied => "not_satisfied",
            Self::FalseCompletion => "false_completion",
            Self::Recurrence => "recurrence",
        }
    }
}

/// How far an entry has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// The unit owes an answer.
    Open,
    /// The unit has undertaken something.
    Accepted {
        /// What.
        undertaking: Undertaking,
        /// A wish for a later deadline, while it waits.
        wish: Option<ExtensionWish>,
    },
    /// The unit is at it.
    Doing {
        /// What it has undertaken.
        undertaking: Undertaking,
        /// A wish for a later deadline, while it waits.
        wish: Option<ExtensionWish>,
        /// The proofs so far.
        proofs: Vec<Evidence>,
    },
    /// The unit says it is done.
    Claimed(Claim),
    /// Somebody else has seen that it is done.
    Verified(Box<Verification>),
    /// Somebody else has seen that it is not done.
    Returned {
        /// What was undertaken.
        undertaking: Undertaking,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Finished.
    Closed {
        /// How.
        outcome: Ending,
        /// The day.
        on: Date,
    },
    /// Open again; the unit owes an answer.
    Reopened {
        /// Why.
        relapse: Relapse,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The unit says that there is nothing to put right; the level above decides.
    Disputed {
        /// Where it stood before.
        before: Box<EntryState>,
        /// Commitment to the grounds.
        grounds: Digest,
        /// Who disputes.
        by: AccountId,
    },
}

impl EntryState {
    /// The words of all states, in the order in which pages list them.
    pub const WORDS: [&'static str; 9] = [
        "open", "reopened", "accepted", "doing", "claimed", "returned", "verified", "disputed",
        "closed",
    ];

    /// The word in tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted { .. } => "accepted",
            Self::Doing { .. } => "doing",
            Self::Claimed(_) => "claimed",
            Self::Verified(_) => "verified",
            Self::Returned { .. } => "returned",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
            Self::Disputed { .. } => "disputed",
        }
    }

    /// What the unit has undertaken and still stands to.
    #[must_use]
    pub fn undertaking(&self) -> Option<&Undertaking> {
        match self {
            Self::Accepted { undertaking, .. }
            | Self::Doing { undertaking, .. }
            | Self::Returned { undertaking, .. } => Some(undertaking),
            Self::Claimed(claim) => Some(&claim.undertaking),
            Self::Verified(seen) => Some(&seen.claim.undertaking),
            Self::Closed { outcome: Ending::PutRight(seen), .. } => Some(&seen.claim.undertaking),
            Self::Closed { outcome: Ending::Withdrawn { .. }, .. }
            | Self::Open
            | Self::Reopened { .. }
            | Self::Disputed { .. } => None,
        }
    }

    /// The proofs of the present round.
    #[must_use]
    pub fn proofs(&self) -> Vec<&Evidence> {
        match self {
            Self::Doing { proofs, .. } => proofs.iter().collect(),
            Self::Claimed(claim) => claim.proofs.iter().collect(),
            Self::Verified(seen) => seen.claim.proofs.iter().collect(),
            Self::Closed { outcome: Ending::PutRight(seen), .. } => {
                seen.claim.proofs.iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What stands as done, verified or not.
    #[must_use]
    pub const fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claimed(claim) => Some(claim),
            Self::Verified(seen) => Some(&seen.claim),
            Self::Closed { outcome: Ending::PutRight(seen), .. } => Some(&seen.claim),
            _ => None,
        }
    }

    /// The verification, once there is one.
    #[must_use]
    pub const fn verification(&self) -> Option<&Verification> {
        match self {
            Self::Verified(seen) => Some(seen),
            Self::Closed { outcome: Ending::PutRight(seen), .. } => Some(seen),
            _ => None,
        }
    }

    /// The wish for a later deadline that waits for the office.
    #[must_use]
    pub const fn wish(&self) -> Option<&ExtensionWish> {
        match self {
            Self::Accepted { wish, .. } | Self::Doing { wish, .. } => wish.as_ref(),
            _ => None,
        }
    }
}

/// What somebody who complained said when called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallBack {
    /// Satisfied.
    Satisfied,
    /// Not satisfied: the entry is reopened.
    NotSatisfied,
    /// Could not be reached: anonymous, or did not answer.
    NotReached,
}

impl CallBack {
    /// All answers.
    pub const ALL: [Self; 3] = [Self::Satisfied, Self::NotSatisfied, Self::NotReached];

    /// The word in forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::NotSatisfied => "not_satisfied",
            Self::NotReached => "not_reached",
        }
    }

    /// Reads the word that [`CallBack::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text)
    }
}

/// How often an entry did not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Setbacks {
    /// How often it was reopened.
    pub reopened: u16,
    /// How often it was claimed done and was not (T12).
    pub false_completions: u16,
    /// How often the same came up again within a year.
    pub recurrences: u16,
    /// How often the deadline was moved.
    pub extensions: u16,
}

/// One thing that a unit has to put right (C6). No text stands here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its number.
    pub id: EntryId,
    /// The unit.
    pub unit: UnitId,
    /// The item (B1–B8), if one fits.
    pub item: Option<ItemId>,
    /// Where it comes from; those after the first came up again within a year.
    pub sources: Vec<(Source, Digest)>,
    /// The entry of an earlier appraisal that came up again.
    pub recurs: Option<EntryRef>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it came into its present state.
    pub since: Timestamp,
    /// How far it has come.
    pub state: EntryState,
    /// Everybody who ever worked on it for the unit: none of them verifies it.
    pub fixers: BTreeSet<AccountId>,
    /// The proofs of earlier rounds.
    pub earlier: Vec<Evidence>,
    /// What filers said in this round, by opinion.
    pub called_back: BTreeMap<OpinionId, CallBack>,
    /// How often it did not hold.
    pub setbacks: Setbacks,
    /// Rises by one with each change; a form shows which its reader saw.
    pub revision: u32,
}

impl LedgerEntry {
    /// Commitment to the problem, as it was last stated.
    #[must_use]
    pub fn problem(&self) -> Option<Digest> {
        self.sources.last().map(|(_, problem)| *problem)
    }

    /// The findings that it comes from.
    pub fn findings(&self) -> impl Iterator<Item = FindingId> + '_ {
        self.sources.iter().filter_map(|(source, _)| match source {
            Source::Finding { finding, .. } => Some(*finding),
            _ => None,
        })
    }

    /// The day on which it was closed as put right.
    #[must_use]
    pub const fn put_right_on(&self) -> Option<Date> {
        match &self.state {
            EntryState::Closed { outcome: Ending::PutRight(_), on } => Some(*on),
            _ => None,
        }
    }
}
