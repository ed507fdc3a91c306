//! Checking a box while it grows, for those who watch an election: each byte once, and at the end
//! a look whether any byte that was checked has changed since.

use crate::report::{Finding, Place};
use crate::verify::conclude;
use crate::{Check, Problem, Report, VerifyFailure};
use gongping_seal::{BoxVerifier, Phase, VerifyError};
use serde::{Serialize, Serializer};
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What one look at a growing box found: everything so far holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// Entries that were added since the last look.
    pub added: u64,
    /// Entries in all.
    pub entries: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// Ballots checked in all.
    pub ballots: u64,
    /// Height of the last event; none before the set-up.
    pub height: Option<u64>,
    /// Where the box stands; none before the set-up.
    #[serde(serialize_with = "phase_name")]
    pub phase: Option<Phase>,
}

fn phase_name<S: Serializer>(phase: &Option<Phase>, serializer: S) -> Result<S::Ok, S::Error> {
    phase.map(Phase::name).serialize(serializer)
}

/// What tells one version of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    changed: Option<SystemTime>,
    identity: u64,
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let data = std::fs::metadata(path)?;
        #[cfg(unix)]
        let identity = std::os::unix::fs::MetadataExt::ino(&data);
        #[cfg(not(unix))]
        let identity = 0;
        Ok(Self { length: data.len(), changed: data.modified().ok(), identity })
    }

    /// Whether a file that had the other stamp before has more than grown.
    fn may_be_another_than(&self, before: &Self) -> bool {
        let same_length = self.length == before.length && self.changed != before.changed;
        self.identity != before.identity || self.length < before.length || same_length
    }
}

/// Checks a box file as it grows. After each look that found something new `tell` is called, and
/// then `wait`, which lets some time pass and says whether to look again. Ends when the counts
/// are published, when something does not hold, or when `wait` says so. The report is then about
/// everything up to the last event; of what was checked, every byte has been read once more.
///
/// # Errors
/// [`VerifyFailure`] when the file could not be read; a box that is wrong gives a report.
pub fn follow_box(
    path: &Path,
    threads: usize,
    tell: &mut dyn FnMut(Followed),
    wait: &mut dyn FnMut() -> bool,
) -> Result<Report, VerifyFailure> {
    let shown = path.display().to_string();
    let failed = |source| VerifyFailure::Read { path: shown.clone(), source };
    let file = path.to_owned();
    let mut verifier = BoxVerifier::new(move || File::open(&file), threads).map_err(failed)?;
    let mut before: Option<Stamp> = None;
    loop {
        let stamp = match (Stamp::of(path), before) {
            (Ok(stamp), _) => stamp,
            (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(taken_away());
            }
            (Err(error), _) => return Err(failed(error)),
        };
        let entries = verifier.progress().entries;
        let looked = match before {
            Some(before) if stamp.may_be_another_than(&before) => verifier.recheck(),
            _ => Ok(()),
        };
        if let Err(error) = looked.and_then(|()| verifier.advance(|_| {})) {
            return conclude(&shown, Err(error));
        }
        let now = verifier.progress();
        if now.entries > entries || before.is_none() {
            tell(Followed {
                added: now.entries - entries,
                entries: now.entries,
                bytes: now.bytes,
                ballots: now.ballots,
                height: verifier.head().map(|head| head.height),
                phase: verifier.phase(),
            });
        }
        before = Some(stamp);
        if verifier.phase() == Some(Phase::Counted) {
            let outcome = verifier.recheck().and_then(|()| verifier.finish());
            return conclude(&shown, outcome);
        }
        if !wait() {
            break;
        }
    }
    let outcome = match verifier.recheck() {
        Err(VerifyError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(taken_away());
        }
        Err(error) => Err(error),
        Ok(()) => verifier.finish_so_far(),
    };
    conclude(&shown, outcome)
}

/// The whole file is gone, which was checked before.
fn taken_away() -> Report {
    let finding = Finding { check: Check::Box, place: Place::whole(), problem: Problem::Missing };
    Report { checks: vec![Check::Box], findings: vec![finding], ..Report::default() }
}
