//! The doctor: rebuilds everything that follows from the log and compares it with what is stored.
//! What was changed, added or removed past the log is named (T3, T4, T14).
//!
//! What it cannot know: whether the log was cut back, tables and boxes with it, to an earlier time
//! (who kept a later checkpoint does); whether the latest ballots of an open box were removed with
//! their receipts since the log last noted its head (who kept a receipt does). It does not look
//! for rows that nothing refers to: contents without a commitment in the log, password hashes of
//! accounts that the log does not know. Sessions do not follow from the log at all: whoever can
//! write to the database can make one; only signing a report or a ranking asks for the password.

use crate::engine::{App, commitment_of};
use crate::projection;
use crate::ranking;
use crate::refusal::{Failure, Refusal};
use crate::sorting;
use crate::survey::{CODE_LIST, code_list_id};
use gongping_appraisal::{Appraisal, BoxId, Digest, Entry, Event, Survey, World, sha256};
use gongping_log::{Checkpoint, Tree};
use gongping_seal::{BoxReplay, Hash, Item, receipt_number};
use gongping_store::{Payload, StoreFailure, TableRows, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Where the public code list stands among the items of a box: after header, election and keys.
const CREDENTIALS_INDEX: usize = 3;

/// Something that does not follow from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: a table and key, a box, a log entry, a commitment.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

/// What the doctor looked at, and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Log entries read.
    pub entries: u64,
    /// Checkpoints whose signature and root were recomputed.
    pub checkpoints: u64,
    /// Rows compared.
    pub rows: u64,
    /// Boxes replayed.
    pub boxes: u64,
    /// Ballots whose every proof was checked.
    pub ballots: u64,
    /// Commitments whose content was compared.
    pub payloads: u64,
    /// Passwords whose hash the log knows.
    pub passwords: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

impl Diagnosis {
    fn find(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.findings.push(Finding { place: place.into(), what: what.into() });
    }

    /// What was read, or nothing and a finding if the store itself met damage there.
    fn read<T>(&mut self, outcome: Result<T, impl Into<Failure>>) -> Result<Option<T>, Refusal> {
        match outcome.map_err(Into::into) {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Store(StoreFailure::Damaged { table, what })) => {
                self.find(format!("table {table}"), what);
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Examines the whole installation. `progress` is told what is being looked at.
///
/// # Errors
/// [`Refusal::Failure`] when something cannot be read at all; damage that can be read is a
/// finding.
pub async fn examine(app: &App, mut progress: impl FnMut(&str)) -> Result<Diagnosis, Refusal> {
    let mut diagnosis = Diagnosis::default();
    progress("log");
    let Some((world, entries)) = read_log(app, &mut diagnosis).await? else {
        return Ok(diagnosis);
    };
    progress("tables");
    compare_tables(app, &world, &mut diagnosis).await?;
    progress("payloads");
    compare_payloads(app, &entries, &mut diagnosis).await?;
    compare_passwords(app, &world, &mut diagnosis).await?;
    let mut known = BTreeSet::new();
    let code_lists = code_lists(&entries);
    for appraisal in world.appraisals() {
        for box_id in planned_boxes(appraisal) {
            progress(box_id.as_str());
            known.insert(box_id.to_string());
            known.insert(code_list_id(&box_id));
            let lists = code_lists.get(&box_id).map_or(&[][..], Vec::as_slice);
            examine_code_lists(app, lists, &box_id, &mut diagnosis).await?;
            let code_list = lists.last().copied();
            examine_box(app, appraisal, code_list, &box_id, &mut diagnosis).await?;
        }
    }
    for (box_id, _) in app.store().box_lengths().await? {
        if !known.contains(&box_id) {
            diagnosis.find(format!("box {box_id}"), "the log knows no such box");
        }
    }
    Ok(diagnosis)
}

async fn read_log(
    app: &App,
    diagnosis: &mut Diagnosis,
) -> Result<Option<(World, Vec<Entry>)>, Refusal> {
    let (mut world, mut tree, mut entries) = (World::default(), Tree::new(), Vec::new());
    let (mut latest_us, mut covered) = (i64::MIN, 0);
    if app.store().checkpoint_at(0).await?.is_some() {
        diagnosis.find("checkpoint 0", "an empty log is never signed");
    }
    loop {
        let part = app.store().log_entries(tree.size(), 1000).await;
        let Some(part) = diagnosis.read(part)? else { return Ok(None) };
        if part.is_empty() {
            break;
        }
        for stored in part {
            let place = format!("log entry {}", stored.position);
            let entry = match Entry::from_bytes(&stored.bytes) {
                Ok(entry) => entry,
                Err(error) => {
                    diagnosis.find(place, error.to_string());
                    return Ok(None);
                }
            };
            if entry.at_us < latest_us || entry.at_us != stored.at_us {
                diagnosis.find(place.clone(), "its time is not the one it was written with");
            }
            // Entries of one commit share time and actor; each commit ends with a checkpoint.
            let same_commit = entries.last().is_none_or(|before: &Entry| {
                (before.at_us, &before.actor) == (entry.at_us, &entry.actor)
            });
            if !same_commit && covered < tree.size() {
                diagnosis.find(format!("checkpoint {}", tree.size()), "it is missing");
            }
            latest_us = entry.at_us;
            if let Err(error) = tree.append(&stored.bytes) {
                diagnosis.find(place, error.to_string());
                return Ok(None);
            }
            world.evolve(&entry);
            entries.push(entry);
            if let Some(checkpoint) = app.store().checkpoint_at(tree.size()).await? {
                check_checkpoint(app, &tree, &checkpoint.note, diagnosis);
                covered = tree.size();
            }
        }
    }
    diagnosis.entries = tree.size();
    if covered < tree.size() {
        diagnosis.find("log", format!("no signed checkpoint covers its {} entries", tree.size()));
    }
    if let Some(latest) = app.store().latest_checkpoint().await?
        && latest.size > tree.size()
    {
        let what = format!("{} entries were signed, {} are there", latest.size, tree.size());
        diagnosis.find("log", what);
    }
    Ok(Some((world, entries)))
}

fn check_checkpoint(app: &App, tree: &Tree, note: &str, diagnosis: &mut Diagnosis) {
    diagnosis.checkpoints += 1;
    let place = format!("checkpoint {}", tree.size());
    let key = app.log_signer().verifier();
    match Checkpoint::open(note, app.origin(), &[key]) {
        Ok((checkpoint, _)) if checkpoint.size() != tree.size() => {
            diagnosis.find(place, "it is for another size");
        }
        Ok((checkpoint, _)) if checkpoint.root() != tree.root() => {
            diagnosis.find(place, "an entry before it is not the one that was signed");
        }
        Ok(_) => {}
        Err(error) => diagnosis.find(place, error.to_string()),
    }
}

async fn compare_tables(
    app: &App,
    world: &World,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    for (table, expected) in expected_rows(app, world, diagnosis).await? {
        let stored = app.store().all_rows(table.name).await?.rows;
        diagnosis.rows += stored.len() as u64;
        let by_key = |rows: Vec<Vec<Value>>| -> BTreeMap<Vec<Value>, Vec<Value>> {
            rows.into_iter().map(|row| (row[..table.key_count].to_vec(), row)).collect()
        };
        let (expected, stored) = (by_key(expected), by_key(stored));
        for (key, row) in &expected {
            match stored.get(key) {
                None => diagnosis.find(place_of(table.name, key), "the row is missing"),
                Some(other) if other != row => {
                    diagnosis.find(place_of(table.name, key), "the row is not what the log says");
                }
                Some(_) => {}
            }
        }
        for key in stored.keys().filter(|key| !expected.contains_key(*key)) {
            diagnosis.find(place_of(table.name, key), "the log knows no such row");
        }
    }
    Ok(())
}

async fn expected_rows(
    app: &App,
    world: &World,
    diagnosis: &mut Diagnosis,
) -> Result<Vec<(&'static gongping_store::Table, Vec<Vec<Value>>)>, Refusal> {
    let mut reports = BTreeMap::new();
    for appraisal in world.appraisals().filter(|appraisal| appraisal.published().is_some()) {
        match ranking::report(app, &appraisal.id).await {
            Ok(report) => {
                reports.extend(report.map(|(_, report)| (appraisal.id.clone(), report)));
            }
            Err(refusal) => diagnosis.find(appraisal.id.to_string(), refusal.to_string()),
        }
    }
    let mut tables = projection::all_rows(world, |appraisal| reports.get(&appraisal.id));
    tables.extend(sorting::index::all_rows(app, world).await?);
    Ok(tables)
}

fn place_of(table: &str, key: &[Value]) -> String {
    let parts: Vec<String> = key
        .iter()
        .map(|value| match value {
            Value::Null => "-".to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        })
        .collect();
    format!("table {table}, row {}", parts.join(" / "))
}

/// What the entries commit to, with the index of the entry.
fn commitments(entries: &[Entry]) -> impl Iterator<Item = (usize, Digest)> + '_ {
    entries.iter().enumerate().flat_map(|(index, entry)| {
        let digests = match &entry.body {
            Event::PointsEntered { sheet, .. } => vec![*sheet],
            Event::InspectionDecided { report, .. } | Event::RankingDrafted { report, .. } => {
                vec![*report]
            }
            Event::Opinion { what, .. } => what.commitments(),
            Event::Integrity { what, .. } => what.commitment().into_iter().collect(),
            Event::Sorting { what, .. } => what.commitment().into_iter().collect(),
            Event::Inspection { what, .. } => what.commitment().into_iter().collect(),
            Event::Ledger { what, .. } => what.commitments(),
            Event::Preparation { what, .. } => what.commitment().into_iter().collect(),
            _ => Vec::new(),
        };
        digests.into_iter().map(move |digest| (index, digest))
    })
}

async fn compare_payloads(
    app: &App,
    entries: &[Entry],
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    for (index, digest) in commitments(entries) {
        diagnosis.payloads += 1;
        let place = format!("what log entry {index} commits to");
        match app.store().payload(&commitment_of(digest)).await {
            Ok(Some(Payload::Kept(_))) => {}
            // No use case of this version erases.
            Ok(Some(Payload::Erased { .. })) => diagnosis.find(place, "it was erased"),
            Ok(None) => diagnosis.find(place, "it is missing"),
            Err(error) => diagnosis.find(place, error.to_string()),
        }
    }
    Ok(())
}

async fn compare_passwords(
    app: &App,
    world: &World,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    for account in world.accounts() {
        diagnosis.passwords += 1;
        let stored = app.store().secret(account.id.as_str()).await?;
        let stored = stored.map(|secret| sha256(secret.password_hash.as_bytes()));
        if stored != account.password {
            let place = format!("password of {}", account.id);
            diagnosis.find(place, "it is not the one that was set through the log");
        }
    }
    Ok(())
}

fn planned_boxes(appraisal: &Appraisal) -> Vec<BoxId> {
    let plan = appraisal.running().and_then(|open| open.survey.plan());
    plan.map(|plan| plan.boxes(&appraisal.id).into_keys().collect()).unwrap_or_default()
}

/// The code lists that were handed in for each box, the one that stands last.
fn code_lists(entries: &[Entry]) -> BTreeMap<BoxId, Vec<Digest>> {
    let mut all: BTreeMap<BoxId, Vec<Digest>> = BTreeMap::new();
    for entry in entries {
        if let Event::CodesIssued { lists, .. } | Event::CodesReplaced { lists, .. } = &entry.body {
            for (box_id, list) in lists {
                all.entry(box_id.clone()).or_default().push(list.digest);
            }
        }
    }
    all
}

async fn examine_code_lists(
    app: &App,
    expected: &[Digest],
    box_id: &BoxId,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    let id = code_list_id(box_id);
    let one_more = u32::try_from(expected.len()).unwrap_or(u32::MAX).saturating_add(1);
    let items = app.store().box_items(&id, 0, one_more).await;
    let Some(items) = diagnosis.read(items)? else { return Ok(()) };
    let is_right = items.len() == expected.len()
        && items
            .iter()
            .zip(expected)
            .all(|(item, digest)| item.name == CODE_LIST && sha256(&item.bytes) == *digest);
    if !is_right {
        diagnosis.find(format!("code list of {box_id}"), "it is not the one logged");
    }
    if !app.store().ballot_times(&id).await?.is_empty() {
        diagnosis.find(format!("code list of {box_id}"), "a receipt leads to it");
    }
    Ok(())
}

async fn examine_box(
    app: &App,
    appraisal: &Appraisal,
    code_list: Option<Digest>,
    box_id: &BoxId,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    let place = format!("box {box_id}");
    let survey = appraisal.running().map(|open| &open.survey);
    let Some(items) = diagnosis.read(app.box_items(box_id).await)? else { return Ok(()) };
    examine_receipts(app, survey, box_id, &items, diagnosis).await?;
    let Some(state) = survey.and_then(Survey::boxes).and_then(|boxes| boxes.get(box_id)) else {
        if !items.is_empty() {
            diagnosis.find(place, "it has content before the survey opened");
        }
        return Ok(());
    };
    diagnosis.boxes += 1;
    let events = items.iter().filter(|item| item.name.ends_with(".event.json"));
    let events: Vec<Hash> = events.map(|item| Hash::of(&item.bytes)).collect();
    for head in [&state.opening.head, &state.head] {
        let event = usize::try_from(head.height).ok().and_then(|height| events.get(height));
        if event.is_none_or(|hash| hash.as_bytes() != head.hash.as_bytes()) {
            diagnosis.find(place.clone(), format!("event {} is not the one logged", head.height));
        }
    }
    // While answers come in, the box is ahead of the log; afterwards both change together.
    let collecting = matches!(survey, Some(Survey::Collecting { .. }));
    if !collecting && events.len() as u64 > state.head.height + 1 {
        diagnosis.find(place.clone(), "it goes on after the last event that was logged");
    }
    if items.get(CREDENTIALS_INDEX).map(|item| sha256(&item.bytes)) != code_list {
        diagnosis.find(place.clone(), "its codes are not those that were handed in");
    }
    replay(items, &place, diagnosis).await
}

/// Each ballot has one receipt that leads to it, and no receipt leads elsewhere.
async fn examine_receipts(
    app: &App,
    survey: Option<&Survey>,
    box_id: &BoxId,
    items: &[Item],
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    let closes_at = survey.and_then(Survey::plan).map(|plan| plan.closes_at.as_microsecond());
    let trackers = ballots_of(items);
    for (position, tracker) in &trackers {
        let place = format!("receipt {tracker}");
        let found = app.store().find_tracker(tracker).await;
        let Some(found) = diagnosis.read(found)? else { continue };
        match found {
            Some(found) if found.box_id == box_id.as_str() && found.position == *position => {
                if closes_at.is_none_or(|closes_at| found.at_us >= closes_at) {
                    diagnosis.find(place.clone(), "its time is after the survey closed");
                }
                if !found.receipt.is_empty() {
                    let sheet = app.store().find_receipt(&found.receipt).await;
                    let Some(sheet) = diagnosis.read(sheet)? else { continue };
                    let trackers = sheet.iter().map(|of_box| of_box.tracker.as_str());
                    if receipt_number(trackers) != found.receipt {
                        diagnosis.find(place, "its number is not that of its sheet");
                    }
                }
            }
            _ => diagnosis.find(place, "it does not lead to its ballot"),
        }
    }
    let receipts = app.store().ballot_times(box_id.as_str()).await?.len();
    if receipts != trackers.len() {
        let what = format!("{receipts} receipts lead to its {} ballots", trackers.len());
        diagnosis.find(format!("box {box_id}"), what);
    }
    Ok(())
}

/// Positions and trackers of the ballots among the items of a box: each stands before its event.
fn ballots_of(items: &[Item]) -> Vec<(u64, String)> {
    let is_ballot = |item: &Item| {
        item.name.ends_with(".event.json")
            && serde_json::from_slice::<serde_json::Value>(&item.bytes)
                .is_ok_and(|event| event["type"] == "Ballot")
    };
    let events = items.iter().enumerate().filter(|(_, item)| is_ballot(item));
    events
        .filter_map(|(index, _)| index.checked_sub(1))
        .map(|index| (index as u64, gongping_seal::tracker(&items[index].bytes)))
        .collect()
}

async fn replay(items: Vec<Item>, place: &str, diagnosis: &mut Diagnosis) -> Result<(), Refusal> {
    let replayed = tokio::task::spawn_blocking(move || {
        let mut replay = BoxReplay::verifying(64);
        for item in items {
            replay.apply(item)?;
        }
        replay.finish()
    });
    match replayed.await {
        Ok(Ok(finished)) => diagnosis.ballots += finished.ballots_checked,
        Ok(Err(finding)) => diagnosis.find(place, finding.to_string()),
        Err(error) => diagnosis.find(place, error.to_string()),
    }
    Ok(())
}

/// Rebuilds the tables that follow from the log, whatever they say now.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn rebuild_tables(app: &App) -> Result<(), Refusal> {
    app.catch_up().await?;
    let world = app.world();
    let mut ignored = Diagnosis::default();
    let tables: Vec<TableRows> = expected_rows(app, &world, &mut ignored)
        .await?
        .into_iter()
        .map(|(table, rows)| TableRows { table: table.name, rows })
        .collect();
    let replaced = app.store().replace_rows(world.size(), &tables).await;
    replaced.map_err(|failure| crate::Failure::from(failure).into())
}
