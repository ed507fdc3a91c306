//! Cases of the eight prohibitions (E3, E4) through the use cases, up to the published result.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::integrity::{self, Keeper, OpenedCase};
use gongping_app::province::{Campaign, PASSWORD, Post, Until};
use gongping_app::ranking::SignRanking;
use gongping_app::{Refusal, publication, ranking};
use gongping_appraisal::{
    Accused, AppraisalId, CaseFile, CaseNumber, CaseOutcome, CaseReport, CaseSource, Duty,
    DutyGrant, IntegrityRejection, Rejection,
};
use gongping_testkit::{TestApp, unit};
use gongping_verify::{MemorySource, Options, verify_dossier};

const PROVINCE: &str = "360000-LSB";
const CITY: &str = "360100-LSB";
const FIRST: CaseNumber = CaseNumber(1);

fn of_city() -> Accused {
    Accused::Unit { unit: unit(CITY) }
}

fn file(id: &AppraisalId, accused: Accused) -> CaseFile {
    CaseFile {
        appraisal: id.clone(),
        accused,
        prohibition: "E3-3".to_owned(),
        source: CaseSource::Report,
        what: "有人在窗口发放礼品，要求填写“优秀”".to_owned(),
    }
}

fn report(id: &AppraisalId, accused: Accused) -> CaseReport {
    let prohibition = "E3-3".to_owned();
    CaseReport {
        appraisal: id.clone(),
        case: FIRST,
        outcome: CaseOutcome::Confirmed { accused, prohibition },
        established: "录像和礼品登记表相符".to_owned(),
        heard: "单位承认，称系个人行为".to_owned(),
    }
}

async fn opened(test: &TestApp, campaign: &Campaign, by: Post) -> Result<OpenedCase, Refusal> {
    let reader = test.account(PROVINCE, by);
    integrity::visible(&test.app, &campaign.id, FIRST, &reader).await
}

fn keeper(test: &TestApp, seen: u64) -> Keeper {
    Keeper { allowed: test.may(PROVINCE, Post::Conduct).unwrap(), seen }
}

async fn propose(test: &TestApp, campaign: &Campaign, accused: Accused) {
    let (app, id) = (&test.app, &campaign.id);
    let allowed = test.may(PROVINCE, Post::Conduct).unwrap();
    integrity::open_case(app, allowed, file(id, accused.clone())).await.unwrap();
    integrity::begin_inquiry(app, keeper(test, 1), id, FIRST).await.unwrap();
    integrity::propose(app, keeper(test, 2), report(id, accused)).await.unwrap();
}

async fn decide(test: &TestApp, campaign: &Campaign) -> Result<(), Refusal> {
    let seen = opened(test, campaign, Post::Office).await?.report.unwrap().0;
    let allowed = test.may(PROVINCE, Post::Office).unwrap();
    integrity::decide(&test.app, allowed, &campaign.id, FIRST, seen, PASSWORD).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_breach_fails_the_unit_in_the_published_result() {
    let test = TestApp::new().await;
    let campaign = test
        .simulate(test.province_plan(Until::Drafted), "2026-09-10T00:00:00Z".parse().unwrap())
        .await;
    let (app, id) = (&test.app, &campaign.id);
    let before = ranking::report(app, id).await.unwrap().unwrap().1;
    assert!(before.ranking.vetoed.is_empty());
    propose(&test, &campaign, of_city()).await;
    decide(&test, &campaign).await.unwrap();
    assert!(ranking::report(app, id).await.unwrap().is_none(), "the old draft is forgotten");

    ranking::draft(app, test.may(PROVINCE, Post::Coordination).unwrap(), id).await.unwrap();
    let (digest, drafted) = ranking::report(app, id).await.unwrap().unwrap();
    let failed = &drafted.ranking.vetoed[0];
    assert_eq!((failed.unit.as_str(), failed.would_have_rank.is_some()), (CITY, true));
    for allowed in [
        SignRanking::Office(test.may(PROVINCE, Post::Office).unwrap()),
        SignRanking::Statistics(test.may(PROVINCE, Post::Statistics).unwrap()),
    ] {
        ranking::sign(app, allowed, id, digest, PASSWORD).await.unwrap();
    }
    publication::publish(app, test.may(PROVINCE, Post::Office).unwrap(), id).await.unwrap();
    let files = publication::export_dossier(app, id).await.unwrap();
    let source = MemorySource::new(files);
    let verified = verify_dossier(&source, &Options::default(), &|_| {}).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);

    let allowed = test.may(PROVINCE, Post::Office).unwrap();
    let (commendation, grounds) = ("commendation".to_owned(), "群众满意".to_owned());
    let refused =
        integrity::confirm_consequence(app, allowed, id, unit(CITY), commendation, grounds).await;
    assert!(matches!(
        refused,
        Err(Refusal::Rejected(Rejection::Integrity(IntegrityRejection::Barred { .. })))
    ));
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_case_is_about_does_not_see_it() {
    let test = TestApp::new().await;
    let campaign = test
        .simulate(test.small_plan(Until::Opened), "2026-06-20T00:00:00Z".parse().unwrap())
        .await;
    let director = test.account(PROVINCE, Post::Office);
    propose(&test, &campaign, Accused::Account { account: director.clone() }).await;
    assert!(opened(&test, &campaign, Post::Office).await.is_err());
    let cases = integrity::cases(&test.app, &campaign.id, &director).await.unwrap();
    assert!(cases.is_empty());
    assert!(opened(&test, &campaign, Post::Conduct).await.is_ok());
    assert!(decide(&test, &campaign).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_belongs_to_the_accused_unit_does_not_see_the_case() {
    let test = TestApp::new().await;
    let campaign = test
        .simulate(test.small_plan(Until::Opened), "2026-06-20T00:00:00Z".parse().unwrap())
        .await;
    propose(&test, &campaign, of_city()).await;
    assert!(opened(&test, &campaign, Post::Office).await.is_ok());
    let office = test.account(PROVINCE, Post::Office);
    let duties = [(Duty::OfficeDirector, PROVINCE), (Duty::Liaison, "360102-LSB")];
    let duties = duties.map(|(duty, at)| DutyGrant { duty, unit: unit(at) }).into();
    let allowed = test.may(PROVINCE, Post::Administrator).unwrap();
    gongping_app::account::change_duties(&test.app, allowed, office, duties).await.unwrap();
    // A county of the city counts as the city's own.
    assert!(opened(&test, &campaign, Post::Office).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_keepers_one_wins_and_the_other_is_told() {
    let test = TestApp::new().await;
    let campaign = test
        .simulate(test.small_plan(Until::Opened), "2026-06-20T00:00:00Z".parse().unwrap())
        .await;
    let (app, id) = (&test.app, &campaign.id);
    let allowed = test.may(PROVINCE, Post::Conduct).unwrap();
    integrity::open_case(app, allowed, file(id, of_city())).await.unwrap();
    let (one, other) = tokio::join!(
        integrity::begin_inquiry(app, keeper(&test, 1), id, FIRST),
        integrity::dismiss(app, keeper(&test, 1), id, FIRST, "重复登记"),
    );
    let refused = match (one, other) {
        (Ok(()), Err(refused)) | (Err(refused), Ok(())) => refused,
        both => panic!("{both:?}"),
    };
    assert!(matches!(refused, Refusal::Rejected(Rejection::ChangedMeanwhile)), "{refused:?}");
}
