//! What the rules of an appraisal let happen and what they refuse, told through commands alone.
#![allow(clippy::unwrap_used, reason = "helpers of tests: a panic is the failing test")]

mod area;
mod drawing;
mod inspection;
mod integrity;
mod journey;
mod ledger;
mod ledger_property;
mod many_boxes;
mod opinion;
mod permission;
mod preparation;
mod property;
mod refusal;
mod signature;
mod sorting;
mod story;
