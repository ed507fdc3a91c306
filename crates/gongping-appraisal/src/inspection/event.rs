//! What happens in a group that votes by member (C8). Points and reasons stand behind commitments.

use super::{InspectionReport, Vote};
use crate::{Digest, InspectionGroupNumber, UnitId};
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum InspectionEvent {
    /// The leader closed the entering of points although sheets are missing.
    EnteringClosed {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// The leader put a report to the vote.
    ReportProposed {
        /// The unit.
        unit: UnitId,
        /// The group.
        group: InspectionGroupNumber,
        /// Commitment to the exact report.
        report: Digest,
    },
    /// A member voted.
    VoteGiven {
        /// The unit.
        unit: UnitId,
        /// On what exactly.
        report: Digest,
        /// How.
        vote: Vote,
    },
}

impl InspectionEvent {
    /// The unit.
    #[must_use]
    pub const fn unit(&self) -> &UnitId {
        match self {
            Self::EnteringClosed { unit, .. }
            | Self::ReportProposed { unit, .. }
            | Self::VoteGiven { unit, .. } => unit,
        }
    }

    /// What it commits to.
    #[must_use]
    pub const fn commitment(&self) -> Option<Digest> {
        match self {
            Self::ReportProposed { report, .. } => Some(*report),
            Self::EnteringClosed { .. } | Self::VoteGiven { .. } => None,
        }
    }

    /// The step that means this event; `read` finds the report behind a commitment.
    #[must_use]
    pub fn step(
        self,
        read: impl FnOnce(Digest) -> Option<InspectionReport>,
    ) -> Option<InspectionStep> {
        Some(match self {
            Self::EnteringClosed { unit, reason } => InspectionStep::CloseEntering { unit, reason },
            Self::ReportProposed { report: commitment, .. } => {
                InspectionStep::Propose { report: read(commitment)?, commitment }
            }
            Self::VoteGiven { unit, report, vote } => InspectionStep::Vote { unit, report, vote },
        })
    }
}

/// A step of a group that votes by member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InspectionStep {
    /// Close the entering of points although sheets are missing.
    CloseEntering {
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// Put a report to the vote.
    Propose {
        /// The report.
        report: InspectionReport,
        /// The commitment to it.
        commitment: Digest,
    },
    /// Vote.
    Vote {
        /// The unit.
        unit: UnitId,
        /// What was seen.
        report: Digest,
        /// How.
        vote: Vote,
    },
}
