//! The tables of a dossier, each derived from what the log and the boxes say. They are for people
//! with a spreadsheet; the verifier makes them again and compares every byte.

use gongping_appraisal::{Appraisal, UnitId, World};
use gongping_score::{Exact, Rounding, RoundingMode, Rulebook, ScoreInput, ScoreReport};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Marks a file as UTF-8 for spreadsheets that would otherwise guess GB18030.
const BYTE_ORDER_MARK: &str = "\u{feff}";

struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(header: &[&str]) -> Self {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(header);
        table
    }

    fn row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) {
        // Writing to memory does not fail, and all rows of a table have the same length.
        self.0.write_record(cells).unwrap_or_default();
    }

    fn finish(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}

/// The appraised units with the names that they bear `on` a day.
#[must_use]
pub fn unit_names(world: &World, appraisal: &Appraisal, on: Date) -> BTreeMap<UnitId, String> {
    let name = |unit: &UnitId| world.unit(unit).map_or("", |unit| unit.name_on(on)).to_owned();
    appraisal.units.iter().map(|unit| (unit.clone(), name(unit))).collect()
}

/// `units.csv`.
#[must_use]
pub fn units_csv(names: &BTreeMap<UnitId, String>) -> Vec<u8> {
    let mut table = Table::new(&["unit", "name"]);
    for (unit, name) in names {
        table.row([unit.as_str(), name]);
    }
    [BYTE_ORDER_MARK.as_bytes(), &table.finish()].concat()
}

/// `counts.csv`: what `gongping score` reads. Units in the order of their ids, groups, items and
/// grades in that of the rulebook, then the points.
#[must_use]
pub fn counts_csv(rulebook: &Rulebook, input: &ScoreInput) -> Vec<u8> {
    let mut table = Table::new(&["unit", "group", "item", "grade", "count"]);
    for unit in input.all_units() {
        for group in rulebook.groups() {
            let Some(counts) = input.counts.get(unit).and_then(|boxes| boxes.get(&group.id)) else {
                continue;
            };
            table.row([unit, &group.id, "ballots", "", &counts.ballots.to_string()]);
            for item in rulebook.items() {
                let Some(answers) = counts.answers.get(&item.id) else { continue };
                for grade in rulebook.grades() {
                    let count = answers.get(&grade.id).copied().unwrap_or_default();
                    table.row([unit, &group.id, &item.id, &grade.id, &count.to_string()]);
                }
            }
        }
        for (component, points) in input.components.get(unit).into_iter().flatten() {
            table.row([unit, "component", component, "", &decimal(points)]);
        }
        for veto in input.findings.get(unit).into_iter().flatten() {
            table.row([unit, "veto", veto, "", "1"]);
        }
        for (group, issued) in input.issued.get(unit).into_iter().flatten() {
            table.row([unit, group, "issued", "", &issued.to_string()]);
        }
        if let Some(class) = input.classes.get(unit) {
            table.row([unit, "class", class, "", "1"]);
        }
    }
    table.finish()
}

/// Points as people write them, 17.5 and not 35/2, wherever two places are exact.
fn decimal(points: &Exact) -> String {
    let two = points.display(Rounding { digits: 2, mode: RoundingMode::Truncate });
    let short = two.trim_end_matches('0').trim_end_matches('.');
    match Exact::from_str(short) {
        Ok(same) if same == *points => short.to_owned(),
        _ => points.to_string(),
    }
}

/// `ranking.csv`: the ranked units from the best to the worst, then those whose rank a confirmed
/// breach overrides, then those without a total.
#[must_use]
pub fn ranking_csv(report: &ScoreReport, names: &BTreeMap<UnitId, String>) -> Vec<u8> {
    let mut table = Table::new(&["rank", "unit", "name", "shown", "total", "band", "status"]);
    let name = |unit: &str| {
        let id = UnitId::parse(unit).ok();
        id.and_then(|id| names.get(&id)).cloned().unwrap_or_default()
    };
    let text = |total: &Exact| total.to_string();
    for row in &report.ranking.rows {
        let band = row.band.clone().unwrap_or_default();
        let (rank, total) = (row.rank.to_string(), text(&row.total));
        let (unit, shown) = (row.unit.clone(), row.shown.clone());
        table.row([rank, unit, name(&row.unit), shown, total, band, "ranked".to_owned()]);
    }
    for row in &report.ranking.vetoed {
        let total = row.total.as_ref().map(text).unwrap_or_default();
        let shown = row.shown.clone().unwrap_or_default();
        let band = row.band.clone().unwrap_or_default();
        let (unit, status) = (row.unit.clone(), "vetoed".to_owned());
        table.row([String::new(), unit, name(&row.unit), shown, total, band, status]);
    }
    for row in &report.ranking.unranked {
        let empty = String::new;
        let (unit, status) = (row.unit.clone(), "unranked".to_owned());
        table.row([empty(), unit, name(&row.unit), empty(), empty(), empty(), status]);
    }
    [BYTE_ORDER_MARK.as_bytes(), &table.finish()].concat()
}
