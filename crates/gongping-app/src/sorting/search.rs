//! Search. What may be seen is decided by the permission and by ties to units, never by what is
//! typed.

use super::queue::{OpinionLine, may_sort, read_line};
use crate::engine::App;
use crate::refusal::Refusal;
use crate::survey::at_organiser;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{
    Allowed, Appraisal, AppraisalId, FindingId, ItemId, Matter, OpinionId, UnitId, World,
};
use gongping_store::{Subject, WordSearch};
use gongping_text::query_words;
use jiff::Timestamp;

/// What is searched for. Whatever is none, or empty, means any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFilter {
    /// What somebody typed; every word of it must occur.
    pub words: String,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The item.
    pub item: Option<ItemId>,
    /// Praise, suggestion or complaint.
    pub matter: Option<Matter>,
    /// The state, as a word.
    pub state: String,
    /// Received at this time or later.
    pub from: Option<Timestamp>,
    /// Received before this time.
    pub until: Option<Timestamp>,
    /// Only numbers below this one: the next page.
    pub below: Option<u32>,
}

/// A page of what was found, latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    /// What was found.
    pub rows: Vec<T>,
    /// The number below which the next page begins, if there may be one.
    pub next: Option<u32>,
}

impl SearchFilter {
    fn query(&self, id: &AppraisalId, subject: Subject, words: Vec<String>) -> WordSearch {
        let text = |value: Option<String>| value.unwrap_or_default();
        let time =
            |value: Option<Timestamp>, other| value.map_or(other, |time| time.as_microsecond());
        WordSearch {
            unit_id: text(self.unit.as_ref().map(ToString::to_string)),
            item: text(self.item.as_ref().map(ToString::to_string)),
            matter: text(self.matter.map(|matter| matter.as_str().to_owned())),
            state: self.state.clone(),
            from_us: time(self.from, i64::MIN),
            until_us: time(self.until, i64::MAX),
            below: self.below.map_or(i64::MAX, i64::from),
            ..WordSearch::of(id.as_str(), subject, words, 0)
        }
    }
}

/// Searches opinions by words of what staff may read of them, and by what is known of them; at most
/// `limit` a page.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn search_opinions(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Found<OpinionLine>, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let visible = |number: u32| {
        let opinion = appraisal.opinions.get(OpinionId(number))?;
        let may = may_sort(&world, appraisal, &opinion.unit, allowed.account());
        may.then_some(opinion)
    };
    let words = query_words(&filter.words);
    let mut found = Found { rows: Vec::new(), next: None };
    if words.is_empty() {
        // Without words the world itself knows everything that is asked for.
        let all = appraisal.opinions.all().rev();
        let asked = all.filter(|opinion| {
            filter.below.is_none_or(|below| opinion.id.0 < below)
                && filter.unit.as_ref().is_none_or(|unit| *unit == opinion.unit)
                && filter.item.as_ref().is_none_or(|item| Some(item) == opinion.item.as_ref())
                && filter.matter.is_none_or(|matter| matter == opinion.matter)
                && (filter.state.is_empty() || filter.state == opinion.state.as_str())
                && filter.from.is_none_or(|from| opinion.received_at >= from)
                && filter.until.is_none_or(|until| opinion.received_at < until)
        });
        for opinion in asked.filter_map(|opinion| visible(opinion.id.0)) {
            if found.rows.len() == limit {
                found.next = found.rows.last().map(|row: &OpinionLine| row.id.0);
                break;
            }
            found.rows.push(read_line(app, appraisal, opinion).await?);
        }
        return Ok(found);
    }
    let query = filter.query(id, Subject::Opinion, words);
    let (numbers, next) = pages(app, query, limit, |number| visible(number).is_some()).await?;
    for opinion in numbers.into_iter().filter_map(visible) {
        found.rows.push(read_line(app, appraisal, opinion).await?);
    }
    found.next = next;
    Ok(found)
}

/// Searches findings by the words of their problems; at most `limit` a page.
///
/// # Errors
/// [`Refusal::Failure`].
pub async fn search_findings(
    app: &App,
    allowed: &Allowed<SortOpinions>,
    id: &AppraisalId,
    filter: &SearchFilter,
    limit: usize,
) -> Result<Found<FindingId>, Refusal> {
    let world = app.world();
    let appraisal = at_organiser(&world, allowed, id)?;
    let visible = |number: u32| is_visible(&world, appraisal, FindingId(number), allowed);
    let words = query_words(&filter.words);
    if words.is_empty() {
        let all = appraisal.findings.all().rev();
        let asked = all.filter(|finding| {
            filter.below.is_none_or(|below| finding.id.0 < below)
                && filter.unit.as_ref().is_none_or(|unit| *unit == finding.place.unit)
                && filter.item.as_ref().is_none_or(|i| Some(i) == finding.place.item.as_ref())
                && (filter.state.is_empty() || filter.state == finding.state.as_str())
                && visible(finding.id.0)
        });
        let mut rows: Vec<FindingId> = asked.take(limit + 1).map(|finding| finding.id).collect();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = more.then(|| rows.last().map(|id| id.0)).flatten();
        return Ok(Found { rows, next });
    }
    let query = filter.query(id, Subject::Finding, words);
    let (numbers, next) = pages(app, query, limit, visible).await?;
    Ok(Found { rows: numbers.into_iter().map(FindingId).collect(), next })
}

fn is_visible(
    world: &World,
    appraisal: &Appraisal,
    id: FindingId,
    allowed: &Allowed<SortOpinions>,
) -> bool {
    let finding = appraisal.findings.get(id);
    finding.is_some_and(|known| may_sort(world, appraisal, &known.place.unit, allowed.account()))
}

/// Reads on until a page is full of what is visible.
async fn pages(
    app: &App,
    mut query: WordSearch,
    limit: usize,
    visible: impl Fn(u32) -> bool,
) -> Result<(Vec<u32>, Option<u32>), Refusal> {
    let mut numbers = Vec::new();
    query.limit = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    loop {
        let found = app.store().search(&query).await?;
        let is_last = found.len() <= limit;
        for number in found {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            query.below = i64::from(number);
            if !visible(number) {
                continue;
            }
            if numbers.len() == limit {
                let next = numbers.last().copied();
                return Ok((numbers, next));
            }
            numbers.push(number);
        }
        if is_last {
            return Ok((numbers, None));
        }
    }
}
