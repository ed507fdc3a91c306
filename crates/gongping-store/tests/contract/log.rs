use gongping_store::{
    Batch, CommitFailure, FailureKind, LogEntry, RowChange, StoreFailure, StoredCheckpoint, table,
};

use crate::{boxes, entry, is_postgres, payload, store, tamper};

pub(crate) async fn a_commit_is_read_back(url: &str) {
    let store = store(url).await;
    assert_eq!(store.log_size().await.unwrap(), 0);
    assert!(store.log_entries(0, 10).await.unwrap().is_empty());
    assert!(store.latest_checkpoint().await.unwrap().is_none());

    let entries: Vec<_> =
        (0u8..5).map(|n| LogEntry { at_us: i64::from(n), bytes: vec![n; 3] }).collect();
    let note = Some("five\n".to_owned());
    let batch = Batch { entries, checkpoint_note: note, ..Batch::default() };
    assert_eq!(store.commit(&batch).await.unwrap(), 5);
    assert_eq!(store.commit(&entry(5, "sixth")).await.unwrap(), 6);

    assert_eq!(store.log_size().await.unwrap(), 6);
    let page = store.log_entries(3, 2).await.unwrap();
    assert_eq!(page.iter().map(|entry| entry.position).collect::<Vec<_>>(), [3, 4]);
    assert_eq!((page[0].at_us, page[0].bytes.clone()), (3, vec![3; 3]));
    assert_eq!(store.log_entries(5, 9).await.unwrap()[0].bytes, b"sixth");
    assert!(store.log_entries(6, 9).await.unwrap().is_empty());
    let five = StoredCheckpoint { size: 5, note: "five\n".to_owned() };
    assert_eq!(store.latest_checkpoint().await.unwrap(), Some(five.clone()));
    assert_eq!(store.checkpoint_at(5).await.unwrap(), Some(five));
    assert_eq!(store.checkpoint_at(6).await.unwrap(), None);
}

pub(crate) async fn of_commits_upon_the_same_size_exactly_one_wins(url: &str) {
    let stores = [store(url).await, store(url).await];
    for size in 0..5 {
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let (store, text) = (stores[task % 2].clone(), format!("{size} by {task}"));
                tokio::spawn(async move { store.commit(&entry(size, &text)).await })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(new_size) => {
                    assert_eq!(new_size, size + 1);
                    won += 1;
                }
                Err(CommitFailure::Conflict { size: found }) => assert_eq!(found, size + 1),
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(won, 1);
    }
    assert_eq!(stores[0].log_entries(0, 99).await.unwrap().len(), 5);
    // Neither ahead nor behind, and not without entries either.
    for expected_size in [4, 6] {
        let batch = Batch { expected_size, ..Batch::default() };
        let refused = stores[0].commit(&batch).await;
        assert!(matches!(refused, Err(CommitFailure::Conflict { size: 5 })));
    }
}

pub(crate) async fn a_commit_that_fails_leaves_nothing(url: &str) {
    let store = store(url).await;
    let opening = payload::opening("secret");
    let mut batch = entry(0, "entry");
    batch.checkpoint_note = Some("note".to_owned());
    batch.payloads = vec![opening.clone()];
    let duty = ["account", "office", "360000-RST"].map(Into::into).to_vec();
    batch.rows = vec![RowChange::put(&table::DUTY, duty)];
    batch.box_items = vec![boxes::append("a", 0, &["item"]), boxes::append("b", 3, &["item"])];
    batch.trackers = vec![boxes::tracker("t", "a", 0)];
    let refused = store.commit(&batch).await.unwrap_err();
    let CommitFailure::BoxConflict { box_id, length } = refused else { panic!("{refused}") };
    assert_eq!((box_id.as_str(), length), ("b", 0));

    assert_eq!(store.log_size().await.unwrap(), 0);
    assert_eq!(store.latest_checkpoint().await.unwrap(), None);
    assert_eq!(store.payload(&opening.commitment()).await.unwrap(), None);
    assert!(store.all_rows("duty").await.unwrap().rows.is_empty());
    assert!(store.box_lengths().await.unwrap().is_empty());
    assert_eq!(store.find_tracker("t").await.unwrap(), None);

    batch.box_items[1].expected_position = 0;
    assert_eq!(store.commit(&batch).await.unwrap(), 1);
    assert_eq!(store.all_rows("duty").await.unwrap().rows.len(), 1);
    assert_eq!(store.box_lengths().await.unwrap(), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
}

pub(crate) async fn an_entry_too_long_is_refused(url: &str) {
    let store = store(url).await;
    let refused = store.commit(&entry(0, &"x".repeat(65_536))).await;
    assert!(matches!(refused, Err(CommitFailure::Entry(long)) if long.found_bytes == 65_536));
    store.commit(&entry(0, &"x".repeat(65_535))).await.unwrap();
    assert_eq!(store.log_size().await.unwrap(), 1);
}

pub(crate) async fn a_second_checkpoint_of_a_size_is_refused(url: &str) {
    let store = store(url).await;
    let mut batch = entry(0, "entry");
    batch.checkpoint_note = Some("first".to_owned());
    store.commit(&batch).await.unwrap();
    let note = Some("second".to_owned());
    let again = Batch { expected_size: 1, checkpoint_note: note, ..Batch::default() };
    let CommitFailure::Store(refused) = store.commit(&again).await.unwrap_err() else { panic!() };
    assert_eq!(refused.kind(), FailureKind::Refused);
    assert_eq!(store.checkpoint_at(1).await.unwrap().unwrap().note, "first");
}

pub(crate) async fn a_gap_in_the_log_is_an_error(url: &str) {
    let store = store(url).await;
    for size in 0..3 {
        store.commit(&entry(size, "entry")).await.unwrap();
    }
    let drop_trigger = if is_postgres(url) {
        "DROP TRIGGER log_entry_refuses_change ON log_entry"
    } else {
        "DROP TRIGGER log_entry_refuses_delete"
    };
    tamper(url, drop_trigger).await.unwrap();
    tamper(url, "DELETE FROM log_entry WHERE position = 1").await.unwrap();
    let damaged = store.log_entries(0, 9).await.unwrap_err();
    assert!(matches!(damaged, StoreFailure::Damaged { table: "log_entry", .. }));
    assert_eq!(damaged.kind(), FailureKind::Damaged);
    store.log_entries(1, 9).await.unwrap_err();
}
