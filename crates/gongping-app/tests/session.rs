//! Who gets in, for how long, and what an administrator may hand out.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::account::{self, NewAccount};
use gongping_app::province::{PASSWORD, Post, login_of};
use gongping_app::session::{SHORTEST_PASSWORD, find, log_in, log_out};
use gongping_app::{LogInRefusal, Refusal};
use gongping_appraisal::permission::ManageAccounts;
use gongping_appraisal::{AccountId, Allowed, Duty, DutyGrant, Rejection};
use gongping_testkit::{TestApp, unit};
use jiff::SignedDuration;
use std::collections::BTreeSet;

const HERE: &str = "10.0.0.1";
const ELSEWHERE: &str = "10.0.0.2";

fn login() -> String {
    login_of(&unit("360000-LSB"), Post::Office)
}

fn why<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> LogInRefusal {
    match outcome {
        Err(Refusal::LogIn(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn administrator(test: &TestApp, at: &str) -> Allowed<ManageAccounts> {
    test.may(at, Post::Administrator).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_are_told_alike() {
    let test = TestApp::new().await;
    for (name, password) in [
        (&*login(), "wrong-password"),
        (&*login(), ""),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("360000-OFFICE", PASSWORD),
    ] {
        let refusal = why(log_in(&test.app, name, password, HERE).await);
        assert_eq!(refusal, LogInRefusal::WrongNameOrPassword, "{name:?}");
    }
    let token = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    let office = test.account("360000-LSB", Post::Office);
    assert_eq!(find(&test.app, &token).await.unwrap(), Some(office));
    for invented in ["", "x", &token[1..], &token.to_lowercase()] {
        assert_eq!(find(&test.app, invented).await.unwrap(), None);
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_locks_the_guesser_out_and_nobody_else() {
    let test = TestApp::new().await;
    for _ in 0..10 {
        let refusal = why(log_in(&test.app, &login(), "wrong-password", HERE).await);
        assert_eq!(refusal, LogInRefusal::WrongNameOrPassword);
    }
    let locked = LogInRefusal::TooManyAttempts { wait_seconds: 900 };
    assert_eq!(why(log_in(&test.app, &login(), PASSWORD, HERE).await), locked);
    // The owner from another network, and others from this one, still get in.
    log_in(&test.app, &login(), PASSWORD, ELSEWHERE).await.unwrap();
    let other = login_of(&unit("360000-LSB"), Post::Liaison);
    log_in(&test.app, &other, PASSWORD, HERE).await.unwrap();
    assert_eq!(why(log_in(&test.app, &login(), PASSWORD, HERE).await), locked);
    test.advance_to(test.app.now() + SignedDuration::from_mins(16));
    log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_over_many_names_locks_its_network_out() {
    let test = TestApp::new().await;
    for guess in 0..200 {
        let refusal = why(log_in(&test.app, &format!("guess-{guess}"), "x", HERE).await);
        assert_eq!(refusal, LogInRefusal::WrongNameOrPassword);
    }
    let refusal = why(log_in(&test.app, &login(), PASSWORD, HERE).await);
    assert!(matches!(refusal, LogInRefusal::TooManyAttempts { .. }));
    log_in(&test.app, &login(), PASSWORD, ELSEWHERE).await.unwrap();
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_a_working_day_without_use_or_by_logging_out() {
    let test = TestApp::new().await;
    let token = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    let other = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    for _ in 0..3 {
        test.advance_to(test.app.now() + SignedDuration::from_hours(9));
        assert!(find(&test.app, &token).await.unwrap().is_some(), "used all the time");
    }
    assert!(find(&test.app, &other).await.unwrap().is_none(), "not used for 27 hours");
    assert_eq!(test.app.purge_sessions().await.unwrap(), 1);
    test.advance_to(test.app.now() + SignedDuration::from_hours(10));
    assert!(find(&test.app, &token).await.unwrap().is_none());
    let token = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    log_out(&test.app, &token).await.unwrap();
    assert!(find(&test.app, &token).await.unwrap().is_none());
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_sessions_of_its_account() {
    let test = TestApp::new().await;
    let office = test.account("360000-LSB", Post::Office);
    let own = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    let bystander = test.log_in("360000-LSB", Post::Liaison).await.unwrap();
    for weak in ["", "short", "123456789", &"密".repeat(SHORTEST_PASSWORD - 1)] {
        match account::set_own_password(&test.app, &office, weak).await {
            Err(Refusal::Input { code: "password-weak", args }) => {
                assert_eq!(args, [("shortest", "10".to_owned())]);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(find(&test.app, &own).await.unwrap().is_some(), "nothing has changed");
    account::set_own_password(&test.app, &office, "民主评议政风行风好办法").await.unwrap();
    assert!(find(&test.app, &own).await.unwrap().is_none());
    assert!(find(&test.app, &bystander).await.unwrap().is_some());
    let refusal = why(log_in(&test.app, &login(), PASSWORD, HERE).await);
    assert_eq!(refusal, LogInRefusal::WrongNameOrPassword);
    let own = log_in(&test.app, &login(), "民主评议政风行风好办法", HERE).await.unwrap();
    let allowed = administrator(&test, "360000-LSB");
    account::set_password(&test.app, allowed, &office, "set-by-another").await.unwrap();
    assert!(find(&test.app, &own).await.unwrap().is_none());
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_out_at_once_and_for_good() {
    let test = TestApp::new().await;
    let other = test.another_node().await;
    let office = test.account("360000-LSB", Post::Office);
    let token = log_in(&test.app, &login(), PASSWORD, HERE).await.unwrap();
    account::close(&test.app, administrator(&test, "360000-LSB"), office.clone()).await.unwrap();
    for app in [&test.app, &other] {
        assert!(find(app, &token).await.unwrap().is_none());
    }
    let refusal = why(log_in(&test.app, &login(), PASSWORD, HERE).await);
    assert_eq!(refusal, LogInRefusal::WrongNameOrPassword);
    let allowed = administrator(&test, "360000-LSB");
    let again = account::set_password(&test.app, allowed, &office, "long-enough-1").await;
    assert!(matches!(again, Err(Refusal::Rejected(Rejection::UnknownAccount { .. }))));
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_hands_out_nothing_above_the_own_unit() {
    let test = TestApp::new().await;
    let city = || administrator(&test, "360100-LSB");
    let grant = |duty, at: &str| DutyGrant { duty, unit: unit(at) };
    let not_allowed = |outcome: Result<(), Refusal>| {
        assert!(matches!(outcome, Err(Refusal::Rejected(Rejection::NotAllowed { .. }))));
    };
    let size = test.app.world().size();
    let own = test.account("360100-LSB", Post::Administrator);
    let office = test.account("360000-LSB", Post::Office);
    for at in ["360000-LSB", "360200-LSB"] {
        let duties = BTreeSet::from([
            grant(Duty::Administrator, "360100-LSB"),
            grant(Duty::OfficeDirector, at),
        ]);
        not_allowed(account::change_duties(&test.app, city(), own.clone(), duties.clone()).await);
        let new = NewAccount {
            id: AccountId::parse("a-new").unwrap(),
            login: "new".to_owned(),
            title: "新账号".to_owned(),
            duties,
        };
        not_allowed(account::open(&test.app, city(), new, "long-enough-1").await);
    }
    // Nor does it reach the accounts of the level above: their duties, passwords and existence.
    let none = BTreeSet::new();
    not_allowed(account::change_duties(&test.app, city(), office.clone(), none).await);
    not_allowed(account::set_password(&test.app, city(), &office, "long-enough-1").await);
    not_allowed(account::close(&test.app, city(), office.clone()).await);
    assert_eq!(test.app.world().size(), size, "nothing was logged");
    test.log_in("360000-LSB", Post::Office).await.unwrap();
    // Below the own unit everything goes.
    let duties = BTreeSet::from([grant(Duty::OfficeDirector, "360102-LSB")]);
    let new = NewAccount {
        id: AccountId::parse("a-new").unwrap(),
        login: "new".to_owned(),
        title: "新账号".to_owned(),
        duties,
    };
    account::open(&test.app, city(), new, "long-enough-1").await.unwrap();
    log_in(&test.app, "new", "long-enough-1", HERE).await.unwrap();
    test.assert_sound().await;
}
