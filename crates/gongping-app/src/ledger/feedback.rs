//! Feedback (C5): the letter that hands findings to a unit, and the meeting.

use super::Desk;
use super::content::{LetterFinding, LetterText, Minute, Sealer, checked};
use crate::engine::{App, Extras};
use crate::payload::read;
use crate::refusal::Refusal;
use crate::session::confirm_password;
use crate::sorting;
use gongping_appraisal::permission::{AnswerForUnit, KeepLedger, SignFeedback};
use gongping_appraisal::{
    AppraisalId, Attitude, Digest, FindingId, LedgerRejection, LedgerStep, Letter, LetterId, UnitId,
};
use std::collections::BTreeSet;

/// A letter as it was typed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The letter that is drawn up anew; none for a new one.
    pub letter: Option<LetterId>,
    /// The unit.
    pub unit: UnitId,
    /// The findings.
    pub findings: BTreeSet<FindingId>,
    /// What goes before the findings.
    pub opening: String,
    /// What is asked of the unit.
    pub demands: String,
}

/// A meeting as it was typed.
#[derive(Debug, Clone)]
pub struct MeetingNote {
    /// Where.
    pub place: String,
    /// Who was there.
    pub present: String,
    /// How the unit stands to it,
    pub attitude: Attitude,
    /// in its own words,
    pub words: String,
    /// and who said so.
    pub said_by: String,
}

fn letter_of(app: &App, id: &AppraisalId, letter: LetterId) -> Result<Letter, Refusal> {
    let world = app.world();
    let known = world.appraisal(id).and_then(|appraisal| appraisal.ledger.letter(letter));
    known
        .cloned()
        .ok_or_else(|| Refusal::Rejected(LedgerRejection::UnknownLetter { letter }.into()))
}

/// Draws up a letter, or draws it up anew. The problems are taken over word for word.
///
/// # Errors
/// [`Refusal::Rejected`] when a finding is of another unit or stands in another letter.
pub async fn draft(
    app: &App,
    desk: &Desk<'_, KeepLedger>,
    draft: Draft,
) -> Result<LetterId, Refusal> {
    let world = app.world();
    let ledger = world.appraisal(desk.id).map(|appraisal| &appraisal.ledger);
    let next = ledger.map_or(LetterId(1), |ledger| ledger.next_letter());
    let letter = draft.letter.unwrap_or(next);
    let mut findings = Vec::new();
    for id in &draft.findings {
        let known = world.appraisal(desk.id).and_then(|appraisal| appraisal.findings.get(*id));
        let item = known.and_then(|known| known.place.item.clone());
        let problem = sorting::problem(app, desk.id, *id).await?;
        findings.push(LetterFinding { finding: *id, item, problem });
    }
    let text = LetterText {
        appraisal: desk.id.clone(),
        letter,
        unit: draft.unit.clone(),
        day: app.today(),
        opening: checked(&draft.opening)?,
        findings,
        demands: checked(&draft.demands)?,
    };
    let mut sealer = Sealer::default();
    let text = sealer.seal(app, &text)?;
    let (unit, findings) = (draft.unit, draft.findings);
    let step = match draft.letter {
        Some(letter) => LedgerStep::RedraftLetter { letter, findings, text },
        None => LedgerStep::DraftLetter { unit, findings, text },
    };
    desk.at_organiser(app, step, sealer.extras).await?;
    Ok(letter)
}

/// Signs the letter that was seen; the log-in password is asked for again.
///
/// # Errors
/// [`Refusal::LogIn`] when the password is wrong; [`Refusal::Rejected`] when it was changed.
pub async fn sign(
    app: &App,
    desk: &Desk<'_, SignFeedback>,
    letter: LetterId,
    text: Digest,
    password: &str,
) -> Result<(), Refusal> {
    confirm_password(app, desk.allowed.account(), password).await?;
    desk.at_organiser(app, LedgerStep::SignLetter { letter, text }, Extras::default()).await
}

/// Sends a signed letter: from now on its findings stand in the ledger.
///
/// # Errors
/// [`Refusal::Rejected`] when it is not signed, or a finding was dissolved meanwhile.
pub async fn send(app: &App, desk: &Desk<'_, KeepLedger>, letter: LetterId) -> Result<(), Refusal> {
    desk.at_organiser(app, LedgerStep::SendLetter { letter }, Extras::default()).await
}

/// Confirms, as the head of the unit, that the letter has come.
///
/// # Errors
/// [`Refusal::Rejected`] for anybody else.
pub async fn confirm(
    app: &App,
    desk: &Desk<'_, AnswerForUnit>,
    letter: LetterId,
) -> Result<(), Refusal> {
    let unit = letter_of(app, desk.id, letter)?.unit;
    desk.at_unit(app, Some(&unit), LedgerStep::ConfirmLetter { letter }, Extras::default()).await
}

/// Records the meeting on the spot.
///
/// # Errors
/// [`Refusal::Rejected`] when it was recorded already.
pub async fn record_meeting(
    app: &App,
    desk: &Desk<'_, KeepLedger>,
    letter: LetterId,
    note: &MeetingNote,
) -> Result<(), Refusal> {
    let minute = Minute {
        appraisal: desk.id.clone(),
        place: checked(&note.place)?,
        present: checked(&note.present)?,
        attitude: note.attitude,
        words: checked(&note.words)?,
        said_by: checked(&note.said_by)?,
    };
    let mut sealer = Sealer::default();
    let (attitude, minute) = (note.attitude, sealer.seal(app, &minute)?);
    let step = LedgerStep::RecordMeeting { letter, attitude, minute };
    desk.at_organiser(app, step, sealer.extras).await
}

/// A letter, word for word.
///
/// # Errors
/// [`Refusal::Rejected`] when there is none; [`Refusal::Failure`].
pub async fn letter_text(
    app: &App,
    id: &AppraisalId,
    letter: LetterId,
) -> Result<LetterText, Refusal> {
    read(app, letter_of(app, id, letter)?.text).await
}

/// The minute of the meeting about a letter, once it was held.
///
/// # Errors
/// [`Refusal::Rejected`] when there is no such letter; [`Refusal::Failure`].
pub async fn minute(
    app: &App,
    id: &AppraisalId,
    letter: LetterId,
) -> Result<Option<Minute>, Refusal> {
    match letter_of(app, id, letter)?.meeting {
        Some(meeting) => Ok(Some(read(app, meeting.minute).await?)),
        None => Ok(None),
    }
}
