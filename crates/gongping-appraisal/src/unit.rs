//! Units (A1): a dated tree of bodies. A unit is renamed or closed from a date on;
//! what was said of it before keeps the name and the place it had.

use crate::UnitId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The level of a unit in the tree (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省
    Province,
    /// 设区市
    City,
    /// 县（市、区）
    County,
    /// 窗口单位: serves the public at a counter.
    Window,
}

impl Level {
    /// The levels from the top.
    pub const ALL: [Self; 4] = [Self::Province, Self::City, Self::County, Self::Window];

    /// The word in files, tables and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::Window => "window",
        }
    }

    /// Reads the word that [`Level::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }

    /// The level one below, which this level appraises (下管一级).
    #[must_use]
    pub const fn below(self) -> Option<Self> {
        match self {
            Self::Province => Some(Self::City),
            Self::City => Some(Self::County),
            Self::County => Some(Self::Window),
            Self::Window => None,
        }
    }
}

/// A unit that enters the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUnit {
    /// Its id for good.
    pub id: UnitId,
    /// Its official name, one line.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// The unit one level above; none for the top of the tree.
    pub parent: Option<UnitId>,
    /// The first day on which it exists.
    pub opened_on: Date,
}

/// A unit as the tree knows it, with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its level.
    pub level: Level,
    /// The unit one level above.
    pub parent: Option<UnitId>,
    /// The first day on which it exists.
    pub opened_on: Date,
    /// The first day on which it no longer exists.
    pub closed_on: Option<Date>,
    /// Name by the first day on which it bears it; the first entry is `opened_on`.
    names: BTreeMap<Date, String>,
}

impl Unit {
    pub(crate) fn new(unit: NewUnit) -> Self {
        Self {
            id: unit.id,
            level: unit.level,
            parent: unit.parent,
            opened_on: unit.opened_on,
            closed_on: None,
            names: BTreeMap::from([(unit.opened_on, unit.name)]),
        }
    }

    pub(crate) fn rename(&mut self, name: String, from: Date) {
        self.names.insert(from, name);
    }

    /// The name on `date`; before the first day, the first name.
    #[must_use]
    pub fn name_on(&self, date: Date) -> &str {
        let known = self.names.range(..=date).next_back().or_else(|| self.names.iter().next());
        known.map_or("", |(_, name)| name)
    }

    /// The latest name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.values().next_back().map_or("", String::as_str)
    }

    /// All names with the first day of each, oldest first.
    pub fn names(&self) -> impl Iterator<Item = (Date, &str)> {
        self.names.iter().map(|(from, name)| (*from, name.as_str()))
    }

    /// Whether it exists on `date`.
    #[must_use]
    pub fn exists_on(&self, date: Date) -> bool {
        self.opened_on <= date && self.closed_on.is_none_or(|closed| date < closed)
    }
}
