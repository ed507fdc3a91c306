//! A key holder makes a key and hands in its public part (C9). The private part never comes here.

use super::form::{Fields, Problem, answered};
use super::survey::survey_frame;
use super::{Head, done, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::survey;
use gongping_appraisal::{Appraisal, KeySeat, Survey, permission};
use gongping_locale::Texts;
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    let hold = Access::of::<permission::HoldKey>;
    routes.get("/staff/a/{appraisal}/survey/key", hold(), show).post(
        "/staff/a/{appraisal}/survey/key",
        hold(),
        hand_in,
    )
}

#[derive(Template)]
#[template(path = "staff/survey/key.html")]
struct KeyPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    seat: &'static str,
    body: String,
    file_name: String,
    is_replaced: bool,
    is_possible: bool,
}

/// The seat that the reader fills at the organiser: the wanted one, or else the first of them.
pub(super) fn seat_of(
    visitor: &Visitor,
    appraisal: &Appraisal,
    wanted: &str,
) -> Result<KeySeat, Fault> {
    let account = visitor.account()?;
    let fills = |seat: &KeySeat| {
        super::task::holds(&visitor.world, account, seat.duty(), &appraisal.organiser)
    };
    let mut mine = KeySeat::ALL.into_iter().filter(fills);
    let is_wanted = |seat: &KeySeat| wanted.is_empty() || seat.as_str() == wanted;
    mine.find(is_wanted).ok_or(Fault::NotAllowed)
}

fn key_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    seat: KeySeat,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let survey = appraisal.running().map(|open| &open.survey);
    let known = survey.and_then(Survey::keys).is_some_and(|keys| keys.contains_key(&seat));
    let shown = page(&KeyPage {
        frame: survey_frame(web, visitor, appraisal).script("keyholder.js"),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        seat: seat.as_str(),
        body: word(t, "workplace-seat", seat.as_str()),
        file_name: format!("gongping-key-{}-{}.json", appraisal.id, seat.as_str()),
        is_replaced: known,
        is_possible: matches!(survey, Some(Survey::Agreed { .. })),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let seat = seat_of(&visitor, appraisal, query.get("seat").map_or("", String::as_str))?;
    key_page(&web, &visitor, appraisal, seat, None)
}

async fn hand_in(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::HoldKey>(&appraisal.organiser)?;
    let seat = seat_of(&visitor, appraisal, fields.get("seat"))?;
    let key = fields.raw("public_key");
    match survey::register_key(&web.app, allowed, &appraisal.id, seat, key).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/survey"), "key-registered")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            key_page(&web, &visitor, appraisal, seat, Some(problem))
        }
    }
}
