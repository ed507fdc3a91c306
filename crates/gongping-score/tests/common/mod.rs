//! Shared by the test files of this crate; each uses a part of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]
#![allow(dead_code, unreachable_pub, reason = "every test file compiles its own copy")]

use std::collections::BTreeMap;

use gongping_score::{BoxCounts, Exact, Rulebook, ScoreInput};

/// The default rulebook.
pub const PLAN: &str = include_str!("../../../../rulebooks/labour-security-2007.toml");

pub fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

pub fn plan() -> Rulebook {
    Rulebook::parse(PLAN).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// Every item answered alike.
pub fn box_of(rulebook: &Rulebook, counts: [u64; 4]) -> BoxCounts {
    let valued = rulebook.grades().iter().filter(|grade| grade.value.is_some());
    let grades: BTreeMap<String, u64> =
        valued.zip(counts).map(|(grade, count)| (grade.id.clone(), count)).collect();
    let items = rulebook.items().iter().map(|item| (item.id.clone(), grades.clone()));
    BoxCounts::from_answers(items.collect())
}

/// Units whose groups all answer alike, with points for the entered components.
pub fn input_of(rulebook: &Rulebook, units: &[(&str, [u64; 4], [&str; 2])]) -> ScoreInput {
    let mut input = ScoreInput::default();
    for (unit, counts, points) in units {
        let groups = rulebook.groups().iter();
        let boxes = groups.map(|group| (group.id.clone(), box_of(rulebook, *counts)));
        input.counts.insert((*unit).to_owned(), boxes.collect());
        let entered = rulebook.entered_components();
        let ids = entered.iter().map(|(component, _)| component.id.clone());
        let points = ids.zip(points.iter().map(|points| exact(points)));
        input.components.insert((*unit).to_owned(), points.collect());
    }
    input
}

/// A small rulebook: one item, one group, four grades, survey 70 and entered points 30.
pub fn small(values: [&str; 4], full: &str) -> String {
    let [a, b, c, d] = values;
    format!(
        r#"format = 1
id = "small"
name = {{ zh-Hans = "小", en = "Small" }}

[survey]
full = {full}

[ranking]

[[item]]
id = "i"
name = {{ zh-Hans = "内容", en = "Item" }}

[[group]]
id = "g"
name = {{ zh-Hans = "群体", en = "Group" }}
weight = 1

[[grade]]
id = "a"
value = {a}
name = {{ zh-Hans = "优", en = "A" }}

[[grade]]
id = "b"
value = {b}
name = {{ zh-Hans = "良", en = "B" }}

[[grade]]
id = "c"
value = {c}
name = {{ zh-Hans = "中", en = "C" }}

[[grade]]
id = "d"
value = {d}
name = {{ zh-Hans = "差", en = "D" }}

[[component]]
id = "survey"
kind = "survey"
points = 70
name = {{ zh-Hans = "调查", en = "Survey" }}

[[component]]
id = "work"
kind = "entered"
points = 30
maximum = 100
step = 0.5
name = {{ zh-Hans = "工作", en = "Work" }}
"#
    )
}
