//! Preparation (A2, C1, C2): plans of the levels below, roster, channels.

pub(crate) mod rows;

use crate::engine::{Actor, App, Extras};
use crate::payload::{committed, read};
use crate::refusal::Refusal;
use crate::survey::at_organiser;
use gongping_appraisal::permission::{DraftPlan, KeepChannels, KeepRoster, ReviewPlans};
use gongping_appraisal::{
    AccountId, Allowed, AppraisalId, Calendar, Digest, PreparationEvent, PublicChannel, Rejection,
    RosterPost, Step, UnitId,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most characters of one part of a plan.
pub const PART_LIMIT: usize = 8_000;

/// What a plan says besides its dates (C1); part by part as in the template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanText {
    /// Who does it: leading group, office, teams.
    pub people: String,
    /// Items that the level adds for its own situation (B8).
    pub items: String,
    /// Outline of the satisfaction survey.
    pub survey: String,
    /// How it is made known.
    pub publicity: String,
}

impl PlanText {
    /// The parts with the word for each in translation keys, in the order of the template.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("people", &self.people),
            ("items", &self.items),
            ("survey", &self.survey),
            ("publicity", &self.publicity),
        ]
    }
}

fn step(event: PreparationEvent) -> Step {
    Step::Preparation(event.step())
}

fn too_long(text: &str) -> Result<(), Rejection> {
    let length = text.chars().count();
    if length > PART_LIMIT {
        return Err(Rejection::TooLong { bytes: length, limit: PART_LIMIT });
    }
    Ok(())
}

/// Writes the plan of the unit that the permission is for, or changes it. `seen` is the revision
/// that the form showed, 0 where there was no plan yet.
///
/// # Errors
/// [`Refusal::Rejected`] when dates lie outside the organiser's, the plan is with the office, or
/// somebody else changed it meanwhile.
pub async fn draft_plan(
    app: &App,
    allowed: Allowed<DraftPlan>,
    id: &AppraisalId,
    calendar: Calendar,
    text: &PlanText,
    seen: u64,
) -> Result<(), Refusal> {
    for (_, part) in text.parts() {
        too_long(part)?;
    }
    let (content, opening) = committed(app, text)?;
    let unit = allowed.unit().clone();
    let event = PreparationEvent::PlanDrafted { unit, calendar, content };
    let actor = Actor { account: allowed.account().clone(), seen: Some(seen) };
    let extras = Extras::keeping(opening);
    app.steps_with(&actor, id, vec![step(event)], extras).await
}

/// Files the plan as it was shown.
///
/// # Errors
/// [`Refusal::Rejected`] when it is no draft, or was changed meanwhile.
pub async fn file_plan(
    app: &App,
    allowed: Allowed<DraftPlan>,
    id: &AppraisalId,
    content: Digest,
) -> Result<(), Refusal> {
    let event = PreparationEvent::PlanFiled { unit: allowed.unit().clone(), content };
    app.step(&allowed.account().into(), id, step(event)).await
}

/// Returns a filed plan with reasons.
///
/// # Errors
/// [`Refusal::Rejected`] when it is not with the office, the reader saw another revision, or the
/// reasons are missing.
pub async fn return_plan(
    app: &App,
    allowed: Allowed<ReviewPlans>,
    id: &AppraisalId,
    unit: UnitId,
    reasons: &str,
    seen: u64,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    if reasons.trim().is_empty() {
        return Err(Rejection::Missing { what: "reasons".to_owned() }.into());
    }
    too_long(reasons)?;
    let (reasons, opening) = committed(app, &reasons.trim())?;
    let event = PreparationEvent::PlanReturned { unit, reasons };
    let actor = Actor { account: allowed.account().clone(), seen: Some(seen) };
    let extras = Extras::keeping(opening);
    app.steps_with(&actor, id, vec![step(event)], extras).await
}

/// Accepts a filed plan as it was shown.
///
/// # Errors
/// [`Refusal::Rejected`] when it is not with the office, or another one than was shown.
pub async fn accept_plan(
    app: &App,
    allowed: Allowed<ReviewPlans>,
    id: &AppraisalId,
    unit: UnitId,
    content: Digest,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let event = PreparationEvent::PlanAccepted { unit, content };
    app.step(&allowed.account().into(), id, step(event)).await
}

/// What a plan says.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn plan_text(app: &App, content: Digest) -> Result<PlanText, Refusal> {
    read(app, content).await
}

/// The reasons for which a plan came back, or a person's name in the roster.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn words(app: &App, digest: Digest) -> Result<String, Refusal> {
    read(app, digest).await
}

/// Whom to appoint to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAppointment {
    /// To which post.
    pub post: RosterPost,
    /// Which account.
    pub account: AccountId,
    /// The person's name; it stays outside the log.
    pub name: String,
    /// From which day.
    pub on: Date,
    /// The number of the document.
    pub document: String,
}

/// Appoints somebody to a post of the organiser.
///
/// # Errors
/// [`Refusal::Rejected`] when the post is taken, or the leader is not the principal.
pub async fn appoint(
    app: &App,
    allowed: Allowed<KeepRoster>,
    id: &AppraisalId,
    new: NewAppointment,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let name = new.name.trim();
    if !(1..=80).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Rejection::BadName.into());
    }
    let (name, opening) = committed(app, &name)?;
    let NewAppointment { post, account, on, document, .. } = new;
    let unit = allowed.unit().clone();
    let event = PreparationEvent::Appointed { unit, post, account, on, document, name };
    let extras = Extras::keeping(opening);
    app.steps_with(&allowed.account().into(), id, vec![step(event)], extras).await
}

/// Ends an appointment.
///
/// # Errors
/// [`Refusal::Rejected`] when the account does not hold the post.
pub async fn dismiss(
    app: &App,
    allowed: Allowed<KeepRoster>,
    id: &AppraisalId,
    post: RosterPost,
    account: AccountId,
    on: Date,
    document: String,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let unit = allowed.unit().clone();
    let event = PreparationEvent::Dismissed { unit, post, account, on, document };
    app.step(&allowed.account().into(), id, step(event)).await
}

/// Lists a channel; its number is given by the rules.
///
/// # Errors
/// [`Refusal::Rejected`] when the days are out of order or the label is not one line.
pub async fn list_channel(
    app: &App,
    allowed: Allowed<KeepChannels>,
    id: &AppraisalId,
    channel: PublicChannel,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let event = PreparationEvent::ChannelListed { channel };
    app.step(&allowed.account().into(), id, step(event)).await
}

/// Ends a channel with a day.
///
/// # Errors
/// [`Refusal::Rejected`] when it is closed already.
pub async fn end_channel(
    app: &App,
    allowed: Allowed<KeepChannels>,
    id: &AppraisalId,
    channel: u32,
    on: Date,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let event = PreparationEvent::ChannelEnded { channel, on };
    app.step(&allowed.account().into(), id, step(event)).await
}
