//! What happens when opinions are gathered and sorted. No text stands here: events carry
//! commitments.

use super::Place;
use crate::{Channel, Digest, FindingId, ItemId, OpinionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A symposium, clipping, table or maildrop within one appraisal (C2), from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GatheringId(pub u32);

impl fmt::Display for GatheringId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What happened while opinions were gathered and sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SortingEvent {
    /// Many opinions came at once (C2). They follow in the same commit.
    Gathered {
        /// Its number.
        gathering: GatheringId,
        /// Which way they came.
        channel: Channel,
        /// Commitment to what is known of it.
        record: Digest,
        /// The number of the first opinion that follows.
        first: OpinionId,
        /// How many follow.
        count: u32,
    },
    /// Opinions that say the same were merged into a new finding (C5).
    Formed {
        /// Its number.
        finding: FindingId,
        /// Where it belongs.
        place: Place,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
        /// Commitment to the problem in masked words.
        problem: Digest,
    },
    /// More opinions say what a finding says.
    Joined {
        /// Which finding.
        finding: FindingId,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
    },
    /// Opinions were taken out of a finding again; they wait to be sorted.
    TakenOut {
        /// Which finding.
        finding: FindingId,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
    },
    /// The merging was undone: all opinions of the finding wait to be sorted again.
    Dissolved {
        /// Which finding.
        finding: FindingId,
    },
    /// The problem was put in other words, or under another item.
    Reworded {
        /// Which finding.
        finding: FindingId,
        /// The item from now on.
        item: Option<ItemId>,
        /// Commitment to the words from now on.
        problem: Digest,
    },
    /// An opinion was filed at the wrong unit or item and goes to another.
    Routed {
        /// Which.
        opinion: OpinionId,
        /// Where it belongs.
        place: Place,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Somebody looked at a suggestion: two opinions do not say the same.
    KeptApart {
        /// One.
        one: OpinionId,
        /// The other.
        other: OpinionId,
    },
}

impl SortingEvent {
    /// What the event commits to.
    #[must_use]
    pub const fn commitment(&self) -> Option<Digest> {
        match self {
            Self::Gathered { record: digest, .. }
            | Self::Formed { problem: digest, .. }
            | Self::Reworded { problem: digest, .. }
            | Self::Routed { reason: digest, .. } => Some(*digest),
            Self::Joined { .. }
            | Self::TakenOut { .. }
            | Self::Dissolved { .. }
            | Self::KeptApart { .. } => None,
        }
    }

    /// The finding it is about, if it is about one.
    #[must_use]
    pub const fn finding(&self) -> Option<FindingId> {
        match self {
            Self::Formed { finding, .. }
            | Self::Joined { finding, .. }
            | Self::TakenOut { finding, .. }
            | Self::Dissolved { finding }
            | Self::Reworded { finding, .. } => Some(*finding),
            Self::Gathered { .. } | Self::Routed { .. } | Self::KeptApart { .. } => None,
        }
    }

    /// The command that it answers.
    #[must_use]
    pub fn step(&self) -> SortingStep {
        match self.clone() {
            Self::Gathered { channel, record, first, count, .. } => {
                SortingStep::Gather { channel, record, first, count }
            }
            Self::Formed { place, opinions, problem, .. } => {
                SortingStep::Form { place, opinions, problem }
            }
            Self::Joined { finding, opinions } => SortingStep::Join { finding, opinions },
            Self::TakenOut { finding, opinions } => SortingStep::TakeOut { finding, opinions },
            Self::Dissolved { finding } => SortingStep::Dissolve { finding },
            Self::Reworded { finding, item, problem } => {
                SortingStep::Reword { finding, item, problem }
            }
            Self::Routed { opinion, place, reason } => {
                SortingStep::Route { opinion, place, reason }
            }
            Self::KeptApart { one, other } => SortingStep::KeepApart { one, other },
        }
    }
}

/// What somebody wants to happen. See the [`SortingEvent`] of the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortingStep {
    /// Note what brings the opinions that follow in the same commit.
    Gather {
        /// Which way they come.
        channel: Channel,
        /// Commitment to what is known of it.
        record: Digest,
        /// The number that the first of them must get.
        first: OpinionId,
        /// How many follow.
        count: u32,
    },
    /// Merge opinions into a new finding.
    Form {
        /// Where it belongs.
        place: Place,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
        /// Commitment to the problem in masked words.
        problem: Digest,
    },
    /// Add opinions to a finding.
    Join {
        /// Which finding.
        finding: FindingId,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
    },
    /// Take opinions out of a finding.
    TakeOut {
        /// Which finding.
        finding: FindingId,
        /// The opinions.
        opinions: BTreeSet<OpinionId>,
    },
    /// Undo a finding.
    Dissolve {
        /// Which.
        finding: FindingId,
    },
    /// Put the problem in other words, or under another item.
    Reword {
        /// Which finding.
        finding: FindingId,
        /// The item.
        item: Option<ItemId>,
        /// Commitment to the words.
        problem: Digest,
    },
    /// Send an opinion on.
    Route {
        /// Which.
        opinion: OpinionId,
        /// Where it belongs.
        place: Place,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// Say that two opinions do not say the same.
    KeepApart {
        /// One.
        one: OpinionId,
        /// The other.
        other: OpinionId,
    },
}
