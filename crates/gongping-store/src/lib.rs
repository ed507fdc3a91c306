//! Where an appraisal is kept: the log, the boxes, what is erasable, and the tables that pages
//! read, in one SQLite file or in PostgreSQL.
//!
//! - [`Store`] is a cheap handle, shared by all of a process; every method is one transaction.
//! - [`Store::commit`] appends to the log and writes everything that follows from the new entries
//!   at once, or nothing; it succeeds only if the log still has the size that the caller decided
//!   upon.
//! - [`Store::append_box_items`] takes ballots without touching the log, under the same rule for
//!   the length of each box.
//! - [`table`] describes the tables that can be rebuilt from the log.
//!
//! Everything is written durably before a method returns. Times are UTC microseconds since 1970
//! and always passed in. A failure of the database is a [`StoreFailure`], never "not found".
//!
//! Each statement has one text that both databases accept; the repositories are written once and
//! compiled for both.

mod batch;
mod engine;
mod failure;
mod migration;
mod people;
mod search;
mod sql;
mod store;
pub mod table;

pub use batch::{
    Batch, BoxAppend, BoxItem, BoxItemAt, LogEntry, LogEntryAt, Payload, StoredCheckpoint, Tracker,
};
pub use failure::{CommitFailure, FailureKind, StoreFailure};
pub use people::{LoginWindow, Secret, Session, TokenHash};
pub use search::{Subject, WordSearch, term};
pub use store::Store;
pub use table::{Column, ColumnKind, RowChange, Table, TableRows, Value};
