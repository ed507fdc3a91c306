//! Time of intervals and confidence sets for places of many units, next to the plain bootstrap that
//! looks at all pairs in every draw.
//!
//! `cargo run --release -p gongping-uncertainty --example ranks -- 200 2000 20000`

#![allow(clippy::float_arithmetic, clippy::print_stdout, reason = "a measurement")]

use gongping_uncertainty::{
    Answers, Contender, Estimate, GroupSample, ItemSample, Method, Sampling, estimate, rank_sets,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::time::{Duration, Instant};

const GROUPS: usize = 5;
const ITEMS: usize = 8;
const VALUES: [f64; 4] = [90.0, 80.0, 70.0, 50.0];
/// Draws of the plain bootstrap: its time is multiplied up to those of the other.
const PLAIN_DRAWS: u32 = 20;
const DRAWS: u32 = 2_000;

fn unit(dice: &mut ChaCha8Rng, is_shared: bool) -> Vec<GroupSample> {
    let quality = dice.next_u64() % 40;
    let group = |_| {
        let ballots = 30 + dice.next_u64() % 100;
        let mut item = || {
            let mut counts = [0_u64; 4];
            for _ in 0..ballots {
                let mark = (dice.next_u64() % 100 + 40 - quality) * 3 / 100;
                counts[usize::try_from(mark).unwrap_or(3).min(3)] += 1;
            }
            let answers = VALUES.iter().zip(counts);
            let answers = answers.map(|(value, count)| Answers { value: *value, count });
            ItemSample {
                share: 1.0 / ITEMS as f64,
                answers: answers.collect(),
                range: (50.0, 90.0),
            }
        };
        let items = (0..ITEMS).map(|_| item()).collect();
        GroupSample { weight: 0.7 / GROUPS as f64, people: Some(400), ballots, is_shared, items }
    };
    (0..GROUPS).map(group).collect()
}

fn timed<T>(of: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let value = of();
    (value, begun.elapsed())
}

/// Every pair in every draw: the greatest of each contender and of all.
fn plain(contenders: &[Contender]) -> f64 {
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    let mut sum = 0.0;
    for _ in 0..PLAIN_DRAWS {
        // Sums of twelve uniform values are near enough to normal for a measurement.
        let mut normal = || {
            (0..12).map(|_| (dice.next_u64() >> 11) as f64 / (1_u64 << 53) as f64).sum::<f64>()
                - 6.0
        };
        let z: Vec<f64> = contenders.iter().map(|one| one.own * normal()).collect();
        let mut greatest = vec![0.0_f64; z.len()];
        for (one, value) in z.iter().enumerate() {
            for other in 0..one {
                let (a, b) = (contenders[one].own, contenders[other].own);
                let difference = (value - z[other]).abs() / (a * a + b * b).sqrt();
                greatest[one] = greatest[one].max(difference);
                greatest[other] = greatest[other].max(difference);
            }
        }
        sum += greatest.iter().copied().fold(0.0, f64::max);
    }
    sum / f64::from(PLAIN_DRAWS)
}

fn main() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    println!("{GROUPS} groups × {ITEMS} items, {DRAWS} draws, {threads} threads; seconds");
    println!(
        "units | errors and intervals | drawn sets | any dependence | certain | plain bootstrap, 1 thread (from {PLAIN_DRAWS} draws)"
    );
    for size in sizes {
        let mut dice = ChaCha8Rng::seed_from_u64(2007);
        let units: Vec<Vec<GroupSample>> = (0..size).map(|_| unit(&mut dice, false)).collect();
        let (estimates, errors) = timed(|| {
            let one = |groups: &Vec<GroupSample>| {
                let estimate = estimate(groups);
                let ends = (estimate.cautious(0.05), estimate.certain(0.05));
                (estimate, ends)
            };
            units.iter().map(one).collect::<Vec<_>>()
        });
        let field = |method| -> Vec<Contender> {
            let of = |estimate: &Estimate| Contender::new(estimate.value, estimate, method);
            estimates.iter().map(|(estimate, _)| of(estimate)).collect()
        };
        let drawn = Method::Normal(Sampling { draws: DRAWS, threads, ..Sampling::default() });
        let any = Method::Normal(Sampling { draws: 0, ..Sampling::default() });
        let contenders = field(drawn);
        let (drawn_sets, drawn_time) = timed(|| rank_sets(&contenders, 0.05, drawn));
        let (any_sets, any_time) = timed(|| rank_sets(&contenders, 0.05, any));
        let certain = field(Method::Certain);
        let (_, certain_time) = timed(|| rank_sets(&certain, 0.05, Method::Certain));
        let (_, plain_time) = timed(|| if size <= 5_000 { plain(&contenders) } else { 0.0 });
        let scaled = plain_time.as_secs_f64() * f64::from(DRAWS) / f64::from(PLAIN_DRAWS);
        println!(
            "{size} | {:.3} | {:.3} | {:.3} | {:.3} | {scaled:.1}",
            errors.as_secs_f64(),
            drawn_time.as_secs_f64(),
            any_time.as_secs_f64(),
            certain_time.as_secs_f64(),
        );
        println!(
            "  pairs apart: {} drawn (critical {:.3}, after {} steps {:.3}), {} under any dependence (critical {:.3})",
            drawn_sets.pairs_apart,
            drawn_sets.critical.0,
            drawn_sets.steps,
            drawn_sets.critical.1,
            any_sets.pairs_apart,
            any_sets.critical.0,
        );
    }
}
