//! Two bodies sign, so two persons do; and nobody signs what changed meanwhile (A5, C3, C9).

use crate::story::{Chapter, Story, digest, holder, key};
use gongping_appraisal::{KeySeat, Rejection, Signatory, Step, Survey};

#[test]
fn one_account_cannot_sign_the_survey_plan_for_both_bodies() {
    for (first, second) in
        [(Signatory::Office, Signatory::Statistics), (Signatory::Statistics, Signatory::Office)]
    {
        let mut story = Story::province(Chapter::Proposed);
        let plan = story.plan().digest();
        story.step("director", Step::SignSurvey { signatory: first, plan }).unwrap();
        let again = story.step("director", Step::SignSurvey { signatory: second, plan });
        assert_eq!(again, Err(Rejection::SameSigner));
        let twice = story.step("statistician", Step::SignSurvey { signatory: first, plan });
        assert_eq!(twice, Err(Rejection::AlreadyGiven));
        assert_eq!(story.stage(), "proposed");
    }
}

#[test]
fn one_account_cannot_sign_the_ranking_for_both_bodies() {
    let mut story = Story::province(Chapter::Drafted);
    let report = digest("scores");
    let sign = |signatory| Step::SignRanking { signatory, report };
    story.step("director", sign(Signatory::Office)).unwrap();
    let again = story.step("director", sign(Signatory::Statistics));
    assert_eq!(again, Err(Rejection::SameSigner));
    assert_eq!(story.stage(), "drafted");
}

#[test]
fn one_account_cannot_fill_two_key_seats() {
    let mut story = Story::province(Chapter::Agreed);
    story.step("director", key(KeySeat::Office)).unwrap();
    let again = story.step("director", key(KeySeat::Conduct));
    assert_eq!(again, Err(Rejection::SameSigner));
}

#[test]
fn a_key_can_be_replaced_by_its_holder_until_the_boxes_are_made() {
    let mut story = Story::province(Chapter::Ready);
    let new = || Step::RegisterKey { seat: KeySeat::Office, public_key: "{\"new\":1}".to_owned() };
    story.step("director", new()).unwrap();
    assert_eq!(story.open().survey.keys().unwrap()[&KeySeat::Office].public_key, "{\"new\":1}");
    story.tell_chapter(Chapter::Collecting).unwrap();
    assert_eq!(story.step("director", new()).unwrap_err().code(), "wrong_stage");
}

#[test]
fn a_changed_survey_plan_needs_both_signatures_anew() {
    let mut story = Story::province(Chapter::Proposed);
    let old = story.plan().digest();
    let signatory = Signatory::Office;
    story.step("director", Step::SignSurvey { signatory, plan: old }).unwrap();
    let mut changed = story.plan();
    changed.sheets[0].codes += 1;
    story.step("surveyor", Step::ProposeSurvey(changed.clone())).unwrap();
    let Survey::Proposed { signed, .. } = &story.open().survey else { panic!("not proposed") };
    assert!(signed.is_empty(), "a signature outlived the plan that it was for");

    let signatory = Signatory::Statistics;
    let stale = story.step("statistician", Step::SignSurvey { signatory, plan: old });
    assert_eq!(stale, Err(Rejection::ChangedMeanwhile));
    let plan = changed.digest();
    story.step("statistician", Step::SignSurvey { signatory, plan }).unwrap();
    assert_eq!(story.stage(), "proposed");
    story.step("director", Step::SignSurvey { signatory: Signatory::Office, plan }).unwrap();
    assert_eq!(story.stage(), "agreed");
}

#[test]
fn a_new_draft_of_the_ranking_clears_its_signatures() {
    let mut story = Story::province(Chapter::Drafted);
    let old = digest("scores");
    let signatory = Signatory::Office;
    story.step("director", Step::SignRanking { signatory, report: old }).unwrap();
    let report = digest("other scores");
    story.step("coordinator", Step::DraftRanking { report }).unwrap();
    assert!(story.open().ranking.signed().unwrap().is_empty());
    let signatory = Signatory::Statistics;
    let stale = story.step("statistician", Step::SignRanking { signatory, report: old });
    assert_eq!(stale, Err(Rejection::ChangedMeanwhile));
}

#[test]
fn a_signed_ranking_cannot_be_drafted_again() {
    let mut story = Story::province(Chapter::Signed);
    let again = story.step("coordinator", Step::DraftRanking { report: digest("other") });
    assert_eq!(again, Err(Rejection::AlreadyGiven));
}

#[test]
fn a_seat_gives_its_shares_once() {
    let mut story = Story::province(Chapter::Closed);
    let share = |story: &Story| Step::GiveShare { seat: KeySeat::Office, heads: story.heads(10) };
    story.step(holder(KeySeat::Office), share(&story)).unwrap();
    assert_eq!(story.open().awaited_shares(), [KeySeat::Statistics, KeySeat::Conduct]);
    let again = story.step(holder(KeySeat::Office), share(&story));
    assert_eq!(again, Err(Rejection::AlreadyGiven));
}
