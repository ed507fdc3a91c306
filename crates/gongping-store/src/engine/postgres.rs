//! PostgreSQL 14 or newer, encoding UTF-8.

use std::path::Path;
use std::str::FromStr as _;

use sqlx::Executor as _;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;

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

type Db = sqlx::Postgres;

const DIALECT: Dialect = Dialect::Postgres;
/// Each statement sees what was committed before it; the rows that are held (`log_turn`) and the
/// primary keys do the rest. Said explicitly, as servers may have another default.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// "gongping" as a number; held until the migrations are committed.
const LOCK_MIGRATIONS: Option<&str> = Some("SELECT pg_advisory_xact_lock(7453010364995792487)");
/// Acknowledged is durable, whatever the server's default.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') = 'off'";
const CONNECTION_COUNT: u32 = 16;

impl Repository {
    pub(crate) async fn open_url(url: &str) -> Result<Self, StoreFailure> {
        let options = PgConnectOptions::from_str(url).doing("read the address")?;
        let pool = PoolOptions::<Db>::new()
            .max_connections(CONNECTION_COUNT)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(DURABLE).await.map(drop) })
            })
            .connect_with(options)
            .await
            .doing("connect to PostgreSQL")?;
        Ok(Self { writer: pool.clone(), reader: pool })
    }

    /// Dead rows go when the server vacuums; its write-ahead log is the operator's.
    async fn forget_erased(&self) -> Result<(), StoreFailure> {
        Ok(())
    }

    pub(crate) async fn backup(&self, _path: &Path) -> Result<(), StoreFailure> {
        Err(StoreFailure::BackupOfServer)
    }
}
