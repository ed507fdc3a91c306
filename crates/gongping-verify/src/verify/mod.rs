//! Checking a dossier, and a single box, from nothing but their bytes.
//!
//! The order is from the outside in: files and hashes, the log, the record in the log, the boxes,
//! the scores. A failed check does not end the verification: what can still be checked is, so
//! that the report names everything that no longer holds.

mod boxes;
mod files;
mod log;
mod record;
mod result;
mod rules;
mod setup;
mod single;

use crate::report::{BoxCheckCount, Counted, Finding, LogHead, Place, Report, Subject};
use crate::{Check, DossierSource, Problem};
use gongping_log::VerifierKey;
use std::collections::BTreeSet;
use std::io;

pub(crate) use single::conclude;
pub use single::{verify_box, verify_box_file};

/// More findings than this are not listed: the first ones say what happened.
const MOST_FINDINGS: usize = 1_000;

/// What the caller knows beforehand, and how to go about it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key of the log, known from elsewhere. Without it, the record is checked against the
    /// key that it brings itself.
    pub log_key: Option<VerifierKey>,
    /// An earlier signed head of the same log that somebody kept: the record must continue it.
    pub checkpoint: Option<String>,
    /// Threads for the ballots.
    pub threads: usize,
    /// Whether to stop after the first part in which something no longer holds.
    pub stop_early: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { log_key: None, checkpoint: None, threads: 1, stop_early: false }
    }
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A check begins.
    Check(Check),
    /// Files hashed so far.
    Files {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// Boxes checked so far.
    Boxes {
        /// Done.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// Ballots checked so far, in all boxes together.
    Ballots {
        /// Done.
        done: u64,
    },
}

/// Why there is no report: nothing has been said about the record.
#[derive(Debug, thiserror::Error)]
pub enum VerifyFailure {
    /// Reading failed for a reason outside the record.
    #[error("{path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The threads could not be started.
    #[error("cannot start threads: {0}")]
    Threads(String),
}

/// A verification on its way.
struct Run<'a> {
    source: &'a dyn DossierSource,
    options: &'a Options,
    progress: &'a (dyn Fn(Progress) + Sync),
    findings: Vec<Finding>,
    made: BTreeSet<Check>,
    counted: Counted,
    box_checks: Vec<BoxCheckCount>,
    subject: Subject,
    head: Option<LogHead>,
}

impl Run<'_> {
    fn begin(&mut self, check: Check) {
        (self.progress)(Progress::Check(check));
        self.made.insert(check);
    }

    fn find(&mut self, check: Check, place: Place, problem: Problem) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { check, place, problem });
        }
    }

    fn in_file(&mut self, check: Check, path: &str, problem: Problem) {
        self.find(check, Place::file(path), problem);
    }

    /// Finds something if two values differ.
    fn same(
        &mut self,
        check: Check,
        place: Place,
        what: &'static str,
        (expected, found): (impl ToString, impl ToString),
    ) {
        let (expected, found) = (expected.to_string(), found.to_string());
        if expected != found {
            self.find(check, place, Problem::Differs { what, expected, found });
        }
    }

    /// Finds something if a file is not byte for byte what it must be.
    fn follows(&mut self, check: Check, path: &str, expected: &[u8], found: Option<&Vec<u8>>) {
        let Some(found) = found else { return };
        if let Some(at_byte) = first_difference(expected, found) {
            self.in_file(check, path, Problem::DoesNotFollow { at_byte });
        }
    }

    fn stops(&self) -> bool {
        self.options.stop_early && !self.findings.is_empty()
    }

    fn finish(mut self) -> Report {
        self.findings.sort_by(|a, b| (a.check, &a.place).cmp(&(b.check, &b.place)));
        let has_kept_one = self.options.checkpoint.is_some();
        let of_dossier = Check::ALL.iter().copied().filter(|check| match check {
            Check::Box => false,
            // Nothing to compare with is neither a check made nor one that failed to be made.
            Check::LogConsistency => has_kept_one,
            _ => true,
        });
        let (checks, skipped): (Vec<_>, Vec<_>) =
            of_dossier.partition(|check| self.made.contains(check));
        Report {
            // A check that was not made must never look like one that held.
            holds: self.findings.is_empty() && skipped.is_empty(),
            subject: self.subject,
            log: self.head,
            counted: self.counted,
            box_checks: self.box_checks,
            checks,
            skipped,
            findings: self.findings,
        }
    }
}

fn first_difference(expected: &[u8], found: &[u8]) -> Option<u64> {
    if expected == found {
        return None;
    }
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    Some(same as u64)
}

/// Checks a dossier.
///
/// # Errors
/// [`VerifyFailure`] when it could not be read; a record that is wrong gives a report.
pub fn verify_dossier(
    source: &dyn DossierSource,
    options: &Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, VerifyFailure> {
    let threads = options.threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| VerifyFailure::Threads(error.to_string()))?;
    let mut run = Run {
        source,
        options,
        progress,
        findings: Vec::new(),
        made: BTreeSet::new(),
        counted: Counted::default(),
        box_checks: Vec::new(),
        subject: Subject::Unknown,
        head: None,
    };
    pool.install(|| verify_parts(&mut run))?;
    Ok(run.finish())
}

fn verify_parts(run: &mut Run<'_>) -> Result<(), VerifyFailure> {
    let files = files::read(run)?;
    if run.stops() {
        return Ok(());
    }
    let Some(log) = log::check(run, &files) else { return Ok(()) };
    if run.stops() {
        return Ok(());
    }
    let Some(record) = record::replay(run, &files, &log) else { return Ok(()) };
    files::check_layout(run, &files, &record);
    setup::check(run, &files, &record);
    if run.stops() {
        return Ok(());
    }
    let tallies = boxes::check(run, &files, &record)?;
    result::check(run, &files, &record, &tallies);
    coverage(run, &record);
    Ok(())
}

/// A verifier that silently skipped its work must not say that all is well.
fn coverage(run: &mut Run<'_>, record: &record::Record) {
    run.begin(Check::Coverage);
    let open = record.open_boxes();
    let seats = record.shares_needed();
    let units = record.appraisal().map_or(0, |appraisal| appraisal.units.len()) as u64;
    let counted = run.counted.clone();
    let at_least = |what, expected: u64, found: u64| (what, expected, found);
    for (what, expected, found) in [
        at_least("files", 1, counted.files),
        at_least("bytes", 1, counted.bytes),
        at_least("log entries", record.world.size().max(1), counted.log_entries),
        at_least("boxes", (record.boxes.len() as u64).max(1), counted.boxes),
        at_least("open boxes", open, counted.boxes_open),
        at_least("ballots", record.counted_ballots(), counted.ballots),
        at_least("proofs", record.counted_ballots(), counted.proofs),
        at_least("shares", open * seats, counted.shares),
        at_least("inspection reports", units, counted.inspections),
        at_least("units", units.max(1), counted.units),
    ] {
        if found < expected {
            let problem = Problem::NotChecked { what, expected, found };
            run.find(Check::Coverage, Place::whole(), problem);
        }
    }
}
