//! Who has filed a plan, who is late, and by how much (C1, E5).

use super::preparation_frame;
use crate::frame::{Frame, page};
use crate::staff::form::Problem;
use crate::staff::{Head, unit_name, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_appraisal::{Appraisal, Calendar, Level, LocalPlan, Workdays, permission};
use gongping_locale::Texts;
use jiff::civil::Date;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = Access::of::<permission::SeeWorkplace>();
    routes.get("/staff/a/{appraisal}/plans", see, show)
}

struct Row {
    unit: String,
    href: String,
    state: String,
    class: &'static str,
    icon: &'static str,
    filed_on: Option<String>,
    late: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/preparation/plans.html")]
struct PlansPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    due: Option<String>,
    is_known_year: bool,
    in_time: usize,
    late: usize,
    missing: usize,
    rows: Vec<Row>,
}

/// How a state is shown.
pub(super) fn colours(state: Option<&str>) -> (&'static str, &'static str) {
    match state {
        None => ("", "circle"),
        Some("accepted") => ("state-good", "check-circle"),
        Some("returned") => ("state-warn", "alert"),
        Some(_) => ("state-info", "half"),
    }
}

/// By how many working days a plan is late, in words; none if it is not.
pub(super) fn late_words(
    t: Texts,
    plan: Option<&LocalPlan>,
    frame: &Calendar,
    today: Date,
) -> Option<String> {
    let day = plan.and_then(|plan| plan.filed_on).unwrap_or(today);
    let is_late = LocalPlan::due(frame) < day;
    is_late.then(|| t.workplace_late_by(LocalPlan::days_late(plan, frame, today)))
}

/// The state of a plan in words.
pub(super) fn state_words(t: Texts, plan: Option<&LocalPlan>) -> String {
    match plan {
        Some(plan) => word(t, "preparation-plan-state", plan.state.as_str()),
        None => t.preparation_plan_none().to_owned(),
    }
}

fn rows(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Vec<Row> {
    let (t, today, world) = (visitor.t, web.app.today(), &visitor.world);
    let organises = |unit: &&gongping_appraisal::UnitId| {
        world.unit(unit).is_some_and(|unit| unit.level != Level::Window)
    };
    let units = appraisal.units.iter().filter(organises);
    let row = |unit| {
        let plan = appraisal.preparation.plan(unit);
        let (class, icon) = colours(plan.map(|plan| plan.state.as_str()));
        Row {
            unit: unit_name(world, unit, today),
            href: format!("/staff/a/{}/plans/{unit}", appraisal.id),
            state: state_words(t, plan),
            class,
            icon,
            filed_on: plan.and_then(|plan| plan.filed_on).map(|day| t.date(day)),
            late: appraisal.calendar().and_then(|frame| late_words(t, plan, frame, today)),
        }
    };
    units.map(row).collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let rows = rows(&web, &visitor, appraisal);
    let filed = |row: &&Row| row.filed_on.is_some();
    let due = appraisal.calendar().map(LocalPlan::due);
    page(&PlansPage {
        frame: preparation_frame(&web, &visitor, appraisal, t.preparation_plans()),
        t,
        head: Head::new(&web, &visitor, appraisal, "plans"),
        problem: None,
        due: due.map(|due| t.weekday_date(due)),
        is_known_year: due.is_none_or(|due| Workdays::announced().knows(due.year())),
        in_time: rows.iter().filter(filed).filter(|row| row.late.is_none()).count(),
        late: rows.iter().filter(|row| row.late.is_some()).count(),
        missing: rows.iter().filter(|row| row.filed_on.is_none()).count(),
        rows,
    })
}
