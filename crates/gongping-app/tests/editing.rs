//! Two people at the same thing: what somebody saw is what is changed or signed, or nothing is.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::{Campaign, PASSWORD, Post, Until};
use gongping_app::ranking::SignRanking;
use gongping_app::survey::SignSurvey;
use gongping_app::{LogInRefusal, Refusal, account, appraisal, key, ranking, survey};
use gongping_appraisal::permission as may;
use gongping_appraisal::{
    Calendar, Duty, DutyGrant, KeySeat, Medium, Phase, Rejection, SurveyPlan,
};
use gongping_seal::CeremonySecret;
use gongping_testkit::{RULEBOOK, TestApp, unit};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeSet;

const PROVINCE: &str = "360000-LSB";

fn rejection(outcome: Result<(), Refusal>) -> Rejection {
    match outcome {
        Err(Refusal::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

fn revision(test: &TestApp, campaign: &Campaign) -> u64 {
    test.app.world().appraisal(&campaign.id).unwrap().revision
}

/// The calendar with its last day moved by some days.
fn moved(calendar: &Calendar, days: i64) -> Calendar {
    let mut phases = Phase::ALL.map(|phase| calendar.dates(phase));
    let last = phases.last_mut().unwrap();
    last.last = last.last.checked_add(jiff::Span::new().days(days)).unwrap();
    Calendar::new(phases).unwrap()
}

fn survey_plan(test: &TestApp, campaign: &Campaign) -> SurveyPlan {
    let world = test.app.world();
    let running = world.appraisal(&campaign.id).unwrap().running().unwrap();
    running.survey.plan().unwrap().clone()
}

async fn at(until: Until, now: &str) -> (TestApp, Campaign) {
    let test = TestApp::new().await;
    let campaign = test.simulate(test.small_plan(until), now.parse().unwrap()).await;
    (test, campaign)
}

/// Gives the office director the duty of the statistics bureau as well.
async fn two_duties_in_one_hand(test: &TestApp) {
    let duties = [Duty::OfficeDirector, Duty::StatisticsBureau];
    let duties = duties.map(|duty| DutyGrant { duty, unit: unit(PROVINCE) });
    let allowed = test.may(PROVINCE, Post::Administrator).unwrap();
    let office = test.account(PROVINCE, Post::Office);
    let duties = BTreeSet::from(duties);
    account::change_duties(&test.app, allowed, office, duties).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_filled_in_from_an_older_state_changes_nothing() {
    let (test, campaign) = at(Until::Prepared, "2026-06-18T00:00:00Z").await;
    let planner = || test.may::<may::PlanAppraisal>(PROVINCE, Post::Coordination).unwrap();
    let seen = Some(revision(&test, &campaign));
    let (id, app) = (&campaign.id, &test.app);
    let calendar = |days| moved(&campaign.plan.calendar, days);
    appraisal::set_calendar(app, planner(), id, calendar(1), seen).await.unwrap();
    let size = app.world().size();
    let late = appraisal::set_calendar(app, planner(), id, calendar(2), seen).await;
    assert_eq!(rejection(late), Rejection::ChangedMeanwhile);
    let text = RULEBOOK.to_owned();
    let late = appraisal::adopt_rulebook(app, planner(), id, text, seen).await;
    assert_eq!(rejection(late), Rejection::ChangedMeanwhile);
    let world = app.world();
    assert_eq!(world.size(), size);
    assert_eq!(world.appraisal(id).unwrap().calendar(), Some(&calendar(1)));
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_forms_sent_at_once_to_two_nodes_one_is_taken() {
    let (test, campaign) = at(Until::Prepared, "2026-06-18T00:00:00Z").await;
    let other = test.another_node().await;
    for round in 1..=5 {
        test.app.catch_up().await.unwrap();
        let seen = Some(revision(&test, &campaign));
        let mut tasks = Vec::new();
        for (number, app) in [&test.app, &other, &test.app, &other].into_iter().enumerate() {
            let app = app.clone();
            let planner = test.may::<may::PlanAppraisal>(PROVINCE, Post::Coordination).unwrap();
            let days = round * 4 + i64::try_from(number).unwrap();
            let calendar = moved(&campaign.plan.calendar, days);
            let id = campaign.id.clone();
            tasks.push(tokio::spawn(async move {
                appraisal::set_calendar(&app, planner, &id, calendar, seen).await
            }));
        }
        let mut taken = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => taken += 1,
                refused => assert_eq!(rejection(refused), Rejection::ChangedMeanwhile),
            }
        }
        assert_eq!(taken, 1);
    }
    test.app.catch_up().await.unwrap();
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_plan_that_changed_after_it_was_read_is_not_signed() {
    let (test, campaign) = at(Until::SignedOnce, "2026-07-01T08:00:00Z").await;
    let (id, app) = (&campaign.id, &test.app);
    let read = survey_plan(&test, &campaign);
    let mut changed = read.clone();
    changed.sheets[0].codes += 1;
    let proposer = || test.may::<may::ProposeSurvey>(PROVINCE, Post::Appraisal).unwrap();
    let seen = revision(&test, &campaign);
    survey::propose(app, proposer(), id, changed.clone(), Some(seen)).await.unwrap();
    let size = app.world().size();
    let late = survey::propose(app, proposer(), id, read.clone(), Some(seen)).await;
    assert_eq!(rejection(late), Rejection::ChangedMeanwhile);
    assert_eq!(survey_plan(&test, &campaign), changed);

    let statistics = || SignSurvey::Statistics(test.may(PROVINCE, Post::Statistics).unwrap());
    let office = || SignSurvey::Office(test.may(PROVINCE, Post::Office).unwrap());
    let late = survey::sign(app, statistics(), id, read.digest()).await;
    assert_eq!(rejection(late), Rejection::ChangedMeanwhile);
    assert_eq!(app.world().size(), size);
    // The office had signed the old plan: that signature does not pass to the new one.
    survey::sign(app, statistics(), id, changed.digest()).await.unwrap();
    let stage = |test: &TestApp| {
        let world = test.app.world();
        world.appraisal(id).unwrap().running().unwrap().survey.stage()
    };
    assert_eq!(stage(&test), "proposed");
    let twice = survey::sign(app, statistics(), id, changed.digest()).await;
    assert_eq!(rejection(twice), Rejection::AlreadyGiven);
    survey::sign(app, office(), id, changed.digest()).await.unwrap();
    assert_eq!(stage(&test), "agreed");
    // Both have signed: it stands.
    let late = survey::propose(app, proposer(), id, read, None).await;
    assert!(matches!(rejection(late), Rejection::WrongStage { .. }));
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_with_two_duties_does_not_sign_for_two_bodies() {
    let (test, campaign) = at(Until::SignedOnce, "2026-07-01T08:00:00Z").await;
    two_duties_in_one_hand(&test).await;
    let (id, app) = (&campaign.id, &test.app);
    let digest = survey_plan(&test, &campaign).digest();
    let size = app.world().size();
    let both = SignSurvey::Statistics(test.may(PROVINCE, Post::Office).unwrap());
    assert_eq!(rejection(survey::sign(app, both, id, digest).await), Rejection::SameSigner);
    assert_eq!(app.world().size(), size);
    let statistics = SignSurvey::Statistics(test.may(PROVINCE, Post::Statistics).unwrap());
    survey::sign(app, statistics, id, digest).await.unwrap();
    // Nor does one person hold two keys.
    let mut dice = ChaCha20Rng::seed_from_u64(3);
    let holder = test.holder(KeySeat::Office);
    let mut outcomes = Vec::new();
    for seat in [KeySeat::Office, KeySeat::Statistics] {
        let secret = CeremonySecret::generate(&mut dice);
        let work = key::work(app, &holder, id, seat).await.unwrap();
        let answer = work.answer(&secret, Medium::File, &mut dice).unwrap();
        outcomes.push(key::answer(app, &holder, id, seat, answer).await);
    }
    assert_eq!(rejection(outcomes.pop().unwrap()), Rejection::SameSigner);
    assert!(outcomes.pop().unwrap().is_ok());
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_that_was_drawn_up_anew_after_it_was_read_is_not_signed() {
    let (test, campaign) = at(Until::Drafted, "2026-09-05T06:30:00Z").await;
    let (id, app) = (&campaign.id, &test.app);
    let (read, _) = ranking::report(app, id).await.unwrap().unwrap();
    let drafter = || test.may::<may::DraftRanking>(PROVINCE, Post::Coordination).unwrap();
    ranking::draft(app, drafter(), id).await.unwrap();
    let (drafted, _) = ranking::report(app, id).await.unwrap().unwrap();
    assert_ne!(drafted, read);
    let size = app.world().size();
    let statistics = || SignRanking::Statistics(test.may(PROVINCE, Post::Statistics).unwrap());
    let office = || SignRanking::Office(test.may(PROVINCE, Post::Office).unwrap());
    let late = ranking::sign(app, statistics(), id, read, PASSWORD).await;
    assert_eq!(rejection(late), Rejection::ChangedMeanwhile);
    let wrong = ranking::sign(app, statistics(), id, drafted, "wrong-password").await;
    let expected = LogInRefusal::WrongNameOrPassword;
    assert!(matches!(wrong, Err(Refusal::LogIn(found)) if found == expected));
    assert_eq!(app.world().size(), size);

    ranking::sign(app, statistics(), id, drafted, PASSWORD).await.unwrap();
    let stage = |test: &TestApp| test.app.world().appraisal(id).unwrap().stage_word();
    assert_eq!(stage(&test), "drafted", "the office signed the earlier draft only");
    let twice = ranking::sign(app, statistics(), id, drafted, PASSWORD).await;
    assert_eq!(rejection(twice), Rejection::AlreadyGiven);
    ranking::sign(app, office(), id, drafted, PASSWORD).await.unwrap();
    assert_eq!(stage(&test), "signed");
    let late = ranking::draft(app, drafter(), id).await;
    assert_eq!(rejection(late), Rejection::AlreadyGiven);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_does_not_sign_a_ranking_twice() {
    let (test, campaign) = at(Until::Drafted, "2026-09-05T06:30:00Z").await;
    two_duties_in_one_hand(&test).await;
    let (id, app) = (&campaign.id, &test.app);
    let (digest, _) = ranking::report(app, id).await.unwrap().unwrap();
    let drafter = test.may::<may::DraftRanking>(PROVINCE, Post::Coordination).unwrap();
    let office = || SignRanking::Office(test.may(PROVINCE, Post::Office).unwrap());
    ranking::draft(app, drafter, id).await.unwrap();
    let stale = ranking::sign(app, office(), id, digest, PASSWORD).await;
    assert_eq!(rejection(stale), Rejection::ChangedMeanwhile);
    let (digest, _) = ranking::report(app, id).await.unwrap().unwrap();
    ranking::sign(app, office(), id, digest, PASSWORD).await.unwrap();
    let both = SignRanking::Statistics(test.may(PROVINCE, Post::Office).unwrap());
    let signed = ranking::sign(app, both, id, digest, PASSWORD).await;
    assert_eq!(rejection(signed), Rejection::SameSigner);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_a_rulebook_are_returned_at_once() {
    let (test, campaign) = at(Until::Planned, "2026-06-16T00:00:00Z").await;
    let size = test.app.world().size();
    let wrong = RULEBOOK
        .replacen("value = 0.9", "value = 9", 1)
        .replacen("weight = \"1/3\"", "weight = \"1/0\"", 1)
        .replacen("sheet = \"all-units\"", "sheet = \"no-units\"", 1);
    let planner = || test.may::<may::PlanAppraisal>(PROVINCE, Post::Coordination).unwrap();
    let adopt = |text: &str| {
        appraisal::adopt_rulebook(&test.app, planner(), &campaign.id, text.to_owned(), None)
    };
    match adopt(&wrong).await {
        Err(Refusal::Rulebook(mistakes)) => assert!(mistakes.len() >= 3, "{mistakes:#?}"),
        other => panic!("{other:?}"),
    }
    for broken in ["", "format = 1", "=", "format = 2"] {
        assert!(matches!(adopt(broken).await, Err(Refusal::Rulebook(m)) if !m.is_empty()));
    }
    assert_eq!(test.app.world().size(), size);
    adopt(RULEBOOK).await.unwrap();
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_freezes_rulebook_and_calendar() {
    let (test, campaign) = at(Until::Opened, "2026-06-20T00:00:00Z").await;
    let (id, app) = (&campaign.id, &test.app);
    let size = app.world().size();
    let planner = || test.may::<may::PlanAppraisal>(PROVINCE, Post::Coordination).unwrap();
    let text = RULEBOOK.replacen("box-minimum = 5", "box-minimum = 1", 1);
    for text in [RULEBOOK.to_owned(), text] {
        let late = appraisal::adopt_rulebook(app, planner(), id, text, None).await;
        assert!(matches!(rejection(late), Rejection::WrongStage { .. }));
    }
    let calendar = moved(&campaign.plan.calendar, 1);
    let late = appraisal::set_calendar(app, planner(), id, calendar, None).await;
    assert!(matches!(rejection(late), Rejection::WrongStage { .. }));
    let world = app.world();
    assert_eq!(world.size(), size);
    assert_eq!(world.appraisal(id).unwrap().rulebook().unwrap().text, RULEBOOK);
    test.assert_sound().await;
}
