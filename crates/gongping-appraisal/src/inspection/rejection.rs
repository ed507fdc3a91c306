//! Why the rules about a group that votes by member say no.

use serde::{Deserialize, Serialize};

/// A refusal by the rules about blind scoring and the members' vote; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum InspectionRejection {
    /// The quorum is half of the members or fewer, or more than all.
    #[error("the quorum must lie between {least} and {most}")]
    Quorum {
        /// The fewest.
        least: u16,
        /// The most.
        most: u16,
    },
    /// Members and quorum stand once sheets have been compared.
    #[error("members and quorum of the group stand while it decides")]
    GroupFixed,
    /// In a group with a quorum each member votes from the own account.
    #[error("the members vote from their own accounts")]
    VoteByMember,
    /// The group has no quorum yet: it was formed under earlier rules.
    #[error("inspection group {group} has no quorum yet")]
    NoQuorum {
        /// The number.
        group: u16,
    },
    /// The inspection is at another state than this needs.
    #[error("the inspection is {inspection_state}: this cannot be done now")]
    State {
        /// Its state.
        inspection_state: String,
    },
    /// So few sheets are in that the group could not vote.
    #[error("{sheets} sheets are in, and {quorum} are needed")]
    TooFewSheets {
        /// How many.
        sheets: usize,
        /// The quorum.
        quorum: u16,
    },
    /// The report is not carried.
    #[error("{votes_for} for, {votes_against} against, {absent} missing, quorum {quorum}")]
    NotCarried {
        /// For.
        votes_for: usize,
        /// Against.
        votes_against: usize,
        /// Have not voted.
        absent: usize,
        /// The quorum.
        quorum: u16,
    },
}

impl InspectionRejection {
    /// Every refusal with example data.
    pub(crate) fn examples() -> Vec<Self> {
        vec![
            Self::Quorum { least: 2, most: 3 },
            Self::GroupFixed,
            Self::VoteByMember,
            Self::NoQuorum { group: 1 },
            Self::State { inspection_state: "voting".to_owned() },
            Self::TooFewSheets { sheets: 1, quorum: 2 },
            Self::NotCarried { votes_for: 1, votes_against: 1, absent: 1, quorum: 2 },
        ]
    }
}
