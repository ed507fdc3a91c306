//! Sorting through the use cases, on both databases: what was gathered is suggested, merged by one
//! of two clerks, taken apart, sent on and found again.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_app::province::{Post, Until};
use gongping_app::sorting::{
    self, GatheredOpinion, GatheringRecord, QueueFilter, SearchFilter, Stratum,
};
use gongping_app::{App, Refusal, doctor, opinion};
use gongping_appraisal::permission::{HoldOpinionKey, SortOpinions};
use gongping_appraisal::{
    Allowed, Channel, Digest, FindingState, ItemId, KeyRole, Matter, OpinionId, Place, Rejection,
    SortingRejection,
};
use gongping_store::Store;
use gongping_testkit::postgres::TestPostgres;
use gongping_testkit::{TestApp, unit};
use std::collections::BTreeSet;

const PROVINCE: &str = "360000-LSB";
const CITY: &str = "360100-LSB";

/// Of the labelled pairs: two of the same problem, one of another, and praise.
const SAID: [&str; 4] = [
    "大厅取号机坏了半个多月，都靠人喊号，老有人插队。",
    "取号机坏了好久没有人修，现在人工叫号，秩序很乱，插队的人多。",
    "大厅自助查询机打不出缴费证明，屏幕一碰就死机。",
    "建议中午安排人值班，我们上班族只有中午有时间来办事。",
];

fn allowed(app: &App, test: &TestApp) -> Allowed<SortOpinions> {
    app.world().allow(&test.account(PROVINCE, Post::Appraisal), &unit(PROVINCE)).unwrap()
}

fn place(of: &str, item: Option<&str>) -> Place {
    Place { unit: unit(of), item: item.map(|item| ItemId::parse(item).unwrap()) }
}

fn symposium(test: &TestApp) -> GatheringRecord {
    let present = [("企业", 12), ("退休人员", 7)];
    GatheringRecord::Symposium {
        appraisal: test.appraisal(),
        place: "东湖区百花洲社区".to_owned(),
        on: jiff::civil::date(2026, 7, 3),
        present: present.map(|(name, present)| Stratum { name: name.to_owned(), present }).to_vec(),
    }
}

fn suggestions_of_people() -> Vec<GatheredOpinion> {
    let said = |text: &str| GatheredOpinion {
        place: place(CITY, None),
        matter: Matter::Suggestion,
        text: text.to_owned(),
    };
    SAID.iter().map(|text| said(text)).collect()
}

fn ids(numbers: &[u32]) -> BTreeSet<OpinionId> {
    numbers.iter().copied().map(OpinionId).collect()
}

async fn opened(test: TestApp) -> TestApp {
    let plan = test.small_plan(Until::Opened);
    test.simulate(plan, "2026-07-04T02:00:00Z".parse().unwrap()).await;
    sorting::gather(
        &test.app,
        &allowed(&test.app, &test),
        &symposium(&test),
        suggestions_of_people(),
    )
    .await
    .unwrap();
    test
}

async fn sqlite() -> TestApp {
    opened(TestApp::new().await).await
}

fn finding_of(test: &TestApp, number: u32) -> Option<u32> {
    let world = test.app.world();
    let findings = &world.appraisal(&test.appraisal()).unwrap().findings;
    findings.of_opinion(OpinionId(number)).map(|finding| finding.id.0)
}

/// The whole way of one clerk.
async fn a_clerk_sorts(test: &TestApp) {
    let (app, id) = (&test.app, test.appraisal());
    let may = allowed(app, test);
    let (queue, waiting) =
        sorting::queue(app, &may, &id, &QueueFilter::default(), 3).await.unwrap();
    assert_eq!((queue.len(), waiting), (3, 4));
    assert_eq!(queue[0].text.as_deref(), Some(SAID[0]));
    let next = QueueFilter { above: Some(queue[2].id), ..QueueFilter::default() };
    let (rest, _) = sorting::queue(app, &may, &id, &next, 3).await.unwrap();
    assert_eq!(rest.iter().map(|line| line.id.0).collect::<Vec<_>>(), [4]);

    let alike = sorting::suggestions(app, &may, &id, OpinionId(1), 5).await.unwrap();
    assert_eq!(alike.first().map(|found| found.line.id.0), Some(2), "{alike:?}");

    let words = "取号机损坏，人工叫号秩序混乱";
    let finding =
        sorting::form(app, &may, &id, place(CITY, Some("B5")), ids(&[1, 2]), words).await.unwrap();
    assert_eq!(sorting::problem(app, &id, finding).await.unwrap(), words);
    assert_eq!((finding_of(test, 1), finding_of(test, 3)), (Some(1), None));
    // Together already: no more suggested.
    let alike = sorting::suggestions(app, &may, &id, OpinionId(1), 5).await.unwrap();
    assert!(alike.iter().all(|found| found.line.id.0 != 2), "{alike:?}");

    let found = |words: &str| SearchFilter { words: words.to_owned(), ..SearchFilter::default() };
    let findings = sorting::search_findings(app, &may, &id, &found("取号机"), 10).await.unwrap();
    assert_eq!(findings.rows, [finding]);
    let opinions = sorting::search_opinions(app, &may, &id, &found("取號機"), 1).await.unwrap();
    assert_eq!(opinions.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [2]);
    let more = SearchFilter { below: opinions.next, ..found("取號機") };
    let opinions = sorting::search_opinions(app, &may, &id, &more, 1).await.unwrap();
    assert_eq!(opinions.rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), [1]);
    assert_eq!(opinions.next, None);

    // Other words replace the old ones in the index.
    sorting::reword(app, &may, &id, finding, (None, "设备长期失修"), Some(1)).await.unwrap();
    let by_old = sorting::search_findings(app, &may, &id, &found("取号机"), 10).await.unwrap();
    assert!(by_old.rows.is_empty(), "{by_old:?}");
    let by_new = sorting::search_findings(app, &may, &id, &found("失修"), 10).await.unwrap();
    assert_eq!(by_new.rows, [finding]);

    sorting::take_out(app, &may, &id, finding, ids(&[2]), Some(2)).await.unwrap();
    assert_eq!((finding_of(test, 1), finding_of(test, 2)), (Some(1), None));
    sorting::dissolve(app, &may, &id, finding, Some(3)).await.unwrap();
    let world = app.world();
    let state = world.appraisal(&id).unwrap().findings.get(finding).unwrap().state;
    assert_eq!((finding_of(test, 1), state), (None, FindingState::Dissolved));

    let elsewhere = place("360200-LSB", Some("B6"));
    sorting::route(app, &may, &id, OpinionId(3), (elsewhere.clone(), "说的是景德镇"), Some(1))
        .await
        .unwrap();
    let line = sorting::line(app, &may, &id, OpinionId(3)).await.unwrap().unwrap();
    assert_eq!(line.place, elsewhere);
    sorting::keep_apart(app, &may, &id, OpinionId(2), OpinionId(1)).await.unwrap();
    let alike = sorting::suggestions(app, &may, &id, OpinionId(1), 5).await.unwrap();
    assert!(alike.iter().all(|found| found.line.id.0 != 2), "{alike:?}");
    test.assert_sound().await;
}

/// Two requests at once, each through a node of its own: one wins, the other is told where the
/// opinions are, and nothing of it is kept.
async fn two_clerks_merge_at_once(test: &TestApp, other: &App) {
    let id = test.appraisal();
    for round in 0..3_u32 {
        let entries = test.app.world().size();
        let (first, second) = (allowed(&test.app, test), allowed(other, test));
        let (one, two) = tokio::join!(
            sorting::form(&test.app, &first, &id, place(CITY, None), ids(&[1, 2]), "取号机"),
            sorting::form(other, &second, &id, place(CITY, None), ids(&[1, 3]), "机器"),
        );
        let outcomes = [one, two];
        let won: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert_eq!(won.len(), 1, "{outcomes:?}");
        let told = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).unwrap();
        let Refusal::Rejected(Rejection::Sorting(SortingRejection::AlreadySorted {
            opinion,
            finding,
        })) = told
        else {
            panic!("{told:?}")
        };
        assert_eq!((opinion.0, finding.0), (1, round + 1));
        test.app.catch_up().await.unwrap();
        other.catch_up().await.unwrap();
        assert_eq!(test.app.world().size(), entries + 1, "only the winner wrote");
        sorting::dissolve(&test.app, &first, &id, *won[0], None).await.unwrap();
        other.catch_up().await.unwrap();
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_sorts_on_sqlite() {
    a_clerk_sorts(&sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_clerks_who_merge_at_once_one_is_told_on_sqlite() {
    let test = sqlite().await;
    let other = test.another_node().await;
    two_clerks_merge_at_once(&test, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_postgres() {
    let Some(mut postgres) = TestPostgres::start() else { return };
    for concurrent in [false, true] {
        let url = postgres.database();
        let folder = tempfile::TempDir::new().unwrap();
        let test = TestApp::on(Store::open(&url).await.unwrap(), folder).await;
        let test = opened(test).await;
        if concurrent {
            let other = test.another_node_on(Store::open(&url).await.unwrap()).await;
            two_clerks_merge_at_once(&test, &other).await;
        } else {
            a_clerk_sorts(&test).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_minutes_enter_once() {
    let test = sqlite().await;
    let may = allowed(&test.app, &test);
    let again = sorting::gather(&test.app, &may, &symposium(&test), suggestions_of_people()).await;
    let refusal = again.unwrap_err();
    assert_eq!(sorting::was_entered_before(&refusal), Some(OpinionId(1)), "{refusal:?}");
    let world = test.app.world();
    let appraisal = world.appraisal(&test.appraisal()).unwrap();
    assert_eq!((appraisal.opinions.count(), appraisal.findings.gatherings().count()), (4, 1));
    let gathering = appraisal.findings.gatherings().next().unwrap();
    let record = sorting::gathering_record(&test.app, gathering.record).await.unwrap();
    assert_eq!(record, symposium(&test));
}

#[tokio::test(flavor = "multi_thread")]
async fn complaints_are_not_taken_while_nobody_could_open_them() {
    let test = sqlite().await;
    let may = allowed(&test.app, &test);
    let mut said = suggestions_of_people();
    said[3].matter = Matter::Complaint;
    let clipping = GatheringRecord::Clipping {
        appraisal: test.appraisal(),
        outlet: "南昌晚报".to_owned(),
        on: jiff::civil::date(2026, 7, 3),
        reference: "A3 版".to_owned(),
        scan: None,
    };
    let refused = sorting::gather(&test.app, &may, &clipping, said).await.unwrap_err();
    assert!(matches!(refused, Refusal::Input { code: "gathering-no-handler", .. }), "{refused:?}");
    let world = test.app.world();
    assert_eq!(world.appraisal(&test.appraisal()).unwrap().opinions.count(), 4, "all or none");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_a_changed_index_and_repairs_it() {
    let test = sqlite().await;
    let url = format!("sqlite:{}", test.file().display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    for statement in [
        "DELETE FROM search_word WHERE number = 1 AND term = (SELECT MIN(term) FROM search_word WHERE number = 1)",
        "INSERT INTO search_word (term, number) VALUES (7, 7)",
        "UPDATE sketch SET letters = '别的' WHERE opinion = 2",
        "DELETE FROM gathering",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    let diagnosis = doctor::examine(&test.app, |_| {}).await.unwrap();
    let places: Vec<&str> = diagnosis.findings.iter().map(|found| found.place.as_str()).collect();
    assert_eq!(places.len(), 4, "{places:?}");
    for table in ["search_word", "sketch", "gathering"] {
        let named = places.iter().any(|place| place.starts_with(&format!("table {table},")));
        assert!(named, "{table}: {places:?}");
    }
    doctor::rebuild_tables(&test.app).await.unwrap();
    test.assert_sound().await;
}

/// A key for the appraisal team and one for the office director; the private halves.
async fn with_keys(test: &TestApp) -> (age::x25519::Identity, age::x25519::Identity) {
    let keys = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    for (post, role, key) in
        [(Post::Appraisal, KeyRole::Handler, &keys.0), (Post::Office, KeyRole::Second, &keys.1)]
    {
        let allowed = test.may::<HoldOpinionKey>(PROVINCE, post).unwrap();
        let recipient = key.to_public().to_string();
        let app = &test.app;
        opinion::register_key(app, allowed, &test.appraisal(), role, recipient).await.unwrap();
    }
    keys
}

fn unsealed(sealed: &[u8], key: &age::x25519::Identity) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let decryptor = age::Decryptor::new(sealed).unwrap();
    let mut reader = decryptor.decrypt(std::iter::once(key as &dyn age::Identity)).ok()?;
    let mut plain = Vec::new();
    reader.read_to_end(&mut plain).unwrap();
    Some(plain)
}

async fn payload_of(test: &TestApp, store: &Store, digest: Digest) -> serde_json::Value {
    let commitment = digest.to_string().parse().unwrap();
    let Some(gongping_store::Payload::Kept(opening)) = store.payload(&commitment).await.unwrap()
    else {
        panic!("no payload of {digest} for {}", test.appraisal())
    };
    serde_json::from_slice(opening.bytes()).unwrap()
}

const LETTERS: [&str; 2] = [
    "From: =?UTF-8?B?5LiH5LqL6Zq+?= <wan@example.com>\r\nMessage-ID: <1@example.com>\r\n\
     Subject: =?UTF-8?B?5Y2X5piM5biC?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
     窗口要我交三百元加急费。\r\n",
    "From: other@example.com\r\nMessage-ID: <2@example.com>\r\nSubject: no place\r\n\r\n\
     Nothing that names a unit.\r\n",
];

fn letters() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = LETTERS
        .iter()
        .enumerate()
        .map(|(index, text)| (format!("{index}.eml"), text.as_bytes().to_vec()))
        .collect();
    files.push(("notes.pdf".to_owned(), b"%PDF-1.7".to_vec()));
    files
}

/// Letters enter once, are sealed to exactly those who may read them, and leave no readable byte.
async fn letters_are_sealed(test: &TestApp, store: &Store) {
    let (handler, second) = with_keys(test).await;
    let (app, id, may) = (&test.app, test.appraisal(), allowed(&test.app, test));
    let outcome = sorting::import_mail(app, &may, &id, &letters(), None).await.unwrap();
    assert_eq!((outcome.entered, outcome.known), (1, 0));
    assert_eq!(outcome.without_unit, ["1.eml"]);
    assert_eq!(outcome.unreadable, ["notes.pdf"]);
    let otherwise = unit("360200-LSB");
    let again = sorting::import_mail(app, &may, &id, &letters(), Some(&otherwise)).await.unwrap();
    assert_eq!((again.entered, again.known), (1, 1));
    let third = sorting::import_mail(app, &may, &id, &letters(), Some(&otherwise)).await.unwrap();
    assert_eq!((third.entered, third.known), (0, 2));

    let world = app.world();
    let opinions = &world.appraisal(&id).unwrap().opinions;
    let known = opinions.all().find(|opinion| opinion.channel == Channel::Email).unwrap();
    assert_eq!(known.unit, unit(CITY));
    assert!(known.sealed && known.masked.is_none());
    let content = payload_of(test, store, known.content).await;
    let sealed = STANDARD.decode(content["sealed"].as_str().unwrap()).unwrap();
    assert!(unsealed(&sealed, &second).is_none(), "the second person reads no text");
    let plain: serde_json::Value =
        serde_json::from_slice(&unsealed(&sealed, &handler).unwrap()).unwrap();
    assert!(plain["text"].as_str().unwrap().contains("三百元加急费"));
    let identity = payload_of(test, store, known.identity.unwrap()).await;
    let outer = STANDARD.decode(identity["sealed"].as_str().unwrap()).unwrap();
    assert!(unsealed(&outer, &handler).is_none(), "no handler opens a name alone");
    let inner = unsealed(&outer, &second).unwrap();
    let name: serde_json::Value =
        serde_json::from_slice(&unsealed(&inner, &handler).unwrap()).unwrap();
    assert_eq!(
        (name["name"].as_str(), name["contact"].as_str()),
        (Some("万事难"), Some("wan@example.com"))
    );
    // It waits, and nobody sorts it before there is a masked copy.
    let line = sorting::line(app, &may, &id, known.id).await.unwrap().unwrap();
    assert_eq!(line.text, None);
    let found = SearchFilter { words: "加急费".to_owned(), ..SearchFilter::default() };
    assert!(sorting::search_opinions(app, &may, &id, &found, 5).await.unwrap().rows.is_empty());
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_sealed_on_sqlite_and_leave_no_readable_byte() {
    let test = sqlite().await;
    letters_are_sealed(&test, &test.store().await).await;
    for entry in std::fs::read_dir(test.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for needle in ["万事难", "wan@example.com", "三百元加急费", "1@example.com"] {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_sealed_on_postgres() {
    let Some(mut postgres) = TestPostgres::start() else { return };
    let url = postgres.database();
    let folder = tempfile::TempDir::new().unwrap();
    let test = opened(TestApp::on(Store::open(&url).await.unwrap(), folder).await).await;
    letters_are_sealed(&test, &Store::open(&url).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn complaints_of_a_clipping_are_sealed_and_can_be_sorted_at_once() {
    let test = sqlite().await;
    with_keys(&test).await;
    let (app, id, may) = (&test.app, test.appraisal(), allowed(&test.app, &test));
    let mut said = suggestions_of_people();
    for opinion in &mut said {
        opinion.matter = Matter::Complaint;
    }
    let clipping = GatheringRecord::Clipping {
        appraisal: id.clone(),
        outlet: "南昌晚报".to_owned(),
        on: jiff::civil::date(2026, 7, 3),
        reference: "A3 版".to_owned(),
        scan: None,
    };
    sorting::gather(app, &may, &clipping, said).await.unwrap();
    let world = app.world();
    let opinion = world.appraisal(&id).unwrap().opinions.get(OpinionId(5)).unwrap().clone();
    assert!(opinion.sealed && opinion.masked.is_some());
    let line = sorting::line(app, &may, &id, opinion.id).await.unwrap().unwrap();
    assert_eq!(line.text.as_deref(), Some(SAID[0]));
    sorting::form(app, &may, &id, place(CITY, None), ids(&[5, 6]), "取号机").await.unwrap();

    // Whoever has ties to the unit sees and sorts nothing of it any more.
    let ties = test.may::<HoldOpinionKey>(PROVINCE, Post::Appraisal).unwrap();
    opinion::declare_interest(app, ties, &id, unit(CITY)).await.unwrap();
    let (queue, waiting) =
        sorting::queue(app, &may, &id, &QueueFilter::default(), 9).await.unwrap();
    assert_eq!((queue.len(), waiting), (0, 0));
    assert_eq!(sorting::line(app, &may, &id, OpinionId(5)).await.unwrap(), None);
    for words in ["取号机", ""] {
        let filter = SearchFilter { words: words.to_owned(), ..SearchFilter::default() };
        let found = sorting::search_opinions(app, &may, &id, &filter, 9).await.unwrap();
        assert!(found.rows.is_empty(), "{words:?}");
        let found = sorting::search_findings(app, &may, &id, &filter, 9).await.unwrap();
        assert!(found.rows.is_empty(), "{words:?}");
    }
    assert!(sorting::suggestions(app, &may, &id, OpinionId(1), 5).await.unwrap().is_empty());
    test.assert_sound().await;
}
