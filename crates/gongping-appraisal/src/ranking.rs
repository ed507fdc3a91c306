//! The ranking (C9): drafted from the sealed tally, signed by two bodies, then published.

use crate::{AccountId, Digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The two bodies that sign the survey plan and the ranking (A5, C9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signatory {
    /// 民主评议政风行风领导小组办公室
    Office,
    /// 本级统计局
    Statistics,
}

impl Signatory {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Office, Self::Statistics];

    /// The word in URLs and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Statistics => "statistics",
        }
    }
}

/// How far the ranking has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ranking {
    /// Not drawn up yet.
    Absent,
    /// Drawn up; waiting for signatures. A new draft clears them.
    Drafted {
        /// Commitment to the exact score report.
        report: Digest,
        /// Who has signed, for which body.
        signed: BTreeMap<Signatory, AccountId>,
    },
    /// Both have signed; may be published.
    Signed {
        /// Commitment to the exact score report.
        report: Digest,
        /// Who signed, for which body.
        signed: BTreeMap<Signatory, AccountId>,
    },
}

impl Ranking {
    /// The stage as a word, for tables and translation keys.
    #[must_use]
    pub const fn stage(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Drafted { .. } => "drafted",
            Self::Signed { .. } => "signed",
        }
    }

    /// The commitment to the report, once there is one.
    #[must_use]
    pub const fn report(&self) -> Option<Digest> {
        match self {
            Self::Absent => None,
            Self::Drafted { report, .. } | Self::Signed { report, .. } => Some(*report),
        }
    }

    /// The signatures given so far.
    #[must_use]
    pub const fn signed(&self) -> Option<&BTreeMap<Signatory, AccountId>> {
        match self {
            Self::Absent => None,
            Self::Drafted { signed, .. } | Self::Signed { signed, .. } => Some(signed),
        }
    }
}
