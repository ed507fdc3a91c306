//! `/a/{appraisal}/units/{unit}`: everything that a unit's published total is made of: counts,
//! points with their reasons, and each step of the computation (D5).

use crate::frame::{Frame, page};
use crate::publication::{self, Publication};
use crate::ranking::{Part, parts};
use crate::trace::{self, Names, StepRow};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::inspection;
use gongping_app::uncertainty::Uncertainty;
use gongping_appraisal::{BoxId, GroupId, InspectionReport, UnitId};
use gongping_locale::Texts;
use gongping_score::{Exact, GradeCount, RankRow, What};
use std::sync::Arc;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}/units/{unit}", Access::Public, show)
}

/// The answers to one item from one group.
struct ItemRow {
    name: String,
    counts: Vec<u64>,
    base: u64,
    blank: u64,
    shown: String,
    parts: Vec<Part>,
    /// The same in words, for screen readers.
    words: String,
}

/// What one respondent group answered.
struct GroupBlock {
    name: String,
    box_href: String,
    ballots: u64,
    codes: String,
    /// How many of those who were asked answered.
    response: String,
    /// Whether fewer than half answered.
    is_low: bool,
    score: String,
    grades: Vec<String>,
    rows: Vec<ItemRow>,
    /// Why there are no counts: the box stayed shut.
    shut: Option<String>,
}

/// What the inspection group decided about one component.
struct PointsRow {
    name: String,
    points: String,
    reason: String,
}

/// Place, total and band; or why there is none.
struct Standing {
    place: Option<String>,
    tied: bool,
    total: String,
    band: Option<String>,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "unit/page.html")]
struct UnitPage {
    frame: Frame,
    t: Texts,
    base: String,
    standing: Standing,
    units: usize,
    scale: String,
    components: Vec<(String, String, String)>,
    groups: Vec<GroupBlock>,
    points: Vec<PointsRow>,
    votes: Option<String>,
    steps: Vec<StepRow>,
    sure: Option<Sure>,
}

/// How sure total and place are, in sentences.
struct Sure {
    total: String,
    place: Option<String>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let publication = publication::load(&web, &visitor, &id).await?;
    let unit = UnitId::parse(&unit).map_err(|_| Fault::NotFound)?;
    if !publication.appraisal.units.contains(&unit) {
        return Err(Fault::NotFound);
    }
    let report = inspection::report(&web.app, &publication.appraisal.id, &unit).await?;
    let report = report.map(|(_, report)| report);
    let frame = Frame::new(&web, &visitor, publication.unit_name(unit.as_str()))
        .crumb(t.app_home(), "/")
        .crumb(publication.appraisal.title.clone(), publication.base())
        .crumb(t.ranking_title(), format!("{}/ranking", publication.base()))
        .script("enhance.js");
    let names = Names { t, locale: visitor.locale, rules: publication.rules() };
    let uncertainty = publication.uncertainty(&web).await?;
    let view = View { t, names, publication: &publication, unit: &unit, uncertainty };
    page(&view.page(frame, report.as_ref())?)
}

struct View<'a> {
    t: Texts,
    names: Names<'a>,
    publication: &'a Publication<'a>,
    unit: &'a UnitId,
    uncertainty: Arc<Uncertainty>,
}

impl View<'_> {
    fn page(&self, frame: Frame, report: Option<&InspectionReport>) -> Result<UnitPage, Fault> {
        let t = self.t;
        let rules = self.publication.rules();
        let score = self.publication.report.scores.units.get(self.unit.as_str());
        let score = score.ok_or_else(|| Fault::Bug(format!("no score of {}", self.unit)))?;
        let components = rules.components().iter().map(|component| {
            let value = score.components.get(&component.id);
            let value = value.map(|value| value.display(rules.rounding()));
            (
                self.names.component(&component.id),
                value.unwrap_or_else(|| t.app_none().to_owned()),
                component.points.to_string(),
            )
        });
        Ok(UnitPage {
            t,
            base: self.publication.base(),
            standing: self.standing(),
            units: self.publication.appraisal.units.len(),
            scale: rules.scale().to_string(),
            components: components.collect(),
            groups: rules.groups().iter().map(|group| self.group(&group.id)).collect(),
            points: report.map(|report| self.points(report)).unwrap_or_default(),
            votes: report.map(|report| self.votes(report)),
            steps: trace::rows(self.names, &score.trace),
            sure: self.sure(),
            frame,
        })
    }

    /// The members' votes: in the log, or in a report from before.
    fn votes(&self, report: &InspectionReport) -> String {
        let running = self.publication.appraisal.running();
        let group = running.and_then(|open| open.groups.get(&report.group));
        let state = running.and_then(|open| open.inspections.get(self.unit));
        let votes = state.and_then(|state| state.votes());
        match (group.filter(|group| group.quorum.is_some()), votes) {
            (Some(group), Some(votes)) => {
                let count = group.count(votes);
                self.t.unit_page_votes(count.votes_against, count.votes_for)
            }
            _ => self.t.unit_page_votes(
                report.votes_against.unwrap_or_default(),
                report.votes_for.unwrap_or_default(),
            ),
        }
    }
    fn sure(&self) -> Option<Sure> {
        let t = self.t;
        let unit = self.uncertainty.units.get(self.unit.as_str())?;
        let (low, high) = &unit.total;
        let place = unit.standing.map(|standing| {
            let place = standing.alone;
            if place.best == place.worst {
                t.uncertainty_place_sure(place.best)
            } else {
                t.uncertainty_place(place.best, place.worst)
            }
        });
        Some(Sure { total: t.uncertainty_total(high, low), place })
    }

    fn standing(&self) -> Standing {
        let ranking = &self.publication.report.ranking;
        let none = || self.t.app_none().to_owned();
        let is_it = |row: &&RankRow| row.unit == self.unit.as_str();
        if let Some(row) = ranking.rows.iter().find(is_it) {
            return Standing {
                place: Some(row.rank.to_string()),
                tied: row.tied,
                total: row.shown.clone(),
                band: row.band.as_deref().map(|band| self.names.band(band)),
                notes: Vec::new(),
            };
        }
        if let Some(row) = ranking.vetoed.iter().find(|row| row.unit == self.unit.as_str()) {
            return Standing {
                place: None,
                tied: false,
                total: row.shown.clone().unwrap_or_else(none),
                band: row.band.as_deref().map(|band| self.names.band(band)),
                notes: row.vetoes.iter().map(|veto| self.names.veto(veto)).collect(),
            };
        }
        let row = ranking.unranked.iter().find(|row| row.unit == self.unit.as_str());
        let reasons = row.map(|row| row.reasons.as_slice()).unwrap_or_default();
        Standing {
            place: None,
            tied: false,
            total: none(),
            band: None,
            notes: reasons.iter().map(|reason| self.names.unranked(reason)).collect(),
        }
    }

    /// The counts of a group, read off the trace: what is shown is what was computed with.
    fn group(&self, group_id: &str) -> GroupBlock {
        let t = self.t;
        let scores = &self.publication.report.scores.units;
        let score = scores.get(self.unit.as_str());
        let steps = score.map(|score| score.trace.as_slice()).unwrap_or_default();
        let ballots = score.and_then(|s| s.ballots.get(group_id).copied()).unwrap_or_default();
        let codes = self.publication.codes(self.unit.as_str(), group_id);
        let mut block = GroupBlock {
            name: self.names.group(group_id),
            box_href: self.box_href(group_id),
            ballots,
            codes: t.number(codes),
            response: t.uncertainty_response(t.percent_of(ballots, codes)),
            is_low: ballots.saturating_mul(2) < codes,
            score: t.app_none().to_owned(),
            grades: self
                .publication
                .rules()
                .grades()
                .iter()
                .map(|grade| self.names.grade(&grade.id))
                .collect(),
            rows: Vec::new(),
            shut: None,
        };
        for step in steps {
            let shown = step.shown.clone().unwrap_or_default();
            match &step.what {
                What::ItemScore { group, item, counts, base, blank, .. } if group == group_id => {
                    block.rows.push(self.item(item, counts, *base, *blank, shown));
                }
                What::ItemWithoutAnswers { group, item, ballots, .. } if group == group_id => {
                    block.rows.push(self.item(item, &[], 0, *ballots, String::new()));
                }
                What::GroupScore { group, .. } if group == group_id => block.score = shown,
                What::SampleTooSmall { group, ballots, minimum, .. } if group == group_id => {
                    block.shut = Some(t.trace_sample(ballots, minimum));
                }
                _ => {}
            }
        }
        block
    }

    fn item(
        &self,
        item: &str,
        counts: &[GradeCount],
        base: u64,
        blank: u64,
        shown: String,
    ) -> ItemRow {
        let t = self.t;
        let count_of = |grade: &str| {
            counts.iter().find(|count| count.grade == grade).map_or(0, |count| count.count)
        };
        let grades = self.publication.rules().grades();
        let all: Vec<u64> = grades.iter().map(|grade| count_of(&grade.id)).collect();
        let answers: u64 = all.iter().sum();
        let values: Vec<Exact> = all.iter().map(|count| Exact::from(*count)).collect();
        let words: Vec<String> = grades
            .iter()
            .zip(&all)
            .map(|(grade, count)| {
                let name = self.names.grade(&grade.id);
                t.app_field_with_value(name, t.percent_of(*count, answers))
            })
            .collect();
        ItemRow {
            name: self.names.item(item),
            counts: all,
            base,
            blank,
            shown,
            parts: if answers == 0 { Vec::new() } else { parts(&values, &Exact::from(answers)) },
            words: t.list(&words),
        }
    }

    fn box_href(&self, group: &str) -> String {
        let id = GroupId::parse(group)
            .map(|group| BoxId::of(&self.publication.appraisal.id, self.unit, &group));
        id.map(|id| format!("{}/boxes/{id}.bel", self.publication.base())).unwrap_or_default()
    }

    fn points(&self, report: &InspectionReport) -> Vec<PointsRow> {
        let row = |(component, given): (&String, &gongping_appraisal::ReasonedPoints)| PointsRow {
            name: self.names.component(component),
            points: given.points.to_string(),
            reason: given.reason.clone(),
        };
        report.points.iter().map(row).collect()
    }
}
