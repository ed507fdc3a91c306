//! A lost code is struck off and another issued in its place, before the survey opens and then no
//! more.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use gongping_app::province::{Campaign, Post, Until};
use gongping_app::survey::{self, CodeChange, CodeWorkSheet};
use gongping_app::{BallotRefusal, Refusal};
use gongping_appraisal::permission::{IssueCodes, RunSurvey};
use gongping_appraisal::{BoxId, Rejection, SheetNumber};
use gongping_seal::{PrivateCredential, Uuid};
use gongping_testkit::{TestApp, survey_opens};
use jiff::SignedDuration;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;

const PROVINCE: &str = "360000-LSB";
/// The sheet about both units.
const SHEET: u16 = 5;
const REASON: &str = "邮寄时遗失";

/// Codes are issued, and the survey opens tomorrow.
async fn ready() -> (TestApp, Campaign) {
    let test = TestApp::new().await;
    let plan = test.province_plan(Until::Collecting);
    let campaign = test.simulate(plan, survey_opens() - SignedDuration::from_hours(24)).await;
    (test, campaign)
}

fn work(test: &TestApp, campaign: &Campaign) -> CodeWorkSheet {
    let allowed = test.may::<IssueCodes>(PROVINCE, Post::Statistics).unwrap();
    let work = survey::code_work(&test.app, &allowed, &campaign.id).unwrap();
    work.sheets.into_iter().find(|sheet| sheet.sheet == SheetNumber(SHEET)).unwrap()
}

fn derived(sheet: &CodeWorkSheet, code: &PrivateCredential) -> BTreeMap<BoxId, String> {
    let public = |uuid: &str| code.derive(&Uuid::parse(uuid).unwrap()).public().to_string();
    sheet.boxes.iter().map(|of_box| (of_box.id.clone(), public(&of_box.uuid))).collect()
}

fn changes(
    sheet: &CodeWorkSheet,
    lost: &PrivateCredential,
    new: &PrivateCredential,
) -> BTreeMap<BoxId, CodeChange> {
    let (gone, mut added) = (derived(sheet, lost), derived(sheet, new));
    let change = |(id, struck): (BoxId, String)| {
        let added = vec![added.remove(&id).unwrap()];
        (id, CodeChange { struck: vec![struck], added })
    };
    gone.into_iter().map(change).collect()
}

async fn replace(
    test: &TestApp,
    campaign: &Campaign,
    changes: BTreeMap<BoxId, CodeChange>,
) -> Result<(), Refusal> {
    let allowed = test.may::<IssueCodes>(PROVINCE, Post::Statistics).unwrap();
    let (sheet, reason) = (SheetNumber(SHEET), REASON.to_owned());
    survey::replace_codes(&test.app, allowed, &campaign.id, sheet, reason, changes).await
}

fn new_code(seed: u64) -> PrivateCredential {
    PrivateCredential::generate(&mut ChaCha20Rng::seed_from_u64(seed))
}

fn code_of(test: &TestApp, campaign: &Campaign) -> PrivateCredential {
    PrivateCredential::parse(&test.codes(campaign, SHEET)[0]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_code_opens_nothing_and_the_new_one_does() {
    let (test, campaign) = ready().await;
    let (sheet, lost) = (work(&test, &campaign), code_of(&test, &campaign));
    let (second, third) = (new_code(1), new_code(2));
    replace(&test, &campaign, changes(&sheet, &lost, &second)).await.unwrap();
    // The second letter is lost as well.
    replace(&test, &campaign, changes(&sheet, &second, &third)).await.unwrap();
    test.assert_sound().await;
    test.advance_to(survey_opens());
    let allowed = test.may::<RunSurvey>(PROVINCE, Post::Appraisal).unwrap();
    survey::open(&test.app, allowed, &campaign.id).await.unwrap();
    for code in [&lost, &second] {
        let answered = test.answer(&test.app, &campaign, SHEET, &code.to_string(), 0).await;
        let refusal = answered.unwrap_err();
        let unknown = matches!(refusal, Refusal::Ballot(BallotRefusal::UnknownCode { .. }));
        assert!(unknown, "{refusal}");
    }
    let receipts = test.answer(&test.app, &campaign, SHEET, &third.to_string(), 0).await.unwrap();
    assert_eq!(receipts.len(), 2);
    test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_survey_is_open_no_code_is_struck_off() {
    let (test, campaign) = ready().await;
    let (sheet, lost) = (work(&test, &campaign), code_of(&test, &campaign));
    test.advance_to(survey_opens());
    let allowed = test.may::<RunSurvey>(PROVINCE, Post::Appraisal).unwrap();
    survey::open(&test.app, allowed, &campaign.id).await.unwrap();
    let refused = replace(&test, &campaign, changes(&sheet, &lost, &new_code(1))).await;
    let refusal = refused.unwrap_err();
    assert!(matches!(refusal, Refusal::Rejected(Rejection::WrongStage { .. })), "{refusal}");
    test.answer(&test.app, &campaign, SHEET, &lost.to_string(), 0).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_box_of_the_sheet_changes_by_exactly_the_same_number() {
    let (test, campaign) = ready().await;
    let (sheet, lost) = (work(&test, &campaign), code_of(&test, &campaign));
    let good = changes(&sheet, &lost, &new_code(1));
    let first = good.keys().next().unwrap().clone();
    let stranger = derived(&sheet, &new_code(9));
    let all_codes = test.codes(&campaign, SHEET);
    let another = derived(&sheet, &PrivateCredential::parse(&all_codes[1]).unwrap());

    let spoil = |change: &dyn Fn(&mut CodeChange)| {
        let mut bad = good.clone();
        change(bad.get_mut(&first).unwrap());
        bad
    };
    let before = test.app.world().size();
    for (what, bad) in [
        ("one box loses two", spoil(&|c| c.struck.push(another[&first].clone()))),
        ("one box gains none", spoil(&|c| c.added.clear())),
        ("a code that was never issued", spoil(&|c| c.struck = vec![stranger[&first].clone()])),
        ("a code that is there", spoil(&|c| c.added = vec![another[&first].clone()])),
        ("no key", spoil(&|c| c.added = vec!["00".repeat(32)])),
    ] {
        let refused = replace(&test, &campaign, bad).await;
        let is_input = matches!(refused, Err(Refusal::Input { code: "code-change", .. }));
        assert!(is_input, "{what}: {refused:?}");
        assert_eq!(test.app.world().size(), before, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_leaves_all_boxes_of_its_sheet_and_no_other() {
    let (test, campaign) = ready().await;
    let (sheet, lost) = (work(&test, &campaign), code_of(&test, &campaign));
    let mut one_less = changes(&sheet, &lost, &new_code(1));
    one_less.pop_first();
    let refusal = replace(&test, &campaign, one_less).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Rejected(Rejection::BoxesMismatch)), "{refusal}");
    let refusal = replace(&test, &campaign, BTreeMap::new()).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Rejected(Rejection::StruckCodes { .. })), "{refusal}");
}
