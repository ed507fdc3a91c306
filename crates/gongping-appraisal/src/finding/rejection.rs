//! Why the rules about sorting say no.

use crate::{FindingId, ItemId, OpinionId, UnitId};
use serde::{Deserialize, Serialize};

/// A refusal by the rules about gathering and sorting; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum SortingRejection {
    /// There is no such opinion.
    #[error("there is no opinion {opinion}")]
    UnknownOpinion {
        /// The number.
        opinion: OpinionId,
    },
    /// There is no such finding.
    #[error("there is no finding {finding}")]
    UnknownFinding {
        /// The number.
        finding: FindingId,
    },
    /// The unit is not appraised here.
    #[error("unit {unit} is not appraised here")]
    UnknownUnit {
        /// The id.
        unit: UnitId,
    },
    /// The rulebook has no such item.
    #[error("the rulebook has no item {item}")]
    UnknownItem {
        /// The id.
        item: ItemId,
    },
    /// Somebody has sorted this opinion already.
    #[error("opinion {opinion} is in finding {finding} already")]
    AlreadySorted {
        /// The opinion.
        opinion: OpinionId,
        /// Where it is.
        finding: FindingId,
    },
    /// The opinion is not in this finding.
    #[error("opinion {opinion} is not in finding {finding}")]
    NotInFinding {
        /// The opinion.
        opinion: OpinionId,
        /// The finding.
        finding: FindingId,
    },
    /// Opinions about other units cannot stand in one finding.
    #[error("opinion {opinion} is about another unit")]
    OtherUnit {
        /// The opinion.
        opinion: OpinionId,
    },
    /// The text is sealed and has no masked copy, so that nobody can know what it says.
    #[error("opinion {opinion} has no masked copy yet")]
    NoCopy {
        /// The opinion.
        opinion: OpinionId,
    },
    /// None, or more than one entry of the log holds.
    #[error("between 1 and {most} opinions can be taken at once")]
    HowMany {
        /// The most.
        most: usize,
    },
    /// The unit has the finding in a feedback letter, or it was dissolved.
    #[error("the finding is {stands}: this cannot be changed any more")]
    Fixed {
        /// Its state.
        stands: String,
    },
    /// The last opinion is not taken out; the finding is dissolved.
    #[error("a finding keeps one opinion at least, or is dissolved")]
    LastOpinion,
    /// It belongs there already.
    #[error("opinion {opinion} belongs there already")]
    SamePlace {
        /// The opinion.
        opinion: OpinionId,
    },
    /// One opinion is not two.
    #[error("two different opinions are needed")]
    OneOpinion,
    /// The account has declared ties to the unit, or holds a duty there (A4).
    #[error("this account has ties to the unit")]
    HasTies,
    /// This channel brings one opinion at a time.
    #[error("opinions do not come in numbers this way")]
    WrongChannel,
}

impl SortingRejection {
    /// Every refusal with example data.
    pub(crate) fn examples(unit: &UnitId) -> Vec<Self> {
        let (opinion, finding) = (OpinionId(1), FindingId(1));
        let item = ItemId::parse("B1").unwrap_or_else(|_| unreachable!("a valid id"));
        vec![
            Self::UnknownOpinion { opinion },
            Self::UnknownFinding { finding },
            Self::UnknownUnit { unit: unit.clone() },
            Self::UnknownItem { item },
            Self::AlreadySorted { opinion, finding },
            Self::NotInFinding { opinion, finding },
            Self::OtherUnit { opinion },
            Self::NoCopy { opinion },
            Self::HowMany { most: 500 },
            Self::Fixed { stands: "fed_back".to_owned() },
            Self::LastOpinion,
            Self::SamePlace { opinion },
            Self::OneOpinion,
            Self::HasTies,
            Self::WrongChannel,
        ]
    }
}
