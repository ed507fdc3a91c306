//! Importing a table of units: choose a file, see what would change, confirm exactly that.

use super::form::{Fields, Problem, answered};
use super::{done, frame, units_of};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_app::unit::{self, ImportPreview};
use gongping_appraisal::{Allowed, Digest, Permission as _, UnitId, permission};
use gongping_locale::Texts;

/// A table of all units of a province has some 300 kB; the confirmation carries it as base64.
const TABLE_LIMIT_BYTES: usize = 8 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let manage = Access::of::<permission::ManageUnits>;
    routes
        .get("/staff/unit-import", manage(), show)
        .post_up_to(TABLE_LIMIT_BYTES, "/staff/unit-import", manage(), preview)
        .post_up_to(TABLE_LIMIT_BYTES, "/staff/unit-import/confirm", manage(), confirm)
}

#[derive(Template)]
#[template(path = "staff/unit/import.html")]
struct ImportPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
}

struct NewRow {
    id: String,
    name: String,
    level: String,
    parent: String,
    opened_on: String,
}

struct Renamed {
    id: String,
    now: String,
    new: String,
}

struct Mistake {
    place: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "staff/unit/preview.html")]
struct PreviewPage {
    frame: Frame,
    t: Texts,
    problem: Option<Problem>,
    file_name: String,
    file_base64: String,
    digest: String,
    rename_from: String,
    new: Vec<NewRow>,
    renamed: Vec<Renamed>,
    different: Vec<NewRow>,
    missing: Vec<NewRow>,
    unchanged: usize,
    mistakes: Vec<Mistake>,
    can_confirm: bool,
}

/// The permission at the topmost unit of the reader's duties that carry it.
fn allowed(visitor: &Visitor) -> Result<Allowed<permission::ManageUnits>, Fault> {
    let units = units_of(&visitor.world, visitor.account()?, &permission::ManageUnits::RULE);
    visitor.allow::<permission::ManageUnits>(units.first().ok_or(Fault::NotAllowed)?)
}

fn import_page(web: &Web, visitor: &Visitor, problem: Option<Problem>) -> Result<Response, Fault> {
    let t = visitor.t;
    let frame = frame(web, visitor, t.units_import()).crumb(t.units_title(), "/staff/units");
    answered(page(&ImportPage { frame, t, problem: problem.clone() }), problem.as_ref())
}

async fn show(State(web): State<Web>, visitor: Visitor) -> Result<Response, Fault> {
    allowed(&visitor)?;
    import_page(&web, &visitor, None)
}

async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, allowed) = (visitor.t, allowed(&visitor)?);
    let Some(file) = fields.file("file") else {
        return import_page(&web, &visitor, Some(Problem::line(t, t.app_choose_file())));
    };
    match unit::preview_import(&web.app, &allowed, &file.name, &file.bytes) {
        Ok(preview) => {
            let rename_from = web.app.today().to_string();
            preview_page(&web, &visitor, (&file.name, &file.bytes), &preview, rename_from, None)
        }
        Err(refusal) => import_page(&web, &visitor, Some(Problem::of(t, refusal)?)),
    }
}

fn preview_page(
    web: &Web,
    visitor: &Visitor,
    (file_name, bytes): (&str, &[u8]),
    preview: &ImportPreview,
    rename_from: String,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let rejected = preview.rejection.clone().map(|rejection| Problem::of(t, rejection.into()));
    let problem = match rejected {
        Some(problem) if preview.mistakes.is_empty() => Some(problem?),
        _ => problem,
    };
    let mistakes = preview.mistakes.iter().map(|mistake| Mistake {
        place: mistake.at.to_string(),
        reason: crate::refusal::text(t, mistake.code(), &mistake.arguments()),
    });
    let new: Vec<NewRow> = preview
        .new
        .iter()
        .map(|unit| NewRow {
            id: unit.id.to_string(),
            name: unit.name.clone(),
            level: super::word(t, "unit-level", unit.level.as_str()),
            parent: unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
            opened_on: t.date(unit.opened_on),
        })
        .collect();
    let renamed: Vec<Renamed> = preview
        .renamed
        .iter()
        .map(|(id, now, new)| Renamed { id: id.to_string(), now: now.clone(), new: new.clone() })
        .collect();
    let changes = !new.is_empty() || !renamed.is_empty();
    let crumbs = frame(web, visitor, t.units_preview_title());
    let shown = page(&PreviewPage {
        frame: crumbs
            .crumb(t.units_title(), "/staff/units")
            .crumb(t.units_import(), "/staff/unit-import"),
        t,
        problem: problem.clone(),
        file_name: file_name.to_owned(),
        file_base64: STANDARD.encode(bytes),
        digest: preview.digest.to_string(),
        rename_from,
        new,
        renamed,
        different: known(visitor, &preview.different, t),
        missing: known(visitor, &preview.missing, t),
        unchanged: preview.unchanged,
        mistakes: mistakes.collect(),
        can_confirm: changes && preview.mistakes.is_empty() && preview.rejection.is_none(),
    });
    answered(shown, problem.as_ref())
}

/// Units as they are registered.
fn known(visitor: &Visitor, ids: &[UnitId], t: Texts) -> Vec<NewRow> {
    ids.iter()
        .filter_map(|id| visitor.world.unit(id))
        .map(|unit| NewRow {
            id: unit.id.to_string(),
            name: unit.name().to_owned(),
            level: super::word(t, "unit-level", unit.level.as_str()),
            parent: unit.parent.as_ref().map(ToString::to_string).unwrap_or_default(),
            opened_on: t.date(unit.opened_on),
        })
        .collect()
}

async fn confirm(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, proof) = (visitor.t, allowed(&visitor)?);
    let bytes = STANDARD.decode(fields.get("file")).map_err(|_| Fault::BadRequest)?;
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let name = fields.get("file_name");
    let refused = match super::unit::date_field(t, &fields, "rename_from", t.units_rename_from()) {
        Ok(from) => match unit::import(&web.app, proof, name, &bytes, digest, from).await {
            Ok(()) => return Ok(done("/staff/units", "units-imported")),
            Err(refusal) => Problem::of(t, refusal)?,
        },
        Err(problem) => problem,
    };
    match unit::preview_import(&web.app, &allowed(&visitor)?, name, &bytes) {
        Ok(preview) => {
            let typed = fields.get("rename_from").to_owned();
            preview_page(&web, &visitor, (name, &bytes), &preview, typed, Some(refused))
        }
        Err(refusal) => import_page(&web, &visitor, Some(Problem::of(t, refusal)?)),
    }
}
