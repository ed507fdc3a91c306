//! The ranking (C9, D1–D5): drawn up from the open boxes and the signed reports, then signed.

use crate::engine::{App, Extras, digest_of};
use crate::refusal::{Failure, Refusal};
use crate::session::confirm_password;
use crate::survey::at_organiser;
use crate::{inspection, tally};
use gongping_appraisal::permission::{
    DraftRanking, SignRankingForOffice, SignRankingForStatistics,
};
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, BoxId, Digest, InspectionReport, Ranking, Rejection,
    Signatory, Step, UnitId,
};
use gongping_score::ScoreReport;
use gongping_verify::{BoxTally, score_report};
use std::collections::BTreeMap;

/// For which body somebody signs the ranking.
pub enum SignRanking {
    /// The office.
    Office(Allowed<SignRankingForOffice>),
    /// The statistics bureau.
    Statistics(Allowed<SignRankingForStatistics>),
}

/// Draws up the ranking. A new draft replaces an unsigned one.
///
/// # Errors
/// [`Refusal::Rejected`] while boxes are shut or reports unsigned.
pub async fn draft(
    app: &App,
    allowed: Allowed<DraftRanking>,
    id: &AppraisalId,
) -> Result<(), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    let report = compute(app, appraisal).await?;
    let opening = app.opening(report.to_json().into_bytes());
    let digest = digest_of(&opening.commitment());
    let extras = Extras::keeping(opening);
    let step = Step::DraftRanking { report: digest };
    app.steps_with(&allowed.account().into(), id, vec![step], extras).await
}

async fn compute(app: &App, appraisal: &Appraisal) -> Result<ScoreReport, Refusal> {
    let open = appraisal.running().ok_or_else(|| Rejection::WrongStage {
        needed: "tallied".to_owned(),
        stage: appraisal.stage_word().to_owned(),
    })?;
    let (tallies, reports) = (tallies(app, appraisal).await?, reports(app, appraisal).await?);
    let breaches = appraisal.register.breaches();
    score_report(&open.rulebook.rules, &appraisal.units, &tallies, &reports, &breaches)
        .map_err(|error| Failure::Bug(error.to_string()).into())
}

async fn tallies(app: &App, appraisal: &Appraisal) -> Result<BTreeMap<BoxId, BoxTally>, Refusal> {
    let mut counts = tally::counts(app, appraisal).await?;
    let boxes = appraisal.running().and_then(|open| open.survey.boxes());
    let tallies = boxes.into_iter().flatten().map(|(id, state)| {
        (id.clone(), BoxTally { counted: state.counted, counts: counts.remove(id) })
    });
    Ok(tallies.collect())
}

async fn reports(
    app: &App,
    appraisal: &Appraisal,
) -> Result<BTreeMap<UnitId, InspectionReport>, Refusal> {
    let mut reports = BTreeMap::new();
    for unit in &appraisal.units {
        if let Some((_, report)) = inspection::report(app, &appraisal.id, unit).await? {
            reports.insert(unit.clone(), report);
        }
    }
    Ok(reports)
}

/// Signs the ranking that was seen; the log-in password is asked for again.
///
/// # Errors
/// [`Refusal::LogIn`] when the password is wrong; [`Refusal::Rejected`] when the ranking was
/// drawn up anew meanwhile.
pub async fn sign(
    app: &App,
    allowed: SignRanking,
    id: &AppraisalId,
    report: Digest,
    password: &str,
) -> Result<(), Refusal> {
    let world = app.world();
    let (signatory, account) = match &allowed {
        SignRanking::Office(allowed) => {
            at_organiser(&world, allowed, id)?;
            (Signatory::Office, allowed.account())
        }
        SignRanking::Statistics(allowed) => {
            at_organiser(&world, allowed, id)?;
            (Signatory::Statistics, allowed.account())
        }
    };
    confirm_password(app, account, password).await?;
    app.step(&account.into(), id, Step::SignRanking { signatory, report }).await
}

/// The score report with the commitment to it, once drawn up. Show it to the public only after
/// publication.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn report(app: &App, id: &AppraisalId) -> Result<Option<(Digest, ScoreReport)>, Refusal> {
    let world = app.world();
    let ranking = world.appraisal(id).and_then(Appraisal::running).map(|open| &open.ranking);
    let Some(digest) = ranking.and_then(Ranking::report) else { return Ok(None) };
    let opening = app.opened(digest).await?;
    let damaged = |what: String| Failure::Damaged(format!("{digest}: {what}"));
    let text = std::str::from_utf8(opening.bytes()).map_err(|error| damaged(error.to_string()))?;
    let report = ScoreReport::from_json(text).map_err(|error| damaged(error.to_string()))?;
    Ok(Some((digest, report)))
}
