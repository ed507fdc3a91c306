//! Every check refuses what it is there to refuse.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;
mod forge;
mod forgery;

use common::*;
use forge::*;
use forgery::*;
use gongping_seal::*;
use rand_chacha::rand_core::Rng;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Runs forgeries on fresh scenes; what was not refused by the check that should.
fn failures(forgeries: &[Forgery], scene: fn() -> Scene) -> Vec<String> {
    let failure = |(name, check, forge): &Forgery| {
        let mut scene = scene();
        let found = finding(&forge(&mut scene));
        let of_setup = SETUP.iter().chain(THRESHOLD).any(|forgery| forgery.0 == *name);
        if found.check() != *check {
            Some(format!("{name}: expected {check}, found {} {found}", found.check()))
        } else if found.name.ends_with(".event.json") && of_setup {
            Some(format!("{name}: the event is named, not the data: {found}"))
        } else {
            None
        }
    };
    forgeries.par_iter().filter_map(failure).collect()
}

#[test]
fn every_forgery_is_refused_by_its_own_check() {
    let single = [ARCHIVE, CHAIN, SETUP, BALLOTS, OPENING].concat();
    assert_eq!(failures(&single, Scene::new), [""; 0]);
    assert_eq!(failures(THRESHOLD, Scene::threshold), [""; 0]);
    // How often checks are made cannot be forged from outside; all others are tried above.
    let mut used: BTreeSet<_> = [Check::Coverage].into();
    used.extend(single.iter().chain(THRESHOLD).map(|forgery| forgery.1));
    assert_eq!(used.into_iter().collect::<Vec<_>>(), Check::ALL);
    assert!(single.len() + THRESHOLD.len() >= 100, "{}", single.len() + THRESHOLD.len());
}

#[test]
fn forgeries_are_refused_before_the_tally_too_and_under_a_threshold() {
    // An open box is as far as most of those who watch it get.
    let ballots: Vec<_> = BALLOTS.iter().chain(SETUP).copied().collect();
    assert_eq!(failures(&ballots, Scene::open), [""; 0]);
    let opening: Vec<_> =
        OPENING.iter().filter(|(name, ..)| !ONLY_SINGLE.contains(name)).copied().collect();
    assert_eq!(failures(&opening, Scene::threshold), [""; 0]);
}

/// Forgeries that lead to something else where any two of three open.
const ONLY_SINGLE: &[&str] = &[
    // Number 3 is somebody there.
    "a partial decryption of nobody",
];

#[test]
fn untouched_scene_is_accepted() {
    let mut scene = Scene::new();
    assert!(verify(&scene.relinked()).is_ok());
    assert!(verify(&scene.rechained()).is_ok());
    for mut scene in [Scene::open(), Scene::threshold()] {
        assert!(verify(&scene.relinked()).is_ok());
        assert!(verify(&scene.rechained()).is_ok());
    }
    let mut scene = Scene::threshold();
    let before = scene.text(2);
    scene.agree_anew();
    assert_ne!(before, scene.text(2));
    assert!(verify(&scene.relinked()).is_ok(), "agreements signed again by hand are accepted");
    let scene = Scene::new();
    // Signing again by hand gives a ballot that is accepted too: the forgeries above fail for
    // what was changed and not for how they were signed.
    let text = unsigned(&scene.text(scene.ballot(0)));
    let bytes = sign(&text, &scene.fixture.codes[0], &scene.fixture.uuid);
    assert!(scene.fixture.open().0.check_ballot(&bytes).is_ok());
}

#[test]
fn finding_names_the_entry_of_the_earliest_ballot() {
    let mut scene = Scene::new();
    let at = scene.ballot(1);
    let bytes = scene.with_changed("overall_proof");
    let found = finding(&bytes);
    assert_eq!(found.position, scene.ballot(0) as u64 + 1);
    assert_eq!(found.name, scene.items[scene.ballot(0)].name);
    assert!(found.position < at as u64 + 1);
}

#[test]
fn every_flipped_byte_is_refused() {
    let mut fixture = Fixture::new(31, vec![Question::one_of("问", texts(1))], 1);
    let (mut state, mut items) = fixture.open();
    let ballot = fixture.seal(0, &[Choice::one(0)]);
    let ballot = state.check_ballot(&ballot).unwrap();
    items.extend(state.append_ballot(ballot).unwrap());
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    for (index, holder) in fixture.holders.iter().enumerate() {
        let tally = state.tally().unwrap().clone();
        let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
        items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
    }
    items.extend(state.result().unwrap());
    let bytes = archive(&items);
    assert!(replay(&bytes));
    let accepted: Vec<usize> = (0..bytes.len())
        .into_par_iter()
        .filter(|at| {
            let mut flipped = bytes.clone();
            flipped[*at] ^= 1 << (at % 8);
            replay(&flipped)
        })
        .collect();
    assert_eq!(accepted, [0usize; 0]);
}

#[test]
fn flipped_bytes_and_cut_files_are_refused_at_every_stage() {
    // The proofs of these archives are larger than those of the one above: a few hundred bytes
    // each, drawn at random, and an end after every entry and within it.
    let scenes = [Scene::new(), Scene::open(), Scene::threshold()];
    for scene in &scenes {
        let bytes = archive(&scene.items);
        assert!(verify(&bytes).is_ok());
        let mut dice = rng(2007);
        let places: Vec<(usize, u8)> = (0..400)
            .map(|_| (dice.next_u32() as usize % bytes.len(), 1 << (dice.next_u32() % 8)))
            .collect();
        let accepted = places.par_iter().filter(|(at, bit)| {
            let mut flipped = bytes.clone();
            flipped[*at] ^= bit;
            replay(&flipped)
        });
        assert_eq!(accepted.count(), 0);
        for (count, item) in scene.items.iter().enumerate() {
            let end = archive(&scene.items[..=count]).len();
            // A file may end after an event, and nowhere else.
            assert_eq!(replay(&bytes[..end]), item.name.ends_with(".event.json"), "entry {count}");
            assert!(!replay(&bytes[..end - 1]) && !replay(&bytes[..end - 512]));
        }
    }
}

#[test]
fn every_flipped_byte_and_every_prefix_of_a_ballot_is_refused() {
    // Not by a hash around it, as in the archive, but by the ballot's own checks.
    let question = Question { text: "问".into(), answers: texts(1), blank: true, min: 0, max: 1 };
    let mut fixture = Fixture::new(32, vec![question], 2);
    let (state, _) = fixture.open();
    let ballot = fixture.seal(0, &[Choice::one(0)]);
    assert!(state.check_ballot(&ballot).is_ok());
    let accepted: Vec<usize> = (0..ballot.len())
        .into_par_iter()
        .filter(|at| {
            let mut flipped = ballot.clone();
            flipped[*at] ^= 1 << (at % 7);
            state.check_ballot(&flipped).is_ok() || state.check_ballot(&ballot[..*at]).is_ok()
        })
        .collect();
    assert_eq!(accepted, [0usize; 0]);
}

#[test]
fn every_flipped_byte_of_a_partial_decryption_is_refused() {
    let fixture = Fixture::new(33, vec![Question::one_of("问", texts(1))], 1);
    let (mut state, _) = fixture.open();
    state.end_ballots().unwrap();
    state.encrypted_tally().unwrap();
    let tally = state.tally().unwrap().clone();
    let part = fixture.holders[0].decrypt(&fixture.election, &tally, &mut rng(1)).unwrap();
    for at in 0..part.len() {
        let mut flipped = part.clone();
        flipped[at] ^= 1 << (at % 7);
        assert!(state.partial_decryption(1, &flipped).is_err(), "byte {at}");
        assert!(state.partial_decryption(1, &part[..at]).is_err(), "prefix {at}");
    }
    assert!(state.partial_decryption(1, &part).is_ok());
}

#[test]
fn trusted_replay_of_a_ruined_store_fails_without_a_panic() {
    let mut scene = Scene::new();
    scene.with_alpha(OFF_CURVE);
    let end = scene.event(EventType::EndBallots);
    let mut replay = BoxReplay::trusted();
    scene.items[..=end].iter().for_each(|item| replay.apply(item.clone()).unwrap());
    // The third ballot replaces the ruined first one, which then does not count.
    let mut state = replay.finish().unwrap().state;
    assert!(state.encrypted_tally().is_ok());

    let mut scene = Scene::new();
    let third = scene.ballot(2);
    scene.items.drain(third..third + 2);
    scene.rechained();
    scene.with_alpha(OFF_CURVE);
    let end = scene.event(EventType::EndBallots);
    let mut replay = BoxReplay::trusted();
    scene.items[..=end].iter().for_each(|item| replay.apply(item.clone()).unwrap());
    let mut state = replay.finish().unwrap().state;
    assert_eq!(state.encrypted_tally().unwrap_err().check(), Check::ElementOnCurve);
}

/// Whether an archive is accepted, on the current thread.
fn replay(bytes: &[u8]) -> bool {
    let mut reader = ArchiveReader::new(bytes);
    let mut replay = BoxReplay::verifying(1);
    loop {
        match reader.next_item() {
            Ok(Some(item)) => {
                if replay.apply(item).is_err() {
                    return false;
                }
            }
            Ok(None) => return replay.finish().is_ok(),
            Err(_) => return false,
        }
    }
}
