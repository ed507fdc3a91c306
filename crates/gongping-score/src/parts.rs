//! The points of components: rates, places, deductions, bonuses, sums and coefficients (D1).

use std::collections::BTreeMap;

use crate::counts::ScoreInput;
use crate::exact::Exact;
use crate::rulebook::{
    Component, ComponentAbsent, ComponentKind, First, PerCount, RankPoints, RankScale, RateRule,
    Rulebook, WhenNone, Within,
};
use crate::score::{UnitScoring, Unranked};
use crate::trace::What;

/// What units are compared by where points are given for places: component, class, unit.
#[derive(Default)]
pub(crate) struct Standings(BTreeMap<String, BTreeMap<Option<String>, BTreeMap<String, Exact>>>);

/// The class that a unit is ranked in; `None` when all are ranked together.
pub(crate) fn ranking_class(rulebook: &Rulebook, input: &ScoreInput, unit: &str) -> Option<String> {
    match rulebook.ranking().within.value {
        Within::All => None,
        Within::Class => input.class_of(rulebook, unit),
    }
}

impl Standings {
    /// Compares the units of the input wherever the rulebook gives points for places.
    pub(crate) fn new(rulebook: &Rulebook, input: &ScoreInput) -> Standings {
        let mut standings = Standings::default();
        for component in rulebook.all_components() {
            let ComponentKind::Rank(rank) = &component.kind else { continue };
            let of_component = standings.0.entry(component.id.clone()).or_default();
            for unit in input.all_units() {
                let value = match &rank.by {
                    Some(figure) => {
                        input.components.get(unit).and_then(|points| points.get(figure)).cloned()
                    }
                    None => {
                        let nothing = Standings::default();
                        UnitScoring::new(rulebook, input, unit, &nothing).survey_score()
                    }
                };
                if let Some(value) = value {
                    let class = ranking_class(rulebook, input, unit);
                    of_component.entry(class).or_default().insert(unit.clone(), value);
                }
            }
        }
        standings
    }

    /// Place and the value of the first.
    fn place(
        &self,
        component: &str,
        class: &Option<String>,
        value: &Exact,
        first: First,
    ) -> (u64, Exact) {
        let among = self.0.get(component).and_then(|classes| classes.get(class));
        let values = || among.into_iter().flat_map(BTreeMap::values);
        let (better, best) = match first {
            First::Largest => (values().filter(|other| *other > value).count(), values().max()),
            First::Smallest => (values().filter(|other| *other < value).count(), values().min()),
        };
        let place = u64::try_from(better).unwrap_or(u64::MAX).saturating_add(1);
        (place, best.cloned().unwrap_or_else(|| value.clone()))
    }
}

impl<'a> UnitScoring<'a> {
    /// The sum of these components; `None` when one of them has no value.
    pub(crate) fn parts(
        &mut self,
        components: &'a [Component],
        survey: Option<&Exact>,
    ) -> Option<Exact> {
        // All parts are computed even if one has no value: every reason must be found.
        let mut sum = Some(Exact::zero());
        for component in components.iter().filter(|component| component.gate().is_none()) {
            let part = self.part(component, survey, None);
            sum = sum.zip(part).map(|(sum, part)| &sum + &part);
        }
        let subtotal = sum.clone();
        for component in components.iter().filter(|component| component.gate().is_some()) {
            let part = self.part(component, survey, subtotal.as_ref());
            sum = sum.zip(part).map(|(sum, part)| &sum + &part);
        }
        sum
    }

    /// The points of a component, brought to the scale above, times its coefficient.
    fn part(
        &mut self,
        component: &'a Component,
        survey: Option<&Exact>,
        subtotal: Option<&Exact>,
    ) -> Option<Exact> {
        let missing = self.missing_figure(component);
        if let Some(figure) = missing {
            return self.without_figure(component, figure);
        }
        let (what, inputs, mut value) = self.own(component, survey, subtotal)?;
        let later = [component.scale.is_some(), component.coefficient.is_some()];
        if later == [false, false] {
            self.own.insert(component.id.clone(), value.clone());
            return Some(self.component_step(component, what, inputs, value));
        }
        let clauses = Vec::new;
        let (id, own) = (component.id.clone(), format!("component:{}/own", component.id));
        self.own.insert(id.clone(), value.clone());
        self.step(own.clone(), what, clauses(), inputs, Some(value.clone()));
        let mut before = own;
        if let Some(scale) = &component.scale {
            value = component.brought(value);
            let (scale, points) = (scale.clone(), component.points.clone());
            let what = What::Brought { component: id.clone(), scale, points };
            if component.coefficient.is_none() {
                return Some(self.component_step(component, what, vec![before], value));
            }
            let brought = format!("component:{id}/brought");
            self.step(brought.clone(), what, clauses(), vec![before], Some(value.clone()));
            before = brought;
        }
        let coefficient = component.coefficient.as_ref()?;
        let figure = self.figure(&coefficient.figure)?;
        let factor = coefficient.of(&figure);
        value = &value * &factor;
        let what = What::Coefficient { component: id, figure, factor };
        Some(self.component_step(component, what, vec![before], value))
    }

    fn figure(&self, id: &str) -> Option<Exact> {
        self.input.components.get(self.unit)?.get(id).cloned()
    }

    /// The first figure that the component needs and that nobody entered.
    fn missing_figure(&self, component: &'a Component) -> Option<&'a str> {
        let mut needed: Vec<&str> = Vec::new();
        match &component.kind {
            ComponentKind::Rate(rate) => needed.extend([rate.figure.as_str(), &rate.base]),
            ComponentKind::Rank(rank) => needed.extend(rank.by.as_deref()),
            ComponentKind::Deduct(per) | ComponentKind::Bonus(per) => needed.push(&per.figure),
            _ => {}
        }
        needed.extend(component.coefficient.iter().map(|coefficient| coefficient.figure.as_str()));
        needed.into_iter().find(|figure| self.figure(figure).is_none())
    }

    fn without_figure(&mut self, component: &'a Component, figure: &str) -> Option<Exact> {
        let id = component.id.clone();
        if self.rulebook.component_absent() == ComponentAbsent::Lowest {
            let (lowest, _) = self.rulebook.bounds().points(component);
            let what = What::LowestPart { component: id, figure: figure.to_owned() };
            return Some(self.component_step(component, what, Vec::new(), lowest));
        }
        self.unranked.push(Unranked::ComponentMissing { component: figure.to_owned() });
        let what = What::ComponentMissing { component: figure.to_owned() };
        self.step(format!("component:{id}"), what, Vec::new(), Vec::new(), None);
        None
    }

    /// What a component comes to on its own scale.
    fn own(
        &mut self,
        component: &'a Component,
        survey: Option<&Exact>,
        subtotal: Option<&Exact>,
    ) -> Option<(What, Vec<String>, Exact)> {
        let (id, points) = (component.id.clone(), component.points.clone());
        let no_steps = Vec::new;
        Some(match &component.kind {
            ComponentKind::Survey => {
                let scale = self.rulebook.scale().clone();
                let value = &(survey? / &scale) * &points;
                let what = What::SurveyPart { component: id, points, scale };
                (what, vec!["survey".to_owned()], value)
            }
            ComponentKind::Entered(entered) => {
                let (what, value) = self.entered_part(component, entered)?;
                (what, no_steps(), value)
            }
            ComponentKind::Sum(parts) => {
                let sum = self.parts(parts, survey)?;
                let inputs = parts.iter().map(|part| format!("component:{}", part.id)).collect();
                let value = component.clamped(sum.clone());
                if value == sum {
                    let points = component.scale.clone().unwrap_or(points);
                    (What::PartSum { component: id, points }, inputs, value)
                } else {
                    (What::Clamped { component: id, sum }, inputs, value)
                }
            }
            ComponentKind::Fixed => {
                (What::FixedPart { component: id, points: points.clone() }, no_steps(), points)
            }
            ComponentKind::Rate(rate) => {
                let (what, value) = self.rate(component, rate)?;
                (what, no_steps(), value)
            }
            ComponentKind::Rank(rank) => {
                let (what, value) = self.rank(component, rank, survey)?;
                let inputs = rank.by.is_none().then(|| "survey".to_owned());
                (what, inputs.into_iter().collect(), value)
            }
            ComponentKind::Deduct(per) => {
                let (what, value) = self.per_count(component, per, false)?;
                (what, no_steps(), &Exact::zero() - &value)
            }
            ComponentKind::Bonus(per) => {
                if let Some(gate) = &per.gate {
                    let subtotal = subtotal?.clone();
                    if !gate.is_open(&subtotal) {
                        let bound = gate.bound.clone();
                        let what = What::GateShut { component: id, subtotal, bound };
                        return Some((what, no_steps(), Exact::zero()));
                    }
                }
                let (what, value) = self.per_count(component, per, true)?;
                (what, no_steps(), value)
            }
        })
    }

    fn rate(&mut self, component: &Component, rule: &RateRule) -> Option<(What, Exact)> {
        let (count, base) = (self.figure(&rule.figure)?, self.figure(&rule.base)?);
        let (id, points) = (component.id.clone(), component.points.clone());
        let value = match (base.is_zero(), rule.when_none) {
            (false, _) => rule.points(&(&count / &base), &points),
            (true, WhenNone::Full) => points.clone(),
            (true, WhenNone::Zero) => Exact::zero(),
            (true, WhenNone::Unranked) => {
                self.unranked.push(Unranked::RateOverNothing { component: id });
                return None;
            }
        };
        let target = rule.target.as_ref().map(|target| target.rate.clone());
        let loss = rule.target.as_ref().map(|target| target.loss.clone());
        Some((What::RatePart { component: id, count, base, points, target, loss }, value))
    }

    fn rank(
        &mut self,
        component: &Component,
        rule: &RankPoints,
        survey: Option<&Exact>,
    ) -> Option<(What, Exact)> {
        let own = match &rule.by {
            Some(figure) => self.figure(figure)?,
            None => survey?.clone(),
        };
        let class = ranking_class(self.rulebook, self.input, self.unit);
        let (place, best) = self.standings.place(&component.id, &class, &own, rule.first);
        let points = component.points.clone();
        let value = match &rule.scale {
            RankScale::Places { points: places, beyond } => {
                let index = usize::try_from(place - 1).unwrap_or(usize::MAX);
                places.get(index).unwrap_or(beyond).clone()
            }
            RankScale::Proportion => {
                let (above, below) = match rule.first {
                    First::Largest => (&own, &best),
                    First::Smallest => (&best, &own),
                };
                // Where even the first has nothing, all are first.
                let share = if below.is_zero() { Exact::one() } else { above / below };
                &points * &share.max(Exact::zero())
            }
        };
        let proportion = rule.scale == RankScale::Proportion;
        let component = component.id.clone();
        let what = What::RankPart { component, own, best, place, points, proportion };
        Some((what, value))
    }

    fn per_count(
        &self,
        component: &Component,
        per: &PerCount,
        bonus: bool,
    ) -> Option<(What, Exact)> {
        let count = self.figure(&per.figure)?;
        let value = per.points(&count);
        let (free, each, cap) = (per.free.clone(), per.each.clone(), per.cap.clone());
        let component = component.id.clone();
        Some((What::CountPart { component, count, free, each, cap, bonus }, value))
    }

    /// Figures that are shown and never count.
    pub(crate) fn show_figures(&mut self) {
        for figure in self.rulebook.figures() {
            if let Some(value) =
                self.figure(&figure.id).filter(|_| self.rulebook.is_shown_only(&figure.id))
            {
                let what = What::FigureShown { figure: figure.id.clone() };
                let clauses = figure.clause.iter().cloned().collect();
                self.step(format!("figure:{}", figure.id), what, clauses, Vec::new(), Some(value));
            }
        }
    }

    /// Vetoes that fall by themselves below a subtotal.
    pub(crate) fn fallen(&mut self) -> Vec<String> {
        let mut fallen = Vec::new();
        for veto in self.rulebook.vetoes() {
            let Some(below) = &veto.below else { continue };
            let Some(score) = self.own.get(&below.component).cloned() else { continue };
            if score < below.bound {
                fallen.push(veto.id.clone());
                let (component, bound) = (below.component.clone(), below.bound.clone());
                let what = What::Fell { component, bound, score };
                let clauses = veto.clause.iter().cloned().collect();
                self.step(format!("fell:{}", veto.id), what, clauses, Vec::new(), None);
            }
        }
        fallen
    }
}
