//! An honest dossier holds, whatever it is read from, and says how much was checked.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::installation::{log_key, sign};
use common::{Case, files_of, verify};
use gongping_verify::layout::{COUNTS, box_path};
use gongping_verify::{
    Check, ExitStatus, FolderSource, Options, Subject, ZipSource, verify_box, verify_dossier,
};
use std::io::Write as _;

#[test]
fn honest_dossier_holds_and_counts_what_was_checked() {
    let case = Case::new();
    let files = case.publish();
    let report = verify(&files, &Options { threads: 2, ..Options::default() });
    assert_eq!(files_of(&report), Default::default(), "{report}");
    assert!(report.holds);
    assert_eq!(report.status(), ExitStatus::Holds);
    // All but the check of a single box, and the one that needs a checkpoint from before: what
    // was not asked for must not look like a check that was made.
    assert_eq!(report.checks.len(), Check::ALL.len() - 2);
    assert!(!report.checks.contains(&Check::LogConsistency));
    assert!(report.skipped.is_empty());
    let counted = &report.counted;
    assert_eq!(counted.files, files.len() as u64);
    assert_eq!(counted.bytes, files.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    assert_eq!(counted.log_entries, case.installation.entries.len() as u64 + 1);
    assert_eq!((counted.boxes, counted.boxes_open, counted.boxes_shut), (4, 3, 1));
    // 2 × (3 residents and one second answer), 3 and 1 enterprises.
    assert_eq!((counted.ballots, counted.ballots_replaced), (12, 2));
    // A ballot: 6 choices, 2 answers, 1 signature; a share: 6 factors.
    assert_eq!((counted.shares, counted.proofs), (6, 12 * 9 + 6 * 6));
    assert_eq!((counted.codes, counted.inspections), (4 + 4 + 3 + 3, 2));
    assert_eq!((counted.units, counted.scores), (2, 2));
    let Subject::Dossier { ranking, .. } = &report.subject else { panic!("no dossier") };
    assert_eq!(ranking.len(), 2);
}

#[test]
fn pinned_key_and_kept_checkpoint_are_accepted() {
    let case = Case::new();
    let files = case.publish();
    for size in [0, 1, 20, case.installation.entries.len()] {
        let options = Options {
            log_key: Some(log_key().parse().unwrap()),
            checkpoint: Some(sign(&case.installation.entries[..size])),
            ..Options::default()
        };
        let report = verify(&files, &options);
        assert!(report.holds, "{report}");
        assert!(report.checks.contains(&Check::LogConsistency));
    }
}

#[test]
fn zip_and_folder_give_the_same_report() {
    let files = Case::new().publish();
    let expected = verify(&files, &Options::default()).to_json();
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in &files {
        let target = folder.path().join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, bytes).unwrap();
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("my dossier/{path}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let source = FolderSource::open(folder.path()).unwrap();
    let report = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
    assert_eq!(report.to_json(), expected);

    let bytes = zip.finish().unwrap().into_inner();
    let on_disk = folder.path().join("dossier.zip");
    std::fs::write(&on_disk, &bytes).unwrap();
    let source = ZipSource::open(&on_disk).unwrap();
    let options = Options { threads: 2, ..Options::default() };
    let report = verify_dossier(&source, &options, &|_| {}).unwrap();
    assert_eq!(report.to_json(), expected);
    let source = ZipSource::from_bytes(bytes).unwrap();
    let report = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
    assert_eq!(report.to_json(), expected);
}

#[test]
fn single_box_holds_by_itself() {
    let case = Case::new();
    let files = case.publish();
    for id in case.boxes.keys() {
        let report = verify_box(files[&box_path(id)].as_slice(), 1, &|_| {}).unwrap();
        assert!(report.holds, "{report}");
        assert_eq!(report.counted.boxes, 1);
        assert!(report.counted.ballots > 0);
    }
    let report = verify_box(&b"no box at all"[..], 1, &|_| {}).unwrap();
    assert_eq!(report.status(), ExitStatus::DoesNotHold);
}

#[test]
fn published_counts_score_to_the_published_report() {
    let files = Case::new().publish();
    let rulebook = std::str::from_utf8(&files["rulebook.toml"]).unwrap();
    let report = gongping_score::score_text(rulebook, &files[COUNTS]).unwrap();
    assert_eq!(report.to_json().as_bytes(), files["scores.json"]);
}

#[test]
fn json_report_names_checks_and_numbers() {
    let files = Case::new().publish();
    let report = verify(&files, &Options::default());
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["holds"], true);
    assert_eq!(json["subject"]["kind"], "dossier");
    assert_eq!(json["counted"]["ballots"], 12);
    assert_eq!(json["checks"][0], "D01");
}

#[test]
fn writer_refuses_what_the_verifier_would_refuse() {
    use gongping_verify::{BuildError, DossierDraft, build};
    let case = Case::new();
    let key = log_key();
    let draft = || DossierDraft {
        world: &case.installation.world,
        appraisal: &case.id,
        at: case.installation.now,
        log_origin: common::installation::ORIGIN,
        log_key: &key,
        scores: case.scores.clone(),
        inspections: case.inspections.clone(),
        boxes: case.box_files(),
    };
    assert!(build(&draft()).is_ok());

    let mut other = draft();
    other.scores.bytes.push(b'\n');
    assert!(matches!(build(&other), Err(BuildError::ScoresDiffer)));
    let mut other = draft();
    other.scores.salt[0] ^= 1;
    assert!(matches!(build(&other), Err(BuildError::Commitment { .. })));
    let mut other = draft();
    other.boxes.pop();
    assert!(matches!(build(&other), Err(BuildError::Boxes { .. })));
    let mut other = draft();
    other.boxes.push(other.boxes[0].clone());
    assert!(matches!(build(&other), Err(BuildError::Boxes { .. })));
    let mut other = draft();
    other.inspections.pop_first();
    assert!(matches!(build(&other), Err(BuildError::Inspection { .. })));
    let mut other = draft();
    other.inspections.values_mut().for_each(|content| content.salt[0] ^= 1);
    assert!(matches!(build(&other), Err(BuildError::Commitment { .. })));
}

#[test]
fn progress_reaches_the_end_of_files_boxes_and_ballots() {
    use gongping_verify::{MemorySource, Progress};
    let files = Case::new().publish();
    let total = files.len() as u64;
    let seen = std::sync::Mutex::new(Vec::new());
    let tell = |progress| seen.lock().unwrap().push(progress);
    verify_dossier(&MemorySource::new(files), &Options::default(), &tell).unwrap();
    let seen = seen.into_inner().unwrap();
    assert!(seen.contains(&Progress::Files { done: total, total }));
    assert!(seen.contains(&Progress::Boxes { done: 4, total: 4 }));
    assert!(seen.contains(&Progress::Ballots { done: 12 }));
}
