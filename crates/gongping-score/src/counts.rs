//! What is scored: counts of answers from the boxes, points from the inspection, and findings.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::exact::Exact;
use crate::rulebook::{Blank, ComponentKind, DontKnow, Grade, OverIssued, Rulebook};

/// The counts of one box: one unit, one respondent group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxCounts {
    /// Ballots that were tallied. A box that stayed sealed because it has too few ballots gives
    /// their number and no answers.
    pub ballots: u64,
    /// Item → grade → answers. What is missing is 0; ballots without an answer left it blank.
    pub answers: BTreeMap<String, BTreeMap<String, u64>>,
}

impl BoxCounts {
    /// Counts whose number of ballots is that of the item with the most answers: the only number
    /// that can be known when it is not given.
    pub fn from_answers(answers: BTreeMap<String, BTreeMap<String, u64>>) -> BoxCounts {
        let ballots = answers
            .values()
            .map(|grades| grades.values().fold(0, |sum: u64, n| sum.saturating_add(*n)))
            .max()
            .unwrap_or(0);
        BoxCounts { ballots, answers }
    }

    /// The counts of two boxes added up; `None` when a sum does not fit 64 bits.
    pub fn merged(&self, other: &BoxCounts) -> Option<BoxCounts> {
        let mut whole = self.clone();
        whole.ballots = whole.ballots.checked_add(other.ballots)?;
        for (item, grades) in &other.answers {
            let item = whole.answers.entry(item.clone()).or_default();
            for (grade, count) in grades {
                let sum = item.entry(grade.clone()).or_default();
                *sum = sum.checked_add(*count)?;
            }
        }
        Some(whole)
    }
}

/// Unit → group → counts of the box.
pub type Counts = BTreeMap<String, BTreeMap<String, BoxCounts>>;

/// Unit → component → points as the inspection group decided them.
pub type Components = BTreeMap<String, BTreeMap<String, Exact>>;

/// Unit → vetoes with a confirmed finding.
pub type Findings = BTreeMap<String, BTreeSet<String>>;

/// All that a score is computed from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreInput {
    /// Units that must appear in the result even if nothing came in for them. Units that appear
    /// below need not be listed.
    pub units: BTreeSet<String>,
    /// Answers.
    pub counts: Counts,
    /// Points.
    pub components: Components,
    /// Confirmed breaches.
    pub findings: Findings,
    /// Unit → class, for units that the rulebook does not list in a class itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<String, String>,
    /// Unit → group → ballots that were issued, where it is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub issued: BTreeMap<String, BTreeMap<String, u64>>,
}

impl ScoreInput {
    /// The class of a unit: the input's, or the rulebook's own list.
    pub fn class_of(&self, rulebook: &Rulebook, unit: &str) -> Option<String> {
        let given = self.classes.get(unit).map(String::as_str);
        given.or_else(|| rulebook.class_of(unit)).map(str::to_owned)
    }

    /// Every unit that appears anywhere.
    pub fn all_units(&self) -> BTreeSet<&String> {
        let listed = self.units.iter().chain(self.counts.keys());
        let listed = listed.chain(self.components.keys()).chain(self.findings.keys());
        listed.chain(self.classes.keys()).chain(self.issued.keys()).collect()
    }
}

/// Why counts or points cannot be scored by this rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub enum ScoreProblem {
    /// The rulebook has no such group.
    #[error("{unit}: the rulebook has no respondent group {group:?}")]
    UnknownGroup {
        /// Unit id.
        unit: String,
        /// What was given.
        group: String,
    },
    /// The rulebook has no such item.
    #[error("{unit}, {group}: the rulebook has no item {item:?}")]
    UnknownItem {
        /// Unit id.
        unit: String,
        /// Group id.
        group: String,
        /// What was given.
        item: String,
    },
    /// The rulebook has no such grade.
    #[error("{unit}, {group}, {item}: the rulebook has no grade {grade:?}")]
    UnknownGrade {
        /// Unit id.
        unit: String,
        /// Group id.
        group: String,
        /// Item id.
        item: String,
        /// What was given.
        grade: String,
    },
    /// More answers than ballots.
    #[error("{unit}, {group}, {item}: {answers} answers but only {ballots} ballots")]
    MoreAnswersThanBallots {
        /// Unit id.
        unit: String,
        /// Group id.
        group: String,
        /// Item id.
        item: String,
        /// Sum of the answers.
        answers: String,
        /// Ballots in the box.
        ballots: u64,
    },
    /// Blank answers where the rulebook forbids them.
    #[error("{unit}, {group}, {item}: {blank} blank answers, which the rulebook does not allow")]
    BlankForbidden {
        /// Unit id.
        unit: String,
        /// Group id.
        group: String,
        /// Item id.
        item: String,
        /// Ballots without an answer.
        blank: u64,
    },
    /// The rulebook has no such component, or nobody enters points for it.
    #[error("{unit}: the rulebook has no component {component:?} that takes points")]
    UnknownComponent {
        /// Unit id.
        unit: String,
        /// What was given.
        component: String,
    },
    /// Points outside the component's range.
    #[error("{unit}, {component}: {points} points are outside {minimum} to {maximum}")]
    PointsOutOfRange {
        /// Unit id.
        unit: String,
        /// Component id.
        component: String,
        /// What was entered.
        points: Exact,
        /// Fewest.
        minimum: Exact,
        /// Most.
        maximum: Exact,
    },
    /// Points between two steps.
    #[error("{unit}, {component}: {points} points are not on a step of {step}")]
    PointsOffStep {
        /// Unit id.
        unit: String,
        /// Component id.
        component: String,
        /// What was entered.
        points: Exact,
        /// The step.
        step: Exact,
    },
    /// A rate above 1.
    #[error("{unit}, {component}: {count} of {base} is more than all")]
    RateAboveOne {
        /// Unit id.
        unit: String,
        /// Component id.
        component: String,
        /// The figure above the line.
        count: Exact,
        /// The figure below the line.
        base: Exact,
    },
    /// More ballots than were issued.
    #[error("{unit}, {group}: {ballots} ballots, but only {issued} were issued")]
    MoreBallotsThanIssued {
        /// Unit id.
        unit: String,
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots issued.
        issued: u64,
    },
    /// The rulebook ranks within classes, and the unit is in none.
    #[error("{unit}: the rulebook ranks within classes, but the unit is in none")]
    ClassMissing {
        /// Unit id.
        unit: String,
    },
    /// The rulebook has no such class.
    #[error("{unit}: the rulebook has no class {class:?}")]
    UnknownClass {
        /// Unit id.
        unit: String,
        /// What was given.
        class: String,
    },
    /// The rulebook has no such veto.
    #[error("{unit}: the rulebook has no veto {veto:?}")]
    UnknownVeto {
        /// Unit id.
        unit: String,
        /// What was given.
        veto: String,
    },
}

/// Counts and points that do not fit the rulebook. Nothing was scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ScoreRejection {
    /// All problems, in the order of the units; never empty.
    pub problems: Vec<ScoreProblem>,
}

/// Finds everything that keeps the input from being scored.
pub(crate) fn check(rulebook: &Rulebook, input: &ScoreInput) -> Result<(), ScoreRejection> {
    let mut problems = Vec::new();
    for (unit, boxes) in &input.counts {
        for (group, counts) in boxes {
            match rulebook.group(group) {
                None => problems
                    .push(ScoreProblem::UnknownGroup { unit: unit.clone(), group: group.clone() }),
                Some(_) => check_box(rulebook, (unit, group), counts, &mut problems),
            }
        }
    }
    for (unit, points) in &input.components {
        for (component, points) in points {
            problems.extend(check_points(rulebook, unit, component, points));
        }
    }
    for (unit, vetoes) in &input.findings {
        for veto in vetoes.iter().filter(|veto| rulebook.veto(veto).is_none()) {
            problems.push(ScoreProblem::UnknownVeto { unit: unit.clone(), veto: veto.clone() });
        }
    }
    check_rates(rulebook, input, &mut problems);
    check_issued(rulebook, input, &mut problems);
    check_classes(rulebook, input, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(ScoreRejection { problems }) }
}

fn check_rates(rulebook: &Rulebook, input: &ScoreInput, problems: &mut Vec<ScoreProblem>) {
    for component in rulebook.all_components() {
        let ComponentKind::Rate(rate) = &component.kind else { continue };
        for (unit, figures) in &input.components {
            let (Some(count), Some(base)) = (figures.get(&rate.figure), figures.get(&rate.base))
            else {
                continue;
            };
            if count > base {
                let (unit, component) = (unit.clone(), component.id.clone());
                let (count, base) = (count.clone(), base.clone());
                problems.push(ScoreProblem::RateAboveOne { unit, component, count, base });
            }
        }
    }
}

fn check_issued(rulebook: &Rulebook, input: &ScoreInput, problems: &mut Vec<ScoreProblem>) {
    for (unit, groups) in &input.issued {
        for (group, issued) in groups {
            let (unit, group, issued) = (unit.clone(), group.clone(), *issued);
            if rulebook.group(&group).is_none() {
                problems.push(ScoreProblem::UnknownGroup { unit, group });
                continue;
            }
            let counts = input.counts.get(&unit).and_then(|boxes| boxes.get(&group));
            let ballots = counts.map_or(0, |counts| counts.ballots);
            if ballots > issued && rulebook.survey().over_issued.value == OverIssued::Refused {
                problems.push(ScoreProblem::MoreBallotsThanIssued { unit, group, ballots, issued });
            }
        }
    }
}

fn check_classes(rulebook: &Rulebook, input: &ScoreInput, problems: &mut Vec<ScoreProblem>) {
    for (unit, class) in &input.classes {
        if !rulebook.classes().iter().any(|known| known.id == *class) {
            let (unit, class) = (unit.clone(), class.clone());
            problems.push(ScoreProblem::UnknownClass { unit, class });
        }
    }
    if rulebook.needs_classes() {
        let units = input.all_units().into_iter();
        for unit in units.filter(|unit| input.class_of(rulebook, unit).is_none()) {
            problems.push(ScoreProblem::ClassMissing { unit: unit.clone() });
        }
    }
}

/// The ballots that count as answered: all, or those without "don't know" where that makes a
/// ballot invalid.
pub(crate) fn valid_ballots(rulebook: &Rulebook, counts: &BoxCounts) -> u64 {
    if rulebook.survey().dont_know.value != DontKnow::Invalid {
        return counts.ballots;
    }
    let without_value = rulebook.grades().iter().filter(|grade| grade.value.is_none());
    let answers = |grade: &Grade| counts.answers.values().filter_map(|of| of.get(&grade.id)).sum();
    let invalid: u64 = without_value.map(answers).fold(0, u64::saturating_add);
    counts.ballots.saturating_sub(invalid)
}

fn check_box(
    rulebook: &Rulebook,
    (unit, group): (&String, &String),
    counts: &BoxCounts,
    problems: &mut Vec<ScoreProblem>,
) {
    for (item, grades) in &counts.answers {
        let (unit, group, item) = (unit.clone(), group.clone(), item.clone());
        if rulebook.item(&item).is_none() {
            problems.push(ScoreProblem::UnknownItem { unit, group, item });
            continue;
        }
        for grade in grades.keys().filter(|grade| rulebook.grade(grade).is_none()) {
            problems.push(ScoreProblem::UnknownGrade {
                unit: unit.clone(),
                group: group.clone(),
                item: item.clone(),
                grade: grade.clone(),
            });
        }
        // Counts come from files: their sum may not fit 64 bits.
        let answers: u128 = grades.values().map(|count| u128::from(*count)).sum();
        if answers > u128::from(counts.ballots) {
            problems.push(ScoreProblem::MoreAnswersThanBallots {
                unit,
                group,
                item,
                answers: answers.to_string(),
                ballots: counts.ballots,
            });
        }
    }
    if rulebook.survey().blank.value == Blank::Forbidden && !counts.answers.is_empty() {
        for item in rulebook.items() {
            let answers = counts.answers.get(&item.id);
            let answers: u128 =
                answers.into_iter().flat_map(BTreeMap::values).map(|n| u128::from(*n)).sum();
            let blank = u128::from(counts.ballots).saturating_sub(answers);
            if let (Ok(blank), true) = (u64::try_from(blank), blank > 0) {
                problems.push(ScoreProblem::BlankForbidden {
                    unit: unit.clone(),
                    group: group.clone(),
                    item: item.id.clone(),
                    blank,
                });
            }
        }
    }
}

fn check_points(rulebook: &Rulebook, unit: &str, id: &str, points: &Exact) -> Option<ScoreProblem> {
    let (unit, id, points) = (unit.to_owned(), id.to_owned(), points.clone());
    let entered = rulebook.entered_components().into_iter().find(|(one, _)| one.id == id);
    let Some((_, entered)) = entered else {
        return Some(ScoreProblem::UnknownComponent { unit, component: id });
    };
    if points < entered.minimum || points > entered.maximum {
        let (minimum, maximum) = (entered.minimum.clone(), entered.maximum.clone());
        return Some(ScoreProblem::PointsOutOfRange {
            unit,
            component: id,
            points,
            minimum,
            maximum,
        });
    }
    if !entered.allows(&points) {
        let step = entered.step.clone();
        return Some(ScoreProblem::PointsOffStep { unit, component: id, points, step });
    }
    None
}

/// Whether the answers of this grade are in the base.
pub(crate) fn in_base(rulebook: &Rulebook, has_value: bool) -> bool {
    has_value || rulebook.survey().dont_know.value == DontKnow::InBase
}
