//! Opening an identity (E3 (6)): a handler asks, a second person takes off the outer layer in the own
//! browser, and only the handler who asked is given the inner one.

use super::{Sealed, Written, age_file, known, step_with, written};
use crate::engine::{Actor, App};
use crate::payload;
use crate::refusal::Refusal;
use gongping_appraisal::permission::{HandleOpinions, ReleaseIdentities};
use gongping_appraisal::{
    AccountId, Allowed, AppraisalId, IdentityState, OpinionId, OpinionRejection, OpinionStep, Step,
};

/// Most bytes of an inner layer, in base64.
const MOST_INNER_BYTES: usize = 64 * 1024;

/// What a second person needs to decide on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityWork {
    /// Who asks.
    pub by: AccountId,
    /// Why.
    pub reason: String,
    /// The identity with both layers, an age file in base64.
    pub sealed: String,
}

/// Asks to be told who the filer is.
///
/// # Errors
/// [`Refusal::Input`] without a reason; [`Refusal::Rejected`].
pub async fn request_identity(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    seen: Option<u64>,
    reason: &str,
) -> Result<(), Refusal> {
    let actor = Actor { account: allowed.account().clone(), seen };
    let step = |reason| OpinionStep::RequestIdentity { opinion, reason };
    step_with(app, &actor, id, &written(reason)?, step).await
}

/// The request that waits, for a second person whom the identity is sealed to; `None` for others.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn identity_work(
    app: &App,
    account: &AccountId,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Option<IdentityWork>, Refusal> {
    let world = app.world();
    let (_, found) = known(&world, id, opinion)?;
    let (IdentityState::Requested { by, reason }, Some(identity)) =
        (&found.identity_state, found.identity)
    else {
        return Ok(None);
    };
    if !found.sealed_to.seconds.contains(account) {
        return Ok(None);
    }
    let Written { text } = payload::read(app, *reason).await?;
    let Sealed { sealed } = payload::read(app, identity).await?;
    Ok(Some(IdentityWork { by: by.clone(), reason: text, sealed }))
}

/// Hands over the inner layer: an age file, sealed to the handlers.
///
/// # Errors
/// [`Refusal::Input`] when it is not sealed; [`Refusal::Rejected`].
pub async fn release_identity(
    app: &App,
    allowed: &Allowed<ReleaseIdentities>,
    id: &AppraisalId,
    opinion: OpinionId,
    inner: String,
) -> Result<(), Refusal> {
    let world = app.world();
    let (_, found) = known(&world, id, opinion)?;
    age_file::check(&inner, found.sealed_to.handlers.len(), MOST_INNER_BYTES)?;
    let step = |inner| OpinionStep::ReleaseIdentity { opinion, inner };
    step_with(app, &allowed.account().into(), id, &Sealed { sealed: inner }, step).await
}

/// Says no, with a reason.
///
/// # Errors
/// [`Refusal::Input`] without a reason; [`Refusal::Rejected`].
pub async fn refuse_identity(
    app: &App,
    allowed: &Allowed<ReleaseIdentities>,
    id: &AppraisalId,
    opinion: OpinionId,
    reason: &str,
) -> Result<(), Refusal> {
    let step = |reason| OpinionStep::RefuseIdentity { opinion, reason };
    step_with(app, &allowed.account().into(), id, &written(reason)?, step).await
}

/// Notes that the identity is opened, and hands the inner layer to the handler who asked.
///
/// # Errors
/// [`Refusal::Rejected`] when it is not released to this account.
pub async fn open_identity(
    app: &App,
    allowed: &Allowed<HandleOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<String, Refusal> {
    let step = Step::Opinion(OpinionStep::OpenIdentity { opinion });
    app.step(&allowed.account().into(), id, step).await?;
    let world = app.world();
    match &known(&world, id, opinion)?.1.identity_state {
        IdentityState::Released { inner, .. } => {
            Ok(payload::read::<Sealed>(app, *inner).await?.sealed)
        }
        _ => Err(Refusal::Rejected(OpinionRejection::NotAmongThem.into())),
    }
}
