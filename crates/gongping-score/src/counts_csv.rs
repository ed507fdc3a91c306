//! Counts from a spreadsheet saved as CSV.
use crate::counts::ScoreInput;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CountsMistakeCode {
    /// The file is not UTF-8.
    NotUtf8,
}

/// One mistake in a counts file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {code:?}")]
pub struct CountsMistake {
    /// 1-based row, the header included.
    pub row: u64,
    /// What is wrong.
    pub code: CountsMistakeCode,
}

/// Reads a counts file.
///
/// # Errors
/// All mistakes.
pub fn read_counts_csv(_bytes: &[u8]) -> Result<ScoreInput, Vec<CountsMistake>> {
    Err(vec![CountsMistake { row: 1, code: CountsMistakeCode::NotUtf8 }])
}
