//! How sure a survey is: standard errors, intervals, confidence sets for places, sample sizes.
//!
//! This is the one crate that computes with floating point, and nothing that it computes reaches a
//! score, a place, the log or the dossier (ADR 0018). It is pure, and the same input gives the same
//! figures on every machine and with every number of threads: it uses only the operations that
//! IEEE 754 fixes and `libm` compiled from Rust.
//!
//! ```text
//! weights, counts, people ──estimate──▶ Estimate ──┬─ cautious, certain ──▶ Interval
//!                                                  └─ Contender ─rank_sets─▶ RankSets ─tiers─▶
//! ```

#![allow(clippy::float_arithmetic, reason = "nothing here reaches a result (ADR 0018)")]

mod bootstrap;
mod distribution;
mod estimate;
mod pairs;
mod plan;
mod rank;

pub use distribution::{normal_quantile, normal_tail, student_quantile};
pub use estimate::{Answers, Estimate, GroupError, GroupSample, Interval, ItemSample, estimate};
pub use plan::{Allocation, PlanError, PlanGroup, SamplePlan, plan_sample};
pub use rank::{Contender, Method, Place, RankSets, Sampling, rank_sets};
