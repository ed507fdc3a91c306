//! The whole result as one value with one canonical JSON text, for the dossier.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::counts::{ScoreInput, ScoreRejection};
use crate::counts_csv::{CountsMistake, read_counts_csv};
use crate::exact::Exact;
use crate::rank::{Ranking, rank};
use crate::rulebook::{Rulebook, RulebookMistake, Setting};
use crate::score::{Scores, score_units};

/// The version of the JSON form.
const FORMAT: u64 = 1;

/// Scores with trace, the ranking, and the settings they rest on (D4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScoreReport {
    /// Version of this form, 1.
    pub format: u64,
    /// Id of the rulebook.
    pub rulebook: String,
    /// SHA-256 of the rulebook's bytes, lowercase hexadecimal.
    pub rulebook_hash: String,
    /// Every setting, with where it comes from.
    pub settings: Vec<Setting>,
    /// The lowest total that the rulebook makes possible (D3).
    pub lowest_total: Exact,
    /// The highest total that the rulebook makes possible (D3).
    pub highest_total: Exact,
    /// The ranking.
    pub ranking: Ranking,
    /// Scores and traces.
    pub scores: Scores,
}

/// Why a text is not a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not JSON of this form.
    #[error("not a score report: {0}")]
    Form(#[from] serde_json::Error),
    /// A form of another version.
    #[error("score report of format {0}, this version reads format 1")]
    Format(u64),
    /// The same content would be written differently, so hashes over it would differ.
    #[error("the score report is not in canonical form")]
    NotCanonical,
}

/// Why [`score_text`] gave no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoreError {
    /// The rulebook has mistakes.
    #[error("the rulebook has {} mistakes:\n{}", .0.len(), lines(.0))]
    Rulebook(Vec<RulebookMistake>),
    /// The counts file has mistakes.
    #[error("the counts file has {} mistakes:\n{}", .0.len(), lines(.0))]
    Counts(Vec<CountsMistake>),
    /// The counts do not fit the rulebook.
    #[error("the counts do not fit the rulebook:\n{0}")]
    Rejected(#[from] ScoreRejection),
}

fn lines<T: fmt::Display>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Scores a counts file by a rulebook: all of `gongping score` but reading and printing.
///
/// # Errors
/// All mistakes of the first of rulebook, counts and their combination that has any.
pub fn score_text(rulebook: &str, counts_csv: &[u8]) -> Result<ScoreReport, ScoreError> {
    let rulebook = Rulebook::parse(rulebook).map_err(ScoreError::Rulebook)?;
    let input = read_counts_csv(counts_csv).map_err(ScoreError::Counts)?;
    Ok(ScoreReport::new(&rulebook, &input)?)
}

impl ScoreReport {
    /// Scores and ranks.
    ///
    /// # Errors
    /// [`ScoreRejection`] when the input does not fit the rulebook.
    pub fn new(rulebook: &Rulebook, input: &ScoreInput) -> Result<ScoreReport, ScoreRejection> {
        let scores = score_units(rulebook, input)?;
        Ok(ScoreReport {
            format: FORMAT,
            rulebook: rulebook.id().to_owned(),
            rulebook_hash: rulebook.hash(),
            settings: rulebook.settings(),
            lowest_total: rulebook.lowest_total(),
            highest_total: rulebook.highest_total(),
            ranking: rank(&scores, rulebook),
            scores,
        })
    }

    /// The canonical text: compact JSON, fields in the order of the types, ids in byte order,
    /// one line with a line feed at its end.
    pub fn to_json(&self) -> String {
        // Strings, numbers and maps with string keys always serialise.
        let json = serde_json::to_string(self).unwrap_or_default();
        json + "\n"
    }

    /// Reads the canonical text, and nothing else.
    ///
    /// # Errors
    /// [`ReportError`] for other JSON, other versions and other spellings of the same content.
    pub fn from_json(text: &str) -> Result<ScoreReport, ReportError> {
        let report: ScoreReport = serde_json::from_str(text)?;
        if report.format != FORMAT {
            return Err(ReportError::Format(report.format));
        }
        if report.to_json() != text {
            return Err(ReportError::NotCanonical);
        }
        Ok(report)
    }
}

impl fmt::Display for ScoreReport {
    /// The English text of `gongping score`: settings, ranking, then each unit step by step.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "Rulebook {}, SHA-256 {}", self.rulebook, self.rulebook_hash)?;
        writeln!(out, "Possible totals: {} to {}", self.lowest_total, self.highest_total)?;
        writeln!(out, "\nSettings")?;
        for setting in &self.settings {
            writeln!(out, "  {setting}")?;
        }
        self.write_ranking(out)?;
        for (unit, score) in &self.scores.units {
            writeln!(out, "\n{unit}")?;
            for step in &score.trace {
                writeln!(out, "  {step}")?;
            }
        }
        Ok(())
    }
}

impl ScoreReport {
    fn write_ranking(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nRanking")?;
        for row in &self.ranking.rows {
            let (tied, band) = (if row.tied { "=" } else { " " }, row.band.as_deref());
            write!(out, "{:>6}{tied} {:>10}  {}", row.rank, row.shown, row.unit)?;
            writeln!(out, "{}", band.map(|band| format!("  {band}")).unwrap_or_default())?;
        }
        for row in &self.ranking.vetoed {
            let vetoes: Vec<&str> = row.vetoes.iter().map(String::as_str).collect();
            write!(out, "  veto  {}: {}", row.unit, vetoes.join(", "))?;
            match row.would_have_rank {
                Some(rank) => writeln!(out, " (would have had rank {rank})")?,
                None => writeln!(out)?,
            }
        }
        for row in &self.ranking.unranked {
            let reasons: Vec<String> = row.reasons.iter().map(ToString::to_string).collect();
            writeln!(out, "     –  {}: {}", row.unit, reasons.join("; "))?;
        }
        Ok(())
    }
}
