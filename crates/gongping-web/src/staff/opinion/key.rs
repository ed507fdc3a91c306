//! The own key of a handler or second person, and ties to units (A4, E3 (6)).

use super::Reader;
use crate::frame::{Frame, page};
use crate::opinion::Choice;
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, appraisal_frame, done, unit_in_path};
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion;
use gongping_appraisal::{Appraisal, KeyRole, permission};
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    let may = Access::of::<permission::HoldOpinionKey>;
    routes
        .get("/staff/a/{appraisal}/opinions/key", may(), show)
        .post("/staff/a/{appraisal}/opinions/key", may(), register)
        .post("/staff/a/{appraisal}/opinions/interest", may(), declare)
}

struct KeyRow {
    post: String,
    role: String,
    since: String,
    recipient: String,
    interests: String,
}

#[derive(Template)]
#[template(path = "staff/opinion/key.html")]
struct KeyPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    role: Option<KeyRole>,
    own: Option<String>,
    file_name: String,
    keys: Vec<KeyRow>,
    units: Vec<Choice>,
    interests: Vec<String>,
}

fn key_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let reader = Reader::new(visitor, appraisal)?;
    let world = &visitor.world;
    let names = |account: &gongping_appraisal::AccountId| -> Vec<String> {
        let units = appraisal.opinions.interests(account);
        units.map(|unit| appraisal::unit_name(world, unit)).collect()
    };
    let keys = appraisal.opinions.keys().map(|(account, key)| KeyRow {
        post: crate::opinion::post(world, account),
        role: crate::refusal::text(t, &format!("opinion-role-{}", key.role.as_str()), &[]),
        since: t.date_time(key.since),
        recipient: key.recipient.clone(),
        interests: names(account).join("、"),
    });
    let own = appraisal.opinions.key(&reader.account);
    let unit = |unit: &gongping_appraisal::UnitId| Choice {
        id: unit.to_string(),
        text: appraisal::unit_name(world, unit),
        chosen: false,
    };
    let shown = page(&KeyPage {
        frame: appraisal_frame(web, visitor, appraisal, t.opinion_key_title())
            .crumb(t.opinion_tab(), format!("/staff/a/{}/opinions", appraisal.id))
            .script("opinion-staff.js"),
        t,
        head: Head::new(web, visitor, appraisal, "opinions"),
        problem: problem.clone(),
        role: reader.role(),
        own: own.map(|key| key.recipient.clone()),
        file_name: format!("gongping-opinion-{}.age", reader.account),
        keys: keys.collect(),
        units: appraisal.units.iter().map(unit).collect(),
        interests: names(&reader.account),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    key_page(&web, &visitor, visitor.appraisal(&id)?, None)
}

async fn register(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::HoldOpinionKey>(&appraisal.organiser)?;
    let Some(role) = Reader::new(&visitor, appraisal)?.role() else {
        return Err(Fault::NotAllowed);
    };
    let recipient = fields.get("recipient").to_owned();
    match opinion::register_key(&web.app, allowed, &appraisal.id, role, recipient).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/opinions"), "opinion-key-registered")),
        Err(refusal) => key_page(&web, &visitor, appraisal, Some(Problem::of(visitor.t, refusal)?)),
    }
}

async fn declare(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::HoldOpinionKey>(&appraisal.organiser)?;
    let unit = match unit_in_path(&visitor, fields.get("unit")) {
        Ok(unit) => unit,
        Err(_) => {
            let problem = Problem::line(visitor.t, visitor.t.opinion_choose_unit());
            return key_page(&web, &visitor, appraisal, Some(problem));
        }
    };
    match opinion::declare_interest(&web.app, allowed, &appraisal.id, unit).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/opinions/key"), "opinion-interest-declared")),
        Err(refusal) => key_page(&web, &visitor, appraisal, Some(Problem::of(visitor.t, refusal)?)),
    }
}
