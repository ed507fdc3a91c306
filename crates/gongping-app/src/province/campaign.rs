//! One simulated appraisal: who does what when, and the secrets that its people hold.

use super::answer;
use super::people::{Post, post_account};
use crate::account::system;
use crate::ballot::{SealedBallot, SheetSubmission, submit};
use crate::engine::App;
use crate::key_holder::KeyFile;
use crate::practice::PracticeCode;
use crate::ranking::SignRanking;
use crate::refusal::{Failure, Refusal};
use crate::survey::SignSurvey;
use crate::{appraisal, inspection, key, publication, ranking, survey};
use gongping_appraisal::permission as may;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, BoxId, Calendar, GroupId, InspectionGroup,
    InspectionGroupNumber, InspectionReport, KeySeat, Medium, MemberSheet, Permission, Rejection,
    SheetNumber, SheetPlan, Signatory, Survey, SurveyPlan, UnitId, Vote, World,
};
use gongping_score::Rulebook;
use gongping_score::rulebook::SheetForm;
use gongping_seal::{CeremonySecret, Election, PrivateCredential, SlipCode, Uuid, seal_ballot};
use jiff::Timestamp;
use rand::RngExt as _;
use rand_chacha::ChaCha20Rng;
use std::collections::{BTreeMap, BTreeSet};

/// How far a simulated appraisal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Planned, with neither rulebook nor calendar.
    Planned,
    /// A rulebook is adopted and the calendar set.
    Prepared,
    /// Opened.
    Opened,
    /// The survey plan is signed by the office only.
    SignedOnce,
    /// Signed by both; two of three keys and the codes are there.
    Agreed,
    /// Answers are coming in.
    Collecting,
    /// Closed; two of three key holders have given their shares.
    Closed,
    /// The boxes are open; some inspections are not signed yet.
    Tallied,
    /// The ranking is drawn up and signed by the office only.
    Drafted,
    /// Published.
    Published,
}

/// Codes for each kind of sheet, and how many of a hundred are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSize {
    /// Codes for a sheet about one unit.
    pub one_unit: u32,
    /// Codes for a sheet about all units.
    pub all_units: u32,
    /// Of a hundred codes, how many answer.
    pub response_percent: u32,
}

/// What is simulated.
#[derive(Debug, Clone)]
pub struct CampaignPlan {
    /// Who runs it.
    pub organiser: UnitId,
    /// The year.
    pub year: i16,
    /// The title.
    pub title: String,
    /// The units.
    pub units: Vec<UnitId>,
    /// The rulebook.
    pub rulebook: String,
    /// The calendar.
    pub calendar: Calendar,
    /// When the survey opens and closes.
    pub survey: (Timestamp, Timestamp),
    /// How many are asked.
    pub sample: SampleSize,
    /// How far it goes.
    pub until: Until,
    /// Boxes that fill badly: unit, group, and how many answer.
    pub thin: Vec<(UnitId, &'static str, u32)>,
}

/// A simulated appraisal with the secrets of its people.
pub struct Campaign {
    /// What is simulated.
    pub plan: CampaignPlan,
    /// Its id.
    pub id: AppraisalId,
    /// The rules.
    pub rules: Rulebook,
    pub(crate) seed: u64,
    /// Whether people say something besides answering.
    pub with_opinions: bool,
    /// Whether plans of the units, roster and channels are filled in.
    pub with_preparation: bool,
    keys: BTreeMap<KeySeat, CeremonySecret>,
    codes: BTreeMap<SheetNumber, Vec<PrivateCredential>>,
}

/// How many of the three key holders open the boxes.
const KEY_THRESHOLD: u32 = 2;

/// A sheet that is ready to be sent.
pub(crate) struct SealedSheet(pub(crate) SheetSubmission);

impl Campaign {
    /// A campaign of which nothing has happened yet.
    ///
    /// # Errors
    /// [`Failure::Bug`] when rulebook or id are not well formed.
    pub fn new(plan: CampaignPlan, seed: u64) -> Result<Self, Failure> {
        let bug = |what: String| Failure::Bug(what);
        let rules = Rulebook::parse(&plan.rulebook).map_err(|m| bug(format!("{m:?}")))?;
        let id = AppraisalId::of(plan.year, &plan.organiser).map_err(|e| bug(e.to_string()))?;
        let (keys, codes) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self {
            plan,
            id,
            rules,
            seed,
            with_opinions: false,
            with_preparation: false,
            keys,
            codes,
        })
    }

    pub(crate) fn dice(&self, matter: &str) -> ChaCha20Rng {
        answer::dice(self.seed, &format!("{} {matter}", self.id))
    }

    pub(super) fn may<P: Permission>(
        &self,
        app: &App,
        post: Post,
    ) -> Result<Allowed<P>, Rejection> {
        let organiser = &self.plan.organiser;
        app.world().allow(&post_account(organiser, post), organiser)
    }

    /// The sheets of the survey plan: one for each unit and group that answers about one unit,
    /// one for each group that answers about all.
    #[must_use]
    pub fn sheets(&self) -> Vec<SheetPlan> {
        let mut sheets = Vec::new();
        let mut add = |group: &str, units: Vec<UnitId>, codes: u32| {
            let number = SheetNumber(u16::try_from(sheets.len() + 1).unwrap_or(u16::MAX));
            if let Ok(group) = GroupId::parse(group) {
                sheets.push(SheetPlan { number, group, units, codes });
            }
        };
        for group in self.rules.groups() {
            match group.sheet {
                SheetForm::AllUnits => {
                    add(&group.id, self.plan.units.clone(), self.plan.sample.all_units);
                }
                SheetForm::OneUnit => {
                    for unit in &self.plan.units {
                        add(&group.id, vec![unit.clone()], self.plan.sample.one_unit);
                    }
                }
            }
        }
        sheets
    }

    pub(crate) async fn plan_it(&self, app: &App) -> Result<(), Refusal> {
        let allowed = self.may::<may::PlanAppraisal>(app, Post::Coordination)?;
        let (title, units) = (self.plan.title.clone(), self.plan.units.clone());
        appraisal::plan(app, allowed, self.plan.year, title, units).await.map(|_| ())
    }

    pub(crate) async fn prepare(&self, app: &App) -> Result<(), Refusal> {
        let allowed = self.may::<may::PlanAppraisal>(app, Post::Coordination)?;
        let text = self.plan.rulebook.clone();
        appraisal::adopt_rulebook(app, allowed.clone(), &self.id, text, None).await?;
        appraisal::set_calendar(app, allowed, &self.id, self.plan.calendar.clone(), None).await
    }

    pub(crate) async fn open(&self, app: &App) -> Result<(), Refusal> {
        appraisal::open(app, self.may::<may::OpenAppraisal>(app, Post::Office)?, &self.id).await?;
        self.make_ready(app).await
    }

    pub(crate) async fn propose(&self, app: &App) -> Result<(), Refusal> {
        let plan = SurveyPlan {
            sheets: self.sheets(),
            opens_at: self.plan.survey.0,
            closes_at: self.plan.survey.1,
            key_threshold: KEY_THRESHOLD,
            channels: vec![
                "服务窗口当面发放邀请码".to_owned(),
                "统计局随信件邮寄邀请码".to_owned(),
            ],
        };
        let allowed = self.may::<may::ProposeSurvey>(app, Post::Appraisal)?;
        survey::propose(app, allowed, &self.id, plan, None).await
    }

    pub(crate) async fn sign_survey(&self, app: &App, signatory: Signatory) -> Result<(), Refusal> {
        let plan = survey_plan(&app.world(), &self.id)?.digest();
        let allowed = match signatory {
            Signatory::Office => SignSurvey::Office(self.may(app, Post::Office)?),
            Signatory::Statistics => SignSurvey::Statistics(self.may(app, Post::Statistics)?),
        };
        survey::sign(app, allowed, &self.id, plan).await
    }

    /// Lets a key holder do whatever is that holder's to do now, with the secret from this medium.
    pub(crate) async fn turn_key(
        &mut self,
        app: &App,
        seat: KeySeat,
        medium: Medium,
    ) -> Result<(), Refusal> {
        let allowed = self.may::<may::HoldKey>(app, seat_post(seat))?;
        let work = key::work(app, &allowed, &self.id, seat).await?;
        let mut secrets = self.dice(&format!("key {}", seat.as_str()));
        let secret =
            self.keys.entry(seat).or_insert_with(|| CeremonySecret::generate(&mut secrets));
        let step = app.world().size();
        let mut dice = answer::dice(self.seed, &format!("{} turn {step}", self.id));
        let answer = work
            .answer(secret, medium, &mut dice)
            .map_err(|mistake| Failure::Bug(format!("{} {mistake}", seat.as_str())))?;
        key::answer(app, &allowed, &self.id, seat, answer).await
    }

    pub(crate) async fn issue_codes(&mut self, app: &App) -> Result<(), Refusal> {
        let allowed = self.may::<may::IssueCodes>(app, Post::Statistics)?;
        let work = survey::code_work(app, &allowed, &self.id)?;
        let mut lists: BTreeMap<BoxId, Vec<String>> = BTreeMap::new();
        for sheet in work.sheets {
            let mut dice = self.dice(&format!("codes {}", sheet.sheet));
            let codes: Vec<PrivateCredential> =
                (0..sheet.count).map(|_| PrivateCredential::generate(&mut dice)).collect();
            for of_box in sheet.boxes {
                let uuid = uuid_of(&of_box.uuid)?;
                let public = codes.iter().map(|code| code.derive(&uuid).public().to_string());
                lists.entry(of_box.id).or_default().extend(public);
            }
            self.codes.insert(sheet.sheet, codes);
        }
        survey::issue_codes(app, allowed, &self.id, lists).await
    }

    pub(crate) async fn open_survey(&self, app: &App) -> Result<(), Refusal> {
        survey::open(app, self.may::<may::RunSurvey>(app, Post::Appraisal)?, &self.id).await
    }

    /// Seals one respondent's sheet, as a browser would. Expensive; needs no permission.
    pub(crate) fn seal(
        &self,
        elections: &BTreeMap<BoxId, Election>,
        sheet: &SheetPlan,
        index: usize,
        time: u32,
    ) -> Result<SealedSheet, Failure> {
        let bug = |what: String| Failure::Bug(what);
        let codes = self.codes.get(&sheet.number);
        let code = codes.and_then(|codes| codes.get(index));
        let code = code.ok_or_else(|| bug(format!("no code {index} of sheet {}", sheet.number)))?;
        let mut dice = self.dice(&format!("answer {} {index} {time}", sheet.number));
        let mut ballots = Vec::with_capacity(sheet.units.len());
        for unit in &sheet.units {
            let box_id = BoxId::of(&self.id, unit, &sheet.group);
            let election = elections.get(&box_id).ok_or_else(|| bug(format!("no {box_id}")))?;
            let quality = answer::quality(self.seed ^ self.plan.year as u64, unit.as_str());
            let choices = answer::choices(&self.rules, quality, &mut dice);
            let sealed = seal_ballot(election, code, &choices, &mut dice)
                .map_err(|error| bug(error.to_string()))?;
            let ballot = String::from_utf8_lossy(sealed.bytes()).into_owned();
            ballots.push(SealedBallot { box_id, ballot });
        }
        Ok(SealedSheet(SheetSubmission { sheet: sheet.number, ballots }))
    }

    pub(crate) async fn send(&self, app: &App, sheet: SealedSheet) -> Result<(), Refusal> {
        submit(app, &self.id, sheet.0).await.map(|_| ())
    }

    pub(crate) async fn checkpoint(&self, app: &App) -> Result<(), Refusal> {
        survey::checkpoint(app, &system(), &self.id).await.map(|_| ())
    }

    pub(crate) async fn close_survey(&self, app: &App) -> Result<(), Refusal> {
        survey::close(app, self.may::<may::RunSurvey>(app, Post::Appraisal)?, &self.id).await
    }

    pub(crate) async fn form_group(&self, app: &App) -> Result<(), Refusal> {
        let at = |post| post_account(&self.plan.organiser, post);
        let group = InspectionGroup {
            number: InspectionGroupNumber(1),
            leader: at(Post::Leader),
            members: BTreeSet::from([at(Post::Leader), at(Post::Inspector)]),
            units: self.plan.units.iter().cloned().collect(),
            quorum: None,
        };
        let allowed = self.may::<may::FormInspectionGroups>(app, Post::Coordination)?;
        inspection::form_group(app, allowed, &self.id, group).await
    }

    pub(crate) async fn enter_points(
        &self,
        app: &App,
        unit: &UnitId,
        post: Post,
    ) -> Result<(), Refusal> {
        let allowed = self.may::<may::EnterPoints>(app, post)?;
        let mut dice = self.dice(&format!("points {unit} {post:?}"));
        let quality = answer::quality(self.seed ^ self.plan.year as u64, unit.as_str());
        let sheet = MemberSheet {
            appraisal: self.id.clone(),
            unit: unit.clone(),
            member: allowed.account().clone(),
            points: answer::points(&self.rules, quality, &mut dice),
        };
        inspection::enter_points(app, allowed, sheet).await
    }

    /// The group settles on what its leader entered, and votes.
    pub(crate) async fn decide(&self, app: &App, unit: &UnitId) -> Result<(), Refusal> {
        let allowed = self.may::<may::SignInspection>(app, Post::Leader)?;
        let entered = inspection::member_sheets(app, &self.id, unit, allowed.account()).await?;
        let missing = || Failure::Bug(format!("no sheets about {unit}"));
        let own = entered.get(allowed.account()).ok_or_else(missing)?;
        let world = app.world();
        let running = world.appraisal(&self.id).and_then(Appraisal::running);
        let known = running.and_then(|open| open.inspections.get(unit)).ok_or_else(missing)?;
        let report = InspectionReport {
            appraisal: self.id.clone(),
            unit: unit.clone(),
            group: InspectionGroupNumber(1),
            sheets: known.sheets().clone(),
            points: own.points.clone(),
            votes_for: None,
            votes_against: None,
        };
        inspection::propose(app, allowed, report).await?;
        let (digest, _) = inspection::report(app, &self.id, unit).await?.ok_or_else(missing)?;
        for post in [Post::Leader, Post::Inspector] {
            let allowed = self.may::<may::EnterPoints>(app, post)?;
            let unit = unit.clone();
            inspection::vote(app, allowed, &self.id, unit, digest, Vote::For).await?;
        }
        Ok(())
    }

    pub(crate) async fn sign_report(&self, app: &App, unit: &UnitId) -> Result<(), Refusal> {
        let allowed = self.may::<may::SignInspection>(app, Post::Leader)?;
        let (digest, _) = inspection::report(app, &self.id, unit)
            .await?
            .ok_or_else(|| Failure::Bug(format!("no report about {unit}")))?;
        let password = super::PASSWORD;
        inspection::sign(app, allowed, &self.id, unit.clone(), digest, password).await
    }

    pub(crate) async fn draft(&self, app: &App) -> Result<(), Refusal> {
        let allowed = self.may::<may::DraftRanking>(app, Post::Coordination)?;
        ranking::draft(app, allowed, &self.id).await
    }

    pub(crate) async fn sign_ranking(
        &self,
        app: &App,
        signatory: Signatory,
    ) -> Result<(), Refusal> {
        let (digest, _) = ranking::report(app, &self.id)
            .await?
            .ok_or_else(|| Failure::Bug("no ranking".to_owned()))?;
        let allowed = match signatory {
            Signatory::Office => SignRanking::Office(self.may(app, Post::Office)?),
            Signatory::Statistics => SignRanking::Statistics(self.may(app, Post::Statistics)?),
        };
        ranking::sign(app, allowed, &self.id, digest, super::PASSWORD).await
    }

    pub(crate) async fn publish(&self, app: &App) -> Result<(), Refusal> {
        let allowed = self.may::<may::Publish>(app, Post::Office)?;
        publication::publish(app, allowed, &self.id).await.map(|_| ())
    }

    /// How many of the codes of a sheet answer.
    pub(crate) fn answering(&self, sheet: &SheetPlan) -> usize {
        let thin = self.plan.thin.iter().find(|(unit, group, _)| {
            sheet.units.len() == 1 && sheet.units[0] == *unit && sheet.group.as_str() == *group
        });
        // Some places and groups answer more readily than others.
        let mut dice = self.dice(&format!("response {}", sheet.number));
        let percent = self.plan.sample.response_percent + dice.random_range(0..=8);
        let percent = percent.saturating_sub(4);
        let usual = sheet.codes * percent.min(100) / 100;
        usize::try_from(thin.map_or(usual, |(_, _, count)| *count)).unwrap_or_default()
    }

    /// A few codes of each sheet that nobody has used, for people to try.
    #[must_use]
    pub fn spare_codes(&self, of_each: usize) -> Vec<PracticeCode> {
        let mut spare = Vec::new();
        for (sheet, codes) in &self.codes {
            for code in codes.iter().rev().take(of_each) {
                let slip = SlipCode { sheet: sheet.0, credential: code.clone() };
                let (appraisal, code) = (self.id.to_string(), slip.printed().to_string());
                spare.push(PracticeCode { appraisal, code });
            }
        }
        spare
    }

    /// The secrets of the key holders by seat, as files for people to practise with.
    pub fn key_files(&self) -> impl Iterator<Item = (KeySeat, KeyFile)> + '_ {
        let file = |(seat, secret): (&KeySeat, &CeremonySecret)| {
            (*seat, KeyFile::new(self.id.clone(), *seat, secret))
        };
        self.keys.iter().map(file)
    }
}

pub(crate) fn seat_post(seat: KeySeat) -> Post {
    match seat {
        KeySeat::Office => Post::Office,
        KeySeat::Statistics => Post::Statistics,
        KeySeat::Conduct => Post::Conduct,
    }
}

fn uuid_of(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse(text).map_err(|error| Failure::Bug(error.to_string()))
}

fn survey_plan(world: &World, id: &AppraisalId) -> Result<SurveyPlan, Failure> {
    let survey = world.appraisal(id).and_then(Appraisal::running).map(|open| &open.survey);
    let plan = survey.and_then(Survey::plan).cloned();
    plan.ok_or_else(|| Failure::Bug(format!("{id} has no survey plan")))
}
