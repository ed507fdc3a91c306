//! The queue of opinions that wait to be sorted.

use super::{Choice, LineView, desk, matter_choices, unit_choices};
use crate::frame::{Frame, page, percent_encoded};
use crate::staff::{Head, appraisal_frame};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::sorting::{self, QueueFilter};
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{Matter, OpinionId, UnitId};
use gongping_locale::Texts;
use serde::Deserialize;

/// Opinions of one page.
const A_PAGE: usize = 20;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/a/{appraisal}/sorting", Access::of::<SortOpinions>(), show)
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    matter: String,
    #[serde(default)]
    above: String,
}

#[derive(Template)]
#[template(path = "staff/sorting/queue.html")]
struct QueuePage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<super::super::form::Problem>,
    units: Vec<Choice>,
    matters: Vec<Choice>,
    lines: Vec<LineView>,
    waiting: usize,
    findings: usize,
    next: Option<String>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let filter = QueueFilter {
        unit: UnitId::parse(&asked.unit).ok(),
        matter: Matter::parse(&asked.matter),
        above: asked.above.parse().ok().map(OpinionId),
    };
    let (mut lines, waiting) =
        sorting::queue(&web.app, &allowed, &appraisal.id, &filter, A_PAGE + 1).await?;
    let more = lines.len() > A_PAGE;
    lines.truncate(A_PAGE);
    let next = lines.last().filter(|_| more).map(|last| {
        let (unit, matter) = (percent_encoded(&asked.unit), percent_encoded(&asked.matter));
        format!("?unit={unit}&matter={matter}&above={}", last.id)
    });
    let t = visitor.t;
    page(&QueuePage {
        frame: appraisal_frame(&web, &visitor, appraisal, t.sorting_title()),
        t,
        head: Head::new(&web, &visitor, appraisal, "sorting"),
        problem: None,
        units: unit_choices(&web, &visitor, appraisal, &asked.unit),
        matters: matter_choices(t, &asked.matter),
        lines: lines.iter().map(|line| LineView::new(&web, &visitor, appraisal, line)).collect(),
        waiting,
        findings: appraisal.findings.all().count(),
        next,
    })
}
