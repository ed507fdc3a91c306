//! One unit's plan: drawing it up, filing it, and what the office says (C1, B8).

use super::plans::{colours, late_words, state_words};
use super::preparation_frame;
use crate::frame::{Frame, page};
use crate::route::Place;
use crate::staff::form::{Fields, Problem, answered, with_line_feeds};
use crate::staff::setup::read_calendar;
use crate::staff::{Head, done, done_by, post, unit_in_path, unit_name, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::preparation::{self, PlanText};
use gongping_appraisal::{
    Appraisal, Digest, LocalPlan, Permission as _, Phase, PlanState, UnitId, permission,
};
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    let draft = || Access::of::<permission::DraftPlan>().at(Place::Unit);
    let see = draft().or::<permission::SeeWorkplace>();
    let review = Access::of::<permission::ReviewPlans>;
    routes
        .get("/staff/a/{appraisal}/plans/{unit}", see, show)
        .post("/staff/a/{appraisal}/plans/{unit}/draft", draft(), save)
        .post("/staff/a/{appraisal}/plans/{unit}/file", draft(), file)
        .post("/staff/a/{appraisal}/plans/{unit}/return", review(), give_back)
        .post("/staff/a/{appraisal}/plans/{unit}/accept", review(), accept)
}

struct PhaseRow {
    name: String,
    word: &'static str,
    frame: String,
    first: String,
    last: String,
    words: Option<String>,
}

struct Part {
    word: &'static str,
    name: String,
    hint: String,
    text: String,
}

#[derive(Template)]
#[template(path = "staff/preparation/plan.html")]
struct PlanPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    unit: String,
    address: String,
    state: String,
    class: &'static str,
    icon: &'static str,
    due: String,
    filed_on: Option<String>,
    late: Option<String>,
    author: Option<String>,
    reasons: Option<String>,
    content: Option<String>,
    seen: u64,
    phases: Vec<PhaseRow>,
    parts: Vec<Part>,
    may_write: bool,
    may_file: bool,
    may_review: bool,
    who_writes: String,
    who_reviews: String,
    is_filed: bool,
    return_reasons: String,
}

/// What was typed into one of the forms, to be shown again.
#[derive(Default)]
struct Typed<'a> {
    draft: Option<&'a Fields>,
    reasons: String,
}

/// The part of the template for each of a plan's texts: what a plan has to say.
fn parts(t: Texts, text: &PlanText, typed: Option<&Fields>) -> Vec<Part> {
    let part = |(word_of, text): (&'static str, &str)| Part {
        word: word_of,
        name: word(t, "preparation-part", word_of),
        hint: word(t, "preparation-part-hint", word_of),
        text: typed.map_or_else(|| text.to_owned(), |fields| fields.raw(word_of).to_owned()),
    };
    text.parts().into_iter().map(part).collect()
}

fn phase_rows(
    t: Texts,
    appraisal: &Appraisal,
    plan: Option<&LocalPlan>,
    typed: Option<&Fields>,
) -> Vec<PhaseRow> {
    let Some(frame) = appraisal.calendar() else { return Vec::new() };
    let row = |phase: Phase| {
        let outer = frame.dates(phase);
        // The template begins with the organiser's own dates.
        let dates = plan.map_or(outer, |plan| plan.calendar.dates(phase));
        let field = |end: &str, known: jiff::civil::Date| match typed {
            Some(fields) => fields.get(&format!("{end}-{}", phase.as_str())).to_owned(),
            None => known.to_string(),
        };
        PhaseRow {
            name: word(t, "phase", phase.as_str()),
            word: phase.as_str(),
            frame: t.period(outer.first, outer.last),
            first: field("first", dates.first),
            last: field("last", dates.last),
            words: plan.map(|_| t.period(dates.first, dates.last)),
        }
    };
    Phase::ALL.into_iter().map(row).collect()
}

async fn plan_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    unit: &UnitId,
    typed: &Typed<'_>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, today, world) = (visitor.t, web.app.today(), &visitor.world);
    let frame_dates = appraisal.calendar().ok_or(Fault::NotFound)?;
    if !appraisal.units.contains(unit) {
        return Err(Fault::NotFound);
    }
    let plan = appraisal.preparation.plan(unit);
    let text = match plan {
        Some(plan) => preparation::plan_text(&web.app, plan.content).await?,
        None => PlanText::default(),
    };
    let reasons = match plan.and_then(|plan| plan.state.reasons()) {
        Some(digest) => Some(preparation::words(&web.app, digest).await?),
        None => None,
    };
    let state = plan.map(|plan| plan.state.as_str());
    let (class, icon) = colours(state);
    let is_running = appraisal.published().is_none();
    let may_draft = visitor.may::<permission::DraftPlan>(unit) && is_running;
    let shown = page(&PlanPage {
        frame: preparation_frame(web, visitor, appraisal, t.preparation_plan()),
        t,
        head: Head::new(web, visitor, appraisal, "plans"),
        problem: problem.clone(),
        unit: unit_name(world, unit, today),
        address: format!("/staff/a/{}/plans/{unit}", appraisal.id),
        state: state_words(t, plan),
        class,
        icon,
        due: t.weekday_date(LocalPlan::due(frame_dates)),
        filed_on: plan.and_then(|plan| plan.filed_on).map(|day| t.date(day)),
        late: late_words(t, plan, frame_dates, today),
        author: plan.map(|plan| post(world, &plan.author)),
        reasons,
        content: plan.map(|plan| plan.content.to_string()),
        seen: plan.map_or(0, |plan| plan.revision),
        phases: phase_rows(t, appraisal, plan, typed.draft),
        parts: parts(t, &text, typed.draft),
        may_write: may_draft && matches!(state, None | Some("draft" | "returned")),
        may_file: may_draft && state == Some("draft"),
        may_review: visitor.may::<permission::ReviewPlans>(&appraisal.organiser) && is_running,
        who_writes: done_by(t, &permission::DraftPlan::RULE),
        who_reviews: done_by(t, &permission::ReviewPlans::RULE),
        is_filed: plan.is_some_and(|plan| matches!(plan.state, PlanState::Filed { .. })),
        return_reasons: typed.reasons.clone(),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (appraisal, unit) = (visitor.appraisal(&id)?, unit_in_path(&visitor, &unit)?);
    plan_page(&web, &visitor, appraisal, &unit, &Typed::default(), None).await
}

/// What a step of the plan led to: back to its page, or the page again with what is wrong.
async fn after(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    unit: &UnitId,
    typed: &Typed<'_>,
    outcome: Result<&str, Problem>,
) -> Result<Response, Fault> {
    match outcome {
        Ok(code) => Ok(done(&format!("/staff/a/{}/plans/{unit}", appraisal.id), code)),
        Err(problem) => plan_page(web, visitor, appraisal, unit, typed, Some(problem)).await,
    }
}

async fn save(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let (appraisal, unit) = (visitor.appraisal(&id)?, unit_in_path(&visitor, &unit)?);
    let allowed = visitor.allow::<permission::DraftPlan>(&unit)?;
    let part = |word: &str| with_line_feeds(fields.raw(word)).trim().to_owned();
    let text = PlanText {
        people: part("people"),
        items: part("items"),
        survey: part("survey"),
        publicity: part("publicity"),
    };
    let empty: Vec<String> = text
        .parts()
        .into_iter()
        .filter(|(word, text)| *word != "items" && text.is_empty())
        .map(|(name, _)| t.preparation_part_empty(word(t, "preparation-part", name)))
        .collect();
    let seen = fields.seen().unwrap_or(0);
    let outcome = match read_calendar(t, &fields) {
        Err(problem) => Err(problem),
        Ok(_) if !empty.is_empty() => Err(Problem::input(t, empty)),
        Ok(calendar) => {
            let id = &appraisal.id;
            match preparation::draft_plan(&web.app, allowed, id, calendar, &text, seen).await {
                Ok(()) => Ok("plan-drafted"),
                Err(refusal) => Err(Problem::of(t, refusal)?),
            }
        }
    };
    let typed = Typed { draft: Some(&fields), ..Typed::default() };
    after(&web, &visitor, appraisal, &unit, &typed, outcome).await
}

fn shown_content(fields: &Fields) -> Result<Digest, Fault> {
    Digest::parse(fields.get("content")).ok_or(Fault::BadRequest)
}

async fn file(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, unit) = (visitor.appraisal(&id)?, unit_in_path(&visitor, &unit)?);
    let allowed = visitor.allow::<permission::DraftPlan>(&unit)?;
    let content = shown_content(&fields)?;
    let outcome = match preparation::file_plan(&web.app, allowed, &appraisal.id, content).await {
        Ok(()) => Ok("plan-filed"),
        Err(refusal) => Err(Problem::of(visitor.t, refusal)?),
    };
    after(&web, &visitor, appraisal, &unit, &Typed::default(), outcome).await
}

async fn give_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, unit) = (visitor.appraisal(&id)?, unit_in_path(&visitor, &unit)?);
    let allowed = visitor.allow::<permission::ReviewPlans>(&appraisal.organiser)?;
    let reasons = with_line_feeds(fields.raw("reasons"));
    let seen = fields.seen().ok_or(Fault::BadRequest)?;
    let (app, of) = (&web.app, unit.clone());
    let returned = preparation::return_plan(app, allowed, &appraisal.id, of, &reasons, seen).await;
    let outcome = match returned {
        Ok(()) => Ok("plan-returned"),
        Err(refusal) => Err(Problem::of(visitor.t, refusal)?),
    };
    let typed = Typed { reasons, ..Typed::default() };
    after(&web, &visitor, appraisal, &unit, &typed, outcome).await
}

async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, unit) = (visitor.appraisal(&id)?, unit_in_path(&visitor, &unit)?);
    let allowed = visitor.allow::<permission::ReviewPlans>(&appraisal.organiser)?;
    let content = shown_content(&fields)?;
    let of = unit.clone();
    let accepted = preparation::accept_plan(&web.app, allowed, &appraisal.id, of, content).await;
    let outcome = match accepted {
        Ok(()) => Ok("plan-accepted"),
        Err(refusal) => Err(Problem::of(visitor.t, refusal)?),
    };
    after(&web, &visitor, appraisal, &unit, &Typed::default(), outcome).await
}
