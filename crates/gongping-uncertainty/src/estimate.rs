//! From the counts of boxes to a score with its standard error: a stratified sample, whose strata
//! are the respondent groups (Cochran, Sampling Techniques, chapter 5).
//!
//! **Conservative where boxes tell too little.** A box gives the counts of each item, not who gave
//! which answers together. The covariance of two items is at most the product of their standard
//! deviations, so the standard error of a group is at most the weighted sum of those of its items.
//! That bound is what [`GroupError`] has; it is reached if everybody answers all items alike.

use crate::distribution::{norm, student_quantile};
use libm::{log, sqrt};

/// How often an answer was given that is worth `value`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    /// Worth, in points of the result.
    pub value: f64,
    /// How many gave it.
    pub count: u64,
}

/// What a group answered to one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemSample {
    /// The item's part of the group's score; the parts of a group add up to 1.
    pub share: f64,
    /// The answers in the base.
    pub answers: Vec<Answers>,
    /// The least and the most that an answer can be worth.
    pub range: (f64, f64),
}

/// What a group answered about one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupSample {
    /// The group's part of the result, as used: a weight, times the points that it stands for.
    pub weight: f64,
    /// How many were asked, or could have been. `None` when nobody knows: then no correction for a
    /// finite population is made, which is conservative.
    pub people: Option<u64>,
    /// Ballots in the box.
    pub ballots: u64,
    /// Whether the same people judge other units too, so that errors of units depend on each other.
    pub is_shared: bool,
    /// The items.
    pub items: Vec<ItemSample>,
}

/// What a group adds to the error of the result, in points of the result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupError {
    /// Standard error: an upper bound of the design-based estimate.
    pub standard: f64,
    /// The same with one answer more at each end of the range, so that a handful of equal answers
    /// does not look like certainty (in the manner of Agresti and Coull, 1998). Pages use this.
    pub cautious: f64,
    /// Sub-Gaussian scale: needs nothing but that answers are bounded (Hoeffding 1963, Serfling
    /// 1974).
    pub certain: f64,
    /// Whether the same people judge other units too.
    pub is_shared: bool,
}

/// A score with its error, in points of the result.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// What each group adds to the error, in the order of the groups. Groups are independent.
    pub groups: Vec<GroupError>,
    /// Degrees of freedom: ballots less groups.
    pub freedom: u64,
}

/// An interval, in points of the result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Both ends with two digits, rounded outwards, kept within what is possible at all.
    pub fn shown(&self, (least, most): (f64, f64)) -> (String, String) {
        let low = libm::floor(self.low.max(least) * 100.0 + 1e-6) / 100.0;
        let high = libm::ceil(self.high.min(most) * 100.0 - 1e-6) / 100.0;
        (format!("{low:.2}"), format!("{high:.2}"))
    }
}

/// The estimate over all groups.
pub fn estimate(groups: &[GroupSample]) -> Estimate {
    let value = groups.iter().map(|group| group.weight * group_mean(group)).sum();
    let freedom = groups.iter().map(|group| group.ballots.saturating_sub(1)).sum();
    let error = |group: &GroupSample| GroupError {
        standard: group.weight.abs() * sum_of_items(group, standard_error),
        cautious: group.weight.abs() * sum_of_items(group, cautious_error),
        certain: group.weight.abs() * sum_of_items(group, certain_scale),
        is_shared: group.is_shared,
    };
    Estimate { value, groups: groups.iter().map(error).collect(), freedom }
}

fn group_mean(group: &GroupSample) -> f64 {
    group.items.iter().map(|item| item.share * item.mean()).sum()
}

/// Errors of items add up at worst.
fn sum_of_items(group: &GroupSample, error: fn(&GroupSample, &ItemSample) -> f64) -> f64 {
    group.items.iter().map(|item| item.share.abs() * error(group, item)).sum()
}

/// The standard error of an item's mean. With answers left open it is that of a ratio (Taylor
/// linearization: the mean of a domain), as the R package `survey` computes it.
fn standard_error(group: &GroupSample, item: &ItemSample) -> f64 {
    ratio_error(group, group.ballots, item)
}

fn cautious_error(group: &GroupSample, item: &ItemSample) -> f64 {
    let (low, high) = item.range;
    let mut padded = item.clone();
    padded.answers.extend([low, high].map(|value| Answers { value, count: 1 }));
    let error = ratio_error(group, group.ballots + 2, &padded);
    // The two answers are there for their spread only; they do not make the sample larger.
    let base = item.base();
    if base == 0 { error } else { error * sqrt((base + 2) as f64 / base as f64) }
}

fn ratio_error(group: &GroupSample, ballots: u64, item: &ItemSample) -> f64 {
    let (ballots, base) = (ballots.max(item.base()) as f64, item.base() as f64);
    if base < 1.0 || ballots < 2.0 {
        // One answer says nothing about how answers differ: half the range is the most it can be.
        return 0.5 * (item.range.1 - item.range.0) * sqrt(correction(group));
    }
    let mean = item.mean();
    let squares: f64 = item
        .answers
        .iter()
        .map(|answer| answer.count as f64 * (answer.value - mean) * (answer.value - mean))
        .sum();
    sqrt(correction(group) * ballots / (ballots - 1.0) * squares) / base
}

/// One less the share of the people that answered.
fn correction(group: &GroupSample) -> f64 {
    let share = |people: u64| group.ballots as f64 / people as f64;
    group.people.filter(|people| *people > 0).map_or(1.0, |people| (1.0 - share(people)).max(0.0))
}

/// The scale of an item's mean: (high − low) · √((1 − (n − 1)/N) ÷ 4n). With answers left open
/// nobody knows how many would have answered, so the correction is 1.
fn certain_scale(group: &GroupSample, item: &ItemSample) -> f64 {
    let range = item.range.1 - item.range.0;
    let base = item.base();
    if base == 0 {
        return 0.5 * range;
    }
    let whole = base == group.ballots;
    let correction = match group.people.filter(|_| whole) {
        Some(people) if group.ballots >= people => 0.0,
        Some(people) => 1.0 - (group.ballots - 1) as f64 / people as f64,
        None => 1.0,
    };
    range * sqrt(correction / (4.0 * base as f64))
}

impl ItemSample {
    fn base(&self) -> u64 {
        self.answers.iter().map(|answer| answer.count).sum()
    }

    fn mean(&self) -> f64 {
        let worth: f64 = self.answers.iter().map(|answer| answer.value * answer.count as f64).sum();
        let base = self.base();
        if base == 0 { 0.0 } else { worth / base as f64 }
    }
}

impl Estimate {
    /// The standard error.
    pub fn standard_error(&self) -> f64 {
        norm(self.groups.iter().map(|group| group.standard))
    }

    /// The interval by Student's t, as `confint` of the R package `survey` gives it: covers the
    /// truth with chance `1 − alpha` when there are enough ballots.
    pub fn student(&self, alpha: f64) -> Interval {
        self.around_error(alpha, self.standard_error())
    }

    /// The same with the cautious error: for few ballots. Pages show this.
    pub fn cautious(&self, alpha: f64) -> Interval {
        self.around_error(alpha, norm(self.groups.iter().map(|group| group.cautious)))
    }

    fn around_error(&self, alpha: f64, error: f64) -> Interval {
        // Everybody answered: nothing is left to chance, with no degree of freedom too.
        let half =
            if error == 0.0 { 0.0 } else { student_quantile(0.5 * alpha, self.freedom) * error };
        self.around(half)
    }

    /// The interval that covers the truth with chance `1 − alpha` at least, for any number of
    /// ballots and any spread of answers.
    pub fn certain(&self, alpha: f64) -> Interval {
        let scale = norm(self.groups.iter().map(|group| group.certain));
        self.around(scale * certain_quantile(0.5 * alpha))
    }

    fn around(&self, half: f64) -> Interval {
        Interval { low: self.value - half, high: self.value + half }
    }
}

/// The multiple of a sub-Gaussian scale that is exceeded with chance `tail` at most.
pub(crate) fn certain_quantile(tail: f64) -> f64 {
    sqrt(-2.0 * log(tail))
}
