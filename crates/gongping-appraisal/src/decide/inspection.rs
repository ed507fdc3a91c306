//! Inspection (C8).

use crate::{
    Appraisal, AppraisalId, Context, Digest, Duty, Event, Inspection, InspectionGroup,
    InspectionRejection, InspectionReport, MemberSheet, Open, ReasonedPoints, Rejection, UnitId,
    World,
};
use gongping_score::Exact;
use std::collections::BTreeMap;
use std::str::FromStr;

pub(super) fn form_group(
    world: &World,
    appraisal: &Appraisal,
    group: InspectionGroup,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    let bad = || Rejection::BadInspectionGroup { group: group.number.0 };
    let holds = |account: &crate::AccountId, duty: Duty| {
        world.account(account).is_some_and(|known| {
            let mut grants = known.duties.iter();
            known.active
                && grants.any(|grant| grant.duty == duty && grant.unit == appraisal.organiser)
        })
    };
    let members_hold_a_duty = group
        .members
        .iter()
        .all(|member| holds(member, Duty::Inspector) || holds(member, Duty::InspectionLeader));
    let well_formed = group.number.0 > 0
        && !group.units.is_empty()
        && group.members.contains(&group.leader)
        && holds(&group.leader, Duty::InspectionLeader)
        && members_hold_a_duty
        && group.units.iter().all(|unit| appraisal.units.contains(unit));
    if !well_formed {
        return Err(bad());
    }
    let (least, most) = InspectionGroup::quorum_bounds(group.members.len());
    if group.quorum.is_some_and(|quorum| !(least..=most).contains(&quorum)) {
        return Err(InspectionRejection::Quorum { least, most }.into());
    }
    // Each unit has one group, and a group that has begun keeps its units.
    for (number, other) in &open.groups {
        let shares_a_unit = !other.units.is_disjoint(&group.units);
        if *number != group.number && shares_a_unit {
            return Err(bad());
        }
        // A group that has begun keeps its units; a member who drops out can be replaced, which
        // the log shows.
        let begun = |unit: &UnitId| {
            open.inspections.get(unit).is_some_and(|known| !known.sheets().is_empty())
        };
        let keeps_units = other.units == group.units || !other.units.iter().any(begun);
        if *number != group.number {
            continue;
        }
        if !keeps_units {
            return Err(bad());
        }
        // Nobody leaves or joins, and no quorum changes, between the sheets and the signature:
        // that would be a way to choose who votes. A quorum once given is not taken back.
        let deciding = |unit: &UnitId| {
            let state = open.inspections.get(unit);
            matches!(state, Some(Inspection::Compared { .. } | Inspection::Voting { .. }))
        };
        let same = other.members == group.members && other.quorum == group.quorum;
        let takes_back = other.quorum.is_some() && group.quorum.is_none();
        if takes_back || (!same && other.units.iter().any(deciding)) {
            return Err(InspectionRejection::GroupFixed.into());
        }
    }
    Ok(Event::InspectionGroupFormed { appraisal: appraisal.id.clone(), group })
}

pub(super) fn group_of<'a>(
    open: &'a Open,
    unit: &UnitId,
) -> Result<&'a InspectionGroup, Rejection> {
    let mut groups = open.groups.values();
    groups
        .find(|group| group.units.contains(unit))
        .ok_or_else(|| Rejection::NotInGroup { unit: unit.clone() })
}

/// What is committed to names its appraisal, so that it cannot be shown as another year's.
pub(super) fn concerns(appraisal: &Appraisal, named: &AppraisalId) -> Result<(), Rejection> {
    if *named == appraisal.id {
        return Ok(());
    }
    Err(Rejection::UnknownAppraisal { appraisal: named.clone() })
}

pub(super) fn enter_points(
    appraisal: &Appraisal,
    sheet: &MemberSheet,
    commitment: Digest,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    concerns(appraisal, &sheet.appraisal)?;
    let unit = sheet.unit.clone();
    let group = group_of(open, &unit)?;
    if !group.members.contains(&context.actor) || sheet.member != context.actor {
        return Err(Rejection::NotInGroup { unit });
    }
    if !matches!(open.inspections.get(&unit), Some(Inspection::Entering { .. })) {
        // Returning a report opens the sheets again only in a group without a quorum.
        if group.quorum.is_some() {
            return Err(super::vote::wrong_state(open, &unit));
        }
        return Err(Rejection::AlreadyDecided { unit });
    }
    check_points(open, &sheet.points)?;
    Ok(Event::PointsEntered { appraisal: appraisal.id.clone(), unit, sheet: commitment })
}

/// Every component of the rulebook, within its range and step, each with a reason (C8, D1).
pub(super) fn check_points(
    open: &Open,
    points: &BTreeMap<String, ReasonedPoints>,
) -> Result<(), Rejection> {
    let rules = &open.rulebook.rules;
    let entered = rules.entered_components();
    for (component, range) in &entered {
        let good = points.get(&component.id).is_some_and(|given| {
            Exact::from_str(&given.points.to_string()).is_ok_and(|value| range.allows(&value))
                && (1..=2000).contains(&given.reason.trim().chars().count())
        });
        if !good {
            return Err(Rejection::BadPoints {
                component: component.id.clone(),
                min: range.minimum.to_string(),
                max: range.maximum.to_string(),
                step: range.step.to_string(),
            });
        }
    }
    let known = |id: &String| entered.iter().any(|(component, _)| component.id == *id);
    match points.keys().find(|id| !known(id)) {
        Some(unknown) => Err(Rejection::UnknownComponent { component: unknown.clone() }),
        None => Ok(()),
    }
}

pub(super) fn decide_report(
    appraisal: &Appraisal,
    report: &InspectionReport,
    commitment: Digest,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    concerns(appraisal, &report.appraisal)?;
    let unit = report.unit.clone();
    let group = group_of(open, &unit)?;
    if group.leader != context.actor || report.group != group.number {
        return Err(Rejection::NotInGroup { unit });
    }
    if group.quorum.is_some() {
        return Err(InspectionRejection::VoteByMember.into());
    }
    let Some(Inspection::Entering { sheets }) = open.inspections.get(&unit) else {
        return Err(Rejection::AlreadyDecided { unit });
    };
    let outstanding = group.members.iter().filter(|member| !sheets.contains_key(*member)).count();
    if outstanding > 0 {
        return Err(Rejection::SheetsOutstanding { count: outstanding });
    }
    if report.sheets != *sheets {
        return Err(Rejection::ChangedMeanwhile);
    }
    check_points(open, &report.points)?;
    // Collectively [C8]: all members vote, and more for than against.
    let (votes_for, votes_against) =
        (report.votes_for.unwrap_or_default(), report.votes_against.unwrap_or_default());
    let votes = usize::from(votes_for) + usize::from(votes_against);
    if votes != group.members.len() || votes_for <= votes_against {
        return Err(Rejection::missing("majority"));
    }
    Ok(Event::InspectionDecided {
        appraisal: appraisal.id.clone(),
        unit,
        group: group.number,
        report: commitment,
    })
}

pub(super) fn return_report(
    appraisal: &Appraisal,
    unit: UnitId,
    reason: String,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    if group_of(open, &unit)?.leader != context.actor {
        return Err(Rejection::NotInGroup { unit });
    }
    let state = open.inspections.get(&unit);
    if !matches!(state, Some(Inspection::Decided { .. } | Inspection::Voting { .. })) {
        return Err(appraisal.wrong_stage("decided"));
    }
    super::one_line(&reason)?;
    Ok(Event::InspectionReturned { appraisal: appraisal.id.clone(), unit, reason })
}

pub(super) fn sign(
    appraisal: &Appraisal,
    unit: UnitId,
    seen: Digest,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    let group = group_of(open, &unit)?;
    if group.leader != context.actor {
        return Err(Rejection::NotInGroup { unit });
    }
    if let Some(Inspection::Voting { report, votes, .. }) = open.inspections.get(&unit) {
        let (count, quorum) = (group.count(votes), group.quorum.unwrap_or(u16::MAX));
        if *report != seen {
            return Err(Rejection::ChangedMeanwhile);
        }
        if !count.is_carried(quorum) {
            let (votes_for, votes_against) = (count.votes_for, count.votes_against);
            let absent = count.absent;
            let refused =
                InspectionRejection::NotCarried { votes_for, votes_against, absent, quorum };
            return Err(refused.into());
        }
        return Ok(Event::InspectionSigned { appraisal: appraisal.id.clone(), unit, report: seen });
    }
    match open.inspections.get(&unit) {
        Some(Inspection::Decided { report, .. }) if *report == seen => {
            Ok(Event::InspectionSigned { appraisal: appraisal.id.clone(), unit, report: seen })
        }
        Some(Inspection::Decided { .. }) => Err(Rejection::ChangedMeanwhile),
        Some(Inspection::Signed { .. }) => Err(Rejection::AlreadyGiven),
        _ => Err(appraisal.wrong_stage("decided")),
    }
}
