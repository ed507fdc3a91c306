//! Opinions (C2): praise, suggestions and complaints of people about a unit, from intake to answer.
//! Who filed one, and what a confidential one says, is sealed in the filer's browser to named people
//! (E3 (6), (7)); here stand numbers, times, commitments and who may open what. Drawn in
//! `docs/state-machines/opinion.md`.

mod event;
mod queue;
mod readers;
mod rejection;

pub use event::{Channel, Filing, KeyRole, Matter, OpinionEvent, OpinionStep, Outcome, Protection};
pub use readers::Readers;
pub use rejection::OpinionRejection;

use crate::{AccountId, Digest, ItemId, OpinionId, Place, SheetNumber, UnitId};
use jiff::{SignedDuration, Timestamp};
use rpds::RedBlackTreeMapSync;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A handler or second person's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderKey {
    /// What it opens.
    pub role: KeyRole,
    /// The public half, an age X25519 recipient.
    pub recipient: String,
    /// When it was registered.
    pub since: Timestamp,
}

/// To whom an opinion was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTo {
    /// Text and inner layer.
    pub handlers: BTreeSet<AccountId>,
    /// Outer layer.
    pub seconds: BTreeSet<AccountId>,
}

/// How far an opinion has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpinionState {
    /// Nobody has opened it yet.
    Received,
    /// A handler has opened it.
    InHand,
    /// The filer has an answer.
    Answered,
    /// It is closed.
    Closed {
        /// How.
        outcome: Outcome,
        /// Commitment to the grounds.
        grounds: Digest,
    },
    /// The filer does not agree; the level above decides.
    Contested,
}

impl OpinionState {
    /// The state as a word, for tables and translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::InHand => "in_hand",
            Self::Answered => "answered",
            Self::Closed { .. } => "closed",
            Self::Contested => "contested",
        }
    }
}

/// How far the opening of an identity has come (E3 (6)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityState {
    /// Sealed twice, and nobody has asked.
    Sealed,
    /// A handler asks.
    Requested {
        /// Who.
        by: AccountId,
        /// Commitment to the reason.
        reason: Digest,
    },
    /// A second person took off the outer layer.
    Released {
        /// For whom.
        to: AccountId,
        /// Who did.
        by: AccountId,
        /// Commitment to the inner layer.
        inner: Digest,
    },
}

impl IdentityState {
    /// The state as a word, for translation keys.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Requested { .. } => "requested",
            Self::Released { .. } => "released",
        }
    }
}

/// What was said after the filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// Whether the filer said it, or a handler.
    pub by_filer: bool,
    /// Commitment to the sealed text.
    pub text: Digest,
}

/// One opinion: no text, no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Its number.
    pub id: OpinionId,
    /// The unit it is about.
    pub unit: UnitId,
    /// The item, if the filer chose one.
    pub item: Option<ItemId>,
    /// What it is.
    pub matter: Matter,
    /// How it came in.
    pub channel: Channel,
    /// What the filer chose.
    pub protection: Protection,
    /// Whether the text is sealed.
    pub sealed: bool,
    /// When it came in.
    pub received_at: Timestamp,
    /// From when the clock runs: when it came in, or was taken up again.
    pub clock_from: Timestamp,
    /// How far it has come.
    pub state: OpinionState,
    /// Commitment to the text.
    pub content: Digest,
    /// Commitment to the sealed identity.
    pub identity: Option<Digest>,
    /// How far the opening of the identity has come.
    pub identity_state: IdentityState,
    /// SHA-256 of what the filer is found by.
    pub lookup: Digest,
    /// To whom it was sealed.
    pub sealed_to: Arc<SealedTo>,
    /// Commitment to the masked copy, once a handler wrote it.
    pub masked: Option<Digest>,
    /// What was said since.
    pub messages: Vec<Message>,
    /// Whether the filer added something that no handler has opened yet.
    pub has_news: bool,
    /// Rises by one with each change; a form shows which its reader saw.
    pub revision: u64,
}

impl Opinion {
    /// Days until somebody must have answered.
    pub const DAYS_TO_ANSWER: i64 = 15;

    /// When the time to answer ends.
    #[must_use]
    pub fn due_at(&self) -> Timestamp {
        let days = SignedDuration::from_hours(24 * Self::DAYS_TO_ANSWER);
        self.clock_from.checked_add(days).unwrap_or(Timestamp::MAX)
    }

    /// Whether nobody answered in time (T10).
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        matches!(self.state, OpinionState::Received | OpinionState::InHand) && self.due_at() < now
    }

    /// Whether the level above sees it by itself: contested, or silent for too long (T10).
    #[must_use]
    pub fn is_raised(&self, now: Timestamp) -> bool {
        self.state == OpinionState::Contested || self.is_overdue(now)
    }

    /// Commitment to what staff may read of it: the masked copy, or the text that came in open.
    #[must_use]
    pub fn readable(&self) -> Option<Digest> {
        self.masked.or_else(|| (!self.sealed).then_some(self.content))
    }

    /// Whether it waits for a handler.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.has_news || matches!(self.state, OpinionState::Received | OpinionState::InHand)
    }
}

/// A report that somebody was told what to answer (E3 (3), (7)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfluenceReport {
    /// Its number.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// The kind of sheet, if known.
    pub sheet: Option<SheetNumber>,
    /// Who took it up.
    pub taken_up_by: Option<AccountId>,
}

/// The opinions of one appraisal, and the keys of those who read them.
#[derive(Debug, Clone, Default)]
pub struct Opinions {
    opinions: RedBlackTreeMapSync<OpinionId, Opinion>,
    by_lookup: RedBlackTreeMapSync<Digest, OpinionId>,
    keys: RedBlackTreeMapSync<AccountId, ReaderKey>,
    interests: RedBlackTreeMapSync<AccountId, BTreeSet<UnitId>>,
    influence: RedBlackTreeMapSync<u32, InfluenceReport>,
    queues: queue::Queues,
    /// Sets of recipients hardly ever change; opinions share them.
    latest: RedBlackTreeMapSync<UnitId, Arc<SealedTo>>,
}

impl Opinions {
    /// The opinion with this number.
    #[must_use]
    pub fn get(&self, id: OpinionId) -> Option<&Opinion> {
        self.opinions.get(&id)
    }

    /// All opinions, by number: oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Opinion> {
        self.opinions.values()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.opinions.size()
    }

    /// The opinion that was filed under this look-up hash.
    #[must_use]
    pub fn by_lookup(&self, lookup: &Digest) -> Option<&Opinion> {
        self.by_lookup.get(lookup).and_then(|id| self.get(*id))
    }

    /// The number of the next one.
    #[must_use]
    pub fn next_id(&self) -> OpinionId {
        OpinionId(u32::try_from(self.opinions.size()).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// The key of an account.
    #[must_use]
    pub fn key(&self, account: &AccountId) -> Option<&ReaderKey> {
        self.keys.get(account)
    }

    /// All keys, by account.
    pub fn keys(&self) -> impl Iterator<Item = (&AccountId, &ReaderKey)> {
        self.keys.iter()
    }

    /// The units to which an account has declared ties.
    pub fn interests(&self, account: &AccountId) -> impl Iterator<Item = &UnitId> {
        self.interests.get(account).into_iter().flatten()
    }

    /// Whether an account has declared ties to a unit.
    #[must_use]
    pub fn has_interest(&self, account: &AccountId, unit: &UnitId) -> bool {
        self.interests.get(account).is_some_and(|units| units.contains(unit))
    }

    /// The reports of influence on answers, oldest first.
    pub fn influence(&self) -> impl Iterator<Item = &InfluenceReport> {
        self.influence.values()
    }

    /// The report with this number.
    #[must_use]
    pub fn influence_report(&self, number: u32) -> Option<&InfluenceReport> {
        self.influence.get(&number)
    }

    /// The number of the next report.
    #[must_use]
    pub fn next_report(&self) -> u32 {
        u32::try_from(self.influence.size()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Sends an opinion to where it belongs (C5). Whoever has ties there reads it no longer.
    pub(crate) fn route(&mut self, id: OpinionId, place: &Place) {
        if let Some(mut opinion) = self.opinions.get(&id).cloned() {
            opinion.unit.clone_from(&place.unit);
            opinion.item.clone_from(&place.item);
            opinion.revision += 1;
            self.opinions.insert_mut(id, opinion);
        }
    }

    pub(crate) fn evolve(&mut self, event: &OpinionEvent, actor: &AccountId, at: Timestamp) {
        match event {
            OpinionEvent::HandlerKeyRegistered { role, recipient } => {
                let key = ReaderKey { role: *role, recipient: recipient.clone(), since: at };
                self.keys.insert_mut(actor.clone(), key);
            }
            OpinionEvent::InterestDeclared { unit } => {
                let mut units = self.interests.get(actor).cloned().unwrap_or_default();
                units.insert(unit.clone());
                self.interests.insert_mut(actor.clone(), units);
            }
            OpinionEvent::Filed { opinion, filing } => self.file(*opinion, filing, at),
            OpinionEvent::InfluenceReported { report, sheet } => {
                let known =
                    InfluenceReport { number: *report, at, sheet: *sheet, taken_up_by: None };
                self.influence.insert_mut(*report, known);
            }
            OpinionEvent::InfluenceTakenUp { report } => {
                if let Some(mut known) = self.influence.get(report).cloned() {
                    known.taken_up_by = Some(actor.clone());
                    self.influence.insert_mut(*report, known);
                }
            }
            within => {
                let known = within.opinion().and_then(|id| self.opinions.get(&id));
                if let Some(before) = known {
                    let mut opinion = before.clone();
                    opinion.evolve(within, actor, at);
                    self.queues.change(Some(before), &opinion);
                    self.opinions.insert_mut(opinion.id, opinion);
                }
            }
        }
    }

    fn file(&mut self, id: OpinionId, filing: &Filing, at: Timestamp) {
        let sealed_to =
            SealedTo { handlers: filing.handlers.clone(), seconds: filing.seconds.clone() };
        let sealed_to = match self.latest.get(&filing.unit) {
            Some(known) if **known == sealed_to => Arc::clone(known),
            _ => Arc::new(sealed_to),
        };
        self.latest.insert_mut(filing.unit.clone(), Arc::clone(&sealed_to));
        let opinion = Opinion {
            id,
            unit: filing.unit.clone(),
            item: filing.item.clone(),
            matter: filing.matter,
            channel: filing.channel,
            protection: filing.protection,
            sealed: filing.sealed,
            received_at: at,
            clock_from: at,
            state: OpinionState::Received,
            content: filing.content,
            identity: filing.identity,
            identity_state: IdentityState::Sealed,
            lookup: filing.lookup,
            sealed_to,
            masked: None,
            messages: Vec::new(),
            has_news: false,
            revision: 1,
        };
        self.queues.change(None, &opinion);
        self.by_lookup.insert_mut(filing.lookup, id);
        self.opinions.insert_mut(id, opinion);
    }
}

impl Opinion {
    fn evolve(&mut self, event: &OpinionEvent, actor: &AccountId, at: Timestamp) {
        self.revision += 1;
        match event {
            OpinionEvent::TextOpened { .. } => {
                self.has_news = false;
                if self.state == OpinionState::Received {
                    self.state = OpinionState::InHand;
                }
            }
            OpinionEvent::Masked { copy, .. } => self.masked = Some(*copy),
            OpinionEvent::Answered { answer, .. } => {
                self.messages.push(Message { at, by_filer: false, text: *answer });
                self.state = OpinionState::Answered;
            }
            OpinionEvent::Added { addition, .. } => {
                self.messages.push(Message { at, by_filer: true, text: *addition });
                self.has_news = true;
            }
            OpinionEvent::Closed { outcome, grounds, .. } => {
                self.state = OpinionState::Closed { outcome: *outcome, grounds: *grounds };
            }
            OpinionEvent::Contested { .. } => self.state = OpinionState::Contested,
            OpinionEvent::Ruled { reopened: true, .. } => {
                self.state = OpinionState::InHand;
                self.clock_from = at;
            }
            OpinionEvent::Ruled { reopened: false, grounds, .. } => {
                self.state = OpinionState::Closed { outcome: Outcome::Upheld, grounds: *grounds };
            }
            OpinionEvent::IdentityRequested { reason, .. } => {
                self.identity_state =
                    IdentityState::Requested { by: actor.clone(), reason: *reason };
            }
            OpinionEvent::IdentityReleased { inner, .. } => {
                if let IdentityState::Requested { by, .. } = &self.identity_state {
                    self.identity_state = IdentityState::Released {
                        to: by.clone(),
                        by: actor.clone(),
                        inner: *inner,
                    };
                }
            }
            OpinionEvent::IdentityRefused { .. } => self.identity_state = IdentityState::Sealed,
            OpinionEvent::IdentityOpened { .. }
            | OpinionEvent::Filed { .. }
            | OpinionEvent::HandlerKeyRegistered { .. }
            | OpinionEvent::InterestDeclared { .. }
            | OpinionEvent::InfluenceReported { .. }
            | OpinionEvent::InfluenceTakenUp { .. } => {}
        }
    }
}
