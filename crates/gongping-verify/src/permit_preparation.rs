//! Which duty each event of preparation needs, and where it must be held.

use gongping_appraisal::permission::{DraftPlan, KeepChannels, KeepRoster, ReviewPlans};
use gongping_appraisal::{Permission as _, PermissionRule, PreparationEvent, UnitId};

/// The permission that an event needs.
pub(crate) fn permission(what: &PreparationEvent) -> PermissionRule {
    match what {
        PreparationEvent::PlanDrafted { .. } | PreparationEvent::PlanFiled { .. } => {
            DraftPlan::RULE
        }
        PreparationEvent::PlanReturned { .. } | PreparationEvent::PlanAccepted { .. } => {
            ReviewPlans::RULE
        }
        PreparationEvent::Appointed { .. } | PreparationEvent::Dismissed { .. } => KeepRoster::RULE,
        PreparationEvent::ChannelListed { .. } | PreparationEvent::ChannelEnded { .. } => {
            KeepChannels::RULE
        }
    }
}

/// The unit at which the permission must be held, where that is not the organiser.
pub(crate) fn own_unit(what: &PreparationEvent) -> Option<&UnitId> {
    match what {
        PreparationEvent::PlanDrafted { unit, .. } | PreparationEvent::PlanFiled { unit, .. } => {
            Some(unit)
        }
        _ => None,
    }
}
