//! Opinions (C2, E3 (6), (7)): intake, keys of those who read, handling, opening of identities.
//!
//! Texts and identities come here sealed in somebody's browser and leave sealed; this module checks
//! that they are, commits to them, and hands them out to those whom the log says.

mod age_file;
mod handling;
mod identity;
mod intake;
pub(crate) mod rows;
mod thread;

pub use handling::{
    Conversation, Text, answer, close, conversation, declare_interest, grounds, mask, masked_copy,
    open_text, register_key, rule, take_up_influence,
};
pub use identity::{
    IdentityWork, identity_work, open_identity, refuse_identity, release_identity, request_identity,
};
pub use intake::{Content, SentOpinion, file_for_caller, file_from_public, report_influence};
pub use thread::{Thread, ThreadMessage, add, contest, thread};

use crate::account::public;
use crate::engine::{Actor, App, Extras};
use crate::payload;
use crate::refusal::Refusal;
use gongping_appraisal::{
    Appraisal, AppraisalId, Digest, Opinion, OpinionId, OpinionRejection, OpinionStep, Rejection,
    Step, World,
};
use rand::Rng as _;
use serde::{Deserialize, Serialize};

/// Longest text that somebody types here, in characters.
pub const MOST_CHARACTERS: usize = 10_000;

/// Most bytes of a sealed text with its files, in base64.
pub const MOST_SEALED_BYTES: usize = 7 * 1024 * 1024;

/// A text that a person wrote and others may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The text.
    pub text: String,
}

/// Something that was sealed in a browser: an age file in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// The age file.
    pub sealed: String,
}

/// The opinion with this number.
fn known<'a>(
    world: &'a World,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<(&'a Appraisal, &'a Opinion), Rejection> {
    let appraisal =
        world.appraisal(id).ok_or_else(|| Rejection::UnknownAppraisal { appraisal: id.clone() })?;
    let found = appraisal.opinions.get(opinion);
    Ok((appraisal, found.ok_or(OpinionRejection::UnknownOpinion { opinion })?))
}

/// A text of 1 to [`MOST_CHARACTERS`] characters.
fn written(text: &str) -> Result<Written, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    if (1..=MOST_CHARACTERS).contains(&text.chars().count()) && !text.contains('\0') {
        Ok(Written { text })
    } else {
        Err(Refusal::input("opinion-text", &[("limit", &MOST_CHARACTERS.to_string())]))
    }
}

/// One step, with what it commits to.
async fn step_with(
    app: &App,
    actor: &Actor,
    id: &AppraisalId,
    content: &impl Serialize,
    step: impl FnOnce(Digest) -> OpinionStep,
) -> Result<(), Refusal> {
    let (digest, opening) = payload::committed(app, content)?;
    let extras = Extras::keeping(opening);
    app.steps_with(actor, id, vec![Step::Opinion(step(digest))], extras).await
}

/// A value that nobody else draws, for a form without script that may be sent twice: 32 hexadecimal
/// digits.
#[must_use]
pub fn token(app: &App) -> String {
    let mut bytes = [0; 16];
    app.with_dice(|dice| dice.fill_bytes(&mut bytes));
    hex::encode(bytes)
}

/// Whoever has no account.
fn anybody() -> Actor {
    (&public()).into()
}
