//! "Somebody told me what to answer" (E3 (3), (7)): one tap on the ballot page, no text, no name. It goes
//! one level up.

use crate::frame::{Frame, page};
use crate::staff::form::Fields;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion;
use gongping_appraisal::SheetNumber;
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.post("/a/{appraisal}/influence", Access::Public, report)
}

#[derive(Template)]
#[template(path = "opinion/influence.html")]
struct InfluencePage {
    frame: Frame,
    t: Texts,
    base: String,
    taken_by: String,
    channels: Vec<String>,
}

async fn report(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let appraisal = visitor.appraisal(&id)?;
    let sheet = fields.get("sheet").parse().ok().map(SheetNumber);
    opinion::report_influence(&web.app, &appraisal.id, sheet).await?;
    let above = visitor.world.unit(&appraisal.organiser).and_then(|unit| unit.parent.as_ref());
    let taken_by = match above.and_then(|above| visitor.world.unit(above)) {
        Some(above) => above.name().to_owned(),
        None => crate::refusal::text(t, "duty-conduct-office", &[]),
    };
    let base = format!("/a/{}", appraisal.id);
    page(&InfluencePage {
        frame: Frame::new(&web, &visitor, t.opinion_influence_title())
            .crumb(t.app_home(), "/")
            .crumb(appraisal.title.clone(), base.clone()),
        t,
        base,
        taken_by,
        channels: super::channels(appraisal),
    })
}
