//! The rulebook 评议方案: all rules of an appraisal as data, frozen and hashed when it opens.
//!
//! The format is described in `docs/guide/rulebook.md`.

mod bands;
mod check;
mod components;
mod mistake;
mod parse;
mod reader;
mod settings;
mod types;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use mistake::{MistakeCode, RulebookMistake};
pub use settings::{Setting, SettingName};
pub use types::*;

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

    /// The components whose points an inspection group enters, with what it may enter (C8).
    pub fn entered_components(&self) -> Vec<(&Component, &EnteredPoints)> {
        self.all_components()
            .into_iter()
            .filter_map(|component| match &component.kind {
                ComponentKind::Entered(entered) => Some((component, entered)),
                _ => None,
            })
            .collect()
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
        let worst = if self.zero_stays_in_base() {
            Exact::zero()
        } else {
            &self.grade_values().min().cloned().unwrap_or_else(Exact::zero)
                / &self.survey.full.value
        };
        extreme(&self.components, &worst, |entered| &entered.minimum)
    }

    /// The highest total that any answers and points can lead to: 93 for the plan (D3).
    pub fn highest_total(&self) -> Exact {
        let best = &self.grade_values().max().cloned().unwrap_or_else(Exact::zero)
            / &self.survey.full.value;
        extreme(&self.components, &best, |entered| &entered.maximum)
    }

    fn grade_values(&self) -> impl Iterator<Item = &Exact> {
        self.grades.iter().filter_map(|grade| grade.value.as_ref())
    }

    /// Whether an answer worth nothing can stay in the base.
    fn zero_stays_in_base(&self) -> bool {
        self.survey.dont_know.value == DontKnow::InBase || self.survey.blank.value == Blank::InBase
    }

    /// Every setting with its value and where it comes from (D4), for printing with the result.
    pub fn settings(&self) -> Vec<Setting> {
        settings::settings(self)
    }
}

/// The extreme total of a component tree, given the extreme share of full marks in the survey.
fn extreme(
    components: &[Component],
    survey: &Exact,
    entered: fn(&EnteredPoints) -> &Exact,
) -> Exact {
    components
        .iter()
        .map(|component| match &component.kind {
            ComponentKind::Survey => &component.points * survey,
            ComponentKind::Entered(points) => {
                &(entered(points) / &points.maximum) * &component.points
            }
            ComponentKind::Sum(parts) => extreme(parts, survey, entered),
        })
        .sum()
}

/// Arguments of a mistake: name to value, ready for a translation.
pub type MistakeArgs = BTreeMap<&'static str, String>;
