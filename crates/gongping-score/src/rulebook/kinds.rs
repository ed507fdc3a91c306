//! The kinds of components in the file, and the figures that they use.

use std::collections::BTreeMap;

use super::components::read_range;
use super::reader::{At, Node};
use super::settings::Choice;
use super::source::Source;
use super::{
    Coefficient, Component, ComponentKind, EnteredPoints, First, Gate, MistakeCode, PartPoints,
    PerCount, RankPoints, RankScale, RateRule, Target, WhenNone,
};
use crate::exact::Exact;

/// The kinds as words of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Survey,
    Entered,
    Sum,
    Fixed,
    Rate,
    Rank,
    Deduct,
    Bonus,
}

impl Choice for Kind {
    const WORDS: &'static [(&'static str, Kind)] = &[
        ("survey", Kind::Survey),
        ("entered", Kind::Entered),
        ("sum", Kind::Sum),
        ("fixed", Kind::Fixed),
        ("rate", Kind::Rate),
        ("rank", Kind::Rank),
        ("deduct", Kind::Deduct),
        ("bonus", Kind::Bonus),
    ];
}

/// Keys that only some kinds take.
pub(super) const KEYS_OF_KINDS: &[(&str, &[Kind])] = &[
    ("minimum", &[Kind::Entered]),
    ("maximum", &[Kind::Entered]),
    ("step", &[Kind::Entered]),
    ("scale", &[Kind::Sum]),
    ("floor", &[Kind::Sum]),
    ("ceiling", &[Kind::Sum]),
    ("figure", &[Kind::Rate, Kind::Deduct, Kind::Bonus]),
    ("base", &[Kind::Rate]),
    ("when-none", &[Kind::Rate]),
    ("target", &[Kind::Rate]),
    ("loss", &[Kind::Rate]),
    ("part-points", &[Kind::Rate]),
    ("by", &[Kind::Rank]),
    ("first", &[Kind::Rank]),
    ("places", &[Kind::Rank]),
    ("beyond", &[Kind::Rank]),
    ("proportion", &[Kind::Rank]),
    ("each", &[Kind::Deduct, Kind::Bonus]),
    ("free", &[Kind::Deduct, Kind::Bonus]),
    ("cap", &[Kind::Deduct, Kind::Bonus]),
    ("only-above", &[Kind::Bonus]),
    ("only-from", &[Kind::Bonus]),
    ("points", &[Kind::Survey, Kind::Entered, Kind::Sum, Kind::Fixed, Kind::Rate, Kind::Rank]),
];

pub(super) fn refuse_keys_of_others(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    kind: Option<Kind>,
) {
    for (key, kinds) in KEYS_OF_KINDS {
        let given = node.take(key).is_some();
        if let Some(kind) = kind.filter(|kind| given && !kinds.contains(kind)) {
            let args = [("key", *key), ("kind", kind.word())];
            source.mistake(node.place(key), MistakeCode::KeyOfOtherKind, &args);
        }
    }
}

/// The figures of the file, and which of them were used.
pub(super) struct Figures {
    all: Vec<(At<Component>, bool)>,
    shown_only: Vec<String>,
}

/// The largest figure that is believed when the rulebook gives no maximum.
const LARGEST_FIGURE: i32 = 1_000_000;

impl Figures {
    pub(super) fn read(
        root: &mut Node<'_, '_>,
        source: &mut Source<'_>,
        taken: &mut BTreeMap<String, usize>,
    ) -> Figures {
        let (mut all, mut shown) = (Vec::new(), Vec::new());
        for mut node in root.list(source, "figure") {
            let id = node.id(source, "a figure", taken);
            let name = node.name(source, "name");
            let clause = node.clause(source);
            let shown_only = node.flag(source, "shown-only");
            let at = node.at;
            let largest = || At { value: Exact::from(LARGEST_FIGURE), at };
            let given = node.has("maximum");
            let maximum = node.number(source, "maximum");
            let maximum = if given { maximum } else { Some(largest()) };
            let range = read_range(&mut node, source, maximum);
            node.finish(source);
            if let (Some(id), Some(name), Some((minimum, maximum, step))) = (id, name, range) {
                let entered = EnteredPoints { minimum, maximum, step, score_items: Vec::new() };
                let figure = Component {
                    id,
                    name,
                    points: Exact::zero(),
                    kind: ComponentKind::Entered(entered),
                    coefficient: None,
                    scale: None,
                    floor: None,
                    ceiling: None,
                    clause,
                };
                if shown_only {
                    shown.push(figure.id.clone());
                }
                all.push((At { value: figure, at }, shown_only));
            }
        }
        Figures { all, shown_only: shown }
    }

    /// The figure named by this key.
    fn take(
        &mut self,
        node: &mut Node<'_, '_>,
        source: &mut Source<'_>,
        key: &'static str,
    ) -> Option<String> {
        let id = node.needed_text(source, key)?;
        if let Some((_, used)) = self.all.iter_mut().find(|(figure, _)| figure.value.id == id.value)
        {
            *used = true;
            return Some(id.value.to_owned());
        }
        let known: Vec<&str> =
            self.all.iter().map(|(figure, _)| figure.value.id.as_str()).collect();
        let args = [("kind", "figure"), ("id", id.value), ("known", &known.join(", "))];
        source.mistake(id.at, MistakeCode::UnknownReference, &args);
        None
    }

    fn minimum(&self, id: &str) -> Exact {
        let figure = self.all.iter().find(|(figure, _)| figure.value.id == id);
        match figure.map(|(figure, _)| &figure.value.kind) {
            Some(ComponentKind::Entered(entered)) => entered.minimum.clone(),
            _ => Exact::zero(),
        }
    }

    /// Complains about figures without use.
    pub(super) fn finish(self, source: &mut Source<'_>) -> (Vec<Component>, Vec<String>) {
        let figure = |(figure, used): (At<Component>, bool)| {
            if !used {
                let args = [("id", figure.value.id.as_str())];
                source.mistake(figure.at, MistakeCode::FigureUnused, &args);
            }
            figure.value
        };
        (self.all.into_iter().map(figure).collect(), self.shown_only)
    }
}

/// What every kind, or every sum, may have besides.
#[derive(Debug, Clone, Default)]
pub(super) struct Extras {
    pub(super) coefficient: Option<Coefficient>,
    pub(super) scale: Option<Exact>,
    pub(super) floor: Option<Exact>,
    pub(super) ceiling: Option<Exact>,
}

pub(super) fn read_extras(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    kind: Option<Kind>,
    figures: &mut Figures,
) -> Extras {
    let mut extras =
        Extras { coefficient: read_coefficient(node, source, figures), ..Extras::default() };
    if kind == Some(Kind::Sum) {
        extras.scale = node.positive(source, "scale").map(|number| number.value);
        extras.floor = node.number(source, "floor").map(|number| number.value);
        let ceiling = node.number(source, "ceiling");
        if let (Some(floor), Some(ceiling)) = (&extras.floor, &ceiling)
            && floor >= &ceiling.value
        {
            let (low, high) = (floor.to_string(), ceiling.value.to_string());
            let args = [("minimum", &*low), ("maximum", &*high)];
            source.mistake(ceiling.at, MistakeCode::EmptyRange, &args);
        }
        extras.ceiling = ceiling.map(|number| number.value);
    }
    extras
}

fn read_coefficient(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    figures: &mut Figures,
) -> Option<Coefficient> {
    if !node.has("coefficient") {
        node.take("coefficient");
        return None;
    }
    let at = node.place("coefficient");
    let mut inner = node.table(source, "coefficient");
    let figure = figures.take(&mut inner, source, "figure");
    let steps = inner.pairs(source, "steps");
    inner.finish(source);
    let figure = figure?;
    let minimum = figures.minimum(&figure);
    let begins = steps.first().is_none_or(|(from, _)| *from == minimum);
    let ascends = steps.windows(2).all(|pair| pair[0].0 < pair[1].0);
    if !begins || !ascends || steps.iter().any(|(_, factor)| factor.is_negative()) {
        let args = [("id", figure.as_str()), ("minimum", &minimum.to_string())];
        source.mistake(at, MistakeCode::CoefficientSteps, &args);
    }
    Some(Coefficient { figure, steps })
}

/// Reads what only this kind has.
pub(super) fn read(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    kind: Option<Kind>,
    points: Option<&At<Exact>>,
    figures: &mut Figures,
) -> Option<ComponentKind> {
    Some(match kind? {
        Kind::Survey => ComponentKind::Survey,
        Kind::Sum => ComponentKind::Sum(Vec::new()),
        Kind::Fixed => ComponentKind::Fixed,
        Kind::Entered => {
            let maximum = node.number(source, "maximum");
            let maximum = maximum.or_else(|| points.cloned().filter(|_| !node.has("maximum")));
            let (minimum, maximum, step) = read_range(node, source, maximum)?;
            ComponentKind::Entered(EnteredPoints {
                minimum,
                maximum,
                step,
                score_items: Vec::new(),
            })
        }
        Kind::Rate => ComponentKind::Rate(read_rate(node, source, figures)?),
        Kind::Rank => ComponentKind::Rank(read_rank(node, source, figures)?),
        Kind::Deduct => ComponentKind::Deduct(read_per_count(node, source, figures, None)?),
        Kind::Bonus => {
            let above = node.number(source, "only-above");
            let from = node.number(source, "only-from");
            let gate = match (above, from) {
                (Some(above), None) => Some(Gate { bound: above.value, included: false }),
                (None, Some(from)) => Some(Gate { bound: from.value, included: true }),
                (Some(_), Some(from)) => {
                    let args = [("key", "only-from"), ("kind", "bonus with only-above")];
                    source.mistake(from.at, MistakeCode::KeyOfOtherKind, &args);
                    None
                }
                (None, None) => None,
            };
            ComponentKind::Bonus(read_per_count(node, source, figures, gate)?)
        }
    })
}

fn read_rate(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    figures: &mut Figures,
) -> Option<RateRule> {
    let figure = figures.take(node, source, "figure");
    let base = figures.take(node, source, "base");
    let when_none: Option<WhenNone> = node.needed_choice(source, "when-none");
    let has_target = ["target", "loss", "part-points"].iter().any(|key| node.has(key));
    let target = if has_target {
        let rate = node.share(source, "target");
        let loss = node.needed_number(source, "loss").map(|loss| loss.value);
        let part: Option<PartPoints> = node.needed_choice(source, "part-points");
        Some(Target { rate: rate?, loss: loss?, part: part? })
    } else {
        None
    };
    Some(RateRule { figure: figure?, base: base?, when_none: when_none?, target })
}

fn read_rank(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    figures: &mut Figures,
) -> Option<RankPoints> {
    let by_survey = node.text(source, "by").is_some_and(|by| by.value == "survey");
    let by = if by_survey { Some(None) } else { figures.take(node, source, "by").map(Some) };
    let first: Option<First> = node.needed_choice(source, "first");
    let scale = if node.flag(source, "proportion") {
        for key in ["places", "beyond"] {
            if node.take(key).is_some() {
                let args = [("key", key), ("kind", "rank with proportion")];
                source.mistake(node.place(key), MistakeCode::KeyOfOtherKind, &args);
            }
        }
        Some(RankScale::Proportion)
    } else {
        if !node.has("places") {
            source.mistake(node.at, MistakeCode::MissingKey, &[("key", "places")]);
        }
        let points = node.number_list(source, "places").map(|points| points.value);
        let beyond = node.needed_number(source, "beyond").map(|beyond| beyond.value);
        points.zip(beyond).map(|(points, beyond)| RankScale::Places { points, beyond })
    };
    Some(RankPoints { by: by?, first: first?, scale: scale? })
}

fn read_per_count(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    figures: &mut Figures,
    gate: Option<Gate>,
) -> Option<PerCount> {
    let figure = figures.take(node, source, "figure");
    if !node.has("each") {
        source.mistake(node.at, MistakeCode::MissingKey, &[("key", "each")]);
    }
    let each = node.positive(source, "each").map(|each| each.value);
    let free = node.number(source, "free").map(|free| free.value).unwrap_or_default();
    let cap = node.positive(source, "cap").map(|cap| cap.value);
    Some(PerCount { figure: figure?, each: each?, free, cap, gate })
}

/// Checks the rule of a component against its points.
pub(super) fn check(
    node: &Node<'_, '_>,
    source: &mut Source<'_>,
    id: &str,
    rule: Option<&ComponentKind>,
    points: Option<&At<Exact>>,
) {
    let (Some(ComponentKind::Rank(rank)), Some(points)) = (rule, points) else { return };
    let RankScale::Places { points: places, beyond } = &rank.scale else { return };
    let descends = places.windows(2).all(|pair| pair[0] >= pair[1]);
    let ends = places.last().is_some_and(|last| last >= beyond) && !beyond.is_negative();
    if places.first() != Some(&points.value) || !descends || !ends {
        let args = [("id", id), ("points", &points.value.to_string())];
        source.mistake(node.place("places"), MistakeCode::PlacesMismatch, &args);
    }
}
