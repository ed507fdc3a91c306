//! The register of the eight prohibitions (E3, E4): cases from suspicion to a decision of two
//! persons; and the consequences that people confirm after publication (E1, E2).

use crate::engine::{Actor, App, Extras};
use crate::payload::{committed, read};
use crate::refusal::Refusal;
use crate::session::confirm_password;
use crate::survey::at_organiser;
use gongping_appraisal::permission::{ConfirmConsequences, DecideCases, KeepRegister};
use gongping_appraisal::{
    AccountId, Accused, Allowed, Appraisal, AppraisalId, Case, CaseFile, CaseNumber, CaseOutcome,
    CaseReport, CaseState, Digest, IntegrityRejection, IntegrityStep, Rejection, Step, UnitId,
    World,
};

/// What a person with a duty at the organiser may see of a case. Whoever it is about, and whoever
/// belongs to the unit that it is about, sees nothing of it (E3).
#[derive(Debug, Clone)]
pub struct OpenedCase {
    /// The case.
    pub case: Case,
    /// What is suspected.
    pub file: CaseFile,
    /// What the inquiry found, once proposed.
    pub report: Option<(Digest, CaseReport)>,
    /// Why it was dismissed, if it was.
    pub dismissed_because: Option<String>,
}

/// Opens a case.
///
/// # Errors
/// [`Refusal::Rejected`] when accused or prohibition are unknown.
pub async fn open_case(
    app: &App,
    allowed: Allowed<KeepRegister>,
    file: CaseFile,
) -> Result<(), Refusal> {
    let world = app.world();
    let id = file.appraisal.clone();
    let appraisal = at_organiser(&world, &allowed, &id)?;
    known_accused(&world, appraisal, &file.accused)?;
    known_prohibition(appraisal, &file.prohibition)?;
    let (digest, opening) = committed(app, &file)?;
    let step = IntegrityStep::OpenCase { file: digest };
    act(app, &allowed.account().into(), &id, step, Extras::keeping(opening)).await
}

fn known_accused(world: &World, appraisal: &Appraisal, accused: &Accused) -> Result<(), Rejection> {
    let is_known = match accused {
        Accused::Unit { unit } => appraisal.units.contains(unit),
        Accused::Account { account } => world.account(account).is_some(),
    };
    if is_known { Ok(()) } else { Err(IntegrityRejection::UnknownAccused.into()) }
}

fn known_prohibition(appraisal: &Appraisal, prohibition: &str) -> Result<(), Rejection> {
    let rules = appraisal.rulebook().map(|rulebook| &rulebook.rules);
    match rules.and_then(|rules| rules.veto(prohibition)) {
        Some(_) => Ok(()),
        None => {
            let prohibition = prohibition.to_owned();
            Err(IntegrityRejection::UnknownProhibition { prohibition }.into())
        }
    }
}

async fn act(
    app: &App,
    actor: &Actor,
    id: &AppraisalId,
    step: IntegrityStep,
    extras: Extras,
) -> Result<(), Refusal> {
    app.steps_with(actor, id, vec![Step::Integrity(step)], extras).await
}

/// The keeper of the register, and the state of the case that the form showed.
pub struct Keeper {
    /// The permission.
    pub allowed: Allowed<KeepRegister>,
    /// The revision of the case.
    pub seen: u64,
}

impl Keeper {
    fn actor(&self) -> Actor {
        Actor { account: self.allowed.account().clone(), seen: Some(self.seen) }
    }
}

/// Takes up the inquiry.
///
/// # Errors
/// [`Refusal::Rejected`] when somebody was faster.
pub async fn begin_inquiry(
    app: &App,
    keeper: Keeper,
    id: &AppraisalId,
    case: CaseNumber,
) -> Result<(), Refusal> {
    visible(app, id, case, keeper.allowed.account()).await?;
    at_organiser(&app.world(), &keeper.allowed, id)?;
    let step = IntegrityStep::BeginInquiry { case };
    act(app, &keeper.actor(), id, step, Extras::default()).await
}

/// Dismisses a case.
///
/// # Errors
/// [`Refusal::Rejected`] once a finding was proposed.
pub async fn dismiss(
    app: &App,
    keeper: Keeper,
    id: &AppraisalId,
    case: CaseNumber,
    grounds: &str,
) -> Result<(), Refusal> {
    visible(app, id, case, keeper.allowed.account()).await?;
    at_organiser(&app.world(), &keeper.allowed, id)?;
    let (digest, opening) = committed(app, &grounds)?;
    let step = IntegrityStep::DismissCase { case, grounds: digest };
    act(app, &keeper.actor(), id, step, Extras::keeping(opening)).await
}

/// Lays the report before a second person.
///
/// # Errors
/// [`Refusal::Rejected`] when nobody took up the inquiry, or the report names somebody unknown.
pub async fn propose(app: &App, keeper: Keeper, report: CaseReport) -> Result<(), Refusal> {
    let world = app.world();
    let (id, case) = (report.appraisal.clone(), report.case);
    let appraisal = at_organiser(&world, &keeper.allowed, &id)?;
    visible(app, &id, case, keeper.allowed.account()).await?;
    if let CaseOutcome::Confirmed { accused, prohibition } = &report.outcome {
        known_accused(&world, appraisal, accused)?;
        known_prohibition(appraisal, prohibition)?;
    }
    let (digest, opening) = committed(app, &report)?;
    let step = IntegrityStep::ProposeFinding { case, report: digest };
    act(app, &keeper.actor(), &id, step, Extras::keeping(opening)).await
}

/// Sends a report back to the inquirer.
///
/// # Errors
/// [`Refusal::Rejected`] for the inquirer, and unless one was proposed.
pub async fn send_back(
    app: &App,
    allowed: Allowed<DecideCases>,
    id: &AppraisalId,
    case: CaseNumber,
    grounds: &str,
) -> Result<(), Refusal> {
    visible(app, id, case, allowed.account()).await?;
    at_organiser(&app.world(), &allowed, id)?;
    let (digest, opening) = committed(app, &grounds)?;
    let step = IntegrityStep::ReturnFinding { case, grounds: digest };
    act(app, &allowed.account().into(), id, step, Extras::keeping(opening)).await
}

/// Decides as the report that was seen proposes; the log-in password is asked for again.
///
/// # Errors
/// [`Refusal::LogIn`] when the password is wrong; [`Refusal::Rejected`] for the inquirer, for the
/// accused, and when another report was proposed meanwhile.
pub async fn decide(
    app: &App,
    allowed: Allowed<DecideCases>,
    id: &AppraisalId,
    case: CaseNumber,
    seen: Digest,
    password: &str,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let opened = visible(app, id, case, allowed.account()).await?;
    confirm_password(app, allowed.account(), password).await?;
    let known = opened.report.filter(|(digest, _)| *digest == seen);
    let (report, content) = known.ok_or(Rejection::ChangedMeanwhile)?;
    let step = IntegrityStep::DecideFinding { case, report, outcome: content.outcome };
    act(app, &allowed.account().into(), id, step, Extras::default()).await
}

/// Confirms a consequence of the published result.
///
/// # Errors
/// [`Refusal::Rejected`] before publication, for unknown consequences, and for rewards after a
/// breach.
pub async fn confirm_consequence(
    app: &App,
    allowed: Allowed<ConfirmConsequences>,
    id: &AppraisalId,
    unit: UnitId,
    consequence: String,
    grounds: String,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let step = IntegrityStep::ConfirmConsequence { unit, consequence, grounds };
    act(app, &allowed.account().into(), id, step, Extras::default()).await
}

/// Notes what became of a consequence.
///
/// # Errors
/// [`Refusal::Rejected`] when it was not confirmed.
pub async fn follow_up_consequence(
    app: &App,
    allowed: Allowed<ConfirmConsequences>,
    id: &AppraisalId,
    unit: UnitId,
    consequence: String,
    note: String,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let step = IntegrityStep::FollowUpConsequence { unit, consequence, note };
    act(app, &allowed.account().into(), id, step, Extras::default()).await
}

/// The cases that this reader may know of, newest first.
///
/// # Errors
/// [`Refusal::Failure`] when what the log commits to is missing or damaged.
pub async fn cases(
    app: &App,
    id: &AppraisalId,
    reader: &AccountId,
) -> Result<Vec<OpenedCase>, Refusal> {
    let world = app.world();
    let register = world.appraisal(id).map(|appraisal| &appraisal.register);
    let mut seen = Vec::new();
    for case in register.into_iter().flat_map(|register| register.cases().rev()) {
        let opened = opened(app, case).await?;
        if !concerns(&world, &opened.file.accused, reader) {
            seen.push(opened);
        }
    }
    Ok(seen)
}

/// One case, if this reader may know of it.
///
/// # Errors
/// [`Refusal::Rejected`] when there is none, or it is about the reader.
pub async fn visible(
    app: &App,
    id: &AppraisalId,
    case: CaseNumber,
    reader: &AccountId,
) -> Result<OpenedCase, Refusal> {
    let world = app.world();
    let unknown = || Rejection::from(IntegrityRejection::UnknownCase { case });
    let known = world.appraisal(id).and_then(|appraisal| appraisal.register.case(case));
    let opened = opened(app, known.ok_or_else(unknown)?).await?;
    if concerns(&world, &opened.file.accused, reader) {
        return Err(unknown().into());
    }
    Ok(opened)
}

/// Whether a case is about this person or about a unit at which the person holds a duty.
fn concerns(world: &World, accused: &Accused, reader: &AccountId) -> bool {
    match accused {
        Accused::Account { account } => account == reader,
        Accused::Unit { unit } => world.account(reader).is_some_and(|known| {
            known.duties.iter().any(|grant| world.is_within(&grant.unit, unit))
        }),
    }
}

async fn opened(app: &App, case: &Case) -> Result<OpenedCase, Refusal> {
    let file = read(app, case.file).await?;
    let report = match &case.state {
        CaseState::Proposed { report, .. } | CaseState::Decided { report, .. } => {
            Some((*report, read(app, *report).await?))
        }
        _ => None,
    };
    let dismissed_because = match &case.state {
        CaseState::Dismissed { grounds } => Some(read(app, *grounds).await?),
        _ => None,
    };
    Ok(OpenedCase { case: case.clone(), file, report, dismissed_because })
}
