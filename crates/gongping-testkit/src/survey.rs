//! What respondents and key holders do in a survey, with answers that the test chooses.

use crate::{TestApp, survey_opens};
use gongping_app::ballot::{self, Receipt, SealedBallot, SheetBox, SheetSubmission};
use gongping_app::key_holder::AnswerContent;
use gongping_app::province::{Campaign, Post, SampleSize, Until};
use gongping_app::{App, Refusal, key, survey, tally};
use gongping_appraisal::permission::{HoldKey, RunSurvey};
use gongping_appraisal::{Allowed, BoxId, KeySeat, Medium, Permission, Rejection, SheetNumber};
use gongping_seal::{CeremonySecret, Choice, Election, PrivateCredential, SlipCode, seal_ballot};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// The organiser of [`TestApp::province`].
const PROVINCE: &str = "360000-LSB";

/// The same grade, by index from 0, for each of `count` items.
#[must_use]
pub fn all_of_grade(grade: usize, count: usize) -> Vec<Choice> {
    vec![Choice::one(grade); count]
}

/// When the survey of [`TestApp::province`] closes.
///
/// # Panics
/// Never.
#[must_use]
pub fn survey_closes() -> Timestamp {
    survey_opens() + SignedDuration::from_hours(24 * 24 + 9)
}

/// The post that fills a seat.
#[must_use]
pub const fn post_of(seat: KeySeat) -> Post {
    match seat {
        KeySeat::Office => Post::Office,
        KeySeat::Statistics => Post::Statistics,
        KeySeat::Conduct => Post::Conduct,
    }
}

impl TestApp {
    /// The permission of the holder of a post at the unit of that post.
    ///
    /// # Errors
    /// [`Rejection::NotAllowed`].
    pub fn may<P: Permission>(&self, at: &str, post: Post) -> Result<Allowed<P>, Rejection> {
        self.app.world().allow(&self.account(at, post), &crate::unit(at))
    }

    /// The province's appraisal with its survey open and nobody's answer in it yet; one hour has
    /// passed. Sheets 1 to 4 are about one unit each, sheet 5 is about both.
    pub async fn empty_survey(&self) -> Campaign {
        let mut plan = self.province_plan(Until::Collecting);
        plan.sample = SampleSize { response_percent: 0, ..plan.sample };
        self.simulate(plan, survey_opens() + SignedDuration::from_hours(1)).await
    }

    /// The private credentials of a sheet.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn codes(&self, campaign: &Campaign, sheet: u16) -> Vec<String> {
        let printed = campaign.spare_codes(usize::MAX);
        let slips = printed.iter().map(|code| SlipCode::read(&code.code).expect("a code"));
        let of_sheet = slips.filter(|slip| slip.sheet == sheet);
        of_sheet.map(|slip| slip.credential.to_string()).collect()
    }

    /// Seals answers for each of `boxes` with one code, as a browser does.
    ///
    /// # Panics
    /// When the answers do not fit the questions.
    pub fn seal(
        &self,
        boxes: &[SheetBox],
        code: &str,
        choose: impl Fn(&BoxId) -> Vec<Choice>,
    ) -> Vec<SealedBallot> {
        let code = PrivateCredential::parse(code).expect("a code");
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seal = |of_box: &SheetBox| {
            let election = Election::parse(of_box.election.as_bytes()).expect("an election");
            let sealed = seal_ballot(&election, &code, &choose(&of_box.id), &mut *dice);
            let ballot = sealed.expect("answers to the questions").into_bytes();
            let ballot = String::from_utf8(ballot).expect("JSON");
            SealedBallot { box_id: of_box.id.clone(), ballot }
        };
        boxes.iter().map(&mut seal).collect()
    }

    /// A whole sheet with the same grade everywhere.
    ///
    /// # Panics
    /// When the survey has no such sheet.
    pub async fn sealed_sheet(
        &self,
        campaign: &Campaign,
        sheet: u16,
        code: &str,
        grade: usize,
    ) -> SheetSubmission {
        let number = SheetNumber(sheet);
        let (_, boxes) = ballot::sheet(&self.app, &campaign.id, number).await.expect("a sheet");
        let items = campaign.rules.items().len();
        let ballots = self.seal(&boxes, code, |_| all_of_grade(grade, items));
        SheetSubmission { sheet: number, ballots }
    }

    /// Seals and sends a whole sheet with the same grade everywhere.
    ///
    /// # Errors
    /// As [`ballot::submit`].
    pub async fn answer(
        &self,
        app: &App,
        campaign: &Campaign,
        sheet: u16,
        code: &str,
        grade: usize,
    ) -> Result<Vec<Receipt>, Refusal> {
        let sealed = self.sealed_sheet(campaign, sheet, code, grade).await;
        ballot::submit(app, &campaign.id, sealed).await
    }

    /// Sets the clock to the survey's end and closes it.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn close_survey(&self, campaign: &Campaign) {
        self.advance_to(survey_closes());
        let allowed = self.may::<RunSurvey>(PROVINCE, Post::Appraisal).expect("the duty");
        survey::close(&self.app, allowed, &campaign.id).await.expect("it is time");
    }

    /// The permission of the key holder in a seat.
    ///
    /// # Panics
    /// When the post lacks it.
    #[must_use]
    pub fn holder(&self, seat: KeySeat) -> Allowed<HoldKey> {
        self.may(PROVINCE, post_of(seat)).expect("the duty")
    }

    /// The shares that a key holder's device makes.
    ///
    /// # Panics
    /// When the survey is not closed.
    pub async fn shares(&self, campaign: &Campaign, seat: KeySeat) -> BTreeMap<BoxId, String> {
        self.shares_on(&self.app, campaign, seat).await
    }

    /// The same with the work that another node hands out.
    ///
    /// # Panics
    /// When the survey is not closed.
    pub async fn shares_on(
        &self,
        app: &App,
        campaign: &Campaign,
        seat: KeySeat,
    ) -> BTreeMap<BoxId, String> {
        let work = key::work(app, &self.holder(seat), &campaign.id, seat).await.expect("work");
        let secret = self.key_secret(campaign, seat);
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = work.answer(&secret, Medium::File, &mut *dice).expect("an answer");
        match answer.content {
            AnswerContent::Shares { shares } => shares,
            other => panic!("not yet time for shares: {other:?}"),
        }
    }

    /// The secret of a key holder.
    ///
    /// # Panics
    /// When the seat has none yet.
    #[must_use]
    pub fn key_secret(&self, campaign: &Campaign, seat: KeySeat) -> CeremonySecret {
        let (_, file) = campaign.key_files().find(|(of, _)| *of == seat).expect("a key");
        file.secret().expect("a secret")
    }

    /// Lets the key holders of these seats give their shares.
    ///
    /// # Panics
    /// When one is refused.
    pub async fn give_shares(&self, campaign: &Campaign, seats: &[KeySeat]) {
        for seat in seats {
            let shares = self.shares(campaign, *seat).await;
            let holder = self.holder(*seat);
            let given = tally::give_share(&self.app, holder, &campaign.id, *seat, shares).await;
            given.expect("a good share");
        }
    }
}
