use gongping_store::{FailureKind, LoginWindow, Secret, Session, TokenHash};

use crate::{entry, store};

fn session(token: u8, account_id: &str) -> Session {
    Session {
        token_hash: TokenHash([token; 32]),
        account_id: account_id.to_owned(),
        created_us: 100,
        seen_us: 100,
        expires_us: 200,
    }
}

pub(crate) async fn sessions_begin_are_touched_and_end(url: &str) {
    let store = store(url).await;
    let one = session(1, "account");
    store.create_session(&one).await.unwrap();
    let twice = store.create_session(&one).await.unwrap_err();
    assert_eq!(twice.kind(), FailureKind::Refused);
    assert_eq!(store.session(one.token_hash, 199).await.unwrap(), Some(one.clone()));
    assert_eq!(store.session(one.token_hash, 200).await.unwrap(), None);
    assert_eq!(store.session(TokenHash([9; 32]), 100).await.unwrap(), None);

    assert!(store.touch_session(one.token_hash, 150, 250).await.unwrap());
    assert!(!store.touch_session(one.token_hash, 140, 240).await.unwrap());
    assert_eq!(store.session(one.token_hash, 249).await.unwrap().unwrap().seen_us, 150);

    for (token, account) in [(2, "account"), (3, "other"), (4, "account")] {
        store.create_session(&session(token, account)).await.unwrap();
    }
    assert!(store.delete_session(TokenHash([4; 32])).await.unwrap());
    assert!(!store.delete_session(TokenHash([4; 32])).await.unwrap());
    assert_eq!(store.purge_sessions(200).await.unwrap(), 2);
    assert_eq!(store.delete_sessions_of("account").await.unwrap(), 1);
    assert_eq!(store.session(one.token_hash, 0).await.unwrap(), None);
}

pub(crate) async fn secrets_are_replaced(url: &str) {
    let store = store(url).await;
    let secret = |hash: &str, changed_at_us| Secret {
        account_id: "account".to_owned(),
        password_hash: hash.to_owned(),
        changed_at_us,
    };
    assert_eq!(store.secret("account").await.unwrap(), None);
    let mut batch = entry(0, "account opened");
    batch.secrets = vec![secret("$argon2id$1", 1)];
    store.commit(&batch).await.unwrap();
    assert_eq!(store.secret("account").await.unwrap(), Some(secret("$argon2id$1", 1)));
    store.set_secret(&secret("$argon2id$2", 2)).await.unwrap();
    assert_eq!(store.secret("account").await.unwrap(), Some(secret("$argon2id$2", 2)));
    assert_eq!(format!("{:?}", secret("hash", 3)), "Secret(account)");
}

pub(crate) async fn failed_log_ins_are_counted_by_run(url: &str) {
    let store = store(url).await;
    let at = |now_us| LoginWindow { now_us, since_us: now_us - 60 };
    assert_eq!(store.count_login_failure("a@net", at(100)).await.unwrap(), 1);
    assert_eq!(store.count_login_failure("a@net", at(110)).await.unwrap(), 2);
    assert_eq!(store.count_login_failure("b@net", at(110)).await.unwrap(), 1);
    assert_eq!(store.login_failures("a@net", 50).await.unwrap(), 2);
    assert_eq!(store.login_failures("a@net", 101).await.unwrap(), 0);
    assert_eq!(store.count_login_failure("a@net", at(161)).await.unwrap(), 1);
    store.clear_login_failures("a@net").await.unwrap();
    assert_eq!(store.login_failures("a@net", 0).await.unwrap(), 0);
    assert_eq!(store.purge_login_failures(111).await.unwrap(), 1);
}
