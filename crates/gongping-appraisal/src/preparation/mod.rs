//! Preparation (A2, C1, C2): the plans of the levels below, the roster of a level, and the register
//! of channels by which people can say something. Texts and names of persons are not here: events
//! carry commitments to them. Drawn in `docs/state-machines/preparation.md`.

mod channel;
mod event;
mod plan;
mod rejection;
mod roster;

pub use channel::{ChannelKind, PublicChannel};
pub use event::{PreparationEvent, PreparationStep};
pub use plan::{LocalPlan, PlanState};
pub use rejection::PreparationRejection;
pub use roster::{Appointment, RosterPost};

use crate::{AccountId, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;
use rpds::RedBlackTreeMapSync;

/// A post at a unit, and who holds it.
type Seat = (UnitId, RosterPost, AccountId);

/// What has been prepared for one appraisal.
#[derive(Debug, Clone, Default)]
pub struct Preparation {
    plans: RedBlackTreeMapSync<UnitId, LocalPlan>,
    roster: RedBlackTreeMapSync<Seat, Appointment>,
    channels: RedBlackTreeMapSync<u32, PublicChannel>,
}

impl Preparation {
    /// The plan of a unit.
    #[must_use]
    pub fn plan(&self, unit: &UnitId) -> Option<&LocalPlan> {
        self.plans.get(unit)
    }

    /// All plans, by unit.
    pub fn plans(&self) -> impl Iterator<Item = &LocalPlan> {
        self.plans.values()
    }

    /// Who holds which post at a unit, in the order of posts.
    pub fn roster<'a>(
        &'a self,
        unit: &'a UnitId,
    ) -> impl Iterator<Item = (RosterPost, &'a AccountId, &'a Appointment)> {
        let held = self.roster.iter().filter(move |((at, ..), _)| at == unit);
        held.map(|((_, post, account), appointment)| (*post, account, appointment))
    }

    /// The appointment of an account to a post.
    #[must_use]
    pub fn appointment(
        &self,
        unit: &UnitId,
        post: RosterPost,
        account: &AccountId,
    ) -> Option<&Appointment> {
        self.roster.get(&(unit.clone(), post, account.clone()))
    }

    /// The channel with this number.
    #[must_use]
    pub fn channel(&self, number: u32) -> Option<&PublicChannel> {
        self.channels.get(&number)
    }

    /// All channels, by number.
    pub fn channels(&self) -> impl Iterator<Item = &PublicChannel> {
        self.channels.values()
    }

    /// The channels that are open on a day.
    pub fn channels_on(&self, day: Date) -> impl Iterator<Item = &PublicChannel> {
        self.channels().filter(move |channel| channel.is_open_on(day))
    }

    /// The number of the next channel.
    #[must_use]
    pub fn next_channel(&self) -> u32 {
        u32::try_from(self.channels.size()).unwrap_or(u32::MAX).saturating_add(1)
    }

    pub(crate) fn evolve(
        &mut self,
        event: &PreparationEvent,
        actor: &AccountId,
        at: Timestamp,
        today: Date,
    ) {
        match event {
            PreparationEvent::Appointed { unit, post, account, on, document, name } => {
                let (document, name) = (document.clone(), *name);
                let appointment = Appointment { on: *on, document, name };
                self.roster.insert_mut((unit.clone(), *post, account.clone()), appointment);
            }
            PreparationEvent::Dismissed { unit, post, account, .. } => {
                self.roster.remove_mut(&(unit.clone(), *post, account.clone()));
            }
            PreparationEvent::ChannelListed { channel } => {
                let number = self.next_channel();
                self.channels.insert_mut(number, PublicChannel { number, ..channel.clone() });
            }
            PreparationEvent::ChannelEnded { channel, on } => {
                if let Some(known) = self.channels.get(channel) {
                    let ended = PublicChannel { until: Some(*on), ..known.clone() };
                    self.channels.insert_mut(*channel, ended);
                }
            }
            PreparationEvent::PlanDrafted { unit, calendar, content } => {
                let before = self.plans.get(unit);
                let plan = LocalPlan::drafted(before, unit, calendar, *content, actor);
                self.plans.insert_mut(unit.clone(), plan);
            }
            PreparationEvent::PlanFiled { unit, .. }
            | PreparationEvent::PlanReturned { unit, .. }
            | PreparationEvent::PlanAccepted { unit, .. } => {
                if let Some(plan) = self.plans.get(unit) {
                    let mut plan = plan.clone();
                    plan.evolve(event, actor, at, today);
                    self.plans.insert_mut(unit.clone(), plan);
                }
            }
        }
    }
}
