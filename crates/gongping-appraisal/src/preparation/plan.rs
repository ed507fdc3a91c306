//! The implementation plan of a level below (C1): drawn up within the organiser's dates, filed,
//! and accepted or returned.

use super::PreparationEvent;
use crate::{AccountId, Calendar, Digest, Phase, UnitId, Workdays};
use jiff::Timestamp;
use jiff::civil::Date;

/// How far a plan has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanState {
    /// The unit is drawing it up.
    Draft {
        /// Commitment to the reasons for which the last one was returned.
        returned: Option<Digest>,
    },
    /// The organiser's office has it.
    Filed {
        /// Who filed it.
        by: AccountId,
    },
    /// It came back.
    Returned {
        /// Commitment to the reasons.
        reasons: Digest,
    },
    /// It holds.
    Accepted {
        /// Who accepted it.
        by: AccountId,
        /// When.
        at: Timestamp,
    },
}

impl PlanState {
    /// The state as a word, for tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Filed { .. } => "filed",
            Self::Returned { .. } => "returned",
            Self::Accepted { .. } => "accepted",
        }
    }

    /// Commitment to the reasons for which it came back, until it is filed again.
    #[must_use]
    pub const fn reasons(&self) -> Option<Digest> {
        match self {
            Self::Draft { returned } => *returned,
            Self::Returned { reasons } => Some(*reasons),
            Self::Filed { .. } | Self::Accepted { .. } => None,
        }
    }
}

/// The plan of one unit. What it says in words is committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPlan {
    /// Whose.
    pub unit: UnitId,
    /// The dates of its phases.
    pub calendar: Calendar,
    /// Commitment to the rest.
    pub content: Digest,
    /// Who wrote it last.
    pub author: AccountId,
    /// How far it has come.
    pub state: PlanState,
    /// The day on which it was first filed: whether it came in time (E5).
    pub filed_on: Option<Date>,
    /// Rises by one with each change; a form shows which its reader saw.
    pub revision: u64,
}

impl LocalPlan {
    /// The last day for filing under the organiser's dates: the end of the first phase (C1), or the
    /// first working day after it.
    #[must_use]
    pub fn due(frame: &Calendar) -> Date {
        Workdays::announced().due(frame.dates(Phase::Mobilisation).last)
    }

    /// By how many working days a plan is late: one that was filed, on the day of its first filing;
    /// one that was not, today.
    #[must_use]
    pub fn days_late(plan: Option<&Self>, frame: &Calendar, today: Date) -> usize {
        let filed_on = plan.and_then(|plan| plan.filed_on);
        Workdays::announced().between(Self::due(frame), filed_on.unwrap_or(today))
    }

    /// The first phase whose dates lie outside the organiser's.
    #[must_use]
    pub fn outside(frame: &Calendar, calendar: &Calendar) -> Option<Phase> {
        Phase::ALL.into_iter().find(|phase| {
            let (own, frame) = (calendar.dates(*phase), frame.dates(*phase));
            own.first < frame.first || frame.last < own.last
        })
    }

    pub(super) fn drafted(
        before: Option<&Self>,
        unit: &UnitId,
        calendar: &Calendar,
        content: Digest,
        author: &AccountId,
    ) -> Self {
        Self {
            unit: unit.clone(),
            calendar: calendar.clone(),
            content,
            author: author.clone(),
            state: PlanState::Draft { returned: before.and_then(|plan| plan.state.reasons()) },
            filed_on: before.and_then(|plan| plan.filed_on),
            revision: before.map_or(0, |plan| plan.revision) + 1,
        }
    }

    pub(super) fn evolve(
        &mut self,
        event: &PreparationEvent,
        actor: &AccountId,
        at: Timestamp,
        today: Date,
    ) {
        self.revision += 1;
        match event {
            PreparationEvent::PlanFiled { .. } => {
                self.filed_on = self.filed_on.or(Some(today));
                self.state = PlanState::Filed { by: actor.clone() };
            }
            PreparationEvent::PlanReturned { reasons, .. } => {
                self.state = PlanState::Returned { reasons: *reasons };
            }
            _ => self.state = PlanState::Accepted { by: actor.clone(), at },
        }
    }
}
