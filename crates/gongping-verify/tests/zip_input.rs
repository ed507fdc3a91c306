//! Hostile and broken zips, and garbage in every file: an answer, never a panic.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::{Case, verify};
use gongping_verify::{FolderSource, Options, SourceError, ZipSource, verify_dossier};
use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;

fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn names_that_lead_out_of_the_folder_are_findings() {
    let files = Case::new().publish();
    let honest = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    for name in ["../evil", "/evil", "a/../../evil", "..\\evil"] {
        let bytes = zipped(honest.clone().chain([(name, &b"x"[..])]));
        let source = ZipSource::from_bytes(bytes).unwrap();
        let report = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
        let named = report.findings.iter().any(|found| found.place.path.as_deref() == Some(name));
        assert!(named && !report.holds, "{name}: {report}");
    }
}

#[test]
fn name_that_is_there_twice_is_refused() {
    // The writer refuses a second file of one name, so the name is changed afterwards.
    let mut bytes = zipped([("aaaa", &b"one"[..]), ("bbbb", &b"two"[..])]);
    for at in 0..bytes.len() - 4 {
        if bytes[at..].starts_with(b"bbbb") {
            bytes[at..at + 4].copy_from_slice(b"aaaa");
        }
    }
    match ZipSource::from_bytes(bytes) {
        Err(SourceError::ZipDuplicates { .. } | SourceError::Zip(_)) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn changed_bytes_of_a_zip_never_make_another_record_hold() {
    let files = Case::new().publish();
    let honest = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    let bytes = zipped(honest);
    let options = Options { stop_early: true, ..Options::default() };
    for index in 0..300 {
        let mut changed = bytes.clone();
        changed[(index * 104_729) % bytes.len()] ^= 0x10;
        let Ok(source) = ZipSource::from_bytes(changed) else { continue };
        let Ok(report) = verify_dossier(&source, &options, &|_| {}) else { continue };
        // Times and attributes of a zip are no part of the record.
        if report.holds {
            assert_eq!(report.counted.files, files.len() as u64);
        }
    }
}

#[test]
fn garbage_never_panics_and_never_holds() {
    let files = Case::new().publish();
    let garbage: [&[u8]; 7] = [
        b"",
        b"\0",
        b"{}",
        b"[]\n",
        b"\xff\xfe\xfd",
        &[b'9'; 5_000],
        b"{\"format\":\"gongping-dossier-v1\"}\n",
    ];
    for path in files.keys() {
        for bytes in garbage {
            let mut changed = files.clone();
            changed.insert(path.clone(), bytes.to_vec());
            assert!(!verify(&changed, &Options::default()).holds, "{path}");
        }
    }
    assert!(!verify(&BTreeMap::new(), &Options::default()).holds);
    for bytes in [&b""[..], b"PK\x05\x06", &[0; 10_000]] {
        assert!(ZipSource::from_bytes(bytes.to_vec()).is_err());
    }
}

#[test]
fn signed_mad_size_is_not_counted_to() {
    use gongping_log::{Checkpoint, Hash};
    let mut files = Case::new().publish();
    let head = Checkpoint::new(common::installation::ORIGIN, u64::MAX, Hash::of(b"x")).unwrap();
    let note = head.sign(&[&common::installation::signer()]).to_string();
    files.insert("log/checkpoint".to_owned(), note.into_bytes());
    assert!(!verify(&files, &Options::default()).holds);
}

#[test]
fn folder_that_cannot_be_read_is_an_error() {
    assert!(FolderSource::open(Path::new("no/such/folder")).is_err());
    assert!(gongping_verify::open_source(Path::new("no/such/file.zip")).is_err());
}

#[cfg(unix)]
#[test]
fn link_in_a_folder_is_no_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in Case::new().publish() {
        let target = folder.path().join(path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, bytes).unwrap();
    }
    let readme = folder.path().join("README.txt");
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    std::fs::copy(&readme, elsewhere.path()).unwrap();
    std::fs::remove_file(&readme).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &readme).unwrap();
    let source = FolderSource::open(folder.path()).unwrap();
    let report = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
    let named = report.findings.iter().any(|f| f.problem.code() == "not-plain-file");
    assert!(named && !report.holds, "{report}");
}
