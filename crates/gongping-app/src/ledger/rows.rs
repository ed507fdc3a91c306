//! Rows of entries, letters and self-inspections: only those that changed are written.

use gongping_appraisal::{Appraisal, LedgerEntry, LedgerEvent, Letter, SelfInspection, UnitId};
use gongping_store::{RowChange, Value, table};

/// The rows that follow from what happened, which led to `after`.
pub(crate) fn changes(after: Option<&Appraisal>, what: &LedgerEvent) -> Vec<RowChange> {
    let Some(after) = after else { return Vec::new() };
    let ledger = &after.ledger;
    let entries = what.entries().into_iter().filter_map(|id| ledger.get(id));
    let mut changes: Vec<RowChange> = entries
        .map(|known| RowChange::put(&table::LEDGER_ENTRY, entry_row(after, known)))
        .collect();
    if let Some(letter) = what.letter().and_then(|id| ledger.letter(id)) {
        changes.push(RowChange::put(&table::FEEDBACK_LETTER, letter_row(after, letter)));
        // Its findings are fed back once it is sent.
        if let LedgerEvent::LetterSent { .. } = what {
            let findings = letter.findings.iter().filter_map(|id| after.findings.get(*id));
            changes.extend(findings.map(|finding| {
                RowChange::put(&table::FINDING, crate::sorting::rows::finding_row(after, finding))
            }));
        }
    }
    if let LedgerEvent::SelfInspected { unit, .. } = what
        && let Some(known) = ledger.self_inspection(unit)
    {
        changes.push(RowChange::put(&table::SELF_INSPECTION, report_row(after, unit, known)));
    }
    changes
}

/// All entries of an appraisal.
pub(crate) fn entries(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.ledger.all().map(|entry| entry_row(appraisal, entry))
}

/// All letters of an appraisal.
pub(crate) fn letters(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.ledger.letters().map(|letter| letter_row(appraisal, letter))
}

/// All self-inspections of an appraisal.
pub(crate) fn self_inspections(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.ledger.self_inspections().map(|(unit, known)| report_row(appraisal, unit, known))
}

fn count(number: usize) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn entry_row(appraisal: &Appraisal, entry: &LedgerEntry) -> Vec<Value> {
    let source = entry.sources.last().map_or("other", |(source, _)| source.as_str());
    vec![
        appraisal.id.to_string().into(),
        i64::from(entry.id.0).into(),
        entry.unit.to_string().into(),
        entry.item.as_ref().map(ToString::to_string).into(),
        source.into(),
        entry.state.as_str().into(),
        entry.problem().map(|digest| digest.to_string()).unwrap_or_default().into(),
        entry.opened_at.as_microsecond().into(),
        entry.since.as_microsecond().into(),
        entry.due().map(|date| date.to_string()).into(),
        count(entry.earlier.len() + entry.state.proofs().len()),
        i64::from(entry.setbacks.reopened).into(),
        i64::from(entry.setbacks.false_completions).into(),
        i64::from(entry.revision).into(),
    ]
}

fn letter_row(appraisal: &Appraisal, letter: &Letter) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        i64::from(letter.id.0).into(),
        letter.unit.to_string().into(),
        letter.state.as_str().into(),
        count(letter.findings.len()),
        letter.text.to_string().into(),
        letter.meeting.map(|meeting| meeting.minute.to_string()).into(),
        letter.meeting.map(|meeting| meeting.attitude.as_str()).into(),
        i64::from(letter.revision).into(),
    ]
}

fn report_row(appraisal: &Appraisal, unit: &UnitId, known: &SelfInspection) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        unit.to_string().into(),
        known.report.to_string().into(),
        known.at.as_microsecond().into(),
        i64::from(known.revision).into(),
    ]
}
