//! What waits for the reader, what is due, what is late, and who else is awaited.

use super::task::{self, Task};
use super::{frame, unit_name, visible, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use gongping_appraisal::{AccountId, Appraisal, Duty, permission};
use gongping_locale::Texts;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

/// Tasks of others that are listed at most; the calendar and the overviews have them all.
const MOST_OTHERS: usize = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff", Access::LoggedIn, show)
}

/// A line of a queue.
struct Line {
    what: String,
    appraisal: String,
    due: Option<String>,
    late: Option<String>,
    awaited: String,
    href: String,
}

struct Running {
    href: String,
    title: String,
    stage: String,
    organiser: String,
}

struct OwnUnit {
    words: String,
    href: String,
    /// Where the copies are that its unit may read.
    opinions: String,
}

#[derive(Template)]
#[template(path = "staff/today/page.html")]
struct TodayPage {
    frame: Frame,
    t: Texts,
    today: String,
    mine: Vec<Line>,
    late_count: usize,
    week: Vec<Line>,
    others: Vec<Line>,
    running: Vec<Running>,
    own_units: Vec<OwnUnit>,
    sees_appraisals: bool,
}

/// What this account can do now, with the title of the appraisal.
pub(super) fn mine(
    visitor: &Visitor,
    account: &AccountId,
    now: Timestamp,
    today: Date,
) -> Vec<(String, Task)> {
    let world = &visitor.world;
    let mut mine: Vec<(String, Task)> = task::to_plan(world, account, today)
        .into_iter()
        .map(|task| (String::new(), task))
        .collect();
    for appraisal in concerning(visitor, account) {
        let tasks = task::of_appraisal(world, appraisal).into_iter();
        let ready = tasks.filter(|task| task.is_possible(now) && task.is_for(world, account));
        mine.extend(ready.map(|task| (appraisal.title.clone(), task)));
    }
    // What has a deadline comes first, the earliest on top.
    mine.sort_by_key(|(_, task)| (task.due.is_none(), task.due));
    mine
}

/// The appraisals in which the account may have something to do: those that it sees, and those in
/// which a unit of its duties takes part.
fn concerning<'a>(visitor: &'a Visitor, account: &AccountId) -> Vec<&'a Appraisal> {
    let world = &visitor.world;
    let duties = world.account(account).map(|account| &account.duties);
    let takes_part = |appraisal: &Appraisal| {
        let mut grants = duties.into_iter().flatten();
        grants.any(|grant| appraisal.units.contains(&grant.unit))
    };
    let mut concerning = visible(visitor);
    let sees =
        |appraisal: &Appraisal| visitor.may::<permission::SeeWorkplace>(&appraisal.organiser);
    concerning.extend(world.appraisals().filter(|known| !sees(known) && takes_part(known)));
    concerning
}

fn line(visitor: &Visitor, title: &str, task: &Task, today: Date) -> Line {
    let t = visitor.t;
    Line {
        what: task.words(t),
        appraisal: title.to_owned(),
        due: task.due.map(|due| t.date(due)),
        late: task.late_by(today, t),
        awaited: task.awaited(&visitor.world, t),
        href: task.href.clone(),
    }
}

async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    let (t, account) = (visitor.t, visitor.account()?);
    let (now, today) = (web.app.now(), web.app.today());
    let world = &visitor.world;
    let own = mine(&visitor, account, now, today);
    let appraisals = visible(&visitor);
    let in_a_week = today.checked_add(7.days()).unwrap_or(today);
    let (mut week, mut others) = (Vec::new(), Vec::new());
    for appraisal in concerning(&visitor, account) {
        let sees = visitor.may::<permission::SeeWorkplace>(&appraisal.organiser);
        for task in task::of_appraisal(world, appraisal) {
            if !sees && !task.is_for(world, account) {
                continue;
            }
            let due_soon = task.due.is_some_and(|due| due <= in_a_week);
            if due_soon && week.len() < MOST_OTHERS {
                week.push((appraisal.title.as_str(), task.clone()));
            }
            if !task.is_for(world, account) && others.len() < MOST_OTHERS {
                others.push((appraisal.title.as_str(), task));
            }
        }
    }
    week.sort_by_key(|(_, task)| task.due);
    let lines = |tasks: &[(&str, Task)]| -> Vec<Line> {
        tasks.iter().map(|(title, task)| line(&visitor, title, task, today)).collect()
    };
    let running = appraisals
        .iter()
        .filter(|appraisal| appraisal.published().is_none())
        .map(|appraisal| Running {
            href: format!("/staff/a/{}", appraisal.id),
            title: appraisal.title.clone(),
            stage: word(t, "stage", appraisal.stage_word()),
            organiser: unit_name(world, &appraisal.organiser, today),
        })
        .collect();
    page(&TodayPage {
        frame: frame(&web, &visitor, t.workplace_today_title()),
        t,
        today: t.weekday_date(today),
        late_count: own.iter().filter(|(_, task)| task.is_late(today)).count(),
        mine: own.iter().map(|(title, task)| line(&visitor, title, task, today)).collect(),
        week: lines(&week),
        others: lines(&others),
        running,
        own_units: own_units(&visitor, today),
        sees_appraisals: !appraisals.is_empty(),
    })
}

/// For an appraised unit: the appraisals that it takes part in.
fn own_units(visitor: &Visitor, today: Date) -> Vec<OwnUnit> {
    let (t, world) = (visitor.t, &visitor.world);
    let account = visitor.account.as_ref().and_then(|id| world.account(id));
    let grants = account.into_iter().flat_map(|account| &account.duties);
    let units: Vec<_> =
        grants.filter(|grant| grant.duty == Duty::AppraisedUnit).map(|grant| &grant.unit).collect();
    let takes_part = |appraisal: &Appraisal| {
        units.iter().find(|unit| appraisal.units.contains(unit)).map(|unit| (*unit).clone())
    };
    let mut own: Vec<OwnUnit> = world
        .appraisals()
        .filter_map(|appraisal| takes_part(appraisal).map(|unit| (appraisal, unit)))
        .map(|(appraisal, unit)| OwnUnit {
            words: t.workplace_today_own_unit_state(
                word(t, "stage", appraisal.stage_word()),
                &appraisal.title,
                unit_name(world, &unit, today),
            ),
            href: format!("/a/{}", appraisal.id),
            opinions: format!("/staff/units/{unit}/opinions"),
        })
        .collect();
    own.reverse();
    own
}
