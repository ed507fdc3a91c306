//! Several simulated appraisals at once, in the order of time.

use super::campaign::{Campaign, SealedSheet, Until};
use super::opinion::{self, OpinionAction};
use super::people::Post;
use crate::ballot::sheet as sheet_of;
use crate::clock::Clock;
use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use gongping_appraisal::{BoxId, KeySeat, Medium, Phase, SheetPlan, Signatory, UnitId};
use gongping_seal::Election;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use rayon::prelude::*;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Sheets sealed at once on all cores before they are sent one by one.
const SEALED_AT_ONCE: usize = 256;

#[derive(Debug, Clone)]
enum Action {
    Plan,
    Prepare,
    Open,
    Propose,
    SignSurvey(Signatory),
    Key(KeySeat, Medium),
    Codes,
    OpenSurvey,
    Answer { sheet: usize, index: usize, time: u32 },
    Checkpoint,
    CloseSurvey,
    FormGroup,
    Points { unit: UnitId, post: Post },
    Decide(UnitId),
    SignReport(UnitId),
    Draft,
    SignRanking(Signatory),
    Publish,
    Opinion(OpinionAction),
}

struct Step {
    at: Timestamp,
    campaign: usize,
    action: Action,
}

/// Lets all campaigns happen, in the order of time and not beyond `now`. `clock` is the one that
/// `app` runs by. `progress` is told how many of how many steps are done.
///
/// # Errors
/// The first [`Refusal`] of a use case: the simulated people break no rules.
pub async fn run(
    app: &App,
    clock: &dyn Clock,
    campaigns: &mut [Campaign],
    now: Timestamp,
    mut progress: impl FnMut(usize, usize),
) -> Result<(), Refusal> {
    let mut steps: Vec<Step> = Vec::new();
    for (index, campaign) in campaigns.iter().enumerate() {
        let of_campaign = timetable(campaign).into_iter().filter(|(at, _)| *at <= now);
        steps.extend(of_campaign.map(|(at, action)| Step { at, campaign: index, action }));
    }
    // Stable: steps of one campaign at one instant keep their order.
    steps.sort_by_key(|step| (step.at, step.campaign));
    let total = steps.len();
    let mut steps = VecDeque::from(steps);
    let mut boxes: BTreeMap<usize, Arc<Ballots>> = BTreeMap::new();
    while let Some(step) = steps.pop_front() {
        if matches!(step.action, Action::Answer { .. }) {
            steps.push_front(step);
            let sealed = seal_next(app, campaigns, &mut boxes, &mut steps).await?;
            for (at, campaign, sheet) in sealed {
                advance(clock, at)?;
                campaigns[campaign].send(app, sheet).await?;
            }
        } else {
            advance(clock, step.at)?;
            act(app, &mut campaigns[step.campaign], step.action).await?;
        }
        progress(total - steps.len(), total);
    }
    advance(clock, now)
}

fn advance(clock: &dyn Clock, to: Timestamp) -> Result<(), Refusal> {
    clock.advance_to(to).map_err(|error| Failure::Bug(error.to_string()).into())
}

async fn act(app: &App, campaign: &mut Campaign, action: Action) -> Result<(), Refusal> {
    match action {
        Action::Plan => campaign.plan_it(app).await,
        Action::Prepare => campaign.prepare(app).await,
        Action::Open => campaign.open(app).await,
        Action::Propose => campaign.propose(app).await,
        Action::SignSurvey(signatory) => campaign.sign_survey(app, signatory).await,
        Action::Key(seat, medium) => campaign.turn_key(app, seat, medium).await,
        Action::Codes => campaign.issue_codes(app).await,
        Action::OpenSurvey => campaign.open_survey(app).await,
        Action::Answer { .. } => Err(Failure::Bug("answers are sealed in batches".into()).into()),
        Action::Checkpoint => campaign.checkpoint(app).await,
        Action::CloseSurvey => campaign.close_survey(app).await,
        Action::FormGroup => campaign.form_group(app).await,
        Action::Points { unit, post } => campaign.enter_points(app, &unit, post).await,
        Action::Decide(unit) => campaign.decide(app, &unit).await,
        Action::SignReport(unit) => campaign.sign_report(app, &unit).await,
        Action::Draft => campaign.draft(app).await,
        Action::SignRanking(signatory) => campaign.sign_ranking(app, signatory).await,
        Action::Publish => campaign.publish(app).await,
        Action::Opinion(action) => campaign.tell_opinion(app, action).await,
    }
}

/// What sealing needs to know of a campaign's boxes.
struct Ballots {
    sheets: Vec<SheetPlan>,
    elections: BTreeMap<BoxId, Election>,
}

async fn ballots_of(app: &App, campaign: &Campaign) -> Result<Ballots, Refusal> {
    let sheets = campaign.sheets();
    let mut elections = BTreeMap::new();
    for plan in &sheets {
        for of_box in sheet_of(app, &campaign.id, plan.number).await?.1 {
            if let Entry::Vacant(vacant) = elections.entry(of_box.id) {
                let election = Election::parse(of_box.election.as_bytes())
                    .map_err(|error| Failure::Bug(error.to_string()))?;
                vacant.insert(election);
            }
        }
    }
    Ok(Ballots { sheets, elections })
}

type Sealed = (Timestamp, usize, SealedSheet);

/// Seals the answers at the front of the queue on all cores.
async fn seal_next(
    app: &App,
    campaigns: &[Campaign],
    boxes: &mut BTreeMap<usize, Arc<Ballots>>,
    steps: &mut VecDeque<Step>,
) -> Result<Vec<Sealed>, Refusal> {
    let mut batch = Vec::new();
    while batch.len() < SEALED_AT_ONCE {
        match steps.pop_front() {
            Some(Step { at, campaign, action: Action::Answer { sheet, index, time } }) => {
                if let Entry::Vacant(vacant) = boxes.entry(campaign) {
                    vacant.insert(Arc::new(ballots_of(app, &campaigns[campaign]).await?));
                }
                batch.push((at, campaign, sheet, index, time));
            }
            Some(other) => {
                steps.push_front(other);
                break;
            }
            None => break,
        }
    }
    let boxes = &*boxes;
    let sealed = tokio::task::block_in_place(|| {
        batch
            .into_par_iter()
            .map(|(at, campaign, sheet, index, time)| {
                let known = &boxes[&campaign];
                let sheet = &known.sheets[sheet];
                let sealed = campaigns[campaign].seal(&known.elections, sheet, index, time)?;
                Ok((at, campaign, sealed))
            })
            .collect::<Result<Vec<_>, Failure>>()
    });
    Ok(sealed?)
}

/// When each step of a campaign happens.
fn timetable(campaign: &Campaign) -> Vec<(Timestamp, Action)> {
    let plan = &campaign.plan;
    let until = plan.until;
    let first = morning(plan.calendar.first_day());
    let (opens, closes) = plan.survey;
    let hours = SignedDuration::from_hours;
    let mut table: Vec<(Timestamp, Action)> = vec![(first, Action::Plan)];
    let mut add = |from: Until, at: Timestamp, action: Action| {
        if until >= from {
            table.push((at, action));
        }
    };
    add(Until::Prepared, first + hours(26), Action::Prepare);
    add(Until::Opened, first + hours(50), Action::Open);
    let signing = opens - hours(24 * 5);
    add(Until::SignedOnce, signing, Action::Propose);
    add(Until::SignedOnce, signing + hours(3), Action::SignSurvey(Signatory::Office));
    add(Until::Agreed, signing + hours(25), Action::SignSurvey(Signatory::Statistics));
    let file = |seat| Action::Key(seat, Medium::File);
    add(Until::Agreed, signing + hours(48), file(KeySeat::Office));
    add(Until::Agreed, signing + hours(50), file(KeySeat::Statistics));
    add(Until::Collecting, signing + hours(52), file(KeySeat::Conduct));
    add(Until::Agreed, signing + hours(72), Action::Codes);
    // The second and third round of the ceremony, and the rehearsal with both media.
    let later = (74..).step_by(2).zip(KeySeat::ALL.into_iter().cycle().take(12));
    for (index, (hour, seat)) in later.enumerate() {
        let medium = if index < 9 { Medium::File } else { Medium::Sheet };
        add(Until::Collecting, signing + hours(hour), Action::Key(seat, medium));
    }
    if campaign.with_opinions && until >= Until::Opened {
        let first = morning(plan.calendar.dates(Phase::Opinions).first);
        let said = opinion::timetable(first);
        table.extend(said.map(|(at, action)| (at, Action::Opinion(action))));
    }
    let mut add = |from: Until, at: Timestamp, action: Action| {
        if until >= from {
            table.push((at, action));
        }
    };
    add(Until::Collecting, opens, Action::OpenSurvey);
    if until >= Until::Collecting {
        answers(campaign, &mut table);
        let days = (closes.duration_since(opens).as_hours() / 24).max(1);
        table.extend((1..days).map(|day| (opens + hours(24 * day), Action::Checkpoint)));
    }
    let mut add = |from: Until, at: Timestamp, action: Action| {
        if until >= from {
            table.push((at, action));
        }
    };
    add(Until::Closed, closes, Action::CloseSurvey);
    add(Until::Closed, closes + hours(16), file(KeySeat::Office));
    add(Until::Tallied, closes + hours(18), file(KeySeat::Conduct));
    inspections(campaign, &mut table);
    let last = morning(plan.calendar.last_day());
    let mut add = |from: Until, at: Timestamp, action: Action| {
        if until >= from {
            table.push((at, action));
        }
    };
    add(Until::Drafted, last + hours(2), Action::Draft);
    add(Until::Drafted, last + hours(4), Action::SignRanking(Signatory::Office));
    add(Until::Published, last + hours(5), Action::SignRanking(Signatory::Statistics));
    add(Until::Published, last + hours(24), Action::Publish);
    table
}

/// Answers come in over the whole time, more at its beginning and in its last days; a few people
/// answer again.
fn answers(campaign: &Campaign, table: &mut Vec<(Timestamp, Action)>) {
    let (opens, closes) = campaign.plan.survey;
    let minutes = closes.duration_since(opens).as_mins().max(2);
    for (sheet, plan) in campaign.sheets().iter().enumerate() {
        let mut dice = campaign.dice(&format!("times {}", plan.number));
        for index in 0..campaign.answering(plan) {
            let (a, b) = (dice.random_range(1..minutes), dice.random_range(1..minutes));
            let at = if index % 3 == 0 { a.max(b) } else { a.min(b) };
            let seconds = dice.random_range(0..60);
            let at = opens + SignedDuration::from_secs(at * 60 + seconds);
            let answer = |time| Action::Answer { sheet, index, time };
            table.push((at.min(closes - SignedDuration::from_secs(1)), answer(1)));
            if dice.random_range(0..25) == 0 {
                let again = at + SignedDuration::from_mins(dice.random_range(2..30));
                if again < closes {
                    table.push((again, answer(2)));
                }
            }
        }
    }
}

/// From the first day of the last phase on; below [`Until::Drafted`] some stay unsigned.
fn inspections(campaign: &Campaign, table: &mut Vec<(Timestamp, Action)>) {
    let plan = &campaign.plan;
    if plan.until < Until::Closed {
        return;
    }
    let first = morning(plan.calendar.dates(Phase::Tally).first);
    let hours = SignedDuration::from_hours;
    table.push((first, Action::FormGroup));
    for (number, unit) in plan.units.iter().enumerate() {
        let visit = first + hours(24 + 24 * (i64::try_from(number).unwrap_or(0) / 2));
        let late = number + 2 >= plan.units.len();
        let points = |post| Action::Points { unit: unit.clone(), post };
        table.push((visit, points(Post::Leader)));
        if plan.until >= Until::Drafted || !late {
            table.push((visit + hours(1), points(Post::Inspector)));
            table.push((visit + hours(6), Action::Decide(unit.clone())));
        }
        if plan.until >= Until::Drafted || number + 3 < plan.units.len() {
            table.push((visit + hours(7), Action::SignReport(unit.clone())));
        }
    }
}

/// Nine o'clock in China.
fn morning(date: jiff::civil::Date) -> Timestamp {
    let at_nine = date.at(9, 0, 0, 0);
    jiff::tz::Offset::constant(8).to_timestamp(at_nine).unwrap_or(Timestamp::UNIX_EPOCH)
}
