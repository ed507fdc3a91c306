//! Units (A1) from a table: `unit_id, name, level, parent_id, opened_on`.

use std::collections::BTreeMap;

use gongping_appraisal::{Level, NewUnit, UnitId};
use jiff::civil::Date;

use crate::{Area, Cell, CellKind, DocumentMistake, Position, Row, RowMistake, Table, UnitMistake};

/// The longest name of a unit, in characters.
const MAX_NAME_CHARS: usize = 80;
/// Titles and notes above the header are passed over, but not a whole table without a header.
const MAX_ROWS_ABOVE_HEADER: usize = 10;

/// What was read from a table of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitTable {
    /// The rows without a mistake, from the top. Use them only if there are no mistakes at all.
    pub rows: Vec<UnitRow>,
    /// All mistakes of all rows, from the top and from the left.
    pub mistakes: Vec<RowMistake>,
    /// Headings of columns that mean nothing to us and were not read.
    pub ignored_columns: Vec<String>,
}

/// A row that is a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// The row in the file, from 1.
    pub row: u32,
    /// The unit.
    pub unit: NewUnit,
}

/// The columns, by the names that the program writes.
const COLUMNS: [&str; 5] = ["unit_id", "name", "level", "parent_id", "opened_on"];
const ID: usize = 0;
const NAME: usize = 1;
const LEVEL: usize = 2;
const PARENT: usize = 3;
const OPENED_ON: usize = 4;

/// Which column of [`COLUMNS`] a heading means, in any of our languages.
fn column_of(heading: &str) -> Option<usize> {
    let plain: String = narrow(heading)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '*' | ':'))
        .collect();
    Some(match plain.as_str() {
        "unitid" | "id" | "单位编号" | "單位編號" | "单位代码" | "單位代碼" | "编号" | "編號" => {
            ID
        }
        "name" | "unitname" | "nameoftheunit" | "单位名称" | "單位名稱" | "名称" | "名稱" => {
            NAME
        }
        "level" | "层级" | "層級" | "单位层级" | "單位層級" | "级别" | "級別" => {
            LEVEL
        }
        "parentid" | "parent" | "superiorunit" | "上级单位" | "上級單位" | "上级单位编号"
        | "上級單位編號" => PARENT,
        "openedon" | "opened" | "设立日期" | "設立日期" | "成立日期" => OPENED_ON,
        _ => return None,
    })
}

fn level_of(text: &str) -> Option<Level> {
    let text = narrow(text).to_lowercase();
    Level::parse(&text).or(match text.as_str() {
        "省" | "省级" | "省級" => Some(Level::Province),
        "设区市" | "設區市" | "市" | "市级" | "市級" | "地级市" | "地級市" => {
            Some(Level::City)
        }
        "县(市、区)" | "縣(市、區)" | "县" | "縣" | "区" | "區" | "县级" | "縣級" => {
            Some(Level::County)
        }
        "窗口" | "窗口单位" | "窗口單位" => Some(Level::Window),
        _ => None,
    })
}

/// Full-width letters, digits and marks as their narrow forms: an input method leaves them where
/// codes are typed.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// Reads units. `registered` are the units that are in the tree already: they, too, can be parents,
/// so that a table may hold a part of the tree only. Whether an id is new, or a change, is for the
/// import to say.
///
/// # Errors
/// [`DocumentMistake::HeaderMissing`] or [`DocumentMistake::HeaderDuplicate`]; mistakes in rows are
/// no errors but part of the result.
pub fn parse_units(
    table: &Table,
    registered: &BTreeMap<UnitId, Level>,
) -> Result<UnitTable, DocumentMistake> {
    let header = Header::find(table)?;
    let rows: Vec<RawRow<'_>> = table
        .rows
        .iter()
        .filter(|row| row.number > header.row)
        .map(|row| RawRow { row, header: &header })
        .filter(|row| (0..COLUMNS.len()).any(|column| row.cell(column).is_some()))
        .collect();
    let mut parents: BTreeMap<String, Option<Level>> =
        registered.iter().map(|(id, level)| (id.to_string(), Some(*level))).collect();
    let mut first_rows = BTreeMap::new();
    for row in &rows {
        if let Some(id) = row.id_text() {
            parents.insert(id.clone(), row.cell(LEVEL).and_then(|cell| level_of(&cell.text)));
            first_rows.entry(id).or_insert(row.row.number);
        }
    }
    let mut units = Vec::new();
    let mut mistakes = header.merged_cells(table);
    for row in &rows {
        let mut reader = RowReader { row, mistakes: Vec::new() };
        let unit = reader.unit(&parents, &first_rows);
        // What stands in merged cells is reported once for all of them, not as missing in each.
        let merged = |at: Position| table.merged.iter().any(|area| area.contains(at));
        reader.mistakes.retain(|mistake| !merged(mistake.at));
        if let Some(unit) = unit {
            units.push(UnitRow { row: row.row.number, unit });
        }
        mistakes.append(&mut reader.mistakes);
    }
    mistakes.sort_by_key(|mistake| mistake.at);
    Ok(UnitTable { rows: units, mistakes, ignored_columns: header.ignored })
}

/// Where the header stands, and which column means what.
struct Header {
    row: u32,
    /// The column, from 1, of each of [`COLUMNS`].
    columns: [u32; COLUMNS.len()],
    ignored: Vec<String>,
}

impl Header {
    /// The header is the row near the top in which most headings are known; titles above it are
    /// passed over.
    fn find(table: &Table) -> Result<Self, DocumentMistake> {
        let known =
            |row: &Row| row.cells.values().filter(|cell| column_of(&cell.text).is_some()).count();
        let missing = || DocumentMistake::HeaderMissing { columns: COLUMNS.to_vec() };
        // The earlier of two equal rows: later ones may be data.
        let row = table
            .rows
            .iter()
            .take(MAX_ROWS_ABOVE_HEADER)
            .rev()
            .max_by_key(|row| known(row))
            .filter(|row| known(row) > 0)
            .ok_or_else(missing)?;
        let mut columns = [0; COLUMNS.len()];
        let mut ignored = Vec::new();
        for (number, cell) in &row.cells {
            let Some(column) = column_of(&cell.text) else {
                ignored.push(cell.text.clone());
                continue;
            };
            if columns[column] != 0 {
                return Err(DocumentMistake::HeaderDuplicate {
                    column: COLUMNS[column],
                    first: Position { row: row.number, column: columns[column] },
                    second: Position { row: row.number, column: *number },
                });
            }
            columns[column] = *number;
        }
        let missing: Vec<&str> =
            COLUMNS.into_iter().zip(columns).filter(|(_, at)| *at == 0).map(|(n, _)| n).collect();
        if !missing.is_empty() {
            return Err(DocumentMistake::HeaderMissing { columns: missing });
        }
        Ok(Self { row: row.number, columns, ignored })
    }

    /// Merged cells below the header that touch a column which we read.
    fn merged_cells(&self, table: &Table) -> Vec<RowMistake> {
        let touches = |area: &&Area| {
            area.last.row > self.row
                && self.columns.iter().any(|c| (area.first.column..=area.last.column).contains(c))
        };
        let mistake = |area: &Area| RowMistake {
            at: area.first,
            mistake: UnitMistake::Merged { range: *area },
        };
        table.merged.iter().filter(touches).map(mistake).collect()
    }
}

/// A row seen through the header.
struct RawRow<'a> {
    row: &'a Row,
    header: &'a Header,
}

impl RawRow<'_> {
    fn cell(&self, column: usize) -> Option<&Cell> {
        self.row.cell(self.header.columns[column])
    }

    fn at(&self, column: usize) -> Position {
        Position { row: self.row.number, column: self.header.columns[column] }
    }

    /// The id as other rows may name it, whether it is well formed or not.
    fn id_text(&self) -> Option<String> {
        self.cell(ID).map(|cell| canonical_id(&cell.text))
    }
}

fn canonical_id(text: &str) -> String {
    narrow(text).to_uppercase()
}

/// Whether a spreadsheet has made a number of an id: 360100, 360100.0, 3.601E5, 3.601E+05.
fn is_number(cell: &Cell) -> bool {
    let text = canonical_id(&cell.text);
    cell.kind == CellKind::Number
        || cell.kind == CellKind::Date
        || (text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'E' | b'+'))
            && text.parse::<f64>().is_ok())
}

struct RowReader<'a> {
    row: &'a RawRow<'a>,
    mistakes: Vec<RowMistake>,
}

impl RowReader<'_> {
    fn mistake<T>(&mut self, column: usize, mistake: UnitMistake) -> Option<T> {
        self.mistakes.push(RowMistake { at: self.row.at(column), mistake });
        None
    }

    /// The unit, if nothing is wrong with its row.
    fn unit(
        &mut self,
        parents: &BTreeMap<String, Option<Level>>,
        first_rows: &BTreeMap<String, u32>,
    ) -> Option<NewUnit> {
        // Each column is read, whatever the others say, so that all mistakes come at once.
        let id = self.id(first_rows);
        let name = self.name();
        let level = self.level();
        let parent = self.parent(level, parents);
        let opened_on = self.opened_on();
        let unit =
            NewUnit { id: id?, name: name?, level: level?, parent: parent?, opened_on: opened_on? };
        self.mistakes.is_empty().then_some(unit)
    }

    /// The cell, unless it is empty or holds the failure of a formula.
    fn cell(&mut self, column: usize, missing: UnitMistake) -> Option<Cell> {
        match self.row.cell(column).cloned() {
            None => self.mistake(column, missing),
            Some(Cell { kind: CellKind::Error, text }) => {
                self.mistake(column, UnitMistake::FormulaError { value: text })
            }
            Some(cell) => Some(cell),
        }
    }

    fn id(&mut self, first_rows: &BTreeMap<String, u32>) -> Option<UnitId> {
        let cell = self.cell(ID, UnitMistake::IdMissing)?;
        if is_number(&cell) {
            return self.mistake(ID, UnitMistake::IdNumber { value: cell.text });
        }
        let text = canonical_id(&cell.text);
        let Ok(id) = UnitId::parse(&text) else {
            return self.mistake(ID, UnitMistake::IdBad { value: cell.text });
        };
        match first_rows.get(&text) {
            Some(&first_row) if first_row != self.row.row.number => {
                self.mistake(ID, UnitMistake::IdDuplicate { value: text, first_row })
            }
            _ => Some(id),
        }
    }

    fn name(&mut self) -> Option<String> {
        let cell = self.cell(NAME, UnitMistake::NameMissing)?;
        let count = cell.text.chars().count();
        if cell.text.chars().any(char::is_control) {
            return self.mistake(NAME, UnitMistake::NameNotOneLine);
        }
        if count > MAX_NAME_CHARS {
            return self.mistake(NAME, UnitMistake::NameTooLong { count, limit: MAX_NAME_CHARS });
        }
        Some(cell.text)
    }

    fn level(&mut self) -> Option<Level> {
        let cell = self.cell(LEVEL, UnitMistake::LevelMissing)?;
        let level = level_of(&cell.text);
        level.or_else(|| self.mistake(LEVEL, UnitMistake::LevelUnknown { value: cell.text }))
    }

    /// `Some(None)` is a unit that rightly has no parent. Without a level nothing can be said of
    /// levels, but a parent that does not exist is still named.
    fn parent(
        &mut self,
        level: Option<Level>,
        parents: &BTreeMap<String, Option<Level>>,
    ) -> Option<Option<UnitId>> {
        if self.row.cell(PARENT).is_none() && level.is_none_or(|level| level == Level::Province) {
            return Some(None);
        }
        let cell = self.cell(PARENT, UnitMistake::ParentMissing)?;
        if level == Some(Level::Province) {
            return self.mistake(PARENT, UnitMistake::ParentSuperfluous { value: cell.text });
        }
        if is_number(&cell) {
            return self.mistake(PARENT, UnitMistake::IdNumber { value: cell.text });
        }
        let text = canonical_id(&cell.text);
        if self.row.id_text().as_ref() == Some(&text) {
            return self.mistake(PARENT, UnitMistake::ParentSelf);
        }
        let Some(parent_level) = parents.get(&text) else {
            return self.mistake(PARENT, UnitMistake::ParentUnknown { value: cell.text });
        };
        if let (Some(level), Some(parent_level)) = (level, parent_level)
            && parent_level.below() != Some(level)
        {
            return self.mistake(PARENT, UnitMistake::ParentWrongLevel { value: text });
        }
        // A malformed id of the parent's own row is a mistake there, not here.
        UnitId::parse(&text).ok().map(Some)
    }

    fn opened_on(&mut self) -> Option<Date> {
        let cell = self.cell(OPENED_ON, UnitMistake::DateMissing)?;
        let date = parse_date(&cell.text);
        date.or_else(|| self.mistake(OPENED_ON, UnitMistake::DateBad { value: cell.text }))
    }
}

/// 2007-06-15, 2007/6/15, 2007.6.15, 2007年6月15日, 20070615; a time after it must be midnight.
fn parse_date(text: &str) -> Option<Date> {
    let text = narrow(text);
    let text = text.strip_suffix(" 00:00:00").unwrap_or(&text);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return date(&text[..4], &text[4..6], &text[6..]);
    }
    let (year, rest) = text.split_once(['-', '/', '.', '年'])?;
    let (month, day) = rest.split_once(['-', '/', '.', '月'])?;
    date(year.trim(), month.trim(), day.trim().trim_end_matches('日'))
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let plain = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !plain(year, 4..=4) || !plain(month, 1..=2) || !plain(day, 1..=2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::{column_of, level_of, parse_date};

    #[test]
    fn dates_as_people_write_them_are_read_and_others_refused() {
        let written = [
            "2007-06-15",
            "2007/6/15",
            "2007.6.15",
            "2007年6月15日",
            "20070615",
            "２００７－６－１５",
            "2007-06-15 00:00:00",
        ];
        for text in written {
            assert_eq!(parse_date(text).unwrap().to_string(), "2007-06-15", "{text}");
        }
        for text in ["39248", "15/6/2007", "2007-02-30", "07-6-15", "2007-6", "六月", "-2007-6-15"]
        {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn headings_and_levels_are_known_in_all_three_languages() {
        for heading in ["unit_id", "Unit ID", "单位编号", "單位編號", "*单位编号：", "ＩＤ"]
        {
            assert_eq!(column_of(heading), Some(0), "{heading}");
        }
        assert_eq!(column_of("电话"), None);
        for level in ["county", "County", "县（市、区）", "縣（市、區）", "区", "县级"]
        {
            assert_eq!(level_of(level).unwrap().as_str(), "county", "{level}");
        }
        assert_eq!(level_of("乡镇"), None);
    }
}
