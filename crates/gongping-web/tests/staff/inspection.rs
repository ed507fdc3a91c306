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
    desk.page(Post::Inspector, UNIT).await.has("台账齐全").has("只能看到自己的评分表");
    desk.page(Post::Office, UNIT).await.lacks("台账齐全");
    // Blind: the leader sees nothing of it either, and cannot close with one sheet of two.
    desk.page(Post::Leader, UNIT).await.has("还有 1 名组员").lacks("台账齐全").lacks("/close\"");
    let close = format!("{UNIT}/close");
    desk.post(Post::Leader, &close, &[("reason", "急")]).await.is_refused(422).has("才能停止打分");
    let other = sheet(&desk, "7", "另有一处").await;
    post(&desk, Post::Leader, &points, &other).await.is_done("points-entered");
    // Fixed: a late change is refused, and what was typed is still there.
    let late = sheet(&desk, "9", "迟来的一处").await;
    post(&desk, Post::Inspector, &points, &late).await.is_refused(409).has("迟来的一处");
    // Now both see both, and how far apart they are.
    for who in [Post::Leader, Post::Inspector] {
        desk.page(who, UNIT).await.has("台账齐全").has("另有一处").has("最高与最低相差");
    }
    desk.page(Post::Office, UNIT).await.lacks("台账齐全");

    let proposal = format!("{UNIT}/proposal");
    let shown = desk.page(Post::Leader, UNIT).await.hidden("sheets");
    let proposed = |fields: &[(String, String)], sheets: &str| {
        let mut fields = fields.to_vec();
        fields.push(("sheets".to_owned(), sheets.to_owned()));
        fields
    };
    let unread = post(&desk, Post::Leader, &proposal, &proposed(&bad, &shown)).await;
    unread.is_refused(422).has("value=\"eight\"");
    post(&desk, Post::Leader, &proposal, &proposed(&good, "old")).await.is_refused(409);
    let done = post(&desk, Post::Leader, &proposal, &proposed(&good, &shown)).await;
    done.is_done("inspection-proposed");
    desk.page(Post::Inspector, "/staff").await.has("表决检查报告，1 份");

    let digest = desk.page(Post::Leader, UNIT).await.hidden("digest");
    let vote = format!("{UNIT}/vote");
    let voted = |digest: &str, vote: &str| {
        vec![("digest".to_owned(), digest.to_owned()), ("vote".to_owned(), vote.to_owned())]
    };
    post(&desk, Post::Inspector, &vote, &voted(&digest, "perhaps")).await.is_refused(422);
    let against = post(&desk, Post::Inspector, &vote, &voted(&digest, "against")).await;
    against.is_done("inspection-voted");
    post(&desk, Post::Inspector, &vote, &voted(&digest, "for")).await.is_refused(409);
    post(&desk, Post::Leader, &vote, &voted(&digest, "for")).await.is_done("inspection-voted");
    // One for, one against: not carried, and the page offers no signature.
    desk.page(Post::Leader, UNIT).await.has("报告还没有通过").lacks("/sign\"");

    let back = format!("{UNIT}/return");
    desk.post(Post::Leader, &back, &[("reason", "")]).await.is_refused(422);
    desk.post(Post::Leader, &back, &[("reason", "补充理由")]).await.is_done("inspection-returned");
    let shown = desk.page(Post::Leader, UNIT).await.hidden("sheets");
    let done = post(&desk, Post::Leader, &proposal, &proposed(&good, &shown)).await;
    done.is_done("inspection-proposed");
    let stale = post(&desk, Post::Inspector, &vote, &voted(&digest, "for")).await;
    stale.is_refused(409);
    let new = stale.hidden("digest");
    for who in [Post::Inspector, Post::Leader] {
        post(&desk, who, &vote, &voted(&new, "for")).await.is_done("inspection-voted");
    }
    desk.page(Post::Inspector, UNIT).await.has(&new).has("赞成 2 票");
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
