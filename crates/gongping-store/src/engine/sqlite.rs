//! SQLite: one file, one writer, several readers.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};

use crate::failure::{Doing as _, StoreFailure};
use crate::migration::Dialect;

#[path = "boxes.rs"]
mod boxes;
#[path = "log.rs"]
mod log;
#[path = "migrate.rs"]
mod migrate;
#[path = "payload.rs"]
mod payload;
#[path = "people.rs"]
mod people;
#[path = "repository.rs"]
mod repository;
#[path = "rows.rs"]
mod rows;
#[path = "search.rs"]
mod search;

pub(crate) use repository::Repository;

type Db = sqlx::Sqlite;

const DIALECT: Dialect = Dialect::Sqlite;
/// Takes the write lock at once: a transaction that begins reading and then writes would fail
/// with "busy" where this one waits.
const BEGIN: &str = "BEGIN IMMEDIATE";
/// `BEGIN IMMEDIATE` lets one process migrate at a time.
const LOCK_MIGRATIONS: Option<&str> = None;

const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
const READER_COUNT: u32 = 4;

impl Repository {
    pub(crate) async fn open_url(url: &str) -> Result<Self, StoreFailure> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            // Each connection would have a memory of its own.
            return Err(StoreFailure::Url { scheme: "sqlite::memory".to_owned() });
        }
        Self::open(SqliteConnectOptions::from_str(url).doing("read the address")?).await
    }

    pub(crate) async fn open_file(path: &Path) -> Result<Self, StoreFailure> {
        Self::open(SqliteConnectOptions::new().filename(path)).await
    }

    async fn open(options: SqliteConnectOptions) -> Result<Self, StoreFailure> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // What is erased is overwritten, not only unlinked.
            .pragma("secure_delete", "ON")
            // Without it REPLACE would delete rows without asking the triggers.
            .pragma("recursive_triggers", "ON");
        let pool = PoolOptions::<Db>::new()
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None);
        let writer = pool
            .clone()
            .min_connections(1)
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .doing("open the SQLite file")?;
        let reader = pool
            .max_connections(READER_COUNT)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .doing("open the SQLite file for reading")?;
        Ok(Self { writer, reader })
    }

    /// Empties the write-ahead log, where erased bytes would live on until it is reused. Best
    /// effort: while somebody reads, the next automatic checkpoint does it.
    async fn forget_erased(&self) -> Result<(), StoreFailure> {
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writer)
            .await
            .doing("empty the write-ahead log")?;
        Ok(())
    }

    /// Writes a consistent copy beside `path`, makes it durable, then moves it into place.
    pub(crate) async fn backup(&self, path: &Path) -> Result<(), StoreFailure> {
        let file_failure = |source| StoreFailure::BackupFile { path: path.to_owned(), source };
        if tokio::fs::try_exists(path).await.map_err(file_failure)? {
            return Err(StoreFailure::BackupExists { path: path.to_owned() });
        }
        let partial = partial_path(path);
        if tokio::fs::try_exists(&partial).await.map_err(file_failure)? {
            tokio::fs::remove_file(&partial).await.map_err(file_failure)?;
        }
        // A connection of its own: the writer stays free, and readers may not write files.
        let options = self.writer.connect_options();
        let mut connection =
            SqliteConnection::connect_with(&options).await.doing("open the SQLite file")?;
        let target = partial
            .to_str()
            .ok_or_else(|| file_failure(std::io::Error::other("the path is not valid Unicode")))?;
        sqlx::query("VACUUM INTO $1")
            .bind(target)
            .execute(&mut connection)
            .await
            .doing("copy the database")?;
        connection.close().await.doing("close the SQLite file")?;
        let copy = tokio::fs::File::open(&partial).await.map_err(file_failure)?;
        copy.sync_all().await.map_err(file_failure)?;
        tokio::fs::rename(&partial, path).await.map_err(file_failure)?;
        sync_folder(path).await.map_err(file_failure)
    }
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Makes the rename durable. Folders cannot be opened as files on Windows.
async fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = tokio::fs::File::open(folder.unwrap_or(Path::new("."))).await?;
        folder.sync_all().await?;
    }
    Ok(())
}
