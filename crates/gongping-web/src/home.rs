//! `/`: all appraisals, the current one first.

use crate::appraisal::{self, PhaseRow};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gongping_appraisal::{Appraisal, Level, World};
use gongping_locale::Texts;
use std::cmp::Reverse;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/", Access::Public, show)
}

/// An appraisal in the list.
struct Row {
    href: String,
    title: String,
    organiser: String,
    year: String,
    state: appraisal::StateWords,
    period: Option<String>,
    units: usize,
}

#[derive(Template)]
#[template(path = "home/page.html")]
struct Home {
    frame: Frame,
    t: Texts,
    current: Option<Current>,
    rows: Vec<Row>,
}

/// The appraisal that most readers come for.
struct Current {
    row: Row,
    phases: Vec<PhaseRow>,
    now: String,
    collecting: bool,
    published: bool,
}

async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let t = visitor.t;
    let world = &visitor.world;
    let mut all: Vec<&Appraisal> = world.appraisals().collect();
    all.sort_by_key(|appraisal| {
        (Reverse(appraisal.year), level(world, appraisal), appraisal.id.clone())
    });
    let current = all.first().map(|appraisal| Current {
        row: row(&visitor, appraisal),
        phases: appraisal::phases(t, appraisal, web.app.today()),
        now: appraisal::now_words(t, appraisal, web.app.now()),
        collecting: appraisal::is_collecting(appraisal, web.app.now()),
        published: appraisal.published().is_some(),
    });
    let rows = all.iter().map(|appraisal| row(&visitor, appraisal)).collect();
    let frame = Frame::new(&web, &visitor, t.home_title());
    page(&Home { frame, t, current, rows })
}

fn level(world: &World, appraisal: &Appraisal) -> Level {
    world.unit(&appraisal.organiser).map_or(Level::Window, |unit| unit.level)
}

fn row(visitor: &Visitor, appraisal: &Appraisal) -> Row {
    let t = visitor.t;
    let calendar = appraisal.calendar();
    Row {
        href: format!("/a/{}", appraisal.id),
        title: appraisal.title.clone(),
        organiser: appraisal::unit_name(&visitor.world, &appraisal.organiser),
        year: t.home_year(appraisal.year),
        state: appraisal::state(t, appraisal),
        period: calendar.map(|calendar| t.period(calendar.first_day(), calendar.last_day())),
        units: appraisal.units.len(),
    }
}
