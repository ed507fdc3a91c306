//! Fuzzing of every decoder for as long as one likes.
//!
//!     cargo run -p gongping-seal --example fuzz -- [--seconds 3600] [--seed 1] [--input NUMBER]
//!     cargo run -p gongping-seal --example fuzz -- --write-corpus
//!
//! Prints what was tried. An input that fails is kept in the temporary folder, and its number
//! with the seed gives it again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/forge/mod.rs"]
mod forge;
#[path = "../tests/fuzzing/mod.rs"]
mod fuzzing;

use fuzzing::*;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|word| word == "--write-corpus") {
        write_corpus();
        return ExitCode::SUCCESS;
    }
    let number = |flag: &str| {
        let at = arguments.iter().position(|word| word == flag)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let seed = number("--seed").unwrap_or(1);
    let time = Duration::from_secs(number("--seconds").unwrap_or(60));
    let mut fuzzer = Fuzzer::new(seed);
    let begun = Instant::now();
    let (mut next, mut told) = (number("--input").unwrap_or_default(), 0);
    loop {
        if let Err(failure) = fuzzer.try_input(next) {
            let name = format!("gongping-fuzz-{}-{seed}-{next}", failure.target);
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, &failure.input).unwrap();
            println!("{}: {} (input {})", failure.target, failure.reason, failure.number);
            println!("kept as {}; again with --seed {seed} --input {next}", path.display());
            return ExitCode::FAILURE;
        }
        next += 1;
        let seconds = begun.elapsed().as_secs();
        if seconds >= told + 60 {
            told = seconds;
            println!("{seconds} s: {next} inputs");
        }
        if begun.elapsed() >= time || number("--input").is_some() {
            println!("{next} inputs in {seconds} s, seed {seed}: {:#?}", fuzzer.tried);
            return ExitCode::SUCCESS;
        }
    }
}

fn write_corpus() {
    let folder = corpus_folder();
    for (name, structures) in World::new().corpus() {
        let folder = folder.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
        for (index, bytes) in structures.iter().enumerate() {
            let extension = match name {
                "archive" => "bel",
                "code" => "txt",
                _ => "json",
            };
            std::fs::write(folder.join(format!("{index}.{extension}")), bytes).unwrap();
        }
    }
    println!("written to {}", folder.display());
}
