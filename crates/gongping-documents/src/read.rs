//! From the bytes of a file to a table.

use crate::{DocumentMistake, Table, delimited, workbook};

/// The largest file that is read, in bytes, packed or unpacked per part.
pub const MAX_FILE_BYTES: usize = 16_000_000;
/// The last row that is read; ten times the units of a large province.
pub const MAX_ROWS: u32 = 20_000;
/// The last column that is read.
pub const MAX_COLUMNS: u32 = 100;

/// Every XLSX file is a ZIP package and begins with a local file header (APPNOTE 4.3.7).
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// Reads a CSV file (UTF-8 with or without byte-order mark, or GB18030) or the first visible sheet
/// of an XLSX workbook. The content decides which of them it is; `file_name` only names the file in
/// mistakes, because names lie more often than bytes.
///
/// # Errors
/// A [`DocumentMistake`] if the file is no such table, is damaged, or exceeds [`MAX_FILE_BYTES`],
/// [`MAX_ROWS`] or [`MAX_COLUMNS`].
pub fn read_table(bytes: &[u8], file_name: &str) -> Result<Table, DocumentMistake> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(file_too_large(file_name));
    }
    let table = if bytes.starts_with(ZIP_MAGIC) {
        workbook::read(bytes, file_name)?
    } else if bytes.contains(&0) {
        // Text in UTF-8 or GB18030 has no zero byte; old .xls files and pictures have many.
        return Err(DocumentMistake::KindUnknown { name: file_name.to_owned() });
    } else {
        delimited::read(bytes, file_name)?
    };
    if table.rows.is_empty() {
        return Err(DocumentMistake::Empty { name: file_name.to_owned() });
    }
    Ok(table)
}

pub(crate) fn file_too_large(name: &str) -> DocumentMistake {
    let limit_megabytes = MAX_FILE_BYTES / 1_000_000;
    DocumentMistake::FileTooLarge { name: name.to_owned(), limit_megabytes }
}

/// Refuses a cell with content beyond the limits.
pub(crate) fn check_place(row: u32, column: u32, name: &str) -> Result<(), DocumentMistake> {
    if row > MAX_ROWS {
        let name = name.to_owned();
        return Err(DocumentMistake::TooManyRows { name, rows: row, limit: MAX_ROWS });
    }
    if column > MAX_COLUMNS {
        let name = name.to_owned();
        return Err(DocumentMistake::TooManyColumns { name, limit: MAX_COLUMNS });
    }
    Ok(())
}
