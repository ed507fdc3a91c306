//! Self-inspection (C4): a unit's own report, item by item.

use super::Desk;
use super::content::{ItemReport, Sealer, SelfReport, checked};
use crate::engine::App;
use crate::payload::read;
use crate::refusal::Refusal;
use gongping_appraisal::permission::AnswerForUnit;
use gongping_appraisal::{AppraisalId, ItemId, LedgerStep, OwnProblem, Points, UnitId};
use std::collections::BTreeMap;

/// What a unit says about one item, and whether it is put right.
#[derive(Debug, Clone, Default)]
pub struct OwnFinding {
    /// The report on the item.
    pub report: ItemReport,
    /// What was found and is not put right yet: it becomes an entry of the ledger. Empty if all is.
    pub still_open: String,
}

/// Files the report of a unit about itself. What is still open stands in the ledger from now on.
///
/// # Errors
/// [`Refusal::Input`] when what was checked is not said for every item; [`Refusal::Rejected`].
pub async fn file(
    app: &App,
    desk: &Desk<'_, AnswerForUnit>,
    findings: BTreeMap<ItemId, OwnFinding>,
    points: BTreeMap<String, Points>,
) -> Result<(), Refusal> {
    let unit = desk.allowed.unit().clone();
    let mut sealer = Sealer::default();
    let (mut items, mut problems) = (BTreeMap::new(), Vec::new());
    for (item, own) in findings {
        checked(&own.report.checked)?;
        if !own.still_open.trim().is_empty() {
            let problem = sealer.words(app, desk.id, &own.still_open)?;
            problems.push(OwnProblem { item: item.clone(), problem });
        }
        items.insert(item, own.report);
    }
    let report = SelfReport { appraisal: desk.id.clone(), unit: unit.clone(), items, points };
    let report = sealer.seal(app, &report)?;
    let step = LedgerStep::InspectOneself { unit: unit.clone(), report, problems };
    desk.at_unit(app, Some(&unit), step, sealer.extras).await
}

/// The report of a unit about itself, once filed.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn report(
    app: &App,
    id: &AppraisalId,
    unit: &UnitId,
) -> Result<Option<SelfReport>, Refusal> {
    let world = app.world();
    let known = world.appraisal(id).and_then(|appraisal| appraisal.ledger.self_inspection(unit));
    match known.map(|known| known.report) {
        Some(digest) => Ok(Some(read(app, digest).await?)),
        None => Ok(None),
    }
}
