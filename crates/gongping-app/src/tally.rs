//! The sealed tally (C9): key holders give their shares; when enough have, the boxes open.

use crate::change_boxes::{BoxesRefusal, ChangedBoxes};
use crate::engine::App;
use crate::key::fills;
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::HoldKey;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, BoxId, KeySeat, Rejection, Step, Survey, TalliedBox,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a key holder's device needs to make the shares.
#[derive(Debug, Clone, Serialize)]
pub struct ShareWork {
    /// The boxes that may be opened.
    pub boxes: Vec<ShareWorkBox>,
}

/// A box to open.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareWorkBox {
    /// The box.
    pub id: BoxId,
    /// The election, exact JSON.
    pub election: String,
    /// The encrypted tally, exact JSON.
    pub encrypted_tally: String,
    /// Ballots in it; the holder's tool refuses fewer than the rulebook's minimum as well.
    pub ballots: u64,
    /// The rulebook's minimum.
    pub minimum: u64,
}

fn closed(appraisal: &Appraisal) -> Result<Vec<BoxId>, Rejection> {
    match appraisal.running().map(|open| &open.survey) {
        Some(Survey::Closed { to_open, .. }) => Ok(to_open.iter().cloned().collect()),
        _ => Err(Rejection::WrongStage {
            needed: "closed".to_owned(),
            stage: appraisal.stage_word().to_owned(),
        }),
    }
}

/// The boxes to open, as a key holder's device needs them.
///
/// # Errors
/// [`Refusal::Rejected`] unless the survey is closed and not yet opened.
pub async fn share_work(
    app: &App,
    allowed: &Allowed<HoldKey>,
    id: &AppraisalId,
) -> Result<ShareWork, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let minimum =
        appraisal.rulebook().map_or(1, |rulebook| rulebook.rules.survey().box_minimum.value);
    let mut boxes = Vec::new();
    for box_id in closed(appraisal)? {
        let live = app.read_box(&box_id).await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        boxes.push(ShareWorkBox {
            id: box_id,
            election: text(live.state.election().bytes()),
            encrypted_tally: live.state.tally().map_or_else(String::new, |t| text(t.bytes())),
            ballots: live.state.ballots_counted(),
            minimum,
        });
    }
    Ok(ShareWork { boxes })
}

/// Takes the shares of one key holder for all boxes that may be opened, after checking every
/// proof. With the share that completes the number in the survey plan, the boxes open in the same
/// commit.
///
/// # Errors
/// [`Refusal::Input`] names the box whose share is missing or wrong; nothing was changed.
pub async fn give_share(
    app: &App,
    allowed: Allowed<HoldKey>,
    id: &AppraisalId,
    seat: KeySeat,
    shares: BTreeMap<BoxId, String>,
) -> Result<(), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, &allowed, id)?;
    fills(&world, &allowed, seat)?;
    let boxes = closed(appraisal)?;
    let awaited = appraisal.running().map(|open| open.awaited_shares()).unwrap_or_default();
    if !awaited.contains(&seat) {
        return Err(Rejection::AlreadyGiven.into());
    }
    if let Some(missing) = boxes.iter().find(|box_id| !shares.contains_key(*box_id)) {
        return Err(Refusal::input("share-missing", &[("box", missing.as_str())]));
    }
    // A share for a box that must stay shut is not put aside in silence: it must not exist [T9].
    if shares.len() > boxes.len() {
        return Err(Rejection::BoxesMismatch.into());
    }
    let threshold = appraisal
        .running()
        .and_then(|open| open.survey.plan())
        .map_or(usize::MAX, |plan| plan.key_threshold as usize);
    let others = KeySeat::ALL.len() - awaited.len();
    // Without a box to open, the world says how many have given; else the boxes do, which are
    // locked: another holder may have been faster.
    let mut is_last = others + 1 >= threshold;
    let owner = seat.number();
    let outcome = app
        .change_boxes(&boxes, |state, box_id| {
            let share = shares.get(box_id).map(String::as_bytes).unwrap_or_default();
            let mut items = state.partial_decryption(owner, share)?;
            is_last = state.opened_by().len() >= threshold;
            if is_last {
                items.extend(state.result()?);
            }
            Ok(items)
        })
        .await
        .map_err(|refusal| match refusal {
            BoxesRefusal::Tally(box_id, error) => {
                Refusal::input("share", &[("box", box_id.as_str()), ("why", &error.to_string())])
            }
            BoxesRefusal::Other(refusal) => refusal,
        })?;
    let heads = outcome.heads.iter().map(|(id, (head, _))| (id.clone(), head.clone())).collect();
    let mut steps = vec![Step::GiveShare { seat, heads }];
    if is_last {
        steps.push(Step::OpenBoxes(opened(appraisal, &outcome)));
    }
    outcome.commit(app, &allowed.account().into(), id, steps).await
}

/// Every box of the survey: those that were opened, and the others as they closed.
fn opened(appraisal: &Appraisal, outcome: &ChangedBoxes) -> BTreeMap<BoxId, TalliedBox> {
    let boxes = appraisal.running().and_then(|open| open.survey.boxes());
    let mut all = BTreeMap::new();
    for (box_id, known) in boxes.into_iter().flatten() {
        let tallied = match outcome.heads.get(box_id) {
            Some((head, counted)) => {
                TalliedBox { head: head.clone(), counted: *counted, opened: true }
            }
            None => TalliedBox { head: known.head.clone(), counted: known.counted, opened: false },
        };
        all.insert(box_id.clone(), tallied);
    }
    all
}
/// The counts of the boxes that were opened: by question and answer.
///
/// # Errors
/// [`Refusal::Failure`].
pub(crate) async fn counts(
    app: &App,
    appraisal: &Appraisal,
) -> Result<BTreeMap<BoxId, Vec<Vec<u64>>>, Refusal> {
    let boxes = appraisal.running().and_then(|open| open.survey.boxes());
    let mut counts = BTreeMap::new();
    for (box_id, state) in boxes.into_iter().flatten() {
        if state.opened {
            let live = app.read_box(box_id).await?;
            // An open box without counts must not pass for one that was never opened.
            let missing = || Failure::Damaged(format!("box {box_id} has no result"));
            counts.insert(box_id.clone(), live.state.counts().ok_or_else(missing)?.to_vec());
        }
    }
    Ok(counts)
}
