//! Opinions from a spreadsheet: looked at first, then entered, all or none.

use super::gather::{GatheredOpinion, GatheringRecord, MOST_OPINIONS, gather};
use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, Digest, GatheringId, ItemId, Place, World, sha256,
};
use gongping_documents::{
    Column, OpinionNames, OpinionRow, OpinionRowMistake, Properties, Sheet, Value, parse_opinions,
    read_table, write_xlsx,
};

/// What a table would enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TablePreview {
    /// The rows that would enter.
    pub rows: Vec<OpinionRow>,
    /// What is wrong, cell by cell; with one mistake nothing enters.
    pub mistakes: Vec<OpinionRowMistake>,
    /// SHA-256 of the file, so that what enters is what was looked at.
    pub digest: Digest,
}

fn names(world: &World, appraisal: &Appraisal) -> OpinionNames {
    let mut names = OpinionNames::default();
    for unit in appraisal.units.iter().filter_map(|id| world.unit(id)) {
        names.add_unit(&unit.id, unit.name());
    }
    let items = appraisal.rulebook().map(|rulebook| rulebook.rules.items()).unwrap_or_default();
    for item in items {
        if let Ok(id) = ItemId::parse(&item.id) {
            for tag in ["zh-Hans", "zh-Hant", "en"] {
                names.add_item(&id, item.name.get(tag));
            }
        }
    }
    names
}

/// Reads a table and says what would enter.
///
/// # Errors
/// [`Refusal::Document`] when the file is no table of opinions.
pub fn preview_table(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    file_name: &str,
    bytes: &[u8],
) -> Result<TablePreview, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let table = read_table(bytes, file_name).map_err(Refusal::Document)?;
    let parsed = parse_opinions(&table, &names(&world, appraisal)).map_err(Refusal::Document)?;
    let digest = sha256(bytes);
    Ok(TablePreview { rows: parsed.rows, mistakes: parsed.mistakes, digest })
}

/// Enters a table that was looked at.
///
/// # Errors
/// [`Refusal::Input`] when rows have mistakes, there are too many, or the file is another one.
pub async fn import_table(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    (file_name, bytes): (&str, &[u8]),
    previewed: Digest,
) -> Result<GatheringId, Refusal> {
    let preview = preview_table(app, allowed, id, file_name, bytes)?;
    if preview.digest != previewed {
        return Err(Refusal::input("changed-meanwhile", &[]));
    }
    if !preview.mistakes.is_empty() {
        let count = preview.mistakes.len().to_string();
        return Err(Refusal::input("gathering-rows", &[("count", &count)]));
    }
    if preview.rows.len() > MOST_OPINIONS {
        return Err(Refusal::input("gathering-number", &[("most", &MOST_OPINIONS.to_string())]));
    }
    let record = GatheringRecord::Table {
        appraisal: id.clone(),
        file_name: file_name.to_owned(),
        file: preview.digest,
    };
    let opinions = preview.rows.into_iter().map(|row| GatheredOpinion {
        place: Place { unit: row.unit, item: row.item },
        matter: row.matter,
        text: row.text,
    });
    gather(app, allowed, &record, opinions.collect()).await
}

/// An empty table to fill in: a sheet with the headings, and one with what may stand in them.
///
/// # Errors
/// [`Refusal::Failure`] when a heading cannot be the name of a sheet.
pub fn table_template(
    app: &App,
    appraisal: &Appraisal,
    (sheet, choices): (&str, &str),
    headings: [&str; 4],
    matters: &[String],
    language: &str,
) -> Result<Vec<u8>, Refusal> {
    let world = app.world();
    let text = |text: &str| Value::Text(text.to_owned());
    let units = appraisal.units.iter().filter_map(|id| world.unit(id));
    let units: Vec<&str> = units.map(|unit| unit.name()).collect();
    let items = appraisal.rulebook().map(|rulebook| rulebook.rules.items()).unwrap_or_default();
    let items: Vec<&str> = items.iter().map(|item| item.name.get(language)).collect();
    let rows = units.len().max(items.len()).max(matters.len());
    let cell = |list: &[&str], row: usize| list.get(row).map_or(Value::Empty, |known| text(known));
    let matters: Vec<&str> = matters.iter().map(String::as_str).collect();
    let known =
        (0..rows).map(|row| vec![cell(&units, row), cell(&items, row), cell(&matters, row)]);
    let width = [30, 20, 12, 80];
    let columns = headings.iter().zip(width);
    let sheets = [
        Sheet {
            name: sheet.to_owned(),
            columns: columns
                .map(|(heading, width)| Column {
                    heading: (*heading).to_owned(),
                    width: Some(width),
                })
                .collect(),
            rows: Vec::new(),
        },
        Sheet {
            name: choices.to_owned(),
            columns: headings.iter().take(3).map(|heading| Column::new(*heading)).collect(),
            rows: known.collect(),
        },
    ];
    let author = world.unit(&appraisal.organiser).map_or("", |unit| unit.name()).to_owned();
    let properties = Properties { title: sheet.to_owned(), author, created: app.now() };
    write_xlsx(&sheets, &properties).map_err(|error| Failure::Bug(error.to_string()).into())
}
