//! What follows from a published result (E1, E2, E4): confirmed by a person, one unit at a time,
//! and followed up.

use super::form::{Fields, Problem, answered};
use super::{Head, appraisal_frame, done, done_by, unit_name};
use crate::consequence::{ConsequenceRow, consequence_rows};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::integrity;
use gongping_appraisal::{Appraisal, Permission as _, UnitId, permission};
use gongping_locale::Texts;
use gongping_score::rulebook::{Consequence, ConsequenceFor};

pub(super) fn routes(routes: Routes) -> Routes {
    let confirm_them = Access::of::<permission::ConfirmConsequences>;
    routes
        .get("/staff/a/{appraisal}/consequences", Access::of::<permission::SeeWorkplace>(), show)
        .post("/staff/a/{appraisal}/consequences", confirm_them(), confirm)
        .post("/staff/a/{appraisal}/consequences/follow-up", confirm_them(), follow_up)
}

struct Choice {
    id: String,
    text: String,
    chosen: bool,
}

struct ConsequenceForm {
    units: Vec<Choice>,
    consequences: Vec<Choice>,
    grounds: String,
}

#[derive(Template)]
#[template(path = "staff/consequence/page.html")]
struct ConsequencePage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    is_published: bool,
    rows: Vec<ConsequenceRow>,
    form: Option<ConsequenceForm>,
    who: String,
}

fn form(web: &Web, visitor: &Visitor, appraisal: &Appraisal, typed: &Fields) -> ConsequenceForm {
    let unit = |unit: &UnitId| Choice {
        id: unit.to_string(),
        text: unit_name(&visitor.world, unit, web.app.today()),
        chosen: typed.get("unit") == unit.as_str(),
    };
    let rules = appraisal.rulebook().map(|rulebook| rulebook.rules.consequences());
    let of_units = rules.unwrap_or_default().iter().filter(|known| {
        !matches!(known.concerns, ConsequenceFor::Appraiser | ConsequenceFor::Organiser)
    });
    let consequence = |known: &Consequence| Choice {
        id: known.id.clone(),
        text: known.name.get(visitor.locale.tag()).to_owned(),
        chosen: typed.get("consequence") == known.id,
    };
    ConsequenceForm {
        units: appraisal.units.iter().map(unit).collect(),
        consequences: of_units.map(consequence).collect(),
        grounds: typed.get("grounds").to_owned(),
    }
}

fn consequence_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let may = visitor.may::<permission::ConfirmConsequences>(&appraisal.organiser);
    let is_published = appraisal.published().is_some();
    let shown = page(&ConsequencePage {
        frame: appraisal_frame(web, visitor, appraisal, t.consequence_title()),
        t,
        head: Head::new(web, visitor, appraisal, "consequences"),
        problem: problem.clone(),
        is_published,
        rows: consequence_rows(web, visitor, appraisal),
        form: (may && is_published).then(|| form(web, visitor, appraisal, typed)),
        who: done_by(t, &permission::ConfirmConsequences::RULE),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    consequence_page(&web, &visitor, appraisal, &Fields::default(), None)
}

async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::ConfirmConsequences>(&appraisal.organiser)?;
    let (consequence, grounds) = (fields.get("consequence"), fields.get("grounds"));
    let problem = match UnitId::parse(fields.get("unit")) {
        Ok(unit) if !consequence.is_empty() => {
            let (consequence, grounds) = (consequence.to_owned(), grounds.to_owned());
            let id = &appraisal.id;
            let confirmed =
                integrity::confirm_consequence(&web.app, allowed, id, unit, consequence, grounds);
            match confirmed.await {
                Ok(()) => {
                    let address = format!("/staff/a/{id}/consequences");
                    return Ok(done(&address, "consequence-confirmed"));
                }
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
        _ => Problem::line(t, t.consequence_choose()),
    };
    consequence_page(&web, &visitor, appraisal, &fields, Some(problem))
}

async fn follow_up(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::ConfirmConsequences>(&appraisal.organiser)?;
    let unit = UnitId::parse(fields.get("unit")).map_err(|_| Fault::BadRequest)?;
    let consequence = fields.get("consequence").to_owned();
    let note = fields.get("note").to_owned();
    let id = &appraisal.id;
    let noted =
        integrity::follow_up_consequence(&web.app, allowed, id, unit, consequence, note).await;
    match noted {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/consequences"), "consequence-followed-up")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            consequence_page(&web, &visitor, appraisal, &fields, Some(problem))
        }
    }
}
