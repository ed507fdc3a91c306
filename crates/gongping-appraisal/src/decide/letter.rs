//! Feedback and self-inspection (C4, C5).

use super::ledger::Desk;
use crate::{
    Duty, EntryId, FindingId, FindingState, LedgerEvent, LedgerRejection as No, LedgerStep, Letter,
    LetterId, LetterState, OwnProblem, Rejection, UnitId,
};
use std::collections::BTreeSet;

/// The most findings or own problems that one event names: its entry of the log stays small.
const MOST_AT_ONCE: usize = 200;

pub(super) fn decide(desk: &Desk<'_>, step: LedgerStep) -> Result<LedgerEvent, Rejection> {
    let ledger = &desk.appraisal.ledger;
    Ok(match step {
        LedgerStep::DraftLetter { unit, findings, text } => {
            desk.appraised(&unit)?;
            desk.without_ties(&unit)?;
            let letter = ledger.next_letter();
            fit(desk, letter, &unit, &findings)?;
            LedgerEvent::LetterDrafted { letter, unit, findings, text }
        }
        LedgerStep::RedraftLetter { letter: id, findings, text } => {
            let letter = known(desk, id)?;
            desk.without_ties(&letter.unit)?;
            if !matches!(letter.state, LetterState::Drafted | LetterState::Signed { .. }) {
                return Err(wrong_state(letter));
            }
            fit(desk, id, &letter.unit, &findings)?;
            LedgerEvent::LetterRedrafted { letter: id, findings, text }
        }
        LedgerStep::SignLetter { letter: id, text } => {
            let letter = known(desk, id)?;
            desk.without_ties(&letter.unit)?;
            if letter.state != LetterState::Drafted {
                return Err(wrong_state(letter));
            }
            // What is signed is what was seen.
            if letter.text != text {
                return Err(Rejection::ChangedMeanwhile);
            }
            LedgerEvent::LetterSigned { letter: id, text }
        }
        LedgerStep::SendLetter { letter: id } => {
            let letter = known(desk, id)?;
            if !matches!(letter.state, LetterState::Signed { .. }) {
                return Err(wrong_state(letter));
            }
            // One of them may have been dissolved since.
            fit(desk, id, &letter.unit, &letter.findings)?;
            let entries = entries_of(desk, letter);
            LedgerEvent::LetterSent { letter: id, entries }
        }
        LedgerStep::ConfirmLetter { letter: id } => {
            let letter = known(desk, id)?;
            desk.of_unit(&letter.unit, &[Duty::UnitHead])?;
            if !matches!(letter.state, LetterState::Sent { .. }) {
                return Err(wrong_state(letter));
            }
            LedgerEvent::LetterReceived { letter: id }
        }
        LedgerStep::RecordMeeting { letter: id, attitude, minute } => {
            let letter = known(desk, id)?;
            desk.without_ties(&letter.unit)?;
            let told = letter.state.sent_at().is_some();
            if !told || letter.meeting.is_some() {
                return Err(wrong_state(letter));
            }
            LedgerEvent::MeetingRecorded { letter: id, attitude, minute }
        }
        LedgerStep::InspectOneself { unit, report, problems } => {
            desk.appraised(&unit)?;
            desk.of_unit(&unit, &[Duty::UnitHead])?;
            inspect_oneself(desk, unit, report, problems)?
        }
        _ => return Err(No::WrongSource.into()),
    })
}

fn known<'a>(desk: &Desk<'a>, id: LetterId) -> Result<&'a Letter, Rejection> {
    let letter = desk.appraisal.ledger.letter(id).ok_or(No::UnknownLetter { letter: id })?;
    match desk.context.seen {
        Some(seen) if seen != u64::from(letter.revision) => Err(Rejection::ChangedMeanwhile),
        _ => Ok(letter),
    }
}

fn wrong_state(letter: &Letter) -> Rejection {
    No::LetterState { letter_state: letter.state.as_str().to_owned() }.into()
}

/// The findings are the unit's own and stand in no other letter.
fn fit(
    desk: &Desk<'_>,
    letter: LetterId,
    unit: &UnitId,
    findings: &BTreeSet<FindingId>,
) -> Result<(), Rejection> {
    if !(1..=MOST_AT_ONCE).contains(&findings.len()) {
        return Err(No::HowMany { most: MOST_AT_ONCE }.into());
    }
    for id in findings {
        let known = desk.appraisal.findings.get(*id);
        let other = desk.appraisal.ledger.letter_of(*id).filter(|other| *other != letter);
        let fits = known
            .is_some_and(|known| known.place.unit == *unit && known.state == FindingState::Open);
        if !fits || other.is_some() {
            return Err(No::NotItsFinding { finding: *id }.into());
        }
    }
    Ok(())
}

/// Each finding gets a new entry, or reopens the one about the same item that was put right within
/// the last year (C6). Of two findings about one item the second gets an entry of its own.
fn entries_of(desk: &Desk<'_>, letter: &Letter) -> Vec<(FindingId, EntryId)> {
    let ledger = &desk.appraisal.ledger;
    let (mut next, mut reopened) = (ledger.next_id(), BTreeSet::new());
    let mut entries = Vec::new();
    for id in &letter.findings {
        let finding = desk.appraisal.findings.get(*id);
        let item = finding.and_then(|finding| finding.place.item.as_ref());
        let today = desk.context.today();
        let again = item.and_then(|item| ledger.put_right_lately(&letter.unit, item, today));
        let entry = match again {
            Some(again) if reopened.insert(again.id) => again.id,
            _ => {
                let fresh = next;
                next = EntryId(next.0.saturating_add(1));
                fresh
            }
        };
        entries.push((*id, entry));
    }
    entries
}

fn inspect_oneself(
    desk: &Desk<'_>,
    unit: UnitId,
    report: crate::Digest,
    problems: Vec<OwnProblem>,
) -> Result<LedgerEvent, Rejection> {
    let seen = desk.appraisal.ledger.self_inspection(&unit).map_or(0, |known| known.revision);
    if desk.context.seen.is_some_and(|shown| shown != u64::from(seen)) {
        return Err(Rejection::ChangedMeanwhile);
    }
    if problems.len() > MOST_AT_ONCE {
        return Err(No::HowMany { most: MOST_AT_ONCE }.into());
    }
    for own in &problems {
        desk.item(&own.item)?;
    }
    let first = desk.appraisal.ledger.next_id().0;
    let numbers = (first..).map(EntryId);
    Ok(LedgerEvent::SelfInspected { unit, report, problems: numbers.zip(problems).collect() })
}
