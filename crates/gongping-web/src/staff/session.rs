//! Logging in and out, and the own password.

use super::form::{Fields, Problem, answered};
use super::{done, frame};
use crate::frame::{Frame, page};
use crate::language::is_local;
use crate::visitor::{ended_session_cookie, session_cookie};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{Extensions, header};
use axum::response::{IntoResponse, Redirect, Response};
use gongping_app::{Refusal, account, session};
use gongping_locale::Texts;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Practice accounts offered at once: those of the highest units.
const MOST_PRACTICE_ACCOUNTS: usize = 40;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/log-in", Access::Public, show)
        .post("/staff/log-in", Access::Public, log_in)
        .post("/staff/log-out", Access::Public, log_out)
        .get("/staff/password", Access::LoggedIn, show_password)
        .post("/staff/password", Access::LoggedIn, change_password)
}

struct PracticeAccount {
    title: String,
    login: String,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/session/log_in.html")]
struct LogInPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    login: String,
    password: String,
    to: String,
    practice_password: Option<String>,
    accounts: Vec<PracticeAccount>,
}

fn log_in_page(
    web: &Web,
    visitor: &Visitor,
    login: &str,
    to: &str,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let practice_password = web.app.practice().map(|practice| practice.password.clone());
    let accounts = match &practice_password {
        Some(_) => practice_accounts(visitor, to),
        None => Vec::new(),
    };
    // The page fills in the password only for an account that was chosen from the list.
    let password = practice_password.clone().filter(|_| problem.is_none() && !login.is_empty());
    let shown = page(&LogInPage {
        frame: Frame::new(web, visitor, t.session_title()),
        t,
        problem: problem.clone(),
        login: login.to_owned(),
        password: password.unwrap_or_default(),
        to: to.to_owned(),
        practice_password,
        accounts,
    });
    answered(shown, problem.as_ref())
}

fn practice_accounts(visitor: &Visitor, to: &str) -> Vec<PracticeAccount> {
    let world = &visitor.world;
    let mut known: Vec<_> = world.accounts().filter(|account| account.active).collect();
    known.sort_by_key(|account| {
        let levels = account.duties.iter().filter_map(|grant| world.unit(&grant.unit));
        let top = levels.map(|unit| (unit.level, unit.id.clone())).min();
        // Accounts without a unit come last.
        (top.is_none(), top, account.id.clone())
    });
    let to = crate::frame::percent_encoded(to);
    known
        .into_iter()
        .take(MOST_PRACTICE_ACCOUNTS)
        .map(|account| PracticeAccount {
            title: account.title.clone(),
            login: account.login.clone(),
            href: format!(
                "/staff/log-in?as={}&to={to}",
                crate::frame::percent_encoded(&account.login)
            ),
        })
        .collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let value = |name| query.get(name).map_or("", String::as_str);
    log_in_page(&web, &visitor, value("as"), value("to"), None)
}

async fn log_in(
    State(web): State<Web>,
    visitor: Visitor,
    extensions: Extensions,
    fields: Fields,
) -> Result<Response, Fault> {
    // Behind a proxy all networks look alike; the limit by log-in name still holds then.
    let network = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "local".to_owned(), |info| info.0.ip().to_string());
    let (login, to) = (fields.get("login"), fields.get("to"));
    match session::log_in(&web.app, login, fields.raw("password"), &network).await {
        Ok(token) => {
            let to = if is_local(to) { to } else { "/staff" };
            let cookie = session_cookie(&web, &token)?;
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
        }
        Err(refusal) => {
            let t = visitor.t;
            let problem = Problem::of(t, refusal)?;
            log_in_page(&web, &visitor, login, to, Some(problem))
        }
    }
}

async fn log_out(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    if let Some(token) = &visitor.token {
        session::log_out(&web.app, token).await?;
    }
    let cookie = [(header::SET_COOKIE, ended_session_cookie())];
    Ok((cookie, done("/staff/log-in", "logged-out")).into_response())
}

#[derive(Template)]
#[template(path = "staff/session/password.html")]
struct PasswordPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
}

fn password_page(
    web: &Web,
    visitor: &Visitor,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let frame = frame(web, visitor, t.session_change_password());
    answered(page(&PasswordPage { frame, t, problem: problem.clone() }), problem.as_ref())
}

async fn show_password(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    password_page(&web, &visitor, None)
}

async fn change_password(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, own) = (visitor.t, visitor.account()?);
    let new = fields.raw("new");
    if new != fields.raw("again") {
        let problem = Problem::line(t, t.session_passwords_differ());
        return password_page(&web, &visitor, Some(problem));
    }
    let changed = async {
        session::confirm_password(&web.app, own, fields.raw("old")).await?;
        account::set_own_password(&web.app, own, new).await
    };
    match changed.await {
        // All sessions of the account have ended, this one too.
        Ok(()) => Ok(done("/staff/log-in", "password-set")),
        Err(refusal) => {
            let problem = password_problem(t, refusal)?;
            password_page(&web, &visitor, Some(problem))
        }
    }
}

/// As [`Problem::of`], but a wrong password here is that of a signature, not of a log-in.
pub(super) fn password_problem(t: Texts, refusal: Refusal) -> Result<Problem, Fault> {
    let wrong = matches!(refusal, Refusal::LogIn(gongping_app::LogInRefusal::WrongNameOrPassword));
    if wrong { Ok(Problem::line(t, t.session_password_wrong())) } else { Problem::of(t, refusal) }
}
