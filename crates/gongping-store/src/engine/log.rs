//! The log and the commit.

use super::repository::{Repository, Tx, finish, from_sql, to_sql};
use super::{Db, boxes, payload, people, rows};
use crate::batch::{Batch, LogEntryAt, StoredCheckpoint};
use crate::failure::{CommitFailure, Doing as _, StoreFailure};
use crate::sql;

impl Repository {
    pub(crate) async fn log_size(&self) -> Result<u64, StoreFailure> {
        let size = sqlx::query_scalar::<Db, i64>(sql::LOG_SIZE)
            .fetch_one(&self.reader)
            .await
            .doing("read the size of the log")?;
        from_sql(size, "log_entry")
    }

    pub(crate) async fn log_entries(
        &self,
        from: u64,
        limit: u32,
    ) -> Result<Vec<LogEntryAt>, StoreFailure> {
        let found = sqlx::query_as::<Db, (i64, i64, Vec<u8>)>(sql::LOG_ENTRIES)
            .bind(to_sql(from))
            .bind(i64::from(limit))
            .fetch_all(&self.reader)
            .await
            .doing("read the log")?;
        let mut entries = Vec::with_capacity(found.len());
        for ((position, at_us, bytes), expected) in found.into_iter().zip(from..) {
            let position = from_sql(position, "log_entry")?;
            if position != expected {
                let what = format!("entry {expected} is missing, entry {position} is there");
                return Err(StoreFailure::Damaged { table: "log_entry", what });
            }
            entries.push(LogEntryAt { position, at_us, bytes });
        }
        Ok(entries)
    }

    pub(crate) async fn latest_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreFailure> {
        let found = sqlx::query_as::<Db, (i64, String)>(sql::CHECKPOINT_LATEST)
            .fetch_optional(&self.reader)
            .await
            .doing("read the last checkpoint")?;
        found.map(checkpoint).transpose()
    }

    pub(crate) async fn checkpoint_at(
        &self,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreFailure> {
        let found = sqlx::query_as::<Db, (i64, String)>(sql::CHECKPOINT_AT)
            .bind(to_sql(size))
            .fetch_optional(&self.reader)
            .await
            .doing("read a checkpoint")?;
        found.map(checkpoint).transpose()
    }

    /// The order of writes is the order in which others lock: log, then boxes by id, then
    /// trackers. Two transactions can wait for each other only if they disagree on it.
    pub(crate) async fn commit(&self, batch: &Batch) -> Result<u64, CommitFailure> {
        let mut tx = self.begin().await?;
        take_turn(&mut tx, batch.expected_size).await?;
        let mut size = batch.expected_size;
        for entry in &batch.entries {
            let done = sqlx::query::<Db>(sql::LOG_ENTRY_APPEND)
                .bind(to_sql(size))
                .bind(entry.at_us)
                .bind(&entry.bytes)
                .execute(&mut *tx)
                .await
                .doing("append to the log")?;
            if done.rows_affected() == 0 {
                // Somebody appends without taking the turn. The key still tells.
                drop(tx);
                return Err(CommitFailure::Conflict { size: self.log_size().await? });
            }
            size += 1;
        }
        if let Some(note) = &batch.checkpoint_note {
            sqlx::query::<Db>(sql::CHECKPOINT_APPEND)
                .bind(to_sql(size))
                .bind(note)
                .execute(&mut *tx)
                .await
                .doing("store the checkpoint")?;
        }
        for opening in &batch.payloads {
            payload::keep(&mut tx, opening).await?;
        }
        for change in &batch.rows {
            rows::apply(&mut tx, change).await?;
        }
        boxes::append(&mut tx, &batch.box_items, &batch.trackers).await?;
        for secret in &batch.secrets {
            people::set_secret(&mut tx, secret).await?;
        }
        finish(tx).await?;
        Ok(size)
    }
}

/// Waits for other commits, then checks that the log has the expected size.
pub(super) async fn take_turn(tx: &mut Tx, expected_size: u64) -> Result<(), CommitFailure> {
    let taken = sqlx::query::<Db>(sql::LOG_TURN_TAKE)
        .execute(&mut **tx)
        .await
        .doing("wait for other commits")?;
    if taken.rows_affected() != 1 {
        let what = "its one row is missing".to_owned();
        return Err(StoreFailure::Damaged { table: "log_turn", what }.into());
    }
    let size = sqlx::query_scalar::<Db, i64>(sql::LOG_SIZE)
        .fetch_one(&mut **tx)
        .await
        .doing("read the size of the log")?;
    let size = from_sql(size, "log_entry")?;
    if size == expected_size { Ok(()) } else { Err(CommitFailure::Conflict { size }) }
}

fn checkpoint((size, note): (i64, String)) -> Result<StoredCheckpoint, StoreFailure> {
    Ok(StoredCheckpoint { size: from_sql(size, "checkpoint")?, note })
}
