//! Some of the fuzzing, the same each time. `examples/fuzz.rs` does more of it.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;
mod forge;
mod fuzzing;

use fuzzing::*;
use std::time::{Duration, Instant};

/// Inputs that must be tried, and time in which more are.
const INPUTS: u64 = 1_500;
const TIME: Duration = Duration::from_secs(4);

#[test]
fn changed_structures_are_refused_or_read_as_they_are() {
    let mut fuzzer = Fuzzer::new(2007);
    let begun = Instant::now();
    let mut number = 0;
    while number < INPUTS || begun.elapsed() < TIME {
        fuzzer.try_input(number).unwrap_or_else(|failure| panic!("{failure:?}"));
        number += 1;
    }
    // Every decoder was reached, and some changes are so small that nothing is wrong.
    assert_eq!(fuzzer.tried.inputs.len(), TARGETS.len());
    assert!(fuzzer.tried.accepted.values().sum::<u64>() > 0, "{:?}", fuzzer.tried);
}

/// A fuzzer that finds nothing may be one that cannot: these decoders are careless.
#[test]
fn careless_decoders_are_found_out() {
    fn any_spelling(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
        canonical(serde_json::from_slice::<serde_json::Value>(input).is_ok(), input)
    }
    fn any_share(_: &World, input: &[u8], good: &[Vec<u8>]) -> Outcome {
        let accepted = json::parse(input).is_some() && input.starts_with(b"{\"decryption_f");
        only(accepted, good.iter().any(|known| known == input))
    }
    fn panics(_: &World, input: &[u8], _: &[Vec<u8>]) -> Outcome {
        let codes: Vec<String> = serde_json::from_slice(input).unwrap_or_default();
        Ok(codes.iter().all(|code| code[..64].is_ascii()))
    }
    let careless: [(&str, Decode, &str); 3] = [
        ("election", any_spelling, "another spelling"),
        ("share", any_share, "forgery"),
        ("credentials", panics, "panicked"),
    ];
    let mut fuzzer = Fuzzer::new(7);
    for (target, decode, expected) in careless {
        let found = (0..400).find_map(|number| {
            let dice = mutate::Dice(common::rng(number));
            fuzzer.try_with(number, target, decode, dice).err()
        });
        let failure = found.unwrap_or_else(|| panic!("{target}: nothing was found"));
        assert!(failure.reason.contains(expected), "{failure:?}");
    }
}

#[test]
fn good_structures_are_accepted_and_those_in_the_folder() {
    let world = World::new();
    let corpus = world.corpus();
    assert_eq!(corpus.len(), TARGETS.len());
    for (name, decode) in TARGETS {
        let good = read_corpus(name);
        assert!(!good.is_empty());
        // `cargo run -p gongping-seal --example fuzz -- --write-corpus` makes them anew.
        assert!(good == corpus[name], "{name}: the files are not those that are made now");
        for input in &good {
            // Events alone are no archive.
            if *name != "entry" {
                let accepted = decode(&world, input, &good).unwrap();
                let is_ceremony_secret = *name == "code" && input.len() == 22;
                assert!(accepted || is_ceremony_secret, "{name}");
            }
            assert!(*name == "archive" || *name == "code" || json::is_canonical(input), "{name}");
        }
    }
}

#[test]
fn spelling_of_the_tests_own_reader_is_that_of_the_protocol() {
    for good in [r#"{"a":[1,null,true],"b":"\"\\\n\u0001评"}"#, "[]", "\"\"", "7"] {
        assert!(json::is_canonical(good.as_bytes()), "{good}");
    }
    for bad in [
        "{\"a\": 1}",
        "[1,]",
        r#"{"a":1,"a":1}"#,
        r#""\/""#,
        r#""\u0041""#,
        "[1] ",
        "",
        "{",
        "\"\u{1}\"",
    ] {
        assert!(!json::is_canonical(bad.as_bytes()), "{bad}");
    }
}
