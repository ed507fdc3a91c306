//! A rulebook as a list of sentences, and the difference of two such lists. Nothing can be compared
//! that is not explained, and the other way round.
//!
//! A sentence is a key of a text with arguments, so that every language can say it.

use super::{
    BandRule, Component, ComponentKind, Consequence, PerCount, RankScale, RateRule, Rulebook, Text,
    Within,
};
use crate::exact::Exact;

/// What a sentence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A question.
    Item,
    /// An answer.
    Grade,
    /// Who is asked.
    Group,
    /// A number that is entered.
    Figure,
    /// A part of the total.
    Component,
    /// The lowest and the highest total.
    Range,
    /// A class of units.
    Class,
    /// A band.
    Band,
    /// A prohibition or gate.
    Veto,
    /// What follows.
    Consequence,
    /// What the answering page reminds of.
    Reminder,
}

impl Part {
    /// Whether totals change when this changes.
    pub fn scores(self) -> bool {
        matches!(
            self,
            Part::Item | Part::Grade | Part::Group | Part::Figure | Part::Component | Part::Range
        )
    }
}

/// A value in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A number or a word of the rulebook format.
    Plain(String),
    /// A name in the languages of the rulebook.
    Name(Text),
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it is about.
    pub part: Part,
    /// The id of what it is about.
    pub about: String,
    /// The key of its text.
    pub key: &'static str,
    /// Its arguments by name.
    pub arguments: Vec<(&'static str, Argument)>,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// What changed between two rulebooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only the later one says it.
    Added(Sentence),
    /// Only the earlier one says it.
    Removed(Sentence),
    /// Both speak of the same thing, differently.
    Changed {
        /// The earlier one.
        before: Sentence,
        /// The later one.
        after: Sentence,
    },
}

impl Change {
    /// Whether totals of the two rulebooks cannot be compared because of this.
    pub fn breaks_series(&self) -> bool {
        let (Change::Added(sentence)
        | Change::Removed(sentence)
        | Change::Changed { after: sentence, .. }) = self;
        sentence.part.scores()
    }
}

fn plain(value: &impl ToString) -> Argument {
    Argument::Plain(value.to_string())
}

type Said = (&'static str, Vec<(&'static str, Argument)>);

impl Rulebook {
    /// The rules in sentences, but for the settings, which
    /// [`settings`](Rulebook::settings) lists.
    pub fn sentences(&self) -> Vec<Sentence> {
        let mut all = Vec::new();
        let mut say = |part: Part, id: &str, name: &Text, clause: &Option<String>, said: Said| {
            let (key, mut arguments) = said;
            arguments.push(("name", Argument::Name(name.clone())));
            let (about, clause) = (id.to_owned(), clause.clone());
            all.push(Sentence { part, about, key, arguments, clause });
        };
        for item in &self.items {
            let mut arguments =
                vec![("weight", plain(&item.weight)), ("text", Argument::Name(item.text.clone()))];
            let own = item.values.iter().map(|(grade, value)| format!("{grade} {value}"));
            let own: Vec<String> = own.collect();
            let key = if own.is_empty() { "explain-item" } else { "explain-item-values" };
            if !own.is_empty() {
                arguments.extend([("full", plain(&item.full)), ("values", plain(&own.join("; ")))]);
            }
            say(Part::Item, &item.id, &item.name, &item.clause, (key, arguments));
        }
        for grade in &self.grades {
            let said: Said = match &grade.value {
                None => ("explain-grade-none", Vec::new()),
                Some(value) => {
                    let key = if grade.bad { "explain-grade-bad" } else { "explain-grade" };
                    let full = plain(&self.survey.full.value);
                    (key, vec![("value", plain(value)), ("full", full)])
                }
            };
            say(Part::Grade, &grade.id, &grade.name, &grade.clause, said);
        }
        for group in &self.groups {
            let minimum = ("minimum", plain(&self.minimum_ballots(group)));
            let said: Said = if group.shown_only {
                ("explain-group-shown", vec![minimum])
            } else {
                ("explain-group", vec![("weight", plain(&group.weight)), minimum])
            };
            say(Part::Group, &group.id, &group.name, &group.clause, said);
        }
        for figure in &self.figures {
            let key = if self.is_shown_only(&figure.id) {
                "explain-figure-shown"
            } else {
                "explain-figure"
            };
            let ComponentKind::Entered(entered) = &figure.kind else { continue };
            let arguments = vec![
                ("minimum", plain(&entered.minimum)),
                ("maximum", plain(&entered.maximum)),
                ("step", plain(&entered.step)),
            ];
            say(Part::Figure, &figure.id, &figure.name, &figure.clause, (key, arguments));
        }
        for component in self.all_components() {
            let said = self.component_said(component);
            say(Part::Component, &component.id, &component.name, &component.clause, said);
            if let Some(coefficient) = &component.coefficient {
                let steps = coefficient.steps.iter().map(|(from, to)| format!("{from}: {to}"));
                let steps: Vec<String> = steps.collect();
                let key = if steps.is_empty() {
                    "explain-coefficient-itself"
                } else {
                    "explain-coefficient"
                };
                let mut arguments = vec![("figure", self.figure_name(&coefficient.figure))];
                if !steps.is_empty() {
                    arguments.push(("steps", plain(&steps.join("; "))));
                }
                let id = format!("{}/coefficient", component.id);
                say(Part::Component, &id, &component.name, &None, (key, arguments));
            }
        }
        let range = vec![
            ("lowest", plain(&self.lowest_total())),
            ("highest", plain(&self.highest_total())),
            ("scale", plain(self.scale())),
        ];
        say(Part::Range, "range", &self.name, &None, ("explain-range", range));
        for class in &self.classes {
            let said = ("explain-class", vec![("count", plain(&class.units.len()))]);
            say(Part::Class, &class.id, &class.name, &class.clause, said);
        }
        for band in &self.bands {
            let key = match (&band.rule, band.within) {
                (BandRule::Veto, _) => "explain-band-veto",
                (_, Some(Within::Class)) => "explain-band-class",
                _ => "explain-band",
            };
            let rule = match band.rule {
                BandRule::Veto => Vec::new(),
                _ => vec![("rule", plain(&band.rule))],
            };
            say(Part::Band, &band.id, &band.name, &band.clause, (key, rule));
        }
        for veto in &self.vetoes {
            let mut arguments = vec![("band", self.band_name(&veto.band))];
            let key = if veto.below.is_some() { "explain-veto-below" } else { "explain-veto" };
            if let Some(below) = &veto.below {
                let name = self.component(&below.component).map(|one| one.name.clone());
                let name = name.map_or_else(|| plain(&below.component), Argument::Name);
                arguments.extend([("component", name), ("bound", plain(&below.bound))]);
            }
            say(Part::Veto, &veto.id, &veto.name, &veto.clause, (key, arguments));
        }
        for one in &self.consequences {
            say(Part::Consequence, &one.id, &one.name, &one.clause, self.consequence_said(one));
        }
        for one in &self.reminders {
            let grade = self.grade(&one.grade).map(|grade| grade.name.clone());
            let grade = grade.map_or_else(|| plain(&one.grade), Argument::Name);
            let above = format!("{}%", &one.above * &Exact::from(100));
            let arguments = vec![("grade", grade), ("above", plain(&above))];
            say(Part::Reminder, &one.id, &one.name, &one.clause, ("explain-reminder", arguments));
        }
        all
    }

    /// What changed from `self` to `later`.
    pub fn changes(&self, later: &Rulebook) -> Vec<Change> {
        let (before, after) = (self.sentences(), later.sentences());
        let same = |a: &Sentence, b: &Sentence| a.part == b.part && a.about == b.about;
        let mut changes = Vec::new();
        for earlier in &before {
            match after.iter().find(|other| same(earlier, other)) {
                None => changes.push(Change::Removed(earlier.clone())),
                Some(other) if other != earlier => {
                    changes.push(Change::Changed { before: earlier.clone(), after: other.clone() })
                }
                Some(_) => {}
            }
        }
        let added = after.iter().filter(|other| !before.iter().any(|earlier| same(earlier, other)));
        changes.extend(added.cloned().map(Change::Added));
        changes
    }

    fn figure_name(&self, id: &str) -> Argument {
        self.figure(id).map_or_else(|| plain(&id), |figure| Argument::Name(figure.name.clone()))
    }

    fn band_name(&self, id: &str) -> Argument {
        self.band(id).map_or_else(|| plain(&id), |band| Argument::Name(band.name.clone()))
    }

    fn consequence_said(&self, one: &Consequence) -> Said {
        match &one.band {
            None => ("explain-consequence", Vec::new()),
            Some(band) => {
                let arguments = vec![("band", self.band_name(band)), ("years", plain(&one.years))];
                ("explain-consequence-band", arguments)
            }
        }
    }

    fn component_said(&self, component: &Component) -> Said {
        let points = ("points", plain(&component.points));
        match &component.kind {
            ComponentKind::Survey => ("explain-component-survey", vec![points]),
            ComponentKind::Entered(entered) => (
                "explain-component-entered",
                vec![
                    points,
                    ("minimum", plain(&entered.minimum)),
                    ("maximum", plain(&entered.maximum)),
                    ("step", plain(&entered.step)),
                ],
            ),
            ComponentKind::Fixed => ("explain-component-fixed", vec![points]),
            ComponentKind::Sum(_) => self.sum_said(component, points),
            ComponentKind::Rate(rate) => self.rate_said(rate, points),
            ComponentKind::Rank(rank) => {
                let by =
                    rank.by.as_deref().map_or_else(|| plain(&"survey"), |by| self.figure_name(by));
                match &rank.scale {
                    RankScale::Proportion => {
                        ("explain-component-proportion", vec![points, ("by", by)])
                    }
                    RankScale::Places { points: places, beyond } => {
                        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                        let places = ("places", plain(&places.join(", ")));
                        let beyond = ("beyond", plain(beyond));
                        ("explain-component-rank", vec![("by", by), places, beyond])
                    }
                }
            }
            ComponentKind::Deduct(per) => ("explain-component-deduct", self.per_count_said(per)),
            ComponentKind::Bonus(per) => {
                let mut arguments = self.per_count_said(per);
                let Some(gate) = &per.gate else { return ("explain-component-bonus", arguments) };
                arguments.push(("bound", plain(&gate.bound)));
                let key = if gate.included {
                    "explain-component-bonus-from"
                } else {
                    "explain-component-bonus-above"
                };
                (key, arguments)
            }
        }
    }

    fn sum_said(&self, component: &Component, points: (&'static str, Argument)) -> Said {
        let (floor, ceiling) = (&component.floor, &component.ceiling);
        if component.scale.is_none() && floor.is_none() && ceiling.is_none() {
            return ("explain-component-sum", vec![points]);
        }
        let or_none = |bound: &Option<Exact>| bound.as_ref().map_or(plain(&"–"), plain);
        let scale = component.scale.as_ref().unwrap_or(&component.points);
        let arguments = vec![
            points,
            ("scale", plain(scale)),
            ("floor", or_none(floor)),
            ("ceiling", or_none(ceiling)),
        ];
        ("explain-component-scaled", arguments)
    }

    fn rate_said(&self, rate: &RateRule, points: (&'static str, Argument)) -> Said {
        use super::settings::Choice;
        let mut arguments = vec![
            points,
            ("figure", self.figure_name(&rate.figure)),
            ("base", self.figure_name(&rate.base)),
            ("none", plain(&rate.when_none.word())),
        ];
        let Some(target) = &rate.target else { return ("explain-component-rate", arguments) };
        let percent = format!("{}%", &target.rate * &Exact::from(100));
        arguments.extend([
            ("target", plain(&percent)),
            ("loss", plain(&target.loss)),
            ("part", plain(&target.part.word())),
        ]);
        ("explain-component-target", arguments)
    }

    fn per_count_said(&self, per: &PerCount) -> Vec<(&'static str, Argument)> {
        vec![
            ("figure", self.figure_name(&per.figure)),
            ("each", plain(&per.each)),
            ("free", plain(&per.free)),
            ("cap", per.cap.as_ref().map_or(plain(&"–"), plain)),
        ]
    }
}
