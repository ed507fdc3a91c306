//! The settings, each in both directions, and rejections.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::BTreeMap;

use common::{box_of, exact, input_of, plan};
use gongping_score::{
    BoxCounts, Rulebook, ScoreInput, ScoreProblem, ScoreReport, Scores, UnitScore, Unranked, What,
    score_units,
};

fn rulebook(edits: &[(&str, &str)]) -> Rulebook {
    let mut text = common::small(["1", "0.8", "0.6", "0"], "1");
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Rulebook::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

const TWO_GROUPS: (&str, &str) = (
    "weight = 1\n",
    "weight = 0.25\nminimum-sample = 10\n\n[[group]]\nid = \"h\"\nweight = 0.75\n\
     name = { zh-Hans = \"二\", en = \"Second\" }\n",
);

const DONT_KNOW: (&str, &str) = (
    "[[component]]",
    "[[grade]]\nid = \"?\"\ndont-know = true\nname = { zh-Hans = \"不了解\", en = \"Don't know\" }\n\n\
     [[component]]",
);

fn one(rulebook: &Rulebook, input: &ScoreInput) -> UnitScore {
    let scores: Scores = score_units(rulebook, input).unwrap();
    scores.units["u"].clone()
}

fn input(boxes: &[(&str, BoxCounts)], points: Option<&str>) -> ScoreInput {
    let mut input = ScoreInput::default();
    let boxes = boxes.iter().map(|(group, counts)| ((*group).to_owned(), counts.clone()));
    input.counts.insert("u".to_owned(), boxes.collect());
    if let Some(points) = points {
        let points = BTreeMap::from([("work".to_owned(), exact(points))]);
        input.components.insert("u".to_owned(), points);
    }
    input
}

fn answers(ballots: u64, counts: &[(&str, u64)]) -> BoxCounts {
    let grades = counts.iter().map(|(grade, count)| ((*grade).to_owned(), *count)).collect();
    BoxCounts { ballots, answers: BTreeMap::from([("i".to_owned(), grades)]) }
}

#[test]
fn entered_points_are_brought_to_the_points_of_the_component() {
    let rulebook = rulebook(&[]);
    let unit = one(&rulebook, &input(&[("g", answers(10, &[("a", 10)]))], Some("82.5")));
    assert_eq!(unit.components["work"], exact("24.75"));
    assert_eq!(unit.total, Some(exact("94.75")));
}

#[test]
fn groups_weigh_by_the_rulebook() {
    let rulebook = rulebook(&[TWO_GROUPS]);
    let boxes = [("g", answers(10, &[("a", 10)])), ("h", answers(20, &[("d", 20)]))];
    assert_eq!(one(&rulebook, &input(&boxes, Some("0"))).survey, Some(exact("25")));
}

#[test]
fn a_small_sample_leaves_the_unit_unranked_by_default() {
    let rulebook = rulebook(&[TWO_GROUPS]);
    let boxes = [("g", answers(9, &[("a", 9)])), ("h", answers(20, &[("d", 20)]))];
    let unit = one(&rulebook, &input(&boxes, Some("0")));
    let (ballots, minimum) = (9, 10);
    let reason = Unranked::SampleTooSmall { group: "g".to_owned(), ballots, minimum };
    assert_eq!((unit.total, unit.unranked), (None, vec![reason]));
    assert_eq!(unit.ballots["g"], 9);
}

#[test]
fn reweighting_is_said_in_the_trace() {
    let rulebook = rulebook(&[TWO_GROUPS, ("[ranking]", "group-absent = \"reweight\"\n[ranking]")]);
    let boxes = [("h", answers(20, &[("b", 20)]))];
    let unit = one(&rulebook, &input(&boxes, Some("0")));
    assert_eq!(unit.survey, Some(exact("80")));
    let said = unit.trace.iter().any(|step| {
        matches!(&step.what, What::SurveyScore { groups, reweighted: true }
            if groups[0].weight == exact("0.75") && groups[0].used == exact("1"))
    });
    assert!(said, "{:#?}", unit.trace);
    let none = one(&rulebook, &input(&[], Some("0")));
    assert_eq!(none.unranked, [Unranked::NoSurvey]);
}

#[test]
fn a_box_below_the_small_cell_rule_counts_nothing_even_if_the_group_asks_for_less() {
    let rulebook = rulebook(&[("weight = 1\n", "weight = 1\nminimum-sample = 1\n")]);
    let sealed = BoxCounts { ballots: 4, answers: BTreeMap::new() };
    let unit = one(&rulebook, &input(&[("g", sealed)], Some("0")));
    assert!(matches!(unit.unranked[..], [Unranked::SampleTooSmall { minimum: 5, .. }]));
}

#[test]
fn dont_know_leaves_the_base_or_stays_in_it() {
    let boxes = || [("g", answers(10, &[("a", 8), ("dk", 2)]))];
    let dont_know = (DONT_KNOW.0, DONT_KNOW.1.replace("\"?\"", "\"dk\""));
    let with = |rule: &str| {
        let setting = format!("dont-know = \"{rule}\"\n[ranking]");
        rulebook(&[(dont_know.0, &dont_know.1), ("[ranking]", &setting)])
    };
    let excluded = one(&with("excluded"), &input(&boxes(), Some("0")));
    let in_base = one(&with("in-base"), &input(&boxes(), Some("0")));
    assert_eq!(excluded.survey, Some(exact("100")));
    assert_eq!(in_base.survey, Some(exact("80")));
}

#[test]
fn blanks_leave_the_base_stay_in_it_or_are_refused() {
    let boxes = || [("g", answers(10, &[("a", 8)]))];
    let with = |rule: &str| rulebook(&[("[ranking]", &format!("blank = \"{rule}\"\n[ranking]"))]);
    let excluded = one(&with("excluded"), &input(&boxes(), Some("0")));
    let in_base = one(&with("in-base"), &input(&boxes(), Some("0")));
    assert_eq!(excluded.survey, Some(exact("100")));
    assert_eq!(in_base.survey, Some(exact("80")));
    assert_eq!(with("in-base").lowest_total(), exact("0"));
    let refused = score_units(&with("forbidden"), &input(&boxes(), Some("0"))).unwrap_err();
    assert!(matches!(refused.problems[..], [ScoreProblem::BlankForbidden { blank: 2, .. }]));
}

#[test]
fn an_item_that_nobody_answered_is_never_scored_silently() {
    let second = "[[item]]\nid = \"j\"\nname = { zh-Hans = \"二\", en = \"Second\" }\n\n[[group]]";
    let strict = rulebook(&[("[[group]]", second)]);
    let unit = one(&strict, &input(&[("g", answers(10, &[("b", 10)]))], Some("0")));
    let reason = Unranked::ItemWithoutAnswers { group: "g".to_owned(), item: "j".to_owned() };
    assert_eq!(unit.unranked, [reason]);
    let setting = ("[ranking]", "item-absent = \"leave-out\"\n[ranking]");
    let lenient = rulebook(&[("[[group]]", second), setting]);
    let unit = one(&lenient, &input(&[("g", answers(10, &[("b", 10)]))], Some("0")));
    assert_eq!(unit.survey, Some(exact("80")));
    let said = |step: &gongping_score::Step| {
        matches!(step.what, What::ItemWithoutAnswers { left_out: true, .. })
    };
    assert!(unit.trace.iter().any(said));
}

#[test]
fn weighted_items_count_by_their_weight() {
    let items = "[[item]]\nid = \"j\"\nweight = 0.9\n\
        name = { zh-Hans = \"二\", en = \"Second\" }\n\n[[group]]";
    let rulebook = rulebook(&[
        ("id = \"i\"\n", "id = \"i\"\nweight = 0.1\n"),
        ("[[group]]", items),
        ("[ranking]", "item-mean = \"weighted\"\n[ranking]"),
    ]);
    let mut counts = answers(10, &[("a", 10)]);
    counts.answers.insert("j".to_owned(), BTreeMap::from([("d".to_owned(), 10)]));
    assert_eq!(one(&rulebook, &input(&[("g", counts)], Some("0"))).survey, Some(exact("10")));
}

#[test]
fn a_missing_component_leaves_the_unit_unranked_or_counts_the_lowest() {
    let boxes = [("g", answers(10, &[("a", 10)]))];
    let unit = one(&rulebook(&[]), &input(&boxes, None));
    assert_eq!(unit.unranked, [Unranked::ComponentMissing { component: "work".to_owned() }]);
    assert_eq!(unit.survey, Some(exact("100")));
    let lowest = rulebook(&[("id = \"small\"", "id = \"small\"\ncomponent-absent = \"lowest\"")]);
    assert_eq!(one(&lowest, &input(&boxes, None)).total, Some(exact("70")));
}

#[test]
fn all_problems_of_the_input_are_found_at_once() {
    let rulebook = rulebook(&[]);
    let mut bad = input(&[("x", BoxCounts::default())], Some("100.5"));
    let boxes = bad.counts.get_mut("u").unwrap();
    let mut counts = answers(3, &[("a", u64::MAX), ("b", u64::MAX), ("z", 0)]);
    counts.answers.insert("y".to_owned(), BTreeMap::new());
    boxes.insert("g".to_owned(), counts);
    let points = [("survey".to_owned(), exact("1")), ("work".to_owned(), exact("1/3"))];
    bad.components.insert("v".to_owned(), BTreeMap::from(points));
    bad.findings.insert("u".to_owned(), ["w".to_owned()].into());
    let rejection = score_units(&rulebook, &bad).unwrap_err();
    let has = |test: fn(&ScoreProblem) -> bool| rejection.problems.iter().any(test);
    assert!(has(|p| matches!(p, ScoreProblem::UnknownGroup { group, .. } if group == "x")));
    assert!(has(|p| matches!(p, ScoreProblem::UnknownItem { item, .. } if item == "y")));
    assert!(has(|p| matches!(p, ScoreProblem::UnknownGrade { grade, .. } if grade == "z")));
    assert!(has(|p| matches!(p, ScoreProblem::MoreAnswersThanBallots { .. })));
    assert!(has(|p| matches!(p, ScoreProblem::PointsOutOfRange { .. })));
    assert!(has(|p| matches!(p, ScoreProblem::PointsOffStep { .. })));
    assert!(has(|p| matches!(p, ScoreProblem::UnknownComponent { .. })));
    assert!(has(|p| matches!(p, ScoreProblem::UnknownVeto { .. })));
    assert_eq!(rejection.problems.len(), 8);
    assert_eq!(rejection.to_string().lines().count(), 8);
}

#[test]
fn a_unit_of_which_nothing_is_known_is_listed_as_unranked() {
    let plan = plan();
    let mut input = ScoreInput::default();
    input.units.insert("360100-RSJ".to_owned());
    let report = ScoreReport::new(&plan, &input).unwrap();
    assert_eq!(report.ranking.unranked[0].unit, "360100-RSJ");
    // Three groups without ballots and two components without points.
    assert_eq!(report.ranking.unranked[0].reasons.len(), 5);
}

#[test]
fn every_figure_of_the_trace_leads_back_to_counts_and_clauses() {
    let plan = plan();
    let input = input_of(&plan, &[("u", [5, 4, 3, 2], ["12.5", "7"])]);
    let unit = one(&plan, &input);
    let mut earlier: Vec<&str> = Vec::new();
    for step in &unit.trace {
        for id in &step.inputs {
            assert!(earlier.contains(&id.as_str()), "{} uses {id} before it is there", step.id);
        }
        assert!(!earlier.contains(&step.id.as_str()), "{} twice", step.id);
        earlier.push(&step.id);
    }
    let steps = 3 * 8 + 3 + 1 + 4 + 1;
    assert_eq!(unit.trace.len(), steps);
    let step = |id: &str| unit.trace.iter().find(|step| step.id == id).unwrap();
    assert_eq!(step("group:deputies/item:B3").clauses, ["B3", "D2"]);
    assert_eq!(step("total").clauses, ["D1"]);
    let item = step("group:deputies/item:B3").to_string();
    assert_eq!(
        item,
        "deputies, B3: 100 · (5 × 9/10 + 4 × 4/5 + 3 × 7/10 + 2 × 1/2) ÷ (14 · 1) \
         = 540/7 ≈ 77.14 [B3, D2]"
    );
}

#[test]
fn the_report_survives_its_canonical_text_and_no_other() {
    let plan = plan();
    let mut input = input_of(
        &plan,
        &[
            ("a", [5, 4, 3, 2], ["12.5", "7"]),
            ("b", [1, 1, 1, 0], ["1", "1"]),
            ("c", [9, 9, 9, 9], ["2", "3"]),
        ],
    );
    input.findings.insert("c".to_owned(), ["E3-3".to_owned()].into());
    let report = ScoreReport::new(&plan, &input).unwrap();
    let text = report.to_json();
    assert_eq!(ScoreReport::from_json(&text).unwrap(), report);
    assert_eq!(text, ScoreReport::new(&plan, &input).unwrap().to_json());
    assert!(text.ends_with("}\n") && text.matches('\n').count() == 1);
    for other in [
        text.trim_end().to_owned(),
        text.replacen("{\"format\"", "{ \"format\"", 1),
        text.replacen("\"format\":1", "\"format\":2", 1),
        text.replacen("{\"format\":1", "{\"extra\":1,\"format\":1", 1),
        text.replacen("\"540/7\"", "\"1080/14\"", 1),
        String::new(),
    ] {
        assert_ne!(other, text);
        assert!(ScoreReport::from_json(&other).is_err(), "{other}");
    }
    let shown = report.to_string();
    for part in ["35 to 93", "ranking.ties = standard", "E3-3", "would have had rank", "540/7"] {
        assert!(shown.contains(part), "{part} is missing in\n{shown}");
    }
}

#[test]
fn splitting_a_box_in_two_and_adding_up_is_the_same_box() {
    let plan = plan();
    let (left, right) = (box_of(&plan, [1, 2, 3, 4]), box_of(&plan, [10, 0, 5, 0]));
    let whole = box_of(&plan, [11, 2, 8, 4]);
    assert_eq!(left.merged(&right), Some(whole));
    let huge = BoxCounts { ballots: u64::MAX, answers: BTreeMap::new() };
    assert_eq!(huge.merged(&right), None);
}
