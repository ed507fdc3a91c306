//! The component tree: a flat list in the file, in which parts name their parent.

use std::collections::BTreeMap;

use super::reader::{At, Node, Source};
use super::settings::Choice;
use super::{Component, ComponentKind, EnteredPoints, MistakeCode, ScoreItem, Text};
use crate::exact::Exact;

/// The kinds as words of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Survey,
    Entered,
    Sum,
}

impl Choice for Kind {
    const WORDS: &'static [(&'static str, Kind)] =
        &[("survey", Kind::Survey), ("entered", Kind::Entered), ("sum", Kind::Sum)];
}

/// A component of the file, before the tree is built.
struct Flat {
    id: String,
    at: usize,
    name: Option<Text>,
    points: Option<At<Exact>>,
    kind: Option<Kind>,
    parent: Option<String>,
    /// Whether the parent can have parts; true for roots.
    parent_is_sum: bool,
    entered: Option<EnteredPoints>,
    clause: Option<String>,
}

/// Reads `[[component]]` and `[[score-item]]`.
pub(super) fn read(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    scale: &Exact,
) -> Vec<Component> {
    let at = root.place("component");
    let mut score_items = read_score_items(root, source);
    let (mut flat, mut taken): (Vec<Flat>, _) = (Vec::new(), BTreeMap::new());
    let mut complete = true;
    for mut node in root.list(source, "component") {
        match read_one(&mut node, source, &flat, &mut taken, &mut score_items) {
            Some(component) => {
                complete &= component.parent_is_sum;
                flat.push(component);
            }
            None => complete = false,
        }
        node.finish(source);
    }
    for (component, items) in &score_items {
        let known = flat.iter().filter(|other| other.kind == Some(Kind::Entered));
        let known: Vec<&str> = known.map(|other| other.id.as_str()).collect();
        for item in items {
            let args = [
                ("kind", "component with kind = \"entered\""),
                ("id", component.as_str()),
                ("known", &known.join(", ")),
            ];
            source.mistake(item.at, MistakeCode::UnknownReference, &args);
        }
    }
    let surveys = flat.iter().filter(|other| other.kind == Some(Kind::Survey)).count();
    // A component that could not be read may have been the survey.
    if surveys != 1 && flat.iter().all(|other| other.kind.is_some()) {
        let args = [("count", &*surveys.to_string())];
        source.mistake(at, MistakeCode::SurveyComponents, &args);
    }
    // Without all parts in their places no sum can be right.
    if complete {
        check_sums(source, at, &flat, scale);
    }
    build(&flat, None)
}

type ScoreItems = BTreeMap<String, Vec<At<ScoreItem>>>;

/// Score items by the component they belong to.
fn read_score_items(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> ScoreItems {
    let (mut all, mut taken) = (ScoreItems::new(), BTreeMap::new());
    for mut node in root.list(source, "score-item") {
        let id = node.id(source, "a score item", &mut taken);
        let name = node.name(source, "name");
        let component = node.needed_text(source, "component");
        let maximum = node.needed_number(source, "maximum");
        let points = read_range(&mut node, source, maximum);
        let clause = node.clause(source);
        let at = node.at;
        node.finish(source);
        if let (Some(id), Some(name), Some(component), Some((minimum, maximum, step))) =
            (id, name, component, points)
        {
            let item = ScoreItem { id, name, minimum, maximum, step, clause };
            let items = all.entry(component.value.to_owned()).or_default();
            items.push(At { value: item, at: component.at.max(at) });
        }
    }
    all
}

/// Minimum, maximum and step, when they fit each other.
fn read_range(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    maximum: Option<At<Exact>>,
) -> Option<(Exact, Exact, Exact)> {
    let minimum = node.number(source, "minimum").map_or_else(Exact::zero, |number| number.value);
    let step = match node.has("step") {
        true => node.positive(source, "step")?.value,
        false => {
            node.positive(source, "step");
            Exact::one()
        }
    };
    let maximum = maximum?;
    // Below 0 the total could leave the scale, which the bands cover.
    if minimum.is_negative() {
        let (value, high) = (minimum.to_string(), maximum.value.to_string());
        let args = [("key", "minimum"), ("value", &*value), ("low", "0"), ("high", &*high)];
        source.mistake(node.place("minimum"), MistakeCode::OutOfRange, &args);
        return None;
    }
    let (low, high) = (minimum.to_string(), maximum.value.to_string());
    if maximum.value <= minimum || maximum.value <= Exact::zero() {
        let args = [("minimum", &*low), ("maximum", &*high)];
        source.mistake(maximum.at, MistakeCode::EmptyRange, &args);
        return None;
    }
    if !(&(&maximum.value - &minimum) / &step).is_whole() {
        let args = [("step", &*step.to_string()), ("minimum", &*low), ("maximum", &*high)];
        source.mistake(node.place("step"), MistakeCode::StepMisses, &args);
        return None;
    }
    Some((minimum, maximum.value, step))
}

fn read_one(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    earlier: &[Flat],
    taken: &mut BTreeMap<String, usize>,
    score_items: &mut ScoreItems,
) -> Option<Flat> {
    let id = node.id(source, "a component", taken);
    let name = node.name(source, "name");
    let kind: Option<Kind> = node.needed_choice(source, "kind");
    if !node.has("points") {
        source.mistake(node.at, MistakeCode::MissingKey, &[("key", "points")]);
    }
    let points = node.positive(source, "points");
    let parent = node.text(source, "parent");
    let clause = node.clause(source);
    let entered = read_entered(node, source, kind, points.as_ref());
    let id = id?;
    let mut entered = entered;
    if let Some(entered) = &mut entered {
        let items = score_items.remove(&id).unwrap_or_default();
        check_score_items(source, &id, entered, &items);
        entered.score_items = items.into_iter().map(|item| item.value).collect();
    }
    let parent_is_sum = parent.as_ref().is_none_or(|parent| {
        let found = earlier.iter().find(|other| other.id == parent.value);
        // A parent whose kind could not be read has its own mistake.
        found.is_some_and(|other| matches!(other.kind, Some(Kind::Sum) | None))
    });
    if let Some(parent) = parent.as_ref().filter(|_| !parent_is_sum) {
        let args = [("id", id.as_str()), ("parent", parent.value)];
        source.mistake(parent.at, MistakeCode::BadParent, &args);
    }
    let parent = parent.map(|parent| parent.value.to_owned());
    Some(Flat { id, at: node.at, name, points, kind, parent, parent_is_sum, entered, clause })
}

fn read_entered(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    kind: Option<Kind>,
    points: Option<&At<Exact>>,
) -> Option<EnteredPoints> {
    if let Some(kind) = kind.filter(|kind| *kind != Kind::Entered) {
        for key in ["minimum", "maximum", "step"] {
            if node.take(key).is_some() {
                let args = [("key", key), ("kind", kind.word())];
                source.mistake(node.place(key), MistakeCode::KeyOfOtherKind, &args);
            }
        }
        return None;
    }
    let maximum = node.number(source, "maximum");
    let maximum = maximum.or_else(|| points.cloned().filter(|_| !node.has("maximum")));
    let (minimum, maximum, step) = read_range(node, source, maximum)?;
    Some(EnteredPoints { minimum, maximum, step, score_items: Vec::new() })
}

fn check_score_items(
    source: &mut Source<'_>,
    component: &str,
    entered: &EnteredPoints,
    items: &[At<ScoreItem>],
) {
    let Some(first) = items.first() else { return };
    let maximum: Exact = items.iter().map(|item| &item.value.maximum).sum();
    let minimum: Exact = items.iter().map(|item| &item.value.minimum).sum();
    if maximum != entered.maximum || minimum != entered.minimum {
        let sum = format!("{minimum}–{maximum}");
        let wanted = format!("{}–{}", entered.minimum, entered.maximum);
        let args = [("component", component), ("sum", &*sum), ("maximum", &*wanted)];
        source.mistake(first.at, MistakeCode::ScoreItemsNotAdding, &args);
    }
}

/// The parts of each sum, and the roots, add up (D1); D3 forbids to rescale them silently.
fn check_sums(source: &mut Source<'_>, at: usize, flat: &[Flat], scale: &Exact) {
    check_sum(source, at, "the whole", scale, flat.iter().filter(|c| c.parent.is_none()));
    for sum in flat.iter().filter(|component| component.kind == Some(Kind::Sum)) {
        let parts = || flat.iter().filter(|other| other.parent.as_ref() == Some(&sum.id));
        if parts().next().is_none() {
            source.mistake(sum.at, MistakeCode::SumWithoutParts, &[("id", &sum.id)]);
        } else if let Some(points) = &sum.points {
            check_sum(source, points.at, &sum.id, &points.value, parts());
        }
    }
}

fn check_sum<'a>(
    source: &mut Source<'_>,
    at: usize,
    parent: &str,
    points: &Exact,
    parts: impl Iterator<Item = &'a Flat>,
) {
    // With a part whose points could not be read there is nothing to add up.
    let Some(all) =
        parts.map(|part| Some(&part.points.as_ref()?.value)).collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let sum: Exact = all.into_iter().sum();
    if sum != *points {
        let (sum, points) = (sum.to_string(), points.to_string());
        let args = [("parent", parent), ("sum", &*sum), ("points", &*points)];
        source.mistake(at, MistakeCode::PointsNotAdding, &args);
    }
}

/// The components under this parent; those with mistakes are left out.
fn build(flat: &[Flat], parent: Option<&str>) -> Vec<Component> {
    let children = flat.iter().filter(|component| component.parent.as_deref() == parent);
    let component = |flat_one: &Flat| {
        let kind = match flat_one.kind? {
            Kind::Survey => ComponentKind::Survey,
            Kind::Entered => ComponentKind::Entered(flat_one.entered.clone()?),
            Kind::Sum => ComponentKind::Sum(build(flat, Some(&flat_one.id))),
        };
        Some(Component {
            id: flat_one.id.clone(),
            name: flat_one.name.clone()?,
            points: flat_one.points.clone()?.value,
            kind,
            clause: flat_one.clause.clone(),
        })
    };
    children.filter_map(component).collect()
}
