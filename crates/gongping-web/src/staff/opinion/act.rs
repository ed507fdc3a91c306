//! What is done with one opinion: each a plain form on its page.

use super::show::{HandedOut, opinion_page};
use super::{Reader, opinion_in_path};
use crate::staff::done;
use crate::staff::form::{Fields, Problem};
use crate::{Access, Fault, Routes, Visitor, Web};
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::Refusal;
use gongping_app::opinion;
use gongping_appraisal::{Allowed, Appraisal, OpinionId, Outcome, permission};

type Number = Path<(String, String)>;

pub(super) fn routes(routes: Routes) -> Routes {
    let handle = Access::of::<permission::HandleOpinions>;
    let second = Access::of::<permission::ReleaseIdentities>;
    let limit = crate::opinion::SENT_LIMIT_BYTES;
    routes
        .post("/staff/a/{appraisal}/opinions/{opinion}/open", handle(), open)
        .post("/staff/a/{appraisal}/opinions/{opinion}/mask", handle(), mask)
        .post_up_to(limit, "/staff/a/{appraisal}/opinions/{opinion}/answer", handle(), answer)
        .post("/staff/a/{appraisal}/opinions/{opinion}/close", handle(), close)
        .post(
            "/staff/a/{appraisal}/opinions/{opinion}/rule",
            Access::of::<permission::RuleOnOpinions>(),
            rule,
        )
        .post("/staff/a/{appraisal}/opinions/{opinion}/identity/request", handle(), request)
        .post("/staff/a/{appraisal}/opinions/{opinion}/identity/open", handle(), open_identity)
        .post("/staff/a/{appraisal}/opinions/{opinion}/identity/release", second(), release)
        .post("/staff/a/{appraisal}/opinions/{opinion}/identity/refuse", second(), refuse)
}

/// The opinion in the path and the proof that the account may handle some here; whether this one,
/// the rules say.
fn handled<'a>(
    web: &Web,
    visitor: &'a Visitor,
    id: &str,
    number: &str,
) -> Result<(&'a Appraisal, OpinionId, Allowed<permission::HandleOpinions>), Fault> {
    let appraisal = visitor.appraisal(id)?;
    let allowed = visitor.allow::<permission::HandleOpinions>(&appraisal.organiser)?;
    let reader = Reader::new(visitor, appraisal)?;
    let found = opinion_in_path(web, &reader, number)?;
    Ok((appraisal, found.id, allowed))
}

/// The page again after something was done, or with what was refused.
async fn after(
    web: &Web,
    visitor: &Visitor,
    (id, number): (&str, &str),
    outcome: Result<(), Refusal>,
    code: &str,
    typed: &Fields,
) -> Result<Response, Fault> {
    match outcome {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/opinions/{number}"), code)),
        Err(refusal) => {
            let problem = Problem::of(visitor.t, refusal)?;
            let appraisal = visitor.appraisal(id)?;
            let handed = HandedOut::default();
            opinion_page(web, visitor, appraisal, number, handed, typed, Some(problem)).await
        }
    }
}

async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let outcome = opinion::open_text(&web.app, &allowed, &appraisal.id, opinion).await;
    let typed = Fields::default();
    match outcome {
        Ok(conversation) => {
            // What is shown is as it stands after the opening.
            let visitor = Visitor { world: web.app.world(), ..visitor };
            let appraisal = visitor.appraisal(&id)?;
            let handed = HandedOut { conversation: Some(conversation), inner: None };
            opinion_page(&web, &visitor, appraisal, &number, handed, &typed, None).await
        }
        Err(refusal) => after(&web, &visitor, (&id, &number), Err(refusal), "", &typed).await,
    }
}

async fn mask(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let (seen, copy) = (fields.seen(), fields.raw("copy"));
    let outcome = opinion::mask(&web.app, &allowed, &appraisal.id, opinion, seen, copy).await;
    after(&web, &visitor, (&id, &number), outcome, "opinion-masked", &fields).await
}

async fn answer(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let sealed = fields.raw("sealed").to_owned();
    let recipients = fields.get("recipients").parse().unwrap_or(0);
    let seen = fields.seen();
    let outcome =
        opinion::answer(&web.app, &allowed, &appraisal.id, opinion, seen, sealed, recipients);
    after(&web, &visitor, (&id, &number), outcome.await, "opinion-answered", &fields).await
}

async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let outcome = Outcome::parse(fields.get("outcome")).unwrap_or(Outcome::Settled);
    let (seen, grounds) = (fields.seen(), fields.raw("grounds"));
    let closed =
        opinion::close(&web.app, &allowed, &appraisal.id, opinion, seen, outcome, grounds).await;
    after(&web, &visitor, (&id, &number), closed, "opinion-closed", &fields).await
}

async fn rule(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::RuleOnOpinions>(&appraisal.organiser)?;
    let opinion = opinion_in_path(&web, &Reader::new(&visitor, appraisal)?, &number)?.id;
    let reopen = fields.get("ruling") == "reopen";
    let (seen, grounds) = (fields.seen(), fields.raw("grounds"));
    let ruled =
        opinion::rule(&web.app, allowed, &appraisal.id, opinion, seen, reopen, grounds).await;
    match ruled {
        // It is no longer raised, so this reader no longer sees it.
        Ok(()) => Ok(done(&format!("/staff/a/{id}/opinions"), "opinion-ruled")),
        refused => after(&web, &visitor, (&id, &number), refused, "", &fields).await,
    }
}

async fn request(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let (seen, reason) = (fields.seen(), fields.raw("reason"));
    let outcome =
        opinion::request_identity(&web.app, &allowed, &appraisal.id, opinion, seen, reason).await;
    after(&web, &visitor, (&id, &number), outcome, "opinion-identity-requested", &fields).await
}

async fn open_identity(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = handled(&web, &visitor, &id, &number)?;
    let typed = Fields::default();
    match opinion::open_identity(&web.app, &allowed, &appraisal.id, opinion).await {
        Ok(inner) => {
            let visitor = Visitor { world: web.app.world(), ..visitor };
            let appraisal = visitor.appraisal(&id)?;
            let handed = HandedOut { conversation: None, inner: Some(inner) };
            opinion_page(&web, &visitor, appraisal, &number, handed, &typed, None).await
        }
        Err(refusal) => after(&web, &visitor, (&id, &number), Err(refusal), "", &typed).await,
    }
}

fn seconded<'a>(
    web: &Web,
    visitor: &'a Visitor,
    id: &str,
    number: &str,
) -> Result<(&'a Appraisal, OpinionId, Allowed<permission::ReleaseIdentities>), Fault> {
    let appraisal = visitor.appraisal(id)?;
    let allowed = visitor.allow::<permission::ReleaseIdentities>(&appraisal.organiser)?;
    let found = opinion_in_path(web, &Reader::new(visitor, appraisal)?, number)?;
    Ok((appraisal, found.id, allowed))
}

async fn release(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = seconded(&web, &visitor, &id, &number)?;
    let inner = fields.raw("inner").to_owned();
    let outcome =
        opinion::release_identity(&web.app, &allowed, &appraisal.id, opinion, inner).await;
    after(&web, &visitor, (&id, &number), outcome, "opinion-identity-released", &fields).await
}

async fn refuse(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Number,
    fields: Fields,
) -> Result<Response, Fault> {
    let (appraisal, opinion, allowed) = seconded(&web, &visitor, &id, &number)?;
    let reason = fields.raw("reason");
    let outcome =
        opinion::refuse_identity(&web.app, &allowed, &appraisal.id, opinion, reason).await;
    after(&web, &visitor, (&id, &number), outcome, "opinion-identity-refused", &fields).await
}
