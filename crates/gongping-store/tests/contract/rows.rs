use gongping_store::table::{ACCOUNT, BOX, DUTY, RANKING_ROW, TABLES, UNIT};
use gongping_store::{CommitFailure, RowChange, Store, StoreFailure, TableRows, Value};

use crate::{entry, store};

fn unit(id: &str, name: &str, closed_on: Option<&str>) -> Vec<Value> {
    let parent = Some("360000-RST");
    vec![
        id.into(),
        name.into(),
        "city".into(),
        parent.into(),
        "2007-06-15".into(),
        closed_on.into(),
    ]
}

async fn change(store: &Store, rows: Vec<RowChange>) -> Result<u64, CommitFailure> {
    let mut batch = entry(store.log_size().await.unwrap(), "event");
    batch.rows = rows;
    store.commit(&batch).await
}

pub(crate) async fn rows_are_put_and_deleted(url: &str) {
    let store = store(url).await;
    let duty = |unit: &str| vec!["a1".into(), "office".into(), unit.into()];
    let ranked =
        vec!["2025".into(), "u".into(), 1i64.into(), Value::Null, Value::Null, "优秀".into()];
    let rows = vec![
        RowChange::put(&UNIT, unit("b", "赣州市人力资源和社会保障局", None)),
        RowChange::put(&UNIT, unit("B", "upper case", None)),
        RowChange::put(&UNIT, unit("_", "underscore", Some("2025-01-01"))),
        RowChange::put(&DUTY, duty("360100-RSJ")),
        RowChange::put(&DUTY, duty("360100-RSJ")),
        RowChange::put(&DUTY, duty("360200-RSJ")),
        RowChange::put(&RANKING_ROW, ranked.clone()),
    ];
    change(&store, rows).await.unwrap();
    let names = |rows: &TableRows| rows.rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let units = store.all_rows("unit").await.unwrap();
    assert_eq!(names(&units), ["B", "_", "b"].map(Value::from));
    assert_eq!(units.rows[1], unit("_", "underscore", Some("2025-01-01")));
    assert_eq!(store.all_rows("duty").await.unwrap().rows.len(), 2);
    assert_eq!(store.all_rows("ranking_row").await.unwrap().rows, [ranked]);

    let rows = vec![
        RowChange::put(&UNIT, unit("b", "改名", Some("2025-12-31"))),
        RowChange::delete(&UNIT, vec!["B".into()]),
        RowChange::delete(&UNIT, vec!["never there".into()]),
        RowChange::delete(&DUTY, duty("360100-RSJ")),
    ];
    change(&store, rows).await.unwrap();
    let units = store.all_rows("unit").await.unwrap();
    assert_eq!(names(&units), ["_", "b"].map(Value::from));
    assert_eq!(units.rows[1], unit("b", "改名", Some("2025-12-31")));
    assert_eq!(store.all_rows("duty").await.unwrap().rows, [duty("360200-RSJ")]);
    for table in TABLES {
        store.all_rows(table.name).await.unwrap();
    }
}

pub(crate) async fn rows_that_do_not_fit_are_refused(url: &str) {
    let store = store(url).await;
    let account = vec!["id".into(), "login".into(), "display".into(), true.into()];
    let mut no_login = account.clone();
    no_login[1] = Value::Null;
    let mut text_for_number = account.clone();
    text_for_number[3] = "1".into();
    let mut nul = account.clone();
    nul[2] = "nul\0".into();
    let other_key =
        RowChange { table: "account", key: vec!["x".into()], row: Some(account.clone()) };
    for wrong in [
        RowChange::put(&ACCOUNT, no_login),
        RowChange::put(&ACCOUNT, text_for_number),
        RowChange::put(&ACCOUNT, nul),
        RowChange::put(&ACCOUNT, account[..3].to_vec()),
        RowChange::delete(&ACCOUNT, vec![]),
        RowChange::delete(&BOX, vec![1i64.into()]),
        RowChange { table: "log_entry", key: vec![0i64.into()], row: None },
        other_key,
    ] {
        let refused = change(&store, vec![wrong.clone()]).await;
        let shape = matches!(refused, Err(CommitFailure::Store(StoreFailure::RowShape { .. })));
        assert!(shape, "{wrong:?}");
    }
    assert_eq!(store.log_size().await.unwrap(), 0);
    assert!(matches!(store.all_rows("session").await, Err(StoreFailure::RowShape { .. })));
    change(&store, vec![RowChange::put(&ACCOUNT, account)]).await.unwrap();
}

pub(crate) async fn tables_are_replaced_upon_the_right_size(url: &str) {
    let store = store(url).await;
    let rows = vec![RowChange::put(&UNIT, unit("wrong", "x", None))];
    change(&store, rows).await.unwrap();
    let right = TableRows { table: "unit", rows: vec![unit("right", "x", None)] };
    let refused = store.replace_rows(0, std::slice::from_ref(&right)).await;
    assert!(matches!(refused, Err(CommitFailure::Conflict { size: 1 })));
    store.replace_rows(1, std::slice::from_ref(&right)).await.unwrap();
    assert_eq!(store.all_rows("unit").await.unwrap(), right);
    assert_eq!(store.log_size().await.unwrap(), 1);
}
