//! The tables that pages and reports read. Each can be rebuilt from the log, and the doctor
//! compares them with it. They are described here as data; their SQL is made from that.

mod ledger;
mod preparation;
mod sorting;

use std::sync::LazyLock;

use crate::failure::StoreFailure;

pub use ledger::{FEEDBACK_LETTER, LEDGER_ENTRY, SELF_INSPECTION};
pub use preparation::{CHANNEL, LOCAL_PLAN, ROSTER};
pub use sorting::{FINDING, GATHERING, SEARCH_WORD, SKETCH, SORTED_OPINION};

/// A table that follows from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Name in the database.
    pub name: &'static str,
    /// All columns; those of the key first.
    pub columns: &'static [Column],
    /// How many of the first columns make up the key.
    pub key_count: usize,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in the database.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may hold nothing.
    pub nullable: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers of 64 bits; also 0 and 1 for no and yes.
    Integer,
    /// Text without NUL.
    Text,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Nothing.
    Null,
    /// For [`ColumnKind::Integer`].
    Integer(i64),
    /// For [`ColumnKind::Text`].
    Text(String),
}

/// What becomes of the row with this key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Name of the table.
    pub table: &'static str,
    /// Values of the key columns.
    pub key: Vec<Value>,
    /// Values of **all** columns, key included, to be the row from now on; `None` deletes it.
    pub row: Option<Vec<Value>>,
}

/// All rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    /// Name of the table.
    pub table: &'static str,
    /// Rows with the values of all columns, ordered by key.
    pub rows: Vec<Vec<Value>>,
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, nullable: false }
}

const fn optional_text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text, nullable: true }
}

const fn integer(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Integer, nullable: false }
}

/// Units of all levels; dates as `2007-06-15`.
pub const UNIT: Table = Table {
    name: "unit",
    columns: &[
        text("id"),
        text("name"),
        text("level"),
        optional_text("parent_id"),
        text("opened_on"),
        optional_text("closed_on"),
    ],
    key_count: 1,
};

/// Accounts; `active` is 0 or 1.
pub const ACCOUNT: Table = Table {
    name: "account",
    columns: &[text("id"), text("login"), text("display"), integer("active")],
    key_count: 1,
};

/// Who has which duty for which unit.
pub const DUTY: Table = Table {
    name: "duty",
    columns: &[text("account_id"), text("duty"), text("unit_id")],
    key_count: 3,
};

/// Appraisals and the stage that they have reached.
pub const APPRAISAL: Table = Table {
    name: "appraisal",
    columns: &[text("id"), text("organiser_id"), integer("year"), text("title"), text("stage")],
    key_count: 1,
};

/// Boxes with their last head in the log and the number of ballots at that time.
pub const BOX: Table = Table {
    name: "box",
    columns: &[
        text("id"),
        text("appraisal_id"),
        text("unit_id"),
        text("respondent_group"),
        text("stage"),
        optional_text("head"),
        integer("ballots"),
    ],
    key_count: 1,
};

/// Rankings. Rank, totals and band are empty where the rulebook gives none.
pub const RANKING_ROW: Table = Table {
    name: "ranking_row",
    columns: &[
        text("appraisal_id"),
        text("unit_id"),
        Column { name: "rank", kind: ColumnKind::Integer, nullable: true },
        optional_text("total_exact"),
        optional_text("total_shown"),
        optional_text("band"),
    ],
    key_count: 2,
};

/// Opinions: what each is about and how far it has come. No text, and nobody's name.
pub const OPINION: Table = Table {
    name: "opinion",
    columns: &[
        text("appraisal_id"),
        integer("number"),
        text("unit_id"),
        optional_text("item"),
        text("matter"),
        text("channel"),
        text("protection"),
        text("state"),
        integer("received_us"),
        optional_text("masked"),
        integer("revision"),
    ],
    key_count: 2,
};

/// All tables that follow from the log.
pub const TABLES: [Table; 18] = [
    UNIT,
    ACCOUNT,
    DUTY,
    APPRAISAL,
    BOX,
    RANKING_ROW,
    OPINION,
    FINDING,
    SORTED_OPINION,
    GATHERING,
    SEARCH_WORD,
    SKETCH,
    LOCAL_PLAN,
    ROSTER,
    CHANNEL,
    LEDGER_ENTRY,
    FEEDBACK_LETTER,
    SELF_INSPECTION,
];

/// The statements of a table, made from its description.
pub(crate) struct TableSql {
    pub(crate) table: Table,
    pub(crate) upsert: String,
    pub(crate) delete: String,
    pub(crate) clear: String,
    pub(crate) all: String,
}

static TABLE_SQL: LazyLock<Vec<TableSql>> =
    LazyLock::new(|| TABLES.iter().map(|table| TableSql::of(*table)).collect());

impl TableSql {
    fn of(table: Table) -> Self {
        let Table { name, columns, key_count } = table;
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        let (key, rest) = names.split_at(key_count);
        let numbers: Vec<_> = (1..=names.len()).map(|number| format!("${number}")).collect();
        let action = if rest.is_empty() {
            "NOTHING".to_owned()
        } else {
            let sets: Vec<_> =
                rest.iter().map(|name| format!("{name} = excluded.{name}")).collect();
            format!("UPDATE SET {}", sets.join(", "))
        };
        let same_key: Vec<_> =
            key.iter().zip(1..).map(|(name, number)| format!("{name} = ${number}")).collect();
        let (all_names, key_names) = (names.join(", "), key.join(", "));
        Self {
            table,
            upsert: format!(
                "INSERT INTO {name} ({all_names}) VALUES ({}) ON CONFLICT ({key_names}) DO {action}",
                numbers.join(", ")
            ),
            delete: format!("DELETE FROM {name} WHERE {}", same_key.join(" AND ")),
            clear: format!("DELETE FROM {name}"),
            all: format!("SELECT {all_names} FROM {name}"),
        }
    }

    pub(crate) fn every() -> &'static [Self] {
        &TABLE_SQL
    }

    pub(crate) fn named(name: &str) -> Result<&'static Self, StoreFailure> {
        TABLE_SQL.iter().find(|sql| sql.table.name == name).ok_or_else(|| StoreFailure::RowShape {
            table: name.to_owned(),
            what: "no such table".to_owned(),
        })
    }
}

impl Table {
    /// The key columns.
    pub fn key(&self) -> &'static [Column] {
        &self.columns[..self.key_count]
    }

    /// Whether these are values of all columns.
    pub(crate) fn check_row(&self, row: &[Value]) -> Result<(), StoreFailure> {
        self.check_values(self.columns, row)
    }

    /// Whether these are values of the key columns.
    pub(crate) fn check_key(&self, key: &[Value]) -> Result<(), StoreFailure> {
        self.check_values(self.key(), key)
    }

    fn check_values(&self, columns: &[Column], values: &[Value]) -> Result<(), StoreFailure> {
        let wrong = |what| StoreFailure::RowShape { table: self.name.to_owned(), what };
        if columns.len() != values.len() {
            let what = format!("{} values for {} columns", values.len(), columns.len());
            return Err(wrong(what));
        }
        for (column, value) in columns.iter().zip(values) {
            let fits = match (value, column.kind) {
                (Value::Null, _) => column.nullable,
                (Value::Integer(_), kind) => kind == ColumnKind::Integer,
                // PostgreSQL cannot hold NUL in a text; so neither store does.
                (Value::Text(text), kind) => kind == ColumnKind::Text && !text.contains('\0'),
            };
            if !fits {
                return Err(wrong(format!("column {} cannot hold {value:?}", column.name)));
            }
        }
        Ok(())
    }
}

impl RowChange {
    /// The row with these values, whatever was there before. `row` has the key columns first.
    pub fn put(table: &Table, row: Vec<Value>) -> Self {
        let key = row.iter().take(table.key_count).cloned().collect();
        Self { table: table.name, key, row: Some(row) }
    }

    /// No row with this key.
    pub fn delete(table: &Table, key: Vec<Value>) -> Self {
        Self { table: table.name, key, row: None }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
