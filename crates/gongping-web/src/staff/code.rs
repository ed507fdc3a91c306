//! The statistics bureau issues the invitation codes (A5): made on its own machine, of which only
//! the public lists come here.

use super::form::{Fields, Problem, answered};
use super::survey::survey_frame;
use super::{Head, done};
use crate::appraisal::unit_name;
use crate::frame::{Frame, data_block, page};
use crate::rulebook::words;
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use gongping_app::survey::{self, CodeChange, CodeWorkBox};
use gongping_appraisal::{Appraisal, AppraisalId, BoxId, SheetNumber, Survey, permission};
use gongping_locale::{Locale, Texts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A million codes of 64 digits.
const LISTS_LIMIT_BYTES: usize = 96 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let issue = Access::of::<permission::IssueCodes>;
    routes
        .get("/staff/a/{appraisal}/survey/codes", issue(), show)
        .get("/staff/a/{appraisal}/survey/codes/work.json", issue(), work)
        .post_up_to(LISTS_LIMIT_BYTES, "/staff/a/{appraisal}/survey/codes", issue(), hand_in)
        .post_up_to(
            LISTS_LIMIT_BYTES,
            "/staff/a/{appraisal}/survey/codes/replace",
            issue(),
            replace,
        )
}

#[derive(Template)]
#[template(path = "staff/survey/codes.html")]
struct CodesPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    file_name: String,
    total: u64,
    boxes: usize,
    /// What there is to make, for the script: once loaded, the page needs no network.
    work: Option<String>,
    title: String,
    closes_at: String,
    reason: String,
    is_possible: bool,
    is_replaceable: bool,
}

fn codes_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
    reason: &str,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let survey = appraisal.running().map(|open| &open.survey);
    let plan = survey.and_then(Survey::plan);
    let work = match survey {
        Some(Survey::Agreed { .. }) => Some(data_block(&code_work(web, visitor, appraisal)?)?),
        _ => None,
    };
    let shown = page(&CodesPage {
        frame: survey_frame(web, visitor, appraisal).script("codes.js"),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        file_name: format!("gongping-codes-{}.csv", appraisal.id),
        total: plan.map_or(0, |plan| plan.sheets.iter().map(|sheet| u64::from(sheet.codes)).sum()),
        boxes: plan.map_or(0, |plan| plan.boxes(&appraisal.id).len()),
        work,
        title: appraisal.title.clone(),
        closes_at: plan.map_or_else(String::new, |plan| t.date_time(plan.closes_at)),
        reason: reason.to_owned(),
        is_possible: matches!(survey, Some(Survey::Agreed { codes: None, .. })),
        is_replaceable: matches!(survey, Some(Survey::Agreed { codes: Some(_), .. })),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    codes_page(&web, &visitor, appraisal, None, "")
}

/// What there is to make: for the page's script, and as the file that `gongping codes` reads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Work {
    appraisal: AppraisalId,
    title: String,
    closes_at: Timestamp,
    /// The path of the ballot page.
    vote: String,
    sheets: Vec<WorkSheet>,
}

#[derive(Serialize)]
struct WorkSheet {
    /// As it is printed before each code: two digits.
    sheet: String,
    /// The respondent group's name by language.
    group: BTreeMap<&'static str, String>,
    /// The names of the units.
    units: Vec<String>,
    count: u32,
    boxes: Vec<CodeWorkBox>,
}

fn code_work(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Result<Work, Fault> {
    let allowed = visitor.allow::<permission::IssueCodes>(&appraisal.organiser)?;
    let work = survey::code_work(&web.app, &allowed, &appraisal.id)?;
    let open = appraisal.running().ok_or(Fault::NotFound)?;
    let plan = open.survey.plan().ok_or(Fault::NotFound)?;
    let sheets = work.sheets.into_iter().map(|sheet| {
        let planned = plan.sheet(sheet.sheet);
        let group = planned.and_then(|plan| open.rulebook.rules.group(plan.group.as_str()));
        let named = |locale: Locale| group.map_or("", |group| words(&group.name, locale));
        let units = planned.into_iter().flat_map(|plan| &plan.units);
        WorkSheet {
            sheet: sheet.sheet.to_string(),
            group: Locale::ALL.map(|locale| (locale.tag(), named(locale).to_owned())).into(),
            units: units.map(|unit| unit_name(&visitor.world, unit)).collect(),
            count: sheet.count,
            boxes: sheet.boxes,
        }
    });
    Ok(Work {
        appraisal: appraisal.id.clone(),
        title: appraisal.title.clone(),
        closes_at: plan.closes_at,
        vote: format!("/a/{}/vote", appraisal.id),
        sheets: sheets.collect(),
    })
}

async fn work(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    Ok(Json(code_work(&web, &visitor, appraisal)?).into_response())
}

/// What the page's script hands in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    boxes: Vec<List>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct List {
    id: BoxId,
    public_credentials: Vec<String>,
}

async fn hand_in(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::IssueCodes>(&appraisal.organiser)?;
    let Ok(lists) = serde_json::from_str::<Lists>(fields.raw("public_credentials")) else {
        let problem = Problem::line(t, t.app_error_bad_request());
        return codes_page(&web, &visitor, appraisal, Some(problem), "");
    };
    // Several sheets may open the same box: their lists are one.
    let mut by_box: BTreeMap<BoxId, Vec<String>> = BTreeMap::new();
    for list in lists.boxes {
        by_box.entry(list.id).or_default().extend(list.public_credentials);
    }
    by_box.values_mut().for_each(|credentials| credentials.sort());
    match survey::issue_codes(&web.app, allowed, &appraisal.id, by_box).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/survey"), "codes-issued")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            codes_page(&web, &visitor, appraisal, Some(problem), "")
        }
    }
}

/// What replaces lost codes of one kind of sheet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replacement {
    sheet: String,
    boxes: Vec<BoxChange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BoxChange {
    id: BoxId,
    struck: Vec<String>,
    added: Vec<String>,
}

async fn replace(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::IssueCodes>(&appraisal.organiser)?;
    let reason = fields.get("reason");
    let read = serde_json::from_str::<Replacement>(fields.raw("replacement")).ok();
    let read = read.and_then(|read| Some((read.sheet.parse().ok().map(SheetNumber)?, read.boxes)));
    let Some((sheet, boxes)) = read else {
        let problem = Problem::line(t, t.app_error_bad_request());
        return codes_page(&web, &visitor, appraisal, Some(problem), reason);
    };
    let change =
        |of_box: BoxChange| (of_box.id, CodeChange { struck: of_box.struck, added: of_box.added });
    let changes = boxes.into_iter().map(change).collect();
    let replaced =
        survey::replace_codes(&web.app, allowed, &appraisal.id, sheet, reason.to_owned(), changes);
    match replaced.await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/survey"), "codes-replaced")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            codes_page(&web, &visitor, appraisal, Some(problem), reason)
        }
    }
}
