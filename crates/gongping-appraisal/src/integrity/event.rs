//! What happens in the register of the eight prohibitions, and to the consequences of a result.

use crate::{AccountId, CaseNumber, Digest, UnitId};
use serde::{Deserialize, Serialize};

/// Whom a case is about (E4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Accused {
    /// An appraised unit: a confirmed breach fails it for the year.
    Unit {
        /// Which.
        unit: UnitId,
    },
    /// A person with an account: an appraiser, an inspector, or one of the organiser's staff.
    Account {
        /// Which.
        account: AccountId,
    },
}

/// What two persons found (E3, E4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum CaseOutcome {
    /// Nothing was found against anybody; nobody is named.
    Unfounded,
    /// A breach is established.
    Confirmed {
        /// By whom.
        accused: Accused,
        /// Of which prohibition: the id of a veto of the rulebook.
        prohibition: String,
    },
}

impl CaseOutcome {
    /// The outcome as a word, for tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unfounded => "unfounded",
            Self::Confirmed { .. } => "confirmed",
        }
    }
}

/// What happened. Suspicions stay behind commitments; only a confirmed breach names somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum IntegrityEvent {
    /// A case was opened (E3).
    CaseOpened {
        /// Its number.
        case: CaseNumber,
        /// Commitment to what is suspected, of whom, and how it became known.
        file: Digest,
    },
    /// It does not belong into this register, or nothing in it can be looked into.
    CaseDismissed {
        /// Which.
        case: CaseNumber,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Somebody took up the inquiry.
    InquiryBegun {
        /// Which.
        case: CaseNumber,
    },
    /// The inquirer laid the report before a second person.
    FindingProposed {
        /// Which.
        case: CaseNumber,
        /// Commitment to the report.
        report: Digest,
    },
    /// The second person sent it back.
    FindingReturned {
        /// Which.
        case: CaseNumber,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The second person decided as the inquirer proposed.
    FindingDecided {
        /// Which.
        case: CaseNumber,
        /// What exactly was seen.
        report: Digest,
        /// What was found.
        outcome: CaseOutcome,
    },
    /// The office confirmed a consequence of the published result (E1, E2).
    ConsequenceConfirmed {
        /// For which unit.
        unit: UnitId,
        /// The id of a consequence of the rulebook.
        consequence: String,
        /// On what grounds, in one line, as published.
        grounds: String,
    },
    /// What became of a consequence was noted.
    ConsequenceFollowedUp {
        /// For which unit.
        unit: UnitId,
        /// The id of the consequence.
        consequence: String,
        /// What was done, in one line, as published.
        note: String,
    },
}

/// What somebody wants to happen. See the [`IntegrityEvent`] of the same matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntegrityStep {
    /// Open a case.
    OpenCase {
        /// Commitment to what is suspected.
        file: Digest,
    },
    /// Dismiss a case.
    DismissCase {
        /// Which.
        case: CaseNumber,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Take up the inquiry.
    BeginInquiry {
        /// Which.
        case: CaseNumber,
    },
    /// Lay the report before a second person.
    ProposeFinding {
        /// Which.
        case: CaseNumber,
        /// Commitment to the report.
        report: Digest,
    },
    /// Send it back.
    ReturnFinding {
        /// Which.
        case: CaseNumber,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Decide as proposed.
    DecideFinding {
        /// Which.
        case: CaseNumber,
        /// What was seen.
        report: Digest,
        /// What it says.
        outcome: CaseOutcome,
    },
    /// Confirm a consequence.
    ConfirmConsequence {
        /// For which unit.
        unit: UnitId,
        /// Which.
        consequence: String,
        /// On what grounds.
        grounds: String,
    },
    /// Note what became of it.
    FollowUpConsequence {
        /// For which unit.
        unit: UnitId,
        /// Which.
        consequence: String,
        /// What was done.
        note: String,
    },
}

impl IntegrityEvent {
    /// What the event commits to.
    #[must_use]
    pub const fn commitment(&self) -> Option<Digest> {
        match self {
            Self::CaseOpened { file: digest, .. }
            | Self::CaseDismissed { grounds: digest, .. }
            | Self::FindingProposed { report: digest, .. }
            | Self::FindingReturned { grounds: digest, .. } => Some(*digest),
            Self::InquiryBegun { .. }
            | Self::FindingDecided { .. }
            | Self::ConsequenceConfirmed { .. }
            | Self::ConsequenceFollowedUp { .. } => None,
        }
    }

    /// The case it is about, if it is about one.
    #[must_use]
    pub const fn case(&self) -> Option<CaseNumber> {
        match self {
            Self::CaseOpened { case, .. }
            | Self::CaseDismissed { case, .. }
            | Self::InquiryBegun { case }
            | Self::FindingProposed { case, .. }
            | Self::FindingReturned { case, .. }
            | Self::FindingDecided { case, .. } => Some(*case),
            Self::ConsequenceConfirmed { .. } | Self::ConsequenceFollowedUp { .. } => None,
        }
    }

    /// The step that it answers.
    #[must_use]
    pub fn step(self) -> IntegrityStep {
        match self {
            Self::CaseOpened { file, .. } => IntegrityStep::OpenCase { file },
            Self::CaseDismissed { case, grounds } => IntegrityStep::DismissCase { case, grounds },
            Self::InquiryBegun { case } => IntegrityStep::BeginInquiry { case },
            Self::FindingProposed { case, report } => {
                IntegrityStep::ProposeFinding { case, report }
            }
            Self::FindingReturned { case, grounds } => {
                IntegrityStep::ReturnFinding { case, grounds }
            }
            Self::FindingDecided { case, report, outcome } => {
                IntegrityStep::DecideFinding { case, report, outcome }
            }
            Self::ConsequenceConfirmed { unit, consequence, grounds } => {
                IntegrityStep::ConfirmConsequence { unit, consequence, grounds }
            }
            Self::ConsequenceFollowedUp { unit, consequence, note } => {
                IntegrityStep::FollowUpConsequence { unit, consequence, note }
            }
        }
    }
}
