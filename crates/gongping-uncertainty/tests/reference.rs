//! Agreement with values that R made (`testdata/uncertainty/make.R`).

#![allow(clippy::float_arithmetic, reason = "tests of a crate with floating point")]

use gongping_uncertainty::{
    Answers, Contender, Estimate, GroupSample, ItemSample, Method, Place, RankSets, Sampling,
    estimate, normal_quantile, rank_sets, student_quantile,
};
use serde::Deserialize;
use std::collections::BTreeMap;

const VALUES: [f64; 4] = [90.0, 80.0, 70.0, 50.0];

#[derive(Deserialize)]
struct Reference {
    quantiles: Quantiles,
    survey: Vec<SurveyCase>,
    joint: BTreeMap<String, JointCase>,
    places: Vec<PlacesCase>,
}

#[derive(Deserialize)]
struct Quantiles {
    normal: Vec<Quantile>,
    student: Vec<Quantile>,
}

#[derive(Deserialize)]
struct Quantile {
    tail: f64,
    #[serde(default)]
    freedom: u64,
    value: f64,
}

/// R writes a list of one as the one.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T: Clone> OneOrMany<T> {
    fn get(&self, index: usize) -> T {
        match self {
            OneOrMany::Many(all) => all[index].clone(),
            OneOrMany::One(one) => one.clone(),
        }
    }
}

#[derive(Deserialize)]
struct SurveyCase {
    counts: Vec<Vec<u64>>,
    blank: OneOrMany<u64>,
    people: Option<OneOrMany<u64>>,
    weight: OneOrMany<f64>,
    value: f64,
    error: f64,
    freedom: u64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
struct JointCase {
    counts: Vec<Vec<u64>>,
    people: u64,
    value: f64,
    error: f64,
}

#[derive(Deserialize)]
struct PlacesCase {
    value: Vec<f64>,
    error: Vec<f64>,
    together_one_step: Ends,
    together: Ends,
    alone: Ends,
}

/// The least and the greatest ends over the seeds.
#[derive(Deserialize)]
struct Ends {
    best: [Vec<usize>; 2],
    worst: [Vec<usize>; 2],
}

fn reference() -> Reference {
    let text = include_str!("../../../testdata/uncertainty/reference.json");
    serde_json::from_str(text).expect("the file that make.R wrote")
}

fn agrees(ours: f64, theirs: f64) {
    let scale = theirs.abs().max(1.0);
    assert!((ours - theirs).abs() <= 1e-9 * scale, "{ours} is not {theirs}");
}

fn item(counts: &[u64], share: f64) -> ItemSample {
    let answers = VALUES.iter().zip(counts);
    ItemSample {
        share,
        answers: answers.map(|(value, count)| Answers { value: *value, count: *count }).collect(),
        range: (50.0, 90.0),
    }
}

#[test]
fn quantiles_are_those_of_r() {
    let quantiles = reference().quantiles;
    for case in quantiles.normal {
        agrees(normal_quantile(case.tail), case.value);
    }
    for case in quantiles.student {
        agrees(student_quantile(case.tail, case.freedom), case.value);
    }
}

fn of_case(case: &SurveyCase) -> Estimate {
    let group = |(index, counts): (usize, &Vec<u64>)| GroupSample {
        weight: case.weight.get(index),
        people: case.people.as_ref().map(|people| people.get(index)),
        ballots: counts.iter().sum::<u64>() + case.blank.get(index),
        is_shared: false,
        items: vec![item(counts, 1.0)],
    };
    estimate(&case.counts.iter().enumerate().map(group).collect::<Vec<_>>())
}

#[test]
fn errors_and_intervals_of_one_item_are_those_of_the_survey_package() {
    for case in reference().survey {
        let ours = of_case(&case);
        agrees(ours.value, case.value);
        agrees(ours.standard_error(), case.error);
        assert_eq!(ours.freedom, case.freedom);
        let interval = ours.student(0.05);
        agrees(interval.low, case.low);
        agrees(interval.high, case.high);
        let cautious = ours.cautious(0.05);
        assert!(cautious.low < interval.low && cautious.high > interval.high);
    }
}

#[test]
fn errors_of_several_items_bound_those_of_the_joint_answers() {
    for (name, case) in reference().joint {
        let items: Vec<ItemSample> = case.counts.iter().map(|counts| item(counts, 0.5)).collect();
        let ballots = case.counts[0].iter().sum();
        let group = GroupSample {
            weight: 1.0,
            people: Some(case.people),
            ballots,
            is_shared: false,
            items,
        };
        let ours = estimate(&[group]);
        agrees(ours.value, case.value);
        if name == "free" {
            assert!(ours.standard_error() > case.error, "the bound must hold");
        } else {
            agrees(ours.standard_error(), case.error);
        }
    }
}

/// Our ends with a little less and a little more risk, against the ends over five seeds.
fn overlap(wide: &[Place], narrow: &[Place], ends: &Ends) {
    for (index, (wide, narrow)) in wide.iter().zip(narrow).enumerate() {
        let [least, greatest] = [ends.best[0][index], ends.best[1][index]];
        assert!(wide.best <= greatest && narrow.best >= least, "best place of {index}");
        let [least, greatest] = [ends.worst[0][index], ends.worst[1][index]];
        assert!(narrow.worst <= greatest && wide.worst >= least, "worst place of {index}");
    }
}

fn length(ends: &Ends) -> usize {
    ends.worst[0].iter().sum::<usize>() - ends.best[0].iter().sum::<usize>()
}

fn sets(case: &PlacesCase, alpha: f64) -> RankSets {
    let one = |(value, own): (&f64, &f64)| Contender { value: *value, own: *own, shared: vec![] };
    let contenders: Vec<Contender> = case.value.iter().zip(&case.error).map(one).collect();
    let sampling = Sampling { draws: 20_000, seed: 7, threads: 2 };
    rank_sets(&contenders, alpha, Method::Normal(sampling))
}

/// The risk that 20,000 draws hit is off by 0.0015 (one standard deviation), that of the reference
/// by 0.0022: what is told apart by a hair may differ, and nothing else.
#[test]
fn places_are_those_of_csranks() {
    let mut steps = 0;
    for case in reference().places {
        let (wide, narrow) = (sets(&case, 0.045), sets(&case, 0.055));
        assert!(wide.is_drawn);
        overlap(&wide.together, &narrow.together, &case.together);
        overlap(&wide.alone, &narrow.alone, &case.alone);
        assert!(length(&case.together) <= length(&case.together_one_step));
        steps = steps.max(wide.steps).max(narrow.steps);
    }
    assert!(steps > 1, "no case in which a second step finds more");
}
