//! Handling (C2, E3 (6)): opening a text, the masked copy, answers, closing, and what the level above
//! decides. Every opening is an event before anything is handed out.

use super::{Content, MOST_SEALED_BYTES, Sealed, Written, age_file, known, step_with, written};
use crate::engine::{Actor, App};
use crate::payload;
use crate::refusal::Refusal;
use gongping_appraisal::permission::{HandleOpinions, HoldOpinionKey, RuleOnOpinions};
use gongping_appraisal::{
    Allowed, AppraisalId, KeyRole, OpinionId, OpinionState, OpinionStep, Outcome, Step, UnitId,
};
use jiff::Timestamp;

/// What was said in an opinion and since, as a handler's browser needs it to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// The opinion itself.
    pub content: Content,
    /// What was said since: when, whether by the filer, and the sealed text.
    pub messages: Vec<(Timestamp, bool, String)>,
}

/// A text that a handler or the level above wrote.
pub type Text = String;

/// Registers the own key.
///
/// # Errors
/// [`Refusal::Rejected`] when it is no key, or somebody else's.
pub async fn register_key(
    app: &App,
    allowed: Allowed<HoldOpinionKey>,
    id: &AppraisalId,
    role: KeyRole,
    recipient: String,
) -> Result<(), Refusal> {
    let step = OpinionStep::RegisterKey { role, recipient };
    app.step(&allowed.account().into(), id, Step::Opinion(step)).await
}

/// Declares ties to a unit (A4): nothing about it is sealed to this account any more, and nothing
/// that was is handed out.
///
/// # Errors
/// [`Refusal::Rejected`] when the unit is not appraised here.
pub async fn declare_interest(
    app: &App,
    allowed: Allowed<HoldOpinionKey>,
    id: &AppraisalId,
    unit: UnitId,
) -> Result<(), Refusal> {
    let step = OpinionStep::DeclareInterest { unit };
    app.step(&allowed.account().into(), id, Step::Opinion(step)).await
}

fn actor(allowed: &Allowed<HandleOpinions>, seen: Option<u64>) -> Actor {
    Actor { account: allowed.account().clone(), seen }
}

/// Opens the text: notes it in the log, and hands out what the handler's browser decrypts.
///
/// # Errors
/// [`Refusal::Rejected`] when the account may not read it.
pub async fn open_text(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Conversation, Refusal> {
    let step = Step::Opinion(OpinionStep::OpenText { opinion });
    app.step(&actor(allowed, None), id, step).await?;
    conversation(app, id, opinion).await
}

/// What was said, as it is kept: sealed texts stay sealed. Only for whoever may open it.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn conversation(
    app: &App,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Conversation, Refusal> {
    let world = app.world();
    let (_, found) = known(&world, id, opinion)?;
    let content = payload::read(app, found.content).await?;
    let mut messages = Vec::with_capacity(found.messages.len());
    for message in &found.messages {
        let Sealed { sealed } = payload::read(app, message.text).await?;
        messages.push((message.at, message.by_filer, sealed));
    }
    Ok(Conversation { content, messages })
}

/// Writes the copy that others, and the unit, may see.
///
/// # Errors
/// [`Refusal::Input`] for an empty or too long text; [`Refusal::Rejected`] when the account may not,
/// or somebody changed the opinion meanwhile.
pub async fn mask(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    seen: Option<u64>,
    text: &str,
) -> Result<(), Refusal> {
    let copy = written(text)?;
    let step = |copy| OpinionStep::Mask { opinion, copy };
    step_with(app, &actor(allowed, seen), id, &copy, step).await
}

/// The masked copy, once there is one.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn masked_copy(
    app: &App,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Option<Text>, Refusal> {
    let world = app.world();
    let (_, found) = known(&world, id, opinion)?;
    match found.masked {
        Some(digest) => Ok(Some(payload::read::<Written>(app, digest).await?.text)),
        None => Ok(None),
    }
}

/// Answers the filer, sealed in the handler's browser to the filer's code.
///
/// # Errors
/// [`Refusal::Input`] when it is not sealed; [`Refusal::Rejected`].
pub async fn answer(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    seen: Option<u64>,
    sealed: String,
    recipients: usize,
) -> Result<(), Refusal> {
    age_file::check(&sealed, recipients, MOST_SEALED_BYTES)?;
    let step = |answer| OpinionStep::Answer { opinion, answer };
    step_with(app, &actor(allowed, seen), id, &Sealed { sealed }, step).await
}

/// Closes it with grounds, which the filer reads.
///
/// # Errors
/// As [`mask`].
pub async fn close(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    seen: Option<u64>,
    outcome: Outcome,
    grounds: &str,
) -> Result<(), Refusal> {
    let grounds = written(grounds)?;
    let step = |grounds| OpinionStep::Close { opinion, outcome, grounds };
    step_with(app, &actor(allowed, seen), id, &grounds, step).await
}

/// The level above decides on a contested one (T10).
///
/// # Errors
/// As [`mask`].
pub async fn rule(
    app: &App,
    allowed: Allowed<RuleOnOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    seen: Option<u64>,
    reopen: bool,
    grounds: &str,
) -> Result<(), Refusal> {
    let grounds = written(grounds)?;
    let actor = Actor { account: allowed.account().clone(), seen };
    let step = |grounds| OpinionStep::Rule { opinion, reopen, grounds };
    step_with(app, &actor, id, &grounds, step).await
}

/// The level above takes up a report that somebody was told what to answer.
///
/// # Errors
/// [`Refusal::Rejected`] when somebody has, or the account is not of the level above.
pub async fn take_up_influence(
    app: &App,
    allowed: Allowed<RuleOnOpinions>,
    id: &AppraisalId,
    report: u32,
) -> Result<(), Refusal> {
    let step = OpinionStep::TakeUpInfluence { report };
    app.step(&allowed.account().into(), id, Step::Opinion(step)).await
}

/// The grounds of the closing, once it is closed.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn grounds(
    app: &App,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Option<Text>, Refusal> {
    let world = app.world();
    match known(&world, id, opinion)?.1.state {
        OpinionState::Closed { grounds, .. } => {
            Ok(Some(payload::read::<Written>(app, grounds).await?.text))
        }
        _ => Ok(None),
    }
}
