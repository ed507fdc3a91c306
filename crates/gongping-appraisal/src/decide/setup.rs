//! Planning an appraisal and opening it (A1, C1).

use super::{one_line, seen_current};
use crate::{
    Appraisal, AppraisalId, Calendar, Context, Event, Level, Rejection, Unit, UnitId, World,
};
use gongping_score::Rulebook;
use std::collections::BTreeSet;

pub(super) fn plan_appraisal(
    world: &World,
    organiser: UnitId,
    year: i16,
    title: String,
    mut units: Vec<UnitId>,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    one_line(&title)?;
    let known = |id: &UnitId| {
        world
            .unit(id)
            .filter(|unit| unit.exists_on(context.today()))
            .ok_or_else(|| Rejection::UnknownUnit { unit: id.clone() })
    };
    let top = known(&organiser)?;
    for id in &units {
        if !is_appraised_by(known(id)?, top) {
            return Err(Rejection::NotAppraisedByOrganiser { unit: id.clone() });
        }
    }
    units.sort();
    let distinct: BTreeSet<&UnitId> = units.iter().collect();
    if distinct.len() < 2 || distinct.len() != units.len() {
        return Err(Rejection::BadUnitList);
    }
    let appraisal = AppraisalId::of(year, &organiser).map_err(|_| Rejection::BadName)?;
    if world.appraisal(&appraisal).is_some() {
        return Err(Rejection::AppraisalExists { appraisal });
    }
    Ok(vec![Event::AppraisalPlanned { appraisal, organiser, year, title, units }])
}

/// 下管一级 (A1): the level below; a county appraises itself as well as its windows.
fn is_appraised_by(unit: &Unit, organiser: &Unit) -> bool {
    let below = unit.parent.as_ref() == Some(&organiser.id);
    below || (organiser.level == Level::County && unit.id == organiser.id)
}

pub(super) fn adopt_rulebook(
    appraisal: &Appraisal,
    text: String,
    context: &Context,
) -> Result<Event, Rejection> {
    appraisal.planned()?;
    seen_current(appraisal, context)?;
    match Rulebook::parse(&text) {
        Ok(_) => Ok(Event::RulebookAdopted { appraisal: appraisal.id.clone(), text }),
        Err(mistakes) => Err(Rejection::RulebookMistakes { count: mistakes.len() }),
    }
}

pub(super) fn set_calendar(
    appraisal: &Appraisal,
    calendar: Calendar,
    context: &Context,
) -> Result<Event, Rejection> {
    appraisal.planned()?;
    seen_current(appraisal, context)?;
    // A calendar may have come from outside; its own constructor is the one that checks it.
    let phases = crate::Phase::ALL.map(|phase| calendar.dates(phase));
    let calendar = Calendar::new(phases).map_err(|phase| Rejection::CalendarDisorder { phase })?;
    Ok(Event::CalendarSet { appraisal: appraisal.id.clone(), calendar })
}

pub(super) fn open(appraisal: &Appraisal) -> Result<Event, Rejection> {
    let planned = appraisal.planned()?;
    let rulebook = planned.rulebook.as_ref().ok_or_else(|| Rejection::missing("rulebook"))?;
    if planned.calendar.is_none() {
        return Err(Rejection::missing("calendar"));
    }
    Ok(Event::AppraisalOpened { appraisal: appraisal.id.clone(), rulebook: rulebook.hash })
}
