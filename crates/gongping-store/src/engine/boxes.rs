//! Boxes: append-only archives, each with its own length.

use super::Db;
use super::repository::{Repository, Tx, finish, from_sql, to_sql};
use crate::batch::{BoxAppend, BoxItemAt, Tracker};
use crate::failure::{CommitFailure, Doing as _, StoreFailure};
use crate::sql;
use std::collections::BTreeSet;

impl Repository {
    pub(crate) async fn append_box_items(
        &self,
        appends: &[BoxAppend],
        trackers: &[Tracker],
    ) -> Result<(), CommitFailure> {
        let mut tx = self.begin().await?;
        append(&mut tx, appends, trackers).await?;
        Ok(finish(tx).await?)
    }

    pub(crate) async fn box_length(&self, box_id: &str) -> Result<u64, StoreFailure> {
        let length = sqlx::query_scalar::<Db, i64>(sql::BOX_LENGTH)
            .bind(box_id)
            .fetch_one(&self.reader)
            .await
            .doing("read the length of a box")?;
        from_sql(length, "box_item")
    }

    pub(crate) async fn box_lengths(&self) -> Result<Vec<(String, u64)>, StoreFailure> {
        let found = sqlx::query_as::<Db, (String, i64)>(sql::BOX_LENGTHS)
            .fetch_all(&self.reader)
            .await
            .doing("read the lengths of the boxes")?;
        found.into_iter().map(|(id, length)| Ok((id, from_sql(length, "box_item")?))).collect()
    }

    pub(crate) async fn box_items(
        &self,
        box_id: &str,
        from: u64,
        limit: u32,
    ) -> Result<Vec<BoxItemAt>, StoreFailure> {
        let found = sqlx::query_as::<Db, (i64, String, Vec<u8>)>(sql::BOX_ITEMS)
            .bind(box_id)
            .bind(to_sql(from))
            .bind(i64::from(limit))
            .fetch_all(&self.reader)
            .await
            .doing("read a box")?;
        let mut items = Vec::with_capacity(found.len());
        for ((position, name, bytes), expected) in found.into_iter().zip(from..) {
            let position = from_sql(position, "box_item")?;
            if position != expected {
                let what = format!("{box_id}: item {expected} is missing, {position} is there");
                return Err(StoreFailure::Damaged { table: "box_item", what });
            }
            items.push(BoxItemAt { position, name, bytes });
        }
        Ok(items)
    }

    pub(crate) async fn find_tracker(
        &self,
        tracker: &str,
    ) -> Result<Option<Tracker>, StoreFailure> {
        let found = sqlx::query_as::<Db, TrackerRow>(sql::TRACKER)
            .bind(tracker)
            .fetch_optional(&self.reader)
            .await
            .doing("look a tracker up")?;
        found.map(tracker_of).transpose()
    }

    pub(crate) async fn find_receipt(&self, receipt: &str) -> Result<Vec<Tracker>, StoreFailure> {
        let found = sqlx::query_as::<Db, TrackerRow>(sql::RECEIPT)
            .bind(receipt)
            .fetch_all(&self.reader)
            .await
            .doing("look a receipt up")?;
        let mut trackers: Vec<Tracker> =
            found.into_iter().map(tracker_of).collect::<Result<_, _>>()?;
        // PostgreSQL sorts by its locale.
        trackers.sort_by(|a, b| a.box_id.cmp(&b.box_id));
        Ok(trackers)
    }

    /// Those of `receipts` that some sheet has.
    pub(crate) async fn taken_receipts(
        &self,
        receipts: &[String],
    ) -> Result<BTreeSet<String>, StoreFailure> {
        let mut taken = BTreeSet::new();
        for part in receipts.chunks(AT_ONCE) {
            // The last of a short part fills the places that are left.
            let filler = part.iter().cycle().skip(part.len() - 1);
            let all = part.iter().chain(filler).take(AT_ONCE);
            let query = sqlx::query_scalar::<Db, String>(sql::RECEIPTS_TAKEN);
            let query = all.fold(query, |query, receipt| query.bind(receipt));
            taken.extend(query.fetch_all(&self.reader).await.doing("look receipts up")?);
        }
        Ok(taken)
    }

    pub(crate) async fn ballot_times(&self, box_id: &str) -> Result<Vec<i64>, StoreFailure> {
        sqlx::query_scalar::<Db, i64>(sql::BALLOT_TIMES)
            .bind(box_id)
            .fetch_all(&self.reader)
            .await
            .doing("read the times of ballots")
    }
}

type TrackerRow = (String, String, i64, i64, String);

fn tracker_of(row: TrackerRow) -> Result<Tracker, StoreFailure> {
    let (tracker, box_id, position, at_us, receipt) = row;
    let position = from_sql(position, "tracker")?;
    Ok(Tracker { tracker, box_id, position, at_us, receipt })
}

/// Rows of the statements that take several.
const AT_ONCE: usize = 8;

/// As many parts of [`AT_ONCE`] as there are, and the rest one by one.
fn parts<T>(all: &[T]) -> impl Iterator<Item = &[T]> {
    let whole = all.chunks_exact(AT_ONCE);
    let rest = whole.remainder().chunks(1);
    whole.chain(rest)
}

/// Appends to each box in the order of their ids, so that two sheets over the same boxes cannot
/// wait for each other. Appends to one box keep their order.
pub(super) async fn append(
    tx: &mut Tx,
    appends: &[BoxAppend],
    trackers: &[Tracker],
) -> Result<(), CommitFailure> {
    let mut appends: Vec<_> = appends.iter().collect();
    appends.sort_by(|a, b| a.box_id.cmp(&b.box_id));
    for append in appends {
        append_one(tx, append).await?;
    }
    let mut trackers: Vec<_> = trackers.iter().collect();
    trackers.sort_by(|a, b| a.tracker.cmp(&b.tracker));
    for part in parts(&trackers) {
        let text = if part.len() == AT_ONCE { sql::TRACKER_APPEND_8 } else { sql::TRACKER_APPEND };
        let query = part.iter().fold(sqlx::query::<Db>(text), |query, tracker| {
            query
                .bind(&tracker.tracker)
                .bind(&tracker.box_id)
                .bind(to_sql(tracker.position))
                .bind(tracker.at_us)
                .bind(&tracker.receipt)
        });
        let done = query.execute(&mut **tx).await.doing("record trackers")?;
        if done.rows_affected() < part.len() as u64 {
            let tracker = part.first().map(|tracker| tracker.tracker.clone()).unwrap_or_default();
            return Err(CommitFailure::TrackerTaken { tracker });
        }
    }
    Ok(())
}

async fn append_one(tx: &mut Tx, append: &BoxAppend) -> Result<(), CommitFailure> {
    let conflict = |length| CommitFailure::BoxConflict { box_id: append.box_id.clone(), length };
    let length = length_in(tx, &append.box_id).await?;
    if length != append.expected_position {
        return Err(conflict(length));
    }
    let items: Vec<_> = append.items.iter().zip(append.expected_position..).collect();
    for part in parts(&items) {
        let text =
            if part.len() == AT_ONCE { sql::BOX_ITEM_APPEND_8 } else { sql::BOX_ITEM_APPEND };
        let query = sqlx::query::<Db>(text).bind(&append.box_id);
        let query = part.iter().fold(query, |query, (item, position)| {
            query.bind(to_sql(*position)).bind(&item.name).bind(&item.bytes)
        });
        let done = query.execute(&mut **tx).await.doing("append to a box")?;
        if done.rows_affected() < part.len() as u64 {
            // Another connection was faster between the look at the length and here.
            return Err(conflict(length_in(tx, &append.box_id).await?));
        }
    }
    Ok(())
}

async fn length_in(tx: &mut Tx, box_id: &str) -> Result<u64, StoreFailure> {
    let length = sqlx::query_scalar::<Db, i64>(sql::BOX_LENGTH)
        .bind(box_id)
        .fetch_one(&mut **tx)
        .await
        .doing("read the length of a box")?;
    from_sql(length, "box_item")
}
