//! `/a/{appraisal}/check`: how anybody recomputes the result, and what there is to take away.

use crate::frame::{Frame, page};
use crate::publication::published;
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongping_app::{ballot, log, publication};
use gongping_appraisal::{Appraisal, BoxId};
use gongping_locale::Texts;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{appraisal}/check", Access::Public, show)
        .get("/a/{appraisal}/dossier.zip", Access::Public, dossier)
        .get("/a/{appraisal}/boxes/{box}", Access::Public, archive)
}

/// A box to download.
struct BoxRow {
    href: String,
    unit: String,
    group: String,
    head: String,
    height: u64,
    counted: String,
    opened: bool,
}

#[derive(Template)]
#[template(path = "check/page.html")]
struct CheckPage {
    frame: Frame,
    t: Texts,
    base: String,
    dossier: String,
    manifest: Option<String>,
    expected: Option<String>,
    rulebook_hash: Option<String>,
    checkpoint: Option<String>,
    log_key: String,
    log_size: String,
    boxes: Vec<BoxRow>,
    /// The box that the command for other software is shown with.
    example_box: String,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let found = visitor.appraisal(&id)?;
    let base = format!("/a/{}", found.id);
    let published = found.published();
    let frame = Frame::new(&web, &visitor, t.check_title())
        .crumb(t.app_home(), "/")
        .crumb(found.title.clone(), base.clone())
        .script("enhance.js");
    page(&CheckPage {
        frame,
        t,
        dossier: found.id.to_string(),
        manifest: published.map(|published| published.manifest.to_string()),
        expected: found.calendar().map(|calendar| t.date(calendar.last_day())),
        rulebook_hash: found.rulebook().map(|rulebook| rulebook.hash.to_string()),
        checkpoint: log::checkpoint(&web.app).await?,
        log_key: web.app.log_key(),
        log_size: t.number(visitor.world.size()),
        boxes: boxes(&visitor, found, &base),
        example_box: first_box(found).map(ToString::to_string).unwrap_or_default(),
        base,
    })
}

fn first_box(found: &Appraisal) -> Option<&BoxId> {
    let boxes = found.running().and_then(|open| open.survey.boxes())?;
    boxes.iter().find(|(_, state)| state.opened).map(|(id, _)| id)
}

fn boxes(visitor: &Visitor, found: &Appraisal, base: &str) -> Vec<BoxRow> {
    let t = visitor.t;
    let rules = found.rulebook().map(|rulebook| &rulebook.rules);
    let states = found.running().and_then(|open| open.survey.boxes());
    let is_published = found.published().is_some();
    let row = |(id, state): (&BoxId, &gongping_appraisal::BoxState)| {
        let group_id = id.group();
        let group = rules.and_then(|rules| rules.group(group_id.as_str()));
        BoxRow {
            href: format!("{base}/boxes/{id}.bel"),
            unit: appraisal::unit_name(&visitor.world, &id.unit()),
            group: group.map_or(group_id.as_str(), |g| words(&g.name, visitor.locale)).to_owned(),
            head: state.head.hash.to_string(),
            height: state.head.height,
            counted: t.number(state.counted),
            opened: is_published && state.opened,
        }
    };
    states.into_iter().flatten().map(row).collect()
}

/// Everything that was published, in one file.
async fn dossier(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (appraisal, _) = published(&visitor, &id)?;
    let bytes = publication::dossier_zip(&web.app, &appraisal.id).await?;
    Ok(download("application/zip", &format!("{}.zip", appraisal.id), bytes.to_vec()))
}

/// A box as anybody may have it.
async fn archive(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let box_id = file.strip_suffix(".bel").and_then(|id| BoxId::parse(id).ok());
    let box_id = box_id.filter(|id| id.appraisal() == appraisal.id).ok_or(Fault::NotFound)?;
    let boxes = appraisal.running().and_then(|open| open.survey.boxes());
    if !boxes.is_some_and(|boxes| boxes.contains_key(&box_id)) {
        return Err(Fault::NotFound);
    }
    let bytes = ballot::archive(&web.app, &box_id).await?;
    Ok(download("application/octet-stream", &file, bytes))
}

/// A file to keep. Its name is made of ids, which have no quotes or spaces.
fn download(content_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}
