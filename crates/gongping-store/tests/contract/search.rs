use gongping_store::table::{FINDING, OPINION, SEARCH_WORD, SKETCH};
use gongping_store::{RowChange, Store, Subject, Value, WordSearch, term};

use crate::{entry, store};

const APPRAISAL: &str = "2026-360000-LSB";

fn opinion(number: i64, unit: &str, state: &str, at_us: i64) -> RowChange {
    let row = vec![
        APPRAISAL.into(),
        number.into(),
        unit.into(),
        if number % 2 == 0 { Value::Null } else { "B5".into() },
        "complaint".into(),
        "web".into(),
        "named".into(),
        state.into(),
        at_us.into(),
        Value::Null,
        1i64.into(),
    ];
    RowChange::put(&OPINION, row)
}

fn word(subject: Subject, number: i64, word: &str) -> RowChange {
    let row = vec![term(APPRAISAL, subject, word).into(), number.into()];
    RowChange::put(&SEARCH_WORD, row)
}

async fn put(store: &Store, rows: Vec<RowChange>) {
    let mut batch = entry(store.log_size().await.unwrap(), "event");
    batch.rows = rows;
    store.commit(&batch).await.unwrap();
}

fn search(words: &[&str]) -> WordSearch {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    WordSearch::of(APPRAISAL, Subject::Opinion, words, 10)
}

pub(crate) async fn words_are_found_within_what_was_asked(url: &str) {
    let store = store(url).await;
    let mut rows = Vec::new();
    for (number, unit, state) in
        [(1, "360100-LSB", "received"), (2, "360200-LSB", "received"), (3, "360100-LSB", "closed")]
    {
        rows.push(opinion(number, unit, state, number * 1000));
        rows.push(word(Subject::Opinion, number, "窗口"));
    }
    rows.push(word(Subject::Opinion, 1, "排队"));
    rows.push(word(Subject::Opinion, 2, "排队"));
    rows.push(word(Subject::Finding, 3, "排队"));
    put(&store, rows).await;

    let found = async |search: &WordSearch| store.search(search).await.unwrap();
    assert_eq!(found(&search(&["窗口"])).await, [3, 2, 1]);
    assert_eq!(found(&search(&["窗口", "排队"])).await, [2, 1]);
    assert_eq!(found(&search(&["排队", "窗口", "排队"])).await, [2, 1]);
    assert!(found(&search(&["没有的词"])).await.is_empty());
    assert!(found(&search(&["窗口", "没有的词"])).await.is_empty());
    assert!(found(&search(&[])).await.is_empty());
    let within = |change: fn(&mut WordSearch)| {
        let mut asked = search(&["窗口"]);
        change(&mut asked);
        asked
    };
    for (asked, expected) in [
        (within(|s| s.unit_id = "360100-LSB".to_owned()), vec![3, 1]),
        (within(|s| s.item = "B5".to_owned()), vec![3, 1]),
        (within(|s| s.state = "received".to_owned()), vec![2, 1]),
        (within(|s| s.matter = "praise".to_owned()), vec![]),
        (within(|s| s.from_us = 2000), vec![3, 2]),
        (within(|s| s.until_us = 2000), vec![1]),
        (within(|s| s.below = 3), vec![2, 1]),
        (within(|s| s.limit = 1), vec![3]),
        (within(|s| s.appraisal_id = "2025-360000-LSB".to_owned()), vec![]),
    ] {
        assert_eq!(found(&asked).await, expected, "{asked:?}");
    }
}

pub(crate) async fn a_common_word_within_a_unit_is_found_too(url: &str) {
    let store = store(url).await;
    let mut rows = Vec::new();
    for number in 1..=4100 {
        let unit = if number % 1000 == 0 { "360100-LSB" } else { "360200-LSB" };
        rows.push(opinion(number, unit, "received", number));
        rows.push(word(Subject::Opinion, number, "窗口"));
    }
    rows.push(word(Subject::Opinion, 2000, "排队"));
    put(&store, rows).await;
    let mut asked = search(&["窗口"]);
    asked.unit_id = "360100-LSB".to_owned();
    assert_eq!(store.search(&asked).await.unwrap(), [4000, 3000, 2000, 1000]);
    asked.below = 3000;
    assert_eq!(store.search(&asked).await.unwrap(), [2000, 1000]);
    asked.words.push("排队".to_owned());
    assert_eq!(store.search(&asked).await.unwrap(), [2000]);
    // Not among the unit's, and every place of the word is looked through.
    asked.unit_id = "360300-LSB".to_owned();
    assert!(store.search(&asked).await.unwrap().is_empty());
}

pub(crate) async fn findings_and_sketches_are_found(url: &str) {
    let store = store(url).await;
    let finding = |number: i64, unit: &str| {
        let row = vec![
            APPRAISAL.into(),
            number.into(),
            unit.into(),
            "B5".into(),
            2i64.into(),
            "open".into(),
            "commitment".into(),
            1i64.into(),
        ];
        RowChange::put(&FINDING, row)
    };
    let sketch = |number: i64, letters: &str| {
        RowChange::put(&SKETCH, vec![APPRAISAL.into(), number.into(), letters.into()])
    };
    put(
        &store,
        vec![
            finding(1, "360100-LSB"),
            finding(2, "360200-LSB"),
            word(Subject::Finding, 1, "排队"),
            word(Subject::Finding, 2, "排队"),
            opinion(7, "360100-LSB", "received", 1),
            opinion(8, "360100-LSB", "received", 1),
            opinion(9, "360200-LSB", "received", 1),
            sketch(7, "号坏机"),
            sketch(8, "排窗"),
            sketch(9, "排"),
        ],
    )
    .await;
    let mut asked = WordSearch::of(APPRAISAL, Subject::Finding, vec!["排队".to_owned()], 10);
    assert_eq!(store.search(&asked).await.unwrap(), [2, 1]);
    asked.unit_id = "360100-LSB".to_owned();
    assert_eq!(store.search(&asked).await.unwrap(), [1]);
    asked.state = "dissolved".to_owned();
    assert!(store.search(&asked).await.unwrap().is_empty());
    let of_unit = store.sketches(APPRAISAL, "360100-LSB", 10).await.unwrap();
    assert_eq!(of_unit, [(8, "排窗".to_owned()), (7, "号坏机".to_owned())]);
    assert_eq!(store.sketches(APPRAISAL, "360100-LSB", 1).await.unwrap().len(), 1);
}
