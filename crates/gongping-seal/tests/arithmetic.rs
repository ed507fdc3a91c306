//! Every arithmetic gives the same answer about a ballot, word for word.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;
mod forge;

use common::*;
use forge::*;
use gongping_seal::*;
use rayon::prelude::*;
use std::collections::BTreeSet;

fn arithmetics() -> Vec<Arithmetic> {
    let mut all = vec![Arithmetic::plain(), Arithmetic::portable(), Arithmetic::best()];
    all.extend(Arithmetic::vector());
    all
}

/// The tracker or the reason of refusal, which is the same for each arithmetic.
fn answer(state: &BoxState, ballot: &[u8]) -> Result<String, BallotRejection> {
    let answers: Vec<_> = arithmetics()
        .into_iter()
        .map(|arithmetic| {
            state.check_ballot_with(arithmetic, ballot).map(|checked| checked.tracker())
        })
        .collect();
    for answer in &answers {
        assert_eq!(*answer, answers[0], "{}", String::from_utf8_lossy(ballot));
    }
    answers[0].clone()
}

/// The ballot with another value in one place: where the field `name` is for the nth time.
fn replaced(text: &str, name: &str, index: usize, new: &str) -> Option<String> {
    let mark = format!("\"{name}\":\"");
    let (at, _) = text.match_indices(&mark).nth(index)?;
    let start = at + mark.len();
    let end = start + text[start..].find('"')?;
    Some(format!("{}{new}{}", &text[..start], &text[end..]))
}

/// A mixed box with valid ballots, and every element and number of the first one replaced.
fn ballots() -> (BoxState, Vec<Vec<u8>>, usize) {
    let mut fixture = Fixture::mixed(41);
    let (state, _) = fixture.open();
    let mut ballots: Vec<_> =
        mixed_ballots().iter().map(|(code, choices)| fixture.seal(*code, choices)).collect();
    let valid = ballots.len();
    let other = String::from_utf8(ballots[1].clone()).unwrap();
    let other = between(&other, "\"alpha\":\"", "\"");
    let last = "7237005577332262213973186563042994240857116359379907606001950938285454250988";
    let text = unsigned(&String::from_utf8(ballots[0].clone()).unwrap());
    for (name, values) in [
        ("alpha", &[NEUTRAL, SMALL_ORDER, OFF_CURVE, NOT_CANONICAL, &other][..]),
        ("beta", &[NEUTRAL, SMALL_ORDER, OFF_CURVE, NOT_CANONICAL, &other]),
        ("challenge", &["0", "1", last]),
        ("response", &["0", "1", last]),
    ] {
        for value in values {
            let changed = (0..).map_while(|index| replaced(&text, name, index, value));
            ballots.extend(changed.map(|text| sign(&text, &fixture.codes[0], &fixture.uuid)));
        }
    }
    // Two faults at once: the first in the order of the ballot is the one to name.
    for (first, second) in [(SMALL_ORDER, OFF_CURVE), (OFF_CURVE, SMALL_ORDER)] {
        let text = replaced(&text, "alpha", 1, first).unwrap();
        for (name, index) in [("beta", 1), ("alpha", 3), ("beta", 0)] {
            let text = replaced(&text, name, index, second).unwrap();
            ballots.push(sign(&text, &fixture.codes[0], &fixture.uuid));
        }
    }
    // Signed with the key of another code.
    ballots.push(sign(&text, &fixture.codes[1], &fixture.uuid));
    (state, ballots, valid)
}

#[test]
fn every_arithmetic_gives_the_same_answer() {
    let (state, ballots, valid) = ballots();
    let answers: Vec<_> = ballots.par_iter().map(|ballot| answer(&state, ballot)).collect();
    assert!(answers[..valid].iter().all(Result::is_ok));
    assert!(answers[valid..].iter().all(Result::is_err));
    let kinds: BTreeSet<String> = answers
        .iter()
        .flat_map(|answer| answer.as_ref().err())
        .map(|rejection| format!("{rejection:?}").split([' ', '{']).next().unwrap().to_owned())
        .collect();
    let expected = ["BlankProof", "Element", "IndividualProof", "OverallProof", "Signature"];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}

#[test]
fn ballots_checked_together_are_judged_each_for_itself() {
    let (state, ballots, _) = ballots();
    let texts: Vec<&[u8]> = ballots.iter().map(|ballot| &**ballot).collect();
    let alone: Vec<_> = texts.iter().map(|ballot| state.check_ballot(ballot)).collect();
    for size in [1, 2, 3, 8, texts.len()] {
        let together = texts.chunks(size).flat_map(|chunk| state.check_ballots(chunk));
        for (together, alone) in together.zip(&alone) {
            let tracker = |answer: &Result<CheckedBallot, _>| match answer {
                Ok(checked) => Ok(checked.tracker()),
                Err(rejection) => Err(BallotRejection::clone(rejection)),
            };
            assert_eq!(tracker(&together), tracker(alone));
        }
    }
    assert!(state.check_ballots(&[]).is_empty());
}
