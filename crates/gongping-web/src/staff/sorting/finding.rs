//! Findings: the list by unit, and one with its opinions, which can be taken apart again.

use super::{
    Choice, LineView, desk, frame, item_choices, item_in, item_name, number_in_path, ticked,
    unit_choices,
};
use crate::frame::{Frame, page, percent_encoded};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done, unit_name, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::Refusal;
use gongping_app::sorting::{self, SearchFilter};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{FindingId, FindingState, UnitId};
use gongping_locale::Texts;
use serde::Deserialize;

/// Findings of one page.
const A_PAGE: usize = 25;

pub(super) fn routes(routes: Routes) -> Routes {
    let sort = Access::of::<SortOpinions>;
    routes
        .get("/staff/a/{appraisal}/sorting/findings", sort(), list)
        .get("/staff/a/{appraisal}/sorting/findings/{number}", sort(), show)
        .post("/staff/a/{appraisal}/sorting/findings/{number}/take-out", sort(), take_out)
        .post("/staff/a/{appraisal}/sorting/findings/{number}/dissolve", sort(), dissolve)
        .post("/staff/a/{appraisal}/sorting/findings/{number}/reword", sort(), reword)
}

struct Row {
    number: u32,
    words: String,
    unit: String,
    item: String,
    opinions: usize,
    state: String,
    kind: &'static str,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    below: String,
}

#[derive(Template)]
#[template(path = "staff/sorting/findings.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    search: String,
    units: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
}

async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let states = [FindingState::Open, FindingState::FedBack, FindingState::Dissolved];
    let known = states.iter().any(|state| state.as_str() == asked.state);
    let filter = SearchFilter {
        words: asked.q.clone(),
        unit: UnitId::parse(&asked.unit).ok(),
        state: if known { asked.state.clone() } else { String::new() },
        below: asked.below.parse().ok(),
        ..SearchFilter::default()
    };
    let found =
        sorting::search_findings(&web.app, &allowed, &appraisal.id, &filter, A_PAGE).await?;
    let (t, today) = (visitor.t, web.app.today());
    let mut rows = Vec::with_capacity(found.rows.len());
    for finding in found.rows.iter().filter_map(|id| appraisal.findings.get(*id)) {
        rows.push(Row {
            number: finding.id.0,
            words: sorting::problem(&web.app, &appraisal.id, finding.id).await?,
            unit: unit_name(&visitor.world, &finding.place.unit, today),
            item: item_name(&visitor, appraisal, finding.place.item.as_ref()),
            opinions: finding.opinions.len(),
            state: word(t, "finding-state", finding.state.as_str()),
            kind: finding.state.as_str(),
        });
    }
    let next = found.next.map(|below| {
        let [q, unit, state] = [&asked.q, &asked.unit, &asked.state].map(|v| percent_encoded(v));
        format!("?q={q}&unit={unit}&state={state}&below={below}")
    });
    let choice = |state: &FindingState| Choice {
        value: state.as_str().to_owned(),
        text: word(t, "finding-state", state.as_str()),
        chosen: state.as_str() == asked.state,
    };
    page(&ListPage {
        frame: frame(&web, &visitor, appraisal, t.finding_title()),
        t,
        head: Head::new(&web, &visitor, appraisal, "sorting"),
        problem: None,
        units: unit_choices(&web, &visitor, appraisal, &asked.unit),
        states: states.iter().map(choice).collect(),
        search: asked.q,
        rows,
        next,
    })
}

#[derive(Template)]
#[template(path = "staff/sorting/finding.html")]
struct FindingPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    number: u32,
    words: String,
    unit: String,
    item: String,
    state: String,
    kind: &'static str,
    revision: u32,
    is_open: bool,
    lines: Vec<LineView>,
    items: Vec<Choice>,
    typed: String,
}

async fn finding_page(
    web: &Web,
    visitor: &Visitor,
    (id, number): (&str, u32),
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(visitor, id)?;
    let finding = appraisal.findings.get(FindingId(number)).ok_or(Fault::NotFound)?;
    let opinions = finding.opinions.iter().copied();
    let lines = sorting::lines(&web.app, &allowed, &appraisal.id, opinions).await?;
    // Whoever has ties to the unit sees none of its opinions, and not the finding either.
    if lines.len() < finding.opinions.len() {
        return Err(Fault::NotFound);
    }
    let words = sorting::problem(&web.app, &appraisal.id, finding.id).await?;
    let item = finding.place.item.as_ref().map(ToString::to_string).unwrap_or_default();
    let t = visitor.t;
    let shown = page(&FindingPage {
        frame: frame(web, visitor, appraisal, &t.finding_number(number))
            .crumb(t.finding_title(), format!("/staff/a/{id}/sorting/findings")),
        t,
        head: Head::new(web, visitor, appraisal, "sorting"),
        problem: problem.clone(),
        address: format!("/staff/a/{id}/sorting/findings/{number}"),
        number,
        unit: unit_name(&visitor.world, &finding.place.unit, web.app.today()),
        item: item_name(visitor, appraisal, finding.place.item.as_ref()),
        state: word(t, "finding-state", finding.state.as_str()),
        kind: finding.state.as_str(),
        revision: finding.revision,
        is_open: finding.state == FindingState::Open,
        lines: lines.iter().map(|line| LineView::new(web, visitor, appraisal, line)).collect(),
        items: item_choices(
            visitor,
            appraisal,
            typed.map_or(item.as_str(), |fields| fields.get("item")),
        ),
        typed: typed.map_or_else(|| words.clone(), |fields| fields.get("words").to_owned()),
        words,
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    finding_page(&web, &visitor, (&id, number_in_path(&number)?), None, None).await
}

/// Where it goes after a change, or the page that says why not.
async fn after(
    web: &Web,
    visitor: Visitor,
    (id, number): (&str, u32),
    fields: Option<&Fields>,
    (outcome, code): (Result<(), Refusal>, &str),
) -> Result<Response, Fault> {
    match outcome {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/sorting/findings/{number}"), code)),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            let visitor = Visitor { world: web.app.world(), ..visitor };
            finding_page(web, &visitor, (id, number), fields, Some(problem)).await
        }
    }
}

async fn take_out(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let (finding, seen) = (FindingId(number), fields.seen());
    let opinions = ticked(&fields);
    let outcome =
        sorting::take_out(&web.app, &allowed, &appraisal.id, finding, opinions, seen).await;
    after(&web, visitor, (&id, number), None, (outcome, "opinions-taken-out")).await
}

async fn dissolve(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let (finding, seen) = (FindingId(number), fields.seen());
    let outcome = sorting::dissolve(&web.app, &allowed, &appraisal.id, finding, seen).await;
    after(&web, visitor, (&id, number), None, (outcome, "finding-dissolved")).await
}

async fn reword(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let (finding, seen) = (FindingId(number), fields.seen());
    let with = (item_in(&fields), fields.get("words"));
    let outcome = sorting::reword(&web.app, &allowed, &appraisal.id, finding, with, seen).await;
    after(&web, visitor, (&id, number), Some(&fields), (outcome, "saved")).await
}
