//! `/a/{appraisal}`: what is appraised, when, by whom, how to take part, how it is counted.

use crate::frame::{Frame, page};
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_appraisal::{Appraisal, ChannelKind, Level, Phase, Stage, Survey, UnitId, World};
use gongping_locale::{Locale, Texts};
use gongping_score::rulebook::ComponentKind;
use gongping_score::{Exact, Rounding, RoundingMode, Rulebook};
use jiff::Timestamp;
use jiff::civil::Date;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/a/{appraisal}", Access::Public, show)
}

/// A phase of the calendar, with where today stands.
pub(crate) struct PhaseRow {
    pub(crate) name: String,
    pub(crate) dates: String,
    /// What happens in it, in a sentence.
    pub(crate) what: String,
    pub(crate) is_done: bool,
    pub(crate) is_current: bool,
}

/// The stage of an appraisal as the public is told it.
pub(crate) struct StateWords {
    pub(crate) words: &'static str,
    pub(crate) class: &'static str,
    pub(crate) icon: &'static str,
}

/// The unit's latest name.
pub(crate) fn unit_name(world: &World, unit: &UnitId) -> String {
    world.unit(unit).map_or_else(|| unit.to_string(), |unit| unit.name().to_owned())
}

/// The four phases with their dates; empty while no calendar is set.
pub(crate) fn phases(t: Texts, appraisal: &Appraisal, today: Date) -> Vec<PhaseRow> {
    let Some(calendar) = appraisal.calendar() else { return Vec::new() };
    let row = |phase: Phase| {
        let dates = calendar.dates(phase);
        PhaseRow {
            name: crate::refusal::text(t, &format!("phase-{}", phase.as_str()), &[]),
            dates: t.period(dates.first, dates.last),
            what: match phase {
                Phase::Mobilisation => t.appraisal_phase_mobilisation(),
                Phase::Opinions => t.appraisal_phase_opinions(),
                Phase::Rectification => t.appraisal_phase_rectification(),
                Phase::Tally => t.appraisal_phase_tally(),
            }
            .to_owned(),
            is_done: dates.last < today,
            is_current: dates.contains(today),
        }
    };
    Phase::ALL.into_iter().map(row).collect()
}

/// The stage in one word.
pub(crate) fn state(t: Texts, appraisal: &Appraisal) -> StateWords {
    let (words, class, icon) = match &appraisal.stage {
        Stage::Planned(_) => (t.appraisal_state_planned(), "", "circle"),
        Stage::Published(_) => (t.appraisal_state_published(), "state-good", "check-circle"),
        Stage::Open(open) => match &open.survey {
            Survey::Unplanned | Survey::Proposed { .. } | Survey::Agreed { .. } => {
                (t.appraisal_state_open(), "state-info", "half")
            }
            Survey::Collecting { .. } => (t.appraisal_state_collecting(), "state-info", "ballot"),
            Survey::Closed { .. } => (t.appraisal_state_closed(), "state-warn", "lock"),
            Survey::Tallied { .. } => (t.appraisal_state_tallied(), "state-warn", "clock"),
        },
    };
    StateWords { words, class, icon }
}

/// Whether answers are taken at this moment.
pub(crate) fn is_collecting(appraisal: &Appraisal, now: Timestamp) -> bool {
    match appraisal.running().map(|open| &open.survey) {
        Some(Survey::Collecting { plan, .. }) => plan.opens_at <= now && now < plan.closes_at,
        _ => false,
    }
}

/// What is going on now and what comes next, in a sentence.
pub(crate) fn now_words(t: Texts, appraisal: &Appraisal, now: Timestamp) -> String {
    match &appraisal.stage {
        Stage::Planned(_) => t.appraisal_now_planned().to_owned(),
        Stage::Published(published) => t.appraisal_now_published(t.date_time(published.at)),
        Stage::Open(open) => match &open.survey {
            Survey::Unplanned | Survey::Proposed { .. } => t.appraisal_now_open().to_owned(),
            Survey::Agreed { plan, .. } => t.appraisal_now_agreed(t.date_time(plan.opens_at)),
            Survey::Collecting { plan, .. } if now < plan.closes_at => {
                t.appraisal_now_collecting(t.date_time(plan.closes_at))
            }
            Survey::Collecting { .. } | Survey::Closed { .. } => {
                t.appraisal_now_closed().to_owned()
            }
            Survey::Tallied { .. } => t.appraisal_now_tallied().to_owned(),
        },
    }
}

/// The channels by which people can say something today (C2).
fn hearing(t: Texts, appraisal: &Appraisal, today: Date) -> Vec<(String, String)> {
    let kind = |kind: ChannelKind| {
        crate::refusal::text(t, &format!("preparation-channel-{}", kind.as_str()), &[])
    };
    let open = appraisal.preparation.channels_on(today);
    open.map(|channel| (kind(channel.kind), channel.label.clone())).collect()
}

/// A unit that is appraised.
struct UnitRow {
    name: String,
    level: String,
    href: Option<String>,
}

/// A component of the total and its share of the scale.
struct ComponentRow {
    name: String,
    points: String,
    how: &'static str,
    is_part: bool,
}

/// How the total comes about, in plain words.
struct Counting {
    items: Vec<String>,
    grades: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    components: Vec<ComponentRow>,
    lowest: String,
    highest: String,
    scale: String,
    box_minimum: u64,
}

#[derive(Template)]
#[template(path = "appraisal/page.html")]
struct AppraisalPage {
    frame: Frame,
    t: Texts,
    base: String,
    state: StateWords,
    now: String,
    organiser: String,
    phases: Vec<PhaseRow>,
    collecting: bool,
    published: bool,
    has_boxes: bool,
    has_rulebook: bool,
    has_opinions: bool,
    /// The channels that are open today, kind and label.
    hearing: Vec<(String, String)>,
    opens_at: Option<String>,
    closes_at: Option<String>,
    channels: Vec<String>,
    codes: Option<String>,
    units: Vec<UnitRow>,
    counting: Option<Counting>,
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let appraisal = visitor.appraisal(&id)?;
    let survey = appraisal.running().map(|open| &open.survey);
    let plan = survey.and_then(Survey::plan);
    // A plan that is not agreed yet is nobody's promise.
    let agreed = plan.filter(|_| !matches!(survey, Some(Survey::Proposed { .. })));
    let rulebook = appraisal.rulebook();
    let template = AppraisalPage {
        frame: Frame::new(&web, &visitor, appraisal.title.clone()).crumb(t.app_home(), "/"),
        t,
        base: format!("/a/{}", appraisal.id),
        state: state(t, appraisal),
        now: now_words(t, appraisal, web.app.now()),
        organiser: unit_name(&visitor.world, &appraisal.organiser),
        phases: phases(t, appraisal, web.app.today()),
        collecting: is_collecting(appraisal, web.app.now()),
        published: appraisal.published().is_some(),
        has_boxes: survey.is_some_and(|survey| survey.boxes().is_some()),
        has_rulebook: rulebook.is_some(),
        has_opinions: appraisal.running().is_some(),
        hearing: hearing(t, appraisal, web.app.today()),
        opens_at: agreed.map(|plan| t.date_time(plan.opens_at)),
        closes_at: agreed.map(|plan| t.date_time(plan.closes_at)),
        channels: agreed.map(|plan| plan.channels.clone()).unwrap_or_default(),
        codes: agreed.map(|plan| {
            t.number(plan.sheets.iter().map(|sheet| u64::from(sheet.codes)).sum::<u64>())
        }),
        units: unit_rows(t, &visitor.world, appraisal, web.app.today()),
        counting: rulebook.map(|rulebook| counting(t, visitor.locale, &rulebook.rules)),
    };
    page(&template)
}

fn unit_rows(t: Texts, world: &World, appraisal: &Appraisal, today: Date) -> Vec<UnitRow> {
    let on = appraisal.calendar().map_or(today, |calendar| calendar.last_day().min(today));
    let row = |id: &UnitId| {
        let unit = world.unit(id);
        let level = unit.map_or(Level::Window, |unit| unit.level);
        UnitRow {
            name: unit.map_or_else(|| id.to_string(), |unit| unit.name_on(on).to_owned()),
            level: crate::refusal::text(t, &format!("unit-level-{}", level.as_str()), &[]),
            href: appraisal.published().map(|_| format!("/a/{}/units/{id}", appraisal.id)),
        }
    };
    appraisal.units.iter().map(row).collect()
}

fn counting(t: Texts, locale: Locale, rules: &Rulebook) -> Counting {
    let parts: Vec<&str> = rules
        .components()
        .iter()
        .filter_map(|component| match &component.kind {
            ComponentKind::Sum(parts) => Some(parts.iter().map(|part| part.id.as_str())),
            _ => None,
        })
        .flatten()
        .collect();
    let component = |component: &gongping_score::rulebook::Component| ComponentRow {
        name: words(&component.name, locale).to_owned(),
        points: component.points.to_string(),
        how: match component.kind {
            ComponentKind::Survey => t.appraisal_counted_survey(),
            ComponentKind::Sum(_) => t.appraisal_counted_sum(),
            _ => t.appraisal_counted_entered(),
        },
        is_part: parts.contains(&component.id.as_str()),
    };
    Counting {
        items: rules.items().iter().map(|item| words(&item.text, locale).to_owned()).collect(),
        grades: rules
            .grades()
            .iter()
            .map(|grade| {
                let value = grade.value.as_ref().map(plain);
                let worth = value.unwrap_or_else(|| t.appraisal_no_worth().to_owned());
                (words(&grade.name, locale).to_owned(), worth)
            })
            .collect(),
        groups: rules
            .groups()
            .iter()
            .map(|group| (words(&group.name, locale).to_owned(), group.weight.to_string()))
            .collect(),
        components: rules.all_components().into_iter().map(component).collect(),
        lowest: rules.lowest_total().display(rules.rounding()),
        highest: rules.highest_total().display(rules.rounding()),
        scale: rules.scale().to_string(),
        box_minimum: rules.survey().box_minimum.value,
    }
}

/// A decimal with up to four places and no idle zeros: worths and weights as people write them.
pub(crate) fn plain(value: &Exact) -> String {
    let text = value.display(Rounding { digits: 4, mode: RoundingMode::HalfEven });
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
