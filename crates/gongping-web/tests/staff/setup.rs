//! Planning, rulebook, calendar, opening.

use crate::desk::{APPRAISAL, Desk};
use axum::http::StatusCode;
use gongping_app::province::{Post, Until};

const CALENDAR: [(&str, &str); 8] = [
    ("first-mobilisation", "2026-06-15"),
    ("last-mobilisation", "2026-06-30"),
    ("first-opinions", "2026-07-01"),
    ("last-opinions", "2026-07-30"),
    ("first-rectification", "2026-08-01"),
    ("last-rectification", "2026-08-15"),
    ("first-tally", "2026-08-15"),
    ("last-tally", "2026-09-05"),
];

fn calendar(seen: &str) -> Vec<(&str, &str)> {
    CALENDAR.into_iter().chain([("seen", seen)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn appraisal_is_planned_from_the_queue_to_the_opening() {
    let desk = Desk::new().await;
    let (post, new) = (Post::Coordination, "/staff/appraisals/new");
    desk.page(post, "/staff").await.has("新建2026年度民主评议");
    desk.page(post, new).await.has("南昌市").has("景德镇市").lacks("东湖区");
    let plan = |year: &'static str, second: &'static str| {
        [
            ("organiser", "360000-LSB"),
            ("year", year),
            ("title", "省直评议"),
            ("unit", "360100-LSB"),
            ("unit", second),
        ]
    };
    desk.post(post, new, &plan("soon", "360200-LSB")).await.is_refused(422).has("省直评议");
    desk.post(post, new, &plan("2026", "360102-LSB")).await.is_refused(422);
    desk.post(post, new, &plan("2026", "360200-LSB")).await.is_done("appraisal-planned");
    desk.post(post, new, &plan("2026", "360200-LSB")).await.is_refused(422).has("已经建立");

    let setup = format!("{APPRAISAL}/setup");
    let seen = desk.page(post, &setup).await.hidden("seen");
    let rulebook = format!("{setup}/rulebook");
    desk.post(post, &rulebook, &[("which", "builtin"), ("seen", &seen)])
        .await
        .is_done("rulebook-adopted");
    desk.page(post, &setup).await.has("35 至 93 分").has("8 项评议内容");
    let dates = format!("{setup}/calendar");
    let seen = desk.page(post, &setup).await.hidden("seen");
    desk.post(post, &dates, &calendar(&seen)).await.is_done("calendar-set");
    desk.page(Post::Office, "/staff").await.has("启动评议（方案随即冻结）");
    let open = format!("{setup}/open");
    desk.post(Post::Office, &open, &[]).await.is_done("appraisal-opened");
    desk.post(Post::Office, &open, &[]).await.is_refused(409);
    desk.page(post, &setup).await.has("方案已冻结").lacks("/setup/rulebook\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_a_rulebook_is_named_with_its_line() {
    let (desk, _) = Desk::at(Until::Planned, "2026-06-16T01:00:00Z").await;
    let path = format!("{APPRAISAL}/setup/rulebook");
    let text = "format = 1\r\nid = \"x\"\r\nnonsense = true\r\n";
    let answer = desk.post(Post::Coordination, &path, &[("text", text)]).await;
    answer.is_refused(422).has("第 3 行").has("这里没有“nonsense”这个键").has("nonsense = true");
    desk.post(Post::Coordination, &path, &[("text", " ")]).await.is_refused(422);
    let broken = Some(("file", "plan.toml", "= ="));
    let answer = desk.upload(Post::Coordination, &path, &[], broken).await;
    answer.is_refused(422).has("不是有效的 TOML");
    let own = gongping_testkit::RULEBOOK.replace('\n', "\r\n");
    let answer = desk.post(Post::Coordination, &path, &[("text", &own)]).await;
    answer.is_done("rulebook-adopted");
    let world = desk.test.app.world();
    let adopted = world.appraisal(&desk.test.appraisal()).unwrap().rulebook().unwrap();
    assert_eq!(adopted.text, gongping_testkit::RULEBOOK, "line feeds, as in the file");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_editor_is_told_and_keeps_what_was_typed() {
    let (desk, _) = Desk::at(Until::Planned, "2026-06-16T01:00:00Z").await;
    let setup = format!("{APPRAISAL}/setup");
    let seen = desk.page(Post::Coordination, &setup).await.hidden("seen");
    let dates = format!("{setup}/calendar");
    let other = desk.post(Post::Coordination, &dates, &calendar(&seen)).await;
    other.is_done("calendar-set");
    let mut mine = calendar(&seen);
    mine[1].1 = "2026-06-29";
    let answer = desk.post(Post::Coordination, &dates, &mine).await;
    answer.is_refused(409).has("别人改动了").has("value=\"2026-06-29\"");
    // The page now carries the new revision: submitting again is a decision, not an accident.
    let seen = answer.hidden("seen");
    mine[8].1 = &seen;
    desk.post(Post::Coordination, &dates, &mine).await.is_done("calendar-set");
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_are_missing_or_out_of_order_are_named() {
    let (desk, _) = Desk::at(Until::Planned, "2026-06-16T01:00:00Z").await;
    let path = format!("{APPRAISAL}/setup/calendar");
    let mut dates = calendar("");
    dates[2].1 = "";
    let answer = desk.post(Post::Coordination, &path, &dates).await;
    answer.is_refused(422).has("“征求意见与自查自纠”的日期没有填全").has("2026-08-01");
    dates[2].1 = "2026-07-31";
    let answer = desk.post(Post::Coordination, &path, &dates).await;
    answer.is_refused(422).has("日期前后颠倒").has("2026-07-31");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_waits_for_rulebook_and_dates() {
    let (desk, _) = Desk::at(Until::Planned, "2026-06-16T01:00:00Z").await;
    desk.page(Post::Office, &format!("{APPRAISAL}/setup")).await.has("采用方案并确定日期之后");
    let answer = desk.post(Post::Office, &format!("{APPRAISAL}/setup/open"), &[]).await;
    answer.is_refused(422).has("还缺少评议方案");
    let unknown = desk.get_in(Post::Office, "/staff/a/2026-999999-X/setup", "zh").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
