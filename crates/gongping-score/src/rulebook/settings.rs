//! Every setting of a rulebook in one list, to be printed with each result (D4).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Blank, ComponentAbsent, DontKnow, First, GroupAbsent, ItemAbsent, ItemMean, Measure, Origin,
    OverIssued, PartPoints, QuotaRounding, QuotaTies, RankOn, RoundingFull, Rule, Rulebook, Ties,
    VetoedPlaces, WhenNone, Within,
};
use crate::exact::RoundingMode;

/// A setting in force, with its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// What is set.
    pub name: SettingName,
    /// The id of the group, grade, item or component it is about, if it is about one.
    pub about: Option<String>,
    /// The value, as written in a rulebook.
    pub value: String,
    /// From the plan, with the clause; from the rulebook; or a default.
    pub origin: Origin,
}

impl fmt::Display for Setting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name.as_str())?;
        if let Some(about) = &self.about {
            write!(out, " {about}")?;
        }
        write!(out, " = {} ", self.value)?;
        match &self.origin {
            Origin::Plan(clause) => write!(out, "(plan, {clause})"),
            Origin::Rulebook => out.write_str("(rulebook; the plan is silent)"),
            Origin::Default => out.write_str("(default; the plan is silent)"),
        }
    }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident $text:literal)*) => {
        /// The name of a setting: the path of its key in the rulebook.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum SettingName { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl SettingName {
            /// Every setting.
            pub const ALL: &[SettingName] = &[$(SettingName::$name,)*];

            /// The stable text of the name, for translations and help pages.
            pub fn as_str(self) -> &'static str {
                match self { $(SettingName::$name => $text,)* }
            }
        }
    };
}

names! {
    /// Top of the scale of totals.
    Scale "scale"
    /// Points of a component.
    ComponentPoints "component.points"
    /// Step of entered points.
    ComponentStep "component.step"
    /// A component without points.
    ComponentAbsent "component-absent"
    /// Worth of a grade.
    GradeValue "grade.value"
    /// Weight of a group.
    GroupWeight "group.weight"
    /// Minimum sample of a group.
    GroupMinimumSample "group.minimum-sample"
    /// Weight of an item.
    ItemWeight "item.weight"
    /// Grade value for full marks.
    Full "survey.full"
    /// Items to group score.
    ItemMean "survey.item-mean"
    /// An item without answers.
    ItemAbsent "survey.item-absent"
    /// A group without enough ballots.
    GroupAbsent "survey.group-absent"
    /// The don't-know answer.
    DontKnow "survey.dont-know"
    /// Blank answers.
    Blank "survey.blank"
    /// Small-cell rule.
    BoxMinimum "survey.box-minimum"
    /// Ranks of equal units.
    Ties "ranking.ties"
    /// Exact or rounded totals.
    RankOn "ranking.rank-on"
    /// Shares to places.
    QuotaRounding "ranking.quota-rounding"
    /// Ties at the edge of a quota.
    QuotaTies "ranking.quota-ties"
    /// Places of units with a breach.
    VetoedPlaces "ranking.vetoed-places"
    /// Rounding of what is shown.
    RoundingMode "ranking.rounding-mode"
    /// Digits of what is shown.
    RoundingDigits "ranking.rounding-digits"
    /// Mean or share.
    Measure "survey.measure"
    /// What a blank answer takes off.
    BlankDeduction "survey.blank-deduction"
    /// More ballots than were issued.
    OverIssued "survey.over-issued"
    /// Whether 100 is kept for complete sets.
    RoundingFull "ranking.rounding-full"
    /// Among whom units are ranked.
    Within "ranking.within"
    /// Whether there are bands.
    Bands "band"
}

/// A closed list of words that a setting chooses from.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    /// The choices with their words.
    const WORDS: &'static [(&'static str, Self)];

    /// The word of this choice.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, choice)| *choice == self).map_or("", |(word, _)| word)
    }
}

macro_rules! choice {
    ($($name:ident { $($word:literal $case:ident),* })*) => {$(
        impl Choice for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $name::$case)),*];
        }
    )*};
}

choice! {
    ItemMean { "plain" Plain, "weighted" Weighted, "points" Points }
    Measure { "mean" Mean, "top-share" TopShare }
    OverIssued { "refused" Refused, "void" Void }
    RoundingFull { "plain" Plain, "kept" Kept }
    Within { "all" All, "class" Class }
    WhenNone { "full" Full, "zero" Zero, "unranked" Unranked }
    PartPoints { "exact" Exact, "started" Started, "whole" Whole }
    First { "largest" Largest, "smallest" Smallest }
    ItemAbsent { "unranked" Unranked, "leave-out" LeaveOut }
    GroupAbsent { "unranked" Unranked, "reweight" Reweight }
    ComponentAbsent { "unranked" Unranked, "lowest" Lowest }
    DontKnow { "absent" Absent, "excluded" Excluded, "in-base" InBase, "invalid" Invalid }
    Blank { "excluded" Excluded, "in-base" InBase, "deduct" Deduct, "forbidden" Forbidden }
    Ties { "standard" Standard, "dense" Dense }
    RankOn { "exact" Exact, "rounded" Rounded }
    QuotaRounding { "down" Down, "up" Up }
    QuotaTies { "include" Include, "exclude" Exclude }
    VetoedPlaces { "closed" Closed, "kept" Kept }
    RoundingMode { "half-even" HalfEven, "half-up" HalfUp, "truncate" Truncate }
}

/// The origin of a value that every rulebook must state: a clause, or the rulebook's own choice.
fn stated(clause: Option<&String>) -> Origin {
    clause.map_or(Origin::Rulebook, |clause| Origin::Plan(clause.clone()))
}

struct List(Vec<Setting>);

impl List {
    fn add(&mut self, name: SettingName, about: Option<&str>, value: String, origin: Origin) {
        self.0.push(Setting { name, about: about.map(str::to_owned), value, origin });
    }

    fn rule<T: ToString>(&mut self, name: SettingName, rule: &Rule<T>) {
        self.add(name, None, rule.value.to_string(), rule.origin.clone());
    }

    fn choice<T: Choice>(&mut self, name: SettingName, rule: &Rule<T>) {
        self.add(name, None, rule.value.word().to_owned(), rule.origin.clone());
    }
}

impl List {
    /// A setting that came later than format 1: named only where a rulebook writes it, so that
    /// older rulebooks keep their reports, byte for byte.
    fn written<T: Choice>(&mut self, name: SettingName, rule: &Rule<T>) {
        if rule.origin != Origin::Default {
            self.choice(name, rule);
        }
    }
}

pub(super) fn settings(rulebook: &Rulebook) -> Vec<Setting> {
    let mut list = List(Vec::new());
    list.rule(SettingName::Scale, &rulebook.scale);
    for component in rulebook.all_components() {
        let (id, value) = (Some(component.id.as_str()), component.points.to_string());
        list.add(SettingName::ComponentPoints, id, value, stated(component.clause.as_ref()));
    }
    for (component, entered) in rulebook.entered_components() {
        let id = Some(component.id.as_str());
        list.add(SettingName::ComponentStep, id, entered.step.to_string(), Origin::Rulebook);
    }
    list.choice(SettingName::ComponentAbsent, &rulebook.component_absent);
    add_survey(rulebook, &mut list);
    add_ranking(rulebook, &mut list);
    list.0
}

fn add_survey(rulebook: &Rulebook, list: &mut List) {
    let survey = &rulebook.survey;
    for grade in &rulebook.grades {
        let value =
            grade.value.as_ref().map_or_else(|| "dont-know".to_owned(), ToString::to_string);
        let origin = stated(grade.clause.as_ref());
        list.add(SettingName::GradeValue, Some(&grade.id), value, origin);
    }
    for group in &rulebook.groups {
        let (id, weight) = (Some(group.id.as_str()), group.weight.to_string());
        list.add(SettingName::GroupWeight, id, weight, stated(group.clause.as_ref()));
        let minimum = group.minimum_sample.to_string();
        let origin = group.minimum_sample_origin.clone();
        list.add(SettingName::GroupMinimumSample, id, minimum, origin);
    }
    if survey.item_mean.value != ItemMean::Plain {
        for item in &rulebook.items {
            let (weight, origin) = (item.weight.to_string(), stated(item.clause.as_ref()));
            list.add(SettingName::ItemWeight, Some(&item.id), weight, origin);
        }
    }
    list.rule(SettingName::Full, &survey.full);
    list.choice(SettingName::ItemMean, &survey.item_mean);
    list.choice(SettingName::ItemAbsent, &survey.item_absent);
    list.choice(SettingName::GroupAbsent, &survey.group_absent);
    list.choice(SettingName::DontKnow, &survey.dont_know);
    list.choice(SettingName::Blank, &survey.blank);
    list.rule(SettingName::BoxMinimum, &survey.box_minimum);
    list.written(SettingName::Measure, &survey.measure);
    if survey.blank_deduction.origin != Origin::Default {
        list.rule(SettingName::BlankDeduction, &survey.blank_deduction);
    }
    list.written(SettingName::OverIssued, &survey.over_issued);
}

fn add_ranking(rulebook: &Rulebook, list: &mut List) {
    let ranking = &rulebook.ranking;
    list.choice(SettingName::Ties, &ranking.ties);
    list.choice(SettingName::RankOn, &ranking.rank_on);
    list.choice(SettingName::QuotaRounding, &ranking.quota_rounding);
    list.choice(SettingName::QuotaTies, &ranking.quota_ties);
    list.choice(SettingName::VetoedPlaces, &ranking.vetoed_places);
    list.choice(SettingName::RoundingMode, &ranking.rounding_mode);
    list.rule(SettingName::RoundingDigits, &ranking.rounding_digits);
    list.written(SettingName::RoundingFull, &ranking.rounding_full);
    list.written(SettingName::Within, &ranking.within);
    if rulebook.bands.is_empty() {
        list.add(SettingName::Bands, None, "none".to_owned(), Origin::Default);
    }
    for band in &rulebook.bands {
        let (value, origin) = (band.rule.to_string(), stated(band.clause.as_ref()));
        list.add(SettingName::Bands, Some(&band.id), value, origin);
    }
}
