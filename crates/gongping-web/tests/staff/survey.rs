//! The survey plan, its signatures, keys, codes, opening, closing, and the sealed tally.

use crate::desk::{APPRAISAL, Answer, Desk};
use axum::http::StatusCode;
use gongping_app::key_holder::{AnswerContent, KeyAnswer, KeyTask, KeyWork};
use gongping_app::province::{Post, Until};
use gongping_appraisal::{BoxId, KeySeat, Medium};
use gongping_seal::{CeremonySecret, PrivateCredential, Uuid};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SURVEY: &str = "/staff/a/2026-360000-LSB/survey";

/// What a browser would send back of the form as it stands: inputs, selects and the text area.
fn plan_fields(page: &Answer) -> Vec<(String, String)> {
    let mut fields = vec![("channels".to_owned(), "窗口发放\r\n邮寄".to_owned())];
    let body = page.text.split("/survey/plan\">").nth(1).unwrap();
    let attribute = |tag: &str, name: &str| {
        let start = format!("{name}=\"");
        tag.split(&start).nth(1).map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    for tag in body.split('<') {
        if tag.starts_with("input ") {
            let value = attribute(tag, "value").unwrap_or_default();
            fields.push((
                attribute(tag, " name").unwrap_or_else(|| attribute(tag, "name").unwrap()),
                value,
            ));
        } else if tag.starts_with("select ") {
            fields.push((attribute(tag, "name").unwrap(), String::new()));
        } else if tag.starts_with("option ") && tag.contains(" selected") {
            fields.last_mut().unwrap().1 = attribute(tag, "value").unwrap();
        }
    }
    fields
}

async fn post(desk: &Desk, who: Post, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(who, path, &fields).await
}

fn set(fields: &mut [(String, String)], name: &str, value: &str) {
    let field = fields.iter_mut().find(|(key, _)| key == name).unwrap();
    value.clone_into(&mut field.1);
}

async fn propose(desk: &Desk) {
    let plan = format!("{SURVEY}/plan");
    let page = desk.page(Post::Appraisal, &format!("{plan}?codes_each=12")).await;
    let fields = plan_fields(&page);
    post(desk, Post::Appraisal, &plan, &fields).await.is_done("survey-proposed");
}

#[tokio::test(flavor = "multi_thread")]
async fn default_plan_is_proposed_changed_and_signed_by_both() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    desk.page(Post::Appraisal, SURVEY).await.has("还没有调查方案").has("拟定方案");
    let plan = format!("{SURVEY}/plan");
    let page = desk.page(Post::Appraisal, &format!("{plan}?codes_each=12")).await;
    let good = plan_fields(&page);
    let mut bad = good.clone();
    set(&mut bad, "opens_at", "soon");
    set(&mut bad, "number", "first");
    let answer = post(&desk, Post::Appraisal, &plan, &bad).await;
    answer.is_refused(422).has("“开始时间”没有填").has("第 1 行有误").has("邮寄").has("first");
    let mut few = good.clone();
    set(&mut few, "codes", "1");
    post(&desk, Post::Appraisal, &plan, &few).await.is_refused(422).has("少于方案规定");
    let mut backwards = good.clone();
    set(&mut backwards, "closes_at", "2026-06-30T09:00");
    post(&desk, Post::Appraisal, &plan, &backwards).await.is_refused(422).has("截止时间必须晚于");
    let empty = post(&desk, Post::Appraisal, &plan, &good[..3]).await;
    empty.is_refused(422);
    post(&desk, Post::Appraisal, &plan, &good).await.is_done("survey-proposed");
    // The form that was shown before somebody proposed is out of date.
    post(&desk, Post::Appraisal, &plan, &good).await.is_refused(409).has("邮寄");

    let shown = desk.page(Post::Office, SURVEY).await;
    shown.has("邮寄").has("等待签署");
    let digest = shown.hidden("digest");
    let sign = format!("{SURVEY}/sign");
    let fields = |body: &'static str, digest: &str| {
        vec![("for".to_owned(), body.to_owned()), ("digest".to_owned(), digest.to_owned())]
    };
    let stale = post(&desk, Post::Office, &sign, &fields("office", &"0".repeat(64))).await;
    stale.is_refused(409);
    let nonsense = post(&desk, Post::Office, &sign, &fields("office", "x")).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
    let foreign = post(&desk, Post::Office, &sign, &fields("statistics", &digest)).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    post(&desk, Post::Office, &sign, &fields("office", &digest)).await.is_done("survey-signed");
    let again = post(&desk, Post::Office, &sign, &fields("office", &digest)).await;
    again.is_refused(409).has("已经办过");
    let second = fields("statistics", &digest);
    post(&desk, Post::Statistics, &sign, &second).await.is_done("survey-signed");
    desk.page(Post::Conduct, SURVEY).await.has("等待办理").has("survey/key?seat=conduct");
}

const SEATS: [(Post, KeySeat); 3] = [
    (Post::Office, KeySeat::Office),
    (Post::Statistics, KeySeat::Statistics),
    (Post::Conduct, KeySeat::Conduct),
];

async fn work(desk: &Desk, who: Post) -> KeyWork {
    let text = desk.page(who, &format!("{SURVEY}/key/work.json")).await.text;
    serde_json::from_str(&text).unwrap()
}

/// Does what a holder's device does, and posts it as the page's script would.
async fn turn(desk: &Desk, who: Post, secret: &CeremonySecret, medium: Medium) -> Answer {
    let work = work(desk, who).await;
    let mut dice = ChaCha20Rng::seed_from_u64(desk.test.app.world().size());
    let answer = work.answer(secret, medium, &mut dice).unwrap();
    let answer = serde_json::to_string(&answer).unwrap();
    let fields = [("answer", answer.as_str()), ("seat", work.seat.as_str())];
    desk.post(who, &format!("{SURVEY}/key"), &fields).await
}

/// The whole ceremony and a rehearsal of two of the three.
async fn make_keys(desk: &Desk) {
    let mut dice = ChaCha20Rng::seed_from_u64(1);
    let secrets = SEATS.map(|_| CeremonySecret::generate(&mut dice));
    for _ in 0..3 {
        for ((who, _), secret) in SEATS.iter().zip(&secrets) {
            turn(desk, *who, secret, Medium::File).await.is_done("key-given");
        }
    }
    let page = desk.page(Post::Conduct, &format!("{SURVEY}/key")).await;
    page.has("钥匙已做成").has("还差试开").has("用密钥文件试开").has("用密钥单试开");
    let last = [(0, Medium::File), (1, Medium::File), (1, Medium::Sheet)];
    for (index, medium) in last {
        turn(desk, SEATS[index].0, &secrets[index], medium).await.is_done("key-given");
    }
    turn(desk, SEATS[0].0, &secrets[0], Medium::Sheet).await.is_done("key-rehearsed");
    desk.page(Post::Conduct, &format!("{SURVEY}/key")).await.has("试开成功");
}

#[tokio::test(flavor = "multi_thread")]
async fn key_page_says_whose_turn_it_is_and_lets_the_holders_begin_anew() {
    let (desk, campaign) = Desk::at(Until::Agreed, "2026-07-20T01:00:00Z").await;
    let path = format!("{SURVEY}/key");
    desk.page(Post::Conduct, &path).await.has("轮到您办理").has("id=\"make-key\"");
    let waiting = desk.page(Post::Office, &path).await;
    waiting.has("现在等待：纠风办").lacks("id=\"make-key\"").has("核对公开记录");
    // A file from the command line is taken as well; another file is refused.
    let mut dice = ChaCha20Rng::seed_from_u64(4);
    let secret = CeremonySecret::generate(&mut dice);
    let work = work(&desk, Post::Conduct).await;
    let answer = work.answer(&secret, Medium::File, &mut dice).unwrap();
    let answer = serde_json::to_string(&answer).unwrap();
    let send = async |file: Option<(&str, &str, &str)>| {
        desk.upload(Post::Conduct, &path, &[("seat", "conduct")], file).await
    };
    send(None).await.is_refused(422).has("请先选择答复文件");
    send(Some(("answer_file", "x.json", "{}"))).await.is_refused(422).has("不是 gongping");
    send(Some(("answer_file", "answer.json", &answer))).await.is_done("key-given");
    let office = desk.test.key_secret(&campaign, KeySeat::Office);
    turn(&desk, Post::Office, &office, Medium::File).await.is_done("key-given");
    let restart = format!("{path}/restart");
    desk.post(Post::Office, &restart, &[("reason", " ")]).await.is_refused(422);
    desk.post(Post::Office, &restart, &[("reason", "口令忘了")]).await.is_done("keys-restarted");
    desk.page(Post::Office, &path).await.has("id=\"make-key\"").lacks("核对公开记录");
    desk.page(Post::Administrator, "/staff/log").await.has("密钥重新开始").has("口令忘了");
    desk.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_codes_are_handed_in_and_the_survey_opens_and_closes() {
    let (desk, _) = Desk::at(Until::Opened, "2026-06-20T01:00:00Z").await;
    propose(&desk).await;
    let digest = desk.page(Post::Office, SURVEY).await.hidden("digest");
    let sign = format!("{SURVEY}/sign");
    for (post, body) in [(Post::Office, "office"), (Post::Statistics, "statistics")] {
        desk.post(post, &sign, &[("for", body), ("digest", &digest)])
            .await
            .is_done("survey-signed");
    }
    let path = format!("{SURVEY}/key");
    let shown = desk.page(Post::Conduct, &path).await;
    shown.has("id=\"make-key\"").has("keyholder.js").has("data-step=\"check\" hidden");
    desk.post(Post::Conduct, &path, &[("answer", "{}")]).await.is_refused(422);
    let foreign = desk.post(Post::Conduct, &path, &[("seat", "office"), ("answer", "{}")]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    desk.page(Post::Appraisal, SURVEY).await.has("三方共同的钥匙");
    make_keys(&desk).await;
    issue_codes(&desk).await;

    let open = format!("{SURVEY}/open");
    desk.page(Post::Appraisal, SURVEY).await.has("起可以开始").lacks("/survey/open\"");
    desk.post(Post::Appraisal, &open, &[]).await.is_refused(422).has("还没到时间");
    desk.advance_to("2026-07-02T01:00:00Z");
    desk.page(Post::Appraisal, SURVEY).await.has("/survey/open\"");
    desk.post(Post::Appraisal, &open, &[]).await.is_done("survey-opened");
    let response = desk.page(Post::Appraisal, SURVEY).await;
    response.has("0.0%").has("未达最少").has("还没有收到测评票");
    let close = format!("{SURVEY}/close");
    desk.post(Post::Appraisal, &close, &[]).await.is_refused(422).has("还没到时间");
    desk.advance_to("2026-07-31T01:00:00Z");
    desk.post(Post::Appraisal, &close, &[]).await.is_done("survey-closed");
    desk.page(Post::Office, &format!("{APPRAISAL}/tally")).await.has("避免辨认出个人");
    desk.test.assert_sound().await;
}

async fn issue_codes(desk: &Desk) {
    let path = format!("{SURVEY}/codes");
    desk.page(Post::Statistics, &path).await.has("id=\"codes\"").has("测评表,序号,邀请码");
    let work = desk.page(Post::Statistics, &format!("{path}/work.json")).await.text;
    let work: Value = serde_json::from_str(&work).unwrap();
    assert_eq!(work["sheets"][0]["sheet"], "01");
    let mut dice = ChaCha20Rng::seed_from_u64(9);
    let mut boxes = Vec::new();
    for sheet in work["sheets"].as_array().unwrap() {
        let count = sheet["count"].as_u64().unwrap();
        let codes: Vec<_> = (0..count).map(|_| PrivateCredential::generate(&mut dice)).collect();
        for of_box in sheet["boxes"].as_array().unwrap() {
            let uuid = Uuid::parse(of_box["uuid"].as_str().unwrap()).unwrap();
            let public = codes.iter().map(|code| code.derive(&uuid).public().to_string());
            let mut public: Vec<String> = public.collect();
            public.sort();
            boxes.push(json!({ "id": of_box["id"], "publicCredentials": public }));
        }
    }
    let mut short = boxes.clone();
    short[0]["publicCredentials"].as_array_mut().unwrap().pop();
    let send = async |boxes: &[Value]| {
        let lists = json!({ "boxes": boxes }).to_string();
        desk.upload(Post::Statistics, &path, &[("public_credentials", &lists)], None).await
    };
    send(&short).await.is_refused(422);
    let nonsense = desk.upload(Post::Statistics, &path, &[("public_credentials", "[")], None).await;
    nonsense.is_refused(422);
    send(&boxes).await.is_done("codes-issued");
    send(&boxes).await.is_refused(409);
    desk.page(Post::Statistics, &path).await.lacks("id=\"codes\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn response_is_shown_with_its_base_and_without_a_grade() {
    let (desk, _) = Desk::at(Until::Collecting, "2026-07-28T01:00:00Z").await;
    let shown = desk.page(Post::Liaison, SURVEY).await;
    shown.has("应收 72 份").has("<rect class=\"bar\"").has("已达最少份数").lacks("不满意");
    shown.lacks("/survey/close\"").has("由评议组办理");
}

#[tokio::test(flavor = "multi_thread")]
async fn second_share_opens_the_boxes() {
    let (desk, campaign) = Desk::at(Until::Closed, "2026-08-20T01:00:00Z").await;
    let path = format!("{APPRAISAL}/tally");
    desk.page(Post::Liaison, &path).await.has("份额已存入").has("还差 1 方").lacks("turn-key");
    desk.page(Post::Office, &path).await.has("您的份额已经存入").lacks("turn-key");
    let (who, seat) = (Post::Conduct, KeySeat::Conduct);
    let tally_link = format!("href=\"{path}\">封闭统分</a>");
    let keys = desk.page(who, &format!("{SURVEY}/key")).await;
    keys.has(&format!("btn-primary\" {tally_link}")).lacks("现在不能办理密钥").has("核对公开记录");
    desk.page(who, &path).await.has("class=\"turn-key").has("密钥单");
    let work = work(&desk, who).await;
    let KeyTask::Shares { boxes, .. } = &work.task else { panic!("no shares: {work:?}") };
    assert!(boxes.iter().all(|known| known.ballots >= known.minimum));
    let secret = desk.test.key_secret(&campaign, seat);
    let mut dice = ChaCha20Rng::seed_from_u64(5);
    let answer = work.answer(&secret, Medium::File, &mut dice).unwrap();
    let AnswerContent::Shares { shares } = &answer.content else { panic!("no shares") };
    let send = async |shares: BTreeMap<BoxId, String>| {
        let content = AnswerContent::Shares { shares };
        let answer = serde_json::to_string(&KeyAnswer { content, ..answer.clone() }).unwrap();
        desk.upload(who, &path, &[("answer", &answer), ("seat", seat.as_str())], None).await
    };
    desk.upload(who, &path, &[("answer", "")], None).await.is_refused(422);
    let mut fewer = shares.clone();
    fewer.pop_first();
    send(fewer).await.is_refused(422).has("缺少票箱");
    let mut swapped = shares.clone();
    let (mut ids, mut texts): (Vec<_>, Vec<_>) = swapped.clone().into_iter().unzip();
    texts.swap(0, 1);
    swapped.extend(ids.drain(..).zip(texts));
    send(swapped).await.is_refused(422).has("没有通过验证");
    send(shares.clone()).await.is_done("boxes-opened");
    desk.page(who, &path).await.has("票箱已打开").has("不需要").lacks("turn-key");
    desk.page(who, &format!("{SURVEY}/key")).await.has("查看开箱进度");
    desk.test.assert_sound().await;
}
