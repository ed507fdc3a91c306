//! The rulebook 评议方案: all rules of an appraisal as data, frozen and hashed when it opens.
//!
//! The format is described in `docs/guide/rulebook.md`.

mod bands;
mod bounds;
mod check;
mod classes;
mod components;
mod explain;
mod gates;
mod grades;
mod kinds;
mod mistake;
mod parse;
mod reader;
mod settings;
mod source;
mod tree;
mod types;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use explain::{Argument, Change, Part, Sentence};
pub use mistake::{MistakeCode, RulebookMistake};
pub use settings::{Setting, SettingName};
pub use tree::*;
pub use types::*;

use bounds::Bounds;

use crate::exact::{Exact, Rounding};

/// A rulebook that the checker accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulebook {
    text: String,
    id: String,
    name: Text,
    source: Option<Text>,
    scale: Rule<Exact>,
    items: Vec<Item>,
    groups: Vec<Group>,
    grades: Vec<Grade>,
    survey: SurveyRule,
    components: Vec<Component>,
    figures: Vec<Component>,
    shown_only: Vec<String>,
    bounds: Bounds,
    classes: Vec<Class>,
    reminders: Vec<Reminder>,
    warnings: Vec<RulebookMistake>,
    component_absent: Rule<ComponentAbsent>,
    bands: Vec<Band>,
    ranking: RankingRule,
    vetoes: Vec<Veto>,
    consequences: Vec<Consequence>,
    appraises: Vec<Appraises>,
}

impl Rulebook {
    /// Reads and checks a rulebook.
    ///
    /// # Errors
    /// All mistakes that the checker finds, in the order of their lines.
    pub fn parse(text: &str) -> Result<Rulebook, Vec<RulebookMistake>> {
        parse::parse(text)
    }

    /// The exact text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the exact bytes of the text, in lowercase hexadecimal.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }

    /// The id that the rulebook gives itself, such as `labour-security-2007`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// The plan it comes from.
    pub fn source(&self) -> Option<&Text> {
        self.source.as_ref()
    }

    /// The top of the scale of totals, 100 for a hundred-point scale (D1).
    pub fn scale(&self) -> &Exact {
        &self.scale.value
    }

    pub(crate) fn scale_clause(&self) -> Option<&str> {
        match &self.scale.origin {
            Origin::Plan(clause) => Some(clause),
            Origin::Rulebook | Origin::Default => None,
        }
    }

    /// What is appraised, in the order of the questions (B).
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item with this id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Who is asked.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The group with this id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The answers, best first, with the don't-know answer last if there is one (D2).
    pub fn grades(&self) -> &[Grade] {
        &self.grades
    }

    /// The grade with this id.
    pub fn grade(&self, id: &str) -> Option<&Grade> {
        self.grades.iter().find(|grade| grade.id == id)
    }

    /// How answers become the survey score.
    pub fn survey(&self) -> &SurveyRule {
        &self.survey
    }

    /// The roots of the component tree (D1).
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// All components, parents before their parts.
    pub fn all_components(&self) -> Vec<&Component> {
        fn walk<'a>(components: &'a [Component], all: &mut Vec<&'a Component>) {
            for component in components {
                all.push(component);
                if let ComponentKind::Sum(parts) = &component.kind {
                    walk(parts, all);
                }
            }
        }
        let mut all = Vec::new();
        walk(&self.components, &mut all);
        all
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        gates::find(&self.components, id)
    }

    /// The figures that are entered for each unit. A figure has no points of its own.
    pub fn figures(&self) -> &[Component] {
        &self.figures
    }

    /// The figure with this id.
    pub fn figure(&self, id: &str) -> Option<&Component> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    /// What an inspection group enters, components and figures, with what it may enter (C8).
    pub fn entered_components(&self) -> Vec<(&Component, &EnteredPoints)> {
        self.all_components()
            .into_iter()
            .chain(&self.figures)
            .filter_map(|component| match &component.kind {
                ComponentKind::Entered(entered) => Some((component, entered)),
                _ => None,
            })
            .collect()
    }

    /// Whether a figure is shown and never counts.
    pub fn is_shown_only(&self, figure: &str) -> bool {
        self.shown_only.iter().any(|id| id == figure)
    }

    /// The classes that units can be in.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The class that the rulebook itself puts a unit in.
    pub fn class_of(&self, unit: &str) -> Option<&str> {
        let class = self.classes.iter().find(|class| class.units.iter().any(|one| one == unit));
        class.map(|class| class.id.as_str())
    }

    /// Whether units must be in classes.
    pub fn needs_classes(&self) -> bool {
        self.ranking.within.value == Within::Class
            || self.bands.iter().any(|band| band.within == Some(Within::Class))
    }

    /// What the answering page reminds of.
    pub fn reminders(&self) -> &[Reminder] {
        &self.reminders
    }

    /// What is no mistake but probably not meant, such as a band that no total reaches.
    pub fn warnings(&self) -> &[RulebookMistake] {
        &self.warnings
    }

    /// A score as it is shown (D5).
    pub fn shown(&self, value: &Exact) -> String {
        let rounding = self.rounding();
        let scale = self.scale();
        let kept = self.ranking.rounding_full.value == RoundingFull::Kept;
        if kept && value < scale && value.rounded(rounding) >= *scale {
            let mode = crate::exact::RoundingMode::Truncate;
            return value.display(Rounding { mode, ..rounding });
        }
        value.display(rounding)
    }

    /// What happens to a unit without points for a component.
    pub fn component_absent(&self) -> ComponentAbsent {
        self.component_absent.value
    }

    /// The bands, best first.
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// The band with this id.
    pub fn band(&self, id: &str) -> Option<&Band> {
        self.bands.iter().find(|band| band.id == id)
    }

    /// How totals become ranks.
    pub fn ranking(&self) -> &RankingRule {
        &self.ranking
    }

    /// How values are shown; never how they are computed (D5).
    pub fn rounding(&self) -> Rounding {
        let RankingRule { rounding_digits, rounding_mode, .. } = &self.ranking;
        Rounding { digits: rounding_digits.value, mode: rounding_mode.value }
    }

    /// The prohibitions whose breach fails a unit (E3, E4).
    pub fn vetoes(&self) -> &[Veto] {
        &self.vetoes
    }

    /// The veto with this id.
    pub fn veto(&self, id: &str) -> Option<&Veto> {
        self.vetoes.iter().find(|veto| veto.id == id)
    }

    /// What follows from results.
    pub fn consequences(&self) -> &[Consequence] {
        &self.consequences
    }

    /// Who appraises whom (A1).
    pub fn appraises(&self) -> &[Appraises] {
        &self.appraises
    }

    /// Ballots that a box of this group needs for its answers to count: the group's minimum
    /// sample, and never fewer than the small-cell rule asks for.
    pub fn minimum_ballots(&self, group: &Group) -> u64 {
        group.minimum_sample.max(self.survey.box_minimum.value)
    }

    /// The lowest total that any answers and points can lead to: 35 for the plan (D3).
    pub fn lowest_total(&self) -> Exact {
        self.bounds.of(&self.components).0
    }

    /// The highest total that any answers and points can lead to: 93 for the plan (D3).
    pub fn highest_total(&self) -> Exact {
        self.bounds.of(&self.components).1
    }

    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Every setting with its value and where it comes from (D4), for printing with the result.
    pub fn settings(&self) -> Vec<Setting> {
        settings::settings(self)
    }
}

/// Arguments of a mistake: name to value, ready for a translation.
pub type MistakeArgs = BTreeMap<&'static str, String>;
