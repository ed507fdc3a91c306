//! Opinions (C2, E3 (6), (7)): who may file, who may read, what may follow what.

use crate::{
    Appraisal, Channel, Context, Event, Filing, IdentityState, KeyRole, Opinion, OpinionEvent,
    OpinionId, OpinionRejection as No, OpinionState, OpinionStep, Outcome, Protection, Rejection,
    World,
};
use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;

/// The account id under which people without an account act: whoever files an opinion.
pub const PUBLIC_ACTOR: &str = "public";

/// Longest list of recipients; more would not fit an entry of the log.
const MOST_READERS: usize = 200;

pub(super) fn decide(
    world: &World,
    appraisal: &Appraisal,
    step: OpinionStep,
    context: &Context,
) -> Result<Event, Rejection> {
    if appraisal.running().is_none() {
        return Err(appraisal.wrong_stage("open"));
    }
    let what = match step {
        OpinionStep::RegisterKey { role, recipient } => {
            register_key(world, appraisal, role, recipient, context)?
        }
        OpinionStep::DeclareInterest { unit } => {
            if !appraisal.units.contains(&unit) {
                return Err(No::UnknownUnit { unit }.into());
            }
            OpinionEvent::InterestDeclared { unit }
        }
        OpinionStep::File(filing) => file(world, appraisal, filing, context)?,
        OpinionStep::ReportInfluence { sheet } => {
            OpinionEvent::InfluenceReported { report: appraisal.opinions.next_report(), sheet }
        }
        OpinionStep::TakeUpInfluence { report } => {
            let known = appraisal.opinions.influence_report(report);
            let known = known.ok_or(No::UnknownReport { report })?;
            if !world.is_above_unit(&appraisal.organiser, &context.actor) {
                return Err(No::NotOneUp.into());
            }
            if known.taken_up_by.is_some() {
                return Err(Rejection::AlreadyGiven);
            }
            OpinionEvent::InfluenceTakenUp { report }
        }
        OpinionStep::Add { opinion, addition } => {
            known(appraisal, opinion, context)?;
            OpinionEvent::Added { opinion, addition }
        }
        OpinionStep::Contest { opinion } => {
            let found = known(appraisal, opinion, context)?;
            match found.state {
                OpinionState::Answered | OpinionState::Closed { .. } => {}
                _ => return Err(wrong_state(found)),
            }
            OpinionEvent::Contested { opinion }
        }
        OpinionStep::Rule { opinion, reopen, grounds } => {
            let found = known(appraisal, opinion, context)?;
            if found.state != OpinionState::Contested {
                return Err(wrong_state(found));
            }
            if !world.is_one_up(appraisal, &found.unit, &context.actor) {
                return Err(No::NotOneUp.into());
            }
            OpinionEvent::Ruled { opinion, reopened: reopen, grounds }
        }
        OpinionStep::ReleaseIdentity { opinion, inner } => {
            second(world, appraisal, opinion, context)?;
            OpinionEvent::IdentityReleased { opinion, inner }
        }
        OpinionStep::RefuseIdentity { opinion, reason } => {
            second(world, appraisal, opinion, context)?;
            OpinionEvent::IdentityRefused { opinion, reason }
        }
        by_handler => handle(world, appraisal, by_handler, context)?,
    };
    Ok(Event::Opinion { appraisal: appraisal.id.clone(), what })
}

fn wrong_state(opinion: &Opinion) -> Rejection {
    No::WrongState { state: opinion.state.as_str().to_owned() }.into()
}

/// The opinion, if nobody changed it after the actor's form was shown.
fn known<'a>(
    appraisal: &'a Appraisal,
    id: OpinionId,
    context: &Context,
) -> Result<&'a Opinion, Rejection> {
    let found = appraisal.opinions.get(id).ok_or(No::UnknownOpinion { opinion: id })?;
    match context.seen {
        Some(seen) if seen != found.revision => Err(Rejection::ChangedMeanwhile),
        _ => Ok(found),
    }
}

fn register_key(
    world: &World,
    appraisal: &Appraisal,
    role: KeyRole,
    recipient: String,
    context: &Context,
) -> Result<OpinionEvent, Rejection> {
    let actor = &context.actor;
    if !is_age_recipient(&recipient) || !world.may_hold_reader_key(appraisal, role, actor) {
        return Err(No::BadKey.into());
    }
    let mut others = appraisal.opinions.keys().filter(|(account, _)| *account != actor);
    let other_role = appraisal.opinions.key(actor).is_some_and(|key| key.role != role);
    // One person with both layers would be two people by name only.
    if other_role || others.any(|(_, key)| key.recipient == recipient) {
        return Err(No::KeyTaken.into());
    }
    Ok(OpinionEvent::HandlerKeyRegistered { role, recipient })
}

/// Whether a text is an age X25519 recipient (age-encryption.org/v1): Bech32 of 32 bytes with the prefix `age`.
#[must_use]
pub fn is_age_recipient(text: &str) -> bool {
    let checked = CheckedHrpstring::new::<Bech32>(text);
    text == text.to_lowercase()
        && checked.is_ok_and(|parts| parts.hrp().as_str() == "age" && parts.byte_iter().len() == 32)
}

fn file(
    world: &World,
    appraisal: &Appraisal,
    filing: Filing,
    context: &Context,
) -> Result<OpinionEvent, Rejection> {
    if let Some(known) = appraisal.opinions.by_lookup(&filing.lookup) {
        return Err(No::AlreadyFiled { opinion: known.id }.into());
    }
    if !appraisal.units.contains(&filing.unit) {
        return Err(No::UnknownUnit { unit: filing.unit }.into());
    }
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    if let Some(item) = &filing.item
        && !rules.is_some_and(|rules| rules.items().iter().any(|known| known.id == item.as_str()))
    {
        return Err(No::UnknownItem { item: item.clone() }.into());
    }
    let by_public = context.actor.as_str() == PUBLIC_ACTOR;
    if by_public != (filing.channel == Channel::Web) {
        return Err(No::WrongChannel.into());
    }
    let spoken = matches!(filing.channel, Channel::Telephone | Channel::Counter);
    if spoken && !filing.read_back {
        return Err(No::NotReadBack.into());
    }
    if !filing.sealed && Filing::must_be_sealed(filing.matter, filing.protection) {
        return Err(No::MustBeSealed.into());
    }
    if (filing.protection == Protection::Anonymous) == filing.identity.is_some() {
        return Err(No::IdentityMismatch.into());
    }
    check_recipients(world, appraisal, &filing)?;
    Ok(OpinionEvent::Filed { opinion: appraisal.opinions.next_id(), filing })
}

/// Sealed to those who may read it and to nobody else (E3 (6)).
fn check_recipients(
    world: &World,
    appraisal: &Appraisal,
    filing: &Filing,
) -> Result<(), Rejection> {
    let readers = world.readers(appraisal, &filing.unit);
    let has_handlers = filing.sealed || filing.identity.is_some();
    let good = filing.handlers.iter().all(|account| readers.handlers.contains_key(account))
        && filing.seconds.iter().all(|account| readers.seconds.contains_key(account))
        && filing.handlers.is_empty() != has_handlers
        && filing.seconds.is_empty() == filing.identity.is_none()
        && filing.handlers.len() + filing.seconds.len() <= MOST_READERS;
    if good { Ok(()) } else { Err(No::WrongRecipients.into()) }
}

fn handle(
    world: &World,
    appraisal: &Appraisal,
    step: OpinionStep,
    context: &Context,
) -> Result<OpinionEvent, Rejection> {
    let (OpinionStep::OpenText { opinion: id }
    | OpinionStep::Mask { opinion: id, .. }
    | OpinionStep::Answer { opinion: id, .. }
    | OpinionStep::Close { opinion: id, .. }
    | OpinionStep::RequestIdentity { opinion: id, .. }
    | OpinionStep::OpenIdentity { opinion: id }) = &step
    else {
        return Err(No::NotAmongThem.into());
    };
    let found = known(appraisal, *id, context)?;
    if !world.is_handler(appraisal, found, &context.actor) {
        return Err(No::NotAmongThem.into());
    }
    // What nobody has opened, nobody can copy, answer or close: no complaint is closed unread (T10).
    let unread = found.state == OpinionState::Received;
    let closed = matches!(found.state, OpinionState::Closed { .. });
    let contested = found.state == OpinionState::Contested;
    Ok(match step {
        OpinionStep::OpenText { opinion } => OpinionEvent::TextOpened { opinion },
        OpinionStep::Mask { opinion, copy } if !unread => OpinionEvent::Masked { opinion, copy },
        OpinionStep::Answer { opinion, answer } if !unread && !closed && !contested => {
            OpinionEvent::Answered { opinion, answer }
        }
        OpinionStep::Close { opinion, outcome, grounds }
            if !unread && !closed && !contested && outcome != Outcome::Upheld =>
        {
            OpinionEvent::Closed { opinion, outcome, grounds }
        }
        OpinionStep::RequestIdentity { opinion, reason }
            if found.identity.is_some() && found.identity_state == IdentityState::Sealed =>
        {
            if !found.sealed_to.handlers.contains(&context.actor) {
                return Err(No::NotAmongThem.into());
            }
            OpinionEvent::IdentityRequested { opinion, reason }
        }
        OpinionStep::OpenIdentity { opinion } => match &found.identity_state {
            IdentityState::Released { to, .. } if *to == context.actor => {
                OpinionEvent::IdentityOpened { opinion }
            }
            _ => return Err(wrong_state(found)),
        },
        _ => return Err(wrong_state(found)),
    })
}

/// The second person: sealed to, still without ties, and another one than whoever asks.
fn second(
    world: &World,
    appraisal: &Appraisal,
    id: OpinionId,
    context: &Context,
) -> Result<(), Rejection> {
    let found = known(appraisal, id, context)?;
    let IdentityState::Requested { by, .. } = &found.identity_state else {
        return Err(wrong_state(found));
    };
    if *by == context.actor {
        return Err(No::SamePerson.into());
    }
    let may = world.may_read(appraisal, &found.unit, KeyRole::Second, &context.actor);
    if !may || !found.sealed_to.seconds.contains(&context.actor) {
        return Err(No::NotAmongThem.into());
    }
    Ok(())
}
