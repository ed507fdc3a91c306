//! Tables that follow from the log.

use sqlx::{Database, Row as _};

use super::Db;
use super::log::take_turn;
use super::repository::{Repository, Tx, finish};
use crate::failure::{CommitFailure, Doing as _, StoreFailure};
use crate::table::{Column, ColumnKind, RowChange, TableRows, TableSql, Value};

type Query = sqlx::query::Query<'static, Db, <Db as Database>::Arguments>;

impl Repository {
    pub(crate) async fn all_rows(&self, table: &str) -> Result<TableRows, StoreFailure> {
        let sql = TableSql::named(table)?;
        let found = sqlx::query::<Db>(sql.all.as_str())
            .fetch_all(&self.reader)
            .await
            .doing("read a table")?;
        let mut rows = found
            .iter()
            .map(|row| {
                let columns = sql.table.columns.iter().enumerate();
                columns.map(|(index, column)| value(row, index, column)).collect()
            })
            .collect::<Result<Vec<Vec<Value>>, _>>()
            .doing("read a row")?;
        // Here and not in SQL: PostgreSQL sorts texts by its locale.
        rows.sort();
        Ok(TableRows { table: sql.table.name, rows })
    }

    pub(crate) async fn replace_rows(
        &self,
        expected_size: u64,
        tables: &[TableRows],
    ) -> Result<(), CommitFailure> {
        let mut tx = self.begin().await?;
        take_turn(&mut tx, expected_size).await?;
        for TableRows { table, rows } in tables {
            let sql = TableSql::named(table)?;
            run(&mut tx, sqlx::query(sql.clear.as_str())).await?;
            for row in rows {
                put(&mut tx, sql, row).await?;
            }
        }
        Ok(finish(tx).await?)
    }
}

pub(super) async fn apply(tx: &mut Tx, change: &RowChange) -> Result<(), StoreFailure> {
    let sql = TableSql::named(change.table)?;
    sql.table.check_key(&change.key)?;
    let Some(row) = &change.row else {
        let query = sqlx::query::<Db>(sql.delete.as_str());
        return run(tx, bind(query, sql.table.key(), &change.key)).await;
    };
    if !row.starts_with(&change.key) {
        let what = "the row has another key than the change".to_owned();
        return Err(StoreFailure::RowShape { table: change.table.to_owned(), what });
    }
    put(tx, sql, row).await
}

async fn put(tx: &mut Tx, sql: &'static TableSql, row: &[Value]) -> Result<(), StoreFailure> {
    sql.table.check_row(row)?;
    run(tx, bind(sqlx::query::<Db>(sql.upsert.as_str()), sql.table.columns, row)).await
}

async fn run(tx: &mut Tx, query: Query) -> Result<(), StoreFailure> {
    query.execute(&mut **tx).await.doing("change a table")?;
    Ok(())
}

/// Binds nothing as nothing *of the column's type*, which PostgreSQL wants to know.
fn bind(query: Query, columns: &[Column], values: &[Value]) -> Query {
    columns.iter().zip(values).fold(query, |query, (column, value)| match (value, column.kind) {
        (Value::Integer(number), _) => query.bind(*number),
        (Value::Text(text), _) => query.bind(text.clone()),
        (Value::Null, ColumnKind::Integer) => query.bind(None::<i64>),
        (Value::Null, ColumnKind::Text) => query.bind(None::<String>),
    })
}

fn value(row: &<Db as Database>::Row, index: usize, column: &Column) -> sqlx::Result<Value> {
    Ok(match column.kind {
        ColumnKind::Integer => row.try_get::<Option<i64>, _>(index)?.into(),
        ColumnKind::Text => row.try_get::<Option<String>, _>(index)?.into(),
    })
}
