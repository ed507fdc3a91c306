//! Drawing up the survey plan (C3): times, channels, and one row for each kind of sheet.

use super::form::{Fields, Problem, answered, instant_field, parse_instant};
use super::survey::survey_frame;
use super::{Head, done, unit_name};
use crate::frame::{Frame, page};
use crate::{Fault, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::survey;
use gongping_appraisal::{
    Appraisal, GroupId, KeySeat, Open, Phase, SheetNumber, SheetPlan, SurveyPlan, UnitId,
    permission,
};
use gongping_locale::{SHANGHAI, Texts};
use gongping_score::rulebook::SheetForm;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Empty rows for further sheets.
const SPARE_ROWS: usize = 3;
/// Codes for each sheet, where the rulebook asks for fewer.
const DEFAULT_CODES: u64 = 50;
/// How many key holders open the boxes, unless the plan says otherwise: one may be ill.
const DEFAULT_THRESHOLD: u32 = 2;
/// The word in the form for "all units of the appraisal".
const ALL_UNITS: &str = "all";

/// One row of the form, as text.
#[derive(Clone, Default)]
struct RowText {
    number: String,
    group: String,
    units: String,
    codes: String,
}

struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

struct Row {
    index: usize,
    number: String,
    groups: Vec<Choice>,
    units: Vec<Choice>,
    codes: String,
}

#[derive(Template)]
#[template(path = "staff/survey/plan_form.html")]
struct PlanFormPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    seen: u64,
    opens_at: String,
    closes_at: String,
    channels: String,
    thresholds: Vec<Choice>,
    codes_each: String,
    rows: Vec<Row>,
}

/// What the form shows.
struct Form {
    opens_at: String,
    closes_at: String,
    channels: String,
    key_threshold: String,
    rows: Vec<RowText>,
}

impl Form {
    fn typed(fields: &Fields) -> Self {
        let columns = fields.all("number").zip(fields.all("group"));
        let columns = columns.zip(fields.all("units").zip(fields.all("codes")));
        let rows = columns
            .map(|((number, group), (units, codes))| RowText {
                number: number.to_owned(),
                group: group.to_owned(),
                units: units.to_owned(),
                codes: codes.to_owned(),
            })
            .filter(|row| !row.codes.is_empty())
            .collect();
        Self {
            opens_at: fields.get("opens_at").to_owned(),
            closes_at: fields.get("closes_at").to_owned(),
            channels: fields.raw("channels").to_owned(),
            key_threshold: fields.get("key_threshold").to_owned(),
            rows,
        }
    }

    fn of_plan(plan: &SurveyPlan, all: &[UnitId]) -> Self {
        let row = |sheet: &SheetPlan| RowText {
            number: sheet.number.0.to_string(),
            group: sheet.group.to_string(),
            units: units_value(&sheet.units, all),
            codes: sheet.codes.to_string(),
        };
        Self {
            opens_at: instant_field(plan.opens_at),
            closes_at: instant_field(plan.closes_at),
            channels: plan.channels.join("\n"),
            key_threshold: plan.key_threshold.to_string(),
            rows: plan.sheets.iter().map(row).collect(),
        }
    }

    /// One sheet for each group and unit, or for each group, as the rulebook says.
    fn default(appraisal: &Appraisal, open: &Open, codes: &str) -> Self {
        let mut rows = Vec::new();
        let mut add = |group: &str, units: String| {
            let number = (rows.len() + 1).to_string();
            let (group, codes) = (group.to_owned(), codes.to_owned());
            rows.push(RowText { number, group, units, codes });
        };
        for group in open.rulebook.rules.groups() {
            match group.sheet {
                SheetForm::AllUnits => add(&group.id, ALL_UNITS.to_owned()),
                SheetForm::OneUnit => {
                    for unit in &appraisal.units {
                        add(&group.id, unit.to_string());
                    }
                }
            }
        }
        let opinions = open.calendar.dates(Phase::Opinions);
        let at = |date: Date, hour: i8| {
            let instant = SHANGHAI.to_timestamp(date.at(hour, 0, 0, 0));
            instant.map(instant_field).unwrap_or_default()
        };
        Self {
            opens_at: at(opinions.first, 9),
            closes_at: at(opinions.last, 18),
            channels: String::new(),
            key_threshold: DEFAULT_THRESHOLD.to_string(),
            rows,
        }
    }
}

fn units_value(units: &[UnitId], all: &[UnitId]) -> String {
    if units.len() > 1 && units.len() == all.len() {
        return ALL_UNITS.to_owned();
    }
    units.iter().map(UnitId::as_str).collect::<Vec<_>>().join(",")
}

fn form_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    form: &Form,
    codes_each: &str,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let open = appraisal.running().ok_or(Fault::NotFound)?;
    let next = form.rows.iter().filter_map(|row| row.number.parse::<u16>().ok()).max().unwrap_or(0);
    let spare = (1..=SPARE_ROWS).map(|offset| RowText {
        number: (usize::from(next) + offset).to_string(),
        ..RowText::default()
    });
    let rows = form.rows.iter().cloned().chain(spare).enumerate();
    let shown = page(&PlanFormPage {
        frame: survey_frame(web, visitor, appraisal),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        seen: appraisal.revision,
        opens_at: form.opens_at.clone(),
        closes_at: form.closes_at.clone(),
        channels: form.channels.clone(),
        thresholds: thresholds(t, &form.key_threshold),
        codes_each: codes_each.to_owned(),
        rows: rows.map(|(index, text)| row(web, visitor, appraisal, open, index, &text)).collect(),
    });
    answered(shown, problem.as_ref())
}

fn thresholds(t: Texts, chosen: &str) -> Vec<Choice> {
    let choice = |threshold: usize| Choice {
        value: threshold.to_string(),
        text: t.survey_key_threshold_of(threshold, KeySeat::ALL.len()),
        chosen: threshold.to_string() == chosen,
    };
    (2..=KeySeat::ALL.len()).map(choice).collect()
}

fn row(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    open: &Open,
    index: usize,
    text: &RowText,
) -> Row {
    let (t, today) = (visitor.t, web.app.today());
    let name = |unit: &UnitId| unit_name(&visitor.world, unit, today);
    let choice = |value: &str, words: String, chosen: &str| Choice {
        value: value.to_owned(),
        text: words,
        chosen: value == chosen,
    };
    let groups = open.rulebook.rules.groups().iter().map(|group| {
        choice(&group.id, group.name.get(visitor.locale.tag()).to_owned(), &text.group)
    });
    let all = t.survey_all_units(appraisal.units.len());
    let mut units = vec![choice(ALL_UNITS, all, &text.units)];
    units.extend(appraisal.units.iter().map(|unit| choice(unit.as_str(), name(unit), &text.units)));
    if text.units.contains(',') {
        let several: Vec<String> = text
            .units
            .split(',')
            .filter_map(|id| UnitId::parse(id).ok())
            .map(|id| name(&id))
            .collect();
        units.push(choice(&text.units, t.list(&several), &text.units));
    }
    Row {
        index: index + 1,
        number: text.number.clone(),
        groups: groups.collect(),
        units,
        codes: text.codes.clone(),
    }
}

fn fewest_codes(open: &Open) -> u64 {
    let rules = &open.rulebook.rules;
    let minimum = rules.groups().iter().map(|group| rules.minimum_ballots(group)).max();
    minimum.unwrap_or(1).max(DEFAULT_CODES)
}

pub(super) async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let open = appraisal.running().ok_or(Fault::NotFound)?;
    let codes = query.get("codes_each").and_then(|text| text.trim().parse::<u32>().ok());
    let codes_each =
        codes.map_or_else(|| fewest_codes(open).to_string(), |codes| codes.to_string());
    let form = match open.survey.plan() {
        Some(plan) if codes.is_none() => Form::of_plan(plan, &appraisal.units),
        _ => Form::default(appraisal, open, &codes_each),
    };
    form_page(&web, &visitor, appraisal, &form, &codes_each, None)
}

/// The plan that was typed, or all that cannot be read in it.
fn read_plan(t: Texts, form: &Form, all: &[UnitId]) -> Result<SurveyPlan, Problem> {
    let mut mistakes = Vec::new();
    let mut instant = |text: &str, field: &str| {
        let instant = parse_instant(text);
        if instant.is_none() {
            mistakes.push(t.survey_bad_time(field));
        }
        instant.unwrap_or(Timestamp::UNIX_EPOCH)
    };
    let opens_at = instant(&form.opens_at, t.survey_opens_at());
    let closes_at = instant(&form.closes_at, t.survey_closes_at());
    let mut sheets = Vec::new();
    for (index, row) in form.rows.iter().enumerate() {
        match read_sheet(row, all) {
            Some(sheet) => sheets.push(sheet),
            None => mistakes.push(t.survey_bad_row(index + 1)),
        }
    }
    let key_threshold = form.key_threshold.parse().unwrap_or_else(|_| {
        mistakes.push(t.survey_bad_threshold().to_owned());
        DEFAULT_THRESHOLD
    });
    if form.rows.is_empty() {
        mistakes.push(t.survey_no_sheets().to_owned());
    }
    if !mistakes.is_empty() {
        return Err(Problem::input(t, mistakes));
    }
    sheets.sort_by_key(|sheet| sheet.number);
    let lines = form.channels.lines().map(str::trim).filter(|line| !line.is_empty());
    let channels = lines.map(str::to_owned).collect();
    Ok(SurveyPlan { sheets, opens_at, closes_at, key_threshold, channels })
}

fn read_sheet(row: &RowText, all: &[UnitId]) -> Option<SheetPlan> {
    let units = if row.units == ALL_UNITS {
        all.to_vec()
    } else {
        row.units.split(',').map(|id| UnitId::parse(id).ok()).collect::<Option<Vec<_>>>()?
    };
    Some(SheetPlan {
        number: SheetNumber(row.number.parse().ok()?),
        group: GroupId::parse(&row.group).ok()?,
        units,
        codes: row.codes.parse().ok()?,
    })
}

pub(super) async fn propose(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::ProposeSurvey>(&appraisal.organiser)?;
    let form = Form::typed(&fields);
    let problem = match read_plan(t, &form, &appraisal.units) {
        Ok(plan) => {
            match survey::propose(&web.app, allowed, &appraisal.id, plan, fields.seen()).await {
                Ok(()) => return Ok(done(&format!("/staff/a/{id}/survey"), "survey-proposed")),
                Err(refusal) => Problem::of(t, refusal)?,
            }
        }
        Err(problem) => problem,
    };
    if appraisal.running().is_none() {
        return super::survey::survey_page(&web, &visitor, appraisal, Some(problem)).await;
    }
    form_page(&web, &visitor, appraisal, &form, fields.get("codes_each"), Some(problem))
}
