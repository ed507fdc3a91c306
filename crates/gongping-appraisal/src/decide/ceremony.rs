//! The key ceremony and the rehearsal (C9).

use super::{one_line, seen_current};
use crate::{
    Appraisal, Ceremony, Context, Event, KeyRound, KeySeat, Medium, PracticeItem, Rehearsal,
    Rejection, Survey,
};

fn ceremony(appraisal: &Appraisal) -> Result<&Ceremony, Rejection> {
    match &appraisal.open()?.survey {
        Survey::Agreed { ceremony, .. } => Ok(ceremony),
        _ => Err(appraisal.wrong_stage("agreed")),
    }
}

pub(super) fn give_message(
    appraisal: &Appraisal,
    seat: KeySeat,
    round: KeyRound,
    message: String,
    context: &Context,
) -> Result<Event, Rejection> {
    let ceremony = ceremony(appraisal)?;
    seen_current(appraisal, context)?;
    let current = ceremony.round().ok_or(Rejection::AlreadyGiven)?;
    if round != current {
        return Err(Rejection::KeyRound { round: current });
    }
    // A certificate may be replaced until the round ends: a lost file is met early. What comes
    // later answers the messages of the others, who may have seen it.
    if round != KeyRound::Certificate && ceremony.message(round, seat).is_some() {
        return Err(Rejection::AlreadyGiven);
    }
    let mut others = ceremony.holders.iter().filter(|(other, _)| **other != seat);
    if others.any(|(_, holder)| *holder == context.actor) {
        return Err(Rejection::SameSigner);
    }
    let given = ceremony.messages.get(&round).into_iter().flatten();
    if given.into_iter().any(|(other, text)| *other != seat && *text == message) {
        return Err(Rejection::AlreadyGiven);
    }
    Ok(Event::KeyMessageGiven { appraisal: appraisal.id.clone(), seat, round, message })
}

pub(super) fn restart(
    appraisal: &Appraisal,
    seat: KeySeat,
    reason: String,
) -> Result<Event, Rejection> {
    if ceremony(appraisal)?.holders.is_empty() {
        return Err(Rejection::missing("keys"));
    }
    one_line(&reason)?;
    Ok(Event::KeysRestarted { appraisal: appraisal.id.clone(), seat, reason })
}

pub(super) fn make_practice_box(
    appraisal: &Appraisal,
    items: Vec<PracticeItem>,
) -> Result<Event, Rejection> {
    let ceremony = ceremony(appraisal)?;
    if let Some(round) = ceremony.round() {
        return Err(Rejection::KeyRound { round });
    }
    if ceremony.rehearsal.is_some() {
        return Err(Rejection::AlreadyGiven);
    }
    Ok(Event::PracticeBoxMade { appraisal: appraisal.id.clone(), items })
}

fn rehearsal(appraisal: &Appraisal) -> Result<(&Ceremony, &Rehearsal), Rejection> {
    let ceremony = ceremony(appraisal)?;
    let rehearsal = ceremony.rehearsal.as_ref().ok_or_else(|| Rejection::missing("keys"))?;
    Ok((ceremony, rehearsal))
}

pub(super) fn give_practice_share(
    appraisal: &Appraisal,
    seat: KeySeat,
    medium: Medium,
    share: String,
    context: &Context,
) -> Result<Event, Rejection> {
    seen_current(appraisal, context)?;
    // Holders who come after the box was opened may still show theirs.
    let (_, rehearsal) = rehearsal(appraisal)?;
    // A share handed in twice would show one medium for two.
    if rehearsal.shares.contains_key(&(seat, medium))
        || rehearsal.shares.values().any(|known| *known == share)
    {
        return Err(Rejection::AlreadyGiven);
    }
    Ok(Event::PracticeShareGiven { appraisal: appraisal.id.clone(), seat, medium, share })
}

pub(super) fn open_practice_box(
    appraisal: &Appraisal,
    outcome: Vec<Vec<u64>>,
) -> Result<Event, Rejection> {
    let (ceremony, rehearsal) = rehearsal(appraisal)?;
    if rehearsal.outcome.is_some() {
        return Err(Rejection::AlreadyGiven);
    }
    if rehearsal.shown().len() < ceremony.threshold as usize {
        return Err(Rejection::missing("shares"));
    }
    Ok(Event::PracticeBoxOpened { appraisal: appraisal.id.clone(), outcome })
}
