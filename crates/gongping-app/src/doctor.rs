//! The doctor: rebuilds everything that follows from the log and compares it with what is stored.
//! What was changed, added or removed past the log is named (T3, T4, T14).

use crate::engine::{App, commitment_of};
use crate::projection;
use crate::ranking;
use crate::refusal::Refusal;
use crate::survey::code_list_id;
use gongping_appraisal::{Appraisal, BoxId, Digest, Entry, Event, Survey, World, sha256};
use gongping_log::{Checkpoint, Tree};
use gongping_seal::{BoxReplay, Hash, Item};
use gongping_store::{Payload, TableRows, Value};
use std::collections::{BTreeMap, BTreeSet};

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
    for appraisal in world.appraisals() {
        for box_id in planned_boxes(appraisal) {
            progress(box_id.as_str());
            known.insert(box_id.to_string());
            known.insert(code_list_id(&box_id));
            examine_box(app, appraisal, &box_id, &mut diagnosis).await?;
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
    let mut latest_us = i64::MIN;
    let mut covered = 0;
    loop {
        let part = app.store().log_entries(tree.size(), 1000).await?;
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
    Ok(projection::all_rows(world, |appraisal| reports.get(&appraisal.id)))
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
    entries.iter().enumerate().filter_map(|(index, entry)| match &entry.body {
        Event::PointsEntered { sheet, .. } => Some((index, *sheet)),
        Event::InspectionDecided { report, .. } | Event::RankingDrafted { report, .. } => {
            Some((index, *report))
        }
        _ => None,
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
            Ok(Some(Payload::Kept(_) | Payload::Erased { .. })) => {}
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

async fn examine_box(
    app: &App,
    appraisal: &Appraisal,
    box_id: &BoxId,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    let survey = appraisal.running().map(|open| &open.survey);
    examine_code_list(app, survey, box_id, diagnosis).await?;
    let place = format!("box {box_id}");
    let state = survey.and_then(Survey::boxes).and_then(|boxes| boxes.get(box_id));
    let items = app.box_items(box_id).await?;
    let Some(state) = state else {
        if !items.is_empty() {
            diagnosis.find(place, "it has content before the survey opened");
        }
        return Ok(());
    };
    diagnosis.boxes += 1;
    let mut heads: BTreeMap<u64, Hash> = BTreeMap::new();
    for item in items.iter().filter(|item| item.name.ends_with(".event.json")) {
        heads.insert(heads.len() as u64, Hash::of(&item.bytes));
    }
    let known = [&state.opening.head, &state.head];
    for head in known {
        if heads.get(&head.height).is_none_or(|hash| hash.as_bytes() != head.hash.as_bytes()) {
            diagnosis.find(place.clone(), format!("event {} is not the one logged", head.height));
        }
    }
    let trackers = ballots_of(&items);
    for (position, tracker) in &trackers {
        match app.store().find_tracker(tracker).await? {
            Some(found) if found.box_id == box_id.as_str() && found.position == *position => {}
            _ => diagnosis.find(format!("receipt {tracker}"), "it does not lead to its ballot"),
        }
    }
    replay(items, &place, diagnosis).await
}

async fn examine_code_list(
    app: &App,
    survey: Option<&Survey>,
    box_id: &BoxId,
    diagnosis: &mut Diagnosis,
) -> Result<(), Refusal> {
    let Some(Survey::Agreed { codes: Some(codes), .. }) = survey else { return Ok(()) };
    let items = app.store().box_items(&code_list_id(box_id), 0, 2).await?;
    let expected = codes.get(box_id).map(|list| list.digest);
    if items.len() != 1 || items.first().map(|item| sha256(&item.bytes)) != expected {
        diagnosis.find(format!("code list of {box_id}"), "it is not the one logged");
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
