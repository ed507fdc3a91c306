//! Inspection (C8): the groups and the state of every unit.

use super::form::{Fields, Problem, answered};
use super::{Head, appraisal_frame, done, done_by, post, task, unit_name, word};
use crate::frame::{Frame, page};
use crate::{Access, Fault, Routes, Visitor, Web};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use gongping_app::inspection;
use gongping_appraisal::{
    AccountId, Appraisal, Duty, Inspection, InspectionGroup, InspectionGroupNumber, Open,
    Permission as _, UnitId, permission,
};
use gongping_locale::Texts;
use std::collections::BTreeMap;

pub(super) fn routes(routes: Routes) -> Routes {
    let form = Access::of::<permission::FormInspectionGroups>;
    routes
        .get("/staff/a/{appraisal}/inspection", Access::of::<permission::SeeWorkplace>(), show)
        .post("/staff/a/{appraisal}/inspection/groups", form(), save_group)
}

struct GroupView {
    number: u16,
    name: String,
    leader: String,
    members: String,
    units: String,
    quorum: String,
    is_fixed: bool,
    /// Formed before members voted from their own accounts: has to be saved again.
    needs_quorum: bool,
}

struct UnitRow {
    id: String,
    name: String,
    group: String,
    state: String,
    kind: &'static str,
    sheets: String,
}

struct Choice {
    id: String,
    text: String,
    chosen: bool,
}

/// The form for a new group, or for one that has not begun.
struct GroupForm {
    number: String,
    quorum: String,
    leaders: Vec<Choice>,
    members: Vec<Choice>,
    units: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/inspection/page.html")]
struct InspectionPage {
    frame: Frame,
    t: Texts,
    head: Head,
    problem: Option<Problem>,
    is_open: bool,
    groups: Vec<GroupView>,
    rows: Vec<UnitRow>,
    units_left: usize,
    signed: usize,
    form: Option<GroupForm>,
    who_forms: String,
}

fn inspection_page(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    form: Option<GroupForm>,
    problem: Option<Problem>,
) -> Result<Response, Fault> {
    let t = visitor.t;
    let running = appraisal.running();
    let units_left = running.map_or(0, |open| {
        appraisal.units.iter().filter(|unit| !open.inspections.contains_key(*unit)).count()
    });
    let shown = page(&InspectionPage {
        frame: appraisal_frame(web, visitor, appraisal, t.inspection_title()),
        t,
        head: Head::new(web, visitor, appraisal, "inspection"),
        problem: problem.clone(),
        is_open: running.is_some(),
        groups: running.map(|open| group_views(web, visitor, open)).unwrap_or_default(),
        rows: running.map(|open| unit_rows(web, visitor, appraisal, open)).unwrap_or_default(),
        units_left,
        signed: running.map_or(0, task::signed_reports),
        form,
        who_forms: done_by(t, &permission::FormInspectionGroups::RULE),
    });
    answered(shown, problem.as_ref())
}

fn has_begun(open: &Open, group: &InspectionGroup) -> bool {
    group
        .units
        .iter()
        .any(|unit| open.inspections.get(unit).is_some_and(|state| !state.sheets().is_empty()))
}

fn group_views(web: &Web, visitor: &Visitor, open: &Open) -> Vec<GroupView> {
    let (t, world, today) = (visitor.t, &visitor.world, web.app.today());
    open.groups
        .values()
        .map(|group| {
            let members: Vec<String> = group.members.iter().map(|id| post(world, id)).collect();
            let units: Vec<String> =
                group.units.iter().map(|unit| unit_name(world, unit, today)).collect();
            GroupView {
                number: group.number.0,
                name: t.inspection_group(group.number.0),
                leader: post(world, &group.leader),
                members: t.list(&members),
                units: t.list(&units),
                quorum: group
                    .quorum
                    .map_or_else(|| t.app_none().to_owned(), |quorum| quorum.to_string()),
                needs_quorum: group.quorum.is_none(),
                is_fixed: has_begun(open, group) && group.quorum.is_some(),
            }
        })
        .collect()
}

fn unit_rows(web: &Web, visitor: &Visitor, appraisal: &Appraisal, open: &Open) -> Vec<UnitRow> {
    let (t, today) = (visitor.t, web.app.today());
    let row = |unit: &UnitId| {
        let group = open.groups.values().find(|group| group.units.contains(unit));
        let state = open.inspections.get(unit);
        let stage = state.map_or("none", Inspection::stage);
        let sheets = state.map_or(0, |state| state.sheets().len());
        UnitRow {
            id: unit.to_string(),
            name: unit_name(&visitor.world, unit, today),
            group: group.map(|group| t.inspection_group(group.number.0)).unwrap_or_default(),
            state: word(t, "inspection-state", stage),
            kind: stage,
            sheets: group
                .map(|group| t.inspection_sheets_in(sheets, group.members.len()))
                .unwrap_or_default(),
        }
    };
    appraisal.units.iter().map(row).collect()
}

/// What the group form is filled in with.
enum Filled<'a> {
    New,
    Known(&'a InspectionGroup),
    Typed(&'a Fields),
}

fn group_form(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    filled: &Filled<'_>,
) -> Option<GroupForm> {
    let open = appraisal.running().filter(|_| appraisal.published().is_none())?;
    let (world, today) = (&visitor.world, web.app.today());
    let number = match filled {
        Filled::New => {
            let last = open.groups.keys().next_back().map_or(0, |number| number.0);
            (last + 1).to_string()
        }
        Filled::Known(group) => group.number.0.to_string(),
        Filled::Typed(fields) => fields.get("number").to_owned(),
    };
    let choices = |duties: &[Duty], field: &str| -> Vec<Choice> {
        let able = world.accounts().filter(|account| {
            duties.iter().any(|d| task::holds(world, &account.id, *d, &appraisal.organiser))
        });
        able.map(|account| Choice {
            id: account.id.to_string(),
            text: account.title.clone(),
            chosen: match filled {
                Filled::New => false,
                Filled::Known(group) if field == "leader" => group.leader == account.id,
                Filled::Known(group) => group.members.contains(&account.id),
                Filled::Typed(fields) => fields.has(field, account.id.as_str()),
            },
        })
        .collect()
    };
    let free = |unit: &&UnitId| {
        let group = open.groups.values().find(|group| group.units.contains(*unit));
        group.is_none_or(|group| group.number.0.to_string() == number)
    };
    let units = appraisal.units.iter().filter(free).map(|unit| Choice {
        id: unit.to_string(),
        text: unit_name(world, unit, today),
        chosen: match filled {
            Filled::New => false,
            Filled::Known(group) => group.units.contains(unit),
            Filled::Typed(fields) => fields.has("unit", unit.as_str()),
        },
    });
    let quorum = match filled {
        Filled::New => String::new(),
        Filled::Known(group) => {
            let members = group.members.len();
            group.quorum.unwrap_or(InspectionGroup::usual_quorum(members)).to_string()
        }
        Filled::Typed(fields) => fields.get("quorum").to_owned(),
    };
    Some(GroupForm {
        quorum,
        leaders: choices(&[Duty::InspectionLeader], "leader"),
        members: choices(&[Duty::InspectionLeader, Duty::Inspector], "member"),
        units: units.collect(),
        number,
    })
}

async fn show(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let appraisal = visitor.appraisal(&id)?;
    let known = query
        .get("group")
        .and_then(|text| text.parse().ok())
        .and_then(|number| appraisal.running()?.groups.get(&InspectionGroupNumber(number)));
    let filled = known.map_or(Filled::New, Filled::Known);
    let may = visitor.may::<permission::FormInspectionGroups>(&appraisal.organiser);
    let form = if may { group_form(&web, &visitor, appraisal, &filled) } else { None };
    inspection_page(&web, &visitor, appraisal, form, None)
}

fn read_group(t: Texts, fields: &Fields) -> Result<InspectionGroup, Problem> {
    let mut mistakes = Vec::new();
    let number = fields.get("number").parse::<u16>().ok().filter(|number| *number > 0);
    if number.is_none() {
        mistakes.push(t.inspection_bad_number().to_owned());
    }
    let leader = AccountId::parse(fields.get("leader")).ok();
    if leader.is_none() {
        mistakes.push(t.inspection_bad_leader().to_owned());
    }
    let quorum = match fields.get("quorum") {
        "" => Some(None),
        typed => typed.parse::<u16>().ok().map(Some),
    };
    if quorum.is_none() {
        mistakes.push(t.inspection_bad_quorum().to_owned());
    }
    match (number, leader, quorum) {
        (Some(number), Some(leader), Some(quorum)) => Ok(InspectionGroup {
            number: InspectionGroupNumber(number),
            members: fields
                .all("member")
                .filter_map(|id| AccountId::parse(id).ok())
                .chain([leader.clone()])
                .collect(),
            units: fields.all("unit").filter_map(|id| UnitId::parse(id).ok()).collect(),
            quorum,
            leader,
        }),
        _ => Err(Problem::input(t, mistakes)),
    }
}

async fn save_group(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (t, appraisal) = (visitor.t, visitor.appraisal(&id)?);
    let allowed = visitor.allow::<permission::FormInspectionGroups>(&appraisal.organiser)?;
    let problem = match read_group(t, &fields) {
        Ok(group) => match inspection::form_group(&web.app, allowed, &appraisal.id, group).await {
            Ok(()) => return Ok(done(&format!("/staff/a/{id}/inspection"), "group-formed")),
            Err(refusal) => Problem::of(t, refusal)?,
        },
        Err(problem) => problem,
    };
    let form = group_form(&web, &visitor, appraisal, &Filled::Typed(&fields));
    inspection_page(&web, &visitor, appraisal, form, Some(problem))
}
