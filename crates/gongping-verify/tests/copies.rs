//! Boxes that are followed while they grow, and newer copies of boxes and dossiers.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::Case;
use common::installation::sign;
use gongping_seal::{ArchiveReader, Phase};
use gongping_verify::layout::box_at;
use gongping_verify::{
    Check, Comparison, Difference, Followed, MemorySource, Problem, Report, Subject, compare_boxes,
    compare_dossiers, follow_box,
};
use std::collections::BTreeMap;
use std::path::Path;

type Files = BTreeMap<String, Vec<u8>>;
/// Something that happens to a file.
type Step = Box<dyn Fn(&Path)>;

/// An archive of a box that is open, and where its entries end.
fn archive() -> (Vec<u8>, Vec<usize>) {
    let files = Case::new().publish();
    let (_, bytes) = files.into_iter().find(|(path, _)| box_at(path).is_some()).unwrap();
    let mut reader = ArchiveReader::new(&*bytes);
    let mut ends = Vec::new();
    while reader.next_item().unwrap().is_some() {
        ends.push(reader.bytes_read() as usize);
    }
    (bytes, ends)
}

/// Follows a file to which each step does something; stops after the last.
fn follow(path: &Path, steps: Vec<Step>) -> (Report, Vec<Followed>) {
    let mut told = Vec::new();
    let mut steps = steps.into_iter();
    steps.next().unwrap()(path);
    let mut wait = || match steps.next() {
        Some(step) => {
            step(path);
            true
        }
        None => false,
    };
    let report = follow_box(path, 2, &mut |step| told.push(step), &mut wait).unwrap();
    (report, told)
}

fn writes(bytes: &[u8]) -> Step {
    let bytes = bytes.to_owned();
    Box::new(move |path| std::fs::write(path, &bytes).unwrap())
}

#[test]
fn followed_box_is_told_batch_by_batch_and_ends_with_its_counts() {
    let (bytes, ends) = archive();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("box.bel");
    // After the set-up, within a ballot, nothing new, after two ballots, all.
    let cuts = [ends[5], ends[6] + 40, ends[6] + 40, ends[9], bytes.len()];
    let steps = cuts.iter().map(|cut| writes(&bytes[..*cut])).collect();
    let (report, told) = follow(&path, steps);
    assert!(report.holds, "{report}");
    let entries: Vec<u64> = told.iter().map(|step| step.entries).collect();
    assert_eq!(entries, [6, 7, 10, ends.len() as u64]);
    assert_eq!(told.iter().map(|step| step.added).sum::<u64>(), ends.len() as u64);
    assert_eq!(told[2].ballots, 2);
    assert_eq!((told[2].height, told[2].phase), (Some(2), Some(Phase::Open)));
    let Subject::Box { phase, counts, .. } = &report.subject else { panic!("no box") };
    assert_eq!(phase, "counted");
    assert!(counts.is_some());
    assert!(report.box_checks.iter().all(|check| check.made == check.present));
    assert_eq!(report.box_checks.len(), gongping_seal::Check::ALL.len());
}

#[test]
fn followed_box_that_is_still_open_holds_as_of_its_last_event() {
    let (bytes, ends) = archive();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("box.bel");
    let (report, _) = follow(&path, vec![writes(&bytes[..ends[8] + 700])]);
    assert!(report.holds, "{report}");
    let Subject::Box { phase, .. } = &report.subject else { panic!("no box") };
    assert_eq!((phase.as_str(), report.counted.ballots), ("open", 1));
}

#[test]
fn followed_box_must_not_shrink_change_or_vanish() {
    let (bytes, ends) = archive();
    let start = &bytes[..ends[9]];
    let mut changed = bytes.clone();
    changed[ends[6] + 900] ^= 1;
    let mut longer = changed[..ends[11]].to_vec();
    longer[ends[8] + 3] = b'x';
    let damage: Vec<(&str, Vec<Step>)> = vec![
        ("cut", vec![writes(&bytes[..ends[7]])]),
        ("cut and grown again", vec![writes(&bytes[..ends[7]]), writes(&bytes[..ends[11]])]),
        ("emptied", vec![writes(b"")]),
        (
            "another file of the same length",
            vec![Box::new({
                let changed = changed[..ends[9]].to_vec();
                move |path: &Path| {
                    let other = path.with_extension("new");
                    std::fs::write(&other, &changed).unwrap();
                    std::fs::rename(other, path).unwrap();
                }
            })],
        ),
        // In place: length and time say nothing, the look at the end does.
        ("changed while it grew", vec![writes(&changed[..ends[11]])]),
        ("changed while it grew to its end", vec![writes(&changed)]),
        ("changed in a header", vec![writes(&longer)]),
        ("gone", vec![Box::new(|path: &Path| std::fs::remove_file(path).unwrap())]),
    ];
    for (name, steps) in damage {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("box.bel");
        let (report, _) = follow(&path, std::iter::once(writes(start)).chain(steps).collect());
        assert!(!report.holds, "{name}");
        assert_eq!(report.findings.len(), 1, "{name}: {report}");
        assert_eq!(report.findings[0].check, Check::Box);
    }
}

#[test]
fn forged_ballot_ends_the_following_at_once() {
    let (bytes, ends) = archive();
    let mut forged = bytes.clone();
    forged[ends[7] + 2_000] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("box.bel");
    let steps = vec![writes(&bytes[..ends[7]]), writes(&forged), Box::new(|_| panic!("went on"))];
    let (report, told) = follow(&path, steps);
    assert_eq!(told.len(), 1);
    let Problem::Box { position: 9, offset, height: 2, number: "K03", .. } =
        report.findings[0].problem
    else {
        panic!("{report}")
    };
    assert_eq!(offset as usize, ends[7]);
}

#[test]
fn newer_copy_of_a_box_says_what_was_added() {
    let (bytes, ends) = archive();
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.bel"), folder.path().join("new.bel"));
    std::fs::write(&old, &bytes[..ends[9]]).unwrap();
    std::fs::write(&new, &bytes).unwrap();
    let comparison = compare_boxes(&old, &new).unwrap();
    assert!(comparison.holds);
    let growth = &comparison.boxes[0];
    assert_eq!((growth.old.entries, growth.old.ballots, growth.old.closed), (10, 2, false));
    assert!(growth.added.closed && growth.added.added_up && growth.added.counted);
    assert_eq!(growth.old.ballots + growth.added.ballots, growth.new.ballots);
    assert!(growth.added.shares >= 2 && growth.added.shares == growth.new.shares);
    let backwards = compare_boxes(&new, &old).unwrap();
    assert!(!backwards.holds);
    let (None, Difference::EntryMissing { position: 11, height: 3, .. }) =
        &backwards.differences[0]
    else {
        panic!("{backwards:?}")
    };
    assert!(compare_boxes(&old, &folder.path().join("none.bel")).is_err());
}

fn compare(old: &Files, new: &Files) -> Comparison {
    compare_dossiers(&MemorySource::new(old.clone()), &MemorySource::new(new.clone())).unwrap()
}

fn codes(comparison: &Comparison) -> Vec<String> {
    comparison.differences.iter().map(|(_, difference)| difference.code()).collect()
}

#[test]
fn newer_dossier_has_log_and_boxes_of_the_older_one() {
    let case = Case::new();
    let new = case.publish();
    let comparison = compare(&new, &new);
    assert!(comparison.holds, "{comparison:?}");
    assert_eq!(comparison.boxes.len(), 4);
    assert_eq!(comparison.log.unwrap().new, case.installation.entries.len() as u64 + 1);
    // The same with a shorter log and a shorter box.
    let mut old = Case::with_entries(new.clone(), &case.installation.entries[..30]);
    let path = old.keys().find(|path| box_at(path).is_some()).unwrap().clone();
    let (_, ends) = archive();
    old.get_mut(&path).unwrap().truncate(ends[9]);
    let comparison = compare(&old, &new);
    assert!(comparison.holds, "{comparison:?}");
    assert_eq!(comparison.log.unwrap().old, 30);
    assert!(comparison.boxes.iter().any(|growth| growth.added.counted));
    // And backwards.
    let backwards = compare(&new, &old);
    assert_eq!(codes(&backwards), ["log-missing", "entry-missing"]);
    assert_eq!(backwards.differences[1].0.as_ref(), Some(&path));
}

#[test]
fn dossier_from_which_something_was_taken_is_refused() {
    let case = Case::new();
    let old = case.publish();
    let entries = &case.installation.entries;
    // Another history in the log, signed with its key.
    let mut other = entries.clone();
    other.remove(12);
    let new = Case::with_entries(old.clone(), &other);
    let comparison = compare(&Case::with_entries(old.clone(), entries), &new);
    assert_eq!(codes(&comparison), ["log-changed"]);
    // A head that is not that of the entries; a box that is gone.
    let mut new = old.clone();
    new.insert("log/checkpoint".to_owned(), sign(&other).into_bytes());
    let path = new.keys().find(|path| box_at(path).is_some()).unwrap().clone();
    new.remove(&path);
    let comparison = compare(&old, &new);
    assert_eq!(codes(&comparison), ["log-broken", "box-missing"]);
    assert_eq!(comparison.differences[1].0.as_ref(), Some(&path));
    assert_eq!(codes(&compare(&BTreeMap::new(), &old)), ["log-broken"]);
}
