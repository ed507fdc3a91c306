//! The rectification ledger (C6): what a unit may do, and what somebody else must do.

use super::letter;
use crate::{
    AT_ONCE_DAYS, Appraisal, CallBack, Context, Digest, Duty, EntryId, EntryRef, EntryState, Event,
    ItemId, LONGEST_DAYS, LedgerEntry, LedgerEvent, LedgerRejection as No, LedgerStep, Manner,
    OpinionId, RECURRENCE_DAYS, Rejection, Source, Undertaking, UnitId, World, days_after,
};
use jiff::civil::Date;

/// So many filers are called back at most before an entry is closed; all, if there are fewer.
const CALLS: usize = 10;

pub(super) fn decide(
    world: &World,
    appraisal: &Appraisal,
    step: LedgerStep,
    context: &Context,
) -> Result<Event, Rejection> {
    if appraisal.running().is_none() {
        return Err(appraisal.wrong_stage("open"));
    }
    let desk = Desk { world, appraisal, context };
    let what = match step {
        LedgerStep::Open { unit, item, source, problem, other_cause } => {
            desk.open(unit, item, source, problem, other_cause)?
        }
        LedgerStep::Recur { entry, source, problem } => desk.recur(entry, source, problem)?,
        by_unit @ (LedgerStep::Accept { .. }
        | LedgerStep::Start { .. }
        | LedgerStep::AddEvidence { .. }
        | LedgerStep::Claim { .. }
        | LedgerStep::Dispute { .. }
        | LedgerStep::AskExtension { .. }) => desk.by_unit(by_unit)?,
        LedgerStep::Verify { entry, minute } => {
            let known = desk.entry(entry)?;
            desk.independent(known)?;
            let EntryState::Claimed(_) = &known.state else { return Err(wrong_state(known)) };
            LedgerEvent::Verified { entry, minute }
        }
        LedgerStep::Return { entry, reason, was_false } => {
            let known = desk.entry(entry)?;
            desk.independent(known)?;
            let EntryState::Claimed(_) = &known.state else { return Err(wrong_state(known)) };
            LedgerEvent::Returned { entry, reason, was_false }
        }
        LedgerStep::CallBack { entry, opinion, answer, note } => {
            desk.call_back(entry, opinion, answer, note)?
        }
        LedgerStep::Close { entry } => desk.close(entry)?,
        LedgerStep::Reopen { entry, grounds } => {
            let known = desk.entry(entry)?;
            desk.independent(known)?;
            if known.state.verification().is_none() {
                return Err(wrong_state(known));
            }
            LedgerEvent::Reopened { entry, grounds }
        }
        LedgerStep::Rule { entry, stands, grounds } => {
            let known = desk.entry(entry)?;
            let EntryState::Disputed { .. } = &known.state else { return Err(wrong_state(known)) };
            if !world.is_one_up(appraisal, &known.unit, &context.actor) {
                return Err(No::NotOneUp.into());
            }
            desk.independent(known)?;
            LedgerEvent::Ruled { entry, stands, grounds }
        }
        LedgerStep::DecideExtension { entry, granted } => {
            let known = desk.entry(entry)?;
            desk.independent(known)?;
            known.state.wish().ok_or(No::NoWish)?;
            LedgerEvent::ExtensionDecided { entry, granted }
        }
        of_letter => letter::decide(&desk, of_letter)?,
    };
    Ok(Event::Ledger { appraisal: appraisal.id.clone(), what })
}

fn wrong_state(entry: &LedgerEntry) -> Rejection {
    No::EntryState { entry_state: entry.state.as_str().to_owned() }.into()
}

/// Where somebody acts: what is there, and who acts.
pub(super) struct Desk<'a> {
    pub(super) world: &'a World,
    pub(super) appraisal: &'a Appraisal,
    pub(super) context: &'a Context,
}

impl<'a> Desk<'a> {
    /// The entry, if nobody changed it after the actor's form was shown.
    fn entry(&self, id: EntryId) -> Result<&'a LedgerEntry, Rejection> {
        let known = self.appraisal.ledger.get(id).ok_or(No::UnknownEntry { entry: id })?;
        match self.context.seen {
            Some(seen) if seen != u64::from(known.revision) => Err(Rejection::ChangedMeanwhile),
            _ => Ok(known),
        }
    }

    pub(super) fn appraised(&self, unit: &UnitId) -> Result<(), Rejection> {
        if self.appraisal.units.contains(unit) {
            Ok(())
        } else {
            Err(No::UnknownUnit { unit: unit.clone() }.into())
        }
    }

    pub(super) fn item(&self, item: &ItemId) -> Result<(), Rejection> {
        let rules = self.appraisal.rulebook().map(|rulebook| &rulebook.rules);
        let mut items = rules.into_iter().flat_map(|rules| rules.items());
        if items.any(|known| known.id == item.as_str()) {
            Ok(())
        } else {
            Err(No::UnknownItem { item: item.clone() }.into())
        }
    }

    /// Whoever fixes holds a duty at the unit itself.
    pub(super) fn of_unit(&self, unit: &UnitId, duties: &[Duty]) -> Result<(), Rejection> {
        let account = self.world.account(&self.context.actor).filter(|known| known.active);
        let holds = account.is_some_and(|known| {
            known.duties.iter().any(|grant| duties.contains(&grant.duty) && grant.unit == *unit)
        });
        if holds { Ok(()) } else { Err(No::NotOfUnit.into()) }
    }

    /// Whoever looks at it has never worked on it, has no duty at the unit or below it, and has
    /// declared no ties to it (T12).
    pub(super) fn without_ties(&self, unit: &UnitId) -> Result<(), Rejection> {
        let actor = &self.context.actor;
        let of_the_unit = self.world.account(actor).is_some_and(|known| {
            known.duties.iter().any(|grant| self.world.is_within(&grant.unit, unit))
        });
        if of_the_unit || self.appraisal.opinions.has_interest(actor, unit) {
            return Err(No::NotIndependent.into());
        }
        Ok(())
    }

    fn independent(&self, entry: &LedgerEntry) -> Result<(), Rejection> {
        if entry.fixers.contains(&self.context.actor) {
            return Err(No::NotIndependent.into());
        }
        self.without_ties(&entry.unit)
    }

    fn open(
        &self,
        unit: UnitId,
        item: Option<ItemId>,
        source: Source,
        problem: Digest,
        other_cause: Option<Digest>,
    ) -> Result<LedgerEvent, Rejection> {
        by_hand(source)?;
        self.appraised(&unit)?;
        self.without_ties(&unit)?;
        if let Some(item) = &item {
            self.item(item)?;
        }
        let mut recurs = None;
        if let (Some(item), None) = (&item, other_cause) {
            let today = self.context.today();
            if let Some(known) = self.appraisal.ledger.put_right_lately(&unit, item, today) {
                return Ok(LedgerEvent::Recurred { entry: known.id, source, problem });
            }
            recurs = self.earlier(&unit, item);
        }
        let entry = self.appraisal.ledger.next_id();
        Ok(LedgerEvent::Opened { entry, unit, item, source, problem, other_cause, recurs })
    }

    /// The same item at the same unit in another appraisal, put right within the last year.
    fn earlier(&self, unit: &UnitId, item: &ItemId) -> Option<EntryRef> {
        let today = self.context.today();
        let others = self.world.appraisals().filter(|other| other.id != self.appraisal.id);
        let known = others.filter_map(|other| {
            let entry = other.ledger.put_right_lately(unit, item, today)?;
            let link = EntryRef { appraisal: other.id.clone(), entry: entry.id };
            Some((entry.put_right_on(), link))
        });
        known.max().map(|(_, link)| link)
    }

    fn recur(
        &self,
        id: EntryId,
        source: Source,
        problem: Digest,
    ) -> Result<LedgerEvent, Rejection> {
        by_hand(source)?;
        let known = self.entry(id)?;
        self.without_ties(&known.unit)?;
        let last = known.put_right_on().map(|on| days_after(on, RECURRENCE_DAYS));
        if last.is_none_or(|last| last < self.context.today()) {
            return Err(No::NotRecurring.into());
        }
        Ok(LedgerEvent::Recurred { entry: id, source, problem })
    }

    fn by_unit(&self, step: LedgerStep) -> Result<LedgerEvent, Rejection> {
        let (LedgerStep::Accept { entry: id, .. }
        | LedgerStep::Start { entry: id }
        | LedgerStep::AddEvidence { entry: id, .. }
        | LedgerStep::Claim { entry: id, .. }
        | LedgerStep::Dispute { entry: id, .. }
        | LedgerStep::AskExtension { entry: id, .. }) = &step
        else {
            return Err(No::NotOfUnit.into());
        };
        let known = self.entry(*id)?;
        self.of_unit(&known.unit, &[Duty::AppraisedUnit, Duty::UnitHead])?;
        let state = &known.state;
        Ok(match step {
            LedgerStep::Accept { entry, undertaking }
                if matches!(state, EntryState::Open | EntryState::Reopened { .. }) =>
            {
                self.deadline(&undertaking)?;
                LedgerEvent::Accepted { entry, undertaking }
            }
            LedgerStep::Start { entry }
                if matches!(state, EntryState::Accepted { .. } | EntryState::Returned { .. }) =>
            {
                LedgerEvent::Started { entry }
            }
            LedgerStep::AddEvidence { entry, evidence }
                if matches!(state, EntryState::Doing { .. }) =>
            {
                LedgerEvent::EvidenceAdded { entry, evidence }
            }
            LedgerStep::Claim { entry, mechanism } if matches!(state, EntryState::Doing { .. }) => {
                if state.proofs().is_empty() {
                    return Err(No::NoEvidence.into());
                }
                LedgerEvent::Claimed { entry, mechanism }
            }
            LedgerStep::Dispute { entry, grounds }
                if matches!(
                    state,
                    EntryState::Open | EntryState::Returned { .. } | EntryState::Reopened { .. }
                ) =>
            {
                LedgerEvent::Disputed { entry, grounds }
            }
            LedgerStep::AskExtension { entry, until, reason } => {
                self.wish(known, until)?;
                LedgerEvent::ExtensionAsked { entry, until, reason }
            }
            _ => return Err(wrong_state(known)),
        })
    }

    /// At once is soon; what is planned ends within a year.
    fn deadline(&self, undertaking: &Undertaking) -> Result<(), Rejection> {
        let earliest = self.context.today();
        let days = match undertaking.manner {
            Manner::AtOnce => AT_ONCE_DAYS,
            Manner::Planned { .. } => LONGEST_DAYS,
        };
        between(earliest, undertaking.deadline, days_after(earliest, days))
    }

    fn wish(&self, entry: &LedgerEntry, until: Date) -> Result<(), Rejection> {
        let (EntryState::Accepted { undertaking, wish }
        | EntryState::Doing { undertaking, wish, .. }) = &entry.state
        else {
            return Err(wrong_state(entry));
        };
        if wish.is_some() {
            return Err(No::NoWish.into());
        }
        let today = self.context.today();
        let earliest = days_after(undertaking.deadline, 1).max(today);
        between(earliest, until, days_after(today, LONGEST_DAYS))
    }

    fn call_back(
        &self,
        id: EntryId,
        opinion: OpinionId,
        answer: CallBack,
        note: Digest,
    ) -> Result<LedgerEvent, Rejection> {
        let known = self.entry(id)?;
        self.independent(known)?;
        if known.state.verification().is_none() {
            return Err(wrong_state(known));
        }
        let findings = &self.appraisal.findings;
        let mut sources = known.findings().filter_map(|finding| findings.get(finding));
        if !sources.any(|finding| finding.opinions.contains(&opinion)) {
            return Err(No::NotItsOpinion { opinion }.into());
        }
        Ok(LedgerEvent::CalledBack { entry: id, opinion, answer, note })
    }

    fn close(&self, id: EntryId) -> Result<LedgerEvent, Rejection> {
        let known = self.entry(id)?;
        self.independent(known)?;
        let EntryState::Verified(_) = &known.state else { return Err(wrong_state(known)) };
        let missing = calls_missing(self.appraisal, known);
        if missing > 0 {
            return Err(No::CallBackMissing { count: missing }.into());
        }
        Ok(LedgerEvent::Closed { entry: id })
    }
}

/// Findings come with their letter, and what a unit finds itself with its report.
fn by_hand(source: Source) -> Result<(), Rejection> {
    match source {
        Source::Finding { .. } | Source::SelfInspection => Err(No::WrongSource.into()),
        Source::Inspection | Source::LowRating | Source::Other => Ok(()),
    }
}

fn between(earliest: Date, day: Date, latest: Date) -> Result<(), Rejection> {
    if earliest <= day && day <= latest {
        Ok(())
    } else {
        Err(No::Deadline { earliest, latest }.into())
    }
}

/// The opinions behind an entry whose filers left word where they can be reached.
pub(crate) fn to_call_back(appraisal: &Appraisal, entry: &LedgerEntry) -> Vec<OpinionId> {
    let findings = entry.findings().filter_map(|id| appraisal.findings.get(id));
    let opinions = findings.flat_map(|finding| finding.opinions.iter().copied());
    let reachable =
        |id: &OpinionId| appraisal.opinions.get(*id).is_some_and(|known| known.identity.is_some());
    opinions.filter(reachable).collect()
}

/// How many filers have still to be called back before an entry may be closed.
pub(crate) fn calls_missing(appraisal: &Appraisal, entry: &LedgerEntry) -> usize {
    let reachable = to_call_back(appraisal, entry);
    let called = reachable.iter().filter(|id| entry.called_back.contains_key(id)).count();
    reachable.len().min(CALLS).saturating_sub(called)
}

impl Appraisal {
    /// The opinions behind an entry whose filers can be called back (C6).
    #[must_use]
    pub fn to_call_back(&self, entry: &LedgerEntry) -> Vec<OpinionId> {
        to_call_back(self, entry)
    }

    /// How many filers have still to be called back before an entry may be closed (C6).
    #[must_use]
    pub fn calls_missing(&self, entry: &LedgerEntry) -> usize {
        calls_missing(self, entry)
    }
}
