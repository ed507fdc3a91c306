//! Properties of the confidence sets for places.

#![allow(clippy::float_arithmetic, reason = "tests of a crate with floating point")]

use gongping_uncertainty::{
    Answers, Contender, GroupSample, ItemSample, Method, Sampling, estimate, rank_sets,
};
use proptest::prelude::*;

fn contender(value: f64, own: f64, shared: &[f64]) -> Contender {
    Contender { value, own, shared: shared.to_vec() }
}

fn sampling(draws: u32, threads: usize) -> Method {
    Method::Normal(Sampling { draws, seed: 1, threads })
}

fn field() -> impl Strategy<Value = Vec<Contender>> {
    let one = (0..400_u32, 0..30_u32).prop_map(|(value, error)| {
        contender(f64::from(value) / 10.0, f64::from(error) / 10.0, &[])
    });
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_place_that_was_given_lies_in_every_set(field in field()) {
        for method in [sampling(99, 1), sampling(0, 1), Method::Certain] {
            let sets = rank_sets(&field, 0.1, method);
            for (index, one) in field.iter().enumerate() {
                let place = 1 + field.iter().filter(|other| other.value > one.value).count();
                for set in [sets.together[index], sets.alone[index]] {
                    prop_assert!(set.best <= place && place <= set.worst);
                    prop_assert!(set.best >= 1 && set.worst <= field.len());
                }
            }
        }
    }

    #[test]
    fn threads_and_order_change_nothing(field in field(), threads in 2..5_usize) {
        let one = rank_sets(&field, 0.1, sampling(99, 1));
        prop_assert_eq!(&one, &rank_sets(&field, 0.1, sampling(99, threads)));
        let mut reversed = field.clone();
        reversed.reverse();
        let mut back = rank_sets(&reversed, 0.1, sampling(0, 1)).together;
        back.reverse();
        prop_assert_eq!(back, rank_sets(&field, 0.1, sampling(0, 1)).together);
    }

    #[test]
    fn surer_sets_are_longer(field in field()) {
        let length = |method, alpha| -> usize {
            let sets = rank_sets(&field, alpha, method);
            sets.together.iter().map(|set| set.worst - set.best).sum()
        };
        prop_assert!(length(sampling(199, 1), 0.01) >= length(sampling(199, 1), 0.2));
        prop_assert!(length(sampling(0, 1), 0.01) >= length(sampling(0, 1), 0.2));
        prop_assert!(length(Method::Certain, 0.05) >= length(sampling(0, 1), 0.05));
    }
}

#[test]
fn without_error_every_place_is_sure_and_equal_values_are_not_told_apart() {
    let field = [3.0, 2.0, 2.0, 1.0].map(|value| contender(value, 0.0, &[]));
    let sets = rank_sets(&field, 0.05, sampling(99, 1));
    let ends: Vec<_> = sets.together.iter().map(|set| (set.best, set.worst)).collect();
    assert_eq!(ends, [(1, 1), (2, 3), (2, 3), (4, 4)]);
    assert_eq!(sets.tier, [1, 2, 2, 3]);
}

#[test]
fn shared_groups_are_never_taken_as_independent() {
    let apart = |shared: &[f64], own| {
        let field = [contender(10.0, own, shared), contender(7.0, own, shared)];
        rank_sets(&field, 0.05, sampling(1_999, 1)).pairs_apart
    };
    // The error of the difference is √2 for independent ones, and may be 2 for shared ones.
    assert_eq!(apart(&[], 1.0), 1);
    assert_eq!(apart(&[1.0], 0.0), 0);
}

/// Every sample of 4 out of 9 people, two units, one of them better by chance of the draw: the
/// sets that need no normal distribution must hold in at least 95 of 100 samples. A set that takes
/// every place as sure must fail this count, or the count says nothing.
#[test]
fn exact_enumeration_finds_the_certain_sets_valid() {
    let units: [[f64; 9]; 2] = [
        [90.0, 90.0, 90.0, 90.0, 80.0, 80.0, 80.0, 50.0, 50.0],
        [90.0, 90.0, 90.0, 80.0, 80.0, 80.0, 70.0, 50.0, 50.0],
    ];
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    assert!(mean(&units[0]) > mean(&units[1]), "the first is better");
    let samples: Vec<Vec<usize>> = (0..1_u32 << 9)
        .filter(|set| set.count_ones() == 4)
        .map(|set| (0..9).filter(|person| set >> person & 1 == 1).collect())
        .collect();
    let sampled = |unit: usize, sample: &[usize]| {
        let answers = sample.iter().map(|person| Answers { value: units[unit][*person], count: 1 });
        estimate(&[GroupSample {
            weight: 1.0,
            people: Some(9),
            ballots: 4,
            is_shared: false,
            items: vec![ItemSample { share: 1.0, answers: answers.collect(), range: (50.0, 90.0) }],
        }])
    };
    let (mut all, mut held, mut bare, mut intervals) = (0, 0, 0, 0);
    for one in &samples {
        let first = sampled(0, one);
        let interval = first.certain(0.05);
        intervals +=
            usize::from(interval.low <= mean(&units[0]) && mean(&units[0]) <= interval.high);
        for other in &samples {
            let second = sampled(1, other);
            let field = [&first, &second]
                .map(|estimate| Contender::new(estimate.value, estimate, Method::Certain));
            let sets = rank_sets(&field, 0.05, Method::Certain);
            all += 1;
            held += usize::from(sets.together[0].best == 1 && sets.together[1].worst == 2);
            bare += usize::from(first.value >= second.value);
        }
    }
    assert!(intervals * 100 >= samples.len() * 95, "{intervals} of {}", samples.len());
    assert!(held * 100 >= all * 95, "{held} of {all}");
    assert!(bare * 100 < all * 95, "the bare places hold too often: {bare} of {all}");
}

/// Exact coverage of the interval that pages show: all samples of 8 out of 14 people.
#[test]
fn exact_enumeration_finds_the_cautious_interval_valid_where_the_plain_one_is_not() {
    let people: [f64; 14] = [90., 90., 90., 90., 90., 90., 90., 90., 90., 90., 90., 90., 50., 50.];
    let truth = people.iter().sum::<f64>() / 14.0;
    let (mut samples, mut cautious, mut plain) = (0_u32, 0_u32, 0_u32);
    for set in (0..1_u32 << 14).filter(|set| set.count_ones() == 8) {
        let answers = (0..14).filter(|person| set >> person & 1 == 1);
        let answers = answers.map(|person: usize| Answers { value: people[person], count: 1 });
        let ours = estimate(&[GroupSample {
            weight: 1.0,
            people: Some(14),
            ballots: 8,
            is_shared: false,
            items: vec![ItemSample { share: 1.0, answers: answers.collect(), range: (50.0, 90.0) }],
        }]);
        let holds = |low: f64, high: f64| u32::from(low <= truth && truth <= high);
        samples += 1;
        cautious += holds(ours.cautious(0.05).low, ours.cautious(0.05).high);
        plain += holds(ours.student(0.05).low, ours.student(0.05).high);
    }
    assert!(cautious * 100 >= samples * 95, "{cautious} of {samples}");
    assert!(plain * 100 < samples * 95, "{plain} of {samples}");
}
