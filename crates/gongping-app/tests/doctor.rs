//! Whoever has all rights on the database changes it; the doctor names what was changed
//! (T3, T4, T14).

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::{Campaign, Post, Until, run};
use gongping_app::{Failure, LogInRefusal, Refusal, doctor, log, unit as units};
use gongping_appraisal::permission::ManageUnits;
use gongping_log::{Checkpoint, Tree, VerifierKey};
use gongping_testkit::{TestApp, unit};
use jiff::civil::date;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// Drops what protects the tables, and changes them; returns how many rows that touched.
async fn tamper(test: &TestApp, sql: &str) -> u64 {
    let options = SqliteConnectOptions::new().filename(test.file()).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for trigger in triggers {
        let drop = AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        connection.execute(drop).await.unwrap();
    }
    let done = connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    connection.close().await.unwrap();
    done.rows_affected()
}

async fn findings(test: &TestApp) -> Vec<doctor::Finding> {
    doctor::examine(&test.app, |_| {}).await.unwrap().findings
}

/// Makes each change upon a copy of its own, and sees that a finding names the place.
async fn each_is_named(sound: &TestApp, changes: &[(&str, &str)]) {
    for (sql, place) in changes {
        let test = sound.copy().await;
        assert!(tamper(&test, sql).await > 0, "{sql} changes nothing");
        let found = findings(&test).await;
        assert!(found.iter().any(|f| f.place.contains(place)), "{sql}: {found:#?}");
    }
}

async fn simulated(until: Until, now: &str) -> TestApp {
    let test = TestApp::new().await;
    test.simulate(test.small_plan(until), now.parse().unwrap()).await;
    test.assert_sound().await;
    test
}

async fn published() -> TestApp {
    simulated(Until::Published, "2026-09-20T00:00:00Z").await
}

const BOX: &str = "2026-360000-LSB.360100-LSB.deputies";

/// A row removed, changed and added in each table that follows from the log, each another one.
const OF_TABLES: [(&str, &str); 18] = [
    ("DELETE FROM unit WHERE id = '360102-LSB'", "table unit, row 360102-LSB"),
    ("UPDATE unit SET name = 'X' WHERE id = '360103-LSB'", "table unit, row 360103-LSB"),
    (
        "INSERT INTO unit VALUES ('360199-LSB', 'X', 'county', '360100-LSB', '2021-01-01', NULL)",
        "table unit, row 360199-LSB",
    ),
    ("DELETE FROM account WHERE id = 'a360000-office'", "table account, row a360000-office"),
    ("UPDATE account SET active = 0 WHERE id = 'a360000-leader'", "account, row a360000-leader"),
    ("INSERT INTO account VALUES ('a9', 'a9', 'X', 1)", "table account, row a9"),
    ("DELETE FROM duty WHERE account_id = 'a360000-office'", "duty, row a360000-office / "),
    (
        "UPDATE duty SET duty = 'administrator' WHERE account_id = 'a360000-leader'",
        "table duty, row a360000-leader / administrator / 360000-LSB",
    ),
    (
        "INSERT INTO duty VALUES ('a360000-unit', 'administrator', '360000-LSB')",
        "table duty, row a360000-unit / administrator / 360000-LSB",
    ),
    ("UPDATE appraisal SET title = 'X'", "table appraisal, row 2026-360000-LSB"),
    (
        "INSERT INTO appraisal VALUES ('2025-360000-LSB', '360000-LSB', 2025, 'X', 'published')",
        "table appraisal, row 2025-360000-LSB",
    ),
    (
        "DELETE FROM box WHERE unit_id = '360100-LSB' AND respondent_group = 'enterprises'",
        "table box, row 2026-360000-LSB.360100-LSB.enterprises",
    ),
    (
        "UPDATE box SET ballots = ballots + 1
         WHERE unit_id = '360100-LSB' AND respondent_group = 'deputies'",
        "table box, row 2026-360000-LSB.360100-LSB.deputies",
    ),
    (
        "INSERT INTO box SELECT 'x', appraisal_id, unit_id, 'x', stage, head, ballots FROM box
         LIMIT 1",
        "table box, row x",
    ),
    ("DELETE FROM ranking_row WHERE unit_id = '360100-LSB'", "ranking_row, row 2026-360000-LSB"),
    (
        "UPDATE ranking_row SET total_shown = '93' WHERE unit_id = '360200-LSB'",
        "table ranking_row, row 2026-360000-LSB / 360200-LSB",
    ),
    (
        "INSERT INTO ranking_row VALUES ('2026-360000-LSB', '360300-LSB', 1, '93', '93', NULL)",
        "table ranking_row, row 2026-360000-LSB / 360300-LSB",
    ),
    ("UPDATE unit SET closed_on = '2026-01-01' WHERE id = '360000-LSB'", "row 360000-LSB"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_table_is_named_and_can_be_undone() {
    let test = TestApp::new().await;
    // Enough answers for a ranking.
    test.province(Until::Published, "2026-09-20T00:00:00Z".parse().unwrap()).await;
    for (sql, _) in OF_TABLES {
        assert!(tamper(&test, sql).await > 0, "{sql} changes nothing");
    }
    let found = findings(&test).await;
    for (sql, place) in OF_TABLES {
        assert!(found.iter().any(|f| f.place.contains(place)), "{sql}: {found:#?}");
    }
    doctor::rebuild_tables(&test.app).await.unwrap();
    test.assert_sound().await;
    assert!(tamper(&test, "DELETE FROM appraisal").await > 0);
    let found = findings(&test).await;
    assert_eq!((found.len(), &*found[0].place), (1, "table appraisal, row 2026-360000-LSB"));
    doctor::rebuild_tables(&test.app).await.unwrap();
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilding_tables_touches_nothing_else() {
    let test = published().await;
    assert!(tamper(&test, "UPDATE unit SET name = 'X'").await > 0);
    assert!(tamper(&test, "UPDATE tracker SET at_us = at_us + 1e15").await > 0);
    let entries = test.store().await.log_size().await.unwrap();
    doctor::rebuild_tables(&test.app).await.unwrap();
    let found = findings(&test).await;
    assert!(!found.is_empty() && found.iter().all(|f| f.place.starts_with("receipt ")));
    assert_eq!(test.store().await.log_size().await.unwrap(), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_the_log_is_named() {
    let sound = published().await;
    let changes = [
        ("DELETE FROM log_entry WHERE position = 30", "log_entry"),
        ("DELETE FROM log_entry WHERE position = (SELECT MAX(position) FROM log_entry)", "log"),
        (
            "UPDATE log_entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"year\":2026',
             '\"year\":2027') AS BLOB) WHERE CAST(bytes AS TEXT) LIKE '%appraisal_planned%'",
            "checkpoint ",
        ),
        ("UPDATE log_entry SET at_us = at_us + 1 WHERE position = 30", "log entry 30"),
        ("UPDATE log_entry SET bytes = x'00' WHERE position = 30", "log entry 30"),
        (
            "INSERT INTO log_entry SELECT position + 1, at_us, bytes FROM log_entry
             ORDER BY position DESC LIMIT 1",
            "log",
        ),
        ("DELETE FROM checkpoint WHERE size = (SELECT MAX(size) FROM checkpoint)", "log"),
        (
            "DELETE FROM checkpoint WHERE size = (SELECT MAX(size) - 1 FROM checkpoint)",
            "checkpoint ",
        ),
        (
            "UPDATE checkpoint SET note = replace(note, 'test.example', 'west.example')
             WHERE size = 50",
            "checkpoint 50",
        ),
        (
            "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 60)
             WHERE size = 50",
            "checkpoint 50",
        ),
        ("INSERT INTO checkpoint SELECT 0, note FROM checkpoint LIMIT 1", "checkpoint 0"),
        ("INSERT INTO checkpoint SELECT 3, note FROM checkpoint LIMIT 1", "checkpoint 3"),
        ("INSERT INTO checkpoint SELECT 99999, note FROM checkpoint LIMIT 1", "log"),
    ];
    each_is_named(&sound, &changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_box_is_named() {
    let sound = published().await;
    let latest = format!("(SELECT MAX(position) FROM box_item WHERE box_id = '{BOX}')");
    let changes = [
        ("DELETE FROM box_item WHERE box_id = BOX", BOX),
        ("DELETE FROM box_item WHERE box_id = BOX AND position = LATEST", BOX),
        ("DELETE FROM box_item WHERE box_id = BOX AND position > LATEST - 2", BOX),
        ("DELETE FROM box_item WHERE box_id = BOX AND position = 8", "table box_item"),
        (
            "UPDATE box_item SET bytes = CAST(bytes || ' ' AS BLOB)
             WHERE box_id = BOX AND position = 8",
            BOX,
        ),
        ("UPDATE box_item SET name = 'x' WHERE box_id = BOX AND position = 8", BOX),
        (
            "UPDATE box_item SET position = position + 1 WHERE box_id = BOX AND position = LATEST",
            "table box_item",
        ),
        (
            "INSERT INTO box_item SELECT box_id, position + 1, name, bytes FROM box_item
             WHERE box_id = BOX AND position = LATEST",
            BOX,
        ),
        ("INSERT INTO box_item VALUES ('2031-x', 0, 'BELENIOS', x'00')", "box 2031-x"),
        ("DELETE FROM tracker WHERE box_id = BOX", "receipt "),
        ("UPDATE tracker SET position = position + 1 WHERE box_id = BOX", "receipt "),
        ("UPDATE tracker SET box_id = 'x' WHERE box_id = BOX", "receipt "),
        ("UPDATE tracker SET at_us = at_us + 4000000000000 WHERE box_id = BOX", "receipt "),
        ("UPDATE tracker SET receipt = '0000-0000-0000-0000' WHERE box_id = BOX", "receipt "),
        ("INSERT INTO tracker VALUES ('invented', BOX, 6, 0, '')", BOX),
        ("DELETE FROM box_item WHERE box_id = CODES", "code list of "),
        ("UPDATE box_item SET bytes = x'5b5d' WHERE box_id = CODES", "code list of "),
        ("UPDATE box_item SET name = 'x' WHERE box_id = CODES", "code list of "),
        (
            "INSERT INTO box_item SELECT box_id, 1, name, bytes FROM box_item
             WHERE box_id = CODES",
            "code list of ",
        ),
        ("INSERT INTO tracker VALUES ('invented', CODES, 0, 0, '')", "code list of "),
    ];
    let named = |sql: &str| {
        let sql = sql.replace("CODES", &format!("'{BOX}#codes'")).replace("LATEST", &latest);
        sql.replace("= BOX", &format!("= '{BOX}'")).replace(", BOX,", &format!(", '{BOX}',"))
    };
    let changes = changes.map(|(sql, place)| (named(sql), place));
    let changes: Vec<(&str, &str)> = changes.iter().map(|(sql, place)| (&**sql, *place)).collect();
    each_is_named(&sound, &changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_code_list_is_named_before_the_survey_opens() {
    let sound = simulated(Until::Agreed, "2026-07-05T00:00:00Z").await;
    let list = format!("WHERE box_id = '{BOX}#codes'");
    let changes = [
        (format!("DELETE FROM box_item {list}"), "code list of "),
        (format!("UPDATE box_item SET bytes = x'5b5d' {list}"), "code list of "),
        (format!("INSERT INTO box_item SELECT '{BOX}', 0, name, bytes FROM box_item {list}"), BOX),
        (format!("INSERT INTO tracker VALUES ('invented', '{BOX}', 0, 0, '')"), BOX),
    ];
    let changes: Vec<(&str, &str)> = changes.iter().map(|(sql, place)| (&**sql, *place)).collect();
    each_is_named(&sound, &changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_log_commits_to_cannot_be_changed_removed_or_erased() {
    let sound = published().await;
    let one = "WHERE commitment = (SELECT MIN(commitment) FROM payload)";
    let changes = [
        format!("DELETE FROM payload {one}"),
        format!("UPDATE payload SET bytes = x'7b7d' {one}"),
        format!("UPDATE payload SET salt = zeroblob(32) {one}"),
        format!("UPDATE payload SET salt = x'00' {one}"),
        format!("UPDATE payload SET salt = NULL, bytes = NULL, erased_at = 1 {one}"),
    ];
    let changes: Vec<(&str, &str)> = changes.iter().map(|sql| (&**sql, "commits to")).collect();
    each_is_named(&sound, &changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_set_past_the_log_is_named_and_refused() {
    let sound = TestApp::new().await;
    let changes = [
        ("DELETE FROM account_secret WHERE account_id = 'a360000-office'", "a360000-office"),
        (
            "UPDATE account_secret SET password_hash = (SELECT password_hash FROM account_secret
             WHERE account_id = 'a360000-liaison') WHERE account_id = 'a360000-office'",
            "password of a360000-office",
        ),
    ];
    each_is_named(&sound, &changes).await;
    let test = sound.copy().await;
    assert_eq!(tamper(&test, changes[1].0).await, 1);
    let refused = test.log_in("360000-LSB", Post::Office).await;
    assert!(matches!(refused, Err(Refusal::Failure(Failure::Damaged(_)))), "{refused:?}");
    // An account that only the tables know is nobody.
    let test = sound.copy().await;
    let invent = "INSERT INTO account VALUES ('a9', 'a9', 'X', 1)";
    assert_eq!(tamper(&test, invent).await, 1);
    let secret = "INSERT INTO account_secret SELECT 'a9', password_hash, 0 FROM account_secret
                  WHERE account_id = 'a360000-office'";
    assert_eq!(tamper(&test, secret).await, 1);
    let restarted = test.copy().await;
    let password = gongping_app::province::PASSWORD;
    let refused = gongping_app::session::log_in(&restarted.app, "a9", password, "10.0.0.1").await;
    let expected = LogInRefusal::WrongNameOrPassword;
    assert!(matches!(refused, Err(Refusal::LogIn(found)) if found == expected), "{refused:?}");
}

async fn rename(test: &TestApp, name: &str) {
    let allowed = test
        .app
        .world()
        .allow::<ManageUnits>(&test.account("360000-LSB", Post::Coordination), &unit("360102-LSB"));
    let from = date(2026, 9, 21);
    units::rename(&test.app, allowed.unwrap(), name.to_owned(), from).await.unwrap();
}

/// The root of the log's first `size` entries as it reads now; `None` when it has fewer.
async fn root_of(test: &TestApp, size: u64) -> Option<gongping_log::Hash> {
    let mut tree = Tree::new();
    while tree.size() < size {
        let rows = log::page(&test.app, tree.size(), 1).await.unwrap();
        tree.append(rows.first()?.text.as_bytes()).unwrap();
    }
    Some(tree.root())
}

/// What the doctor cannot know by itself: a log that was cut, with everything after it, is the log
/// of an earlier time. Who kept a later checkpoint knows (T14, T15).
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_does_not_match_a_checkpoint_that_somebody_kept() {
    let test = published().await;
    let before = test.store().await.log_size().await.unwrap();
    rename(&test, "东湖区人力资源和社会保障局").await;
    let note = log::checkpoint(&test.app).await.unwrap().unwrap();
    let key: VerifierKey = test.app.log_key().parse().unwrap();
    let (pinned, _) = Checkpoint::open(&note, test.app.origin(), &[key]).unwrap();
    assert_eq!(root_of(&test, pinned.size()).await, Some(pinned.root()));

    tamper(&test, &format!("DELETE FROM log_entry WHERE position >= {before}")).await;
    assert!(!findings(&test).await.is_empty(), "the checkpoint of the longer log is still there");
    tamper(&test, &format!("DELETE FROM checkpoint WHERE size > {before}")).await;
    let now = test.app.now();
    let test = test.restart(now).await;
    let found = findings(&test).await;
    assert!(found.iter().all(|f| f.place.starts_with("table unit")), "{found:?}");
    doctor::rebuild_tables(&test.app).await.unwrap();
    // Everything agrees again: from the inside there is nothing to be seen.
    test.assert_sound().await;
    assert_eq!(root_of(&test, pinned.size()).await, None, "the log is shorter than was signed");
    rename(&test, "东湖区劳动保障局").await;
    test.assert_sound().await;
    let root = root_of(&test, pinned.size()).await;
    assert!(root.is_some() && root != Some(pinned.root()), "the log is another one");
}

/// Cutting the log below what boxes and tables hold is seen from the inside as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_cut_alone_contradicts_the_boxes() {
    let test = published().await;
    let share = "(SELECT MAX(position) FROM log_entry
                 WHERE CAST(bytes AS TEXT) LIKE '%\"share_given\"%')";
    tamper(&test, &format!("DELETE FROM checkpoint WHERE size > {share}")).await;
    tamper(&test, &format!("DELETE FROM log_entry WHERE position >= {share}")).await;
    let now = test.app.now();
    let test = test.restart(now).await;
    doctor::rebuild_tables(&test.app).await.unwrap();
    let found = findings(&test).await;
    assert!(found.iter().any(|f| f.place.contains(BOX)), "{found:?}");
}

/// What people said: rows and contents, each of which the doctor names when it is changed.
#[tokio::test(flavor = "multi_thread")]
async fn opinions_that_were_changed_or_removed_past_the_log_are_named() {
    let test = TestApp::new().await;
    let mut campaign = Campaign::new(test.small_plan(Until::Opened), 7).unwrap();
    campaign.with_opinions = true;
    let (now, campaigns) = ("2026-07-24T00:00:00Z", std::slice::from_mut(&mut campaign));
    run(&test.app, &*test.clock, campaigns, now.parse().unwrap(), |_, _| {}).await.unwrap();
    test.assert_sound().await;
    let row = |number: u32| format!("table opinion, row 2026-360000-LSB / {number}");
    let (first, fourth, new) = (row(1), row(4), row(99));
    let copy = "(SELECT masked FROM opinion WHERE number = 1)";
    let remove = format!("DELETE FROM payload WHERE commitment = {copy}");
    let change = format!("UPDATE payload SET bytes = x'7b7d' WHERE commitment = {copy}");
    let erase = format!(
        "UPDATE payload SET bytes = NULL, salt = NULL, erased_at = 1 WHERE commitment = {copy}"
    );
    each_is_named(
        &test,
        &[
            ("DELETE FROM opinion WHERE number = 1", &first),
            ("UPDATE opinion SET state = 'closed' WHERE number = 4", &fourth),
            ("UPDATE opinion SET unit_id = '360200-LSB' WHERE number = 1", &first),
            ("UPDATE opinion SET number = 99 WHERE number = 4", &new),
            (&remove, "what log entry"),
            (&change, "what log entry"),
            (&erase, "what log entry"),
        ],
    )
    .await;
    // Each text, copy and ground for itself.
    let copy = test.copy().await;
    let removed = tamper(&copy, "DELETE FROM payload").await;
    let missing = findings(&copy).await;
    let named = missing.iter().filter(|found| found.place.starts_with("what log entry")).count();
    assert_eq!(u64::try_from(named).unwrap(), removed);
    assert!(removed >= 12, "{removed}");
}
