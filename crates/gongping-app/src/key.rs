//! The key holders (C9): the ceremony that makes the key of the boxes, and the rehearsal with it.
//! The server routes and checks messages; it never sees a secret.

use crate::engine::{Actor, App, Extras};
use crate::key_holder::{AnswerContent, Format, KeyAnswer, KeyTask, KeyWork};
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use crate::tally;
use gongping_appraisal::permission::HoldKey;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, Ceremony, KeyRound, KeySeat, KeyTurn, Medium, Rejection, Step,
    Survey, World,
};
use gongping_seal::{BoxState, CeremonyPlace, Certificates, Conclusion, Trustees};
use gongping_verify::{
    box_trustees, certificates, check_practice_share, conclusion, make_practice_box,
    open_practice_box, polynomials, read_practice_box, trustees_of,
};
use std::fmt::Display;

/// How often an answer is taken anew when another holder was faster.
const MOST_TRIES: usize = 5;

/// What one key holder has to do now.
///
/// # Errors
/// [`Refusal::Rejected`] when there is no such appraisal, or the account does not fill the seat.
pub async fn work(
    app: &App,
    allowed: &Allowed<HoldKey>,
    id: &AppraisalId,
    seat: KeySeat,
) -> Result<KeyWork, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    fills(&world, allowed, seat)?;
    let survey = appraisal.running().map(|open| &open.survey);
    let ceremony = survey.and_then(Survey::ceremony);
    let on_record = ceremony.into_iter().flat_map(|known| {
        let own = move |round| Some((round, known.message(round, seat)?.to_owned()));
        KeyRound::ALL.into_iter().filter_map(own)
    });
    let task = match survey {
        Some(Survey::Agreed { ceremony, .. }) => ceremony_task(appraisal, ceremony, seat)?,
        Some(Survey::Closed { shares, ceremony, .. }) if !shares.contains(&seat) => {
            let boxes = tally::share_work(app, allowed, id).await?.boxes;
            let conclusion = conclusion(ceremony).map_err(|error| damaged(&error))?;
            KeyTask::Shares { sealed_key: sealed_key(&conclusion, seat)?, boxes }
        }
        Some(Survey::Closed { .. }) => {
            let awaited = appraisal.running().map(|open| open.awaited_shares());
            KeyTask::Wait { awaited: awaited.unwrap_or_default() }
        }
        _ => KeyTask::Nothing,
    };
    Ok(KeyWork {
        format: Format::Work,
        appraisal: id.clone(),
        title: appraisal.title.clone(),
        seat,
        number: seat.number(),
        threshold: ceremony.map_or(0, |known| known.threshold),
        size: size(),
        on_record: on_record.collect(),
        task,
    })
}

fn size() -> u32 {
    u32::try_from(KeySeat::ALL.len()).unwrap_or_default()
}

fn ceremony_task(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    seat: KeySeat,
) -> Result<KeyTask, Failure> {
    let texts = |round| -> Vec<String> {
        let all = ceremony.complete(round).unwrap_or_default();
        all.into_iter().map(str::to_owned).collect()
    };
    let round = match ceremony.turn(seat) {
        KeyTurn::Message(round) => round,
        KeyTurn::Rehearse(due) => return rehearsal_task(appraisal, ceremony, seat, due),
        KeyTurn::Wait(awaited) => return Ok(KeyTask::Wait { awaited }),
    };
    let certificates = texts(KeyRound::Certificate);
    Ok(match round {
        KeyRound::Certificate => KeyTask::Certificate,
        KeyRound::Polynomial => KeyTask::Polynomial { certificates },
        KeyRound::Output => {
            let polynomials = polynomials(ceremony).map_err(|error| damaged(&error))?;
            let input = polynomials.input(seat.number()).map_err(|error| damaged(&error))?;
            let input = String::from_utf8_lossy(&input).into_owned();
            KeyTask::Output { certificates, input }
        }
    })
}

fn rehearsal_task(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    seat: KeySeat,
    due: Vec<Medium>,
) -> Result<KeyTask, Failure> {
    let conclusion = conclusion(ceremony).map_err(|error| damaged(&error))?;
    let trustees = trustees_of(&conclusion).map_err(|error| damaged(&error))?;
    let state = practice_box(appraisal, ceremony, &trustees)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(KeyTask::Rehearsal {
        sealed_key: sealed_key(&conclusion, seat)?,
        election: text(state.election().bytes()),
        encrypted_tally: state.tally().map_or_else(String::new, |tally| text(tally.bytes())),
        due,
    })
}

fn practice_box(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    trustees: &Trustees,
) -> Result<BoxState, Failure> {
    read_practice_box(appraisal, ceremony, trustees).map_err(|error| damaged(&error))
}

/// The private key of a seat, sealed for its holder: public, and useless without the secret.
fn sealed_key(conclusion: &Conclusion, seat: KeySeat) -> Result<String, Failure> {
    let index = usize::try_from(seat.number()).unwrap_or_default() - 1;
    let sealed = conclusion.sealed_keys.get(index).cloned();
    sealed.ok_or_else(|| Failure::Bug("a seat without a sealed key".to_owned()))
}

/// What was checked before it was logged no longer holds.
fn damaged(error: &dyn Display) -> Failure {
    Failure::Damaged(format!("key ceremony: {error}"))
}

/// Takes what a key holder's device answered, after checking every proof. With the last message of
/// the ceremony a practice box is made; with the share that completes enough holders it is opened;
/// with enough shares of the boxes these are opened.
///
/// # Errors
/// [`Refusal::Input`] when a proof does not hold or the answer is for another appraisal or seat;
/// [`Refusal::Rejected`] when it is not the turn of this answer. Nothing was changed.
pub async fn answer(
    app: &App,
    allowed: &Allowed<HoldKey>,
    id: &AppraisalId,
    seat: KeySeat,
    answer: KeyAnswer,
) -> Result<(), Refusal> {
    if answer.appraisal != *id || answer.seat != seat {
        return Err(Refusal::input("key-answer-other", &[]));
    }
    if let AnswerContent::Shares { shares } = answer.content {
        return tally::give_share(app, allowed.clone(), id, seat, shares).await;
    }
    let mut tries = 0;
    loop {
        let world = app.world();
        let appraisal = at_organiser(&world, allowed, id)?;
        fills(&world, allowed, seat)?;
        let steps = steps(app, appraisal, seat, &answer.content)?;
        // What follows was worked out from this state: another holder may have been faster.
        let actor = Actor { account: allowed.account().clone(), seen: Some(appraisal.revision) };
        tries += 1;
        match app.steps_with(&actor, id, steps, Extras::default()).await {
            Err(Refusal::Rejected(Rejection::ChangedMeanwhile)) if tries < MOST_TRIES => {
                app.catch_up().await?;
            }
            outcome => return outcome,
        }
    }
}

fn steps(
    app: &App,
    appraisal: &Appraisal,
    seat: KeySeat,
    content: &AnswerContent,
) -> Result<Vec<Step>, Refusal> {
    let survey = appraisal.running().map(|open| &open.survey);
    let Some(Survey::Agreed { ceremony, .. }) = survey else {
        let stage = appraisal.stage_word().to_owned();
        return Err(Rejection::WrongStage { needed: "agreed".to_owned(), stage }.into());
    };
    match content {
        AnswerContent::Message { round, message } => {
            let current = ceremony.round().ok_or(Rejection::AlreadyGiven)?;
            if current != *round {
                return Err(Rejection::KeyRound { round: current }.into());
            }
            // Files end with a line break; the log has the bare message.
            message_steps(app, appraisal, ceremony, seat, (*round, message.trim_ascii_end()))
        }
        AnswerContent::PracticeShare { medium, share } => {
            practice_steps(appraisal, ceremony, (seat, *medium), share)
        }
        AnswerContent::Shares { .. } => Err(Failure::Bug("shares are given apart".into()).into()),
    }
}

fn message_steps(
    app: &App,
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    seat: KeySeat,
    (round, message): (KeyRound, &str),
) -> Result<Vec<Step>, Refusal> {
    let refused = |error: &dyn Display| {
        let why = error.to_string();
        Refusal::input("key-message", &[("round", round.as_str()), ("why", &why)])
    };
    let mut after = ceremony.clone();
    let of_round = after.messages.entry(round).or_default();
    of_round.insert(seat, message.to_owned());
    let mut steps = vec![Step::GiveKeyMessage { seat, round, message: message.to_owned() }];
    match round {
        KeyRound::Certificate => {
            let (number, threshold) = (seat.number(), ceremony.threshold);
            let place = CeremonyPlace { number, threshold, size: size() };
            Certificates::check_one(message.as_bytes(), place).map_err(|error| refused(&error))?;
            if after.complete(round).is_some() {
                certificates(&after).map_err(|error| refused(&error))?;
            }
        }
        KeyRound::Polynomial => {
            let certificates = certificates(ceremony).map_err(|error| damaged(&error))?;
            certificates
                .check_polynomial(seat.number(), message.as_bytes())
                .map_err(|error| refused(&error))?;
        }
        KeyRound::Output => {
            let polynomials = polynomials(ceremony).map_err(|error| damaged(&error))?;
            polynomials
                .check_output(seat.number(), message.as_bytes())
                .map_err(|error| refused(&error))?;
            if after.round().is_none() {
                let trustees = box_trustees(&after).map_err(|error| refused(&error))?;
                let timestamp = u64::try_from(app.now().as_second()).unwrap_or_default();
                let items = app
                    .with_dice(|dice| make_practice_box(appraisal, &trustees, timestamp, dice))
                    .map_err(|error| Failure::Bug(error.to_string()))?;
                steps.push(Step::MakePracticeBox(items));
            }
        }
    }
    Ok(steps)
}

fn practice_steps(
    appraisal: &Appraisal,
    ceremony: &Ceremony,
    (seat, medium): (KeySeat, Medium),
    share: &str,
) -> Result<Vec<Step>, Refusal> {
    let Some(rehearsal) = &ceremony.rehearsal else {
        return Err(Rejection::Missing { what: "keys".to_owned() }.into());
    };
    let trustees = box_trustees(ceremony).map_err(|error| damaged(&error))?;
    let mut state = practice_box(appraisal, ceremony, &trustees)?;
    check_practice_share(&mut state, seat, share)
        .map_err(|error| Refusal::input("practice-share", &[("why", &error.to_string())]))?;
    let mut steps = vec![Step::GivePracticeShare { seat, medium, share: share.to_owned() }];
    let mut after = rehearsal.clone();
    after.shares.insert((seat, medium), share.to_owned());
    let shown = after.shown();
    if rehearsal.outcome.is_none() && shown.len() >= ceremony.threshold as usize {
        // The own share is in the box already.
        let is_other = |of: KeySeat| of != seat && shown.contains(&of);
        let others = after.shares.iter().filter(|((of, by), _)| is_other(*of) && *by == medium);
        let others = others.map(|((seat, _), share)| (*seat, share.as_str()));
        let outcome = open_practice_box(state, others).map_err(|error| damaged(&error))?;
        steps.push(Step::OpenPracticeBox { outcome });
    }
    Ok(steps)
}

/// Begins the ceremony anew, for a lost secret or a holder who cannot go on.
///
/// # Errors
/// [`Refusal::Rejected`] once the survey is open, or when there is nothing to begin anew.
pub async fn restart(
    app: &App,
    allowed: &Allowed<HoldKey>,
    id: &AppraisalId,
    seat: KeySeat,
    reason: String,
) -> Result<(), Refusal> {
    let world = app.world();
    at_organiser(&world, allowed, id)?;
    fills(&world, allowed, seat)?;
    app.step(&allowed.account().into(), id, Step::RestartKeys { seat, reason }).await
}

/// Sees that the account holds the duty that fills the seat.
pub(crate) fn fills(
    world: &World,
    allowed: &Allowed<HoldKey>,
    seat: KeySeat,
) -> Result<(), Rejection> {
    let holds = world.account(allowed.account()).is_some_and(|account| {
        let mut grants = account.duties.iter();
        grants.any(|grant| grant.duty == seat.duty() && grant.unit == *allowed.unit())
    });
    if holds {
        return Ok(());
    }
    let permission = format!("HoldKey:{}", seat.as_str());
    Err(Rejection::NotAllowed { permission, unit: allowed.unit().clone() })
}
