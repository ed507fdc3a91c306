//! The staff's pages: one module for each part of the work. Each action is a plain form; what a
//! form could not do is said above it, with everything still in it that was typed.

mod account;
mod appraisal;
mod calendar;
mod code;
mod consequence;
pub(crate) mod form;
mod inspection;
mod key;
mod log;
mod opinion;
mod practice;
mod preparation;
mod ranking;
mod register;
mod report;
mod session;
mod setup;
mod sorting;
mod survey;
mod survey_plan;
mod tally;
mod task;
mod today;
mod unit;
mod unit_import;

use crate::frame::{Frame, NavGroup, NavLink};
use crate::{Fault, Routes, Visitor, Web};
use axum::response::{IntoResponse, Redirect, Response};
use gongping_appraisal::{AccountId, Appraisal, Duty, PermissionRule, UnitId, World, permission};
use gongping_locale::Texts;
use jiff::civil::Date;

/// The routes of the staff's pages.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = session::routes(routes);
    let routes = today::routes(routes);
    let routes = calendar::routes(routes);
    let routes = unit::routes(routes);
    let routes = unit_import::routes(routes);
    let routes = account::routes(routes);
    let routes = appraisal::routes(routes);
    let routes = setup::routes(routes);
    let routes = survey::routes(routes);
    let routes = key::routes(routes);
    let routes = code::routes(routes);
    let routes = inspection::routes(routes);
    let routes = opinion::routes(routes);
    let routes = report::routes(routes);
    let routes = tally::routes(routes);
    let routes = ranking::routes(routes);
    let routes = preparation::routes(routes);
    let routes = register::routes(routes);
    let routes = consequence::routes(routes);
    let routes = sorting::routes(routes);
    let routes = log::routes(routes);
    practice::routes(routes)
}

/// Back to a page after something was done (303), which that page then says.
fn done(address: &str, code: &str) -> Response {
    let separator = if address.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{address}{separator}done={code}")).into_response()
}

/// A duty in the reader's words.
fn duty_word(t: Texts, duty: Duty) -> String {
    word(t, "duty", duty.as_str())
}

/// A stable word of the program in the reader's words.
fn word(t: Texts, noun: &str, stable: &str) -> String {
    crate::refusal::text(t, &format!("{noun}-{}", stable.replace('_', "-")), &[])
}

/// The unit's name on a day; its id if there is no such unit.
fn unit_name(world: &World, unit: &UnitId, on: Date) -> String {
    world.unit(unit).map_or_else(|| unit.to_string(), |unit| unit.name_on(on).to_owned())
}

/// The post of an account; its id if there is no such account.
fn post(world: &World, account: &AccountId) -> String {
    world.account(account).map_or_else(|| account.to_string(), |account| account.title.clone())
}

/// "By the coordination team": who may do what is not offered to this reader.
fn done_by(t: Texts, rule: &PermissionRule) -> String {
    t.duty_done_by(task::duties(t, rule))
}

/// The units of the account's duties that carry a permission, topmost first.
fn units_of(world: &World, account: &AccountId, rule: &PermissionRule) -> Vec<UnitId> {
    let Some(account) = world.account(account) else { return Vec::new() };
    let grants = account.duties.iter().filter(|grant| rule.duties.contains(&grant.duty));
    let mut units: Vec<UnitId> = grants.map(|grant| grant.unit.clone()).collect();
    units.sort_by_key(|unit| (world.unit(unit).map(|unit| unit.level), unit.clone()));
    units.dedup();
    units
}

/// The appraisals that the reader may see in the workplace, newest year and highest level first.
fn visible(visitor: &Visitor) -> Vec<&Appraisal> {
    let sees =
        |appraisal: &&Appraisal| visitor.may::<permission::SeeWorkplace>(&appraisal.organiser);
    let mut seen: Vec<&Appraisal> = visitor.world.appraisals().filter(sees).collect();
    let level = |appraisal: &Appraisal| visitor.world.unit(&appraisal.organiser).map(|u| u.level);
    seen.sort_by(|a, b| (b.year, level(a), &a.organiser).cmp(&(a.year, level(b), &b.organiser)));
    seen
}

/// The frame of a staff page with its side bar.
fn frame(web: &Web, visitor: &Visitor, title: impl Into<String>) -> Frame {
    let t = visitor.t;
    let path = visitor.here.split('?').next().unwrap_or_default();
    let link = |text: &str, href: &str, icon: &'static str| NavLink {
        text: text.to_owned(),
        href: href.to_owned(),
        icon,
        current: path == href || (href != "/staff" && path.starts_with(&format!("{href}/"))),
        count: 0,
        late: false,
    };
    let visitor = &Visitor { here: readable(&visitor.here), ..visitor.clone() };
    let Some(account) = &visitor.account else { return Frame::new(web, visitor, title) };
    let mut today = link(t.workplace_nav_today(), "/staff", "home");
    let mine = today::mine(visitor, account, web.app.now(), web.app.today());
    today.count = mine.len();
    today.late = mine.iter().any(|(_, task)| task.is_late(web.app.today()));
    let mut links = vec![today];
    let sees = holds_anywhere(
        visitor,
        &<permission::SeeWorkplace as gongping_appraisal::Permission>::RULE,
    );
    if sees {
        links.push(link(t.workplace_nav_calendar(), "/staff/calendar", "calendar"));
        links.push(link(t.workplace_nav_appraisals(), "/staff/appraisals", "scale"));
        links.push(link(t.workplace_nav_units(), "/staff/units", "building"));
    }
    if holds_anywhere(
        visitor,
        &<permission::ManageAccounts as gongping_appraisal::Permission>::RULE,
    ) {
        links.push(link(t.workplace_nav_accounts(), "/staff/accounts", "users"));
    }
    if sees {
        links.push(link(t.workplace_nav_log(), "/staff/log", "history"));
    }
    if web.app.practice().is_some() {
        links.push(link(t.workplace_nav_practice(), "/staff/practice", "clock"));
    }
    links.push(link(t.session_change_password(), "/staff/password", "lock"));
    Frame::new(web, visitor, title).nav(vec![NavGroup { heading: String::new(), links }])
}

/// The page on which a form stands: what the language switch comes back to when the form was sent
/// to an address that cannot be read.
fn readable(here: &str) -> String {
    const ACTIONS: [&str; 31] = [
        "accept",
        "apart",
        "appoint",
        "calendar",
        "close",
        "confirm",
        "decide",
        "decision",
        "dismiss",
        "dissolve",
        "draft",
        "duties",
        "end",
        "file",
        "follow-up",
        "groups",
        "inquiry",
        "list",
        "merge",
        "open",
        "password",
        "points",
        "propose",
        "publish",
        "rename",
        "return",
        "reword",
        "route",
        "rulebook",
        "sign",
        "take-out",
    ];
    match here.rsplit_once('/') {
        Some((page, action)) if ACTIONS.contains(&action) && page.matches('/').count() >= 2 => {
            page.to_owned()
        }
        _ => here.to_owned(),
    }
}

/// Whether one of the reader's duties carries the permission, wherever.
fn holds_anywhere(visitor: &Visitor, rule: &PermissionRule) -> bool {
    visitor
        .account
        .as_ref()
        .is_some_and(|account| !units_of(&visitor.world, account, rule).is_empty())
}

/// A tab of an appraisal's pages.
struct Tab {
    text: String,
    href: String,
    current: bool,
}

/// What stands above each page of an appraisal.
struct Head {
    id: String,
    title: String,
    organiser: String,
    stage: String,
    is_published: bool,
    tabs: Vec<Tab>,
}

impl Head {
    fn new(web: &Web, visitor: &Visitor, appraisal: &Appraisal, page: &str) -> Self {
        let t = visitor.t;
        let id = appraisal.id.to_string();
        let tab = |text: &str, name: &str| Tab {
            text: text.to_owned(),
            href: if name.is_empty() {
                format!("/staff/a/{id}")
            } else {
                format!("/staff/a/{id}/{name}")
            },
            current: name == page,
        };
        let mut tabs = vec![
            tab(t.workplace_nav_overview(), ""),
            tab(t.workplace_nav_setup(), "setup"),
            tab(t.preparation_tab_plans(), "plans"),
            tab(t.preparation_roster(), "roster"),
            tab(t.preparation_channels(), "channels"),
            tab(t.workplace_nav_survey(), "survey"),
            tab(t.opinion_tab(), "opinions"),
            tab(t.workplace_nav_inspection(), "inspection"),
            tab(t.workplace_nav_tally(), "tally"),
            tab(t.workplace_nav_ranking(), "ranking"),
        ];
        if appraisal.published().is_some() {
            tabs.push(tab(t.workplace_nav_consequences(), "consequences"));
        }
        let organiser = &appraisal.organiser;
        let keeps = visitor.may::<permission::KeepRegister>(organiser);
        if keeps || visitor.may::<permission::DecideCases>(organiser) {
            tabs.push(tab(t.workplace_nav_register(), "register"));
        }
        if visitor.may::<permission::SortOpinions>(&appraisal.organiser) {
            tabs.insert(7, tab(t.sorting_title(), "sorting"));
        }
        // A unit's people come here for their own plan and cannot open the other pages.
        if !visitor.may::<permission::SeeWorkplace>(&appraisal.organiser) {
            tabs.clear();
        }
        Self {
            title: appraisal.title.clone(),
            organiser: unit_name(&visitor.world, &appraisal.organiser, web.app.today()),
            stage: word(t, "stage", appraisal.stage_word()),
            is_published: appraisal.published().is_some(),
            tabs,
            id,
        }
    }
}

/// The frame of a page of an appraisal.
fn appraisal_frame(web: &Web, visitor: &Visitor, appraisal: &Appraisal, title: &str) -> Frame {
    let t = visitor.t;
    frame(web, visitor, title)
        .crumb(t.workplace_nav_appraisals(), "/staff/appraisals")
        .crumb(appraisal.title.clone(), format!("/staff/a/{}", appraisal.id))
}

/// A unit named in a path.
fn unit_in_path(visitor: &Visitor, text: &str) -> Result<UnitId, Fault> {
    let unit = UnitId::parse(text).map_err(|_| Fault::NotFound)?;
    visitor.world.unit(&unit).ok_or(Fault::NotFound)?;
    Ok(unit)
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn language_switch_comes_back_to_pages_that_can_be_read() {
        let cases = [
            ("/staff/a/2026-360000-LSB/setup/open", "/staff/a/2026-360000-LSB/setup"),
            ("/staff/unit-import/confirm", "/staff/unit-import"),
            ("/staff/accounts/deputy/password", "/staff/accounts/deputy"),
            ("/staff/calendar", "/staff/calendar"),
            ("/staff/password", "/staff/password"),
            ("/staff/units?q=open", "/staff/units?q=open"),
        ];
        for (here, page) in cases {
            assert_eq!(readable(here), page);
        }
    }
}
