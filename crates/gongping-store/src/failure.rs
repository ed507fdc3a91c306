//! What can go wrong between the program and its database.

use std::path::PathBuf;

use gongping_log::EntryTooLong;
use thiserror::Error;

/// The database, or the data in it, failed us.
#[derive(Debug, Error)]
pub enum StoreFailure {
    /// The address is neither `sqlite:PATH` nor `postgres://…`. An SQLite store is always a file.
    #[error("{scheme:?} names no database; use sqlite:PATH or postgres://…")]
    Url {
        /// What stands before the first colon. Never the rest, which may hold a password.
        scheme: String,
    },
    /// A statement or the connection failed.
    #[error("could not {doing}: {source}")]
    Database {
        /// What was being done, to follow "could not".
        doing: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// Data that the store itself can never have written: somebody else did, or a disk failed.
    #[error("table {table} is damaged: {what}")]
    Damaged {
        /// Which table.
        table: &'static str,
        /// What does not fit.
        what: String,
    },
    /// A migration that was applied differs from the one in this program.
    #[error("migration {number} was applied with another text; this is another program's database")]
    MigrationChanged {
        /// Number of the migration.
        number: i64,
    },
    /// The database has migrations that this program does not know.
    #[error("the database is newer ({found}) than this program ({known}); use the newer program")]
    NewerSchema {
        /// Last migration of the database.
        found: i64,
        /// Last migration of this program.
        known: i64,
    },
    /// A row does not fit the description of its table. A mistake of the caller.
    #[error("row for table {table}: {what}")]
    RowShape {
        /// Which table.
        table: String,
        /// What does not fit.
        what: String,
    },
    /// Backup is for SQLite files.
    #[error("PostgreSQL is backed up with its own tools: pg_dump, or continuous archiving")]
    BackupOfServer,
    /// There is a file at the destination already; backups never overwrite.
    #[error("{} exists already", path.display())]
    BackupExists {
        /// The destination.
        path: PathBuf,
    },
    /// The backup file cannot be written or moved into place.
    #[error("could not write the backup {}: {source}", path.display())]
    BackupFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// What to tell the person: each kind asks for another action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Others are at it; trying again soon is right.
    Busy,
    /// The disk is full: free some room. Nothing acknowledged is lost.
    DiskFull,
    /// The database does not answer or cannot be opened.
    Unreachable,
    /// The database refused the statement by a rule of its own (unique, append-only, foreign key).
    Refused,
    /// The data is damaged or belongs to another program.
    Damaged,
    /// Anything else: a mistake in the program.
    Bug,
}

impl StoreFailure {
    /// Sorts the failure by what can be done about it.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Database { source, .. } => database_kind(source),
            Self::Url { .. } | Self::BackupExists { .. } | Self::BackupOfServer => {
                FailureKind::Refused
            }
            Self::BackupFile { source, .. } => match source.kind() {
                std::io::ErrorKind::StorageFull => FailureKind::DiskFull,
                _ => FailureKind::Unreachable,
            },
            Self::Damaged { .. } | Self::MigrationChanged { .. } | Self::NewerSchema { .. } => {
                FailureKind::Damaged
            }
            Self::RowShape { .. } => FailureKind::Bug,
        }
    }
}

fn database_kind(source: &sqlx::Error) -> FailureKind {
    let sqlx::Error::Database(error) = source else {
        return match source {
            sqlx::Error::PoolTimedOut => FailureKind::Busy,
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => {
                FailureKind::DiskFull
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Configuration(_) => FailureKind::Unreachable,
            _ => FailureKind::Bug,
        };
    };
    let code = error.code().unwrap_or_default();
    // SQLite gives extended result codes; the low byte is the primary one. PostgreSQL gives
    // SQLSTATE, five characters.
    if code.len() < 5 {
        return match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => FailureKind::Busy,
            Ok(13) => FailureKind::DiskFull,
            Ok(10 | 14 | 8) => FailureKind::Unreachable,
            Ok(19) => FailureKind::Refused,
            Ok(11 | 26) => FailureKind::Damaged,
            _ => FailureKind::Bug,
        };
    }
    match (&code[..2], &*code) {
        (_, "53100") => FailureKind::DiskFull,
        ("40" | "53" | "55", _) => FailureKind::Busy,
        ("08" | "57" | "28" | "3D", _) => FailureKind::Unreachable,
        ("23", _) | (_, "P0001") => FailureKind::Refused,
        ("XX", _) => FailureKind::Damaged,
        _ => FailureKind::Bug,
    }
}

/// Why a write did not happen. Nothing of it is in the database then, with one exception: a
/// [`StoreFailure`] while the transaction was being confirmed (a broken connection to PostgreSQL)
/// leaves it open whether it is; read the size to know.
#[derive(Debug, Error)]
pub enum CommitFailure {
    /// The log is not as long as the decision assumed. Catch up, decide again.
    #[error("the log has {size} entries by now")]
    Conflict {
        /// Its size now.
        size: u64,
    },
    /// A box is not as long as was assumed. Catch up, try again.
    #[error("the box {box_id} has {length} items by now")]
    BoxConflict {
        /// Which box.
        box_id: String,
        /// Number of its items now.
        length: u64,
    },
    /// That ballot was cast before, unchanged.
    #[error("a ballot with tracker {tracker} was cast before")]
    TrackerTaken {
        /// Its tracker.
        tracker: String,
    },
    /// An entry is too long for the log.
    #[error(transparent)]
    Entry(#[from] EntryTooLong),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// Names what was being done when the driver failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreFailure>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreFailure> {
        self.map_err(|source| StoreFailure::Database { doing, source })
    }
}
