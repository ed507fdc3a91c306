//! The component tree: how points come about (D1).

use super::{EnteredPoints, Text};
use crate::exact::Exact;

/// A node of the component tree. Points are on the scale of the whole, or on that of the sum above
/// it when that has one; the points of parts add up, except for deductions and bonuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Stable id, unique among components and figures.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What it can contribute at most; 0 for deductions and bonuses, which have a cap.
    pub points: Exact,
    /// How its points come about.
    pub kind: ComponentKind,
    /// What multiplies it.
    pub coefficient: Option<Coefficient>,
    /// What the parts of a sum add up to when not to its points: it is brought in proportion.
    pub scale: Option<Exact>,
    /// What a sum never falls under, on its own scale.
    pub floor: Option<Exact>,
    /// What a sum never exceeds, on its own scale.
    pub ceiling: Option<Exact>,
    /// The clause of the plan.
    pub clause: Option<String>,
}

impl Component {
    /// The gate of a bonus.
    pub fn gate(&self) -> Option<&Gate> {
        match &self.kind {
            ComponentKind::Bonus(per) => per.gate.as_ref(),
            _ => None,
        }
    }

    /// A value of its own scale within floor and ceiling.
    pub(crate) fn clamped(&self, value: Exact) -> Exact {
        let value = self.floor.iter().fold(value, |value, floor| value.max(floor.clone()));
        self.ceiling.iter().fold(value, |value, ceiling| value.min(ceiling.clone()))
    }

    /// A value of its own scale on the scale above.
    pub(crate) fn brought(&self, value: Exact) -> Exact {
        match &self.scale {
            Some(scale) => &(&value / scale) * &self.points,
            None => value,
        }
    }
}

/// How the points of a component come about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComponentKind {
    /// The survey score, in proportion.
    Survey,
    /// Points that an inspection group decides (C8).
    Entered(EnteredPoints),
    /// The sum of its parts.
    Sum(Vec<Component>),
    /// The same points for everybody, from which others are taken off.
    Fixed,
    /// One figure out of another, times the points.
    Rate(RateRule),
    /// Points for a place among the units.
    Rank(RankPoints),
    /// Points off for each of a figure.
    Deduct(PerCount),
    /// Points on top for each of a figure.
    Bonus(PerCount),
}

/// One figure out of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRule {
    /// The figure above the line.
    pub figure: String,
    /// The figure below the line.
    pub base: String,
    /// What a base of 0 is worth.
    pub when_none: WhenNone,
    /// Full marks from this rate on, and a loss below it; otherwise in proportion.
    pub target: Option<Target>,
}

/// What a rate over nothing is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenNone {
    /// All points.
    Full,
    /// No points.
    Zero,
    /// The unit is not ranked.
    Unranked,
}

/// A rate that earns all points, and what is lost below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The rate, between 0 and 1.
    pub rate: Exact,
    /// Points lost for each percentage point below.
    pub loss: Exact,
    /// What a part of a percentage point loses.
    pub part: PartPoints,
}

/// What a part of a percentage point counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartPoints {
    /// In proportion.
    Exact,
    /// As a whole one.
    Started,
    /// For nothing.
    Whole,
}

/// Points for a place among the units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankPoints {
    /// The figure that is compared; `None` for the survey score.
    pub by: Option<String>,
    /// Whether the largest or the smallest is first.
    pub first: First,
    /// Points by place.
    pub scale: RankScale,
}

/// Which end is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The largest.
    Largest,
    /// The smallest.
    Smallest,
}

/// Points by place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RankScale {
    /// A list for the first places, and the points of all places behind it.
    Places {
        /// Points of the places 1, 2, 3 …
        points: Vec<Exact>,
        /// Points of the places behind them.
        beyond: Exact,
    },
    /// The first has all points, the others in proportion to the first.
    Proportion,
}

/// So many points for each of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerCount {
    /// The figure.
    pub figure: String,
    /// Points for each.
    pub each: Exact,
    /// So many are free.
    pub free: Exact,
    /// Never more points than this.
    pub cap: Option<Exact>,
    /// For a bonus: only when the other parts of the sum reach this.
    pub gate: Option<Gate>,
}

impl PerCount {
    /// The points for this many, before any gate.
    pub fn points(&self, count: &Exact) -> Exact {
        let points = &self.each * &(count - &self.free).max(Exact::zero());
        self.cap.as_ref().map_or_else(|| points.clone(), |cap| points.clone().min(cap.clone()))
    }
}

/// A subtotal from which a bonus counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The bound, on the scale of the sum.
    pub bound: Exact,
    /// Whether the bound itself opens it.
    pub included: bool,
}

impl Gate {
    /// Whether this subtotal opens it.
    pub fn is_open(&self, subtotal: &Exact) -> bool {
        *subtotal > self.bound || (self.included && *subtotal == self.bound)
    }
}

/// What multiplies a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coefficient {
    /// The figure that it follows.
    pub figure: String,
    /// From this much on, this coefficient; ascending, beginning at the figure's minimum. Empty
    /// when the figure itself is the coefficient.
    pub steps: Vec<(Exact, Exact)>,
}

impl Coefficient {
    /// The coefficient for a figure.
    pub fn of(&self, figure: &Exact) -> Exact {
        let reached = self.steps.iter().rev().find(|(from, _)| from <= figure);
        reached.map_or_else(|| figure.clone(), |(_, coefficient)| coefficient.clone())
    }
}
