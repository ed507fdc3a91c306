//! The practice clock: forward only, and only where everything is practice.

use super::form::{Fields, Problem, answered, instant_field, parse_instant};
use super::{done, frame, visible, word};
use crate::frame::{Frame, page};
use crate::visitor::session_cookie;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use gongping_app::{practice, session};
use gongping_appraisal::Phase;
use gongping_locale::{SHANGHAI, Texts};
use jiff::Timestamp;

/// Jumps that are offered at most.
const MOST_JUMPS: usize = 12;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/practice", Access::LoggedIn, show).post(
        "/staff/practice",
        Access::LoggedIn,
        set,
    )
}

struct Jump {
    words: String,
    at: String,
    value: String,
}

#[derive(Template)]
#[template(path = "staff/practice/page.html")]
struct PracticePage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    now: String,
    typed: String,
    jumps: Vec<Jump>,
}

/// Moments ahead at which something becomes possible.
fn jumps(web: &Web, visitor: &Visitor) -> Vec<Jump> {
    let (t, now) = (visitor.t, web.app.now());
    let mut ahead: Vec<(Timestamp, String)> = Vec::new();
    for appraisal in visible(visitor).into_iter().filter(|known| known.published().is_none()) {
        let title = &appraisal.title;
        if let Some(calendar) = appraisal.calendar() {
            for phase in Phase::ALL {
                let morning = calendar.dates(phase).first.at(9, 0, 0, 0);
                if let Ok(at) = SHANGHAI.to_timestamp(morning) {
                    let name = word(t, "phase", phase.as_str());
                    ahead.push((at, t.practice_jump_phase(name, title)));
                }
            }
        }
        if let Some(plan) = appraisal.running().and_then(|open| open.survey.plan()) {
            ahead.push((plan.opens_at, t.practice_jump_survey_opens(title)));
            ahead.push((plan.closes_at, t.practice_jump_survey_closes(title)));
        }
    }
    ahead.retain(|(at, _)| *at > now);
    ahead.sort();
    ahead
        .into_iter()
        .take(MOST_JUMPS)
        .map(|(at, words)| Jump { words, at: t.date_time(at), value: instant_field(at) })
        .collect()
}

fn practice_page(
    web: &Web,
    visitor: &Visitor,
    typed: &str,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    if web.app.practice().is_none() {
        return Err(Fault::NotFound);
    }
    let t = visitor.t;
    let shown = page(&PracticePage {
        frame: frame(web, visitor, t.practice_title()),
        t,
        problem: problem.clone(),
        now: t.date_time(web.app.now()),
        typed: if typed.is_empty() { instant_field(web.app.now()) } else { typed.to_owned() },
        jumps: jumps(web, visitor),
    });
    answered(shown, problem.as_ref())
}

async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    practice_page(&web, &visitor, "", None)
}

async fn set(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, Fault> {
    let (t, typed) = (visitor.t, fields.get("to"));
    let Some(to) = parse_instant(typed) else {
        let problem = Problem::line(t, t.practice_bad_time());
        return practice_page(&web, &visitor, typed, Some(problem));
    };
    match practice::set_clock(&web.app, to) {
        Ok(()) => logged_in_again(&web, &visitor).await,
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            practice_page(&web, &visitor, typed, Some(problem))
        }
    }
}

/// Sessions end after a time without use, and the clock has just run ahead of this one; whoever
/// set it stays logged in, as long as the practice password is still the account's.
async fn logged_in_again(web: &Web, visitor: &Visitor) -> Result<Response, Fault> {
    let account = visitor.world.account(visitor.account()?).ok_or(Fault::LogInFirst)?;
    let password = web.app.practice().map_or("", |practice| practice.password.as_str());
    let mut response = done("/staff/practice", "clock-set");
    if let Ok(token) = session::log_in(&web.app, &account.login, password, "practice-clock").await {
        response.headers_mut().insert(header::SET_COOKIE, session_cookie(web, &token)?);
    }
    Ok(response)
}
