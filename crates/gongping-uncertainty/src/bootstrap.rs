//! The parametric bootstrap of the greatest standardized difference, for independent contenders.
//!
//! For errors `s` and standard normal draws `z`, the difference of `j` and `k` is
//! `(s_j z_j − s_k z_k) ÷ √(s_j² + s_k²)`, which is at most `√(max(z_j, 0)² + max(−z_k, 0)²)`.
//! Taken in the order of `z`, the search for the greatest one stops as soon as that bound is not
//! above what was found. The result is the exact maximum over all pairs.

use crate::pairs::Field;
use crate::rank::{Place, Sampling};
use libm::{log, sqrt};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The draws over a field.
pub(crate) struct Draws<'a> {
    field: &'a Field,
    alpha: f64,
    sampling: Sampling,
}

/// One draw: standard normal values, and the contenders in the falling order of them.
struct Draw {
    z: Vec<f64>,
    falling: Vec<usize>,
}

impl<'a> Draws<'a> {
    pub(crate) fn new(field: &'a Field, alpha: f64, sampling: Sampling) -> Draws<'a> {
        Draws { field, alpha, sampling }
    }

    /// The critical value over all pairs; after a step, over those that are not told apart yet.
    pub(crate) fn greatest(&self, before: Option<f64>) -> f64 {
        let mut maxima = self.on_threads(|draw| draw.greatest(self.field, before));
        maxima.sort_by(f64::total_cmp);
        self.quantile(&maxima)
    }

    /// The critical value of each contender against all others.
    pub(crate) fn greatest_of_each(&self) -> Vec<f64> {
        let draws = self.on_threads(|draw| draw.greatest_of_each(self.field));
        let of_one = |contender: usize| {
            let mut maxima: Vec<f64> = draws.iter().map(|draw| draw[contender]).collect();
            maxima.sort_by(f64::total_cmp);
            self.quantile(&maxima)
        };
        (0..self.field.len()).map(of_one).collect()
    }

    /// The least order statistic that leaves the chance above it at most `alpha`, the sample
    /// itself counted as one more draw.
    fn quantile(&self, sorted: &[f64]) -> f64 {
        let number = libm::ceil((1.0 - self.alpha) * (sorted.len() + 1) as f64 - 1e-9) as usize;
        sorted.get(number.max(1) - 1).copied().unwrap_or(f64::INFINITY)
    }

    /// One result for each draw, in the order of the draws: each draw has a stream of its own.
    fn on_threads<T: Send>(&self, of: impl Fn(&Draw) -> T + Sync) -> Vec<T> {
        let draws = u64::from(self.sampling.draws);
        let threads = self.sampling.threads.clamp(1, 64) as u64;
        let part = draws.div_ceil(threads).max(1);
        let of = &of;
        std::thread::scope(|scope| {
            let parts = (0..threads).map(|thread| {
                let numbers = thread * part..((thread + 1) * part).min(draws);
                scope
                    .spawn(move || numbers.map(|number| of(&self.draw(number))).collect::<Vec<T>>())
            });
            let parts: Vec<_> = parts.collect();
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        })
    }

    fn draw(&self, number: u64) -> Draw {
        let mut dice = ChaCha8Rng::seed_from_u64(self.sampling.seed);
        dice.set_stream(number);
        let count = self.field.len();
        let mut z = Vec::with_capacity(count + 1);
        while z.len() < count {
            let (one, other) = normal_pair(&mut dice);
            z.extend([one, other]);
        }
        z.truncate(count);
        let mut falling: Vec<usize> = (0..count).collect();
        falling.sort_unstable_by(|a, b| z[*b].total_cmp(&z[*a]).then(a.cmp(b)));
        Draw { z, falling }
    }
}

/// Two independent standard normal values (Marsaglia's polar way).
fn normal_pair(dice: &mut ChaCha8Rng) -> (f64, f64) {
    loop {
        let (x, y) = (uniform(dice), uniform(dice));
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            let scale = sqrt(-2.0 * log(square) / square);
            return (x * scale, y * scale);
        }
    }
}

/// Between −1 and 1, with 53 bits.
fn uniform(dice: &mut ChaCha8Rng) -> f64 {
    let bits = dice.next_u64() >> 11;
    bits as f64 * (2.0 / (1_u64 << 53) as f64) - 1.0
}

impl Draw {
    fn difference(&self, field: &Field, up: usize, down: usize) -> f64 {
        let error = field.error(up, down);
        if error == 0.0 {
            return 0.0;
        }
        (field.own[up] * self.z[up] - field.own[down] * self.z[down]) / error
    }

    /// Whether "`up` is better than `down`" was said in an earlier step.
    fn is_said(&self, field: &Field, up: usize, down: usize, before: Option<f64>) -> bool {
        before.is_some_and(|critical| up < down && field.is_apart(up, down, critical))
    }

    fn greatest(&self, field: &Field, before: Option<f64>) -> f64 {
        let mut greatest = 0.0_f64;
        let high = |index: usize| self.z[index].max(0.0);
        let low = |index: usize| (-self.z[index]).max(0.0);
        for &up in &self.falling {
            let square = high(up) * high(up);
            for (number, &down) in self.falling.iter().rev().enumerate() {
                if square + low(down) * low(down) <= greatest * greatest {
                    if number == 0 {
                        return greatest;
                    }
                    break;
                }
                if up != down && !self.is_said(field, up, down, before) {
                    greatest = greatest.max(self.difference(field, up, down));
                }
            }
        }
        greatest
    }

    fn greatest_of_each(&self, field: &Field) -> Vec<f64> {
        (0..field.len()).map(|one| self.greatest_of(field, one)).collect()
    }

    /// The greatest difference between one contender and any other, either way.
    fn greatest_of(&self, field: &Field, one: usize) -> f64 {
        let mut greatest = 0.0_f64;
        let z = self.z[one];
        for &up in &self.falling {
            let (high, low) = (self.z[up].max(0.0), (-z).max(0.0));
            if high * high + low * low <= greatest * greatest {
                break;
            }
            if up != one {
                greatest = greatest.max(self.difference(field, up, one));
            }
        }
        for &down in self.falling.iter().rev() {
            let (high, low) = (z.max(0.0), (-self.z[down]).max(0.0));
            if high * high + low * low <= greatest * greatest {
                break;
            }
            if down != one {
                greatest = greatest.max(self.difference(field, one, down));
            }
        }
        greatest
    }
}

/// The places by a critical value for each contender.
pub(crate) fn places(field: &Field, critical: &[f64]) -> Vec<Place> {
    let count = field.len();
    let of_one = |(one, critical): (usize, &f64)| {
        let better = (0..one).filter(|other| field.is_apart(*other, one, *critical)).count();
        let worse = (one + 1..count).filter(|other| field.is_apart(one, *other, *critical)).count();
        Place { best: better + 1, worst: count - worse }
    };
    critical.iter().enumerate().map(of_one).collect()
}
