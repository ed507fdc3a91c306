//! Logging in and out, passwords, and who may not do what.

use crate::desk::{APPRAISAL, Desk, PROVINCE};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use gongping_app::province::{PASSWORD, Post, Until, login_of};
use gongping_testkit::unit;

#[tokio::test(flavor = "multi_thread")]
async fn practice_accounts_are_offered_and_filled_in() {
    let desk = Desk::new().await;
    let request = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let plain = desk.send(request("/staff/log-in")).await;
    plain.has(PASSWORD).has("360000-office").lacks(&format!("value=\"{PASSWORD}\""));
    let filled = desk.send(request("/staff/log-in?as=360000-office")).await;
    filled.has("value=\"360000-office\"").has(&format!("value=\"{PASSWORD}\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_refused_and_the_name_is_kept() {
    let desk = Desk::new().await;
    let answer = desk.log_in("360000-office", "wrong").await;
    answer.is_refused(422).has("value=\"360000-office\"").lacks("value=\"wrong\"");
    let good = desk.log_in("360000-office", PASSWORD).await;
    assert_eq!((good.status, good.location.as_str()), (StatusCode::SEE_OTHER, "/staff/units"));
    assert!(good.cookie.contains("HttpOnly") && good.cookie.contains("SameSite=Strict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_the_session() {
    let desk = Desk::new().await;
    desk.page(Post::Office, "/staff").await;
    desk.post(Post::Office, "/staff/log-out", &[]).await.is_done("logged-out");
    let answer = desk.get_in(Post::Office, "/staff", "zh").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location.starts_with("/staff/log-in?to="), "{}", answer.location);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_password_changes_only_with_the_old_one() {
    let desk = Desk::new().await;
    let new = "a-new-long-password";
    let change = |old: &'static str, new: &'static str, again: &'static str| {
        [("old", old), ("new", new), ("again", again)]
    };
    let path = "/staff/password";
    desk.post(Post::Office, path, &change(PASSWORD, new, "other")).await.is_refused(422);
    desk.post(Post::Office, path, &change("wrong", new, new)).await.is_refused(422);
    desk.post(Post::Office, path, &change(PASSWORD, "x", "x")).await.is_refused(422);
    desk.post(Post::Office, path, &change(PASSWORD, new, new)).await.is_done("password-set");
    let login = login_of(&unit(PROVINCE), Post::Office);
    assert_eq!(desk.log_in(&login, new).await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.log_in(&login, PASSWORD).await.status.as_u16(), 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lacks_the_duty_is_refused_and_not_offered_the_button() {
    let (desk, _) = Desk::at(Until::Prepared, "2026-06-20T01:00:00Z").await;
    let open = format!("{APPRAISAL}/setup/open");
    let answer = desk.post(Post::Coordination, &open, &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    answer.has("“启动民主评议”由办公室主任办理（江西省劳动和社会保障厅）");
    let setup = desk.page(Post::Coordination, &format!("{APPRAISAL}/setup")).await;
    setup.lacks("/setup/open\"").has("由办公室主任办理");
    desk.page(Post::Office, &format!("{APPRAISAL}/setup")).await.has("/setup/open\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_clock_runs_forward_only() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    let set = |to: &'static str| [("to", to)];
    let path = "/staff/practice";
    desk.post(Post::Liaison, path, &set("soon")).await.is_refused(422).has("value=\"soon\"");
    desk.post(Post::Liaison, path, &set("2026-01-01T09:00")).await.is_refused(422);
    let moved = desk.post(Post::Liaison, path, &set("2026-07-02T09:00")).await;
    moved.is_done("clock-set");
    desk.keep_cookie(Post::Liaison, &moved);
    desk.page(Post::Liaison, path).await.has("2026年7月2日");
}
