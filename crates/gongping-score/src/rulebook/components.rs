//! The component tree: a flat list in the file, in which parts name their parent.

use std::collections::BTreeMap;

use super::kinds::{self, Extras, Figures, Kind};
use super::reader::{At, Node};
use super::source::Source;
use super::{Component, ComponentKind, EnteredPoints, MistakeCode, ScoreItem, Text};
use crate::exact::Exact;

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
    /// How its points come about; `None` after a mistake.
    rule: Option<ComponentKind>,
    extras: Extras,
    clause: Option<String>,
}

/// What was read.
pub(super) struct Read {
    pub(super) components: Vec<Component>,
    pub(super) figures: Vec<Component>,
    /// Ids of the figures that are shown and never count.
    pub(super) shown_only: Vec<String>,
}

/// Reads `[[figure]]`, `[[component]]` and `[[score-item]]`.
pub(super) fn read(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    scale: &Exact,
    asks: bool,
) -> Read {
    let at = root.place("component");
    let mut score_items = read_score_items(root, source);
    let (mut flat, mut taken): (Vec<Flat>, _) = (Vec::new(), BTreeMap::new());
    let mut figures = Figures::read(root, source, &mut taken);
    let mut complete = true;
    for mut node in root.list(source, "component") {
        match read_one(&mut node, source, &flat, (&mut taken, &mut figures), &mut score_items) {
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
    let surveys = flat.iter().filter(|other| other.uses_survey()).count();
    // A component that could not be read may have been the survey.
    if surveys != usize::from(asks) && flat.iter().all(|other| other.kind.is_some()) {
        let args = [("count", &*surveys.to_string())];
        source.mistake(at, MistakeCode::SurveyComponents, &args);
    }
    // Without all parts in their places no sum can be right.
    if complete {
        check_sums(source, at, &flat, scale);
    }
    let (figures, shown_only) = figures.finish(source);
    Read { components: build(&flat, None), figures, shown_only }
}

impl Flat {
    fn uses_survey(&self) -> bool {
        let by_rank = |rule: &ComponentKind| match rule {
            ComponentKind::Rank(rank) => rank.by.is_none(),
            _ => false,
        };
        self.kind == Some(Kind::Survey) || self.rule.as_ref().is_some_and(by_rank)
    }
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
pub(super) fn read_range(
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
    (taken, figures): (&mut BTreeMap<String, usize>, &mut Figures),
    score_items: &mut ScoreItems,
) -> Option<Flat> {
    let id = node.id(source, "a component", taken);
    let name = node.name(source, "name");
    let kind: Option<Kind> = node.needed_choice(source, "kind");
    let adjusts = matches!(kind, Some(Kind::Deduct | Kind::Bonus));
    if !adjusts && !node.has("points") {
        source.mistake(node.at, MistakeCode::MissingKey, &[("key", "points")]);
    }
    let points = if adjusts { None } else { node.positive(source, "points") };
    let parent = node.text(source, "parent");
    let clause = node.clause(source);
    let extras = kinds::read_extras(node, source, kind, figures);
    let mut rule = kinds::read(node, source, kind, points.as_ref(), figures);
    kinds::refuse_keys_of_others(node, source, kind);
    let id = id?;
    kinds::check(node, source, &id, rule.as_ref(), points.as_ref());
    if let Some(ComponentKind::Entered(entered)) = &mut rule {
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
    let at = node.at;
    Some(Flat { id, at, name, points, kind, parent, parent_is_sum, rule, extras, clause })
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
            let wanted = sum.extras.scale.as_ref().unwrap_or(&points.value);
            check_sum(source, points.at, &sum.id, wanted, parts());
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
    let adds = |part: &&Flat| !matches!(part.kind, Some(Kind::Deduct | Kind::Bonus));
    let Some(all) = parts
        .filter(adds)
        .map(|part| Some(&part.points.as_ref()?.value))
        .collect::<Option<Vec<_>>>()
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
        let kind = match flat_one.rule.clone()? {
            ComponentKind::Sum(_) => ComponentKind::Sum(build(flat, Some(&flat_one.id))),
            other => other,
        };
        let points = match flat_one.kind? {
            Kind::Deduct | Kind::Bonus => Exact::zero(),
            _ => flat_one.points.clone()?.value,
        };
        let Extras { coefficient, scale, floor, ceiling } = flat_one.extras.clone();
        Some(Component {
            id: flat_one.id.clone(),
            name: flat_one.name.clone()?,
            points,
            kind,
            coefficient,
            scale,
            floor,
            ceiling,
            clause: flat_one.clause.clone(),
        })
    };
    children.filter_map(component).collect()
}
