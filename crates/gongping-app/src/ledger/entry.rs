//! Putting right (C6): one function for each step of an entry.

use super::Desk;
use super::content::{EvidenceFile, Plan, Sealer, Terms, checked, words};
use super::picture;
use crate::engine::{App, Extras};
use crate::payload::read;
use crate::refusal::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_appraisal::permission::{
    ExtendDeadlines, KeepLedger, RuleOnEntries, VerifyEntries, WorkEntries,
};
use gongping_appraisal::{
    AppraisalId, CallBack, Digest, EntryId, EntryState, EvidenceKind, ItemId, LedgerEntry,
    LedgerRejection, LedgerStep, Manner, NewEvidence, OpinionId, Source, Undertaking, UnitId,
    sha256,
};
use jiff::civil::Date;

/// The longest file of a proof, in bytes.
pub const MOST_FILE_BYTES: usize = 3 * 1024 * 1024;

/// A problem that is entered by hand.
#[derive(Debug, Clone)]
pub struct NewProblem {
    /// The unit.
    pub unit: UnitId,
    /// The item, if one fits.
    pub item: Option<ItemId>,
    /// Where it comes from.
    pub source: Source,
    /// The problem, naming nobody who complained.
    pub problem: String,
    /// Why it has another cause than what was put right within the last year; empty when it has not.
    pub other_cause: String,
}

/// What a unit undertakes, as it was typed.
#[derive(Debug, Clone)]
pub struct Measure {
    /// The responsible person, by post.
    pub person: String,
    /// The responsible body.
    pub body: String,
    /// When it counts as put right.
    pub standard: String,
    /// What is done.
    pub measure: String,
    /// The last day.
    pub deadline: Date,
    /// Why not at once and how, for what is planned.
    pub plan: Option<(String, String)>,
}

/// What somebody saw on the spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It is not all done yet.
    Incomplete,
    /// It was said to be done and is not (T12).
    False,
}

fn entry_of(app: &App, id: &AppraisalId, entry: EntryId) -> Result<LedgerEntry, Refusal> {
    let world = app.world();
    let known = world.appraisal(id).and_then(|appraisal| appraisal.ledger.get(entry));
    known.cloned().ok_or_else(|| Refusal::Rejected(LedgerRejection::UnknownEntry { entry }.into()))
}

/// Enters a problem; what was put right within a year is reopened instead.
///
/// # Errors
/// [`Refusal::Rejected`] when unit or item are not of this appraisal.
pub async fn open(app: &App, desk: &Desk<'_, KeepLedger>, new: NewProblem) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let problem = sealer.words(app, desk.id, &new.problem)?;
    let other_cause = match new.other_cause.trim() {
        "" => None,
        reason => Some(sealer.words(app, desk.id, reason)?),
    };
    let (unit, item, source) = (new.unit, new.item, new.source);
    let step = LedgerStep::Open { unit, item, source, problem, other_cause };
    desk.at_organiser(app, step, sealer.extras).await
}

async fn by_unit(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    step: LedgerStep,
    extras: Extras,
) -> Result<(), Refusal> {
    let unit = entry_of(app, desk.id, entry)?.unit;
    desk.at_unit(app, Some(&unit), step, extras).await
}

/// Says what the unit will do, by when, and who answers for it.
///
/// # Errors
/// [`Refusal::Rejected`] when the deadline is too late or the entry was changed meanwhile.
pub async fn accept(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    measure: &Measure,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let appraisal = desk.id.clone();
    let terms = Terms {
        appraisal: appraisal.clone(),
        person: checked(&measure.person)?,
        body: checked(&measure.body)?,
        standard: checked(&measure.standard)?,
        measure: checked(&measure.measure)?,
    };
    let terms = sealer.seal(app, &terms)?;
    let manner = match &measure.plan {
        None => Manner::AtOnce,
        Some((explanation, plan)) => {
            let (explanation, plan) = (checked(explanation)?, checked(plan)?);
            let plan = sealer.seal(app, &Plan { appraisal, explanation, plan })?;
            Manner::Planned { plan }
        }
    };
    let undertaking = Undertaking { terms, manner, deadline: measure.deadline };
    let step = LedgerStep::Accept { entry, undertaking };
    by_unit(app, desk, entry, step, sealer.extras).await
}

/// Begins.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn start(app: &App, desk: &Desk<'_, WorkEntries>, entry: EntryId) -> Result<(), Refusal> {
    by_unit(app, desk, entry, LedgerStep::Start { entry }, Extras::default()).await
}

/// Hands in a proof: a picture, which is cleaned, a PDF, or a note without a file.
///
/// # Errors
/// [`Refusal::Input`] for another kind of file or one that is too long; [`Refusal::Rejected`].
pub async fn add_evidence(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    about: &str,
    file: Option<&[u8]>,
) -> Result<(), Refusal> {
    let (mut name, mut media, mut kept) = (String::new(), "", Vec::new());
    let mut kind = EvidenceKind::Note;
    if let Some(bytes) = file {
        if bytes.len() > MOST_FILE_BYTES {
            let most = (MOST_FILE_BYTES / 1024 / 1024).to_string();
            return Err(Refusal::input("ledger-file-long", &[("most", &most)]));
        }
        let ending;
        (kept, media, ending, kind) = match picture::cleaned(bytes) {
            Some((kept, "image/png")) => (kept, "image/png", "png", EvidenceKind::Picture),
            Some((kept, media)) => (kept, media, "jpg", EvidenceKind::Picture),
            None if bytes.starts_with(b"%PDF-") => {
                (bytes.to_vec(), "application/pdf", "pdf", EvidenceKind::Pdf)
            }
            None => return Err(Refusal::input("ledger-file-kind", &[])),
        };
        let hash = sha256(&kept).to_string();
        name = format!("{}.{ending}", &hash[..12]);
    }
    let mut sealer = Sealer::default();
    let content = EvidenceFile {
        appraisal: desk.id.clone(),
        about: checked(about)?,
        name,
        media: media.to_owned(),
        sha256: file.map(|_| sha256(&kept)),
        file: STANDARD.encode(&kept),
    };
    let content = sealer.seal(app, &content)?;
    let bytes = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    let evidence = NewEvidence { content, kind, bytes };
    let step = LedgerStep::AddEvidence { entry, evidence };
    by_unit(app, desk, entry, step, sealer.extras).await
}

/// Says that it is done, and what keeps it from coming back.
///
/// # Errors
/// [`Refusal::Rejected`] without a proof.
pub async fn claim(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    mechanism: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let mechanism = sealer.words(app, desk.id, mechanism)?;
    by_unit(app, desk, entry, LedgerStep::Claim { entry, mechanism }, sealer.extras).await
}

/// Says that there is nothing to put right.
///
/// # Errors
/// [`Refusal::Rejected`].
pub async fn dispute(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    grounds: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let grounds = sealer.words(app, desk.id, grounds)?;
    by_unit(app, desk, entry, LedgerStep::Dispute { entry, grounds }, sealer.extras).await
}

/// Asks for a later deadline.
///
/// # Errors
/// [`Refusal::Rejected`] when the day is not later than the deadline.
pub async fn ask_extension(
    app: &App,
    desk: &Desk<'_, WorkEntries>,
    entry: EntryId,
    until: Date,
    reason: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let reason = sealer.words(app, desk.id, reason)?;
    by_unit(app, desk, entry, LedgerStep::AskExtension { entry, until, reason }, sealer.extras)
        .await
}

/// Decides on a later deadline.
///
/// # Errors
/// [`Refusal::Rejected`] when nobody asks for one.
pub async fn decide_extension(
    app: &App,
    desk: &Desk<'_, ExtendDeadlines>,
    entry: EntryId,
    granted: bool,
) -> Result<(), Refusal> {
    desk.at_organiser(app, LedgerStep::DecideExtension { entry, granted }, Extras::default()).await
}

/// Says that one has seen on the spot that it is done.
///
/// # Errors
/// [`Refusal::Rejected`] for whoever worked on it or has ties to the unit (T12).
pub async fn verify(
    app: &App,
    desk: &Desk<'_, VerifyEntries>,
    entry: EntryId,
    minute: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let minute = sealer.words(app, desk.id, minute)?;
    desk.at_organiser(app, LedgerStep::Verify { entry, minute }, sealer.extras).await
}

/// Says that one has seen on the spot that it is not done.
///
/// # Errors
/// [`Refusal::Rejected`] as for [`verify`].
pub async fn give_back(
    app: &App,
    desk: &Desk<'_, VerifyEntries>,
    entry: EntryId,
    finish: Finish,
    reason: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let reason = sealer.words(app, desk.id, reason)?;
    let was_false = finish == Finish::False;
    desk.at_organiser(app, LedgerStep::Return { entry, reason, was_false }, sealer.extras).await
}

/// Says that what was verified or closed is not done (T12).
///
/// # Errors
/// [`Refusal::Rejected`] as for [`verify`].
pub async fn reopen(
    app: &App,
    desk: &Desk<'_, VerifyEntries>,
    entry: EntryId,
    grounds: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let grounds = sealer.words(app, desk.id, grounds)?;
    desk.at_organiser(app, LedgerStep::Reopen { entry, grounds }, sealer.extras).await
}

/// Notes what a filer said; whoever is not satisfied reopens the entry.
///
/// # Errors
/// [`Refusal::Rejected`] when the opinion does not belong to the entry.
pub async fn call_back(
    app: &App,
    desk: &Desk<'_, KeepLedger>,
    entry: EntryId,
    (opinion, answer): (OpinionId, CallBack),
    note: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let note = sealer.words(app, desk.id, note)?;
    let step = LedgerStep::CallBack { entry, opinion, answer, note };
    desk.at_organiser(app, step, sealer.extras).await
}

/// Finishes.
///
/// # Errors
/// [`Refusal::Rejected`] while filers have still to be called back.
pub async fn close(app: &App, desk: &Desk<'_, KeepLedger>, entry: EntryId) -> Result<(), Refusal> {
    desk.at_organiser(app, LedgerStep::Close { entry }, Extras::default()).await
}

/// Rules on a dispute, one level up.
///
/// # Errors
/// [`Refusal::Rejected`] for anybody but the level above.
pub async fn rule(
    app: &App,
    desk: &Desk<'_, RuleOnEntries>,
    entry: EntryId,
    stands: bool,
    grounds: &str,
) -> Result<(), Refusal> {
    let mut sealer = Sealer::default();
    let grounds = sealer.words(app, desk.id, grounds)?;
    desk.at_organiser(app, LedgerStep::Rule { entry, stands, grounds }, sealer.extras).await
}

/// The texts of an entry at its present state.
#[derive(Debug, Clone, Default)]
pub struct EntryTexts {
    /// The problem, and how it was put each time it came up again.
    pub problems: Vec<String>,
    /// What the unit undertakes.
    pub terms: Option<Terms>,
    /// Why not at once, and how.
    pub plan: Option<Plan>,
    /// Why a later deadline is asked for.
    pub wish: Option<String>,
    /// What keeps it from coming back.
    pub mechanism: Option<String>,
    /// What was seen on the spot.
    pub minute: Option<String>,
    /// Why it was returned, reopened, disputed or withdrawn.
    pub grounds: Option<String>,
    /// What each proof of this round shows; the commitment leads to its file.
    pub proofs: Vec<(Digest, EvidenceFile)>,
}

/// Reads the texts of an entry.
///
/// # Errors
/// [`Refusal::Rejected`] when there is no such entry; [`Refusal::Failure`].
pub async fn texts(app: &App, id: &AppraisalId, entry: EntryId) -> Result<EntryTexts, Refusal> {
    let known = entry_of(app, id, entry)?;
    let mut texts = EntryTexts::default();
    for (_, problem) in &known.sources {
        texts.problems.push(words(app, *problem).await?);
    }
    if let Some(undertaking) = known.state.undertaking() {
        texts.terms = Some(read(app, undertaking.terms).await?);
        if let Manner::Planned { plan } = undertaking.manner {
            texts.plan = Some(read(app, plan).await?);
        }
    }
    if let Some(wish) = known.state.wish() {
        texts.wish = Some(words(app, wish.reason).await?);
    }
    if let Some(claim) = known.state.claim() {
        texts.mechanism = Some(words(app, claim.mechanism).await?);
    }
    if let Some(seen) = known.state.verification() {
        texts.minute = Some(words(app, seen.minute).await?);
    }
    if let Some(grounds) = grounds(&known.state) {
        texts.grounds = Some(words(app, grounds).await?);
    }
    for proof in known.state.proofs() {
        let mut file: EvidenceFile = read(app, proof.what.content).await?;
        file.file.clear();
        texts.proofs.push((proof.what.content, file));
    }
    Ok(texts)
}

const fn grounds(state: &EntryState) -> Option<Digest> {
    match state {
        EntryState::Returned { reason: grounds, .. }
        | EntryState::Reopened { grounds, .. }
        | EntryState::Disputed { grounds, .. }
        | EntryState::Closed {
            ending: gongping_appraisal::Ending::Withdrawn { grounds }, ..
        } => Some(*grounds),
        _ => None,
    }
}

/// A file of an entry's proofs: name, media type and bytes.
///
/// # Errors
/// [`Refusal::Rejected`] when the commitment is not one of this entry's proofs.
pub async fn evidence(
    app: &App,
    id: &AppraisalId,
    entry: EntryId,
    content: Digest,
) -> Result<(String, String, Vec<u8>), Refusal> {
    let known = entry_of(app, id, entry)?;
    let mut proofs = known.state.proofs().into_iter().chain(&known.earlier);
    if !proofs.any(|proof| proof.what.content == content) {
        return Err(Refusal::Rejected(LedgerRejection::UnknownEntry { entry }.into()));
    }
    let file: EvidenceFile = read(app, content).await?;
    let bytes = STANDARD.decode(&file.file);
    let bytes = bytes.map_err(|error| crate::Failure::Damaged(format!("{content}: {error}")))?;
    Ok((file.name, file.media, bytes))
}
