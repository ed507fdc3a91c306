//! What tests of several crates share. A dev-dependency only: nothing here is ever shipped.

mod app;
pub mod postgres;

pub use app::{RULEBOOK, TestApp, UNITS, survey_opens, unit};
