//! The key holders: the ceremony, the rehearsal, and what goes wrong in them.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use gongping_app::key_holder::{
    AnswerContent, HolderMistake, KeyAnswer, KeyFile, KeyTask, KeyWork,
};
use gongping_app::province::{Campaign, Post, Until};
use gongping_app::{Refusal, key, survey};
use gongping_appraisal::permission::RunSurvey;
use gongping_appraisal::{KeyRound, KeySeat, Medium, Rejection, Survey};
use gongping_seal::CeremonySecret;
use gongping_testkit::TestApp;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;

/// The three holders with their secrets, in an appraisal whose plan is agreed; the simulated
/// holders' certificates are replaced by those of these secrets.
struct Holders {
    test: TestApp,
    campaign: Campaign,
    secrets: Vec<CeremonySecret>,
    dice: ChaCha20Rng,
}

impl Holders {
    async fn new() -> Self {
        let test = TestApp::new().await;
        let now = "2026-09-20T00:00:00Z".parse().unwrap();
        let campaign = test.simulate(test.small_plan(Until::Agreed), now).await;
        let mut dice = ChaCha20Rng::seed_from_u64(11);
        let secrets = KeySeat::ALL.map(|_| CeremonySecret::generate(&mut dice)).into();
        Self { test, campaign, secrets, dice }
    }

    async fn work(&self, seat: KeySeat) -> KeyWork {
        let holder = self.test.holder(seat);
        key::work(&self.test.app, &holder, &self.campaign.id, seat).await.unwrap()
    }

    async fn answer(&mut self, seat: KeySeat, medium: Medium) -> KeyAnswer {
        let work = self.work(seat).await;
        let secret = &self.secrets[seat.number() as usize - 1];
        work.answer(secret, medium, &mut self.dice).unwrap()
    }

    async fn give(&self, seat: KeySeat, answer: KeyAnswer) -> Result<(), Refusal> {
        let holder = self.test.holder(seat);
        key::answer(&self.test.app, &holder, &self.campaign.id, seat, answer).await
    }

    async fn turn(&mut self, seat: KeySeat, medium: Medium) {
        let answer = self.answer(seat, medium).await;
        self.give(seat, answer).await.unwrap();
    }

    async fn rounds(&mut self, count: usize) {
        // The simulated office and statistics bureau have handed in certificates already.
        for seat in KeySeat::ALL {
            let mut work = self.work(seat).await;
            work.task = KeyTask::Certificate;
            let secret = &self.secrets[seat.number() as usize - 1];
            let answer = work.answer(secret, Medium::File, &mut self.dice).unwrap();
            self.give(seat, answer).await.unwrap();
        }
        for _ in 1..count {
            for seat in KeySeat::ALL {
                self.turn(seat, Medium::File).await;
            }
        }
    }

    fn survey(&self) -> Survey {
        let world = self.test.app.world();
        world.appraisal(&self.campaign.id).unwrap().running().unwrap().survey.clone()
    }

    async fn open(&self) -> Result<(), Refusal> {
        let allowed = self.test.may::<RunSurvey>("360000-LSB", Post::Appraisal).unwrap();
        survey::open(&self.test.app, allowed, &self.campaign.id).await
    }
}

fn input(outcome: Result<(), Refusal>) -> &'static str {
    match outcome {
        Err(Refusal::Input { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

fn missing(outcome: Result<(), Refusal>) -> String {
    match outcome {
        Err(Refusal::Rejected(Rejection::Missing { what })) => what,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survey_opens_only_after_two_holders_opened_the_practice_box_from_both_media() {
    let mut holders = Holders::new().await;
    assert_eq!(missing(holders.open().await), "keys");
    holders.rounds(3).await;
    assert_eq!(missing(holders.open().await), "rehearsal");
    let [office, statistics, conduct] = KeySeat::ALL;
    holders.turn(office, Medium::File).await;
    holders.turn(statistics, Medium::File).await;
    holders.turn(conduct, Medium::File).await;
    holders.turn(statistics, Medium::Sheet).await;
    assert_eq!(missing(holders.open().await), "rehearsal");
    holders.turn(conduct, Medium::Sheet).await;
    let survey = holders.survey();
    let rehearsal = survey.ceremony().unwrap().rehearsal.clone().unwrap();
    let outcome = rehearsal.outcome.clone().expect("two holders have shown both media");
    assert_eq!(outcome[0].iter().sum::<u64>(), gongping_verify::PRACTICE_BALLOTS);
    assert_eq!(rehearsal.shown(), [statistics, conduct].into());
    // The plan's time is over in this story; what is missing is no longer the key.
    let late = holders.open().await;
    assert!(matches!(late, Err(Refusal::Rejected(Rejection::TooLate { .. }))), "{late:?}");
    // The third holder may still try.
    holders.turn(office, Medium::Sheet).await;
    let task = holders.work(office).await.task;
    assert!(matches!(task, KeyTask::Wait { awaited } if awaited.is_empty()));
    holders.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn holders_wait_for_each_other_and_are_told_for_whom() {
    let mut holders = Holders::new().await;
    let [office, _, conduct] = KeySeat::ALL;
    let task = holders.work(office).await.task;
    assert!(matches!(&task, KeyTask::Wait { awaited } if *awaited == [conduct]), "{task:?}");
    holders.rounds(1).await;
    holders.turn(conduct, Medium::File).await;
    let early = holders.work(conduct).await;
    assert!(matches!(&early.task, KeyTask::Wait { awaited } if awaited.len() == 2));
    let refused = early.answer(&holders.secrets[2], Medium::File, &mut holders.dice);
    assert_eq!(refused.unwrap_err(), HolderMistake::Nothing);
    holders.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_refused_and_changes_nothing() {
    let mut holders = Holders::new().await;
    let [office, statistics, conduct] = KeySeat::ALL;
    // A certificate for another place in the ceremony.
    let mut work = holders.work(conduct).await;
    work.number = 2;
    let answer = work.answer(&holders.secrets[2], Medium::File, &mut holders.dice).unwrap();
    let size = holders.test.app.world().size();
    assert_eq!(input(holders.give(conduct, answer).await), "key-message");
    work.number = 3;
    work.threshold = 1;
    let answer = work.answer(&holders.secrets[2], Medium::File, &mut holders.dice).unwrap();
    assert_eq!(input(holders.give(conduct, answer).await), "key-message");
    // An answer for another seat or another appraisal.
    let answer = holders.answer(conduct, Medium::File).await;
    assert_eq!(input(holders.give(office, answer.clone()).await), "key-answer-other");
    assert_eq!(holders.test.app.world().size(), size);
    holders.rounds(1).await;
    // A polynomial with a changed byte; one of another holder.
    let answer = holders.answer(office, Medium::File).await;
    let AnswerContent::Message { round, message } = &answer.content else { panic!("no message") };
    let with = |message: String| KeyAnswer {
        content: AnswerContent::Message { round: *round, message },
        ..answer.clone()
    };
    let changed = message.replacen("\"response\":\"", "\"response\":\"1", 1);
    assert_ne!(changed, *message);
    for wrong in [changed, String::new(), "{}".to_owned(), message.replacen('{', "{ ", 1)] {
        assert_eq!(input(holders.give(office, with(wrong)).await), "key-message");
    }
    let as_other = KeyAnswer { seat: statistics, ..answer.clone() };
    assert_eq!(input(holders.give(statistics, as_other).await), "key-message");
    // A message of another round.
    let early = KeyAnswer {
        content: AnswerContent::Message { round: KeyRound::Output, message: message.clone() },
        ..answer.clone()
    };
    let early = holders.give(office, early).await;
    assert!(matches!(early, Err(Refusal::Rejected(Rejection::KeyRound { .. }))), "{early:?}");
    holders.give(office, answer).await.unwrap();
    holders.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_practice_share_is_refused_and_a_lost_secret_begins_the_ceremony_anew() {
    let mut holders = Holders::new().await;
    holders.rounds(3).await;
    let [office, statistics, conduct] = KeySeat::ALL;
    let answer = holders.answer(office, Medium::File).await;
    let AnswerContent::PracticeShare { share, .. } = &answer.content else { panic!("no share") };
    let with = |seat, medium, share: &str| KeyAnswer {
        seat,
        content: AnswerContent::PracticeShare { medium, share: share.to_owned() },
        ..answer.clone()
    };
    let changed = share.replacen("\"response\":\"", "\"response\":\"1", 1);
    assert_ne!(changed, *share);
    let wrong = with(office, Medium::File, &changed);
    assert_eq!(input(holders.give(office, wrong).await), "practice-share");
    let stolen = with(conduct, Medium::File, share);
    assert_eq!(input(holders.give(conduct, stolen).await), "practice-share");
    holders.give(office, answer.clone()).await.unwrap();
    // The share from the file does not show that the sheet can be read.
    let again = holders.give(office, with(office, Medium::Sheet, share)).await;
    assert!(matches!(again, Err(Refusal::Rejected(Rejection::AlreadyGiven))), "{again:?}");
    // A secret that is not the one on record is noticed before anything is computed.
    let work = holders.work(statistics).await;
    let other = CeremonySecret::generate(&mut holders.dice);
    assert_eq!(work.is_on_record(&other), Ok(Some(false)));
    let refused = work.answer(&other, Medium::File, &mut holders.dice);
    assert_eq!(refused.unwrap_err(), HolderMistake::OtherKey);
    assert_eq!(work.is_on_record(&holders.secrets[1]), Ok(Some(true)));
    // The statistics bureau lost its secret.
    let holder = holders.test.holder(statistics);
    let reason = "U 盘损坏，密钥文件读不出".to_owned();
    key::restart(&holders.test.app, &holder, &holders.campaign.id, statistics, reason)
        .await
        .unwrap();
    let old = holders.give(office, answer).await;
    assert_eq!(missing(old), "keys");
    holders.secrets[1] = other;
    holders.rounds(3).await;
    holders.turn(statistics, Medium::File).await;
    holders.test.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_holders_at_two_nodes_at_once_lose_nothing() {
    let mut holders = Holders::new().await;
    holders.rounds(2).await;
    holders.turn(KeySeat::Office, Medium::File).await;
    let other = holders.test.another_node().await;
    let (statistics, conduct) = (KeySeat::Statistics, KeySeat::Conduct);
    let answers = [
        holders.answer(statistics, Medium::File).await,
        holders.answer(conduct, Medium::File).await,
    ];
    let [first, second] = answers;
    let (one, two) = (holders.test.holder(statistics), holders.test.holder(conduct));
    let id = &holders.campaign.id;
    let (first, second) = tokio::join!(
        key::answer(&holders.test.app, &one, id, statistics, first),
        key::answer(&other, &two, id, conduct, second),
    );
    first.unwrap();
    second.unwrap();
    holders.test.app.catch_up().await.unwrap();
    let survey = holders.survey();
    let ceremony = survey.ceremony().unwrap();
    assert_eq!(ceremony.round(), None);
    assert!(ceremony.rehearsal.is_some(), "nobody made the practice box");
    holders.test.assert_sound().await;
}

#[test]
fn a_key_file_is_read_as_it_is_written() {
    let mut dice = ChaCha20Rng::seed_from_u64(1);
    let secret = CeremonySecret::generate(&mut dice);
    let id = gongping_appraisal::AppraisalId::of(2026, &gongping_testkit::unit("360000-LSB"));
    let file = KeyFile::new(id.unwrap(), KeySeat::Conduct, &secret);
    let text = file.to_json();
    let read = KeyFile::parse(text.as_bytes()).unwrap();
    assert_eq!(read.seat, KeySeat::Conduct);
    assert_eq!(read.secret().unwrap().reveal(), secret.reveal());
    assert!(KeyFile::parse(text.replace("\"version\":1", "\"version\":2").as_bytes()).is_none());
    assert!(KeyFile::parse(text.replace("key-holder", "codes").as_bytes()).is_none());
}
