//! Appraisals: the list, planning a new one (A1), and the overview with everybody who is awaited.

use super::form::{Fields, Problem, answered};
use super::{
    Head, appraisal_frame, done, frame, holds_anywhere, task, unit_name, units_of, visible, word,
};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::appraisal;
use gongping_appraisal::{
    Appraisal, Level, Permission as _, Ranking, Stage, Survey, UnitId, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = Access::of::<permission::SeeWorkplace>;
    let plan = Access::of::<permission::PlanAppraisal>;
    routes
        .get("/staff/appraisals", see(), list)
        .get("/staff/appraisals/new", plan(), show_new)
        .post("/staff/appraisals/new", plan(), create)
        .get("/staff/a/{appraisal}", see(), overview)
}

struct Row {
    id: String,
    title: String,
    year: i16,
    organiser: String,
    units: usize,
    stage: String,
    is_published: bool,
}

#[derive(Template)]
#[template(path = "staff/appraisal/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    rows: Vec<Row>,
    may_plan: bool,
    who_may: String,
}

async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let rows = visible(&visitor)
        .into_iter()
        .map(|appraisal| Row {
            id: appraisal.id.to_string(),
            title: appraisal.title.clone(),
            year: appraisal.year,
            organiser: unit_name(&visitor.world, &appraisal.organiser, today),
            units: appraisal.units.len(),
            stage: word(t, "stage", appraisal.stage_word()),
            is_published: appraisal.published().is_some(),
        })
        .collect();
    page(&ListPage {
        frame: frame(&web, &visitor, t.setup_list_title()),
        t,
        rows,
        may_plan: holds_anywhere(&visitor, &permission::PlanAppraisal::RULE),
        who_may: super::done_by(t, &permission::PlanAppraisal::RULE),
    })
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "staff/appraisal/new.html")]
struct NewPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    organisers: Vec<Choice>,
    organiser: String,
    year: String,
    title: String,
    units: Vec<Choice>,
}

fn new_page(
    web: &Web,
    visitor: &Visitor,
    organiser: Option<&UnitId>,
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, today, world) = (visitor.t, web.app.today(), &visitor.world);
    let mine = units_of(world, visitor.account()?, &permission::PlanAppraisal::RULE);
    let organiser = organiser.or(mine.first()).ok_or(Fault::NotAllowed)?;
    let known = world.unit(organiser).ok_or(Fault::NotFound)?;
    let itself = (known.level == Level::County).then_some(known);
    let below = world.children(organiser).filter(|unit| unit.exists_on(today));
    let units = itself.into_iter().chain(below).map(|unit| Choice {
        id: unit.id.to_string(),
        name: unit.name_on(today).to_owned(),
        chosen: typed.is_none_or(|typed| typed.has("unit", unit.id.as_str())),
    });
    let name = unit_name(world, organiser, today);
    let year = today.year();
    let shown = page(&NewPage {
        frame: frame(web, visitor, t.setup_plan_new())
            .crumb(t.workplace_nav_appraisals(), "/staff/appraisals"),
        t,
        problem: problem.clone(),
        organisers: mine
            .iter()
            .map(|unit| Choice {
                id: unit.to_string(),
                name: unit_name(world, unit, today),
                chosen: unit == organiser,
            })
            .collect(),
        organiser: organiser.to_string(),
        year: typed.map_or_else(|| year.to_string(), |typed| typed.get("year").to_owned()),
        title: typed.map_or_else(
            || t.setup_default_title(&name, year),
            |typed| typed.get("title").to_owned(),
        ),
        units: units.collect(),
    });
    answered(shown, problem.as_ref())
}

async fn show_new(
    State(web): State<Web>,
    visitor: Visitor,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let organiser = query.get("organiser").and_then(|text| UnitId::parse(text).ok());
    if let Some(organiser) = &organiser {
        visitor.allow::<permission::PlanAppraisal>(organiser)?;
    }
    new_page(&web, &visitor, organiser.as_ref(), None, None)
}

async fn create(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let organiser = UnitId::parse(fields.get("organiser")).map_err(|_| Fault::BadRequest)?;
    let allowed = visitor.allow::<permission::PlanAppraisal>(&organiser)?;
    let year = fields.get("year").parse::<i16>().ok().filter(|year| (1000..=9999).contains(year));
    let Some(year) = year else {
        let problem = Problem::line(t, t.setup_bad_year());
        return new_page(&web, &visitor, Some(&organiser), Some(&fields), Some(problem));
    };
    let units: Result<Vec<UnitId>, _> = fields.all("unit").map(UnitId::parse).collect();
    let units = units.map_err(|_| Fault::BadRequest)?;
    let title = fields.get("title").to_owned();
    match appraisal::plan(&web.app, allowed, year, title, units).await {
        Ok(id) => Ok(done(&format!("/staff/a/{id}/setup"), "appraisal-planned")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            new_page(&web, &visitor, Some(&organiser), Some(&fields), Some(problem))
        }
    }
}

/// A step of the appraisal, as drawn on the overview.
struct Step {
    text: &'static str,
    href: String,
    is_done: bool,
    is_current: bool,
}

struct Awaited {
    what: String,
    who: String,
    due: Option<String>,
    is_late: bool,
    is_mine: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/appraisal/overview.html")]
struct OverviewPage {
    frame: Frame,
    t: Texts,
    head: Head,
    steps: Vec<Step>,
    next: Option<Awaited>,
    awaited: Vec<Awaited>,
    is_published: bool,
    units: usize,
    inspections: Option<String>,
    facts: Vec<(&'static str, String)>,
}

/// How many of the steps are done.
fn steps_done(appraisal: &Appraisal) -> usize {
    match &appraisal.stage {
        Stage::Planned(_) => 0,
        Stage::Published(_) => 7,
        Stage::Open(open) => match (&open.survey, &open.ranking) {
            (_, Ranking::Signed { .. }) => 6,
            (Survey::Unplanned | Survey::Proposed { .. }, _) => 1,
            (Survey::Agreed { .. }, _) => 2,
            (Survey::Collecting { .. }, _) => 3,
            (Survey::Closed { .. }, _) => 4,
            (Survey::Tallied { .. }, _) => 5,
        },
    }
}

fn steps(t: Texts, appraisal: &Appraisal) -> Vec<Step> {
    let number = steps_done(appraisal);
    let all = [
        (t.setup_step_setup(), "/setup"),
        (t.setup_step_plan(), "/survey"),
        (t.setup_step_keys(), "/survey"),
        (t.setup_step_survey(), "/survey"),
        (t.setup_step_tally(), "/tally"),
        (t.setup_step_ranking(), "/ranking"),
        (t.setup_step_published(), "/ranking"),
    ];
    all.into_iter()
        .enumerate()
        .map(|(index, (text, address))| Step {
            text,
            href: format!("/staff/a/{}{address}", appraisal.id),
            is_done: index < number,
            is_current: index == number,
        })
        .collect()
}

fn facts(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Vec<(&'static str, String)> {
    let (t, today) = (visitor.t, web.app.today());
    let mut facts = vec![
        (t.workplace_organiser(), unit_name(&visitor.world, &appraisal.organiser, today)),
        (t.workplace_year(), appraisal.year.to_string()),
        (t.workplace_stage(), word(t, "stage", appraisal.stage_word())),
    ];
    if let Some(rulebook) = appraisal.rulebook() {
        let name = rulebook.rules.name().get(visitor.locale.tag()).to_owned();
        facts.push((t.setup_rulebook(), name));
    }
    if let Some(calendar) = appraisal.calendar() {
        let days = t.period(calendar.first_day(), calendar.last_day());
        facts.push((t.setup_calendar(), days));
    }
    if let Some(open) = appraisal.running() {
        facts.push((t.setup_opened_at(), t.date_time(open.opened_at)));
    }
    if let Some(published) = appraisal.published() {
        facts.push((t.setup_published_at(), t.date_time(published.at)));
    }
    facts
}

async fn overview(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (t, world, account) = (visitor.t, &visitor.world, visitor.account()?);
    let (now, today) = (web.app.now(), web.app.today());
    let appraisal = visitor.appraisal(&id)?;
    let line = |task: &task::Task| Awaited {
        what: task.words(t),
        who: task.awaited(world, t),
        due: task.due.map(|due| t.date(due)),
        is_late: task.is_late(today),
        is_mine: task.is_for(world, account) && task.is_possible(now),
        href: task.href.clone(),
    };
    let awaited: Vec<Awaited> =
        task::of_appraisal(&visitor.world, appraisal).iter().map(line).collect();
    let mut mine = task::of_appraisal(&visitor.world, appraisal);
    mine.retain(|task| task.is_for(world, account) && task.is_possible(now));
    let inspections = appraisal
        .running()
        .map(|open| t.setup_inspections_signed(task::signed_reports(open), appraisal.units.len()));
    page(&OverviewPage {
        frame: frame(&web, &visitor, appraisal.title.clone())
            .crumb(t.workplace_nav_appraisals(), "/staff/appraisals"),
        t,
        head: Head::new(&web, &visitor, appraisal, ""),
        steps: steps(t, appraisal),
        next: mine.first().map(line),
        awaited,
        is_published: appraisal.published().is_some(),
        units: appraisal.units.len(),
        inspections,
        facts: facts(&web, &visitor, appraisal),
    })
}

/// The frame of the set-up page stands beside the overview's.
pub(super) fn setup_frame(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Frame {
    appraisal_frame(web, visitor, appraisal, visitor.t.workplace_nav_setup())
}
