//! The sealed tally (C9): who can open the boxes, with what, and what is secret until then
//! (T7, T9, T16).

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::ballot::{self, SheetSubmission};
use gongping_app::province::{Campaign, CampaignPlan, Post, SampleSize, Until};
use gongping_app::{App, Refusal, inspection, log, publication, ranking, survey, tally};
use gongping_appraisal::permission::{DraftRanking, RunSurvey};
use gongping_appraisal::{AppraisalId, BoxId, GroupId, KeySeat, Rejection, SheetNumber};
use gongping_seal::{ArchiveReader, BoxReplay, BoxState, Choice, Phase};
use gongping_testkit::{TestApp, survey_closes, survey_opens, unit};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// Reads an archive as anybody may.
fn replayed(archive: &[u8]) -> BoxState {
    let mut reader = ArchiveReader::new(archive);
    let mut replay = BoxReplay::verifying(16);
    while let Some(item) = reader.next_item().unwrap() {
        replay.apply(item).unwrap();
    }
    replay.finish().unwrap().state
}

async fn lengths(test: &TestApp) -> Vec<(String, u64)> {
    test.store().await.box_lengths().await.unwrap()
}

fn stage(app: &App, id: &AppraisalId) -> String {
    app.world().appraisal(id).unwrap().running().unwrap().survey.stage().to_owned()
}

fn box_of(campaign: &Campaign, unit_id: &str, group: &str) -> BoxId {
    BoxId::of(&campaign.id, &unit(unit_id), &GroupId::parse(group).unwrap())
}

/// The grade, by index, that respondent `index` gives for `item`; `None` is no answer.
fn grade(index: usize, item: usize) -> Option<usize> {
    let wish = (index * index + item) % 5;
    (wish < 4).then_some(wish)
}

/// Six people answer each sheet in a way that is known, except sheet `thin`, which four answer.
/// Some answered otherwise before.
async fn answered(test: &TestApp, thin: Option<u16>) -> Campaign {
    let campaign = test.empty_survey().await;
    let items = campaign.rules.items().len();
    for sheet in 1..=5_u16 {
        let number = SheetNumber(sheet);
        let (_, boxes) = ballot::sheet(&test.app, &campaign.id, number).await.unwrap();
        let count = if thin == Some(sheet) { 4 } else { 6 };
        for (index, code) in test.codes(&campaign, sheet).iter().take(count).enumerate() {
            if index % 3 == 0 {
                test.answer(&test.app, &campaign, sheet, code, 2).await.unwrap();
            }
            let choose = |item| grade(index, item).map_or(Choice::none(), Choice::one);
            let ballots = test.seal(&boxes, code, |_| (0..items).map(choose).collect());
            let sheet = SheetSubmission { sheet: number, ballots };
            ballot::submit(&test.app, &campaign.id, sheet).await.unwrap();
        }
    }
    campaign
}

/// A simulated appraisal of which few people are asked.
async fn small(test: &TestApp, until: Until) -> Campaign {
    test.simulate(test.small_plan(until), "2026-09-20T00:00:00Z".parse().unwrap()).await
}

fn expected_counts(items: usize) -> Vec<Vec<u64>> {
    let count = |item, of| (0..6).filter(|index| grade(*index, item) == Some(of)).count() as u64;
    (0..items).map(|item| (0..4).map(|of| count(item, of)).collect()).collect()
}

async fn published_counts(test: &TestApp, campaign: &Campaign) -> BTreeMap<BoxId, BoxState> {
    let mut states = BTreeMap::new();
    for of_box in survey::response(&test.app, &campaign.id).await.unwrap() {
        let items = test.store().await.box_items(of_box.box_id.as_str(), 0, 10_000).await.unwrap();
        let mut replay = BoxReplay::verifying(16);
        for item in items {
            replay.apply(gongping_seal::Item { name: item.name, bytes: item.bytes }).unwrap();
        }
        states.insert(of_box.box_id, replay.finish().unwrap().state);
    }
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_are_the_answers_that_were_sealed() {
    let test = TestApp::new().await;
    let campaign = answered(&test, None).await;
    test.close_survey(&campaign).await;
    test.give_shares(&campaign, &KeySeat::ALL[1..]).await;
    assert_eq!(stage(&test.app, &campaign.id), "tallied");
    let expected = expected_counts(campaign.rules.items().len());
    assert!(expected.iter().flatten().any(|count| *count == 0), "some grade is never given");
    let states = published_counts(&test, &campaign).await;
    assert_eq!(states.len(), 6);
    for (box_id, state) in states {
        assert_eq!(state.counts(), Some(&*expected), "{box_id}");
        assert_eq!((state.ballots_counted(), state.ballots_received()), (6, 8));
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_grade_can_be_given_and_moves_its_own_count() {
    let test = TestApp::new().await;
    let mut plan: CampaignPlan = test.province_plan(Until::Collecting);
    plan.sample = SampleSize { one_unit: 5, all_units: 5, response_percent: 0 };
    let campaign = test.simulate(plan, survey_opens() + SignedDuration::from_hours(1)).await;
    // Each item gets each grade once, and one person leaves everything out.
    let items = campaign.rules.items().len();
    let (_, boxes) = ballot::sheet(&test.app, &campaign.id, SheetNumber(1)).await.unwrap();
    for (index, code) in test.codes(&campaign, 1).iter().enumerate() {
        let choose = |item: usize| match (index, (index + item) % 4) {
            (4, _) => Choice::none(),
            (_, grade) => Choice::one(grade),
        };
        let ballots = test.seal(&boxes, code, |_| (0..items).map(choose).collect());
        let sheet = SheetSubmission { sheet: SheetNumber(1), ballots };
        ballot::submit(&test.app, &campaign.id, sheet).await.unwrap();
    }
    for (index, code) in test.codes(&campaign, 2).iter().enumerate() {
        // Grade 0 once, grade 1 not at all, grade 2 once, grade 3 three times.
        test.answer(&test.app, &campaign, 2, code, [0, 2, 3, 3, 3][index]).await.unwrap();
    }
    test.close_survey(&campaign).await;
    test.give_shares(&campaign, &KeySeat::ALL[1..]).await;
    let states = published_counts(&test, &campaign).await;
    let of_unit = |unit_id| states[&box_of(&campaign, unit_id, "service-users")].counts().unwrap();
    assert!(of_unit("360100-LSB").iter().all(|item| *item == [1, 1, 1, 1]));
    assert!(of_unit("360200-LSB").iter().all(|item| *item == [1, 0, 1, 3]));
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_holder_opens_nothing_and_any_two_open() {
    let [office, statistics, conduct] = KeySeat::ALL;
    for [first, second, third] in [
        [conduct, office, statistics],
        [office, statistics, conduct],
        [statistics, conduct, office],
    ] {
        let test = TestApp::new().await;
        let campaign = small(&test, Until::Closed).await;
        let given = test.app.world();
        let given = given.appraisal(&campaign.id).unwrap().running().unwrap().awaited_shares();
        assert_eq!(given, [statistics, conduct], "one share is there, and opens nothing");
        for state in published_counts(&test, &campaign).await.values() {
            assert!(state.counts().is_none(), "one share opened a box");
        }
        let allowed = test.may::<DraftRanking>("360000-LSB", Post::Coordination).unwrap();
        let drafted = ranking::draft(&test.app, allowed, &campaign.id).await;
        assert!(drafted.is_err(), "no ranking from shut boxes");

        let test = TestApp::new().await;
        let campaign = answered(&test, None).await;
        test.close_survey(&campaign).await;
        test.give_shares(&campaign, &[first]).await;
        assert_eq!(stage(&test.app, &campaign.id), "closed");
        // Nobody gives a share twice: the two must be two.
        let holder = || test.holder(first);
        let wrong = test.shares(&campaign, second).await;
        let before = lengths(&test).await;
        let twice = tally::give_share(&test.app, holder(), &campaign.id, first, wrong).await;
        assert!(matches!(twice, Err(Refusal::Rejected(Rejection::AlreadyGiven))), "{twice:?}");
        assert_eq!(lengths(&test).await, before);
        let late = test.shares(&campaign, third).await;
        test.give_shares(&campaign, &[second]).await;
        assert_eq!(stage(&test.app, &campaign.id), "tallied");
        let given =
            tally::give_share(&test.app, test.holder(third), &campaign.id, third, late).await;
        assert!(matches!(given, Err(Refusal::Rejected(Rejection::WrongStage { .. }))));
        test.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_share_is_named_and_changes_nothing() {
    let test = TestApp::new().await;
    let campaign = answered(&test, None).await;
    test.close_survey(&campaign).await;
    let own = test.shares(&campaign, KeySeat::Office).await;
    let of_other = test.shares(&campaign, KeySeat::Conduct).await;
    let boxes: Vec<BoxId> = own.keys().cloned().collect();
    let (last, first) = (boxes.last().unwrap(), &boxes[0]);
    // Only the last box is wrong: those before it were changed in memory already.
    let with_last = |share: String| {
        let mut shares = own.clone();
        shares.insert(last.clone(), share);
        shares
    };
    let tampered = own[last].replacen("\"response\":\"1", "\"response\":\"2", 1);
    assert_ne!(tampered, own[last]);
    let before = lengths(&test).await;
    let wrong = [
        with_last(tampered),
        with_last(own[first].clone()),
        with_last(of_other[last].clone()),
        with_last(String::new()),
        with_last("{}".to_owned()),
        with_last(format!("{} ", own[last])),
    ];
    for shares in wrong {
        let holder = test.holder(KeySeat::Office);
        let given = tally::give_share(&test.app, holder, &campaign.id, KeySeat::Office, shares);
        match given.await {
            Err(Refusal::Input { code: "share", args }) => {
                assert!(args.contains(&("box", last.to_string())), "{args:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(lengths(&test).await, before);
    }
    let mut missing = own.clone();
    missing.remove(first);
    let holder = test.holder(KeySeat::Office);
    let given = tally::give_share(&test.app, holder, &campaign.id, KeySeat::Office, missing).await;
    match given {
        Err(Refusal::Input { code: "share-missing", args }) => {
            assert_eq!(args, [("box", first.to_string())]);
        }
        other => panic!("{other:?}"),
    }
    // None of it stands in the way of the good ones.
    test.give_shares(&campaign, &KeySeat::ALL[1..]).await;
    assert_eq!(stage(&test.app, &campaign.id), "tallied");
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_holder_of_the_duty_fills_a_seat() {
    let test = TestApp::new().await;
    let campaign = answered(&test, None).await;
    test.close_survey(&campaign).await;
    let shares = test.shares(&campaign, KeySeat::Conduct).await;
    // The office may hold a key, but not this one.
    let holder = test.holder(KeySeat::Office);
    let given = tally::give_share(&test.app, holder, &campaign.id, KeySeat::Conduct, shares).await;
    assert!(matches!(given, Err(Refusal::Rejected(Rejection::NotAllowed { .. }))), "{given:?}");
    // Nor may the key holder of another level.
    let shares = test.shares(&campaign, KeySeat::Conduct).await;
    let holder = test.may("360100-LSB", Post::Conduct).unwrap();
    let given = tally::give_share(&test.app, holder, &campaign.id, KeySeat::Conduct, shares).await;
    assert!(matches!(given, Err(Refusal::Rejected(Rejection::NotAllowed { .. }))), "{given:?}");
    for post in [Post::Administrator, Post::Coordination, Post::Appraisal, Post::Liaison] {
        let allowed = test.may::<gongping_appraisal::permission::HoldKey>("360000-LSB", post);
        assert!(allowed.is_err(), "{post:?}");
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_under_the_minimum_is_never_opened() {
    let test = TestApp::new().await;
    let campaign = answered(&test, Some(3)).await;
    test.close_survey(&campaign).await;
    let thin = box_of(&campaign, "360100-LSB", "enterprises");
    let states = published_counts(&test, &campaign).await;
    assert_eq!((states[&thin].phase(), states[&thin].ballots_counted()), (Phase::Closed, 4));
    assert!(states[&thin].tally().is_none(), "there is nothing to open");
    let shares = test.shares(&campaign, KeySeat::Office).await;
    assert_eq!((shares.len(), shares.contains_key(&thin)), (5, false));
    let mut more = shares.clone();
    more.insert(thin.clone(), shares.values().next().unwrap().clone());
    let before = lengths(&test).await;
    let holder = test.holder(KeySeat::Office);
    let given = tally::give_share(&test.app, holder, &campaign.id, KeySeat::Office, more).await;
    assert!(matches!(given, Err(Refusal::Rejected(Rejection::BoxesMismatch))), "{given:?}");
    assert_eq!(lengths(&test).await, before);
    test.give_shares(&campaign, &KeySeat::ALL[1..]).await;
    let states = published_counts(&test, &campaign).await;
    assert_eq!((states[&thin].phase(), states[&thin].counts()), (Phase::Closed, None));
    assert_eq!(states.values().filter(|state| state.counts().is_some()).count(), 5);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_read_the_boxes_before_opens_them_as_well() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let other = test.another_node().await;
    // The other node knows the boxes while they are empty; the answers come in elsewhere.
    survey::response(&other, &campaign.id).await.unwrap();
    for sheet in 1..=5 {
        for code in test.codes(&campaign, sheet).iter().take(5) {
            test.answer(&test.app, &campaign, sheet, code, 1).await.unwrap();
        }
    }
    test.advance_to(survey_closes());
    let allowed = test.may::<RunSurvey>("360000-LSB", Post::Appraisal).unwrap();
    survey::close(&other, allowed, &campaign.id).await.unwrap();
    test.app.catch_up().await.unwrap();
    let seats = [KeySeat::Conduct, KeySeat::Office];
    for (seat, (hands_out, takes)) in
        seats.into_iter().zip([(&test.app, &other), (&other, &test.app)])
    {
        let shares = test.shares_on(hands_out, &campaign, seat).await;
        takes.catch_up().await.unwrap();
        let holder = test.holder(seat);
        tally::give_share(takes, holder, &campaign.id, seat, shares).await.unwrap();
        other.catch_up().await.unwrap();
    }
    assert_eq!(stage(&other, &campaign.id), "tallied");
    for app in [&test.app, &other] {
        let response = survey::response(app, &campaign.id).await.unwrap();
        assert!(response.iter().all(|of_box| of_box.answered == 5), "{response:?}");
    }
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_box_tells_its_result_before_publication() {
    for until in [Until::Collecting, Until::Closed, Until::Tallied, Until::Drafted] {
        let test = TestApp::new().await;
        let campaign = small(&test, until).await;
        for of_box in survey::response(&test.app, &campaign.id).await.unwrap() {
            let archive = ballot::archive(&test.app, &of_box.box_id).await.unwrap();
            let state = replayed(&archive);
            let phase = if until == Until::Collecting { Phase::Open } else { Phase::Closed };
            assert_eq!(state.phase(), phase, "{until:?}");
            assert_eq!(state.ballots_received(), of_box.ballots);
        }
        let dossier = publication::export_dossier(&test.app, &campaign.id).await;
        assert!(matches!(dossier, Err(Refusal::Rejected(Rejection::WrongStage { .. }))));
        test.assert_sound().await;
    }
    let test = TestApp::new().await;
    let campaign = small(&test, Until::Published).await;
    for of_box in survey::response(&test.app, &campaign.id).await.unwrap() {
        let archive = ballot::archive(&test.app, &of_box.box_id).await.unwrap();
        assert_eq!(replayed(&archive).phase(), Phase::Counted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_grade_no_points_and_no_reason() {
    let test = TestApp::new().await;
    let campaign = test.province(Until::Drafted, "2026-09-20T00:00:00Z".parse().unwrap()).await;
    let (_, report) = ranking::report(&test.app, &campaign.id).await.unwrap().unwrap();
    let fields = ["points", "reason", "counts", "rank", "total", "band", "votes_for", "rows"];
    let mut secrets: Vec<String> = fields.iter().map(|field| format!("\"{field}\":")).collect();
    secrets.extend(campaign.rules.grades().iter().map(|grade| format!("\"{}\"", grade.id)));
    assert_eq!(report.ranking.rows.len(), 2);
    for unit_id in ["360100-LSB", "360200-LSB"] {
        let unit_id = unit(unit_id);
        let leader = test.account("360000-LSB", Post::Leader);
        let sheets = inspection::member_sheets(&test.app, &campaign.id, &unit_id, &leader);
        for sheet in sheets.await.unwrap().values() {
            secrets.extend(sheet.points.values().map(|given| given.reason.clone()));
        }
    }
    assert!(secrets.len() > 12, "{secrets:?}");
    let mut rows = Vec::new();
    loop {
        let page = log::page(&test.app, rows.len() as u64, 100).await.unwrap();
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    // The rulebook itself names the grades: its text is the one entry that may.
    for row in rows.iter().filter(|row| row.entry.body.kind() != "rulebook_adopted") {
        for secret in &secrets {
            assert!(!row.text.contains(secret), "{secret} in {}", row.text);
        }
    }
    assert!(rows.iter().any(|row| row.entry.body.kind() == "rulebook_adopted"));
    let store = test.store().await;
    assert_eq!(store.all_rows("ranking_row").await.unwrap().rows.len(), 0);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_the_same_kind_of_thing_whatever_was_answered() {
    let test = TestApp::new().await;
    let campaign = test.empty_survey().await;
    let mut shapes = std::collections::BTreeSet::new();
    for (grade, code) in test.codes(&campaign, 1).iter().take(4).enumerate() {
        let sealed = test.sealed_sheet(&campaign, 1, code, grade).await;
        let receipts = ballot::submit(&test.app, &campaign.id, sealed).await.unwrap();
        let text = serde_json::to_value(&receipts).unwrap();
        let fields: Vec<String> = text[0].as_object().unwrap().keys().cloned().collect();
        shapes.insert((fields, receipts[0].tracker.len()));
    }
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    let (fields, _) = shapes.first().unwrap();
    assert_eq!(fields, &["box", "replaced", "tracker"]);
    test.assert_sound().await;
}
