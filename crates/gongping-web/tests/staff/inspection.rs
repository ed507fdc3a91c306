//! Inspection, ranking and publication.

use crate::desk::{APPRAISAL, Desk};
use axum::http::StatusCode;
use gongping_app::province::{PASSWORD, Post, Until};
use gongping_testkit::TestApp;

const UNIT: &str = "/staff/a/2026-360000-LSB/inspection/units/360100-LSB";

/// The fields of a sheet with the same points and reason for every component.
async fn sheet(desk: &Desk, points: &str, reason: &str) -> Vec<(String, String)> {
    let world = desk.test.app.world();
    let appraisal = world.appraisal(&desk.test.appraisal()).unwrap();
    let rules = &appraisal.rulebook().unwrap().rules;
    let entered = rules.entered_components();
    entered
        .iter()
        .flat_map(|(component, _)| {
            let field =
                |name: &str, value: &str| (format!("{name}-{}", component.id), value.to_owned());
            [field("points", points), field("reason", reason)]
        })
        .collect()
}

async fn post(
    desk: &Desk,
    who: Post,
    path: &str,
    fields: &[(String, String)],
) -> crate::desk::Answer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(who, path, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn group_inspects_decides_and_its_leader_signs() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    let page = format!("{APPRAISAL}/inspection");
    desk.page(Post::Coordination, &page).await.has("还没有检查组").has("name=\"leader\"");
    let leader = desk.test.account("360000-LSB", Post::Leader).to_string();
    let inspector = desk.test.account("360000-LSB", Post::Inspector).to_string();
    let groups = format!("{page}/groups");
    let group = |number: &'static str| {
        [
            ("number", number),
            ("leader", leader.as_str()),
            ("member", inspector.as_str()),
            ("unit", "360100-LSB"),
        ]
    };
    desk.post(Post::Coordination, &groups, &group("x")).await.is_refused(422).has("checked");
    desk.post(Post::Coordination, &groups, &[("number", "1")]).await.is_refused(422);
    desk.post(Post::Coordination, &groups, &group("1")).await.is_done("group-formed");
    desk.page(Post::Inspector, "/staff").await.has("检查打分，还有 1 个单位");

    let points = format!("{UNIT}/points");
    let good = sheet(&desk, "8", "台账齐全").await;
    let bad = sheet(&desk, "eight", "台账齐全").await;
    let high = sheet(&desk, "999", "台账齐全").await;
    post(&desk, Post::Inspector, &points, &bad).await.is_refused(422).has("台账齐全").has("eight");
    post(&desk, Post::Inspector, &points, &high).await.is_refused(422).has("应在 0 至");
    post(&desk, Post::Inspector, &points, &good).await.is_done("points-entered");
    desk.page(Post::Inspector, UNIT).await.has("台账齐全").has("互不公开");
    desk.page(Post::Office, UNIT).await.lacks("台账齐全");
    desk.page(Post::Leader, UNIT).await.has("还差 1 人").has("台账齐全");
    post(&desk, Post::Leader, &points, &good).await.is_done("points-entered");

    let decision = format!("{UNIT}/decision");
    let shown = desk.page(Post::Leader, UNIT).await.hidden("sheets");
    let decided = |votes: &str, sheets: &str| {
        let mut fields = good.clone();
        for (name, value) in [("votes_for", votes), ("votes_against", "0"), ("sheets", sheets)] {
            fields.push((name.to_owned(), value.to_owned()));
        }
        fields
    };
    let answer = post(&desk, Post::Leader, &decision, &decided("many", &shown)).await;
    answer.is_refused(422).has("value=\"many\"");
    post(&desk, Post::Leader, &decision, &decided("1", &shown)).await.is_refused(422);
    // A member changes the sheet after the leader's page was shown.
    post(&desk, Post::Inspector, &points, &sheet(&desk, "7", "另有一处").await).await;
    let late = post(&desk, Post::Leader, &decision, &decided("2", &shown)).await;
    late.is_refused(409).has("另有一处");
    let shown = late.hidden("sheets");
    post(&desk, Post::Leader, &decision, &decided("2", &shown)).await.is_done("inspection-decided");

    let digest = desk.page(Post::Leader, UNIT).await.hidden("digest");
    let back = format!("{UNIT}/return");
    desk.post(Post::Leader, &back, &[("reason", "")]).await.is_refused(422);
    desk.post(Post::Leader, &back, &[("reason", "补充理由")]).await.is_done("inspection-returned");
    let shown = desk.page(Post::Leader, UNIT).await.hidden("sheets");
    post(&desk, Post::Leader, &decision, &decided("2", &shown)).await.is_done("inspection-decided");
    let sign = format!("{UNIT}/sign");
    let fields = |digest: &str, password: &str| {
        vec![("digest".to_owned(), digest.to_owned()), ("password".to_owned(), password.to_owned())]
    };
    let stale = post(&desk, Post::Leader, &sign, &fields(&digest, PASSWORD)).await;
    stale.is_refused(409);
    let digest = stale.hidden("digest");
    post(&desk, Post::Leader, &sign, &fields(&digest, "wrong")).await.is_refused(422);
    let signed = post(&desk, Post::Leader, &sign, &fields(&digest, PASSWORD)).await;
    signed.is_done("inspection-signed");
    desk.page(Post::Leader, UNIT).await.has("检查组组长签署").lacks("/sign\"");
    desk.page(Post::Office, UNIT).await.lacks("台账齐全");
}

#[tokio::test(flavor = "multi_thread")]
async fn ranking_is_signed_by_both_and_published() {
    let (desk, _) = Desk::at(Until::Drafted, "2026-09-10T01:00:00Z").await;
    let page = format!("{APPRAISAL}/ranking");
    let shown = desk.page(Post::Statistics, &page).await;
    shown.has("名次").has("公布之前");
    desk.page(Post::Statistics, &format!("{page}/units/360100-LSB"))
        .await
        .has("条款")
        .has("class=\"trace\"");
    let digest = shown.hidden("digest");
    let sign = |digest: &str, password: &'static str| {
        vec![
            ("for".to_owned(), "statistics".to_owned()),
            ("digest".to_owned(), digest.to_owned()),
            ("password".to_owned(), password.to_owned()),
        ]
    };
    let path = format!("{page}/sign");
    post(&desk, Post::Statistics, &path, &sign(&digest, "wrong")).await.is_refused(422);
    let stale = "0".repeat(64);
    post(&desk, Post::Statistics, &path, &sign(&stale, PASSWORD)).await.is_refused(409);
    let early = desk.post(Post::Office, &format!("{page}/publish"), &[]).await;
    early.is_refused(409);
    post(&desk, Post::Statistics, &path, &sign(&digest, PASSWORD)).await.is_done("ranking-signed");
    desk.page(Post::Office, "/staff").await.has("公布结果");
    desk.page(Post::Liaison, &page).await.lacks("/ranking/publish\"").has("由办公室主任办理");
    desk.post(Post::Office, &format!("{page}/publish"), &[]).await.is_done("published");
    desk.page(Post::Liaison, &page).await.has("dossier.zip").has("结果已于");
    desk.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn draft_waits_for_boxes_and_reports_and_can_be_made_again() {
    let (desk, _) = Desk::at(Until::Tallied, "2026-08-25T01:00:00Z").await;
    let page = format!("{APPRAISAL}/ranking");
    desk.page(Post::Coordination, &page).await.has("还不能起草排名").has("票箱已打开");
    let early = desk.post(Post::Coordination, &format!("{page}/draft"), &[]).await;
    early.is_refused(422).has("份检查报告没有签署");
    let test = TestApp::new().await;
    test.province(Until::Drafted, "2026-09-10T01:00:00Z".parse().unwrap()).await;
    let desk = Desk::of(test);
    desk.page(Post::Coordination, &page).await.has("已有签署会作废");
    let again = desk.post(Post::Coordination, &format!("{page}/draft"), &[]).await;
    again.is_done("ranking-drafted");
    let outsider = desk.post(Post::Liaison, &format!("{page}/draft"), &[]).await;
    assert_eq!(outsider.status, StatusCode::FORBIDDEN);
}
