//! The steps of a score in the reader's words: what was done, by which clause, with which exact
//! value (D5).

use crate::appraisal::plain;
use crate::rulebook::words;
use gongping_locale::{Locale, Texts};
use gongping_score::rulebook::Component;
use gongping_score::{Exact, GradeCount, GroupShare, Rulebook, Step, Unranked, What};

/// A step as a line.
pub(crate) struct StepRow {
    /// What was computed.
    pub(crate) what: String,
    /// The figures it was computed with.
    pub(crate) how: String,
    /// Clauses of the plan, or the statement that the rulebook chose.
    pub(crate) clause: String,
    /// The exact value, a whole number or a fraction.
    pub(crate) exact: String,
    /// The value as shown.
    pub(crate) shown: String,
    /// Whether it closes a part of the computation.
    pub(crate) is_sum: bool,
}

/// Turns ids into names.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) t: Texts,
    pub(crate) locale: Locale,
    pub(crate) rules: &'a Rulebook,
}

impl<'a> Names<'a> {
    pub(crate) fn group(&self, id: &str) -> String {
        self.rules.group(id).map_or(id, |group| words(&group.name, self.locale)).to_owned()
    }

    pub(crate) fn item(&self, id: &str) -> String {
        self.rules.item(id).map_or(id, |item| words(&item.name, self.locale)).to_owned()
    }

    pub(crate) fn grade(&self, id: &str) -> String {
        self.rules.grade(id).map_or(id, |grade| words(&grade.name, self.locale)).to_owned()
    }

    pub(crate) fn band(&self, id: &str) -> String {
        self.rules.band(id).map_or(id, |band| words(&band.name, self.locale)).to_owned()
    }

    pub(crate) fn veto(&self, id: &str) -> String {
        self.rules.veto(id).map_or(id, |veto| words(&veto.name, self.locale)).to_owned()
    }

    pub(crate) fn component(&self, id: &str) -> String {
        let is_it = |component: &&Component| component.id == id;
        let found: Option<&'a Component> = self.rules.all_components().into_iter().find(is_it);
        let found = found.or_else(|| self.rules.figure(id));
        found.map_or_else(|| id.to_owned(), |c| words(&c.name, self.locale).to_owned())
    }

    /// Why a unit is not ranked.
    pub(crate) fn unranked(&self, reason: &Unranked) -> String {
        let t = self.t;
        match reason {
            Unranked::SampleTooSmall { group, ballots, minimum } => {
                t.trace_unranked_sample(ballots, self.group(group), minimum)
            }
            Unranked::ItemWithoutAnswers { group, item } => {
                t.trace_unranked_item(self.group(group), self.item(item))
            }
            Unranked::Void { group, ballots, issued } => {
                t.trace_unranked_void(ballots, self.group(group), issued)
            }
            Unranked::RateOverNothing { component } => {
                t.trace_unranked_nothing(self.component(component))
            }
            Unranked::NoSurvey => t.trace_unranked_no_survey().to_owned(),
            Unranked::ComponentMissing { component } => {
                t.trace_unranked_component(self.component(component))
            }
        }
    }
}

/// The steps of one unit, in the order in which they were made.
pub(crate) fn rows(names: Names<'_>, steps: &[Step]) -> Vec<StepRow> {
    steps.iter().map(|step| row(names, step)).collect()
}

fn row(names: Names<'_>, step: &Step) -> StepRow {
    let t = names.t;
    let (what, how) = sentence(names, &step.what);
    let clause = if step.clauses.is_empty() {
        t.setting_origin_rulebook().to_owned()
    } else {
        t.trace_clauses(t.list(&step.clauses))
    };
    StepRow {
        what,
        how,
        clause,
        exact: step.value.as_ref().map(ToString::to_string).unwrap_or_default(),
        shown: step.shown.clone().unwrap_or_else(|| t.trace_no_value().to_owned()),
        is_sum: matches!(
            step.what,
            What::SurveyScore { .. } | What::PartSum { .. } | What::Total { .. }
        ),
    }
}

/// What was computed, and with which figures.
fn sentence(names: Names<'_>, what: &What) -> (String, String) {
    let t = names.t;
    match what {
        What::ItemScore { group, item, counts, base, full, scale, ballots, blank, .. } => (
            t.trace_item(names.group(group), names.item(item)),
            t.trace_item_how(
                t.number(ballots),
                base,
                blank,
                plain(full),
                products(counts),
                plain(scale),
            ),
        ),
        What::ItemWithoutAnswers { group, item, ballots, left_out } => {
            let how =
                if *left_out { t.trace_item_left_out(ballots) } else { t.trace_item_none(ballots) };
            (t.trace_item(names.group(group), names.item(item)), how)
        }
        What::GroupScore { group, ballots, items, weighted } => {
            let how = if *weighted {
                t.trace_group_weighted(ballots, items)
            } else {
                t.trace_group_plain(ballots, items)
            };
            (t.trace_group(names.group(group)), how)
        }
        What::SampleTooSmall { group, ballots, minimum, left_out } => {
            let how = if *left_out {
                t.trace_sample_left_out(ballots, minimum)
            } else {
                t.trace_sample(ballots, minimum)
            };
            (t.trace_group(names.group(group)), how)
        }
        What::SurveyScore { groups, reweighted } => {
            let shares = shares(names, groups);
            let how = if *reweighted { t.trace_survey_reweighted(shares) } else { shares };
            (t.trace_survey().to_owned(), how)
        }
        other => part_sentence(names, other),
    }
}

fn part_sentence(names: Names<'_>, what: &What) -> (String, String) {
    let t = names.t;
    match what {
        What::SurveyPart { component, points, scale } => {
            (names.component(component), t.trace_survey_part(plain(points), plain(scale)))
        }
        What::EnteredPart { component, entered, maximum, points, missing } => {
            let how = if *missing {
                t.trace_entered_missing(plain(entered))
            } else {
                t.trace_entered(plain(entered), plain(maximum), plain(points))
            };
            (names.component(component), how)
        }
        What::ComponentMissing { component } => {
            (names.component(component), t.trace_component_missing().to_owned())
        }
        What::PartSum { component, points } => {
            (names.component(component), t.trace_part_sum(plain(points)))
        }
        What::Total { lowest, highest } => {
            (t.trace_total().to_owned(), t.trace_total_how(plain(highest), plain(lowest)))
        }
        What::Veto { veto, band } => {
            (t.trace_veto().to_owned(), t.trace_veto_how(names.band(band), names.veto(veto)))
        }
        // A kind of step that is newer than these words.
        other => (other.to_string(), String::new()),
    }
}

/// `12 × 0.9 + 3 × 0.8`
fn products(counts: &[GradeCount]) -> String {
    let product = |count: &GradeCount| {
        count.value.as_ref().map(|value: &Exact| format!("{} × {}", count.count, plain(value)))
    };
    counts.iter().filter_map(product).collect::<Vec<_>>().join(" + ")
}

fn shares(names: Names<'_>, groups: &[GroupShare]) -> String {
    let share = |share: &GroupShare| format!("{} × {}", names.group(&share.group), share.used);
    groups.iter().map(share).collect::<Vec<_>>().join(" + ")
}
