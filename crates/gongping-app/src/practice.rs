//! Practice mode: an installation whose people and answers are simulated, with a clock that can
//! be set forward. Nothing here exists in a real installation.

use crate::clock::ClockRefusal;
use crate::engine::App;
use crate::refusal::{Failure, Refusal};
use jiff::Timestamp;
use std::path::PathBuf;

/// What makes an installation a practice one.
#[derive(Debug, Clone)]
pub struct Practice {
    /// The password of every practice account; printed wherever people log in.
    pub password: String,
    /// The folder with practice codes and practice keys.
    pub folder: PathBuf,
}

/// A code that a practice respondent may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeCode {
    /// The appraisal.
    pub appraisal: String,
    /// The code, as printed on a slip.
    pub code: String,
}

/// Sets the practice clock forward.
///
/// # Errors
/// [`Refusal::Input`] when the time lies in the past, or this is no practice installation.
pub fn set_clock(app: &App, to: Timestamp) -> Result<(), Refusal> {
    if app.practice().is_none() {
        return Err(Refusal::input("clock-real", &[]));
    }
    app.clock().advance_to(to).map_err(|refusal| match refusal {
        ClockRefusal::Real => Refusal::input("clock-real", &[]),
        ClockRefusal::Backwards => {
            Refusal::input("clock-backwards", &[("now", &app.now().to_string())])
        }
        ClockRefusal::NotKept => Failure::Bug(refusal.to_string()).into(),
    })
}

/// Codes that are left for people to try.
///
/// # Errors
/// [`Refusal::Failure`] when the folder cannot be read.
pub fn spare_codes(app: &App) -> Result<Vec<PracticeCode>, Refusal> {
    let Some(practice) = app.practice() else { return Ok(Vec::new()) };
    let path = practice.folder.join("codes.csv");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => {
            return Err(Failure::File { path: path.display().to_string(), source }.into());
        }
    };
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    Ok(rows
        .map(|(appraisal, code)| PracticeCode {
            appraisal: appraisal.to_owned(),
            code: code.to_owned(),
        })
        .collect())
}
