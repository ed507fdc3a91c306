//! How long it takes to add up and open many boxes whose ballots have been checked.
//!
//! `cargo run --release -p gongping-seal --example tally -- [BOXES] [BALLOTS]`; 8 questions of 4
//! grades, three key holders. `500 2000` is a whole province of a million ballots. The ballots of
//! one box are sealed and checked once, and every box is read from these entries anew. Sealing,
//! checking and reading are not part of the time; the key holders' own machines are counted apart.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "times for people to read")]

use gongping_seal::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;
use std::time::{Duration, Instant};

const QUESTIONS: usize = 8;
const GRADES: usize = 4;
const HOLDERS: usize = 3;
/// Boxes read at once, to bound the memory.
const TOGETHER: usize = 8;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().unwrap());
    let boxes: usize = arguments.next().unwrap_or(20);
    let ballots: usize = arguments.next().unwrap_or(2000);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let holders: Vec<_> = (0..HOLDERS).map(|_| KeyHolderSecret::generate(&mut rng)).collect();
    let keys: Vec<_> = holders.iter().map(|holder| holder.certify(&mut rng)).collect();
    let trustees = Trustees::single(keys).unwrap();
    let items = filled_box(&trustees, ballots, &mut rng);

    let [mut adding, mut holding, mut opening] = [Duration::ZERO; 3];
    let mut done = 0;
    while done < boxes {
        let now = TOGETHER.min(boxes - done);
        let states: Vec<BoxState> = (0..now).into_par_iter().map(|_| read(&items)).collect();
        for mut state in states {
            let start = Instant::now();
            state.end_ballots().unwrap();
            state.encrypted_tally().unwrap();
            adding += start.elapsed();
            let start = Instant::now();
            let tally = state.tally().unwrap();
            let decrypt = |holder: &KeyHolderSecret| {
                holder.decrypt(state.election(), tally, &mut rng).unwrap()
            };
            let parts: Vec<_> = holders.iter().map(decrypt).collect();
            holding += start.elapsed();
            let start = Instant::now();
            for (owner, part) in (1..).zip(&parts) {
                state.partial_decryption(owner, part).unwrap();
            }
            state.result().unwrap();
            opening += start.elapsed();
            require_counts(&state, ballots);
        }
        done += now;
    }
    println!("{boxes} boxes of {ballots} ballots, {} in all", boxes * ballots);
    report("adding up", adding, boxes);
    report("checking the parts of three key holders and counting", opening, boxes);
    report("both", adding + opening, boxes);
    report("the key holders' parts, one after the other", holding, boxes);
}

/// The entries of a box with as many ballots as codes; ballot n chooses grade n + q in question q.
fn filled_box(trustees: &Trustees, ballots: usize, rng: &mut ChaCha20Rng) -> Vec<Item> {
    let uuid = Uuid::generate(rng);
    let codes: Vec<_> = (0..ballots).map(|_| PrivateCredential::generate(rng)).collect();
    let public = codes.iter().map(|code| code.derive(&uuid).public());
    let credentials = CredentialList::build(public).unwrap();
    let grades = || (0..GRADES).map(|grade| format!("grade {grade}"));
    let questions = (0..QUESTIONS).map(|n| Question::one_of(format!("item {n}"), grades()));
    let election = Election::build(ElectionDraft {
        uuid,
        name: "tally".to_owned(),
        description: String::new(),
        questions: questions.collect(),
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
    .unwrap();
    let (mut state, mut items) =
        BoxState::setup(0, election.clone(), trustees.clone(), credentials).unwrap();
    let seal = |(index, code): (usize, &PrivateCredential)| {
        let mut rng = ChaCha20Rng::seed_from_u64(1000 + index as u64);
        let choices: Vec<_> = (0..QUESTIONS).map(|n| Choice::one((index + n) % GRADES)).collect();
        let ballot = seal_ballot(&election, code, &choices, &mut rng).unwrap();
        state.check_ballot(ballot.bytes()).unwrap()
    };
    let checked: Vec<_> = codes.par_iter().enumerate().map(seal).collect();
    for ballot in checked {
        items.extend(state.append_ballot(ballot).unwrap());
    }
    items
}

/// The box as it stands in a store.
fn read(items: &[Item]) -> BoxState {
    let mut replay = BoxReplay::trusted();
    items.iter().for_each(|item| replay.apply(item.clone()).unwrap());
    replay.finish().unwrap().state
}

fn require_counts(state: &BoxState, ballots: usize) {
    for (question, counts) in state.counts().unwrap().iter().enumerate() {
        let mut expected = [0u64; GRADES];
        (0..ballots).for_each(|index| expected[(index + question) % GRADES] += 1);
        assert_eq!(counts.as_slice(), expected);
    }
}

fn report(what: &str, time: Duration, boxes: usize) {
    let seconds = time.as_secs_f64();
    println!("{what}: {seconds:.2} s ({:.1} ms a box)", 1e3 * seconds / boxes as f64);
}
