//! Every page at every stage: there, in the reader's language, with something true to say.

use crate::desk::{APPRAISAL, Desk};
use axum::http::StatusCode;
use gongping_app::province::{Post, Until};

const STAGES: [(Until, &str, &str); 10] = [
    (Until::Planned, "2026-06-20T01:00:00Z", "筹备中"),
    (Until::Prepared, "2026-06-20T01:00:00Z", "筹备中"),
    (Until::Opened, "2026-06-20T01:00:00Z", "待拟调查方案"),
    (Until::SignedOnce, "2026-07-02T01:00:00Z", "调查方案待签"),
    (Until::Agreed, "2026-07-05T01:00:00Z", "交钥与发码"),
    (Until::Collecting, "2026-07-20T01:00:00Z", "测评进行中"),
    (Until::Closed, "2026-08-20T01:00:00Z", "已截止待开箱"),
    (Until::Tallied, "2026-08-25T01:00:00Z", "已开箱待排名"),
    (Until::Drafted, "2026-09-10T01:00:00Z", "排名待签"),
    (Until::Published, "2026-09-20T01:00:00Z", "已公布"),
];

const PAGES: [&str; 12] = [
    "/staff",
    "/staff/calendar",
    "/staff/appraisals",
    "/staff/units",
    "/staff/log",
    "/staff/password",
    "/staff/practice",
    APPRAISAL,
    "/staff/a/2026-360000-LSB/setup",
    "/staff/a/2026-360000-LSB/survey",
    "/staff/a/2026-360000-LSB/tally",
    "/staff/a/2026-360000-LSB/ranking",
];

/// Keys that found no text would stand on the page themselves.
fn assert_finished(text: &str, what: &str) {
    for prefix in
        ["workplace-", "rejection-", "stage-", "duty-", "log-event-", "inspection-state-", "input-"]
    {
        let leaked = text.split(prefix).skip(1).any(|rest| {
            let word: String = rest.chars().take_while(|c| c.is_ascii_lowercase()).collect();
            gongping_locale::arguments_of(&format!("{prefix}{word}")).is_some()
        });
        assert!(!leaked, "{prefix} on {what}");
    }
    assert!(!text.contains(" style=") && !text.contains("<style"), "inline style on {what}");
    assert!(!text.contains("<script>"), "inline script on {what}");
    assert!(text.contains("<h1"), "no heading on {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_has_something_to_say_at_every_stage() {
    for (until, now, stage) in STAGES {
        let (desk, _) = Desk::at(until, now).await;
        for post in Post::AT_ORGANISER {
            for path in PAGES {
                let answer = desk.page(post, path).await;
                assert_finished(&answer.text, &format!("{path} for {post:?} at {until:?}"));
            }
        }
        desk.page(Post::Coordination, APPRAISAL).await.has(stage);
        for path in PAGES {
            for language in ["en", "zh-TW"] {
                let answer = desk.get_in(Post::Office, path, language).await;
                assert_eq!(answer.status, StatusCode::OK, "{path} in {language} at {until:?}");
                assert_finished(&answer.text, &format!("{path} in {language} at {until:?}"));
            }
        }
        let inspection = desk.page(Post::Leader, &format!("{APPRAISAL}/inspection")).await;
        assert_finished(&inspection.text, "inspection");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shows_a_grade_before_the_draft() {
    let (desk, _) = Desk::at(Until::Tallied, "2026-08-25T01:00:00Z").await;
    desk.page(Post::Office, &format!("{APPRAISAL}/tally")).await.has("已开箱").lacks("优秀");
    desk.page(Post::Coordination, &format!("{APPRAISAL}/ranking")).await.lacks("名次</th>");
    let trace = format!("{APPRAISAL}/ranking/units/360100-LSB");
    let answer = desk.get_in(Post::Coordination, &trace, "zh").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn queue_says_whose_turn_it_is() {
    let (desk, _) = Desk::at(Until::SignedOnce, "2026-07-10T01:00:00Z").await;
    let today = desk.page(Post::Statistics, "/staff").await;
    today.has("代表统计局签署调查方案").has("已逾期").has("2026年7月6日");
    desk.page(Post::Liaison, "/staff").await.has("现在没有等您办理的事").has("统计局经办人");
    let overview = desk.page(Post::Office, APPRAISAL).await;
    overview.has("aria-current=\"step\"").has("统计局经办人").has("代表统计局签署调查方案");
}

#[tokio::test(flavor = "multi_thread")]
async fn calendar_draws_the_phases_with_today() {
    let (desk, _) = Desk::at(Until::Opened, "2026-07-20T01:00:00Z").await;
    let calendar = desk.page(Post::Liaison, "/staff/calendar").await;
    calendar.has("<svg").has("2026年7月1日至7月30日").has("正在进行：征求意见与自查自纠");
}

#[tokio::test(flavor = "multi_thread")]
async fn log_shows_entries_newest_first_with_their_bytes() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    let log = desk.page(Post::Liaison, "/staff/log").await;
    log.has("启动评议").has("appraisal_opened").has("test.example/log");
    let (opened, planned) = (log.text.find("启动评议"), log.text.find("建立评议"));
    assert!(opened < planned, "newest first");
    let older = desk.page(Post::Liaison, "/staff/log?before=3").await;
    older.has("登记单位").has("较新的").lacks("较早的");
}
