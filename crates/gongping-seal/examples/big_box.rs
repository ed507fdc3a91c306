//! A box of any size, and what it takes to verify it.
//!
//!     cargo run --release -p gongping-seal --example big_box -- make FILE BALLOTS [--again PERCENT]
//!     cargo run --release -p gongping-seal --example big_box -- verify FILE [THREADS]
//!
//! `make` seals real ballots (8 questions of 4 grades) on all processors and appends them to the
//! file as they are made; of so many percent of the codes a second ballot replaces the first. It
//! then closes the box, adds up and opens it. `verify` makes every check. Both print the peak
//! memory of the process (`VmHWM`, Linux).

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "rates for people to read")]

use gongping_seal::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Instant;

const QUESTIONS: usize = 8;
const GRADES: usize = 4;
/// Ballots that are made before they are written: what the maker has in memory.
const AT_ONCE: usize = 256;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["make", file, ballots] => make(file.into(), ballots.parse().unwrap(), 0),
        ["make", file, ballots, "--again", percent] => {
            make(file.into(), ballots.parse().unwrap(), percent.parse().unwrap());
        }
        ["verify", file] => verify(file.into(), processors()),
        ["verify", file, threads] => verify(file.into(), threads.parse().unwrap()),
        _ => println!("make FILE BALLOTS [--again PERCENT] | verify FILE [THREADS]"),
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn election(uuid: &Uuid, trustees: &Trustees) -> Election {
    let grades = || (0..GRADES).map(|grade| format!("grade {grade}"));
    let questions = (0..QUESTIONS).map(|n| Question::one_of(format!("item {n}"), grades()));
    Election::build(ElectionDraft {
        uuid: uuid.clone(),
        name: "a big box".to_owned(),
        description: String::new(),
        questions: questions.collect(),
        public_key: trustees.election_key(),
        administrator: None,
        credential_authority: None,
    })
    .unwrap()
}

fn make(path: PathBuf, ballots: usize, percent_again: usize) {
    let start = Instant::now();
    let holder = KeyHolderSecret::generate(&mut rng(1));
    let trustees = Trustees::single([holder.certify(&mut rng(2))]).unwrap();
    let uuid = Uuid::generate(&mut rng(3));
    let again = ballots * percent_again / (100 + percent_again);
    let code = |index: usize| PrivateCredential::generate(&mut rng(1_000 + index as u64));
    let public: Vec<_> =
        (0..ballots - again).into_par_iter().map(|i| code(i).derive(&uuid).public()).collect();
    let codes = public.len();
    let election = election(&uuid, &trustees);
    let credentials = CredentialList::build(public).unwrap();
    let (mut state, items) = BoxState::setup(0, election.clone(), trustees, credentials).unwrap();
    let mut writer = ArchiveWriter::append(BufWriter::new(File::create(&path).unwrap()), 0);
    items.iter().for_each(|item| writer.write(item).unwrap());
    let seal = |index: usize| {
        let choices: Vec<_> = (0..QUESTIONS).map(|n| Choice::one((index + n) % GRADES)).collect();
        let mut rng = rng(1_000_000_000 + index as u64);
        seal_ballot(&election, &code(index % codes), &choices, &mut rng).unwrap().into_bytes()
    };
    for first in (0..ballots).step_by(AT_ONCE) {
        let batch = first..ballots.min(first + AT_ONCE);
        let make = |index| state.check_ballot(&seal(index)).unwrap();
        let checked: Vec<_> = batch.into_par_iter().map(make).collect();
        for ballot in checked {
            for item in state.append_ballot(ballot).unwrap() {
                writer.write(&item).unwrap();
            }
        }
    }
    assert_eq!(state.head().height as usize, ballots);
    let mut rest = state.end_ballots().unwrap();
    rest.extend(state.encrypted_tally().unwrap());
    let tally = state.tally().unwrap().clone();
    let part = holder.decrypt(&election, &tally, &mut rng(4)).unwrap();
    rest.extend(state.partial_decryption(1, &part).unwrap());
    rest.extend(state.result().unwrap());
    rest.iter().for_each(|item| writer.write(item).unwrap());
    writer.finish().unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!("{ballots} ballots of {codes} codes, {again} replaced, in {seconds:.0} s");
    println!("{} bytes", std::fs::metadata(&path).unwrap().len());
    peak(ballots);
}

fn verify(path: PathBuf, threads: usize) {
    let start = Instant::now();
    let open = move || File::open(&path);
    let report = verify_archive_file(open, |_| {}, threads).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let ballots = report.ballots_checked;
    assert_eq!(ballots, report.ballots_received);
    println!(
        "{} codes, {ballots} ballots, {} replaced",
        report.credentials, report.ballots_replaced
    );
    for check in Check::ALL {
        println!("{check}: {} of {}", report.performed[check], report.present[check]);
    }
    println!("{seconds:.1} s, {threads} threads, {:.0} ballots a second", ballots as f64 / seconds);
    peak(ballots as usize);
}

/// The peak memory of this process, and what it is for each ballot.
fn peak(ballots: usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    match kib {
        Some(kib) => println!(
            "peak memory {:.1} MiB, {} bytes for each ballot",
            kib as f64 / 1024.0,
            kib * 1024 / ballots.max(1)
        ),
        None => println!("this system does not tell its peak memory"),
    }
}
