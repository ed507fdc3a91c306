//! What a verification says: what was checked, how much of it, and what no longer holds.

use crate::{Check, Problem};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The answer of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything holds.
    Holds,
    /// Something does not.
    DoesNotHold,
    /// The command line was wrong.
    Usage,
    /// The input could not be read.
    Unreadable,
}

impl ExitStatus {
    /// The number for the operating system.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::DoesNotHold => 1,
            Self::Usage => 2,
            Self::Unreadable => 3,
        }
    }
}

/// Where something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file within the dossier; none for the dossier as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Number of the log entry, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

impl Place {
    /// A file.
    #[must_use]
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), entry: None }
    }

    /// A log entry, counted from 0.
    #[must_use]
    pub fn entry(index: u64) -> Self {
        Self { path: None, entry: Some(index) }
    }

    /// The dossier as a whole.
    #[must_use]
    pub fn whole() -> Self {
        Self::default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.entry) {
            (Some(path), None) => out.write_str(path),
            (Some(path), Some(entry)) => write!(out, "{path}, log entry {entry}"),
            (None, Some(entry)) => write!(out, "log entry {entry}"),
            (None, None) => out.write_str("the record"),
        }
    }
}

/// Something that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check that failed.
    pub check: Check,
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}] {}: {}", self.check.number(), self.place, self.problem)
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            check: &'static str,
            name: &'static str,
            clauses: &'static str,
            #[serde(flatten)]
            place: &'a Place,
            code: String,
            args: BTreeMap<String, String>,
            text: String,
        }
        let (code, args) = (self.problem.code(), self.problem.args());
        let form = Form {
            check: self.check.number(),
            name: self.check.name(),
            clauses: self.check.clauses(),
            place: &self.place,
            code,
            args,
            text: self.to_string(),
        };
        form.serialize(serializer)
    }
}

/// How much was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Files, also those of the log.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Log entries that were hashed and replayed.
    pub log_entries: u64,
    /// Tiles that were compared.
    pub log_tiles: u64,
    /// Boxes of which everything was checked.
    pub boxes: u64,
    /// Boxes that are open,
    pub boxes_open: u64,
    /// and boxes that stay shut because they hold too few ballots.
    pub boxes_shut: u64,
    /// Codes on the public lists.
    pub codes: u64,
    /// Ballots of which every proof was checked, also those replaced later.
    pub ballots: u64,
    /// Ballots that a later one of the same code replaced.
    pub ballots_replaced: u64,
    /// Zero-knowledge proofs in ballots and key holders' shares, and signatures of ballots.
    pub proofs: u64,
    /// Shares of key holders.
    pub shares: u64,
    /// Inspection reports.
    pub inspections: u64,
    /// Units.
    pub units: u64,
    /// Totals that were computed again; units that are not ranked have none.
    pub scores: u64,
}

/// One check of boxes, and how often it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoxCheckCount {
    /// Number, as in `K07`.
    pub number: &'static str,
    /// Name: lower-case words with hyphens.
    pub name: &'static str,
    /// How often it was made and held.
    pub made: u64,
    /// How often it had to be made, counted from what is in the boxes.
    pub present: u64,
}

impl BoxCheckCount {
    /// The checks of one box or more, added up.
    pub(crate) fn of<'a>(reports: impl Iterator<Item = &'a gongping_seal::BoxReport>) -> Vec<Self> {
        let mut sums: BTreeMap<gongping_seal::Check, (u64, u64)> = BTreeMap::new();
        for report in reports {
            for check in gongping_seal::Check::ALL {
                let of = |counts: &gongping_seal::CheckCounts| {
                    counts.get(check).copied().unwrap_or_default()
                };
                let sum = sums.entry(*check).or_default();
                sum.0 += of(&report.performed);
                sum.1 += of(&report.present);
            }
        }
        let line = |(check, (made, present)): (gongping_seal::Check, (u64, u64))| Self {
            number: check.number(),
            name: check.name(),
            made,
            present,
        };
        sums.into_iter().map(line).collect()
    }

    /// The same with those of more boxes.
    pub(crate) fn add(sums: &mut Vec<Self>, more: Vec<Self>) {
        if sums.is_empty() {
            *sums = more;
            return;
        }
        for (sum, more) in sums.iter_mut().zip(more) {
            sum.made += more.made;
            sum.present += more.present;
        }
    }
}

/// The head of the log that the record belongs to: to be compared with what others saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogHead {
    /// The name of the log.
    pub origin: String,
    /// Its public key.
    pub key: String,
    /// Number of entries.
    pub size: u64,
    /// Root, in Base64.
    pub root: String,
}

/// What was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// Nothing that can be named: the record did not say what it is.
    #[default]
    Unknown,
    /// The published result of an appraisal.
    Dossier {
        /// Its id.
        appraisal: String,
        /// Its title.
        title: String,
        /// The published result: unit ids from the best to the worst.
        ranking: Vec<String>,
    },
    /// One box.
    Box {
        /// The identifier of its election.
        uuid: String,
        /// Its name.
        name: String,
        /// Its description.
        description: String,
        /// How far it is: `open`, `closed`, `added-up` or `opened`.
        phase: String,
        /// Counts by question and answer, if it is open.
        counts: Option<Vec<Vec<u64>>>,
    },
}

/// The outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether everything holds: nothing was found, and all was checked.
    pub holds: bool,
    /// What was verified.
    pub subject: Subject,
    /// The head of the log.
    pub log: Option<LogHead>,
    /// How much was checked.
    pub counted: Counted,
    /// The checks of the boxes that hold, in the order of their numbers, all boxes together.
    pub box_checks: Vec<BoxCheckCount>,
    /// The checks that were made to their end.
    pub checks: Vec<Check>,
    /// The checks that could not be made because something before them failed.
    pub skipped: Vec<Check>,
    /// What no longer holds, in the order of the checks.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The answer for the command line.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        if self.holds { ExitStatus::Holds } else { ExitStatus::DoesNotHold }
    }

    /// The report as JSON, indented, with a line feed at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and maps with string keys always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Unknown => {}
            Subject::Dossier { appraisal, title, .. } => writeln!(out, "{title} ({appraisal})")?,
            Subject::Box { name, uuid, .. } => writeln!(out, "{name} ({uuid})")?,
        }
        let counted = &self.counted;
        writeln!(
            out,
            "checked: {} files, {} bytes, {} log entries, {} boxes ({} open, {} shut), \
             {} ballots ({} replaced), {} proofs, {} shares, {} inspection reports, {} units, \
             {} scores",
            counted.files,
            counted.bytes,
            counted.log_entries,
            counted.boxes,
            counted.boxes_open,
            counted.boxes_shut,
            counted.ballots,
            counted.ballots_replaced,
            counted.proofs,
            counted.shares,
            counted.inspections,
            counted.units,
            counted.scores,
        )?;
        for line in &self.box_checks {
            let BoxCheckCount { number, name, made, present } = line;
            writeln!(out, "{number} {name}: {made} of {present}")?;
        }
        for finding in &self.findings {
            writeln!(out, "{finding}")?;
        }
        for check in &self.skipped {
            writeln!(out, "[{}] {}: could not be checked", check.number(), check.name())?;
        }
        out.write_str(if self.holds { "everything holds\n" } else { "does not hold\n" })
    }
}
