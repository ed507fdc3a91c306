//! Whether a newer copy of a box, or of a dossier, holds everything that an older one holds, and
//! what it has besides. That what it holds is right is for the other verifications to say.

use crate::layout::{LOG, LOG_CHECKPOINT, LOG_KEY, MANIFEST, box_at, log_path};
use crate::{DossierSource, Manifest, VerifyFailure};
use gongping_log::tile::{EntryBundle, split_bundle};
use gongping_log::{Checkpoint, Tree, VerifierKey};
use gongping_seal::{BoxCopy, CopyContent, EventType, Extension, ExtensionError, compare_archives};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// A file of a log that is read into memory is never longer.
const MOST_LOG_FILE_BYTES: u64 = 64 << 20;

/// What one copy of a box holds, or has more than the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopySide {
    /// Entries.
    pub entries: u64,
    /// Bytes.
    pub bytes: u64,
    /// Events of all types.
    pub events: u64,
    /// Ballots, also those replaced later.
    pub ballots: u64,
    /// Whether the close is among the events.
    pub closed: bool,
    /// Whether the encrypted sum is.
    pub added_up: bool,
    /// Shares of key holders.
    pub shares: u64,
    /// Whether the counts are.
    pub counted: bool,
    /// Height of the last event.
    pub height: Option<u64>,
    /// Its hash.
    pub head: Option<String>,
}

impl CopySide {
    fn of(content: &CopyContent) -> Self {
        let has = |event| content.count(event) > 0;
        Self {
            entries: content.entries,
            bytes: content.bytes,
            events: content.events.values().sum(),
            ballots: content.count(EventType::Ballot),
            closed: has(EventType::EndBallots),
            added_up: has(EventType::EncryptedTally),
            shares: content.count(EventType::PartialDecryption),
            counted: has(EventType::Result),
            height: content.head.map(|head| head.height),
            head: content.head.map(|head| head.hash.to_string()),
        }
    }
}

/// A box of which nothing was taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoxGrowth {
    /// Its file within the dossier; none for a box by itself.
    pub path: Option<String>,
    /// What the older copy holds.
    pub old: CopySide,
    /// What the newer copy holds.
    pub new: CopySide,
    /// What the newer copy has besides.
    pub added: CopySide,
}

/// A log of which nothing was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LogGrowth {
    /// Entries in the older copy.
    pub old: u64,
    /// Entries in the newer copy.
    pub new: u64,
}

/// Something that the newer copy does not have as the older one has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Difference {
    /// The newer copy of a box ends before the older one.
    #[error("entry {position} at byte {offset}, event {height} ({name}) is missing")]
    EntryMissing {
        /// Number of the first missing entry, from 1.
        position: u64,
        /// Where it begins, in bytes from 0.
        offset: u64,
        /// Height of its event.
        height: u64,
        /// Its name.
        name: String,
    },
    /// Another entry stands in the place of one.
    #[error("entry {position} at byte {offset}, event {height} was {name} and is {found} now")]
    EntryChanged {
        /// Number of the first entry that differs, from 1.
        position: u64,
        /// Where it begins, in bytes from 0.
        offset: u64,
        /// Height of its event.
        height: u64,
        /// Its name in the older copy.
        name: String,
        /// What stands in its place.
        found: String,
    },
    /// A copy of a box is no chain of events.
    #[error(
        "{copy}: entry {position} at byte {offset}, event {height} fails check {number} {check}: \
         {reason}"
    )]
    Broken {
        /// `old` or `new`.
        copy: &'static str,
        /// Number of the entry, from 1.
        position: u64,
        /// Where it begins, in bytes from 0.
        offset: u64,
        /// Height of its event.
        height: u64,
        /// Number of the check of the box.
        number: &'static str,
        /// Its name.
        check: &'static str,
        /// Why.
        reason: String,
    },
    /// A box of the same appraisal is not in the newer dossier.
    #[error("the box is missing")]
    BoxMissing,
    /// The logs have different names or keys.
    #[error("the log was {old} and is {new} now")]
    OtherLog {
        /// Key of the older one.
        old: String,
        /// Key of the newer one.
        new: String,
    },
    /// The newer log is shorter.
    #[error("log entry {entry} is missing")]
    LogMissing {
        /// Number of the first missing entry, from 0.
        entry: u64,
    },
    /// The newer log has another entry in the place of one.
    #[error("log entry {entry} is another one")]
    LogChanged {
        /// Number of the first entry that differs, from 0.
        entry: u64,
    },
    /// The log of a copy does not hold by itself.
    #[error("{copy}: {reason}")]
    LogBroken {
        /// `old` or `new`.
        copy: &'static str,
        /// Why.
        reason: String,
    },
}

impl Difference {
    /// Every code with example data; tests use it to see that each has its message.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        let text = || "x".to_owned();
        let (position, offset, height) = (1, 0, 0);
        vec![
            Self::EntryMissing { position, offset, height, name: text() },
            Self::EntryChanged { position, offset, height, name: text(), found: text() },
            Self::Broken {
                copy: "old",
                position,
                offset,
                height,
                number: "K01",
                check: "archive",
                reason: text(),
            },
            Self::BoxMissing,
            Self::OtherLog { old: text(), new: text() },
            Self::LogMissing { entry: 0 },
            Self::LogChanged { entry: 0 },
            Self::LogBroken { copy: "new", reason: text() },
        ]
    }

    /// The stable code: the key of the message is `verify-diff-` and this.
    #[must_use]
    pub fn code(&self) -> String {
        crate::problem::fields(self).0
    }

    /// The data by name, for the message.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        crate::problem::fields(self).1
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Whether the newer copy holds everything that the older one holds.
    pub holds: bool,
    /// The log, of dossiers.
    pub log: Option<LogGrowth>,
    /// The boxes that both have and of which nothing was taken away.
    pub boxes: Vec<BoxGrowth>,
    /// What was taken away or changed: the file, and the first difference in it.
    pub differences: Vec<(Option<String>, Difference)>,
}

/// Compares two copies of one box.
///
/// # Errors
/// [`VerifyFailure`] when one could not be read.
pub fn compare_boxes(old: &Path, new: &Path) -> Result<Comparison, VerifyFailure> {
    let open = |path: &Path| {
        let failed = |source| VerifyFailure::Read { path: path.display().to_string(), source };
        File::open(path).map(BufReader::new).map_err(failed)
    };
    let outcome = compare_archives(open(old)?, open(new)?);
    let shown = |copy| match copy {
        BoxCopy::Old => old.display().to_string(),
        BoxCopy::New => new.display().to_string(),
    };
    let mut comparison = Comparison::default();
    comparison.take(None, outcome, shown)?;
    comparison.holds = comparison.differences.is_empty();
    Ok(comparison)
}

/// Compares two dossiers: their logs, and, if they are about the same appraisal, their boxes.
///
/// # Errors
/// [`VerifyFailure`] when one could not be read.
pub fn compare_dossiers(
    old: &dyn DossierSource,
    new: &dyn DossierSource,
) -> Result<Comparison, VerifyFailure> {
    let mut comparison = Comparison::default();
    let mut logs = Vec::new();
    for (source, copy) in [(old, "old"), (new, "new")] {
        match read_log(source) {
            Ok(log) => logs.push(log),
            Err(LogFailure::Wrong(reason)) => {
                comparison.differences.push((None, Difference::LogBroken { copy, reason }));
            }
            Err(LogFailure::Unreadable(source)) => {
                return Err(VerifyFailure::Read { path: LOG.to_owned(), source });
            }
        }
    }
    if let [old, new] = &logs[..] {
        comparison.compare_logs(old, new);
    }
    if appraisal(old).is_some() && appraisal(old) == appraisal(new) {
        for listed in old.list().iter().filter(|listed| box_at(&listed.path).is_some()) {
            let path = &listed.path;
            if !new.list().iter().any(|other| other.path == *path) {
                comparison.differences.push((Some(path.clone()), Difference::BoxMissing));
                continue;
            }
            let mut outcome = None;
            let read = old.read(path, &mut |old| {
                new.read(path, &mut |new| {
                    outcome = Some(compare_archives(&mut *old, new));
                    Ok(())
                })
            });
            let failed = |source| VerifyFailure::Read { path: path.clone(), source };
            read.map_err(failed)?;
            let outcome = outcome.ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
            comparison.take(Some(path), outcome, |_| path.clone())?;
        }
    }
    comparison.holds = comparison.differences.is_empty();
    Ok(comparison)
}

impl Comparison {
    fn take(
        &mut self,
        path: Option<&String>,
        outcome: Result<Extension, ExtensionError>,
        shown: impl Fn(BoxCopy) -> String,
    ) -> Result<(), VerifyFailure> {
        let difference = match outcome {
            Ok(extension) => {
                self.boxes.push(BoxGrowth {
                    path: path.cloned(),
                    old: CopySide::of(&extension.old),
                    new: CopySide::of(&extension.new),
                    added: CopySide::of(&extension.added()),
                });
                return Ok(());
            }
            Err(ExtensionError::Unreadable { copy, source }) => {
                return Err(VerifyFailure::Read { path: shown(copy), source });
            }
            Err(ExtensionError::Broken { copy, finding }) => Difference::Broken {
                copy: match copy {
                    BoxCopy::Old => "old",
                    BoxCopy::New => "new",
                },
                position: finding.position,
                offset: finding.offset,
                height: finding.height,
                number: finding.check().number(),
                check: finding.check().name(),
                reason: finding.defect.to_string(),
            },
            Err(ExtensionError::Missing { position, offset, height, name }) => {
                Difference::EntryMissing { position, offset, height, name }
            }
            Err(ExtensionError::Changed { position, offset, height, name, found }) => {
                Difference::EntryChanged { position, offset, height, name, found }
            }
        };
        self.differences.push((path.cloned(), difference));
        Ok(())
    }

    fn compare_logs(&mut self, old: &ReadLog, new: &ReadLog) {
        if old.key != new.key {
            let (old, new) = (old.key.to_string(), new.key.to_string());
            self.differences.push((None, Difference::OtherLog { old, new }));
            return;
        }
        let pairs = old.entries.iter().zip(&new.entries);
        let same = pairs.take_while(|(old, new)| old == new).count();
        let entry = same as u64;
        if same == old.entries.len() {
            let (old, new) = (entry, new.entries.len() as u64);
            self.log = Some(LogGrowth { old, new });
        } else if same == new.entries.len() {
            self.differences.push((None, Difference::LogMissing { entry }));
        } else {
            self.differences.push((None, Difference::LogChanged { entry }));
        }
    }
}

/// A log as it stands in a dossier; its entries give the signed root.
struct ReadLog {
    key: VerifierKey,
    entries: Vec<Vec<u8>>,
}

enum LogFailure {
    Wrong(String),
    Unreadable(io::Error),
}

fn read_small(source: &dyn DossierSource, path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.read(path, &mut |reader| {
        reader.take(MOST_LOG_FILE_BYTES).read_to_end(&mut bytes).map(|_| ())
    })?;
    Ok(bytes)
}

fn read_log(source: &dyn DossierSource) -> Result<ReadLog, LogFailure> {
    let wrong = |error: &dyn std::fmt::Display| LogFailure::Wrong(error.to_string());
    let text = |path: &str| {
        let bytes = read_small(source, path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LogFailure::Wrong(format!("{path} is missing")),
            _ => LogFailure::Unreadable(error),
        })?;
        String::from_utf8(bytes).map_err(|error| wrong(&error))
    };
    let key = text(LOG_KEY)?;
    let key: VerifierKey = key.trim_end().parse().map_err(|error| wrong(&error))?;
    let note = text(LOG_CHECKPOINT)?;
    let origin = note.lines().next().unwrap_or_default().to_owned();
    let opened = Checkpoint::open(&note, &origin, std::slice::from_ref(&key));
    let (head, _) = opened.map_err(|error| wrong(&error))?;
    // A mad size must not make us count to it: each bundle must be there.
    let mut entries = Vec::new();
    for bundle in EntryBundle::all(head.size()) {
        let path = log_path(bundle);
        let bytes =
            read_small(source, &path).map_err(|error| wrong(&format!("{path}: {error}")))?;
        let part = split_bundle(&bytes).map_err(|error| wrong(&format!("{path}: {error}")))?;
        entries.extend(part.into_iter().map(<[u8]>::to_vec));
    }
    let tree = Tree::from_entries(entries.iter()).map_err(|error| wrong(&error))?;
    if tree.size() != head.size() || tree.root() != head.root() {
        return Err(wrong(&"the entries of the log do not give the signed root"));
    }
    Ok(ReadLog { key, entries })
}

/// Which appraisal a dossier is about, by its manifest.
fn appraisal(source: &dyn DossierSource) -> Option<String> {
    let bytes = read_small(source, MANIFEST).ok()?;
    Manifest::from_bytes(&bytes).ok().map(|manifest| manifest.appraisal.to_string())
}
