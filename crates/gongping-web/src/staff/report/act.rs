//! What members and the leader do on the page.

use super::sheet::read_points;
use super::{About, Typed, sheets_digest, unit_page};
use crate::staff::done;
use crate::staff::form::{Fields, Problem};
use crate::staff::session::password_problem;
use crate::{Fault, Visitor, Web};
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::{Refusal, inspection};
use gongping_appraisal::{
    Digest, InspectionReport, MemberSheet, Open, Rejection, Vote, permission,
};

/// As [`Problem::of`], with the component by its name.
fn problem_of(visitor: &Visitor, open: &Open, refusal: Refusal) -> Result<Problem, Fault> {
    let refusal = match refusal {
        Refusal::Rejected(Rejection::BadPoints { component, min, max, step }) => {
            let components = open.rulebook.rules.entered_components();
            let known = components.iter().find(|(known, _)| known.id == component);
            let component = known
                .map_or(component, |(known, _)| known.name.get(visitor.locale.tag()).to_owned());
            Refusal::Rejected(Rejection::BadPoints { component, min, max, step })
        }
        other => other,
    };
    password_problem(visitor.t, refusal)
}

/// The page again after something was done, or with what was refused and what was typed.
async fn after(
    web: &Web,
    visitor: &Visitor,
    about: &About<'_>,
    outcome: Result<(), Refusal>,
    code: &str,
    typed: Typed<'_>,
) -> Result<Response, Fault> {
    match outcome {
        Ok(()) => Ok(done(&about.address(), code)),
        Err(refusal) => {
            let problem = password_problem(visitor.t, refusal)?;
            unit_page(web, visitor, about, typed, Some(problem)).await
        }
    }
}

pub(super) async fn enter_points(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::EnterPoints>(&about.appraisal.organiser)?;
    let open = about.open()?;
    let problem = match read_points(&visitor, open, &fields) {
        Ok(points) => {
            let sheet = MemberSheet {
                appraisal: about.appraisal.id.clone(),
                unit: about.unit.clone(),
                member: visitor.account()?.clone(),
                points,
            };
            match inspection::enter_points(&web.app, allowed, sheet).await {
                Ok(()) => return Ok(done(&about.address(), "points-entered")),
                Err(refusal) => problem_of(&visitor, open, refusal)?,
            }
        }
        Err(mistakes) => Problem::input(visitor.t, mistakes),
    };
    unit_page(&web, &visitor, &about, Typed::Points(&fields), Some(problem)).await
}

pub(super) async fn close_entering(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::SignInspection>(&about.appraisal.organiser)?;
    let (id, unit) = (&about.appraisal.id, about.unit.clone());
    let reason = fields.get("reason").to_owned();
    let closed = inspection::close_entering(&web.app, allowed, id, unit, reason).await;
    after(&web, &visitor, &about, closed, "entering-closed", Typed::Close(&fields)).await
}

fn read_report(
    visitor: &Visitor,
    about: &About<'_>,
    fields: &Fields,
) -> Result<InspectionReport, Problem> {
    let t = visitor.t;
    let no_group = || Problem::line(t, t.inspection_no_group());
    let (Some(open), Some(group)) = (about.appraisal.running(), about.group()) else {
        return Err(no_group());
    };
    let state = open.inspections.get(&about.unit).ok_or_else(no_group)?;
    let points = read_points(visitor, open, fields);
    Ok(InspectionReport {
        appraisal: about.appraisal.id.clone(),
        unit: about.unit.clone(),
        group: group.number,
        sheets: state.sheets().clone(),
        points: points.map_err(|mistakes| Problem::input(t, mistakes))?,
        votes_for: None,
        votes_against: None,
    })
}

pub(super) async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::SignInspection>(&about.appraisal.organiser)?;
    let open = about.open()?;
    let current = open.inspections.get(&about.unit).map(sheets_digest).unwrap_or_default();
    let problem = if fields.get("sheets") != current {
        Problem::of(visitor.t, Rejection::ChangedMeanwhile.into())?
    } else {
        match read_report(&visitor, &about, &fields) {
            Ok(report) => match inspection::propose(&web.app, allowed, report).await {
                Ok(()) => return Ok(done(&about.address(), "inspection-proposed")),
                Err(refusal) => problem_of(&visitor, open, refusal)?,
            },
            Err(problem) => problem,
        }
    };
    unit_page(&web, &visitor, &about, Typed::Decision(&fields), Some(problem)).await
}

pub(super) async fn vote(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::EnterPoints>(&about.appraisal.organiser)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let problem = match Vote::parse(fields.get("vote")) {
        Some(vote) => {
            let (id, unit) = (&about.appraisal.id, about.unit.clone());
            match inspection::vote(&web.app, allowed, id, unit, digest, vote).await {
                Ok(()) => return Ok(done(&about.address(), "inspection-voted")),
                Err(refusal) => Problem::of(visitor.t, refusal)?,
            }
        }
        None => Problem::line(visitor.t, visitor.t.inspection_vote_missing()),
    };
    unit_page(&web, &visitor, &about, Typed::Nothing, Some(problem)).await
}

pub(super) async fn return_report(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::SignInspection>(&about.appraisal.organiser)?;
    let reason = fields.get("reason").to_owned();
    let id = &about.appraisal.id;
    let returned =
        inspection::return_report(&web.app, allowed, id, about.unit.clone(), reason).await;
    after(&web, &visitor, &about, returned, "inspection-returned", Typed::Return(&fields)).await
}

pub(super) async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::SignInspection>(&about.appraisal.organiser)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let (id, unit, password) = (&about.appraisal.id, about.unit.clone(), fields.raw("password"));
    let signed = inspection::sign(&web.app, allowed, id, unit, digest, password).await;
    after(&web, &visitor, &about, signed, "inspection-signed", Typed::Nothing).await
}
