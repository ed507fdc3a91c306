//! Spreadsheets in and out, over bytes: no file is opened here and no clock is read.
//!
//! In: [`read_table`] turns a CSV or XLSX file into a [`Table`] of texts that know where they stood;
//! [`parse_units`] reads units from it and reports every mistake of every row at once.
//! Out: [`write_xlsx`] makes a workbook; the same input gives the same bytes.
//!
//! Mistakes carry a code, which is a key of the locale files, and the arguments of its text.

mod delimited;
mod mistake;
mod opinion_table;
mod read;
mod table;
mod unit_mistake;
mod unit_table;
mod workbook;
mod write;

pub use mistake::DocumentMistake;
pub use opinion_table::{
    OPINION_COLUMNS, OpinionMistake, OpinionNames, OpinionRow, OpinionRowMistake, OpinionTable,
    parse_opinions,
};
pub use read::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, read_table};
pub use table::{Area, Cell, CellKind, Position, Row, Table};
pub use unit_mistake::{RowMistake, UnitMistake};
pub use unit_table::{UnitRow, UnitTable, parse_units};
pub use write::{Column, Properties, Sheet, Value, WriteMistake, write_xlsx};
