//! The one handle to the database.

use std::collections::BTreeSet;
use std::path::Path;

use gongping_log::{Commitment, tile::check_entry};

use crate::batch::{Batch, BoxAppend, BoxItemAt, LogEntryAt, Payload, StoredCheckpoint, Tracker};
use crate::engine::{postgres, sqlite};
use crate::failure::{CommitFailure, StoreFailure};
use crate::people::{LoginWindow, Secret, Session, TokenHash};
use crate::search::WordSearch;
use crate::table::TableRows;

/// A database with an appraisal in it. Clones share their connections.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Repository),
    Postgres(postgres::Repository),
}

/// The same call on whichever database it is.
macro_rules! on {
    ($store:expr, $repository:ident => $call:expr) => {
        match &$store.engine {
            Engine::Sqlite($repository) => $call.await,
            Engine::Postgres($repository) => $call.await,
        }
    };
}

impl Store {
    /// Opens `sqlite:PATH` (made if missing) or `postgres://…`. Call [`Store::migrate`] next.
    pub async fn open(url: &str) -> Result<Self, StoreFailure> {
        let scheme = url.split(':').next().unwrap_or_default();
        let engine = match scheme {
            "sqlite" => Engine::Sqlite(sqlite::Repository::open_url(url).await?),
            "postgres" | "postgresql" => {
                Engine::Postgres(postgres::Repository::open_url(url).await?)
            }
            _ => return Err(StoreFailure::Url { scheme: scheme.to_owned() }),
        };
        Ok(Self { engine })
    }

    /// Opens the SQLite file at `path`, made if missing; its folder must exist. Takes any path,
    /// where a URL would need escaping.
    pub async fn open_file(path: &Path) -> Result<Self, StoreFailure> {
        Ok(Self { engine: Engine::Sqlite(sqlite::Repository::open_file(path).await?) })
    }

    /// Brings the schema up to date; several processes may do so at once. Returns the number of
    /// steps that were applied.
    pub async fn migrate(&self) -> Result<usize, StoreFailure> {
        on!(self, repository => repository.migrate())
    }

    /// Closes all connections after the statements under way. Not needed for durability.
    pub async fn close(&self) {
        on!(self, repository => repository.close());
    }

    /// Lets the database check every statement of this program against its tables, and returns
    /// how many there are. For the doctor and the tests.
    pub async fn prepare_all(&self) -> Result<usize, StoreFailure> {
        on!(self, repository => repository.prepare_all())
    }

    /// Number of entries in the log.
    pub async fn log_size(&self) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.log_size())
    }

    /// Up to `limit` entries from position `from` on, without gaps; a gap is a
    /// [`StoreFailure::Damaged`]. Empty only at the end of the log.
    pub async fn log_entries(
        &self,
        from: u64,
        limit: u32,
    ) -> Result<Vec<LogEntryAt>, StoreFailure> {
        on!(self, repository => repository.log_entries(from, limit))
    }

    /// The checkpoint of the largest size.
    pub async fn latest_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreFailure> {
        on!(self, repository => repository.latest_checkpoint())
    }

    /// The checkpoint of this size.
    pub async fn checkpoint_at(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreFailure> {
        on!(self, repository => repository.checkpoint_at(size))
    }

    /// Writes the whole batch and returns the new size of the log, or writes nothing.
    ///
    /// Succeeds only if the log has `batch.expected_size` entries when it is this batch's turn;
    /// of several commits upon the same size exactly one succeeds, the others get
    /// [`CommitFailure::Conflict`].
    pub async fn commit(&self, batch: &Batch) -> Result<u64, CommitFailure> {
        for entry in &batch.entries {
            check_entry(&entry.bytes)?;
        }
        on!(self, repository => repository.commit(batch))
    }

    /// Appends ballots to boxes, all or none, without touching the log.
    ///
    /// `appends` may name several boxes (a sheet), and one box several times with consecutive
    /// positions (many sheets in one durable write). A box with another length than expected is a
    /// [`CommitFailure::BoxConflict`].
    pub async fn append_box_items(
        &self,
        appends: &[BoxAppend],
        trackers: &[Tracker],
    ) -> Result<(), CommitFailure> {
        on!(self, repository => repository.append_box_items(appends, trackers))
    }

    /// Number of items in a box; 0 for a box that nobody wrote to.
    pub async fn box_length(&self, box_id: &str) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.box_length(box_id))
    }

    /// Number of items of every box that has any, ordered by id.
    pub async fn box_lengths(&self) -> Result<Vec<(String, u64)>, StoreFailure> {
        let mut lengths = on!(self, repository => repository.box_lengths())?;
        // PostgreSQL sorts by its locale.
        lengths.sort();
        Ok(lengths)
    }

    /// Up to `limit` items of a box from position `from` on, without gaps.
    pub async fn box_items(
        &self,
        box_id: &str,
        from: u64,
        limit: u32,
    ) -> Result<Vec<BoxItemAt>, StoreFailure> {
        on!(self, repository => repository.box_items(box_id, from, limit))
    }

    /// Where the ballot with this tracker is.
    pub async fn find_tracker(&self, tracker: &str) -> Result<Option<Tracker>, StoreFailure> {
        on!(self, repository => repository.find_tracker(tracker))
    }

    /// Where the ballots with this receipt number are, by the ids of their boxes.
    pub async fn find_receipt(&self, receipt: &str) -> Result<Vec<Tracker>, StoreFailure> {
        on!(self, repository => repository.find_receipt(receipt))
    }

    /// Those of `receipts` that some sheet in the store has.
    pub async fn taken_receipts(
        &self,
        receipts: &[String],
    ) -> Result<BTreeSet<String>, StoreFailure> {
        on!(self, repository => repository.taken_receipts(receipts))
    }

    /// When the ballots of a box were accepted, in UTC microseconds since 1970, earliest first.
    pub async fn ballot_times(&self, box_id: &str) -> Result<Vec<i64>, StoreFailure> {
        on!(self, repository => repository.ballot_times(box_id))
    }

    /// What the log commits to with `commitment`, checked against it; `None` if it was never here.
    pub async fn payload(&self, commitment: &Commitment) -> Result<Option<Payload>, StoreFailure> {
        on!(self, repository => repository.payload(commitment))
    }

    /// Erases salt and content for good. Returns whether there was something to erase.
    pub async fn erase_payload(
        &self,
        commitment: &Commitment,
        at_us: i64,
    ) -> Result<bool, StoreFailure> {
        on!(self, repository => repository.erase_payload(commitment, at_us))
    }

    /// All rows of a table of [`TABLES`](crate::table::TABLES), ordered by key, byte by byte.
    pub async fn all_rows(&self, table: &str) -> Result<TableRows, StoreFailure> {
        on!(self, repository => repository.all_rows(table))
    }

    /// Replaces whole tables by what was computed from a log of `expected_size` entries, for the
    /// doctor's repair.
    pub async fn replace_rows(
        &self,
        expected_size: u64,
        tables: &[TableRows],
    ) -> Result<(), CommitFailure> {
        on!(self, repository => repository.replace_rows(expected_size, tables))
    }

    /// The numbers of what has all the words, latest first.
    pub async fn search(&self, search: &WordSearch) -> Result<Vec<u64>, StoreFailure> {
        on!(self, repository => repository.search(search))
    }

    /// The sketches of the latest opinions about a unit, at most `limit`.
    pub async fn sketches(
        &self,
        appraisal_id: &str,
        unit_id: &str,
        limit: u32,
    ) -> Result<Vec<(u64, String)>, StoreFailure> {
        on!(self, repository => repository.sketches(appraisal_id, unit_id, limit))
    }

    /// Stores the secret of an account, in place of an earlier one.
    pub async fn set_secret(&self, secret: &Secret) -> Result<(), StoreFailure> {
        on!(self, repository => repository.set_secret(secret))
    }

    /// The secret of an account.
    pub async fn secret(&self, account_id: &str) -> Result<Option<Secret>, StoreFailure> {
        on!(self, repository => repository.secret(account_id))
    }

    /// Begins a session. Its token hash must be new.
    pub async fn create_session(&self, session: &Session) -> Result<(), StoreFailure> {
        on!(self, repository => repository.create_session(session))
    }

    /// The session with this token, unless it expired at or before `now_us`.
    pub async fn session(
        &self,
        token_hash: TokenHash,
        now_us: i64,
    ) -> Result<Option<Session>, StoreFailure> {
        on!(self, repository => repository.session(token_hash, now_us))
    }

    /// Notes that a session was used and moves its end. Returns whether the session is there and
    /// was not seen later already.
    pub async fn touch_session(
        &self,
        token_hash: TokenHash,
        seen_us: i64,
        expires_us: i64,
    ) -> Result<bool, StoreFailure> {
        on!(self, repository => repository.touch_session(token_hash, seen_us, expires_us))
    }

    /// Ends a session. Returns whether there was one.
    pub async fn delete_session(&self, token_hash: TokenHash) -> Result<bool, StoreFailure> {
        on!(self, repository => repository.delete_session(token_hash))
    }

    /// Ends all sessions of an account, as after a new password. Returns their number.
    pub async fn delete_sessions_of(&self, account_id: &str) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.delete_sessions_of(account_id))
    }

    /// Removes sessions that expired. Returns their number.
    pub async fn purge_sessions(&self, now_us: i64) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.purge_sessions(now_us))
    }

    /// Counts a failed log-in of `subject` (see [`LoginWindow`]) and returns how many there were
    /// in this run, this one included.
    pub async fn count_login_failure(
        &self,
        subject: &str,
        window: LoginWindow,
    ) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.count_login_failure(subject, window))
    }

    /// Failed log-ins of `subject` in a run that began at or after `since_us`.
    pub async fn login_failures(&self, subject: &str, since_us: i64) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.login_failures(subject, since_us))
    }

    /// Forgets the failed log-ins of `subject`, as after a successful one.
    pub async fn clear_login_failures(&self, subject: &str) -> Result<(), StoreFailure> {
        on!(self, repository => repository.clear_login_failures(subject))
    }

    /// Forgets runs that began before `since_us`. Returns their number.
    pub async fn purge_login_failures(&self, since_us: i64) -> Result<u64, StoreFailure> {
        on!(self, repository => repository.purge_login_failures(since_us))
    }

    /// Copies an SQLite database, consistently and while it is in use, to the new file `path`.
    /// The copy is whole and durable when this returns. PostgreSQL has its own tools.
    pub async fn backup(&self, path: &Path) -> Result<(), StoreFailure> {
        on!(self, repository => repository.backup(path))
    }
}

/// Which database, without its address: that may hold a password.
impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.engine {
            Engine::Sqlite(_) => "Store(SQLite)",
            Engine::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}
