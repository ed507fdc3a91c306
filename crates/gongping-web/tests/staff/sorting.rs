//! Sorting at the clerk's desk: entering, suggestions, merging, undoing, sending on, searching.

use crate::desk::{APPRAISAL, Desk, form};
use axum::http::StatusCode;
use gongping_app::province::{Post, Until};
use gongping_app::sorting::OpinionMistake;
use gongping_locale::arguments_of;

const SORTING: &str = "/staff/a/2026-360000-LSB/sorting";
const CITY: &str = "360100-LSB";

/// Of the labelled pairs: two of the same problem, and another.
const SAID: [&str; 3] = [
    "大厅取号机坏了半个多月，都靠人喊号，老有人插队。",
    "取号机坏了好久没有人修，现在人工叫号，秩序很乱，插队的人多。",
    "表格太复杂，一共要填八页，很多内容重复。",
];

/// A query by words, as browsers send it.
fn q(words: &str) -> String {
    form(&[("q", words)])
}

async fn desk() -> Desk {
    Desk::at(Until::Opened, "2026-07-04T02:00:00Z").await.0
}

fn minutes<'a>(said: &[&'a str], matter: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields =
        vec![("place", "百花洲社区"), ("on", "2026-07-03"), ("strata", "企业 12\n退休人员：7人")];
    for text in said {
        fields.extend([("unit", CITY), ("matter", matter), ("item", "B5"), ("text", text)]);
    }
    // Lines that stay empty are left out.
    fields.extend([("unit", ""), ("matter", ""), ("item", ""), ("text", "")]);
    fields
}

async fn with_minutes() -> Desk {
    let desk = desk().await;
    let address = format!("{SORTING}/gather/symposium");
    let entered = desk.post(Post::Appraisal, &address, &minutes(&SAID, "suggestion")).await;
    entered.is_done("opinions-gathered");
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_are_entered_merged_and_taken_apart() {
    let desk = with_minutes().await;
    let who = Post::Appraisal;
    desk.page(who, &format!("{SORTING}/gather")).await.has("百花洲社区").has("退休人员 7 人");
    let queue = desk.page(who, SORTING).await;
    for text in SAID {
        queue.has(text);
    }
    let first = format!("{SORTING}/opinions/1");
    let page = desk.page(who, &first).await;
    page.has(SAID[1]).lacks(SAID[2]).has("value=\"2\"");
    let words = "取号机损坏，人工叫号混乱";
    let fields = [("opinion", "2"), ("finding", ""), ("item", "B5"), ("words", words)];
    let merged = desk.post(who, &format!("{first}/merge"), &fields).await;
    merged.is_done("opinions-merged");
    assert!(merged.location.starts_with(&format!("{SORTING}/findings/1?")), "{}", merged.location);

    // A colleague who still sees the old page is told, and keeps what was typed.
    let late = [("opinion", "1"), ("finding", ""), ("item", ""), ("words", "我写的字")];
    let told = desk.post(who, &format!("{SORTING}/opinions/3/merge"), &late).await;
    told.is_refused(409).has("第 1 号意见已经归入第 1 号问题").has("我写的字");

    let finding = format!("{SORTING}/findings/1");
    let page = desk.page(who, &finding).await;
    page.has(words).has(SAID[0]).has(SAID[1]);
    let seen = page.hidden("seen");
    desk.page(who, &format!("{SORTING}/findings?{}&unit={CITY}", q("取号机"))).await.has(words);
    desk.page(who, &format!("{SORTING}/findings?{}", q("表格"))).await.lacks(words);
    desk.page(who, SORTING).await.lacks(SAID[0]).has(SAID[2]);

    let chosen = [("seen", seen.as_str()), ("opinion", "2")];
    desk.post(who, &format!("{finding}/take-out"), &chosen).await.is_done("opinions-taken-out");
    // The form was shown before that.
    let stale = desk.post(who, &format!("{finding}/dissolve"), &[("seen", seen.as_str())]).await;
    stale.is_refused(409);
    let seen = desk.page(who, &finding).await.hidden("seen");
    let reworded = [("seen", seen.as_str()), ("item", ""), ("words", "设备失修")];
    desk.post(who, &format!("{finding}/reword"), &reworded).await.is_done("saved");
    let seen = desk.page(who, &finding).await.has("设备失修").hidden("seen");
    let undone = desk.post(who, &format!("{finding}/dissolve"), &[("seen", seen.as_str())]).await;
    undone.is_done("finding-dissolved");
    desk.page(who, SORTING).await.has(SAID[0]).has(SAID[1]);
    desk.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_kept_apart_and_what_is_misplaced_is_sent_on() {
    let desk = with_minutes().await;
    let who = Post::Appraisal;
    let first = format!("{SORTING}/opinions/1");
    let apart = desk.post(who, &format!("{first}/apart"), &[("other", "2")]).await;
    apart.is_done("opinions-kept-apart");
    desk.page(who, &first).await.lacks(SAID[1]);

    let seen = desk.page(who, &first).await.hidden("seen");
    let to = |reason| {
        [
            ("seen", seen.clone()),
            ("unit", "360200-LSB".to_owned()),
            ("item", String::new()),
            ("reason", reason),
        ]
    };
    let post = async |fields: [(&str, String); 4]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        desk.post(who, &format!("{first}/route"), &fields).await
    };
    post(to(String::new())).await.is_refused(422).has("请写 1 到 1000 个字");
    post(to("说的是景德镇".to_owned())).await.is_done("opinion-routed");
    desk.page(who, &format!("{SORTING}?unit=360200-LSB")).await.has(SAID[0]).lacks(SAID[1]);
    post(to("再转一次".to_owned())).await.is_refused(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_words_in_both_scripts_and_by_what_is_known() {
    let desk = with_minutes().await;
    let find =
        async |query: &str| desk.page(Post::Appraisal, &format!("{SORTING}/search?{query}")).await;
    find(&q("取號機")).await.has(SAID[0]).has(SAID[1]).lacks(SAID[2]);
    find(&format!("{}&matter=complaint", q("取号机"))).await.lacks(SAID[0]);
    find(&format!("{}&item=B5", q("表格"))).await.has(SAID[2]).lacks(SAID[0]);
    find("from=2026-07-04&to=2026-07-04").await.has(SAID[0]);
    find("to=2026-07-03").await.lacks(SAID[0]);
    find(&format!("{}&state=nonsense", q("取号机"))).await.has(SAID[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_see_nothing_of_it() {
    let desk = with_minutes().await;
    for who in [Post::Inspector, Post::Coordination, Post::Statistics, Post::Administrator] {
        for page in ["", "/opinions/1", "/findings", "/search?q=1", "/gather"] {
            let answer = desk.get_in(who, &format!("{SORTING}{page}"), "zh-CN").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who:?} {page}");
            answer.lacks(SAID[0]);
        }
    }
    desk.page(Post::Appraisal, APPRAISAL).await.has(SORTING);
    desk.page(Post::Coordination, APPRAISAL).await.lacks(SORTING);
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_with_mistakes_keep_what_was_typed() {
    let desk = desk().await;
    let address = format!("{SORTING}/gather/symposium");
    let mut fields = minutes(&SAID, "suggestion");
    fields[2] = ("strata", "很多人");
    fields[4] = ("matter", "");
    let refused = desk.post(Post::Appraisal, &address, &fields).await;
    refused.is_refused(422).has("很多人").has("第 1 条还没有选单位或类别").has(SAID[2]);
    // Complaints wait until somebody has a key, and say so.
    let refused = desk.post(Post::Appraisal, &address, &minutes(&SAID, "complaint")).await;
    refused.is_refused(422).has("没有办理人登记密钥").has(SAID[0]);
    fields.push(("more", "1"));
    let more = desk.post(Post::Appraisal, &address, &fields).await;
    assert_eq!(more.status, StatusCode::OK);
    more.has(SAID[2]).has("id=\"text-8\"").lacks("role=\"alert\"");
    let world = desk.test.app.world();
    assert_eq!(world.appraisal(&desk.test.appraisal()).unwrap().opinions.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_looked_at_and_enters_whole_or_not() {
    let desk = desk().await;
    let (who, address) = (Post::Appraisal, format!("{SORTING}/gather/table"));
    let [one, two, three] = SAID;
    let bad = format!(
        "单位,评议内容,类别,意见\n南昌市劳动和社会保障局,效能建设,建议,{one}\n\
         别的单位,,建议,{two}\n360100-LSB,,,{three}\n"
    );
    let look =
        async |csv: &str| desk.upload(who, &address, &[], Some(("file", "意见.csv", csv))).await;
    let looked = look(&bad).await;
    looked.has("A3").has("别的单位").has("C4").has("没有写类别").lacks("table/confirm");

    let good = format!(
        "单位,评议内容,类别,意见\n南昌市劳动和社会保障局,效能建设,建议,{one}\n\
         360100-LSB,,表扬,{three}\n"
    );
    let looked = look(&good).await;
    looked.has(SAID[0]).has("table/confirm");
    let (file, digest) = (looked.hidden("file"), looked.hidden("digest"));
    let confirm = format!("{address}/confirm");
    let fields = [("file", file.as_str()), ("file_name", "意见.csv"), ("digest", &digest)];
    desk.post(who, &confirm, &fields).await.is_done("opinions-gathered");
    // The same file once more enters nothing.
    desk.post(who, &confirm, &fields).await.is_refused(422).has("已经收到");
    desk.page(who, SORTING).await.has(SAID[0]).has(SAID[2]);

    let template = desk.page(who, &format!("{address}.xlsx")).await;
    assert!(template.text.starts_with("PK"), "a workbook");
    desk.test.assert_sound().await;
}

#[test]
fn every_mistake_of_a_row_has_its_words() {
    for code in OpinionMistake::CODES {
        assert!(arguments_of(code).is_some(), "{code}");
    }
}
