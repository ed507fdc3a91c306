//! The register of the eight prohibitions (E3, E4) and the consequences of a result (E1, E2).

use crate::{
    Accused, Appraisal, Case, CaseNumber, CaseOutcome, CaseState, Context, Event, IntegrityEvent,
    IntegrityRejection as No, IntegrityStep, Rejection, UnitId, World,
};
use gongping_score::rulebook::ConsequenceFor;

pub(super) fn decide(
    world: &World,
    appraisal: &Appraisal,
    step: IntegrityStep,
    context: &Context,
) -> Result<Event, Rejection> {
    if appraisal.running().is_none() {
        return Err(appraisal.wrong_stage("open"));
    }
    let what = match step {
        IntegrityStep::OpenCase { file } => {
            IntegrityEvent::CaseOpened { case: appraisal.register.next_case(), file }
        }
        IntegrityStep::DismissCase { case, grounds } => {
            let known = known(appraisal, case, context)?;
            let is_open = matches!(known.state, CaseState::Opened | CaseState::Inquiry { .. });
            in_state(known, is_open)?;
            IntegrityEvent::CaseDismissed { case, grounds }
        }
        IntegrityStep::BeginInquiry { case } => {
            let known = known(appraisal, case, context)?;
            in_state(known, known.state == CaseState::Opened)?;
            IntegrityEvent::InquiryBegun { case }
        }
        IntegrityStep::ProposeFinding { case, report } => {
            let known = known(appraisal, case, context)?;
            in_state(known, matches!(known.state, CaseState::Inquiry { .. }))?;
            IntegrityEvent::FindingProposed { case, report }
        }
        IntegrityStep::ReturnFinding { case, grounds } => {
            proposed(appraisal, case, context)?;
            IntegrityEvent::FindingReturned { case, grounds }
        }
        IntegrityStep::DecideFinding { case, report, outcome } => {
            if proposed(appraisal, case, context)? != report {
                return Err(Rejection::ChangedMeanwhile);
            }
            check_outcome(world, appraisal, case, &outcome, context)?;
            IntegrityEvent::FindingDecided { case, report, outcome }
        }
        IntegrityStep::ConfirmConsequence { unit, consequence, grounds } => {
            confirm(appraisal, &unit, &consequence)?;
            line(&grounds)?;
            IntegrityEvent::ConsequenceConfirmed { unit, consequence, grounds }
        }
        IntegrityStep::FollowUpConsequence { unit, consequence, note } => {
            if appraisal.register.consequence(&unit, &consequence).is_none() {
                return Err(No::ConsequenceNotGiven { unit, consequence }.into());
            }
            line(&note)?;
            IntegrityEvent::ConsequenceFollowedUp { unit, consequence, note }
        }
    };
    Ok(Event::Integrity { appraisal: appraisal.id.clone(), what })
}

fn known<'a>(
    appraisal: &'a Appraisal,
    case: CaseNumber,
    context: &Context,
) -> Result<&'a Case, Rejection> {
    let known = appraisal.register.case(case).ok_or(No::UnknownCase { case })?;
    match context.seen {
        Some(seen) if seen != known.revision => Err(Rejection::ChangedMeanwhile),
        _ => Ok(known),
    }
}

fn in_state(case: &Case, is_right: bool) -> Result<(), Rejection> {
    if is_right {
        return Ok(());
    }
    let state = case.state.as_str().to_owned();
    Err(No::WrongState { case: case.number, state }.into())
}

/// The report that waits for a second person; the first one is refused.
fn proposed(
    appraisal: &Appraisal,
    case: CaseNumber,
    context: &Context,
) -> Result<crate::Digest, Rejection> {
    let known = known(appraisal, case, context)?;
    let CaseState::Proposed { by, report } = &known.state else {
        in_state(known, false)?;
        return Err(Rejection::ChangedMeanwhile);
    };
    if *by == context.actor {
        return Err(No::SecondPerson { case }.into());
    }
    Ok(*report)
}

fn check_outcome(
    world: &World,
    appraisal: &Appraisal,
    case: CaseNumber,
    outcome: &CaseOutcome,
    context: &Context,
) -> Result<(), Rejection> {
    let CaseOutcome::Confirmed { accused, prohibition } = outcome else { return Ok(()) };
    match accused {
        Accused::Unit { unit } if appraisal.units.contains(unit) => {}
        Accused::Account { account } if *account == context.actor => {
            return Err(No::OwnCase { case }.into());
        }
        Accused::Account { account } if world.account(account).is_some() => {}
        _ => return Err(No::UnknownAccused.into()),
    }
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    if rules.is_none_or(|rules| rules.veto(prohibition).is_none()) {
        return Err(No::UnknownProhibition { prohibition: prohibition.clone() }.into());
    }
    Ok(())
}

/// Only what the rulebook knows, once the result is out, and nothing good after a breach (E4).
fn confirm(appraisal: &Appraisal, unit: &UnitId, consequence: &str) -> Result<(), Rejection> {
    if appraisal.published().is_none() {
        return Err(appraisal.wrong_stage("published"));
    }
    if !appraisal.units.contains(unit) {
        return Err(Rejection::UnknownUnit { unit: unit.clone() });
    }
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    let known = rules.and_then(|rules| rules.consequences().iter().find(|c| c.id == consequence));
    let concerns = known.map(|known| known.concerns);
    match concerns {
        Some(ConsequenceFor::Top) if appraisal.register.breaches().contains_key(unit) => {
            return Err(No::Barred { unit: unit.clone() }.into());
        }
        Some(ConsequenceFor::Top | ConsequenceFor::Bottom | ConsequenceFor::Veto) => {}
        _ => return Err(No::UnknownConsequence { consequence: consequence.to_owned() }.into()),
    }
    if appraisal.register.consequence(unit, consequence).is_some() {
        let consequence = consequence.to_owned();
        return Err(No::ConsequenceGiven { unit: unit.clone(), consequence }.into());
    }
    Ok(())
}

fn line(text: &str) -> Result<(), Rejection> {
    let length = text.chars().count();
    let is_line = (1..=300).contains(&length) && text.trim() == text;
    if is_line && !text.chars().any(char::is_control) { Ok(()) } else { Err(No::BadLine.into()) }
}
