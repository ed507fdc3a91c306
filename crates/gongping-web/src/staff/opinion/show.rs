//! One opinion for whoever may see it. A text is handed out only by opening it, which the log notes.

use super::{Reader, Row, opinion_in_path, row};
use crate::frame::{Frame, data_block, page};
use crate::opinion::Choice;
use crate::rulebook::words;
use crate::staff::form::{Fields, Problem, answered};
use crate::staff::{Head, appraisal_frame, post};
use crate::{Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::opinion::{self, Conversation, IdentityWork};
use gongping_appraisal::{
    AccountId, Appraisal, IdentityState, KeyRole, Opinion, OpinionState, Outcome,
};
use gongping_locale::Texts;
use serde::Serialize;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/staff/a/{appraisal}/opinions/{opinion}", super::seen(), show)
}

/// What the script needs to open what was handed out.
#[derive(Default, Serialize)]
struct Work {
    /// Whether a text was handed out.
    opened: bool,
    sealed: Option<String>,
    open: Option<String>,
    messages: Vec<WorkMessage>,
    /// To whom an answer is sealed: the filer's code, and the handlers.
    answer_to: Vec<String>,
    /// The identity with both layers, for a second person.
    outer: Option<String>,
    /// The inner layer, for the handler who asked.
    inner: Option<String>,
}

#[derive(Serialize)]
struct WorkMessage {
    at: String,
    by_filer: bool,
    sealed: String,
}

/// What was just handed out.
#[derive(Default)]
pub(super) struct HandedOut {
    pub(super) conversation: Option<Conversation>,
    pub(super) inner: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/opinion/show.html")]
struct ShowPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    base: String,
    row: Row,
    item: String,
    revision: u64,
    is_handler: bool,
    is_sealed: bool,
    is_unread: bool,
    is_closed: bool,
    is_contested: bool,
    may_answer: bool,
    may_rule: bool,
    /// Whether an answer can reach the filer.
    has_return: bool,
    opened: bool,
    masked: Option<String>,
    typed_masked: String,
    grounds: Option<String>,
    typed_grounds: String,
    typed_reason: String,
    outcomes: Vec<Choice>,
    identity: &'static str,
    has_identity: bool,
    asked_by: String,
    may_request: bool,
    may_open_identity: bool,
    has_inner: bool,
    request: Option<IdentityWork>,
    request_by: String,
    readers: String,
    work: String,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let handed = HandedOut::default();
    opinion_page(&web, &visitor, appraisal, &number, handed, &Fields::default(), None).await
}

/// The page, after something was handed out or refused.
pub(super) async fn opinion_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    number: &str,
    handed: HandedOut,
    typed: &Fields,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let reader = Reader::new(visitor, appraisal)?;
    let found = opinion_in_path(web, &reader, number)?;
    let is_handler = reader.is_handler(found);
    let request = opinion::identity_work(&web.app, &reader.account, &appraisal.id, found.id);
    let request = request.await?.filter(|_| is_second(visitor, appraisal, found, &reader.account));
    let masked = opinion::masked_copy(&web.app, &appraisal.id, found.id).await?;
    let grounds = opinion::grounds(&web.app, &appraisal.id, found.id).await?;
    let base = format!("/staff/a/{}/opinions/{}", appraisal.id, found.id);
    let (opened, has_inner) = (handed.conversation.is_some(), handed.inner.is_some());
    let (is_unread, is_closed, is_contested) = match found.state {
        OpinionState::Received => (true, false, false),
        OpinionState::Closed { .. } => (false, true, false),
        OpinionState::Contested => (false, false, true),
        OpinionState::InHand | OpinionState::Answered => (false, false, false),
    };
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    let item = found.item.as_ref().and_then(|item| {
        let items = rules?.items();
        items.iter().find(|known| known.id == item.as_str())
    });
    let outcome = |outcome: &Outcome| Choice {
        id: outcome.as_str().to_owned(),
        text: crate::refusal::text(t, &format!("opinion-outcome-{}", outcome.as_str()), &[]),
        chosen: typed.get("outcome") == outcome.as_str(),
    };
    let work = work(visitor, appraisal, found, handed, request.as_ref());
    let shown = page(&ShowPage {
        frame: appraisal_frame(web, visitor, appraisal, &t.opinion_number(found.id))
            .crumb(t.opinion_tab(), format!("/staff/a/{}/opinions", appraisal.id))
            .script("opinion-staff.js"),
        t,
        head: Head::new(web, visitor, appraisal, "opinions"),
        problem: problem.clone(),
        base,
        row: row(web, visitor, found),
        item: item.map(|item| words(&item.name, visitor.locale).to_owned()).unwrap_or_default(),
        revision: found.revision,
        is_handler,
        is_sealed: found.sealed,
        is_unread,
        is_closed,
        is_contested,
        may_answer: is_handler && opened && !is_closed && !is_contested,
        may_rule: is_contested && reader.is_one_up(found),
        has_return: !work.answer_to.is_empty(),
        opened,
        typed_masked: match typed.raw("copy") {
            "" => masked.clone().unwrap_or_default(),
            copy => copy.to_owned(),
        },
        masked,
        grounds,
        typed_grounds: typed.raw("grounds").to_owned(),
        typed_reason: typed.raw("reason").to_owned(),
        outcomes: [Outcome::Settled, Outcome::Declined].iter().map(outcome).collect(),
        identity: found.identity_state.as_str(),
        has_identity: found.identity.is_some(),
        asked_by: asked_by(visitor, found),
        may_request: is_handler
            && found.identity_state == IdentityState::Sealed
            && found.sealed_to.handlers.contains(&reader.account),
        may_open_identity: matches!(
            &found.identity_state,
            IdentityState::Released { to, .. } if *to == reader.account
        ),
        has_inner,
        request_by: request.as_ref().map(|work| post(&visitor.world, &work.by)).unwrap_or_default(),
        request,
        readers: readers(visitor, found),
        work: data_block(&work)?,
    });
    answered(shown, problem.as_ref())
}

fn is_second(
    visitor: &Visitor,
    appraisal: &Appraisal,
    found: &Opinion,
    account: &AccountId,
) -> bool {
    visitor.world.may_read(appraisal, &found.unit, KeyRole::Second, account)
}

fn asked_by(visitor: &Visitor, found: &Opinion) -> String {
    match &found.identity_state {
        IdentityState::Sealed => String::new(),
        IdentityState::Requested { by, .. } => post(&visitor.world, by),
        IdentityState::Released { to, .. } => post(&visitor.world, to),
    }
}

/// The posts of those to whom the text was sealed.
fn readers(visitor: &Visitor, found: &Opinion) -> String {
    let posts: Vec<String> =
        found.sealed_to.handlers.iter().map(|account| post(&visitor.world, account)).collect();
    visitor.t.list(&posts)
}

fn work(
    visitor: &Visitor,
    appraisal: &Appraisal,
    found: &Opinion,
    handed: HandedOut,
    request: Option<&IdentityWork>,
) -> Work {
    let mut work = Work {
        outer: request.map(|request| request.sealed.clone()),
        inner: handed.inner,
        ..Work::default()
    };
    let Some(conversation) = handed.conversation else { return work };
    work.opened = true;
    if let Some(key) = conversation.content.answer_key {
        let handlers = visitor.world.readers(appraisal, &found.unit).handlers;
        work.answer_to = std::iter::once(key).chain(handlers.into_values()).collect();
    }
    work.sealed = conversation.content.sealed;
    work.open = conversation.content.open;
    let message =
        |(at, by_filer, sealed)| WorkMessage { at: visitor.t.date_time(at), by_filer, sealed };
    work.messages = conversation.messages.into_iter().map(message).collect();
    work
}
