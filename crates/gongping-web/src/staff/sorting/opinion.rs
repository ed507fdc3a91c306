//! One opinion: what seems to say the same, side by side; merging, keeping apart, sending on.

use super::{
    Choice, LineView, desk, frame, item_choices, item_in, number_in_path, place_in, ticked,
    unit_choices,
};
use crate::frame::{Frame, page};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::sorting;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{Appraisal, FindingId, FindingState, OpinionId, Place};
use gongping_locale::Texts;

/// Suggestions that are shown beside an opinion.
const SUGGESTIONS: usize = 6;

pub(super) fn routes(routes: Routes) -> Routes {
    let sort = Access::of::<SortOpinions>;
    routes
        .get("/staff/a/{appraisal}/sorting/opinions/{number}", sort(), show)
        .post("/staff/a/{appraisal}/sorting/opinions/{number}/merge", sort(), merge)
        .post("/staff/a/{appraisal}/sorting/opinions/{number}/apart", sort(), apart)
        .post("/staff/a/{appraisal}/sorting/opinions/{number}/route", sort(), route)
}

struct SuggestionView {
    line: LineView,
    likeness: String,
    ticked: bool,
}

struct FindingChoice {
    number: u32,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "staff/sorting/opinion.html")]
struct OpinionPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    line: LineView,
    revision: u64,
    suggestions: Vec<SuggestionView>,
    findings: Vec<FindingChoice>,
    items: Vec<Choice>,
    words: String,
    units: Vec<Choice>,
    route_items: Vec<Choice>,
    reason: String,
}

async fn opinion_page(
    web: &Web,
    visitor: &Visitor,
    (id, number): (&str, u32),
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(visitor, id)?;
    let opinion = OpinionId(number);
    let line = sorting::line(&web.app, &allowed, &appraisal.id, opinion).await?;
    let line = line.ok_or(Fault::NotFound)?;
    let found = sorting::suggestions(&web.app, &allowed, &appraisal.id, opinion, SUGGESTIONS);
    let chosen = typed.map(ticked);
    let found = found.await?;
    let suggestions = found.iter().map(|found| SuggestionView {
        line: LineView::new(web, visitor, appraisal, &found.line),
        likeness: visitor.t.percent_of(found.likeness.0, 1000_u16),
        ticked: chosen.as_ref().is_some_and(|chosen| chosen.contains(&found.line.id)),
    });
    let suggestions: Vec<SuggestionView> = suggestions.collect();
    let typed_or = |name: &str, other: &str| {
        typed.map_or_else(|| other.to_owned(), |fields| fields.get(name).to_owned())
    };
    let item = line.place.item.as_ref().map(ToString::to_string).unwrap_or_default();
    let chosen_item = typed_or("item", &item);
    let t = visitor.t;
    let shown = page(&OpinionPage {
        frame: frame(web, visitor, appraisal, &t.sorting_opinion(number)),
        t,
        head: Head::new(web, visitor, appraisal, "sorting"),
        problem: problem.clone(),
        address: format!("/staff/a/{id}/sorting/opinions/{number}"),
        revision: line.revision,
        findings: findings_of_unit(web, appraisal, &line.place, &typed_or("finding", "")).await?,
        items: item_choices(visitor, appraisal, &chosen_item),
        words: typed_or("words", line.text.as_deref().unwrap_or_default()),
        units: unit_choices(web, visitor, appraisal, &typed_or("unit", line.place.unit.as_str())),
        route_items: item_choices(visitor, appraisal, &chosen_item),
        reason: typed_or("reason", ""),
        line: LineView::new(web, visitor, appraisal, &line),
        suggestions,
    });
    answered(shown, problem.as_ref())
}

/// The findings of the unit that opinions may still join, latest first.
async fn findings_of_unit(
    web: &Web,
    appraisal: &Appraisal,
    place: &Place,
    chosen: &str,
) -> Result<Vec<FindingChoice>, Fault> {
    /// A longer list is searched on the page of findings.
    const MOST: usize = 50;
    let open: Vec<FindingId> = appraisal
        .findings
        .all()
        .rev()
        .filter(|known| known.place.unit == place.unit && known.state != FindingState::Dissolved)
        .take(MOST)
        .map(|known| known.id)
        .collect();
    let mut choices = Vec::with_capacity(open.len());
    for finding in open {
        let words = sorting::problem(&web.app, &appraisal.id, finding).await?;
        let words = words.chars().take(40).collect();
        choices.push(FindingChoice {
            number: finding.0,
            words,
            chosen: finding.to_string() == chosen,
        });
    }
    Ok(choices)
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    opinion_page(&web, &visitor, (&id, number_in_path(&number)?), None, None).await
}

async fn merge(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let opinion = appraisal.opinions.get(OpinionId(number)).ok_or(Fault::NotFound)?;
    let mut opinions = ticked(&fields);
    opinions.insert(opinion.id);
    let app = &web.app;
    let outcome = match fields.get("finding").parse().ok().map(FindingId) {
        Some(finding) => sorting::join(app, &allowed, &appraisal.id, finding, opinions, None)
            .await
            .map(|()| finding),
        None => {
            let place = Place { unit: opinion.unit.clone(), item: item_in(&fields) };
            let words = fields.get("words");
            sorting::form(app, &allowed, &appraisal.id, place, opinions, words).await
        }
    };
    match outcome {
        Ok(finding) => {
            Ok(done(&format!("/staff/a/{id}/sorting/findings/{finding}"), "opinions-merged"))
        }
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            let visitor = again(&web, visitor);
            opinion_page(&web, &visitor, (&id, number), Some(&fields), Some(problem)).await
        }
    }
}

/// The world as it is after somebody else was faster.
fn again(web: &Web, visitor: Visitor) -> Visitor {
    Visitor { world: web.app.world(), ..visitor }
}

async fn apart(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let other = OpinionId(number_in_path(fields.get("other"))?);
    let one = OpinionId(number);
    match sorting::keep_apart(&web.app, &allowed, &appraisal.id, one, other).await {
        Ok(()) => {
            let address = format!("/staff/a/{id}/sorting/opinions/{number}");
            Ok(done(&address, "opinions-kept-apart"))
        }
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            opinion_page(&web, &visitor, (&id, number), Some(&fields), Some(problem)).await
        }
    }
}

async fn route(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let number = number_in_path(&number)?;
    let problem = match place_in(visitor.t, &fields) {
        Ok(place) => {
            let with = (place, fields.get("reason"));
            let opinion = OpinionId(number);
            let seen = fields.seen();
            match sorting::route(&web.app, &allowed, &appraisal.id, opinion, with, seen).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/sorting"), "opinion-routed")),
                Err(refusal) => Problem::of(visitor.t, refusal)?,
            }
        }
        Err(line) => Problem::line(visitor.t, line),
    };
    let visitor = again(&web, visitor);
    opinion_page(&web, &visitor, (&id, number), Some(&fields), Some(problem)).await
}
