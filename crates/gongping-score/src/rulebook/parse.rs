//! From the text of a rulebook to its types. Reading goes on after a mistake; a rulebook comes
//! out only when there was none.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::bounds::Bounds;
use super::reader::{At, Node};
use super::settings::Choice;
use super::source::Source;
use super::{
    Appraises, Blank, ComponentAbsent, Consequence, ConsequenceFor, DontKnow, Group, GroupAbsent,
    Item, ItemAbsent, ItemMean, Level, Measure, MistakeCode, OverIssued, QuotaRounding, QuotaTies,
    RankOn, RankingRule, RoundingFull, Rulebook, RulebookMistake, SheetForm, SurveyRule, Ties,
    Veto, VetoedPlaces, Within, bands, check, classes, components, gates, grades,
};
use crate::exact::{Exact, RoundingMode};

/// The only version of the file format so far.
const FORMAT: &str = "1";

/// Words that the counts file uses in place of ids.
pub(super) const RESERVED_IDS: [&str; 5] = ["component", "veto", "ballots", "issued", "class"];

pub(super) type Taken = BTreeMap<String, usize>;

pub(super) fn parse(text: &str) -> Result<Rulebook, Vec<RulebookMistake>> {
    let mut source = Source::new(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        source.mistake(at, MistakeCode::Syntax, &[("message", error.message())]);
    }
    if !source.is_faultless() {
        // What the parser salvaged would only lead to mistakes that are none.
        return Err(source.into_mistakes());
    }
    let mut root = Node::new(root.get_ref(), 0);
    let rulebook = read(&mut root, &mut source, text);
    root.finish(&mut source);
    match rulebook {
        Some(rulebook) if source.is_faultless() => Ok(rulebook),
        _ => Err(source.into_mistakes()),
    }
}

/// `None` only after a mistake was noted.
fn read(root: &mut Node<'_, '_>, source: &mut Source<'_>, text: &str) -> Option<Rulebook> {
    read_format(root, source);
    let id = root.id(source, "rulebook", &mut Taken::new());
    let name = root.name(source, "name");
    let plan = root.optional_name(source, "source");
    let scale = root.positive_rule(source, "scale", Exact::from(100));
    let survey = read_survey(root, source);
    let asks = asks(root);
    let (mut items, own_values) = read_items(root, source, &survey, asks);
    let groups = read_groups(root, source, asks);
    let grades = grades::read(root, source, &survey, asks);
    grades::own_values(source, &survey, &mut items, own_values, &grades);
    let components::Read { components, figures, shown_only } =
        components::read(root, source, &scale.value, asks);
    let bounds = Bounds::new(&survey, &items, &grades, &figures);
    // After a mistake the bounds may be wrong, and would only lead to mistakes that are none.
    let span = if source.is_faultless() {
        gates::check(source, root, &bounds, &components);
        bounds.of(&components)
    } else {
        (Exact::zero(), scale.value.clone())
    };
    let component_absent = root.choice_rule(source, "component-absent", ComponentAbsent::Unranked);
    let bands = bands::read(root, source, &scale.value, &span);
    let ranking = read_ranking(root, source);
    let vetoes = read_vetoes(root, source, bands.as_deref(), (&components, &bounds));
    let consequences = read_consequences(root, source, bands.as_deref());
    let appraises = read_appraises(root, source);
    let needed = ranking.within.value == Within::Class
        || bands.iter().flatten().any(|band| band.within == Some(Within::Class));
    let classes = classes::read(root, source, needed);
    let reminders = classes::read_reminders(root, source, &grades);
    Some(Rulebook {
        text: text.to_owned(),
        id: id?,
        name: name?,
        source: plan,
        scale,
        items,
        groups,
        grades,
        survey,
        components,
        figures,
        shown_only,
        bounds,
        classes,
        reminders,
        warnings: source.warnings(),
        component_absent,
        bands: bands?,
        ranking,
        vetoes,
        consequences,
        appraises,
    })
}

/// Whether anybody is asked anything: a scheme of figures and points alone has no survey.
fn asks(root: &Node<'_, '_>) -> bool {
    ["item", "group", "grade"].iter().any(|key| root.has(key))
        || !root.has("component")
        || root.words_in("component", "kind").contains(&"survey")
        || root.words_in("component", "by").contains(&"survey")
}

fn read_format(root: &mut Node<'_, '_>, source: &mut Source<'_>) {
    if let Some(format) = root.needed_number(source, "format") {
        let found = format.value.to_string();
        if found != FORMAT {
            source.mistake(format.at, MistakeCode::UnknownFormat, &[("found", &found)]);
        }
    }
}

fn read_survey(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> SurveyRule {
    let mut node = root.table(source, "survey");
    let rule = SurveyRule {
        full: node.positive_rule(source, "full", Exact::one()),
        item_mean: node.choice_rule(source, "item-mean", ItemMean::Plain),
        item_absent: node.choice_rule(source, "item-absent", ItemAbsent::Unranked),
        group_absent: node.choice_rule(source, "group-absent", GroupAbsent::Unranked),
        dont_know: node.choice_rule(source, "dont-know", DontKnow::Absent),
        blank: node.choice_rule(source, "blank", Blank::Excluded),
        box_minimum: node.minimum_rule(source, "box-minimum", 5),
        blank_deduction: node.positive_rule(source, "blank-deduction", Exact::zero()),
        measure: node.choice_rule(source, "measure", Measure::Mean),
        over_issued: node.choice_rule(source, "over-issued", OverIssued::Refused),
    };
    if (rule.blank.value == Blank::Deduct) != node.has("blank-deduction") {
        let args = [("rule", rule.blank.value.word())];
        source.mistake(node.place("blank"), MistakeCode::BlankDeductionMismatch, &args);
    }
    node.finish(source);
    rule
}

fn read_ranking(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> RankingRule {
    let mut node = root.table(source, "ranking");
    let rule = RankingRule {
        ties: node.choice_rule(source, "ties", Ties::Standard),
        rank_on: node.choice_rule(source, "rank-on", RankOn::Exact),
        quota_rounding: node.choice_rule(source, "quota-rounding", QuotaRounding::Down),
        quota_ties: node.choice_rule(source, "quota-ties", QuotaTies::Include),
        vetoed_places: node.choice_rule(source, "vetoed-places", VetoedPlaces::Closed),
        rounding_mode: node.choice_rule(source, "rounding-mode", RoundingMode::HalfEven),
        rounding_digits: node.digits_rule(source, "rounding-digits", 2),
        rounding_full: node.choice_rule(source, "rounding-full", RoundingFull::Plain),
        within: node.choice_rule(source, "within", Within::All),
    };
    node.finish(source);
    rule
}

fn read_items(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    survey: &SurveyRule,
    asks: bool,
) -> (Vec<Item>, Vec<grades::OwnValues>) {
    let at = root.place("item");
    let nodes = root.list(source, "item");
    if nodes.is_empty() && asks {
        source.mistake(at, MistakeCode::EmptyList, &[("key", "item")]);
    }
    let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX);
    let mut weights: Vec<At<Exact>> = Vec::new();
    let mean = survey.item_mean.value;
    let (mut items, mut taken): (Vec<Item>, _) = (Vec::new(), Taken::new());
    let mut own_values = Vec::new();
    for mut node in nodes {
        let id = node.id(source, "an item", &mut taken);
        check::not_reserved(&node, source, id.as_deref());
        let name = node.name(source, "name");
        let text = node.optional_name(source, "text");
        let clause = node.clause(source);
        let local = node.flag(source, "local");
        let weight = node.positive(source, "weight");
        let points = node.positive(source, "points");
        let values = node.numbers(source, "values");
        let place = node.place("values");
        node.finish(source);
        let weight = if mean == ItemMean::Points { points.clone() } else { weight };
        weights.extend(weight.clone());
        if let (Some(id), Some(name)) = (id, name) {
            let full = points.filter(|_| !values.is_empty());
            let full = full.map_or_else(|| survey.full.value.clone(), |points| points.value);
            if !values.is_empty() {
                own_values.push(grades::OwnValues { item: id.clone(), at: place, values });
            }
            let text = text.unwrap_or_else(|| name.clone());
            let equal = || &Exact::one() / &Exact::from(count);
            let weight = weight.map_or_else(equal, |weight| weight.value);
            let values = BTreeMap::new();
            items.push(Item { id, name, text, clause, weight, local, full, values });
        }
    }
    check::item_weights(source, at, mean, count, &weights);
    let all: Exact = items.iter().map(|item| &item.weight).sum();
    for item in items.iter_mut().filter(|_| mean == ItemMean::Points && !all.is_zero()) {
        item.weight = &item.weight / &all;
    }
    (items, own_values)
}

fn read_groups(root: &mut Node<'_, '_>, source: &mut Source<'_>, asks: bool) -> Vec<Group> {
    let at = root.place("group");
    let nodes = root.list(source, "group");
    if nodes.is_empty() && asks {
        source.mistake(at, MistakeCode::EmptyList, &[("key", "group")]);
    }
    let (mut groups, mut taken, mut weights) = (Vec::new(), Taken::new(), Vec::new());
    let mut complete = true;
    for mut node in nodes {
        let id = node.id(source, super::reader::GROUP, &mut taken);
        check::not_reserved(&node, source, id.as_deref());
        let name = node.name(source, "name");
        let shown_only = node.flag(source, "shown-only");
        if shown_only && node.has("weight") {
            let args =
                [("key", "weight"), ("known", "id, name, shown-only, minimum-sample, sheet")];
            source.mistake(node.place("weight"), MistakeCode::UnknownKey, &args);
        }
        if !shown_only && !node.has("weight") {
            let args = [("id", id.as_deref().unwrap_or("?"))];
            source.mistake(node.at, MistakeCode::GroupWithoutWeight, &args);
        }
        let weight = node.positive(source, "weight").filter(|_| !shown_only);
        complete &= shown_only || weight.is_some();
        weights.extend(weight.clone());
        let nothing = At { value: Exact::zero(), at: node.at };
        let weight = weight.or_else(|| shown_only.then_some(nothing));
        let minimum = node.minimum_rule(source, "minimum-sample", 1);
        let sheet = node.choice(source, "sheet").unwrap_or(SheetForm::OneUnit);
        let clause = node.clause(source);
        node.finish(source);
        if let (Some(id), Some(name), Some(weight)) = (id, name, weight) {
            groups.push(Group {
                id,
                name,
                weight: weight.value,
                minimum_sample: minimum.value,
                minimum_sample_origin: minimum.origin,
                sheet,
                shown_only,
                clause,
            });
        }
    }
    if complete {
        check::weights_add_to_one(source, "groups", &weights);
    }
    groups
}

fn read_vetoes(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    bands: Option<&[super::Band]>,
    (components, bounds): (&[super::Component], &Bounds),
) -> Vec<Veto> {
    let (mut vetoes, mut taken) = (Vec::new(), Taken::new());
    for mut node in root.list(source, "veto") {
        let id = node.id(source, "a veto", &mut taken);
        let name = node.name(source, "name");
        let band = node.needed_text(source, "band");
        let clause = node.clause(source);
        let shown = id.as_deref().unwrap_or("?");
        let below = gates::read_below(&mut node, source, shown, components, bounds);
        node.finish(source);
        if let (Some(band), Some(bands)) = (&band, bands) {
            check::veto_band(source, band, bands);
        }
        if let (Some(id), Some(name), Some(band)) = (id, name, band) {
            vetoes.push(Veto { id, name, band: band.value.to_owned(), below, clause });
        }
    }
    vetoes
}

fn read_consequences(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    bands: Option<&[super::Band]>,
) -> Vec<Consequence> {
    let (mut consequences, mut taken) = (Vec::new(), Taken::new());
    for mut node in root.list(source, "consequence") {
        let id = node.id(source, "a consequence", &mut taken);
        let name = node.name(source, "name");
        let concerns = node.needed_choice(source, "concerns");
        let exempts = node.flag(source, "exempts");
        let band = node.text(source, "band");
        if let (Some(band), Some(bands)) = (&band, bands) {
            check::known_band(source, band, bands);
        }
        let band = band.map(|band| band.value.to_owned());
        let years = node.minimum_rule(source, "years-in-a-row", 1).value;
        let clause = node.clause(source);
        node.finish(source);
        if let (Some(id), Some(name), Some(concerns)) = (id, name, concerns) {
            consequences.push(Consequence { id, name, concerns, exempts, band, years, clause });
        }
    }
    consequences
}

fn read_appraises(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> Vec<Appraises> {
    let mut appraises: Vec<Appraises> = Vec::new();
    for mut node in root.list(source, "appraises") {
        let organiser: Option<Level> = node.needed_choice(source, "organiser");
        let units = node.choices(source, "units");
        let clause = node.clause(source);
        if let Some(organiser) = organiser {
            if appraises.iter().any(|other| other.organiser == organiser) {
                let args = [("level", organiser.word())];
                source.mistake(node.place("organiser"), MistakeCode::AppraisesTwice, &args);
            }
            appraises.push(Appraises { organiser, units, clause });
        }
        node.finish(source);
    }
    appraises
}

macro_rules! choice {
    ($($name:ident { $($word:literal $case:ident),* })*) => {$(
        impl Choice for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $name::$case)),*];
        }
    )*};
}

choice! {
    SheetForm { "one-unit" OneUnit, "all-units" AllUnits }
    ConsequenceFor {
        "top" Top, "bottom" Bottom, "veto" Veto, "appraiser" Appraiser, "organiser" Organiser
    }
    Level { "province" Province, "city" City, "county" County, "window" Window }
}
