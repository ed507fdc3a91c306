//! Bringing the schema up to date.

use super::repository::{Repository, finish};
use super::{DIALECT, Db, LOCK_MIGRATIONS};
use crate::failure::{Doing as _, StoreFailure};
use crate::migration::MIGRATIONS;
use crate::sql;

impl Repository {
    /// Applies what is missing, all or nothing. Returns how many steps that were.
    pub(crate) async fn migrate(&self) -> Result<usize, StoreFailure> {
        let mut tx = self.begin().await?;
        if let Some(lock) = LOCK_MIGRATIONS {
            sqlx::query::<Db>(lock).execute(&mut *tx).await.doing("wait for other migrations")?;
        }
        sqlx::query::<Db>(sql::MIGRATION_TABLE)
            .execute(&mut *tx)
            .await
            .doing("create the table of migrations")?;
        let applied = sqlx::query_as::<Db, (i64, String)>(sql::MIGRATIONS)
            .fetch_all(&mut *tx)
            .await
            .doing("read the applied migrations")?;
        for (number, sha256) in &applied {
            let known = MIGRATIONS.iter().find(|migration| migration.number == *number);
            let Some(known) = known else {
                let last = MIGRATIONS.last().map_or(0, |migration| migration.number);
                return Err(StoreFailure::NewerSchema { found: *number, known: last });
            };
            if known.sha256() != *sha256 {
                return Err(StoreFailure::MigrationChanged { number: *number });
            }
        }
        let missing = MIGRATIONS
            .iter()
            .filter(|migration| applied.iter().all(|(number, _)| *number != migration.number));
        let mut count = 0;
        for migration in missing {
            sqlx::raw_sql(sqlx::AssertSqlSafe(migration.text(DIALECT)))
                .execute(&mut *tx)
                .await
                .doing("apply a migration")?;
            sqlx::query::<Db>(sql::MIGRATION_RECORD)
                .bind(migration.number)
                .bind(migration.name)
                .bind(migration.sha256())
                .execute(&mut *tx)
                .await
                .doing("record a migration")?;
            count += 1;
        }
        finish(tx).await?;
        Ok(count)
    }
}
