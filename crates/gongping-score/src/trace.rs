//! How each figure came about: an ordered list of steps that anyone can repeat by hand (D5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::exact::Exact;

/// One step of the computation of one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable id within the unit: `group:G/item:I`, `group:G`, `survey`, `component:C`, `total`,
    /// `veto:V`; `component:C/own` and `component:C/brought` before a component is finished;
    /// `figure:F`, `fell:V`.
    pub id: String,
    /// What was done, with the figures it was done with.
    pub what: What,
    /// The clauses it follows, in the order of their first use.
    pub clauses: Vec<String>,
    /// Ids of the earlier steps whose values it uses.
    pub inputs: Vec<String>,
    /// The exact value; absent when the step has none, such as a sample that is too small.
    pub value: Option<Exact>,
    /// The value as displayed by the rulebook's rounding.
    pub shown: Option<String>,
}

/// How often a grade was chosen and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GradeCount {
    /// Grade id.
    pub grade: String,
    /// Answers.
    pub count: u64,
    /// Worth of one answer; absent for the don't-know answer.
    pub value: Option<Exact>,
}

/// A group and the weight it had in the survey score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupShare {
    /// Group id.
    pub group: String,
    /// Its weight by the rulebook.
    pub weight: Exact,
    /// The weight it had here: more than its own when other groups were left out.
    pub used: Exact,
}

/// What a step did. All scores are on the rulebook's scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum What {
    /// Item score: scale · Σ(count · value) ÷ (base · full).
    ItemScore {
        /// Group id.
        group: String,
        /// Item id.
        item: String,
        /// Answers by grade, in the rulebook's order.
        counts: Vec<GradeCount>,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots that left the item blank.
        blank: u64,
        /// Answers in the base.
        base: u64,
        /// The grade value that stands for full marks.
        full: Exact,
        /// The top of the scale.
        scale: Exact,
        /// What each blank answer takes off, where the rulebook deducts for blanks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deduction: Option<Exact>,
    },
    /// Nobody gave an answer that counts for this item.
    ItemWithoutAnswers {
        /// Group id.
        group: String,
        /// Item id.
        item: String,
        /// Ballots in the box.
        ballots: u64,
        /// Whether the item was left out and its weight shared by the others.
        left_out: bool,
    },
    /// Group score: the mean of the item scores, by weight.
    GroupScore {
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Items in the mean.
        items: u64,
        /// Whether the items have weights of their own.
        weighted: bool,
    },
    /// The group has fewer ballots than it needs.
    SampleTooSmall {
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots needed.
        minimum: u64,
        /// Whether the group was left out and its weight shared by the others.
        left_out: bool,
    },
    /// Survey score: the weighted mean of the group scores.
    SurveyScore {
        /// The groups in the mean.
        groups: Vec<GroupShare>,
        /// Whether groups were left out, so that the used weights differ from the rulebook's.
        reweighted: bool,
    },
    /// The survey's part of the total: survey score ÷ scale · points.
    SurveyPart {
        /// Component id.
        component: String,
        /// Points of the component.
        points: Exact,
        /// The top of the scale.
        scale: Exact,
    },
    /// An inspected part of the total: entered ÷ maximum · points.
    EnteredPart {
        /// Component id.
        component: String,
        /// What the inspection group decided.
        entered: Exact,
        /// The most that can be entered.
        maximum: Exact,
        /// Points of the component.
        points: Exact,
        /// Whether nothing was entered and the rulebook counts the lowest points.
        missing: bool,
    },
    /// No points were entered for the component.
    ComponentMissing {
        /// Component id.
        component: String,
    },
    /// The sum of the parts of a component.
    PartSum {
        /// Component id.
        component: String,
        /// Points of the component.
        points: Exact,
    },
    /// The total: the sum of the roots of the component tree.
    Total {
        /// The lowest total that the rulebook makes possible.
        lowest: Exact,
        /// The highest total that the rulebook makes possible.
        highest: Exact,
    },
    /// A rate times the points of the component.
    RatePart {
        /// Component id.
        component: String,
        /// The figure above the line.
        count: Exact,
        /// The figure below the line.
        base: Exact,
        /// Points of the component.
        points: Exact,
        /// The rate from which on all points are given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target: Option<Exact>,
        /// Points lost for each percentage point below the target.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loss: Option<Exact>,
    },
    /// Points for a place among the units.
    RankPart {
        /// Component id.
        component: String,
        /// The value of this unit.
        own: Exact,
        /// The value of the first.
        best: Exact,
        /// 1-based place; equal values have equal places.
        place: u64,
        /// Points of the first.
        points: Exact,
        /// Whether points are in proportion to the first.
        proportion: bool,
    },
    /// A deduction or a bonus: so many points for each.
    CountPart {
        /// Component id.
        component: String,
        /// The figure.
        count: Exact,
        /// So many are free.
        free: Exact,
        /// Points for each.
        each: Exact,
        /// Never more points than this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Exact>,
        /// Whether they are added.
        bonus: bool,
    },
    /// A bonus that the subtotal does not open.
    GateShut {
        /// Component id.
        component: String,
        /// What the other parts come to.
        subtotal: Exact,
        /// What would open it.
        bound: Exact,
    },
    /// The same points for everybody.
    FixedPart {
        /// Component id.
        component: String,
        /// The points.
        points: Exact,
    },
    /// A sum that floor or ceiling changed.
    Clamped {
        /// Component id.
        component: String,
        /// The sum before.
        sum: Exact,
    },
    /// A sum of its own scale, brought to the points of the component.
    Brought {
        /// Component id.
        component: String,
        /// The sum's own scale.
        scale: Exact,
        /// Points of the component.
        points: Exact,
    },
    /// The component times its coefficient.
    Coefficient {
        /// Component id.
        component: String,
        /// The figure that the coefficient follows.
        figure: Exact,
        /// The coefficient.
        factor: Exact,
    },
    /// A figure is missing, and the rulebook counts the lowest points.
    LowestPart {
        /// Component id.
        component: String,
        /// Figure id.
        figure: String,
    },
    /// A figure that is shown and does not count.
    FigureShown {
        /// Figure id.
        figure: String,
    },
    /// More ballots than were issued.
    Void {
        /// Group id.
        group: String,
        /// Ballots in the box.
        ballots: u64,
        /// Ballots issued.
        issued: u64,
    },
    /// A subtotal below which a veto falls.
    Fell {
        /// Component id.
        component: String,
        /// The bound.
        bound: Exact,
        /// What the component came to.
        score: Exact,
    },
    /// A confirmed breach overrides the rank.
    Veto {
        /// Veto id.
        veto: String,
        /// The band that the unit is put in.
        band: String,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.what)?;
        if let (Some(value), Some(shown)) = (&self.value, &self.shown) {
            write!(out, " = {value}")?;
            if *shown != value.to_string() {
                write!(out, " ≈ {shown}")?;
            }
        }
        if !self.clauses.is_empty() {
            write!(out, " [{}]", self.clauses.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for What {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::ItemScore {
                group, item, counts, base, full, scale, blank, deduction, ..
            } => {
                let mut terms: Vec<String> = counts.iter().filter_map(term).collect();
                terms.extend(deduction.iter().map(|each| format!("{blank} × -{each}")));
                write!(
                    out,
                    "{group}, {item}: {scale} · ({}) ÷ ({base} · {full})",
                    terms.join(" + ")
                )
            }
            What::ItemWithoutAnswers { group, item, ballots, left_out } => {
                write!(out, "{group}, {item}: no answers in {ballots} ballots")?;
                out.write_str(if *left_out { "; the item is left out" } else { "" })
            }
            What::GroupScore { group, ballots, items, weighted } => {
                let kind = if *weighted { "weighted mean" } else { "mean" };
                write!(out, "{group}: {kind} of {items} items, {ballots} ballots")
            }
            What::SampleTooSmall { group, ballots, minimum, left_out } => {
                write!(out, "{group}: sample too small, {ballots} of {minimum} ballots")?;
                out.write_str(if *left_out { "; the group is left out" } else { "" })
            }
            What::SurveyScore { groups, reweighted } => {
                let shares: Vec<String> = groups
                    .iter()
                    .map(|share| format!("{} × {}", share.group, share.used))
                    .collect();
                write!(out, "survey: {}", shares.join(" + "))?;
                out.write_str(if *reweighted { " (weights of the groups that remain)" } else { "" })
            }
            What::SurveyPart { component, points, scale } => {
                write!(out, "{component}: survey ÷ {scale} × {points}")
            }
            What::EnteredPart { component, entered, maximum, points, missing } => {
                write!(out, "{component}: {entered} ÷ {maximum} × {points}")?;
                out.write_str(if *missing { " (nothing entered: lowest points)" } else { "" })
            }
            What::ComponentMissing { component } => write!(out, "{component}: no points entered"),
            What::PartSum { component, points } => {
                write!(out, "{component}: sum of its parts, at most {points}")
            }
            What::Total { lowest, highest } => {
                write!(out, "total, possible from {lowest} to {highest}")
            }
            What::Veto { veto, band } => {
                write!(out, "confirmed breach of {veto}: band {band}, whatever the total")
            }
            What::RatePart { component, count, base, points, target, loss } => {
                match (target, loss) {
                    (Some(target), Some(loss)) => write!(
                        out,
                        "{component}: {points} from {target} on, less {loss} for each percentage \
                         point below; {count} ÷ {base}"
                    ),
                    _ => write!(out, "{component}: {count} ÷ {base} × {points}"),
                }
            }
            What::RankPart { component, own, best, place, points, proportion } => {
                write!(out, "{component}: {own}, place {place}, the first has {best}")?;
                if *proportion {
                    write!(out, "; {points} in proportion to the first")?;
                }
                Ok(())
            }
            What::CountPart { component, count, free, each, cap, bonus } => {
                let sign = if *bonus { "+" } else { "-" };
                write!(out, "{component}: {sign}{each} × max(0, {count} - {free})")?;
                cap.as_ref().map_or(Ok(()), |cap| write!(out, ", at most {cap}"))
            }
            What::GateShut { component, subtotal, bound } => {
                write!(out, "{component}: not given, {subtotal} does not reach {bound}")
            }
            What::FixedPart { component, points } => write!(out, "{component}: {points} for all"),
            What::Clamped { component, sum } => {
                write!(out, "{component}: sum {sum}, kept within floor and ceiling")
            }
            What::Brought { component, scale, points } => {
                write!(out, "{component}: ÷ {scale} × {points}")
            }
            What::Coefficient { component, figure, factor } => {
                write!(out, "{component}: × {factor}, the coefficient for {figure}")
            }
            What::LowestPart { component, figure } => {
                write!(out, "{component}: nothing entered for {figure}, lowest points")
            }
            What::FigureShown { figure } => write!(out, "{figure}: shown, does not count"),
            What::Void { group, ballots, issued } => {
                write!(out, "{group}: void, {ballots} ballots but only {issued} issued")
            }
            What::Fell { component, bound, score } => {
                write!(out, "{component}: {score} is below {bound}")
            }
        }
    }
}

fn term(count: &GradeCount) -> Option<String> {
    count.value.as_ref().map(|value| format!("{} × {value}", count.count))
}
