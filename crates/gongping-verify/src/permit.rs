//! Which duty each event needs. The use cases of the server demand the same permissions as types;
//! here they are read back from the record, by whoever checks it.

use crate::{permit_ledger, permit_opinion, permit_preparation};
use gongping_appraisal::permission::{
    ConfirmConsequences, DecideCases, DraftRanking, EnterPoints, FormInspectionGroups, HoldKey,
    IssueCodes, KeepRegister, ManageAccounts, ManageUnits, OpenAppraisal, PlanAppraisal,
    ProposeSurvey, Publish, RunSurvey, SignInspection, SignRankingForOffice,
    SignRankingForStatistics, SignSurveyForOffice, SignSurveyForStatistics, SortOpinions,
};
use gongping_appraisal::{
    AccountId, DutyGrant, Entry, Event, InspectionEvent, IntegrityEvent, KeySeat, PUBLIC_ACTOR,
    Permission, PermissionRule, Signatory, UnitId, World,
};

/// The account id under which the software itself acts: set-up from the operator's command line,
/// and steps in which nobody chooses anything.
pub const SYSTEM_ACTOR: &str = "system";

/// The kinds of events within an appraisal that the software may cause by itself: each is wholly
/// determined by the signed plan and by what key holders and respondents did.
pub const SYSTEM_STEPS: [&str; 4] =
    ["boxes_checkpointed", "survey_opened", "survey_closed", "boxes_opened"];

/// The permission that an event needs.
#[must_use]
pub fn permission(event: &Event) -> PermissionRule {
    match event {
        Event::UnitRegistered { .. } | Event::UnitRenamed { .. } | Event::UnitClosed { .. } => {
            ManageUnits::RULE
        }
        Event::AccountOpened { .. }
        | Event::DutiesChanged { .. }
        | Event::PasswordSet { .. }
        | Event::AccountClosed { .. } => ManageAccounts::RULE,
        Event::AppraisalPlanned { .. }
        | Event::RulebookAdopted { .. }
        | Event::CalendarSet { .. } => PlanAppraisal::RULE,
        Event::AppraisalOpened { .. } => OpenAppraisal::RULE,
        Event::SurveyProposed { .. } => ProposeSurvey::RULE,
        Event::SurveySigned { signatory: Signatory::Office, .. } => SignSurveyForOffice::RULE,
        Event::SurveySigned { signatory: Signatory::Statistics, .. } => {
            SignSurveyForStatistics::RULE
        }
        Event::KeyMessageGiven { .. }
        | Event::KeysRestarted { .. }
        | Event::PracticeBoxMade { .. }
        | Event::PracticeShareGiven { .. }
        | Event::PracticeBoxOpened { .. }
        | Event::ShareGiven { .. } => HoldKey::RULE,
        Event::CodesIssued { .. } | Event::CodesReplaced { .. } => IssueCodes::RULE,
        Event::SurveyOpened { .. }
        | Event::BoxesCheckpointed { .. }
        | Event::SurveyClosed { .. }
        | Event::BoxesOpened { .. } => RunSurvey::RULE,
        Event::InspectionGroupFormed { .. } => FormInspectionGroups::RULE,
        Event::PointsEntered { .. } => EnterPoints::RULE,
        Event::InspectionDecided { .. }
        | Event::InspectionReturned { .. }
        | Event::InspectionSigned { .. } => SignInspection::RULE,
        Event::RankingDrafted { .. } => DraftRanking::RULE,
        Event::RankingSigned { signatory: Signatory::Office, .. } => SignRankingForOffice::RULE,
        Event::RankingSigned { signatory: Signatory::Statistics, .. } => {
            SignRankingForStatistics::RULE
        }
        Event::Published { .. } => Publish::RULE,
        Event::Opinion { what, .. } => permit_opinion::permission(what),
        Event::Integrity { what, .. } => match what {
            IntegrityEvent::CaseOpened { .. }
            | IntegrityEvent::CaseDismissed { .. }
            | IntegrityEvent::InquiryBegun { .. }
            | IntegrityEvent::FindingProposed { .. } => KeepRegister::RULE,
            IntegrityEvent::FindingReturned { .. } | IntegrityEvent::FindingDecided { .. } => {
                DecideCases::RULE
            }
            IntegrityEvent::ConsequenceConfirmed { .. }
            | IntegrityEvent::ConsequenceFollowedUp { .. } => ConfirmConsequences::RULE,
        },
        Event::Sorting { .. } => SortOpinions::RULE,
        Event::Inspection { what: InspectionEvent::VoteGiven { .. }, .. } => EnterPoints::RULE,
        Event::Inspection { .. } => SignInspection::RULE,
        Event::Ledger { what, .. } => permit_ledger::permission(what),
        Event::Preparation { what, .. } => permit_preparation::permission(what),
    }
}

/// Whether the actor of an entry might cause it, in the world as it was before the entry.
#[must_use]
pub fn allows(world: &World, entry: &Entry) -> bool {
    let rule = permission(&entry.body);
    let within_appraisal = entry.body.appraisal().is_some();
    if entry.actor.as_str() == SYSTEM_ACTOR {
        return !within_appraisal || SYSTEM_STEPS.contains(&entry.body.kind().as_str());
    }
    // Whoever files an opinion has no account, and no account does it in the public's name.
    let is_public = matches!(&entry.body, Event::Opinion { what, .. }
        if permit_opinion::is_public(what));
    if is_public || entry.actor.as_str() == PUBLIC_ACTOR {
        return is_public && entry.actor.as_str() == PUBLIC_ACTOR;
    }
    // A unit answers for itself: its duties are held there, not at the organiser.
    if let Event::Ledger { appraisal, what } = &entry.body
        && let Some(unit) = permit_ledger::own_unit(world, appraisal, what)
    {
        return world.permits(&rule, &entry.actor, unit);
    }
    if let Event::Preparation { what, .. } = &entry.body
        && let Some(unit) = permit_preparation::own_unit(what)
    {
        return world.permits(&rule, &entry.actor, unit);
    }
    if within_appraisal {
        return organiser(world, &entry.body).is_some_and(|unit| {
            let opener = matches!(entry.body, Event::BoxesOpened { .. });
            // The boxes fall open with the last share, so its giver may be the one who opens.
            let by_holder = opener && world.permits(&HoldKey::RULE, &entry.actor, unit);
            (by_holder || world.permits(&rule, &entry.actor, unit))
                && fills_seat(world, &entry.body, &entry.actor, unit)
        });
    }
    allows_in_directory(world, entry, &rule)
}

fn organiser<'a>(world: &'a World, event: &'a Event) -> Option<&'a UnitId> {
    match event {
        Event::AppraisalPlanned { organiser, .. } => Some(organiser),
        other => world.appraisal(other.appraisal()?).map(|appraisal| &appraisal.organiser),
    }
}

/// A key seat belongs to one duty (C9): the office cannot act for the statistics bureau.
fn fills_seat(world: &World, event: &Event, actor: &AccountId, unit: &UnitId) -> bool {
    let (Event::KeyMessageGiven { seat, .. }
    | Event::KeysRestarted { seat, .. }
    | Event::PracticeShareGiven { seat, .. }
    | Event::ShareGiven { seat, .. }) = event
    else {
        return true;
    };
    holds(world, actor, *seat, unit)
}

fn holds(world: &World, actor: &AccountId, seat: KeySeat, unit: &UnitId) -> bool {
    let needed = DutyGrant { duty: seat.duty(), unit: unit.clone() };
    world.account(actor).is_some_and(|account| account.duties.contains(&needed))
}

fn allows_in_directory(world: &World, entry: &Entry, rule: &PermissionRule) -> bool {
    let at = |unit: &UnitId| world.permits(rule, &entry.actor, unit);
    let anywhere = || {
        let account = world.account(&entry.actor).filter(|account| account.active);
        account
            .is_some_and(|known| known.duties.iter().any(|grant| rule.duties.contains(&grant.duty)))
    };
    // An administrator may give duties only within the own subtree, and touch only accounts whose
    // duties lie there.
    let over = |account: &AccountId| {
        let duties = world.account(account).map(|known| &known.duties);
        anywhere() && duties.is_some_and(|duties| duties.iter().all(|grant| at(&grant.unit)))
    };
    match &entry.body {
        Event::UnitRegistered { unit } => match &unit.parent {
            Some(parent) => at(parent),
            None => anywhere(),
        },
        Event::UnitRenamed { unit, .. } | Event::UnitClosed { unit, .. } => at(unit),
        Event::AccountOpened { duties, .. } => {
            anywhere() && duties.iter().all(|grant| at(&grant.unit))
        }
        Event::DutiesChanged { account, duties } => {
            over(account) && duties.iter().all(|grant| at(&grant.unit))
        }
        Event::PasswordSet { account, .. } => {
            let own =
                *account == entry.actor && world.account(account).is_some_and(|known| known.active);
            own || over(account)
        }
        Event::AccountClosed { account } => over(account),
        _ => false,
    }
}
