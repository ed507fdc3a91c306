//! The boxes that this node has at hand, each as the protocol's own state machine.
//!
//! A box is read from the store when it is first needed and followed from then on. Whoever holds
//! a box's lock owns the right to append to it; when an append does not reach the store, the box
//! is dropped and read again, so memory is never ahead of the disk. Other nodes append too: what
//! is said about a box, or decided upon it, goes by as many items as the store has.

use crate::engine::App;
use crate::refusal::Failure;
use gongping_appraisal::{BoxHead, BoxId, Digest};
use gongping_seal::{BallotChecker, BoxReplay, BoxState, Hash, Head, Item, ItemKind};
use gongping_store::{BoxAppend, BoxItem};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Items read from the store at once.
const READ_AT_ONCE: u32 = 500;
/// How often a box is read anew when other nodes append to it meanwhile.
const MOST_READS: usize = 5;

/// A box in memory.
pub(crate) struct LiveBox {
    /// The protocol's state.
    pub(crate) state: BoxState,
    /// Items in the store.
    pub(crate) length: u64,
    /// The ballots that replaced an earlier one of their code.
    pub(crate) replacing: HashSet<Hash>,
    /// Whether the state holds what has not reached the store, or never will: when the lock is
    /// free, somebody stopped half-way, and nobody may go by it.
    is_ahead: bool,
}

/// A box, and what checks its ballots without waiting for the box.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) checker: BallotChecker,
    live: Arc<RwLock<LiveBox>>,
}

/// The boxes at hand.
#[derive(Default)]
pub(crate) struct Boxes {
    live: Mutex<HashMap<BoxId, Shared>>,
}

impl Boxes {
    fn get(&self, id: &BoxId) -> Option<Shared> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The one that was there first stays: two tasks may read the same box at once.
    fn insert(&self, id: &BoxId, live: LiveBox) -> Shared {
        let mut boxes = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = || Shared { checker: live.state.checker(), live: Arc::new(RwLock::new(live)) };
        boxes.entry(id.clone()).or_insert_with(shared).clone()
    }

    /// Forgets a box that is locked and holds what never reached the store; it is read anew when
    /// next needed.
    pub(crate) fn abandon(&self, id: &BoxId, live: &mut LiveBox) {
        live.is_ahead = true;
        self.live.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Forgets a box, unless somebody has read it anew already.
    fn forget(&self, id: &BoxId, old: &Shared) {
        let mut boxes = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if boxes.get(id).is_some_and(|live| Arc::ptr_eq(&live.live, &old.live)) {
            boxes.remove(id);
        }
    }
}

impl App {
    /// The box, from memory or from the store; other nodes may have appended to it since. For what
    /// never changes after the set-up.
    pub(crate) async fn live_box(&self, id: &BoxId) -> Result<Shared, Failure> {
        if let Some(live) = self.boxes().get(id) {
            return Ok(live);
        }
        let items = self.box_items(id).await?;
        let damaged = |what: String| Failure::Damaged(format!("box {id}: {what}"));
        let replayed = tokio::task::spawn_blocking(move || read_live(items));
        let live = replayed.await.map_err(|error| Failure::Bug(error.to_string()))?;
        Ok(self.boxes().insert(id, live.map_err(damaged)?))
    }

    /// The box with all that the store has, for reading.
    pub(crate) async fn read_box(
        &self,
        id: &BoxId,
    ) -> Result<OwnedRwLockReadGuard<LiveBox>, Failure> {
        for _ in 0..MOST_READS {
            let live = self.live_box(id).await?;
            // Asked before the lock is there: an append of our own may be under way.
            let length = self.store().box_length(id.as_str()).await?;
            let read = Arc::clone(&live.live).read_owned().await;
            if !read.is_ahead && read.length >= length {
                return Ok(read);
            }
            self.boxes().forget(id, &live);
        }
        Err(Failure::Contention)
    }

    /// The box with all that the store has, for appending.
    pub(crate) async fn write_box(
        &self,
        id: &BoxId,
    ) -> Result<OwnedRwLockWriteGuard<LiveBox>, Failure> {
        for _ in 0..MOST_READS {
            let live = self.live_box(id).await?;
            let write = Arc::clone(&live.live).write_owned().await;
            let length = self.store().box_length(id.as_str()).await?;
            if !write.is_ahead && write.length == length {
                return Ok(write);
            }
            self.boxes().forget(id, &live);
        }
        Err(Failure::Contention)
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

fn read_live(items: Vec<Item>) -> Result<LiveBox, String> {
    let length = items.len() as u64;
    let (mut replay, mut replacing) = (BoxReplay::trusted(), HashSet::new());
    let (mut latest_data, mut replaced) = (None, 0);
    for item in items {
        if let Some(ItemKind::Data(hash)) = item.kind() {
            latest_data = Some(hash);
        }
        replay.apply(item).map_err(|finding| finding.to_string())?;
        let now = replay.state().map_or(0, BoxState::ballots_replaced);
        if now > replaced {
            // A ballot stands right before its event.
            replacing.extend(latest_data);
            replaced = now;
        }
    }
    let state = replay.finish().map_err(|finding| finding.to_string())?.state;
    Ok(LiveBox { state, length, replacing, is_ahead: false })
}

impl LiveBox {
    /// To be said before the state is changed.
    pub(crate) fn begin(&mut self) {
        self.is_ahead = true;
    }

    /// All that the state holds has reached the store, `count` items since [`LiveBox::begin`].
    pub(crate) fn stored(&mut self, count: usize) {
        self.length += count as u64;
        self.is_ahead = false;
    }

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
