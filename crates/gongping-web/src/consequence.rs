//! `/a/{appraisal}/consequences`: what followed from the published result (E1, E2, E4).

use crate::frame::{Frame, page};
use crate::publication::published;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_appraisal::{Accused, Appraisal, UnitId};
use gongping_locale::{SHANGHAI, Texts};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}/consequences", Access::Public, show)
}

/// One confirmed consequence.
pub(crate) struct ConsequenceRow {
    pub(crate) unit_id: String,
    pub(crate) unit: String,
    pub(crate) id: String,
    pub(crate) what: String,
    pub(crate) grounds: String,
    pub(crate) confirmed: String,
    /// When and what was done since.
    pub(crate) notes: Vec<(String, String)>,
}

/// A prohibition that a unit broke, as two persons confirmed (E4).
struct Breach {
    unit: String,
    prohibition: String,
}

#[derive(Template)]
#[template(path = "consequence/page.html")]
struct ConsequencePage {
    frame: Frame,
    t: Texts,
    base: String,
    rows: Vec<ConsequenceRow>,
    breaches: Vec<Breach>,
}

fn unit_name(web: &Web, visitor: &Visitor, unit: &UnitId) -> String {
    let known = visitor.world.unit(unit);
    known.map_or_else(|| unit.to_string(), |known| known.name_on(web.app.today()).to_owned())
}

/// The confirmed consequences of an appraisal, by unit.
pub(crate) fn consequence_rows(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
) -> Vec<ConsequenceRow> {
    let (t, tag) = (visitor.t, visitor.locale.tag());
    let on = |at| t.date(SHANGHAI.to_datetime(at).date());
    let rules = appraisal.rulebook().map(|rulebook| rulebook.rules.consequences());
    let name = |id: &str| {
        let known = rules.unwrap_or_default().iter().find(|known| known.id == id);
        known.map_or_else(|| id.to_owned(), |known| known.name.get(tag).to_owned())
    };
    let row = |(unit, id, known): (&UnitId, &str, &gongping_appraisal::ConfirmedConsequence)| {
        ConsequenceRow {
            unit_id: unit.to_string(),
            unit: unit_name(web, visitor, unit),
            id: id.to_owned(),
            what: name(id),
            grounds: known.grounds.clone(),
            confirmed: on(known.at),
            notes: known.followed_up.iter().map(|(at, note)| (on(*at), note.clone())).collect(),
        }
    };
    appraisal.register.consequences().map(row).collect()
}

fn breaches(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Vec<Breach> {
    let tag = visitor.locale.tag();
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    let breach = |(_, accused, prohibition): (_, &Accused, &str)| {
        let Accused::Unit { unit } = accused else { return None };
        let veto = rules.and_then(|rules| rules.veto(prohibition));
        let prohibition =
            veto.map_or_else(|| prohibition.to_owned(), |veto| veto.name.get(tag).to_owned());
        Some(Breach { unit: unit_name(web, visitor, unit), prohibition })
    };
    appraisal.register.confirmed().filter_map(breach).collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (appraisal, _) = published(&visitor, &id)?;
    let (t, base) = (visitor.t, format!("/a/{}", appraisal.id));
    page(&ConsequencePage {
        frame: Frame::new(&web, &visitor, t.consequence_title())
            .crumb(t.home_title(), "/")
            .crumb(appraisal.title.clone(), base.clone()),
        t,
        rows: consequence_rows(&web, &visitor, appraisal),
        breaches: breaches(&web, &visitor, appraisal),
        base,
    })
}
