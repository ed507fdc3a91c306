//! Feedback, self-inspection and rectification (C4–C7): what units are told, what they find
//! themselves, and how each thing is put right. Drawn in `docs/state-machines/ledger.md`.

mod clock;
mod entry;
mod event;
mod evolve;
mod letter;
mod rejection;

pub use clock::{
    ANSWER_DAYS, AT_ONCE_DAYS, LONGEST_DAYS, RECURRENCE_DAYS, RULE_DAYS, SILENCE_DAYS, SeenBy,
    Turn, VERIFY_DAYS, days_after,
};
pub use entry::{
    CallBack, Claim, Ending, EntryRef, EntryState, Evidence, EvidenceKind, ExtensionWish,
    LedgerEntry, Manner, NewEvidence, Proofs, Relapse, Setbacks, Source, Undertaking, Verification,
};
pub use event::{LedgerEvent, LedgerStep, OwnProblem};
pub use letter::{Attitude, Letter, LetterState, Meeting, SelfInspection};
pub use rejection::LedgerRejection;

use crate::{EntryId, FindingId, ItemId, LetterId, UnitId};
use jiff::civil::Date;
use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};

/// The ledger of one appraisal, its feedback letters and the reports of its units.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: RedBlackTreeMapSync<EntryId, LedgerEntry>,
    of_unit: RedBlackTreeSetSync<(UnitId, EntryId)>,
    letters: RedBlackTreeMapSync<LetterId, Letter>,
    letter_of: RedBlackTreeMapSync<FindingId, LetterId>,
    self_inspections: RedBlackTreeMapSync<UnitId, SelfInspection>,
}

impl Ledger {
    /// The entry with this number.
    #[must_use]
    pub fn get(&self, id: EntryId) -> Option<&LedgerEntry> {
        self.entries.get(&id)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.size()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries, by number.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &LedgerEntry> {
        self.entries.values()
    }

    /// The entries of one unit, by number.
    pub fn of_unit<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a LedgerEntry> {
        let from = (unit.clone(), EntryId(0));
        let until = (unit.clone(), EntryId(u32::MAX));
        self.of_unit.range(from..=until).filter_map(|(_, id)| self.get(*id))
    }

    /// The number of the next entry.
    #[must_use]
    pub fn next_id(&self) -> EntryId {
        EntryId(following(self.entries.size()))
    }

    /// The letter with this number.
    #[must_use]
    pub fn letter(&self, id: LetterId) -> Option<&Letter> {
        self.letters.get(&id)
    }

    /// All letters, by number.
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = &Letter> {
        self.letters.values()
    }

    /// The number of the next letter.
    #[must_use]
    pub fn next_letter(&self) -> LetterId {
        LetterId(following(self.letters.size()))
    }

    /// The letter in which a finding stands.
    #[must_use]
    pub fn letter_of(&self, finding: FindingId) -> Option<LetterId> {
        self.letter_of.get(&finding).copied()
    }

    /// The report of a unit about itself.
    #[must_use]
    pub fn self_inspection(&self, unit: &UnitId) -> Option<&SelfInspection> {
        self.self_inspections.get(unit)
    }

    /// All reports, by unit.
    pub fn self_inspections(&self) -> impl Iterator<Item = (&UnitId, &SelfInspection)> {
        self.self_inspections.iter()
    }

    /// The entry about the same item at the same unit that was put right last, if that was less
    /// than a year before `today` (C6).
    #[must_use]
    pub fn put_right_lately(
        &self,
        unit: &UnitId,
        item: &ItemId,
        today: Date,
    ) -> Option<&LedgerEntry> {
        let lately = |entry: &&LedgerEntry| {
            let on = entry.put_right_on();
            on.is_some_and(|on| today <= days_after(on, RECURRENCE_DAYS))
        };
        let from = (unit.clone(), EntryId(0));
        let until = (unit.clone(), EntryId(u32::MAX));
        let entries = self.of_unit.range(from..=until).filter_map(|(_, id)| self.get(*id));
        entries
            .filter(|entry| entry.item.as_ref() == Some(item))
            .filter(lately)
            .max_by_key(|entry| (entry.put_right_on(), entry.id))
    }
}

fn following(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX).saturating_add(1)
}
