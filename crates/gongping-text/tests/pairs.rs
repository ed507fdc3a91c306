//! How well suggested duplicates meet labelled pairs of opinions, beside two naive ways. The pairs
//! that differ speak of the same window, device or benefit, so that they are hard to tell apart.
#![allow(clippy::unwrap_used, reason = "a panic is the failing test")]

use gongping_text::{Collection, Likeness, Sketch, normalise};
use std::collections::BTreeSet;

const PAIRS: &str = include_str!("../../../testdata/opinions/pairs.tsv");

struct Pair {
    same: bool,
    one: &'static str,
    other: &'static str,
}

fn pairs() -> Vec<Pair> {
    let lines = PAIRS.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.map(|line| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [label, one, other] = cells.as_slice() else { panic!("{line}") };
        assert!(["same", "different"].contains(label), "{line}");
        Pair { same: *label == "same", one, other }
    });
    pairs.collect()
}

/// A way to say how alike two texts are, in thousandths.
type Way<'a> = &'a dyn Fn(&str, &str) -> usize;

fn shared<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> usize {
    one.intersection(other).count() * 1000 / one.union(other).count().max(1)
}

/// Naive: the share of common pairs of neighbouring characters.
fn shingles(one: &str, other: &str) -> usize {
    let pairs = |text: &str| -> BTreeSet<String> {
        let letters: Vec<char> = normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
        letters.windows(2).map(|pair| pair.iter().collect()).collect()
    };
    shared(&pairs(one), &pairs(other))
}

/// Naive: the share of common characters.
fn letters(one: &str, other: &str) -> usize {
    let all = |text: &str| -> BTreeSet<char> {
        normalise(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
    };
    shared(&all(one), &all(other))
}

/// In percent: how much of what is suggested is right, and how much of what is right is suggested.
#[derive(Debug, PartialEq, Eq)]
struct Quality {
    precision: usize,
    recall: usize,
}

/// Every second pair of each label: odd for choosing the threshold, even for measuring.
fn half(pairs: &[Pair], odd: bool) -> Vec<&Pair> {
    let of = |same: bool| pairs.iter().filter(move |pair| pair.same == same);
    let chosen = [true, false].map(|same| of(same).skip(usize::from(!odd)).step_by(2));
    chosen.into_iter().flatten().collect()
}

fn quality(pairs: &[&Pair], way: Way<'_>, threshold: usize) -> Quality {
    let suggested: Vec<_> =
        pairs.iter().filter(|pair| way(pair.one, pair.other) >= threshold).collect();
    let right = suggested.iter().filter(|pair| pair.same).count();
    let same = pairs.iter().filter(|pair| pair.same).count();
    Quality { precision: right * 100 / suggested.len().max(1), recall: right * 100 / same }
}

/// The threshold with the best harmonic mean of precision and recall.
fn best_threshold(pairs: &[&Pair], way: Way<'_>) -> usize {
    let score = |threshold: usize| {
        let Quality { precision, recall } = quality(pairs, way, threshold);
        2000 * precision * recall / (precision + recall).max(1)
    };
    (1..60).map(|step| step * 10).max_by_key(|threshold| score(*threshold)).unwrap()
}

/// Of every opinion that has a duplicate, how often the duplicate is among the first three of all
/// others: this is what a clerk sees.
fn among_first_three(pairs: &[Pair], way: Way<'_>) -> (usize, usize) {
    let texts: BTreeSet<&str> = pairs.iter().flat_map(|pair| [pair.one, pair.other]).collect();
    let same = pairs.iter().filter(|pair| pair.same);
    let questions: Vec<(&str, &str)> =
        same.flat_map(|pair| [(pair.one, pair.other), (pair.other, pair.one)]).collect();
    let found = questions.iter().filter(|(text, duplicate)| {
        let score = way(text, duplicate);
        let better = texts
            .iter()
            .filter(|other| *other != text && *other != duplicate && way(text, other) >= score);
        better.count() < 3
    });
    (found.count(), questions.len())
}

#[test]
fn suggested_duplicates_meet_the_labels_better_than_naive_ways() {
    let pairs = pairs();
    assert!(pairs.len() >= 60);
    let mut collection = Collection::default();
    let texts: BTreeSet<&str> = pairs.iter().flat_map(|pair| [pair.one, pair.other]).collect();
    texts.iter().for_each(|text| collection.add(&Sketch::of(text)));
    let ours = |one: &str, other: &str| {
        usize::from(collection.likeness(&Sketch::of(one), &Sketch::of(other)).0)
    };
    let (choosing, measuring) = (half(&pairs, true), half(&pairs, false));
    let measure = |way: Way<'_>| quality(&measuring, way, best_threshold(&choosing, way));

    let threshold = usize::from(Likeness::SUGGESTED.0);
    assert_eq!(threshold, best_threshold(&choosing, &ours), "the threshold is the chosen one");
    assert_eq!(measure(&ours), Quality { precision: 70, recall: 95 });
    assert_eq!(measure(&letters), Quality { precision: 70, recall: 85 });
    assert_eq!(measure(&shingles), Quality { precision: 62, recall: 75 });
    assert_eq!(among_first_three(&pairs, &ours), (80, 80));
    assert_eq!(among_first_three(&pairs, &letters), (78, 80));
    assert_eq!(among_first_three(&pairs, &shingles), (77, 80));
}
