//! The statistics bureau issues the invitation codes (A5): made on its own machine, of which only
//! the public lists come here.

use super::form::{Fields, Problem, answered};
use super::survey::survey_frame;
use super::{Head, done};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use gongping_app::survey::{self, CodeWorkBox};
use gongping_appraisal::{Appraisal, BoxId, Survey, permission};
use gongping_locale::Texts;
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
    is_possible: bool,
}

fn codes_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let survey = appraisal.running().map(|open| &open.survey);
    let plan = survey.and_then(Survey::plan);
    let shown = page(&CodesPage {
        frame: survey_frame(web, visitor, appraisal).script("codes.js"),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        file_name: format!("gongping-codes-{}.csv", appraisal.id),
        total: plan.map_or(0, |plan| plan.sheets.iter().map(|sheet| u64::from(sheet.codes)).sum()),
        boxes: plan.map_or(0, |plan| plan.boxes(&appraisal.id).len()),
        is_possible: matches!(survey, Some(Survey::Agreed { codes: None, .. })),
    });
    answered(shown, problem.as_ref())
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    codes_page(&web, &visitor, appraisal, None)
}

/// What the page's script works on.
#[derive(Serialize)]
struct Work {
    sheets: Vec<WorkSheet>,
}

#[derive(Serialize)]
struct WorkSheet {
    /// As it is printed before each code: two digits.
    sheet: String,
    count: u32,
    boxes: Vec<CodeWorkBox>,
}

async fn work(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::IssueCodes>(&appraisal.organiser)?;
    let work = survey::code_work(&web.app, &allowed, &appraisal.id)?;
    let sheets = work.sheets.into_iter().map(|sheet| WorkSheet {
        sheet: sheet.sheet.to_string(),
        count: sheet.count,
        boxes: sheet.boxes,
    });
    Ok(Json(Work { sheets: sheets.collect() }).into_response())
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
        return codes_page(&web, &visitor, appraisal, Some(problem));
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
            codes_page(&web, &visitor, appraisal, Some(problem))
        }
    }
}
