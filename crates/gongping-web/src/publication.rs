//! A published result, loaded for the pages that show it. Before publication there is none of
//! these pages: nothing here can show a grade early (C9).

use crate::{Fault, Visitor, Web};
use gongping_app::ranking;
use gongping_app::uncertainty::{self, Uncertainty};
use gongping_appraisal::{Appraisal, Published, UnitId, World};
use gongping_score::{Rulebook, ScoreReport};
use jiff::civil::Date;
use std::sync::Arc;

/// A published appraisal with its score report.
pub(crate) struct Publication<'a> {
    pub(crate) appraisal: &'a Appraisal,
    pub(crate) published: &'a Published,
    pub(crate) report: ScoreReport,
    world: &'a World,
    on: Date,
}

/// The publication of the appraisal named in a path.
///
/// # Errors
/// [`Fault::NotPublished`] before its result is out.
pub(crate) fn published<'a>(
    visitor: &'a Visitor,
    id: &str,
) -> Result<(&'a Appraisal, &'a Published), Fault> {
    let appraisal = visitor.appraisal(id)?;
    let published = appraisal.published().ok_or_else(|| Fault::NotPublished {
        appraisal: appraisal.id.clone(),
        expected: appraisal.calendar().map(gongping_appraisal::Calendar::last_day),
    })?;
    Ok((appraisal, published))
}

/// As [`published`], with the score report.
///
/// # Errors
/// [`Fault::NotPublished`]; [`Fault::Refused`] when the report cannot be read.
pub(crate) async fn load<'a>(
    web: &Web,
    visitor: &'a Visitor,
    id: &str,
) -> Result<Publication<'a>, Fault> {
    let (appraisal, published) = published(visitor, id)?;
    let report = ranking::report(&web.app, &appraisal.id).await?;
    let (_, report) = report.ok_or_else(|| Fault::Bug(format!("no report of {id}")))?;
    let on = gongping_locale::SHANGHAI.to_datetime(published.at).date();
    Ok(Publication { appraisal, published, report, world: &visitor.world, on })
}

impl Publication<'_> {
    /// The rulebook it was counted by.
    pub(crate) fn rules(&self) -> &Rulebook {
        &self.published.open.rulebook.rules
    }

    /// The unit's name on the day of publication: past results keep the unit as it was (A1).
    pub(crate) fn unit_name(&self, id: &str) -> String {
        let unit = UnitId::parse(id).ok().and_then(|id| self.world.unit(&id));
        unit.map_or_else(|| id.to_owned(), |unit| unit.name_on(self.on).to_owned())
    }

    /// How many codes were issued for the unit and the group.
    pub(crate) fn codes(&self, unit: &str, group: &str) -> u64 {
        uncertainty::codes(self.published.open.survey.plan(), unit, group)
    }

    /// How sure totals and places are.
    pub(crate) async fn uncertainty(&self, web: &Web) -> Result<Arc<Uncertainty>, Fault> {
        let (id, report) = (&self.appraisal.id, &self.report);
        Ok(uncertainty::of_published(&web.app, id, self.published, report).await?)
    }

    /// The address of the appraisal.
    pub(crate) fn base(&self) -> String {
        format!("/a/{}", self.appraisal.id)
    }
}
