//! The key holders (C9): the ceremony that makes the key of the boxes, and the rehearsal with it.
//! Secrets are made and kept on the holder's device and never come here.

use super::form::{Fields, Problem, answered};
use super::survey::survey_frame;
use super::{Head, done, post, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongping_app::key;
use gongping_app::key_holder::KeyAnswer;
use gongping_appraisal::{
    Appraisal, Ceremony, KeyRound, KeySeat, KeyTurn, Medium, Survey, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeMap;

/// Shares of a thousand boxes, each some 20 kB.
pub(super) const ANSWER_LIMIT_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let hold = Access::of::<permission::HoldKey>;
    routes
        .get("/staff/a/{appraisal}/survey/key", hold(), show)
        .get("/staff/a/{appraisal}/survey/key/work.json", hold(), work)
        .post("/staff/a/{appraisal}/survey/key", hold(), hand_in)
        .post("/staff/a/{appraisal}/survey/key/restart", hold(), restart)
}

/// One step of one seat in the table of the progress.
struct Cell {
    heading: String,
    words: &'static str,
    state: &'static str,
}

struct SeatRow {
    body: String,
    who: String,
    cells: Vec<Cell>,
}

/// The fields in which a holder opens the own secret, and what binds it to this page.
pub(super) struct Unlock {
    /// `file`, `sheet`, or `any` where the holder chooses.
    pub(super) medium: &'static str,
    /// Tells the fields of two forms on one page apart.
    pub(super) suffix: &'static str,
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
    intro: String,
    steps: Vec<String>,
    rows: Vec<SeatRow>,
    states: Vec<String>,
    /// The word of what the reader has to do: a round, `rehearsal`, `wait`, `tally` or `none`.
    turn: &'static str,
    turn_words: String,
    due: Vec<Unlock>,
    /// The fields to check the public record with, once the seat has a certificate in it.
    checks: Vec<Unlock>,
    may_restart: bool,
    made_on: String,
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

fn seat_words(t: Texts, seats: &[KeySeat]) -> String {
    let words: Vec<String> =
        seats.iter().map(|seat| word(t, "workplace-seat", seat.as_str())).collect();
    t.list(&words)
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
    let ceremony = survey.and_then(Survey::ceremony);
    let turn = match survey {
        Some(Survey::Agreed { ceremony, .. }) => Some(ceremony.turn(seat)),
        _ => None,
    };
    let (turn_code, turn_words, due) = match survey {
        Some(Survey::Closed { .. } | Survey::Tallied { .. }) => {
            ("tally", t.key_tally().to_owned(), Vec::new())
        }
        _ => turn_view(t, turn.as_ref()),
    };
    let shown = page(&KeyPage {
        frame: survey_frame(web, visitor, appraisal).script("keyholder.js"),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        seat: seat.as_str(),
        body: word(t, "workplace-seat", seat.as_str()),
        file_name: format!("gongping-key-{}-{}.age", appraisal.id, seat.as_str()),
        intro: ceremony.map(|known| t.key_intro(known.threshold)).unwrap_or_default(),
        steps: step_words(t),
        rows: ceremony.map(|known| rows(visitor, known)).unwrap_or_default(),
        states: ceremony.map(|known| states(t, known)).unwrap_or_default(),
        turn: turn_code,
        turn_words,
        due,
        checks: ceremony
            .and_then(|known| known.message(KeyRound::Certificate, seat))
            .map(|_| Unlock { medium: "any", suffix: "-check" })
            .into_iter()
            .collect(),
        may_restart: turn.is_some() && ceremony.is_some_and(|known| !known.holders.is_empty()),
        made_on: t.date(web.app.today()),
    });
    answered(shown, problem.as_ref())
}

fn turn_view(t: Texts, turn: Option<&KeyTurn>) -> (&'static str, String, Vec<Unlock>) {
    let any = || vec![Unlock { medium: "any", suffix: "" }];
    match turn {
        Some(KeyTurn::Message(KeyRound::Certificate)) => {
            ("certificate", t.key_certificate_what().to_owned(), Vec::new())
        }
        Some(KeyTurn::Message(round)) => {
            let words = word(t, "key", &format!("{}-what", round.as_str()));
            (round.as_str(), words, any())
        }
        Some(KeyTurn::Rehearse(due)) => {
            let due = due.iter().map(|medium| match medium {
                Medium::File => Unlock { medium: "file", suffix: "" },
                Medium::Sheet => Unlock { medium: "sheet", suffix: "" },
            });
            ("rehearsal", t.key_rehearsal_what().to_owned(), due.collect())
        }
        Some(KeyTurn::Wait(awaited)) if awaited.is_empty() => {
            ("wait", t.key_wait_none().to_owned(), Vec::new())
        }
        Some(KeyTurn::Wait(awaited)) => ("wait", t.key_wait(seat_words(t, awaited)), Vec::new()),
        None => ("none", t.key_not_now().to_owned(), Vec::new()),
    }
}

fn step_words(t: Texts) -> Vec<String> {
    let rounds = KeyRound::ALL.map(|round| word(t, "key-round", round.as_str()));
    let media = Medium::ALL.map(|medium| word(t, "key-rehearsal", medium.as_str()));
    rounds.into_iter().chain(media).collect()
}

fn rows(visitor: &Visitor, ceremony: &Ceremony) -> Vec<SeatRow> {
    let t = visitor.t;
    let row = |seat: KeySeat| {
        let rounds = KeyRound::ALL.into_iter().map(|round| {
            let awaited = ceremony.round() == Some(round);
            (ceremony.message(round, seat).is_some(), awaited)
        });
        let rehearsal = ceremony.rehearsal.as_ref();
        let media = Medium::ALL.into_iter().map(|medium| {
            let given =
                |known: &gongping_appraisal::Rehearsal| known.shares.contains_key(&(seat, medium));
            (rehearsal.is_some_and(given), rehearsal.is_some())
        });
        let cells = step_words(t).into_iter().zip(rounds.chain(media));
        let cell = |(heading, (is_given, is_awaited)): (String, (bool, bool))| {
            let (words, state) = match (is_given, is_awaited) {
                (true, _) => (t.key_done(), "good"),
                (false, true) => (t.key_awaited(), "warn"),
                (false, false) => (t.key_later(), "later"),
            };
            Cell { heading, words, state }
        };
        let holder = ceremony.holders.get(&seat);
        SeatRow {
            body: word(t, "workplace-seat", seat.as_str()),
            who: holder.map(|account| post(&visitor.world, account)).unwrap_or_default(),
            cells: cells.map(cell).collect(),
        }
    };
    KeySeat::ALL.into_iter().map(row).collect()
}

fn states(t: Texts, ceremony: &Ceremony) -> Vec<String> {
    if ceremony.round().is_some() {
        return Vec::new();
    }
    let outcome = ceremony.rehearsal.as_ref().and_then(|known| known.outcome.as_ref());
    let rehearsal = match outcome.and_then(|outcome| outcome.first()) {
        Some(counts) => {
            let words: Vec<String> = counts.iter().map(|count| t.number(*count)).collect();
            t.key_state_rehearsed(counts.iter().sum::<u64>(), t.list(&words))
        }
        None => t.key_state_rehearse(ceremony.threshold),
    };
    vec![t.key_state_made().to_owned(), rehearsal]
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

/// The work order for the holder's device, at any stage: also the shares of the tally.
async fn work(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::HoldKey>(&appraisal.organiser)?;
    let seat = seat_of(&visitor, appraisal, query.get("seat").map_or("", String::as_str))?;
    let work = key::work(&web.app, &allowed, &appraisal.id, seat).await?;
    let name = format!("gongping-key-work-{}-{}.json", appraisal.id, seat.as_str());
    let as_file = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((as_file, serde_json::to_vec(&work).unwrap_or_default()).into_response())
}

/// The answer that a form carries: made by the page's script, or in a file from the command line.
pub(super) fn answer_of(t: Texts, fields: &Fields) -> Result<KeyAnswer, Problem> {
    let text = match fields.file("answer_file") {
        Some(file) => file.bytes.to_vec(),
        None => fields.raw("answer").as_bytes().to_vec(),
    };
    if text.is_empty() {
        return Err(Problem::line(t, t.key_answer_file_missing()));
    }
    serde_json::from_slice(&text).map_err(|_| Problem::line(t, t.key_answer_file_bad()))
}

fn is_rehearsed(appraisal: &Appraisal) -> bool {
    let ceremony = appraisal.running().and_then(|open| open.survey.ceremony());
    ceremony.is_some_and(Ceremony::is_rehearsed)
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
    let problem = match answer_of(t, &fields) {
        Ok(answer) => match key::answer(&web.app, &allowed, &appraisal.id, seat, answer).await {
            Ok(()) => {
                let world = web.app.world();
                let newly = world.appraisal(&appraisal.id).is_some_and(is_rehearsed)
                    && !is_rehearsed(appraisal);
                let code = if newly { "key-rehearsed" } else { "key-given" };
                let path = format!("/staff/a/{id}/survey/key?seat={}", seat.as_str());
                return Ok(done(&path, code));
            }
            Err(refusal) => Problem::of(t, refusal)?,
        },
        Err(problem) => problem,
    };
    key_page(&web, &visitor, appraisal, seat, Some(problem))
}

async fn restart(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::HoldKey>(&appraisal.organiser)?;
    let seat = seat_of(&visitor, appraisal, fields.get("seat"))?;
    let reason = fields.get("reason").to_owned();
    match key::restart(&web.app, &allowed, &appraisal.id, seat, reason).await {
        Ok(()) => {
            let path = format!("/staff/a/{id}/survey/key?seat={}", seat.as_str());
            Ok(done(&path, "keys-restarted"))
        }
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            key_page(&web, &visitor, appraisal, seat, Some(problem))
        }
    }
}
