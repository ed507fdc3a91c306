//! Receipts: whether a ballot is in its box. A receipt never says what was answered (T6).

use crate::frame::{Frame, page};
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gongping_app::ballot;
use gongping_app::ballot::ReceiptStatus;
use gongping_appraisal::Appraisal;
use gongping_locale::Texts;
use serde::Deserialize;

/// Characters of a tracker: SHA-256 in unpadded base64.
const TRACKER_LENGTH: usize = 43;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}/receipt/", Access::Public, ask).get(
        "/a/{appraisal}/receipt/{*tracker}",
        Access::Public,
        show,
    )
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    tracker: String,
}

#[derive(Template)]
#[template(path = "receipt/ask.html")]
struct AskPage {
    frame: Frame,
    t: Texts,
    base: String,
    typed: String,
    mistake: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "receipt/page.html")]
struct ReceiptPage {
    frame: Frame,
    t: Texts,
    base: String,
    tracker: String,
    unit: String,
    group: String,
    at: String,
    counts: bool,
    box_id: String,
    published: bool,
}

async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    // A receipt is copied with spaces and line breaks from paper and messages.
    let tracker: String = typed.tracker.chars().filter(|c| !c.is_whitespace()).collect();
    if tracker.is_empty() {
        return asked(&web, &visitor, appraisal, typed.tracker, None);
    }
    if !is_tracker(&tracker) {
        let mistake = Some(visitor.t.receipt_form_mistake());
        return asked(&web, &visitor, appraisal, typed.tracker, mistake);
    }
    // In the path a tracker must not be taken apart at its slashes.
    let address = format!("/a/{}/receipt/{}", appraisal.id, encoded(&tracker));
    Ok(Redirect::to(&address).into_response())
}

fn encoded(tracker: &str) -> String {
    crate::frame::percent_encoded(tracker).replace('/', "%2F")
}

fn is_tracker(text: &str) -> bool {
    text.len() == TRACKER_LENGTH
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

fn asked(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: String,
    mistake: Option<&'static str>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let base = format!("/a/{}", appraisal.id);
    let frame = Frame::new(web, visitor, t.receipt_ask_title())
        .crumb(t.app_home(), "/")
        .crumb(appraisal.title.clone(), base.clone());
    let response = page(&AskPage { frame, t, base, typed, mistake })?;
    let status = if mistake.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, response).into_response())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, tracker)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let found = visitor.appraisal(&id)?;
    if !is_tracker(&tracker) {
        return asked(&web, &visitor, found, tracker, Some(t.receipt_form_mistake()));
    }
    let status = ballot::find_receipt(&web.app, &tracker).await?;
    // A receipt of another appraisal is not one of this.
    let status = status.filter(|status| status.box_id.appraisal() == found.id);
    match status {
        Some(status) => page(&receipt(&web, &visitor, found, &status)),
        None => {
            let mut page = asked(&web, &visitor, found, tracker, Some(t.receipt_not_found()))?;
            *page.status_mut() = StatusCode::NOT_FOUND;
            Ok(page)
        }
    }
}

fn receipt(web: &Web, visitor: &Visitor, found: &Appraisal, status: &ReceiptStatus) -> ReceiptPage {
    let t = visitor.t;
    let base = format!("/a/{}", found.id);
    let frame = Frame::new(web, visitor, t.receipt_title())
        .crumb(t.app_home(), "/")
        .crumb(found.title.clone(), base.clone())
        .crumb(t.receipt_ask_title(), format!("{base}/receipt/"));
    let group_id = status.box_id.group();
    let rules = found.rulebook().map(|rulebook| &rulebook.rules);
    let group = rules.and_then(|rules| rules.group(group_id.as_str()));
    ReceiptPage {
        frame,
        t,
        base,
        tracker: status.tracker.clone(),
        unit: appraisal::unit_name(&visitor.world, &status.box_id.unit()),
        group: group.map_or(group_id.as_str(), |g| words(&g.name, visitor.locale)).to_owned(),
        at: t.date_time(status.at),
        counts: status.counts,
        box_id: status.box_id.to_string(),
        published: found.published().is_some(),
    }
}
