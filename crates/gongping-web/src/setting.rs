//! The settings of a rulebook in the reader's words, each with where it comes from (D4).

use crate::appraisal::plain;
use crate::refusal::text;
use crate::rulebook::words;
use gongping_locale::{Locale, Texts};
use gongping_score::rulebook::{BandRule, Origin, Places, Range, Setting, SettingName};
use gongping_score::{Exact, Rulebook};

/// A setting as a line of a table.
pub(crate) struct SettingRow {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) origin: String,
}

/// Every setting of the rulebook, in its order.
pub(crate) fn rows(t: Texts, locale: Locale, rules: &Rulebook) -> Vec<SettingRow> {
    let row = |setting: &Setting| SettingRow {
        name: name(t, locale, rules, setting),
        value: value(t, rules, setting),
        origin: match &setting.origin {
            Origin::Plan(clause) => t.setting_origin_plan(clause),
            Origin::Rulebook => t.setting_origin_rulebook().to_owned(),
            Origin::Default => t.setting_origin_default().to_owned(),
        },
    };
    rules.settings().iter().map(row).collect()
}

fn key(name: SettingName) -> String {
    format!("setting-{}", name.as_str().replace('.', "-"))
}

fn name(t: Texts, locale: Locale, rules: &Rulebook, setting: &Setting) -> String {
    let own = text(t, &key(setting.name), &[]);
    match setting.about.as_deref() {
        None => own,
        Some(id) => t.app_field_with_value(own, about(locale, rules, setting.name, id)),
    }
}

/// The name of the thing that a setting is about.
fn about(locale: Locale, rules: &Rulebook, name: SettingName, id: &str) -> String {
    let component = || rules.all_components().into_iter().find(|component| component.id == id);
    let found = match name {
        SettingName::ComponentPoints | SettingName::ComponentStep => {
            component().map(|component| &component.name)
        }
        SettingName::GradeValue => rules.grade(id).map(|grade| &grade.name),
        SettingName::GroupWeight | SettingName::GroupMinimumSample => {
            rules.group(id).map(|group| &group.name)
        }
        SettingName::ItemWeight => rules.item(id).map(|item| &item.name),
        SettingName::Bands => rules.band(id).map(|band| &band.name),
        _ => None,
    };
    found.map_or_else(|| id.to_owned(), |text| words(text, locale).to_owned())
}

fn value(t: Texts, rules: &Rulebook, setting: &Setting) -> String {
    if setting.name == SettingName::Bands {
        let band = setting.about.as_deref().and_then(|id| rules.band(id));
        return band
            .map_or_else(|| t.setting_value_no_bands().to_owned(), |b| band_rule(t, &b.rule));
    }
    let choice = format!("{}-{}", key(setting.name), setting.value);
    match (t.by_key(&choice, &[]), setting.value.parse::<Exact>()) {
        (Some(words), _) => words,
        // Fractions such as 1/3 have no short decimal and stay as they are.
        (None, Ok(number)) if !setting.value.contains('/') => plain(&number),
        _ => setting.value.clone(),
    }
}

/// Who gets into a band, in words.
pub(crate) fn band_rule(t: Texts, rule: &BandRule) -> String {
    let places = |places: &Places| match places {
        Places::Count(count) => t.setting_places_count(count),
        Places::Share(share) => t.setting_places_share(plain(&(share * &Exact::from(100)))),
    };
    let limited = |words: String, limit: &Option<Range>| match limit {
        Some(limit) => t.setting_band_limited(range(t, limit), words),
        None => words,
    };
    match rule {
        BandRule::Range(limits) => range(t, limits),
        BandRule::Best(count, limit) => limited(t.setting_band_best(places(count)), limit),
        BandRule::Last(count, limit) => limited(t.setting_band_last(places(count)), limit),
        BandRule::Veto => t.setting_band_veto().to_owned(),
    }
}

fn range(t: Texts, range: &Range) -> String {
    let low = plain(&range.low.at);
    let high = plain(&range.high.at);
    let low = if range.low.included { t.setting_from(low) } else { t.setting_above(low) };
    let high = if range.high.included { t.setting_to(high) } else { t.setting_below(high) };
    t.setting_range(high, low)
}
