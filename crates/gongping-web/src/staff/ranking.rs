//! The ranking (C9): drafted by the rulebook, signed by two bodies, published.

use super::form::{Fields, Problem, answered};
use super::session::password_problem;
use super::{Head, appraisal_frame, done, done_by, post, task, unit_name, word};
use crate::frame::{Frame, page};
use crate::trace::{self, Names, StepRow};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::ranking::{self, SignRanking};
use gongping_app::{Refusal, publication};
use gongping_appraisal::{
    Appraisal, Digest, Open, Permission as _, PermissionRule, Ranking, Signatory, Survey, UnitId,
    permission,
};
use gongping_locale::Texts;
use gongping_score::ScoreReport;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = Access::of::<permission::SeeWorkplace>;
    let sign_access = Access::of::<permission::SignRankingForOffice>()
        .or::<permission::SignRankingForStatistics>();
    let draft_access = Access::of::<permission::DraftRanking>();
    let page = "/staff/a/{appraisal}/ranking";
    routes
        .get(page, see(), show)
        .get("/staff/a/{appraisal}/ranking/units/{unit}", see(), show_trace)
        .post("/staff/a/{appraisal}/ranking/draft", draft_access, draft)
        .post("/staff/a/{appraisal}/ranking/sign", sign_access, sign)
        .post("/staff/a/{appraisal}/ranking/publish", Access::of::<permission::Publish>(), publish)
}

struct Row {
    id: String,
    unit: String,
    rank: String,
    is_tied: bool,
    total: String,
    exact: String,
    band: String,
}

/// A unit apart from the ranking, with the reason.
struct Apart {
    id: String,
    unit: String,
    reason: String,
    total: String,
}

struct ReportView {
    digest: String,
    rows: Vec<Row>,
    has_bands: bool,
    vetoed: Vec<Apart>,
    unranked: Vec<Apart>,
    range: String,
}

struct Signature {
    body: String,
    signatory: &'static str,
    who: Option<String>,
    may_sign: bool,
    who_may: String,
}

/// What a draft still needs.
struct Condition {
    text: String,
    is_met: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/ranking/page.html")]
struct RankingPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    stage: &'static str,
    conditions: Vec<Condition>,
    can_draft: bool,
    may_draft: bool,
    who_drafts: String,
    report: Option<ReportView>,
    signatures: Vec<Signature>,
    may_publish: bool,
    who_publishes: String,
    published: Option<(String, String)>,
}

/// Whom the draft may be shown to: the workplace of the organiser itself and above (C9).
async fn report_of(
    web: &Web,
    appraisal: &Appraisal,
) -> Result<Option<(Digest, ScoreReport)>, Fault> {
    Ok(ranking::report(&web.app, &appraisal.id).await?)
}

async fn ranking_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, organiser, open) = (visitor.t, &appraisal.organiser, appraisal.running());
    let report = report_of(web, appraisal).await?;
    let stage = match (appraisal.published(), open) {
        (Some(_), _) => "published",
        (None, Some(open)) => open.ranking.stage(),
        (None, None) => "planned",
    };
    let conditions = open.map(|open| conditions(t, appraisal, open)).unwrap_or_default();
    let published = appraisal
        .published()
        .map(|published| (t.date_time(published.at), published.manifest.to_string()));
    let shown = page(&RankingPage {
        frame: appraisal_frame(web, visitor, appraisal, t.draft_title()),
        t,
        head: Head::new(web, visitor, appraisal, "ranking"),
        problem: problem.clone(),
        stage,
        can_draft: open.is_some() && conditions.iter().all(|condition| condition.is_met),
        conditions,
        may_draft: visitor.may::<permission::DraftRanking>(organiser),
        who_drafts: done_by(t, &permission::DraftRanking::RULE),
        report: report
            .zip(open)
            .map(|((digest, report), open)| report_view(web, visitor, open, digest, &report)),
        signatures: open.map(|open| signatures(visitor, appraisal, open)).unwrap_or_default(),
        may_publish: visitor.may::<permission::Publish>(organiser),
        who_publishes: done_by(t, &permission::Publish::RULE),
        published,
    });
    answered(shown, problem.as_ref())
}

fn conditions(t: Texts, appraisal: &Appraisal, open: &Open) -> Vec<Condition> {
    let opened = matches!(open.survey, Survey::Tallied { .. });
    let (signed, units) = (task::signed_reports(open), appraisal.units.len());
    let boxes = if opened { t.draft_boxes_opened() } else { t.draft_boxes_shut() };
    vec![
        Condition {
            text: t.app_field_with_value(t.draft_boxes_state(), boxes),
            is_met: opened,
            href: format!("/staff/a/{}/tally", appraisal.id),
        },
        Condition {
            text: t.app_field_with_value(
                t.setup_inspections(),
                t.setup_inspections_signed(signed, units),
            ),
            is_met: signed == units,
            href: format!("/staff/a/{}/inspection", appraisal.id),
        },
    ]
}

fn report_view(
    web: &Web,
    visitor: &Visitor,
    open: &Open,
    digest: Digest,
    report: &ScoreReport,
) -> ReportView {
    let (t, today) = (visitor.t, web.app.today());
    let names = Names { t, locale: visitor.locale, rules: &open.rulebook.rules };
    let name = |id: &str| match UnitId::parse(id) {
        Ok(unit) => unit_name(&visitor.world, &unit, today),
        Err(_) => id.to_owned(),
    };
    let band = |id: &Option<String>| id.as_deref().map(|id| names.band(id)).unwrap_or_default();
    let rows = report.ranking.rows.iter().map(|row| Row {
        id: row.unit.clone(),
        unit: name(&row.unit),
        rank: row.rank.to_string(),
        is_tied: row.tied,
        total: row.shown.clone(),
        exact: row.total.to_string(),
        band: band(&row.band),
    });
    let vetoed = report.ranking.vetoed.iter().map(|row| {
        let reasons: Vec<String> = row.vetoes.iter().map(|id| names.veto(id)).collect();
        Apart {
            id: row.unit.clone(),
            unit: name(&row.unit),
            reason: t.list(&reasons),
            total: row.shown.clone().unwrap_or_default(),
        }
    });
    let unranked = report.ranking.unranked.iter().map(|row| {
        let reasons: Vec<String> = row.reasons.iter().map(|known| names.unranked(known)).collect();
        Apart {
            id: row.unit.clone(),
            unit: name(&row.unit),
            reason: t.list(&reasons),
            total: String::new(),
        }
    });
    ReportView {
        digest: digest.to_string(),
        rows: rows.collect(),
        has_bands: report.ranking.rows.iter().any(|row| row.band.is_some()),
        vetoed: vetoed.collect(),
        unranked: unranked.collect(),
        range: t.setup_range_value(&report.highest_total, &report.lowest_total),
    }
}

fn signatures(visitor: &Visitor, appraisal: &Appraisal, open: &Open) -> Vec<Signature> {
    let t = visitor.t;
    let Some(signed) = open.ranking.signed() else { return Vec::new() };
    let awaited = matches!(open.ranking, Ranking::Drafted { .. });
    let rule_of = |signatory: Signatory| -> PermissionRule {
        match signatory {
            Signatory::Office => permission::SignRankingForOffice::RULE,
            Signatory::Statistics => permission::SignRankingForStatistics::RULE,
        }
    };
    let account = visitor.account.as_ref();
    let signature = |signatory: Signatory| {
        let rule = rule_of(signatory);
        let permits = |id| visitor.world.permits(&rule, id, &appraisal.organiser);
        let permitted = account.is_some_and(permits);
        Signature {
            body: word(t, "workplace-signatory", signatory.as_str()),
            signatory: signatory.as_str(),
            who: signed.get(&signatory).map(|account| post(&visitor.world, account)),
            may_sign: awaited && permitted && !signed.contains_key(&signatory),
            who_may: done_by(t, &rule),
        }
    };
    Signatory::ALL.into_iter().map(signature).collect()
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    ranking_page(&web, &visitor, appraisal, None).await
}

#[derive(Template)]
#[template(path = "staff/ranking/trace.html")]
struct TracePage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    unit: String,
    steps: Vec<StepRow>,
}

async fn show_trace(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let appraisal = visitor.appraisal(&id)?;
    let open = appraisal.running().ok_or(Fault::NotFound)?;
    let (_, report) = report_of(&web, appraisal).await?.ok_or(Fault::NotFound)?;
    let score = report.scores.units.get(&unit).ok_or(Fault::NotFound)?;
    let names = Names { t, locale: visitor.locale, rules: &open.rulebook.rules };
    let unit = UnitId::parse(&unit).map_err(|_| Fault::NotFound)?;
    page(&TracePage {
        frame: appraisal_frame(&web, &visitor, appraisal, t.draft_trace())
            .crumb(t.draft_title(), format!("/staff/a/{id}/ranking")),
        t,
        head: Head::new(&web, &visitor, appraisal, "ranking"),
        problem: None,
        unit: unit_name(&visitor.world, &unit, web.app.today()),
        steps: trace::rows(names, &score.trace),
    })
}

/// Back to the page with what was done, or the page with what is wrong.
async fn after(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    result: Result<(), Refusal>,
    code: &str,
) -> Result<Response, Fault> {
    match result {
        Ok(()) => Ok(done(&format!("/staff/a/{}/ranking", appraisal.id), code)),
        Err(refusal) => {
            let problem = password_problem(visitor.t, refusal)?;
            ranking_page(web, visitor, appraisal, Some(problem)).await
        }
    }
}

async fn draft(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::DraftRanking>(&appraisal.organiser)?;
    let result = ranking::draft(&web.app, allowed, &appraisal.id).await;
    after(&web, &visitor, appraisal, result, "ranking-drafted").await
}

async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let organiser = &appraisal.organiser;
    let allowed = match fields.get("for") {
        "office" => {
            SignRanking::Office(visitor.allow::<permission::SignRankingForOffice>(organiser)?)
        }
        "statistics" => SignRanking::Statistics(
            visitor.allow::<permission::SignRankingForStatistics>(organiser)?,
        ),
        _ => return Err(Fault::BadRequest),
    };
    let digest = Digest::parse(fields.get("digest")).ok_or(Fault::BadRequest)?;
    let password = fields.raw("password");
    let result = ranking::sign(&web.app, allowed, &appraisal.id, digest, password).await;
    after(&web, &visitor, appraisal, result, "ranking-signed").await
}

async fn publish(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let allowed = visitor.allow::<permission::Publish>(&appraisal.organiser)?;
    let result = publication::publish(&web.app, allowed, &appraisal.id).await.map(|_| ());
    after(&web, &visitor, appraisal, result, "published").await
}
