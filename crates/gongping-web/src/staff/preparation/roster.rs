//! The roster of the organiser (A2, A3): leading group, office, teams.

use super::preparation_frame;
use crate::frame::{Frame, page};
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, done, done_by, post, word};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::preparation::{self, NewAppointment};
use gongping_appraisal::{AccountId, Appraisal, Permission as _, RosterPost, permission};
use gongping_locale::Texts;
use jiff::civil::Date;

pub(super) fn routes(routes: Routes) -> Routes {
    let keep = Access::of::<permission::KeepRoster>;
    let see = Access::of::<permission::SeeWorkplace>();
    routes
        .get("/staff/a/{appraisal}/roster", see, show)
        .post("/staff/a/{appraisal}/roster/appoint", keep(), appoint)
        .post("/staff/a/{appraisal}/roster/dismiss", keep(), dismiss)
}

struct Row {
    post: String,
    post_word: &'static str,
    account: String,
    title: String,
    name: String,
    on: String,
    document: String,
}

#[derive(Template)]
#[template(path = "staff/preparation/roster.html")]
struct RosterPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    rows: Vec<Row>,
    may_keep: bool,
    who_keeps: String,
    posts: Vec<(&'static str, String, bool)>,
    accounts: Vec<(String, String, bool)>,
    name: String,
    on: String,
    document: String,
    today: String,
}

async fn roster_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: Option<&Fields>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, world, organiser) = (visitor.t, &visitor.world, &appraisal.organiser);
    let today = web.app.today();
    let field = |name: &str| typed.map(|fields| fields.get(name).to_owned()).unwrap_or_default();
    let mut rows = Vec::new();
    for (of, account, appointment) in appraisal.preparation.roster(organiser) {
        rows.push(Row {
            post: word(t, "preparation-post", of.as_str()),
            post_word: of.as_str(),
            account: account.to_string(),
            title: post(world, account),
            name: preparation::words(&web.app, appointment.name).await?,
            on: t.date(appointment.on),
            document: appointment.document.clone(),
        });
    }
    let (chosen_post, chosen_account) = (field("post"), field("account"));
    let posts = RosterPost::ALL.map(|of| {
        let word_of = of.as_str();
        (word_of, word(t, "preparation-post", word_of), chosen_post == word_of)
    });
    let here = world.accounts().filter(|account| {
        account.active && account.duties.iter().any(|grant| grant.unit == *organiser)
    });
    let option = |account: &gongping_appraisal::Account| {
        let id = account.id.to_string();
        let chosen = id == chosen_account;
        (id, account.title.clone(), chosen)
    };
    let shown = page(&RosterPage {
        frame: preparation_frame(web, visitor, appraisal, t.preparation_roster()),
        t,
        head: Head::new(web, visitor, appraisal, "roster"),
        problem: problem.clone(),
        rows,
        may_keep: visitor.may::<permission::KeepRoster>(organiser)
            && appraisal.published().is_none(),
        who_keeps: done_by(t, &permission::KeepRoster::RULE),
        posts: posts.into_iter().collect(),
        accounts: here.map(option).collect(),
        name: field("name"),
        on: if typed.is_some() { field("on") } else { today.to_string() },
        document: field("document"),
        today: today.to_string(),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    roster_page(&web, &visitor, visitor.appraisal(&id)?, None, None).await
}

fn read_post(fields: &Fields) -> Option<(RosterPost, AccountId, Date)> {
    let of = RosterPost::parse(fields.get("post"))?;
    let account = AccountId::parse(fields.get("account")).ok()?;
    Some((of, account, fields.get("on").parse().ok()?))
}

async fn appoint(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::KeepRoster>(&appraisal.organiser)?;
    let problem = match read_post(&fields) {
        None => Problem::line(t, t.preparation_roster_bad()),
        Some((of, account, on)) => {
            let (name, document) =
                (fields.get("name").to_owned(), fields.get("document").to_owned());
            let new = NewAppointment { post: of, account, name, on, document };
            match preparation::appoint(&web.app, allowed, &appraisal.id, new).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/roster"), "appointed")),
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
    };
    roster_page(&web, &visitor, appraisal, Some(&fields), Some(problem)).await
}

async fn dismiss(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::KeepRoster>(&appraisal.organiser)?;
    let (of, account, on) = read_post(&fields).ok_or(Fault::BadRequest)?;
    let document = fields.get("document").to_owned();
    let (app, id) = (&web.app, &appraisal.id);
    match preparation::dismiss(app, allowed, id, of, account, on, document).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/roster"), "dismissed")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            roster_page(&web, &visitor, appraisal, None, Some(problem)).await
        }
    }
}
