//! What the store promises, on SQLite and on PostgreSQL alike.
//!
//! Each promise is a function of the URL of an empty database. On SQLite each is a test of its
//! own; on PostgreSQL one test runs all, so that one server serves all.
#![allow(clippy::unwrap_used, reason = "a panic is the failing test")]
#![allow(clippy::print_stderr, reason = "tests say how far they came")]

mod boxes;
mod log;
mod payload;
mod people;
mod rows;
mod schema;
mod search;

use gongping_store::{Batch, LogEntry, Store};
use gongping_testkit::postgres::TestPostgres;

macro_rules! promises {
    ($($module:ident::$name:ident),* $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let folder = tempfile::tempdir().unwrap();
                    let url = format!("sqlite:{}", folder.path().join("store.sqlite").display());
                    super::$module::$name(&url).await;
                }
            )*
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn every_promise_is_kept_on_postgres() {
            let Some(mut server) = TestPostgres::start() else { return };
            $(
                eprintln!("postgres: {}", stringify!($name));
                $module::$name(&server.database()).await;
            )*
        }
    };
}

promises! {
    schema::every_statement_can_be_prepared,
    schema::migrating_twice_or_at_once_applies_each_step_once,
    schema::a_changed_or_newer_schema_is_refused,
    schema::what_is_written_once_refuses_change,
    schema::a_database_error_is_never_not_found,
    schema::only_files_are_backed_up_here,
    log::a_commit_is_read_back,
    log::of_commits_upon_the_same_size_exactly_one_wins,
    log::a_commit_that_fails_leaves_nothing,
    log::an_entry_too_long_is_refused,
    log::a_second_checkpoint_of_a_size_is_refused,
    log::a_gap_in_the_log_is_an_error,
    boxes::a_sheet_enters_all_its_boxes_or_none,
    boxes::two_connections_append_to_the_same_boxes,
    boxes::many_sheets_enter_in_one_write,
    boxes::many_items_and_trackers_enter_in_their_order,
    boxes::receipts_are_looked_up_together,
    boxes::a_tracker_is_taken_once,
    payload::content_is_kept_checked_and_erased,
    search::words_are_found_within_what_was_asked,
    search::a_common_word_within_a_unit_is_found_too,
    search::findings_and_sketches_are_found,
    rows::rows_are_put_and_deleted,
    rows::rows_that_do_not_fit_are_refused,
    rows::tables_are_replaced_upon_the_right_size,
    people::sessions_begin_are_touched_and_end,
    people::secrets_are_replaced,
    people::failed_log_ins_are_counted_by_run,
}

/// A migrated store at `url`.
async fn store(url: &str) -> Store {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// A batch that appends one entry.
fn entry(expected_size: u64, text: &str) -> Batch {
    let entry = LogEntry { at_us: 1_700_000_000_000_000, bytes: text.as_bytes().to_vec() };
    Batch { expected_size, entries: vec![entry], ..Batch::default() }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres")
}

/// Runs SQL past the store, as an administrator with all rights could.
async fn tamper(url: &str, sql: &'static str) -> Result<(), sqlx::Error> {
    use sqlx::Connection as _;
    if is_postgres(url) {
        let mut connection = sqlx::PgConnection::connect(url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
    } else {
        let mut connection = sqlx::SqliteConnection::connect(url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await?;
    }
    Ok(())
}
