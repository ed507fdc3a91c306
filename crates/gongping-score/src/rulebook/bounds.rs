//! The lowest and the highest points that a component can come to (D3), in one walk of the tree.

use std::collections::BTreeMap;

use super::{
    Blank, Component, ComponentKind, DontKnow, Grade, Item, ItemAbsent, PartPoints, PerCount,
    RankPoints, RankScale, RateRule, SurveyRule, WhenNone,
};
use crate::exact::Exact;

/// Lowest and highest.
pub(crate) type Span = (Exact, Exact);

/// What bounds follow from: the share of full marks that a survey can come to, and figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    survey: Span,
    figures: BTreeMap<String, Span>,
}

impl Bounds {
    pub(super) fn new(
        survey: &SurveyRule,
        items: &[Item],
        grades: &[Grade],
        figures: &[Component],
    ) -> Bounds {
        let figures = figures.iter().filter_map(|figure| match &figure.kind {
            ComponentKind::Entered(entered) => {
                Some((figure.id.clone(), (entered.minimum.clone(), entered.maximum.clone())))
            }
            _ => None,
        });
        Bounds { survey: survey_share(survey, items, grades), figures: figures.collect() }
    }

    fn figure(&self, id: &str) -> Span {
        self.figures.get(id).cloned().unwrap_or_else(|| (Exact::zero(), Exact::zero()))
    }

    /// Lowest and highest sum of these components.
    pub(crate) fn of(&self, components: &[Component]) -> Span {
        let (mut low, mut high) = (Exact::zero(), Exact::zero());
        for component in components.iter().filter(|component| component.gate().is_none()) {
            let (lowest, highest) = self.points(component);
            (low, high) = (&low + &lowest, &high + &highest);
        }
        let (base_low, base_high) = (low.clone(), high.clone());
        for component in components {
            let Some(gate) = component.gate() else { continue };
            let (lowest, highest) = self.points(component);
            if gate.is_open(&base_low) {
                low = &low + &lowest;
            }
            if gate.is_open(&base_high) {
                high = &high + &highest;
            }
        }
        (low, high)
    }

    /// Lowest and highest contribution of a component to what stands above it.
    pub(crate) fn points(&self, component: &Component) -> Span {
        let (low, high) = self.own(component);
        let brought = |value: Exact| component.brought(value);
        let (low, high) = (brought(low), brought(high));
        let Some(coefficient) = &component.coefficient else { return (low, high) };
        let (from, to) = self.figure(&coefficient.figure);
        let factors: Vec<Exact> = if coefficient.steps.is_empty() {
            vec![from, to]
        } else {
            coefficient.steps.iter().map(|(_, factor)| factor.clone()).collect()
        };
        let products = || factors.iter().flat_map(|factor| [&low * factor, &high * factor]);
        (products().min().unwrap_or_default(), products().max().unwrap_or_default())
    }

    /// Lowest and highest value on the component's own scale, before proportion and coefficient.
    pub(crate) fn own(&self, component: &Component) -> Span {
        let points = &component.points;
        match &component.kind {
            ComponentKind::Survey => (points * &self.survey.0, points * &self.survey.1),
            ComponentKind::Entered(entered) => {
                (&(&entered.minimum / &entered.maximum) * points, points.clone())
            }
            ComponentKind::Sum(parts) => {
                let (low, high) = self.of(parts);
                (component.clamped(low), component.clamped(high))
            }
            ComponentKind::Fixed => (points.clone(), points.clone()),
            ComponentKind::Rate(rate) => (self.lowest_rate(rate, points), points.clone()),
            ComponentKind::Rank(rank) => (self.lowest_rank(rank, points), points.clone()),
            ComponentKind::Deduct(per) => {
                let (few, many) = self.per_count(per);
                (&Exact::zero() - &many, &Exact::zero() - &few)
            }
            ComponentKind::Bonus(per) => self.per_count(per),
        }
    }

    fn per_count(&self, per: &PerCount) -> Span {
        let (few, many) = self.figure(&per.figure);
        (per.points(&few), per.points(&many))
    }

    /// Points at a rate of 0, if there can be one.
    fn lowest_rate(&self, rate: &RateRule, points: &Exact) -> Exact {
        let (fewest, _) = self.figure(&rate.figure);
        let (_, largest) = self.figure(&rate.base);
        if rate.when_none == WhenNone::Zero && self.figure(&rate.base).0.is_zero() {
            return Exact::zero();
        }
        if largest.is_zero() {
            return points.clone();
        }
        rate.points(&(&fewest / &largest).min(Exact::one()), points)
    }

    fn lowest_rank(&self, rank: &RankPoints, points: &Exact) -> Exact {
        let (low, high) = match &rank.by {
            Some(figure) => self.figure(figure),
            None => self.survey.clone(),
        };
        match &rank.scale {
            RankScale::Places { beyond, .. } => beyond.clone(),
            RankScale::Proportion if high.is_zero() => points.clone(),
            RankScale::Proportion => points * &(&low / &high).max(Exact::zero()),
        }
    }
}

impl RateRule {
    /// The points that a rate earns.
    pub fn points(&self, rate: &Exact, points: &Exact) -> Exact {
        let Some(target) = &self.target else { return rate * points };
        let short = &(&target.rate - rate) * &Exact::from(100);
        let short = short.max(Exact::zero());
        let counted = match target.part {
            PartPoints::Exact => short,
            PartPoints::Started => short.ceil(),
            PartPoints::Whole => short.floor(),
        };
        (points - &(&counted * &target.loss)).max(Exact::zero())
    }
}

/// The lowest and highest share of full marks.
fn survey_share(survey: &SurveyRule, items: &[Item], grades: &[Grade]) -> Span {
    let zero_in_base =
        survey.dont_know.value == DontKnow::InBase || survey.blank.value == Blank::InBase;
    let extremes = |item: &Item| -> Span {
        let mut shares: Vec<Exact> =
            grades.iter().filter_map(|grade| Some(item.value(grade)? / &item.full)).collect();
        let best = shares.iter().max().cloned().unwrap_or_default();
        if zero_in_base {
            shares.push(Exact::zero());
        }
        if survey.blank.value == Blank::Deduct {
            shares.push(&Exact::zero() - &(&survey.blank_deduction.value / &item.full));
        }
        (shares.into_iter().min().unwrap_or_default(), best)
    };
    let all: Vec<(Span, &Exact)> =
        items.iter().map(|item| (extremes(item), &item.weight)).collect();
    if survey.item_absent.value == ItemAbsent::LeaveOut {
        // One item alone may be left.
        let low = all.iter().map(|((low, _), _)| low.clone()).min();
        let high = all.iter().map(|((_, high), _)| high.clone()).max();
        return (low.unwrap_or_default(), high.unwrap_or_default());
    }
    (
        all.iter().map(|((low, _), weight)| low * weight).sum(),
        all.iter().map(|((_, high), weight)| high * weight).sum(),
    )
}
