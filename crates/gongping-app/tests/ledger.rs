//! Feedback and rectification through the use cases: from the symposium and the unit's own report to
//! a closed entry, with everything behind its commitment; and the doctor names what was changed.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::ledger::{self, Desk, Draft, ItemReport, Measure, MeetingNote, OwnFinding};
use gongping_app::province::{Post, Until};
use gongping_app::sorting::{self, GatheredOpinion, GatheringRecord};
use gongping_app::{Refusal, account, doctor};
use gongping_appraisal::permission::{
    AnswerForUnit, KeepLedger, SignFeedback, SortOpinions, VerifyEntries, WorkEntries,
};
use gongping_appraisal::{
    AccountId, Allowed, AppraisalId, Attitude, Duty, DutyGrant, EntryId, FindingId, ItemId, Matter,
    OpinionId, Permission, Place, Points,
};
use gongping_testkit::{TestApp, unit};
use jiff::civil::date;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use std::collections::BTreeMap;

const PROVINCE: &str = "360000-LSB";
const CITY: &str = "360100-LSB";
const PROBLEM: &str = "取号机长期失修，现场秩序混乱";

fn item(id: &str) -> ItemId {
    ItemId::parse(id).unwrap()
}

fn allow<P: Permission>(test: &TestApp, who: &AccountId, place: &str) -> Allowed<P> {
    test.app.world().allow(who, &unit(place)).unwrap()
}

const fn desk<'a, P>(allowed: &'a Allowed<P>, id: &'a AppraisalId) -> Desk<'a, P> {
    Desk { allowed, id, seen: None }
}

fn head() -> AccountId {
    AccountId::parse("head-of-city").unwrap()
}

/// An open appraisal with the head of a city bureau and one finding about that bureau.
async fn with_finding() -> TestApp {
    let test = TestApp::new().await;
    test.simulate(test.small_plan(Until::Opened), "2026-07-04T02:00:00Z".parse().unwrap()).await;
    let duties = [DutyGrant { duty: Duty::UnitHead, unit: unit(CITY) }].into();
    let (login, title) = ("head-of-city".to_owned(), "局长".to_owned());
    let new = account::NewAccount { id: head(), login, title, duties };
    let admin = test.account(PROVINCE, Post::Administrator);
    account::open(&test.app, allow(&test, &admin, PROVINCE), new, "lianxi-2026").await.unwrap();
    let may: Allowed<SortOpinions> =
        allow(&test, &test.account(PROVINCE, Post::Appraisal), PROVINCE);
    let record = GatheringRecord::Symposium {
        appraisal: test.appraisal(),
        place: "东湖区百花洲社区".to_owned(),
        on: date(2026, 7, 3),
        present: Vec::new(),
    };
    let place = Place { unit: unit(CITY), item: None };
    let text = "大厅取号机坏了半个多月。".to_owned();
    let said = GatheredOpinion { place, matter: Matter::Suggestion, text };
    sorting::gather(&test.app, &may, &record, vec![said]).await.unwrap();
    let place = Place { unit: unit(CITY), item: Some(item("B5")) };
    let opinions = [OpinionId(1)].into();
    sorting::form(&test.app, &may, &test.appraisal(), place, opinions, PROBLEM).await.unwrap();
    test
}

async fn send_letter(test: &TestApp) {
    let (app, id) = (&test.app, test.appraisal());
    let team: Allowed<KeepLedger> = allow(test, &test.account(PROVINCE, Post::Appraisal), PROVINCE);
    let draft = Draft {
        letter: None,
        unit: unit(CITY),
        findings: [FindingId(1)].into(),
        opening: "经深入分析，现将评议意见反馈如下：".to_owned(),
        demands: "请于十五日内逐项整改。".to_owned(),
    };
    let letter = ledger::draft(app, &desk(&team, &id), draft).await.unwrap();
    let text = ledger::letter_text(app, &id, letter).await.unwrap();
    assert_eq!(text.findings[0].problem, PROBLEM);
    let director: Allowed<SignFeedback> =
        allow(test, &test.account(PROVINCE, Post::Office), PROVINCE);
    let seen = app.world().appraisal(&id).unwrap().ledger.letter(letter).unwrap().text;
    let wrong = ledger::sign(app, &desk(&director, &id), letter, seen, "wrong").await;
    assert!(matches!(wrong, Err(Refusal::LogIn(_))));
    ledger::sign(app, &desk(&director, &id), letter, seen, "lianxi-2026").await.unwrap();
    ledger::send(app, &desk(&team, &id), letter).await.unwrap();
    let note = MeetingNote {
        place: "市局三楼会议室".to_owned(),
        present: "评议组三人，市局班子成员".to_owned(),
        attitude: Attitude::Accepts,
        words: "诚恳接受，立行立改。".to_owned(),
        said_by: "局长".to_owned(),
    };
    ledger::record_meeting(app, &desk(&team, &id), letter, &note).await.unwrap();
    assert_eq!(ledger::minute(app, &id, letter).await.unwrap().unwrap().said_by, "局长");
    let of_head: Allowed<AnswerForUnit> = allow(test, &head(), CITY);
    ledger::confirm(app, &desk(&of_head, &id), letter).await.unwrap();
}

const ONE: EntryId = EntryId(1);

/// A picture with the least that one needs, and with what a camera writes.
const PICTURE: &[u8] = b"\xff\xd8\xff\xe1\0\x0bExif\0\0GPS\xff\xda\0\x04ab\x01\x02\xff\xd9";

async fn put_right(test: &TestApp) {
    let (app, id) = (&test.app, test.appraisal());
    let clerk: Allowed<WorkEntries> = allow(test, &test.account(CITY, Post::Unit), CITY);
    let at = desk(&clerk, &id);
    let measure = Measure {
        person: "办公室主任".to_owned(),
        body: "办公室".to_owned(),
        standard: "取号机正常使用".to_owned(),
        measure: "更换取号机".to_owned(),
        deadline: date(2026, 8, 15),
        plan: Some(("需采购".to_owned(), "七月采购，八月安装".to_owned())),
    };
    ledger::accept(app, &at, ONE, &measure).await.unwrap();
    ledger::start(app, &at, ONE).await.unwrap();
    let other = ledger::add_evidence(app, &at, ONE, "动画", Some(b"GIF89a")).await.unwrap_err();
    assert!(matches!(other, Refusal::Input { code: "ledger-file-kind", .. }));
    ledger::add_evidence(app, &at, ONE, "新取号机", Some(PICTURE)).await.unwrap();
    ledger::claim(app, &at, ONE, "设备每周巡检").await.unwrap();
    // The unit has no permission to verify, so the call does not even compile without a proof:
    assert!(app.world().allow::<VerifyEntries>(clerk.account(), &unit(PROVINCE)).is_err());
    let inspector: Allowed<VerifyEntries> =
        allow(test, &test.account(PROVINCE, Post::Inspector), PROVINCE);
    let texts = ledger::texts(app, &id, ONE).await.unwrap();
    let (content, file) = &texts.proofs[0];
    assert_eq!((file.media.as_str(), file.about.as_str()), ("image/jpeg", "新取号机"));
    let (_, _, bytes) = ledger::evidence(app, &id, ONE, *content).await.unwrap();
    assert!(!bytes.windows(3).any(|part| part == b"GPS"), "the place is still in the picture");
    ledger::verify(app, &desk(&inspector, &id), ONE, "现场查看，已更换").await.unwrap();
    let team: Allowed<KeepLedger> = allow(test, &test.account(PROVINCE, Post::Appraisal), PROVINCE);
    ledger::close(app, &desk(&team, &id), ONE).await.unwrap();
}

async fn inspect_oneself(test: &TestApp) {
    let (app, id) = (&test.app, test.appraisal());
    let of_head: Allowed<AnswerForUnit> = allow(test, &head(), CITY);
    let said = |text: &str| ItemReport { checked: text.to_owned(), ..ItemReport::default() };
    let findings = BTreeMap::from([
        (item("B1"), OwnFinding { report: said("查了承诺"), still_open: String::new() }),
        (item("B4"), OwnFinding { report: said("查了收费"), still_open: "公示栏过期".to_owned() }),
    ]);
    let points = BTreeMap::from([("rectification".to_owned(), Points::parse("18").unwrap())]);
    ledger::file(app, &desk(&of_head, &id), findings, points).await.unwrap();
    let report = ledger::report(app, &id, &unit(CITY)).await.unwrap().unwrap();
    assert_eq!(report.items[&item("B4")].checked, "查了收费");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_becomes_a_letter_an_entry_and_is_put_right() {
    let test = with_finding().await;
    send_letter(&test).await;
    put_right(&test).await;
    inspect_oneself(&test).await;
    let world = test.app.world();
    let ledger = &world.appraisal(&test.appraisal()).unwrap().ledger;
    let states: Vec<_> = ledger.all().map(|entry| entry.state.as_str()).collect();
    assert_eq!(states, ["closed", "open"]);
    test.assert_sound().await;
}

async fn tamper(test: &TestApp, sql: &str) -> u64 {
    let options = SqliteConnectOptions::new().filename(test.file()).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for trigger in triggers {
        connection.execute(AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).await.unwrap();
    }
    let done = connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.close().await.unwrap();
    done.rows_affected()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_a_changed_entry_letter_report_proof_or_minute() {
    let sound = with_finding().await;
    send_letter(&sound).await;
    put_right(&sound).await;
    inspect_oneself(&sound).await;
    let world = sound.app.world();
    let ledger = &world.appraisal(&sound.appraisal()).unwrap().ledger;
    let proof = ledger.get(ONE).unwrap().state.proofs()[0].what.content;
    let minute = ledger.letters().next().unwrap().meeting.unwrap().minute;
    let gone = |digest| format!("DELETE FROM payload WHERE commitment = '{digest}'");
    let changes = [
        ("DELETE FROM ledger_entry WHERE number = 1".to_owned(), "table ledger_entry"),
        ("UPDATE ledger_entry SET state = 'closed' WHERE number = 2".to_owned(), "ledger_entry"),
        ("UPDATE ledger_entry SET due = '2027-01-01'".to_owned(), "ledger_entry"),
        ("UPDATE feedback_letter SET attitude = 'rejects'".to_owned(), "feedback_letter"),
        ("DELETE FROM self_inspection".to_owned(), "self_inspection"),
        (gone(proof), "commits to"),
        (gone(minute), "commits to"),
    ];
    for (sql, place) in changes {
        let test = sound.copy().await;
        assert!(tamper(&test, &sql).await > 0, "{sql} changes nothing");
        let found = doctor::examine(&test.app, |_| {}).await.unwrap().findings;
        assert!(found.iter().any(|f| f.place.contains(place)), "{sql}: {found:#?}");
    }
}
