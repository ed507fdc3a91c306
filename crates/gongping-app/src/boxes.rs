//! The boxes that this node has at hand, each as the protocol's own state machine.
//!
//! A box is read from the store when it is first needed and followed from then on. Whoever holds
//! a box's lock owns the right to append to it; when an append does not reach the store, the box
//! is dropped and read again, so memory is never ahead of the disk.

use crate::engine::App;
use crate::refusal::Failure;
use gongping_appraisal::{BoxHead, BoxId, Digest};
use gongping_seal::{BoxReplay, BoxState, Head, Item};
use gongping_store::{BoxAppend, BoxItem};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::RwLock;

/// Items read from the store at once.
const READ_AT_ONCE: u32 = 500;

/// A box in memory.
pub(crate) struct LiveBox {
    /// The protocol's state.
    pub(crate) state: BoxState,
    /// Items in the store.
    pub(crate) length: u64,
}

/// The boxes at hand.
#[derive(Default)]
pub(crate) struct Boxes {
    live: Mutex<HashMap<BoxId, Arc<RwLock<LiveBox>>>>,
}

impl Boxes {
    fn get(&self, id: &BoxId) -> Option<Arc<RwLock<LiveBox>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The one that was there first stays: two tasks may read the same box at once.
    fn insert(&self, id: &BoxId, live: LiveBox) -> Arc<RwLock<LiveBox>> {
        let mut boxes = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        boxes.entry(id.clone()).or_insert_with(|| Arc::new(RwLock::new(live))).clone()
    }

    /// Forgets a box; it is read anew when next needed.
    pub(crate) fn forget(&self, id: &BoxId) {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl App {
    /// The box, from memory or from the store.
    pub(crate) async fn live_box(&self, id: &BoxId) -> Result<Arc<RwLock<LiveBox>>, Failure> {
        if let Some(live) = self.boxes().get(id) {
            return Ok(live);
        }
        let items = self.box_items(id).await?;
        let length = items.len() as u64;
        let damaged = |what: String| Failure::Damaged(format!("box {id}: {what}"));
        let replayed = tokio::task::spawn_blocking(move || {
            let mut replay = BoxReplay::trusted();
            for item in items {
                replay.apply(item).map_err(|finding| finding.to_string())?;
            }
            replay.finish().map_err(|finding| finding.to_string())
        });
        let finished = replayed.await.map_err(|error| Failure::Bug(error.to_string()))?;
        let state = finished.map_err(damaged)?.state;
        Ok(self.boxes().insert(id, LiveBox { state, length }))
    }

    /// All items of a box, in order.
    pub(crate) async fn box_items(&self, id: &BoxId) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::new();
        loop {
            let from = items.len() as u64;
            let part = self.store().box_items(id.as_str(), from, READ_AT_ONCE).await?;
            if part.is_empty() {
                return Ok(items);
            }
            items.extend(part.into_iter().map(|item| Item { name: item.name, bytes: item.bytes }));
        }
    }
}

impl LiveBox {
    /// What the store needs to append `items` here.
    pub(crate) fn append(&self, id: &BoxId, items: Vec<Item>) -> BoxAppend {
        append(id, self.length, items)
    }

    /// The head as the log writes it.
    pub(crate) fn head(&self) -> BoxHead {
        head_of(self.state.head())
    }
}

/// What the store needs to append `items` to a box of `length` items.
pub(crate) fn append(id: &BoxId, length: u64, items: Vec<Item>) -> BoxAppend {
    BoxAppend {
        box_id: id.to_string(),
        expected_position: length,
        items: items
            .into_iter()
            .map(|item| BoxItem { name: item.name, bytes: item.bytes })
            .collect(),
    }
}

/// A head as the log writes it.
pub(crate) fn head_of(head: Head) -> BoxHead {
    BoxHead { hash: Digest::from_bytes(*head.hash.as_bytes()), height: head.height }
}
