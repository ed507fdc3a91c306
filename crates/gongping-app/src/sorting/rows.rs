//! Rows of findings and gatherings: only those that changed are written.

use gongping_appraisal::{Appraisal, Finding, Gathering, SortingEvent};
use gongping_store::{RowChange, Value, table};

/// The rows that follow from what happened between `before` and `after`.
pub(crate) fn changes(
    before: Option<&Appraisal>,
    after: Option<&Appraisal>,
    what: &SortingEvent,
) -> Vec<RowChange> {
    let Some(after) = after else { return Vec::new() };
    let mut changes = Vec::new();
    match what {
        SortingEvent::Gathered { gathering, .. } => {
            let known = after.findings.gathering(*gathering);
            changes.extend(
                known.map(|known| RowChange::put(&table::GATHERING, gathering_row(after, known))),
            );
        }
        SortingEvent::Routed { opinion, .. } => {
            changes.extend(after.opinions.get(*opinion).map(|known| {
                RowChange::put(&table::OPINION, crate::opinion::rows::row(after, known))
            }));
        }
        SortingEvent::KeptApart { .. } => {}
        _ => {}
    }
    let Some(finding) = what.finding().and_then(|id| after.findings.get(id)) else {
        return changes;
    };
    changes.push(RowChange::put(&table::FINDING, finding_row(after, finding)));
    let earlier = before.and_then(|before| before.findings.get(finding.id));
    for opinion in earlier.into_iter().flat_map(|earlier| &earlier.opinions) {
        // It may be in another finding by now, whose event writes the row anew.
        if !finding.opinions.contains(opinion) {
            let key = vec![after.id.to_string().into(), i64::from(opinion.0).into()];
            changes.push(RowChange::delete(&table::SORTED_OPINION, key));
        }
    }
    changes
        .extend(sorted_rows(after, finding).map(|row| RowChange::put(&table::SORTED_OPINION, row)));
    changes
}

/// All findings of an appraisal.
pub(crate) fn findings(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.findings.all().map(|finding| finding_row(appraisal, finding))
}

/// Which finding each opinion is in.
pub(crate) fn sorted_opinions(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.findings.all().flat_map(|finding| sorted_rows(appraisal, finding))
}

/// All gatherings of an appraisal.
pub(crate) fn gatherings(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.findings.gatherings().map(|known| gathering_row(appraisal, known))
}

pub(crate) fn finding_row(appraisal: &Appraisal, finding: &Finding) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        i64::from(finding.id.0).into(),
        finding.place.unit.to_string().into(),
        finding.place.item.as_ref().map(ToString::to_string).into(),
        i64::try_from(finding.opinions.len()).unwrap_or(i64::MAX).into(),
        finding.state.as_str().into(),
        finding.problem.to_string().into(),
        i64::from(finding.revision).into(),
    ]
}

fn sorted_rows<'a>(
    appraisal: &'a Appraisal,
    finding: &'a Finding,
) -> impl Iterator<Item = Vec<Value>> + 'a {
    finding.opinions.iter().map(|opinion| {
        vec![
            appraisal.id.to_string().into(),
            i64::from(opinion.0).into(),
            i64::from(finding.id.0).into(),
        ]
    })
}

fn gathering_row(appraisal: &Appraisal, known: &Gathering) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        i64::from(known.id.0).into(),
        known.channel.as_str().into(),
        known.record.to_string().into(),
        i64::from(known.first.0).into(),
        i64::from(known.count).into(),
        known.at.as_microsecond().into(),
    ]
}
