//! The inspection of one unit (C8): the member's own sheet, all sheets side by side once they are
//! fixed, the proposal, the members' votes, and the leader's signature over the exact report.

mod act;
mod sheet;

use self::sheet::{ComparedRow, ComponentField, agreed, compared, fields_of};
use super::form::{Fields, Problem, answered};
use super::{Head, appraisal_frame, done_by, post, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use gongping_app::inspection;
use gongping_appraisal::{
    AccountId, Appraisal, Digest, Inspection, InspectionGroup, InspectionReport, MemberSheet, Open,
    Permission as _, UnitId, Vote, permission,
};
use gongping_locale::Texts;

pub(super) fn routes(routes: Routes) -> Routes {
    let sign_access = Access::of::<permission::SignInspection>;
    let enter_access = Access::of::<permission::EnterPoints>;
    let page = "/staff/a/{appraisal}/inspection/units/{unit}";
    routes
        .get(page, Access::of::<permission::SeeWorkplace>(), show)
        .post(
            "/staff/a/{appraisal}/inspection/units/{unit}/points",
            enter_access(),
            act::enter_points,
        )
        .post(
            "/staff/a/{appraisal}/inspection/units/{unit}/close",
            sign_access(),
            act::close_entering,
        )
        .post("/staff/a/{appraisal}/inspection/units/{unit}/proposal", sign_access(), act::propose)
        .post("/staff/a/{appraisal}/inspection/units/{unit}/vote", enter_access(), act::vote)
        .post(
            "/staff/a/{appraisal}/inspection/units/{unit}/return",
            sign_access(),
            act::return_report,
        )
        .post("/staff/a/{appraisal}/inspection/units/{unit}/sign", sign_access(), act::sign)
}

struct ReportView {
    digest: String,
    rows: Vec<(String, String, String)>,
    votes: String,
    /// How each member voted; empty in a report from before.
    by_member: Vec<(String, String)>,
    /// The very text that is voted on and signed.
    text: String,
    signed_by: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/inspection/unit.html")]
struct UnitPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    address: String,
    name: String,
    state: String,
    stage: &'static str,
    group: Option<String>,
    needs_quorum: bool,
    leader: String,
    sheets_in: String,
    outstanding: usize,
    may_close: bool,
    is_member: bool,
    is_leader: bool,
    /// While points are entered, and for what was typed too late.
    shows_own: bool,
    own: Vec<ComponentField>,
    members: Vec<String>,
    compared: Vec<ComparedRow>,
    decision: Vec<ComponentField>,
    sheets_digest: String,
    report: Option<ReportView>,
    may_vote: bool,
    may_sign: bool,
    return_reason: String,
    close_reason: String,
    who_enters: String,
}

/// Which of the forms was typed into.
#[derive(Clone, Copy)]
enum Typed<'a> {
    Nothing,
    Points(&'a Fields),
    Close(&'a Fields),
    Decision(&'a Fields),
    Return(&'a Fields),
}

impl<'a> Typed<'a> {
    const fn points(self) -> Option<&'a Fields> {
        if let Self::Points(fields) = self { Some(fields) } else { None }
    }

    const fn decision(self) -> Option<&'a Fields> {
        if let Self::Decision(fields) = self { Some(fields) } else { None }
    }

    /// The reasons for closing and for returning.
    fn reasons(self) -> (String, String) {
        let reason = |fields: &Fields| fields.get("reason").to_owned();
        match self {
            Self::Close(fields) => (reason(fields), String::new()),
            Self::Return(fields) => (String::new(), reason(fields)),
            _ => (String::new(), String::new()),
        }
    }
}

/// What the page is about.
struct About<'a> {
    appraisal: &'a Appraisal,
    unit: UnitId,
}

impl<'a> About<'a> {
    fn in_path(visitor: &'a Visitor, id: &str, unit: &str) -> Result<Self, Fault> {
        let appraisal = visitor.appraisal(id)?;
        let unit = UnitId::parse(unit).map_err(|_| Fault::NotFound)?;
        if appraisal.units.contains(&unit) {
            Ok(Self { appraisal, unit })
        } else {
            Err(Fault::NotFound)
        }
    }

    fn open(&self) -> Result<&'a Open, Fault> {
        self.appraisal.running().ok_or(Fault::NotFound)
    }

    fn group(&self) -> Option<&'a InspectionGroup> {
        let groups = self.appraisal.running()?.groups.values();
        groups.into_iter().find(|group| group.units.contains(&self.unit))
    }

    fn address(&self) -> String {
        format!("/staff/a/{}/inspection/units/{}", self.appraisal.id, self.unit)
    }
}

async fn unit_page(
    web: &Web,
    visitor: &Visitor,
    about: &About<'_>,
    typed: Typed<'_>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let (t, world, account) = (visitor.t, &visitor.world, visitor.account()?);
    let (open, group) = (about.open()?, about.group());
    let state = open.inspections.get(&about.unit);
    let stage = state.map_or("none", Inspection::stage);
    let is_leader = group.is_some_and(|group| group.leader == *account);
    let is_member = group.is_some_and(|group| group.members.contains(account));
    let id = &about.appraisal.id;
    let sheets = inspection::member_sheets(&web.app, id, &about.unit, account).await?;
    let is_published = about.appraisal.published().is_some();
    let known = inspection::report(&web.app, id, &about.unit).await?;
    // Points stay within the group until publication [C9].
    let report = known.filter(|_| is_member || is_published);
    let members: Vec<&AccountId> = group.into_iter().flat_map(|group| &group.members).collect();
    let by_member: Vec<Option<&MemberSheet>> =
        members.iter().map(|member| sheets.get(*member)).collect();
    let is_open = is_member && !matches!(state, Some(Inspection::Entering { .. }) | None);
    let own = sheets.get(account).map(|sheet| &sheet.points);
    let name = unit_name(world, &about.unit, web.app.today());
    let in_sheets =
        |member: &&&AccountId| state.is_some_and(|state| state.sheets().contains_key(**member));
    let given = members.iter().filter(in_sheets).count();
    let quorum = group.and_then(|group| group.quorum);
    let votes = state.and_then(Inspection::votes).filter(|_| stage == "voting");
    let carried = group.zip(quorum).zip(votes);
    let (close_reason, return_reason) = typed.reasons();
    let shown = page(&UnitPage {
        frame: appraisal_frame(web, visitor, about.appraisal, &name)
            .crumb(t.inspection_title(), format!("/staff/a/{id}/inspection")),
        t,
        head: Head::new(web, visitor, about.appraisal, "inspection"),
        problem: problem.clone(),
        address: about.address(),
        name,
        state: word(t, "inspection-state", stage),
        stage,
        group: group.map(|group| t.inspection_group(group.number.0)),
        needs_quorum: quorum.is_none() && stage == "entering",
        leader: group.map(|group| post(world, &group.leader)).unwrap_or_default(),
        sheets_in: t.inspection_sheets_in(given, members.len()),
        outstanding: members.len().saturating_sub(given),
        may_close: quorum.is_some_and(|quorum| given >= usize::from(quorum)),
        is_member,
        is_leader,
        shows_own: is_member && (stage == "entering" || typed.points().is_some()),
        own: fields_of(visitor, open, typed.points(), own),
        members: members.iter().map(|member| post(world, member)).collect(),
        compared: if is_open { compared(visitor, open, &by_member) } else { Vec::new() },
        decision: fields_of(visitor, open, typed.decision(), Some(&agreed(&by_member))),
        sheets_digest: state.map(sheets_digest).unwrap_or_default(),
        report: report.map(|known| report_view(visitor, open, group, state, &known)),
        may_vote: is_member && votes.is_some_and(|votes| !votes.contains_key(account)),
        may_sign: stage == "decided"
            || carried
                .is_some_and(|((group, quorum), votes)| group.count(votes).is_carried(quorum)),
        return_reason,
        close_reason,
        who_enters: done_by(t, &permission::EnterPoints::RULE),
    });
    answered(shown, problem.as_ref())
}

/// What the leader had before the eyes: all commitments, so that what changed after the page was
/// shown does not slip into the report.
fn sheets_digest(state: &Inspection) -> String {
    let text: Vec<String> =
        state.sheets().iter().map(|(member, sheet)| format!("{member}={sheet}")).collect();
    gongping_appraisal::sha256(text.join("\n").as_bytes()).to_string()
}

fn report_view(
    visitor: &Visitor,
    open: &Open,
    group: Option<&InspectionGroup>,
    state: Option<&Inspection>,
    (digest, report): &(Digest, InspectionReport),
) -> ReportView {
    let t = visitor.t;
    let components = open.rulebook.rules.entered_components();
    let name = |id: &str| {
        let known = components.iter().find(|(component, _)| component.id == id);
        known.map_or_else(
            || id.to_owned(),
            |(component, _)| component.name.get(visitor.locale.tag()).to_owned(),
        )
    };
    let rows = report
        .points
        .iter()
        .map(|(id, given)| (name(id), given.points.to_string(), given.reason.clone()));
    let (mut votes, mut by_member) = (String::new(), Vec::new());
    if let (Some(against), Some(favour)) = (report.votes_against, report.votes_for) {
        votes = t.inspection_votes(against, favour);
    } else if let Some((group, given)) = group.zip(state.and_then(Inspection::votes)) {
        let count = group.count(given);
        let quorum = group.quorum.unwrap_or_default();
        votes = t.inspection_vote_count(
            count.abstained,
            count.absent,
            count.votes_against,
            count.votes_for,
            quorum,
        );
        let said = |vote: Option<&Vote>| match vote {
            Some(vote) => word(t, "inspection-vote", vote.as_str()),
            None => t.inspection_vote_none().to_owned(),
        };
        by_member = group
            .members
            .iter()
            .map(|member| (post(&visitor.world, member), said(given.get(member))))
            .collect();
    }
    ReportView {
        digest: digest.to_string(),
        rows: rows.collect(),
        votes,
        by_member,
        text: serde_json::to_string(report).unwrap_or_default(),
        signed_by: match state {
            Some(Inspection::Signed { leader, .. }) => Some(post(&visitor.world, leader)),
            _ => None,
        },
    }
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let about = About::in_path(&visitor, &id, &unit)?;
    unit_page(&web, &visitor, &about, Typed::Nothing, None).await
}
