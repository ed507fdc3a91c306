//! A box as a machine: it is set up, takes ballots, is closed, added up, opened and counted.

use crate::arithmetic::Arithmetic;
use crate::ballot::{BallotRejection, Pair};
use crate::canonical;
use crate::check::{self, CheckedBallot};
use crate::credential::{CredentialList, PublicCredential};
use crate::election::Election;
use crate::event::{Event, EventType, Head, Item};
use crate::finding::Defect;
use crate::hash::Hash;
use crate::tally::{
    EncryptedTally, Factors, Owned, RawResult, SizedTally, TallyError, check_factors, open,
};
use crate::trustee::{Lacking, Trustees};
use curve25519_dalek::scalar::Scalar;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Where a box stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Takes ballots.
    Open,
    /// Takes no more ballots.
    Closed,
    /// Added up, still encrypted; takes partial decryptions.
    AddedUp,
    /// The counts are published; nothing can follow.
    Counted,
}

impl Phase {
    /// A word for it: `open`, `closed`, `added-up` or `counted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::AddedUp => "added-up",
            Self::Counted => "counted",
        }
    }
}

/// The structure that the `Setup` event refers to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupData {
    pub(crate) election: String,
    pub(crate) trustees: String,
    pub(crate) credentials: String,
}

impl SetupData {
    pub(crate) fn of(
        election: &Election,
        trustees: &Trustees,
        credentials: &CredentialList,
    ) -> Self {
        Self {
            election: election.hash().to_string(),
            trustees: Hash::of(trustees.bytes()).to_string(),
            credentials: Hash::of(credentials.bytes()).to_string(),
        }
    }
}

/// The latest ballot of one code.
#[derive(Debug)]
struct Latest {
    tracker: Hash,
    ciphertexts: Box<[Pair]>,
}

/// A box with everything in it. Each step returns the entries to store, in order; if they cannot
/// be stored, the machine is ahead of the store and must be dropped and replayed.
#[derive(Debug)]
pub struct BoxState {
    timestamp: u64,
    election: Arc<Election>,
    trustees: Trustees,
    credentials: Arc<CredentialList>,
    head: Head,
    phase: Phase,
    ballots_received: u64,
    ballots_counted: u64,
    total_weight: u64,
    latest: HashMap<PublicCredential, Latest>,
    hashes: HashSet<Hash>,
    /// First halves of all alphas: equal ones mean that randomness was used again.
    alphas: HashSet<[u8; 16]>,
    tally: Option<EncryptedTally>,
    factors: BTreeMap<u32, Factors>,
    counts: Option<Vec<Vec<u64>>>,
}

/// Makes the checks of a ballot that go by what never changes after the set-up of its box. Cheap
/// to clone.
#[derive(Debug, Clone)]
pub struct BallotChecker {
    election: Arc<Election>,
    credentials: Arc<CredentialList>,
}

impl BallotChecker {
    /// As [`BoxState::check_ballot`].
    ///
    /// # Errors
    /// [`BallotRejection`], but never that the box is closed, or has the ballot already.
    pub fn check_ballot(&self, bytes: &[u8]) -> Result<CheckedBallot, BallotRejection> {
        check::check_ballot(Arithmetic::best(), &self.election, &self.credentials, bytes)
    }

    /// The election.
    pub fn election(&self) -> &Election {
        &self.election
    }
}

impl BoxState {
    /// Sets up a box. The time is in seconds since 1970. Returns the archive's first entries.
    pub fn setup(
        timestamp: u64,
        election: Election,
        trustees: Trustees,
        credentials: CredentialList,
    ) -> Result<(Self, Vec<Item>), Defect> {
        if election.public_key() != trustees.election_key() {
            return Err(Defect::ElectionKey);
        }
        let setup =
            Item::data(canonical::write(&SetupData::of(&election, &trustees, &credentials)));
        let payload = Some(Hash::of(&setup.bytes));
        let event = Event { parent: None, height: 0, event_type: EventType::Setup, payload };
        let event = event.to_item();
        let items = vec![
            Item::header(timestamp),
            Item::data(election.bytes().to_owned()),
            Item::data(trustees.bytes().to_owned()),
            Item::data(credentials.bytes().to_owned()),
            setup,
            event,
        ];
        let head = Head { hash: Hash::of(&items[5].bytes), height: 0 };
        Ok((Self::new(timestamp, election, trustees, credentials, head), items))
    }

    pub(crate) fn new(
        timestamp: u64,
        election: Election,
        trustees: Trustees,
        credentials: CredentialList,
        head: Head,
    ) -> Self {
        Self {
            timestamp,
            election: Arc::new(election),
            trustees,
            credentials: Arc::new(credentials),
            head,
            phase: Phase::Open,
            ballots_received: 0,
            ballots_counted: 0,
            total_weight: 0,
            latest: HashMap::new(),
            hashes: HashSet::new(),
            alphas: HashSet::new(),
            tally: None,
            factors: BTreeMap::new(),
            counts: None,
        }
    }

    /// Makes every check of a ballot that needs no other ballot: expensive, pure, and safe to run
    /// on many threads at once.
    pub fn check_ballot(&self, bytes: &[u8]) -> Result<CheckedBallot, BallotRejection> {
        self.check_ballot_with(Arithmetic::best(), bytes)
    }

    /// As [`Self::check_ballot`] with a chosen arithmetic; all give the same answer.
    pub fn check_ballot_with(
        &self,
        arithmetic: Arithmetic,
        bytes: &[u8],
    ) -> Result<CheckedBallot, BallotRejection> {
        check::check_ballot(arithmetic, &self.election, &self.credentials, bytes)
    }

    /// As [`Self::check_ballot`] for several ballots, each for itself: faster than one by one.
    pub fn check_ballots(&self, ballots: &[&[u8]]) -> Vec<Result<CheckedBallot, BallotRejection>> {
        self.check_ballots_with(Arithmetic::best(), ballots)
    }

    /// As [`Self::check_ballots`] with a chosen arithmetic; all give the same answers.
    pub fn check_ballots_with(
        &self,
        arithmetic: Arithmetic,
        ballots: &[&[u8]],
    ) -> Vec<Result<CheckedBallot, BallotRejection>> {
        check::check_ballots(arithmetic, &self.election, &self.credentials, ballots)
    }

    /// The same checks apart from the box, which may change meanwhile.
    pub fn checker(&self) -> BallotChecker {
        let (election, credentials) = (Arc::clone(&self.election), Arc::clone(&self.credentials));
        BallotChecker { election, credentials }
    }

    /// Whether [`BoxState::append_ballot`] would take the ballot.
    ///
    /// # Errors
    /// What it would answer.
    pub fn may_append(&self, ballot: &CheckedBallot) -> Result<(), BallotRejection> {
        self.require_admissible(ballot)?;
        if self.hashes.contains(&ballot.hash) {
            return Err(BallotRejection::Duplicate);
        }
        self.require_fresh(&ballot.ciphertexts)
    }

    /// Puts a ballot into the box. It replaces an earlier one of the same code in the count.
    pub fn append_ballot(&mut self, ballot: CheckedBallot) -> Result<Vec<Item>, BallotRejection> {
        let data = Item::data(ballot.bytes.clone());
        let event = self.next_event(EventType::Ballot, Some(ballot.hash));
        let event_item = event.to_item();
        let head = Head { hash: Hash::of(&event_item.bytes), height: event.height };
        self.admit(ballot, head)?;
        Ok(vec![data, event_item])
    }

    /// Puts a ballot into the box under an event that exists already.
    pub(crate) fn admit(
        &mut self,
        ballot: CheckedBallot,
        head: Head,
    ) -> Result<(), BallotRejection> {
        self.may_append(&ballot)?;
        self.hashes.insert(ballot.hash);
        self.alphas.extend(ballot.ciphertexts.iter().map(short));
        let CheckedBallot { hash: tracker, credential, weight, ciphertexts, .. } = ballot;
        let latest = Latest { tracker, ciphertexts };
        let is_first = self.latest.insert(credential, latest).is_none();
        self.note_ballot(head, is_first, weight);
        Ok(())
    }

    /// Sees that the box takes ballots, and that this one was checked for it.
    pub(crate) fn require_admissible(&self, ballot: &CheckedBallot) -> Result<(), BallotRejection> {
        if self.phase != Phase::Open {
            return Err(BallotRejection::Closed);
        }
        if ballot.election != self.election.hash() {
            return Err(BallotRejection::OtherElection);
        }
        Ok(())
    }

    /// Counts a ballot that was put into the box; the first of its code, or one that replaces it.
    pub(crate) fn note_ballot(&mut self, head: Head, is_first: bool, weight: u32) {
        self.ballots_received += 1;
        if is_first {
            self.ballots_counted += 1;
            self.total_weight += u64::from(weight);
        }
        self.head = head;
    }

    fn require_fresh(&self, ciphertexts: &[Pair]) -> Result<(), BallotRejection> {
        let mut own = HashSet::with_capacity(ciphertexts.len());
        let used = ciphertexts
            .iter()
            .position(|pair| self.alphas.contains(&short(pair)) || !own.insert(short(pair)));
        match used {
            None => Ok(()),
            Some(index) => {
                let (question, choice) = self.election.place(index);
                Err(BallotRejection::CiphertextReused { question, choice })
            }
        }
    }

    /// Closes the box.
    pub fn end_ballots(&mut self) -> Result<Vec<Item>, TallyError> {
        self.require(Phase::Open, EventType::EndBallots)?;
        let item = self.push_event(EventType::EndBallots, None);
        self.phase = Phase::Closed;
        Ok(vec![item])
    }

    /// Adds up the latest ballots.
    pub fn encrypted_tally(&mut self) -> Result<Vec<Item>, TallyError> {
        self.require(Phase::Closed, EventType::EncryptedTally)?;
        let tally = self.add_up()?;
        let sum = Item::data(tally.bytes().to_owned());
        let sized = SizedTally {
            num_tallied: self.ballots_counted(),
            total_weight: self.total_weight(),
            encrypted_tally: Hash::of(tally.bytes()).to_string(),
        };
        let sized = Item::data(canonical::write(&sized));
        let event = self.push_event(EventType::EncryptedTally, Some(Hash::of(&sized.bytes)));
        self.set_tally(tally);
        Ok(vec![sum, sized, event])
    }

    pub(crate) fn add_up(&self) -> Result<EncryptedTally, TallyError> {
        // Only codes on the list have a ballot here.
        let weight = |key| self.credentials.weight(key).unwrap_or_default();
        let latest = self.latest.iter();
        let ballots: Vec<(&[Pair], u32)> =
            latest.map(|(key, latest)| (&*latest.ciphertexts, weight(key))).collect();
        EncryptedTally::add_up(&self.election, &ballots)
    }

    pub(crate) fn set_tally(&mut self, tally: EncryptedTally) {
        self.tally = Some(tally);
        self.phase = Phase::AddedUp;
    }

    /// Takes a trustee's part of the opening after checking it. Trustees are numbered from 1. A
    /// wrong one is refused and changes nothing.
    pub fn partial_decryption(
        &mut self,
        owner: u32,
        bytes: &[u8],
    ) -> Result<Vec<Item>, TallyError> {
        let factors = self.check_partial_decryption(owner, bytes)?;
        let data = Item::data(bytes.to_owned());
        let owned = Owned { owner, payload: Hash::of(bytes).to_string() };
        let owned = Item::data(canonical::write(&owned));
        let event = self.push_event(EventType::PartialDecryption, Some(Hash::of(&owned.bytes)));
        self.factors.insert(owner, factors);
        Ok(vec![data, owned, event])
    }

    pub(crate) fn check_partial_decryption(
        &self,
        owner: u32,
        bytes: &[u8],
    ) -> Result<Factors, TallyError> {
        let key = self.require_owner(owner)?;
        let tally = self.require_tally(EventType::PartialDecryption)?;
        check_factors(&self.election, tally, owner, key, bytes)
    }

    pub(crate) fn require_owner(&self, owner: u32) -> Result<crate::Element, TallyError> {
        self.require(Phase::AddedUp, EventType::PartialDecryption)?;
        let keys = self.trustees.owner_keys();
        let key = (owner as usize).checked_sub(1).and_then(|index| keys.get(index));
        let key = key.ok_or(TallyError::Owner { owner })?;
        if self.factors.contains_key(&owner) {
            return Err(TallyError::OwnerRepeated { owner });
        }
        Ok(*key)
    }

    pub(crate) fn set_factors(&mut self, owner: u32, factors: Factors) {
        self.factors.insert(owner, factors);
    }

    /// Publishes the counts; enough trustees have taken part. Whose parts come beyond the
    /// threshold changes nothing: any of them give the same counts.
    pub fn result(&mut self) -> Result<Vec<Item>, TallyError> {
        let counts = self.open()?;
        let data = Item::data(canonical::write(&RawResult { result: counts.clone() }));
        let event = self.push_event(EventType::Result, Some(Hash::of(&data.bytes)));
        self.set_counts(counts);
        Ok(vec![data, event])
    }

    pub(crate) fn open(&self) -> Result<Vec<Vec<u64>>, TallyError> {
        let tally = self.require_tally(EventType::Result)?;
        let given = self.factors.keys().copied().collect();
        let powers = self
            .trustees
            .combination(&given)
            .map_err(|Lacking { owners, needed }| TallyError::Missing { owners, needed })?;
        let factors: Vec<(Scalar, &Factors)> =
            powers.iter().map(|(owner, power)| (*power, &self.factors[owner])).collect();
        open(tally, &factors, self.total_weight())
    }

    pub(crate) fn set_counts(&mut self, counts: Vec<Vec<u64>>) {
        self.counts = Some(counts);
        self.phase = Phase::Counted;
    }

    fn require(&self, phase: Phase, step: EventType) -> Result<(), TallyError> {
        if self.phase == phase { Ok(()) } else { Err(TallyError::Order { step }) }
    }

    fn require_tally(&self, step: EventType) -> Result<&EncryptedTally, TallyError> {
        self.require(Phase::AddedUp, step)?;
        self.tally.as_ref().ok_or(TallyError::Order { step })
    }

    fn next_event(&self, event_type: EventType, payload: Option<Hash>) -> Event {
        let height = self.head.height + 1;
        Event { parent: Some(self.head.hash), height, event_type, payload }
    }

    fn push_event(&mut self, event_type: EventType, payload: Option<Hash>) -> Item {
        let event = self.next_event(event_type, payload);
        let item = event.to_item();
        self.head = Head { hash: Hash::of(&item.bytes), height: event.height };
        item
    }

    pub(crate) fn set_head(&mut self, head: Head) {
        self.head = head;
    }

    pub(crate) fn set_closed(&mut self) {
        self.phase = Phase::Closed;
    }

    /// The archive's time, in seconds since 1970.
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// The election.
    pub fn election(&self) -> &Election {
        &self.election
    }

    /// The trustees.
    pub fn trustees(&self) -> &Trustees {
        &self.trustees
    }

    /// The public list of codes.
    pub fn credentials(&self) -> &CredentialList {
        &self.credentials
    }

    /// The last event.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Where the box stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// All ballots, also those replaced later.
    pub fn ballots_received(&self) -> u64 {
        self.ballots_received
    }

    /// Ballots that count: one for each code that was used.
    pub fn ballots_counted(&self) -> u64 {
        self.ballots_counted
    }

    /// Ballots that were replaced by a later one of the same code.
    pub fn ballots_replaced(&self) -> u64 {
        self.ballots_received - self.ballots_counted()
    }

    /// The weights of the ballots that count.
    pub fn total_weight(&self) -> u64 {
        self.total_weight
    }

    /// Whether these very bytes, known by their tracker's hash, are in the box.
    pub fn contains_ballot(&self, hash: &Hash) -> bool {
        self.hashes.contains(hash)
    }

    /// The hash of the ballot that counts for a code.
    pub fn latest_ballot(&self, credential: &PublicCredential) -> Option<Hash> {
        self.latest.get(credential).map(|latest| latest.tracker)
    }

    /// The encrypted sum, once it is published.
    pub fn tally(&self) -> Option<&EncryptedTally> {
        self.tally.as_ref()
    }

    /// Numbers of the trustees who have opened their part.
    pub fn opened_by(&self) -> Vec<u32> {
        self.factors.keys().copied().collect()
    }

    /// Counts by question and answer, once published. Where blank is possible, its count is first.
    pub fn counts(&self) -> Option<&[Vec<u64>]> {
        self.counts.as_deref()
    }
}

fn short((alpha, _): &Pair) -> [u8; 16] {
    let mut short = [0u8; 16];
    short.copy_from_slice(&alpha.as_bytes()[..16]);
    short
}
