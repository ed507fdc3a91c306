//! A table as it was read: texts, what kind of cell they came from, and where they stood.

use std::collections::BTreeMap;
use std::fmt;

/// The place of a cell, as spreadsheet programs name it: `B7` is column 2, row 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// From 1.
    pub row: u32,
    /// From 1.
    pub column: u32,
}

impl Position {
    /// The letters of the column: A to Z, AA, AB …
    #[must_use]
    pub fn column_letters(self) -> String {
        let mut letters = Vec::new();
        let mut rest = self.column;
        while rest > 0 {
            // Bijective base 26: there is no zero, so one is taken off before each digit.
            rest -= 1;
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
            rest /= 26;
        }
        letters.iter().rev().collect()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.column_letters(), self.row)
    }
}

/// A rectangle of cells, `A1:C3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Top left.
    pub first: Position,
    /// Bottom right, included.
    pub last: Position,
}

impl Area {
    /// Whether the cell at `position` lies in it.
    #[must_use]
    pub const fn contains(&self, position: Position) -> bool {
        self.first.row <= position.row
            && position.row <= self.last.row
            && self.first.column <= position.column
            && position.column <= self.last.column
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.first, self.last)
    }
}

/// What a cell held before it became text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text. All cells of a CSV file are text.
    Text,
    /// A number; whole numbers have no decimal point in the text.
    Number,
    /// A date, `2007-06-15`, with a time after a space if there was one.
    Date,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A formula that failed: `#REF!`, `#N/A` …
    Error,
}

/// A cell that has content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it held.
    pub kind: CellKind,
    /// Its text without white space around it; never empty.
    pub text: String,
}

/// A row with at least one cell that has content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1, as the spreadsheet program counts; empty rows count, too.
    pub number: u32,
    /// By column from 1; empty cells are left out.
    pub cells: BTreeMap<u32, Cell>,
}

impl Row {
    /// The cell in `column`, counted from 1; none if it is empty.
    #[must_use]
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.get(&column)
    }
}

/// One sheet of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The sheet's name; the file's name if it has no sheets.
    pub name: String,
    /// All rows with content, from the top.
    pub rows: Vec<Row>,
    /// Cells that were merged into one. Only the first of them can have content.
    pub merged: Vec<Area>,
}

/// White space that people and programs leave around texts, the byte-order mark included.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

#[cfg(test)]
mod tests {
    use super::{Area, Position};

    #[test]
    fn positions_read_as_in_a_spreadsheet() {
        let shown = |column, row| Position { row, column }.to_string();
        assert_eq!(shown(2, 7), "B7");
        assert_eq!(shown(26, 1), "Z1");
        assert_eq!(shown(27, 1), "AA1");
        assert_eq!(shown(52, 1), "AZ1");
        assert_eq!(shown(703, 1), "AAA1");
        assert_eq!(shown(16_384, 1_048_576), "XFD1048576");
    }

    #[test]
    fn area_contains_its_corners_and_nothing_outside() {
        let at = |row, column| Position { row, column };
        let area = Area { first: at(2, 2), last: at(3, 4) };
        assert_eq!(area.to_string(), "B2:D3");
        assert!(area.contains(at(2, 2)) && area.contains(at(3, 4)));
        assert!(!area.contains(at(1, 2)) && !area.contains(at(3, 5)));
    }
}
