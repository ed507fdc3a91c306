//! Confidence sets for places: which places an office can have, as far as the survey can tell
//! (Mogstad, Romano, Shaikh and Wilhelm, Inference for Ranks, Review of Economic Studies 91, 2024).

use crate::bootstrap::{self, Draws};
use crate::distribution::norm;
use crate::distribution::normal_quantile;
use crate::estimate::{Estimate, certain_quantile};
use crate::pairs::{Apart, Field};

/// One who has a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// The value by which places are given; more is better.
    pub value: f64,
    /// The error that does not depend on other contenders.
    pub own: f64,
    /// The errors from groups that judge several contenders, in the same order for all. Empty when
    /// there are none.
    pub shared: Vec<f64>,
}

impl Contender {
    /// A contender with this place-giving value, and the errors of an estimate.
    pub fn new(value: f64, estimate: &Estimate, method: Method) -> Contender {
        let error = |group: &crate::GroupError| match method {
            Method::Normal(_) => group.cautious,
            Method::Certain => group.certain,
        };
        let (shared, own): (Vec<_>, Vec<_>) =
            estimate.groups.iter().partition(|group| group.is_shared);
        Contender {
            value,
            own: norm(own.into_iter().map(error)),
            shared: shared.into_iter().map(error).collect(),
        }
    }
}

/// How critical values are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Errors are taken as normal. If contenders are independent, the critical values are those of
    /// the greatest difference; if they share groups, they hold under any dependence (Bonferroni,
    /// Holm).
    Normal(Sampling),
    /// Errors are taken as sub-Gaussian: valid for any number of ballots and any dependence.
    Certain,
}

/// How the distribution of the greatest difference is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Draws. 0: no drawing, but critical values that hold under any dependence.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
    /// Threads. The result does not depend on it.
    pub threads: usize,
}

impl Default for Sampling {
    fn default() -> Sampling {
        Sampling { draws: 2_000, seed: 2007, threads: 1 }
    }
}

/// The places that a contender can have, 1-based, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The best.
    pub best: usize,
    /// The worst.
    pub worst: usize,
}

/// The sets for all contenders.
#[derive(Debug, Clone, PartialEq)]
pub struct RankSets {
    /// For each contender, in the order given: sets of which all together hold with the chance.
    pub together: Vec<Place>,
    /// For each contender: a set that holds with the chance for this contender alone.
    pub alone: Vec<Place>,
    /// For each contender: its tier, 1-based. A tier begins with the first one that is told apart
    /// from the first of the tier before.
    pub tier: Vec<usize>,
    /// The multiple of the error by which two must differ, in the first and in the last step.
    pub critical: (f64, f64),
    /// Steps until no more pairs were told apart.
    pub steps: usize,
    /// Pairs of contenders that are told apart.
    pub pairs_apart: usize,
    /// Whether critical values came from draws; otherwise they hold under any dependence.
    pub is_drawn: bool,
}

/// Confidence sets for places with chance `1 − alpha`.
pub fn rank_sets(contenders: &[Contender], alpha: f64, method: Method) -> RankSets {
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    order.sort_by(|a, b| contenders[*b].value.total_cmp(&contenders[*a].value).then(a.cmp(b)));
    let field = Field::new(contenders, &order);
    let is_shared = contenders.iter().any(|one| one.shared.iter().any(|error| *error != 0.0));
    let draws = match method {
        Method::Normal(sampling) if sampling.draws > 0 && !is_shared && contenders.len() > 1 => {
            Some(Draws::new(&field, alpha, sampling))
        }
        Method::Normal(_) | Method::Certain => None,
    };
    let quantile = |tail: f64| match method {
        Method::Normal(_) => normal_quantile(tail),
        Method::Certain => certain_quantile(tail),
    };
    let step = |open: usize, before: Option<f64>| match &draws {
        Some(draws) => draws.greatest(before),
        None => quantile(alpha / open.max(1) as f64),
    };
    let all = ordered_pairs(contenders.len());
    let first = step(all, None);
    let mut last = first;
    let mut apart = field.compare(first);
    let mut steps = 1;
    // Step-down (Romano and Wolf, 2005): what is told apart no longer needs protection.
    loop {
        let next = step(all - apart.pairs, Some(last)).min(last);
        let again = field.compare(next);
        if again.pairs == apart.pairs {
            break;
        }
        (last, apart) = (next, again);
        steps += 1;
    }
    let by_one = match &draws {
        Some(draws) => bootstrap::places(&field, &draws.greatest_of_each()),
        None => {
            let others = contenders.len().saturating_sub(1).max(1);
            places(&field.compare(quantile(0.5 * alpha / others as f64)))
        }
    };
    RankSets {
        together: unsorted(&order, &places(&apart)),
        alone: unsorted(&order, &by_one),
        tier: unsorted(&order, &tiers(&field, last)),
        critical: (first, last),
        steps,
        pairs_apart: apart.pairs,
        is_drawn: draws.is_some(),
    }
}

/// Statements "this one is better than that one" about so many contenders.
fn ordered_pairs(contenders: usize) -> usize {
    contenders * contenders.saturating_sub(1)
}

fn places(apart: &Apart) -> Vec<Place> {
    let count = apart.worse.len();
    let counted = apart.better.iter().zip(&apart.worse);
    counted.map(|(better, worse)| Place { best: better + 1, worst: count - worse }).collect()
}

fn tiers(field: &Field, critical: f64) -> Vec<usize> {
    let (mut first, mut tier) = (0, 1);
    let mut tiers = Vec::with_capacity(field.len());
    for index in 0..field.len() {
        if field.is_apart(first, index, critical) {
            (first, tier) = (index, tier + 1);
        }
        tiers.push(tier);
    }
    tiers
}

fn unsorted<T: Copy>(order: &[usize], sorted: &[T]) -> Vec<T> {
    let mut back: Vec<(usize, T)> = order.iter().copied().zip(sorted.iter().copied()).collect();
    back.sort_by_key(|(index, _)| *index);
    back.into_iter().map(|(_, value)| value).collect()
}
