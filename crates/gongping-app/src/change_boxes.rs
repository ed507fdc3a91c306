//! Changing many boxes together with the log: closing them, adding shares, opening them.

use crate::boxes::LiveBox;
use crate::engine::{Actor, App, Extras};
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::{AppraisalId, BoxHead, BoxId, Step};
use gongping_seal::{BoxState, Item, TallyError};
use gongping_store::BoxAppend;
use std::collections::BTreeMap;
use tokio::sync::OwnedRwLockWriteGuard;

/// Boxes that were changed in memory, locked until the change is committed or dropped.
pub(crate) struct ChangedBoxes {
    /// Head and ballots that count, after the change.
    pub(crate) heads: BTreeMap<BoxId, (BoxHead, u64)>,
    appends: Vec<BoxAppend>,
    locked: BTreeMap<BoxId, (OwnedRwLockWriteGuard<LiveBox>, usize)>,
}

/// Why boxes could not be changed.
pub(crate) enum BoxesRefusal {
    /// The protocol refuses a step for this box.
    Tally(BoxId, TallyError),
    /// Something else.
    Other(Refusal),
}

impl From<BoxesRefusal> for Refusal {
    fn from(refusal: BoxesRefusal) -> Self {
        match refusal {
            BoxesRefusal::Tally(box_id, error) => {
                Failure::Damaged(format!("box {box_id}: {error}")).into()
            }
            BoxesRefusal::Other(refusal) => refusal,
        }
    }
}

impl App {
    /// Locks the boxes in the order of their ids and changes each. When one refuses, none is
    /// changed.
    pub(crate) async fn change_boxes(
        &self,
        ids: &[BoxId],
        mut change: impl FnMut(&mut BoxState, &BoxId) -> Result<Vec<Item>, TallyError>,
    ) -> Result<ChangedBoxes, BoxesRefusal> {
        let mut ids: Vec<&BoxId> = ids.iter().collect();
        ids.sort();
        let mut locked = BTreeMap::new();
        for id in ids {
            let live = self.write_box(id).await.map_err(|f| BoxesRefusal::Other(f.into()))?;
            locked.insert(id.clone(), (live, 0));
        }
        let (mut appends, mut heads) = (Vec::new(), BTreeMap::new());
        let mut refusal = None;
        for (id, (live, count)) in &mut locked {
            live.begin();
            match change(&mut live.state, id) {
                Ok(items) => {
                    *count = items.len();
                    appends.push(live.append(id, items));
                    heads.insert(id.clone(), (live.head(), live.state.ballots_counted()));
                }
                Err(error) => {
                    refusal = Some(BoxesRefusal::Tally(id.clone(), error));
                    break;
                }
            }
        }
        match refusal {
            Some(refusal) => {
                // What was changed in memory never reached the store.
                for (id, (live, _)) in &mut locked {
                    self.boxes().abandon(id, live);
                }
                Err(refusal)
            }
            None => Ok(ChangedBoxes { heads, appends, locked }),
        }
    }
}

impl ChangedBoxes {
    /// Writes the boxes and the steps in one transaction.
    pub(crate) async fn commit(
        mut self,
        app: &App,
        actor: &Actor,
        id: &AppraisalId,
        steps: Vec<Step>,
    ) -> Result<(), Refusal> {
        let extras = Extras { box_items: std::mem::take(&mut self.appends), ..Extras::default() };
        let outcome = app.steps_with(actor, id, steps, extras).await;
        for (id, (live, count)) in &mut self.locked {
            match outcome {
                Ok(()) => live.stored(*count),
                Err(_) => app.boxes().abandon(id, live),
            }
        }
        outcome
    }
}
