//! Which duty each event of feedback and rectification needs, and where it must be held.

use gongping_appraisal::permission::{
    AnswerForUnit, ExtendDeadlines, KeepLedger, RuleOnEntries, SignFeedback, VerifyEntries,
    WorkEntries,
};
use gongping_appraisal::{
    AppraisalId, LedgerEvent, Permission as _, PermissionRule, UnitId, World,
};

/// The permission that an event needs.
pub(crate) fn permission(what: &LedgerEvent) -> PermissionRule {
    match what {
        LedgerEvent::Opened { .. }
        | LedgerEvent::Recurred { .. }
        | LedgerEvent::CalledBack { .. }
        | LedgerEvent::Closed { .. }
        | LedgerEvent::LetterDrafted { .. }
        | LedgerEvent::LetterRedrafted { .. }
        | LedgerEvent::LetterSent { .. }
        | LedgerEvent::MeetingRecorded { .. } => KeepLedger::RULE,
        LedgerEvent::Accepted { .. }
        | LedgerEvent::Started { .. }
        | LedgerEvent::EvidenceAdded { .. }
        | LedgerEvent::Claimed { .. }
        | LedgerEvent::Disputed { .. }
        | LedgerEvent::ExtensionAsked { .. } => WorkEntries::RULE,
        LedgerEvent::Verified { .. }
        | LedgerEvent::Returned { .. }
        | LedgerEvent::Reopened { .. } => VerifyEntries::RULE,
        LedgerEvent::Ruled { .. } => RuleOnEntries::RULE,
        LedgerEvent::ExtensionDecided { .. } => ExtendDeadlines::RULE,
        LedgerEvent::LetterSigned { .. } => SignFeedback::RULE,
        LedgerEvent::LetterReceived { .. } | LedgerEvent::SelfInspected { .. } => {
            AnswerForUnit::RULE
        }
    }
}

/// The unit at which the duty must be held, where that is the appraised one.
pub(crate) fn own_unit<'a>(
    world: &'a World,
    appraisal: &AppraisalId,
    what: &'a LedgerEvent,
) -> Option<&'a UnitId> {
    let ledger = &world.appraisal(appraisal)?.ledger;
    match what {
        LedgerEvent::SelfInspected { unit, .. } => Some(unit),
        LedgerEvent::LetterReceived { letter } => ledger.letter(*letter).map(|known| &known.unit),
        LedgerEvent::Accepted { entry, .. }
        | LedgerEvent::Started { entry }
        | LedgerEvent::EvidenceAdded { entry, .. }
        | LedgerEvent::Claimed { entry, .. }
        | LedgerEvent::Disputed { entry, .. }
        | LedgerEvent::ExtensionAsked { entry, .. } => ledger.get(*entry).map(|known| &known.unit),
        _ => None,
    }
}
