//! How many to ask, before the survey: the sample that keeps the interval of a score within a
//! margin (Cochran, Sampling Techniques, 5.5 and 5.9).

use crate::distribution::normal_quantile;
use libm::{ceil, sqrt};

/// A group to be asked about one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanGroup {
    /// Its part of the score, times the points it stands for.
    pub weight: f64,
    /// How many people there are; `None` when nobody knows.
    pub people: Option<u64>,
    /// What one answer costs; any unit.
    pub cost: f64,
    /// The standard deviation of one sheet's score that is expected. [`PlanGroup::worst`] when
    /// nothing is known.
    pub deviation: f64,
    /// The fewest ballots.
    pub minimum: u64,
}

impl PlanGroup {
    /// The largest standard deviation that answers within a range can have: half of them at each
    /// end.
    pub fn worst(range: (f64, f64)) -> f64 {
        0.5 * (range.1 - range.0)
    }
}

/// How ballots are shared among groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// The least cost for the margin: by weight × deviation ÷ √cost (Neyman).
    Neyman,
    /// By weight.
    Proportional,
}

/// A plan of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplePlan {
    /// Ballots wanted from each group, in the order of the groups.
    pub ballots: Vec<u64>,
    /// Half the length of the interval that they give.
    pub margin: f64,
    /// What they cost.
    pub cost: f64,
}

/// Why there is no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanError {
    /// No group has a weight.
    NoGroups,
    /// A number is not positive, or not a number.
    Number,
}

/// The smallest plan with this allocation whose interval with chance `1 − alpha` has no more than
/// `margin` to either side. Where everybody must be asked for that, everybody is asked.
///
/// # Errors
/// [`PlanError`].
pub fn plan_sample(
    groups: &[PlanGroup],
    margin: f64,
    alpha: f64,
    allocation: Allocation,
) -> Result<SamplePlan, PlanError> {
    let is_good = |group: &PlanGroup| {
        let numbers = [group.cost, group.weight, group.deviation];
        numbers.iter().all(|number| number.is_finite() && *number > 0.0)
    };
    if groups.is_empty() {
        return Err(PlanError::NoGroups);
    }
    if !(groups.iter().all(is_good) && margin > 0.0 && alpha > 0.0 && alpha < 1.0) {
        return Err(PlanError::Number);
    }
    let shares: Vec<f64> = groups.iter().map(|group| share(group, allocation)).collect();
    let z = normal_quantile(0.5 * alpha);
    // Bisection over the size of the whole: margins fall when it grows.
    let (mut low, mut high) = (0.0, 1e12);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if z * error(groups, &ballots(groups, &shares, middle)) <= margin {
            high = middle;
        } else {
            low = middle;
        }
    }
    let ballots = ballots(groups, &shares, high);
    let cost = groups.iter().zip(&ballots).map(|(group, count)| group.cost * *count as f64).sum();
    Ok(SamplePlan { margin: z * error(groups, &ballots), cost, ballots })
}

fn share(group: &PlanGroup, allocation: Allocation) -> f64 {
    match allocation {
        Allocation::Neyman => group.weight * group.deviation / sqrt(group.cost),
        Allocation::Proportional => group.weight,
    }
}

fn ballots(groups: &[PlanGroup], shares: &[f64], size: f64) -> Vec<u64> {
    let whole: f64 = shares.iter().sum();
    let of_group = |(group, share): (&PlanGroup, &f64)| {
        let wanted = ceil(size * share / whole - 1e-6).max(1.0) as u64;
        let wanted = wanted.max(group.minimum);
        group.people.map_or(wanted, |people| wanted.min(people))
    };
    groups.iter().zip(shares).map(of_group).collect()
}

fn error(groups: &[PlanGroup], ballots: &[u64]) -> f64 {
    let variance = |(group, count): (&PlanGroup, &u64)| {
        let (count, deviation) = (*count as f64, group.weight * group.deviation);
        let correction = group.people.map_or(1.0, |people| 1.0 - count / people.max(1) as f64);
        correction.max(0.0) * deviation * deviation / count
    };
    sqrt(groups.iter().zip(ballots).map(variance).sum())
}
