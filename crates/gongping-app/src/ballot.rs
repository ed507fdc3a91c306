//! Answering the survey (C3): the sheet, its submission, receipts, and the boxes for all to read.

use crate::ballot_queue::CheckedSheet;
use crate::engine::App;
use crate::refusal::{BallotRefusal, Failure, Refusal};
use gongping_appraisal::{AppraisalId, BoxId, Open, SheetNumber, SheetPlan, Survey, SurveyPlan};
pub use gongping_seal::read_receipt_number;
use gongping_seal::{
    ArchiveWriter, BallotChecker, BallotRejection, CheckedBallot, Hash, Item, PublicCredential,
};
use gongping_store::Tracker;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One box of a sheet, for the browser.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SheetBox {
    /// The box.
    pub id: BoxId,
    /// The unit's name.
    pub unit_name: String,
    /// The election, exact JSON.
    pub election: String,
}

/// A sheet as it comes back from the browser.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetSubmission {
    /// The sheet's number.
    pub sheet: SheetNumber,
    /// One ballot for each box of the sheet.
    pub ballots: Vec<SealedBallot>,
}

/// One sealed ballot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedBallot {
    /// The box.
    #[serde(rename = "box")]
    pub box_id: BoxId,
    /// The ballot, exact JSON.
    pub ballot: String,
}

/// Proof that a ballot is in its box.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The box.
    #[serde(rename = "box")]
    pub box_id: BoxId,
    /// The ballot's tracker.
    pub tracker: String,
    /// Whether it replaces an earlier ballot of the same code.
    pub replaced: bool,
}

/// What anybody can learn about the receipt of a ballot.
#[derive(Debug, Clone)]
pub struct ReceiptStatus {
    /// The tracker.
    pub tracker: String,
    /// The box.
    pub box_id: BoxId,
    /// When the ballot was taken.
    pub at: Timestamp,
    /// The height of its event in the box.
    pub height: u64,
    /// Whether it counts, or was replaced by a later one of the same code.
    pub counts: bool,
}

pub(crate) fn running<'a>(
    world: &'a gongping_appraisal::World,
    id: &AppraisalId,
) -> Result<&'a Open, BallotRefusal> {
    world.appraisal(id).and_then(|appraisal| appraisal.running()).ok_or(BallotRefusal::NotOpen)
}

pub(crate) fn collecting(open: &Open, now: Timestamp) -> Result<&SurveyPlan, BallotRefusal> {
    match &open.survey {
        Survey::Collecting { plan, .. } if now >= plan.closes_at => Err(BallotRefusal::Closed),
        Survey::Collecting { plan, .. } => Ok(plan),
        Survey::Closed { .. } | Survey::Tallied { .. } => Err(BallotRefusal::Closed),
        Survey::Unplanned | Survey::Proposed { .. } | Survey::Agreed { .. } => {
            Err(BallotRefusal::NotOpen)
        }
    }
}

/// The boxes of a sheet as the browser needs them to seal an answer.
///
/// # Errors
/// [`Refusal::Ballot`] when the survey takes no answers or has no such sheet.
pub async fn sheet(
    app: &App,
    id: &AppraisalId,
    number: SheetNumber,
) -> Result<(SheetPlan, Vec<SheetBox>), Refusal> {
    let world = app.world();
    let plan = collecting(running(&world, id)?, app.now())?;
    let sheet = plan.sheet(number).ok_or(BallotRefusal::UnknownSheet)?;
    let mut boxes = Vec::with_capacity(sheet.units.len());
    for unit in &sheet.units {
        let box_id = BoxId::of(id, unit, &sheet.group);
        let live = app.live_box(&box_id).await?;
        let election = String::from_utf8_lossy(live.checker.election().bytes()).into();
        let name = world.unit(unit).map_or(unit.as_str(), |unit| unit.name_on(app.today()));
        boxes.push(SheetBox { id: box_id, unit_name: name.to_owned(), election });
    }
    Ok((sheet.clone(), boxes))
}

/// Takes a whole sheet, or nothing of it. Sending the very same sheet again gives the same
/// receipts: a browser that lost the answer may simply repeat.
///
/// # Errors
/// [`Refusal::Ballot`] says which ballot is not in order; [`Refusal::Failure`] when it could not
/// be kept. In both cases nothing was.
pub async fn submit(
    app: &App,
    id: &AppraisalId,
    submission: SheetSubmission,
) -> Result<Vec<Receipt>, Refusal> {
    let mut ballots: BTreeMap<BoxId, Vec<u8>> = BTreeMap::new();
    let count = submission.ballots.len();
    for sealed in submission.ballots {
        ballots.insert(sealed.box_id, sealed.ballot.into_bytes());
    }
    {
        let world = app.world();
        let plan = collecting(running(&world, id)?, app.now())?;
        let sheet = plan.sheet(submission.sheet).ok_or(BallotRefusal::UnknownSheet)?;
        let mut wanted: Vec<BoxId> =
            sheet.units.iter().map(|unit| BoxId::of(id, unit, &sheet.group)).collect();
        wanted.sort();
        if count != wanted.len() || !wanted.iter().eq(ballots.keys()) {
            return Err(BallotRefusal::WrongBoxes.into());
        }
    }
    let ballots = check_all(app, ballots).await?;
    app.append_sheet(CheckedSheet { appraisal: id.clone(), ballots }).await
}

/// The expensive checks, on all cores; no box is locked meanwhile.
async fn check_all(
    app: &App,
    ballots: BTreeMap<BoxId, Vec<u8>>,
) -> Result<BTreeMap<BoxId, CheckedBallot>, Refusal> {
    let mut tasks = Vec::with_capacity(ballots.len());
    for (box_id, bytes) in ballots {
        let checker = app.live_box(&box_id).await?.checker;
        tasks.push((box_id, checker, bytes));
    }
    let check = tokio::task::spawn_blocking(move || {
        let check_one = |(box_id, checker, bytes): (BoxId, BallotChecker, Vec<u8>)| match checker
            .check_ballot(&bytes)
        {
            Ok(ballot) => Ok((box_id, ballot)),
            Err(rejection) => Err(refused(&box_id, &rejection)),
        };
        tasks.into_par_iter().map(check_one).collect::<Result<BTreeMap<_, _>, _>>()
    });
    Ok(check.await.map_err(|error| Failure::Bug(error.to_string()))??)
}

pub(crate) fn refused(box_id: &BoxId, rejection: &BallotRejection) -> BallotRefusal {
    let box_id = box_id.clone();
    match rejection {
        BallotRejection::UnknownCredential { .. } => BallotRefusal::UnknownCode { box_id },
        BallotRejection::Closed => BallotRefusal::Closed,
        other => BallotRefusal::Invalid { box_id, reason: other.to_string() },
    }
}

/// What became of the ballot with this tracker; `None` if no box holds it.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn find_receipt(app: &App, tracker: &str) -> Result<Option<ReceiptStatus>, Refusal> {
    match app.store().find_tracker(tracker).await? {
        Some(found) => Ok(Some(status_of(app, found).await?)),
        None => Ok(None),
    }
}

/// What became of the ballots of the sheet with this receipt number, by the ids of their boxes;
/// none if no sheet has it. The number must be in its one form.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn find_sheet(
    app: &App,
    id: &AppraisalId,
    number: &str,
) -> Result<Vec<ReceiptStatus>, Refusal> {
    let mut ballots = Vec::new();
    for found in app.store().find_receipt(number).await? {
        let status = status_of(app, found).await?;
        if status.box_id.appraisal() == *id {
            ballots.push(status);
        }
    }
    Ok(ballots)
}

async fn status_of(app: &App, found: Tracker) -> Result<ReceiptStatus, Refusal> {
    #[derive(Deserialize)]
    struct Event {
        height: u64,
    }
    let tracker = &found.tracker;
    let damaged = |what: &str| Failure::Damaged(format!("tracker {tracker}: {what}"));
    let box_id = BoxId::parse(&found.box_id).map_err(|_| damaged("no such box"))?;
    let at = Timestamp::from_microsecond(found.at_us).map_err(|_| damaged("no such time"))?;
    // After each ballot stands its event.
    let items = app.store().box_items(&found.box_id, found.position, 2).await?;
    let [ballot, event] = items.as_slice() else { return Err(damaged("no such ballot").into()) };
    let hash = Hash::of(&ballot.bytes);
    let live = app.read_box(&box_id).await?;
    if !live.state.contains_ballot(&hash) {
        return Err(damaged("not in the box").into());
    }
    let event: Event = serde_json::from_slice(&event.bytes).map_err(|_| damaged("no event"))?;
    let credential = serde_json::from_slice::<serde_json::Value>(&ballot.bytes)
        .ok()
        .and_then(|ballot| PublicCredential::parse(ballot["credential"].as_str()?).ok())
        .ok_or_else(|| damaged("not a ballot"))?;
    let counts = live.state.latest_ballot(&credential) == Some(hash);
    let (tracker, height) = (found.tracker.clone(), event.height);
    Ok(ReceiptStatus { tracker, box_id, at, height, counts })
}

/// The archive of a box as anybody may have it: before publication up to the end of the ballots,
/// afterwards whole. Opening a box happens before people learn the result, and the archive must
/// not be the place where it leaks (C9, T7).
///
/// # Errors
/// [`Refusal::Ballot`] when there is no such box.
pub async fn archive(app: &App, box_id: &BoxId) -> Result<Vec<u8>, Refusal> {
    let appraisal = box_id.appraisal();
    let world = app.world();
    let known = world.appraisal(&appraisal);
    let is_there = known
        .and_then(|appraisal| appraisal.running())
        .and_then(|open| open.survey.boxes())
        .is_some_and(|boxes| boxes.contains_key(box_id));
    if !is_there {
        return Err(BallotRefusal::NotOpen.into());
    }
    let whole = known.is_some_and(|appraisal| appraisal.published().is_some());
    let mut items = app.box_items(box_id).await?;
    if !whole {
        items.truncate(public_length(&items));
    }
    Ok(write_archive(&items)?)
}

/// How many of the items are public before publication: those to the end of the ballots.
fn public_length(items: &[Item]) -> usize {
    let is_end = |item: &Item| {
        item.name.ends_with(".event.json")
            && serde_json::from_slice::<serde_json::Value>(&item.bytes)
                .is_ok_and(|event| event["type"] == "EndBallots")
    };
    items.iter().position(is_end).map_or(items.len(), |index| index + 1)
}

/// The archive file of a box with these items.
pub(crate) fn write_archive(items: &[Item]) -> Result<Vec<u8>, Failure> {
    #[derive(Deserialize)]
    struct Header {
        timestamp: String,
    }
    let damaged = || Failure::Damaged("a box without header".to_owned());
    let header = items.first().ok_or_else(damaged)?;
    let header: Header = serde_json::from_slice(&header.bytes).map_err(|_| damaged())?;
    let timestamp = header.timestamp.parse().map_err(|_| damaged())?;
    let bug = |error: std::io::Error| Failure::Bug(error.to_string());
    let mut writer = ArchiveWriter::append(Vec::new(), timestamp);
    for item in items {
        writer.write(item).map_err(bug)?;
    }
    writer.finish().map_err(bug)
}
