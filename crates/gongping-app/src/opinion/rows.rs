//! Rows of opinions: one for each, and only those that changed are written.

use gongping_appraisal::{Appraisal, Opinion, OpinionEvent};
use gongping_store::{RowChange, Value, table};

/// The row that follows from what happened.
pub(crate) fn changes(appraisal: Option<&Appraisal>, what: &OpinionEvent) -> Option<RowChange> {
    let appraisal = appraisal?;
    let opinion = appraisal.opinions.get(what.opinion()?)?;
    Some(RowChange::put(&table::OPINION, row(appraisal, opinion)))
}

/// All rows of an appraisal.
pub(crate) fn all(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.opinions.all().map(|opinion| row(appraisal, opinion))
}

/// The row of one opinion.
pub(crate) fn row(appraisal: &Appraisal, opinion: &Opinion) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        i64::from(opinion.id.0).into(),
        opinion.unit.to_string().into(),
        opinion.item.as_ref().map(ToString::to_string).into(),
        opinion.matter.as_str().into(),
        opinion.channel.as_str().into(),
        opinion.protection.as_str().into(),
        opinion.state.as_str().into(),
        opinion.received_at.as_microsecond().into(),
        opinion.masked.map(|digest| digest.to_string()).into(),
        i64::try_from(opinion.revision).unwrap_or(i64::MAX).into(),
    ]
}
