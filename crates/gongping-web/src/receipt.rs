//! Receipts: whether a ballot is in its box. A receipt never says what was answered (T6).

use crate::frame::{Frame, page};
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};
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
    /// The number of the sheet's receipt, if that was looked up.
    number: Option<String>,
    /// The address of this page as a QR code.
    square: Option<String>,
    at: String,
    counts: bool,
    group: String,
    ballots: Vec<BallotView>,
    published: bool,
}

/// One ballot of the receipt.
struct BallotView {
    unit: String,
    tracker: String,
    box_id: String,
    height: u64,
}

async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    if let Some(number) = ballot::read_receipt_number(&typed.tracker) {
        let address = format!("/a/{}/receipt/{number}", appraisal.id);
        return Ok(Redirect::to(&address).into_response());
    }
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
    headers: HeaderMap,
    Path((id, receipt)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let found = visitor.appraisal(&id)?;
    let number = ballot::read_receipt_number(&receipt);
    let ballots = match &number {
        Some(number) => ballot::find_sheet(&web.app, &found.id, number).await?,
        None if is_tracker(&receipt) => {
            let status = ballot::find_receipt(&web.app, &receipt).await?;
            // A receipt of another appraisal is not one of this.
            status.into_iter().filter(|status| status.box_id.appraisal() == found.id).collect()
        }
        None => return asked(&web, &visitor, found, receipt, Some(t.receipt_form_mistake())),
    };
    let Some(first) = ballots.first() else {
        let mut page = asked(&web, &visitor, found, receipt, Some(t.receipt_not_found()))?;
        *page.status_mut() = StatusCode::NOT_FOUND;
        return Ok(page);
    };
    let base = format!("/a/{}", found.id);
    let frame = Frame::new(&web, &visitor, t.receipt_title())
        .crumb(t.app_home(), "/")
        .crumb(found.title.clone(), base.clone())
        .crumb(t.receipt_ask_title(), format!("{base}/receipt/"));
    let path = format!("{base}/receipt/{}", number.as_deref().unwrap_or_default());
    page(&ReceiptPage {
        frame,
        t,
        base,
        square: number.as_ref().and_then(|_| square(&origin(&web, &headers)?, &path)),
        number,
        at: t.date_time(first.at),
        counts: ballots.iter().all(|ballot| ballot.counts),
        group: group_words(&visitor, found, first),
        ballots: ballots.iter().map(|ballot| ballot_view(&visitor, ballot)).collect(),
        published: found.published().is_some(),
    })
}

fn group_words(visitor: &Visitor, found: &Appraisal, status: &ReceiptStatus) -> String {
    let id = status.box_id.group();
    let rules = found.rulebook().map(|rulebook| &rulebook.rules);
    let group = rules.and_then(|rules| rules.group(id.as_str()));
    group.map_or(id.as_str(), |group| words(&group.name, visitor.locale)).to_owned()
}

fn ballot_view(visitor: &Visitor, status: &ReceiptStatus) -> BallotView {
    BallotView {
        unit: appraisal::unit_name(&visitor.world, &status.box_id.unit()),
        tracker: status.tracker.clone(),
        box_id: status.box_id.to_string(),
        height: status.height,
    }
}

/// The site as the reader's browser calls it.
fn origin(web: &Web, headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let scheme = if web.options.secure_cookies { "https" } else { "http" };
    Some(format!("{scheme}://{host}"))
}

/// An address as a QR code, drawn in SVG: for the printed receipt.
fn square(origin: &str, path: &str) -> Option<String> {
    let code = QRBuilder::new(format!("{origin}{path}")).ecl(ECL::M).build().ok()?;
    Some(SvgBuilder::default().to_str(&code))
}
