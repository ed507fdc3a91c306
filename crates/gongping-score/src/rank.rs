//! From totals to ranks (C9).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::band;
use crate::exact::Exact;
use crate::rulebook::{RankOn, Rulebook, Ties, VetoedPlaces};
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

/// Ranks the units and gives them their bands. Depends on totals and unit ids only, never on
/// names or on the order of the input.
pub fn rank(scores: &Scores, rulebook: &Rulebook) -> Ranking {
    let all = contenders(scores, rulebook);
    let everyone: Vec<&Contender<'_>> = all.iter().collect();
    let eligible: Vec<&Contender<'_>> =
        all.iter().filter(|contender| contender.score.vetoes.is_empty()).collect();
    let ties = rulebook.ranking().ties.value;
    let ranks_of_all = ranks(&everyone, ties);
    let ranks_of_eligible = match rulebook.ranking().vetoed_places.value {
        VetoedPlaces::Closed => ranks(&eligible, ties),
        VetoedPlaces::Kept => {
            let pairs = everyone.iter().zip(&ranks_of_all);
            pairs.filter(|(c, _)| c.score.vetoes.is_empty()).map(|(_, rank)| *rank).collect()
        }
    };
    let compared: Vec<Exact> = eligible.iter().map(|c| c.compared.clone()).collect();
    let bands = band::bands(rulebook, &compared);
    // Equal totals stand side by side in a sorted list.
    let equal = |a: usize, b: usize| compared.get(a) == compared.get(b);
    let mut rows = Vec::with_capacity(eligible.len());
    for (index, (contender, band)) in eligible.iter().zip(bands).enumerate() {
        rows.push(RankRow {
            unit: contender.unit.clone(),
            rank: ranks_of_eligible[index],
            tied: equal(index, index + 1) || (index > 0 && equal(index - 1, index)),
            total: contender.total.clone(),
            shown: contender.total.display(rulebook.rounding()),
            band,
        });
    }
    let vetoed = vetoed(scores, rulebook, |unit| {
        let position = everyone.iter().position(|c| c.unit == unit)?;
        ranks_of_all.get(position).copied()
    });
    Ranking { rows, vetoed, unranked: unranked(scores) }
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
        shown: score.total.as_ref().map(|total| total.display(rulebook.rounding())),
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
