//! Checks that look at several values at once.

use super::reader::{At, Node};
use super::settings::Choice;
use super::source::Source;
use super::{Band, BandRule, ItemMean, MistakeCode};
use crate::exact::Exact;

/// Ids of items and groups must not look like the special rows of the counts file.
pub(super) fn not_reserved(node: &Node<'_, '_>, source: &mut Source<'_>, id: Option<&str>) {
    if let Some(id) = id.filter(|id| super::parse::RESERVED_IDS.contains(id)) {
        source.mistake(node.place("id"), MistakeCode::ReservedId, &[("id", id)]);
    }
}

/// Exactly 1, in fractions: 0.33 + 0.33 + 0.33 is a mistake.
pub(super) fn weights_add_to_one(source: &mut Source<'_>, kind: &str, weights: &[At<Exact>]) {
    let Some(first) = weights.first() else { return };
    let sum: Exact = weights.iter().map(|weight| &weight.value).sum();
    if sum != Exact::one() {
        let args = [("kind", kind), ("sum", &sum.to_string())];
        source.mistake(first.at, MistakeCode::WeightsNotOne, &args);
    }
}

pub(super) fn item_weights(
    source: &mut Source<'_>,
    at: usize,
    mean: ItemMean,
    items: u64,
    weights: &[At<Exact>],
) {
    let given = u64::try_from(weights.len()).unwrap_or(u64::MAX);
    let wanted = if mean == ItemMean::Plain { 0 } else { items };
    if given == wanted {
        if mean == ItemMean::Weighted {
            weights_add_to_one(source, "items", weights);
        }
        return;
    }
    let at = weights.first().map_or(at, |weight| weight.at);
    let args = [("rule", mean.word()), ("count", &*given.to_string())];
    source.mistake(at, MistakeCode::ItemWeightMismatch, &args);
}

/// Between 0 and full marks, each worth less than the one before (D2).
pub(super) fn grade_values(source: &mut Source<'_>, full: &Exact, values: &[(String, At<Exact>)]) {
    for (_, value) in values {
        if value.value.is_negative() || value.value > *full {
            let (shown, high) = (value.value.to_string(), full.to_string());
            let args = [("key", "value"), ("value", &*shown), ("low", "0"), ("high", &*high)];
            source.mistake(value.at, MistakeCode::OutOfRange, &args);
        }
    }
    for pair in values.windows(2) {
        let [(_, before), (id, value)] = pair else { continue };
        if value.value >= before.value {
            let (shown, before) = (value.value.to_string(), before.value.to_string());
            let args = [("id", id.as_str()), ("value", &*shown), ("before", &*before)];
            source.mistake(value.at, MistakeCode::GradesNotDescending, &args);
        }
    }
}

/// A breach leads to a band that exists and is no reward (E4).
pub(super) fn veto_band(source: &mut Source<'_>, id: &At<&str>, bands: &[Band]) {
    let band = known_band(source, id, bands);
    if band.is_some_and(|band| matches!(band.rule, BandRule::Best(..))) {
        source.mistake(id.at, MistakeCode::VetoBand, &[("id", id.value)]);
    }
}

/// The band that an id names.
pub(super) fn known_band<'a>(
    source: &mut Source<'_>,
    id: &At<&str>,
    bands: &'a [Band],
) -> Option<&'a Band> {
    let found = bands.iter().find(|band| band.id == id.value);
    if found.is_none() {
        let known: Vec<&str> = bands.iter().map(|band| band.id.as_str()).collect();
        let args = [("kind", "band"), ("id", id.value), ("known", &known.join(", "))];
        source.mistake(id.at, MistakeCode::UnknownReference, &args);
    }
    found
}
