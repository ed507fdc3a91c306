//! Answering the survey: the page, the sheet that its script asks for, and the sealed ballots
//! that come back. The code stays in the browser; what arrives here is sealed already (C3).

use crate::frame::{Frame, page};
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web, appraisal, refusal};
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use gongping_app::ballot::{self, Receipt, SealedBallot, SheetBox, SheetSubmission};
use gongping_app::{BallotRefusal, Refusal, practice};
use gongping_appraisal::{AppraisalId, SheetNumber, Survey};
use gongping_locale::Texts;
use serde::{Deserialize, Serialize};

/// A sealed ballot of eight items and four grades has some 20 kB, and a sheet may rate all the
/// units of a province.
const SHEET_LIMIT_BYTES: usize = 8 * 1024 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{appraisal}/vote", Access::Public, show)
        .get("/a/{appraisal}/sheet/{sheet}", Access::Public, sheet)
        .post_up_to(SHEET_LIMIT_BYTES, "/a/{appraisal}/ballots", Access::Public, submit)
}

#[derive(Template)]
#[template(path = "ballot/page.html")]
struct BallotPage {
    frame: Frame,
    t: Texts,
    base: String,
    organiser: String,
    title: String,
    closes_at: String,
    channels: Vec<String>,
    messages: Vec<Message>,
    /// In practice mode, codes that anybody may try.
    practice_codes: Vec<String>,
}

/// A text that the script shows when it needs it: its name and its paragraphs.
struct Message {
    name: &'static str,
    paragraphs: Vec<String>,
}

#[derive(Template)]
#[template(path = "ballot/closed.html")]
struct ClosedPage {
    frame: Frame,
    t: Texts,
    base: String,
    now: String,
    has_boxes: bool,
    published: bool,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let found = visitor.appraisal(&id)?;
    let base = format!("/a/{}", found.id);
    let frame = Frame::new(&web, &visitor, t.vote_title())
        .crumb(t.app_home(), "/")
        .crumb(found.title.clone(), base.clone());
    let survey = found.running().map(|open| &open.survey);
    let plan =
        survey.and_then(Survey::plan).filter(|_| appraisal::is_collecting(found, web.app.now()));
    let Some(plan) = plan else {
        return page(&ClosedPage {
            frame,
            t,
            base,
            now: appraisal::now_words(t, found, web.app.now()),
            has_boxes: survey.is_some_and(|survey| survey.boxes().is_some()),
            published: found.published().is_some(),
        });
    };
    page(&BallotPage {
        frame: frame.script("ballot.js"),
        t,
        base,
        organiser: appraisal::unit_name(&visitor.world, &found.organiser),
        title: found.title.clone(),
        closes_at: t.date_time(plan.closes_at),
        channels: plan.channels.clone(),
        messages: messages(t),
        practice_codes: practice_codes(&web, &found.id)?,
    })
}

/// A code of the first kind of sheet and one of the last: one unit, and usually all of them.
fn practice_codes(web: &Web, id: &AppraisalId) -> Result<Vec<String>, Fault> {
    let spare = practice::spare_codes(&web.app)?;
    let mut codes = spare.into_iter().filter(|spare| spare.appraisal == id.as_str());
    let first = codes.next();
    Ok(first.into_iter().chain(codes.next_back()).map(|spare| spare.code).collect())
}

/// All texts of the script. Names in braces are filled in by it.
fn messages(t: Texts) -> Vec<Message> {
    let line = |name, text: &str| Message { name, paragraphs: vec![text.to_owned()] };
    let advised = |name, happened: &str, advice: &str| Message {
        name,
        paragraphs: vec![happened.to_owned(), advice.to_owned()],
    };
    let mut messages = vec![
        line("progress-question", &t.vote_progress_question("{count}", "{position}")),
        line("progress-unit", &t.vote_progress_unit("{count}", "{position}")),
        line("summary-full", &t.vote_summary_full("{count}")),
        line("summary-open", &t.vote_summary_open("{answered}", "{count}", "{open}")),
        line("no-answer", t.vote_no_answer()),
        line("code-empty", t.vote_code_empty()),
        line("code-too-short", t.vote_code_too_short()),
        line("code-too-long", t.vote_code_too_long()),
        line("code-no-sheet", t.vote_code_no_sheet()),
        line("code-wrong-character", t.vote_code_wrong_character()),
        line("code-mistyped", t.vote_code_mistyped()),
        line("code-mistyped-sheet", t.vote_code_mistyped_sheet()),
        line("code-mistyped-group", &t.vote_code_mistyped_group("{group}")),
        line("code-loading", t.vote_code_loading()),
        line("code-unknown-sheet", t.vote_code_unknown_sheet()),
        line("sheet-damaged", t.vote_sheet_damaged()),
        line("sheet-network", t.vote_sheet_network()),
        line("sealing", t.vote_sealing_text()),
        line("sending", t.vote_sending_text()),
        advised("sealing-failed", t.vote_sealing_failed(), t.vote_sealing_failed_advice()),
        advised("network", t.vote_network(), t.vote_network_advice()),
        advised("busy", t.vote_busy(), t.vote_busy_advice()),
        advised("refused", t.vote_refused(), t.vote_refused_advice()),
    ];
    for code in BallotRefusal::CODES {
        let sentences = refusal::ballot(t, code);
        let paragraphs = vec![sentences.happened, sentences.kept, sentences.advice];
        messages.push(Message { name: code, paragraphs });
    }
    messages
}

/// An item or a grade, for the script.
#[derive(Serialize)]
struct Choice<'a> {
    id: &'a str,
    text: &'a str,
}

/// A sheet, for the script.
#[derive(Serialize)]
struct SheetMessage<'a> {
    sheet: String,
    group: &'a str,
    items: Vec<Choice<'a>>,
    grades: Vec<Choice<'a>>,
    boxes: Vec<SheetBox>,
}

/// Reads `07` or `7`: from 1 to 65535, plain digits.
fn sheet_number(text: &str) -> Option<SheetNumber> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u16 = text.parse().ok().filter(|_| is_number)?;
    (number > 0).then_some(SheetNumber(number))
}

async fn sheet(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let number = file.strip_suffix(".json").and_then(sheet_number).ok_or(Fault::NotFound)?;
    let appraisal = visitor.appraisal(&id)?;
    let (plan, boxes) = match ballot::sheet(&web.app, &appraisal.id, number).await {
        // The script tells "no such sheet" from other refusals by the status.
        Err(Refusal::Ballot(BallotRefusal::UnknownSheet)) => return Err(Fault::NotFound),
        answer => answer?,
    };
    let rules = &appraisal.rulebook().ok_or(Fault::NotFound)?.rules;
    let group = rules.group(plan.group.as_str());
    let locale = visitor.locale;
    let message = SheetMessage {
        sheet: number.to_string(),
        group: group.map_or("", |group| words(&group.name, locale)),
        items: rules
            .items()
            .iter()
            .map(|item| Choice { id: &item.id, text: words(&item.text, locale) })
            .collect(),
        grades: rules
            .grades()
            .iter()
            .map(|grade| Choice { id: &grade.id, text: words(&grade.name, locale) })
            .collect(),
        boxes,
    };
    Ok(Json(message).into_response())
}

/// A sheet as the script sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    sheet: String,
    ballots: Vec<SealedBallot>,
}

/// What the script is told when the sheet was taken.
#[derive(Serialize)]
struct Taken {
    receipts: Vec<Receipt>,
}

/// What the script is told when it was not: a code of ours, and words in the reader's language.
#[derive(Serialize)]
struct Refused {
    code: String,
    message: String,
    what_was_kept: String,
    what_to_do: String,
}

async fn submit(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let Ok(sent) = serde_json::from_slice::<Sent>(&body) else {
        return Ok(refused(visitor.t, StatusCode::BAD_REQUEST, "message"));
    };
    let Some(sheet) = sheet_number(&sent.sheet) else {
        return Ok(refused(visitor.t, StatusCode::UNPROCESSABLE_ENTITY, "unknown-sheet"));
    };
    let submission = SheetSubmission { sheet, ballots: sent.ballots };
    match ballot::submit(&web.app, &appraisal.id, submission).await {
        Ok(receipts) => Ok(no_store(Json(Taken { receipts }))),
        Err(Refusal::Ballot(refusal)) => {
            let status = match refusal {
                BallotRefusal::NotOpen | BallotRefusal::Closed => StatusCode::CONFLICT,
                BallotRefusal::UnknownSheet
                | BallotRefusal::WrongBoxes
                | BallotRefusal::UnknownCode { .. }
                | BallotRefusal::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Ok(refused(visitor.t, status, refusal.code()))
        }
        Err(other) => Err(other.into()),
    }
}

fn refused(t: Texts, status: StatusCode, code: &str) -> Response {
    let sentences = refusal::ballot(t, code);
    let told = Refused {
        code: sentences.code,
        message: sentences.happened,
        what_was_kept: sentences.kept,
        what_to_do: sentences.advice,
    };
    (status, no_store(Json(told))).into_response()
}

fn no_store(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}
