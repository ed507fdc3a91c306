//! How sure a published result is (ADR 0018): read off the report and the numbers of codes. Nothing
//! of it is kept; nothing of it enters the result.

use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::{AppraisalId, Published, SurveyPlan};
use gongping_score::rulebook::{
    Blank, Component, ComponentKind, DontKnow, SheetForm, Ties, VetoedPlaces,
};
use gongping_score::{
    Exact, GradeCount, GroupShare, Rounding, RoundingMode, Rulebook, ScoreReport, UnitScore, What,
};
use gongping_uncertainty::{
    Answers, Contender, Estimate, GroupSample, ItemSample, Method, Place, Sampling, estimate,
    rank_sets,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The chance of being wrong that is accepted.
pub const ALPHA: f64 = 0.05;

/// Up to so many units critical values are drawn while the page waits; for more units they are
/// those that hold under any dependence, a little larger and found at once.
const MOST_DRAWN: usize = 300;

/// How sure the totals and places are.
#[derive(Debug, Clone, Default)]
pub struct Uncertainty {
    /// By unit: those that have a total.
    pub units: BTreeMap<String, UnitUncertainty>,
    /// How many take part in the ranking.
    pub contenders: usize,
    /// How many tiers there are.
    pub tiers: usize,
    /// Whether critical values were drawn; otherwise they hold under any dependence.
    pub is_drawn: bool,
}

/// How sure the total and the place of a unit are.
#[derive(Debug, Clone)]
pub struct UnitUncertainty {
    /// The interval of the total, both ends with two digits.
    pub total: (String, String),
    /// Its place and tier; absent for units that are not ranked.
    pub standing: Option<StandingSets>,
}

/// The places that a unit can have.
#[derive(Debug, Clone, Copy)]
pub struct StandingSets {
    /// The sets of all units together hold with the chance.
    pub together: Place,
    /// The set of this unit alone holds with the chance.
    pub alone: Place,
    /// 1-based.
    pub tier: usize,
}

/// How many codes were issued for a unit and a group.
pub fn codes(plan: Option<&SurveyPlan>, unit: &str, group: &str) -> u64 {
    let sheets = plan.map(|plan| plan.sheets.as_slice()).unwrap_or_default();
    sheets
        .iter()
        .filter(|sheet| sheet.group.as_str() == group)
        .filter(|sheet| sheet.units.iter().any(|other| other.as_str() == unit))
        .map(|sheet| u64::from(sheet.codes))
        .sum()
}

/// Whether the total is the survey's share plus points without an error of sampling, ranked in one
/// list: what the estimates below are made for.
fn is_understood(rules: &Rulebook) -> bool {
    fn is_plain(component: &Component) -> bool {
        let bends = component.coefficient.is_some()
            || component.scale.is_some()
            || component.floor.is_some()
            || component.ceiling.is_some();
        !bends
            && match &component.kind {
                ComponentKind::Survey | ComponentKind::Entered(_) => true,
                ComponentKind::Sum(parts) => parts.iter().all(is_plain),
                _ => false,
            }
    }
    !rules.needs_classes() && rules.components().iter().all(is_plain)
}

/// How sure a published result is. It is drawn once, when it is first asked for.
///
/// # Errors
/// [`Refusal::Failure`] when the computation broke down.
pub async fn of_published(
    app: &App,
    id: &AppraisalId,
    published: &Published,
    report: &ScoreReport,
) -> Result<Arc<Uncertainty>, Refusal> {
    let known = app.uncertainty(id);
    let made = known.get_or_try_init(|| async {
        let rules = published.open.rulebook.rules.clone();
        let plan = published.open.survey.plan().cloned();
        let report = report.clone();
        let made = tokio::task::spawn_blocking(move || of_report(&rules, &report, plan.as_ref()));
        made.await.map(Arc::new).map_err(|error| Failure::Bug(error.to_string()))
    });
    Ok(made.await.cloned()?)
}

/// How sure the result is; nothing is said of a rulebook whose total comes about in another way
/// than the estimates know (rates, places, deductions, bonuses, coefficients, caps, classes).
fn of_report(rules: &Rulebook, report: &ScoreReport, plan: Option<&SurveyPlan>) -> Uncertainty {
    let mut result = Uncertainty::default();
    if !is_understood(rules) {
        return result;
    }
    let mut estimates: BTreeMap<&str, Estimate> = BTreeMap::new();
    for (unit, score) in &report.scores.units {
        let Some(total) = &score.total else { continue };
        let groups = samples(rules, score, |group| codes(plan, unit, group));
        let mut estimate = estimate(&groups);
        // The error is that of the survey; points of the inspection have none.
        estimate.value = number(total);
        let interval = estimate.cautious(ALPHA);
        let ends = (number(&report.lowest_total), number(&report.highest_total));
        let uncertainty = UnitUncertainty { total: interval.shown(ends), standing: None };
        result.units.insert(unit.clone(), uncertainty);
        estimates.insert(unit, estimate);
    }
    let ranking = &report.ranking;
    let mut names: Vec<&str> = ranking.rows.iter().map(|row| row.unit.as_str()).collect();
    result.contenders = names.len();
    if rules.ranking().vetoed_places.value == VetoedPlaces::Kept {
        names.extend(ranking.vetoed.iter().map(|row| row.unit.as_str()));
    }
    names.retain(|unit| estimates.contains_key(unit));
    // Dense places do not count who is better, so sets of places say nothing about them.
    if rules.ranking().ties.value == Ties::Dense {
        return result;
    }
    let draws = if names.len() > MOST_DRAWN { 0 } else { Sampling::default().draws };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let method = Method::Normal(Sampling { draws, threads, ..Sampling::default() });
    let contender = |unit: &&str| {
        let estimate = &estimates[unit];
        Contender::new(estimate.value, estimate, method)
    };
    let contenders: Vec<Contender> = names.iter().map(contender).collect();
    let sets = rank_sets(&contenders, ALPHA, method);
    for (index, row) in ranking.rows.iter().enumerate() {
        if let Some(unit) = result.units.get_mut(&row.unit) {
            let (together, alone) = (sets.together[index], sets.alone[index]);
            unit.standing = Some(StandingSets { together, alone, tier: sets.tier[index] });
        }
    }
    result.tiers = sets.tier.iter().copied().max().unwrap_or(0);
    result.is_drawn = sets.is_drawn;
    result
}

/// What the groups answered, read off the trace: with the weights that were used.
fn samples(rules: &Rulebook, score: &UnitScore, people: impl Fn(&str) -> u64) -> Vec<GroupSample> {
    let whats = || score.trace.iter().map(|step| &step.what);
    let slope: Exact = whats()
        .filter_map(|what| match what {
            What::SurveyPart { points, scale, .. } => Some(points / scale),
            _ => None,
        })
        .sum();
    let shares = whats().find_map(|what| match what {
        What::SurveyScore { groups, .. } => Some(groups.as_slice()),
        _ => None,
    });
    let sample = |share: &GroupShare| {
        let group = rules.group(&share.group);
        GroupSample {
            weight: number(&(&share.used * &slope)),
            people: Some(people(&share.group)),
            ballots: score.ballots.get(&share.group).copied().unwrap_or(0),
            is_shared: group.is_some_and(|group| group.sheet == SheetForm::AllUnits),
            items: items(rules, score, &share.group),
        }
    };
    shares.unwrap_or_default().iter().map(sample).collect()
}

fn items(rules: &Rulebook, score: &UnitScore, of_group: &str) -> Vec<ItemSample> {
    let mut items = Vec::new();
    for step in &score.trace {
        let What::ItemScore { group, item, counts, base, full, scale, .. } = &step.what else {
            continue;
        };
        if let (true, Some(item)) = (group == of_group, rules.item(item)) {
            let worth = scale / full;
            items.push((item.weight.clone(), answers(counts, *base, &worth), range(rules, &worth)));
        }
    }
    let whole: Exact = items.iter().map(|(weight, ..)| weight).sum();
    let item = |(weight, answers, range)| ItemSample {
        share: number(&(&weight / &whole)),
        answers,
        range,
    };
    items.into_iter().map(item).collect()
}

/// Answers in the base. What is in the base without a grade is worth nothing.
fn answers(counts: &[GradeCount], base: u64, worth: &Exact) -> Vec<Answers> {
    let graded = counts.iter().filter_map(|grade| {
        let value = number(&(grade.value.as_ref()? * worth));
        Some(Answers { value, count: grade.count })
    });
    let mut answers: Vec<Answers> = graded.collect();
    let count: u64 = answers.iter().map(|answer| answer.count).sum();
    answers.push(Answers { value: 0.0, count: base.saturating_sub(count) });
    answers
}

/// The least and the most that an answer can be worth.
fn range(rules: &Rulebook, worth: &Exact) -> (f64, f64) {
    let mut values: Vec<Exact> =
        rules.grades().iter().filter_map(|grade| Some(grade.value.as_ref()? * worth)).collect();
    let survey = rules.survey();
    if survey.blank.value == Blank::InBase || survey.dont_know.value == DontKnow::InBase {
        values.push(Exact::zero());
    }
    values.sort();
    let ends = values.first().zip(values.last());
    ends.map_or((0.0, 0.0), |(least, most)| (number(least), number(most)))
}

/// To eight digits: enough for errors that are shown with two.
fn number(exact: &Exact) -> f64 {
    let rounding = Rounding { digits: 8, mode: RoundingMode::HalfEven };
    exact.display(rounding).parse().unwrap_or(0.0)
}
