//! The checks of a dossier, each with a number and a name that never change.

use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $clauses:literal;)*) => {
        /// One kind of check.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[$doc])* $variant,)* }

        impl Check {
            /// All checks in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number, as in `D07`.
            #[must_use]
            pub const fn number(self) -> &'static str {
                match self { $(Self::$variant => $number,)* }
            }

            /// The name: lower-case words with hyphens; the key of its text in each language.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The clauses of the plan and the threats that it answers.
            #[must_use]
            pub const fn clauses(self) -> &'static str {
                match self { $(Self::$variant => $clauses,)* }
            }
        }
    };
}

checks! {
    /// Every file that must be there is there, and no other.
    FileSet = "D01", "file-set", "T3";
    /// The manifest lists every file with its length and hash.
    Manifest = "D02", "manifest", "T3 T4";
    /// The head of the log is signed with the log's key.
    LogSignature = "D03", "log-signature", "T3 T14";
    /// The entries give the signed root, and the tiles are those of the entries.
    LogTree = "D04", "log-tree", "T3 T14";
    /// Each entry is an event in canonical form, and time does not run backwards.
    LogEntries = "D05", "log-entries", "T3 T15";
    /// The log continues the one whose head somebody kept.
    LogConsistency = "D06", "log-consistency", "T14 T15";
    /// Each event follows from the rules and from what happened before.
    Rules = "D07", "rules", "C1-C9 T2";
    /// Each event was caused by somebody who held the duty for it.
    Permissions = "D08", "permissions", "A3 T14";
    /// The publication ends the appraisal and names this manifest.
    Publication = "D09", "publication", "C9 T4";
    /// The rulebook is the one that was frozen when the appraisal opened.
    Rulebook = "D10", "rulebook", "T5 D4";
    /// Office and statistics bureau signed the survey plan, by different accounts.
    SurveyPlan = "D11", "survey-plan", "A5 C3";
    /// The codes of each box are those that the statistics bureau issued, as many as planned.
    Codes = "D12", "codes", "A5 T1 T2";
    /// The key holders of each box are those who handed in their keys.
    Keys = "D13", "keys", "C9 T7";
    /// Each box asks exactly what rulebook and survey plan say.
    Questions = "D14", "questions", "C3 D2 T5 T16";
    /// Each box holds: every ballot, every proof, the sum, the opening, the counts.
    Ballots = "D15", "ballots", "C9 T1 T3 T4";
    /// Every head of a box that the log noted lies on the chain of the box.
    BoxHeads = "D16", "box-heads", "T3 T14";
    /// The boxes with enough ballots are open, and no other.
    Opening = "D17", "opening", "C9 T7 T9";
    /// The published files are those that the log committed to.
    Commitments = "D18", "commitments", "C8 C9 T4";
    /// Each inspection report was decided by its group and signed by its leader.
    Inspection = "D19", "inspection", "C8";
    /// Scores and ranking follow from boxes, reports and rulebook, byte for byte.
    Scores = "D20", "scores", "C9 D1-D5 T4";
    /// The ranking was signed for office and statistics bureau, by different accounts.
    RankingSigned = "D21", "ranking-signed", "A5 C9";
    /// The tables follow from boxes, reports and scores, byte for byte.
    Tables = "D22", "tables", "T4";
    /// As much was checked as there is.
    Coverage = "D23", "coverage", "T3";
    /// The archive of a single box holds.
    Box = "D24", "box", "C9 T1 T3 T4";
    /// Enough key holders opened a practice box with both media before the survey opened.
    Rehearsal = "D25", "rehearsal", "C9 T15";
}

impl fmt::Display for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.number(), self.name())
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn checks_are_numbered_without_gaps_and_named_once() {
        for (index, check) in Check::ALL.iter().enumerate() {
            assert_eq!(check.number(), format!("D{:02}", index + 1));
        }
        let names: BTreeSet<_> = Check::ALL.iter().map(|check| check.name()).collect();
        assert_eq!(names.len(), Check::ALL.len());
    }
}
