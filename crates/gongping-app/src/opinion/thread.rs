//! Coming back with the receipt code: the filer reads the state and the answers, adds, contests.
//! What the browser sends is derived from the code; only its hash is known here.

use super::{MOST_SEALED_BYTES, Sealed, Written, age_file, anybody, step_with};
use crate::engine::App;
use crate::payload;
use crate::refusal::Refusal;
use gongping_appraisal::{
    AppraisalId, Digest, Opinion, OpinionId, OpinionState, OpinionStep, Step, sha256,
};
use jiff::Timestamp;
use serde::Serialize;

/// What the filer sees.
#[derive(Debug, Clone, Serialize)]
pub struct Thread {
    /// The number.
    pub opinion: OpinionId,
    /// Its state as a word.
    pub state: &'static str,
    /// How it was closed, as a word.
    pub outcome: Option<&'static str>,
    /// The grounds of the closing.
    pub grounds: Option<String>,
    /// When it came in.
    pub received_at: Timestamp,
    /// When the time to answer ends.
    pub due_at: Timestamp,
    /// Whether that time has passed without an answer.
    pub is_overdue: bool,
    /// Whether it can be contested now.
    pub may_contest: bool,
    /// What was said, oldest first.
    pub messages: Vec<ThreadMessage>,
}

/// Something that was said.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadMessage {
    /// When.
    pub at: Timestamp,
    /// Whether the filer said it.
    pub by_filer: bool,
    /// An age file in base64.
    pub sealed: String,
}

/// The hash by which an opinion is found, of 32 bytes in hexadecimal.
fn hashed(lookup: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(lookup, &mut bytes).ok()?;
    Some(sha256(&bytes))
}

fn find(app: &App, id: &AppraisalId, lookup: &str) -> Option<Opinion> {
    let world = app.world();
    world.appraisal(id)?.opinions.by_lookup(&hashed(lookup)?).cloned()
}

/// What the filer sees; `None` when no opinion is found by this.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn thread(app: &App, id: &AppraisalId, lookup: &str) -> Result<Option<Thread>, Refusal> {
    let Some(opinion) = find(app, id, lookup) else { return Ok(None) };
    let mut messages = Vec::with_capacity(opinion.messages.len());
    for message in &opinion.messages {
        let Sealed { sealed } = payload::read(app, message.text).await?;
        messages.push(ThreadMessage { at: message.at, by_filer: message.by_filer, sealed });
    }
    let (outcome, grounds) = match &opinion.state {
        OpinionState::Closed { outcome, grounds } => {
            let Written { text } = payload::read(app, *grounds).await?;
            (Some(outcome.as_str()), Some(text))
        }
        _ => (None, None),
    };
    Ok(Some(Thread {
        opinion: opinion.id,
        state: opinion.state.as_str(),
        outcome,
        grounds,
        received_at: opinion.received_at,
        due_at: opinion.due_at(),
        is_overdue: opinion.is_overdue(app.now()),
        may_contest: matches!(opinion.state, OpinionState::Answered | OpinionState::Closed { .. }),
        messages,
    }))
}

/// Adds to an opinion, sealed to its handlers and to the filer's own code. `None` when no opinion is found
/// by this.
///
/// # Errors
/// [`Refusal::Input`] when it is not sealed.
pub async fn add(
    app: &App,
    id: &AppraisalId,
    lookup: &str,
    sealed: String,
    recipients: usize,
) -> Result<Option<()>, Refusal> {
    let Some(opinion) = find(app, id, lookup) else { return Ok(None) };
    age_file::check(&sealed, recipients, MOST_SEALED_BYTES)?;
    let opinion = opinion.id;
    let step = |addition| OpinionStep::Add { opinion, addition };
    step_with(app, &anybody(), id, &Sealed { sealed }, step).await.map(Some)
}

/// Says that the filer does not agree; the level above sees it from here on (T10). `None` when no
/// opinion is found by this.
///
/// # Errors
/// [`Refusal::Rejected`] when there is nothing to contest yet.
pub async fn contest(app: &App, id: &AppraisalId, lookup: &str) -> Result<Option<()>, Refusal> {
    let Some(opinion) = find(app, id, lookup) else { return Ok(None) };
    let step = Step::Opinion(OpinionStep::Contest { opinion: opinion.id });
    app.step(&anybody(), id, step).await.map(Some)
}
