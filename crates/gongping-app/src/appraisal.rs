//! Planning an appraisal and opening it (A1, C1).

use crate::engine::{Actor, App, Extras};
use crate::refusal::Refusal;
use crate::survey::at_organiser;
use gongping_appraisal::permission::{OpenAppraisal, PlanAppraisal};
use gongping_appraisal::{Allowed, AppraisalId, Calendar, Command, Rejection, Step, UnitId};
use gongping_score::Rulebook;

/// Plans an appraisal by the unit that the permission is for.
///
/// # Errors
/// [`Refusal::Rejected`] when a unit is not one level below, or the year has one already.
pub async fn plan(
    app: &App,
    allowed: Allowed<PlanAppraisal>,
    year: i16,
    title: String,
    units: Vec<UnitId>,
) -> Result<AppraisalId, Refusal> {
    let organiser = allowed.unit().clone();
    let id = AppraisalId::of(year, &organiser).map_err(|_| Rejection::BadName)?;
    let command = Command::PlanAppraisal { organiser, year, title, units };
    app.commit(&allowed.account().into(), vec![command], Extras::default()).await?;
    Ok(id)
}

/// Adopts a rulebook; it may be replaced until the appraisal opens.
///
/// # Errors
/// [`Refusal::Rulebook`] with every mistake of the rulebook.
pub async fn adopt_rulebook(
    app: &App,
    allowed: Allowed<PlanAppraisal>,
    id: &AppraisalId,
    text: String,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    Rulebook::parse(&text).map_err(Refusal::Rulebook)?;
    let actor = Actor { account: allowed.account().clone(), seen };
    app.step(&actor, id, Step::AdoptRulebook { text }).await
}

/// Sets the dates of the phases.
///
/// # Errors
/// [`Refusal::Rejected`] when the dates are out of order.
pub async fn set_calendar(
    app: &App,
    allowed: Allowed<PlanAppraisal>,
    id: &AppraisalId,
    calendar: Calendar,
    seen: Option<u64>,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    let actor = Actor { account: allowed.account().clone(), seen };
    app.step(&actor, id, Step::SetCalendar(calendar)).await
}

/// Opens the appraisal, which freezes its rulebook.
///
/// # Errors
/// [`Refusal::Rejected`] when rulebook or calendar are missing.
pub async fn open(
    app: &App,
    allowed: Allowed<OpenAppraisal>,
    id: &AppraisalId,
) -> Result<(), Refusal> {
    at_organiser(&app.world(), &allowed, id)?;
    app.step(&allowed.account().into(), id, Step::Open).await
}
