//! Why a command failed: the cause, and what to do.

use crate::installation::InstallationFailure;
use gongping_app::Refusal;
use std::path::PathBuf;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandFailure {
    /// The folder.
    #[error(transparent)]
    Installation(#[from] InstallationFailure),
    /// A use case.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The address.
    #[error("{address}: {why}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        why: String,
    },
}

impl CommandFailure {
    /// What to do, in a sentence.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => Some("换一个端口 · try another port: --listen 127.0.0.1:8700"),
            Self::Installation(InstallationFailure::Absent(_)) => {
                Some("用 gongping demo 建立练习省份 · make a practice province with: gongping demo")
            }
            _ => None,
        }
    }
}
