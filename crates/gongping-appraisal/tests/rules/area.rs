//! The drawings of the areas: a file for each, with a table that a story is compared with.

use crate::story::Story;
use gongping_appraisal::{Event, World};
use std::collections::BTreeSet;

/// From, event, to.
pub(crate) type Arrow = (String, String, String);

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect()
}

/// The rows of the tables in a text, each as its cells.
pub(crate) fn table_rows(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    text.lines().filter(|line| line.starts_with("| `")).map(cells)
}

/// Table and drawing of a machine show what was seen, and nothing else.
pub(crate) fn assert_drawn(machine: &str, seen: &BTreeSet<Arrow>) {
    let table: BTreeSet<Arrow> =
        table_rows(machine).map(|row| (row[0].clone(), row[1].clone(), row[2].clone())).collect();
    let arrow = |line: &str| {
        let (from, rest) = line.trim().split_once(" --> ")?;
        let (to, event) = rest.split_once(": ")?;
        Some((from.to_owned(), event.to_owned(), to.to_owned()))
    };
    let drawn: BTreeSet<Arrow> = machine.lines().filter_map(arrow).collect();
    assert_eq!(&table, seen, "the table");
    assert_eq!(&drawn, seen, "the drawing");
}

/// Compares table and drawing of a machine with the changes of state that a story shows. `record`
/// says which record an event is about, `state` how far that record has come.
pub(crate) fn compare_machine<R: Copy>(
    machine: &str,
    story: &Story,
    record: impl Fn(&Event) -> Option<R>,
    state: impl Fn(&World, R) -> Option<&'static str>,
) {
    let mut seen = BTreeSet::new();
    let mut replayed = World::default();
    for entry in &story.entries {
        let about = record(&entry.body);
        let word = |world: &World| about.and_then(|about| state(world, about)).unwrap_or("[*]");
        let before = word(&replayed);
        replayed.evolve(entry);
        if about.is_some() {
            let area = entry.body.area().map(|area| format!("{area}_")).unwrap_or_default();
            let kind = entry.body.kind().replacen(&area, "", 1);
            seen.insert((before.to_owned(), kind, word(&replayed).to_owned()));
        }
    }
    assert_drawn(machine, &seen);
}

fn snake(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// Every event that an area's enum declares stands in a table of its drawing.
pub(crate) fn every_event_is_drawn(source: &str, name: &str, drawing: &str) {
    let start = source.find(&format!("pub enum {name} {{")).expect("the enum");
    let body = &source[start..start + source[start..].find("\n}").unwrap()];
    let variant = |line: &str| {
        let rest = line.strip_prefix("    ").filter(|rest| rest.starts_with(char::is_uppercase))?;
        rest.split([' ', ',']).next().map(snake)
    };
    let known: BTreeSet<String> = body.lines().filter_map(variant).collect();
    assert!(!known.is_empty(), "{name} declares nothing");
    let drawn: BTreeSet<String> = table_rows(drawing)
        .flat_map(|row| row.into_iter().take(2))
        .filter(|word| known.contains(word))
        .collect();
    assert_eq!(drawn, known);
}
