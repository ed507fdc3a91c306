//! The survey plan, its signatures, keys, codes, opening, closing, and the sealed tally.

use crate::desk::{APPRAISAL, Answer, Desk};
use axum::http::StatusCode;
use gongping_app::province::{Post, Until};
use gongping_appraisal::KeySeat;
use gongping_seal::{Election, EncryptedTally, KeyHolderSecret, PrivateCredential, Uuid};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde_json::{Value, json};

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
    desk.page(Post::Conduct, SURVEY).await.has("等待交存").has("survey/key?seat=conduct");
}

fn key(seed: u64) -> String {
    let mut dice = ChaCha20Rng::seed_from_u64(seed);
    let secret = KeyHolderSecret::generate(&mut dice);
    String::from_utf8(secret.certify(&mut dice).to_json()).unwrap()
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
    desk.post(Post::Conduct, &path, &[("public_key", "{}")]).await.is_refused(422);
    let foreign =
        desk.post(Post::Conduct, &path, &[("seat", "office"), ("public_key", "{}")]).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    for (seed, post) in [(1, Post::Office), (2, Post::Statistics), (3, Post::Conduct)] {
        let fields = [("public_key", key(seed))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        desk.post(post, &path, &fields).await.is_done("key-registered");
    }
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
async fn last_share_opens_the_boxes() {
    let (desk, campaign) = Desk::at(Until::Closed, "2026-08-20T01:00:00Z").await;
    let path = format!("{APPRAISAL}/tally");
    let world = desk.test.app.world();
    let awaited = world.appraisal(&campaign.id).unwrap().running().unwrap().awaited_shares();
    let [seat] = awaited.as_slice() else { panic!("one share is missing: {awaited:?}") };
    let who = match seat {
        KeySeat::Office => Post::Office,
        KeySeat::Statistics => Post::Statistics,
        KeySeat::Conduct => Post::Conduct,
    };
    desk.page(Post::Liaison, &path).await.has("份额已存入").lacks("id=\"open-boxes\"");
    desk.page(who, &path).await.has("id=\"open-boxes\"").has("data-step=\"choose\"");
    let work = desk.page(who, &format!("{path}/work.json")).await.text;
    let work: Value = serde_json::from_str(&work).unwrap();
    assert_eq!(work["publicKey"].as_str().unwrap().len(), 64);
    assert!(work["boxes"][0]["tallied"].as_u64() >= work["minimum"].as_u64());

    let (_, file) = campaign.key_files().find(|(known, _)| known == seat).unwrap();
    let secret = KeyHolderSecret::parse_json(file.as_bytes()).unwrap();
    let mut dice = ChaCha20Rng::seed_from_u64(5);
    let mut shares = Vec::new();
    for of_box in work["boxes"].as_array().unwrap() {
        let text = |name: &str| of_box[name].as_str().unwrap().as_bytes();
        let election = Election::parse(text("election")).unwrap();
        let tally = EncryptedTally::parse(&election, text("encryptedTally")).unwrap();
        let share = secret.decrypt(&election, &tally, &mut dice).unwrap();
        let share = String::from_utf8(share).unwrap();
        shares.push(json!({ "box": of_box["id"], "partialDecryption": share }));
    }
    let send = async |shares: &[Value]| {
        let shares = json!({ "shares": shares }).to_string();
        desk.upload(who, &path, &[("shares", &shares), ("seat", seat.as_str())], None).await
    };
    desk.upload(who, &path, &[("shares", "")], None).await.is_refused(422);
    send(&shares[1..]).await.is_refused(422).has("缺少票箱");
    let mut swapped = shares.clone();
    let (first, second) = (swapped[0]["box"].clone(), swapped[1]["box"].clone());
    swapped[0]["box"] = second;
    swapped[1]["box"] = first;
    send(&swapped).await.is_refused(422).has("没有通过验证");
    send(&shares).await.is_done("boxes-opened");
    desk.page(who, &path).await.has("票箱已打开").lacks("id=\"open-boxes\"");
    desk.test.assert_sound().await;
}
