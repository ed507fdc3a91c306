//! The key holders (C9): the ceremony in which they make the key of the boxes, and the rehearsal
//! in which they show that they can open one.
//!
//! Messages are those of the ballot protocol, as exact text; whoever hands one to [`crate::decide`]
//! has checked its proofs, and a verifier checks them again.

use crate::{AccountId, Duty, Event};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The three bodies that each hold a key of the sealed boxes (C9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySeat {
    /// 办公室
    Office,
    /// 统计局
    Statistics,
    /// 纠风办
    Conduct,
}

impl KeySeat {
    /// All seats, in the order of the trustees in each box.
    pub const ALL: [Self; 3] = [Self::Office, Self::Statistics, Self::Conduct];

    /// The word in URLs and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Statistics => "statistics",
            Self::Conduct => "conduct",
        }
    }

    /// The key holder's number in the ballot protocol, from 1.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Office => 1,
            Self::Statistics => 2,
            Self::Conduct => 3,
        }
    }

    /// The duty that fills the seat.
    #[must_use]
    pub const fn duty(self) -> Duty {
        match self {
            Self::Office => Duty::OfficeDirector,
            Self::Statistics => Duty::StatisticsBureau,
            Self::Conduct => Duty::ConductOffice,
        }
    }
}

/// The rounds of the key ceremony. Each begins when all holders have handed in the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRound {
    /// Each shows a certificate of the own secret.
    Certificate,
    /// Each sends every other a sealed piece.
    Polynomial,
    /// Each checks the pieces and shows the verification key that follows.
    Output,
}

impl KeyRound {
    /// All rounds in order.
    pub const ALL: [Self; 3] = [Self::Certificate, Self::Polynomial, Self::Output];

    /// The word in translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Polynomial => "polynomial",
            Self::Output => "output",
        }
    }
}

/// Where a key holder keeps the secret. Both are asked for at the rehearsal, since one may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// The file, protected by a passphrase.
    File,
    /// The printed sheet.
    Sheet,
}

impl Medium {
    /// Both.
    pub const ALL: [Self; 2] = [Self::File, Self::Sheet];

    /// The word in translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Sheet => "sheet",
        }
    }
}

/// An item of the practice box's archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticeItem {
    /// Its name in the archive.
    pub name: String,
    /// Its exact text.
    pub text: String,
}

/// The rehearsal: a practice box under the real key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// The practice box up to its encrypted tally.
    pub items: Vec<PracticeItem>,
    /// Shares by seat and medium.
    pub shares: BTreeMap<(KeySeat, Medium), String>,
    /// What came out, once it was opened.
    pub outcome: Option<Vec<Vec<u64>>>,
}

impl Rehearsal {
    /// The seats that have shown both media.
    #[must_use]
    pub fn shown(&self) -> BTreeSet<KeySeat> {
        let shown = |seat: &KeySeat| {
            Medium::ALL.iter().all(|medium| self.shares.contains_key(&(*seat, *medium)))
        };
        KeySeat::ALL.into_iter().filter(shown).collect()
    }
}

/// What a seat has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyTurn {
    /// Hand in what this round asks for.
    Message(KeyRound),
    /// Give shares of the practice box from these media.
    Rehearse(Vec<Medium>),
    /// Wait for these seats.
    Wait(Vec<KeySeat>),
}

/// The key holders and how far they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// How many of them open a box.
    pub threshold: u32,
    /// The account that fills each seat: the one that handed in its certificate.
    pub holders: BTreeMap<KeySeat, AccountId>,
    /// What was handed in.
    pub messages: BTreeMap<KeyRound, BTreeMap<KeySeat, String>>,
    /// The rehearsal, once the key is there.
    pub rehearsal: Option<Rehearsal>,
}

impl Ceremony {
    /// One that has not begun.
    #[must_use]
    pub const fn new(threshold: u32) -> Self {
        Self { threshold, holders: BTreeMap::new(), messages: BTreeMap::new(), rehearsal: None }
    }

    /// The round that waits for somebody; `None` when all are done and the key is there.
    #[must_use]
    pub fn round(&self) -> Option<KeyRound> {
        KeyRound::ALL.into_iter().find(|round| !self.awaited(*round).is_empty())
    }

    /// The seats that have not handed in anything for this round.
    #[must_use]
    pub fn awaited(&self, round: KeyRound) -> Vec<KeySeat> {
        let given = |seat: &KeySeat| self.message(round, *seat).is_some();
        KeySeat::ALL.into_iter().filter(|seat| !given(seat)).collect()
    }

    /// What a seat handed in for a round.
    #[must_use]
    pub fn message(&self, round: KeyRound, seat: KeySeat) -> Option<&str> {
        self.messages.get(&round)?.get(&seat).map(String::as_str)
    }

    /// What all seats handed in for a round, in their order; `None` while one is missing.
    #[must_use]
    pub fn complete(&self, round: KeyRound) -> Option<Vec<&str>> {
        KeySeat::ALL.into_iter().map(|seat| self.message(round, seat)).collect()
    }

    /// What a seat has to do now.
    #[must_use]
    pub fn turn(&self, seat: KeySeat) -> KeyTurn {
        if let Some(round) = self.round() {
            return match self.message(round, seat) {
                Some(_) => KeyTurn::Wait(self.awaited(round)),
                None => KeyTurn::Message(round),
            };
        }
        let shares = self.rehearsal.iter().flat_map(|known| known.shares.keys());
        let shown: Vec<Medium> =
            shares.filter(|(of, _)| *of == seat).map(|(_, medium)| *medium).collect();
        let due: Vec<Medium> =
            Medium::ALL.into_iter().filter(|medium| !shown.contains(medium)).collect();
        if !due.is_empty() {
            return KeyTurn::Rehearse(due);
        }
        let shown = self.rehearsal.as_ref().map(Rehearsal::shown).unwrap_or_default();
        KeyTurn::Wait(KeySeat::ALL.into_iter().filter(|seat| !shown.contains(seat)).collect())
    }

    /// Whether the practice box has been opened.
    #[must_use]
    pub fn is_rehearsed(&self) -> bool {
        self.rehearsal.as_ref().is_some_and(|rehearsal| rehearsal.outcome.is_some())
    }

    pub(crate) fn evolve(&mut self, event: &Event, actor: &AccountId) {
        match event {
            Event::KeyMessageGiven { seat, round, message, .. } => {
                if *round == KeyRound::Certificate {
                    self.holders.insert(*seat, actor.clone());
                }
                self.messages.entry(*round).or_default().insert(*seat, message.clone());
            }
            Event::KeysRestarted { .. } => *self = Self::new(self.threshold),
            Event::PracticeBoxMade { items, .. } => {
                let (items, shares) = (items.clone(), BTreeMap::new());
                self.rehearsal = Some(Rehearsal { items, shares, outcome: None });
            }
            Event::PracticeShareGiven { seat, medium, share, .. } => {
                if let Some(rehearsal) = &mut self.rehearsal {
                    rehearsal.shares.insert((*seat, *medium), share.clone());
                }
            }
            Event::PracticeBoxOpened { outcome, .. } => {
                if let Some(rehearsal) = &mut self.rehearsal {
                    rehearsal.outcome = Some(outcome.clone());
                }
            }
            _ => {}
        }
    }
}
