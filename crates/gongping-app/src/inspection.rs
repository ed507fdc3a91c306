//! Inspection (C8): groups, blind sheets, the members' vote and the leader's signature.

use crate::engine::{App, Extras};
use crate::payload;
use crate::refusal::Refusal;
use crate::session::confirm_password;
use crate::survey::at_organiser;
use gongping_appraisal::permission::{EnterPoints, FormInspectionGroups, SignInspection};
use gongping_appraisal::{
    AccountId, Allowed, Appraisal, AppraisalId, Digest, Inspection, InspectionGroup,
    InspectionReport, InspectionStep, MemberSheet, Step, UnitId, Vote,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Forms or changes an inspection group. Without a quorum it gets the usual one.
///
/// # Errors
/// [`Refusal::Rejected`] when a member lacks the duty or a unit has a group already.
pub async fn form_group(
    app: &App,
    allowed: Allowed<FormInspectionGroups>,
    id: &AppraisalId,
    mut group: InspectionGroup,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    group.quorum.get_or_insert(InspectionGroup::usual_quorum(group.members.len()));
    app.step(&allowed.account().into(), id, Step::FormInspectionGroup(group)).await
}

/// Commits to content that stays outside the log.
fn committed(app: &App, content: &impl Serialize) -> Result<(Digest, Extras), Refusal> {
    let (digest, opening) = payload::committed(app, content)?;
    Ok((digest, Extras::keeping(opening)))
}

/// Enters a member's points about a unit, or replaces the own earlier ones. With the last sheet of
/// the group all are fixed.
///
/// # Errors
/// [`Refusal::Rejected`] when points are out of range or the sheets are fixed.
pub async fn enter_points(
    app: &App,
    allowed: Allowed<EnterPoints>,
    sheet: MemberSheet,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, &sheet.appraisal)?;
    let (commitment, extras) = committed(app, &sheet)?;
    let id = sheet.appraisal.clone();
    let step = Step::EnterPoints { sheet, commitment };
    app.steps_with(&allowed.account().into(), &id, vec![step], extras).await
}

/// Closes the entering of points although sheets are missing.
///
/// # Errors
/// [`Refusal::Rejected`] when fewer sheets are in than the quorum.
pub async fn close_entering(
    app: &App,
    allowed: Allowed<SignInspection>,
    id: &AppraisalId,
    unit: UnitId,
    reason: String,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let step = InspectionStep::CloseEntering { unit, reason };
    app.step(&allowed.account().into(), id, Step::Inspection(step)).await
}

/// Votes on the report that was seen.
///
/// # Errors
/// [`Refusal::Rejected`] when another report is before the group, or the member has voted.
pub async fn vote(
    app: &App,
    allowed: Allowed<EnterPoints>,
    id: &AppraisalId,
    unit: UnitId,
    report: Digest,
    vote: Vote,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let step = InspectionStep::Vote { unit, report, vote };
    app.step(&allowed.account().into(), id, Step::Inspection(step)).await
}

/// Puts a report to the vote of the members.
///
/// # Errors
/// [`Refusal::Rejected`] when sheets are outstanding or points are out of range.
pub async fn propose(
    app: &App,
    allowed: Allowed<SignInspection>,
    report: InspectionReport,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, &report.appraisal)?;
    let (commitment, extras) = committed(app, &report)?;
    let id = report.appraisal.clone();
    let step = Step::Inspection(InspectionStep::Propose { report, commitment });
    app.steps_with(&allowed.account().into(), &id, vec![step], extras).await
}

/// Takes a report back before it is signed; the votes on it are void.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn return_report(
    app: &App,
    allowed: Allowed<SignInspection>,
    id: &AppraisalId,
    unit: UnitId,
    reason: String,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let step = Step::ReturnInspection { unit, reason };
    app.step(&allowed.account().into(), id, step).await
}

/// Signs the report that was seen; the log-in password is asked for again.
///
/// # Errors
/// [`Refusal::LogIn`] when the password is wrong; [`Refusal::Rejected`] when the report was
/// changed meanwhile, or is not carried.
pub async fn sign(
    app: &App,
    allowed: Allowed<SignInspection>,
    id: &AppraisalId,
    unit: UnitId,
    report: Digest,
    password: &str,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    confirm_password(app, allowed.account(), password).await?;
    app.step(&allowed.account().into(), id, Step::SignInspection { unit, report }).await
}

/// The sheets about a unit that a member may see: the own one while points are entered, all once
/// they are fixed; none for others (C8, T11).
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn member_sheets(
    app: &App,
    id: &AppraisalId,
    unit: &UnitId,
    member: &AccountId,
) -> Result<BTreeMap<AccountId, MemberSheet>, Refusal> {
    let world = app.world();
    let running = world.appraisal(id).and_then(Appraisal::running);
    let group = running.and_then(|open| {
        let mut groups = open.groups.values();
        groups.find(|group| group.units.contains(unit) && group.members.contains(member))
    });
    let mut sheets = BTreeMap::new();
    let inspection = running.and_then(|open| open.inspections.get(unit));
    let Some((_, inspection)) = group.zip(inspection) else { return Ok(sheets) };
    let is_blind = matches!(inspection, Inspection::Entering { .. });
    for (of, digest) in inspection.sheets() {
        if !is_blind || of == member {
            sheets.insert(of.clone(), payload::read(app, *digest).await?);
        }
    }
    Ok(sheets)
}

/// The report about a unit with the commitment to it, once it is before the group.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn report(
    app: &App,
    id: &AppraisalId,
    unit: &UnitId,
) -> Result<Option<(Digest, InspectionReport)>, Refusal> {
    let world = app.world();
    let running = world.appraisal(id).and_then(Appraisal::running);
    let inspection = running.and_then(|open| open.inspections.get(unit));
    match inspection.and_then(Inspection::report) {
        Some(digest) => Ok(Some((digest, payload::read(app, digest).await?))),
        None => Ok(None),
    }
}
