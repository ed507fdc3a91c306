//! Intake (C2): the public form, and clerks who type for a caller. Both send the same message.

use super::{MOST_SEALED_BYTES, Sealed, age_file, anybody, written};
use crate::engine::{Actor, App, Extras};
use crate::payload;
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::EnterOpinions;
use gongping_appraisal::{
    AccountId, Allowed, AppraisalId, Channel, Digest, Filing, ItemId, Matter, OpinionId,
    OpinionRejection, OpinionStep, Protection, Rejection, SheetNumber, Step, UnitId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most bytes of a sealed identity, in base64.
const MOST_IDENTITY_BYTES: usize = 64 * 1024;

/// An opinion as a browser sends it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentOpinion {
    /// The unit it is about.
    pub unit: UnitId,
    /// The item, if one was chosen.
    pub item: Option<ItemId>,
    /// What it is.
    pub matter: Matter,
    /// How it came in.
    pub channel: Channel,
    /// What the filer chose.
    pub protection: Protection,
    /// SHA-256 of what the filer will be found by.
    pub lookup: Digest,
    /// To what answers are to be sealed; none where nobody can come back.
    pub answer_key: Option<String>,
    /// The text with its files, sealed to the handlers.
    pub sealed: Option<String>,
    /// Or in open words, where that is allowed.
    pub open: Option<String>,
    /// The identity, sealed twice.
    pub identity: Option<String>,
    /// To whom the text and the inner layer are sealed.
    #[serde(default)]
    pub handlers: BTreeSet<AccountId>,
    /// To whom the outer layer is sealed.
    #[serde(default)]
    pub seconds: BTreeSet<AccountId>,
    /// Whether it was read back to the caller.
    #[serde(default)]
    pub read_back: bool,
}

/// What is kept of an opinion beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The text with its files, sealed to the handlers: an age file in base64.
    pub sealed: Option<String>,
    /// Or in open words.
    pub open: Option<String>,
    /// To what answers are to be sealed, an age X25519 recipient.
    pub answer_key: Option<String>,
}

/// Takes an opinion from the public form; the number that it has. The same one sent twice is taken
/// once and gets the same number.
///
/// # Errors
/// [`Refusal::Input`] when something is not sealed as it says; [`Refusal::Rejected`] when the rules
/// say no.
pub async fn file_from_public(
    app: &App,
    id: &AppraisalId,
    sent: SentOpinion,
) -> Result<OpinionId, Refusal> {
    file(app, &anybody(), id, sent).await
}

/// Takes an opinion that a clerk typed for a caller.
///
/// # Errors
/// As [`file_from_public`].
pub async fn file_for_caller(
    app: &App,
    allowed: Allowed<EnterOpinions>,
    id: &AppraisalId,
    sent: SentOpinion,
) -> Result<OpinionId, Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    file(app, &allowed.account().into(), id, sent).await
}

async fn file(
    app: &App,
    actor: &Actor,
    id: &AppraisalId,
    sent: SentOpinion,
) -> Result<OpinionId, Refusal> {
    let lookup = sent.lookup;
    let content = content_of(&sent)?;
    let (digest, opening) = payload::committed(app, &content)?;
    let mut payloads = vec![opening];
    let identity = match sent.identity {
        Some(sealed) => {
            // What stands outside is sealed to the second persons.
            age_file::check(&sealed, sent.seconds.len(), MOST_IDENTITY_BYTES)?;
            let (digest, opening) = payload::committed(app, &Sealed { sealed })?;
            payloads.push(opening);
            Some(digest)
        }
        None => None,
    };
    let filing = Filing {
        unit: sent.unit,
        item: sent.item,
        matter: sent.matter,
        channel: sent.channel,
        protection: sent.protection,
        sealed: content.sealed.is_some(),
        content: digest,
        identity,
        lookup,
        handlers: sent.handlers,
        seconds: sent.seconds,
        read_back: sent.read_back,
    };
    let step = Step::Opinion(OpinionStep::File(filing));
    let extras = Extras { payloads, ..Extras::default() };
    match app.steps_with(actor, id, vec![step], extras).await {
        Err(Refusal::Rejected(Rejection::Opinion(OpinionRejection::AlreadyFiled { opinion }))) => {
            Ok(opinion)
        }
        Err(other) => Err(other),
        Ok(()) => {
            let world = app.world();
            let appraisal = world.appraisal(id);
            let found = appraisal.and_then(|known| known.opinions.by_lookup(&lookup));
            let found = found.ok_or_else(|| Failure::Bug("what was filed is gone".to_owned()))?;
            Ok(found.id)
        }
    }
}

fn content_of(sent: &SentOpinion) -> Result<Content, Refusal> {
    let open = sent.open.as_deref().map(written).transpose()?.map(|written| written.text);
    match (&sent.sealed, &open) {
        (Some(sealed), None) => age_file::check(sealed, sent.handlers.len(), MOST_SEALED_BYTES)?,
        (None, Some(_)) => {}
        _ => return Err(Refusal::input("opinion-sealed", &[])),
    }
    let answer_key = sent.answer_key.clone();
    if answer_key.as_ref().is_some_and(|key| !gongping_appraisal::is_age_recipient(key)) {
        return Err(Refusal::input("opinion-sealed", &[]));
    }
    Ok(Content { sealed: sent.sealed.clone(), open, answer_key })
}

/// Takes the report that somebody was told what to answer (E3 (3), (7)). It goes one level up.
///
/// # Errors
/// [`Refusal::Rejected`] when the appraisal is not running.
pub async fn report_influence(
    app: &App,
    id: &AppraisalId,
    sheet: Option<SheetNumber>,
) -> Result<(), Refusal> {
    let step = Step::Opinion(OpinionStep::ReportInfluence { sheet });
    app.step(&anybody(), id, step).await
}
