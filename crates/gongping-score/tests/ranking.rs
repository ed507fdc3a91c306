//! Ties, rounding, vetoes and bands.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod common;

use std::collections::BTreeMap;

use common::exact;
use gongping_score::{Ranking, Rulebook, Scores, UnitScore, Unranked, rank};

fn rulebook(ranking: &str, tables: &str) -> Rulebook {
    let text = common::small(["1", "0.8", "0.6", "0"], "1");
    let text = text.replacen("[ranking]", &format!("[ranking]\n{ranking}"), 1) + tables;
    Rulebook::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn unit(total: Option<&str>, vetoes: &[&str]) -> UnitScore {
    let unranked = match total {
        Some(_) => Vec::new(),
        None => vec![Unranked::NoSurvey],
    };
    UnitScore {
        ballots: BTreeMap::new(),
        survey: None,
        components: BTreeMap::new(),
        total: total.map(exact),
        unranked,
        class: None,
        vetoes: vetoes.iter().map(|veto| (*veto).to_owned()).collect(),
        trace: Vec::new(),
    }
}

fn scores(totals: &[(&str, &str)]) -> Scores {
    let units = totals.iter().map(|(id, total)| ((*id).to_owned(), unit(Some(total), &[])));
    Scores { units: units.collect() }
}

fn ranks(ranking: &Ranking) -> Vec<(&str, u64)> {
    ranking.rows.iter().map(|row| (row.unit.as_str(), row.rank)).collect()
}

fn banded(ranking: &Ranking) -> Vec<(&str, &str)> {
    let rows = ranking.rows.iter();
    rows.map(|row| (row.unit.as_str(), row.band.as_deref().unwrap_or("-"))).collect()
}

const TIED: [(&str, &str); 4] = [("a", "70"), ("b", "90"), ("c", "80"), ("d", "80")];

#[test]
fn ties_leave_a_gap_or_not_by_the_rulebook() {
    let standard = rank(&scores(&TIED), &rulebook("", ""));
    assert_eq!(ranks(&standard), [("b", 1), ("c", 2), ("d", 2), ("a", 4)]);
    let tied: Vec<bool> = standard.rows.iter().map(|row| row.tied).collect();
    assert_eq!(tied, [false, true, true, false]);
    let dense = rank(&scores(&TIED), &rulebook("ties = \"dense\"", ""));
    assert_eq!(ranks(&dense), [("b", 1), ("c", 2), ("d", 2), ("a", 3)]);
}

#[test]
fn exact_totals_decide_unless_the_rulebook_ranks_on_rounded_ones() {
    let close = scores(&[("a", "80.001"), ("b", "80.002")]);
    assert_eq!(ranks(&rank(&close, &rulebook("", ""))), [("b", 1), ("a", 2)]);
    let rounded = rank(&close, &rulebook("rank-on = \"rounded\"", ""));
    assert_eq!(ranks(&rounded), [("a", 1), ("b", 1)]);
    assert_eq!(rounded.rows[0].total, exact("80.001"));
    assert_eq!(rounded.rows[0].shown, "80.00");
}

const VETO: &str = "[[band]]\nid = \"failed\"\nveto-only = true\n\
    name = { zh-Hans = \"不合格\", en = \"Failed\" }\n\
    [[veto]]\nid = \"v\"\nband = \"failed\"\nname = { zh-Hans = \"否决\", en = \"Veto\" }\n";

#[test]
fn a_breach_overrides_the_rank_and_shows_the_rank_there_would_have_been() {
    let mut scores = scores(&TIED);
    scores.units.insert("b".to_owned(), unit(Some("90"), &["v"]));
    scores.units.insert("e".to_owned(), unit(None, &["v"]));
    scores.units.insert("f".to_owned(), unit(None, &[]));
    let closed = rank(&scores, &rulebook("", VETO));
    assert_eq!(ranks(&closed), [("c", 1), ("d", 1), ("a", 3)]);
    let vetoed: Vec<_> = closed
        .vetoed
        .iter()
        .map(|row| (row.unit.as_str(), row.would_have_rank, row.band.as_deref()))
        .collect();
    assert_eq!(vetoed, [("b", Some(1), Some("failed")), ("e", None, Some("failed"))]);
    assert_eq!(closed.unranked.len(), 1);
    assert_eq!(closed.unranked[0].unit, "f");
    let kept = rank(&scores, &rulebook("vetoed-places = \"kept\"", VETO));
    assert_eq!(ranks(&kept), [("c", 2), ("d", 2), ("a", 4)]);
}

fn bands(rules: &[(&str, &str)]) -> String {
    let band = |(id, rule): &(&str, &str)| {
        format!("[[band]]\nid = \"{id}\"\nname = {{ zh-Hans = \"档\", en = \"B\" }}\n{rule}\n")
    };
    rules.iter().map(band).collect()
}

#[test]
fn absolute_bands_take_their_bounds_by_their_brackets() {
    let tables = bands(&[("high", "range = \"[75, 100]\""), ("low", "range = \"[0, 75)\"")]);
    let scores = scores(&[("a", "75"), ("b", "74.999"), ("c", "100"), ("d", "0")]);
    let ranking = rank(&scores, &rulebook("", &tables));
    assert_eq!(banded(&ranking), [("c", "high"), ("a", "high"), ("b", "low"), ("d", "low")]);
}

#[test]
fn a_quota_with_a_floor_takes_only_units_above_the_floor_as_in_scheme_s3() {
    let tables = bands(&[
        ("advanced", "best = \"30%\"\nrange = \"[75, 100]\""),
        ("passed", "range = \"[60, 100]\""),
        ("failed", "range = \"[0, 60)\""),
    ]);
    let totals =
        [("a", "90"), ("b", "74"), ("c", "74"), ("d", "73"), ("e", "60"), ("f", "59"), ("g", "1")];
    // 30 % of 7 units are 2.1, so 2 places; the second is below the floor.
    let ranking = rank(&scores(&totals), &rulebook("", &tables));
    let expected = ["advanced", "passed", "passed", "passed", "passed", "failed", "failed"];
    assert_eq!(banded(&ranking).iter().map(|(_, band)| *band).collect::<Vec<_>>(), expected);
}

#[test]
fn quota_edges_round_and_tie_by_the_rulebook() {
    let tables = bands(&[
        ("top", "best = \"30%\""),
        ("bottom", "last = 1"),
        ("middle", "range = \"[0, 100]\""),
    ]);
    let totals = [("a", "90"), ("b", "80"), ("c", "80"), ("d", "70"), ("e", "70")];
    let with = |settings: &str| {
        let ranking = rank(&scores(&totals), &rulebook(settings, &tables));
        banded(&ranking).iter().map(|(_, band)| band.chars().next().unwrap()).collect::<String>()
    };
    assert_eq!(with(""), "tmmbb");
    assert_eq!(with("quota-ties = \"exclude\""), "tmmmm");
    assert_eq!(with("quota-rounding = \"up\""), "tttbb");
    assert_eq!(with("quota-rounding = \"up\"\nquota-ties = \"exclude\""), "tmmmm");
}

#[test]
fn a_quota_of_all_places_and_an_empty_ranking_are_no_trouble() {
    let tables = bands(&[("top", "best = 99"), ("rest", "range = \"[0, 100]\"")]);
    let all = rank(&scores(&TIED), &rulebook("", &tables));
    assert!(banded(&all).iter().all(|(_, band)| *band == "top"));
    assert!(rank(&scores(&[]), &rulebook("", &tables)).rows.is_empty());
}
