//! One box from its set-up to its counts.

use gongping_appraisal::{BoxHead, Digest};
use gongping_seal::{
    ArchiveWriter, BoxState, Choice, CredentialList, Election, Head, Item, KeyHolderSecret,
    PrivateCredential, Trustees, seal_ballot,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// How many of the three key holders open a box.
pub const KEY_THRESHOLD: u32 = 2;
pub const BOX_TIME: u64 = 1_750_000_000;

/// What a box is made of; the same parts give the same bytes.
#[derive(Clone)]
pub struct BoxParts {
    pub election: Election,
    pub trustees: Trustees,
    pub credentials: CredentialList,
    pub ballots: Vec<Vec<u8>>,
}

/// A box that has gone its way.
#[derive(Clone)]
pub struct FinishedBox {
    pub archive: Vec<u8>,
    pub set_up: BoxHead,
    /// After the first ballot.
    pub half: BoxHead,
    pub closed: BoxHead,
    pub shares: Vec<BoxHead>,
    pub last: BoxHead,
    pub counted: u64,
}

fn head(head: Head) -> BoxHead {
    BoxHead { hash: Digest::from_bytes(*head.hash.as_bytes()), height: head.height }
}

pub fn seal(election: &Election, code: &PrivateCredential, grade: usize, seed: u64) -> Vec<u8> {
    let choices = vec![Choice::one(grade); election.questions().len()];
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    seal_ballot(election, code, &choices, &mut rng).unwrap().into_bytes()
}

impl BoxParts {
    /// Runs the box; with `holders`, the first so many of them give their shares, and with enough
    /// of them the counts come out.
    pub fn run(&self, secrets: &[KeyHolderSecret], holders: usize) -> FinishedBox {
        let mut rng = ChaCha20Rng::seed_from_u64(99);
        let (election, trustees) = (self.election.clone(), self.trustees.clone());
        let (mut state, mut items) =
            BoxState::setup(BOX_TIME, election, trustees, self.credentials.clone()).unwrap();
        let set_up = head(state.head());
        let mut half = set_up.clone();
        for (index, ballot) in self.ballots.iter().enumerate() {
            let checked = state.check_ballot(ballot).unwrap();
            items.extend(state.append_ballot(checked).unwrap());
            if index == 0 {
                half = head(state.head());
            }
        }
        items.extend(state.end_ballots().unwrap());
        items.extend(state.encrypted_tally().unwrap());
        let closed = head(state.head());
        let mut shares = Vec::new();
        for (owner, secret) in (1..).zip(secrets.iter().take(holders)) {
            let tally = state.tally().unwrap().clone();
            let share = secret.decrypt(&self.election, &tally, &mut rng).unwrap();
            items.extend(state.partial_decryption(owner, &share).unwrap());
            shares.push(head(state.head()));
        }
        if holders >= KEY_THRESHOLD as usize {
            items.extend(state.result().unwrap());
        }
        let (last, counted) = (head(state.head()), state.ballots_counted());
        FinishedBox { archive: archive(&items), set_up, half, closed, shares, last, counted }
    }
}

fn archive(items: &[Item]) -> Vec<u8> {
    let mut writer = ArchiveWriter::append(Vec::new(), BOX_TIME);
    items.iter().for_each(|item| writer.write(item).unwrap());
    writer.finish().unwrap()
}
