//! Findings (C5, C6): what one or many opinions say is wrong at a unit. Opinions keep their
//! identity: a finding names them, and each can be taken out again. Drawn in
//! `docs/state-machines/sorting.md`.

mod event;
mod rejection;

pub use event::{GatheringId, SortingEvent, SortingStep};
pub use rejection::SortingRejection;

use crate::{Channel, Digest, FindingId, ItemId, OpinionId, UnitId};
use jiff::Timestamp;
use rpds::{RedBlackTreeMapSync, RedBlackTreeSetSync};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Bound;

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

/// How far a finding has come, in the order in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    of_opinion: RedBlackTreeMapSync<OpinionId, FindingId>,
    /// What waits to be sorted, so that a page of it does not go through all opinions.
    waiting: RedBlackTreeMapSync<UnitId, RedBlackTreeSetSync<OpinionId>>,
    apart: RedBlackTreeSetSync<(OpinionId, OpinionId)>,
    gatherings: RedBlackTreeMapSync<GatheringId, Gathering>,
}

/// What brought many opinions at once: the minutes of a symposium, a clipping, a table, e-mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathering {
    /// Its number.
    pub id: GatheringId,
    /// Which way they came.
    pub channel: Channel,
    /// Commitment to what is known of it: place, strata and numbers, outlet and date, file.
    pub record: Digest,
    /// The first of its opinions; the others follow it without gaps.
    pub first: OpinionId,
    /// How many there are.
    pub count: u32,
    /// When it was entered.
    pub at: Timestamp,
}

impl Findings {
    /// The finding with this id.
    #[must_use]
    pub fn get(&self, id: FindingId) -> Option<&Finding> {
        self.findings.get(&id)
    }

    /// All findings, by id; also those that were dissolved.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Finding> {
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

    /// The opinions about a unit that wait to be sorted, oldest first, after `above` if given.
    pub fn waiting(
        &self,
        unit: &UnitId,
        above: Option<OpinionId>,
    ) -> impl Iterator<Item = OpinionId> + '_ {
        let from = above.map_or(Bound::Unbounded, Bound::Excluded);
        let known = self.waiting.get(unit).into_iter();
        known.flat_map(move |waiting| waiting.range((from, Bound::Unbounded)).copied())
    }

    /// How many opinions about a unit wait to be sorted.
    #[must_use]
    pub fn waiting_count(&self, unit: &UnitId) -> usize {
        self.waiting.get(unit).map_or(0, RedBlackTreeSetSync::size)
    }

    /// The number of the next finding.
    #[must_use]
    pub fn next_id(&self) -> FindingId {
        FindingId(following(self.findings.size()))
    }

    /// The gatherings, in the order in which they were entered.
    pub fn gatherings(&self) -> impl DoubleEndedIterator<Item = &Gathering> {
        self.gatherings.values()
    }

    /// The gathering with this number.
    #[must_use]
    pub fn gathering(&self, id: GatheringId) -> Option<&Gathering> {
        self.gatherings.get(&id)
    }

    /// The number of the next gathering.
    #[must_use]
    pub fn next_gathering(&self) -> GatheringId {
        GatheringId(following(self.gatherings.size()))
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

    pub(crate) fn evolve(&mut self, event: &SortingEvent, at: Timestamp) {
        match event {
            SortingEvent::Gathered { gathering: id, channel, record, first, count } => {
                let (id, first) = (*id, *first);
                let known =
                    Gathering { id, channel: *channel, record: *record, first, count: *count, at };
                self.gatherings.insert_mut(id, known);
            }
            SortingEvent::Formed { finding: id, place, opinions, problem } => {
                let finding = Finding {
                    id: *id,
                    place: place.clone(),
                    opinions: opinions.clone(),
                    problem: *problem,
                    revision: 1,
                    state: FindingState::Open,
                };
                self.findings.insert_mut(*id, finding);
                self.sort_into(*id, opinions);
            }
            SortingEvent::Joined { finding: id, opinions } => {
                self.change(*id, |finding| finding.opinions.extend(opinions));
                self.sort_into(*id, opinions);
            }
            SortingEvent::TakenOut { finding: id, opinions } => {
                self.change(*id, |finding| {
                    finding.opinions.retain(|opinion| !opinions.contains(opinion));
                });
                self.unsort(*id, opinions);
            }
            SortingEvent::Dissolved { finding: id } => {
                let opinions = self.get(*id).map(|known| known.opinions.clone());
                self.change(*id, |finding| {
                    finding.opinions.clear();
                    finding.state = FindingState::Dissolved;
                });
                self.unsort(*id, &opinions.unwrap_or_default());
            }
            SortingEvent::Reworded { finding: id, item, problem } => {
                self.change(*id, |finding| {
                    finding.place.item.clone_from(item);
                    finding.problem = *problem;
                });
            }
            SortingEvent::KeptApart { one, other } => {
                self.apart.insert_mut((*one.min(other), *one.max(other)));
            }
            // The opinion itself says where it belongs.
            SortingEvent::Routed { .. } => {}
        }
    }

    /// An opinion came in, or goes to another unit: it waits there.
    pub(crate) fn wait(&mut self, unit: &UnitId, opinions: impl IntoIterator<Item = OpinionId>) {
        let mut waiting = self.waiting.get(unit).cloned().unwrap_or_default();
        opinions.into_iter().for_each(|opinion| waiting.insert_mut(opinion));
        self.waiting.insert_mut(unit.clone(), waiting);
    }

    /// Opinions wait at a unit no longer.
    pub(crate) fn wait_no_more(&mut self, unit: &UnitId, opinions: &BTreeSet<OpinionId>) {
        if let Some(mut waiting) = self.waiting.get(unit).cloned() {
            for opinion in opinions {
                waiting.remove_mut(opinion);
            }
            self.waiting.insert_mut(unit.clone(), waiting);
        }
    }

    fn sort_into(&mut self, id: FindingId, opinions: &BTreeSet<OpinionId>) {
        for opinion in opinions {
            self.of_opinion.insert_mut(*opinion, id);
        }
        if let Some(unit) = self.get(id).map(|finding| finding.place.unit.clone()) {
            self.wait_no_more(&unit, opinions);
        }
    }

    fn unsort(&mut self, id: FindingId, opinions: &BTreeSet<OpinionId>) {
        for opinion in opinions {
            self.of_opinion.remove_mut(opinion);
        }
        if let Some(unit) = self.get(id).map(|finding| finding.place.unit.clone()) {
            self.wait(&unit, opinions.iter().copied());
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

fn following(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX).saturating_add(1)
}
