//! The public pages of a published appraisal and of one that takes answers.

use crate::world::{CITY, PROVINCE, World, plan, published_and_collecting};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use gongping_app::province::Until;

const LAST: &str = "/a/2025-360000-LSB";
const THIS: &str = "/a/2026-360000-LSB";

/// Everything about a result; none of it is there before publication.
const RESULT_PAGES: [&str; 4] = ["/ranking", "/ranking.csv", "/units/360100-LSB", "/dossier.zip"];

async fn page(world: &World, path: &str) -> String {
    let answer = world.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text()
}

fn assert_has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "{words:?} is not on the page:\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_result_is_shown_traced_and_downloaded() {
    let world = published_and_collecting().await;
    let home = page(&world, "/").await;
    assert_has(&home, &["练习环境", "2026年民主评议政风行风", "2025年民主评议政风行风"]);
    assert!(home.find("2026年民主").unwrap() < home.find("2025年民主").unwrap());

    let ranking = page(&world, &format!("{LAST}/ranking")).await;
    assert_has(
        &ranking,
        &["南昌市劳动和社会保障局", "景德镇市", "35.00", "93.00", "四舍六入五留双"],
    );
    assert_has(&ranking, &["class=\"series-1\"", "名次", "所有单位都参加了排名"]);
    let english = world.get_in("en", &format!("{LAST}/ranking")).await.text();
    assert_has(&english, &["Ranking and scores", "the plan is silent"]);

    let csv = world.get(&format!("{LAST}/ranking.csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text().starts_with("\u{feff}名次,单位编号"));
    assert_eq!(csv.text().lines().count(), 3);

    let unit = page(&world, &format!("{LAST}/units/{CITY}")).await;
    assert_has(
        &unit,
        &["服务对象", "服务承诺", "优秀", "条款 B1和D2", "每一步怎样算", "检查组集体表决"],
    );
    assert_has(
        &unit,
        &[
            "/boxes/2025-360000-LSB.360100-LSB.deputies.bel",
            "100 ×（8 × 0.9 + 3 × 0.8 + 0 × 0.7 + 0 × 0.5）÷（11 × 1）；12 份，空着 1 份",
        ],
    );

    let check = page(&world, &format!("{LAST}/check")).await;
    let manifest = world.app.world();
    let id = gongping_appraisal::AppraisalId::parse("2025-360000-LSB").unwrap();
    let manifest = manifest.appraisal(&id).unwrap().published().unwrap().manifest.to_string();
    assert_has(&check, &[&manifest, "gongping verify", "test.example/log", "belenios-tool"]);

    let zip = world.get(&format!("{LAST}/dossier.zip")).await;
    assert_eq!(zip.status, StatusCode::OK);
    assert!(zip.bytes.starts_with(b"PK"));
    let archive = world.get(&format!("{LAST}/boxes/2025-360000-LSB.360100-LSB.deputies.bel")).await;
    assert_eq!(archive.status, StatusCode::OK);
    assert!(archive.text().contains("\"Result\""));

    let rulebook = page(&world, &format!("{LAST}/rulebook")).await;
    assert_has(&rulebook, &["0.9", "八", "冻结于", "方案未作规定"]);
    let text = world.get(&format!("{LAST}/rulebook.toml")).await;
    assert!(text.text().contains("labour-security-2007"));
    assert_has(&page(&world, LAST).await, &["结果已公布", "看结果", "部署动员"]);
    assert_has(&page(&world, &format!("{LAST}/vote")).await, &["现在不能答题"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_publication_no_page_shows_a_grade() {
    let world = published_and_collecting().await;
    for path in RESULT_PAGES {
        let answer = world.get(&format!("{THIS}{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("结果还没有公布"), "{path}");
        assert!(answer.text().contains("2026年9月5日"), "{path}");
    }
    assert_has(
        &page(&world, THIS).await,
        &["正在测评", "参加测评", "南昌市劳动和社会保障局", "今天"],
    );
    let check = page(&world, &format!("{THIS}/check")).await;
    assert_has(&check, &["结果还没有公布", "2026-360000-LSB.360100-LSB.deputies.bel"]);
    let archive = world.get(&format!("{THIS}/boxes/2026-360000-LSB.360100-LSB.deputies.bel")).await;
    assert_eq!(archive.status, StatusCode::OK);
    assert!(!archive.text().contains("\"Result\""));
    let other = world.get(&format!("{THIS}/boxes/2025-360000-LSB.360100-LSB.deputies.bel")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ballot_page_is_small_and_brings_all_its_words() {
    let world = published_and_collecting().await;
    let ballot = page(&world, &format!("{THIS}/vote")).await;
    assert_has(
        &ballot,
        &[
            "data-sheet-url=\"/a/2026-360000-LSB/sheet/{n}.json\"",
            "data-submit-url=\"/a/2026-360000-LSB/ballots\"",
            "data-message=\"unknown-code\"",
            "第 {position} 题，共 {count} 题",
            "<noscript>",
        ],
    );
    assert!(!ballot.contains("style=") && !ballot.contains("<script>"));
    let mut bytes = 0;
    for path in first_visit(&ballot, &format!("{THIS}/vote")) {
        let request = Request::get(&path).header("accept-encoding", "gzip");
        bytes += world.send(request.body(Body::empty()).unwrap()).await.bytes.len();
    }
    assert!(bytes <= 100 * 1024, "{bytes} bytes");

    let sheet = world.get(&format!("{THIS}/sheet/01.json")).await;
    let sheet: serde_json::Value = serde_json::from_slice(&sheet.bytes).unwrap();
    assert_eq!(sheet["sheet"], "01");
    assert_eq!(sheet["items"].as_array().unwrap().len(), 8);
    assert_eq!(sheet["grades"][3]["text"], "不满意");
    assert!(sheet["boxes"][0]["election"].as_str().unwrap().contains("\"questions\""));
}

/// The page and what a browser loads with it.
fn first_visit(page: &str, path: &str) -> Vec<String> {
    let mut paths: Vec<String> = page
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .map(|part| part.split('#').next().unwrap().to_owned())
        .collect();
    paths.push(path.to_owned());
    paths.sort();
    paths.dedup();
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_found_and_say_what_they_prove() {
    let world = published_and_collecting().await;
    let archive = world.get(&format!("{THIS}/boxes/2026-360000-LSB.360100-LSB.deputies.bel")).await;
    // A ballot in the box, and its tracker as anybody would compute it.
    let text = archive.text();
    let ballot = text.split(['\n', '\0']).find(|line| line.starts_with("{\"election_uuid\""));
    let tracker = tracker_of(ballot.unwrap());
    let asked =
        world.get(&format!("{THIS}/receipt/?tracker={}", tracker.replace('+', "%2B"))).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let found = page(&world, asked.header("location")).await;
    assert_has(&found, &[&tracker, "能证明", "不能证明", "南昌市"]);
    let wrong = world.get(&format!("{THIS}/receipt/{}", "A".repeat(43))).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert!(wrong.text().contains("没有这张票"));
    let elsewhere = asked.header("location").replace("2026-", "2025-");
    assert_eq!(world.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_number_is_found_as_it_is_read_aloud_and_has_a_square() {
    let world = published_and_collecting().await;
    let box_file = format!("{LAST}/boxes/2025-360000-LSB.360100-LSB.enterprises.bel");
    let text = world.get(&box_file).await.text();
    let mut lines = text.rsplit(['\n', '\0']);
    let ballot = lines.find(|line| line.starts_with("{\"election_uuid\""));
    let tracker = tracker_of(ballot.unwrap());
    // As the specification says: 80 bits of a hash in Crockford's letters.
    let digest = gongping_appraisal::sha256(format!("gongping-receipt|{tracker}").as_bytes());
    let bits = digest.as_bytes()[..10].iter().fold(0u128, |sum, byte| sum << 8 | u128::from(*byte));
    let letters: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
    let number: String = (0..16)
        .rev()
        .map(|place| letters[usize::try_from(bits >> (5 * place) & 31).unwrap()])
        .collect();
    let asked = world
        .get(&format!("{LAST}/receipt/?tracker={}", number.to_lowercase().replace('0', "o")))
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let found = page(&world, asked.header("location")).await;
    assert_has(&found, &[&tracker, &number[..4], "能证明", "不能证明", "<svg", "自链高起"]);
    assert_has(&found, &["已计入公布的总数"]);
    // Who knows only a public tracker does not learn which other ballots came with it.
    let by_tracker = page(&world, &format!("{LAST}/receipt/{}", tracker.replace('/', "%2F"))).await;
    assert!(!by_tracker.contains("<svg viewBox") && !by_tracker.contains(&number[..4]));
    let elsewhere = asked.header("location").replace("2025-", "2026-");
    assert_eq!(world.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
}

/// Base64 of the SHA-256, without padding.
fn tracker_of(ballot: &str) -> String {
    use base64::Engine as _;
    let digest = gongping_appraisal::sha256(ballot.as_bytes());
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(digest.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appraisal_has_something_true_to_say_at_every_stage() {
    let stages = [
        (Until::Planned, "2026-06-20T00:00:00Z", "正在筹备"),
        (Until::Prepared, "2026-06-20T00:00:00Z", "正在筹备"),
        (Until::Opened, "2026-06-20T00:00:00Z", "方案已经冻结"),
        (Until::SignedOnce, "2026-07-02T00:00:00Z", "方案已经冻结"),
        (Until::Agreed, "2026-07-05T00:00:00Z", "满意度调查将从"),
    ];
    for (until, now, words) in stages {
        let world = World::with_people().await;
        let plans = vec![plan(PROVINCE, &[CITY, crate::world::SIBLING], 2026, until)];
        world.run(plans, now).await;
        assert_has(&page(&world, THIS).await, &[words]);
        assert_has(&page(&world, "/").await, &[words]);
        assert_has(&page(&world, &format!("{THIS}/vote")).await, &["现在不能答题"]);
        assert_has(&page(&world, &format!("{THIS}/check")).await, &["票箱还没有设立"]);
    }
}
