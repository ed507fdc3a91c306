//! The planner: the margin is kept, and by no more ballots than needed.

#![allow(clippy::float_arithmetic, reason = "tests of a crate with floating point")]

use gongping_uncertainty::{Allocation, PlanError, PlanGroup, plan_sample};

fn group(weight: f64, people: Option<u64>, cost: f64, deviation: f64) -> PlanGroup {
    PlanGroup { weight, people, cost, deviation, minimum: 1 }
}

#[test]
fn one_group_needs_what_the_formula_says() {
    // n = (1.96 · 20 ÷ 2)² = 384.15
    let plan = plan_sample(&[group(1.0, None, 1.0, 20.0)], 2.0, 0.05, Allocation::Neyman);
    assert_eq!(plan.map(|plan| plan.ballots), Ok(vec![385]));
    // n ÷ (1 + n ÷ N) = 277.54 for N = 1,000
    let plan = plan_sample(&[group(1.0, Some(1_000), 1.0, 20.0)], 2.0, 0.05, Allocation::Neyman);
    assert_eq!(plan.map(|plan| plan.ballots), Ok(vec![278]));
}

#[test]
fn neyman_costs_no_more_than_by_weight() {
    let groups =
        [group(0.5, None, 1.0, 20.0), group(0.3, Some(400), 9.0, 5.0), group(0.2, None, 2.0, 12.0)];
    let plan = |allocation| plan_sample(&groups, 1.5, 0.05, allocation).expect("a plan");
    let (neyman, by_weight) = (plan(Allocation::Neyman), plan(Allocation::Proportional));
    assert!(neyman.margin <= 1.5 && by_weight.margin <= 1.5);
    assert!(neyman.cost < by_weight.cost);
}

#[test]
fn nobody_is_asked_twice_and_minimums_are_kept() {
    let mut groups = [group(0.5, Some(30), 1.0, 20.0), group(0.5, None, 1.0, 0.5)];
    groups[1].minimum = 40;
    let plan = plan_sample(&groups, 0.1, 0.05, Allocation::Neyman).expect("a plan");
    assert_eq!(plan.ballots[0], 30);
    assert!(plan.ballots[1] >= 40 && plan.margin <= 0.1);
}

#[test]
fn what_is_no_number_is_refused() {
    let bad = group(1.0, None, 0.0, 20.0);
    assert_eq!(plan_sample(&[bad], 2.0, 0.05, Allocation::Neyman), Err(PlanError::Number));
    assert_eq!(plan_sample(&[], 2.0, 0.05, Allocation::Neyman), Err(PlanError::NoGroups));
    assert_eq!(PlanGroup::worst((50.0, 90.0)), 20.0);
}
