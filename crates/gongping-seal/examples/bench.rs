//! How many ballots are sealed and verified per second on this machine.
//!
//! `cargo run --release -p gongping-seal --example bench -- [BALLOTS]`; 8 questions of 4 grades.
//! The verification is the complete one: the archive is read from memory and every check made.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "rates for people to read")]

use gongping_seal::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::time::Instant;

const QUESTIONS: usize = 8;
const GRADES: usize = 4;

fn main() {
    let count: usize = std::env::args().nth(1).map_or(200, |text| text.parse().unwrap());
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let holder = KeyHolderSecret::generate(&mut rng);
    let trustees = Trustees::single([holder.certify(&mut rng)]).unwrap();
    let uuid = Uuid::generate(&mut rng);
    let codes: Vec<_> = (0..count).map(|_| PrivateCredential::generate(&mut rng)).collect();
    let public = codes.iter().map(|code| code.derive(&uuid).public());
    let credentials = CredentialList::build(public).unwrap();
    let grades = || (0..GRADES).map(|grade| format!("grade {grade}"));
    let election = Election::build(ElectionDraft {
        uuid,
        name: "bench".to_owned(),
        description: String::new(),
        questions: (0..QUESTIONS)
            .map(|n| Question::one_of(format!("item {n}"), grades()))
            .collect(),
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
    .unwrap();

    let start = Instant::now();
    let ballots: Vec<_> = codes
        .iter()
        .enumerate()
        .map(|(index, code)| {
            let choices: Vec<_> =
                (0..QUESTIONS).map(|n| Choice::one((index + n) % GRADES)).collect();
            seal_ballot(&election, code, &choices, &mut rng).unwrap()
        })
        .collect();
    report("sealed, 1 thread", count, start);
    println!("bytes of a ballot: {}", ballots[0].bytes().len());

    let (mut state, mut items) = BoxState::setup(0, election, trustees, credentials).unwrap();
    let start = Instant::now();
    for ballot in &ballots {
        let checked = state.check_ballot(ballot.bytes()).unwrap();
        items.extend(state.append_ballot(checked).unwrap());
    }
    report("checked and taken, 1 thread", count, start);

    let mut writer = ArchiveWriter::append(Vec::new(), 0);
    items.iter().for_each(|item| writer.write(item).unwrap());
    let archive = writer.finish().unwrap();
    for threads in [1, 2] {
        let start = Instant::now();
        let found = verify_archive(&*archive, |_| {}, threads).unwrap();
        assert_eq!(found.ballots_checked as usize, count);
        report(&format!("verified, {threads} thread(s)"), count, start);
    }
    let start = Instant::now();
    let mut replay = BoxReplay::trusted();
    items.into_iter().for_each(|item| replay.apply(item).unwrap());
    assert_eq!(replay.finish().unwrap().state.ballots_received() as usize, count);
    report("replayed without proofs, 1 thread", count, start);
}

fn report(what: &str, count: usize, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {:.1} ballots/s ({count} in {seconds:.2} s)", count as f64 / seconds);
}
