//! Running a box again from its entries, checking either everything or only the chain.

use crate::archive::{Earlier, entry_bytes};
use crate::box_state::{BoxState, Phase};
use crate::check::{self, CheckedBallot};
use crate::coverage::{self, BallotContent, Census, CheckCounts};
use crate::event::{Event, EventType, Head, Item, ItemKind, read_header};
use crate::finding::{BoxFinding, Check, Defect};
use crate::fingerprint::Fingerprints;
use crate::hash::Hash;
use crate::ledger::{Ledger, NotAdmitted};
use crate::{BallotRejection, FormatError};
use rayon::prelude::*;
use std::io;

/// Ballots whose computations run side by side: their signatures fill a vector.
const BALLOTS_TOGETHER: usize = 8;

/// How much a replay believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing: every check is made.
    Nothing,
    /// The proofs in the entries were checked when they were stored: only hashes, chain, order
    /// and structure are checked.
    Proofs,
}

/// Where an entry is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    position: u64,
    offset: u64,
    height: u64,
    name: String,
}

impl Place {
    fn finding(self, defect: Defect) -> BoxFinding {
        let Self { position, offset, height, name } = self;
        BoxFinding { position, offset, height, name, defect }
    }
}

/// Data that waits for its event.
pub(crate) struct Waiting {
    pub(crate) place: Place,
    pub(crate) item: Item,
    pub(crate) hash: Hash,
}

/// A ballot that waits for its check, which runs on all threads at once.
struct Queued {
    place: Place,
    item: Item,
    head: Head,
}

/// Why a replay cannot go on.
pub(crate) enum Stop {
    /// Something is wrong with the entry that is being taken.
    Here(Defect),
    /// Something is wrong, perhaps with an earlier entry.
    Finding(BoxFinding),
    /// An entry that was read before could not be read again.
    Unreadable(io::Error),
}

impl From<Defect> for Stop {
    fn from(defect: Defect) -> Self {
        Self::Here(defect)
    }
}

/// How ballots are remembered.
enum Memory {
    /// Their ciphertexts, by the state itself.
    Whole,
    /// By where they are, as soon as there is a box to put them into.
    Waiting(Box<dyn Earlier>, Fingerprints),
    /// By where they are.
    Located(Box<Ledger>),
}

/// Feeds a box with its entries, one after the other.
pub struct BoxReplay {
    pub(crate) trust: Trust,
    batch: usize,
    census: Census,
    /// Where the next entry begins.
    offset: u64,
    pub(crate) timestamp: Option<u64>,
    waiting: Vec<Waiting>,
    head: Option<Head>,
    queue: Vec<Queued>,
    pub(crate) state: Option<BoxState>,
    memory: Memory,
    ballots_checked: u64,
    performed: CheckCounts,
    /// The data that is being looked at, if a finding is about it and not about its event.
    blamed: Option<Place>,
}

impl std::fmt::Debug for BoxReplay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoxReplay")
            .field("entries", &self.census.entries)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl BoxReplay {
    /// A replay that checks everything. `batch` ballots are collected and checked in parallel on
    /// the current rayon pool; with 1, each is checked at once.
    pub fn verifying(batch: usize) -> Self {
        Self::new(Trust::Nothing, batch.max(1), Memory::Whole)
    }

    /// A replay for entries that were checked before they were stored: hashes, chain, order and
    /// structure are still checked, elements and proofs are not.
    pub fn trusted() -> Self {
        Self::new(Trust::Proofs, 1, Memory::Whole)
    }

    /// As [`Self::verifying`], with memory that does not grow with ballots: what is needed again
    /// is read again.
    pub(crate) fn located(batch: usize, earlier: Box<dyn Earlier>, used: Fingerprints) -> Self {
        Self::new(Trust::Nothing, batch.max(1), Memory::Waiting(earlier, used))
    }

    fn new(trust: Trust, batch: usize, memory: Memory) -> Self {
        Self {
            trust,
            batch,
            census: Census::default(),
            offset: 0,
            timestamp: None,
            waiting: Vec::new(),
            head: None,
            queue: Vec::new(),
            state: None,
            memory,
            ballots_checked: 0,
            performed: CheckCounts::new(),
            blamed: None,
        }
    }

    /// Takes the next entry. A finding may be about an earlier ballot of the same batch.
    pub fn apply(&mut self, item: Item) -> Result<(), BoxFinding> {
        self.advance(item).map_err(only_finding)
    }

    pub(crate) fn advance(&mut self, item: Item) -> Result<(), Stop> {
        self.census.entries += 1;
        let place = Place { name: item.name.clone(), ..self.here() };
        self.offset += entry_bytes(item.bytes.len() as u64);
        let outcome = self.take(item, &place);
        self.settle(outcome, place)
    }

    /// The place of the entry that is being taken.
    fn here(&self) -> Place {
        let height = self.head.map_or(0, |head| head.height + 1);
        let (position, offset) = (self.census.entries, self.offset);
        Place { position, offset, height, name: String::new() }
    }

    /// Puts the earliest finding first: ballots that wait are checked before a later one counts.
    fn settle(&mut self, outcome: Result<(), Stop>, place: Place) -> Result<(), Stop> {
        let place = self.blamed.take().unwrap_or(place);
        match outcome {
            Ok(()) if self.queue.len() < self.batch => Ok(()),
            Ok(()) => self.flush(),
            Err(Stop::Here(defect)) => {
                self.flush()?;
                Err(Stop::Finding(place.finding(defect)))
            }
            Err(other) => Err(other),
        }
    }

    /// The box after the last entry; refuses one that ends with data without an event.
    pub fn finish(self) -> Result<FinishedReplay, BoxFinding> {
        self.conclude().map_err(only_finding)
    }

    pub(crate) fn conclude(mut self) -> Result<FinishedReplay, Stop> {
        self.flush()?;
        if let Some(first) = self.waiting.first() {
            return Err(Stop::Finding(first.place.clone().finding(Defect::Unreferenced)));
        }
        let mut place = self.here();
        place.position += 1;
        let at_end = |defect| Stop::Finding(place.clone().finding(defect));
        let state = self.state.take().ok_or_else(|| at_end(Defect::NoSetup))?;
        let mut present = CheckCounts::new();
        if self.trust == Trust::Nothing {
            coverage::count(&mut self.performed, Check::Archive, self.census.entries);
            present = self.census.present(&state);
            present.keys().for_each(|check| coverage::count(&mut self.performed, *check, 0));
            let compared = coverage::compare(&self.performed, &present).map_err(at_end)?;
            self.performed.insert(Check::Coverage, compared);
            present.insert(Check::Coverage, Check::ALL.len() as u64 - 1);
        }
        Ok(FinishedReplay {
            state,
            entries: self.census.entries,
            ballots_checked: self.ballots_checked,
            performed: self.performed,
            present,
        })
    }

    /// Leaves out data whose event has not come yet.
    pub(crate) fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// The finding of a ballot that still waits for its check, or else this one, about the bytes
    /// that follow.
    pub(crate) fn earliest(&mut self, later: Defect) -> Stop {
        let mut place = self.here();
        place.position += 1;
        self.flush().err().unwrap_or(Stop::Finding(place.finding(later)))
    }

    /// The box so far; ballots that wait for their check are not in it.
    pub fn state(&self) -> Option<&BoxState> {
        self.state.as_ref()
    }

    /// Ballots whose elements, proofs and signature were checked.
    pub fn ballots_checked(&self) -> u64 {
        self.ballots_checked
    }

    /// The last event that was taken.
    pub(crate) fn head(&self) -> Option<Head> {
        self.head
    }

    pub(crate) fn blame(&mut self, data: &Waiting) {
        self.blamed = Some(data.place.clone());
    }

    pub(crate) fn performed(&mut self, check: Check, times: u64) {
        coverage::count(&mut self.performed, check, times);
    }

    fn take(&mut self, item: Item, place: &Place) -> Result<(), Stop> {
        let is_first = self.census.entries == 1;
        let kind = item.kind().ok_or(Defect::Name)?;
        let hash = match kind {
            ItemKind::Header if is_first => {
                let header = read_header(&item.bytes).map_err(FormatError::First);
                self.timestamp = Some(header.map_err(Defect::from)?);
                self.performed(Check::Header, 1);
                return Ok(());
            }
            ItemKind::Header => return Err(Defect::Name.into()),
            ItemKind::Data(_) | ItemKind::Event(_) if is_first => {
                return Err(Defect::from(FormatError::FirstName).into());
            }
            ItemKind::Data(hash) | ItemKind::Event(hash) => hash,
        };
        let actual = Hash::of(&item.bytes);
        if actual != hash {
            return Err(Defect::NameHash { actual }.into());
        }
        self.performed(Check::EntryName, 1);
        match kind {
            ItemKind::Event(_) => self.take_event(&item, hash),
            _ if self.waiting.len() >= 4 => Err(Defect::Unreferenced.into()),
            _ => {
                self.waiting.push(Waiting { place: place.clone(), item, hash });
                Ok(())
            }
        }
    }

    fn take_event(&mut self, item: &Item, hash: Hash) -> Result<(), Stop> {
        let event = Event::read(&item.bytes).map_err(Defect::from)?;
        *self.census.events.entry(event.event_type).or_default() += 1;
        self.performed(Check::Structure, 1);
        if event.parent != self.head.map(|head| head.hash) {
            return Err(Defect::Parent.into());
        }
        self.performed(Check::Parent, 1);
        let expected = self.head.map_or(0, |head| head.height + 1);
        if event.height != expected {
            return Err(Defect::Height { expected, found: event.height }.into());
        }
        self.performed(Check::Height, 1);
        if event.event_type != EventType::Ballot {
            // The state must be up to date before anything but a ballot happens.
            self.flush()?;
        }
        self.require_order(event.event_type)?;
        self.performed(Check::EventOrder, 1);
        let needed = match event.event_type {
            EventType::Setup => 4,
            EventType::Ballot | EventType::Result => 1,
            EventType::EncryptedTally | EventType::PartialDecryption => 2,
            EventType::EndBallots | EventType::Shuffle | EventType::EndShuffles => 0,
        };
        let last = self.waiting.last().map(|waiting| waiting.hash);
        if self.waiting.len() != needed || event.payload != last {
            return Err(Defect::Payload.into());
        }
        self.performed(Check::Payload, 1);
        let data = std::mem::take(&mut self.waiting);
        let head = Head { hash, height: event.height };
        self.head = Some(head);
        if event.event_type == EventType::Ballot {
            let ballot = data.into_iter().map(|d| Queued { place: d.place, item: d.item, head });
            self.queue.extend(ballot);
            return Ok(());
        }
        Ok(self.happen(event.event_type, &data, head)?)
    }

    fn require_order(&self, found: EventType) -> Result<(), Defect> {
        let permitted = match (found, self.state.as_ref().map(BoxState::phase)) {
            (EventType::Setup, phase) => phase.is_none(),
            (_, None) => false,
            (EventType::Ballot, Some(Phase::Open)) => true,
            (EventType::Ballot, Some(_)) => return Err(BallotRejection::Closed.into()),
            (EventType::EndBallots, phase) => phase == Some(Phase::Open),
            (EventType::EncryptedTally, phase) => phase == Some(Phase::Closed),
            (EventType::PartialDecryption | EventType::Result, phase) => {
                phase == Some(Phase::AddedUp)
            }
            (EventType::Shuffle | EventType::EndShuffles, _) => false,
        };
        if permitted { Ok(()) } else { Err(Defect::EventOrder { found }) }
    }

    /// Gives the ballots of a box that has been set up their place in memory.
    pub(crate) fn set_up(&mut self, state: BoxState) {
        self.memory = match std::mem::replace(&mut self.memory, Memory::Whole) {
            Memory::Waiting(earlier, used) => {
                let (election, credentials) = (state.election(), state.credentials());
                Memory::Located(Box::new(Ledger::new(earlier, used, election, credentials)))
            }
            other => other,
        };
        self.state = Some(state);
    }

    /// The sum of the ballots, where it is kept apart from the state.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        match &self.memory {
            Memory::Located(ledger) => Some(ledger),
            Memory::Whole | Memory::Waiting(..) => None,
        }
    }

    /// Checks the ballots that wait, in parallel, and puts them into the box in order.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        let queue = std::mem::take(&mut self.queue);
        let Some(state) = self.state.as_mut() else { return Ok(()) };
        if queue.is_empty() {
            return Ok(());
        }
        let checked = check_all(self.trust, state, &queue);
        let content = BallotContent::of(state.election());
        let timestamp = state.timestamp();
        for (queued, ballot) in queue.into_iter().zip(checked) {
            let (offset, head) = (queued.place.offset, queued.head);
            let admitted = ballot.map_err(NotAdmitted::from).and_then(|ballot| {
                let proofs = ballot.proofs_checked;
                admit(&mut self.memory, state, ballot, head, (offset, timestamp))?;
                Ok(proofs)
            });
            let proofs = match admitted {
                Ok(proofs) => proofs,
                Err(error) => return Err(refused(error, queued.place)),
            };
            let all = proofs == content.proofs();
            self.ballots_checked += u64::from(all);
            // A trusted replay reads ballots without looking at their proofs.
            if all || self.trust == Trust::Proofs {
                for (check, times) in content.checks() {
                    coverage::count(&mut self.performed, check, times);
                }
            }
        }
        if let Memory::Located(ledger) = &mut self.memory {
            ledger.settle(state.election()).map_err(|error| Stop::Here(error.into()))?;
        }
        Ok(())
    }
}

fn check_all(
    trust: Trust,
    state: &BoxState,
    queue: &[Queued],
) -> Vec<Result<CheckedBallot, BallotRejection>> {
    let (election, credentials) = (state.election(), state.credentials());
    let check = |queued: &[Queued]| -> Vec<_> {
        let bytes = queued.iter().map(|queued| &*queued.item.bytes);
        if trust == Trust::Nothing {
            return state.check_ballots(&bytes.collect::<Vec<_>>());
        }
        let wrap = |bytes| {
            let read = check::read_ballot(election, credentials, bytes);
            read.map(|(ballot, weight)| check::wrap(election, &ballot, weight, bytes, 0))
        };
        bytes.map(wrap).collect()
    };
    if queue.len() <= BALLOTS_TOGETHER {
        check(queue)
    } else {
        queue.par_chunks(BALLOTS_TOGETHER).flat_map_iter(check).collect()
    }
}

fn admit(
    memory: &mut Memory,
    state: &mut BoxState,
    ballot: CheckedBallot,
    head: Head,
    at: (u64, u64),
) -> Result<(), NotAdmitted> {
    match memory {
        Memory::Located(ledger) => {
            state.require_admissible(&ballot)?;
            let weight = ballot.weight;
            let is_first = ledger.admit(state.election(), state.credentials(), ballot, at)?;
            state.note_ballot(head, is_first, weight);
            Ok(())
        }
        Memory::Whole | Memory::Waiting(..) => Ok(state.admit(ballot, head)?),
    }
}

fn refused(error: NotAdmitted, place: Place) -> Stop {
    match error {
        NotAdmitted::Rejected(rejection) => Stop::Finding(place.finding(rejection.into())),
        NotAdmitted::Changed(offset) => Stop::Finding(place.finding(Defect::Changed { offset })),
        NotAdmitted::Unreadable(error) => Stop::Unreadable(error),
    }
}

/// The finding of a replay that reads nothing by itself.
fn only_finding(stop: Stop) -> BoxFinding {
    match stop {
        Stop::Finding(finding) => finding,
        Stop::Here(defect) => BoxFinding::somewhere(defect),
        Stop::Unreadable(_) => unreachable!("only a ledger reads entries again"),
    }
}

/// A box that has been replayed to its last entry.
#[derive(Debug)]
pub struct FinishedReplay {
    /// The box.
    pub state: BoxState,
    /// Entries, the header included.
    pub entries: u64,
    /// Ballots whose elements, proofs and signature were checked; 0 for a trusted replay.
    pub ballots_checked: u64,
    /// How often each check was made and held.
    pub performed: CheckCounts,
    /// How often each check had to be made, by what is in the archive; empty for a trusted replay.
    pub present: CheckCounts,
}
