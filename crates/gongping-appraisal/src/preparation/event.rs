//! What happens while an appraisal is prepared.

use super::{PublicChannel, RosterPost};
use crate::{AccountId, Calendar, Digest, UnitId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Something that has happened in preparation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PreparationEvent {
    /// A unit wrote its plan, or changed it (C1).
    PlanDrafted {
        /// Whose.
        unit: UnitId,
        /// The dates of its phases.
        calendar: Calendar,
        /// Commitment to the rest.
        content: Digest,
    },
    /// The plan was filed with the organiser's office (C1).
    PlanFiled {
        /// Whose.
        unit: UnitId,
        /// What exactly.
        content: Digest,
    },
    /// The office returned it (C1).
    PlanReturned {
        /// Whose.
        unit: UnitId,
        /// Commitment to the reasons.
        reasons: Digest,
    },
    /// The office accepted it (C1).
    PlanAccepted {
        /// Whose.
        unit: UnitId,
        /// What exactly.
        content: Digest,
    },
    /// Somebody was appointed to a post (A2).
    Appointed {
        /// At which unit.
        unit: UnitId,
        /// To what.
        post: RosterPost,
        /// Who.
        account: AccountId,
        /// From which day.
        on: Date,
        /// The number of the document.
        document: String,
        /// Commitment to the person's name.
        name: Digest,
    },
    /// Somebody left a post (A2).
    Dismissed {
        /// At which unit.
        unit: UnitId,
        /// Which.
        post: RosterPost,
        /// Who.
        account: AccountId,
        /// From which day.
        on: Date,
        /// The number of the document.
        document: String,
    },
    /// A channel was published (C2).
    ChannelListed {
        /// The channel.
        channel: PublicChannel,
    },
    /// A channel was closed (C2).
    ChannelEnded {
        /// Its number.
        channel: u32,
        /// The last day.
        on: Date,
    },
}

impl PreparationEvent {
    /// What the event commits to for the first time.
    #[must_use]
    pub const fn commitment(&self) -> Option<Digest> {
        match self {
            Self::PlanDrafted { content: digest, .. }
            | Self::PlanReturned { reasons: digest, .. }
            | Self::Appointed { name: digest, .. } => Some(*digest),
            Self::PlanFiled { .. }
            | Self::PlanAccepted { .. }
            | Self::Dismissed { .. }
            | Self::ChannelListed { .. }
            | Self::ChannelEnded { .. } => None,
        }
    }

    /// The unit whose plan or roster it is about.
    #[must_use]
    pub const fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::PlanDrafted { unit, .. }
            | Self::PlanFiled { unit, .. }
            | Self::PlanReturned { unit, .. }
            | Self::PlanAccepted { unit, .. }
            | Self::Appointed { unit, .. }
            | Self::Dismissed { unit, .. } => Some(unit),
            Self::ChannelListed { .. } | Self::ChannelEnded { .. } => None,
        }
    }

    /// The command that it answers.
    #[must_use]
    pub fn step(&self) -> PreparationStep {
        PreparationStep(self.clone())
    }
}

/// What somebody wants to happen: the event itself, if no rule forbids it. The number of a new
/// channel is given by the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparationStep(pub PreparationEvent);
