//! How many ballots are sealed and verified per second on this machine.
//!
//! `cargo run --release -p gongping-seal --example bench -- [BALLOTS] [BELENIOS_TOOL]`: 8 questions
//! of 4 grades. Checks the same ballots with each arithmetic on one core, then the tallied archive
//! as a whole, and the same archive with the other program if it is named
//! (`scripts/belenios-tool`), which takes some 35 ms for a ballot.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "rates for people to read")]

use gongping_seal::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

const QUESTIONS: usize = 8;
const GRADES: usize = 4;
/// Ballots checked together where the program does so.
const TOGETHER: usize = 8;
/// Ballots on which the arithmetics are compared at most, and how often each checks them.
const COMPARED: usize = 200;
const REPETITIONS: usize = 3;
/// How often the archive is verified; the best time counts.
const VERIFICATIONS: usize = 3;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: usize = arguments.next().map_or(200, |text| text.parse().unwrap());
    let tool = arguments.next();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let holder = KeyHolderSecret::generate(&mut rng);
    let trustees = Trustees::single([holder.certify(&mut rng)]).unwrap();
    let uuid = Uuid::generate(&mut rng);
    let codes: Vec<_> = (0..count).map(|_| PrivateCredential::generate(&mut rng)).collect();
    let public = codes.iter().map(|code| code.derive(&uuid).public());
    let credentials = CredentialList::build(public).unwrap();
    let election = election(&uuid, &trustees);

    let start = Instant::now();
    let ballots: Vec<_> = codes
        .iter()
        .enumerate()
        .map(|(index, code)| {
            let choices: Vec<_> =
                (0..QUESTIONS).map(|n| Choice::one((index + n) % GRADES)).collect();
            seal_ballot(&election, code, &choices, &mut rng).unwrap().into_bytes()
        })
        .collect();
    report("sealed, 1 thread", count, start);
    println!("bytes of a ballot: {}", ballots[0].len());

    let (mut state, mut items) =
        BoxState::setup(0, election.clone(), trustees, credentials).unwrap();
    check_with_each(&state, &ballots);

    let start = Instant::now();
    for ballot in &ballots {
        let checked = state.check_ballot(ballot).unwrap();
        items.extend(state.append_ballot(checked).unwrap());
    }
    report("checked one by one and taken, 1 thread", count, start);
    let start = Instant::now();
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    report("added up, all threads", count, start);
    let part = holder.decrypt(&election, state.tally().unwrap(), &mut rng).unwrap();
    items.extend(state.partial_decryption(1, &part).unwrap());
    items.extend(state.result().unwrap());

    let mut writer = ArchiveWriter::append(Vec::new(), 0);
    items.iter().for_each(|item| writer.write(item).unwrap());
    let archive = writer.finish().unwrap();
    let mut rate = 0.0;
    for threads in [1, 2] {
        rate = 0.0;
        for _ in 0..VERIFICATIONS {
            let start = Instant::now();
            let found = verify_archive(&*archive, |_| {}, threads).unwrap();
            assert_eq!(found.ballots_checked as usize, count);
            let what = format!("archive verified, {threads} thread(s)");
            rate = report(&what, count, start).max(rate);
        }
    }
    if let Some(tool) = tool {
        let other = verify_with_tool(&tool, &uuid, &archive, count);
        println!("ratio to it, 2 threads: {:.1}", rate / other);
    }
    let start = Instant::now();
    let mut replay = BoxReplay::trusted();
    items.into_iter().for_each(|item| replay.apply(item).unwrap());
    assert_eq!(replay.finish().unwrap().state.ballots_received() as usize, count);
    report("replayed without proofs, 1 thread", count, start);
}

fn election(uuid: &Uuid, trustees: &Trustees) -> Election {
    let grades = || (0..GRADES).map(|grade| format!("grade {grade}"));
    let questions = (0..QUESTIONS).map(|n| Question::one_of(format!("item {n}"), grades()));
    Election::build(ElectionDraft {
        uuid: uuid.clone(),
        name: "bench".to_owned(),
        description: String::new(),
        questions: questions.collect(),
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
    .unwrap()
}

/// The same complete checks on one core, by who computes with points. They take turns, so that
/// other work on the machine disturbs all alike.
fn check_with_each(state: &BoxState, ballots: &[Vec<u8>]) {
    let ballots: Vec<&[u8]> = ballots.iter().map(|ballot| &**ballot).collect();
    let mut rivals = vec![
        ("curve25519-dalek", Arithmetic::plain(), 0.0),
        ("portable lanes", Arithmetic::portable(), 0.0),
    ];
    rivals.extend(Arithmetic::vector().map(|vector| ("vector lanes", vector, 0.0)));
    let some = &ballots[..ballots.len().min(COMPARED)];
    for chunk in some.chunks(TOGETHER) {
        for (_, arithmetic, seconds) in &mut rivals {
            // Tables are made with the first ballot.
            state.check_ballot_with(*arithmetic, chunk[0]).unwrap();
            let start = processor_seconds();
            for _ in 0..REPETITIONS {
                for checked in state.check_ballots_with(*arithmetic, chunk) {
                    black_box(checked.unwrap());
                }
            }
            *seconds += processor_seconds() - start;
        }
    }
    let plain = rivals[0].2;
    for (name, _, seconds) in rivals {
        let rate = (REPETITIONS * some.len()) as f64 / seconds;
        let ratio = plain / seconds;
        println!("checked, 1 thread, {name}: {rate:.1} ballots/s, ratio {ratio:.2}");
    }
}

/// Time that this thread has had on a processor, or where the system does not tell, time.
fn processor_seconds() -> f64 {
    let stated = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = stated.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGIN.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// `election verify` of the other program, on the same archive.
fn verify_with_tool(tool: &str, uuid: &Uuid, archive: &[u8], count: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(format!("{uuid}.bel")), archive).unwrap();
    let tool = Path::new(tool).canonicalize().unwrap();
    let start = Instant::now();
    let status =
        Command::new(tool).args(["election", "verify"]).current_dir(folder.path()).status();
    let rate = report("archive verified by belenios-tool", count, start);
    assert!(status.unwrap().success(), "belenios-tool did not accept the archive");
    rate
}

fn report(what: &str, count: usize, start: Instant) -> f64 {
    let seconds = start.elapsed().as_secs_f64();
    let rate = count as f64 / seconds;
    println!("{what}: {rate:.1} ballots/s ({count} in {seconds:.2} s)");
    rate
}
