//! Blind scoring and the members' vote (C8, T11).

use super::inspection::{check_points, concerns, group_of};
use crate::{
    Appraisal, Context, Digest, Event, Inspection, InspectionEvent, InspectionGroup,
    InspectionRejection, InspectionReport, InspectionStep, Open, Rejection, UnitId, Vote,
};

pub(super) fn decide(
    appraisal: &Appraisal,
    step: InspectionStep,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    let what = match step {
        InspectionStep::CloseEntering { unit, reason } => {
            close_entering(open, unit, reason, context)?
        }
        InspectionStep::Propose { report, commitment } => {
            concerns(appraisal, &report.appraisal)?;
            propose(open, &report, commitment, context)?
        }
        InspectionStep::Vote { unit, report, vote } => {
            give_vote(open, unit, report, vote, context)?
        }
    };
    Ok(Event::Inspection { appraisal: appraisal.id.clone(), what })
}

/// The group with its quorum, if it has one.
fn voting_group<'a>(
    open: &'a Open,
    unit: &UnitId,
) -> Result<(&'a InspectionGroup, u16), Rejection> {
    let group = group_of(open, unit)?;
    let missing = || InspectionRejection::NoQuorum { group: group.number.0 };
    Ok((group, group.quorum.ok_or_else(missing)?))
}

fn led_group<'a>(
    open: &'a Open,
    unit: &UnitId,
    context: &Context,
) -> Result<(&'a InspectionGroup, u16), Rejection> {
    let (group, quorum) = voting_group(open, unit)?;
    if group.leader == context.actor {
        Ok((group, quorum))
    } else {
        Err(Rejection::NotInGroup { unit: unit.clone() })
    }
}

/// Refuses what cannot be done at this state.
pub(super) fn wrong_state(open: &Open, unit: &UnitId) -> Rejection {
    let state = open.inspections.get(unit).map_or("none", Inspection::stage);
    InspectionRejection::State { inspection_state: state.to_owned() }.into()
}

fn close_entering(
    open: &Open,
    unit: UnitId,
    reason: String,
    context: &Context,
) -> Result<InspectionEvent, Rejection> {
    let (group, quorum) = led_group(open, &unit, context)?;
    let Some(Inspection::Entering { sheets }) = open.inspections.get(&unit) else {
        return Err(wrong_state(open, &unit));
    };
    let given = group.members.iter().filter(|member| sheets.contains_key(*member)).count();
    if given < usize::from(quorum) {
        return Err(InspectionRejection::TooFewSheets { sheets: given, quorum }.into());
    }
    super::one_line(&reason)?;
    Ok(InspectionEvent::EnteringClosed { unit, reason })
}

fn propose(
    open: &Open,
    report: &InspectionReport,
    commitment: Digest,
    context: &Context,
) -> Result<InspectionEvent, Rejection> {
    let unit = report.unit.clone();
    let (group, _) = led_group(open, &unit, context)?;
    if report.group != group.number {
        return Err(Rejection::NotInGroup { unit });
    }
    let Some(Inspection::Compared { sheets }) = open.inspections.get(&unit) else {
        return Err(wrong_state(open, &unit));
    };
    if report.sheets != *sheets {
        return Err(Rejection::ChangedMeanwhile);
    }
    // The votes come after the text, from the members.
    if report.votes_for.is_some() || report.votes_against.is_some() {
        return Err(InspectionRejection::VoteByMember.into());
    }
    check_points(open, &report.points)?;
    Ok(InspectionEvent::ReportProposed { unit, group: group.number, report: commitment })
}

fn give_vote(
    open: &Open,
    unit: UnitId,
    seen: Digest,
    vote: Vote,
    context: &Context,
) -> Result<InspectionEvent, Rejection> {
    let (group, _) = voting_group(open, &unit)?;
    if !group.members.contains(&context.actor) {
        return Err(Rejection::NotInGroup { unit });
    }
    match open.inspections.get(&unit) {
        Some(Inspection::Voting { report, .. }) if *report != seen => {
            Err(Rejection::ChangedMeanwhile)
        }
        Some(Inspection::Voting { votes, .. }) if votes.contains_key(&context.actor) => {
            Err(Rejection::AlreadyGiven)
        }
        Some(Inspection::Voting { .. }) => {
            Ok(InspectionEvent::VoteGiven { unit, report: seen, vote })
        }
        _ => Err(wrong_state(open, &unit)),
    }
}
