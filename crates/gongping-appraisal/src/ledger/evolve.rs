//! The fold of events into the ledger. It cannot fail: what could not happen was refused before.

use super::{
    CallBack, Claim, Ending, EntryState, Evidence, ExtensionWish, Ledger, LedgerEntry, LedgerEvent,
    Letter, LetterState, Meeting, NewEvidence, Proofs, Relapse, SelfInspection, Setbacks, Source,
    Undertaking, Verification,
};
use crate::{AccountId, Digest, EntryId, FindingId, Findings, ItemId, LetterId, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::{BTreeMap, BTreeSet};

/// Who did it and when.
#[derive(Clone, Copy)]
struct Act<'a> {
    actor: &'a AccountId,
    at: Timestamp,
}

impl Act<'_> {
    fn day(self) -> Date {
        Offset::constant(8).to_datetime(self.at).date()
    }
}

impl Ledger {
    pub(crate) fn evolve(
        &mut self,
        event: &LedgerEvent,
        findings: &mut Findings,
        actor: &AccountId,
        at: Timestamp,
    ) {
        let act = Act { actor, at };
        match event {
            LedgerEvent::Opened { entry, unit, item, source, problem, recurs, .. } => {
                let mut opened = new_entry(*entry, unit, item.clone(), (*source, *problem), at);
                opened.recurs.clone_from(recurs);
                opened.setbacks.recurrences = u16::from(recurs.is_some());
                self.insert(opened);
            }
            LedgerEvent::Recurred { entry, source, problem } => {
                self.recur(*entry, (*source, *problem), at);
            }
            LedgerEvent::SelfInspected { unit, report, problems } => {
                for (id, own) in problems {
                    let source = (Source::SelfInspection, own.problem);
                    self.insert(new_entry(*id, unit, Some(own.item.clone()), source, at));
                }
                let before = self.self_inspections.get(unit);
                let mut entries = before.map(|known| known.entries.clone()).unwrap_or_default();
                entries.extend(problems.iter().map(|(id, _)| *id));
                let revision = before.map_or(0, |known| known.revision) + 1;
                let by = actor.clone();
                let known = SelfInspection { report: *report, by, at, entries, revision };
                self.self_inspections.insert_mut(unit.clone(), known);
            }
            LedgerEvent::LetterDrafted { letter, unit, findings, text } => {
                self.draft(*letter, unit, findings, *text);
            }
            LedgerEvent::LetterRedrafted { letter, findings, text } => {
                let unit = self.letters.get(letter).map(|known| known.unit.clone());
                if let Some(unit) = unit {
                    self.draft(*letter, &unit, findings, *text);
                }
            }
            LedgerEvent::LetterSent { letter, entries } => {
                self.send(*letter, entries, findings, at);
            }
            LedgerEvent::LetterSigned { letter, .. } => self.change_letter(*letter, |known| {
                known.state = LetterState::Signed { by: actor.clone() };
            }),
            LedgerEvent::LetterReceived { letter } => self.change_letter(*letter, |known| {
                if let LetterState::Sent { signed_by, entries, at: sent_at } = &known.state {
                    known.state = LetterState::Received {
                        signed_by: signed_by.clone(),
                        entries: entries.clone(),
                        sent_at: *sent_at,
                        by: actor.clone(),
                        at,
                    };
                }
            }),
            LedgerEvent::MeetingRecorded { letter, attitude, minute } => {
                self.change_letter(*letter, |known| {
                    known.meeting = Some(Meeting { attitude: *attitude, minute: *minute, at });
                });
            }
            of_entry => {
                for id in of_entry.entries() {
                    self.change(id, |known| known.evolve(of_entry, act));
                }
            }
        }
    }

    fn insert(&mut self, entry: LedgerEntry) {
        self.of_unit.insert_mut((entry.unit.clone(), entry.id));
        self.entries.insert_mut(entry.id, entry);
    }

    fn change(&mut self, id: EntryId, change: impl FnOnce(&mut LedgerEntry)) {
        if let Some(entry) = self.entries.get(&id) {
            let mut entry = entry.clone();
            entry.revision += 1;
            change(&mut entry);
            self.entries.insert_mut(id, entry);
        }
    }

    fn change_letter(&mut self, id: LetterId, change: impl FnOnce(&mut Letter)) {
        if let Some(letter) = self.letters.get(&id) {
            let mut letter = letter.clone();
            letter.revision += 1;
            change(&mut letter);
            self.letters.insert_mut(id, letter);
        }
    }

    fn recur(&mut self, id: EntryId, source: (Source, Digest), at: Timestamp) {
        self.change(id, |known| {
            known.sources.push(source);
            known.setbacks.recurrences = known.setbacks.recurrences.saturating_add(1);
            known.reopen(Relapse::Recurrence, source.1, at);
        });
    }

    fn draft(&mut self, id: LetterId, unit: &UnitId, findings: &BTreeSet<FindingId>, text: Digest) {
        let before = self.letters.get(&id);
        let revision = before.map_or(0, |known| known.revision) + 1;
        let meeting = before.and_then(|known| known.meeting);
        let dropped = before.map(|known| known.findings.clone()).unwrap_or_default();
        for finding in dropped.difference(findings) {
            self.letter_of.remove_mut(finding);
        }
        for finding in findings {
            self.letter_of.insert_mut(*finding, id);
        }
        let (unit, findings) = (unit.clone(), findings.clone());
        let state = LetterState::Drafted;
        self.letters.insert_mut(id, Letter { id, unit, findings, text, state, meeting, revision });
    }

    fn send(
        &mut self,
        id: LetterId,
        entries: &[(FindingId, EntryId)],
        findings: &mut Findings,
        at: Timestamp,
    ) {
        let Some(letter) = self.letters.get(&id).cloned() else { return };
        for (finding, entry) in entries {
            let Some(known) = findings.get(*finding) else { continue };
            let source = (Source::Finding { finding: *finding, letter: id }, known.problem);
            if self.entries.contains_key(entry) {
                self.recur(*entry, source, at);
            } else {
                let item = known.place.item.clone();
                self.insert(new_entry(*entry, &letter.unit, item, source, at));
            }
        }
        findings.feed_back(letter.findings.iter().copied());
        self.change_letter(id, |known| {
            if let LetterState::Signed { by } = &known.state {
                let (signed_by, entries) = (by.clone(), entries.iter().copied().collect());
                known.state = LetterState::Sent { signed_by, entries, at };
            }
        });
    }
}

fn new_entry(
    id: EntryId,
    unit: &UnitId,
    item: Option<ItemId>,
    source: (Source, Digest),
    at: Timestamp,
) -> LedgerEntry {
    LedgerEntry {
        id,
        unit: unit.clone(),
        item,
        sources: vec![source],
        recurs: None,
        opened_at: at,
        since: at,
        state: EntryState::Open,
        fixers: BTreeSet::new(),
        earlier: Vec::new(),
        called_back: BTreeMap::new(),
        setbacks: Setbacks::default(),
        revision: 1,
    }
}

impl LedgerEntry {
    fn go(&mut self, state: EntryState, at: Timestamp) {
        self.state = state;
        self.since = at;
    }

    /// Proofs of the round that ends stay known.
    fn end_round(&mut self) {
        self.earlier.extend(self.state.proofs().into_iter().copied().collect::<Vec<_>>());
    }

    fn reopen(&mut self, relapse: Relapse, grounds: Digest, at: Timestamp) {
        self.end_round();
        self.called_back.clear();
        self.setbacks.reopened = self.setbacks.reopened.saturating_add(1);
        self.go(EntryState::Reopened { relapse, grounds }, at);
    }

    fn note_false_completion(&mut self) {
        self.setbacks.false_completions = self.setbacks.false_completions.saturating_add(1);
    }

    fn evolve(&mut self, event: &LedgerEvent, act: Act<'_>) {
        match event {
            LedgerEvent::Accepted { .. }
            | LedgerEvent::Started { .. }
            | LedgerEvent::EvidenceAdded { .. }
            | LedgerEvent::Claimed { .. }
            | LedgerEvent::Disputed { .. }
            | LedgerEvent::ExtensionAsked { .. } => {
                self.fixers.insert(act.actor.clone());
                self.evolve_by_unit(event, act);
            }
            LedgerEvent::Verified { minute, .. } => {
                if let EntryState::Claimed(claim) = &self.state {
                    let (claim, by) = (claim.clone(), act.actor.clone());
                    let seen = Verification { claim, minute: *minute, by, at: act.at };
                    self.go(EntryState::Verified(Box::new(seen)), act.at);
                }
            }
            LedgerEvent::Returned { reason, was_false, .. } => {
                if let EntryState::Claimed(claim) = &self.state {
                    let undertaking = claim.undertaking.clone();
                    self.end_round();
                    if *was_false {
                        self.note_false_completion();
                    }
                    self.go(EntryState::Returned { undertaking, reason: *reason }, act.at);
                }
            }
            LedgerEvent::CalledBack { answer: CallBack::NotSatisfied, note, .. } => {
                self.reopen(Relapse::NotSatisfied, *note, act.at);
            }
            LedgerEvent::CalledBack { opinion, answer, .. } => {
                self.called_back.insert(*opinion, *answer);
            }
            LedgerEvent::Closed { .. } => {
                if let EntryState::Verified(seen) = &self.state {
                    let outcome = Ending::PutRight(seen.clone());
                    self.go(EntryState::Closed { outcome, on: act.day() }, act.at);
                }
            }
            LedgerEvent::Reopened { grounds, .. } => {
                self.note_false_completion();
                self.reopen(Relapse::FalseCompletion, *grounds, act.at);
            }
            LedgerEvent::Ruled { stands, grounds, .. } => {
                if let EntryState::Disputed { before, .. } = &self.state {
                    let next = if *stands {
                        (**before).clone()
                    } else {
                        let outcome = Ending::Withdrawn { grounds: *grounds };
                        EntryState::Closed { outcome, on: act.day() }
                    };
                    self.go(next, act.at);
                }
            }
            LedgerEvent::ExtensionDecided { granted, .. } => self.decide_wish(*granted),
            _ => {}
        }
    }

    fn evolve_by_unit(&mut self, event: &LedgerEvent, act: Act<'_>) {
        match (event, &mut self.state) {
            (LedgerEvent::Accepted { undertaking, .. }, _) => {
                let undertaking = undertaking.clone();
                self.go(EntryState::Accepted { undertaking, wish: None }, act.at);
            }
            (LedgerEvent::Started { .. }, EntryState::Accepted { undertaking, wish }) => {
                let (undertaking, wish) = (undertaking.clone(), *wish);
                self.go(EntryState::Doing { undertaking, wish, proofs: Vec::new() }, act.at);
            }
            (LedgerEvent::Started { .. }, EntryState::Returned { undertaking, .. }) => {
                let undertaking = undertaking.clone();
                self.go(EntryState::Doing { undertaking, wish: None, proofs: Vec::new() }, act.at);
            }
            (LedgerEvent::EvidenceAdded { evidence, .. }, EntryState::Doing { proofs, .. }) => {
                proofs.push(proof(*evidence, act.at));
            }
            (
                LedgerEvent::Claimed { mechanism, .. },
                EntryState::Doing { undertaking, proofs, .. },
            ) => {
                let undertaking: Undertaking = undertaking.clone();
                if let Some(proofs) = Proofs::from_vec(proofs.clone()) {
                    let (mechanism, by, at) = (*mechanism, act.actor.clone(), act.at);
                    let claim = Claim { undertaking, proofs, mechanism, by, at };
                    self.go(EntryState::Claimed(claim), act.at);
                }
            }
            (LedgerEvent::Disputed { grounds, .. }, state) => {
                let before = Box::new(state.clone());
                let (grounds, by) = (*grounds, act.actor.clone());
                self.go(EntryState::Disputed { before, grounds, by }, act.at);
            }
            (
                LedgerEvent::ExtensionAsked { until, reason, .. },
                EntryState::Accepted { wish, .. } | EntryState::Doing { wish, .. },
            ) => *wish = Some(ExtensionWish { until: *until, reason: *reason }),
            _ => {}
        }
    }

    fn decide_wish(&mut self, granted: bool) {
        if let EntryState::Accepted { undertaking, wish }
        | EntryState::Doing { undertaking, wish, .. } = &mut self.state
            && let Some(asked) = wish.take()
            && granted
        {
            undertaking.deadline = asked.until;
            self.setbacks.extensions = self.setbacks.extensions.saturating_add(1);
        }
    }
}

fn proof(what: NewEvidence, at: Timestamp) -> Evidence {
    Evidence { what, at }
}
