//! Opinions (C2) from a table: `unit, item, matter, text`. A row names nobody.

use std::collections::BTreeMap;

use gongping_appraisal::{ItemId, Matter, UnitId};

use crate::{CellKind, DocumentMistake, Position, Row, Table};

/// The longest text of one opinion, in characters.
const MAX_TEXT_CHARS: usize = 10_000;
/// Titles and notes above the header are passed over, but not a whole table without a header.
const MAX_ROWS_ABOVE_HEADER: usize = 10;

/// The columns, by the names that the program writes.
pub const OPINION_COLUMNS: [&str; 4] = ["unit", "item", "matter", "text"];
const UNIT: usize = 0;
const ITEM: usize = 1;
const MATTER: usize = 2;
const TEXT: usize = 3;

/// What was read from a table of opinions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionTable {
    /// The rows without a mistake, from the top. Use them only if there are no mistakes at all.
    pub rows: Vec<OpinionRow>,
    /// All mistakes of all rows, from the top and from the left.
    pub mistakes: Vec<OpinionRowMistake>,
}

/// A row that is an opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionRow {
    /// The row in the file, from 1.
    pub row: u32,
    /// The unit.
    pub unit: UnitId,
    /// The item, if one is given.
    pub item: Option<ItemId>,
    /// Praise, suggestion or complaint.
    pub matter: Matter,
    /// What it says.
    pub text: String,
}

/// A mistake with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionRowMistake {
    /// The cell; of a missing one, the place where it should be.
    pub at: Position,
    /// What is wrong there.
    pub mistake: OpinionMistake,
}

/// What can be wrong in a row of opinions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpinionMistake {
    /// No unit.
    #[error("the unit is missing")]
    UnitMissing,
    /// Neither the id nor the name of a unit that is appraised.
    #[error("{value:?} is no unit of this appraisal")]
    UnitUnknown {
        /// As it stands in the cell.
        value: String,
    },
    /// Neither the id nor the name of an item.
    #[error("{value:?} is no item of the rulebook")]
    ItemUnknown {
        /// As it stands in the cell.
        value: String,
    },
    /// Not praise, suggestion or complaint.
    #[error("the kind is missing")]
    MatterMissing,
    /// Not praise, suggestion or complaint.
    #[error("{value:?} is neither praise nor suggestion nor complaint")]
    MatterUnknown {
        /// As it stands in the cell.
        value: String,
    },
    /// No text.
    #[error("the text is missing")]
    TextMissing,
    /// Too long for one opinion.
    #[error("the text has {count} characters, {limit} is the limit")]
    TextTooLong {
        /// Its characters.
        count: usize,
        /// The most that are permitted.
        limit: usize,
    },
    /// The same text about the same unit stands above.
    #[error("the same stands in row {first_row} already")]
    Duplicate {
        /// The row in which it stands first.
        first_row: u32,
    },
    /// The cell shows the failure of a formula.
    #[error("the formula failed: {value}")]
    FormulaError {
        /// Such as `#REF!`.
        value: String,
    },
}

impl OpinionMistake {
    /// All codes that [`OpinionMistake::code`] can give.
    pub const CODES: [&'static str; 9] = [
        "opinion-row-unit-missing",
        "opinion-row-unit-unknown",
        "opinion-row-item-unknown",
        "opinion-row-matter-missing",
        "opinion-row-matter-unknown",
        "opinion-row-text-missing",
        "opinion-row-text-too-long",
        "opinion-row-duplicate",
        "opinion-row-formula-error",
    ];

    /// The key of its text in the locale files.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnitMissing => Self::CODES[0],
            Self::UnitUnknown { .. } => Self::CODES[1],
            Self::ItemUnknown { .. } => Self::CODES[2],
            Self::MatterMissing => Self::CODES[3],
            Self::MatterUnknown { .. } => Self::CODES[4],
            Self::TextMissing => Self::CODES[5],
            Self::TextTooLong { .. } => Self::CODES[6],
            Self::Duplicate { .. } => Self::CODES[7],
            Self::FormulaError { .. } => Self::CODES[8],
        }
    }

    /// The arguments of its text.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnitMissing | Self::MatterMissing | Self::TextMissing => Vec::new(),
            Self::UnitUnknown { value }
            | Self::ItemUnknown { value }
            | Self::MatterUnknown { value }
            | Self::FormulaError { value } => vec![("value", value.clone())],
            Self::TextTooLong { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::Duplicate { first_row } => vec![("first_row", first_row.to_string())],
        }
    }
}

/// What a heading or a name is compared by.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(half).filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

fn column_of(heading: &str) -> Option<usize> {
    Some(match plain(heading).as_str() {
        "unit" | "单位" | "單位" | "涉及单位" | "涉及單位" => UNIT,
        "item" | "项目" | "項目" | "评议内容" | "評議內容" => ITEM,
        "matter" | "kind" | "类别" | "類別" | "类型" | "類型" => MATTER,
        "text" | "opinion" | "意见" | "意見" | "内容" | "內容" | "意见内容" | "意見內容" => {
            TEXT
        }
        _ => return None,
    })
}

fn matter_of(text: &str) -> Option<Matter> {
    match plain(text).as_str() {
        "praise" | "表扬" | "表揚" => Some(Matter::Praise),
        "suggestion" | "建议" | "建議" => Some(Matter::Suggestion),
        "complaint" | "投诉" | "投訴" | "批评" | "批評" => Some(Matter::Complaint),
        _ => None,
    }
}

/// Names and ids by which a table may call units and items.
#[derive(Debug, Clone, Default)]
pub struct OpinionNames {
    units: BTreeMap<String, UnitId>,
    items: BTreeMap<String, ItemId>,
}

impl OpinionNames {
    /// Lets a unit be called by its id and by this name.
    pub fn add_unit(&mut self, id: &UnitId, name: &str) {
        self.units.insert(plain(id.as_str()), id.clone());
        self.units.insert(plain(name), id.clone());
    }

    /// Lets an item be called by its id and by this name.
    pub fn add_item(&mut self, id: &ItemId, name: &str) {
        self.items.insert(plain(id.as_str()), id.clone());
        self.items.insert(plain(name), id.clone());
    }
}

/// Reads opinions. Which units and items there are comes from the appraisal.
///
/// # Errors
/// [`DocumentMistake::HeaderMissing`]; mistakes in rows are no errors but part of the result.
pub fn parse_opinions(
    table: &Table,
    names: &OpinionNames,
) -> Result<OpinionTable, DocumentMistake> {
    let (header, columns) = header(table)?;
    let mut read = OpinionTable { rows: Vec::new(), mistakes: Vec::new() };
    let mut seen: BTreeMap<(UnitId, String), u32> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.number > header) {
        if columns.iter().flatten().all(|column| row.cell(*column).is_none()) {
            continue;
        }
        let mut reader = Reader { row, columns, mistakes: Vec::new() };
        let parsed = reader.row(names);
        if let Some(parsed) = parsed {
            match seen.get(&(parsed.unit.clone(), parsed.text.clone())) {
                Some(first_row) => {
                    reader.mistake::<()>(TEXT, OpinionMistake::Duplicate { first_row: *first_row });
                }
                None => {
                    seen.insert((parsed.unit.clone(), parsed.text.clone()), parsed.row);
                    read.rows.push(parsed);
                }
            }
        }
        read.mistakes.append(&mut reader.mistakes);
    }
    Ok(read)
}

/// The row of the header, and where each column stands; the item's may be missing.
fn header(table: &Table) -> Result<(u32, [Option<u32>; 4]), DocumentMistake> {
    let rows = table.rows.iter().take(MAX_ROWS_ABOVE_HEADER);
    let read = rows.map(|row| {
        let mut columns = [None; OPINION_COLUMNS.len()];
        for (number, cell) in &row.cells {
            if let Some(column) = column_of(&cell.text) {
                columns[column].get_or_insert(*number);
            }
        }
        (row.number, columns)
    });
    let known = |columns: &[Option<u32>; 4]| columns.iter().flatten().count();
    let best = read.rev().max_by_key(|(_, columns)| known(columns));
    let (row, columns) = best.unwrap_or((0, [None; OPINION_COLUMNS.len()]));
    let missing: Vec<&str> = [UNIT, MATTER, TEXT]
        .into_iter()
        .filter(|column| columns[*column].is_none())
        .map(|column| OPINION_COLUMNS[column])
        .collect();
    if missing.is_empty() {
        Ok((row, columns))
    } else {
        Err(DocumentMistake::HeaderMissing { columns: missing })
    }
}

struct Reader<'a> {
    row: &'a Row,
    columns: [Option<u32>; 4],
    mistakes: Vec<OpinionRowMistake>,
}

impl Reader<'_> {
    fn mistake<T>(&mut self, column: usize, mistake: OpinionMistake) -> Option<T> {
        let column = self.columns[column].unwrap_or(1);
        let at = Position { row: self.row.number, column };
        self.mistakes.push(OpinionRowMistake { at, mistake });
        None
    }

    /// The text of a cell; a failed formula is a mistake.
    fn text(&mut self, column: usize) -> Option<String> {
        let cell = self.columns[column].and_then(|number| self.row.cell(number))?;
        if cell.kind == CellKind::Error {
            let value = cell.text.clone();
            return self.mistake(column, OpinionMistake::FormulaError { value });
        }
        Some(cell.text.clone())
    }

    fn row(&mut self, names: &OpinionNames) -> Option<OpinionRow> {
        // Each column is read, whatever the others say, so that all mistakes come at once.
        let before = self.mistakes.len();
        let unit = match self.text(UNIT) {
            Some(value) => match names.units.get(&plain(&value)) {
                Some(unit) => Some(unit.clone()),
                None => self.mistake(UNIT, OpinionMistake::UnitUnknown { value }),
            },
            None if self.mistakes.len() > before => None,
            None => self.mistake(UNIT, OpinionMistake::UnitMissing),
        };
        let item = self.text(ITEM).and_then(|value| match names.items.get(&plain(&value)) {
            Some(item) => Some(item.clone()),
            None => self.mistake(ITEM, OpinionMistake::ItemUnknown { value }),
        });
        let before = self.mistakes.len();
        let matter = match self.text(MATTER) {
            Some(value) => match matter_of(&value) {
                Some(matter) => Some(matter),
                None => self.mistake(MATTER, OpinionMistake::MatterUnknown { value }),
            },
            None if self.mistakes.len() > before => None,
            None => self.mistake(MATTER, OpinionMistake::MatterMissing),
        };
        let before = self.mistakes.len();
        let text = match self.text(TEXT) {
            Some(text) if text.chars().count() <= MAX_TEXT_CHARS => Some(text),
            Some(text) => {
                let (count, limit) = (text.chars().count(), MAX_TEXT_CHARS);
                self.mistake(TEXT, OpinionMistake::TextTooLong { count, limit })
            }
            None if self.mistakes.len() > before => None,
            None => self.mistake(TEXT, OpinionMistake::TextMissing),
        };
        let row =
            OpinionRow { row: self.row.number, unit: unit?, item, matter: matter?, text: text? };
        self.mistakes.is_empty().then_some(row)
    }
}
