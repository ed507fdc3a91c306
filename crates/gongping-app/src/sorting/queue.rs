//! What waits to be sorted, and which opinions seem to say the same.

use super::index::text_of;
use crate::engine::{App, commitment_of};
use crate::refusal::{Failure, Refusal};
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    AccountId, Allowed, Appraisal, AppraisalId, Channel, FindingId, KeyRole, Matter, Opinion,
    OpinionId, Place, UnitId, World,
};
use gongping_store::Payload;
use gongping_text::{Collection, Likeness, Sketch};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Suggestions are sought among so many of the latest opinions about a unit.
const LATEST: u32 = 3000;

/// An opinion as whoever sorts sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpinionLine {
    /// Its number.
    pub id: OpinionId,
    /// Where it belongs now.
    pub place: Place,
    /// What it is.
    pub matter: Matter,
    /// How it came in.
    pub channel: Channel,
    /// When.
    pub received_at: Timestamp,
    /// Its state as a word.
    pub state: &'static str,
    /// Its revision.
    pub revision: u64,
    /// Which finding has it.
    pub finding: Option<FindingId>,
    /// What may be read of it: the masked copy, or the text that came in open.
    pub text: Option<String>,
}

/// What of the queue is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Only this unit.
    pub unit: Option<UnitId>,
    /// Only this kind.
    pub matter: Option<Matter>,
    /// Only numbers above this one: the next page.
    pub above: Option<OpinionId>,
}

/// An opinion that seems to say the same as another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The opinion.
    pub line: OpinionLine,
    /// How alike.
    pub likeness: Likeness,
}

/// Whether the account may sort what is said about the unit: no duty there, no declared ties.
pub(crate) fn may_sort(
    world: &World,
    appraisal: &Appraisal,
    unit: &UnitId,
    account: &AccountId,
) -> bool {
    world.may_read(appraisal, unit, KeyRole::Handler, account)
}

pub(crate) async fn read_line(
    app: &App,
    appraisal: &Appraisal,
    opinion: &Opinion,
) -> Result<OpinionLine, Failure> {
    let text = match opinion.readable() {
        Some(digest) => match app.store().payload(&commitment_of(digest)).await? {
            Some(Payload::Kept(opening)) => text_of(opening.bytes()),
            Some(Payload::Erased { .. }) | None => None,
        },
        None => None,
    };
    Ok(OpinionLine {
        id: opinion.id,
        place: Place { unit: opinion.unit.clone(), item: opinion.item.clone() },
        matter: opinion.matter,
        channel: opinion.channel,
        received_at: opinion.received_at,
        state: opinion.state.as_str(),
        revision: opinion.revision,
        finding: appraisal.findings.of_opinion(opinion.id).map(|finding| finding.id),
        text,
    })
}

/// The opinions that wait to be sorted, oldest first, at most `limit`; and how many of all kinds wait.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn queue(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    filter: &QueueFilter,
    limit: usize,
) -> Result<(Vec<OpinionLine>, usize), Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let asked = |unit: &&UnitId| {
        filter.unit.as_ref().is_none_or(|wanted| wanted == *unit)
            && may_sort(&world, appraisal, unit, allowed.account())
    };
    let units: Vec<&UnitId> = appraisal.units.iter().filter(asked).collect();
    let waiting = units.iter().map(|unit| appraisal.findings.waiting_count(unit)).sum();
    // The oldest of all units: each gives its own in order.
    let mut chosen: Vec<&Opinion> = Vec::new();
    for unit in units {
        let ids = appraisal.findings.waiting(unit, filter.above);
        let opinions = ids.filter_map(|id| appraisal.opinions.get(id));
        let of_matter = |opinion: &&Opinion| filter.matter.is_none_or(|m| m == opinion.matter);
        chosen.extend(opinions.filter(of_matter).take(limit));
    }
    chosen.sort_by_key(|opinion| opinion.id);
    chosen.truncate(limit);
    let mut lines = Vec::with_capacity(chosen.len());
    for opinion in chosen {
        lines.push(read_line(app, appraisal, opinion).await?);
    }
    Ok((lines, waiting))
}

/// One opinion, if the account may sort what is said about its unit.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn line(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
) -> Result<Option<OpinionLine>, Refusal> {
    Ok(lines(app, allowed, id, [opinion]).await?.pop())
}

/// These opinions, those left out that the account may not sort.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn lines(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    opinions: impl IntoIterator<Item = OpinionId>,
) -> Result<Vec<OpinionLine>, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let mut lines = Vec::new();
    for opinion in opinions.into_iter().filter_map(|id| appraisal.opinions.get(id)) {
        if may_sort(&world, appraisal, &opinion.unit, allowed.account()) {
            lines.push(read_line(app, appraisal, opinion).await?);
        }
    }
    Ok(lines)
}

/// The opinions about the same unit that are likest to one, at most `most`. Those that somebody
/// kept apart from it, and those in the same finding, are left out.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn suggestions(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    opinion: OpinionId,
    most: usize,
) -> Result<Vec<Suggestion>, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let Some(known) = appraisal.opinions.get(opinion) else { return Ok(Vec::new()) };
    if !may_sort(&world, appraisal, &known.unit, allowed.account()) {
        return Ok(Vec::new());
    }
    let kept = app.store().sketches(id.as_str(), known.unit.as_str(), LATEST).await?;
    let mut collection = Collection::default();
    let mut sketches: BTreeMap<OpinionId, Sketch> = BTreeMap::new();
    for (number, letters) in kept {
        let sketch = Sketch::from_kept(letters);
        collection.add(&sketch);
        sketches.insert(OpinionId(u32::try_from(number).unwrap_or(u32::MAX)), sketch);
    }
    let own = match sketches.remove(&opinion) {
        Some(own) => own,
        None => match read_line(app, appraisal, known).await?.text {
            Some(text) => Sketch::of(&text),
            None => return Ok(Vec::new()),
        },
    };
    let own_finding = appraisal.findings.of_opinion(opinion).map(|finding| finding.id);
    let others = sketches.iter().filter(|(other, _)| {
        let finding = appraisal.findings.of_opinion(**other).map(|finding| finding.id);
        !appraisal.findings.are_apart(opinion, **other)
            && (finding.is_none() || finding != own_finding)
    });
    let others = others.map(|(id, sketch)| (*id, sketch));
    let mut found = Vec::new();
    for (other, likeness) in collection.suggestions(&own, others, most) {
        if let Some(other) = appraisal.opinions.get(other) {
            found.push(Suggestion { line: read_line(app, appraisal, other).await?, likeness });
        }
    }
    Ok(found)
}
