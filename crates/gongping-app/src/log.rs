//! The log for all to read, as C2SP tlog-tiles lays it out.

use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::Entry;
use gongping_log::tile::{EntryBundle, bundle};
use gongping_log::{Hash, Tile, leaf_hash};

/// One entry for people to read.
#[derive(Debug, Clone)]
pub struct LogRow {
    /// Its index, from 0.
    pub index: u64,
    /// What it says.
    pub entry: Entry,
    /// The exact bytes.
    pub text: String,
    /// The leaf of the tree.
    pub leaf: Hash,
}

/// Up to `limit` entries from index `from` on.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn page(app: &App, from: u64, limit: u32) -> Result<Vec<LogRow>, Refusal> {
    let mut rows = Vec::new();
    for stored in app.store().log_entries(from, limit).await? {
        let entry = Entry::from_bytes(&stored.bytes)
            .map_err(|error| Failure::Damaged(format!("entry {}: {error}", stored.position)))?;
        rows.push(LogRow {
            index: stored.position,
            entry,
            leaf: leaf_hash(&stored.bytes),
            text: String::from_utf8_lossy(&stored.bytes).into_owned(),
        });
    }
    Ok(rows)
}

/// The latest signed checkpoint.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn checkpoint(app: &App) -> Result<Option<String>, Refusal> {
    Ok(app.store().latest_checkpoint().await?.map(|checkpoint| checkpoint.note))
}

/// The tile or entry bundle at a path below `tile/`; `None` when the log has none there.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn tile(app: &App, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
    if let Ok(tile) = path.parse::<Tile>() {
        return Ok(app.tree().await.tile_bytes(&tile).ok());
    }
    let Ok(wanted) = path.parse::<EntryBundle>() else { return Ok(None) };
    let width = u32::from(wanted.width());
    let entries = app.store().log_entries(wanted.first_entry(), width).await?;
    if entries.len() < usize::from(wanted.width()) {
        return Ok(None);
    }
    let bytes = bundle(entries.iter().map(|entry| &entry.bytes));
    Ok(Some(bytes.map_err(|error| Failure::Bug(error.to_string()))?))
}
