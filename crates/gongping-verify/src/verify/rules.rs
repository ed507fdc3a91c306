//! Whether each event follows from the rules: the command that it answers is decided again, in
//! the world as it was.

use super::Run;
use super::record::time_of;
use crate::report::Place;
use crate::{Check, Problem, allows, permission};
use gongping_appraisal::{
    AppraisalId, BoxId, Command, Context, Digest, Entry, Event, Inspection, InspectionEvent,
    InspectionReport, Rejection, Step, World, decide,
};
use std::collections::{BTreeMap, BTreeSet};

/// Inspection reports by their commitment.
pub(super) type Reports = BTreeMap<Digest, InspectionReport>;

/// Takes the log apart into decisions.
#[derive(Default)]
pub(super) struct Decisions {
    /// Up to this entry, each is taken by itself: together they made no decision.
    singly_until: usize,
}

impl Decisions {
    /// Checks the next event, or those that were decided together. Says how many that were, and
    /// whether the rules allow them.
    pub(super) fn check_next(
        &mut self,
        run: &mut Run<'_>,
        world: &World,
        entries: &[Entry],
        index: usize,
        reports: &Reports,
    ) -> (usize, bool) {
        if index >= self.singly_until {
            let length = run_length(&entries[index..]);
            if length > 1 {
                if check_run(world, &entries[index..index + length], reports).is_none() {
                    return (length, true);
                }
                // What looks like one decision in several parts may have been several decisions.
                self.singly_until = index + length;
            }
        }
        let problem = check_run(world, &entries[index..=index], reports);
        let holds = problem.is_none();
        if let Some(problem) = problem {
            run.find(Check::Rules, Place::entry(index as u64), problem);
        }
        (1, holds)
    }
}

/// How many entries may have come from one command.
fn run_length(entries: &[Entry]) -> usize {
    let joins = |pair: &&[Entry]| {
        let [before, after] = pair else { return false };
        // One command has one time. Only parts of one decision are told apart by their boxes.
        before.actor == after.actor
            && before.at_us == after.at_us
            && parts_of_one(&before.body, &after.body)
    };
    1 + entries.windows(2).take_while(joins).count()
}

fn parts_of_one(before: &Event, after: &Event) -> bool {
    fn ascending<V, W>(
        (of, first): (&AppraisalId, &BTreeMap<BoxId, V>),
        (also, then): (&AppraisalId, &BTreeMap<BoxId, W>),
    ) -> bool {
        of == also && first.keys().next_back() < then.keys().next()
    }
    use Event::{
        AccountOpened, BoxesCheckpointed, BoxesOpened, CodesIssued, CodesReplaced, PasswordSet,
        ShareGiven, SurveyClosed, SurveyOpened, UnitRegistered,
    };
    match (before, after) {
        (UnitRegistered { .. }, UnitRegistered { .. }) => true,
        (AccountOpened { account, .. }, PasswordSet { account: same, .. }) => account == same,
        (CodesIssued { appraisal: a, lists: first }, CodesIssued { appraisal: b, lists: then }) => {
            ascending((a, first), (b, then))
        }
        (
            CodesReplaced { appraisal: a, sheet, lists: first, struck, reason },
            CodesReplaced { appraisal: b, sheet: s, lists: then, struck: n, reason: r },
        ) => (sheet, struck, reason) == (s, n, r) && ascending((a, first), (b, then)),
        (
            SurveyOpened { appraisal: a, boxes: first },
            SurveyOpened { appraisal: b, boxes: then },
        ) => ascending((a, first), (b, then)),
        (
            BoxesCheckpointed { appraisal: a, heads: first },
            BoxesCheckpointed { appraisal: b, heads: then },
        ) => ascending((a, first), (b, then)),
        (
            SurveyClosed { appraisal: a, boxes: first, .. },
            SurveyClosed { appraisal: b, boxes: then, .. },
        )
        | (BoxesOpened { appraisal: a, boxes: first }, BoxesOpened { appraisal: b, boxes: then }) => {
            ascending((a, first), (b, then))
        }
        (
            ShareGiven { appraisal: a, seat, heads: first },
            ShareGiven { appraisal: b, seat: same, heads: then },
        ) => seat == same && ascending((a, first), (b, then)),
        _ => false,
    }
}

/// Decides the command of these entries again and compares.
fn check_run(world: &World, entries: &[Entry], reports: &Reports) -> Option<Problem> {
    let first = entries.first()?;
    let event = || first.body.kind();
    let Some(command) = command_of(entries, reports) else {
        let holds = unread_step_holds(world, first);
        return (!holds).then(|| Problem::NotDecided { event: event() });
    };
    let context = Context { now: time_of(first), actor: first.actor.clone(), seen: None };
    match decide(world, command, &context) {
        Ok(events) if events.iter().eq(entries.iter().map(|entry| &entry.body)) => None,
        Ok(_) => Some(Problem::NotDecided { event: event() }),
        Err(rejection) => Some(refused(event(), &rejection)),
    }
}

fn refused(event: String, rejection: &Rejection) -> Problem {
    Problem::AgainstRules { event, rejection: rejection.code(), reason: rejection.to_string() }
}

/// Steps whose command rests on content outside the log (a member's sheet, a report that was
/// returned and never published): here only who acted, and when, can be checked (C8).
fn unread_step_holds(world: &World, entry: &Entry) -> bool {
    let (Event::PointsEntered { appraisal, unit, .. }
    | Event::InspectionDecided { appraisal, unit, .. }
    | Event::Inspection { appraisal, what: InspectionEvent::ReportProposed { unit, .. } }) =
        &entry.body
    else {
        return false;
    };
    let open = world.appraisal(appraisal).filter(|known| known.published().is_none());
    let Some(open) = open.and_then(|known| known.running()) else { return false };
    let Some(group) = open.groups.values().find(|group| group.units.contains(unit)) else {
        return false;
    };
    let state = open.inspections.get(unit);
    if let Event::Inspection {
        what: InspectionEvent::ReportProposed { group: number, .. }, ..
    } = &entry.body
    {
        return group.leader == entry.actor
            && group.number == *number
            && group.quorum.is_some()
            && matches!(state, Some(Inspection::Compared { .. }));
    }
    let Some(Inspection::Entering { sheets }) = state else { return false };
    match &entry.body {
        Event::InspectionDecided { group: number, .. } => {
            group.leader == entry.actor
                && group.quorum.is_none()
                && group.number == *number
                && group.members.iter().all(|member| sheets.contains_key(member))
        }
        _ => group.members.contains(&entry.actor),
    }
}

/// The command that these entries answer; `None` where it cannot be known from the record.
fn command_of(entries: &[Entry], reports: &Reports) -> Option<Command> {
    let first = &entries.first()?.body;
    Some(match first.clone() {
        Event::UnitRegistered { .. } => Command::RegisterUnits(
            entries
                .iter()
                .filter_map(|entry| match &entry.body {
                    Event::UnitRegistered { unit } => Some(unit.clone()),
                    _ => None,
                })
                .collect(),
        ),
        Event::UnitRenamed { unit, name, from } => Command::RenameUnit { unit, name, from },
        Event::UnitClosed { unit, on } => Command::CloseUnit { unit, on },
        Event::AccountOpened { account, login, title, duties } => {
            let Event::PasswordSet { password, .. } = entries.get(1)?.body else { return None };
            Command::OpenAccount { account, login, title, duties, password }
        }
        Event::DutiesChanged { account, duties } => Command::ChangeDuties { account, duties },
        Event::PasswordSet { account, password } => Command::SetPassword { account, password },
        Event::AccountClosed { account } => Command::CloseAccount { account },
        Event::AppraisalPlanned { organiser, year, title, units, .. } => {
            Command::PlanAppraisal { organiser, year, title, units }
        }
        within => {
            let appraisal = within.appraisal()?.clone();
            let step = survey_step(&within, entries).or_else(|| step_of(within, reports))?;
            Command::Within(appraisal, step)
        }
    })
}

/// Joins the parts of what concerns many boxes.
fn joined<V: Clone>(
    entries: &[Entry],
    part: impl Fn(&Event) -> Option<&BTreeMap<BoxId, V>>,
) -> BTreeMap<BoxId, V> {
    let parts = entries.iter().filter_map(|entry| part(&entry.body));
    parts.flatten().map(|(id, value)| (id.clone(), value.clone())).collect()
}

fn survey_step(first: &Event, entries: &[Entry]) -> Option<Step> {
    Some(match first {
        Event::CodesIssued { .. } => Step::IssueCodes(joined(entries, |event| match event {
            Event::CodesIssued { lists, .. } => Some(lists),
            _ => None,
        })),
        Event::CodesReplaced { sheet, struck, reason, .. } => {
            let lists = joined(entries, |event| match event {
                Event::CodesReplaced { lists, .. } => Some(lists),
                _ => None,
            });
            Step::ReplaceCodes { sheet: *sheet, lists, struck: *struck, reason: reason.clone() }
        }
        Event::SurveyOpened { .. } => Step::OpenSurvey(joined(entries, |event| match event {
            Event::SurveyOpened { boxes, .. } => Some(boxes),
            _ => None,
        })),
        Event::BoxesCheckpointed { .. } => {
            Step::CheckpointBoxes(joined(entries, |event| match event {
                Event::BoxesCheckpointed { heads, .. } => Some(heads),
                _ => None,
            }))
        }
        Event::SurveyClosed { .. } => Step::CloseSurvey(joined(entries, |event| match event {
            Event::SurveyClosed { boxes, .. } => Some(boxes),
            _ => None,
        })),
        Event::ShareGiven { seat, .. } => {
            let heads = joined(entries, |event| match event {
                Event::ShareGiven { heads, .. } => Some(heads),
                _ => None,
            });
            Step::GiveShare { seat: *seat, heads }
        }
        Event::BoxesOpened { .. } => Step::OpenBoxes(joined(entries, |event| match event {
            Event::BoxesOpened { boxes, .. } => Some(boxes),
            _ => None,
        })),
        _ => return None,
    })
}

fn step_of(event: Event, reports: &Reports) -> Option<Step> {
    Some(match event {
        Event::RulebookAdopted { text, .. } => Step::AdoptRulebook { text },
        Event::CalendarSet { calendar, .. } => Step::SetCalendar(calendar),
        Event::AppraisalOpened { .. } => Step::Open,
        Event::SurveyProposed { plan, .. } => Step::ProposeSurvey(plan),
        Event::SurveySigned { signatory, plan, .. } => Step::SignSurvey { signatory, plan },
        Event::KeyMessageGiven { seat, round, message, .. } => {
            Step::GiveKeyMessage { seat, round, message }
        }
        Event::KeysRestarted { seat, reason, .. } => Step::RestartKeys { seat, reason },
        Event::PracticeBoxMade { items, .. } => Step::MakePracticeBox(items),
        Event::PracticeShareGiven { seat, medium, share, .. } => {
            Step::GivePracticeShare { seat, medium, share }
        }
        Event::PracticeBoxOpened { outcome, .. } => Step::OpenPracticeBox { outcome },
        Event::InspectionGroupFormed { group, .. } => Step::FormInspectionGroup(group),
        Event::InspectionDecided { report: commitment, .. } => {
            let report = reports.get(&commitment)?.clone();
            Step::DecideInspection { report, commitment }
        }
        Event::InspectionReturned { unit, reason, .. } => Step::ReturnInspection { unit, reason },
        Event::InspectionSigned { unit, report, .. } => Step::SignInspection { unit, report },
        Event::RankingDrafted { report, .. } => Step::DraftRanking { report },
        Event::RankingSigned { signatory, report, .. } => Step::SignRanking { signatory, report },
        Event::Published { manifest, .. } => Step::Publish { manifest },
        Event::Opinion { what, .. } => Step::Opinion(what.step()),
        Event::Integrity { what, .. } => Step::Integrity(what.step()),
        Event::Sorting { what, .. } => Step::Sorting(what.step()),
        Event::Inspection { what, .. } => {
            Step::Inspection(what.step(|commitment| reports.get(&commitment).cloned())?)
        }
        Event::Ledger { what, .. } => Step::Ledger(what.step()),
        Event::Preparation { what, .. } => Step::Preparation(what.step()),
        _ => return None,
    })
}

/// Whether the actor held a duty for the event. An account that may not act is named once for
/// each kind of event.
pub(super) fn check_permission(
    run: &mut Run<'_>,
    world: &World,
    index: u64,
    entry: &Entry,
    named: &mut BTreeSet<(String, String)>,
) {
    if allows(world, entry) {
        return;
    }
    let event = entry.body.kind();
    if named.insert((entry.actor.to_string(), event.clone())) {
        let permission = permission(&entry.body).name.to_owned();
        let problem = Problem::NotPermitted { account: entry.actor.clone(), event, permission };
        run.find(Check::Permissions, Place::entry(index), problem);
    }
}
