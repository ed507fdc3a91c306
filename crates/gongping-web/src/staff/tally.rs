//! The sealed tally (C9): the three key holders open the boxes together. Until then nobody can
//! see a result, and afterwards this page still says only which boxes are open.

use super::form::{Fields, Problem, answered};
use super::key::seat_of;
use super::{Head, appraisal_frame, done, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use gongping_app::tally;
use gongping_appraisal::{Appraisal, BoxId, BoxState, KeySeat, Open, Survey, permission};
use gongping_locale::Texts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Shares of a thousand boxes, each some 20 kB.
const SHARES_LIMIT_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let hold = Access::of::<permission::HoldKey>;
    routes
        .get("/staff/a/{appraisal}/tally", Access::of::<permission::SeeWorkplace>(), show)
        .get("/staff/a/{appraisal}/tally/work.json", hold(), work)
        .post_up_to(SHARES_LIMIT_BYTES, "/staff/a/{appraisal}/tally", hold(), give)
}

struct Holder {
    body: String,
    who: String,
    has_given: bool,
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
    seat: &'static str,
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
        mine: survey.and_then(|survey| mine(visitor, appraisal, survey)),
    });
    answered(shown, problem.as_ref())
}

fn holders(visitor: &Visitor, survey: &Survey) -> Vec<Holder> {
    let has_given = |seat: &KeySeat| match survey {
        Survey::Closed { shares, .. } => shares.contains(seat),
        Survey::Tallied { .. } => true,
        _ => false,
    };
    let keys = survey.keys();
    let holder = |seat: KeySeat| Holder {
        body: word(visitor.t, "workplace-seat", seat.as_str()),
        who: keys
            .and_then(|keys| keys.get(&seat))
            .map(|key| post(&visitor.world, &key.holder))
            .unwrap_or_default(),
        has_given: has_given(&seat),
    };
    KeySeat::ALL.into_iter().map(holder).collect()
}

/// The reader's own seat while boxes are to be opened.
fn mine(visitor: &Visitor, appraisal: &Appraisal, survey: &Survey) -> Option<Mine> {
    let Survey::Closed { shares, .. } = survey else { return None };
    let seat = seat_of(visitor, appraisal, "").ok()?;
    let body = word(visitor.t, "workplace-seat", seat.as_str());
    Some(Mine {
        seat: seat.as_str(),
        words: visitor.t.tally_give_seat(body),
        has_given: shares.contains(&seat),
    })
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

/// What the page's script works on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Work {
    /// So that a wrong key file is noticed before anything is computed.
    public_key: Option<String>,
    minimum: u64,
    boxes: Vec<WorkBox>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WorkBox {
    id: BoxId,
    election: String,
    encrypted_tally: String,
    /// Ballots in it.
    tallied: u64,
}

/// The `public_key` field of the key that fills the seat.
fn public_key(open: &Open, seat: KeySeat) -> Option<String> {
    let key = open.survey.keys()?.get(&seat)?;
    let json: serde_json::Value = serde_json::from_str(&key.public_key).ok()?;
    json.get("public_key")?.as_str().map(str::to_owned)
}

async fn work(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::HoldKey>(&appraisal.organiser)?;
    let seat = seat_of(&visitor, appraisal, "")?;
    let work = tally::share_work(&web.app, &allowed, &appraisal.id).await?;
    let open = appraisal.running().ok_or(Fault::NotFound)?;
    let boxes = work.boxes.into_iter().map(|known| WorkBox {
        id: known.id,
        election: known.election,
        encrypted_tally: known.encrypted_tally,
        tallied: known.ballots,
    });
    Ok(Json(Work {
        public_key: public_key(open, seat),
        minimum: open.rulebook.rules.survey().box_minimum.value,
        boxes: boxes.collect(),
    })
    .into_response())
}

/// What the page's script hands in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shares {
    shares: Vec<Share>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Share {
    #[serde(rename = "box")]
    box_id: BoxId,
    partial_decryption: String,
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
    let Ok(shares) = serde_json::from_str::<Shares>(fields.raw("shares")) else {
        let problem = Problem::line(t, t.app_error_bad_request());
        return tally_page(&web, &visitor, appraisal, Some(problem));
    };
    let shares: BTreeMap<BoxId, String> =
        shares.shares.into_iter().map(|share| (share.box_id, share.partial_decryption)).collect();
    match tally::give_share(&web.app, allowed, &appraisal.id, seat, shares).await {
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
