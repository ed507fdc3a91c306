//! The schema as a list of steps. Steps are only ever added: the hash of each applied step is kept
//! in the database and compared at every start.

use sha2::{Digest as _, Sha256};

/// One step of the schema. `{blob}` in the common text stands for the type of byte strings.
pub(crate) struct Migration {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    /// For both databases, run first.
    common: &'static str,
    /// What has no common form: triggers.
    sqlite: &'static str,
    postgres: &'static str,
}

/// All steps, in ascending order from 1. A step that a database lacks is applied, whichever came later.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "log, boxes, payloads, people, tables",
        common: include_str!("../migrations/0001.sql"),
        sqlite: include_str!("../migrations/0001.sqlite.sql"),
        postgres: include_str!("../migrations/0001.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "receipt numbers",
        common: include_str!("../migrations/0002.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 3,
        name: "preparation",
        common: include_str!("../migrations/0003.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 4,
        name: "opinions",
        common: include_str!("../migrations/0004.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 5,
        name: "findings and search",
        common: include_str!("../migrations/0005.sql"),
        sqlite: "",
        postgres: "",
    },
    Migration {
        number: 6,
        name: "feedback and rectification",
        common: include_str!("../migrations/0006.sql"),
        sqlite: "",
        postgres: "",
    },
];

/// Which database a step is run on.
#[derive(Clone, Copy)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Migration {
    /// The statements to run.
    pub(crate) fn text(&self, dialect: Dialect) -> String {
        let (blob, special) = match dialect {
            Dialect::Sqlite => ("BLOB", self.sqlite),
            Dialect::Postgres => ("BYTEA", self.postgres),
        };
        format!("{}\n{special}", self.common.replace("{blob}", blob))
    }

    /// SHA-256 over the three texts, hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        let mut sha = Sha256::new();
        for text in [self.common, self.sqlite, self.postgres] {
            sha.update((text.len() as u64).to_be_bytes());
            sha.update(text);
        }
        hex::encode(sha.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_in_ascending_order() {
        let numbers: Vec<_> = MIGRATIONS.iter().map(|migration| migration.number).collect();
        assert_eq!(numbers[0], 1);
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }
}
