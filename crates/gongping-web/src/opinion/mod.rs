//! Opinions for the public (C2): the form, what its script asks for, and what it sends. Complaints and
//! confidential texts are sealed in the browser; what arrives here cannot be read here (E3 (6)).

mod comeback;
mod influence;

use crate::frame::{Frame, data_block, page};
use crate::rulebook::words;
use crate::staff::form::Fields;
use crate::{Access, Fault, Routes, Visitor, Web, appraisal};
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use gongping_app::Refusal;
use gongping_app::opinion::{self, MOST_CHARACTERS, MOST_SEALED_BYTES, SentOpinion};
use gongping_appraisal::{
    AccountId, Appraisal, Channel, ItemId, Matter, Opinion, OpinionId, Protection, Survey, UnitId,
    World, sha256,
};
use gongping_locale::Texts;
use serde::Serialize;
use std::collections::BTreeMap;

/// A sealed text with its files, and what goes with it.
pub(crate) const SENT_LIMIT_BYTES: usize = MOST_SEALED_BYTES + 256 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/a/{appraisal}/opinion", Access::Public, show)
        .get("/a/{appraisal}/opinion/work.json", Access::Public, work)
        .post("/a/{appraisal}/opinion", Access::Public, submit_plain)
        .post_up_to(SENT_LIMIT_BYTES, "/a/{appraisal}/opinions", Access::Public, submit);
    influence::routes(comeback::routes(routes))
}

/// A choice of a form.
pub(crate) struct Choice {
    /// What is sent.
    pub(crate) id: String,
    /// What is read.
    pub(crate) text: String,
    /// Whether it is chosen already.
    pub(crate) chosen: bool,
}

/// Who reads what is said about a unit, for the script: keys by account, and posts to show.
#[derive(Serialize)]
pub(crate) struct UnitReaders {
    name: String,
    handlers: BTreeMap<AccountId, String>,
    seconds: BTreeMap<AccountId, String>,
    /// The posts of the handlers, as a sentence lists them.
    handler_posts: String,
    /// The posts of the second persons.
    second_posts: String,
}

/// What the script needs to seal.
#[derive(Serialize)]
pub(crate) struct Work {
    appraisal: String,
    units: BTreeMap<UnitId, UnitReaders>,
}

/// What the script of a form needs to seal.
pub(crate) fn work_of(visitor: &Visitor, appraisal: &Appraisal) -> Work {
    let posts = |accounts: &BTreeMap<AccountId, String>| {
        let accounts = accounts.keys().filter_map(|account| visitor.world.account(account));
        let titles: Vec<&str> = accounts.map(|account| account.title.as_str()).collect();
        visitor.t.list(&titles)
    };
    let of_unit = |unit: &UnitId| {
        let readers = visitor.world.readers(appraisal, unit);
        let of_unit = UnitReaders {
            name: appraisal::unit_name(&visitor.world, unit),
            handler_posts: posts(&readers.handlers),
            second_posts: posts(&readers.seconds),
            handlers: readers.handlers,
            seconds: readers.seconds,
        };
        (unit.clone(), of_unit)
    };
    let units = appraisal.units.iter().map(of_unit).collect();
    Work { appraisal: appraisal.id.to_string(), units }
}

/// What both forms, the public's and the clerk's, have in common.
pub(crate) struct OpinionForm {
    pub(crate) matters: Vec<Choice>,
    pub(crate) units: Vec<Choice>,
    pub(crate) items: Vec<Choice>,
    pub(crate) limit: usize,
    pub(crate) work: String,
    /// Units of which somebody has keys for everything.
    pub(crate) is_ready: bool,
}

impl OpinionForm {
    pub(crate) fn new(
        visitor: &Visitor,
        appraisal: &Appraisal,
        chosen: &str,
    ) -> Result<Self, Fault> {
        let t = visitor.t;
        let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
        let matter = |matter: &Matter| Choice {
            id: matter.as_str().to_owned(),
            text: matter_words(t, *matter),
            chosen: false,
        };
        let unit = |unit: &UnitId| Choice {
            id: unit.to_string(),
            text: appraisal::unit_name(&visitor.world, unit),
            chosen: unit.as_str() == chosen,
        };
        let items = rules.map(|rules| rules.items()).unwrap_or_default();
        let work = work_of(visitor, appraisal);
        let mut readers = work.units.values();
        Ok(Self {
            matters: Matter::ALL.iter().map(matter).collect(),
            units: appraisal.units.iter().map(unit).collect(),
            items: items
                .iter()
                .map(|item| Choice {
                    id: item.id.clone(),
                    text: words(&item.name, visitor.locale).to_owned(),
                    chosen: false,
                })
                .collect(),
            limit: MOST_CHARACTERS,
            is_ready: readers.any(|readers| !readers.handlers.is_empty()),
            work: data_block(&work)?,
        })
    }
}

pub(crate) fn matter_words(t: Texts, matter: Matter) -> String {
    crate::refusal::text(t, &format!("opinion-matter-{}", matter.as_str()), &[])
}

/// The state of an opinion in the reader's words.
pub(crate) fn state_words(t: Texts, state: &str) -> String {
    crate::refusal::text(t, &format!("opinion-state-{}", state.replace('_', "-")), &[])
}

/// The other ways to be heard, as the survey plan names them.
pub(crate) fn channels(appraisal: &Appraisal) -> Vec<String> {
    let survey = appraisal.running().map(|open| &open.survey);
    let agreed = survey.filter(|survey| !matches!(survey, Survey::Proposed { .. }));
    agreed.and_then(Survey::plan).map(|plan| plan.channels.clone()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "opinion/page.html")]
struct OpinionPage {
    frame: Frame,
    t: Texts,
    base: String,
    title: String,
    organiser: String,
    is_open: bool,
    form: OpinionForm,
    channels: Vec<String>,
    days: i64,
    once: String,
    problem: Option<String>,
    typed: String,
}

/// What a form without script brings back when it was refused.
#[derive(Default)]
struct Typed<'a> {
    unit: &'a str,
    text: &'a str,
    problem: Option<String>,
}

fn opinion_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    typed: Typed<'_>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let base = format!("/a/{}", appraisal.id);
    let status = match &typed.problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = page(&OpinionPage {
        frame: Frame::new(web, visitor, t.opinion_title())
            .crumb(t.app_home(), "/")
            .crumb(appraisal.title.clone(), base.clone())
            .script("opinion.js"),
        t,
        title: appraisal.title.clone(),
        organiser: appraisal::unit_name(&visitor.world, &appraisal.organiser),
        is_open: appraisal.running().is_some(),
        form: OpinionForm::new(visitor, appraisal, typed.unit)?,
        channels: channels(appraisal),
        days: Opinion::DAYS_TO_ANSWER,
        once: opinion::token(&web.app),
        problem: typed.problem,
        typed: typed.text.to_owned(),
        base,
    })?;
    Ok((status, shown).into_response())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    opinion_page(&web, &visitor, visitor.appraisal(&id)?, Typed::default())
}

async fn work(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    Ok(no_store(Json(work_of(&visitor, visitor.appraisal(&id)?))))
}

/// What the script is told when an opinion was taken.
#[derive(Serialize)]
pub(crate) struct Taken {
    pub(crate) opinion: OpinionId,
}

async fn submit(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let sent = serde_json::from_slice::<SentOpinion>(&body).map_err(|_| Fault::BadRequest)?;
    let opinion = opinion::file_from_public(&web.app, &appraisal.id, sent).await?;
    Ok(no_store(Json(Taken { opinion })))
}

/// Praise and suggestions in open words, without a name: what a form may send without script.
async fn submit_plain(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let typed = |problem: String| Typed {
        unit: fields.get("unit"),
        text: fields.raw("text"),
        problem: Some(problem),
    };
    let (Some(matter), Ok(unit)) =
        (Matter::parse(fields.get("matter")), UnitId::parse(fields.get("unit")))
    else {
        let problem = visitor.t.opinion_plain_incomplete().to_owned();
        return opinion_page(&web, &visitor, appraisal, typed(problem));
    };
    let sent = SentOpinion {
        unit,
        item: ItemId::parse(fields.get("item")).ok(),
        matter,
        channel: Channel::Web,
        protection: Protection::Anonymous,
        // The page drew it; sent twice, the form is taken once.
        lookup: sha256(fields.get("once").as_bytes()),
        answer_key: None,
        sealed: None,
        open: Some(fields.raw("text").to_owned()),
        identity: None,
        handlers: Default::default(),
        seconds: Default::default(),
        read_back: false,
    };
    match opinion::file_from_public(&web.app, &appraisal.id, sent).await {
        Ok(_) => {
            let address = format!("/a/{}?done=opinion-filed", appraisal.id);
            Ok(Redirect::to(&address).into_response())
        }
        Err(refusal @ (Refusal::Rejected(_) | Refusal::Input { .. })) => {
            let sentences = crate::refusal::sentences(visitor.t, &refusal, "");
            opinion_page(&web, &visitor, appraisal, typed(sentences.happened))
        }
        Err(other) => Err(other.into()),
    }
}

/// The post of an account.
pub(crate) fn post(world: &World, account: &AccountId) -> String {
    world.account(account).map_or_else(|| account.to_string(), |known| known.title.clone())
}

pub(crate) fn no_store(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}
