//! From opened boxes and signed inspection reports to the score report. The server that publishes
//! and the verifier that checks both call this, so they cannot differ in how they read the counts.

use gongping_appraisal::{BoxId, InspectionReport, UnitId};
use gongping_score::{BoxCounts, Exact, Rulebook, ScoreInput, ScoreRejection, ScoreReport};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What came out of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxTally {
    /// Ballots that count: one for each code that answered.
    pub counted: u64,
    /// Question by question, answer by answer, in the order of the rulebook's items and grades;
    /// `None` for a box that stays shut.
    pub counts: Option<Vec<Vec<u64>>>,
}

/// Why there is no score report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScoringMistake {
    /// The counts of a box are not items × grades of the rulebook.
    #[error("the counts of box {box_id} are not those of {items} items and {grades} grades")]
    Shape {
        /// The box.
        box_id: BoxId,
        /// Items of the rulebook.
        items: usize,
        /// Grades of the rulebook.
        grades: usize,
    },
    /// A report or box is about a unit that is not appraised.
    #[error("unit {unit} is not appraised")]
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// The points of a report are no numbers.
    #[error("the points of {unit} for {component} are not a number")]
    Points {
        /// The unit.
        unit: UnitId,
        /// The component.
        component: String,
    },
    /// Counts and points do not fit the rulebook.
    #[error(transparent)]
    Rejected(#[from] ScoreRejection),
}

/// What the scores are computed from (C9, D1, D2); `breaches` are the prohibitions that units broke
/// by the register (E4). A shut box gives its number of ballots and no
/// answers; the rulebook then says what becomes of the unit.
///
/// # Errors
/// [`ScoringMistake`] when boxes or reports do not fit the rulebook and the units.
pub fn score_input(
    rulebook: &Rulebook,
    units: &[UnitId],
    boxes: &BTreeMap<BoxId, BoxTally>,
    reports: &BTreeMap<UnitId, InspectionReport>,
    breaches: &BTreeMap<UnitId, BTreeSet<String>>,
) -> Result<ScoreInput, ScoringMistake> {
    let mut input = ScoreInput::default();
    input.units.extend(units.iter().map(ToString::to_string));
    let known = |unit: &UnitId| {
        let unknown = || ScoringMistake::UnknownUnit { unit: unit.clone() };
        units.contains(unit).then_some(()).ok_or_else(unknown)
    };
    for (box_id, tally) in boxes {
        known(&box_id.unit())?;
        let counts = box_counts(rulebook, box_id, tally)?;
        let of_unit = input.counts.entry(box_id.unit().to_string()).or_default();
        of_unit.insert(box_id.group().to_string(), counts);
    }
    for (unit, report) in reports {
        known(unit)?;
        let of_unit = input.components.entry(unit.to_string()).or_default();
        for (component, given) in &report.points {
            let points = Exact::from_str(&given.points.to_string()).map_err(|_| {
                ScoringMistake::Points { unit: unit.clone(), component: component.clone() }
            })?;
            of_unit.insert(component.clone(), points);
        }
    }
    for (unit, prohibitions) in breaches {
        known(unit)?;
        input.findings.insert(unit.to_string(), prohibitions.clone());
    }
    Ok(input)
}

fn box_counts(
    rulebook: &Rulebook,
    box_id: &BoxId,
    tally: &BoxTally,
) -> Result<BoxCounts, ScoringMistake> {
    let (items, grades) = (rulebook.items(), rulebook.grades());
    let Some(counts) = &tally.counts else {
        return Ok(BoxCounts { ballots: tally.counted, answers: BTreeMap::new() });
    };
    if counts.len() != items.len() || counts.iter().any(|row| row.len() != grades.len()) {
        let (box_id, items, grades) = (box_id.clone(), items.len(), grades.len());
        return Err(ScoringMistake::Shape { box_id, items, grades });
    }
    let answers = items.iter().zip(counts).map(|(item, row)| {
        let row = grades.iter().zip(row).map(|(grade, count)| (grade.id.clone(), *count));
        (item.id.clone(), row.collect())
    });
    Ok(BoxCounts { ballots: tally.counted, answers: answers.collect() })
}

/// Scores and ranking of the appraised units.
///
/// # Errors
/// [`ScoringMistake`] when boxes or reports do not fit the rulebook and the units.
pub fn score_report(
    rulebook: &Rulebook,
    units: &[UnitId],
    boxes: &BTreeMap<BoxId, BoxTally>,
    reports: &BTreeMap<UnitId, InspectionReport>,
    breaches: &BTreeMap<UnitId, BTreeSet<String>>,
) -> Result<ScoreReport, ScoringMistake> {
    Ok(ScoreReport::new(rulebook, &score_input(rulebook, units, boxes, reports, breaches)?)?)
}
