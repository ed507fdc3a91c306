//! The record: all events of the log, replayed from the first.

use super::files::Files;
use super::log::Log;
use super::rules;
use super::{Run, result};
use crate::build::civil_date;
use crate::layout::MANIFEST;
use crate::report::{Place, Subject};
use crate::{BoxElectionMistake, Check, Problem, box_election, box_trustees};
use gongping_appraisal::{
    AccountId, Appraisal, AppraisalId, BoxHead, BoxId, BoxOpening, CodeList, Digest, Entry, Event,
    Open, Signatory, TalliedBox, World, sha256,
};
use gongping_seal::{ElectionDraft, Trustees};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the log says about one box.
pub(super) struct BoxRecord {
    /// What it must ask, from rulebook and plan as they stood when the survey opened.
    pub(super) election: Result<ElectionDraft, BoxElectionMistake>,
    /// How it was opened.
    pub(super) opening: BoxOpening,
    /// The heads that were noted, with the log entry that did.
    pub(super) heads: Vec<(u64, BoxHead)>,
    /// What was noted when the survey closed.
    pub(super) closed: Option<TalliedBox>,
    /// Whether it was to be opened.
    pub(super) to_open: bool,
    /// What was noted after the tally.
    pub(super) tallied: Option<TalliedBox>,
}

/// What the log says about the appraisal.
pub(super) struct Record {
    /// Which.
    pub(super) id: AppraisalId,
    /// The world after the last entry.
    pub(super) world: World,
    /// The time of publication.
    pub(super) published_at: Timestamp,
    /// The rulebook's hash when the appraisal opened.
    pub(super) frozen: Option<Digest>,
    /// Who signed which survey plan, for which body.
    pub(super) plan_signed: BTreeMap<Signatory, (AccountId, Digest)>,
    /// The key holders of the boxes, from the ceremony; `None` when no survey opened.
    pub(super) trustees: Option<Result<Trustees, BoxElectionMistake>>,
    /// The code lists.
    pub(super) codes: BTreeMap<BoxId, CodeList>,
    /// The boxes.
    pub(super) boxes: BTreeMap<BoxId, BoxRecord>,
}

impl Record {
    fn new(id: AppraisalId) -> Self {
        Self {
            id,
            world: World::default(),
            published_at: Timestamp::UNIX_EPOCH,
            frozen: None,
            plan_signed: BTreeMap::new(),
            trustees: None,
            codes: BTreeMap::new(),
            boxes: BTreeMap::new(),
        }
    }

    /// The appraisal after the last entry.
    pub(super) fn appraisal(&self) -> Option<&Appraisal> {
        self.world.appraisal(&self.id)
    }

    /// All that is known of it, if it was opened.
    pub(super) fn open(&self) -> Option<&Open> {
        self.appraisal()?.running()
    }

    /// How many boxes the log says are open.
    pub(super) fn open_boxes(&self) -> u64 {
        let open = self
            .boxes
            .values()
            .filter(|known| known.tallied.as_ref().is_some_and(|tallied| tallied.opened));
        open.count() as u64
    }

    /// How many shares open a box.
    pub(super) fn shares_needed(&self) -> u64 {
        let plan = self.open().and_then(|open| open.survey.plan());
        plan.map_or(0, |plan| u64::from(plan.key_threshold))
    }

    /// How many ballots the log says count.
    pub(super) fn counted_ballots(&self) -> u64 {
        let counted = self.boxes.values().filter_map(|known| known.closed.as_ref());
        counted.fold(0, |sum: u64, closed| sum.saturating_add(closed.counted))
    }

    /// Takes what the world does not keep.
    fn note(&mut self, index: u64, entry: &Entry) {
        if entry.body.appraisal() != Some(&self.id) {
            return;
        }
        match &entry.body {
            Event::AppraisalOpened { rulebook, .. } => self.frozen = Some(*rulebook),
            Event::SurveyProposed { .. } => self.plan_signed.clear(),
            Event::SurveySigned { signatory, plan, .. } => {
                self.plan_signed.insert(*signatory, (entry.actor.clone(), *plan));
            }
            Event::CodesIssued { lists, .. } | Event::CodesReplaced { lists, .. } => {
                self.codes.extend(lists.clone());
            }
            Event::SurveyOpened { boxes, .. } => self.note_opened(index, entry, boxes),
            Event::BoxesCheckpointed { heads, .. } | Event::ShareGiven { heads, .. } => {
                for (id, head) in heads {
                    self.note_head(index, id, head);
                }
            }
            Event::SurveyClosed { boxes, to_open, .. } => {
                for (id, closed) in boxes {
                    self.note_head(index, id, &closed.head);
                    if let Some(known) = self.boxes.get_mut(id) {
                        known.closed = Some(closed.clone());
                        known.to_open = to_open.contains(id);
                    }
                }
            }
            Event::BoxesOpened { boxes, .. } => {
                for (id, tallied) in boxes {
                    self.note_head(index, id, &tallied.head);
                    if let Some(known) = self.boxes.get_mut(id) {
                        known.tallied = Some(tallied.clone());
                    }
                }
            }
            Event::Published { .. } => self.published_at = time_of(entry),
            _ => {}
        }
    }

    fn note_opened(&mut self, index: u64, entry: &Entry, boxes: &BTreeMap<BoxId, BoxOpening>) {
        let day = civil_date(time_of(entry));
        if self.trustees.is_none() {
            let ceremony = self.open().and_then(|open| open.survey.ceremony());
            self.trustees = ceremony.map(box_trustees);
        }
        for (id, opening) in boxes {
            let name = self.world.unit(&id.unit()).map_or("", |unit| unit.name_on(day));
            let election = match (self.appraisal(), &self.trustees) {
                (Some(appraisal), Some(Ok(trustees))) => {
                    box_election(appraisal, id, name, trustees)
                }
                (_, Some(Err(mistake))) => Err(mistake.clone()),
                _ => Err(BoxElectionMistake::NoPlan),
            };
            let known = BoxRecord {
                election,
                opening: opening.clone(),
                heads: vec![(index, opening.head.clone())],
                closed: None,
                to_open: false,
                tallied: None,
            };
            self.boxes.insert(id.clone(), known);
        }
    }

    fn note_head(&mut self, index: u64, id: &BoxId, head: &BoxHead) {
        if let Some(known) = self.boxes.get_mut(id) {
            known.heads.push((index, head.clone()));
        }
    }
}

pub(super) fn time_of(entry: &Entry) -> Timestamp {
    Timestamp::from_microsecond(entry.at_us).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Replays the log; `None` when an entry cannot be read, or no appraisal was published.
pub(super) fn replay(run: &mut Run<'_>, files: &Files, log: &Log) -> Option<Record> {
    let entries = read_entries(run, log)?;
    let named = files.manifest.as_ref().map(|manifest| manifest.appraisal.clone());
    let published = entries.last().and_then(|last| last.body.appraisal().cloned());
    let Some(id) = named.or(published) else {
        run.begin(Check::Publication);
        run.find(Check::Publication, Place::whole(), Problem::NotPublished);
        return None;
    };
    run.begin(Check::Rules);
    run.begin(Check::Permissions);
    let reports = result::reports_by_commitment(files);
    let mut record = Record::new(id);
    let mut permitted = BTreeSet::new();
    let mut decisions = rules::Decisions::default();
    let mut index = 0;
    while index < entries.len() {
        let (taken, holds) = decisions.check_next(run, &record.world, &entries, index, &reports);
        for (offset, entry) in entries[index..index + taken].iter().enumerate() {
            let number = (index + offset) as u64;
            rules::check_permission(run, &record.world, number, entry, &mut permitted);
            // A unit against the rules could stand above itself, and whoever walks up the tree
            // would never arrive. Of everything else the rest of the record is read all the same.
            if holds || !matches!(entry.body, Event::UnitRegistered { .. }) {
                record.world.evolve(entry);
            }
            record.note(number, entry);
        }
        index += taken;
    }
    check_publication(run, files, &record, &entries);
    Some(record)
}

fn read_entries(run: &mut Run<'_>, log: &Log) -> Option<Vec<Entry>> {
    run.begin(Check::LogEntries);
    let mut entries: Vec<Entry> = Vec::with_capacity(log.entries.len());
    let mut complete = true;
    for (index, bytes) in (0u64..).zip(&log.entries) {
        let entry = match Entry::from_bytes(bytes) {
            Ok(entry) => entry,
            Err(mistake) => {
                let problem = Problem::malformed(mistake);
                run.find(Check::LogEntries, Place::entry(index), problem);
                complete = false;
                continue;
            }
        };
        if Timestamp::from_microsecond(entry.at_us).is_err() {
            let problem = Problem::malformed("its time is none");
            run.find(Check::LogEntries, Place::entry(index), problem);
            complete = false;
        }
        if let Some(before) = entries.last().filter(|before| before.at_us > entry.at_us) {
            let by_us = before.at_us.saturating_sub(entry.at_us);
            run.find(Check::LogEntries, Place::entry(index), Problem::TimeRunsBack { by_us });
        }
        entries.push(entry);
    }
    complete.then_some(entries)
}

/// The publication is the last entry, of this appraisal, and names this manifest.
fn check_publication(run: &mut Run<'_>, files: &Files, record: &Record, entries: &[Entry]) {
    run.begin(Check::Publication);
    let of_this = |entry: &Entry| match &entry.body {
        Event::Published { appraisal, manifest } if *appraisal == record.id => Some(*manifest),
        _ => None,
    };
    let at = entries.iter().position(|entry| of_this(entry).is_some());
    let Some((at, manifest)) = at.and_then(|at| Some((at, of_this(&entries[at])?))) else {
        run.find(Check::Publication, Place::whole(), Problem::NotPublished);
        return;
    };
    for index in at + 1..entries.len() {
        run.find(Check::Publication, Place::entry(index as u64), Problem::AfterPublication);
    }
    if let Some(bytes) = files.small.get(MANIFEST) {
        run.same(
            Check::Publication,
            Place::file(MANIFEST),
            "the SHA-256 in the log",
            (manifest, sha256(bytes)),
        );
    }
    let Some(appraisal) = record.appraisal() else { return };
    if appraisal.published().is_none() {
        run.find(Check::Publication, Place::entry(at as u64), Problem::NotPublished);
    }
    run.subject = Subject::Dossier {
        appraisal: appraisal.id.to_string(),
        title: appraisal.title.clone(),
        ranking: Vec::new(),
    };
}
