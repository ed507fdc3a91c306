//! Gathering and sorting opinions (C2, C5): what may be merged, taken apart and sent on.

use crate::{
    Appraisal, Channel, Context, Digest, Event, Finding, FindingId, FindingState, ItemId, KeyRole,
    Opinion, OpinionId, Place, Rejection, SortingEvent, SortingRejection as No, SortingStep,
    UnitId, World,
};
use std::collections::BTreeSet;

/// The most opinions that one event names: its entry stays small, and a page shows them all.
const MOST_AT_ONCE: usize = 500;

pub(super) fn decide(
    world: &World,
    appraisal: &Appraisal,
    step: SortingStep,
    context: &Context,
) -> Result<Event, Rejection> {
    if appraisal.running().is_none() {
        return Err(appraisal.wrong_stage("open"));
    }
    let desk = Desk { world, appraisal, context };
    let what = match step {
        SortingStep::Gather { channel, record, first, count } => {
            desk.gather(channel, record, first, count)?
        }
        SortingStep::Form { place, opinions, problem } => {
            desk.place(&place)?;
            desk.sortable(&opinions, &place.unit)?;
            let finding = appraisal.findings.next_id();
            SortingEvent::Formed { finding, place, opinions, problem }
        }
        SortingStep::Join { finding: id, opinions } => {
            // Late opinions may join what the unit knows already.
            let finding = desk.finding(id, FindingState::FedBack)?;
            desk.sortable(&opinions, &finding.place.unit)?;
            SortingEvent::Joined { finding: id, opinions }
        }
        SortingStep::TakeOut { finding: id, opinions } => {
            let finding = desk.finding(id, FindingState::Open)?;
            how_many(&opinions)?;
            let missing = opinions.iter().find(|opinion| !finding.opinions.contains(opinion));
            if let Some(opinion) = missing {
                return Err(No::NotInFinding { opinion: *opinion, finding: id }.into());
            }
            if opinions.len() == finding.opinions.len() {
                return Err(No::LastOpinion.into());
            }
            SortingEvent::TakenOut { finding: id, opinions }
        }
        SortingStep::Dissolve { finding } => {
            desk.finding(finding, FindingState::Open)?;
            SortingEvent::Dissolved { finding }
        }
        SortingStep::Reword { finding, item, problem } => {
            desk.finding(finding, FindingState::Open)?;
            desk.item(item.as_ref())?;
            SortingEvent::Reworded { finding, item, problem }
        }
        SortingStep::Route { opinion, place, reason } => desk.route(opinion, place, reason)?,
        SortingStep::KeepApart { one, other } => {
            if one == other {
                return Err(No::OneOpinion.into());
            }
            for id in [one, other] {
                desk.without_ties(&desk.opinion(id)?.unit)?;
            }
            SortingEvent::KeptApart { one, other }
        }
    };
    Ok(Event::Sorting { appraisal: appraisal.id.clone(), what })
}

fn how_many(opinions: &BTreeSet<OpinionId>) -> Result<(), Rejection> {
    if (1..=MOST_AT_ONCE).contains(&opinions.len()) {
        Ok(())
    } else {
        Err(No::HowMany { most: MOST_AT_ONCE }.into())
    }
}

/// Where somebody sorts: what is there, and who acts.
struct Desk<'a> {
    world: &'a World,
    appraisal: &'a Appraisal,
    context: &'a Context,
}

impl<'a> Desk<'a> {
    fn gather(
        &self,
        channel: Channel,
        record: Digest,
        first: OpinionId,
        count: u32,
    ) -> Result<SortingEvent, Rejection> {
        let in_numbers = [Channel::Symposium, Channel::Media, Channel::Import, Channel::Email];
        if !in_numbers.contains(&channel) {
            return Err(No::WrongChannel.into());
        }
        if count == 0 || count as usize > MOST_AT_ONCE {
            return Err(No::HowMany { most: MOST_AT_ONCE }.into());
        }
        // Somebody filed meanwhile: the masked copies that follow would name other opinions.
        if first != self.appraisal.opinions.next_id() {
            return Err(Rejection::ChangedMeanwhile);
        }
        let gathering = self.appraisal.findings.next_gathering();
        Ok(SortingEvent::Gathered { gathering, channel, record, first, count })
    }

    fn route(
        &self,
        id: OpinionId,
        place: Place,
        reason: Digest,
    ) -> Result<SortingEvent, Rejection> {
        let opinion = self.opinion(id)?;
        if self.context.seen.is_some_and(|seen| seen != opinion.revision) {
            return Err(Rejection::ChangedMeanwhile);
        }
        self.without_ties(&opinion.unit)?;
        self.place(&place)?;
        if let Some(finding) = self.appraisal.findings.of_opinion(id) {
            return Err(No::AlreadySorted { opinion: id, finding: finding.id }.into());
        }
        if (&opinion.unit, &opinion.item) == (&place.unit, &place.item) {
            return Err(No::SamePlace { opinion: id }.into());
        }
        Ok(SortingEvent::Routed { opinion: id, place, reason })
    }

    fn opinion(&self, id: OpinionId) -> Result<&'a Opinion, Rejection> {
        self.appraisal.opinions.get(id).ok_or_else(|| No::UnknownOpinion { opinion: id }.into())
    }

    /// The finding, if nobody changed it after the form was shown and it has not gone past `latest`.
    fn finding(&self, id: FindingId, latest: FindingState) -> Result<&'a Finding, Rejection> {
        let finding = self.appraisal.findings.get(id);
        let finding = finding.ok_or(No::UnknownFinding { finding: id })?;
        if finding.state > latest {
            return Err(No::Fixed { stands: finding.state.as_str().to_owned() }.into());
        }
        if self.context.seen.is_some_and(|seen| seen != u64::from(finding.revision)) {
            return Err(Rejection::ChangedMeanwhile);
        }
        self.without_ties(&finding.place.unit)?;
        Ok(finding)
    }

    fn place(&self, place: &Place) -> Result<(), Rejection> {
        if !self.appraisal.units.contains(&place.unit) {
            return Err(No::UnknownUnit { unit: place.unit.clone() }.into());
        }
        self.without_ties(&place.unit)?;
        self.item(place.item.as_ref())
    }

    fn item(&self, item: Option<&ItemId>) -> Result<(), Rejection> {
        let rules = self.appraisal.rulebook().map(|rulebook| &rulebook.rules);
        let known = |id: &ItemId| {
            rules.is_some_and(|rules| rules.items().iter().any(|item| item.id == id.as_str()))
        };
        match item {
            Some(item) if !known(item) => Err(No::UnknownItem { item: item.clone() }.into()),
            _ => Ok(()),
        }
    }

    /// Whoever has ties to a unit sorts nothing about it (A4, E3).
    fn without_ties(&self, unit: &UnitId) -> Result<(), Rejection> {
        let may = self.world.may_read(self.appraisal, unit, KeyRole::Handler, &self.context.actor);
        if may { Ok(()) } else { Err(No::HasTies.into()) }
    }

    /// Opinions about one unit that wait to be sorted and whose words can be read.
    fn sortable(&self, opinions: &BTreeSet<OpinionId>, unit: &UnitId) -> Result<(), Rejection> {
        how_many(opinions)?;
        for id in opinions {
            let opinion = self.opinion(*id)?;
            if let Some(finding) = self.appraisal.findings.of_opinion(*id) {
                return Err(No::AlreadySorted { opinion: *id, finding: finding.id }.into());
            }
            if opinion.unit != *unit {
                return Err(No::OtherUnit { opinion: *id }.into());
            }
            if opinion.readable().is_none() {
                return Err(No::NoCopy { opinion: *id }.into());
            }
        }
        Ok(())
    }
}
