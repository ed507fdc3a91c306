//! The 2007 plan as a rulebook: what it says, and the worked examples.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::BTreeMap;

use common::{PLAN, box_of, exact, input_of, plan};
use gongping_score::rulebook::{ComponentKind, Level, Origin, SettingName, SheetForm};
use gongping_score::{ScoreInput, score_units};

#[test]
fn the_plan_is_accepted_and_its_hash_is_over_its_bytes() {
    let plan = plan();
    assert_eq!(plan.id(), "labour-security-2007");
    assert_eq!(plan.text(), PLAN);
    assert_eq!(plan.hash().len(), 64);
    let changed = PLAN.replacen("# ", "#  ", 1);
    let changed = gongping_score::Rulebook::parse(&changed).unwrap();
    assert_ne!(changed.hash(), plan.hash());
}

#[test]
fn the_plan_says_items_grades_components_vetoes_and_levels() {
    let plan = plan();
    let ids: Vec<&str> = plan.items().iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"]);
    assert!(plan.item("B8").unwrap().local);
    let values: Vec<_> = plan.grades().iter().map(|grade| grade.value.clone().unwrap()).collect();
    assert_eq!(values, ["0.9", "0.8", "0.7", "0.5"].map(exact));
    assert!(matches!(plan.components()[1].kind, ComponentKind::Sum(_)));
    let entered: Vec<_> =
        plan.entered_components().iter().map(|(c, e)| (c.id.clone(), e.maximum.clone())).collect();
    let expected = [("rectification", "20"), ("self-inspection", "10")];
    assert_eq!(entered, expected.map(|(id, points)| (id.to_owned(), exact(points))));
    assert_eq!(plan.vetoes().len(), 8);
    assert_eq!(plan.appraises()[2].organiser, Level::County);
    assert_eq!(plan.appraises()[2].units, [Level::County, Level::Window]);
    assert_eq!(plan.group("deputies").unwrap().sheet, SheetForm::AllUnits);
}

#[test]
fn totals_of_the_plan_run_from_35_to_93() {
    assert_eq!(plan().lowest_total(), exact("35"));
    assert_eq!(plan().highest_total(), exact("93"));
}

#[test]
fn scale_ends_are_reached_by_the_worst_and_the_best_unit() {
    let plan = plan();
    for (counts, points, total) in [
        ([0, 0, 0, 40], ["0", "0"], plan.lowest_total()),
        ([40, 0, 0, 0], ["20", "10"], plan.highest_total()),
    ] {
        let input = input_of(&plan, &[("u", counts, points)]);
        let scores = score_units(&plan, &input).unwrap();
        assert_eq!(scores.units["u"].total, Some(total));
    }
}

#[test]
fn every_setting_is_listed_with_its_origin() {
    let settings = plan().settings();
    let find = |name, about: Option<&str>| {
        let found = settings
            .iter()
            .find(|setting| setting.name == name && setting.about.as_deref() == about);
        found.map(|setting| (setting.value.as_str(), setting.origin.clone())).unwrap()
    };
    let plan_says = |clause: &str| Origin::Plan(clause.to_owned());
    assert_eq!(find(SettingName::Scale, None), ("100", plan_says("D1")));
    assert_eq!(find(SettingName::GradeValue, Some("excellent")), ("9/10", plan_says("D2")));
    assert_eq!(find(SettingName::GroupWeight, Some("deputies")), ("1/3", Origin::Rulebook));
    assert_eq!(find(SettingName::Ties, None), ("standard", Origin::Rulebook));
    assert_eq!(find(SettingName::QuotaTies, None), ("include", Origin::Default));
    for name in SettingName::ALL {
        let listed = settings.iter().any(|setting| setting.name == *name);
        // Item weights are a setting only where items are weighted. Settings that came after format
        // 1 was frozen in logs are named only where a rulebook writes them.
        let only_where_written = [
            SettingName::ItemWeight,
            SettingName::Measure,
            SettingName::BlankDeduction,
            SettingName::OverIssued,
            SettingName::RoundingFull,
            SettingName::Within,
        ];
        assert_eq!(listed, !only_where_written.contains(name), "{}", name.as_str());
    }
}

/// One group and one item, so that the survey score is that of the counts.
fn survey_score(counts: [u64; 4], values: [&str; 4], full: &str) -> (String, String) {
    let text = common::small(values, full);
    let rulebook = gongping_score::Rulebook::parse(&text).unwrap();
    let mut input = ScoreInput::default();
    let boxes = BTreeMap::from([("g".to_owned(), box_of(&rulebook, counts))]);
    input.counts.insert("u".to_owned(), boxes);
    let scores = score_units(&rulebook, &input).unwrap();
    let unit = &scores.units["u"];
    (unit.survey.clone().unwrap().to_string(), unit.components["survey"].to_string())
}

#[test]
fn worked_examples_come_out_exactly() {
    let s1 = ["0.9", "0.8", "0.7", "0.5"];
    let other = ["100", "80", "60", "0"];
    let of = |survey: &str, part: &str| (survey.to_owned(), part.to_owned());
    assert_eq!(survey_score([51, 6, 3, 0], s1, "1"), of("88", "308/5"));
    assert_eq!(survey_score([85, 11, 4, 1], s1, "1"), of("8860/101", "6202/101"));
    assert_eq!(survey_score([0, 0, 0, 7], s1, "1"), of("50", "35"));
    assert_eq!(survey_score([51, 6, 3, 0], other, "100").0, "96");
    assert_eq!(survey_score([52, 5, 3, 0], other, "100").0, "289/3");
}

/// The plan with pieces of its text replaced, as an organiser would edit it.
fn edited(edits: &[(&str, &str)]) -> gongping_score::Rulebook {
    let mut text = PLAN.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    gongping_score::Rulebook::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

#[test]
fn scheme_s2_is_the_plan_with_other_weights_and_one_work_assessment() {
    let weight = "weight = \"1/3\"";
    let [first, rest] = ["weight = 0.50", "weight = 0.25"];
    let (start, _) = PLAN.split_once("[[component]]\nid = \"inspection\"").unwrap();
    let (_, end) = PLAN.split_once("# ── 排名").unwrap();
    let parts = PLAN[start.len()..PLAN.len() - end.len()].to_owned();
    let work = "[[component]]\nid = \"work\"\nkind = \"entered\"\npoints = 30\nmaximum = 100\n\
                name = { zh-Hans = \"工作考核\", en = \"Work\" }\n# ── 排名";
    let s2 = edited(&[(weight, first), (weight, rest), (weight, rest), (&parts, work)]);
    let mut input = input_of(&s2, &[("u", [20, 0, 0, 0], ["90", "0"])]);
    let boxes = input.counts.get_mut("u").unwrap();
    boxes.insert("deputies".to_owned(), box_of(&s2, [0, 0, 0, 20]));
    let unit = &score_units(&s2, &input).unwrap().units["u"];
    // 90 · 0.75 + 50 · 0.25 = 80; 80 · 0.7 + 90 · 0.3 = 83.
    assert_eq!(unit.survey, Some(exact("80")));
    assert_eq!(unit.total, Some(exact("83")));
}

#[test]
fn scheme_s5_is_the_plan_with_100_80_30_and_a_dont_know_that_does_not_count() {
    let s5 = edited(&[
        ("value = 0.9\n", "value = 100\n"),
        ("value = 0.8\n", "value = 80\n"),
        ("value = 0.7\n", "value = 30\n"),
        ("value = 0.5\n", "dont-know = true\n"),
        ("full = 1\n", "full = 100\n"),
        ("dont-know = \"absent\"", "dont-know = \"excluded\""),
    ]);
    assert_eq!((s5.lowest_total(), s5.highest_total()), (exact("21"), exact("100")));
    let mut input = input_of(&s5, &[("u", [6, 2, 2, 0], ["0", "0"])]);
    for counts in input.counts.get_mut("u").unwrap().values_mut() {
        counts.ballots += 90;
        for grades in counts.answers.values_mut() {
            grades.insert("dissatisfied".to_owned(), 90);
        }
    }
    let unit = &score_units(&s5, &input).unwrap().units["u"];
    assert_eq!(unit.survey, Some(exact("82")));
}
