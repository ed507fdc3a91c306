//! Preparation (A2, C1, C2): who may file what, and what may follow.

use super::one_line;
use crate::{
    AccountId, Appraisal, Calendar, Context, Digest, Duty, DutyGrant, Event, Level, LocalPlan,
    PlanState, PreparationEvent, PreparationRejection as No, PreparationStep, PublicChannel,
    Rejection, RosterPost, UnitId, World,
};
use jiff::civil::Date;

pub(super) fn decide(
    world: &World,
    appraisal: &Appraisal,
    step: PreparationStep,
    context: &Context,
) -> Result<Event, Rejection> {
    if appraisal.published().is_some() {
        return Err(appraisal.wrong_stage("open"));
    }
    let mut what = step.0;
    match &mut what {
        PreparationEvent::PlanDrafted { unit, calendar, .. } => {
            draft(world, appraisal, unit, calendar, context)?;
        }
        PreparationEvent::PlanFiled { unit, content } => {
            let plan = known(appraisal, unit, Some(*content), context)?;
            in_state(plan, matches!(plan.state, PlanState::Draft { .. }))?;
        }
        PreparationEvent::PlanReturned { unit, .. } => {
            review(known(appraisal, unit, None, context)?, context)?;
        }
        PreparationEvent::PlanAccepted { unit, content } => {
            review(known(appraisal, unit, Some(*content), context)?, context)?;
        }
        PreparationEvent::Appointed { unit, post, account, document, .. } => {
            one_line(document)?;
            appoint(world, appraisal, unit, *post, account)?;
        }
        PreparationEvent::Dismissed { unit, post, account, on, document } => {
            one_line(document)?;
            dismiss(appraisal, unit, *post, account, *on)?;
        }
        PreparationEvent::ChannelListed { channel } => {
            list(channel)?;
            channel.number = appraisal.preparation.next_channel();
        }
        PreparationEvent::ChannelEnded { channel: number, on } => {
            let known = appraisal.preparation.channel(*number);
            let open = known.filter(|channel| channel.until.is_none_or(|until| *on < until));
            let open = open.ok_or(No::NoChannel { number: *number })?;
            if *on < open.from {
                return Err(No::DayOrder.into());
            }
        }
    }
    Ok(Event::Preparation { appraisal: appraisal.id.clone(), what })
}

/// The plan, if nobody changed it after the actor's form was shown.
fn known<'a>(
    appraisal: &'a Appraisal,
    unit: &UnitId,
    content: Option<Digest>,
    context: &Context,
) -> Result<&'a LocalPlan, Rejection> {
    let no_plan = || Rejection::from(No::NoPlanHere { unit: unit.clone() });
    let plan = appraisal.preparation.plan(unit).ok_or_else(no_plan)?;
    current(plan, context)?;
    match content {
        Some(content) if content != plan.content => Err(Rejection::ChangedMeanwhile),
        _ => Ok(plan),
    }
}

fn current(plan: &LocalPlan, context: &Context) -> Result<(), Rejection> {
    match context.seen {
        Some(seen) if seen != plan.revision => Err(Rejection::ChangedMeanwhile),
        _ => Ok(()),
    }
}

fn in_state(plan: &LocalPlan, fits: bool) -> Result<(), Rejection> {
    let plan_state = plan.state.as_str().to_owned();
    if fits { Ok(()) } else { Err(No::PlanState { plan_state }.into()) }
}

fn draft(
    world: &World,
    appraisal: &Appraisal,
    unit: &UnitId,
    calendar: &Calendar,
    context: &Context,
) -> Result<(), Rejection> {
    let frame = appraisal.calendar().ok_or_else(|| Rejection::missing("calendar"))?;
    // A window has nobody below it to appraise.
    let organises = world.unit(unit).is_some_and(|unit| unit.level != Level::Window);
    if !organises || !appraisal.units.contains(unit) {
        return Err(No::NoPlanHere { unit: unit.clone() }.into());
    }
    match appraisal.preparation.plan(unit) {
        Some(plan) => {
            current(plan, context)?;
            let open = matches!(plan.state, PlanState::Draft { .. } | PlanState::Returned { .. });
            in_state(plan, open)?;
        }
        // A form that was empty when it was shown saw revision 0.
        None if context.seen.is_some_and(|seen| seen != 0) => {
            return Err(Rejection::ChangedMeanwhile);
        }
        None => {}
    }
    match LocalPlan::outside(frame, calendar) {
        Some(phase) => Err(No::OutsideFrame { phase }.into()),
        None => Ok(()),
    }
}

/// Whoever filed a plan does not accept or return it.
fn review(plan: &LocalPlan, context: &Context) -> Result<(), Rejection> {
    match &plan.state {
        PlanState::Filed { by } if *by == context.actor => Err(Rejection::SameSigner),
        state => in_state(plan, matches!(state, PlanState::Filed { .. })),
    }
}

fn appoint(
    world: &World,
    appraisal: &Appraisal,
    unit: &UnitId,
    post: RosterPost,
    account: &AccountId,
) -> Result<(), Rejection> {
    if *unit != appraisal.organiser {
        return Err(Rejection::UnknownUnit { unit: unit.clone() });
    }
    let active = world.account(account).filter(|known| known.active);
    let known = active.ok_or_else(|| Rejection::UnknownAccount { account: account.clone() })?;
    let principal = DutyGrant { duty: Duty::UnitHead, unit: unit.clone() };
    if post == RosterPost::Leader && !known.duties.contains(&principal) {
        return Err(No::NotPrincipal.into());
    }
    let mut held = appraisal.preparation.roster(unit);
    let taken =
        |(of, who): (RosterPost, &AccountId)| of == post && (post.is_single() || who == account);
    if held.any(|(of, who, _)| taken((of, who))) {
        return Err(No::PostTaken.into());
    }
    Ok(())
}

fn dismiss(
    appraisal: &Appraisal,
    unit: &UnitId,
    post: RosterPost,
    account: &AccountId,
    on: Date,
) -> Result<(), Rejection> {
    let held = appraisal.preparation.appointment(unit, post, account);
    let held = held.ok_or(No::NotAppointed)?;
    if on < held.on { Err(No::DayOrder.into()) } else { Ok(()) }
}

fn list(channel: &PublicChannel) -> Result<(), Rejection> {
    one_line(&channel.label)?;
    match channel.until {
        Some(until) if until < channel.from => Err(No::DayOrder.into()),
        _ => Ok(()),
    }
}
