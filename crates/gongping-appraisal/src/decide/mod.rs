//! Deciding: may this happen now, and which events does it mean?
//!
//! Permissions are not checked here but by the type of the use case that calls
//! (see [`crate::Allowed`]); here stand the rules that hold whoever acts.

mod ceremony;
mod directory;
mod inspection;
mod integrity;
mod ledger;
mod letter;
mod opinion;
mod preparation;
mod ranking;
mod setup;
mod sorting;
mod survey;
mod vote;

pub use opinion::{PUBLIC_ACTOR, is_age_recipient};

use crate::{
    Appraisal, BoxId, Command, Context, Entry, Event, IntegrityRejection, Rejection, Step, World,
};
use std::collections::BTreeMap;

/// Decides a command.
///
/// # Errors
/// [`Rejection`] when a rule forbids it; the world is unchanged.
pub fn decide(world: &World, command: Command, context: &Context) -> Result<Vec<Event>, Rejection> {
    let events = decide_command(world, command, context)?;
    events.into_iter().map(|event| fits_an_entry(event, context)).collect()
}

/// Refuses what the log could not hold, before anybody relies on it.
fn fits_an_entry(event: Event, context: &Context) -> Result<Event, Rejection> {
    // The longest time there is, so that the answer does not depend on when it is asked.
    let entry = Entry { at_us: i64::MIN, actor: context.actor.clone(), body: event };
    let (bytes, limit) = (entry.to_bytes().len(), Entry::MAX_BYTES);
    if bytes > limit { Err(Rejection::TooLong { bytes, limit }) } else { Ok(entry.body) }
}

fn decide_command(
    world: &World,
    command: Command,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::RegisterUnits(units) => directory::register_units(world, units),
        Command::RenameUnit { unit, name, from } => directory::rename_unit(world, unit, name, from),
        Command::CloseUnit { unit, on } => directory::close_unit(world, unit, on),
        Command::OpenAccount { account, login, title, duties, password } => {
            directory::open_account(world, account, login, title, duties, password)
        }
        Command::ChangeDuties { account, duties } => {
            directory::change_duties(world, account, duties)
        }
        Command::SetPassword { account, password } => {
            directory::open_account_of(world, &account)?;
            Ok(vec![Event::PasswordSet { account, password }])
        }
        Command::CloseAccount { account } => {
            directory::open_account_of(world, &account)?;
            Ok(vec![Event::AccountClosed { account }])
        }
        Command::PlanAppraisal { organiser, year, title, units } => {
            setup::plan_appraisal(world, organiser, year, title, units, context)
        }
        Command::Within(id, step) => {
            let appraisal = world
                .appraisal(&id)
                .ok_or_else(|| Rejection::UnknownAppraisal { appraisal: id.clone() })?;
            decide_step(world, appraisal, step, context).map(in_parts)
        }
    }
}

/// Boxes that one event speaks of at most: an entry of the log holds at most 65,535 bytes
/// (C2SP tlog-tiles), and a box takes some 300.
const MOST_BOXES: usize = 150;

/// Splits an event that speaks of more boxes than one entry holds. The parts are committed
/// together, so no reader meets some without the others.
fn in_parts(event: Event) -> Vec<Event> {
    match event {
        Event::CodesIssued { appraisal, lists } => split(lists)
            .map(|lists| Event::CodesIssued { appraisal: appraisal.clone(), lists })
            .collect(),
        Event::CodesReplaced { appraisal, sheet, lists, struck, reason } => split(lists)
            .map(|lists| {
                let (appraisal, reason) = (appraisal.clone(), reason.clone());
                Event::CodesReplaced { appraisal, sheet, lists, struck, reason }
            })
            .collect(),
        Event::SurveyOpened { appraisal, boxes } => split(boxes)
            .map(|boxes| Event::SurveyOpened { appraisal: appraisal.clone(), boxes })
            .collect(),
        Event::BoxesCheckpointed { appraisal, heads } => split(heads)
            .map(|heads| Event::BoxesCheckpointed { appraisal: appraisal.clone(), heads })
            .collect(),
        Event::SurveyClosed { appraisal, boxes, to_open } => split(boxes)
            .map(|boxes| {
                let to_open =
                    to_open.iter().filter(|id| boxes.contains_key(*id)).cloned().collect();
                Event::SurveyClosed { appraisal: appraisal.clone(), boxes, to_open }
            })
            .collect(),
        Event::ShareGiven { appraisal, seat, heads } => split(heads)
            .map(|heads| Event::ShareGiven { appraisal: appraisal.clone(), seat, heads })
            .collect(),
        Event::BoxesOpened { appraisal, boxes } => split(boxes)
            .map(|boxes| Event::BoxesOpened { appraisal: appraisal.clone(), boxes })
            .collect(),
        other => vec![other],
    }
}

/// Parts of at most [`MOST_BOXES`]; an empty map is one empty part.
fn split<V>(map: BTreeMap<BoxId, V>) -> impl Iterator<Item = BTreeMap<BoxId, V>> {
    let mut rest = Some(map);
    std::iter::from_fn(move || {
        let mut part = rest.take()?;
        let boundary = part.keys().nth(MOST_BOXES).cloned();
        rest = boundary.map(|boundary| part.split_off(&boundary));
        Some(part)
    })
}

fn decide_step(
    world: &World,
    appraisal: &Appraisal,
    step: Step,
    context: &Context,
) -> Result<Event, Rejection> {
    // Whoever broke a prohibition takes no further part (E4).
    if appraisal.register.is_barred(&context.actor) {
        let account = context.actor.clone();
        return Err(IntegrityRejection::PersonBarred { account }.into());
    }
    match step {
        Step::AdoptRulebook { text } => setup::adopt_rulebook(appraisal, text, context),
        Step::SetCalendar(calendar) => setup::set_calendar(appraisal, calendar, context),
        Step::Open => setup::open(appraisal),
        Step::ProposeSurvey(plan) => survey::propose(appraisal, plan, context),
        Step::SignSurvey { signatory, plan } => survey::sign(appraisal, signatory, plan, context),
        Step::GiveKeyMessage { seat, round, message } => {
            ceremony::give_message(appraisal, seat, round, message, context)
        }
        Step::RestartKeys { seat, reason } => ceremony::restart(appraisal, seat, reason),
        Step::MakePracticeBox(items) => ceremony::make_practice_box(appraisal, items),
        Step::GivePracticeShare { seat, medium, share } => {
            ceremony::give_practice_share(appraisal, seat, medium, share, context)
        }
        Step::OpenPracticeBox { outcome } => ceremony::open_practice_box(appraisal, outcome),
        Step::IssueCodes(lists) => survey::issue_codes(appraisal, lists),
        Step::ReplaceCodes { sheet, lists, struck, reason } => {
            survey::replace_codes(appraisal, sheet, lists, struck, reason)
        }
        Step::OpenSurvey(boxes) => survey::open(appraisal, boxes, context),
        Step::CheckpointBoxes(heads) => survey::checkpoint(appraisal, heads),
        Step::CloseSurvey(boxes) => survey::close(appraisal, boxes, context),
        Step::GiveShare { seat, heads } => survey::give_share(appraisal, seat, heads),
        Step::OpenBoxes(boxes) => survey::open_boxes(appraisal, boxes),
        Step::FormInspectionGroup(group) => inspection::form_group(world, appraisal, group),
        Step::EnterPoints { sheet, commitment } => {
            inspection::enter_points(appraisal, &sheet, commitment, context)
        }
        Step::DecideInspection { report, commitment } => {
            inspection::decide_report(appraisal, &report, commitment, context)
        }
        Step::ReturnInspection { unit, reason } => {
            inspection::return_report(appraisal, unit, reason, context)
        }
        Step::SignInspection { unit, report } => inspection::sign(appraisal, unit, report, context),
        Step::DraftRanking { report } => ranking::draft(appraisal, report),
        Step::SignRanking { signatory, report } => {
            ranking::sign(appraisal, signatory, report, context)
        }
        Step::Publish { manifest } => ranking::publish(appraisal, manifest),
        Step::Integrity(step) => integrity::decide(world, appraisal, step, context),
        Step::Opinion(step) => opinion::decide(world, appraisal, step, context),
        Step::Sorting(step) => sorting::decide(world, appraisal, step, context),
        Step::Inspection(step) => vote::decide(appraisal, step, context),
        Step::Preparation(step) => preparation::decide(world, appraisal, step, context),
        Step::Ledger(step) => ledger::decide(world, appraisal, step, context),
    }
}

/// Refuses when somebody changed the appraisal after the actor's form was shown.
fn seen_current(appraisal: &Appraisal, context: &Context) -> Result<(), Rejection> {
    match context.seen {
        Some(seen) if seen != appraisal.revision => Err(Rejection::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// One line of 1 to 80 characters without control characters.
fn one_line(text: &str) -> Result<(), Rejection> {
    let length = text.trim().chars().count();
    if (1..=80).contains(&length) && text.trim() == text && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Rejection::BadName)
    }
}
