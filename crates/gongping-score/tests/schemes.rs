//! Every scheme that was really used, each with a worked example that is computed again.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use gongping_score::{Exact, MistakeCode, Rulebook, ScoreReport, read_counts_csv};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    scheme: String,
    counts: String,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expect {
    unit: String,
    survey: Option<String>,
    total: Option<String>,
    rank: Option<u64>,
    band: Option<String>,
    class: Option<String>,
    vetoed_band: Option<String>,
    would_have_rank: Option<u64>,
    unranked: Option<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks")
}

/// Every rulebook with its id, its text and its example.
fn all() -> BTreeMap<String, (String, Example)> {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let rulebooks =
        names.filter(|name| name.ends_with(".toml") && !name.ends_with(".example.toml"));
    let read = |name: String| {
        let id = name.trim_end_matches(".toml").to_owned();
        let text = fs::read_to_string(folder().join(&name)).unwrap();
        let example = fs::read_to_string(folder().join(format!("{id}.example.toml")));
        let example = example.unwrap_or_else(|_| panic!("{id} has no worked example"));
        let example = toml::from_str(&example).unwrap_or_else(|error| panic!("{id}: {error}"));
        (id, (text, example))
    };
    rulebooks.map(read).collect()
}

fn parse(id: &str, text: &str) -> Rulebook {
    Rulebook::parse(text).unwrap_or_else(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{id}:\n{}", lines.join("\n"))
    })
}

fn report(id: &str, text: &str, example: &Example) -> ScoreReport {
    let input = read_counts_csv(example.counts.trim_start().as_bytes())
        .unwrap_or_else(|mistakes| panic!("{id}: {mistakes:#?}"));
    ScoreReport::new(&parse(id, text), &input).unwrap_or_else(|error| panic!("{id}: {error}"))
}

fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

#[test]
fn every_scheme_has_a_rulebook() {
    let found: BTreeSet<String> = all().into_values().map(|(_, example)| example.scheme).collect();
    let wanted: BTreeSet<String> = (1..=28).map(|number| format!("S{number}")).collect();
    assert_eq!(found, wanted);
}

#[test]
fn every_rulebook_is_named_like_its_file_and_has_no_warnings() {
    for (id, (text, _)) in all() {
        let rulebook = parse(&id, &text);
        assert_eq!(rulebook.id(), id);
        assert_eq!(rulebook.warnings(), [], "{id}");
    }
}

#[test]
fn every_worked_example_comes_out_exactly() {
    for (id, (text, example)) in all() {
        let report = report(&id, &text, &example);
        for expect in &example.expect {
            let unit = &report.scores.units[&expect.unit];
            let place = format!("{id}, {}: {:#?}", expect.unit, unit.trace);
            assert_eq!(unit.total, expect.total.as_deref().map(exact), "{place}");
            if let Some(survey) = &expect.survey {
                assert_eq!(unit.survey, Some(exact(survey)), "{place}");
            }
            let row = report.ranking.rows.iter().find(|row| row.unit == expect.unit);
            if expect.rank.is_some() {
                assert_eq!(row.map(|row| row.rank), expect.rank, "{place}");
            }
            if expect.band.is_some() {
                assert_eq!(row.unwrap().band, expect.band, "{place}");
            }
            if expect.class.is_some() {
                assert_eq!(row.unwrap().class, expect.class, "{place}");
            }
            if expect.vetoed_band.is_some() {
                let mut vetoed = report.ranking.vetoed.iter();
                let row = vetoed.find(|row| row.unit == expect.unit).unwrap();
                assert_eq!(row.band, expect.vetoed_band, "{place}");
                assert_eq!(row.would_have_rank, expect.would_have_rank, "{place}");
            }
            if let Some(reason) = &expect.unranked {
                let json = serde_json::to_value(&unit.unranked).unwrap();
                assert_eq!(json[0]["reason"], reason.as_str(), "{place}");
            }
        }
    }
}

#[test]
fn totals_of_the_examples_lie_between_the_lowest_and_the_highest() {
    for (id, (text, example)) in all() {
        let report = report(&id, &text, &example);
        for total in report.scores.units.values().filter_map(|unit| unit.total.as_ref()) {
            let inside = *total >= report.lowest_total && *total <= report.highest_total;
            assert!(
                inside,
                "{id}: {total} outside {} – {}",
                report.lowest_total, report.highest_total
            );
        }
    }
}

#[test]
fn every_report_survives_its_canonical_text() {
    for (id, (text, example)) in all() {
        let report = report(&id, &text, &example);
        assert_eq!(ScoreReport::from_json(&report.to_json()).unwrap(), report, "{id}");
    }
}

#[test]
fn every_figure_of_every_trace_leads_back_to_earlier_steps() {
    for (id, (text, example)) in all() {
        for (unit, score) in report(&id, &text, &example).scores.units {
            let mut earlier: BTreeSet<&str> = BTreeSet::new();
            for step in &score.trace {
                for input in &step.inputs {
                    let known = earlier.contains(input.as_str());
                    assert!(known, "{id}, {unit}: {} uses {input} before it is there", step.id);
                }
                assert!(earlier.insert(&step.id), "{id}, {unit}: {} twice", step.id);
            }
        }
    }
}

#[test]
fn the_scheme_that_leaves_60_open_is_refused_as_written_and_accepted_with_a_choice() {
    let chosen = &all()["shenyang-classes"].0;
    let as_written = chosen.replacen("\"[60, 100]\"", "\"(60, 100]\"", 1);
    assert_ne!(*chosen, as_written);
    let mistakes = Rulebook::parse(&as_written).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
    assert_eq!(mistakes[0].code, MistakeCode::BandHole);
    assert_eq!(mistakes[0].args["hole"], "[60, 60]");
    assert!(mistakes[0].suggestion().contains("single number"));
}

#[test]
fn a_value_that_the_source_leaves_open_is_demanded() {
    let all = all();
    for (id, key) in [
        ("county-four-classes", "value = 100\n"),
        ("petition-rates", "when-none = \"full\"\n"),
        ("target-rates", "part-points = \"exact\"\n"),
        ("places-to-points", "beyond = 45\n"),
    ] {
        let text = &all[id].0;
        assert!(text.contains(key), "{id}");
        let mistakes = Rulebook::parse(&text.replacen(key, "", 1)).unwrap_err();
        let code = mistakes[0].code;
        let demanded = matches!(code, MistakeCode::MissingKey | MistakeCode::GradeWithoutValue);
        assert!(demanded, "{id}: {mistakes:#?}");
    }
}
