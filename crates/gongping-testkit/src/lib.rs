//! What tests of several crates share. A dev-dependency only: nothing here is ever shipped.

mod app;
pub mod postgres;
mod survey;

pub use app::{RULEBOOK, TestApp, UNITS, survey_opens, unit};
pub use survey::{all_of_grade, post_of, survey_closes};
