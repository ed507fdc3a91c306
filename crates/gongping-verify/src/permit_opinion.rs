//! Which duty each event about opinions needs, and what people without an account may do.

use gongping_appraisal::permission::{
    EnterOpinions, HandleOpinions, HoldOpinionKey, ReleaseIdentities, RuleOnOpinions,
};
use gongping_appraisal::{Channel, OpinionEvent, Permission as _, PermissionRule};

/// The permission that an event about opinions needs of whoever has an account. What the public
/// does from its own devices needs none ([`is_public`]).
pub(crate) fn permission(what: &OpinionEvent) -> PermissionRule {
    match what {
        OpinionEvent::HandlerKeyRegistered { .. } | OpinionEvent::InterestDeclared { .. } => {
            HoldOpinionKey::RULE
        }
        OpinionEvent::Filed { .. } => EnterOpinions::RULE,
        OpinionEvent::TextOpened { .. }
        | OpinionEvent::Masked { .. }
        | OpinionEvent::Answered { .. }
        | OpinionEvent::Added { .. }
        | OpinionEvent::Closed { .. }
        | OpinionEvent::Contested { .. }
        | OpinionEvent::IdentityRequested { .. }
        | OpinionEvent::IdentityOpened { .. } => HandleOpinions::RULE,
        OpinionEvent::IdentityReleased { .. } | OpinionEvent::IdentityRefused { .. } => {
            ReleaseIdentities::RULE
        }
        OpinionEvent::Ruled { .. }
        | OpinionEvent::InfluenceReported { .. }
        | OpinionEvent::InfluenceTakenUp { .. } => RuleOnOpinions::RULE,
    }
}

/// Whether people without an account may cause it, and nobody else.
pub(crate) fn is_public(what: &OpinionEvent) -> bool {
    match what {
        OpinionEvent::Filed { filing, .. } => filing.channel == Channel::Web,
        OpinionEvent::Added { .. }
        | OpinionEvent::Contested { .. }
        | OpinionEvent::InfluenceReported { .. } => true,
        _ => false,
    }
}
