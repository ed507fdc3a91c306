//! What waits for whom, kept while opinions change: every page of the staff counts it, and a province
//! has a hundred thousand opinions.

use super::{IdentityState, Opinion, OpinionState, Opinions};
use crate::OpinionId;
use jiff::Timestamp;
use rpds::RedBlackTreeSetSync;

/// Opinions by what they wait for.
#[derive(Debug, Clone, Default)]
pub(super) struct Queues {
    /// For a handler, by the end of the time to answer.
    waiting: RedBlackTreeSetSync<(Timestamp, OpinionId)>,
    /// Without any answer, likewise.
    silent: RedBlackTreeSetSync<(Timestamp, OpinionId)>,
    /// For the level above.
    contested: RedBlackTreeSetSync<OpinionId>,
    /// For a second person.
    asking: RedBlackTreeSetSync<OpinionId>,
}

impl Queues {
    /// Takes the change of one opinion into account.
    pub(super) fn change(&mut self, before: Option<&Opinion>, after: &Opinion) {
        if let Some(before) = before {
            self.waiting.remove_mut(&(before.due_at(), before.id));
            self.silent.remove_mut(&(before.due_at(), before.id));
            self.contested.remove_mut(&before.id);
            self.asking.remove_mut(&before.id);
        }
        if after.is_waiting() {
            self.waiting.insert_mut((after.due_at(), after.id));
        }
        if matches!(after.state, OpinionState::Received | OpinionState::InHand) {
            self.silent.insert_mut((after.due_at(), after.id));
        }
        if after.state == OpinionState::Contested {
            self.contested.insert_mut(after.id);
        }
        if matches!(after.identity_state, IdentityState::Requested { .. }) {
            self.asking.insert_mut(after.id);
        }
    }
}

impl Opinions {
    /// How many wait for a handler.
    #[must_use]
    pub fn waiting_count(&self) -> usize {
        self.queues.waiting.size()
    }

    /// When the first of those must have been answered.
    #[must_use]
    pub fn waiting_due(&self) -> Option<Timestamp> {
        self.queues.waiting.first().map(|(due, _)| *due)
    }

    /// When the first of those without any answer becomes overdue, or did (T10).
    #[must_use]
    pub fn overdue_from(&self) -> Option<Timestamp> {
        self.queues.silent.first().map(|(due, _)| *due)
    }

    /// How many wait for the level above because the filer does not agree (T10).
    #[must_use]
    pub fn contested_count(&self) -> usize {
        self.queues.contested.size()
    }

    /// Those in which a handler asks for an identity, by number.
    pub fn asking(&self) -> impl Iterator<Item = &Opinion> {
        self.queues.asking.iter().filter_map(|id| self.get(*id))
    }
}
