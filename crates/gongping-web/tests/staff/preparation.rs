//! Plans of the levels below, roster and channels, as browsers meet them (A2, C1, C2).

use crate::desk::{APPRAISAL, Desk};
use gongping_app::doctor;
use gongping_app::province::{PASSWORD, Post, Until};

const DATES: [(&str, &str); 8] = [
    ("first-mobilisation", "2026-06-18"),
    ("last-mobilisation", "2026-06-30"),
    ("first-opinions", "2026-07-01"),
    ("last-opinions", "2026-07-30"),
    ("first-rectification", "2026-08-01"),
    ("last-rectification", "2026-08-15"),
    ("first-tally", "2026-08-15"),
    ("last-tally", "2026-09-05"),
];

const NOW: &str = "2026-06-23T01:00:00Z";

/// The province's appraisal is open; the contact of 360200 is logged in as [`Post::Unit`].
async fn desk() -> Desk {
    let (desk, _) = Desk::at(Until::Opened, NOW).await;
    as_contact(&desk).await;
    desk
}

async fn as_contact(desk: &Desk) {
    let answer = desk.log_in("360200-unit", PASSWORD).await;
    desk.keep_cookie(Post::Unit, &answer);
}

fn draft<'a>(seen: &'a str, people: &'a str) -> Vec<(&'a str, &'a str)> {
    let parts = [("people", people), ("items", ""), ("survey", "问卷"), ("publicity", "电台")];
    DATES.into_iter().chain(parts).chain([("seen", seen)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_goes_from_the_units_queue_to_the_office_and_back() {
    let desk = desk().await;
    let address = format!("{APPRAISAL}/plans/360200-LSB");
    let save = format!("{address}/draft");
    desk.page(Post::Unit, "/staff").await.has("制定本单位实施方案");
    desk.page(Post::Unit, &address).await.has("上级日期").lacks("/setup\"");

    // What was typed is kept, and dates outside those above are named.
    let seen = desk.page(Post::Unit, &address).await.hidden("seen");
    desk.post(Post::Unit, &save, &draft(&seen, ""))
        .await
        .is_refused(422)
        .has("组织领导")
        .has("电台");
    let mut outside = draft(&seen, "张三任组长");
    outside[0].1 = "2026-06-01";
    let answer = desk.post(Post::Unit, &save, &outside).await;
    answer.is_refused(422).has("部署动员").has("张三任组长");

    desk.post(Post::Unit, &save, &draft(&seen, "张三任组长")).await.is_done("plan-drafted");
    let late = desk.post(Post::Unit, &save, &draft(&seen, "李四任组长")).await;
    late.is_refused(409).has("李四任组长");
    desk.page(Post::Unit, "/staff").await.has("报送本单位实施方案");
    let content = desk.page(Post::Unit, &address).await.hidden("content");
    let file = format!("{address}/file");
    desk.post(Post::Unit, &file, &[("content", &content)]).await.is_done("plan-filed");
    desk.post(Post::Unit, &save, &draft("2", "王五任组长")).await.is_refused(422);

    desk.page(Post::Coordination, "/staff").await.has("审核下级实施方案：1 份");
    let seen = desk.page(Post::Coordination, &address).await.has("张三任组长").hidden("seen");
    let back = format!("{address}/return");
    desk.post(Post::Coordination, &back, &[("reasons", " "), ("seen", &seen)])
        .await
        .is_refused(422);
    let reasons = "调查样本数量没有写明";
    desk.post(Post::Coordination, &back, &[("reasons", reasons), ("seen", &seen)])
        .await
        .is_done("plan-returned");
    desk.page(Post::Unit, "/staff").await.has("修改被退回的实施方案");
    let seen = desk.page(Post::Unit, &address).await.has(reasons).hidden("seen");
    desk.post(Post::Unit, &save, &draft(&seen, "张三任组长，样本500人"))
        .await
        .is_done("plan-drafted");
    let content = desk.page(Post::Unit, &address).await.has(reasons).hidden("content");
    desk.post(Post::Unit, &file, &[("content", &content)]).await.is_done("plan-filed");
    let accept = format!("{address}/accept");
    desk.post(Post::Coordination, &accept, &[("content", &content)]).await.is_done("plan-accepted");
    desk.page(Post::Coordination, &address).await.has("已备案").has("样本500人");

    // Nobody's words or names are in the log or in any of its rows; the tables follow from it.
    desk.page(Post::Coordination, "/staff/log").await.has("报送实施方案").lacks("张三");
    let findings = doctor::examine(&desk.test.app, |_| {}).await.unwrap().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn list_says_who_is_late_and_by_how_many_working_days() {
    let desk = desk().await;
    let plans = format!("{APPRAISAL}/plans");
    desk.page(Post::Coordination, &plans).await.has("未制定").lacks("逾期 ");
    // 30 June 2026 is a Tuesday; Monday 6 July is the fourth working day after it.
    desk.advance_to("2026-07-06T01:00:00Z");
    desk.page(Post::Coordination, &plans).await.has("逾期 4 个工作日");
    as_contact(&desk).await;
    desk.page(Post::Unit, "/staff").await.has("逾期 4 个工作日");
    let address = format!("{APPRAISAL}/plans/360200-LSB");
    desk.post(Post::Unit, &format!("{address}/draft"), &draft("0", "张三")).await;
    let content = desk.page(Post::Unit, &address).await.hidden("content");
    desk.post(Post::Unit, &format!("{address}/file"), &[("content", &content)])
        .await
        .is_done("plan-filed");
    desk.advance_to("2026-07-20T01:00:00Z");
    let page = desk.page(Post::Coordination, &plans).await;
    page.has("2026年7月6日").has("逾期 4 个工作日").has("逾期 14 个工作日");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_unit_can_neither_see_nor_write_a_plan() {
    let desk = desk().await;
    let other = format!("{APPRAISAL}/plans/360100-LSB");
    assert_eq!(desk.get_in(Post::Unit, &other, "zh-CN").await.status, 403);
    let answer = desk.post(Post::Unit, &format!("{other}/draft"), &draft("0", "张三")).await;
    assert_eq!(answer.status, 403);
    let list = desk.get_in(Post::Unit, &format!("{APPRAISAL}/plans"), "zh-CN").await;
    assert_eq!(list.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_stand_on_the_public_page_while_they_are_open() {
    let desk = desk().await;
    let channels = format!("{APPRAISAL}/channels");
    let list = format!("{channels}/list");
    let public = "/a/2026-360000-LSB";
    let field = |until| {
        [("kind", "hotline"), ("label", "0791-12333"), ("from", "2026-06-20"), ("until", until)]
    };
    let post = Post::Coordination;
    desk.post(post, &list, &field("2026-06-01")).await.is_refused(422).has("0791-12333");
    desk.post(post, &list, &field("soon")).await.is_refused(422);
    let scan = Some(("proof", "notice.png", "a scan"));
    desk.upload(post, &list, &field(""), scan).await.is_done("channel-listed");
    // SHA-256 of the scan.
    let hash = gongping_appraisal::sha256(b"a scan").to_string();
    desk.page(post, &channels).await.has(&hash).has("0791-12333");
    desk.page(post, public).await.has("怎样反映意见").has("热线电话").has("0791-12333");
    let end = [("channel", "1"), ("on", "2026-06-22")];
    desk.post(post, &format!("{channels}/end"), &end).await.is_done("channel-ended");
    desk.page(post, public).await.lacks("0791-12333");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_the_roster_stay_with_the_staff() {
    let desk = desk().await;
    let roster = format!("{APPRAISAL}/roster");
    let appoint = format!("{roster}/appoint");
    let fields = |post| {
        [
            ("post", post),
            ("account", "a360000-office"),
            ("name", "欧阳小明"),
            ("on", "2026-06-15"),
            ("document", "赣劳社〔2026〕8号"),
        ]
    };
    let post = Post::Coordination;
    desk.post(post, &appoint, &fields("leader"))
        .await
        .is_refused(422)
        .has("主要负责人")
        .has("欧阳小明");
    desk.post(post, &appoint, &fields("director")).await.is_done("appointed");
    desk.post(post, &appoint, &fields("director")).await.is_refused(422);
    desk.page(post, &roster).await.has("欧阳小明").has("〔2026〕8号");
    desk.page(post, "/staff/log").await.has("任办公室主任").lacks("欧阳小明");
    let dismiss = [
        ("post", "director"),
        ("account", "a360000-office"),
        ("on", "2026-06-20"),
        ("document", "赣劳社〔2026〕9号"),
    ];
    desk.post(post, &format!("{roster}/dismiss"), &dismiss).await.is_done("dismissed");
    desk.page(post, &roster).await.lacks("欧阳小明");
}
