//! Discipline (E3, E4): the register of the eight prohibitions, from suspicion to a decision of two
//! persons, and the consequences that people confirm after publication (E1, E2). A suspicion is
//! nobody's business but the register's: what it says stands behind a commitment, and the log names
//! somebody only when a breach is confirmed. Drawn in `docs/state-machines/integrity.md`.

mod event;
mod rejection;

pub use event::{Accused, CaseOutcome, IntegrityEvent, IntegrityStep};
pub use rejection::IntegrityRejection;

use crate::{AccountId, AppraisalId, CaseNumber, Digest, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a suspicion became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseSource {
    /// Somebody reported it.
    Report,
    /// An alarm of the software, looked at by a person.
    Alarm,
    /// The appraisal's own people came upon it.
    Observation,
    /// Another body passed it on.
    Referral,
}

impl CaseSource {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Report, Self::Alarm, Self::Observation, Self::Referral];

    /// The word in forms and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Alarm => "alarm",
            Self::Observation => "observation",
            Self::Referral => "referral",
        }
    }
}

/// What is suspected: kept outside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// Whom it is about.
    pub accused: Accused,
    /// Which prohibition: the id of a veto of the rulebook.
    pub prohibition: String,
    /// How it became known.
    pub source: CaseSource,
    /// What is said to have happened. Never who said it.
    pub what: String,
}

/// What the inquiry found: kept outside the log, and exactly this is decided upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReport {
    /// The appraisal.
    pub appraisal: AppraisalId,
    /// The case.
    pub case: CaseNumber,
    /// What is proposed.
    pub outcome: CaseOutcome,
    /// What is established, and by which evidence.
    pub established: String,
    /// What the accused said to it.
    pub heard: String,
}

/// How far a case has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// Nobody looks into it yet.
    Opened,
    /// It does not belong here.
    Dismissed {
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// Somebody looks into it.
    Inquiry {
        /// Who.
        by: AccountId,
    },
    /// A second person is awaited.
    Proposed {
        /// Who looked into it.
        by: AccountId,
        /// Commitment to the report.
        report: Digest,
    },
    /// Two persons have decided.
    Decided {
        /// Who looked into it.
        proposed_by: AccountId,
        /// Who decided.
        decided_by: AccountId,
        /// Commitment to the report.
        report: Digest,
        /// What was found.
        outcome: CaseOutcome,
        /// When.
        at: Timestamp,
    },
}

impl CaseState {
    /// The state as a word, for tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Dismissed { .. } => "dismissed",
            Self::Inquiry { .. } => "inquiry",
            Self::Proposed { .. } => "proposed",
            Self::Decided { .. } => "decided",
        }
    }

    /// Whether somebody has still to act.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Opened | Self::Inquiry { .. } | Self::Proposed { .. })
    }
}

/// One case of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub number: CaseNumber,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Commitment to what is suspected.
    pub file: Digest,
    /// How far it has come.
    pub state: CaseState,
    /// Rises by one with each change; a form shows which its reader saw.
    pub revision: u64,
}

/// A consequence that the office confirmed (E1, E2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedConsequence {
    /// Who confirmed it.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// On what grounds.
    pub grounds: String,
    /// What was done since, oldest first.
    pub followed_up: Vec<(Timestamp, String)>,
}

/// The register of one appraisal, and the consequences of its result.
#[derive(Debug, Clone, Default)]
pub struct Register {
    cases: BTreeMap<CaseNumber, Case>,
    consequences: BTreeMap<(UnitId, String), ConfirmedConsequence>,
}

impl Register {
    /// All cases, by number.
    pub fn cases(&self) -> impl DoubleEndedIterator<Item = &Case> {
        self.cases.values()
    }

    /// The case with this number.
    #[must_use]
    pub fn case(&self, number: CaseNumber) -> Option<&Case> {
        self.cases.get(&number)
    }

    /// The number that the next case gets.
    #[must_use]
    pub fn next_case(&self) -> CaseNumber {
        CaseNumber(self.cases.keys().next_back().map_or(1, |last| last.0 + 1))
    }

    /// The confirmed breaches, in the order of their cases.
    pub fn confirmed(&self) -> impl Iterator<Item = (CaseNumber, &Accused, &str)> {
        self.cases.values().filter_map(|case| match &case.state {
            CaseState::Decided {
                outcome: CaseOutcome::Confirmed { accused, prohibition }, ..
            } => Some((case.number, accused, prohibition.as_str())),
            _ => None,
        })
    }

    /// The prohibitions that each unit broke: what the score takes into account (E4).
    #[must_use]
    pub fn breaches(&self) -> BTreeMap<UnitId, BTreeSet<String>> {
        let mut breaches: BTreeMap<UnitId, BTreeSet<String>> = BTreeMap::new();
        for (_, accused, prohibition) in self.confirmed() {
            if let Accused::Unit { unit } = accused {
                breaches.entry(unit.clone()).or_default().insert(prohibition.to_owned());
            }
        }
        breaches
    }

    /// Whether a person broke a prohibition and takes no further part (E4).
    #[must_use]
    pub fn is_barred(&self, account: &AccountId) -> bool {
        self.confirmed().any(|(_, accused, _)| {
            matches!(accused, Accused::Account { account: known } if known == account)
        })
    }

    /// The confirmed consequences: unit, id of the consequence, and what is known of it.
    pub fn consequences(&self) -> impl Iterator<Item = (&UnitId, &str, &ConfirmedConsequence)> {
        self.consequences.iter().map(|((unit, id), known)| (unit, id.as_str(), known))
    }

    /// One confirmed consequence.
    #[must_use]
    pub fn consequence(&self, unit: &UnitId, id: &str) -> Option<&ConfirmedConsequence> {
        self.consequences.get(&(unit.clone(), id.to_owned()))
    }

    pub(crate) fn evolve(&mut self, event: &IntegrityEvent, actor: &AccountId, at: Timestamp) {
        match event {
            IntegrityEvent::CaseOpened { case, file } => {
                let state = CaseState::Opened;
                let opened = Case { number: *case, opened_at: at, file: *file, state, revision: 1 };
                self.cases.insert(*case, opened);
            }
            IntegrityEvent::ConsequenceConfirmed { unit, consequence, grounds } => {
                let confirmed = ConfirmedConsequence {
                    by: actor.clone(),
                    at,
                    grounds: grounds.clone(),
                    followed_up: Vec::new(),
                };
                self.consequences.insert((unit.clone(), consequence.clone()), confirmed);
            }
            IntegrityEvent::ConsequenceFollowedUp { unit, consequence, note } => {
                let key = (unit.clone(), consequence.clone());
                if let Some(known) = self.consequences.get_mut(&key) {
                    known.followed_up.push((at, note.clone()));
                }
            }
            IntegrityEvent::CaseDismissed { case, .. }
            | IntegrityEvent::InquiryBegun { case }
            | IntegrityEvent::FindingProposed { case, .. }
            | IntegrityEvent::FindingReturned { case, .. }
            | IntegrityEvent::FindingDecided { case, .. } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.evolve(event, actor, at);
                }
            }
        }
    }
}

impl Case {
    fn evolve(&mut self, event: &IntegrityEvent, actor: &AccountId, at: Timestamp) {
        self.revision += 1;
        let state = match (event, &self.state) {
            (IntegrityEvent::CaseDismissed { grounds, .. }, _) => {
                CaseState::Dismissed { grounds: *grounds }
            }
            (IntegrityEvent::InquiryBegun { .. }, _) => CaseState::Inquiry { by: actor.clone() },
            (IntegrityEvent::FindingProposed { report, .. }, _) => {
                CaseState::Proposed { by: actor.clone(), report: *report }
            }
            (IntegrityEvent::FindingReturned { .. }, CaseState::Proposed { by, .. }) => {
                CaseState::Inquiry { by: by.clone() }
            }
            (
                IntegrityEvent::FindingDecided { report, outcome, .. },
                CaseState::Proposed { by, .. },
            ) => CaseState::Decided {
                proposed_by: by.clone(),
                decided_by: actor.clone(),
                report: *report,
                outcome: outcome.clone(),
                at,
            },
            _ => return,
        };
        self.state = state;
    }
}
