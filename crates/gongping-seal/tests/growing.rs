//! Boxes that are checked while they grow, and copies of boxes at different stages.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;
use std::io::{self, Cursor};
use std::sync::{Arc, Mutex};

/// A file that somebody writes to while it is read.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn set(&self, bytes: &[u8]) {
        *self.0.lock().unwrap() = bytes.to_owned();
    }

    fn opener(&self) -> impl Fn() -> io::Result<Cursor<Vec<u8>>> + Clone + Send + Sync + 'static {
        let shared = self.clone();
        move || Ok(Cursor::new(shared.0.lock().unwrap().clone()))
    }
}

/// Where each entry of an archive ends.
fn ends(items: &[Item]) -> Vec<usize> {
    (1..=items.len()).map(|count| archive(&items[..count]).len()).collect()
}

fn boxes() -> [Vec<Item>; 2] {
    let (_, single) = Fixture::mixed(61).tallied();
    let (_, shared) = Fixture::mixed(62).with_threshold().tallied();
    [single, shared]
}

fn found(error: VerifyError) -> BoxFinding {
    match error {
        VerifyError::Finding(finding) => *finding,
        VerifyError::Unreadable(error) => panic!("{error}"),
    }
}

#[test]
fn box_that_grows_byte_by_byte_is_checked_once_and_reported_the_same() {
    for items in boxes() {
        let bytes = archive(&items);
        let whole = verify(&bytes).unwrap();
        let file = Shared::default();
        let mut verifier = BoxVerifier::new(file.opener(), 2).unwrap();
        // Steps that end within headers, contents and padding, and at their borders.
        let steps = (0..bytes.len()).step_by(997).chain(ends(&items)).chain([bytes.len()]);
        let mut steps: Vec<usize> = steps.collect();
        steps.sort_unstable();
        let ends = ends(&items);
        for step in steps {
            file.set(&bytes[..step]);
            verifier.advance(|_| {}).unwrap();
            let entries = ends.iter().filter(|end| **end <= step).count() as u64;
            assert_eq!(verifier.progress().entries, entries, "at byte {step}");
            verifier.recheck().unwrap();
        }
        assert_eq!(verifier.phase(), Some(Phase::Counted));
        let grown = verifier.finish().unwrap();
        assert_eq!(format!("{grown:?}"), format!("{whole:?}"));
    }
}

#[test]
fn end_within_an_entry_or_an_event_is_refused_only_when_it_is_the_end() {
    let [items, _] = boxes();
    let bytes = archive(&items);
    for (entry, end) in ends(&items).into_iter().enumerate().skip(6) {
        let cut = end - 100;
        let file = Shared::default();
        file.set(&bytes[..cut]);
        let verifier = || {
            let mut verifier = BoxVerifier::new(file.opener(), 1).unwrap();
            verifier.advance(|_| {}).unwrap();
            verifier
        };
        let finding = found(verifier().finish().unwrap_err());
        assert_eq!(finding.check(), Check::Archive);
        assert_eq!((finding.position, finding.name.as_str()), (entry as u64 + 1, ""));
        assert_eq!(format!("{finding}"), format!("{}", self::finding(&bytes[..cut])));
        // As of the last event, all is well.
        let so_far = verifier().finish_so_far().unwrap();
        let last = (0..entry).rfind(|at| items[*at].name.ends_with(".event.json")).unwrap();
        let clean = verify(&archive(&items[..=last])).unwrap();
        assert_eq!((so_far.head, so_far.phase), (clean.head, clean.phase));
        assert_eq!(so_far.ballots_checked, clean.ballots_checked);
    }
}

#[test]
fn what_was_checked_cannot_be_changed_or_cut_off_unseen() {
    let [items, _] = boxes();
    let bytes = archive(&items);
    let ends = ends(&items);
    let file = Shared::default();
    file.set(&bytes);
    let mut verifier = BoxVerifier::new(file.opener(), 2).unwrap();
    verifier.advance(|_| {}).unwrap();
    for at in (0..bytes.len()).step_by(211) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        file.set(&changed);
        let finding = found(verifier.recheck().unwrap_err());
        assert_eq!(finding.check(), Check::Archive);
        let entry = ends.iter().filter(|end| **end <= at).count();
        let start = if entry == 0 { 0 } else { ends[entry - 1] };
        assert!(finding.offset as usize == start || finding.offset as usize == bytes.len(), "{at}");
    }
    // Another box in its place, well formed; and a shorter one.
    let (_, other) = Fixture::mixed(63).tallied();
    file.set(&archive(&other));
    assert_eq!(found(verifier.recheck().unwrap_err()).position, 2);
    file.set(&archive(&items[..8]));
    assert!(verifier.recheck().is_err());
    let finding = found(verifier.advance(|_| {}).unwrap_err());
    assert_eq!(finding.check(), Check::Archive);
    file.set(&bytes);
    verifier.recheck().unwrap();
    verifier.finish().unwrap();
}

#[test]
fn replaced_ballot_that_changed_meanwhile_is_noticed() {
    let mut fixture = Fixture::mixed(64);
    let (_, items) = fixture.tallied();
    let ballots: Vec<usize> =
        (0..items.len()).filter(|at| items[*at].bytes.starts_with(b"{\"election_uuid\"")).collect();
    let bytes = archive(&items);
    let file = Shared::default();
    file.set(&archive(&items[..ballots[2]]));
    let mut verifier = BoxVerifier::new(file.opener(), 2).unwrap();
    verifier.advance(|_| {}).unwrap();
    // The third ballot replaces the first, of which a byte is another one now.
    let mut changed = bytes.clone();
    let offset = archive(&items[..ballots[0]]).len();
    changed[offset + 700] ^= 1;
    file.set(&changed);
    let finding = found(verifier.advance(|_| {}).unwrap_err());
    assert_eq!(finding.defect, Defect::Changed { offset: offset as u64 });
    assert_eq!(finding.position as usize, ballots[2] + 1);
    assert_eq!(finding.offset as usize, archive(&items[..ballots[2]]).len());
}

#[test]
fn newer_copy_has_everything_and_more() {
    for items in boxes() {
        let bytes = archive(&items);
        for old in ends(&items) {
            let Extension { old: before, new } = compare_archives(&bytes[..old], &*bytes).unwrap();
            assert_eq!((before.bytes as usize, new.bytes as usize), (old, bytes.len()));
            let extension = compare_archives(&bytes[..old], &*bytes).unwrap();
            let added = extension.added();
            for event in [EventType::Ballot, EventType::Result, EventType::PartialDecryption] {
                let sum = extension.old.count(event) + added.count(event);
                assert_eq!(sum, extension.new.count(event));
            }
            assert_eq!(added.head.is_none(), old == bytes.len());
        }
        let nothing = compare_archives(&*bytes, &*bytes).unwrap().added();
        assert_eq!(nothing, CopyContent::default());
    }
}

#[test]
fn copy_from_which_something_was_taken_is_refused_and_the_place_is_named() {
    let mut fixture = Fixture::mixed(65);
    let (mut state, mut items) = fixture.open();
    let mut other = items.clone();
    let mut take = |items: &mut Vec<Item>, state: &mut BoxState, code: usize, at: usize| {
        let bytes = fixture.seal(code, &mixed_ballots()[at].1);
        let ballot = state.check_ballot(&bytes).unwrap();
        items.extend(state.append_ballot(ballot).unwrap());
    };
    for (at, code) in [(0, 0), (1, 1), (2, 0)] {
        take(&mut items, &mut state, code, at);
    }
    let (mut fork, _) = Fixture::mixed(65).open();
    take(&mut other, &mut fork, 2, 0);
    let (items, other) = (archive(&items), archive(&other));
    // A shorter copy.
    let cut = ends_of(&items)[8];
    match compare_archives(&*items, &items[..cut]).unwrap_err() {
        ExtensionError::Missing { position: 10, offset, height: 2, .. } => {
            assert_eq!(offset as usize, cut);
        }
        error => panic!("{error}"),
    }
    // Another history.
    match compare_archives(&*items, &*other).unwrap_err() {
        ExtensionError::Changed { position: 7, height: 1, name, found, .. } => {
            assert_ne!(name, found);
        }
        error => panic!("{error}"),
    }
    // A copy that is no chain, old or new; also where only the added part is not.
    let mut broken = items.clone();
    broken[items.len() - 600] ^= 1;
    match compare_archives(&items[..cut], &*broken).unwrap_err() {
        ExtensionError::Broken { copy: BoxCopy::New, finding } => {
            assert!(matches!(finding.check(), Check::Archive | Check::EntryName));
        }
        error => panic!("{error}"),
    }
    match compare_archives(&broken[..broken.len() - 512], &*items).unwrap_err() {
        ExtensionError::Broken { copy: BoxCopy::Old, .. } | ExtensionError::Changed { .. } => {}
        error => panic!("{error}"),
    }
    match compare_archives(&items[..cut + 10], &*items).unwrap_err() {
        ExtensionError::Broken { copy: BoxCopy::Old, finding } => {
            assert_eq!(finding.check(), Check::Archive);
        }
        error => panic!("{error}"),
    }
    // Entries left out of what was added.
    let parsed = items_of(&items);
    let gap = [&parsed[..6], &parsed[8..]].concat();
    match compare_archives(&*archive(&parsed[..6]), &*archive(&gap)).unwrap_err() {
        ExtensionError::Broken { copy: BoxCopy::New, finding } => {
            assert_eq!((finding.check(), finding.position), (Check::Parent, 8));
        }
        error => panic!("{error}"),
    }
}

fn items_of(bytes: &[u8]) -> Vec<Item> {
    let mut reader = ArchiveReader::new(bytes);
    std::iter::from_fn(|| reader.next_item().unwrap()).collect()
}

fn ends_of(bytes: &[u8]) -> Vec<usize> {
    ends(&items_of(bytes))
}
