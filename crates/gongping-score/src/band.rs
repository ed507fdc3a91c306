//! Which band a ranked unit falls into.

use crate::exact::Exact;
use crate::rulebook::{BandRule, Places, QuotaRounding, QuotaTies, Range, Rulebook, Within};

/// What a band is given by.
pub(crate) struct Standing<'a> {
    /// The compared total.
    pub(crate) total: &'a Exact,
    /// The class of the unit, where the rulebook needs classes.
    pub(crate) class: Option<&'a str>,
}

/// The band of each unit, given the units from the best to the worst. Quotas are filled first, in
/// the order of the rulebook; places are counted from the end of the whole list, or of each class.
pub(crate) fn bands(rulebook: &Rulebook, standing: &[Standing<'_>]) -> Vec<Option<String>> {
    let mut bands: Vec<Option<String>> = vec![None; standing.len()];
    for band in rulebook.bands() {
        let (places, range, from_top) = match &band.rule {
            BandRule::Best(places, range) => (places, range, true),
            BandRule::Last(places, range) => (places, range, false),
            BandRule::Range(_) | BandRule::Veto => continue,
        };
        for among in lists(rulebook, band.within, standing) {
            let totals: Vec<&Exact> = among.iter().map(|index| standing[*index].total).collect();
            for place in in_quota(rulebook, &totals, places, from_top) {
                let index = among[place];
                let fits = range.as_ref().is_none_or(|range| range.contains(totals[place]));
                if fits && bands[index].is_none() {
                    bands[index] = Some(band.id.clone());
                }
            }
        }
    }
    for (band, standing) in bands.iter_mut().zip(standing) {
        if band.is_none() {
            *band = band_by_range(rulebook, standing.total);
        }
    }
    bands
}

/// The lists from whose ends places are counted, as indexes.
fn lists(
    rulebook: &Rulebook,
    within: Option<Within>,
    standing: &[Standing<'_>],
) -> Vec<Vec<usize>> {
    match within.unwrap_or(rulebook.ranking().within.value) {
        Within::All => vec![(0..standing.len()).collect()],
        Within::Class => {
            let of_class = |id: &str| {
                (0..standing.len()).filter(|index| standing[*index].class == Some(id)).collect()
            };
            rulebook.classes().iter().map(|class| of_class(&class.id)).collect()
        }
    }
}

fn band_by_range(rulebook: &Rulebook, total: &Exact) -> Option<String> {
    let holds = |rule: &BandRule| match rule {
        BandRule::Range(range) => Range::contains(range, total),
        _ => false,
    };
    rulebook.bands().iter().find(|band| holds(&band.rule)).map(|band| band.id.clone())
}

/// The indexes within the quota, equal totals at its edge in or out by the rulebook's rule.
fn in_quota(rulebook: &Rulebook, totals: &[&Exact], places: &Places, from_top: bool) -> Vec<usize> {
    let wanted = place_count(rulebook, places, totals.len());
    let mut order: Vec<usize> = (0..totals.len()).collect();
    if !from_top {
        order.reverse();
    }
    let edge_is_tied =
        wanted > 0 && wanted < order.len() && totals[order[wanted - 1]] == totals[order[wanted]];
    if !edge_is_tied {
        order.truncate(wanted);
        return order;
    }
    let edge = totals[order[wanted - 1]];
    let include = rulebook.ranking().quota_ties.value == QuotaTies::Include;
    let inside = order.iter().enumerate().take_while(|(place, index)| {
        let tied = totals[**index] == edge;
        if tied { include } else { *place < wanted }
    });
    inside.map(|(_, index)| *index).collect()
}

fn place_count(rulebook: &Rulebook, places: &Places, units: usize) -> usize {
    let count = match places {
        Places::Count(count) => Some(*count),
        Places::Share(share) => {
            let units = u64::try_from(units).unwrap_or(u64::MAX);
            let exact = share * &Exact::from(units);
            match rulebook.ranking().quota_rounding.value {
                QuotaRounding::Down => exact.floor_u64(),
                QuotaRounding::Up => exact.ceil_u64(),
            }
        }
    };
    count.and_then(|count| usize::try_from(count).ok()).map_or(units, |count| count.min(units))
}
