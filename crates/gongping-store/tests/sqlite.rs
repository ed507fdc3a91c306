//! What only a file can do: be copied while in use, and survive the death of its process.
#![allow(clippy::unwrap_used, reason = "a panic is the failing test")]
#![allow(clippy::print_stdout, reason = "the process to be killed reports what it was promised")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use gongping_store::{
    Batch, BoxAppend, BoxItem, FailureKind, LogEntry, Store, StoreFailure, Tracker,
};

async fn store(path: &Path) -> Store {
    let store = Store::open_file(path).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Entry `n` together with item `n` of a box and its tracker, so that a torn write would show.
fn step(n: u64) -> Batch {
    let bytes = format!("{n}").repeat(400).into_bytes();
    let items = vec![BoxItem { name: n.to_string(), bytes: bytes.clone() }];
    let tracker = n.to_string();
    Batch {
        expected_size: n,
        entries: vec![LogEntry { at_us: 0, bytes }],
        checkpoint_note: Some(format!("{}", n + 1)),
        box_items: vec![BoxAppend { box_id: "box".to_owned(), expected_position: n, items }],
        trackers: vec![Tracker {
            receipt: format!("receipt {tracker}"),
            tracker,
            box_id: "box".to_owned(),
            position: n,
            at_us: 0,
        }],
        ..Batch::default()
    }
}

/// Checks that log, checkpoint, box and trackers stand at the same step, and returns it.
async fn whole_steps(store: &Store) -> u64 {
    let size = store.log_size().await.unwrap();
    assert_eq!(store.log_entries(0, 100_000).await.unwrap().len() as u64, size);
    assert_eq!(store.latest_checkpoint().await.unwrap().map_or(0, |head| head.size), size);
    assert_eq!(store.box_length("box").await.unwrap(), size);
    for n in 0..size {
        assert!(store.find_tracker(&n.to_string()).await.unwrap().is_some());
    }
    size
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_store_is_whole_and_can_be_continued() {
    let folder = tempfile::tempdir().unwrap();
    let running = store(&folder.path().join("a ? 100% 市.sqlite")).await;
    let writer = running.clone();
    let writing = tokio::spawn(async move {
        for n in 0..150 {
            writer.commit(&step(n)).await.unwrap();
        }
    });
    while running.log_size().await.unwrap() < 20 {
        tokio::task::yield_now().await;
    }
    let copy = folder.path().join("backup's.sqlite");
    running.backup(&copy).await.unwrap();
    writing.await.unwrap();

    let exists = running.backup(&copy).await.unwrap_err();
    assert!(matches!(&exists, StoreFailure::BackupExists { path } if *path == copy));
    let nowhere = running.backup(&folder.path().join("none/backup")).await.unwrap_err();
    assert_ne!(nowhere.kind(), FailureKind::Bug);

    let copied = Store::open_file(&copy).await.unwrap();
    assert_eq!(copied.migrate().await.unwrap(), 0);
    let size = whole_steps(&copied).await;
    assert!((20..=150).contains(&size));
    copied.commit(&step(size)).await.unwrap();
    assert_eq!(whole_steps(&running).await, 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_being_killed() {
    // This test starts itself as the process to be killed.
    if let Some(path) = std::env::var_os("GONGPING_TEST_KILL") {
        return write_until_killed(Path::new(&path)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let mut promised = 0;
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_acknowledged_survives_being_killed", "--nocapture"])
            .env("GONGPING_TEST_KILL", &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.map_while(Result::ok) {
            if let Some((_, size)) = line.split_once("committed ") {
                promised = size.trim().parse().unwrap();
                if promised >= round * 25 {
                    break;
                }
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let reopened = store(&path).await;
        assert!(whole_steps(&reopened).await >= promised, "an acknowledged commit is lost");
        assert!(promised >= round * 25);
    }
}

async fn write_until_killed(path: &Path) {
    let store = store(path).await;
    let mut size = whole_steps(&store).await;
    loop {
        size = store.commit(&step(size)).await.unwrap();
        println!("\ncommitted {size}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    std::fs::write(&path, "not a database, but long enough to have a header ".repeat(50)).unwrap();
    let failure = match Store::open_file(&path).await {
        Ok(store) => store.migrate().await.unwrap_err(),
        Err(failure) => failure,
    };
    assert_eq!(failure.kind(), FailureKind::Damaged);
}

#[tokio::test]
async fn erased_content_is_in_no_byte_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = store(&path).await;
    let needle = "complaint of 张三 ".repeat(700);
    let opening = gongping_log::Opening::new([5; 32], needle.clone().into_bytes());
    let mut batch = step(0);
    batch.payloads = vec![opening.clone()];
    store.commit(&batch).await.unwrap();
    let found = |name: &str| {
        let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
        bytes.windows(25).any(|window| window == &needle.as_bytes()[..25])
    };
    assert!(found("store.sqlite") || found("store.sqlite-wal"));
    store.erase_payload(&opening.commitment(), 1).await.unwrap();
    assert!(!found("store.sqlite") && !found("store.sqlite-wal"));
}

#[tokio::test]
async fn addresses_of_no_store_are_refused_without_repeating_them() {
    for url in ["mysql://user:password@host/db", "sqlite::memory:", "password"] {
        let refused = Store::open(url).await.unwrap_err();
        assert!(matches!(refused, StoreFailure::Url { .. }), "{url}");
        assert!(!refused.to_string().contains("password@"));
    }
}
