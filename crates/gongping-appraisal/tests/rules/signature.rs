//! Two bodies sign, so two persons do; and nobody signs what changed meanwhile (A5, C3, C9).

use crate::story::{Chapter, Story, digest, holder, key, practice_share};
use gongping_appraisal::{KeyRound, KeySeat, Rejection, Signatory, Step, Survey};

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
    story.step("director", key(KeySeat::Office, KeyRound::Certificate)).unwrap();
    let again = story.step("director", key(KeySeat::Conduct, KeyRound::Certificate));
    assert_eq!(again, Err(Rejection::SameSigner));
}

#[test]
fn a_certificate_can_be_replaced_until_all_are_there() {
    let mut story = Story::province(Chapter::Agreed);
    let new = || Step::GiveKeyMessage {
        seat: KeySeat::Office,
        round: KeyRound::Certificate,
        message: "{\"new\":1}".to_owned(),
    };
    story.step("director", key(KeySeat::Office, KeyRound::Certificate)).unwrap();
    story.step("director", new()).unwrap();
    let known = |story: &Story| {
        let ceremony = story.open().survey.ceremony().unwrap();
        ceremony.message(KeyRound::Certificate, KeySeat::Office).map(str::to_owned)
    };
    assert_eq!(known(&story).unwrap(), "{\"new\":1}");
    story.step("statistician", key(KeySeat::Statistics, KeyRound::Certificate)).unwrap();
    story.step("conduct", key(KeySeat::Conduct, KeyRound::Certificate)).unwrap();
    assert_eq!(story.step("director", new()).unwrap_err().code(), "key_round");
}

#[test]
fn the_ceremony_begins_anew_until_the_survey_opens() {
    let mut story = Story::province(Chapter::Ready);
    let again =
        || Step::RestartKeys { seat: KeySeat::Conduct, reason: "密钥文件丢失".to_owned() };
    story.step("conduct", again()).unwrap();
    let ceremony = story.open().survey.ceremony().unwrap();
    assert_eq!(*ceremony, gongping_appraisal::Ceremony::new(2), "something outlived the restart");
    let now = story.now;
    story.now = crate::story::opens_at();
    let unready = story.step("system", Step::OpenSurvey(story.openings()));
    assert_eq!(unready.unwrap_err().code(), "missing");
    story.now = now;
    for (actor, step) in crate::story::ceremony() {
        story.step(actor, step).unwrap();
    }
    story.tell_chapter(Chapter::Collecting).unwrap();
    assert_eq!(story.step("conduct", again()).unwrap_err().code(), "wrong_stage");
}

#[test]
fn a_holder_may_show_the_media_after_the_practice_box_was_opened() {
    let mut story = Story::province(Chapter::Ready);
    for medium in gongping_appraisal::Medium::ALL {
        story.step("conduct", practice_share(KeySeat::Conduct, medium)).unwrap();
    }
    let rehearsal = story.open().survey.ceremony().unwrap().rehearsal.clone().unwrap();
    assert_eq!(rehearsal.shown(), KeySeat::ALL.into());
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
