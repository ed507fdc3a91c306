//! What an appraised unit sees of opinions about it: the masked copies that a handler made, and
//! nothing else (E3 (6)).

use crate::frame::{Frame, page};
use crate::opinion::matter_words;
use crate::staff::{frame, unit_in_path};
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion;
use gongping_appraisal::permission;
use gongping_locale::Texts;

/// Copies on the page at most, the latest first.
const MOST: usize = 200;

pub(super) fn routes(routes: Routes) -> Routes {
    let own = Access::of::<permission::SeeOwnUnit>();
    routes.get("/staff/units/{unit}/opinions", own, show)
}

struct Copy {
    heading: String,
    text: String,
}

#[derive(Template)]
#[template(path = "staff/opinion/own.html")]
struct OwnPage {
    frame: Frame,
    t: Texts,
    unit: String,
    copies: Vec<Copy>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(unit): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let unit = unit_in_path(&visitor, &unit)?;
    let mut copies = Vec::new();
    for appraisal in visitor.world.appraisals().filter(|known| known.units.contains(&unit)) {
        let about = appraisal.opinions.all().rev().filter(|found| found.unit == unit);
        for found in about.filter(|found| found.masked.is_some()).take(MOST) {
            let text = opinion::masked_copy(&web.app, &appraisal.id, found.id).await?;
            // Neither number nor time: both tell who stood at the counter that day.
            copies.push(Copy {
                heading: t.opinion_own_heading(matter_words(t, found.matter), &appraisal.title),
                text: text.unwrap_or_default(),
            });
        }
    }
    page(&OwnPage {
        frame: frame(&web, &visitor, t.opinion_own_title()),
        t,
        unit: appraisal::unit_name(&visitor.world, &unit),
        copies,
    })
}
