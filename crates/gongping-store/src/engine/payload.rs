//! Erasable content.

use gongping_log::{Commitment, Opening};

use super::Db;
use super::repository::{Repository, Tx};
use crate::batch::Payload;
use crate::failure::{Doing as _, StoreFailure};
use crate::sql;

type PayloadRow = (Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);

impl Repository {
    pub(crate) async fn payload(
        &self,
        commitment: &Commitment,
    ) -> Result<Option<Payload>, StoreFailure> {
        let found = sqlx::query_as::<Db, PayloadRow>(sql::PAYLOAD)
            .bind(commitment.to_string())
            .fetch_optional(&self.reader)
            .await
            .doing("read a payload")?;
        found.map(|row| checked(commitment, row)).transpose()
    }

    pub(crate) async fn erase_payload(
        &self,
        commitment: &Commitment,
        at_us: i64,
    ) -> Result<bool, StoreFailure> {
        let done = sqlx::query::<Db>(sql::PAYLOAD_ERASE)
            .bind(commitment.to_string())
            .bind(at_us)
            .execute(&self.writer)
            .await
            .doing("erase a payload")?;
        self.forget_erased().await?;
        Ok(done.rows_affected() > 0)
    }
}

pub(super) async fn keep(tx: &mut Tx, opening: &Opening) -> Result<(), StoreFailure> {
    sqlx::query::<Db>(sql::PAYLOAD_KEEP)
        .bind(opening.commitment().to_string())
        .bind(opening.salt().as_slice())
        .bind(opening.bytes())
        .execute(&mut **tx)
        .await
        .doing("keep a payload")?;
    Ok(())
}

/// Content that does not match its commitment is never handed out.
fn checked(commitment: &Commitment, row: PayloadRow) -> Result<Payload, StoreFailure> {
    let damaged = |what: String| StoreFailure::Damaged { table: "payload", what };
    match row {
        (None, None, Some(at_us)) => Ok(Payload::Erased { at_us }),
        (Some(salt), Some(bytes), None) => {
            let salt = salt
                .try_into()
                .map_err(|_| damaged(format!("{commitment}: a salt of another length")))?;
            let opening = Opening::new(salt, bytes);
            opening.verify(commitment).map_err(|error| damaged(error.to_string()))?;
            Ok(Payload::Kept(opening))
        }
        _ => Err(damaged(format!("{commitment}: neither kept nor erased"))),
    }
}
