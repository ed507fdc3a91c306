//! The calendar: the phases of every appraisal in the reader's area (C1–C9).

use super::{frame, unit_name, visible, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gongping_appraisal::{Appraisal, Calendar, Phase, permission};
use gongping_locale::Texts;
use jiff::civil::Date;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/calendar", Access::of::<permission::SeeWorkplace>(), show)
}

struct Row {
    href: String,
    title: String,
    organiser: String,
    phases: Vec<PhaseCell>,
    survey: Option<String>,
    now: String,
    /// Distance of the row from the top of the chart.
    y: u32,
}

struct PhaseCell {
    words: String,
    first: String,
    is_running: bool,
    x: u32,
    width: u32,
    series: usize,
}

struct Tick {
    words: String,
    x: u32,
}

#[derive(Template)]
#[template(path = "staff/calendar/page.html")]
struct CalendarPage {
    frame: Frame,
    t: Texts,
    rows: Vec<Row>,
    phase_names: Vec<String>,
    unscheduled: Option<String>,
    ticks: Vec<Tick>,
    chart_height: u32,
    today_x: Option<u32>,
    today: String,
}

/// The chart is this wide in its own units; names stand in the first part.
const CHART_WIDTH: u32 = 1000;
const NAMES_WIDTH: u32 = 300;
const ROW_HEIGHT: u32 = 26;
const HEAD_HEIGHT: u32 = 24;

/// Maps days to the width of the chart.
struct Scale {
    first: Date,
    days: u32,
}

impl Scale {
    fn of(calendars: &[(&Appraisal, &Calendar)]) -> Option<Self> {
        let first = calendars.iter().map(|(_, calendar)| calendar.first_day()).min()?;
        let last = calendars.iter().map(|(_, calendar)| calendar.last_day()).max()?;
        let days = days_between(first, last) + 1;
        Some(Self { first, days })
    }

    fn x(&self, day: Date) -> u32 {
        let offset = days_between(self.first, day).min(self.days);
        NAMES_WIDTH + offset * (CHART_WIDTH - NAMES_WIDTH) / self.days
    }

    fn holds(&self, day: Date) -> bool {
        day >= self.first && days_between(self.first, day) < self.days
    }
}

fn days_between(first: Date, last: Date) -> u32 {
    let days = last.since(first).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let (t, today) = (visitor.t, web.app.today());
    let appraisals = visible(&visitor);
    let dated: Vec<(&Appraisal, &Calendar)> = appraisals
        .iter()
        .filter_map(|appraisal| appraisal.calendar().map(|calendar| (*appraisal, calendar)))
        .collect();
    // The chart shows the newest year; a decade side by side would make every phase a hair.
    let newest = dated.iter().map(|(appraisal, _)| appraisal.year).max();
    let shown: Vec<_> =
        dated.iter().copied().filter(|(appraisal, _)| Some(appraisal.year) == newest).collect();
    let scale = Scale::of(&shown);
    let undated: Vec<&str> = appraisals
        .iter()
        .filter(|appraisal| appraisal.calendar().is_none())
        .map(|appraisal| appraisal.title.as_str())
        .collect();
    let rows: Vec<Row> = scale
        .iter()
        .flat_map(|scale| {
            let (visitor, shown) = (&visitor, &shown);
            (0u32..).zip(shown).map(move |(index, (appraisal, calendar))| {
                row(visitor, appraisal, calendar, scale, index, today)
            })
        })
        .collect();
    page(&CalendarPage {
        frame: frame(&web, &visitor, t.calendar_title()),
        t,
        phase_names: Phase::ALL.map(|phase| word(t, "phase", phase.as_str())).to_vec(),
        unscheduled: (!undated.is_empty()).then(|| t.calendar_unscheduled(t.list(&undated))),
        ticks: scale.as_ref().map(|scale| ticks(t, scale)).unwrap_or_default(),
        chart_height: HEAD_HEIGHT + ROW_HEIGHT * u32::try_from(rows.len()).unwrap_or(0),
        today_x: scale.filter(|scale| scale.holds(today)).map(|scale| scale.x(today)),
        today: t.date(today),
        rows,
    })
}

fn row(
    visitor: &Visitor,
    appraisal: &Appraisal,
    calendar: &Calendar,
    scale: &Scale,
    index: u32,
    today: Date,
) -> Row {
    let t = visitor.t;
    let cell = |(number, phase): (usize, Phase)| {
        let range = calendar.dates(phase);
        let x = scale.x(range.first);
        let end = scale.x(range.last.tomorrow().unwrap_or(range.last));
        PhaseCell {
            words: t.period(range.first, range.last),
            first: range.first.to_string(),
            is_running: range.contains(today),
            x,
            width: (end - x).max(2),
            series: number + 1,
        }
    };
    let running: Vec<String> =
        calendar.phases_on(today).map(|phase| word(t, "phase", phase.as_str())).collect();
    let now = if !running.is_empty() {
        t.calendar_running(t.list(&running))
    } else if today < calendar.first_day() {
        t.calendar_before().to_owned()
    } else if today > calendar.last_day() {
        t.calendar_over().to_owned()
    } else {
        t.calendar_between().to_owned()
    };
    let plan = appraisal.running().and_then(|open| open.survey.plan());
    Row {
        href: format!("/staff/a/{}", appraisal.id),
        title: appraisal.title.clone(),
        organiser: unit_name(&visitor.world, &appraisal.organiser, today),
        phases: Phase::ALL.into_iter().enumerate().map(cell).collect(),
        survey: plan.map(|plan| {
            format!("{} – {}", t.date_time(plan.opens_at), t.date_time(plan.closes_at))
        }),
        now,
        y: HEAD_HEIGHT + index * ROW_HEIGHT,
    }
}

/// The first day of each month.
fn ticks(t: Texts, scale: &Scale) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut day = scale.first;
    while scale.holds(day) {
        if day.day() == 1 || day == scale.first {
            ticks.push(Tick { words: t.month_day(day), x: scale.x(day) });
        }
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    // A first tick close to the next month would be written over.
    if ticks.len() > 1 && ticks[1].x - ticks[0].x < 60 {
        ticks.remove(0);
    }
    ticks
}
