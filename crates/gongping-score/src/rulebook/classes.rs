//! Classes of units, and reminders.

use std::collections::BTreeMap;

use super::parse::Taken;
use super::reader::Node;
use super::source::Source;
use super::{Class, Grade, MistakeCode, Reminder};

/// Reads `[[class]]`.
pub(super) fn read(root: &mut Node<'_, '_>, source: &mut Source<'_>, needed: bool) -> Vec<Class> {
    let at = root.place("class");
    let nodes = root.list(source, "class");
    if needed && nodes.is_empty() {
        source.mistake(at, MistakeCode::EmptyList, &[("key", "class")]);
    }
    let (mut classes, mut taken) = (Vec::new(), Taken::new());
    let mut placed: BTreeMap<String, String> = BTreeMap::new();
    for mut node in nodes {
        let id = node.id(source, "a class", &mut taken);
        let name = node.name(source, "name");
        let clause = node.clause(source);
        let listed = node.texts(source, "units");
        node.finish(source);
        let shown = id.clone().unwrap_or_else(|| "?".to_owned());
        let mut units = Vec::new();
        for unit in listed {
            if let Some(first) = placed.get(unit.value) {
                let args = [("unit", unit.value), ("first", first.as_str())];
                source.mistake(unit.at, MistakeCode::UnitInTwoClasses, &args);
                continue;
            }
            placed.insert(unit.value.to_owned(), shown.clone());
            units.push(unit.value.to_owned());
        }
        if let (Some(id), Some(name)) = (id, name) {
            classes.push(Class { id, name, units, clause });
        }
    }
    classes
}

/// Reads `[[reminder]]`.
pub(super) fn read_reminders(
    root: &mut Node<'_, '_>,
    source: &mut Source<'_>,
    grades: &[Grade],
) -> Vec<Reminder> {
    let (mut reminders, mut taken) = (Vec::new(), Taken::new());
    for mut node in root.list(source, "reminder") {
        let id = node.id(source, "a reminder", &mut taken);
        let name = node.name(source, "name");
        let grade = node.needed_text(source, "grade");
        let above = node.share(source, "above");
        let clause = node.clause(source);
        if node.flag(source, "enforced") {
            let args = [("id", id.as_deref().unwrap_or("?"))];
            source.mistake(node.place("enforced"), MistakeCode::CannotEnforce, &args);
        }
        node.finish(source);
        if let Some(grade) = &grade
            && !grades.iter().any(|known| known.id == grade.value)
        {
            let known: Vec<&str> = grades.iter().map(|known| known.id.as_str()).collect();
            let args = [("kind", "grade"), ("id", grade.value), ("known", &known.join(", "))];
            source.mistake(grade.at, MistakeCode::UnknownReference, &args);
        }
        if let (Some(id), Some(name), Some(grade), Some(above)) = (id, name, grade, above) {
            let grade = grade.value.to_owned();
            reminders.push(Reminder { id, name, grade, above, clause });
        }
    }
    reminders
}
