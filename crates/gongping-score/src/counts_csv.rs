//! Counts from a spreadsheet saved as CSV: `unit,group,item,grade,count`.
//!
//! | row | group | item | grade | count |
//! |---|---|---|---|---|
//! | answers | group id | item id | grade id | answers |
//! | ballots of a box | group id | `ballots` | | ballots |
//! | inspection points | `component` | component id | | points |
//! | confirmed breach | `veto` | veto id | | 1 |
//! | class of the unit | `class` | class id | | 1 |
//! | ballots issued | group id | `issued` | | ballots |
//!
//! A box without a `ballots` row has as many ballots as its item with the most answers.
//! The header may be Chinese (单位, 群体, 评议内容, 等次, 数量) and in any order; the special words
//! may be 分值, 否决, 票数, 类别 and 发出.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use csv::{ReaderBuilder, StringRecord};

use crate::counts::{BoxCounts, ScoreInput};
use crate::exact::{Exact, ExactError};

/// The most rows that are read: ten thousand units with a hundred rows each.
const MAX_ROWS: u64 = 1_000_000;

/// The most mistakes that are listed; a wrong file has one in every row.
const MAX_MISTAKES: usize = 200;

/// The columns with the headers that name them.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("unit", &["unit", "单位", "單位", "被评单位", "被評單位"]),
    ("group", &["group", "群体", "群體", "层面", "層面"]),
    ("item", &["item", "评议内容", "評議內容", "项目", "項目"]),
    ("grade", &["grade", "等次"]),
    ("count", &["count", "数量", "數量", "票数", "票數", "分值", "得分"]),
];

const COMPONENT_WORDS: [&str; 2] = ["component", "分值"];
const VETO_WORDS: [&str; 2] = ["veto", "否决"];
const BALLOTS_WORDS: [&str; 2] = ["ballots", "票数"];
const CLASS_WORDS: [&str; 2] = ["class", "类别"];
const ISSUED_WORDS: [&str; 2] = ["issued", "发出"];

/// What is wrong with a counts file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountsMistakeCode {
    /// The file is not UTF-8; `looks_like_gbk` when it reads like an older Chinese encoding.
    NotUtf8 {
        /// Whether the bytes look like GBK or GB18030.
        looks_like_gbk: bool,
    },
    /// The file has no rows.
    Empty,
    /// A column is missing from the header.
    MissingColumn {
        /// English name of the column.
        column: &'static str,
    },
    /// Two columns of the header mean the same.
    DuplicateColumn {
        /// English name of the column.
        column: &'static str,
    },
    /// A header that means nothing.
    UnknownColumn {
        /// What stands there.
        header: String,
    },
    /// A row with more or fewer fields than the header.
    FieldCount {
        /// Fields in the row.
        found: u64,
        /// Fields in the header.
        expected: u64,
    },
    /// A field that must not be empty.
    EmptyField {
        /// English name of the column.
        column: &'static str,
    },
    /// A field that must be empty in this kind of row.
    UnexpectedField {
        /// English name of the column.
        column: &'static str,
        /// What stands there.
        text: String,
    },
    /// Full-width digits.
    FullWidth {
        /// What stands there.
        text: String,
    },
    /// Not a number.
    NotANumber {
        /// What stands there.
        text: String,
    },
    /// A count that is negative, broken or too large.
    NotACount {
        /// What stands there.
        text: String,
    },
    /// A veto row whose count is not 1.
    VetoCount {
        /// What stands there.
        text: String,
    },
    /// The same thing was already given.
    DuplicateRow {
        /// 1-based row where it was first given.
        first_row: u64,
    },
    /// More rows than any appraisal has.
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// The list of mistakes ends here, the file does not.
    MoreMistakes,
}

/// One mistake in a counts file, with its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountsMistake {
    /// 1-based row as a spreadsheet shows it; the header is row 1.
    pub row: u64,
    /// What is wrong.
    pub code: CountsMistakeCode,
}

macro_rules! code_names {
    ($($pattern:pat => $name:literal),* $(,)?) => {
        impl CountsMistakeCode {
            /// The stable text of every code.
            pub const NAMES: &[&str] = &[$($name),*];

            /// The stable text of the code, for translations and help pages.
            pub fn as_str(&self) -> &'static str {
                match self { $($pattern => $name,)* }
            }
        }
    };
}

code_names! {
    CountsMistakeCode::NotUtf8 { .. } => "not-utf8",
    CountsMistakeCode::Empty => "empty",
    CountsMistakeCode::MissingColumn { .. } => "missing-column",
    CountsMistakeCode::DuplicateColumn { .. } => "duplicate-column",
    CountsMistakeCode::UnknownColumn { .. } => "unknown-column",
    CountsMistakeCode::FieldCount { .. } => "field-count",
    CountsMistakeCode::EmptyField { .. } => "empty-field",
    CountsMistakeCode::UnexpectedField { .. } => "unexpected-field",
    CountsMistakeCode::FullWidth { .. } => "full-width",
    CountsMistakeCode::NotANumber { .. } => "not-a-number",
    CountsMistakeCode::NotACount { .. } => "not-a-count",
    CountsMistakeCode::VetoCount { .. } => "veto-count",
    CountsMistakeCode::DuplicateRow { .. } => "duplicate-row",
    CountsMistakeCode::TooManyRows { .. } => "too-many-rows",
    CountsMistakeCode::MoreMistakes => "more-mistakes",
}

impl std::error::Error for CountsMistake {}

impl fmt::Display for CountsMistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "row {}: ", self.row)?;
        match &self.code {
            CountsMistakeCode::NotUtf8 { looks_like_gbk } => {
                let guess = if *looks_like_gbk { " (it looks like GBK)" } else { "" };
                write!(out, "the text is not UTF-8{guess}; save as \"CSV UTF-8\" in Excel")
            }
            CountsMistakeCode::Empty => out.write_str("the file has no rows below the header"),
            CountsMistakeCode::MissingColumn { column } => {
                write!(out, "the column {column} is missing; needed: unit,group,item,grade,count")
            }
            CountsMistakeCode::DuplicateColumn { column } => {
                write!(out, "two columns are named {column}")
            }
            CountsMistakeCode::UnknownColumn { header } => {
                write!(out, "the column {header:?} means nothing here; remove it")
            }
            CountsMistakeCode::FieldCount { found, expected } => {
                write!(out, "{found} fields, but the header has {expected}")
            }
            CountsMistakeCode::EmptyField { column } => write!(out, "{column} is empty"),
            CountsMistakeCode::UnexpectedField { column, text } => {
                write!(out, "{column} must be empty in this kind of row, but is {text:?}")
            }
            CountsMistakeCode::FullWidth { text } => {
                write!(out, "{text:?} has full-width digits; type them half-width, like 12")
            }
            CountsMistakeCode::NotANumber { text } => {
                write!(out, "{text:?} is not a number; write it like 12 or 17.5")
            }
            CountsMistakeCode::NotACount { text } => {
                write!(out, "{text:?} is not a count; write a whole number of at least 0")
            }
            CountsMistakeCode::VetoCount { text } => {
                write!(
                    out,
                    "{text:?} must be 1 in a row of a veto or a class; remove the row if it does not apply"
                )
            }
            CountsMistakeCode::DuplicateRow { first_row } => {
                write!(out, "the same was already given in row {first_row}")
            }
            CountsMistakeCode::TooManyRows { limit } => {
                write!(out, "more than {limit} rows; nothing after this row was read")
            }
            CountsMistakeCode::MoreMistakes => {
                out.write_str("there are more mistakes; correct these first")
            }
        }
    }
}

/// Reads a counts file. Whether its ids exist is for the rulebook to say, in
/// [`score_units`](crate::score_units).
///
/// # Errors
/// All mistakes, in the order of their rows.
pub fn read_counts_csv(bytes: &[u8]) -> Result<ScoreInput, Vec<CountsMistake>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(vec![not_utf8(bytes, error.valid_up_to())]),
    };
    let mut file = File::default();
    file.read(text);
    if file.mistakes.is_empty() { Ok(file.into_input()) } else { Err(file.mistakes) }
}

fn not_utf8(bytes: &[u8], valid_bytes: usize) -> CountsMistake {
    let feeds = bytes.iter().take(valid_bytes).filter(|byte| **byte == b'\n').count();
    let rest = bytes.get(valid_bytes..).unwrap_or_default();
    // GBK writes a character as a byte from 81 to FE and one from 40 to FE.
    let looks_like_gbk = matches!(rest, [0x81..=0xfe, 0x40..=0xfe, ..]);
    let row = u64::try_from(feeds).unwrap_or(u64::MAX).saturating_add(1);
    CountsMistake { row, code: CountsMistakeCode::NotUtf8 { looks_like_gbk } }
}

/// What was read so far.
#[derive(Default)]
struct File {
    input: ScoreInput,
    answers: BTreeMap<(String, String), BTreeMap<String, BTreeMap<String, u64>>>,
    ballots: BTreeMap<(String, String), u64>,
    /// Each kind of row with the row where it was first given.
    seen: BTreeMap<[String; 4], u64>,
    mistakes: Vec<CountsMistake>,
}

/// The five fields of a row, in the order of [`COLUMNS`].
type Fields<'r> = [&'r str; 5];

impl File {
    fn mistake(&mut self, row: u64, code: CountsMistakeCode) {
        match self.mistakes.len() {
            len if len < MAX_MISTAKES => self.mistakes.push(CountsMistake { row, code }),
            MAX_MISTAKES => {
                self.mistakes.push(CountsMistake { row, code: CountsMistakeCode::MoreMistakes });
            }
            _ => {}
        }
    }

    fn read(&mut self, text: &str) {
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut columns: Option<([usize; 5], usize)> = None;
        let (mut rows, mut row) = (0, 0);
        for record in reader.records() {
            // The text is UTF-8 and rows may have any length, so nothing is left to fail.
            let Ok(record) = record else { continue };
            row +=
                1 + record.position().map_or(0, |position| blank_lines_at(text, position.byte()));
            let Some((order, width)) = columns else {
                match self.header(&record, row) {
                    Some(order) => columns = Some((order, record.len())),
                    None => return,
                }
                continue;
            };
            rows += 1;
            if rows > MAX_ROWS {
                self.mistake(row, CountsMistakeCode::TooManyRows { limit: MAX_ROWS });
                return;
            }
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            if record.len() != width {
                let count = |fields: usize| u64::try_from(fields).unwrap_or(u64::MAX);
                let (found, expected) = (count(record.len()), count(width));
                self.mistake(row, CountsMistakeCode::FieldCount { found, expected });
                continue;
            }
            let fields = order.map(|index| record.get(index).unwrap_or_default().trim());
            self.row(row, fields);
        }
        if self.mistakes.is_empty() && self.seen.is_empty() {
            self.mistake(1, CountsMistakeCode::Empty);
        }
    }

    /// Where each column stands.
    fn header(&mut self, record: &StringRecord, row: u64) -> Option<[usize; 5]> {
        let mut order: [Option<usize>; 5] = [None; 5];
        for (index, header) in record.iter().enumerate() {
            let header = header.trim();
            let named = |(_, names): &(&str, &[&str])| {
                names.iter().any(|name| name.eq_ignore_ascii_case(header))
            };
            match COLUMNS.iter().position(named) {
                Some(column) if order[column].is_some() => {
                    let column = COLUMNS[column].0;
                    self.mistake(row, CountsMistakeCode::DuplicateColumn { column });
                }
                Some(column) => order[column] = Some(index),
                // Excel adds empty columns to the right.
                None if header.is_empty() => {}
                None => {
                    let header = header.to_owned();
                    self.mistake(row, CountsMistakeCode::UnknownColumn { header });
                }
            }
        }
        for (found, (column, _)) in order.iter().zip(COLUMNS) {
            if found.is_none() {
                self.mistake(row, CountsMistakeCode::MissingColumn { column });
            }
        }
        match order {
            [Some(a), Some(b), Some(c), Some(d), Some(e)] if self.mistakes.is_empty() => {
                Some([a, b, c, d, e])
            }
            _ => None,
        }
    }

    fn row(&mut self, row: u64, [unit, group, item, grade, count]: Fields<'_>) {
        let mut complete = true;
        for (column, text) in [("unit", unit), ("group", group), ("item", item), ("count", count)] {
            if text.is_empty() {
                self.mistake(row, CountsMistakeCode::EmptyField { column });
                complete = false;
            }
        }
        let special = COMPONENT_WORDS.contains(&group)
            || VETO_WORDS.contains(&group)
            || CLASS_WORDS.contains(&group)
            || BALLOTS_WORDS.contains(&item)
            || ISSUED_WORDS.contains(&item);
        if special && !grade.is_empty() {
            let text = grade.to_owned();
            self.mistake(row, CountsMistakeCode::UnexpectedField { column: "grade", text });
            complete = false;
        } else if !special && grade.is_empty() {
            self.mistake(row, CountsMistakeCode::EmptyField { column: "grade" });
            complete = false;
        }
        if !complete {
            return;
        }
        if let Err(code) = self.store([unit, group, item, grade, count]) {
            self.mistake(row, code);
            return;
        }
        // A unit is in one class only, whatever its name.
        let item = if CLASS_WORDS.contains(&group) { "" } else { canonical(item) };
        let key = [unit, canonical(group), item, grade].map(str::to_owned);
        if let Some(first_row) = self.seen.get(&key).copied() {
            self.mistake(row, CountsMistakeCode::DuplicateRow { first_row });
        } else {
            self.seen.insert(key, row);
        }
    }

    fn store(
        &mut self,
        [unit, group, item, grade, text]: Fields<'_>,
    ) -> Result<(), CountsMistakeCode> {
        if COMPONENT_WORDS.contains(&group) {
            let points = number(text)?;
            let of_unit = self.input.components.entry(unit.to_owned()).or_default();
            of_unit.insert(item.to_owned(), points);
        } else if VETO_WORDS.contains(&group) {
            if count(text)? != 1 {
                return Err(CountsMistakeCode::VetoCount { text: text.to_owned() });
            }
            let of_unit = self.input.findings.entry(unit.to_owned()).or_default();
            of_unit.insert(item.to_owned());
        } else if CLASS_WORDS.contains(&group) {
            if count(text)? != 1 {
                return Err(CountsMistakeCode::VetoCount { text: text.to_owned() });
            }
            self.input.classes.insert(unit.to_owned(), item.to_owned());
        } else if ISSUED_WORDS.contains(&item) {
            let of_unit = self.input.issued.entry(unit.to_owned()).or_default();
            of_unit.insert(group.to_owned(), count(text)?);
        } else {
            let key = (unit.to_owned(), group.to_owned());
            let count = count(text)?;
            if BALLOTS_WORDS.contains(&item) {
                self.ballots.insert(key, count);
            } else {
                let of_item = self.answers.entry(key).or_default().entry(item.to_owned());
                of_item.or_default().insert(grade.to_owned(), count);
            }
        }
        Ok(())
    }

    fn into_input(mut self) -> ScoreInput {
        let boxes: BTreeSet<_> = self.answers.keys().chain(self.ballots.keys()).cloned().collect();
        for (unit, group) in boxes {
            let key = (unit, group);
            let mut counts = BoxCounts::from_answers(self.answers.remove(&key).unwrap_or_default());
            if let Some(ballots) = self.ballots.get(&key) {
                counts.ballots = *ballots;
            }
            let (unit, group) = key;
            self.input.counts.entry(unit).or_default().insert(group, counts);
        }
        self.input
    }
}

/// Blank lines before the record at this byte. The reader skips them, but a spreadsheet shows them
/// as rows; a line break inside a field, on the other hand, does not begin a row.
fn blank_lines_at(text: &str, byte: u64) -> u64 {
    let rest = usize::try_from(byte).ok().and_then(|byte| Some((byte, text.get(byte..)?)));
    let Some((byte, rest)) = rest else { return 0 };
    // The reader may stop between the two halves of a Windows line end.
    let inside_line_end = rest.starts_with('\n') && text[..byte].ends_with('\r');
    let rest = if inside_line_end { &rest[1..] } else { rest };
    let feeds = rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    u64::try_from(feeds.filter(|byte| *byte == b'\n').count()).unwrap_or(0)
}

/// The English special word for a Chinese one, so that both spellings are the same row.
fn canonical(text: &str) -> &str {
    let words = [COMPONENT_WORDS, VETO_WORDS, BALLOTS_WORDS, CLASS_WORDS, ISSUED_WORDS];
    words.into_iter().find(|words| words.contains(&text)).map_or(text, |words| words[0])
}

fn number(text: &str) -> Result<Exact, CountsMistakeCode> {
    text.parse().map_err(|error| match error {
        ExactError::FullWidth => CountsMistakeCode::FullWidth { text: text.to_owned() },
        _ => CountsMistakeCode::NotANumber { text: text.to_owned() },
    })
}

fn count(text: &str) -> Result<u64, CountsMistakeCode> {
    let value = number(text)?;
    let not_a_count = || CountsMistakeCode::NotACount { text: text.to_owned() };
    if value.is_negative() || !value.is_whole() {
        return Err(not_a_count());
    }
    value.floor_u64().ok_or_else(not_a_count)
}
