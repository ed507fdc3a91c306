//! The sealed tally (C9): so many key holders as the plan says open the boxes together. Until then nobody can
//! see a result, and afterwards this page still says only which boxes are open.

use super::form::{Fields, Problem, answered};
use super::key::{ANSWER_LIMIT_BYTES, Unlock, answer_of, seat_of};
use super::{Head, appraisal_frame, done, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::key;
use gongping_appraisal::{Appraisal, BoxId, BoxState, KeySeat, Open, Survey, permission};
use gongping_locale::Texts;
use std::collections::BTreeSet;

pub(super) fn routes(routes: Routes) -> Routes {
    let hold = Access::of::<permission::HoldKey>;
    routes
        .get("/staff/a/{appraisal}/tally", Access::of::<permission::SeeWorkplace>(), show)
        .post_up_to(ANSWER_LIMIT_BYTES, "/staff/a/{appraisal}/tally", hold(), give)
}

struct Holder {
    body: String,
    who: String,
    has_given: bool,
    is_needed: bool,
}

struct BoxRow {
    unit: String,
    group: String,
    counted: u64,
    state: String,
    kind: &'static str,
    head: String,
}

struct Mine {
    words: String,
    has_given: bool,
}

#[derive(Template)]
#[template(path = "staff/tally/page.html")]
struct TallyPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    stage: &'static str,
    holders: Vec<Holder>,
    summary: String,
    boxes: Vec<BoxRow>,
    mine: Option<Mine>,
    /// How many shares are still needed.
    needed: String,
    seat: &'static str,
    due: Vec<Unlock>,
}

fn tally_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let open = appraisal.running();
    let survey = open.map(|open| &open.survey);
    let stage = survey.map_or("planned", Survey::stage);
    let mine = survey.and_then(|survey| mine(visitor, appraisal, survey));
    let seat = mine.as_ref().map(|(seat, _)| *seat);
    let boxes = open.map(|open| box_rows(web, visitor, open)).unwrap_or_default();
    let shut = boxes.iter().filter(|row| row.kind == "shut").count();
    let shown = page(&TallyPage {
        frame: appraisal_frame(web, visitor, appraisal, t.tally_title()).script("keyholder.js"),
        t,
        head: Head::new(web, visitor, appraisal, "tally"),
        problem: problem.clone(),
        stage,
        holders: survey.map(|survey| holders(visitor, survey)).unwrap_or_default(),
        summary: t.tally_summary(boxes.len() - shut, shut, boxes.len()),
        boxes,
        mine: mine.map(|(_, mine)| mine),
        needed: survey.map(|survey| needed(t, survey)).unwrap_or_default(),
        seat: seat.map_or("", KeySeat::as_str),
        due: vec![Unlock { medium: "any", suffix: "" }],
    });
    answered(shown, problem.as_ref())
}

fn holders(visitor: &Visitor, survey: &Survey) -> Vec<Holder> {
    let given = match survey {
        Survey::Closed { shares, .. } | Survey::Tallied { shares, .. } => shares.clone(),
        _ => BTreeSet::new(),
    };
    let is_open = matches!(survey, Survey::Tallied { .. });
    let holders = survey.ceremony().map(|known| &known.holders);
    let holder = |seat: KeySeat| Holder {
        body: word(visitor.t, "workplace-seat", seat.as_str()),
        who: holders
            .and_then(|holders| holders.get(&seat))
            .map(|account| post(&visitor.world, account))
            .unwrap_or_default(),
        has_given: given.contains(&seat),
        is_needed: !is_open,
    };
    KeySeat::ALL.into_iter().map(holder).collect()
}

fn needed(t: Texts, survey: &Survey) -> String {
    match survey {
        Survey::Closed { plan, shares, .. } => {
            let missing = (plan.key_threshold as usize).saturating_sub(shares.len());
            t.tally_needed(missing, plan.key_threshold)
        }
        _ => String::new(),
    }
}

/// The reader's own seat while boxes are to be opened.
fn mine(visitor: &Visitor, appraisal: &Appraisal, survey: &Survey) -> Option<(KeySeat, Mine)> {
    let Survey::Closed { shares, .. } = survey else { return None };
    let seat = seat_of(visitor, appraisal, "").ok()?;
    let body = word(visitor.t, "workplace-seat", seat.as_str());
    let words = visitor.t.tally_give_seat(body);
    Some((seat, Mine { words, has_given: shares.contains(&seat) }))
}

fn box_rows(web: &Web, visitor: &Visitor, open: &Open) -> Vec<BoxRow> {
    let (t, today, rules) = (visitor.t, web.app.today(), &open.rulebook.rules);
    let minimum = rules.survey().box_minimum.value;
    let Some(boxes) = open.survey.boxes() else { return Vec::new() };
    let kind_of = |id: &BoxId, state: &BoxState| match &open.survey {
        Survey::Closed { to_open, .. } if to_open.contains(id) => "to-open",
        Survey::Closed { .. } => "shut",
        Survey::Tallied { .. } if state.opened => "opened",
        Survey::Tallied { .. } => "shut",
        _ => "sealed",
    };
    let row = |(id, state): (&BoxId, &BoxState)| {
        let kind = kind_of(id, state);
        let group = rules.group(id.group().as_str());
        BoxRow {
            unit: unit_name(&visitor.world, &id.unit(), today),
            group: group.map_or_else(
                || id.group().to_string(),
                |group| group.name.get(visitor.locale.tag()).to_owned(),
            ),
            counted: state.counted,
            state: match kind {
                "to-open" => t.tally_to_open().to_owned(),
                "opened" => t.tally_opened().to_owned(),
                "shut" => t.tally_stays_shut(t.number(state.counted), t.number(minimum)),
                _ => t.tally_sealed().to_owned(),
            },
            kind,
            head: format!("{} · {}", state.head.height, state.head.hash),
        }
    };
    boxes.iter().map(row).collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    tally_page(&web, &visitor, appraisal, None)
}

async fn give(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::HoldKey>(&appraisal.organiser)?;
    let seat = seat_of(&visitor, appraisal, fields.get("seat"))?;
    let answer = match answer_of(t, &fields) {
        Ok(answer) => answer,
        Err(problem) => return tally_page(&web, &visitor, appraisal, Some(problem)),
    };
    match key::answer(&web.app, &allowed, &appraisal.id, seat, answer).await {
        Ok(()) => {
            let world = web.app.world();
            let survey = world.appraisal(&appraisal.id).and_then(Appraisal::running);
            let all = survey.is_some_and(|open| matches!(open.survey, Survey::Tallied { .. }));
            let code = if all { "boxes-opened" } else { "share-given" };
            Ok(done(&format!("/staff/a/{id}/tally"), code))
        }
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            tally_page(&web, &visitor, appraisal, Some(problem))
        }
    }
}
