//! The connections, and how transactions begin.

use sqlx::{Executor as _, Pool, SqlSafeStr as _, Transaction};

use super::{BEGIN, Db};
use crate::failure::{Doing as _, StoreFailure};
use crate::sql;
use crate::table::TableSql;

/// Cheap to clone; the pools are shared.
#[derive(Clone)]
pub(crate) struct Repository {
    /// Where transactions that write begin.
    pub(super) writer: Pool<Db>,
    /// Where single reads go. The same pool on PostgreSQL.
    pub(super) reader: Pool<Db>,
}

/// A transaction that writes; undone when dropped without commit.
pub(super) type Tx = Transaction<'static, Db>;

impl Repository {
    pub(super) async fn begin(&self) -> Result<Tx, StoreFailure> {
        self.writer.begin_with(BEGIN).await.doing("begin a transaction")
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    /// Lets the database parse every statement of the store against its tables.
    pub(crate) async fn prepare_all(&self) -> Result<usize, StoreFailure> {
        let of_tables = TableSql::every().iter().flat_map(|sql| {
            [&*sql.upsert, &*sql.delete, &*sql.clear, &*sql.all].map(|text| (sql.table.name, text))
        });
        let mut count = 0;
        let mut connection = self.writer.acquire().await.doing("connect")?;
        // SQLite parses against the schema it remembers; only running something refreshes that.
        sqlx::query(sql::MIGRATIONS).fetch_all(&mut *connection).await.doing("read the schema")?;
        for (_, text) in sql::ALL.iter().copied().chain(of_tables) {
            connection.prepare(text.into_sql_str()).await.doing("prepare a statement")?;
            count += 1;
        }
        Ok(count)
    }
}

pub(super) async fn finish(tx: Tx) -> Result<(), StoreFailure> {
    tx.commit().await.doing("commit")
}

/// Positions and sizes fit into 63 bits long before a disk is full.
pub(super) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The database refuses negative positions, so this one was written by somebody else.
pub(super) fn from_sql(number: i64, table: &'static str) -> Result<u64, StoreFailure> {
    u64::try_from(number)
        .map_err(|_| StoreFailure::Damaged { table, what: format!("position {number}") })
}
