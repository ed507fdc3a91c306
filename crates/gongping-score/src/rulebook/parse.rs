//! From the text of a rulebook to its types. Reading goes on after a mistake; a rulebook comes
//! out only when there was none.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::reader::{At, Node, Source};
use super::settings::Choice;
use super::{
    Appraises, Blank, ComponentAbsent, Consequence, ConsequenceFor, DontKnow, Grade, Group,
    GroupAbsent, Item, ItemAbsent, ItemMean, Level, MistakeCode, QuotaRounding, QuotaTies, RankOn,
    RankingRule, Rulebook, RulebookMistake, SheetForm, SurveyRule, Ties, Veto, VetoedPlaces, bands,
    check, components,
};
use crate::exact::{Exact, RoundingMode};

/// The only version of the file format so far.
const FORMAT: &str = "1";

/// Words that the counts file uses in place of ids.
pub(super) const RESERVED_IDS: [&str; 3] = ["component", "veto", "ballots"];

type Taken = BTreeMap<String, usize>;

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
    let items = read_items(root, source, survey.item_mean.value);
    let groups = read_groups(root, source);
    let grades = read_grades(root, source, &survey);
    let components = components::read(root, source, &scale.value);
    let component_absent = root.choice_rule(source, "component-absent", ComponentAbsent::Unranked);
    let bands = bands::read(root, source, &scale.value);
    let ranking = read_ranking(root, source);
    let vetoes = read_vetoes(root, source, bands.as_deref());
    let consequences = read_consequences(root, source);
    let appraises = read_appraises(root, source);
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
        component_absent,
        bands: bands?,
        ranking,
        vetoes,
        consequences,
        appraises,
    })
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
    };
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
    };
    node.finish(source);
    rule
}

fn read_items(root: &mut Node<'_, '_>, source: &mut Source<'_>, mean: ItemMean) -> Vec<Item> {
    let at = root.place("item");
    let nodes = root.list(source, "item");
    if nodes.is_empty() {
        source.mistake(at, MistakeCode::EmptyList, &[("key", "item")]);
    }
    let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX);
    let mut weights: Vec<At<Exact>> = Vec::new();
    let (mut items, mut taken) = (Vec::new(), Taken::new());
    for mut node in nodes {
        let id = node.id(source, "an item", &mut taken);
        check::not_reserved(&node, source, id.as_deref());
        let name = node.name(source, "name");
        let text = node.optional_name(source, "text");
        let clause = node.clause(source);
        let local = node.flag(source, "local");
        let weight = node.positive(source, "weight");
        node.finish(source);
        weights.extend(weight.clone());
        if let (Some(id), Some(name)) = (id, name) {
            let text = text.unwrap_or_else(|| name.clone());
            let equal = || &Exact::one() / &Exact::from(count);
            let weight = weight.map_or_else(equal, |weight| weight.value);
            items.push(Item { id, name, text, clause, weight, local });
        }
    }
    check::item_weights(source, at, mean, count, &weights);
    items
}

fn read_groups(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> Vec<Group> {
    let at = root.place("group");
    let nodes = root.list(source, "group");
    if nodes.is_empty() {
        source.mistake(at, MistakeCode::EmptyList, &[("key", "group")]);
    }
    let (mut groups, mut taken, mut weights) = (Vec::new(), Taken::new(), Vec::new());
    let mut complete = true;
    for mut node in nodes {
        let id = node.id(source, super::reader::GROUP, &mut taken);
        check::not_reserved(&node, source, id.as_deref());
        let name = node.name(source, "name");
        if !node.has("weight") {
            let args = [("id", id.as_deref().unwrap_or("?"))];
            source.mistake(node.at, MistakeCode::GroupWithoutWeight, &args);
        }
        let weight = node.positive(source, "weight");
        complete &= weight.is_some();
        weights.extend(weight.clone());
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
                clause,
            });
        }
    }
    if complete {
        check::weights_add_to_one(source, "groups", &weights);
    }
    groups
}

fn read_grades(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    survey: &SurveyRule,
) -> Vec<Grade> {
    let at = root.place("grade");
    let nodes = root.list(source, "grade");
    let (mut grades, mut taken, mut values) = (Vec::new(), Taken::new(), Vec::new());
    let mut dont_know_count: u64 = 0;
    let mut valued_count: u64 = 0;
    for mut node in nodes {
        let id = node.id(source, "a grade", &mut taken);
        let shown_id = id.clone().unwrap_or_else(|| "?".to_owned());
        let name = node.name(source, "name");
        let dont_know = node.flag(source, "dont-know");
        let has_value = node.has("value");
        let value = node.number(source, "value");
        let clause = node.clause(source);
        if dont_know {
            dont_know_count += 1;
            if has_value {
                let args = [("key", "value"), ("known", "id, name, dont-know, clause")];
                source.mistake(node.place("value"), MistakeCode::UnknownKey, &args);
            }
        } else {
            valued_count += 1;
            if !has_value {
                let args = [("id", &*shown_id)];
                source.mistake(node.at, MistakeCode::GradeWithoutValue, &args);
            }
            values.extend(value.clone().map(|value| (shown_id, value)));
        }
        node.finish(source);
        if let (Some(id), Some(name)) = (id, name) {
            let value = value.filter(|_| !dont_know).map(|value| value.value);
            grades.push(Grade { id, name, value, clause });
        }
    }
    if valued_count < 2 {
        let count = valued_count.to_string();
        source.mistake(at, MistakeCode::TooFewGrades, &[("count", &count)]);
    }
    check::grade_values(source, &survey.full.value, &values);
    let rule = survey.dont_know.value;
    if dont_know_count != u64::from(rule != DontKnow::Absent) {
        let count = dont_know_count.to_string();
        let args = [("rule", rule.word()), ("count", &*count)];
        source.mistake(at, MistakeCode::DontKnowMismatch, &args);
    }
    // Answers with a value first, best first, whatever the order in the text.
    grades.sort_by_key(|grade| grade.value.is_none());
    grades
}

fn read_vetoes(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    bands: Option<&[super::Band]>,
) -> Vec<Veto> {
    let (mut vetoes, mut taken) = (Vec::new(), Taken::new());
    for mut node in root.list(source, "veto") {
        let id = node.id(source, "a veto", &mut taken);
        let name = node.name(source, "name");
        let band = node.needed_text(source, "band");
        let clause = node.clause(source);
        node.finish(source);
        if let (Some(band), Some(bands)) = (&band, bands) {
            check::veto_band(source, band, bands);
        }
        if let (Some(id), Some(name), Some(band)) = (id, name, band) {
            vetoes.push(Veto { id, name, band: band.value.to_owned(), clause });
        }
    }
    vetoes
}

fn read_consequences(root: &mut Node<'_, '_>, source: &mut Source<'_>) -> Vec<Consequence> {
    let (mut consequences, mut taken) = (Vec::new(), Taken::new());
    for mut node in root.list(source, "consequence") {
        let id = node.id(source, "a consequence", &mut taken);
        let name = node.name(source, "name");
        let concerns = node.needed_choice(source, "concerns");
        let exempts = node.flag(source, "exempts");
        let clause = node.clause(source);
        node.finish(source);
        if let (Some(id), Some(name), Some(concerns)) = (id, name, concerns) {
            consequences.push(Consequence { id, name, concerns, exempts, clause });
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
