//! Sheets that are taken, and sheets that are not (T1, T2, T6).

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::ballot::{self, Receipt, SealedBallot, SheetSubmission};
use gongping_app::province::{Campaign, SampleSize, Until};
use gongping_app::{BallotRefusal, Refusal, survey};
use gongping_appraisal::{AppraisalId, BoxId, SheetNumber};
use gongping_seal::{MAX_BALLOT_BYTES, PrivateCredential, receipt_number};
use gongping_testkit::{TestApp, all_of_grade, survey_closes, survey_opens, unit};
use jiff::SignedDuration;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use sqlx::Connection as _;
use std::collections::BTreeSet;

/// The sheet about both units.
const BOTH: u16 = 5;

/// Sends what must be refused, and sees that nothing of it was kept.
async fn refused(test: &TestApp, id: &AppraisalId, sheet: SheetSubmission) -> BallotRefusal {
    let store = test.store().await;
    let before = store.box_lengths().await.unwrap();
    let outcome = ballot::submit(&test.app, id, sheet).await;
    assert_eq!(store.box_lengths().await.unwrap(), before, "nothing is kept");
    match outcome {
        Err(Refusal::Ballot(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn facts(receipts: &[Receipt]) -> Vec<(BoxId, String, bool)> {
    receipts.iter().map(|r| (r.box_id.clone(), r.tracker.clone(), r.replaced)).collect()
}

async fn counts(test: &TestApp, campaign: &Campaign) -> Vec<(u64, u64)> {
    let response = survey::response(&test.app, &campaign.id).await.unwrap();
    response.into_iter().map(|of_box| (of_box.answered, of_box.ballots)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_that_are_not_well_formed_are_refused() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let code = &test.codes(&campaign, BOTH)[0];
    let good = test.sealed_sheet(&campaign, BOTH, code, 0).await;
    let box_id = good.ballots[1].box_id.clone();
    let flipped = good.ballots[1].ballot.replacen("\"response\":\"1", "\"response\":\"2", 1);
    assert_ne!(flipped, good.ballots[1].ballot);
    let bad = [
        String::new(),
        "{}".to_owned(),
        "\u{0}".to_owned(),
        "[".repeat(100_000),
        good.ballots[1].ballot[..5_000].to_owned(),
        format!("{} ", good.ballots[1].ballot),
        good.ballots[0].ballot.clone(),
        flipped,
        "9".repeat(MAX_BALLOT_BYTES + 1),
    ];
    for ballot in bad {
        let mut sheet = good.clone();
        sheet.ballots[1].ballot = ballot;
        // The other ballot of the sheet is in order, and is not kept either.
        match refused(&test, &campaign.id, sheet).await {
            BallotRefusal::Invalid { box_id: named, reason } => {
                assert_eq!(named, box_id);
                assert!(!reason.is_empty() && reason.len() < 300, "{reason}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(ballot::submit(&test.app, &campaign.id, good).await.unwrap().len(), 2);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_are_not_on_the_list_are_refused() {
    let test = TestApp::new().await;
    let now = survey_opens() + SignedDuration::from_hours(1);
    let silent = |mut plan: gongping_app::province::CampaignPlan| {
        plan.sample = SampleSize { response_percent: 0, ..plan.sample };
        plan
    };
    let province = silent(test.province_plan(Until::Collecting));
    let mut city = province.clone();
    city.organiser = unit("360100-LSB");
    city.units = vec![unit("360102-LSB"), unit("360103-LSB")];
    let [province, city] = test.simulate_all([province, city], now).await;
    let invented = PrivateCredential::generate(&mut ChaCha20Rng::seed_from_u64(1)).to_string();
    let foreign = [
        ("another sheet", test.codes(&province, 1)[0].clone()),
        ("another appraisal", test.codes(&city, BOTH)[0].clone()),
        // Whoever runs the server knows everything but the codes.
        ("invented", invented),
    ];
    for (whose, code) in foreign {
        let sheet = test.sealed_sheet(&province, BOTH, &code, 0).await;
        let refusal = refused(&test, &province.id, sheet).await;
        assert!(matches!(refusal, BallotRefusal::UnknownCode { .. }), "{whose}: {refusal:?}");
    }
    let code = &test.codes(&province, BOTH)[0];
    let sheet = test.sealed_sheet(&province, BOTH, code, 0).await;
    assert_eq!(refused(&test, &city.id, sheet).await, BallotRefusal::WrongBoxes);
    // A good ballot for one unit does not pass as one for another.
    let mut swapped = test.sealed_sheet(&province, BOTH, code, 0).await;
    let first = std::mem::take(&mut swapped.ballots[0].ballot);
    swapped.ballots[0].ballot = std::mem::replace(&mut swapped.ballots[1].ballot, first);
    let refusal = refused(&test, &province.id, swapped).await;
    assert!(matches!(refusal, BallotRefusal::Invalid { .. }), "{refusal:?}");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_answers_for_exactly_its_boxes() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let code = &test.codes(&campaign, BOTH)[0];
    let good = test.sealed_sheet(&campaign, BOTH, code, 0).await;
    let foreign = test.sealed_sheet(&campaign, 1, &test.codes(&campaign, 1)[0], 0).await;
    let with = |change: fn(&mut Vec<SealedBallot>, Vec<SealedBallot>)| {
        let mut sheet = good.clone();
        change(&mut sheet.ballots, foreign.ballots.clone());
        sheet
    };
    let wrong = [
        with(|ballots, _| drop(ballots.pop())),
        with(|ballots, _| ballots.clear()),
        with(|ballots, _| ballots.push(ballots[0].clone())),
        with(|ballots, _| ballots[1] = ballots[0].clone()),
        with(|ballots, foreign| ballots[1] = foreign[0].clone()),
        with(|ballots, foreign| ballots.extend(foreign)),
        SheetSubmission { sheet: SheetNumber(1), ballots: good.ballots.clone() },
    ];
    for sheet in wrong {
        assert_eq!(refused(&test, &campaign.id, sheet).await, BallotRefusal::WrongBoxes);
    }
    for number in [0, 6, u16::MAX] {
        let sheet = SheetSubmission { sheet: SheetNumber(number), ..good.clone() };
        assert_eq!(refused(&test, &campaign.id, sheet).await, BallotRefusal::UnknownSheet);
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sheet_is_taken_before_the_survey_opens() {
    let test = TestApp::new().await;
    let before = survey_opens() - SignedDuration::from_hours(1);
    let campaign = test.province(Until::Agreed, before).await;
    let sheet = SheetSubmission { sheet: SheetNumber(1), ballots: Vec::new() };
    assert_eq!(refused(&test, &campaign.id, sheet.clone()).await, BallotRefusal::NotOpen);
    let nowhere = AppraisalId::of(2031, &unit("360000-LSB")).unwrap();
    assert_eq!(refused(&test, &nowhere, sheet).await, BallotRefusal::NotOpen);
    let asked = ballot::sheet(&test.app, &campaign.id, SheetNumber(1)).await;
    assert!(matches!(asked, Err(Refusal::Ballot(BallotRefusal::NotOpen))), "{asked:?}");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sheet_is_taken_once_its_time_is_over() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, BOTH);
    let late = test.sealed_sheet(&campaign, BOTH, &codes[0], 0).await;
    let in_time = test.sealed_sheet(&campaign, BOTH, &codes[1], 0).await;
    test.advance_to(survey_closes() - SignedDuration::from_micros(1));
    let receipts = ballot::submit(&test.app, &campaign.id, in_time.clone()).await.unwrap();
    // The time that was signed counts, not when somebody gets round to closing.
    test.advance_to(survey_closes());
    assert_eq!(refused(&test, &campaign.id, late.clone()).await, BallotRefusal::Closed);
    test.close_survey(&campaign).await;
    assert_eq!(refused(&test, &campaign.id, late).await, BallotRefusal::Closed);
    assert_eq!(refused(&test, &campaign.id, in_time).await, BallotRefusal::Closed);
    for receipt in receipts {
        let found = ballot::find_receipt(&test.app, &receipt.tracker).await.unwrap().unwrap();
        assert!(found.counts && found.at < survey_closes(), "{found:?}");
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_sent_again_gives_the_same_receipts_and_adds_nothing() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let code = &test.codes(&campaign, BOTH)[0];
    let first = test.sealed_sheet(&campaign, BOTH, code, 0).await;
    let second = test.sealed_sheet(&campaign, BOTH, code, 3).await;
    let of_first = ballot::submit(&test.app, &campaign.id, first.clone()).await.unwrap();
    let of_second = ballot::submit(&test.app, &campaign.id, second.clone()).await.unwrap();
    assert!(of_first.iter().all(|receipt| !receipt.replaced));
    assert!(of_second.iter().all(|receipt| receipt.replaced));
    let other = test.another_node().await;
    for app in [&test.app, &other] {
        let again = ballot::submit(app, &campaign.id, first.clone()).await.unwrap();
        assert_eq!(facts(&again), facts(&of_first));
        let again = ballot::submit(app, &campaign.id, second.clone()).await.unwrap();
        assert_eq!(facts(&again), facts(&of_second));
    }
    assert_eq!(counts(&test, &campaign).await.iter().filter(|of| **of == (1, 2)).count(), 2);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_answer_of_a_code_counts() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let code = &test.codes(&campaign, 1)[0];
    let mut receipts = Vec::new();
    for grade in 0..4 {
        receipts.extend(test.answer(&test.app, &campaign, 1, code, grade).await.unwrap());
    }
    assert!(!receipts[0].replaced && receipts[1..].iter().all(|receipt| receipt.replaced));
    for (index, receipt) in receipts.iter().enumerate() {
        let found = ballot::find_receipt(&test.app, &receipt.tracker).await.unwrap().unwrap();
        assert_eq!((found.counts, &found.box_id), (index == 3, &receipt.box_id));
        assert_eq!((found.at, found.tracker), (test.app.now(), receipt.tracker.clone()));
    }
    assert_eq!(counts(&test, &campaign).await.iter().filter(|of| **of == (1, 4)).count(), 1);
    for unknown in ["", "x", &receipts[0].tracker[1..], "' OR 1=1 --"] {
        assert!(ballot::find_receipt(&test.app, unknown).await.unwrap().is_none(), "{unknown}");
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_number_stands_for_all_ballots_of_a_sheet() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, BOTH);
    let mut numbers = Vec::new();
    for (code, grade) in [(&codes[0], 0), (&codes[1], 2), (&codes[0], 1)] {
        let receipts = test.answer(&test.app, &campaign, BOTH, code, grade).await.unwrap();
        // Anybody who has the trackers can compute it.
        numbers.push(receipt_number(receipts.iter().map(|receipt| receipt.tracker.as_str())));
    }
    let mut seen = Vec::new();
    for number in &numbers {
        let ballots = ballot::find_sheet(&test.app, &campaign.id, number).await.unwrap();
        let boxes: BTreeSet<&BoxId> = ballots.iter().map(|ballot| &ballot.box_id).collect();
        assert_eq!((ballots.len(), boxes.len()), (2, 2), "{number}");
        seen.push(ballots.iter().map(|b| (b.counts, b.height)).collect::<Vec<_>>());
    }
    assert_eq!(seen, [[(false, 1); 2], [(true, 2); 2], [(true, 3); 2]]);
    let last_year = AppraisalId::of(2025, &unit("360000-LSB")).unwrap();
    assert!(ballot::find_sheet(&test.app, &last_year, &numbers[0]).await.unwrap().is_empty());
    for unknown in ["", "0000-0000-0000-0000", "' OR 1=1 --"] {
        let found = ballot::find_sheet(&test.app, &campaign.id, unknown).await.unwrap();
        assert!(found.is_empty(), "{unknown}");
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_found_on_every_node_at_once() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let other = test.another_node().await;
    let codes = test.codes(&campaign, 1);
    for (index, code) in codes.iter().take(3).enumerate() {
        // The other node has read the box before, and knows nothing of the new ballot yet.
        survey::response(&other, &campaign.id).await.unwrap();
        let receipts = test.answer(&test.app, &campaign, 1, code, 0).await.unwrap();
        let found = ballot::find_receipt(&other, &receipts[0].tracker).await.unwrap().unwrap();
        assert!(found.counts);
        let response = survey::response(&other, &campaign.id).await.unwrap();
        let answered: u64 = response.iter().map(|of_box| of_box.answered).sum();
        assert_eq!(answered, index as u64 + 1);
    }
    // Both nodes note the heads; the one that knows less does not take anything back.
    let system = gongping_appraisal::AccountId::parse("system").unwrap();
    assert_eq!(survey::checkpoint(&test.app, &system, &campaign.id).await.unwrap(), 1);
    assert_eq!(survey::checkpoint(&other, &system, &campaign.id).await.unwrap(), 0);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_sent_at_once_to_two_nodes_are_all_kept_once() {
    let test = TestApp::new().await;
    let mut plan = test.province_plan(Until::Collecting);
    plan.sample = SampleSize { one_unit: 12, all_units: 20, response_percent: 0 };
    let now = survey_opens() + SignedDuration::from_hours(1);
    let campaign = test.simulate(plan, now).await;
    let other = test.another_node().await;
    let (_, boxes) = ballot::sheet(&test.app, &campaign.id, SheetNumber(BOTH)).await.unwrap();
    let items = campaign.rules.items().len();
    let mut tasks = Vec::new();
    for (index, code) in test.codes(&campaign, BOTH).iter().enumerate() {
        let ballots = test.seal(&boxes, code, |_| all_of_grade(index % 4, items));
        let sheet = SheetSubmission { sheet: SheetNumber(BOTH), ballots };
        let app = if index % 2 == 0 { test.app.clone() } else { other.clone() };
        let id = campaign.id.clone();
        tasks.push(tokio::spawn(async move { ballot::submit(&app, &id, sheet).await }));
    }
    assert_eq!(tasks.len(), 20);
    let mut trackers = BTreeSet::new();
    for task in tasks {
        let receipts = task.await.unwrap().unwrap();
        assert!(receipts.iter().all(|receipt| !receipt.replaced));
        trackers.extend(receipts.into_iter().map(|receipt| receipt.tracker));
    }
    assert_eq!(trackers.len(), 40);
    for app in [&test.app, &other] {
        let response = survey::response(app, &campaign.id).await.unwrap();
        let full = response.iter().filter(|of| (of.answered, of.ballots) == (20, 20)).count();
        assert_eq!(full, 2, "{response:?}");
        for tracker in &trackers {
            let found = ballot::find_receipt(app, tracker).await.unwrap().unwrap();
            assert!(found.counts);
        }
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_never_more_answers_than_codes() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, 1);
    assert_eq!(codes.len(), 12);
    for grade in [0, 3] {
        for code in &codes {
            test.answer(&test.app, &campaign, 1, code, grade).await.unwrap();
        }
    }
    let response = survey::response(&test.app, &campaign.id).await.unwrap();
    assert!(response.iter().all(|of_box| of_box.answered <= of_box.codes), "{response:?}");
    let full = response.iter().find(|of_box| of_box.ballots > 0).unwrap();
    assert_eq!((full.codes, full.answered, full.ballots), (12, 12, 24));
    test.assert_sound().await;
}

/// Somebody who writes to the database and takes time over it.
struct BusyWriter(sqlx::SqliteConnection);

impl BusyWriter {
    /// Empties the write-ahead log and takes the turn to write.
    async fn begin(test: &TestApp) -> Self {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(test.file());
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        for sql in ["PRAGMA wal_checkpoint(TRUNCATE)", "BEGIN IMMEDIATE"] {
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
        Self(connection)
    }

    async fn end(mut self) {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.0).await.unwrap();
    }
}

/// How many transactions the write-ahead log holds: frames that say how large the database is
/// after them (<https://sqlite.org/fileformat2.html#the_write_ahead_log>).
fn transactions(test: &TestApp) -> usize {
    let mut file = test.file().into_os_string();
    file.push("-wal");
    let bytes = std::fs::read(file).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let frame = 24 + number(8) as usize;
    let starts = (32..).step_by(frame).take_while(|start| start + frame <= bytes.len());
    // A frame of this log, not one left over from before.
    let is_commit =
        |start: &usize| number(start + 4) > 0 && bytes[start + 8..start + 16] == bytes[16..24];
    starts.filter(is_commit).count()
}

async fn a_moment() {
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_that_wait_are_written_together_and_one_that_is_refused_spoils_none() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, BOTH);
    let known = test.sealed_sheet(&campaign, BOTH, &codes[0], 0).await;
    ballot::submit(&test.app, &campaign.id, known.clone()).await.unwrap();
    // One ballot of it is in its box already, the other is new: nothing of it may be kept.
    let mut half_known = test.sealed_sheet(&campaign, BOTH, &codes[0], 1).await;
    half_known.ballots[0] = known.ballots[0].clone();
    let mut good = Vec::new();
    for code in &codes[1..9] {
        good.push(test.sealed_sheet(&campaign, BOTH, code, 2).await);
    }
    let changed = test.sealed_sheet(&campaign, BOTH, &codes[1], 3).await;

    let busy = BusyWriter::begin(&test).await;
    let submit = |sheet: &SheetSubmission| {
        let (app, id, sheet) = (test.app.clone(), campaign.id.clone(), sheet.clone());
        tokio::spawn(async move { ballot::submit(&app, &id, sheet).await })
    };
    let waiting: Vec<_> = good.iter().map(submit).collect();
    let (half, twice) = (submit(&half_known), submit(&good[4]));
    a_moment().await;
    let later = submit(&changed);
    a_moment().await;
    let all = waiting.iter().chain([&half, &twice, &later]);
    assert!(all.into_iter().all(|task| !task.is_finished()), "acknowledged before it is durable");
    busy.end().await;

    let mut of_good = Vec::new();
    for task in waiting {
        of_good.push(task.await.unwrap().unwrap());
    }
    assert!(of_good.iter().flatten().all(|receipt| !receipt.replaced));
    assert_eq!(facts(&twice.await.unwrap().unwrap()), facts(&of_good[4]));
    let of_changed = later.await.unwrap().unwrap();
    assert!(of_changed.iter().all(|receipt| receipt.replaced), "the later one counts");
    let refusal = half.await.unwrap();
    assert!(matches!(refusal, Err(Refusal::Ballot(BallotRefusal::Invalid { .. }))), "{refusal:?}");
    let transactions = transactions(&test);
    assert!((1..=3).contains(&transactions), "{transactions} for 9 sheets");
    for receipt in of_good.iter().flatten() {
        let found = ballot::find_receipt(&test.app, &receipt.tracker).await.unwrap().unwrap();
        let is_replaced = of_good[0].iter().any(|first| first.tracker == receipt.tracker);
        assert_eq!(found.counts, !is_replaced);
    }
    assert_eq!(counts(&test, &campaign).await.iter().filter(|of| **of == (9, 10)).count(), 2);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_leaves_no_half_sheet_behind() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, BOTH);
    let left = test.sealed_sheet(&campaign, BOTH, &codes[0], 0).await;
    let next = test.sealed_sheet(&campaign, BOTH, &codes[1], 1).await;
    let busy = BusyWriter::begin(&test).await;
    let (app, id, sheet) = (test.app.clone(), campaign.id.clone(), left.clone());
    let task = tokio::spawn(async move { ballot::submit(&app, &id, sheet).await });
    a_moment().await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    busy.end().await;
    let receipts = ballot::submit(&test.app, &campaign.id, next).await.unwrap();
    let again = ballot::submit(&test.app, &campaign.id, left).await.unwrap();
    assert!(again.iter().chain(&receipts).all(|receipt| !receipt.replaced));
    assert_eq!(counts(&test, &campaign).await.iter().filter(|of| **of == (2, 2)).count(), 2);
    test.assert_sound().await;
}
