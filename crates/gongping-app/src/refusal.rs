//! Why a use case did not happen.

use gongping_appraisal::{BoxId, Rejection};
use gongping_documents::{DocumentMistake, RowMistake};
use gongping_score::RulebookMistake;
use gongping_store::{CommitFailure, StoreFailure};

/// Why a use case did not happen. In every case nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The rules say no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// A sheet was not taken.
    #[error(transparent)]
    Ballot(#[from] BallotRefusal),
    /// What was handed in has not the form it must have.
    #[error("{code}: {args:?}")]
    Input {
        /// The key of the message is `input-` and this.
        code: &'static str,
        /// Data for the message, by name.
        args: Vec<(&'static str, String)>,
    },
    /// A file is not a table of units.
    #[error(transparent)]
    Document(DocumentMistake),
    /// A table of units has mistakes, by row.
    #[error("{} rows have mistakes", .0.len())]
    Rows(Vec<RowMistake>),
    /// A rulebook has mistakes, by line.
    #[error("the rulebook has {} mistakes", .0.len())]
    Rulebook(Vec<RulebookMistake>),
    /// Nobody was logged in.
    #[error(transparent)]
    LogIn(#[from] LogInRefusal),
    /// The world says no.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Why a sheet was not taken. None of its ballots was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BallotRefusal {
    /// There is no such survey, or it has not opened yet.
    #[error("the survey is not open")]
    NotOpen,
    /// The survey has closed.
    #[error("the survey has closed")]
    Closed,
    /// There is no such kind of sheet.
    #[error("there is no such sheet")]
    UnknownSheet,
    /// The sheet must answer for all its units at once, and for no other.
    #[error("the ballots are not those of the sheet")]
    WrongBoxes,
    /// The code is not on the list of the box.
    #[error("the code is not valid for {box_id}")]
    UnknownCode {
        /// The box.
        box_id: BoxId,
    },
    /// The ballot breaks the protocol.
    #[error("the ballot for {box_id} is not well formed: {reason}")]
    Invalid {
        /// The box.
        box_id: BoxId,
        /// Why, in the protocol's words.
        reason: String,
    },
}

impl BallotRefusal {
    /// The key of the message is `ballot-refusal-` and this.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOpen => "not-open",
            Self::Closed => "closed",
            Self::UnknownSheet => "unknown-sheet",
            Self::WrongBoxes => "wrong-boxes",
            Self::UnknownCode { .. } => "unknown-code",
            Self::Invalid { .. } => "invalid",
        }
    }

    /// All codes; a test sees that each has its message.
    pub const CODES: [&'static str; 6] =
        ["not-open", "closed", "unknown-sheet", "wrong-boxes", "unknown-code", "invalid"];
}

/// Why nobody was logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogInRefusal {
    /// Which of the two is not said.
    #[error("the name or the password is wrong")]
    WrongNameOrPassword,
    /// Too many failures from this network for this account.
    #[error("too many attempts; wait {wait_seconds} seconds")]
    TooManyAttempts {
        /// How long, in seconds.
        wait_seconds: u64,
    },
}

/// The world says no: database, disk, or a bug of ours.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreFailure),
    /// Writing was tried several times and met other writers each time.
    #[error("other writers were faster several times in a row")]
    Contention,
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The stored record contradicts itself; `gongping doctor` says where.
    #[error("the record is damaged: {0}")]
    Damaged(String),
    /// We were wrong.
    #[error("internal error: {0}")]
    Bug(String),
}

impl From<StoreFailure> for Refusal {
    fn from(failure: StoreFailure) -> Self {
        Self::Failure(failure.into())
    }
}

impl Refusal {
    /// An input mistake.
    pub(crate) fn input(code: &'static str, args: &[(&'static str, &str)]) -> Self {
        let args = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self::Input { code, args }
    }

    /// All codes of [`Refusal::Input`]; a test sees that each has its message.
    pub const INPUT_CODES: &'static [&'static str] = &[
        "gathering-rows",
        "gathering-number",
        "gathering-text",
        "gathering-no-handler",
        "gathering-no-second",
        "gathering-no-key",
        "sorting-words",
        "changed-meanwhile",
        "key-message",
        "key-answer-other",
        "practice-share",
        "code-list",
        "code-change",
        "share",
        "share-missing",
        "password-weak",
        "clock-backwards",
        "clock-real",
        "opinion-text",
        "opinion-sealed",
    ];
}

impl From<CommitFailure> for Failure {
    fn from(failure: CommitFailure) -> Self {
        match failure {
            CommitFailure::Conflict { .. } | CommitFailure::BoxConflict { .. } => Self::Contention,
            CommitFailure::TrackerTaken { tracker } => {
                Self::Bug(format!("tracker {tracker} was taken"))
            }
            CommitFailure::Entry(error) => Self::Bug(error.to_string()),
            CommitFailure::Store(failure) => Self::Store(failure),
        }
    }
}
