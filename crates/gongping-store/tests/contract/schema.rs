use gongping_store::{FailureKind, Store, StoreFailure, TokenHash};

use crate::{boxes, entry, is_postgres, payload, store, tamper};

pub(crate) async fn every_statement_can_be_prepared(url: &str) {
    // 31 fixed statements and four for each of the six tables, at least.
    assert!(store(url).await.prepare_all().await.unwrap() >= 55);
}

pub(crate) async fn migrating_twice_or_at_once_applies_each_step_once(url: &str) {
    let (one, two) = (Store::open(url).await.unwrap(), Store::open(url).await.unwrap());
    let (one, two) = tokio::join!(one.migrate(), two.migrate());
    assert!(one.unwrap() + two.unwrap() >= 2);
    assert_eq!(Store::open(url).await.unwrap().migrate().await.unwrap(), 0);
}

pub(crate) async fn a_changed_or_newer_schema_is_refused(url: &str) {
    let store = store(url).await;
    tamper(url, "INSERT INTO migration (number, name, sha256) VALUES (99, 'later', '')")
        .await
        .unwrap();
    let newer = store.migrate().await;
    assert!(matches!(newer, Err(StoreFailure::NewerSchema { found: 99, known: 2.. })));
    tamper(url, "UPDATE migration SET sha256 = 'other' WHERE number = 1").await.unwrap();
    let changed = store.migrate().await;
    assert!(matches!(changed, Err(StoreFailure::MigrationChanged { number: 1 })));
}

pub(crate) async fn what_is_written_once_refuses_change(url: &str) {
    let store = store(url).await;
    let mut batch = entry(0, "opened");
    batch.checkpoint_note = Some("note".to_owned());
    batch.payloads = vec![payload::opening("张三")];
    batch.box_items = vec![boxes::append("box", 0, &["ballot"])];
    batch.trackers = vec![boxes::tracker("tracker", "box", 0)];
    store.commit(&batch).await.unwrap();

    for sql in [
        "UPDATE log_entry SET bytes = bytes",
        "UPDATE log_entry SET at_us = 0 WHERE position = 0",
        "DELETE FROM log_entry",
        "UPDATE checkpoint SET note = 'other'",
        "DELETE FROM checkpoint",
        "UPDATE box_item SET name = 'other'",
        "DELETE FROM box_item WHERE position = 0",
        "UPDATE tracker SET at_us = 0",
        "DELETE FROM tracker",
        "UPDATE payload SET commitment = 'other'",
        "UPDATE payload SET bytes = salt",
        "DELETE FROM payload",
    ] {
        assert!(tamper(url, sql).await.unwrap_err().to_string().contains("append-only"), "{sql}");
    }
    if is_postgres(url) {
        for sql in [
            "TRUNCATE log_entry",
            "TRUNCATE checkpoint",
            "TRUNCATE box_item CASCADE",
            "TRUNCATE tracker",
            "TRUNCATE payload",
        ] {
            let error = tamper(url, sql).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{sql}: {error}");
        }
    } else {
        for sql in [
            "REPLACE INTO log_entry (position, at_us, bytes) VALUES (0, 0, 'other')",
            "REPLACE INTO box_item (box_id, position, name, bytes) VALUES ('box', 0, 'x', 'x')",
            "REPLACE INTO tracker (tracker, box_id, position, at_us) VALUES ('tracker', 'box', 0, 9)",
        ] {
            tamper(url, sql).await.unwrap();
        }
        tamper(url, "REPLACE INTO checkpoint (size, note) VALUES (1, 'x')").await.unwrap_err();
    }
    assert_eq!(store.log_entries(0, 9).await.unwrap()[0].bytes, b"opened");
    assert_eq!(store.box_items("box", 0, 9).await.unwrap()[0].bytes, b"ballot");
    assert_eq!(store.find_tracker("tracker").await.unwrap().unwrap().at_us, 7);
    assert_eq!(store.latest_checkpoint().await.unwrap().unwrap().note, "note");
}

pub(crate) async fn a_database_error_is_never_not_found(url: &str) {
    let store = store(url).await;
    for table in ["session", "tracker", "payload", "account_secret", "box_item", "unit"] {
        let sql: &'static str = match table {
            "session" => "DROP TABLE session",
            "tracker" => "DROP TABLE tracker",
            "payload" => "DROP TABLE payload",
            "account_secret" => "DROP TABLE account_secret",
            "box_item" => "DROP TABLE box_item",
            _ => "DROP TABLE unit",
        };
        tamper(url, sql).await.unwrap();
    }
    let session = store.session(TokenHash([0; 32]), 0).await.unwrap_err();
    assert_eq!(session.kind(), FailureKind::Bug);
    assert!(session.to_string().contains("look a session up"), "{session}");
    store.find_tracker("tracker").await.unwrap_err();
    store.payload(&payload::opening("x").commitment()).await.unwrap_err();
    store.secret("account").await.unwrap_err();
    store.box_length("box").await.unwrap_err();
    store.box_items("box", 0, 1).await.unwrap_err();
    store.all_rows("unit").await.unwrap_err();
    store.prepare_all().await.unwrap_err();
}

pub(crate) async fn only_files_are_backed_up_here(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let done = store(url).await.backup(&copy).await;
    if is_postgres(url) {
        assert!(matches!(done, Err(StoreFailure::BackupOfServer)));
        assert!(!copy.exists());
    } else {
        done.unwrap();
        Store::open_file(&copy).await.unwrap().prepare_all().await.unwrap();
    }
}
