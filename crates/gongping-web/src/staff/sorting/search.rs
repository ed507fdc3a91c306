//! Search among opinions. What is shown follows from the reader's permission and ties alone.

use super::{Choice, LineView, desk, frame, item_choices, matter_choices, unit_choices};
use crate::frame::{Frame, page, percent_encoded};
use crate::staff::form::Problem;
use crate::staff::{Head, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::sorting::{self, SearchFilter};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{ItemId, Matter, UnitId};
use gongping_locale::{SHANGHAI, Texts};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// Opinions of one page.
const A_PAGE: usize = 25;
/// The states of an opinion, as its tables and texts name them.
const STATES: [&str; 5] = ["received", "in_hand", "answered", "closed", "contested"];

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/a/{appraisal}/sorting/search", Access::of::<SortOpinions>(), show)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    unit: String,
    item: String,
    matter: String,
    state: String,
    from: String,
    to: String,
    below: String,
}

#[derive(Template)]
#[template(path = "staff/sorting/search.html")]
struct SearchPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    asked: Asked,
    units: Vec<Choice>,
    items: Vec<Choice>,
    matters: Vec<Choice>,
    states: Vec<Choice>,
    lines: Vec<LineView>,
    next: Option<String>,
}

/// The beginning of a day in Shanghai, some days later.
fn begin_of(day: &str, later: i64) -> Option<Timestamp> {
    let day: Date = day.trim().parse().ok()?;
    let day = day.checked_add(jiff::Span::new().try_days(later).ok()?).ok()?;
    SHANGHAI.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

impl Asked {
    fn filter(&self) -> SearchFilter {
        let known = STATES.contains(&self.state.as_str());
        SearchFilter {
            words: self.q.clone(),
            unit: UnitId::parse(&self.unit).ok(),
            item: ItemId::parse(&self.item).ok(),
            matter: Matter::parse(&self.matter),
            state: if known { self.state.clone() } else { String::new() },
            from: begin_of(&self.from, 0),
            // The last day counts as well.
            until: begin_of(&self.to, 1),
            below: self.below.parse().ok(),
        }
    }

    fn next(&self, below: u32) -> String {
        let pairs = [
            ("q", &self.q),
            ("unit", &self.unit),
            ("item", &self.item),
            ("matter", &self.matter),
            ("state", &self.state),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let pairs = pairs.map(|(name, value)| format!("{name}={}", percent_encoded(value)));
        format!("?{}&below={below}", pairs.join("&"))
    }
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let filter = asked.filter();
    let found =
        sorting::search_opinions(&web.app, &allowed, &appraisal.id, &filter, A_PAGE).await?;
    let t = visitor.t;
    let state = |state: &&str| Choice {
        value: (*state).to_owned(),
        text: word(t, "opinion-state", state),
        chosen: *state == asked.state,
    };
    page(&SearchPage {
        frame: frame(&web, &visitor, appraisal, t.sorting_search()),
        t,
        head: Head::new(&web, &visitor, appraisal, "sorting"),
        problem: None,
        units: unit_choices(&web, &visitor, appraisal, &asked.unit),
        items: item_choices(&visitor, appraisal, &asked.item),
        matters: matter_choices(t, &asked.matter),
        states: STATES.iter().map(state).collect(),
        lines: found
            .rows
            .iter()
            .map(|line| LineView::new(&web, &visitor, appraisal, line))
            .collect(),
        next: found.next.map(|below| asked.next(below)),
        asked,
    })
}
