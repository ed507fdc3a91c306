//! The machine stops without a warning and starts again: nothing acknowledged is lost, and
//! everything goes on (T15).

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::{Campaign, Post, Until};
use gongping_app::{ballot, log, survey, unit as units};
use gongping_appraisal::permission::ManageUnits;
use gongping_appraisal::{AccountId, KeySeat};
use gongping_testkit::{TestApp, unit};
use jiff::SignedDuration;
use jiff::civil::date;

async fn trackers(test: &TestApp, campaign: &Campaign, codes: &[String]) -> Vec<String> {
    let mut trackers = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        let receipts = test.answer(&test.app, campaign, 5, code, index % 4).await.unwrap();
        trackers.extend(receipts.into_iter().map(|receipt| receipt.tracker));
    }
    trackers
}

async fn rename(test: &TestApp, name: &str) {
    let coordination = test.account("360000-LSB", Post::Coordination);
    let allowed = test.app.world().allow::<ManageUnits>(&coordination, &unit("360102-LSB"));
    let from = date(2026, 9, 21);
    units::rename(&test.app, allowed.unwrap(), name.to_owned(), from).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_goes_on_after_the_machine_stopped() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, 5);
    let mut known = Vec::new();
    let mut test = test;
    // Stops twice between the same codes, each time before the log knew of the latest ballots.
    for part in codes.chunks(4) {
        known.extend(trackers(&test, &campaign, part).await);
        let before = test.app.world();
        let response = survey::response(&test.app, &campaign.id).await.unwrap();
        let head = log::checkpoint(&test.app).await.unwrap();
        let now = test.app.now() + SignedDuration::from_hours(1);
        test = test.restart(now).await;
        assert_eq!(format!("{:?}", test.app.world()), format!("{before:?}"));
        assert_eq!(survey::response(&test.app, &campaign.id).await.unwrap(), response);
        assert_eq!(log::checkpoint(&test.app).await.unwrap(), head);
        for tracker in &known {
            let found = ballot::find_receipt(&test.app, tracker).await.unwrap().unwrap();
            assert!(found.counts);
        }
        let system = AccountId::parse("system").unwrap();
        assert_eq!(survey::checkpoint(&test.app, &system, &campaign.id).await.unwrap(), 2);
        test.assert_sound().await;
    }
    assert_eq!(known.len(), 24);
    test.close_survey(&campaign).await;
    test.give_shares(&campaign, &[KeySeat::Office]).await;
    let now = test.app.now();
    let test = test.restart(now).await;
    test.give_shares(&campaign, &[KeySeat::Conduct]).await;
    let world = test.app.world();
    let running = world.appraisal(&campaign.id).unwrap().running().unwrap();
    assert_eq!(running.survey.stage(), "tallied");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_appraisal_stands_at_every_stage_after_a_restart() {
    for until in [Until::Prepared, Until::Agreed, Until::Tallied, Until::Published] {
        let test = TestApp::new().await;
        let now = "2026-09-20T00:00:00Z".parse().unwrap();
        test.simulate(test.small_plan(until), now).await;
        let before = test.app.world();
        let test = test.restart(now).await;
        assert_eq!(format!("{:?}", test.app.world()), format!("{before:?}"), "{until:?}");
        rename(&test, "东湖区人力资源和社会保障局").await;
        assert_eq!(test.app.world().size(), before.size() + 1);
        test.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_the_log_never_runs_backwards() {
    let test = TestApp::new().await;
    rename(&test, "第一个名字").await;
    let now = test.app.now();
    let yesterday = now - SignedDuration::from_hours(24);
    let test = test.restart(yesterday).await;
    rename(&test, "第二个名字").await;
    let rows = log::page(&test.app, 0, 1000).await.unwrap();
    assert!(rows.is_sorted_by_key(|row| row.entry.at_us));
    assert_eq!(rows.last().unwrap().entry.at_us, now.as_microsecond());
    // The clock catches up, and the log with it.
    test.advance_to(now + SignedDuration::from_hours(1));
    rename(&test, "第三个名字").await;
    let rows = log::page(&test.app, 0, 1000).await.unwrap();
    assert_eq!(rows.last().unwrap().entry.at_us, test.app.now().as_microsecond());
    test.assert_sound().await;
}

/// A clock that was set back past the close must not open the survey again.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_takes_no_answer_after_the_close() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let codes = test.codes(&campaign, 5);
    let late = test.sealed_sheet(&campaign, 5, &codes[0], 0).await;
    let earlier = test.app.now();
    test.close_survey(&campaign).await;
    let test = test.restart(earlier).await;
    let refused = ballot::submit(&test.app, &campaign.id, late).await;
    assert!(refused.is_err(), "{refused:?}");
    test.assert_sound().await;
}
