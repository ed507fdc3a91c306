//! The survey (C3): its plan and signatures, keys, codes, opening, response, closing.

use super::form::{Fields, Problem, answered};
use super::{Head, appraisal_frame, done, done_by, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::survey::{self, BoxResponse, SignSurvey};
use gongping_appraisal::{
    Appraisal, Digest, KeySeat, KeyTurn, Open, Permission as _, PermissionRule, Signatory, Survey,
    SurveyPlan, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeMap;

/// A province plans hundreds of sheets.
const PLAN_LIMIT_BYTES: usize = 2 * 1024 * 1024;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = Access::of::<permission::SeeWorkplace>;
    let propose = Access::of::<permission::ProposeSurvey>;
    let run = Access::of::<permission::RunSurvey>;
    let sign_access =
        Access::of::<permission::SignSurveyForOffice>().or::<permission::SignSurveyForStatistics>();
    routes
        .get("/staff/a/{appraisal}/survey", see(), show)
        .get("/staff/a/{appraisal}/survey/plan", propose(), super::survey_plan::show)
        .post_up_to(
            PLAN_LIMIT_BYTES,
            "/staff/a/{appraisal}/survey/plan",
            propose(),
            super::survey_plan::propose,
        )
        .post("/staff/a/{appraisal}/survey/sign", sign_access, sign)
        .post("/staff/a/{appraisal}/survey/open", run(), open)
        .post("/staff/a/{appraisal}/survey/close", run(), close)
}

pub(super) fn survey_frame(web: &Web, visitor: &Visitor, appraisal: &Appraisal) -> Frame {
    appraisal_frame(web, visitor, appraisal, visitor.t.survey_title())
}

struct SheetRow {
    number: String,
    group: String,
    units: String,
    codes: u32,
}

/// A signature, given or awaited.
struct Signature {
    body: String,
    signatory: &'static str,
    who: Option<String>,
    may_sign: bool,
    who_may: String,
}

struct PlanView {
    opens_at: String,
    closes_at: String,
    channels: Vec<String>,
    sheets: Vec<SheetRow>,
    codes: u64,
    boxes: usize,
    key_threshold: String,
    keys_advice: String,
    digest: String,
}

struct SeatView {
    seat: &'static str,
    body: String,
    holder: Option<String>,
    is_done: bool,
    may_hold: bool,
    who_may: String,
}

struct CodesView {
    issued: Option<String>,
    may_issue: bool,
    may_replace: bool,
}

/// Response of a group or a box.
struct ResponseRow {
    unit: String,
    group: String,
    answered: u64,
    ballots: u64,
    rate: String,
    base: String,
    shortage: Option<String>,
}

struct DayBar {
    date: String,
    ballots: u64,
    x: u64,
    y: u64,
    height: u64,
    width: u64,
}

/// What can be done now with the running survey.
struct Action {
    is_possible: bool,
    words: String,
}

#[derive(Template)]
#[template(path = "staff/survey/page.html")]
struct SurveyPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    stage: &'static str,
    may_propose: bool,
    who_proposes: String,
    plan: Option<PlanView>,
    signatures: Vec<Signature>,
    seats: Vec<SeatView>,
    codes: CodesView,
    may_run: bool,
    who_runs: String,
    open: Action,
    close: Action,
    groups: Vec<ResponseRow>,
    boxes: Vec<ResponseRow>,
    total: Option<ResponseRow>,
    days: Vec<DayBar>,
}

pub(super) async fn survey_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, organiser) = (visitor.t, &appraisal.organiser);
    let running = appraisal.running();
    let survey = running.map(|open| &open.survey);
    let responses = survey::response(&web.app, &appraisal.id).await?;
    let days = survey::response_by_day(&web.app, &appraisal.id).await?;
    let (groups, boxes, total) = match running {
        Some(open) => response_rows(web, visitor, open, &responses),
        None => (Vec::new(), Vec::new(), None),
    };
    let plan = survey.and_then(Survey::plan);
    let now = web.app.now();
    let shown = page(&SurveyPage {
        frame: survey_frame(web, visitor, appraisal),
        t,
        head: Head::new(web, visitor, appraisal, "survey"),
        problem: problem.clone(),
        stage: survey.map_or("planned", Survey::stage),
        may_propose: visitor.may::<permission::ProposeSurvey>(organiser),
        who_proposes: done_by(t, &permission::ProposeSurvey::RULE),
        plan: plan.map(|plan| plan_view(web, visitor, appraisal, plan)),
        signatures: survey.map(|survey| signatures(visitor, appraisal, survey)).unwrap_or_default(),
        seats: survey.map(|survey| seats(visitor, appraisal, survey)).unwrap_or_default(),
        codes: codes_view(visitor, appraisal, survey),
        may_run: visitor.may::<permission::RunSurvey>(organiser),
        who_runs: done_by(t, &permission::RunSurvey::RULE),
        open: open_action(t, survey, now),
        close: Action {
            is_possible: plan.is_some_and(|plan| plan.closes_at <= now),
            words: plan
                .map(|plan| t.survey_close_from(t.date_time(plan.closes_at)))
                .unwrap_or_default(),
        },
        groups,
        boxes,
        total,
        days: day_bars(t, &days),
    });
    answered(shown, problem.as_ref())
}

fn open_action(t: Texts, survey: Option<&Survey>, now: jiff::Timestamp) -> Action {
    let Some(Survey::Agreed { plan, ceremony, codes }) = survey else {
        return Action { is_possible: false, words: String::new() };
    };
    let mut missing = Vec::new();
    if ceremony.round().is_some() {
        missing.push(t.missing_keys());
    } else if !ceremony.is_rehearsed() {
        missing.push(t.missing_rehearsal());
    }
    if codes.is_none() {
        missing.push(t.missing_codes());
    }
    let words = if missing.is_empty() {
        t.survey_open_from(t.date_time(plan.opens_at))
    } else {
        t.survey_open_missing(t.list(&missing))
    };
    Action { is_possible: missing.is_empty() && plan.opens_at <= now, words }
}

fn plan_view(web: &Web, visitor: &Visitor, appraisal: &Appraisal, plan: &SurveyPlan) -> PlanView {
    let (t, today) = (visitor.t, web.app.today());
    let rules = appraisal.rulebook().map(|adopted| &adopted.rules);
    let group_name = |id: &str| {
        let group = rules.and_then(|rules| rules.group(id));
        group.map_or_else(|| id.to_owned(), |group| group.name.get(visitor.locale.tag()).to_owned())
    };
    let units = |sheet: &gongping_appraisal::SheetPlan| {
        if sheet.units.len() > 1 && sheet.units.len() == appraisal.units.len() {
            return t.survey_all_units(sheet.units.len());
        }
        let names: Vec<String> =
            sheet.units.iter().map(|unit| unit_name(&visitor.world, unit, today)).collect();
        t.list(&names)
    };
    PlanView {
        opens_at: t.date_time(plan.opens_at),
        closes_at: t.date_time(plan.closes_at),
        channels: plan.channels.clone(),
        sheets: plan
            .sheets
            .iter()
            .map(|sheet| SheetRow {
                number: sheet.number.to_string(),
                group: group_name(sheet.group.as_str()),
                units: units(sheet),
                codes: sheet.codes,
            })
            .collect(),
        codes: plan.sheets.iter().map(|sheet| u64::from(sheet.codes)).sum(),
        boxes: plan.boxes(&appraisal.id).len(),
        key_threshold: t.survey_key_threshold_of(plan.key_threshold, KeySeat::ALL.len()),
        keys_advice: t.survey_keys_advice(plan.key_threshold),
        digest: plan.digest().to_string(),
    }
}

fn signatures(visitor: &Visitor, appraisal: &Appraisal, survey: &Survey) -> Vec<Signature> {
    let t = visitor.t;
    let (signed, is_open) = match survey {
        Survey::Unplanned => return Vec::new(),
        Survey::Proposed { signed, .. } => (signed.clone(), true),
        // Once both have signed, the state no longer says who; the log does.
        _ => (BTreeMap::new(), false),
    };
    let rule_of = |signatory: Signatory| -> PermissionRule {
        match signatory {
            Signatory::Office => permission::SignSurveyForOffice::RULE,
            Signatory::Statistics => permission::SignSurveyForStatistics::RULE,
        }
    };
    Signatory::ALL
        .into_iter()
        .map(|signatory| {
            let body = word(t, "workplace-signatory", signatory.as_str());
            let rule = rule_of(signatory);
            let permitted = visitor
                .account
                .as_ref()
                .is_some_and(|account| visitor.world.permits(&rule, account, &appraisal.organiser));
            let who = signed.get(&signatory).map(|account| post(&visitor.world, account));
            Signature {
                who: if is_open { who } else { Some(body.clone()) },
                may_sign: is_open && permitted && !signed.contains_key(&signatory),
                signatory: signatory.as_str(),
                who_may: done_by(t, &rule),
                body,
            }
        })
        .collect()
}

fn seats(visitor: &Visitor, appraisal: &Appraisal, survey: &Survey) -> Vec<SeatView> {
    let (t, world) = (visitor.t, &visitor.world);
    let Some(ceremony) = survey.ceremony() else { return Vec::new() };
    let account = visitor.account.as_ref();
    let holds = |seat: KeySeat| {
        account.is_some_and(|account| {
            super::task::holds(world, account, seat.duty(), &appraisal.organiser)
        })
    };
    KeySeat::ALL
        .into_iter()
        .map(|seat| SeatView {
            seat: seat.as_str(),
            body: word(t, "workplace-seat", seat.as_str()),
            holder: ceremony.holders.get(&seat).map(|holder| post(world, holder)),
            is_done: matches!(ceremony.turn(seat), KeyTurn::Wait(_)),
            may_hold: matches!(survey, Survey::Agreed { .. }) && holds(seat),
            who_may: t.duty_done_by(super::duty_word(t, seat.duty())),
        })
        .collect()
}

fn codes_view(visitor: &Visitor, appraisal: &Appraisal, survey: Option<&Survey>) -> CodesView {
    let t = visitor.t;
    let count =
        |plan: &SurveyPlan| -> u64 { plan.sheets.iter().map(|sheet| u64::from(sheet.codes)).sum() };
    let issued = match survey {
        Some(Survey::Agreed { plan, codes: Some(lists), .. }) => {
            Some(t.survey_codes_issued(lists.len(), t.number(count(plan))))
        }
        Some(survey) => survey
            .boxes()
            .zip(survey.plan())
            .map(|(boxes, plan)| t.survey_codes_issued(boxes.len(), t.number(count(plan)))),
        None => None,
    };
    let awaited = matches!(survey, Some(Survey::Agreed { codes: None, .. }));
    CodesView {
        issued,
        may_replace: matches!(survey, Some(Survey::Agreed { codes: Some(_), .. }))
            && visitor.may::<permission::IssueCodes>(&appraisal.organiser),
        may_issue: awaited && visitor.may::<permission::IssueCodes>(&appraisal.organiser),
    }
}

/// Response by group, by box, and in all.
fn response_rows(
    web: &Web,
    visitor: &Visitor,
    open: &Open,
    responses: &[BoxResponse],
) -> (Vec<ResponseRow>, Vec<ResponseRow>, Option<ResponseRow>) {
    let (t, today, rules) = (visitor.t, web.app.today(), &open.rulebook.rules);
    let minimum = rules.survey().box_minimum.value;
    let row = |unit: String, group: String, numbers: (u64, u64, u64)| {
        let (answered, codes, ballots) = numbers;
        ResponseRow {
            unit,
            group,
            answered,
            ballots,
            rate: t.percent(answered, codes),
            base: t.survey_response_base(t.number(answered), t.number(codes)),
            shortage: None,
        }
    };
    let name_of = |id: &str| {
        let group = rules.group(id);
        group.map_or_else(|| id.to_owned(), |group| group.name.get(visitor.locale.tag()).to_owned())
    };
    let sum = |wanted: &mut dyn Iterator<Item = &BoxResponse>| {
        wanted.fold((0, 0, 0), |sum, known| {
            (sum.0 + known.answered, sum.1 + known.codes, sum.2 + known.ballots)
        })
    };
    let groups = rules.groups().iter().map(|group| {
        let mut of_group =
            responses.iter().filter(|known| known.box_id.group().as_str() == group.id);
        row(String::new(), name_of(&group.id), sum(&mut of_group))
    });
    let boxes = responses.iter().map(|known| {
        let unit = unit_name(&visitor.world, &known.box_id.unit(), today);
        let group = name_of(known.box_id.group().as_str());
        let mut row = row(unit, group, (known.answered, known.codes, known.ballots));
        row.shortage =
            (known.answered < minimum).then(|| t.survey_under_minimum(t.number(minimum)));
        row
    });
    let total = (!responses.is_empty())
        .then(|| row(String::new(), String::new(), sum(&mut responses.iter())));
    (groups.collect(), boxes.collect(), total)
}

/// The chart is 600 by 160 in its own units.
fn day_bars(t: Texts, days: &[(jiff::civil::Date, u64)]) -> Vec<DayBar> {
    const WIDTH: u64 = 600;
    const HEIGHT: u64 = 120;
    let most = days.iter().map(|(_, ballots)| *ballots).max().unwrap_or(0).max(1);
    let count = u64::try_from(days.len()).unwrap_or(1).max(1);
    let slot = (WIDTH / count).min(48);
    (0u64..)
        .zip(days)
        .map(|(index, (date, ballots))| {
            let height = ballots * HEIGHT / most;
            DayBar {
                date: t.month_day(date),
                ballots: *ballots,
                x: index * slot,
                y: HEIGHT - height + 16,
                height,
                width: slot.saturating_sub(4).max(1),
            }
        })
        .collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    survey_page(&web, &visitor, appraisal, None).await
}

async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let organiser = &appraisal.organiser;
    let allowed = match fields.get("for") {
        "office" => {
            SignSurvey::Office(visitor.allow::<permission::SignSurveyForOffice>(organiser)?)
        }
        "statistics" => {
            SignSurvey::Statistics(visitor.allow::<permission::SignSurveyForStatistics>(organiser)?)
        }
        _ => return Err(Fault::BadRequest),
    };
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    match survey::sign(&web.app, allowed, &appraisal.id, digest).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/survey"), "survey-signed")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            survey_page(&web, &visitor, appraisal, Some(problem)).await
        }
    }
}

async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::RunSurvey>(&appraisal.organiser)?;
    match survey::open(&web.app, allowed, &appraisal.id).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/survey"), "survey-opened")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            survey_page(&web, &visitor, appraisal, Some(problem)).await
        }
    }
}

async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::RunSurvey>(&appraisal.organiser)?;
    match survey::close(&web.app, allowed, &appraisal.id).await {
        Ok(()) => Ok(done(&format!("/staff/a/{id}/tally"), "survey-closed")),
        Err(refusal) => {
            let problem = Problem::of(t, refusal)?;
            survey_page(&web, &visitor, appraisal, Some(problem)).await
        }
    }
}
