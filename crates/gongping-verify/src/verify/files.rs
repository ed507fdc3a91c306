//! The files: which are there, and whether they are those of the manifest.

use super::record::Record;
use super::{Progress, Run, VerifyFailure};
use crate::build::is_large;
use crate::layout::{
    COUNTS, LOG, MANIFEST, OPENINGS, RANKING, README, README_TEXT, RULEBOOK, SCORES, UNITS,
    box_path, inspection_path, is_safe,
};
use crate::manifest::{FORMAT, FileDigest, Manifest};
use crate::report::Place;
use crate::{Check, Listed, Problem};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is read into memory is never longer: scores of ten thousand units.
const MOST_SMALL_BYTES: u64 = 256 << 20;

/// What was read.
#[derive(Default)]
pub(super) struct Files {
    /// Files in memory; archives are not among them.
    pub(super) small: BTreeMap<String, Vec<u8>>,
    /// Length and hash of every file.
    pub(super) digests: BTreeMap<String, FileDigest>,
    /// The manifest, if it could be read.
    pub(super) manifest: Option<Manifest>,
}

enum ReadFile {
    Small(Vec<u8>),
    Large(FileDigest),
}

/// Reads everything and compares it with the manifest.
pub(super) fn read(run: &mut Run<'_>) -> Result<Files, VerifyFailure> {
    run.begin(Check::FileSet);
    let paths = check_names(run);
    let mut files = Files::default();
    let (source, progress) = (run.source, run.progress);
    let (done, total) = (AtomicU64::new(0), paths.len() as u64);
    let read: Vec<(String, io::Result<ReadFile>)> = paths
        .into_par_iter()
        .map(|path| {
            let content = read_one(source, &path);
            progress(Progress::Files { done: done.fetch_add(1, Ordering::Relaxed) + 1, total });
            (path, content)
        })
        .collect();
    for (path, content) in read {
        let content = match content {
            Ok(content) => content,
            Err(error) => {
                let problem = damage(&path, error)?;
                run.in_file(Check::FileSet, &path, problem);
                continue;
            }
        };
        let digest = match content {
            ReadFile::Large(digest) => digest,
            ReadFile::Small(bytes) => {
                let digest = FileDigest::of(&bytes);
                files.small.insert(path.clone(), bytes);
                digest
            }
        };
        run.counted.files += 1;
        run.counted.bytes += digest.bytes;
        files.digests.insert(path, digest);
    }
    check_manifest(run, &mut files);
    Ok(files)
}

/// Damage to the record, as from a zip whose checksum is wrong, is a finding; a disk that does not
/// answer says nothing about the record.
pub(super) fn damage(path: &str, error: io::Error) -> Result<Problem, VerifyFailure> {
    if error.raw_os_error().is_some() {
        return Err(VerifyFailure::Read { path: path.to_owned(), source: error });
    }
    Ok(Problem::Unreadable { reason: error.to_string() })
}

fn read_one(source: &dyn crate::DossierSource, path: &str) -> io::Result<ReadFile> {
    let mut content = None;
    source.read(path, &mut |reader| {
        content = Some(if is_large(path) {
            ReadFile::Large(FileDigest::of_reader(reader)?)
        } else {
            let mut bytes = Vec::new();
            reader.take(MOST_SMALL_BYTES + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > MOST_SMALL_BYTES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "far too long"));
            }
            ReadFile::Small(bytes)
        });
        Ok(())
    })?;
    content.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "nothing was read"))
}

/// The paths that can be read; everything else is a finding.
fn check_names(run: &mut Run<'_>) -> Vec<String> {
    let source = run.source;
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for Listed { path, plain } in source.list() {
        if !is_safe(path) {
            run.in_file(Check::FileSet, path, Problem::UnsafeName);
        } else if !plain {
            run.in_file(Check::FileSet, path, Problem::NotPlainFile);
        } else if !paths.insert(path.clone()) {
            run.in_file(Check::FileSet, path, Problem::Twice);
        }
    }
    paths.into_iter().collect()
}

fn check_manifest(run: &mut Run<'_>, files: &mut Files) {
    run.begin(Check::Manifest);
    let Some(bytes) = files.small.get(MANIFEST) else {
        run.in_file(Check::FileSet, MANIFEST, Problem::Missing);
        return;
    };
    let manifest = match Manifest::from_bytes(bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            run.in_file(Check::Manifest, MANIFEST, Problem::malformed(error));
            return;
        }
    };
    run.same(Check::Manifest, Place::file(MANIFEST), "the format", (FORMAT, &manifest.format));
    let ordered = manifest.files.windows(2).all(|pair| pair[0].path < pair[1].path);
    if !ordered {
        run.in_file(Check::Manifest, MANIFEST, Problem::Disordered);
    }
    for line in &manifest.files {
        let Some(digest) = files.digests.get(&line.path) else {
            run.in_file(Check::FileSet, &line.path, Problem::Missing);
            continue;
        };
        let place = || Place::file(&line.path);
        run.same(Check::Manifest, place(), "the length in bytes", (line.bytes, digest.bytes));
        run.same(Check::Manifest, place(), "the SHA-256", (line.sha256, digest.sha256));
    }
    let listed: BTreeSet<&str> = manifest.files.iter().map(|line| line.path.as_str()).collect();
    for path in files.digests.keys() {
        // The log is covered by its own signature, the manifest by the log.
        let covered = path == MANIFEST || path.starts_with(LOG) || listed.contains(path.as_str());
        if !covered {
            run.in_file(Check::FileSet, path, Problem::Unexpected);
        }
    }
    files.manifest = Some(manifest);
}

/// Checks that the manifest lists exactly the files that this appraisal must have.
pub(super) fn check_layout(run: &mut Run<'_>, files: &Files, record: &Record) {
    let Some(manifest) = &files.manifest else { return };
    let fixed = [README, RULEBOOK, UNITS, COUNTS, RANKING, SCORES, OPENINGS];
    let mut expected: BTreeSet<String> = fixed.into_iter().map(str::to_owned).collect();
    expected.extend(record.boxes.keys().map(box_path));
    if let Some(appraisal) = record.appraisal() {
        expected.extend(appraisal.units.iter().map(inspection_path));
    }
    let listed: BTreeSet<String> = manifest.files.iter().map(|line| line.path.clone()).collect();
    for path in expected.difference(&listed) {
        run.in_file(Check::FileSet, path, Problem::Missing);
    }
    for path in listed.difference(&expected) {
        run.in_file(Check::FileSet, path, Problem::Unexpected);
    }
    run.follows(Check::Tables, README, README_TEXT.as_bytes(), files.small.get(README));
}
