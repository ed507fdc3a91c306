//! What preparation waits for.

use crate::staff::task::{Collector, rule};
use gongping_appraisal::{Level, LocalPlan, Permission as _, PlanState, UnitId, permission};
use std::collections::BTreeSet;

/// The tasks of an appraisal: plans that the units owe, and plans that wait for the office (C1).
pub(crate) fn tasks(collector: &mut Collector<'_>) {
    let (appraisal, world) = (collector.appraisal, collector.world);
    let Some(frame) = appraisal.calendar().filter(|_| appraisal.published().is_none()) else {
        return;
    };
    let due = Some(LocalPlan::due(frame));
    // Where nobody can act for a unit, only the list of plans names it.
    let open = world.accounts().filter(|account| account.active);
    let writers: BTreeSet<&UnitId> = open
        .flat_map(|account| &account.duties)
        .filter(|grant| permission::DraftPlan::RULE.duties.contains(&grant.duty))
        .map(|grant| &grant.unit)
        .collect();
    let mut filed = 0;
    for unit in &appraisal.units {
        let organises = world.unit(unit).is_some_and(|unit| unit.level != Level::Window);
        if !organises || !writers.contains(unit) {
            continue;
        }
        let code = match appraisal.preparation.plan(unit).map(|plan| &plan.state) {
            None => "draft-plan",
            Some(PlanState::Draft { .. }) => "file-plan",
            Some(PlanState::Returned { .. }) => "mend-plan",
            Some(PlanState::Filed { .. }) => {
                filed += 1;
                continue;
            }
            Some(PlanState::Accepted { .. }) => continue,
        };
        collector.add(code, rule::<permission::DraftPlan>(), &format!("plans/{unit}"), due);
        collector.at(unit);
    }
    let review = rule::<permission::ReviewPlans>();
    collector.counted("review-plans", filed, review, "plans", due);
}
