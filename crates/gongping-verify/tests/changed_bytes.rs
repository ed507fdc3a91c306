//! After a change to any byte, the verifier says which file no longer holds.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::case::{Files, rehash};
use common::{Case, files_of, verify};
use gongping_verify::layout::{LOG, MANIFEST, OPENINGS};
use gongping_verify::{Options, Report};

/// Files up to this length are changed at every byte when `most` allows as much as half of it.
const SHORT: usize = 3_000;

/// Positions to change: all of a short file; of a long one the ends and places in between.
fn positions(length: usize, most: usize) -> Vec<usize> {
    if length <= most || (length <= SHORT && most >= SHORT / 2) {
        return (0..length).collect();
    }
    // A step prime to most lengths visits other offsets in each file.
    let inner = (0..most).map(|index| (index * 7919 + index * index * 31) % length);
    [0, 1, length - 1].into_iter().chain(inner).collect()
}

fn quick() -> Options {
    Options { stop_early: true, ..Options::default() }
}

/// The record names the file itself, or for the log an entry or another of its files.
fn assert_named(report: &Report, path: &str, position: usize) {
    assert!(!report.holds, "byte {position} of {path} was changed and nothing was found");
    let named = files_of(report).into_iter().any(|(check, place)| match path {
        MANIFEST => true,
        // A wrong salt shows at the file that it belongs to.
        OPENINGS => place == path || check == "commitments",
        _ if path.starts_with(LOG) => place.starts_with("log"),
        _ => place == path,
    });
    assert!(named, "byte {position} of {path}: {report}");
}

fn change_each(most: usize, options: &Options, hide: impl Fn(Files) -> Files, log_too: bool) {
    let files = Case::new().publish();
    for (path, bytes) in &files {
        if path.starts_with(LOG) && !log_too {
            continue;
        }
        for position in positions(bytes.len(), most) {
            let mut changed = files.clone();
            let mask = [0x01, 0x20, 0x80, 0x04][position % 4];
            changed.get_mut(path).unwrap()[position] ^= mask;
            let report = verify(&hide(changed), options);
            assert_named(&report, path, position);
        }
    }
}

#[test]
fn every_changed_byte_is_refused() {
    change_each(1_500, &quick(), |files| files, true);
}

#[test]
fn changed_bytes_are_refused_when_all_checks_run() {
    change_each(4, &Options::default(), |files| files, true);
}

#[test]
fn changed_bytes_are_refused_after_the_insider_signs_everything_again() {
    let case = Case::new();
    let files = case.publish();
    for (path, bytes) in files.iter().filter(|(path, _)| !path.starts_with(LOG)) {
        if path == MANIFEST {
            continue;
        }
        for position in positions(bytes.len(), 12) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap()[position] ^= 0x01;
            let report = verify(&case.republish(changed), &Options::default());
            assert_named(&report, path, position);
        }
    }
}

#[test]
fn new_manifest_over_changed_files_is_not_the_one_in_the_log() {
    let files = Case::new().publish();
    for path in files.keys().filter(|path| !path.starts_with(LOG) && *path != MANIFEST) {
        let mut changed = files.clone();
        changed.get_mut(path).unwrap()[0] ^= 0x01;
        rehash(&mut changed);
        let found = files_of(&verify(&changed, &Options::default()));
        let publication = ("publication".to_owned(), MANIFEST.to_owned());
        assert!(found.contains(&publication), "{path}: {found:?}");
    }
}

#[test]
fn missing_file_is_named() {
    let files = Case::new().publish();
    for path in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(path);
        let report = verify(&fewer, &Options::default());
        let missing = ("file-set".to_owned(), path.clone());
        assert!(files_of(&report).contains(&missing), "{path}: {report}");
    }
}

#[test]
fn added_file_is_named() {
    let case = Case::new();
    let files = case.publish();
    let names = [
        "extra.txt",
        "boxes/x.bel",
        "log/tile/0/001",
        "log/extra",
        "inspection/360300-LSB.json",
        "../outside",
        "/etc/passwd",
        "boxes\\evil",
        "数据.csv",
    ];
    for path in names {
        let mut more = files.clone();
        more.insert(path.to_owned(), b"x".to_vec());
        let report = verify(&more, &Options::default());
        let stranger = ("file-set".to_owned(), path.to_owned());
        assert!(files_of(&report).contains(&stranger), "{path}: {report}");
    }
    for path in ["extra.txt", "inspection/360300-LSB.json"] {
        let mut more = files.clone();
        more.insert(path.to_owned(), b"x".to_vec());
        let report = verify(&case.republish(more), &Options::default());
        let stranger = ("file-set".to_owned(), path.to_owned());
        assert!(files_of(&report).contains(&stranger), "{path}: {report}");
    }
}

#[test]
fn truncated_and_lengthened_files_are_named() {
    let files = Case::new().publish();
    for (path, bytes) in &files {
        for changed in [bytes[..bytes.len() - 1].to_vec(), Vec::new(), [bytes, &b"\n"[..]].concat()]
        {
            let mut files = files.clone();
            files.insert(path.clone(), changed);
            assert_named(&verify(&files, &quick()), path, bytes.len());
        }
    }
}

#[test]
fn swapped_files_are_named() {
    let case = Case::new();
    let files = case.publish();
    let paths: Vec<&String> = files.keys().filter(|path| !path.starts_with(LOG)).collect();
    for pair in paths.windows(2) {
        if pair.iter().any(|path| *path == MANIFEST) {
            continue;
        }
        let mut swapped = files.clone();
        swapped.insert(pair[0].clone(), files[pair[1]].clone());
        swapped.insert(pair[1].clone(), files[pair[0]].clone());
        for files in [swapped.clone(), case.republish(swapped)] {
            let report = verify(&files, &Options::default());
            assert_named(&report, pair[0], 0);
            assert_named(&report, pair[1], 0);
        }
    }
}
