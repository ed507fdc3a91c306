//! Running a box again from its entries, checking either everything or only the chain.

use crate::box_state::{BoxState, Phase, SetupData};
use crate::canonical;
use crate::check;
use crate::credential::CredentialList;
use crate::election::Election;
use crate::event::{Event, EventType, Head, Item, ItemKind, read_header};
use crate::finding::{BoxFinding, Check, Defect};
use crate::hash::Hash;
use crate::tally::{EncryptedTally, Owned, RawResult, SizedTally, TallyError, read_factors};
use crate::trustee::Trustees;
use crate::{BallotRejection, FormatError};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Ballots whose computations run side by side: their signatures fill a vector.
const BALLOTS_TOGETHER: usize = 8;

/// How much a replay believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Nothing: every check is made.
    Nothing,
    /// The proofs in the entries were checked when they were stored: only hashes, chain, order
    /// and structure are checked.
    Proofs,
}

/// Data that waits for its event.
struct Waiting {
    position: u64,
    item: Item,
    hash: Hash,
}

/// A ballot that waits for its check, which runs on all threads at once.
struct Queued {
    position: u64,
    item: Item,
    head: Head,
}

/// Feeds a box with its entries, one after the other.
pub struct BoxReplay {
    trust: Trust,
    batch: usize,
    entries: u64,
    timestamp: Option<u64>,
    waiting: Vec<Waiting>,
    head: Option<Head>,
    queue: Vec<Queued>,
    state: Option<BoxState>,
    ballots_checked: u64,
    performed: BTreeMap<Check, u64>,
    /// The data that is being looked at, if a finding is about it and not about its event.
    blamed: Option<(u64, String)>,
}

impl std::fmt::Debug for BoxReplay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoxReplay")
            .field("entries", &self.entries)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl BoxReplay {
    /// A replay that checks everything. `batch` ballots are collected and checked in parallel on
    /// the current rayon pool; with 1, each is checked at once.
    pub fn verifying(batch: usize) -> Self {
        Self::new(Trust::Nothing, batch.max(1))
    }

    /// A replay for entries that were checked before they were stored: hashes, chain, order and
    /// structure are still checked, elements and proofs are not.
    pub fn trusted() -> Self {
        Self::new(Trust::Proofs, 1)
    }

    fn new(trust: Trust, batch: usize) -> Self {
        Self {
            trust,
            batch,
            entries: 0,
            timestamp: None,
            waiting: Vec::new(),
            head: None,
            queue: Vec::new(),
            state: None,
            ballots_checked: 0,
            performed: BTreeMap::new(),
            blamed: None,
        }
    }

    /// Takes the next entry. A finding may be about an earlier ballot of the same batch.
    pub fn apply(&mut self, item: Item) -> Result<(), BoxFinding> {
        self.entries += 1;
        let name = item.name.clone();
        let outcome = self.take(item);
        self.settle(outcome, name)
    }

    /// Puts the earliest finding first: ballots that wait are checked before a later one counts.
    fn settle(&mut self, outcome: Result<(), Defect>, name: String) -> Result<(), BoxFinding> {
        let (position, name) = self.blamed.take().unwrap_or((self.entries, name));
        match outcome {
            Ok(()) if self.queue.len() < self.batch => Ok(()),
            Ok(()) => self.flush(),
            Err(defect) => {
                self.flush()?;
                Err(BoxFinding { position, name, defect })
            }
        }
    }

    /// The box after the last entry; refuses one that ends with data without an event.
    pub fn finish(mut self) -> Result<FinishedReplay, BoxFinding> {
        self.flush()?;
        if let Some(first) = self.waiting.first() {
            let (position, name) = (first.position, first.item.name.clone());
            return Err(BoxFinding { position, name, defect: Defect::Unreferenced });
        }
        let position = self.entries + 1;
        let at_end = |defect| BoxFinding { position, name: String::new(), defect };
        let state = self.state.take().ok_or_else(|| at_end(Defect::NoSetup))?;
        let (present, checked) = (state.ballots_received(), self.ballots_checked);
        if self.trust == Trust::Nothing && present != checked {
            return Err(at_end(Defect::BallotCount { present, checked }));
        }
        Self::count(&mut self.performed, Check::BallotCount, 1);
        Ok(FinishedReplay {
            state,
            entries: self.entries,
            ballots_checked: self.ballots_checked,
            performed: self.performed,
        })
    }

    /// The finding of a ballot that still waits for its check, or else this one, which is later.
    pub(crate) fn earliest(&mut self, later: BoxFinding) -> BoxFinding {
        self.flush().err().unwrap_or(later)
    }

    /// The box so far; ballots that wait for their check are not in it.
    pub fn state(&self) -> Option<&BoxState> {
        self.state.as_ref()
    }

    /// Ballots whose elements, proofs and signature were checked.
    pub fn ballots_checked(&self) -> u64 {
        self.ballots_checked
    }

    fn count(performed: &mut BTreeMap<Check, u64>, check: Check, times: u64) {
        *performed.entry(check).or_default() += times;
    }

    fn blame(&mut self, data: &Waiting) {
        self.blamed = Some((data.position, data.item.name.clone()));
    }

    fn performed(&mut self, check: Check) {
        Self::count(&mut self.performed, check, 1);
    }

    fn take(&mut self, item: Item) -> Result<(), Defect> {
        let kind = item.kind().ok_or(Defect::Name)?;
        let hash = match kind {
            ItemKind::Header if self.entries == 1 => {
                let header = read_header(&item.bytes).map_err(FormatError::First)?;
                self.timestamp = Some(header);
                self.performed(Check::Header);
                return Ok(());
            }
            ItemKind::Header => return Err(Defect::Name),
            ItemKind::Data(_) | ItemKind::Event(_) if self.entries == 1 => {
                return Err(FormatError::FirstName.into());
            }
            ItemKind::Data(hash) | ItemKind::Event(hash) => hash,
        };
        let actual = Hash::of(&item.bytes);
        if actual != hash {
            return Err(Defect::NameHash { actual });
        }
        self.performed(Check::EntryName);
        match kind {
            ItemKind::Event(_) => self.take_event(&item, hash),
            _ if self.waiting.len() >= 4 => Err(Defect::Unreferenced),
            _ => {
                self.waiting.push(Waiting { position: self.entries, item, hash });
                Ok(())
            }
        }
    }

    fn take_event(&mut self, item: &Item, hash: Hash) -> Result<(), Defect> {
        let event = Event::read(&item.bytes)?;
        self.performed(Check::Structure);
        if event.parent != self.head.map(|head| head.hash) {
            return Err(Defect::Parent);
        }
        self.performed(Check::Parent);
        let expected = self.head.map_or(0, |head| head.height + 1);
        if event.height != expected {
            return Err(Defect::Height { expected, found: event.height });
        }
        self.performed(Check::Height);
        if event.event_type != EventType::Ballot {
            // The state must be up to date before anything but a ballot happens.
            self.flush_inner()?;
        }
        self.require_order(event.event_type)?;
        self.performed(Check::EventOrder);
        let needed = match event.event_type {
            EventType::Setup => 4,
            EventType::Ballot | EventType::Result => 1,
            EventType::EncryptedTally | EventType::PartialDecryption => 2,
            EventType::EndBallots | EventType::Shuffle | EventType::EndShuffles => 0,
        };
        let last = self.waiting.last().map(|waiting| waiting.hash);
        if self.waiting.len() != needed || event.payload != last {
            return Err(Defect::Payload);
        }
        self.performed(Check::Payload);
        let data = std::mem::take(&mut self.waiting);
        let head = Head { hash, height: event.height };
        self.head = Some(head);
        self.happen(event.event_type, data, head)
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

    fn happen(&mut self, what: EventType, data: Vec<Waiting>, head: Head) -> Result<(), Defect> {
        if what == EventType::Setup {
            return self.happen_setup(&data, head);
        }
        if what == EventType::Ballot {
            let ballot =
                data.into_iter().map(|d| Queued { position: d.position, item: d.item, head });
            self.queue.extend(ballot);
            return Ok(());
        }
        match what {
            EventType::EndBallots => self.with_state(|state| {
                state.set_closed();
                Ok(Vec::new())
            })?,
            EventType::EncryptedTally => self.happen_tally(&data)?,
            EventType::PartialDecryption => self.happen_decryption(&data)?,
            _ => self.happen_result(&data)?,
        }
        self.with_state(|state| {
            state.set_head(head);
            Ok(Vec::new())
        })
    }

    /// Runs a step on the state and notes the checks it says it made.
    fn with_state(
        &mut self,
        step: impl FnOnce(&mut BoxState) -> Result<Vec<(Check, u64)>, Defect>,
    ) -> Result<(), Defect> {
        let state = self.state.as_mut().ok_or(Defect::NoSetup)?;
        for (check, times) in step(state)? {
            Self::count(&mut self.performed, check, times);
        }
        Ok(())
    }

    fn happen_setup(&mut self, data: &[Waiting], head: Head) -> Result<(), Defect> {
        let [election, trustees, credentials, setup] = data else { return Err(Defect::Payload) };
        self.blame(election);
        let election = Election::parse(&election.item.bytes)?;
        self.blame(trustees);
        let trustees = Trustees::parse(&trustees.item.bytes)?;
        self.blame(credentials);
        let credentials = match self.trust {
            Trust::Nothing => CredentialList::parse(&credentials.item.bytes)?,
            Trust::Proofs => CredentialList::parse_trusted(&credentials.item.bytes)?,
        };
        self.blame(setup);
        let expected = canonical::write(&SetupData::of(&election, &trustees, &credentials));
        let _: SetupData = canonical::read(&setup.item.bytes)?;
        if expected != setup.item.bytes {
            return Err(Defect::SetupReferences);
        }
        self.blame(&data[0]);
        if election.public_key() != trustees.election_key() {
            return Err(Defect::ElectionKey);
        }
        let timestamp = self.timestamp.unwrap_or_default();
        let performed = [
            (Check::Election, 1),
            (Check::Trustees, trustees.items().len()),
            (Check::ElectionKey, 1),
            (Check::Credentials, credentials.len()),
            (Check::SetupReferences, 1),
            (Check::Structure, 4),
        ];
        for (check, times) in performed {
            Self::count(&mut self.performed, check, times as u64);
        }
        self.state = Some(BoxState::new(timestamp, election, trustees, credentials, head));
        Ok(())
    }

    fn happen_tally(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [sum, sized] = data else { return Err(Defect::Payload) };
        let trust = self.trust;
        self.blame(sized);
        self.with_state(|state| {
            let stated: SizedTally =
                canonical::read(&sized.item.bytes).map_err(TallyError::from)?;
            if stated.encrypted_tally != sum.hash.to_string() {
                return Err(TallyError::Reference.into());
            }
            let (ballots, weight) = (state.ballots_counted(), state.total_weight());
            if (stated.num_tallied, stated.total_weight) != (ballots, weight) {
                let (found_ballots, found_weight) = (stated.num_tallied, stated.total_weight);
                let size = TallyError::Size { ballots, weight, found_ballots, found_weight };
                return Err(size.into());
            }
            Ok(vec![(Check::TallySize, 1), (Check::Structure, 1)])
        })?;
        self.blame(sum);
        self.with_state(|state| {
            let tally = match trust {
                Trust::Proofs => EncryptedTally::parse_trusted(state.election(), &sum.item.bytes)?,
                Trust::Nothing => {
                    let tally = EncryptedTally::parse(state.election(), &sum.item.bytes)?;
                    state.add_up()?.require_same(&tally)?;
                    tally
                }
            };
            state.set_tally(tally);
            let sums = u64::from(trust == Trust::Nothing);
            Ok(vec![(Check::EncryptedTally, sums), (Check::Structure, 1)])
        })
    }

    fn happen_decryption(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [part, owned] = data else { return Err(Defect::Payload) };
        let trust = self.trust;
        self.blame(owned);
        let stated: Owned = canonical::read(&owned.item.bytes).map_err(TallyError::from)?;
        if stated.payload != part.hash.to_string() {
            return Err(TallyError::Reference.into());
        }
        self.with_state(|state| {
            state.require_owner(stated.owner)?;
            Ok(vec![(Check::DecryptionOwner, 1), (Check::Structure, 1)])
        })?;
        self.blame(part);
        self.with_state(|state| {
            let factors = match trust {
                Trust::Nothing => state.check_partial_decryption(stated.owner, &part.item.bytes)?,
                Trust::Proofs => read_factors(state.election(), &part.item.bytes)?,
            };
            let count = factors.iter().map(Vec::len).sum::<usize>() as u64;
            state.set_factors(stated.owner, factors);
            let proofs = if trust == Trust::Nothing { count } else { 0 };
            Ok(vec![(Check::DecryptionProof, proofs), (Check::Structure, 1)])
        })
    }

    fn happen_result(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [result] = data else { return Err(Defect::Payload) };
        self.blame(result);
        self.with_state(|state| {
            let stated: RawResult =
                canonical::read(&result.item.bytes).map_err(TallyError::from)?;
            // Also when the proofs are trusted: it costs little, and the counts are what matters.
            let counts = state.open()?;
            let widths = |table: &[Vec<u64>]| table.iter().map(Vec::len).collect::<Vec<_>>();
            if widths(&counts) != widths(&stated.result) {
                return Err(TallyError::Shape.into());
            }
            let differs =
                counts.iter().zip(&stated.result).enumerate().find_map(|(index, rows)| {
                    let choice =
                        rows.0.iter().zip(rows.1).position(|(own, stated)| own != stated)?;
                    Some(TallyError::Result { question: index + 1, choice: choice + 1 })
                });
            if let Some(error) = differs {
                return Err(error.into());
            }
            state.set_counts(counts);
            Ok(vec![(Check::DecryptionComplete, 1), (Check::Result, 1), (Check::Structure, 1)])
        })
    }

    /// Errors of waiting ballots come before any other; `take_event` cannot say where they were,
    /// so it leaves them in the queue for [`Self::settle`].
    fn flush_inner(&mut self) -> Result<(), Defect> {
        if self.queue.is_empty() {
            return Ok(());
        }
        let queue = std::mem::take(&mut self.queue);
        match self.check_queue(queue) {
            Ok(()) => Ok(()),
            Err(Failed { rest, defect }) => {
                self.queue = rest;
                Err(defect.into())
            }
        }
    }

    fn flush(&mut self) -> Result<(), BoxFinding> {
        let queue = std::mem::take(&mut self.queue);
        self.check_queue(queue).map_err(|Failed { rest, defect }| {
            let failed = rest.into_iter().next();
            let (position, name) = failed.map(|q| (q.position, q.item.name)).unwrap_or_default();
            BoxFinding { position, name, defect: defect.into() }
        })
    }

    /// Checks ballots in parallel and puts them into the box in order.
    fn check_queue(&mut self, queue: Vec<Queued>) -> Result<(), Failed> {
        let Some(state) = self.state.as_mut() else { return Ok(()) };
        let trust = self.trust;
        let check = |queued: &[Queued]| {
            let bytes: Vec<&[u8]> = queued.iter().map(|queued| &*queued.item.bytes).collect();
            if trust == Trust::Nothing {
                return state.check_ballots(&bytes);
            }
            let (election, credentials) = (state.election(), state.credentials());
            let wrap = |bytes: &&[u8]| {
                check::read_ballot(election, credentials, bytes)
                    .map(|(ballot, weight)| check::wrap(election, &ballot, weight, bytes, 0))
            };
            bytes.iter().map(wrap).collect()
        };
        let checked: Vec<_> = if queue.len() <= BALLOTS_TOGETHER {
            check(&queue)
        } else {
            queue.par_chunks(BALLOTS_TOGETHER).flat_map_iter(check).collect()
        };
        let mut queue = queue.into_iter();
        for ballot in checked {
            let outcome = ballot.and_then(|ballot| {
                let proofs = ballot.proofs_checked;
                let ciphertexts = ballot.ciphertexts.len() as u64;
                let head = queue.as_slice().first().map(|queued| queued.head);
                state.admit(ballot, head.unwrap_or(state.head()))?;
                Ok((proofs, ciphertexts))
            });
            let (proofs, ciphertexts) = match outcome {
                Ok(counted) => counted,
                Err(defect) => return Err(Failed { rest: queue.collect(), defect }),
            };
            queue.next();
            let questions = state.election().questions();
            let blank = questions.iter().filter(|question| question.blank).count() as u64;
            note_ballot(&mut self.performed, trust, ciphertexts, questions.len() as u64, blank);
            if trust == Trust::Nothing && proofs == ciphertexts + questions.len() as u64 + blank {
                self.ballots_checked += 1;
            }
        }
        Ok(())
    }
}

/// A ballot was refused; it is the first of the rest.
struct Failed {
    rest: Vec<Queued>,
    defect: BallotRejection,
}

fn note_ballot(
    performed: &mut BTreeMap<Check, u64>,
    trust: Trust,
    ciphertexts: u64,
    questions: u64,
    blank: u64,
) {
    let always = [
        (Check::Structure, 1),
        (Check::BallotElection, 1),
        (Check::BallotCredential, 1),
        (Check::BallotShape, 1),
        (Check::BallotHash, 1),
        (Check::DuplicateBallot, 1),
        (Check::CiphertextReuse, ciphertexts),
        (Check::BallotAfterClose, 1),
    ];
    let expensive = [
        (Check::GroupElement, 2 * ciphertexts),
        (Check::BallotSignature, 1),
        (Check::IndividualProof, ciphertexts),
        (Check::OverallProof, questions),
        (Check::BlankProof, blank),
    ];
    let expensive = expensive.into_iter().filter(|_| trust == Trust::Nothing);
    for (check, times) in always.into_iter().chain(expensive) {
        BoxReplay::count(performed, check, times);
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
    pub performed: BTreeMap<Check, u64>,
}
