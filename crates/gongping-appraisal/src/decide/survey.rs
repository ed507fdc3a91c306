//! The survey (C3) and the sealed tally (C9).

use super::seen_current;
use crate::{
    Appraisal, BoxHead, BoxId, BoxOpening, BoxState, CodeList, Context, Digest, Event, GroupId,
    KeySeat, Rejection, SheetNumber, Signatory, Survey, SurveyPlan, TalliedBox,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// More codes than this for one kind of sheet is a slip of the pen, not a plan.
const MOST_CODES: u32 = 1_000_000;

pub(super) fn propose(
    appraisal: &Appraisal,
    plan: SurveyPlan,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    seen_current(appraisal, context)?;
    if !matches!(open.survey, Survey::Unplanned | Survey::Proposed { .. }) {
        return Err(appraisal.wrong_stage("proposed"));
    }
    if plan.closes_at <= plan.opens_at || plan.closes_at <= context.now {
        return Err(Rejection::SurveyTimes);
    }
    if !(2..=KeySeat::ALL.len()).contains(&(plan.key_threshold as usize)) {
        return Err(Rejection::KeyThreshold { threshold: plan.key_threshold });
    }
    // They are printed on the public page, one line each.
    plan.channels.iter().try_for_each(|channel| super::one_line(channel))?;
    let rules = &open.rulebook.rules;
    let mut numbers = BTreeSet::new();
    for sheet in &plan.sheets {
        let once: BTreeSet<_> = sheet.units.iter().collect();
        let well_formed = sheet.number.0 > 0
            && numbers.insert(sheet.number)
            && (1..=MOST_CODES).contains(&sheet.codes)
            && !sheet.units.is_empty()
            && once.len() == sheet.units.len();
        if !well_formed {
            return Err(Rejection::BadSheet { sheet: sheet.number.0 });
        }
        if rules.group(sheet.group.as_str()).is_none() {
            return Err(Rejection::UnknownGroup { group: sheet.group.to_string() });
        }
        if let Some(unit) = sheet.units.iter().find(|unit| !appraisal.units.contains(unit)) {
            return Err(Rejection::UnknownUnit { unit: unit.clone() });
        }
    }
    every_box_is_planned(appraisal, &plan, rules)?;
    Ok(Event::SurveyProposed { appraisal: appraisal.id.clone(), plan })
}

fn every_box_is_planned(
    appraisal: &Appraisal,
    plan: &SurveyPlan,
    rules: &gongping_score::Rulebook,
) -> Result<(), Rejection> {
    let boxes = plan.boxes(&appraisal.id);
    let minimum = rules.survey().box_minimum.value;
    for unit in &appraisal.units {
        for group in rules.groups() {
            let leaves_out =
                || Rejection::PlanLeavesOut { unit: unit.clone(), group: group.id.clone() };
            let id = GroupId::parse(&group.id).map_err(|_| leaves_out())?;
            let box_id = BoxId::of(&appraisal.id, unit, &id);
            let codes = *boxes.get(&box_id).ok_or_else(leaves_out)?;
            if codes < minimum {
                return Err(Rejection::TooFewCodes { box_id, codes, minimum });
            }
        }
    }
    Ok(())
}

pub(super) fn sign(
    appraisal: &Appraisal,
    signatory: Signatory,
    seen: Digest,
    context: &Context,
) -> Result<Event, Rejection> {
    let Survey::Proposed { plan, signed } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("proposed"));
    };
    if plan.digest() != seen {
        return Err(Rejection::ChangedMeanwhile);
    }
    not_signed_yet(signed, signatory, context)?;
    Ok(Event::SurveySigned { appraisal: appraisal.id.clone(), signatory, plan: seen })
}

/// Two bodies sign, so two persons do (A5).
pub(super) fn not_signed_yet(
    signed: &BTreeMap<Signatory, crate::AccountId>,
    signatory: Signatory,
    context: &Context,
) -> Result<(), Rejection> {
    if signed.contains_key(&signatory) {
        return Err(Rejection::AlreadyGiven);
    }
    if signed.values().any(|signer| *signer == context.actor) {
        return Err(Rejection::SameSigner);
    }
    Ok(())
}

pub(super) fn issue_codes(
    appraisal: &Appraisal,
    lists: BTreeMap<BoxId, CodeList>,
) -> Result<Event, Rejection> {
    let Survey::Agreed { plan, codes, .. } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("agreed"));
    };
    // One list for good: codes invented later must be visible as such.
    if codes.is_some() {
        return Err(Rejection::AlreadyGiven);
    }
    let planned = plan.boxes(&appraisal.id);
    if !planned.keys().eq(lists.keys()) {
        return Err(Rejection::BoxesMismatch);
    }
    for (box_id, list) in &lists {
        if planned.get(box_id) != Some(&list.count) {
            return Err(Rejection::CodeListMismatch { box_id: box_id.clone() });
        }
    }
    Ok(Event::CodesIssued { appraisal: appraisal.id.clone(), lists })
}

/// A lost code may be replaced until the survey opens, and then no more: whoever could strike off
/// codes later could strike off answers.
pub(super) fn replace_codes(
    appraisal: &Appraisal,
    sheet: SheetNumber,
    lists: BTreeMap<BoxId, CodeList>,
    struck: u32,
    reason: String,
) -> Result<Event, Rejection> {
    let Survey::Agreed { plan, codes, .. } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("agreed"));
    };
    let issued = codes.as_ref().ok_or_else(|| Rejection::missing("codes"))?;
    super::one_line(&reason)?;
    let planned = plan.sheet(sheet).ok_or(Rejection::BadSheet { sheet: sheet.0 })?;
    if !(1..=planned.codes).contains(&struck) {
        return Err(Rejection::StruckCodes { sheet: sheet.0, struck, codes: planned.codes });
    }
    // One code opens every box of its sheet, so it must leave them all.
    let opened = planned.units.iter().map(|unit| BoxId::of(&appraisal.id, unit, &planned.group));
    if !opened.collect::<BTreeSet<_>>().iter().eq(lists.keys()) {
        return Err(Rejection::BoxesMismatch);
    }
    for (box_id, list) in &lists {
        let replaces = issued
            .get(box_id)
            .is_some_and(|before| before.count == list.count && before.digest != list.digest);
        if !replaces {
            return Err(Rejection::CodeListMismatch { box_id: box_id.clone() });
        }
    }
    Ok(Event::CodesReplaced { appraisal: appraisal.id.clone(), sheet, lists, struck, reason })
}

pub(super) fn open(
    appraisal: &Appraisal,
    boxes: BTreeMap<BoxId, BoxOpening>,
    context: &Context,
) -> Result<Event, Rejection> {
    let Survey::Agreed { plan, ceremony, codes } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("agreed"));
    };
    if ceremony.round().is_some() {
        return Err(Rejection::missing("keys"));
    }
    // Votes have been lost to media that nobody could read on the day.
    if !ceremony.is_rehearsed() {
        return Err(Rejection::missing("rehearsal"));
    }
    let codes = codes.as_ref().ok_or_else(|| Rejection::missing("codes"))?;
    not_before(plan.opens_at, context)?;
    not_after(plan.closes_at, context)?;
    if !codes.keys().eq(boxes.keys()) {
        return Err(Rejection::BoxesMismatch);
    }
    for (box_id, opening) in &boxes {
        if opening.uuid != plan.election_uuid(box_id) {
            return Err(Rejection::BoxesMismatch);
        }
    }
    Ok(Event::SurveyOpened { appraisal: appraisal.id.clone(), boxes })
}

fn not_before(from: Timestamp, context: &Context) -> Result<(), Rejection> {
    if context.now < from {
        return Err(Rejection::TooEarly { from: from.to_string() });
    }
    Ok(())
}

fn not_after(until: Timestamp, context: &Context) -> Result<(), Rejection> {
    if context.now >= until {
        return Err(Rejection::TooLate { until: until.to_string() });
    }
    Ok(())
}

pub(super) fn checkpoint(
    appraisal: &Appraisal,
    heads: BTreeMap<BoxId, BoxHead>,
) -> Result<Event, Rejection> {
    let Survey::Collecting { boxes, .. } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("collecting"));
    };
    grows_only(boxes, &heads)?;
    Ok(Event::BoxesCheckpointed { appraisal: appraisal.id.clone(), heads })
}

/// A head may only move forward; one of the same height must be the same head.
fn grows_only(
    boxes: &BTreeMap<BoxId, BoxState>,
    heads: &BTreeMap<BoxId, BoxHead>,
) -> Result<(), Rejection> {
    for (box_id, head) in heads {
        let known = &boxes.get(box_id).ok_or(Rejection::BoxesMismatch)?.head;
        let forked = head.height == known.height && head.hash != known.hash;
        if head.height < known.height || forked {
            return Err(Rejection::BoxesMismatch);
        }
    }
    Ok(())
}

pub(super) fn close(
    appraisal: &Appraisal,
    closed: BTreeMap<BoxId, TalliedBox>,
    context: &Context,
) -> Result<Event, Rejection> {
    let open = appraisal.open()?;
    let Survey::Collecting { plan, boxes, .. } = &open.survey else {
        return Err(appraisal.wrong_stage("collecting"));
    };
    // Nobody may cut the survey short: the time was signed.
    not_before(plan.closes_at, context)?;
    all_boxes(boxes, &closed)?;
    if closed.values().any(|tallied| tallied.opened) {
        return Err(Rejection::BoxesMismatch);
    }
    let minimum = open.rulebook.rules.survey().box_minimum.value;
    let to_open = closed
        .iter()
        .filter(|(_, tallied)| tallied.counted >= minimum)
        .map(|(id, _)| id.clone())
        .collect();
    Ok(Event::SurveyClosed { appraisal: appraisal.id.clone(), boxes: closed, to_open })
}

fn all_boxes(
    boxes: &BTreeMap<BoxId, BoxState>,
    given: &BTreeMap<BoxId, TalliedBox>,
) -> Result<(), Rejection> {
    if !boxes.keys().eq(given.keys()) {
        return Err(Rejection::BoxesMismatch);
    }
    let heads = given.iter().map(|(id, tallied)| (id.clone(), tallied.head.clone())).collect();
    grows_only(boxes, &heads)
}

pub(super) fn give_share(
    appraisal: &Appraisal,
    seat: KeySeat,
    heads: BTreeMap<BoxId, BoxHead>,
) -> Result<Event, Rejection> {
    let Survey::Closed { boxes, to_open, shares, .. } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("closed"));
    };
    if shares.contains(&seat) {
        return Err(Rejection::AlreadyGiven);
    }
    // Exactly the boxes that may be opened: a share for a small box must not exist at all [T9].
    if !heads.keys().eq(to_open.iter()) {
        return Err(Rejection::BoxesMismatch);
    }
    grows_only(boxes, &heads)?;
    Ok(Event::ShareGiven { appraisal: appraisal.id.clone(), seat, heads })
}

pub(super) fn open_boxes(
    appraisal: &Appraisal,
    opened: BTreeMap<BoxId, TalliedBox>,
) -> Result<Event, Rejection> {
    let Survey::Closed { plan, boxes, to_open, shares, .. } = &appraisal.open()?.survey else {
        return Err(appraisal.wrong_stage("closed"));
    };
    if shares.len() < plan.key_threshold as usize {
        return Err(Rejection::missing("shares"));
    }
    all_boxes(boxes, &opened)?;
    let with_result: Vec<&BoxId> =
        opened.iter().filter(|(_, b)| b.opened).map(|(id, _)| id).collect();
    if !with_result.into_iter().eq(to_open.iter()) {
        return Err(Rejection::BoxesMismatch);
    }
    Ok(Event::BoxesOpened { appraisal: appraisal.id.clone(), boxes: opened })
}
