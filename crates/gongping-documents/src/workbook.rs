//! XLSX workbooks.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::Date;
use zip::ZipArchive;

use crate::read::{MAX_FILE_BYTES, check_place, file_too_large};
use crate::table::trimmed;
use crate::{Area, Cell, CellKind, DocumentMistake, Position, Row, Table};

/// No part of a workbook that we read unpacks to more; a sheet of [`crate::MAX_ROWS`] full rows
/// needs less. A packed file of a few kilobytes can otherwise fill the memory.
const MAX_UNPACKED_BYTES: u64 = 8 * MAX_FILE_BYTES as u64;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the first visible sheet.
pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Table, DocumentMistake> {
    check_unpacked_size(bytes, name)?;
    let broken = |error: XlsxError| workbook_broken(name, &error);
    let mut workbook: Workbook<'_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheet = workbook
        .sheets_metadata()
        .iter()
        .find(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .ok_or_else(|| DocumentMistake::SheetMissing { name: name.to_owned() })?;
    let merged = workbook
        .merge_cells_by_sheet_name(&sheet)
        .map_err(broken)?
        .iter()
        .map(|area| Area { first: position(area.start), last: position(area.end) })
        .collect();
    let rows = rows(&mut workbook, &sheet, name)?;
    Ok(Table { name: sheet, rows, merged })
}

fn workbook_broken(name: &str, reason: &impl ToString) -> DocumentMistake {
    DocumentMistake::WorkbookBroken { name: name.to_owned(), reason: reason.to_string() }
}

/// Unpacks everything once into nothing. The sizes that the package declares are not trusted.
fn check_unpacked_size(bytes: &[u8], name: &str) -> Result<(), DocumentMistake> {
    let mut package =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| workbook_broken(name, &error))?;
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..package.len() {
        let part = package.by_index(index).map_err(|error| workbook_broken(name, &error))?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink())
            .map_err(|error| workbook_broken(name, &error))?;
        left = left.checked_sub(unpacked).ok_or_else(|| file_too_large(name))?;
    }
    Ok(())
}

/// Cell by cell: a dense copy of the sheet would reserve memory for every empty cell between two
/// that are far apart.
fn rows(workbook: &mut Workbook<'_>, sheet: &str, name: &str) -> Result<Vec<Row>, DocumentMistake> {
    let broken = |error: XlsxError| workbook_broken(name, &error);
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(broken)?;
    let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let position = position(cell.get_position());
        if let Some(content) = content(cell.get_value()) {
            check_place(position.row, position.column, name)?;
            rows.entry(position.row).or_default().insert(position.column, content);
        }
    }
    Ok(rows.into_iter().map(|(number, cells)| Row { number, cells }).collect())
}

/// Workbooks count from zero inside; people count from one.
fn position((row, column): (u32, u32)) -> Position {
    Position { row: row.saturating_add(1), column: column.saturating_add(1) }
}

fn content(value: &DataRef<'_>) -> Option<Cell> {
    let (kind, text) = match value {
        DataRef::Empty => return None,
        DataRef::String(text) => (CellKind::Text, text.clone()),
        DataRef::SharedString(text) => (CellKind::Text, (*text).to_owned()),
        // Rust writes the shortest text that gives the same number again, without an exponent.
        DataRef::Float(number) => (CellKind::Number, number.to_string()),
        DataRef::Int(number) => (CellKind::Number, number.to_string()),
        DataRef::Bool(true) => (CellKind::Boolean, "TRUE".to_owned()),
        DataRef::Bool(false) => (CellKind::Boolean, "FALSE".to_owned()),
        DataRef::DateTime(instant) => date(instant),
        DataRef::DateTimeIso(text) => (CellKind::Date, text.replace('T', " ")),
        DataRef::DurationIso(text) => (CellKind::Text, text.clone()),
        DataRef::Error(error) => (CellKind::Error, error.to_string()),
    };
    let text = trimmed(&text).to_owned();
    (!text.is_empty()).then_some(Cell { kind, text })
}

/// A duration, or a day that does not exist (spreadsheets know 29 February 1900), stays a number.
fn date(instant: &ExcelDateTime) -> (CellKind, String) {
    let number = || (CellKind::Number, instant.as_f64().to_string());
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else { return number() };
    match Date::new(year, month, day) {
        Ok(date) if instant.is_datetime() && instant.as_f64() >= 1.0 => {
            let text = if (hour, minute, second) == (0, 0, 0) {
                date.to_string()
            } else {
                format!("{date} {hour:02}:{minute:02}:{second:02}")
            };
            (CellKind::Date, text)
        }
        _ => number(),
    }
}
