//! The ballots of a box as the verifier remembers them: where the latest of each code stands in
//! the file, a fingerprint of every ciphertext, and the sums so far. What else is needed is read
//! again, so that memory hardly grows with the box.

use crate::archive::{ArchiveError, Earlier};
use crate::ballot::{Ballot, BallotRejection, Pair};
use crate::check::CheckedBallot;
use crate::credential::CredentialList;
use crate::election::Election;
use crate::event::Item;
use crate::fingerprint::Fingerprints;
use crate::group::Element;
use crate::hash::Hash;
use crate::tally::{EncryptedTally, Sums, TallyError};
use curve25519_dalek::scalar::Scalar;
use std::collections::HashSet;
use std::io;

/// Where the latest ballot of a code stands, and its hash.
#[derive(Clone, Copy)]
struct Latest {
    offset: u64,
    tracker: Hash,
}

/// A ballot that goes into the sums, or out of them.
struct Change {
    ciphertexts: Box<[Pair]>,
    factor: Scalar,
}

/// Why a ballot is not taken.
#[derive(Debug)]
pub(crate) enum NotAdmitted {
    /// It is refused.
    Rejected(BallotRejection),
    /// The ballot at this byte, which was checked before, is no longer the same.
    Changed(u64),
    /// Something that was read before cannot be read again.
    Unreadable(io::Error),
}

impl From<BallotRejection> for NotAdmitted {
    fn from(rejection: BallotRejection) -> Self {
        Self::Rejected(rejection)
    }
}

pub(crate) struct Ledger {
    earlier: Box<dyn Earlier>,
    used: Fingerprints,
    /// By place on the public list.
    latest: Vec<Option<Latest>>,
    sums: Sums,
    changes: Vec<Change>,
}

impl Ledger {
    pub(crate) fn new(
        earlier: Box<dyn Earlier>,
        used: Fingerprints,
        election: &Election,
        credentials: &CredentialList,
    ) -> Self {
        let latest = vec![None; credentials.len()];
        Self { earlier, used, latest, sums: Sums::new(election), changes: Vec::new() }
    }

    /// Takes a ballot that stands at this byte. Says whether it is the first of its code; if not,
    /// it replaces the one before it. [`Self::settle`] must follow before the sums are used.
    pub(crate) fn admit(
        &mut self,
        election: &Election,
        credentials: &CredentialList,
        ballot: CheckedBallot,
        (offset, timestamp): (u64, u64),
    ) -> Result<bool, NotAdmitted> {
        let unknown =
            || BallotRejection::UnknownCredential { credential: ballot.credential.to_string() };
        let place = credentials.position(&ballot.credential).ok_or_else(unknown)?;
        self.require_fresh(election, &ballot, (offset, timestamp))?;
        let factor = Scalar::from(ballot.weight);
        let before = self.latest[place].replace(Latest { offset, tracker: ballot.hash });
        if let Some(Latest { offset, tracker }) = before {
            let ciphertexts = self.read_again(election, (offset, timestamp), tracker)?;
            self.changes.push(Change { ciphertexts, factor: -factor });
        }
        self.changes.push(Change { ciphertexts: ballot.ciphertexts, factor });
        Ok(before.is_none())
    }

    /// Adds up what was taken since the last time, on all threads.
    pub(crate) fn settle(&mut self, election: &Election) -> Result<(), TallyError> {
        let changes = std::mem::take(&mut self.changes);
        let changes: Vec<(&[Pair], Scalar)> =
            changes.iter().map(|change| (&*change.ciphertexts, change.factor)).collect();
        self.sums.add(election, &changes)
    }

    /// The sum of all ballots that count.
    pub(crate) fn sum(&self, election: &Election) -> EncryptedTally {
        self.sums.encode(election)
    }

    /// Sees that no ciphertext of the ballot has been used before. Where a fingerprint is known,
    /// the file says whether the ciphertext is: the answer is exact.
    fn require_fresh(
        &mut self,
        election: &Election,
        ballot: &CheckedBallot,
        at: (u64, u64),
    ) -> Result<(), NotAdmitted> {
        let mut own = HashSet::with_capacity(ballot.ciphertexts.len());
        let mut suspects = Vec::new();
        let mut twice = None;
        for (index, (alpha, _)) in ballot.ciphertexts.iter().enumerate() {
            if !own.insert(*alpha) {
                twice = twice.or(Some(index));
            } else if !self.used.insert(alpha) {
                suspects.push((index, *alpha));
            }
        }
        let known = if suspects.is_empty() {
            None
        } else {
            self.find_again(election, &suspects, ballot.hash, at)?
        };
        match known.into_iter().chain(twice).min() {
            None => Ok(()),
            Some(index) => {
                let (question, choice) = election.place(index);
                Err(BallotRejection::CiphertextReused { question, choice }.into())
            }
        }
    }

    /// Looks through all earlier ballots for these ciphertexts, and for this very ballot. The
    /// index of the first one that is there.
    fn find_again(
        &mut self,
        election: &Election,
        suspects: &[(usize, Element)],
        tracker: Hash,
        (end, timestamp): (u64, u64),
    ) -> Result<Option<usize>, NotAdmitted> {
        let (mut same, mut known) = (false, None);
        let mut see = |_: u64, item: &Item| {
            let Ok(earlier) = Ballot::read(election, &item.bytes) else { return false };
            same = Hash::of(&item.bytes) == tracker;
            let there: HashSet<Element> =
                earlier.ciphertexts().iter().map(|(alpha, _)| *alpha).collect();
            let first = suspects.iter().find(|(_, alpha)| there.contains(alpha));
            known = first.map(|(index, _)| *index).into_iter().chain(known).min();
            same
        };
        self.earlier.all_until(end, timestamp, &mut see).map_err(|error| gone(error, end))?;
        if same { Err(BallotRejection::Duplicate.into()) } else { Ok(known) }
    }

    fn read_again(
        &mut self,
        election: &Election,
        (offset, timestamp): (u64, u64),
        tracker: Hash,
    ) -> Result<Box<[Pair]>, NotAdmitted> {
        let item = self.earlier.item_at(offset, timestamp).map_err(|error| gone(error, offset))?;
        match Ballot::read(election, &item.bytes) {
            Ok(ballot) if Hash::of(&item.bytes) == tracker => Ok(ballot.ciphertexts()),
            _ => Err(NotAdmitted::Changed(offset)),
        }
    }
}

fn gone(error: ArchiveError, offset: u64) -> NotAdmitted {
    match error {
        ArchiveError::Io(error) => NotAdmitted::Unreadable(error),
        ArchiveError::Format(_) => NotAdmitted::Changed(offset),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
mod tests {
    use super::*;
    use crate::archive::ArchiveWriter;
    use crate::box_state::BoxState;
    use crate::credential::PrivateCredential;
    use crate::election::{ElectionDraft, Question, Uuid};
    use crate::finding::Check;
    use crate::replay::{BoxReplay, Stop};
    use crate::sealing::{Choice, seal_ballot};
    use crate::trustee::{KeyHolderSecret, Trustees};
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    use std::io::Cursor;

    /// Ballots of three codes in turn, so that most replace another; all entries, without tally.
    fn box_of(ballots: usize) -> Vec<Item> {
        let mut rng = ChaCha20Rng::seed_from_u64(71);
        let holder = KeyHolderSecret::generate(&mut rng);
        let trustees = Trustees::single([holder.certify(&mut rng)]).unwrap();
        let uuid = Uuid::generate(&mut rng);
        let codes: Vec<_> = (0..3).map(|_| PrivateCredential::generate(&mut rng)).collect();
        let weights = [1, 5, 1];
        let keys = codes.iter().map(|code| code.derive(&uuid).public()).zip(weights);
        let list = CredentialList::build_weighted(keys).unwrap();
        let election = Election::build(ElectionDraft {
            uuid,
            name: "box".to_owned(),
            description: String::new(),
            questions: vec![Question::one_of("q", (0..3).map(|n| n.to_string()))],
            public_key: trustees.election_key(),
            administrator: None,
            credential_authority: None,
        })
        .unwrap();
        let (mut state, mut items) = BoxState::setup(0, election.clone(), trustees, list).unwrap();
        for index in 0..ballots {
            let choice = [Choice::one(index % 3)];
            let ballot = seal_ballot(&election, &codes[index % 3], &choice, &mut rng).unwrap();
            let ballot = state.check_ballot(ballot.bytes()).unwrap();
            items.extend(state.append_ballot(ballot).unwrap());
        }
        items.extend(state.end_ballots().unwrap());
        items.extend(state.encrypted_tally().unwrap());
        items
    }

    fn replay(items: &[Item], bits: u32) -> Result<(), Stop> {
        let mut writer = ArchiveWriter::append(Vec::new(), 0);
        items.iter().for_each(|item| writer.write(item).unwrap());
        let bytes = writer.finish().unwrap();
        let earlier = Box::new(move || Ok(Cursor::new(bytes.clone())));
        let mut replay = BoxReplay::located(4, earlier, Fingerprints::with_bits(bits));
        items.iter().try_for_each(|item| replay.advance(item.clone()))?;
        replay.conclude().map(|_| ())
    }

    #[test]
    fn fingerprints_that_are_alike_accuse_nobody() {
        // With three bits, nearly every ciphertext looks like an earlier one.
        let items = box_of(10);
        assert!(replay(&items, 3).is_ok());
        assert!(replay(&items, 60).is_ok());
    }

    #[test]
    fn ballot_that_is_there_twice_is_found_whatever_the_fingerprints_say() {
        let mut items = box_of(7);
        let (ballot, last) = (items[6].clone(), items.len() - 4 - 2);
        assert!(items[last].name.ends_with(".data.json"));
        items[last] = ballot;
        for bits in [3, 60] {
            // Up to the ballot itself: its event would have another payload.
            let mut forged = items[..=last].to_vec();
            let before = items[last - 1].name.split('.').next().unwrap().to_owned();
            let payload = items[last].name.split('.').next().unwrap();
            let event = format!(
                r#"{{"parent":"{before}","height":7,"type":"Ballot","payload":"{payload}"}}"#
            );
            let name = format!("{}.event.json", Hash::of(event.as_bytes()));
            forged.push(Item { name, bytes: event.into_bytes() });
            match replay(&forged, bits) {
                Err(Stop::Finding(found)) => {
                    assert_eq!(found.check(), Check::DuplicateBallot);
                    assert_eq!(found.position as usize, last + 1);
                }
                Ok(()) => panic!("accepted"),
                Err(_) => panic!("another reason"),
            }
        }
    }
}
