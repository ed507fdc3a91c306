//! Rows of preparation: only those that an event is about are written.

use gongping_appraisal::{
    AccountId, Appointment, Appraisal, LocalPlan, PreparationEvent, PublicChannel, RosterPost,
};
use gongping_store::{RowChange, Value, table};

/// The rows that follow from what happened.
pub(crate) fn changes(
    before: Option<&Appraisal>,
    after: Option<&Appraisal>,
    what: &PreparationEvent,
) -> Option<RowChange> {
    let after = after?;
    let known = &after.preparation;
    match what {
        PreparationEvent::PlanDrafted { unit, .. }
        | PreparationEvent::PlanFiled { unit, .. }
        | PreparationEvent::PlanReturned { unit, .. }
        | PreparationEvent::PlanAccepted { unit, .. } => {
            Some(RowChange::put(&table::LOCAL_PLAN, plan_row(after, known.plan(unit)?)))
        }
        PreparationEvent::Appointed { unit, post, account, .. } => {
            let appointment = known.appointment(unit, *post, account)?;
            Some(RowChange::put(&table::ROSTER, roster_row(after, *post, account, appointment)))
        }
        PreparationEvent::Dismissed { unit, post, account, .. } => {
            let appointment = before?.preparation.appointment(unit, *post, account)?;
            let mut key = roster_row(after, *post, account, appointment);
            key.truncate(table::ROSTER.key_count);
            Some(RowChange::delete(&table::ROSTER, key))
        }
        PreparationEvent::ChannelListed { channel: PublicChannel { number, .. } }
        | PreparationEvent::ChannelEnded { channel: number, .. } => {
            Some(RowChange::put(&table::CHANNEL, channel_row(after, known.channel(*number)?)))
        }
    }
}

/// The rows of all plans of an appraisal.
pub(crate) fn plans(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.preparation.plans().map(|plan| plan_row(appraisal, plan))
}

/// The rows of the roster of an appraisal.
pub(crate) fn roster(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    let held = appraisal.preparation.roster(&appraisal.organiser);
    held.map(|(post, account, appointment)| roster_row(appraisal, post, account, appointment))
}

/// The rows of all channels of an appraisal.
pub(crate) fn channels(appraisal: &Appraisal) -> impl Iterator<Item = Vec<Value>> + '_ {
    appraisal.preparation.channels().map(|channel| channel_row(appraisal, channel))
}

fn plan_row(appraisal: &Appraisal, plan: &LocalPlan) -> Vec<Value> {
    // While it is not filed, how late it is depends on the day on which one asks.
    let late = appraisal.calendar().zip(plan.filed_on);
    let late = late.map(|(frame, day)| LocalPlan::days_late(Some(plan), frame, day));
    vec![
        appraisal.id.to_string().into(),
        plan.unit.to_string().into(),
        plan.state.as_str().into(),
        plan.content.to_string().into(),
        plan.filed_on.map(|day| day.to_string()).into(),
        late.map(|days| i64::try_from(days).unwrap_or(i64::MAX)).into(),
        i64::try_from(plan.revision).unwrap_or(i64::MAX).into(),
    ]
}

fn roster_row(
    appraisal: &Appraisal,
    post: RosterPost,
    account: &AccountId,
    appointment: &Appointment,
) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        appraisal.organiser.to_string().into(),
        post.as_str().into(),
        account.to_string().into(),
        appointment.on.to_string().into(),
        appointment.document.clone().into(),
        appointment.name.to_string().into(),
    ]
}

fn channel_row(appraisal: &Appraisal, channel: &PublicChannel) -> Vec<Value> {
    vec![
        appraisal.id.to_string().into(),
        i64::from(channel.number).into(),
        channel.kind.as_str().into(),
        channel.label.clone().into(),
        channel.from.to_string().into(),
        channel.until.map(|day| day.to_string()).into(),
        channel.proof.map(|digest| digest.to_string()).into(),
    ]
}
