//! Findings (C5, C6): what one or many opinions say is wrong at a unit. Opinions keep their
//! identity: a finding names them, and each can be taken out again. Drawn in
//! `docs/state-machines/appraisal.md`.

use crate::{Digest, FindingId, ItemId, OpinionId, UnitId};
use rpds::{HashTrieMapSync, HashTrieSetSync, RedBlackTreeMapSync};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where something belongs: a unit, and an item of the rulebook if one fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The unit that is spoken of.
    pub unit: UnitId,
    /// The item (B1–B8); none while nobody has said.
    pub item: Option<ItemId>,
}

/// One problem at one unit, from one or many opinions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// Where it belongs.
    pub place: Place,
    /// The opinions that say it. Empty only once dissolved.
    pub opinions: BTreeSet<OpinionId>,
    /// Commitment to the problem in masked words.
    pub problem: Digest,
    /// Rises by one with each change; a form shows which its reader saw.
    pub revision: u32,
    /// How far it has come.
    pub state: FindingState,
}

/// How far a finding has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingState {
    /// Opinions are still being sorted into it.
    Open,
    /// The unit has it in a feedback letter (C5); opinions may still join, but none leaves.
    FedBack,
    /// It was undone: its opinions wait to be sorted again.
    Dissolved,
}

impl FindingState {
    /// The state as a word, for tables and translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::FedBack => "fed_back",
            Self::Dissolved => "dissolved",
        }
    }
}

/// The findings of one appraisal, and how its opinions are sorted.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    findings: RedBlackTreeMapSync<FindingId, Finding>,
    of_opinion: HashTrieMapSync<OpinionId, FindingId>,
    routed: HashTrieMapSync<OpinionId, Place>,
    apart: HashTrieSetSync<(OpinionId, OpinionId)>,
}

impl Findings {
    /// The finding with this id.
    #[must_use]
    pub fn get(&self, id: FindingId) -> Option<&Finding> {
        self.findings.get(&id)
    }

    /// All findings, by id; also those that were dissolved.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    /// What stands against a unit, by id: all but the dissolved ones.
    pub fn of_unit<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a Finding> {
        self.all().filter(move |finding| {
            finding.place.unit == *unit && finding.state != FindingState::Dissolved
        })
    }

    /// The finding that an opinion was sorted into; none while it waits.
    #[must_use]
    pub fn of_opinion(&self, opinion: OpinionId) -> Option<&Finding> {
        self.of_opinion.get(&opinion).and_then(|id| self.get(*id))
    }

    /// Where an opinion was routed to; none if it still belongs where it was filed.
    #[must_use]
    pub fn routed(&self, opinion: OpinionId) -> Option<&Place> {
        self.routed.get(&opinion)
    }

    /// Whether somebody said that two opinions do not say the same.
    #[must_use]
    pub fn are_apart(&self, one: OpinionId, other: OpinionId) -> bool {
        self.apart.contains(&(one.min(other), one.max(other)))
    }

    /// Notes that units have these findings in a feedback letter (C5).
    pub fn feed_back(&mut self, ids: impl IntoIterator<Item = FindingId>) {
        for id in ids {
            self.change(id, |finding| finding.state = FindingState::FedBack);
        }
    }

    fn change(&mut self, id: FindingId, change: impl FnOnce(&mut Finding)) {
        if let Some(finding) = self.findings.get(&id) {
            let mut finding = finding.clone();
            finding.revision += 1;
            change(&mut finding);
            self.findings.insert_mut(id, finding);
        }
    }
}
