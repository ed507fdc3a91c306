//! Sorting (C2, C5): what waits, what seems to say the same, findings, search, and opinions that come
//! in numbers.

mod finding;
mod gather;
mod gather_form;
mod mail;
mod opinion;
mod queue;
mod search;
mod table;

use super::form::Fields;
use super::{appraisal_frame, unit_name, word};
use crate::frame::Frame;
use crate::{Fault, Routes, Visitor, Web};
use gongping_app::sorting::OpinionLine;
use gongping_appraisal::permission::SortOpinions;
use gongping_appraisal::{Allowed, Appraisal, ItemId, Matter, OpinionId, Place, UnitId};
use gongping_locale::Texts;
use std::collections::BTreeSet;

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = queue::routes(routes);
    let routes = opinion::routes(routes);
    let routes = finding::routes(routes);
    let routes = search::routes(routes);
    let routes = gather::routes(routes);
    let routes = mail::routes(routes);
    table::routes(routes)
}

/// The appraisal of the path, and the proof that the reader sorts its opinions.
fn desk<'a>(
    visitor: &'a Visitor,
    id: &str,
) -> Result<(&'a Appraisal, Allowed<SortOpinions>), Fault> {
    let appraisal = visitor.appraisal(id)?;
    let allowed = visitor.allow::<SortOpinions>(&appraisal.organiser)?;
    Ok((appraisal, allowed))
}

/// An opinion as the pages show it.
struct LineView {
    number: u32,
    unit: String,
    item: String,
    matter: String,
    channel: String,
    received: String,
    state: String,
    finding: Option<u32>,
    text: Option<String>,
}

impl LineView {
    fn new(web: &Web, visitor: &Visitor, appraisal: &Appraisal, line: &OpinionLine) -> Self {
        let t = visitor.t;
        Self {
            number: line.id.0,
            unit: unit_name(&visitor.world, &line.place.unit, web.app.today()),
            item: item_name(visitor, appraisal, line.place.item.as_ref()),
            matter: word(t, "opinion-matter", line.matter.as_str()),
            channel: word(t, "opinion-channel", line.channel.as_str()),
            received: t.date_time(line.received_at),
            state: word(t, "opinion-state", line.state),
            finding: line.finding.map(|finding| finding.0),
            text: line.text.clone(),
        }
    }
}

/// The item in the reader's words; that there is none yet.
fn item_name(visitor: &Visitor, appraisal: &Appraisal, item: Option<&ItemId>) -> String {
    let Some(item) = item else { return visitor.t.sorting_no_item().to_owned() };
    let rules = appraisal.rulebook().map(|rulebook| rulebook.rules.items());
    let known = rules.and_then(|items| items.iter().find(|known| known.id == item.as_str()));
    match known {
        Some(known) => format!("{item} {}", known.name.get(visitor.locale.tag())),
        None => item.to_string(),
    }
}

/// A choice of a select field.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

fn unit_choices(web: &Web, visitor: &Visitor, appraisal: &Appraisal, chosen: &str) -> Vec<Choice> {
    let choice = |unit: &UnitId| Choice {
        value: unit.to_string(),
        text: unit_name(&visitor.world, unit, web.app.today()),
        chosen: unit.as_str() == chosen,
    };
    appraisal.units.iter().map(choice).collect()
}

fn item_choices(visitor: &Visitor, appraisal: &Appraisal, chosen: &str) -> Vec<Choice> {
    let rules = appraisal.rulebook().map(|rulebook| rulebook.rules.items()).unwrap_or_default();
    let choice = |id: &str| {
        let item = ItemId::parse(id).ok();
        Choice {
            value: id.to_owned(),
            text: item_name(visitor, appraisal, item.as_ref()),
            chosen: id == chosen,
        }
    };
    rules.iter().map(|item| choice(&item.id)).collect()
}

fn matter_choices(t: Texts, chosen: &str) -> Vec<Choice> {
    let choice = |matter: &Matter| Choice {
        value: matter.as_str().to_owned(),
        text: word(t, "opinion-matter", matter.as_str()),
        chosen: matter.as_str() == chosen,
    };
    Matter::ALL.iter().map(choice).collect()
}

/// Unit and item of a form.
fn place_in(t: Texts, fields: &Fields) -> Result<Place, String> {
    let unit = UnitId::parse(fields.get("unit")).map_err(|_| t.sorting_choose_unit().to_owned())?;
    Ok(Place { unit, item: item_in(fields) })
}

fn item_in(fields: &Fields) -> Option<ItemId> {
    ItemId::parse(fields.get("item")).ok()
}

/// The ticked opinions of a form.
fn ticked(fields: &Fields) -> BTreeSet<OpinionId> {
    fields.all("opinion").filter_map(|number| number.parse().ok()).map(OpinionId).collect()
}

fn number_in_path(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// The frame of a page of this area, below the queue.
fn frame(web: &Web, visitor: &Visitor, appraisal: &Appraisal, title: &str) -> Frame {
    appraisal_frame(web, visitor, appraisal, title)
        .crumb(visitor.t.sorting_title(), format!("/staff/a/{}/sorting", appraisal.id))
}
