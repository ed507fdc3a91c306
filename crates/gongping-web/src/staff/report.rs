//! The inspection of one unit (C8): the member's sheet, all sheets side by side for the leader,
//! the group's decision, and the leader's signature over the exact report.

use super::form::{Fields, Problem, answered};
use super::session::password_problem;
use super::{Head, appraisal_frame, done, done_by, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::{Refusal, inspection};
use gongping_appraisal::{
    AccountId, Appraisal, Digest, Inspection, InspectionGroup, InspectionReport, MemberSheet, Open,
    Permission as _, Points, ReasonedPoints, Rejection, UnitId, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    let sign_access = Access::of::<permission::SignInspection>;
    let page = "/staff/a/{appraisal}/inspection/units/{unit}";
    routes
        .get(page, Access::of::<permission::SeeWorkplace>(), show)
        .post(
            "/staff/a/{appraisal}/inspection/units/{unit}/points",
            Access::of::<permission::EnterPoints>(),
            enter_points,
        )
        .post("/staff/a/{appraisal}/inspection/units/{unit}/decision", sign_access(), decide)
        .post("/staff/a/{appraisal}/inspection/units/{unit}/return", sign_access(), return_report)
        .post("/staff/a/{appraisal}/inspection/units/{unit}/sign", sign_access(), sign)
}

/// A component that takes points, with the fields of a form.
struct ComponentField {
    id: String,
    name: String,
    range: String,
    points: String,
    reason: String,
    /// The members' entries, in the order of the members.
    entries: Vec<Option<(String, String)>>,
}

struct ReportView {
    digest: String,
    rows: Vec<(String, String, String)>,
    votes: String,
    signed_by: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/inspection/unit.html")]
struct UnitPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    name: String,
    state: String,
    stage: &'static str,
    group: Option<String>,
    leader: String,
    sheets_in: String,
    outstanding: usize,
    is_member: bool,
    is_leader: bool,
    own: Vec<ComponentField>,
    members: Vec<String>,
    decision: Vec<ComponentField>,
    votes_for: String,
    votes_against: String,
    sheets_digest: String,
    report: Option<ReportView>,
    return_reason: String,
    who_enters: String,
}

/// Which of the forms was typed into.
#[derive(Clone, Copy)]
enum Typed<'a> {
    Nothing,
    Points(&'a Fields),
    Decision(&'a Fields),
    Return(&'a Fields),
}

/// What the page is about.
struct About<'a> {
    appraisal: &'a Appraisal,
    unit: UnitId,
}

impl<'a> About<'a> {
    fn in_path(visitor: &'a Visitor, id: &str, unit: &str) -> Result<Self, Fault> {
        let appraisal = visitor.appraisal(id)?;
        let unit = UnitId::parse(unit).map_err(|_| Fault::NotFound)?;
        if appraisal.units.contains(&unit) {
            Ok(Self { appraisal, unit })
        } else {
            Err(Fault::NotFound)
        }
    }

    fn open(&self) -> Result<&'a Open, Fault> {
        self.appraisal.running().ok_or(Fault::NotFound)
    }

    fn group(&self) -> Option<&'a InspectionGroup> {
        let groups = self.appraisal.running()?.groups.values();
        groups.into_iter().find(|group| group.units.contains(&self.unit))
    }

    fn address(&self) -> String {
        format!("/staff/a/{}/inspection/units/{}", self.appraisal.id, self.unit)
    }
}

/// The fields of one form; `known` are the points that fill it in where nothing was typed.
fn fields_of(
    visitor: &Visitor,
    open: &Open,
    typed: Option<&Fields>,
    known: Option<&BTreeMap<String, ReasonedPoints>>,
    sheets: &[Option<&MemberSheet>],
) -> Vec<ComponentField> {
    let t = visitor.t;
    let entered = open.rulebook.rules.entered_components();
    entered
        .into_iter()
        .map(|(component, range)| {
            let id = component.id.clone();
            let given = known.and_then(|points| points.get(&id));
            let entries = sheets.iter().map(|sheet| {
                let given = sheet.and_then(|sheet| sheet.points.get(&id));
                given.map(|given| (given.points.to_string(), given.reason.clone()))
            });
            ComponentField {
                name: component.name.get(visitor.locale.tag()).to_owned(),
                range: t.inspection_points_range(&range.maximum, &range.minimum, &range.step),
                points: match typed {
                    Some(fields) => fields.get(&format!("points-{id}")).to_owned(),
                    None => given.map(|given| given.points.to_string()).unwrap_or_default(),
                },
                reason: match typed {
                    Some(fields) => fields.get(&format!("reason-{id}")).to_owned(),
                    None => given.map(|given| given.reason.clone()).unwrap_or_default(),
                },
                entries: entries.collect(),
                id,
            }
        })
        .collect()
}

async fn unit_page(
    web: &Web,
    visitor: &Visitor,
    about: &About<'_>,
    typed: Typed<'_>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, world, account) = (visitor.t, &visitor.world, visitor.account()?);
    let (open, group) = (about.open()?, about.group());
    let state = open.inspections.get(&about.unit);
    let stage = state.map_or("none", Inspection::stage);
    let is_leader = group.is_some_and(|group| group.leader == *account);
    let is_member = group.is_some_and(|group| group.members.contains(account));
    let sheets = if is_member {
        inspection::member_sheets(&web.app, &about.appraisal.id, &about.unit).await?
    } else {
        BTreeMap::new()
    };
    let is_published = about.appraisal.published().is_some();
    let known = inspection::report(&web.app, &about.appraisal.id, &about.unit).await?;
    // Points stay within the group until publication [C9].
    let report = known.filter(|_| is_member || is_published);
    let members: Vec<&AccountId> = group.into_iter().flat_map(|group| &group.members).collect();
    let by_member: Vec<Option<&MemberSheet>> =
        members.iter().map(|member| sheets.get(*member)).collect();
    let (points, decision, returned) = match typed {
        Typed::Nothing => (None, None, None),
        Typed::Points(fields) => (Some(fields), None, None),
        Typed::Decision(fields) => (None, Some(fields), None),
        Typed::Return(fields) => (None, None, Some(fields)),
    };
    let text = |fields: Option<&Fields>, name: &str| {
        fields.map(|fields| fields.get(name).to_owned()).unwrap_or_default()
    };
    let own = sheets.get(account).map(|sheet| &sheet.points);
    let name = unit_name(world, &about.unit, web.app.today());
    let in_sheets = state.map_or(0, |state| state.sheets().len());
    let shown = page(&UnitPage {
        frame: appraisal_frame(web, visitor, about.appraisal, &name)
            .crumb(t.inspection_title(), format!("/staff/a/{}/inspection", about.appraisal.id)),
        t,
        head: Head::new(web, visitor, about.appraisal, "inspection"),
        problem: problem.clone(),
        address: about.address(),
        name,
        state: word(t, "inspection-state", stage),
        stage,
        group: group.map(|group| t.inspection_group(group.number.0)),
        leader: group.map(|group| post(world, &group.leader)).unwrap_or_default(),
        sheets_in: t.inspection_sheets_in(in_sheets, members.len()),
        outstanding: members.len().saturating_sub(in_sheets),
        is_member,
        is_leader,
        own: fields_of(visitor, open, points, own, &[]),
        members: members.iter().map(|member| post(world, member)).collect(),
        decision: fields_of(visitor, open, decision, None, &by_member),
        votes_for: text(decision, "votes_for"),
        votes_against: text(decision, "votes_against"),
        sheets_digest: state.map(sheets_digest).unwrap_or_default(),
        report: report.map(|known| report_view(visitor, open, state, &known)),
        return_reason: text(returned, "reason"),
        who_enters: done_by(t, &permission::EnterPoints::RULE),
    });
    answered(shown, problem.as_ref())
}

/// What the leader had before the eyes: all commitments, so that a sheet which changed after the
/// page was shown does not slip into the decision.
fn sheets_digest(state: &Inspection) -> String {
    let text: Vec<String> =
        state.sheets().iter().map(|(member, sheet)| format!("{member}={sheet}")).collect();
    gongping_appraisal::sha256(text.join("\n").as_bytes()).to_string()
}

fn report_view(
    visitor: &Visitor,
    open: &Open,
    state: Option<&Inspection>,
    (digest, report): &(Digest, InspectionReport),
) -> ReportView {
    let t = visitor.t;
    let components = open.rulebook.rules.entered_components();
    let name = |id: &str| {
        let known = components.iter().find(|(component, _)| component.id == id);
        known.map_or_else(
            || id.to_owned(),
            |(component, _)| component.name.get(visitor.locale.tag()).to_owned(),
        )
    };
    let rows = report
        .points
        .iter()
        .map(|(id, given)| (name(id), given.points.to_string(), given.reason.clone()));
    ReportView {
        digest: digest.to_string(),
        rows: rows.collect(),
        votes: t.inspection_votes(report.votes_against, report.votes_for),
        signed_by: match state {
            Some(Inspection::Signed { leader, .. }) => Some(post(&visitor.world, leader)),
            _ => None,
        },
    }
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    unit_page(&web, &visitor, &about, Typed::Nothing, None).await
}

/// The points of a form, or all that cannot be read in it.
fn read_points(
    visitor: &Visitor,
    open: &Open,
    fields: &Fields,
) -> Result<BTreeMap<String, ReasonedPoints>, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut points = BTreeMap::new();
    for (component, _) in open.rulebook.rules.entered_components() {
        let id = &component.id;
        match Points::parse(fields.get(&format!("points-{id}"))) {
            Ok(given) => {
                let reason = fields.get(&format!("reason-{id}")).to_owned();
                points.insert(id.clone(), ReasonedPoints { points: given, reason });
            }
            Err(_) => {
                let name = component.name.get(visitor.locale.tag());
                mistakes.push(visitor.t.inspection_bad_points(name));
            }
        }
    }
    if mistakes.is_empty() { Ok(points) } else { Err(mistakes) }
}

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

async fn enter_points(
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

fn read_report(
    visitor: &Visitor,
    about: &About<'_>,
    fields: &Fields,
) -> Result<InspectionReport, Problem> {
    let t = visitor.t;
    let (Some(open), Some(group)) = (about.appraisal.running(), about.group()) else {
        return Err(Problem::line(t, t.inspection_no_group()));
    };
    let Some(state) = open.inspections.get(&about.unit) else {
        return Err(Problem::line(t, t.inspection_no_group()));
    };
    let votes = |name: &str| fields.get(name).parse::<u16>().ok();
    let (mut mistakes, points) = match read_points(visitor, open, fields) {
        Ok(points) => (Vec::new(), points),
        Err(mistakes) => (mistakes, BTreeMap::new()),
    };
    let (Some(votes_for), Some(votes_against)) = (votes("votes_for"), votes("votes_against"))
    else {
        mistakes.push(t.inspection_bad_votes().to_owned());
        return Err(Problem::input(t, mistakes));
    };
    if !mistakes.is_empty() {
        return Err(Problem::input(t, mistakes));
    }
    Ok(InspectionReport {
        appraisal: about.appraisal.id.clone(),
        unit: about.unit.clone(),
        group: group.number,
        sheets: state.sheets().clone(),
        points,
        votes_for,
        votes_against,
    })
}

async fn decide(
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
            Ok(report) => match inspection::decide(&web.app, allowed, report).await {
                Ok(()) => return Ok(done(&about.address(), "inspection-decided")),
                Err(refusal) => problem_of(&visitor, open, refusal)?,
            },
            Err(problem) => problem,
        }
    };
    unit_page(&web, &visitor, &about, Typed::Decision(&fields), Some(problem)).await
}

async fn return_report(
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
    match returned {
        Ok(()) => Ok(done(&about.address(), "inspection-returned")),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            unit_page(&web, &visitor, &about, Typed::Return(&fields), Some(problem)).await
        }
    }
}

async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    let allowed = visitor.allow::<permission::SignInspection>(&about.appraisal.organiser)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let (id, unit, password) = (&about.appraisal.id, about.unit.clone(), fields.raw("password"));
    match inspection::sign(&web.app, allowed, id, unit, digest, password).await {
        Ok(()) => Ok(done(&about.address(), "inspection-signed")),
        Err(refusal) => {
            let problem = password_problem(visitor.t, refusal)?;
            unit_page(&web, &visitor, &about, Typed::Nothing, Some(problem)).await
        }
    }
}
