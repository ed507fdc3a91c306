//! The fields of a sheet, and sheets side by side.

use crate::Visitor;
use crate::staff::form::Fields;
use gongping_appraisal::{MemberSheet, Open, Points, ReasonedPoints};
use std::collections::BTreeMap;

/// A component that takes points, with the fields of a form.
pub(super) struct ComponentField {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) range: String,
    pub(super) points: String,
    pub(super) reason: String,
}

/// A component with what each member entered.
pub(super) struct ComparedRow {
    pub(super) name: String,
    /// In the order of the members.
    pub(super) entries: Vec<Option<(String, String)>>,
    /// How far apart the highest and the lowest are; empty where all are the same.
    pub(super) apart: Option<String>,
}

/// The fields of one form; `known` are the points that fill it in where nothing was typed.
pub(super) fn fields_of(
    visitor: &Visitor,
    open: &Open,
    typed: Option<&Fields>,
    known: Option<&BTreeMap<String, ReasonedPoints>>,
) -> Vec<ComponentField> {
    let t = visitor.t;
    let entered = open.rulebook.rules.entered_components();
    entered
        .into_iter()
        .map(|(component, range)| {
            let id = component.id.clone();
            let given = known.and_then(|points| points.get(&id));
            let field = |name: &str, known: Option<String>| match typed {
                Some(fields) => fields.get(&format!("{name}-{id}")).to_owned(),
                None => known.unwrap_or_default(),
            };
            ComponentField {
                name: component.name.get(visitor.locale.tag()).to_owned(),
                range: t.inspection_points_range(&range.maximum, &range.minimum, &range.step),
                points: field("points", given.map(|given| given.points.to_string())),
                reason: field("reason", given.map(|given| given.reason.clone())),
                id,
            }
        })
        .collect()
}

/// What all members agree on; the rest is left to the group.
pub(super) fn agreed(sheets: &[Option<&MemberSheet>]) -> BTreeMap<String, ReasonedPoints> {
    let mut given = sheets.iter().flatten();
    let Some(first) = given.next() else { return BTreeMap::new() };
    let others: Vec<_> = given.collect();
    let same = |id: &String, points: Points| {
        others.iter().all(|sheet| sheet.points.get(id).is_some_and(|other| other.points == points))
    };
    let points = first.points.iter().filter(|(id, given)| same(id, given.points));
    points.map(|(id, given)| (id.clone(), given.clone())).collect()
}

/// The sheets item by item.
pub(super) fn compared(
    visitor: &Visitor,
    open: &Open,
    sheets: &[Option<&MemberSheet>],
) -> Vec<ComparedRow> {
    let entered = open.rulebook.rules.entered_components();
    let row = |id: &str, name: &str| {
        let given: Vec<Option<&ReasonedPoints>> =
            sheets.iter().map(|sheet| sheet.and_then(|sheet| sheet.points.get(id))).collect();
        let points: Vec<u32> =
            given.iter().flatten().map(|given| given.points.hundredths()).collect();
        let (low, high) = (points.iter().min(), points.iter().max());
        let apart = low.zip(high).map(|(low, high)| high - low).filter(|apart| *apart > 0);
        ComparedRow {
            name: name.to_owned(),
            entries: given
                .iter()
                .map(|given| given.map(|given| (given.points.to_string(), given.reason.clone())))
                .collect(),
            apart: apart.map(|apart| Points::from_hundredths(apart).to_string()),
        }
    };
    entered
        .iter()
        .map(|(component, _)| row(&component.id, component.name.get(visitor.locale.tag())))
        .collect()
}

/// The points of a form, or all that cannot be read in it.
pub(super) fn read_points(
    visitor: &Visitor,
    open: &Open,
    fields: &Fields,
) -> Result<BTreeMap<String, ReasonedPoints>, Vec<String>> {
    let mut mistakes = Vec::new();
    let mut points = BTreeMap::new();
    for (component, _) in open.rulebook.rules.entered_components() {
        let id = &component.id;
        match Points::parse(fields.get(&format!("points-{id}"))) {
            Ok(given) => {
                let reason = fields.get(&format!("reason-{id}")).to_owned();
                points.insert(id.clone(), ReasonedPoints { points: given, reason });
            }
            Err(_) => {
                let name = component.name.get(visitor.locale.tag());
                mistakes.push(visitor.t.inspection_bad_points(name));
            }
        }
    }
    if mistakes.is_empty() { Ok(points) } else { Err(mistakes) }
}
