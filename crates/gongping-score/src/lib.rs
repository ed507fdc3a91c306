//! The rulebook of an appraisal as data, and what follows from it: exact scores with a trace of
//! every step, and the ranking.
//!
//! This crate is pure: no clock, no dice, no files. The same rulebook bytes and the same counts
//! give the same report bytes. Clause ids such as `D2` are those of the requirements.
//!
//! ```text
//! rulebook.toml ──Rulebook::parse──▶ Rulebook ─┐
//! counts.csv ─────read_counts_csv──▶ ScoreInput ┴─score_units─▶ Scores ─rank─▶ Ranking
//!                                                        └──────── ScoreReport ───────┘
//! ```

mod band;
mod counts;
mod counts_csv;
mod exact;
mod parts;
mod rank;
mod report;
pub mod rulebook;
mod score;
mod trace;

pub use counts::{
    BoxCounts, Components, Counts, Findings, ScoreInput, ScoreProblem, ScoreRejection,
};
pub use counts_csv::{CountsMistake, CountsMistakeCode, read_counts_csv};
pub use exact::{Exact, ExactError, MAX_DIGITS, Rounding, RoundingMode};
pub use rank::{RankRow, Ranking, UnrankedRow, VetoedRow, rank};
pub use report::{ReportError, ScoreError, ScoreReport, score_text};
pub use rulebook::{MistakeCode, Rulebook, RulebookMistake};
pub use score::{Scores, UnitScore, Unranked, score_units};
pub use trace::{GradeCount, GroupShare, Step, What};

/// The stable id of a unit: a code of GB/T 2260 and a suffix, such as `360100-RSJ`.
pub type UnitId = String;
/// The id of a respondent group of the rulebook.
pub type GroupId = String;
/// The id of an item of the rulebook.
pub type ItemId = String;
/// The id of a grade of the rulebook.
pub type GradeId = String;
/// The id of a component of the rulebook.
pub type ComponentId = String;
/// The id of a veto of the rulebook.
pub type VetoId = String;
/// The id of a band of the rulebook.
pub type BandId = String;
