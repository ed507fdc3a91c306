//! Bands: their rules, and the proof that every possible total has exactly one.

use std::collections::BTreeMap;

use super::bounds::Span;
use super::reader::{At, Node};
use super::source::Source;
use super::{Band, BandRule, MistakeCode, Places, Range, Side};
use crate::exact::Exact;

/// Reads `[[band]]`. `None` after a mistake in one of them.
pub(super) fn read(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    scale: &Exact,
    (lowest, highest): &Span,
) -> Option<Vec<Band>> {
    let at = root.place("band");
    let (mut bands, mut taken) = (Vec::new(), BTreeMap::new());
    let mut complete = true;
    for mut node in root.list(source, "band") {
        let id = node.id(source, "a band", &mut taken);
        let name = node.name(source, "name");
        let clause = node.clause(source);
        let rule = read_rule(&mut node, source, id.as_deref().unwrap_or("?"));
        let within = node.choice(source, "within");
        let place = node.place("range");
        node.finish(source);
        match (id, name, rule) {
            (Some(id), Some(name), Some(rule)) => {
                bands.push(At { value: Band { id, name, rule, within, clause }, at: place });
            }
            _ => complete = false,
        }
    }
    if !complete {
        return None;
    }
    let bottom = lowest.clone().min(Exact::zero());
    let top = highest.clone().max(scale.clone());
    check_cover(source, at, &bands, (&bottom, &top));
    for band in &bands {
        let (BandRule::Range(range)
        | BandRule::Best(_, Some(range))
        | BandRule::Last(_, Some(range))) = &band.value.rule
        else {
            continue;
        };
        let above = range.low.at > *highest || (range.low.at == *highest && !range.low.included);
        let below = range.high.at < *lowest || (range.high.at == *lowest && !range.high.included);
        if above || below {
            let (lowest, highest) = (lowest.to_string(), highest.to_string());
            let id = band.value.id.as_str();
            let args = [("id", id), ("lowest", &*lowest), ("highest", &*highest)];
            source.warning(band.at, MistakeCode::BandUnreachable, &args);
        }
    }
    Some(bands.into_iter().map(|band| band.value).collect())
}

fn read_rule(node: &mut Node<'_, '_>, source: &mut Source<'_>, id: &str) -> Option<BandRule> {
    let veto_only = node.flag(source, "veto-only");
    let keys = ["best", "last", "range"];
    let given = keys.into_iter().filter(|key| node.has(key)).count();
    let range = read_range(node, source);
    let best = read_places(node, source, "best");
    let last = read_places(node, source, "last");
    let has = |key| node.has(key);
    match (veto_only, has("best"), has("last"), has("range")) {
        (true, false, false, false) => Some(BandRule::Veto),
        (false, true, false, false) => Some(BandRule::Best(best?, None)),
        (false, true, false, true) => Some(BandRule::Best(best?, Some(range?))),
        (false, false, true, false) => Some(BandRule::Last(last?, None)),
        (false, false, true, true) => Some(BandRule::Last(last?, Some(range?))),
        (false, false, false, true) => Some(BandRule::Range(range?)),
        _ => {
            let count = (given + usize::from(veto_only)).to_string();
            let args = [("id", id), ("count", &*count)];
            source.mistake(node.at, MistakeCode::BandRuleCount, &args);
            None
        }
    }
}

/// A whole number of places, or a share like `"30%"`.
fn read_places(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    key: &'static str,
) -> Option<Places> {
    if let Some(toml::de::DeValue::String(text)) = node.take(key).map(|value| value.get_ref())
        && let Some(percent) = text.strip_suffix('%')
    {
        let share = percent.parse::<Exact>().ok().map(|percent| &percent / &Exact::from(100));
        let share = share.filter(|share| *share > Exact::zero() && *share <= Exact::one());
        if share.is_none() {
            source.mistake(node.place(key), MistakeCode::BadPlaces, &[("text", text.as_ref())]);
        }
        return share.map(Places::Share);
    }
    let number = node.number(source, key)?;
    let count = Some(&number.value).filter(|value| value.is_whole()).and_then(Exact::floor_u64);
    let count = count.filter(|count| *count > 0);
    if count.is_none() {
        let args = [("text", &*number.value.to_string())];
        source.mistake(number.at, MistakeCode::BadPlaces, &args);
    }
    count.map(Places::Count)
}

fn read_range(node: &mut Node<'_, '_>, source: &mut Source<'_>) -> Option<Range> {
    let text = node.text(source, "range")?;
    let range = parse_range(text.value);
    if range.is_none() {
        source.mistake(text.at, MistakeCode::BadRange, &[("text", text.value)]);
    }
    range
}

/// `[75, 85)`: square brackets include the bound.
fn parse_range(text: &str) -> Option<Range> {
    let (inner, low_included) = match text.strip_prefix('[') {
        Some(inner) => (inner, true),
        None => (text.strip_prefix('(')?, false),
    };
    let (inner, high_included) = match inner.strip_suffix(']') {
        Some(inner) => (inner, true),
        None => (inner.strip_suffix(')')?, false),
    };
    let (low, high) = inner.split_once(',')?;
    let low = Side { at: low.trim().parse().ok()?, included: low_included };
    let high = Side { at: high.trim().parse().ok()?, included: high_included };
    let holds_something = low.at < high.at || (low.at == high.at && low_included && high_included);
    holds_something.then_some(Range { low, high })
}

/// Ranges of bands without quota must take every possible total, and every number from 0 to the
/// scale, exactly once.
fn check_cover(
    source: &mut Source<'_>,
    at: usize,
    bands: &[At<Band>],
    (bottom, top): (&Exact, &Exact),
) {
    let mut ranges: Vec<(&At<Band>, &Range)> = bands
        .iter()
        .filter_map(|band| match &band.value.rule {
            BandRule::Range(range) => Some((band, range)),
            _ => None,
        })
        .collect();
    let has_quota =
        bands.iter().any(|b| matches!(b.value.rule, BandRule::Best(..) | BandRule::Last(..)));
    if ranges.is_empty() {
        // Only breaches lead to a band: all other units have none. A quota alone leaves a hole.
        if has_quota {
            hole(source, at, &(bottom.clone(), true), &(top.clone(), true));
        }
        return;
    }
    ranges
        .sort_by(|(_, a), (_, b)| (&a.low.at, !a.low.included).cmp(&(&b.low.at, !b.low.included)));
    // The highest covered point so far, and whether the point itself is covered.
    let (mut covered, mut covered_itself) = (bottom.clone(), false);
    let mut last: Option<&At<Band>> = None;
    for (band, range) in ranges {
        let starts_later = range.low.at > covered
            || (range.low.at == covered && !range.low.included && !covered_itself);
        if starts_later {
            let from = (covered.clone(), !covered_itself);
            hole(source, band.at, &from, &(range.low.at.clone(), !range.low.included));
        }
        let starts_inside = range.low.at < covered
            || (range.low.at == covered && range.low.included && covered_itself);
        if let Some(last) = last.filter(|_| starts_inside) {
            let high = range.high.at.clone().min(covered.clone());
            let overlap = format!("{} – {high}", range.low.at);
            let (first, second) = (last.value.id.as_str(), band.value.id.as_str());
            let args = [("overlap", &*overlap), ("first", first), ("second", second)];
            source.mistake(band.at, MistakeCode::BandOverlap, &args);
        }
        let end = (range.high.at.clone(), range.high.included);
        if end > (covered.clone(), covered_itself) {
            (covered, covered_itself) = end;
            last = Some(band);
        }
    }
    if covered < *top || (covered == *top && !covered_itself) {
        hole(source, at, &(covered, !covered_itself), &(top.clone(), true));
    }
}

/// Notes a hole between two bounds, each with whether it belongs to the hole.
fn hole(source: &mut Source<'_>, at: usize, low: &(Exact, bool), high: &(Exact, bool)) {
    let low = Side { at: low.0.clone(), included: low.1 };
    let high = Side { at: high.0.clone(), included: high.1 };
    let range = Range { low, high }.to_string();
    source.mistake(at, MistakeCode::BandHole, &[("hole", &range)]);
}
