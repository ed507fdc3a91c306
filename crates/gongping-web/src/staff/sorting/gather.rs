//! Symposia and clippings: what is known of them, and their opinions line by line.

use super::gather_form::{self, LineForm};
use super::{desk, frame};
use crate::frame::{Frame, page};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::sorting::{self, GatheringRecord, Stratum};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{AppraisalId, Digest, sha256};
use gongping_locale::Texts;

/// A scan of a clipping; its hash is kept, not the picture.
const SCAN_LIMIT_BYTES: usize = 20 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let sort = Access::of::<SortOpinions>;
    let scan = SCAN_LIMIT_BYTES;
    routes
        .get("/staff/a/{appraisal}/sorting/gather", sort(), show)
        .get("/staff/a/{appraisal}/sorting/gather/symposium", sort(), show_symposium)
        .get("/staff/a/{appraisal}/sorting/gather/clipping", sort(), show_clipping)
        .post("/staff/a/{appraisal}/sorting/gather/symposium", sort(), symposium)
        .post_up_to(scan, "/staff/a/{appraisal}/sorting/gather/clipping", sort(), clipping)
}

struct GatheringRow {
    channel: String,
    at: String,
    what: String,
    first: u32,
    last: u32,
}

#[derive(Template)]
#[template(path = "staff/sorting/gather.html")]
struct GatherPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    rows: Vec<GatheringRow>,
}

/// What was gathered, in words.
fn described(t: Texts, record: &GatheringRecord) -> String {
    match record {
        GatheringRecord::Symposium { place, on, present, .. } => {
            let strata: Vec<String> = present
                .iter()
                .map(|stratum| t.gathering_stratum(&stratum.name, stratum.present))
                .collect();
            t.gathering_symposium_line(t.date(*on), place, t.list(&strata))
        }
        GatheringRecord::Clipping { outlet, on, reference, .. } => {
            t.gathering_clipping_line(t.date(*on), outlet, reference)
        }
        GatheringRecord::Table { file_name, .. } => file_name.clone(),
        GatheringRecord::Mail { messages, .. } => t.gathering_mail_line(*messages),
    }
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    /// The latest ones.
    const MOST: usize = 50;
    let (appraisal, _) = desk(&visitor, &id)?;
    let t = visitor.t;
    let mut rows = Vec::new();
    for gathering in appraisal.findings.gatherings().rev().take(MOST) {
        let record = sorting::gathering_record(&web.app, gathering.record).await?;
        rows.push(GatheringRow {
            channel: word(t, "opinion-channel", gathering.channel.as_str()),
            at: t.date_time(gathering.at),
            what: described(t, &record),
            first: gathering.first.0,
            last: gathering.first.0 + gathering.count - 1,
        });
    }
    page(&GatherPage {
        frame: frame(&web, &visitor, appraisal, t.gathering_title()),
        t,
        head: Head::new(&web, &visitor, appraisal, "sorting"),
        problem: None,
        address: format!("/staff/a/{id}/sorting/gather"),
        rows,
    })
}

/// Which of the two forms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Symposium,
    Clipping,
}

#[derive(Template)]
#[template(path = "staff/sorting/gather_form.html")]
struct FormPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    title: &'static str,
    is_symposium: bool,
    place: String,
    on: String,
    strata: String,
    outlet: String,
    reference: String,
    lines: Vec<LineForm>,
}

fn form_page(
    web: &Web,
    visitor: &Visitor,
    (id, kind): (&str, Kind),
    fields: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (appraisal, _) = desk(visitor, id)?;
    let t = visitor.t;
    let address = format!("/staff/a/{id}/sorting/gather");
    let (title, name) = match kind {
        Kind::Symposium => (t.gathering_symposium(), "symposium"),
        Kind::Clipping => (t.gathering_clipping(), "clipping"),
    };
    let typed = |name: &str| fields.get(name).to_owned();
    let shown = page(&FormPage {
        frame: frame(web, visitor, appraisal, title).crumb(t.gathering_title(), address.clone()),
        t,
        head: Head::new(web, visitor, appraisal, "sorting"),
        problem: problem.clone(),
        address: format!("{address}/{name}"),
        title,
        is_symposium: kind == Kind::Symposium,
        place: typed("place"),
        on: if fields.get("on").is_empty() { web.app.today().to_string() } else { typed("on") },
        strata: typed("strata"),
        outlet: typed("outlet"),
        reference: typed("reference"),
        lines: gather_form::lines(web, visitor, appraisal, fields),
    });
    answered(shown, problem.as_ref())
}

async fn show_symposium(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    form_page(&web, &visitor, (&id, Kind::Symposium), &Fields::default(), None)
}

async fn show_clipping(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    form_page(&web, &visitor, (&id, Kind::Clipping), &Fields::default(), None)
}

/// Strata and numbers, one a line: `企业 12`.
fn strata(t: Texts, text: &str) -> Result<Vec<Stratum>, String> {
    let wrong = |line: &str| t.gathering_bad_stratum(line);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let strata = lines.map(|line| {
        let (name, number) =
            line.rsplit_once([' ', '\t', '\u{3000}', '：', ':']).ok_or_else(|| wrong(line))?;
        let present = number.trim_end_matches('人').parse().map_err(|_| wrong(line))?;
        let name = name.trim();
        if name.is_empty() {
            Err(wrong(line))
        } else {
            Ok(Stratum { name: name.to_owned(), present })
        }
    });
    let strata = strata.collect::<Result<Vec<_>, _>>()?;
    if strata.is_empty() { Err(t.gathering_no_stratum().to_owned()) } else { Ok(strata) }
}

fn record_of(
    t: Texts,
    appraisal: &AppraisalId,
    kind: Kind,
    fields: &Fields,
) -> Result<GatheringRecord, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut line = |name: &str, label: &str| {
        let text = fields.get(name);
        if text.is_empty() || text.chars().count() > 200 {
            mistakes.push(t.gathering_missing(label));
        }
        text.to_owned()
    };
    let appraisal = appraisal.clone();
    let on = fields.get("on").parse().map_err(|_| t.gathering_bad_date().to_owned());
    match kind {
        Kind::Symposium => {
            let place = line("place", t.gathering_place());
            let present = strata(t, fields.get("strata"));
            match (on, present, mistakes.is_empty()) {
                (Ok(on), Ok(present), true) => {
                    Ok(GatheringRecord::Symposium { appraisal, place, on, present })
                }
                (on, present, _) => {
                    mistakes.extend(on.err().into_iter().chain(present.err()));
                    Err(mistakes)
                }
            }
        }
        Kind::Clipping => {
            let outlet = line("outlet", t.gathering_outlet());
            let reference = line("reference", t.gathering_reference());
            let scan: Option<Digest> = fields.file("scan").map(|file| sha256(&file.bytes));
            match (on, mistakes.is_empty()) {
                (Ok(on), true) => {
                    Ok(GatheringRecord::Clipping { appraisal, outlet, on, reference, scan })
                }
                (on, _) => {
                    mistakes.extend(on.err());
                    Err(mistakes)
                }
            }
        }
    }
}

async fn enter(
    web: &Web,
    visitor: &Visitor,
    (id, kind): (&str, Kind),
    fields: &Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(visitor, id)?;
    let t = visitor.t;
    if !fields.get("more").is_empty() {
        return form_page(web, visitor, (id, kind), fields, None);
    }
    let record = record_of(t, &appraisal.id, kind, fields);
    let opinions = gather_form::opinions(t, fields);
    let problem = match (record, opinions) {
        (Ok(record), Ok(opinions)) => {
            match sorting::gather(&web.app, &allowed, &record, opinions).await {
                Ok(_) => {
                    let address = format!("/staff/a/{id}/sorting/gather");
                    return Ok(done(&address, "opinions-gathered"));
                }
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
        (record, opinions) => {
            let mistakes = record.err().into_iter().chain(opinions.err()).flatten();
            Problem::input(t, mistakes.collect())
        }
    };
    form_page(web, visitor, (id, kind), fields, Some(problem))
}

async fn symposium(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    enter(&web, &visitor, (&id, Kind::Symposium), &fields).await
}

async fn clipping(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    enter(&web, &visitor, (&id, Kind::Clipping), &fields).await
}
