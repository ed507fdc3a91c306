//! What a rulebook can say, as types. A [`Rulebook`](super::Rulebook) can only be had from a
//! text that the checker accepted, so whoever holds these values may rely on the checks.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::exact::Exact;

/// A name or text in the languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 简体中文.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// 繁體中文; the simplified form when the rulebook gives none.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text for a language tag `zh-Hans`, `zh-Hant` or `en`; simplified Chinese for others.
    pub fn get(&self, language: &str) -> &str {
        match language {
            "en" => &self.en,
            "zh-Hant" => &self.zh_hant,
            _ => &self.zh_hans,
        }
    }
}

/// One thing that is appraised (B).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Stable id, unique among items.
    pub id: String,
    /// Short name, for tables.
    pub name: Text,
    /// The full wording that respondents read; the name when none is given.
    pub text: Text,
    /// The clause of the plan.
    pub clause: Option<String>,
    /// Share in the group score; the weights add up to 1. Equal when item-mean is plain.
    pub weight: Exact,
    /// Whether the level below replaces the wording by its own (B8).
    pub local: bool,
    /// What full marks are for this item: the survey's, or the item's own points.
    pub full: Exact,
    /// Worth of grades for this item alone, by grade; the grade's own worth where absent.
    pub values: BTreeMap<String, Exact>,
}

impl Item {
    /// What an answer is worth for this item; `None` for the don't-know answer.
    pub fn value<'a>(&'a self, grade: &'a Grade) -> Option<&'a Exact> {
        let own = grade.value.as_ref()?;
        Some(self.values.get(&grade.id).unwrap_or(own))
    }
}

/// What one respondent of a group answers with one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SheetForm {
    /// One unit.
    OneUnit,
    /// All units of the appraisal.
    AllUnits,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Stable id, unique among groups.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Share in the survey score; the weights of all groups add up to 1.
    pub weight: Exact,
    /// Minimum sample: ballots that a box needs for its answers to count, at least 1.
    pub minimum_sample: u64,
    /// Where the minimum sample comes from.
    pub minimum_sample_origin: Origin,
    /// What one code answers.
    pub sheet: SheetForm,
    /// Whether its answers are shown beside the result and never counted.
    pub shown_only: bool,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// An answer on the scale, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Stable id, unique among grades.
    pub id: String,
    /// Name.
    pub name: Text,
    /// What the answer is worth, between 0 and the survey's full grade value. `None` for the
    /// don't-know answer, which has no worth of its own.
    pub value: Option<Exact>,
    /// Whether it is a bad review, which opens a ledger entry (GB/T 39735-2020).
    pub bad: bool,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// A setting with the clause it comes from, or the statement that it is a choice or a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<T> {
    /// The value in force.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a setting comes from (D4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from", content = "clause")]
pub enum Origin {
    /// The plan says it in this clause.
    Plan(String),
    /// The plan is silent; the rulebook states it.
    Rulebook,
    /// The rulebook is silent too; the default of the software is in force.
    Default,
}

/// How the item scores of a group become its group score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemMean {
    /// The plain mean: every item weighs the same.
    Plain,
    /// By the weights of the items, which add up to 1.
    Weighted,
    /// By the points of the items: each weighs its points among all.
    Points,
}

/// What the answers to an item are brought to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The mean worth of the answers.
    Mean,
    /// The share of the answers that are one of the top grades.
    TopShare,
}

/// What happens when a box holds more ballots than were issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverIssued {
    /// The input is refused: somebody must look first.
    Refused,
    /// The round of this unit is void and must be repeated.
    Void,
}

/// What happens to a unit with an answered box in which nobody answered an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAbsent {
    /// The unit is not ranked.
    Unranked,
    /// The remaining items share the weight, which the trace says.
    LeaveOut,
}

/// What happens to a unit with too few ballots from a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupAbsent {
    /// The unit is not ranked: its sample is too small.
    Unranked,
    /// The remaining groups share the weight, which the trace says.
    Reweight,
}

/// What happens to a unit without points for a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentAbsent {
    /// The unit is not ranked.
    Unranked,
    /// The component counts its lowest points.
    Lowest,
}

/// The don't-know answer 不了解.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DontKnow {
    /// There is none.
    Absent,
    /// It is counted and shown, and leaves numerator and base.
    Excluded,
    /// It is worth 0 and stays in the base.
    InBase,
    /// A ballot with this answer is no valid ballot: it leaves the sample too. For sheets with
    /// one item only, because a sealed box does not tell which answers stood on one ballot.
    Invalid,
}

/// An item left blank on a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// It leaves numerator and base.
    Excluded,
    /// It is worth 0 and stays in the base.
    InBase,
    /// It stays in the base and takes the blank deduction off.
    Deduct,
    /// The form does not allow it; counts with blanks are refused.
    Forbidden,
}

/// How the answers of the survey become the survey score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyRule {
    /// The grade value that stands for full marks: 1, or 100 for scales such as 100/80/30.
    pub full: Rule<Exact>,
    /// Items to group score.
    pub item_mean: Rule<ItemMean>,
    /// An item without answers.
    pub item_absent: Rule<ItemAbsent>,
    /// A group without enough ballots.
    pub group_absent: Rule<GroupAbsent>,
    /// The don't-know answer.
    pub dont_know: Rule<DontKnow>,
    /// Blank answers.
    pub blank: Rule<Blank>,
    /// What a blank answer takes off, in grade values; 0 unless blank is `deduct`.
    pub blank_deduction: Rule<Exact>,
    /// Mean worth, or share of the top grades.
    pub measure: Rule<Measure>,
    /// More ballots than were issued.
    pub over_issued: Rule<OverIssued>,
    /// Small-cell rule: a box with fewer ballots is never opened. At least 1.
    pub box_minimum: Rule<u64>,
}

/// The points that an inspection group may enter. Entered points are brought to the component's
/// points in proportion, so the default maximum is the component's points themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredPoints {
    /// Fewest points, 0 by default.
    pub minimum: Exact,
    /// Most points.
    pub maximum: Exact,
    /// Points go up in steps of this size from the minimum.
    pub step: Exact,
    /// What is inspected, if the rulebook divides the component; the maxima add up to `maximum`.
    pub score_items: Vec<ScoreItem>,
}

impl EnteredPoints {
    /// Whether these points are in range and on a step.
    pub fn allows(&self, points: &Exact) -> bool {
        points >= &self.minimum
            && points <= &self.maximum
            && (&(points - &self.minimum) / &self.step).is_whole()
    }
}

/// A line of the inspection score sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreItem {
    /// Stable id, unique among score items.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Fewest points.
    pub minimum: Exact,
    /// Most points.
    pub maximum: Exact,
    /// Points go up in steps of this size from the minimum.
    pub step: Exact,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// One side of a band's range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The bound.
    pub at: Exact,
    /// Whether the bound belongs to the range.
    pub included: bool,
}

/// A range of totals with explicit sides, written `[75, 85)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Lower side.
    pub low: Side,
    /// Upper side.
    pub high: Side,
}

impl Range {
    /// Whether the total lies in the range.
    pub fn contains(&self, total: &Exact) -> bool {
        let above = total > &self.low.at || (self.low.included && total == &self.low.at);
        let below = total < &self.high.at || (self.high.included && total == &self.high.at);
        above && below
    }
}

/// How many places a quota band has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// A fixed number.
    Count(u64),
    /// A share of the ranked units, between 0 and 1.
    Share(Exact),
}

/// Who gets into a band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BandRule {
    /// Units whose total lies in the range.
    Range(Range),
    /// The best places, and only with a total inside the range if one is given.
    Best(Places, Option<Range>),
    /// The last places, and only with a total inside the range if one is given.
    Last(Places, Option<Range>),
    /// Units with a confirmed breach only.
    Veto,
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = if self.low.included { '[' } else { '(' };
        let right = if self.high.included { ']' } else { ')' };
        write!(out, "{left}{}, {}{right}", self.low.at, self.high.at)
    }
}

impl fmt::Display for Places {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Places::Count(count) => write!(out, "{count}"),
            Places::Share(share) => write!(out, "{}%", share * &Exact::from(100)),
        }
    }
}

impl fmt::Display for BandRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, places, range) = match self {
            BandRule::Range(range) => return range.fmt(out),
            BandRule::Veto => return out.write_str("veto-only"),
            BandRule::Best(places, range) => ("best", places, range),
            BandRule::Last(places, range) => ("last", places, range),
        };
        write!(out, "{word} {places}")?;
        range.as_ref().map_or(Ok(()), |range| write!(out, " in {range}"))
    }
}

/// A band 档次.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Stable id, unique among bands.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Who gets into it.
    pub rule: BandRule,
    /// Among whom the places of a quota are counted, when not as the ranking.
    pub within: Option<Within>,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// Ranks of equal units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// 1, 2, 2, 4.
    Standard,
    /// 1, 2, 2, 3.
    Dense,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankOn {
    /// The exact totals.
    Exact,
    /// The totals as shown.
    Rounded,
}

/// How a share of the units becomes a number of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaRounding {
    /// Never more places than the share.
    Down,
    /// Never fewer places than the share.
    Up,
}

/// Units that share the last place of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaTies {
    /// All of them are in.
    Include,
    /// None of them is in.
    Exclude,
}

/// The places of units with a confirmed breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VetoedPlaces {
    /// The units behind move up.
    Closed,
    /// The place stays empty.
    Kept,
}

/// Among whom units are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All units.
    All,
    /// The units of the same class.
    Class,
}

/// Whether a value that is not full may be shown as full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingFull {
    /// Rounded like every other value.
    Plain,
    /// Cut off below the top of the scale: 99.996 is shown as 99.99.
    Kept,
}

/// A class or series of units that is ranked for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Stable id, unique among classes.
    pub id: String,
    /// Name.
    pub name: Text,
    /// The units, when the rulebook lists them.
    pub units: Vec<String>,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// What the answering page reminds of. Never enforced: a sealed ballot cannot be looked into, and
/// refusing anger would silence it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Stable id, unique among reminders.
    pub id: String,
    /// What is said.
    pub name: Text,
    /// The grade that is counted on one sheet.
    pub grade: String,
    /// It is said when more than this share of the units got the grade.
    pub above: Exact,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// How totals become ranks and bands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankingRule {
    /// Ranks of equal units.
    pub ties: Rule<Ties>,
    /// What is compared.
    pub rank_on: Rule<RankOn>,
    /// Shares to places.
    pub quota_rounding: Rule<QuotaRounding>,
    /// Ties at the edge of a quota.
    pub quota_ties: Rule<QuotaTies>,
    /// The places of units with a confirmed breach.
    pub vetoed_places: Rule<VetoedPlaces>,
    /// The rounding mode of what is shown.
    pub rounding_mode: Rule<crate::exact::RoundingMode>,
    /// The digits after the point of what is shown.
    pub rounding_digits: Rule<u8>,
    /// Whether 100 is kept for complete sets.
    pub rounding_full: Rule<RoundingFull>,
    /// Among whom units are ranked.
    pub within: Rule<Within>,
}

/// A prohibition whose confirmed breach by a unit overrides its rank (E3, E4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Veto {
    /// Stable id, unique among vetoes.
    pub id: String,
    /// What is prohibited.
    pub name: Text,
    /// The band that a breach leads to.
    pub band: String,
    /// A gate: the score of a component that sets the veto off by itself.
    pub below: Option<Below>,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// A subtotal under which a veto falls by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The component.
    pub component: String,
    /// The bound on the component's own scale; the bound itself is still good.
    pub bound: Exact,
}

/// Whom a consequence concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsequenceFor {
    /// Units near the top of the ranking.
    Top,
    /// Units near the bottom of the ranking.
    Bottom,
    /// Units with a confirmed breach.
    Veto,
    /// Appraisers with a confirmed breach.
    Appraiser,
    /// Organisers and their staff with a confirmed breach.
    Organiser,
}

/// What follows from a result. Each case is confirmed by a person; nothing here is automatic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consequence {
    /// Stable id, unique among consequences.
    pub id: String,
    /// What follows.
    pub name: Text,
    /// Whom it concerns.
    pub concerns: ConsequenceFor,
    /// Whether it can exempt the unit from next year's appraisal 免评.
    pub exempts: bool,
    /// The band that it concerns, when it is not left to a decision.
    pub band: Option<String>,
    /// Years in a row that it takes, 1 for the first.
    pub years: u64,
    /// The clause of the plan.
    pub clause: Option<String>,
}

/// The level of a unit in the tree (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 省.
    Province,
    /// 设区市.
    City,
    /// 县（市、区）.
    County,
    /// 窗口单位.
    Window,
}

/// Who appraises whom (A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appraises {
    /// The level of the organiser.
    pub organiser: Level,
    /// The levels of the units under it that it appraises. Its own level means itself.
    pub units: Vec<Level>,
    /// The clause of the plan.
    pub clause: Option<String>,
}
