//! Differences of two contenders: how large their error can be, and which are told apart.

use crate::distribution::norm;
use crate::rank::Contender;
use libm::sqrt;
use std::ops::Range;

/// Contenders sorted from the best to the worst, in columns.
pub(crate) struct Field {
    /// Estimates, falling.
    pub(crate) value: Vec<f64>,
    /// Errors that are independent from contender to contender.
    pub(crate) own: Vec<f64>,
    /// Errors from groups that judge all contenders: contender after contender, group by group.
    shared: Vec<f64>,
    groups: usize,
    /// The largest error of a contender, all parts added up: no pair has more than twice of it.
    most: f64,
}

impl Field {
    /// The contenders in the given order.
    pub(crate) fn new(contenders: &[Contender], order: &[usize]) -> Field {
        let sorted = || order.iter().map(|index| &contenders[*index]);
        let groups = contenders.iter().map(|one| one.shared.len()).max().unwrap_or(0);
        let shared = |one: &Contender| {
            let padded = one.shared.iter().copied().chain(std::iter::repeat(0.0));
            padded.take(groups).collect::<Vec<f64>>()
        };
        let all_parts = |one: &Contender| one.own + norm(one.shared.iter().copied());
        Field {
            value: sorted().map(|one| one.value).collect(),
            own: sorted().map(|one| one.own).collect(),
            shared: sorted().flat_map(shared).collect(),
            groups,
            most: contenders.iter().map(all_parts).fold(0.0, f64::max),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.value.len()
    }

    /// The error of the difference of two contenders. What the same people judged is bounded by
    /// the sum of the two errors: nobody knows how their answers go together.
    pub(crate) fn error(&self, one: usize, other: usize) -> f64 {
        let mut square = self.own[one] * self.own[one] + self.own[other] * self.own[other];
        for group in 0..self.groups {
            let sum =
                self.shared[one * self.groups + group] + self.shared[other * self.groups + group];
            square += sum * sum;
        }
        sqrt(square)
    }

    /// Whether `better`, which stands before `worse`, is told apart from it.
    pub(crate) fn is_apart(&self, better: usize, worse: usize, critical: f64) -> bool {
        let difference = self.value[better] - self.value[worse];
        difference > critical * self.error(better, worse)
    }

    /// The contenders after `better` that need a look: all later ones are told apart.
    fn window(&self, better: usize, critical: f64) -> Range<usize> {
        // The errors of two contenders add up to twice the largest at most.
        let reach = self.value[better] - critical * 2.0 * self.most;
        let end = if reach.is_finite() {
            self.value.partition_point(|value| *value >= reach)
        } else {
            self.len()
        };
        better + 1..end.max(better + 1)
    }

    /// Who is told apart from whom by this critical value.
    pub(crate) fn compare(&self, critical: f64) -> Apart {
        let count = self.len();
        let mut apart = Apart { worse: vec![0; count], better: vec![0; count], pairs: 0 };
        // Later contenders than the window are all worse: counted by differences.
        let mut beaten_from = vec![0_usize; count + 1];
        for better in 0..count {
            let window = self.window(better, critical);
            apart.worse[better] = count - window.end;
            beaten_from[window.end] += 1;
            for worse in window {
                if self.is_apart(better, worse, critical) {
                    apart.worse[better] += 1;
                    apart.better[worse] += 1;
                }
            }
        }
        let mut beaten = 0;
        for (index, better) in apart.better.iter_mut().enumerate() {
            beaten += beaten_from[index];
            *better += beaten;
        }
        apart.pairs = apart.worse.iter().sum();
        apart
    }
}

/// Who is told apart from whom, counted.
pub(crate) struct Apart {
    /// How many are worse for sure, by contender.
    pub(crate) worse: Vec<usize>,
    /// How many are better for sure.
    pub(crate) better: Vec<usize>,
    /// Pairs that are told apart.
    pub(crate) pairs: usize,
}
