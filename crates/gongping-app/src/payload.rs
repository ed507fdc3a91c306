//! Content that stays outside the log: the event carries a salted commitment to it.

use crate::engine::{App, digest_of};
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::Digest;
use gongping_log::Opening;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Commits to content: what the event carries, and what is kept beside the log.
pub(crate) fn committed(app: &App, content: &impl Serialize) -> Result<(Digest, Opening), Failure> {
    let bytes = serde_json::to_vec(content).map_err(|error| Failure::Bug(error.to_string()))?;
    let opening = app.opening(bytes);
    Ok((digest_of(&opening.commitment()), opening))
}

/// What was committed to.
pub(crate) async fn read<T: DeserializeOwned>(app: &App, digest: Digest) -> Result<T, Refusal> {
    let opening = app.opened(digest).await?;
    let content = serde_json::from_slice(opening.bytes());
    Ok(content.map_err(|error| Failure::Damaged(format!("{digest}: {error}")))?)
}
