//! The lines of a form into which many opinions are typed.

use super::{Choice, item_choices, matter_choices, unit_choices};
use crate::staff::form::Fields;
use crate::{Visitor, Web};
use gongping_app::sorting::GatheredOpinion;
use gongping_appraisal::{Appraisal, ItemId, Matter, Place, UnitId};
use gongping_locale::Texts;

/// Lines of an empty form, and those that are added at once.
const LINES: usize = 4;
/// The most lines of one form; a table takes more.
const MOST_LINES: usize = 60;

/// One line.
pub(super) struct LineForm {
    pub(super) number: usize,
    pub(super) units: Vec<Choice>,
    pub(super) items: Vec<Choice>,
    pub(super) matters: Vec<Choice>,
    pub(super) text: String,
}

/// The lines as they were typed, with room for more.
pub(super) fn lines(
    web: &Web,
    visitor: &Visitor,
    appraisal: &Appraisal,
    fields: &Fields,
) -> Vec<LineForm> {
    let known = fields.all("text").count();
    let more = if fields.get("more").is_empty() { 0 } else { LINES };
    let count = (known.max(LINES) + more).min(MOST_LINES);
    let at = |name: &str, index: usize| fields.all(name).nth(index).unwrap_or_default().to_owned();
    (0..count)
        .map(|index| LineForm {
            number: index + 1,
            units: unit_choices(web, visitor, appraisal, &at("unit", index)),
            items: item_choices(visitor, appraisal, &at("item", index)),
            matters: matter_choices(visitor.t, &at("matter", index)),
            text: at("text", index),
        })
        .collect()
}

/// The opinions of the lines that have a text.
pub(super) fn opinions(t: Texts, fields: &Fields) -> Result<Vec<GatheredOpinion>, Vec<String>> {
    let (mut opinions, mut mistakes) = (Vec::new(), Vec::new());
    for (index, text) in fields.all("text").enumerate().filter(|(_, text)| !text.is_empty()) {
        let at = |name: &'static str| fields.all(name).nth(index).unwrap_or_default();
        let (unit, matter) = (UnitId::parse(at("unit")), Matter::parse(at("matter")));
        let (Ok(unit), Some(matter)) = (unit, matter) else {
            mistakes.push(t.gathering_line_incomplete(index + 1));
            continue;
        };
        let place = Place { unit, item: ItemId::parse(at("item")).ok() };
        opinions.push(GatheredOpinion { place, matter, text: text.to_owned() });
    }
    if opinions.is_empty() && mistakes.is_empty() {
        mistakes.push(t.gathering_no_line().to_owned());
    }
    if mistakes.is_empty() { Ok(opinions) } else { Err(mistakes) }
}
