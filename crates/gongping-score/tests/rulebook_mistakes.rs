//! Each mistake that the checker knows, made on purpose in an otherwise good rulebook.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::BTreeSet;

use gongping_score::{MistakeCode, Rulebook, RulebookMistake};

fn good() -> String {
    common::small(["1", "0.8", "0.6", "0"], "1")
}

fn mistakes(text: &str) -> Vec<RulebookMistake> {
    Rulebook::parse(text).err().unwrap_or_default()
}

/// A case: the code, a piece of the good text, what replaces it, and a piece of the broken text
/// that stands in the line where the mistake must be reported.
type Case = (MistakeCode, &'static str, &'static str, &'static str);

const BAND: &str = "[[band]]\nid = \"x\"\nname = { zh-Hans = \"档\", en = \"Band\" }\n";

const CASES: &[Case] = &[
    (MistakeCode::Syntax, "points = 70", "points = = 70", "points = = 70"),
    (MistakeCode::Syntax, "id = \"work\"", "id = \"work", "id = \"work"),
    (MistakeCode::UnknownKey, "weight = 1", "weight = 1\nwieght = 2", "wieght"),
    (MistakeCode::UnknownKey, "[ranking]", "[ranking]\ntie = \"dense\"", "tie ="),
    (MistakeCode::UnknownKey, "format = 1", "format = 1\nextra = 1", "extra"),
    (MistakeCode::MissingKey, "format = 1", "# no format", "# no format"),
    (MistakeCode::MissingKey, "kind = \"entered\"\n", "", "@component-2"),
    (MistakeCode::WrongType, "weight = 1", "weight = true", "weight = true"),
    (MistakeCode::WrongType, "id = \"work\"", "id = 5", "id = 5"),
    (MistakeCode::UnknownFormat, "format = 1", "format = 2", "format = 2"),
    (MistakeCode::BadId, "id = \"i\"", "id = \"项\"", "项"),
    (MistakeCode::BadId, "id = \"g\"", "id = \"G\"", "G"),
    (MistakeCode::DuplicateId, "id = \"b\"", "id = \"a\"", "@grade-2-id"),
    (MistakeCode::ReservedId, "id = \"g\"", "id = \"component\"", "\"component\""),
    (MistakeCode::ReservedId, "id = \"i\"", "id = \"ballots\"", "\"ballots\""),
    (MistakeCode::MissingName, "zh-Hans = \"优\", ", "", "{ en = \"A\" }"),
    (MistakeCode::MissingName, "zh-Hans = \"优\"", "zh-Hans = \" \"", "\" \""),
    (MistakeCode::BadNumber, "points = 70", "points = \"７０\"", "７０"),
    (MistakeCode::BadNumber, "weight = 1", "weight = 1e0", "1e0"),
    (MistakeCode::OutOfRange, "value = 1\n", "value = 1.1\n", "1.1"),
    (MistakeCode::OutOfRange, "value = 0\n", "value = -1\n", "-1"),
    (MistakeCode::OutOfRange, "[ranking]", "[ranking]\nrounding-digits = 9", "rounding-digits"),
    (MistakeCode::OutOfRange, "[ranking]", "[ranking]\nrounding-digits = 1.5", "rounding-digits"),
    (MistakeCode::OutOfRange, "maximum = 100", "maximum = 100\nminimum = -1", "minimum = -1"),
    (MistakeCode::NotPositive, "full = 1", "full = 0", "full = 0"),
    (MistakeCode::NotPositive, "step = 0.5", "step = -0.5", "step"),
    (MistakeCode::MinimumZero, "[ranking]", "box-minimum = 0\n[ranking]", "box-minimum"),
    (MistakeCode::MinimumZero, "weight = 1", "weight = 1\nminimum-sample = 0", "minimum-sample"),
    (MistakeCode::UnknownChoice, "[ranking]", "[ranking]\nties = \"fair\"", "fair"),
    (MistakeCode::UnknownChoice, "kind = \"entered\"", "kind = \"given\"", "given"),
    (MistakeCode::GroupWithoutWeight, "weight = 1\n", "", "@group"),
    (MistakeCode::WeightsNotOne, "weight = 1\n", "weight = 0.99\n", "0.99"),
    (MistakeCode::GradeWithoutValue, "value = 0.8\n", "", "@grade-2"),
    (MistakeCode::GradesNotDescending, "value = 0.6", "value = 0.8", "@grade-3-value"),
    (MistakeCode::DontKnowMismatch, "[ranking]", "dont-know = \"excluded\"\n[ranking]", "@grade-1"),
    (
        MistakeCode::ItemWeightMismatch,
        "[ranking]",
        "item-mean = \"weighted\"\n[ranking]",
        "[[item]]",
    ),
    (MistakeCode::SurveyComponents, "kind = \"survey\"", "kind = \"entered\"", "@component-1"),
    (MistakeCode::PointsNotAdding, "points = 30", "points = 29", "@component-1"),
    (
        MistakeCode::BadParent,
        "kind = \"entered\"",
        "parent = \"survey\"\nkind = \"entered\"",
        "parent",
    ),
    (MistakeCode::KeyOfOtherKind, "points = 70", "points = 70\nstep = 1", "step = 1"),
    (MistakeCode::EmptyRange, "maximum = 100", "minimum = 100\nmaximum = 100", "maximum = 100"),
    (MistakeCode::StepMisses, "step = 0.5", "step = 0.3", "step = 0.3"),
    (MistakeCode::EmptyRange, "maximum = 100", "maximum = 0", "maximum = 0"),
    (MistakeCode::TooManyGrades, "value = 1\n", "from = 1000\nto = 1\n", "@grade-1"),
    (MistakeCode::StepMisses, "value = 1\n", "from = 10\nto = 1\nstep = 2\n", "from = 10"),
    (MistakeCode::TopMismatch, "value = 1\n", "value = 1\ntop = true\n", "@grade-1"),
    (
        MistakeCode::ItemGradeMissing,
        "id = \"i\"\n",
        "id = \"i\"\nvalues = { a = 1, b = 0.5, c = 0.2 }\n",
        "values",
    ),
    (
        MistakeCode::UnknownReference,
        "id = \"i\"\n",
        "id = \"i\"\nvalues = { a = 1, b = 0.5, c = 0.2, d = 0, e = 0 }\n",
        "values",
    ),
    (MistakeCode::BlankDeductionMismatch, "[ranking]", "blank = \"deduct\"\n[ranking]", "blank ="),
    (
        MistakeCode::CoefficientSteps,
        "kind = \"survey\"\n",
        "kind = \"survey\"\ncoefficient = { figure = \"f\", steps = [[1, 1]] }\n",
        "coefficient",
    ),
    (MistakeCode::EmptyList, "[ranking]", "[ranking]\nwithin = \"class\"", "format"),
];

/// Needed by cases that use a figure.
const FIGURE: &str = "[[figure]]\nid = \"f\"\nname = { zh-Hans = \"数\", en = \"Figure\" }\n";

/// Text appended to the good rulebook, and the line of the mistake counted from its first line.
const APPENDED: &[(MistakeCode, &str, u64)] = &[
    (
        MistakeCode::SumWithoutParts,
        "[[component]]\nid = \"s\"\nkind = \"sum\"\npoints = 1\n\
            name = { zh-Hans = \"和\", en = \"S\" }",
        1,
    ),
    (
        MistakeCode::ScoreItemsNotAdding,
        "[[score-item]]\nid = \"x\"\ncomponent = \"work\"\nmaximum = 40\n\
            name = { zh-Hans = \"项\", en = \"X\" }",
        3,
    ),
    (
        MistakeCode::UnknownReference,
        "[[score-item]]\nid = \"x\"\ncomponent = \"survey\"\nmaximum = 40\n\
            name = { zh-Hans = \"项\", en = \"X\" }",
        3,
    ),
    (
        MistakeCode::UnknownReference,
        "[[veto]]\nid = \"v\"\nband = \"none\"\nname = { zh-Hans = \"否\", en = \"V\" }",
        3,
    ),
    (
        MistakeCode::AppraisesTwice,
        "[[appraises]]\norganiser = \"city\"\nunits = [\"county\"]\n[[appraises]]\n\
            organiser = \"city\"\nunits = [\"window\"]",
        5,
    ),
    (MistakeCode::BandRuleCount, "{band}", 1),
    (MistakeCode::BandRuleCount, "{band}best = 1\nlast = 1", 1),
    (MistakeCode::BadRange, "{band}range = \"60-100\"", 4),
    (MistakeCode::BadRange, "{band}range = \"(60, 60]\"", 4),
    (MistakeCode::BadPlaces, "{band}best = 0", 4),
    (MistakeCode::BadPlaces, "{band}best = \"101%\"", 4),
    (MistakeCode::BandHole, "{band}range = \"[60, 100]\"", 4),
    (MistakeCode::BandHole, "{band}range = \"[0, 99]\"", 1),
    (MistakeCode::BandHole, "{band}best = \"30%\"", 1),
    (
        MistakeCode::VetoBand,
        "{band}best = 1\n{rest}[[veto]]\nid = \"v\"\nband = \"x\"\n\
            name = { zh-Hans = \"否\", en = \"V\" }",
        11,
    ),
    (MistakeCode::FigureUnused, "{figure}", 1),
    (MistakeCode::UnknownReference, "{bonus}figure = \"g\"\neach = 1", 5),
    (MistakeCode::GateNeverOpens, "{figure}{bonus}figure = \"f\"\neach = 1\nonly-above = 100", 10),
    (
        MistakeCode::KeyOfOtherKind,
        "{figure}{bonus}figure = \"f\"\neach = 1\nonly-above = 1\nonly-from = 1",
        11,
    ),
    (
        MistakeCode::VetoNeverFalls,
        "{band}veto-only = true\n[[veto]]\nid = \"v\"\nband = \"x\"\ncomponent = \"work\"\n\
            below = 0\nname = { zh-Hans = \"否\", en = \"V\" }",
        9,
    ),
    (
        MistakeCode::CannotEnforce,
        "[[reminder]]\nid = \"r\"\ngrade = \"d\"\nabove = \"60%\"\nenforced = true\n\
            name = { zh-Hans = \"提醒\", en = \"R\" }",
        5,
    ),
    (
        MistakeCode::OutOfRange,
        "[[reminder]]\nid = \"r\"\ngrade = \"d\"\nabove = \"160%\"\n\
            name = { zh-Hans = \"提醒\", en = \"R\" }",
        4,
    ),
    (
        MistakeCode::UnitInTwoClasses,
        "[[class]]\nid = \"c\"\nunits = [\"u\"]\nname = { zh-Hans = \"类\", en = \"C\" }\n\
            [[class]]\nid = \"d\"\nunits = [\"u\"]\nname = { zh-Hans = \"类\", en = \"D\" }",
        7,
    ),
];

const BONUS: &str = "[[component]]\nid = \"b\"\nkind = \"bonus\"\n\
    name = { zh-Hans = \"加\", en = \"B\" }\n";

fn line_of(text: &str, mark: &str) -> u64 {
    // `@grade-2-id` is the line of `id` in the second [[grade]]; `@grade-2` its heading.
    let line = |at: usize| text[..at].matches('\n').count() as u64 + 1;
    let Some(mark) = mark.strip_prefix('@') else { return line(text.find(mark).unwrap()) };
    let mut parts = mark.split('-');
    let heading = format!("[[{}]]", parts.next().unwrap());
    let number: usize = parts.next().map_or(1, |number| number.parse().unwrap());
    let (at, _) = text.match_indices(&heading).nth(number - 1).unwrap();
    let key = parts.next().map_or(0, |key| text[at..].find(&format!("\n{key} =")).unwrap() + 1);
    line(at + key)
}

#[test]
fn the_good_rulebook_has_no_mistakes() {
    assert_eq!(mistakes(&good()), []);
}

#[test]
fn each_mistake_is_found_in_its_line_with_its_code() {
    for (code, from, to, mark) in CASES {
        let text = good();
        assert!(text.contains(from), "{from}");
        let mut broken = text.replacen(from, to, 1);
        if to.contains("figure = \"f\"") {
            broken += FIGURE;
        }
        assert_found(&broken, *code, line_of(&broken, mark));
    }
}

#[test]
fn each_mistake_in_added_tables_is_found_in_its_line() {
    for (code, text, line) in APPENDED {
        let good = good();
        let rest = "[[band]]\nid = \"rest\"\nname = { zh-Hans = \"余\", en = \"Rest\" }\n\
            range = \"[0, 100]\"\n";
        let text = text.replace("{band}", BAND).replace("{rest}", rest);
        let text = text.replace("{figure}", FIGURE).replace("{bonus}", BONUS);
        let before = good.matches('\n').count() as u64;
        assert_found(&format!("{good}{text}\n"), *code, before + line);
    }
}

fn assert_found(broken: &str, code: MistakeCode, line: u64) {
    let found = mistakes(broken);
    let hit = found.iter().any(|mistake| mistake.code == code && mistake.line == line);
    assert!(hit, "{} in line {line} not among {found:#?} of\n{broken}", code.as_str());
    // One fault is one mistake; only a sum without parts also brings points too many.
    if code != MistakeCode::SumWithoutParts {
        assert_eq!(found.len(), 1, "{found:#?} of\n{broken}");
    }
    for mistake in &found {
        let shown = mistake.to_string();
        assert!(!shown.contains('{') || shown.contains("name = {"), "unfilled: {shown}");
    }
}

#[test]
fn every_code_has_a_broken_rulebook_that_shows_it() {
    let shown: BTreeSet<MistakeCode> = CASES
        .iter()
        .map(|case| case.0)
        .chain(APPENDED.iter().map(|case| case.0))
        // In tests of their own below.
        .chain([MistakeCode::BandOverlap, MistakeCode::EmptyList, MistakeCode::TooFewGrades])
        .chain([MistakeCode::InvalidNeedsOneItem, MistakeCode::PlacesMismatch])
        .chain([MistakeCode::BandUnreachable])
        .collect();
    let missing: Vec<&str> =
        MistakeCode::ALL.iter().filter(|code| !shown.contains(code)).map(|c| c.as_str()).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn codes_are_unique() {
    let texts: BTreeSet<&str> = MistakeCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), MistakeCode::ALL.len());
}

#[test]
fn an_empty_file_lists_everything_that_is_needed() {
    let codes: Vec<MistakeCode> = mistakes("").iter().map(|mistake| mistake.code).collect();
    for code in [
        MistakeCode::MissingKey,
        MistakeCode::MissingName,
        MistakeCode::EmptyList,
        MistakeCode::TooFewGrades,
        MistakeCode::SurveyComponents,
    ] {
        assert!(codes.contains(&code), "{}", code.as_str());
    }
}

#[test]
fn all_mistakes_are_found_at_once_and_in_order() {
    let broken = good()
        .replacen("weight = 1", "weight = 0.5", 1)
        .replacen("points = 30", "points = 31", 1)
        .replacen("value = 0.8", "valeu = 0.8", 1)
        .replacen("[ranking]", "[ranking]\nties = \"none\"", 1);
    let found = mistakes(&broken);
    let codes: Vec<MistakeCode> = found.iter().map(|mistake| mistake.code).collect();
    assert_eq!(
        codes,
        [
            MistakeCode::UnknownChoice,
            MistakeCode::WeightsNotOne,
            MistakeCode::GradeWithoutValue,
            MistakeCode::UnknownKey,
            MistakeCode::PointsNotAdding,
        ]
    );
    assert!(found.is_sorted_by_key(|mistake| (mistake.line, mistake.column)));
}

#[test]
fn a_broken_band_does_not_make_the_vetoes_that_name_it_mistakes() {
    let text = with_bands(&["[0, 100)"]) + "[[veto]]\nid = \"v\"\nband = \"x0\"\n";
    let text = text + "name = { zh-Hans = \"否\", en = \"V\" }\n";
    let broken = text.replace("[0, 100)", "[0; 100]");
    let codes: Vec<MistakeCode> = mistakes(&broken).iter().map(|mistake| mistake.code).collect();
    assert_eq!(codes, [MistakeCode::BadRange]);
}

#[test]
fn columns_count_characters_not_bytes() {
    let broken = good().replacen("zh-Hans = \"优\", en = \"A\"", "zh-Hans = \"优\", en = 1", 1);
    let found = mistakes(&broken);
    let mistake = found.iter().find(|m| m.code == MistakeCode::WrongType).unwrap();
    assert_eq!(mistake.column, "name = { zh-Hans = \"优\", en = ".chars().count() as u64 + 1);
}

fn with_bands(ranges: &[&str]) -> String {
    let mut text = good();
    for (index, range) in ranges.iter().enumerate() {
        let rule = if range.starts_with(['[', '(']) {
            format!("range = \"{range}\"")
        } else {
            (*range).to_owned()
        };
        text += &BAND.replace("\"x\"", &format!("\"x{index}\""));
        text += &format!("{rule}\n");
    }
    text
}

#[test]
fn exactly_60_in_no_band_is_refused_as_in_scheme_s3() {
    let text = with_bands(&["best = \"30%\"\nrange = \"[75, 100]\"", "(60, 100]", "[0, 60)"]);
    let found = mistakes(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, MistakeCode::BandHole);
    assert_eq!(found[0].args["hole"], "[60, 60]");
    let assigned = text.replace("[0, 60)", "[0, 60]");
    assert_eq!(mistakes(&assigned), []);
}

#[test]
fn holes_and_overlaps_are_found_whatever_the_order() {
    let codes = |ranges: &[&str]| -> Vec<MistakeCode> {
        mistakes(&with_bands(ranges)).iter().map(|mistake| mistake.code).collect()
    };
    assert_eq!(codes(&["[85, 100]", "[75, 85)", "[60, 75)", "[0, 60)"]), []);
    assert_eq!(codes(&["[0, 60)", "[75, 85)", "[85, 100]", "[60, 75)"]), []);
    assert_eq!(codes(&["[60, 100]", "[0, 60]"]), [MistakeCode::BandOverlap]);
    assert_eq!(codes(&["[50, 100]", "[0, 60)"]), [MistakeCode::BandOverlap]);
    assert_eq!(codes(&["[0, 100]", "[40, 50]"]), [MistakeCode::BandOverlap]);
    assert_eq!(codes(&["[70, 100]", "[0, 60)"]), [MistakeCode::BandHole]);
    assert_eq!(codes(&["[0, 100)"]), [MistakeCode::BandHole]);
    assert_eq!(codes(&["(0, 100]"]), [MistakeCode::BandHole]);
}

#[test]
fn every_line_of_the_plan_can_be_dropped_without_a_panic() {
    let lines: Vec<&str> = common::PLAN.lines().collect();
    for skipped in 0..lines.len() {
        let rest: Vec<&str> =
            lines.iter().enumerate().filter(|(i, _)| *i != skipped).map(|(_, l)| *l).collect();
        let count = lines.len() as u64;
        for mistake in mistakes(&rest.join("\n")) {
            assert!(mistake.line >= 1 && mistake.line <= count);
        }
    }
}

#[test]
fn an_invalid_ballot_needs_a_sheet_with_one_item() {
    let text = good().replacen("[ranking]", "dont-know = \"invalid\"\n[ranking]", 1).replacen(
        "value = 0\n",
        "dont-know = true\n",
        1,
    );
    assert_eq!(mistakes(&text), []);
    let item = "[[item]]\nid = \"j\"\nname = { zh-Hans = \"二\", en = \"Second\" }\n\n[[group]]";
    let found = mistakes(&text.replacen("[[group]]", item, 1));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, MistakeCode::InvalidNeedsOneItem);
    assert_eq!(found[0].line, line_of(&text, "dont-know = \"invalid\""));
}

#[test]
fn places_descend_from_the_points_of_the_component() {
    let ranked = |places: &str, beyond: &str| {
        let rank = format!(
            "kind = \"rank\"\nby = \"f\"\nfirst = \"largest\"\nplaces = {places}\nbeyond = {beyond}"
        );
        let text = good().replacen("kind = \"entered\"", &rank, 1);
        text.replace("maximum = 100\nstep = 0.5\n", "") + FIGURE
    };
    assert_eq!(mistakes(&ranked("[30, 20, 20]", "10")), []);
    for (places, beyond) in [("[20, 30]", "0"), ("[30, 20]", "25"), ("[29, 20]", "10"), ("[]", "0")]
    {
        let found = mistakes(&ranked(places, beyond));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].code, MistakeCode::PlacesMismatch);
    }
}

#[test]
fn a_band_that_no_total_reaches_is_a_warning_because_frozen_rulebooks_may_have_one() {
    let text = with_bands(&["[50, 100]", "[0, 50)"]);
    let warned = |text: &str| {
        let rulebook = Rulebook::parse(text).unwrap();
        let codes: Vec<MistakeCode> = rulebook.warnings().iter().map(|one| one.code).collect();
        codes
    };
    assert_eq!(warned(&text), []);
    let high = text.replacen("value = 0\n", "value = 0.5\n", 1);
    assert_eq!(
        warned(&high.replacen("[50, 100]", "[35, 100]", 1).replacen("50)", "35)", 1)),
        [MistakeCode::BandUnreachable]
    );
}

#[test]
fn questions_are_not_needed_where_figures_alone_are_counted() {
    let text = include_str!("../../../rulebooks/three-rates.toml");
    assert_eq!(mistakes(text), []);
    let with_item =
        format!("{text}\n[[item]]\nid = \"i\"\nname = {{ zh-Hans = \"项\", en = \"I\" }}\n");
    let codes: Vec<MistakeCode> = mistakes(&with_item).iter().map(|one| one.code).collect();
    assert!(codes.contains(&MistakeCode::SurveyComponents), "{codes:?}");
}
