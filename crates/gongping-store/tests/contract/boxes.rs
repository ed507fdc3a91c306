use gongping_store::{BoxAppend, BoxItem, CommitFailure, Store, Tracker};

use crate::store;

pub(crate) fn append(box_id: &str, expected_position: u64, items: &[&str]) -> BoxAppend {
    let item =
        |text: &&str| BoxItem { name: format!("{text}.json"), bytes: text.as_bytes().to_vec() };
    let items = items.iter().map(item).collect();
    BoxAppend { box_id: box_id.to_owned(), expected_position, items }
}

pub(crate) fn tracker(tracker: &str, box_id: &str, position: u64) -> Tracker {
    let receipt = format!("receipt {tracker}");
    Tracker { tracker: tracker.to_owned(), box_id: box_id.to_owned(), position, at_us: 7, receipt }
}

pub(crate) async fn a_sheet_enters_all_its_boxes_or_none(url: &str) {
    let store = store(url).await;
    let sheet = [append("b", 0, &["b0", "b1"]), append("a", 0, &["a0"])];
    store.append_box_items(&sheet, &[tracker("t", "b", 1)]).await.unwrap();
    assert_eq!(store.box_length("b").await.unwrap(), 2);
    assert_eq!(store.box_length("nobody's").await.unwrap(), 0);
    let items = store.box_items("b", 1, 9).await.unwrap();
    assert_eq!((items.len(), items[0].position, items[0].name.as_str()), (1, 1, "b1.json"));
    assert_eq!(store.box_items("b", 0, 1).await.unwrap()[0].bytes, b"b0");
    assert_eq!(store.find_tracker("t").await.unwrap(), Some(tracker("t", "b", 1)));
    assert_eq!(store.ballot_times("b").await.unwrap(), [tracker("t", "b", 1).at_us]);
    assert!(store.ballot_times("another").await.unwrap().is_empty());

    let late = [append("a", 1, &["a1"]), append("b", 1, &["b1"])];
    let refused = store.append_box_items(&late, &[]).await.unwrap_err();
    let CommitFailure::BoxConflict { box_id, length } = refused else { panic!("{refused}") };
    assert_eq!((box_id.as_str(), length), ("b", 2));
    assert_eq!(store.box_length("a").await.unwrap(), 1);
}

pub(crate) async fn two_connections_append_to_the_same_boxes(url: &str) {
    const SHEETS: u64 = 15;
    async fn cast(store: Store, voter: &'static str, boxes: [&'static str; 2]) {
        for sheet in 0..SHEETS {
            loop {
                let name = format!("{voter}{sheet}");
                let mut lengths = [0; 2];
                for (length, id) in lengths.iter_mut().zip(boxes) {
                    *length = store.box_length(id).await.unwrap();
                }
                let appends = [0, 1].map(|at| append(boxes[at], lengths[at], &[&name]));
                let trackers = [0, 1]
                    .map(|at| tracker(&format!("{name} {}", boxes[at]), boxes[at], lengths[at]));
                match store.append_box_items(&appends, &trackers).await {
                    Ok(()) => break,
                    Err(CommitFailure::BoxConflict { .. }) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    let (one, two) = (store(url).await, store(url).await);
    let three = one.clone();
    // In opposite orders, which must not end in a deadlock.
    let voters = [
        tokio::spawn(cast(one.clone(), "x", ["a", "b"])),
        tokio::spawn(cast(two, "y", ["b", "a"])),
        tokio::spawn(cast(three, "z", ["a", "b"])),
    ];
    for voter in voters {
        voter.await.unwrap();
    }
    for id in ["a", "b"] {
        let items = one.box_items(id, 0, 1000).await.unwrap();
        assert_eq!(items.len() as u64, 3 * SHEETS);
        for item in items {
            let tracker = format!("{} {id}", item.name.trim_end_matches(".json"));
            assert_eq!(one.find_tracker(&tracker).await.unwrap().unwrap().position, item.position);
        }
    }
}

pub(crate) async fn many_sheets_enter_in_one_write(url: &str) {
    let store = store(url).await;
    let group = [append("a", 0, &["1"]), append("b", 0, &["1"]), append("a", 1, &["2", "3"])];
    store.append_box_items(&group, &[]).await.unwrap();
    let items = store.box_items("a", 0, 9).await.unwrap();
    assert_eq!(
        items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(),
        ["1.json", "2.json", "3.json"]
    );
}

pub(crate) async fn many_items_and_trackers_enter_in_their_order(url: &str) {
    // More than one statement takes, and a number that it does not divide.
    let store = store(url).await;
    let names: Vec<String> = (0..19).map(|number| format!("{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let trackers: Vec<_> = (0..19).map(|at| tracker(names[at], "a", at as u64)).collect();
    store.append_box_items(&[append("a", 0, &names)], &trackers).await.unwrap();
    let items = store.box_items("a", 0, 99).await.unwrap();
    assert_eq!(items.len(), names.len());
    for (item, name) in items.iter().zip(&names) {
        assert_eq!(item.name, format!("{name}.json"));
        assert_eq!(store.find_tracker(name).await.unwrap().unwrap().position, item.position);
    }
    // One that is taken spoils the whole group, wherever it stands.
    let again: Vec<_> = (17..30).map(|at| tracker(&format!("{at}"), "a", at)).collect();
    let more: Vec<String> = (19..30).map(|number| format!("{number}")).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let refused = store.append_box_items(&[append("a", 19, &more)], &again).await;
    assert!(matches!(refused, Err(CommitFailure::TrackerTaken { .. })), "{refused:?}");
    assert_eq!(store.box_length("a").await.unwrap(), 19);
}

pub(crate) async fn receipts_are_looked_up_together(url: &str) {
    let store = store(url).await;
    let trackers = [tracker("1", "a", 0), tracker("2", "a", 1)];
    store.append_box_items(&[append("a", 0, &["1", "2"])], &trackers).await.unwrap();
    for count in [0, 1, 2, 8, 9, 20] {
        let asked: Vec<String> = (1..=count).map(|number| format!("receipt {number}")).collect();
        let taken = store.taken_receipts(&asked).await.unwrap();
        let expected: Vec<String> = asked.iter().take(2).cloned().collect();
        assert_eq!(taken.into_iter().collect::<Vec<_>>(), expected, "of {count}");
    }
}

pub(crate) async fn a_tracker_is_taken_once(url: &str) {
    let store = store(url).await;
    store.append_box_items(&[append("a", 0, &["1"])], &[tracker("t", "a", 0)]).await.unwrap();
    let again = store.append_box_items(&[append("a", 1, &["1"])], &[tracker("t", "a", 1)]).await;
    assert!(matches!(again, Err(CommitFailure::TrackerTaken { tracker }) if tracker == "t"));
    assert_eq!(store.box_length("a").await.unwrap(), 1);
    // A tracker must point at an item.
    let nowhere = store.append_box_items(&[], &[tracker("u", "a", 5)]).await;
    assert!(matches!(nowhere, Err(CommitFailure::Store(_))));
}
