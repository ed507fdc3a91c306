use gongping_log::Opening;
use gongping_store::{Payload, StoreFailure};

use crate::{entry, is_postgres, store, tamper};

pub(crate) fn opening(text: &str) -> Opening {
    Opening::new([9; 32], text.as_bytes().to_vec())
}

pub(crate) async fn content_is_kept_checked_and_erased(url: &str) {
    let store = store(url).await;
    let (kept, erased) = (opening("kept"), opening("complaint of 张三"));
    let mut batch = entry(0, "commitments");
    batch.payloads = vec![kept.clone(), erased.clone(), opening("")];
    store.commit(&batch).await.unwrap();
    let found = store.payload(&erased.commitment()).await.unwrap();
    assert_eq!(found, Some(Payload::Kept(erased.clone())));
    assert_eq!(store.payload(&opening("other").commitment()).await.unwrap(), None);

    assert!(store.erase_payload(&erased.commitment(), 42).await.unwrap());
    assert!(!store.erase_payload(&erased.commitment(), 43).await.unwrap());
    assert!(!store.erase_payload(&opening("other").commitment(), 43).await.unwrap());
    let gone = Some(Payload::Erased { at_us: 42 });
    assert_eq!(store.payload(&erased.commitment()).await.unwrap(), gone);

    // What was erased does not come back by being sent again.
    let mut again = entry(1, "again");
    again.payloads = vec![erased.clone()];
    store.commit(&again).await.unwrap();
    assert_eq!(store.payload(&erased.commitment()).await.unwrap(), gone);

    let (drop_trigger, change) = if is_postgres(url) {
        (
            "DROP TRIGGER payload_refuses_update ON payload",
            "UPDATE payload SET bytes = '\\x00' WHERE erased_at IS NULL",
        )
    } else {
        (
            "DROP TRIGGER payload_refuses_update",
            "UPDATE payload SET bytes = x'00' WHERE erased_at IS NULL",
        )
    };
    tamper(url, drop_trigger).await.unwrap();
    tamper(url, change).await.unwrap();
    let damaged = store.payload(&kept.commitment()).await;
    assert!(matches!(damaged, Err(StoreFailure::Damaged { table: "payload", .. })));
}
