//! The one task of this node that writes ballots. Sheets that wait while it writes go into the next
//! transaction together: one durable write for all of them. Each is answered after that write.
//!
//! Whoever sent a sheet may hang up at any moment; a sheet that waits here is written all the same.

use crate::ballot::{Receipt, collecting, refused, running};
use crate::boxes::LiveBox;
use crate::engine::App;
use crate::refusal::{BallotRefusal, Failure, Refusal};
use gongping_appraisal::{AppraisalId, BoxId, World};
use gongping_seal::{CheckedBallot, Item, receipt_number};
use gongping_store::{CommitFailure, Tracker};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedRwLockWriteGuard, oneshot};

/// How often a group is appended anew when another node was faster.
const MOST_TRIES: usize = 5;
/// The most sheets in one transaction: others wait for a box meanwhile.
const MOST_AT_ONCE: usize = 128;

/// A sheet of which every ballot was checked.
pub(crate) struct CheckedSheet {
    /// The appraisal.
    pub(crate) appraisal: AppraisalId,
    /// One ballot for each box of the sheet.
    pub(crate) ballots: BTreeMap<BoxId, CheckedBallot>,
}

impl CheckedSheet {
    /// The number that its ballots have in common (`docs/spec/receipt.md`).
    fn receipt(&self) -> String {
        let trackers: Vec<String> = self.ballots.values().map(CheckedBallot::tracker).collect();
        receipt_number(trackers.iter().map(String::as_str))
    }
}

type Outcome = Result<Vec<Receipt>, Refusal>;

struct WaitingSheet {
    sheet: CheckedSheet,
    answer: oneshot::Sender<Outcome>,
}

impl WaitingSheet {
    fn answer(self, outcome: Outcome) {
        // Whoever has hung up may ask again, and gets the same receipts.
        self.answer.send(outcome).ok();
    }
}

/// The sheets that wait.
#[derive(Default)]
pub(crate) struct BallotQueue {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Vec<WaitingSheet>,
    is_writing: bool,
}

impl BallotQueue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the caller has to start the writer.
    fn push(&self, sheet: WaitingSheet) -> bool {
        let mut inner = self.lock();
        inner.waiting.push(sheet);
        !std::mem::replace(&mut inner.is_writing, true)
    }

    /// The sheets that came first; none when the writer is done.
    fn next_group(&self) -> Option<Vec<WaitingSheet>> {
        let mut inner = self.lock();
        let count = inner.waiting.len().min(MOST_AT_ONCE);
        inner.is_writing = count > 0;
        (count > 0).then(|| inner.waiting.drain(..count).collect())
    }
}

/// Lets the next sheet start a new writer when this one broke down, and those that wait fail.
struct Turn<'a>(&'a BallotQueue);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.lock() = Inner::default();
        }
    }
}

impl App {
    /// Appends a whole sheet, or nothing of it; answers when it is durable.
    pub(crate) async fn append_sheet(&self, sheet: CheckedSheet) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        if self.ballot_queue().push(WaitingSheet { sheet, answer }) {
            tokio::spawn(write_all(self.clone()));
        }
        let stopped = |_| Failure::Bug("the writer of ballots stopped".to_owned());
        outcome.await.map_err(stopped)?
    }
}

async fn write_all(app: App) {
    let turn = Turn(app.ballot_queue());
    while let Some(group) = turn.0.next_group() {
        let Err(failed) = write(&app, group).await else { continue };
        if failed.sheets.len() == 1 {
            failed.answer();
            continue;
        }
        // One of them may be the cause: it must not spoil the others.
        for sheet in failed.sheets {
            if let Err(failed) = write(&app, vec![sheet]).await {
                failed.answer();
            }
        }
    }
}

/// A group of which nothing was kept.
struct Failed {
    sheets: Vec<WaitingSheet>,
    failure: Failure,
}

impl Failed {
    /// For a sheet that was tried alone.
    fn answer(mut self) {
        if let Some(sheet) = self.sheets.pop() {
            sheet.answer(Err(self.failure.into()));
        }
    }
}

async fn write(app: &App, mut sheets: Vec<WaitingSheet>) -> Result<(), Failed> {
    for _ in 0..MOST_TRIES {
        match write_once(app, sheets).await {
            Ok(()) => return Ok(()),
            Err(Failed { sheets: again, failure: Failure::Contention }) => sheets = again,
            Err(failed) => return Err(failed),
        }
    }
    Err(Failed { sheets, failure: Failure::Contention })
}

/// A box that the group writes to.
struct GrowingBox {
    live: OwnedRwLockWriteGuard<LiveBox>,
    /// What the group adds.
    items: Vec<Item>,
}

/// All the boxes of a group, and what it adds to them.
struct Group {
    boxes: BTreeMap<BoxId, GrowingBox>,
    trackers: Vec<Tracker>,
    /// Receipt numbers that sheets in the store have.
    taken: BTreeSet<String>,
    now: Timestamp,
}

async fn write_once(app: &App, sheets: Vec<WaitingSheet>) -> Result<(), Failed> {
    let boxes = match lock(app, &sheets).await {
        Ok(boxes) => boxes,
        Err(failure) => return Err(Failed { sheets, failure }),
    };
    let receipts: Vec<String> = sheets.iter().map(|waiting| waiting.sheet.receipt()).collect();
    let taken = match app.store().taken_receipts(&receipts).await {
        Ok(taken) => taken,
        Err(failure) => return Err(Failed { sheets, failure: failure.into() }),
    };
    let mut group = Group { boxes, trackers: Vec::new(), taken, now: app.now() };
    let world = app.world();
    // A refusal too goes by what the sheets before it add, so all are answered after the write.
    let decide = |waiting: WaitingSheet| {
        let outcome = group.admit(&world, &waiting.sheet);
        (waiting, outcome)
    };
    let decided: Vec<(WaitingSheet, Outcome)> = sheets.into_iter().map(decide).collect();
    match group.commit(app).await {
        Ok(()) => {
            decided.into_iter().for_each(|(waiting, outcome)| waiting.answer(outcome));
            Ok(())
        }
        Err(failure) => {
            let sheets = decided.into_iter().map(|(waiting, _)| waiting).collect();
            Err(Failed { sheets, failure })
        }
    }
}

/// Locks the boxes in the order of their ids, as everybody does who locks several: so two never
/// wait for each other.
async fn lock(app: &App, sheets: &[WaitingSheet]) -> Result<BTreeMap<BoxId, GrowingBox>, Failure> {
    let ids: BTreeSet<&BoxId> =
        sheets.iter().flat_map(|waiting| waiting.sheet.ballots.keys()).collect();
    let mut boxes = BTreeMap::new();
    for id in ids {
        let live = app.write_box(id).await?;
        boxes.insert(id.clone(), GrowingBox { live, items: Vec::new() });
    }
    Ok(boxes)
}

impl Group {
    /// Adds a sheet to the boxes in memory, or changes nothing.
    fn admit(&mut self, world: &World, sheet: &CheckedSheet) -> Outcome {
        let mut wanted = Vec::with_capacity(sheet.ballots.len());
        for (id, growing) in &mut self.boxes {
            if let Some(ballot) = sheet.ballots.get(id) {
                wanted.push((id, growing, ballot));
            }
        }
        if wanted.iter().all(|(_, growing, ballot)| growing.contains(ballot)) {
            let again = |(id, growing, ballot): &(&BoxId, &mut GrowingBox, &CheckedBallot)| {
                let replaced = growing.live.replacing.contains(&ballot.hash());
                Receipt { box_id: (*id).clone(), tracker: ballot.tracker(), replaced }
            };
            return Ok(wanted.iter().map(again).collect());
        }
        // Between the checks and the locks the survey may have closed.
        collecting(running(world, &sheet.appraisal)?, self.now)?;
        for (id, growing, ballot) in &wanted {
            let may = growing.live.state.may_append(ballot);
            may.map_err(|rejection| refused(id, &rejection))?;
        }
        let number = sheet.receipt();
        if !self.taken.insert(number.clone()) {
            // By chance this does not happen; somebody made two sheets with one number.
            let (box_id, _, _) = wanted.first().ok_or(BallotRefusal::WrongBoxes)?;
            let reason = "another sheet has its receipt number".to_owned();
            let box_id = (*box_id).clone();
            return Err(BallotRefusal::Invalid { box_id, reason }.into());
        }
        let mut receipts = Vec::with_capacity(wanted.len());
        for (id, growing, ballot) in wanted {
            let (receipt, tracker) = growing.append(id, ballot, self.now)?;
            receipts.push(receipt);
            self.trackers.push(Tracker { receipt: number.clone(), ..tracker });
        }
        Ok(receipts)
    }

    /// Makes it durable. On failure the boxes that were changed are read anew when next needed.
    async fn commit(mut self, app: &App) -> Result<(), Failure> {
        let mut appends = Vec::new();
        for (id, growing) in &mut self.boxes {
            let items = std::mem::take(&mut growing.items);
            if !items.is_empty() {
                appends.push(growing.live.append(id, items));
            }
        }
        if appends.is_empty() {
            return Ok(());
        }
        let outcome = app.store().append_box_items(&appends, &self.trackers).await;
        for append in &appends {
            let Some((id, growing)) =
                self.boxes.iter_mut().find(|(id, _)| id.as_str() == append.box_id)
            else {
                continue;
            };
            match outcome {
                Ok(()) => growing.live.stored(append.items.len()),
                Err(_) => app.boxes().abandon(id, &mut growing.live),
            }
        }
        outcome.map_err(|failure| match failure {
            // Another node was faster, perhaps with the very same ballot.
            CommitFailure::BoxConflict { .. } | CommitFailure::TrackerTaken { .. } => {
                Failure::Contention
            }
            other => other.into(),
        })
    }
}

impl GrowingBox {
    fn contains(&self, ballot: &CheckedBallot) -> bool {
        self.live.state.contains_ballot(&ballot.hash())
    }

    fn append(
        &mut self,
        id: &BoxId,
        ballot: &CheckedBallot,
        now: Timestamp,
    ) -> Result<(Receipt, Tracker), Refusal> {
        let replaced = self.live.state.latest_ballot(&ballot.credential()).is_some();
        self.live.begin();
        let items = self.live.state.append_ballot(ballot.clone());
        let items = items.map_err(|rejection| refused(id, &rejection))?;
        let position = self.live.length + self.items.len() as u64;
        self.items.extend(items);
        if replaced {
            self.live.replacing.insert(ballot.hash());
        }
        let tracker = ballot.tracker();
        let (box_id, at_us) = (id.to_string(), now.as_microsecond());
        let receipt = Receipt { box_id: id.clone(), tracker: tracker.clone(), replaced };
        Ok((receipt, Tracker { tracker, box_id, position, at_us, receipt: String::new() }))
    }
}
