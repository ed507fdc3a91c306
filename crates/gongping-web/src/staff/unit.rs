//! Units: the list with search, one unit with its history, renaming, closing, and the export.

use super::form::{Fields, Problem, answered};
use super::{done, frame, holds_anywhere, unit_in_path, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gongping_app::unit;
use gongping_appraisal::{Level, Permission as _, Unit, UnitId, permission};
use gongping_locale::Texts;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Units on one page of the list.
const PAGE_SIZE: usize = 200;

pub(super) fn routes(routes: Routes) -> Routes {
    let manage = Access::of::<permission::ManageUnits>;
    routes
        .get("/staff/units", Access::of::<permission::SeeWorkplace>(), list)
        .get("/staff/units.csv", Access::of::<permission::SeeWorkplace>(), export)
        .get("/staff/units/{unit}", Access::of::<permission::SeeWorkplace>(), show)
        .post("/staff/units/{unit}/rename", manage(), rename)
        .post("/staff/units/{unit}/close", manage(), close)
}

struct Row {
    id: String,
    name: String,
    level: String,
    level_order: usize,
    parent: String,
    opened_on: String,
    state: String,
    is_open: bool,
}

struct LevelChoice {
    word: &'static str,
    text: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "staff/unit/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    search: String,
    levels: Vec<LevelChoice>,
    rows: Vec<Row>,
    found: usize,
    total: usize,
    number: usize,
    pages: usize,
    query: String,
    may_import: bool,
}

/// Units that the reader's duties reach, from the top of the tree down.
fn reachable(visitor: &Visitor) -> Vec<&Unit> {
    let mut units: Vec<&Unit> = visitor
        .world
        .units()
        .filter(|unit| visitor.may::<permission::SeeWorkplace>(&unit.id))
        .collect();
    units.sort_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)));
    units
}

fn state(t: Texts, unit: &Unit, today: Date) -> String {
    match unit.closed_on {
        Some(closed) if closed <= today => t.units_closed_since(t.date(closed)),
        _ if today < unit.opened_on => t.units_not_yet(t.date(unit.opened_on)),
        _ => t.units_exists().to_owned(),
    }
}

fn row(visitor: &Visitor, unit: &Unit, today: Date) -> Row {
    let t = visitor.t;
    let parent = unit.parent.as_ref();
    Row {
        id: unit.id.to_string(),
        name: unit.name_on(today).to_owned(),
        level: word(t, "unit-level", unit.level.as_str()),
        level_order: Level::ALL.iter().position(|level| *level == unit.level).unwrap_or(0),
        parent: parent.map(|id| super::unit_name(&visitor.world, id, today)).unwrap_or_default(),
        opened_on: t.date(unit.opened_on),
        state: state(t, unit, today),
        is_open: unit.exists_on(today),
    }
}

async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let value = |name| query.get(name).map_or("", |value| value.trim());
    let (search, level) = (value("q").to_owned(), Level::parse(value("level")));
    let all = reachable(&visitor);
    let wanted = search.to_lowercase();
    let found: Vec<&Unit> = all
        .iter()
        .copied()
        .filter(|unit| level.is_none_or(|level| unit.level == level))
        .filter(|unit| {
            let named = |(_, name): (Date, &str)| name.to_lowercase().contains(&wanted);
            unit.id.as_str().to_lowercase().contains(&wanted) || unit.names().any(named)
        })
        .collect();
    let pages = found.len().div_ceil(PAGE_SIZE).max(1);
    let number = value("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let shown = found.iter().skip((number - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let choice = |level_word: Level| LevelChoice {
        word: level_word.as_str(),
        text: word(t, "unit-level", level_word.as_str()),
        chosen: level == Some(level_word),
    };
    page(&ListPage {
        frame: frame(&web, &visitor, t.units_title()),
        t,
        query: format!(
            "q={}&level={}",
            crate::frame::percent_encoded(&search),
            level.map_or("", Level::as_str)
        ),
        search,
        levels: Level::ALL.into_iter().map(choice).collect(),
        rows: shown.map(|unit| row(&visitor, unit, today)).collect(),
        found: found.len(),
        total: all.len(),
        number,
        pages,
        may_import: holds_anywhere(&visitor, &permission::ManageUnits::RULE),
    })
}

/// The table in the form in which it can be imported again.
async fn export(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let heads = [t.unit_id(), t.unit_name(), t.unit_level(), t.unit_parent(), t.unit_opened_on()];
    let mut csv = format!("\u{feff}{}\r\n", heads.join(","));
    for unit in reachable(&visitor).into_iter().filter(|unit| unit.exists_on(today)) {
        let cells = [
            unit.id.as_str(),
            unit.name_on(today),
            &word(t, "unit-level", unit.level.as_str()),
            unit.parent.as_ref().map_or("", UnitId::as_str),
            &unit.opened_on.to_string(),
        ]
        .map(csv_cell);
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"units.csv\""),
    ];
    Ok((headers, csv).into_response())
}

/// A cell that spreadsheets read as text: quoted where needed, and never as a formula.
fn csv_cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

struct Name {
    name: String,
    from: String,
}

struct Linked {
    href: String,
    text: String,
}

#[derive(Template)]
#[template(path = "staff/unit/show.html")]
struct UnitPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    unit: Row,
    names: Vec<Name>,
    children: Vec<Linked>,
    appraisals: Vec<Linked>,
    may_manage: bool,
    who_may: String,
    typed_name: String,
    typed_from: String,
    typed_on: String,
    today: String,
}

fn unit_page(
    web: &Web,
    visitor: &Visitor,
    id: &UnitId,
    typed: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let world = &visitor.world;
    let unit = world.unit(id).ok_or(Fault::NotFound)?;
    let names = unit
        .names()
        .map(|(from, name)| Name { name: name.to_owned(), from: t.units_name_from(t.date(from)) })
        .collect();
    let children = world.children(id).map(|child| Linked {
        href: format!("/staff/units/{}", child.id),
        text: child.name_on(today).to_owned(),
    });
    let appraisals = world
        .appraisals()
        .filter(|appraisal| appraisal.units.contains(id) || appraisal.organiser == *id)
        .map(|appraisal| Linked {
            href: format!("/a/{}", appraisal.id),
            text: appraisal.title.clone(),
        });
    let shown = page(&UnitPage {
        frame: frame(web, visitor, unit.name_on(today)).crumb(t.units_title(), "/staff/units"),
        t,
        problem: problem.clone(),
        unit: row(visitor, unit, today),
        names,
        children: children.collect(),
        appraisals: appraisals.collect(),
        may_manage: visitor.may::<permission::ManageUnits>(id) && unit.closed_on.is_none(),
        who_may: super::done_by(t, &permission::ManageUnits::RULE),
        typed_name: typed.get("name").to_owned(),
        typed_from: typed.get("from").to_owned(),
        typed_on: typed.get("on").to_owned(),
        today: today.to_string(),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = unit_in_path(&visitor, &id)?;
    unit_page(&web, &visitor, &id, &Fields::default(), None)
}

/// The date in a field.
pub(super) fn date_field(
    t: Texts,
    fields: &Fields,
    name: &str,
    label: &str,
) -> Result<Date, Problem> {
    let bad = |_| {
        let value = t.unit_row_date_bad(fields.get(name));
        Problem::line(t, t.app_field_with_value(label, value))
    };
    fields.get(name).parse().map_err(bad)
}

async fn rename(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, id) = (visitor.t, unit_in_path(&visitor, &id)?);
    let allowed = visitor.allow::<permission::ManageUnits>(&id)?;
    let from = match date_field(t, &fields, "from", t.units_from_date()) {
        Ok(from) => from,
        Err(problem) => return unit_page(&web, &visitor, &id, &fields, Some(problem)),
    };
    match unit::rename(&web.app, allowed, fields.get("name").to_owned(), from).await {
        Ok(()) => Ok(done(&format!("/staff/units/{id}"), "unit-renamed")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            unit_page(&web, &visitor, &id, &fields, Some(problem))
        }
    }
}

async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, id) = (visitor.t, unit_in_path(&visitor, &id)?);
    let allowed = visitor.allow::<permission::ManageUnits>(&id)?;
    let on = match date_field(t, &fields, "on", t.units_close_date()) {
        Ok(on) => on,
        Err(problem) => return unit_page(&web, &visitor, &id, &fields, Some(problem)),
    };
    match unit::close(&web.app, allowed, on).await {
        Ok(()) => Ok(done(&format!("/staff/units/{id}"), "unit-closed")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            unit_page(&web, &visitor, &id, &fields, Some(problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(csv_cell("南昌市局"), "南昌市局");
        assert_eq!(csv_cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_cell("=1+1"), "'=1+1");
    }
}
