//! Why the register says no.

use crate::{AccountId, CaseNumber, UnitId};
use serde::{Deserialize, Serialize};

/// A refusal by the rules of the register; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum IntegrityRejection {
    /// There is no such case.
    #[error("there is no case {case}")]
    UnknownCase {
        /// Its number.
        case: CaseNumber,
    },
    /// The case is in another state.
    #[error("case {case} is {state}")]
    WrongState {
        /// Its number.
        case: CaseNumber,
        /// The state's word.
        state: String,
    },
    /// Who proposed a finding does not decide on it.
    #[error("a second person must decide on case {case}")]
    SecondPerson {
        /// Its number.
        case: CaseNumber,
    },
    /// Nobody decides on a case about themselves.
    #[error("case {case} is about the person who wants to decide on it")]
    OwnCase {
        /// Its number.
        case: CaseNumber,
    },
    /// The accused is neither an appraised unit nor a person with an account.
    #[error("a case is about an appraised unit or about a person with an account")]
    UnknownAccused,
    /// The rulebook has no such prohibition.
    #[error("the rulebook has no prohibition {prohibition}")]
    UnknownProhibition {
        /// As it was given.
        prohibition: String,
    },
    /// The rulebook has no such consequence for units.
    #[error("the rulebook has no consequence {consequence} for units")]
    UnknownConsequence {
        /// As it was given.
        consequence: String,
    },
    /// The consequence was confirmed already.
    #[error("{consequence} was confirmed for {unit} already")]
    ConsequenceGiven {
        /// The unit.
        unit: UnitId,
        /// The consequence.
        consequence: String,
    },
    /// Nothing was confirmed that could be followed up.
    #[error("{consequence} was not confirmed for {unit}")]
    ConsequenceNotGiven {
        /// The unit.
        unit: UnitId,
        /// The consequence.
        consequence: String,
    },
    /// A unit with a confirmed breach is neither commended nor exempt (E4).
    #[error("{unit} broke a prohibition and is not commended")]
    Barred {
        /// The unit.
        unit: UnitId,
    },
    /// A person with a confirmed breach takes no further part in the appraisal (E4).
    #[error("{account} broke a prohibition and takes no further part")]
    PersonBarred {
        /// Who.
        account: AccountId,
    },
    /// A line must have 1 to 300 characters.
    #[error("one line of 1 to 300 characters is needed")]
    BadLine,
}

impl IntegrityRejection {
    /// Every refusal with example data; tests use it to see that each has its message.
    #[must_use]
    pub fn examples(unit: &UnitId, account: &AccountId) -> Vec<Self> {
        let (case, text) = (CaseNumber(1), || "x".to_owned());
        vec![
            Self::UnknownCase { case },
            Self::WrongState { case, state: text() },
            Self::SecondPerson { case },
            Self::OwnCase { case },
            Self::UnknownAccused,
            Self::UnknownProhibition { prohibition: text() },
            Self::UnknownConsequence { consequence: text() },
            Self::ConsequenceGiven { unit: unit.clone(), consequence: text() },
            Self::ConsequenceNotGiven { unit: unit.clone(), consequence: text() },
            Self::Barred { unit: unit.clone() },
            Self::PersonBarred { account: account.clone() },
            Self::BadLine,
        ]
    }
}
