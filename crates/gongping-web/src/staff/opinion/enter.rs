//! Entry for callers and visitors (C2): a clerk types, reads it back, and tells them the receipt code.

use crate::frame::{Frame, page};
use crate::opinion::{Choice, OpinionForm, SENT_LIMIT_BYTES, Taken, no_store};
use crate::staff::{Head, appraisal_frame};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion::{self, SentOpinion};
use gongping_appraisal::{Channel, Opinion, permission};
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    let enter = Access::of::<permission::EnterOpinions>;
    routes.get("/staff/a/{appraisal}/opinions/enter", enter(), show).post_up_to(
        SENT_LIMIT_BYTES,
        "/staff/a/{appraisal}/opinions/enter",
        enter(),
        submit,
    )
}

#[derive(Template)]
#[template(path = "staff/opinion/enter.html")]
struct EnterPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<crate::staff::form::Problem>,
    base: String,
    channels: Vec<Choice>,
    form: OpinionForm,
    days: i64,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let appraisal = visitor.appraisal(&id)?;
    let channel = |channel: Channel| Choice {
        id: channel.as_str().to_owned(),
        text: crate::refusal::text(t, &format!("opinion-channel-{}", channel.as_str()), &[]),
        chosen: channel == Channel::Telephone,
    };
    let channels = [Channel::Telephone, Channel::Counter, Channel::Letter];
    page(&EnterPage {
        frame: appraisal_frame(&web, &visitor, appraisal, t.opinion_enter_title())
            .crumb(t.opinion_tab(), format!("/staff/a/{}/opinions", appraisal.id))
            .script("opinion.js"),
        t,
        head: Head::new(&web, &visitor, appraisal, "opinions"),
        problem: None,
        base: format!("/a/{}", appraisal.id),
        channels: channels.map(channel).into(),
        form: OpinionForm::new(&visitor, appraisal, "")?,
        days: Opinion::DAYS_TO_ANSWER,
    })
}

async fn submit(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::EnterOpinions>(&appraisal.organiser)?;
    let sent = serde_json::from_slice::<SentOpinion>(&body).map_err(|_| Fault::BadRequest)?;
    let opinion = opinion::file_for_caller(&web.app, allowed, &appraisal.id, sent).await?;
    Ok(no_store(Json(Taken { opinion })))
}
