//! Inspection (C8): groups, points, the group's decision and its leader's signature.

use crate::engine::{App, Extras};
use crate::payload;
use crate::refusal::Refusal;
use crate::session::confirm_password;
use crate::survey::at_organiser;
use gongping_appraisal::permission::{EnterPoints, FormInspectionGroups, SignInspection};
use gongping_appraisal::{
    AccountId, Allowed, Appraisal, AppraisalId, Digest, InspectionGroup, InspectionReport,
    MemberSheet, Step, UnitId,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Forms or changes an inspection group.
///
/// # Errors
/// [`Refusal::Rejected`] when a member lacks the duty or a unit has a group already.
pub async fn form_group(
    app: &App,
    allowed: Allowed<FormInspectionGroups>,
    id: &AppraisalId,
    group: InspectionGroup,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    app.step(&allowed.account().into(), id, Step::FormInspectionGroup(group)).await
}

/// Commits to content that stays outside the log.
fn committed(app: &App, content: &impl Serialize) -> Result<(Digest, Extras), Refusal> {
    let (digest, opening) = payload::committed(app, content)?;
    Ok((digest, Extras { payloads: vec![opening], ..Extras::default() }))
}

/// Enters a member's points about a unit, or replaces the own earlier ones.
///
/// # Errors
/// [`Refusal::Rejected`] when points are out of range or the group has decided.
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

/// Records the group's decision.
///
/// # Errors
/// [`Refusal::Rejected`] when sheets are outstanding or there is no majority.
pub async fn decide(
    app: &App,
    allowed: Allowed<SignInspection>,
    report: InspectionReport,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, &report.appraisal)?;
    let (commitment, extras) = committed(app, &report)?;
    let id = report.appraisal.clone();
    let step = Step::DecideInspection { report, commitment };
    app.steps_with(&allowed.account().into(), &id, vec![step], extras).await
}

/// Returns a decision to the members before it is signed.
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
/// changed meanwhile.
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

/// The sheets that members have entered about a unit.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn member_sheets(
    app: &App,
    id: &AppraisalId,
    unit: &UnitId,
) -> Result<BTreeMap<AccountId, MemberSheet>, Refusal> {
    let world = app.world();
    let running = world.appraisal(id).and_then(Appraisal::running);
    let inspection = running.and_then(|open| open.inspections.get(unit));
    let mut sheets = BTreeMap::new();
    for (member, digest) in inspection.map(|known| known.sheets()).into_iter().flatten() {
        sheets.insert(member.clone(), payload::read(app, *digest).await?);
    }
    Ok(sheets)
}

/// The report about a unit with the commitment to it, once the group has decided.
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
    match inspection.and_then(gongping_appraisal::Inspection::report) {
        Some(digest) => Ok(Some((digest, payload::read(app, digest).await?))),
        None => Ok(None),
    }
}
