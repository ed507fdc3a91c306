//! The log: key, signature, entries, tree, tiles.

use super::Run;
use super::files::Files;
use crate::build::tile_files;
use crate::layout::{LOG, LOG_CHECKPOINT, LOG_KEY, log_path};
use crate::report::{LogHead, Place};
use crate::{Check, Problem};
use gongping_log::tile::{EntryBundle, FULL_WIDTH, split_bundle};
use gongping_log::{Checkpoint, SignedNote, Tree, VerifierKey};

/// The log as it stands in the dossier.
pub(super) struct Log {
    /// The exact bytes of its entries.
    pub(super) entries: Vec<Vec<u8>>,
}

/// Checks the log; `None` when its entries cannot be had.
pub(super) fn check(run: &mut Run<'_>, files: &Files) -> Option<Log> {
    run.begin(Check::LogSignature);
    let key = read_key(run, files);
    let origin = files.manifest.as_ref().map(|manifest| manifest.log_origin.clone());
    let head = key.and_then(|key| read_head(run, files, origin.as_deref(), key));
    let (key, head) = head?;
    run.begin(Check::LogTree);
    let entries = read_entries(run, files, head.size())?;
    let tree = check_tiles(run, files, &entries)?;
    run.same(
        Check::LogTree,
        Place::file(LOG_CHECKPOINT),
        "the root of the log",
        (tree.root().to_base64(), head.root().to_base64()),
    );
    run.counted.log_entries = tree.size();
    run.head = Some(LogHead {
        origin: head.origin().to_owned(),
        key: key.to_string(),
        size: head.size(),
        root: head.root().to_base64(),
    });
    check_consistency(run, &tree, head.origin(), &key);
    Some(Log { entries })
}

fn text<'a>(run: &mut Run<'_>, files: &'a Files, path: &str) -> Option<&'a str> {
    let Some(bytes) = files.small.get(path) else {
        run.in_file(Check::FileSet, path, Problem::Missing);
        return None;
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            run.in_file(Check::LogSignature, path, Problem::malformed(error));
            None
        }
    }
}

fn read_key(run: &mut Run<'_>, files: &Files) -> Option<VerifierKey> {
    let line = text(run, files, LOG_KEY)?;
    let parsed = line.strip_suffix('\n').unwrap_or(line).parse::<VerifierKey>();
    let key = match parsed {
        Ok(key) => key,
        Err(error) => {
            run.in_file(Check::LogSignature, LOG_KEY, Problem::signature(error));
            return None;
        }
    };
    if format!("{key}\n") != line {
        run.in_file(Check::LogSignature, LOG_KEY, Problem::malformed("not in canonical form"));
    }
    let place = || Place::file(LOG_KEY);
    let what = "the key of the log";
    if let Some(manifest) = &files.manifest {
        run.same(Check::LogSignature, place(), what, (&manifest.log_key, &key));
    }
    if let Some(pinned) = &run.options.log_key {
        run.same(Check::LogSignature, place(), what, (pinned, &key));
    }
    // A pinned key is the one to believe, whatever the record brings.
    Some(run.options.log_key.clone().unwrap_or(key))
}

fn read_head(
    run: &mut Run<'_>,
    files: &Files,
    origin: Option<&str>,
    key: VerifierKey,
) -> Option<(VerifierKey, Checkpoint)> {
    let note = text(run, files, LOG_CHECKPOINT)?;
    let own = || note.lines().next().unwrap_or_default().to_owned();
    let origin = origin.map_or_else(own, str::to_owned);
    let opened = Checkpoint::open(note, &origin, std::slice::from_ref(&key));
    let head = match opened {
        Ok((head, _)) => head,
        Err(error) => {
            run.in_file(Check::LogSignature, LOG_CHECKPOINT, Problem::signature(error));
            return None;
        }
    };
    let canonical = SignedNote::parse(note).is_ok_and(|parsed| parsed.to_string() == note);
    if !canonical {
        let problem = Problem::malformed("not in canonical form");
        run.in_file(Check::LogSignature, LOG_CHECKPOINT, problem);
    }
    Some((key, head))
}

/// The entries of all bundles; `None` when one is missing or broken.
fn read_entries(run: &mut Run<'_>, files: &Files, size: u64) -> Option<Vec<Vec<u8>>> {
    // A signed size needs at least so many files; a mad size must not make us count to it.
    let bundles = files.small.keys().filter(|path| path.starts_with(LOG)).count() as u64;
    if size.div_ceil(u64::from(FULL_WIDTH)) > bundles {
        let found = bundles.saturating_mul(u64::from(FULL_WIDTH));
        let problem = Problem::differs("the number of log entries", size, format!("≤ {found}"));
        run.in_file(Check::LogTree, LOG_CHECKPOINT, problem);
        return None;
    }
    let mut entries = Vec::new();
    let mut complete = true;
    for bundle in EntryBundle::all(size) {
        let path = log_path(bundle);
        let Some(bytes) = files.small.get(&path) else {
            run.in_file(Check::FileSet, &path, Problem::Missing);
            complete = false;
            continue;
        };
        match split_bundle(bytes) {
            Ok(part) if part.len() == usize::from(bundle.width()) => {
                entries.extend(part.into_iter().map(<[u8]>::to_vec));
            }
            Ok(part) => {
                let problem = Problem::differs("the entries", bundle.width(), part.len());
                run.in_file(Check::LogTree, &path, problem);
                complete = false;
            }
            Err(error) => {
                run.in_file(Check::LogTree, &path, Problem::malformed(error));
                complete = false;
            }
        }
    }
    complete.then_some(entries)
}

/// Makes every file of the log again from its entries and compares.
fn check_tiles(run: &mut Run<'_>, files: &Files, entries: &[Vec<u8>]) -> Option<Tree> {
    let (tree, expected) = match tile_files(entries) {
        Ok(made) => made,
        Err(error) => {
            run.find(Check::LogTree, Place::whole(), Problem::malformed(error));
            return None;
        }
    };
    for (path, bytes) in &expected {
        let found = files.small.get(path);
        if found.is_none() {
            run.in_file(Check::FileSet, path, Problem::Missing);
        }
        run.follows(Check::LogTree, path, bytes, found);
        run.counted.log_tiles += 1;
    }
    for path in files.digests.keys().filter(|path| path.starts_with(LOG)) {
        let known = path == LOG_KEY || path == LOG_CHECKPOINT || expected.contains_key(path);
        if !known {
            run.in_file(Check::FileSet, path, Problem::Unexpected);
        }
    }
    Some(tree)
}

/// Whether this log continues the one whose head somebody kept (T14).
fn check_consistency(run: &mut Run<'_>, tree: &Tree, origin: &str, key: &VerifierKey) {
    let Some(kept) = &run.options.checkpoint else { return };
    run.begin(Check::LogConsistency);
    let place = || Place::file("(kept checkpoint)");
    let opened = Checkpoint::open(kept, origin, std::slice::from_ref(key));
    let head = match opened {
        Ok((head, _)) => head,
        Err(error) => {
            run.find(Check::LogConsistency, place(), Problem::signature(error));
            return;
        }
    };
    match tree.root_at(head.size()) {
        Ok(root) => run.same(
            Check::LogConsistency,
            place(),
            "the root of the log at that size",
            (head.root().to_base64(), root.to_base64()),
        ),
        Err(_) => {
            let size = format!("≥ {}", head.size());
            let problem = Problem::differs("the number of log entries", size, tree.size());
            run.find(Check::LogConsistency, place(), problem);
        }
    }
}
