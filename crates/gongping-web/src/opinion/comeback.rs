//! Coming back with the receipt code. The browser derives from it what it sends; the code itself
//! never comes here.

use super::no_store;
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion::{self, Thread};
use gongping_appraisal::{AccountId, Appraisal, OpinionId};
use gongping_locale::Texts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{appraisal}/opinion/return", Access::Public, show)
        .post("/a/{appraisal}/opinion/thread", Access::Public, thread)
        .post_up_to(super::SENT_LIMIT_BYTES, "/a/{appraisal}/opinion/more", Access::Public, more)
        .post("/a/{appraisal}/opinion/contest", Access::Public, contest)
}

/// A text that the script shows when it needs it.
struct Message {
    name: String,
    text: String,
}

#[derive(Template)]
#[template(path = "opinion/return.html")]
struct ReturnPage {
    frame: Frame,
    t: Texts,
    base: String,
    appraisal: String,
    states: Vec<Message>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let appraisal = visitor.appraisal(&id)?;
    let base = format!("/a/{}", appraisal.id);
    let states = ["received", "in_hand", "answered", "closed", "contested"].into_iter();
    let state = |word: &str| {
        let key = word.replace('_', "-");
        let text = |what: &str| crate::refusal::text(t, &format!("opinion-{what}-{key}"), &[]);
        Message {
            name: format!("state-{word}"),
            text: t.app_field_with_value(text("state"), text("explained")),
        }
    };
    page(&ReturnPage {
        frame: Frame::new(&web, &visitor, t.opinion_return_title())
            .crumb(t.app_home(), "/")
            .crumb(appraisal.title.clone(), base.clone())
            .crumb(t.opinion_title(), format!("{base}/opinion"))
            .script("opinion-return.js"),
        t,
        appraisal: appraisal.id.to_string(),
        states: states.map(state).collect(),
        base,
    })
}

/// What the script sends: what was derived from the code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    lookup: String,
}

/// What it is told.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    thread: Thread,
    /// Dates as people write them.
    received: String,
    due: String,
    times: Vec<String>,
    /// To whom what is added is sealed.
    handlers: BTreeMap<AccountId, String>,
}

async fn thread(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let asked = serde_json::from_slice::<Asked>(&body).map_err(|_| Fault::BadRequest)?;
    let found = opinion::thread(&web.app, &appraisal.id, &asked.lookup).await?;
    let thread = found.ok_or(Fault::NotFound)?;
    let t = visitor.t;
    Ok(no_store(Json(Told {
        received: t.date_time(thread.received_at),
        due: t.date_time(thread.due_at),
        times: thread.messages.iter().map(|message| t.date_time(message.at)).collect(),
        handlers: handlers(&visitor, appraisal, thread.opinion),
        thread,
    })))
}

/// Those who may read what is added: to whom it was sealed before, if they still may.
fn handlers(
    visitor: &Visitor,
    appraisal: &Appraisal,
    opinion: OpinionId,
) -> BTreeMap<AccountId, String> {
    let Some(found) = appraisal.opinions.get(opinion) else { return BTreeMap::new() };
    let mut readers = visitor.world.readers(appraisal, &found.unit).handlers;
    if found.sealed {
        readers.retain(|account, _| found.sealed_to.handlers.contains(account));
    }
    readers
}

/// What the script sends to add something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    lookup: String,
    sealed: String,
    recipients: usize,
}

async fn more(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let sent = serde_json::from_slice::<Addition>(&body).map_err(|_| Fault::BadRequest)?;
    let Addition { lookup, sealed, recipients } = sent;
    let added = opinion::add(&web.app, &appraisal.id, &lookup, sealed, recipients).await?;
    added.ok_or(Fault::NotFound)?;
    Ok(no_store(Json(serde_json::json!({}))))
}

async fn contest(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let asked = serde_json::from_slice::<Asked>(&body).map_err(|_| Fault::BadRequest)?;
    let contested = opinion::contest(&web.app, &appraisal.id, &asked.lookup).await?;
    contested.ok_or(Fault::NotFound)?;
    Ok(no_store(Json(serde_json::json!({}))))
}
