//! Grades, and the worths that single items give them (D2).

use std::collections::BTreeMap;

use super::parse::Taken;
use super::reader::{At, Node};
use super::settings::Choice;
use super::source::Source;
use super::{DontKnow, Grade, Item, Measure, MistakeCode, SurveyRule, Text, check};
use crate::exact::Exact;

/// The most answers that a question can offer: every number from 0 to 100, and then some.
const MOST_GRADES: u64 = 201;

pub(super) fn read(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    survey: &SurveyRule,
    asks: bool,
) -> Vec<Grade> {
    let at = root.place("grade");
    let nodes = root.list(source, "grade");
    let (mut grades, mut taken, mut values) = (Vec::new(), Taken::new(), Vec::new());
    let mut dont_know_count: u64 = 0;
    let mut valued_count: u64 = 0;
    let (mut top_count, by_share) = (0usize, survey.measure.value == Measure::TopShare);
    for mut node in nodes {
        let id = node.id(source, "a grade", &mut taken);
        let shown_id = id.clone().unwrap_or_else(|| "?".to_owned());
        let name = node.name(source, "name");
        let dont_know = node.flag(source, "dont-know");
        let has_value = node.has("value");
        let value = node.number(source, "value");
        let clause = node.clause(source);
        let bad = node.flag(source, "bad");
        let top = node.flag(source, "top");
        let is_range = node.has("from") || node.has("to");
        let numbers = read_numbers(&mut node, source, is_range);
        top_count += usize::from(top);
        if by_share && !dont_know {
            // The share counts the answers; a worth of its own would mean nothing.
            valued_count += 1;
            if has_value {
                let args = [("key", "value"), ("known", "id, name, top, bad, clause")];
                source.mistake(node.place("value"), MistakeCode::UnknownKey, &args);
            }
            node.finish(source);
            if let (Some(id), Some(name)) = (id, name) {
                let value = if top { survey.full.value.clone() } else { Exact::zero() };
                grades.push(Grade { id, name, value: Some(value), bad, clause });
            }
            continue;
        }
        if is_range {
            node.finish(source);
            let length = numbers.as_ref().map_or(2, |numbers| numbers.value.len());
            valued_count += u64::try_from(length).unwrap_or(u64::MAX);
            if let (Some(id), Some(name), Some(numbers)) = (id, name, numbers) {
                for number in numbers.value {
                    let id = format!("{id}-{number}");
                    values.push((id.clone(), At { value: number.clone(), at: numbers.at }));
                    let name = numbered(&name, &number);
                    let clause = clause.clone();
                    grades.push(Grade { id, name, value: Some(number), bad, clause });
                }
            }
            continue;
        }
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
            grades.push(Grade { id, name, value, bad, clause });
        }
    }
    if valued_count > MOST_GRADES {
        let (count, most) = (valued_count.to_string(), MOST_GRADES.to_string());
        source.mistake(at, MistakeCode::TooManyGrades, &[("count", &count), ("most", &most)]);
    }
    let valued = grades.iter().filter(|grade: &&Grade| grade.value.is_some()).count();
    let fits = if by_share { top_count > 0 && top_count < valued } else { top_count == 0 };
    // Where no grade could be read there are other mistakes.
    if !fits && valued > 0 {
        let args = [("rule", survey.measure.value.word()), ("count", &top_count.to_string())];
        source.mistake(at, MistakeCode::TopMismatch, &args);
    }
    if valued_count < 2 && asks {
        let count = valued_count.to_string();
        source.mistake(at, MistakeCode::TooFewGrades, &[("count", &count)]);
    }
    if valued_count <= MOST_GRADES {
        check::grade_values(source, &survey.full.value, &values);
    }
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

/// The numbers of a grade that stands for a range: `from`, `to` and `step`, best first.
fn read_numbers(
    node: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    is_range: bool,
) -> Option<At<Vec<Exact>>> {
    if !is_range {
        for key in ["from", "to", "step"] {
            node.take(key);
        }
        return None;
    }
    let from = node.needed_number(source, "from");
    let to = node.needed_number(source, "to");
    let step = node.positive(source, "step");
    let (from, to) = (from?, to?);
    let step = step.map_or_else(Exact::one, |step| step.value);
    let (low, high) = (to.value.to_string(), from.value.to_string());
    if to.value >= from.value {
        let args = [("minimum", &*low), ("maximum", &*high)];
        source.mistake(to.at, MistakeCode::EmptyRange, &args);
        return None;
    }
    let whole = from.value.is_whole() && to.value.is_whole() && step.is_whole();
    if !whole || !(&(&from.value - &to.value) / &step).is_whole() {
        let args = [("step", &*step.to_string()), ("minimum", &*low), ("maximum", &*high)];
        source.mistake(from.at, MistakeCode::StepMisses, &args);
        return None;
    }
    let (mut numbers, mut number) = (Vec::new(), from.value);
    while number >= to.value && numbers.len() <= 1000 {
        numbers.push(number.clone());
        number = &number - &step;
    }
    Some(At { value: numbers, at: from.at })
}

fn numbered(name: &Text, number: &Exact) -> Text {
    let with = |text: &str| format!("{text} {number}");
    Text { zh_hans: with(&name.zh_hans), zh_hant: with(&name.zh_hant), en: with(&name.en) }
}

/// The worths that one item gives the grades.
pub(super) struct OwnValues {
    pub(super) item: String,
    pub(super) at: usize,
    pub(super) values: Vec<(String, At<Exact>)>,
}

/// Gives the items their own worths, and checks what looks at items and grades at once.
pub(super) fn own_values(
    source: &mut Source<'_>,
    survey: &SurveyRule,
    items: &mut [Item],
    own: Vec<OwnValues>,
    grades: &[Grade],
) {
    if survey.dont_know.value == DontKnow::Invalid && items.len() > 1 {
        let at = source.place_of("dont-know");
        let count = items.len().to_string();
        source.mistake(at, MistakeCode::InvalidNeedsOneItem, &[("count", &count)]);
    }
    for OwnValues { item, at, values } in own {
        let Some(item) = items.iter_mut().find(|other| other.id == item) else { continue };
        let valued = || grades.iter().filter(|grade| grade.value.is_some());
        for (grade, value) in &values {
            if !valued().any(|known| known.id == *grade) {
                let known: Vec<&str> = valued().map(|grade| grade.id.as_str()).collect();
                let args = [("kind", "grade"), ("id", grade), ("known", &known.join(", "))];
                source.mistake(value.at, MistakeCode::UnknownReference, &args);
            }
        }
        let mut in_order = Vec::new();
        for grade in valued() {
            match values.iter().find(|(id, _)| *id == grade.id) {
                Some(value) => in_order.push(value.clone()),
                None => {
                    let args = [("item", item.id.as_str()), ("grade", grade.id.as_str())];
                    source.mistake(at, MistakeCode::ItemGradeMissing, &args);
                }
            }
        }
        check::grade_values(source, &item.full, &in_order);
        let values = in_order.into_iter().map(|(grade, value)| (grade, value.value));
        item.values = values.collect::<BTreeMap<_, _>>();
    }
}
