//! From counts and points to exact totals, step by step (D1, D2, D5).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::counts::{self, BoxCounts, ScoreInput, ScoreRejection};
use crate::exact::Exact;
use crate::parts::Standings;
use crate::rulebook::{
    Blank, Component, ComponentAbsent, EnteredPoints, Group, GroupAbsent, Item, ItemAbsent,
    ItemMean, Origin, Rulebook,
};
use crate::trace::{GradeCount, GroupShare, Step, What};

/// The scores of all units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// Unit id → score.
    pub units: BTreeMap<String, UnitScore>,
}

/// The score of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitScore {
    /// Ballots by group; 0 for groups without a box.
    pub ballots: BTreeMap<String, u64>,
    /// The survey score on the rulebook's scale.
    pub survey: Option<Exact>,
    /// Component → what it contributes to the total. Components without a value are missing.
    pub components: BTreeMap<String, Exact>,
    /// The total; absent exactly when there is a reason in `unranked`.
    pub total: Option<Exact>,
    /// Why the unit has no total and no rank.
    pub unranked: Vec<Unranked>,
    /// Vetoes with a confirmed breach (E4).
    pub vetoes: BTreeSet<String>,
    /// The class of the unit, if the rulebook ranks or gives bands within classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How it came about.
    pub trace: Vec<Step>,
}

/// Why a unit is not ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "reason", deny_unknown_fields)]
pub enum Unranked {
    /// Too few ballots from a group.
    #[error("sample too small: {ballots} of {minimum} ballots from {group}")]
    SampleTooSmall {
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots needed.
        minimum: u64,
    },
    /// Enough ballots, but no answer that counts for an item.
    #[error("no answers to {item} from {group}")]
    ItemWithoutAnswers {
        /// Group id.
        group: String,
        /// Item id.
        item: String,
    },
    /// Nothing is left of the survey after groups or items were left out.
    #[error("no answers that count")]
    NoSurvey,
    /// More ballots than were issued: the round is void and must be repeated.
    #[error("void: {ballots} ballots from {group}, but only {issued} were issued")]
    Void {
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots issued.
        issued: u64,
    },
    /// A rate over nothing, which the rulebook does not give a worth.
    #[error("{component}: a rate over nothing")]
    RateOverNothing {
        /// Component id.
        component: String,
    },
    /// No points for a component.
    #[error("no points for {component}")]
    ComponentMissing {
        /// Component id.
        component: String,
    },
}

/// Scores every unit of the input.
///
/// # Errors
/// [`ScoreRejection`] with all problems when the input does not fit the rulebook.
pub fn score_units(rulebook: &Rulebook, input: &ScoreInput) -> Result<Scores, ScoreRejection> {
    counts::check(rulebook, input)?;
    let standings = Standings::new(rulebook, input);
    let units = input
        .all_units()
        .into_iter()
        .map(|unit| (unit.clone(), UnitScoring::new(rulebook, input, unit, &standings).run()))
        .collect();
    Ok(Scores { units })
}

/// The computation of one unit: collects steps and reasons while it goes.
pub(crate) struct UnitScoring<'a> {
    pub(crate) rulebook: &'a Rulebook,
    pub(crate) input: &'a ScoreInput,
    pub(crate) unit: &'a str,
    pub(crate) standings: &'a Standings,
    components: BTreeMap<String, Exact>,
    /// What components came to on their own scales.
    pub(crate) own: BTreeMap<String, Exact>,
    pub(crate) unranked: Vec<Unranked>,
    trace: Vec<Step>,
}

/// A step's clauses: those of the rules it follows, each once.
fn clauses<'a>(all: impl IntoIterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for clause in all.into_iter().flatten() {
        if !seen.iter().any(|earlier| earlier == clause) {
            seen.push(clause.to_owned());
        }
    }
    seen
}

fn plan_clause(origin: &Origin) -> Option<&str> {
    match origin {
        Origin::Plan(clause) => Some(clause),
        Origin::Rulebook | Origin::Default => None,
    }
}

fn item_step_id(group: &str, item: &str) -> String {
    format!("group:{group}/item:{item}")
}

impl<'a> UnitScoring<'a> {
    pub(crate) fn new(
        rulebook: &'a Rulebook,
        input: &'a ScoreInput,
        unit: &'a str,
        standings: &'a Standings,
    ) -> UnitScoring<'a> {
        let (components, own, unranked, trace) = Default::default();
        UnitScoring { rulebook, input, unit, standings, components, own, unranked, trace }
    }

    fn run(mut self) -> UnitScore {
        let survey = if self.rulebook.items().is_empty() { None } else { self.survey_score() };
        let parts = self.parts(self.rulebook.components(), survey.as_ref());
        let total = self.total(parts);
        self.show_figures();
        let mut vetoes = self.input.findings.get(self.unit).cloned().unwrap_or_default();
        vetoes.extend(self.fallen());
        for veto in &vetoes {
            self.veto(veto);
        }
        let ballots = self.rulebook.groups().iter();
        let ballots =
            ballots.map(|group| (group.id.clone(), self.counts(group).map_or(0, |c| c.ballots)));
        UnitScore {
            ballots: ballots.collect(),
            survey,
            components: self.components,
            total,
            unranked: self.unranked,
            vetoes,
            class: self
                .input
                .class_of(self.rulebook, self.unit)
                .filter(|_| self.rulebook.needs_classes()),
            trace: self.trace,
        }
    }

    fn counts(&self, group: &Group) -> Option<&'a BoxCounts> {
        self.input.counts.get(self.unit)?.get(&group.id)
    }

    pub(crate) fn step(
        &mut self,
        id: String,
        what: What,
        clauses: Vec<String>,
        inputs: Vec<String>,
        value: Option<Exact>,
    ) {
        let shown = value.as_ref().map(|value| self.rulebook.shown(value));
        self.trace.push(Step { id, what, clauses, inputs, value, shown });
    }

    /// Weighted mean over the groups; `None` with a reason when the unit cannot be ranked.
    pub(crate) fn survey_score(&mut self) -> Option<Exact> {
        let rulebook = self.rulebook;
        let reasons_before = self.unranked.len();
        let mut scored: Vec<(&Group, Exact)> = Vec::new();
        for group in rulebook.groups() {
            // Groups that are only shown are in the trace, and nowhere else.
            if let Some(score) = self.group_score(group).filter(|_| !group.shown_only) {
                scored.push((group, score));
            }
        }
        if self.unranked.len() > reasons_before {
            return None;
        }
        let sum: Exact = scored.iter().map(|(group, _)| &group.weight).sum();
        if sum.is_zero() {
            self.unranked.push(Unranked::NoSurvey);
            return None;
        }
        let mut groups = Vec::new();
        let mut score = Exact::zero();
        for (group, group_score) in &scored {
            let (weight, used) = (group.weight.clone(), &group.weight / &sum);
            score = &score + &(&used * group_score);
            groups.push(GroupShare { group: group.id.clone(), weight, used });
        }
        let inputs = scored.iter().map(|(group, _)| format!("group:{}", group.id)).collect();
        let weighing = rulebook.groups().iter().filter(|group| !group.shown_only).count();
        let reweighted = scored.len() < weighing;
        let absent_rule = reweighted.then(|| plan_clause(&rulebook.survey().group_absent.origin));
        let group_clauses = scored.iter().map(|(group, _)| group.clause.as_deref());
        let clauses = clauses(group_clauses.chain([absent_rule.flatten()]));
        let what = What::SurveyScore { groups, reweighted };
        self.step("survey".to_owned(), what, clauses, inputs, Some(score.clone()));
        Some(score)
    }

    /// Mean over the items; `None` when the group is left out or keeps the unit unranked.
    fn group_score(&mut self, group: &'a Group) -> Option<Exact> {
        let rulebook = self.rulebook;
        let none = BoxCounts::default();
        let counts = self.counts(group).unwrap_or(&none);
        if self.is_void(group, counts.ballots) {
            return None;
        }
        let valid = counts::valid_ballots(rulebook, counts);
        if valid < rulebook.minimum_ballots(group) {
            self.sample_too_small(group, valid);
            return None;
        }
        let reasons_before = self.unranked.len();
        let mut scored: Vec<(&Item, Exact)> = Vec::new();
        for item in rulebook.items() {
            if let Some(score) = self.item_score(group, item, counts) {
                scored.push((item, score));
            }
        }
        if self.unranked.len() > reasons_before {
            return None;
        }
        let sum: Exact = scored.iter().map(|(item, _)| &item.weight).sum();
        if sum.is_zero() && group.shown_only {
            return None;
        }
        if sum.is_zero() {
            // Every item was left out, so the group has no score to share its weight with.
            self.unranked.push(Unranked::NoSurvey);
            return None;
        }
        let weighted_sum: Exact = scored.iter().map(|(item, score)| &item.weight * score).sum();
        let score = &weighted_sum / &sum;
        let inputs = scored.iter().map(|(item, _)| item_step_id(&group.id, &item.id)).collect();
        let mean = &rulebook.survey().item_mean;
        let what = What::GroupScore {
            group: group.id.clone(),
            ballots: counts.ballots,
            items: u64::try_from(scored.len()).unwrap_or(u64::MAX),
            weighted: mean.value != ItemMean::Plain,
        };
        let clauses = clauses([group.clause.as_deref(), plan_clause(&mean.origin)]);
        self.step(format!("group:{}", group.id), what, clauses, inputs, Some(score.clone()));
        Some(score)
    }

    fn sample_too_small(&mut self, group: &Group, ballots: u64) {
        let rule = &self.rulebook.survey().group_absent;
        let left_out = rule.value == GroupAbsent::Reweight || group.shown_only;
        let minimum = self.rulebook.minimum_ballots(group);
        let id = group.id.clone();
        if !left_out {
            self.unranked.push(Unranked::SampleTooSmall { group: id.clone(), ballots, minimum });
        }
        let what = What::SampleTooSmall { group: id, ballots, minimum, left_out };
        let clauses = clauses([group.clause.as_deref(), plan_clause(&rule.origin)]);
        self.step(format!("group:{}", group.id), what, clauses, Vec::new(), None);
    }

    /// Scale · Σ(count · value) ÷ (base · full) (D2).
    fn item_score(&mut self, group: &Group, item: &Item, counts: &BoxCounts) -> Option<Exact> {
        let rulebook = self.rulebook;
        let answers = counts.answers.get(&item.id);
        let counted: Vec<GradeCount> = rulebook
            .grades()
            .iter()
            .map(|grade| GradeCount {
                grade: grade.id.clone(),
                count: answers.and_then(|grades| grades.get(&grade.id)).copied().unwrap_or(0),
                value: item.value(grade).cloned(),
            })
            .collect();
        // No overflow: the check refused boxes with more answers than ballots.
        let answered: u64 = counted.iter().map(|grade| grade.count).sum();
        let blank = counts.ballots - answered;
        let with_base =
            counted.iter().filter(|grade| counts::in_base(rulebook, grade.value.is_some()));
        let mut base: u64 = with_base.map(|grade| grade.count).sum();
        if matches!(rulebook.survey().blank.value, Blank::InBase | Blank::Deduct) {
            base += blank;
        }
        if base == 0 {
            self.item_without_answers(group, item, counts.ballots);
            return None;
        }
        let worth: Exact = counted
            .iter()
            .filter_map(|grade| Some(&Exact::from(grade.count) * grade.value.as_ref()?))
            .sum();
        let deduction = Some(&rulebook.survey().blank_deduction.value);
        let deduction =
            deduction.filter(|_| rulebook.survey().blank.value == Blank::Deduct).cloned();
        let off = deduction.iter().map(|each| &Exact::from(blank) * each).sum();
        let worth = &worth - &off;
        let (full, scale) = (item.full.clone(), rulebook.scale().clone());
        let value = &(&scale * &worth) / &(&Exact::from(base) * &full);
        let grade_clauses = rulebook.grades().iter().map(|grade| grade.clause.as_deref());
        let clauses = clauses([item.clause.as_deref()].into_iter().chain(grade_clauses));
        let what = What::ItemScore {
            group: group.id.clone(),
            item: item.id.clone(),
            counts: counted,
            ballots: counts.ballots,
            blank,
            base,
            full,
            scale,
            deduction,
        };
        let id = item_step_id(&group.id, &item.id);
        self.step(id, what, clauses, Vec::new(), Some(value.clone()));
        Some(value)
    }

    fn item_without_answers(&mut self, group: &Group, item: &Item, ballots: u64) {
        let rule = &self.rulebook.survey().item_absent;
        let left_out = rule.value == ItemAbsent::LeaveOut || group.shown_only;
        let (group, id) = (group.id.clone(), item.id.clone());
        if !left_out {
            let (group, item) = (group.clone(), id.clone());
            self.unranked.push(Unranked::ItemWithoutAnswers { group, item });
        }
        let step_id = item_step_id(&group, &id);
        let what = What::ItemWithoutAnswers { group, item: id, ballots, left_out };
        let clauses = clauses([item.clause.as_deref(), plan_clause(&rule.origin)]);
        self.step(step_id, what, clauses, Vec::new(), None);
    }

    /// Whether more ballots came back than were issued.
    fn is_void(&mut self, group: &Group, ballots: u64) -> bool {
        let issued = self.input.issued.get(self.unit).and_then(|groups| groups.get(&group.id));
        let Some(issued) = issued.copied().filter(|issued| ballots > *issued) else { return false };
        let id = group.id.clone();
        self.unranked.push(Unranked::Void { group: id.clone(), ballots, issued });
        let clauses = clauses([plan_clause(&self.rulebook.survey().over_issued.origin)]);
        let what = What::Void { group: id, ballots, issued };
        self.step(format!("group:{}", group.id), what, clauses, Vec::new(), None);
        true
    }

    /// The points that were entered, in proportion.
    pub(crate) fn entered_part(
        &mut self,
        component: &Component,
        entered: &EnteredPoints,
    ) -> Option<(What, Exact)> {
        let id = component.id.clone();
        let points = self.input.components.get(self.unit).and_then(|points| points.get(&id));
        let points = match (points, self.rulebook.component_absent()) {
            (Some(points), _) => points.clone(),
            (None, ComponentAbsent::Lowest) => entered.minimum.clone(),
            (None, ComponentAbsent::Unranked) => {
                self.unranked.push(Unranked::ComponentMissing { component: id.clone() });
                let clauses = clauses([component.clause.as_deref()]);
                let what = What::ComponentMissing { component: id.clone() };
                self.step(format!("component:{id}"), what, clauses, Vec::new(), None);
                return None;
            }
        };
        let missing = !self
            .input
            .components
            .get(self.unit)
            .is_some_and(|points| points.contains_key(&component.id));
        let value = &(&points / &entered.maximum) * &component.points;
        let what = What::EnteredPart {
            component: id,
            entered: points,
            maximum: entered.maximum.clone(),
            points: component.points.clone(),
            missing,
        };
        Some((what, value))
    }

    pub(crate) fn component_step(
        &mut self,
        component: &Component,
        what: What,
        inputs: Vec<String>,
        value: Exact,
    ) -> Exact {
        let id = format!("component:{}", component.id);
        let clauses = clauses([component.clause.as_deref()]);
        self.components.insert(component.id.clone(), value.clone());
        self.step(id, what, clauses, inputs, Some(value.clone()));
        value
    }

    fn total(&mut self, total: Option<Exact>) -> Option<Exact> {
        let total = total?;
        let rulebook = self.rulebook;
        let inputs = rulebook.components().iter().map(|part| format!("component:{}", part.id));
        let what =
            What::Total { lowest: rulebook.lowest_total(), highest: rulebook.highest_total() };
        let clauses = clauses([rulebook.scale_clause()]);
        self.step("total".to_owned(), what, clauses, inputs.collect(), Some(total.clone()));
        Some(total)
    }

    fn veto(&mut self, id: &str) {
        // Unknown vetoes were refused by the check.
        if let Some(veto) = self.rulebook.veto(id) {
            let clauses = clauses([veto.clause.as_deref()]);
            let what = What::Veto { veto: veto.id.clone(), band: veto.band.clone() };
            self.step(format!("veto:{id}"), what, clauses, Vec::new(), None);
        }
    }
}
