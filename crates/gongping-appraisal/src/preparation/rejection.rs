//! Why the rules about preparation say no.

use crate::{Phase, UnitId};
use serde::{Deserialize, Serialize};

/// A refusal by the rules about preparation; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum PreparationRejection {
    /// The unit is not appraised here, or organises nothing itself.
    #[error("unit {unit} draws up no plan here")]
    NoPlanHere {
        /// The unit.
        unit: UnitId,
    },
    /// A phase of the plan lies outside the organiser's dates (C1).
    #[error("the dates of a phase lie outside those of the level above: {phase:?}")]
    OutsideFrame {
        /// The phase.
        phase: Phase,
    },
    /// Not a state for this step.
    #[error("this cannot be done while the plan is {plan_state}")]
    PlanState {
        /// Its state.
        plan_state: String,
    },
    /// The leader of the leading group is the principal of the unit, and nobody else (A2).
    #[error("the leader must be the principal of the unit")]
    NotPrincipal,
    /// Somebody holds the post.
    #[error("somebody holds this post")]
    PostTaken,
    /// The account does not hold the post.
    #[error("this account does not hold the post")]
    NotAppointed,
    /// There is no such channel, or it is closed.
    #[error("there is no open channel {number}")]
    NoChannel {
        /// The number.
        number: u32,
    },
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    DayOrder,
}

impl PreparationRejection {
    /// Every refusal with example data.
    pub(crate) fn examples(unit: &UnitId) -> Vec<Self> {
        vec![
            Self::NoPlanHere { unit: unit.clone() },
            Self::OutsideFrame { phase: Phase::Opinions },
            Self::PlanState { plan_state: "filed".to_owned() },
            Self::NotPrincipal,
            Self::PostTaken,
            Self::NotAppointed,
            Self::NoChannel { number: 1 },
            Self::DayOrder,
        ]
    }
}
