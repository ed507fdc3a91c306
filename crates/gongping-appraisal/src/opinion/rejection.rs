//! Why the rules about opinions say no.

use crate::{ItemId, OpinionId, UnitId};
use serde::{Deserialize, Serialize};

/// A refusal by the rules about opinions; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum OpinionRejection {
    /// Not the public half of an age X25519 key, or not of a duty that may have one here.
    #[error("this is not a public key that this account may register here")]
    BadKey,
    /// The key is somebody else's, or the person has one of the other role.
    #[error("the key is registered already, or the account holds a key of the other role")]
    KeyTaken,
    /// There is no such opinion.
    #[error("there is no opinion {opinion}")]
    UnknownOpinion {
        /// The number.
        opinion: OpinionId,
    },
    /// The rulebook has no such item.
    #[error("the rulebook has no item {item}")]
    UnknownItem {
        /// The id.
        item: ItemId,
    },
    /// The unit is not appraised here.
    #[error("unit {unit} is not appraised here")]
    UnknownUnit {
        /// The id.
        unit: UnitId,
    },
    /// A complaint, or a confidential text, came in open (E3 (6)).
    #[error("this text must be sealed before it leaves the device")]
    MustBeSealed,
    /// The name belongs to a named or confidential opinion, and to no other.
    #[error("the sealed name does not go with what was chosen")]
    IdentityMismatch,
    /// Sealed to people who may not read it, or to nobody (E3 (6)).
    #[error("the opinion is not sealed to those who may read it")]
    WrongRecipients,
    /// The public files over the web, clerks over other channels.
    #[error("this channel is not for whoever files here")]
    WrongChannel,
    /// What a clerk types is read back to the caller first.
    #[error("the text was not read back")]
    NotReadBack,
    /// It has been filed already: the same opinion came twice.
    #[error("this opinion has been filed already, as number {opinion}")]
    AlreadyFiled {
        /// Its number.
        opinion: OpinionId,
    },
    /// Not a state for this step.
    #[error("this cannot be done while the opinion is {state}")]
    WrongState {
        /// Its state.
        state: String,
    },
    /// The account is not among those who may read this opinion.
    #[error("this account is not among those who may handle this opinion")]
    NotAmongThem,
    /// One person cannot be both who asks and who agrees (E3 (6)).
    #[error("whoever asks for the identity cannot be the one who agrees")]
    SamePerson,
    /// Only the level above decides on what was contested or reported (T10).
    #[error("this is decided one level up")]
    NotOneUp,
    /// There is no such report.
    #[error("there is no report {report}")]
    UnknownReport {
        /// Its number.
        report: u32,
    },
}

impl OpinionRejection {
    /// Every refusal with example data.
    pub(crate) fn examples(unit: &UnitId) -> Vec<Self> {
        let opinion = OpinionId(1);
        let item = ItemId::parse("b1").unwrap_or_else(|_| unreachable!("a valid id"));
        vec![
            Self::BadKey,
            Self::KeyTaken,
            Self::UnknownOpinion { opinion },
            Self::UnknownItem { item },
            Self::UnknownUnit { unit: unit.clone() },
            Self::MustBeSealed,
            Self::IdentityMismatch,
            Self::WrongRecipients,
            Self::WrongChannel,
            Self::NotReadBack,
            Self::AlreadyFiled { opinion },
            Self::WrongState { state: "received".to_owned() },
            Self::NotAmongThem,
            Self::SamePerson,
            Self::NotOneUp,
            Self::UnknownReport { report: 1 },
        ]
    }
}
