//! What must hold for all counts and all rulebooks of the family, each property also run against
//! a broken variant that it must catch.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::exact;
use gongping_score::{BoxCounts, Exact, Ranking, Rulebook, ScoreInput, Scores, rank, score_units};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// What is under test: from rulebook and input to scores and ranking.
type Scorer = fn(&Rulebook, &ScoreInput) -> (Scores, Ranking);

fn real(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let scores = score_units(rulebook, input).unwrap();
    let ranking = rank(&scores, rulebook);
    (scores, ranking)
}

/// Two items, two groups, four grades; random values, weights and settings.
#[derive(Debug, Clone)]
struct Rules {
    values: [u32; 4],
    weight_percent: u32,
    ties: &'static str,
    digits: u8,
    mode: &'static str,
}

impl Rules {
    fn rulebook(&self) -> Rulebook {
        let values = self.values.map(|value| value.to_string());
        let text = common::small([&values[0], &values[1], &values[2], &values[3]], "100");
        let (first, second) = (self.weight_percent, 100 - self.weight_percent);
        let groups = format!(
            "weight = \"{first}/100\"\n\n[[group]]\nid = \"h\"\nweight = \"{second}/100\"\n\
             name = {{ zh-Hans = \"二\", en = \"Second\" }}\n"
        );
        let item =
            "[[item]]\nid = \"j\"\nname = { zh-Hans = \"二\", en = \"Second\" }\n\n[[group]]";
        let (ties, digits, mode) = (self.ties, self.digits, self.mode);
        let ranking = format!(
            "[ranking]\nties = \"{ties}\"\nrounding-digits = {digits}\nrounding-mode = \"{mode}\""
        );
        let text = text
            .replacen("weight = 1\n", &groups, 1)
            .replacen("[[group]]", item, 1)
            .replacen("[ranking]", &ranking, 1);
        Rulebook::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    let values = [61..=100u32, 41..=60u32, 21..=40u32, 0..=20u32];
    let ties = prop_oneof![Just("standard"), Just("dense")];
    let mode = prop_oneof![Just("half-even"), Just("half-up"), Just("truncate")];
    (values, 1..=99u32, ties, 0..=3u8, mode).prop_map(
        |(values, weight_percent, ties, digits, mode)| Rules {
            values,
            weight_percent,
            ties,
            digits,
            mode,
        },
    )
}

/// Answers of one box: for each of the two items four counts that add up to the ballots, so that
/// every unit is ranked.
fn answers() -> impl Strategy<Value = [[u64; 4]; 2]> {
    ([1..9u64, 0..9, 0..9, 5..9], 0..9u64, 0..9u64).prop_map(|(first, a, b)| {
        let ballots: u64 = first.iter().sum();
        let (a, b) = (a.min(ballots), b.min(ballots - a.min(ballots)));
        [first, [ballots - a - b, a, b, 0]]
    })
}

fn counts(answers: [[u64; 4]; 2]) -> BoxCounts {
    let grades = |counts: [u64; 4]| -> BTreeMap<String, u64> {
        ["a", "b", "c", "d"].map(str::to_owned).into_iter().zip(counts).collect()
    };
    let items = ["i", "j"].into_iter().zip(answers);
    BoxCounts::from_answers(items.map(|(id, counts)| (id.to_owned(), grades(counts))).collect())
}

type Unit = ([[[u64; 4]; 2]; 2], u32);

fn units() -> impl Strategy<Value = Vec<Unit>> {
    vec(([answers(), answers()], 0..=200u32), 1..6)
}

fn input(units: &[Unit], name: impl Fn(usize) -> String) -> ScoreInput {
    let mut input = ScoreInput::default();
    for (index, (boxes, half_points)) in units.iter().enumerate() {
        let boxes = ["g", "h"].into_iter().zip(boxes);
        let boxes = boxes.map(|(group, answers)| (group.to_owned(), counts(*answers)));
        input.counts.insert(name(index), boxes.collect());
        let points = Exact::ratio(i64::from(*half_points), 2).unwrap();
        input.components.insert(name(index), BTreeMap::from([("work".to_owned(), points)]));
    }
    input
}

fn plain_name(index: usize) -> String {
    format!("u{index}")
}

/// Runs a property on the real scorer, which must hold, and on a broken one, which must fail.
fn holds_and_catches<S: Strategy>(
    strategy: S,
    property: fn(Scorer, S::Value) -> Result<(), TestCaseError>,
    broken: Scorer,
) where
    S::Value: Clone,
{
    let run = |scorer: Scorer| {
        let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&strategy, |value| property(scorer, value))
    };
    if let Err(error) = run(real) {
        panic!("{error}");
    }
    assert!(matches!(run(broken), Err(TestError::Fail(..))), "the broken variant passed");
}

fn total(scores: &Scores, unit: &str) -> Exact {
    scores.units[unit].total.clone().unwrap()
}

// ── a better answer never lowers a unit ──────────────────────────────────────

fn better_answer_never_lowers(
    scorer: Scorer,
    (rules, units, grade): (Rules, Vec<Unit>, usize),
) -> Result<(), TestCaseError> {
    let rulebook = rules.rulebook();
    let before = input(&units, plain_name);
    let mut better = units;
    let answers = &mut better[0].0[0][0];
    prop_assume!(answers[grade] > 0);
    answers[grade] -= 1;
    answers[grade - 1] += 1;
    let after = input(&better, plain_name);
    let ((before, ranks_before), (after, ranks_after)) =
        (scorer(&rulebook, &before), scorer(&rulebook, &after));
    prop_assert!(total(&after, "u0") > total(&before, "u0"));
    let rank_of = |ranking: &Ranking| ranking.rows.iter().find(|r| r.unit == "u0").unwrap().rank;
    prop_assert!(rank_of(&ranks_after) <= rank_of(&ranks_before));
    Ok(())
}

/// Broken: takes the third grade for the second, as a shifted column would.
fn swapped_columns(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let mut input = input.clone();
    for counts in input.counts.values_mut().flat_map(BTreeMap::values_mut) {
        for grades in counts.answers.values_mut() {
            let (b, c) = (grades["b"], grades["c"]);
            grades.insert("b".to_owned(), c);
            grades.insert("c".to_owned(), b);
        }
    }
    real(rulebook, &input)
}

#[test]
fn a_better_answer_never_lowers_a_unit() {
    let strategy = (rules(), units(), 1..4usize);
    holds_and_catches(strategy, better_answer_never_lowers, swapped_columns);
}

// ── names do not matter ──────────────────────────────────────────────────────

fn names_do_not_matter(
    scorer: Scorer,
    (rules, units): (Rules, Vec<Unit>),
) -> Result<(), TestCaseError> {
    let rulebook = rules.rulebook();
    let renamed = |index: usize| format!("x{}", 9 - index);
    let (scores, ranking) = scorer(&rulebook, &input(&units, plain_name));
    let (other_scores, other_ranking) = scorer(&rulebook, &input(&units, renamed));
    let ranks = |ranking: &Ranking| -> BTreeMap<String, (u64, bool)> {
        ranking.rows.iter().map(|row| (row.unit.clone(), (row.rank, row.tied))).collect()
    };
    let (ranks, other_ranks) = (ranks(&ranking), ranks(&other_ranking));
    for index in 0..units.len() {
        let (name, other) = (plain_name(index), renamed(index));
        prop_assert_eq!(&scores.units[&name], &other_scores.units[&other]);
        prop_assert_eq!(ranks[&name], other_ranks[&other]);
    }
    Ok(())
}

/// Broken: breaks ties by name.
fn ties_by_name(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let (scores, mut ranking) = real(rulebook, input);
    for (row, number) in ranking.rows.iter_mut().zip(1..) {
        row.rank = number;
    }
    (scores, ranking)
}

#[test]
fn names_and_order_of_units_do_not_matter() {
    // Copies of units, so that there are ties.
    let units = units().prop_map(|mut units| {
        units.push(units[0]);
        units
    });
    holds_and_catches((rules(), units), names_do_not_matter, ties_by_name);
}

#[test]
fn the_order_of_rows_in_the_file_does_not_matter() {
    let rows = ["u,g,i,a,6", "u,g,i,b,1", "v,g,i,a,7", "u,component,work,,1", "v,g,ballots,,9"];
    let text = |rows: &[&str]| format!("unit,group,item,grade,count\n{}\n", rows.join("\n"));
    let read = |rows: &[&str]| gongping_score::read_counts_csv(text(rows).as_bytes()).unwrap();
    let mut reversed = rows;
    reversed.reverse();
    assert_eq!(read(&rows), read(&reversed));
}

// ── splitting a box is neutral ───────────────────────────────────────────────

fn splitting_is_neutral(
    scorer: Scorer,
    (rules, units, parts): (Rules, Vec<Unit>, [[u64; 4]; 2]),
) -> Result<(), TestCaseError> {
    let rulebook = rules.rulebook();
    let whole = input(&units, plain_name);
    let mut split = whole.clone();
    let of_box = split.counts.get_mut("u0").unwrap().get_mut("g").unwrap();
    let mut left = BoxCounts { ballots: 3, answers: BTreeMap::new() };
    let mut right = BoxCounts { ballots: of_box.ballots - 3, answers: BTreeMap::new() };
    for ((item, grades), parts) in &mut of_box.answers.iter().zip(parts) {
        for ((grade, count), part) in grades.iter().zip(parts) {
            let part = part.min(*count);
            left.answers.entry(item.clone()).or_default().insert(grade.clone(), part);
            right.answers.entry(item.clone()).or_default().insert(grade.clone(), count - part);
        }
    }
    *of_box = left.merged(&right).unwrap();
    let (scores, _) = scorer(&rulebook, &split);
    prop_assert_eq!(scores, real(&rulebook, &whole).0);
    Ok(())
}

/// Broken: counts no grade further than to five.
fn forgets_late_ballots(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let mut input = input.clone();
    for counts in input.counts.values_mut().flat_map(BTreeMap::values_mut) {
        for count in counts.answers.values_mut().flat_map(BTreeMap::values_mut) {
            *count = (*count).min(5);
        }
    }
    real(rulebook, &input)
}

#[test]
fn splitting_a_box_in_two_is_neutral() {
    let strategy = (rules(), units(), [[0..9u64, 0..9, 0..9, 0..9], [0..9, 0..9, 0..9, 0..9]]);
    holds_and_catches(strategy, splitting_is_neutral, forgets_late_ballots);
}

// ── totals stay on the scale, and its ends are reached ───────────────────────

fn totals_stay_on_the_scale(
    scorer: Scorer,
    (rules, units): (Rules, Vec<Unit>),
) -> Result<(), TestCaseError> {
    let rulebook = rules.rulebook();
    let (low, high) = (rulebook.lowest_total(), rulebook.highest_total());
    let (scores, _) = scorer(&rulebook, &input(&units, plain_name));
    for unit in scores.units.values() {
        let total = unit.total.clone().unwrap();
        prop_assert!(low <= total && total <= high, "{total} outside {low} to {high}");
    }
    let extreme = |grade: usize, half_points| {
        let mut counts = [0; 4];
        counts[grade] = 20;
        input(&[([[counts; 2]; 2], half_points)], plain_name)
    };
    prop_assert_eq!(total(&scorer(&rulebook, &extreme(3, 0)).0, "u0"), low);
    prop_assert_eq!(total(&scorer(&rulebook, &extreme(0, 200)).0, "u0"), high);
    Ok(())
}

/// Broken: rescales so that the best possible total is the top of the scale (D3 forbids it).
fn rescales_silently(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let (mut scores, ranking) = real(rulebook, input);
    for unit in scores.units.values_mut() {
        let best = rulebook.highest_total();
        unit.total = unit.total.as_ref().map(|total| &(total / &best) * rulebook.scale());
    }
    (scores, ranking)
}

#[test]
fn totals_stay_on_the_scale_and_reach_its_ends() {
    holds_and_catches((rules(), units()), totals_stay_on_the_scale, rescales_silently);
}

// ── rounding only shows ──────────────────────────────────────────────────────

fn rounding_only_shows(
    scorer: Scorer,
    (rules, units): (Rules, Vec<Unit>),
) -> Result<(), TestCaseError> {
    let coarse = Rules { digits: 0, ..rules.clone() }.rulebook();
    let fine = Rules { digits: 8, ..rules }.rulebook();
    let input = input(&units, plain_name);
    let ((coarse_scores, coarse), (fine_scores, fine)) =
        (scorer(&coarse, &input), scorer(&fine, &input));
    let ranks = |ranking: &Ranking| -> Vec<(String, u64)> {
        ranking.rows.iter().map(|row| (row.unit.clone(), row.rank)).collect()
    };
    prop_assert_eq!(ranks(&coarse), ranks(&fine));
    for (unit, score) in &coarse_scores.units {
        prop_assert_eq!(&score.total, &fine_scores.units[unit].total);
    }
    Ok(())
}

/// Broken: rounds totals before it ranks.
fn rounds_first(rulebook: &Rulebook, input: &ScoreInput) -> (Scores, Ranking) {
    let mut scores = real(rulebook, input).0;
    for unit in scores.units.values_mut() {
        unit.total = unit.total.as_ref().map(|total| total.rounded(rulebook.rounding()));
    }
    let ranking = rank(&scores, rulebook);
    (scores, ranking)
}

#[test]
fn rounding_never_changes_the_ranking_when_ranking_is_on_exact_totals() {
    holds_and_catches((rules(), units()), rounding_only_shows, rounds_first);
}

// ── the ranking itself ───────────────────────────────────────────────────────

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn every_unit_is_in_the_ranking_once_and_ranks_follow_totals(
        rules in rules(),
        units in units(),
    ) {
        let rulebook = rules.rulebook();
        let (scores, ranking) = real(&rulebook, &input(&units, plain_name));
        let listed: BTreeSet<&String> = ranking.rows.iter().map(|row| &row.unit).collect();
        prop_assert_eq!(listed.len(), ranking.rows.len());
        prop_assert_eq!(listed, scores.units.keys().collect());
        for pair in ranking.rows.windows(2) {
            prop_assert!(pair[0].total >= pair[1].total);
            prop_assert_eq!(pair[0].total == pair[1].total, pair[0].rank == pair[1].rank);
        }
    }

    #[test]
    fn shown_values_are_within_one_unit_of_the_last_digit(
        above in -10_000_000i64..10_000_000,
        below in 1i64..10_000,
        digits in 0u8..=8,
    ) {
        use gongping_score::{Rounding, RoundingMode};
        let value = Exact::ratio(above, below).unwrap();
        let unit = &exact("1") / &exact(&format!("1{}", "0".repeat(usize::from(digits))));
        for mode in [RoundingMode::HalfEven, RoundingMode::HalfUp, RoundingMode::Truncate] {
            let rounding = Rounding { digits, mode };
            let shown: Exact = exact(&value.display(rounding));
            prop_assert_eq!(&shown, &value.rounded(rounding));
            let off = &shown - &value;
            prop_assert!(off < unit && &exact("0") - &off < unit);
        }
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,200}") {
        let _ = Rulebook::parse(&text);
        let _ = gongping_score::read_counts_csv(text.as_bytes());
        let _ = text.parse::<Exact>();
    }
}
