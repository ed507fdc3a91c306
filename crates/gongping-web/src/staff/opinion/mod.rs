//! Opinions for the staff (C2, E3 (6), (7)): the list, keys and ties, one opinion, entry for callers, and
//! what a unit sees of them.

mod act;
mod enter;
mod key;
mod own;
mod show;

use super::form::Problem;
use super::{Head, appraisal_frame, done, units_of};
use crate::frame::{Frame, page};
use crate::opinion::{Choice, matter_words, state_words};
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::opinion;
use gongping_appraisal::{
    AccountId, Appraisal, KeyRole, Matter, Opinion, OpinionId, Permission as _, UnitId, permission,
};
use gongping_locale::Texts;
use std::collections::{BTreeMap, BTreeSet};

/// Opinions on one page.
const PAGE_SIZE: usize = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/staff/a/{appraisal}/opinions", seen(), list).post(
        "/staff/a/{appraisal}/opinions/influence/{report}",
        Access::of::<permission::RuleOnOpinions>(),
        take_up,
    );
    let routes = key::routes(enter::routes(routes));
    own::routes(act::routes(show::routes(routes)))
}

/// Whoever has something to do with opinions.
fn seen() -> Access {
    Access::of::<permission::HandleOpinions>()
        .or::<permission::ReleaseIdentities>()
        .or::<permission::RuleOnOpinions>()
        .or::<permission::EnterOpinions>()
}

/// What the reader is to the opinions of an appraisal.
struct Reader<'a> {
    visitor: &'a Visitor,
    appraisal: &'a Appraisal,
    account: AccountId,
    /// Units whose opinions are handled where the reader holds a duty, and to which it has no ties.
    of_body: BTreeSet<UnitId>,
    /// Units for which it stands one level up.
    one_up: BTreeSet<UnitId>,
}

impl<'a> Reader<'a> {
    fn new(visitor: &'a Visitor, appraisal: &'a Appraisal) -> Result<Self, Fault> {
        let (world, account) = (&visitor.world, visitor.account()?.clone());
        let rules = [
            permission::HandleOpinions::RULE,
            permission::ReleaseIdentities::RULE,
            permission::EnterOpinions::RULE,
        ];
        let bodies: BTreeSet<UnitId> =
            rules.iter().flat_map(|rule| units_of(world, &account, rule)).collect();
        let has_ties = |unit: &UnitId| appraisal.opinions.has_interest(&account, unit);
        let units = || appraisal.units.iter().filter(|unit| !has_ties(unit)).cloned();
        Ok(Self {
            of_body: units()
                .filter(|unit| bodies.contains(world.handling_body(appraisal, unit)))
                .collect(),
            one_up: units().filter(|unit| world.is_one_up(appraisal, unit, &account)).collect(),
            visitor,
            appraisal,
            account,
        })
    }

    fn is_one_up(&self, opinion: &Opinion) -> bool {
        self.one_up.contains(&opinion.unit)
    }

    /// Whether the opinion is shown at all: to those of the body without ties to the unit, and one
    /// level up when it was contested or nobody answered (T10).
    fn sees(&self, opinion: &Opinion, now: jiff::Timestamp) -> bool {
        self.of_body.contains(&opinion.unit) || (self.is_one_up(opinion) && opinion.is_raised(now))
    }

    fn is_handler(&self, opinion: &Opinion) -> bool {
        self.visitor.world.is_handler(self.appraisal, opinion, &self.account)
    }

    /// The role in which the reader may have a key here, if in any.
    fn role(&self) -> Option<KeyRole> {
        let world = &self.visitor.world;
        let may = |role: &KeyRole| world.may_hold_reader_key(self.appraisal, *role, &self.account);
        KeyRole::ALL.iter().copied().find(may)
    }
}

struct Row {
    id: OpinionId,
    received: String,
    unit: String,
    matter: String,
    protection: String,
    channel: String,
    state: String,
    class: &'static str,
    icon: &'static str,
    due: String,
    is_late: bool,
    has_news: bool,
    is_masked: bool,
    asks: bool,
}

struct InfluenceRow {
    number: u32,
    at: String,
    sheet: String,
    taken_up_by: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/opinion/list.html")]
struct ListPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    is_open: bool,
    may_enter: bool,
    role: Option<KeyRole>,
    has_key: bool,
    waiting: usize,
    late: usize,
    contested: usize,
    total: usize,
    states: Vec<Choice>,
    matters: Vec<Choice>,
    units: Vec<Choice>,
    rows: Vec<Row>,
    shown_of: String,
    older: Option<String>,
    newer: Option<String>,
    may_rule: bool,
    influence: Vec<InfluenceRow>,
}

/// The class and icon of a state: words and icons say it, not colour alone.
fn look(opinion: &Opinion, is_late: bool) -> (&'static str, &'static str) {
    match opinion.state.as_str() {
        "contested" => ("state-bad", "flag"),
        "received" | "in_hand" if is_late => ("state-bad", "alert"),
        "received" => ("state-warn", "circle"),
        "in_hand" => ("state-info", "half"),
        "answered" => ("state-info", "message"),
        _ => ("state-good", "check-circle"),
    }
}

fn row(web: &Web, visitor: &Visitor, opinion: &Opinion) -> Row {
    let t = visitor.t;
    let text =
        |noun: &str, word: &str| crate::refusal::text(t, &format!("opinion-{noun}-{word}"), &[]);
    let is_late = opinion.is_overdue(web.app.now());
    let (class, icon) = look(opinion, is_late);
    Row {
        id: opinion.id,
        received: t.date_time(opinion.received_at),
        unit: appraisal::unit_name(&visitor.world, &opinion.unit),
        matter: matter_words(t, opinion.matter),
        protection: text("protection", opinion.protection.as_str()),
        channel: text("channel", opinion.channel.as_str()),
        state: state_words(t, opinion.state.as_str()),
        class,
        icon,
        due: t.date_time(opinion.due_at()),
        is_late,
        has_news: opinion.has_news,
        is_masked: opinion.masked.is_some(),
        asks: opinion.identity_state.as_str() == "requested",
    }
}

async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    list_page(&web, &visitor, visitor.appraisal(&id)?, &query, None)
}

fn list_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    query: &BTreeMap<String, String>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, now) = (visitor.t, web.app.now());
    let reader = Reader::new(visitor, appraisal)?;
    let asked = |name: &str| query.get(name).map_or("", String::as_str);
    let seen: Vec<&Opinion> =
        appraisal.opinions.all().rev().filter(|opinion| reader.sees(opinion, now)).collect();
    let fits = |opinion: &&&Opinion| {
        (asked("state").is_empty() || opinion.state.as_str() == asked("state"))
            && (asked("matter").is_empty() || opinion.matter.as_str() == asked("matter"))
            && (asked("unit").is_empty() || opinion.unit.as_str() == asked("unit"))
    };
    let found: Vec<&Opinion> = seen.iter().filter(fits).copied().collect();
    let from = asked("from").parse::<usize>().unwrap_or(0).min(found.len());
    let shown = &found[from..found.len().min(from + PAGE_SIZE)];
    let link = |from: usize| {
        let parts = ["state", "matter", "unit"]
            .map(|name| format!("{name}={}&", crate::frame::percent_encoded(asked(name))));
        format!("?{}from={from}", parts.concat())
    };
    let count = |wanted: &dyn Fn(&Opinion) -> bool| seen.iter().filter(|one| wanted(one)).count();
    let may_rule = visitor.world.is_above_unit(&appraisal.organiser, &reader.account);
    let choice = |id: &str, text: String, name: &str| Choice {
        id: id.to_owned(),
        text,
        chosen: asked(name) == id,
    };
    let page_shown = page(&ListPage {
        frame: appraisal_frame(web, visitor, appraisal, t.opinion_tab()),
        t,
        head: Head::new(web, visitor, appraisal, "opinions"),
        problem: problem.clone(),
        is_open: appraisal.running().is_some(),
        may_enter: visitor.may::<permission::EnterOpinions>(&appraisal.organiser),
        role: reader.role(),
        has_key: appraisal.opinions.key(&reader.account).is_some(),
        waiting: count(&Opinion::is_waiting),
        late: count(&|opinion: &Opinion| opinion.is_overdue(now)),
        contested: count(&|opinion: &Opinion| opinion.state.as_str() == "contested"),
        total: seen.len(),
        states: ["received", "in_hand", "answered", "closed", "contested"]
            .map(|word| choice(word, state_words(t, word), "state"))
            .into(),
        matters: Matter::ALL
            .iter()
            .map(|matter| choice(matter.as_str(), matter_words(t, *matter), "matter"))
            .collect(),
        units: appraisal
            .units
            .iter()
            .map(|unit| choice(unit.as_str(), appraisal::unit_name(&visitor.world, unit), "unit"))
            .collect(),
        rows: shown.iter().map(|opinion| row(web, visitor, opinion)).collect(),
        shown_of: t.opinion_shown_of(shown.len(), found.len()),
        older: (from + PAGE_SIZE < found.len()).then(|| link(from + PAGE_SIZE)),
        newer: (from > 0).then(|| link(from.saturating_sub(PAGE_SIZE))),
        may_rule,
        influence: if may_rule { influence(visitor, appraisal) } else { Vec::new() },
    });
    super::form::answered(page_shown, problem.as_ref())
}

fn influence(visitor: &Visitor, appraisal: &Appraisal) -> Vec<InfluenceRow> {
    let row = |report: &gongping_appraisal::InfluenceReport| InfluenceRow {
        number: report.number,
        at: visitor.t.date_time(report.at),
        sheet: report.sheet.map(|sheet| sheet.to_string()).unwrap_or_default(),
        taken_up_by: report.taken_up_by.as_ref().map(|who| super::post(&visitor.world, who)),
    };
    let mut rows: Vec<InfluenceRow> = appraisal.opinions.influence().map(row).collect();
    rows.reverse();
    rows.truncate(PAGE_SIZE);
    rows
}

async fn take_up(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, report)): Path<(String, u32)>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::RuleOnOpinions>(&appraisal.organiser)?;
    match opinion::take_up_influence(&web.app, allowed, &appraisal.id, report).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/opinions"), "opinion-taken-up")),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            list_page(&web, &visitor, appraisal, &BTreeMap::new(), Some(problem))
        }
    }
}

/// The opinion of a path, if the reader may see it.
fn opinion_in_path<'a>(web: &Web, reader: &Reader<'a>, number: &str) -> Result<&'a Opinion, Fault> {
    let number = number.parse().map(OpinionId).map_err(|_| Fault::NotFound)?;
    let found = reader.appraisal.opinions.get(number).ok_or(Fault::NotFound)?;
    if reader.sees(found, web.app.now()) { Ok(found) } else { Err(Fault::NotFound) }
}
