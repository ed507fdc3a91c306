//! The register of channels (C2).

use super::preparation_frame;
use crate::frame::{Frame, page};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done, done_by, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::preparation;
use gongping_appraisal::{
    Appraisal, ChannelKind, Permission as _, PublicChannel, permission, sha256,
};
use gongping_locale::Texts;
use jiff::civil::Date;

/// A scan of a notice.
const SCAN_LIMIT_BYTES: usize = 8 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let keep = Access::of::<permission::KeepChannels>;
    let see = Access::of::<permission::SeeWorkplace>();
    routes
        .get("/staff/a/{appraisal}/channels", see, show)
        .post_up_to(SCAN_LIMIT_BYTES, "/staff/a/{appraisal}/channels/list", keep(), list)
        .post("/staff/a/{appraisal}/channels/end", keep(), end)
}

struct Row {
    number: u32,
    kind: String,
    label: String,
    days: String,
    proof: Option<String>,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "staff/preparation/channels.html")]
struct ChannelsPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    rows: Vec<Row>,
    may_keep: bool,
    who_keeps: String,
    kinds: Vec<(&'static str, String, bool)>,
    label: String,
    from: String,
    until: String,
    today: String,
}

/// The days of a channel in words.
pub(crate) fn days(t: Texts, channel: &PublicChannel) -> String {
    match channel.until {
        Some(until) => t.period(channel.from, until),
        None => t.preparation_channel_since(t.date(channel.from)),
    }
}

fn channels_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let field = |name: &str| typed.map(|fields| fields.get(name).to_owned()).unwrap_or_default();
    let row = |channel: &PublicChannel| Row {
        number: channel.number,
        kind: word(t, "preparation-channel", channel.kind.as_str()),
        label: channel.label.clone(),
        days: days(t, channel),
        proof: channel.proof.map(|digest| digest.to_string()),
        is_open: channel.until.is_none_or(|until| today < until) && channel.from <= today,
    };
    let chosen = field("kind");
    let kinds = ChannelKind::ALL.map(|kind| {
        let word_of = kind.as_str();
        (word_of, word(t, "preparation-channel", word_of), chosen == word_of)
    });
    let shown = page(&ChannelsPage {
        frame: preparation_frame(web, visitor, appraisal, t.preparation_channels()),
        t,
        head: Head::new(web, visitor, appraisal, "channels"),
        problem: problem.clone(),
        rows: appraisal.preparation.channels().map(row).collect(),
        may_keep: visitor.may::<permission::KeepChannels>(&appraisal.organiser)
            && appraisal.published().is_none(),
        who_keeps: done_by(t, &permission::KeepChannels::RULE),
        kinds: kinds.into_iter().collect(),
        label: field("label"),
        from: if typed.is_some() { field("from") } else { today.to_string() },
        until: field("until"),
        today: today.to_string(),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    channels_page(&web, &visitor, visitor.appraisal(&id)?, None, None)
}

/// The channel that the form describes. Of a scan, only the hash is kept.
fn read_channel(t: Texts, fields: &Fields) -> Result<PublicChannel, Problem> {
    let kind = ChannelKind::parse(fields.get("kind"));
    let (from, until) = (fields.get("from"), fields.get("until"));
    let date = |text: &str| text.parse::<Date>().ok();
    match (kind, date(from), date(until)) {
        (Some(kind), Some(from), last) if last.is_some() || until.is_empty() => {
            let proof = fields.file("proof").map(|file| sha256(&file.bytes));
            let label = fields.get("label").to_owned();
            Ok(PublicChannel { number: 0, kind, label, from, until: last, proof })
        }
        _ => Err(Problem::line(t, t.preparation_channel_bad())),
    }
}

async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::KeepChannels>(&appraisal.organiser)?;
    let problem = match read_channel(visitor.t, &fields) {
        Err(problem) => problem,
        Ok(channel) => {
            match preparation::list_channel(&web.app, allowed, &appraisal.id, channel).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/channels"), "channel-listed")),
                Err(refusal) => Problem::of(visitor.t, refusal)?,
            }
        }
    };
    channels_page(&web, &visitor, appraisal, Some(&fields), Some(problem))
}

async fn end(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::KeepChannels>(&appraisal.organiser)?;
    let number: u32 = fields.get("channel").parse().map_err(|_| Fault::BadRequest)?;
    let on: Date = fields.get("on").parse().map_err(|_| Fault::BadRequest)?;
    match preparation::end_channel(&web.app, allowed, &appraisal.id, number, on).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/channels"), "channel-ended")),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            channels_page(&web, &visitor, appraisal, None, Some(problem))
        }
    }
}
