//! From totals to ranks (C9).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::band;
use crate::exact::Exact;
use crate::rulebook::{RankOn, Rulebook, Ties, VetoedPlaces, Within};
use crate::score::{Scores, UnitScore, Unranked};

/// The ranking. Every scored unit is in exactly one of the three lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// From the best to the worst; units of equal rank in the order of their ids.
    pub rows: Vec<RankRow>,
    /// Units with a confirmed breach, in the order of their ids (E4).
    pub vetoed: Vec<VetoedRow>,
    /// Units without a total, in the order of their ids.
    pub unranked: Vec<UnrankedRow>,
}

/// A ranked unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankRow {
    /// Unit id.
    pub unit: String,
    /// 1-based rank.
    pub rank: u64,
    /// Whether another unit has the same rank.
    pub tied: bool,
    /// The exact total.
    pub total: Exact,
    /// The total as displayed.
    pub shown: String,
    /// The band, if the rulebook has bands.
    pub band: Option<String>,
    /// The class that the unit is ranked in, if the rulebook ranks within classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// A unit whose rank is overridden by a confirmed breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VetoedRow {
    /// Unit id.
    pub unit: String,
    /// The vetoes.
    pub vetoes: BTreeSet<String>,
    /// The failing band: that of the rulebook's first veto among them.
    pub band: Option<String>,
    /// The rank among all units, vetoed ones included, had there been no veto; none without a
    /// total.
    pub would_have_rank: Option<u64>,
    /// The exact total.
    pub total: Option<Exact>,
    /// The total as displayed.
    pub shown: Option<String>,
}

/// A unit that is not ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnrankedRow {
    /// Unit id.
    pub unit: String,
    /// All reasons.
    pub reasons: Vec<Unranked>,
}

/// A unit with a total, and the value by which it is compared.
struct Contender<'a> {
    unit: &'a String,
    score: &'a UnitScore,
    total: &'a Exact,
    compared: Exact,
}

impl Contender<'_> {
    fn is_eligible(&self) -> bool {
        self.score.vetoes.is_empty()
    }
}

/// Ranks the units and gives them their bands. Depends on totals, classes and unit ids only, never
/// on names or on the order of the input. Where units are ranked within classes, the classes stand
/// in the order of the rulebook.
pub fn rank(scores: &Scores, rulebook: &Rulebook) -> Ranking {
    let all = contenders(scores, rulebook);
    let eligible: Vec<&Contender<'_>> = all.iter().filter(|one| one.is_eligible()).collect();
    let standing: Vec<band::Standing<'_>> = eligible
        .iter()
        .map(|one| band::Standing { total: &one.compared, class: one.score.class.as_deref() })
        .collect();
    let bands = eligible.iter().map(|one| one.unit).zip(band::bands(rulebook, &standing));
    let mut bands: BTreeMap<&String, Option<String>> = bands.collect();
    let (mut rows, mut would_have) = (Vec::with_capacity(eligible.len()), BTreeMap::new());
    for class in ranked_classes(rulebook) {
        let in_class =
            |one: &&Contender<'_>| class.is_none() || one.score.class.as_deref() == class;
        let everyone: Vec<&Contender<'_>> = all.iter().filter(in_class).collect();
        let ranks_of_all = ranks(&everyone, rulebook.ranking().ties.value);
        would_have.extend(everyone.iter().map(|one| one.unit).zip(ranks_of_all.iter().copied()));
        for mut row in rows_of(rulebook, &everyone, &ranks_of_all) {
            row.band = bands.remove(&row.unit).flatten();
            row.class = class.map(str::to_owned);
            rows.push(row);
        }
    }
    let vetoed = vetoed(scores, rulebook, |unit| would_have.get(unit).copied());
    Ranking { rows, vetoed, unranked: unranked(scores) }
}

/// The classes that are ranked for themselves; one without a name when there are none.
fn ranked_classes(rulebook: &Rulebook) -> Vec<Option<&str>> {
    match rulebook.ranking().within.value {
        Within::All => vec![None],
        Within::Class => rulebook.classes().iter().map(|class| Some(class.id.as_str())).collect(),
    }
}

/// The rows of one ranking, without bands.
fn rows_of(rulebook: &Rulebook, everyone: &[&Contender<'_>], ranks_of_all: &[u64]) -> Vec<RankRow> {
    let eligible: Vec<&Contender<'_>> =
        everyone.iter().copied().filter(|one| one.is_eligible()).collect();
    let ranks_of_eligible = match rulebook.ranking().vetoed_places.value {
        VetoedPlaces::Closed => ranks(&eligible, rulebook.ranking().ties.value),
        VetoedPlaces::Kept => {
            let pairs = everyone.iter().zip(ranks_of_all);
            pairs.filter(|(one, _)| one.is_eligible()).map(|(_, rank)| *rank).collect()
        }
    };
    // Equal totals stand side by side in a sorted list.
    let compared = |index: usize| eligible.get(index).map(|one| &one.compared);
    let equal = |a: usize, b: usize| compared(a) == compared(b);
    let mut rows = Vec::with_capacity(eligible.len());
    for (index, (contender, rank)) in eligible.iter().zip(ranks_of_eligible).enumerate() {
        rows.push(RankRow {
            unit: contender.unit.clone(),
            rank,
            tied: equal(index, index + 1) || (index > 0 && equal(index - 1, index)),
            total: contender.total.clone(),
            shown: rulebook.shown(contender.total),
            band: None,
            class: None,
        });
    }
    rows
}

/// Units with a total, from the best to the worst.
fn contenders<'a>(scores: &'a Scores, rulebook: &Rulebook) -> Vec<Contender<'a>> {
    let contender = |(unit, score): (&'a String, &'a UnitScore)| {
        let total = score.total.as_ref()?;
        let compared = match rulebook.ranking().rank_on.value {
            RankOn::Exact => total.clone(),
            RankOn::Rounded => total.rounded(rulebook.rounding()),
        };
        Some(Contender { unit, score, total, compared })
    };
    let mut all: Vec<Contender<'a>> = scores.units.iter().filter_map(contender).collect();
    all.sort_by(|a, b| b.compared.cmp(&a.compared).then_with(|| a.unit.cmp(b.unit)));
    all
}

/// The ranks of a sorted list.
fn ranks(sorted: &[&Contender<'_>], ties: Ties) -> Vec<u64> {
    let mut ranks: Vec<u64> = Vec::with_capacity(sorted.len());
    for (number, contender) in (1..).zip(sorted) {
        let before = ranks.len().checked_sub(1).map(|before| (sorted[before], ranks[before]));
        let rank = match (before, ties) {
            (Some((other, rank)), _) if other.compared == contender.compared => rank,
            (Some((_, rank)), Ties::Dense) => rank + 1,
            (_, Ties::Standard) | (None, _) => number,
        };
        ranks.push(rank);
    }
    ranks
}

fn vetoed(
    scores: &Scores,
    rulebook: &Rulebook,
    rank_of: impl Fn(&String) -> Option<u64>,
) -> Vec<VetoedRow> {
    let breached = scores.units.iter().filter(|(_, score)| !score.vetoes.is_empty());
    let row = |(unit, score): (&String, &UnitScore)| VetoedRow {
        unit: unit.clone(),
        vetoes: score.vetoes.clone(),
        band: rulebook
            .vetoes()
            .iter()
            .find(|veto| score.vetoes.contains(&veto.id))
            .map(|veto| veto.band.clone()),
        would_have_rank: rank_of(unit),
        total: score.total.clone(),
        shown: score.total.as_ref().map(|total| rulebook.shown(total)),
    };
    breached.map(row).collect()
}

fn unranked(scores: &Scores) -> Vec<UnrankedRow> {
    let without_total =
        scores.units.iter().filter(|(_, score)| score.total.is_none() && score.vetoes.is_empty());
    let row = |(unit, score): (&String, &UnitScore)| UnrankedRow {
        unit: unit.clone(),
        reasons: score.unranked.clone(),
    };
    without_total.map(row).collect()
}
