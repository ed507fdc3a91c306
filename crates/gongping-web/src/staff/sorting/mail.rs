//! E-mails: files of letters, sealed to the handlers as they come in.

use super::{Choice, desk, frame, unit_choices};
use crate::frame::{Frame, page};
use crate::staff::Head;
use crate::staff::form::{Fields, Problem, answered};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::sorting::{self, MailOutcome};
use gongping_appraisal::UnitId;
use gongping_appraisal::permission::SortOpinions;
use gongping_locale::Texts;

/// Letters with their attachments.
const MAIL_LIMIT_BYTES: usize = 32 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let (sort, limit) = (Access::of::<SortOpinions>, MAIL_LIMIT_BYTES);
    routes.get("/staff/a/{appraisal}/sorting/gather/mail", sort(), show).post_up_to(
        limit,
        "/staff/a/{appraisal}/sorting/gather/mail",
        sort(),
        import,
    )
}

#[derive(Template)]
#[template(path = "staff/sorting/mail.html")]
struct MailPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    units: Vec<Choice>,
    outcome: Option<MailOutcome>,
}

fn mail_page(
    web: &Web,
    visitor: &Visitor,
    id: &str,
    fields: &Fields,
    outcome: Option<MailOutcome>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (appraisal, _) = desk(visitor, id)?;
    let t = visitor.t;
    let gather = format!("/staff/a/{id}/sorting/gather");
    let shown = page(&MailPage {
        frame: frame(web, visitor, appraisal, t.gathering_mail())
            .crumb(t.gathering_title(), gather.clone()),
        t,
        head: Head::new(web, visitor, appraisal, "sorting"),
        problem: problem.clone(),
        address: format!("{gather}/mail"),
        units: unit_choices(web, visitor, appraisal, fields.get("unit")),
        outcome,
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    mail_page(&web, &visitor, &id, &Fields::default(), None, None)
}

async fn import(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, allowed) = desk(&visitor, &id)?;
    let t = visitor.t;
    let files: Vec<(String, Vec<u8>)> =
        fields.files("file").map(|file| (file.name.clone(), file.bytes.to_vec())).collect();
    if files.is_empty() {
        let problem = Problem::line(t, t.app_choose_file());
        return mail_page(&web, &visitor, &id, &fields, None, Some(problem));
    }
    let otherwise = UnitId::parse(fields.get("unit")).ok();
    let entered =
        sorting::import_mail(&web.app, &allowed, &appraisal.id, &files, otherwise.as_ref()).await;
    match entered {
        Ok(outcome) => mail_page(&web, &visitor, &id, &fields, Some(outcome), None),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            mail_page(&web, &visitor, &id, &fields, None, Some(problem))
        }
    }
}
