//! The register of the eight prohibitions and the consequences of a result.

use crate::desk::{APPRAISAL, Desk};
use axum::http::StatusCode;
use gongping_app::province::{PASSWORD, Post, Until};

const CASE: [(&str, &str); 4] = [
    ("accused", "unit:360100-LSB"),
    ("prohibition", "E3-3"),
    ("source", "report"),
    ("what", "窗口发放礼品拉票"),
];

#[tokio::test(flavor = "multi_thread")]
async fn case_goes_from_suspicion_to_a_decision_of_two() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    let register = format!("{APPRAISAL}/register");
    desk.page(Post::Conduct, &register).await.has("还没有案件");
    // Whoever neither keeps the register nor decides does not find it.
    let refused = desk.get_in(Post::Coordination, &register, "zh-Hans").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    desk.page(Post::Coordination, APPRAISAL).await.lacks("/register");
    let half = [("accused", ""), ("what", "窗口发放礼品拉票")];
    desk.post(Post::Conduct, &register, &half).await.is_refused(422).has("窗口发放礼品拉票");
    desk.post(Post::Conduct, &register, &CASE).await.is_done("case-opened");
    desk.page(Post::Conduct, "/staff").await.has("核查“八个严禁”案件：1 件");

    let case = format!("{register}/1");
    let page = desk.page(Post::Conduct, &case).await;
    page.has("窗口发放礼品拉票").has("用不正当手段拉票买票");
    let seen = page.hidden("seen");
    let begin = [("seen", seen.as_str())];
    desk.post(Post::Conduct, &format!("{case}/inquiry"), &begin).await.is_done("inquiry-begun");
    desk.post(Post::Conduct, &format!("{case}/inquiry"), &begin).await.is_refused(409);
    let seen = desk.page(Post::Conduct, &case).await.hidden("seen");
    let propose = format!("{case}/propose");
    let mut report = vec![("seen", seen.as_str()), ("established", "录像为证"), ("heard", "")];
    report.extend([("outcome", "confirmed"), ("accused", "unit:360100-LSB")]);
    report.push(("prohibition", "E3-3"));
    desk.post(Post::Conduct, &propose, &report).await.is_refused(422).has("录像为证");
    report[2].1 = "承认";
    desk.post(Post::Conduct, &propose, &report).await.is_done("finding-proposed");

    // The inquirer has no form to decide with, and cannot do without one.
    let own = desk.page(Post::Conduct, &case).await;
    own.lacks("/decide").has("等待第二个人决定");
    let shown = desk.page(Post::Office, &case).await;
    shown.has("录像为证").has("承认");
    let digest = shown.hidden("digest");
    let decide = format!("{case}/decide");
    let with = |password: &'static str| {
        [("digest".to_owned(), digest.clone()), ("password".to_owned(), password.to_owned())]
    };
    for (who, password, status) in
        [(Post::Conduct, PASSWORD, 422), (Post::Office, "wrong password", 422)]
    {
        let fields = with(password);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        desk.post(who, &decide, &fields).await.is_refused(status);
    }
    let fields = with(PASSWORD);
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    desk.post(Post::Office, &decide, &fields).await.is_done("finding-decided");
    desk.page(Post::Office, &register).await.has("成立");
    desk.page(Post::Office, "/staff/log").await.has("决定第 1 号案件：成立");
}

#[tokio::test(flavor = "multi_thread")]
async fn consequence_is_confirmed_by_the_office_and_public_at_once() {
    let (desk, _) = Desk::at(Until::Published, "2026-09-20T00:00:00Z").await;
    let page = format!("{APPRAISAL}/consequences");
    let public = "/a/2026-360000-LSB/consequences";
    desk.page(Post::Liaison, public).await.has("还没有确认的结果运用");
    let given = [
        ("unit", "360100-LSB"),
        ("consequence", "commendation"),
        ("grounds", "整改到位，群众满意"),
    ];
    let answer = desk.post(Post::Coordination, &page, &given).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    desk.post(Post::Office, &page, &given[..1]).await.is_refused(422);
    desk.post(Post::Office, &page, &given).await.is_done("consequence-confirmed");
    desk.post(Post::Office, &page, &given).await.is_refused(422).has("整改到位，群众满意");
    let note = [("unit", "360100-LSB"), ("consequence", "commendation"), ("note", "已通报表扬")];
    let follow = format!("{page}/follow-up");
    desk.post(Post::Office, &follow, &note).await.is_done("consequence-followed-up");
    desk.page(Post::Liaison, public)
        .await
        .has("整改到位，群众满意")
        .has("已通报表扬")
        .has("通报表扬");
    desk.page(Post::Office, &page).await.has("已通报表扬");
}
