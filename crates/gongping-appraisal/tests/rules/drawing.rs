//! The drawing in `docs/state-machines/appraisal.md` shows every change of state that the stories
//! of these tests see, and no other.

use crate::story::{Chapter, PEOPLE, Story, digest, report_on, unit};
use gongping_appraisal::permission::ALL;
use gongping_appraisal::{
    Appraisal, Command, Duty, Entry, Event, KeySeat, Scope, Stage, Step, UnitId, World,
};
use jiff::civil::date;
use std::collections::BTreeSet;

const DRAWING: &str = include_str!("../../../../docs/state-machines/appraisal.md");
const COMMANDS: &str = include_str!("../../src/command.rs");
const BOX_STATES: &str = include_str!("../../../gongping-seal/src/box_state.rs");
const BOX_EVENTS: &str = include_str!("../../../gongping-seal/src/event.rs");

/// From, event, to.
type Arrow = (String, String, String);

fn arrow(from: &str, event: &str, to: &str) -> Arrow {
    (from.to_owned(), event.to_owned(), to.to_owned())
}

/// The part of the file under a heading.
fn section(heading: &str) -> &'static str {
    let start = DRAWING.find(&format!("\n## {heading}\n")).expect("the heading") + 1;
    let rest = &DRAWING[start..];
    &rest[..rest[1..].find("\n## ").map_or(rest.len(), |end| end + 1)]
}

/// The words in code marks.
fn words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of a section's table, each cell as its words in code marks.
fn rows(heading: &str) -> Vec<Vec<Vec<String>>> {
    let lines = section(heading).lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.trim_matches('|').split('|').map(words).collect()).collect()
}

fn table_arrows(heading: &str) -> BTreeSet<Arrow> {
    rows(heading).iter().map(|row| arrow(&row[0][0], &row[1][0], &row[2][0])).collect()
}

/// The labelled arrows of a section's Mermaid drawing.
fn drawn_arrows(heading: &str) -> BTreeSet<Arrow> {
    let labelled = |line: &str| {
        let (from, rest) = line.trim().split_once(" --> ")?;
        let (to, event) = rest.split_once(": ")?;
        Some(arrow(from, event, to))
    };
    section(heading).lines().filter_map(labelled).collect()
}

/// The variants of an enum in a source file, as they are declared.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let start = source.find(&format!("pub enum {name} {{")).expect("the enum");
    let body = &source[start..start + source[start..].find("\n}").unwrap()];
    let names = body.lines().filter_map(|line| {
        let rest = line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '/', '#', '}']));
        rest.map(|rest| rest.split([',', '(', ' ', '{']).next().unwrap().to_owned())
    });
    names.collect()
}

fn none() -> String {
    "[*]".to_owned()
}

fn stage_state(appraisal: Option<&Appraisal>) -> String {
    appraisal.map_or_else(none, |appraisal| match &appraisal.stage {
        Stage::Planned(_) => "planned".to_owned(),
        Stage::Open(_) => "open".to_owned(),
        Stage::Published(_) => "published".to_owned(),
    })
}

fn survey_state(appraisal: Option<&Appraisal>) -> String {
    let running = appraisal.and_then(Appraisal::running);
    running.map_or_else(none, |open| open.survey.stage().to_owned())
}

fn ranking_state(appraisal: Option<&Appraisal>) -> String {
    let running = appraisal.and_then(Appraisal::running);
    running.map_or_else(none, |open| open.ranking.stage().to_owned())
}

fn inspection_state(appraisal: Option<&Appraisal>, unit: &UnitId) -> String {
    let running = appraisal.and_then(Appraisal::running);
    let inspection = running.and_then(|open| open.inspections.get(unit));
    inspection.map_or_else(none, |known| known.stage().to_owned())
}

/// Stories that together show every arrow.
fn stories() -> Vec<Story> {
    let mut again = Story::province(Chapter::Proposed);
    again.tell_chapter(Chapter::Proposed).unwrap();
    let mut inspected = Story::province(Chapter::Opened);
    for _ in 0..2 {
        inspected.step("coordinator", Step::FormInspectionGroup(inspected.group())).unwrap();
    }
    let of = unit("360100-LSB");
    inspected.enter("leader", &of).unwrap();
    inspected.enter("inspector", &of).unwrap();
    inspected.decide_on(&of).unwrap();
    let reason = "再核对".to_owned();
    inspected.step("leader", Step::ReturnInspection { unit: of.clone(), reason }).unwrap();
    inspected.decide_on(&of).unwrap();
    let report = report_on(&of);
    inspected.step("leader", Step::SignInspection { unit: of, report }).unwrap();
    let mut redrafted = Story::province(Chapter::Drafted);
    redrafted.tell_chapter(Chapter::Drafted).unwrap();
    let mut restarted = Story::province(Chapter::Ready);
    let (seat, reason) = (KeySeat::Conduct, "密钥文件丢失".to_owned());
    restarted.step("conduct", Step::RestartKeys { seat, reason }).unwrap();
    let mut replaced = Story::province(Chapter::Ready);
    replaced.step("statistician", replaced.replacement(1)).unwrap();
    let directory = directory_story();
    let all = [Story::province(Chapter::Published), Story::county(60, Chapter::Published)];
    all.into_iter().chain([again, inspected, redrafted, restarted, replaced, directory]).collect()
}

fn directory_story() -> Story {
    let mut story = Story::province(Chapter::People);
    let (place, account) = (unit("360200-LSB"), crate::story::account("liaison"));
    let (name, from) = ("新名".to_owned(), date(2026, 7, 1));
    for command in [
        Command::RenameUnit { unit: place.clone(), name, from },
        Command::CloseUnit { unit: place, on: date(2026, 8, 1) },
        Command::ChangeDuties { account: account.clone(), duties: BTreeSet::new() },
        Command::SetPassword { account: account.clone(), password: digest("new") },
        Command::CloseAccount { account },
    ] {
        story.act("admin", command).unwrap();
    }
    story
}

/// Calls `see` with the world before and after each entry of each story.
fn watch(mut see: impl FnMut(&Story, &World, &World, &Entry)) {
    for story in stories() {
        let mut before = World::default();
        for entry in &story.entries {
            let mut after = before.clone();
            after.evolve(entry);
            see(&story, &before, &after, entry);
            before = after;
        }
    }
}

fn events_of(heading: &str) -> BTreeSet<String> {
    rows(heading).into_iter().map(|row| row[1][0].clone()).collect()
}

fn compare(heading: &str, state: impl Fn(Option<&Appraisal>) -> String) {
    let events = events_of(heading);
    let mut seen = BTreeSet::new();
    watch(|story, before, after, entry| {
        let (before, after) = (before.appraisal(&story.id()), after.appraisal(&story.id()));
        let (from, to, kind) = (state(before), state(after), entry.body.kind());
        if events.contains(&kind) {
            seen.insert(arrow(&from, &kind, &to));
        } else if kind != "appraisal_opened" {
            assert_eq!(from, to, "{kind} changes what {heading} does not say");
        }
    });
    assert_eq!(table_arrows(heading), seen, "table of {heading}");
    assert_eq!(drawn_arrows(heading), seen, "drawing of {heading}");
}

#[test]
fn the_stages_are_drawn_as_they_change() {
    compare("Appraisal", stage_state);
}

#[test]
fn the_survey_is_drawn_as_it_changes() {
    compare("Survey", survey_state);
}

#[test]
fn the_ranking_is_drawn_as_it_changes() {
    compare("Ranking", ranking_state);
}

#[test]
fn the_inspection_is_drawn_as_it_changes() {
    let events = events_of("Inspection");
    let mut seen = BTreeSet::new();
    watch(|story, before, after, entry| {
        let (before, after) = (before.appraisal(&story.id()), after.appraisal(&story.id()));
        let concerned: Vec<UnitId> = match &entry.body {
            Event::InspectionGroupFormed { group, .. } => group.units.iter().cloned().collect(),
            Event::PointsEntered { unit, .. }
            | Event::InspectionDecided { unit, .. }
            | Event::InspectionReturned { unit, .. }
            | Event::InspectionSigned { unit, .. } => vec![unit.clone()],
            _ => Vec::new(),
        };
        let kind = entry.body.kind();
        assert_eq!(events.contains(&kind), !concerned.is_empty(), "{kind}");
        for of in &story.units {
            let (from, to) = (inspection_state(before, of), inspection_state(after, of));
            if concerned.contains(of) {
                seen.insert(arrow(&from, &kind, &to));
            } else {
                assert_eq!(from, to, "{kind} changes another unit's inspection");
            }
        }
    });
    assert_eq!(table_arrows("Inspection"), seen);
    assert_eq!(drawn_arrows("Inspection"), seen);
}

#[test]
fn the_box_is_drawn_in_the_words_of_the_protocol() {
    assert_eq!(table_arrows("Box"), drawn_arrows("Box"));
    let mut states = BTreeSet::new();
    let mut events = BTreeSet::new();
    for (from, event, to) in table_arrows("Box") {
        states.extend([from, to]);
        events.insert(event);
    }
    states.remove("[*]");
    assert_eq!(states, variants(BOX_STATES, "Phase"));
    let mut known = variants(BOX_EVENTS, "EventType");
    // Boxes have homomorphic questions only, which are never shuffled.
    for never in ["Shuffle", "EndShuffles"] {
        assert!(known.remove(never));
    }
    assert_eq!(events, known);
    let noted: BTreeSet<String> = rows("Box").into_iter().map(|row| row[3][0].clone()).collect();
    assert!(noted.is_subset(&events_of("Survey")));
}

/// Areas with events, steps and a drawing of their own.
const AREAS: [&str; 6] = ["Inspection", "Integrity", "Ledger", "Opinion", "Preparation", "Sorting"];

const MACHINES: [&str; 4] = ["Appraisal", "Survey", "Inspection", "Ranking"];

#[test]
fn every_event_and_command_stands_in_one_table() {
    let mut kinds = BTreeSet::new();
    let mut causes = BTreeSet::new();
    for story in stories() {
        for (entry, command) in story.entries.iter().zip(&story.commands) {
            kinds.insert(entry.body.kind());
            causes.insert((entry.body.kind(), command.clone()));
        }
    }
    let mut declared = variants(include_str!("../../src/event.rs"), "Event");
    assert!(AREAS.iter().all(|area| declared.remove(*area)), "an area without its event");
    assert_eq!(kinds.len(), declared.len(), "a story for every event");

    let (mut drawn_kinds, mut drawn_causes, mut commands) =
        (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let directory =
        rows("Units and accounts").into_iter().map(|row| (row[0].clone(), row[1].clone()));
    let machines = MACHINES.into_iter().flat_map(|heading| {
        drawn_kinds.extend(events_of(heading));
        rows(heading).into_iter().map(|row| (row[1].clone(), row[3].clone()))
    });
    let machines: Vec<_> = machines.collect();
    drawn_kinds.extend(directory.clone().map(|(event, _)| event[0].clone()));
    for (event, causing) in directory.chain(machines) {
        for command in causing {
            commands.insert(command.clone());
            drawn_causes.insert((event[0].clone(), command));
        }
    }
    let once: BTreeSet<String> = drawn_kinds.iter().cloned().collect();
    assert_eq!(once.len(), drawn_kinds.len(), "an event belongs to one machine");
    assert_eq!(once, kinds);
    assert_eq!(drawn_causes, causes);
    let mut known = variants(COMMANDS, "Command");
    known.remove("Within");
    known.extend(variants(COMMANDS, "Step"));
    assert!(AREAS.iter().all(|area| known.remove(*area)), "an area without its step");
    assert_eq!(commands, known);
}

#[test]
fn permissions_are_listed_as_the_matrix_has_them() {
    let listed: Vec<_> = DRAWING[DRAWING.find("\n## Permissions\n").unwrap()..]
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(str::to_owned)
        .collect();
    let expected: Vec<String> = ALL
        .iter()
        .map(|rule| {
            let duties: Vec<_> =
                rule.duties.iter().map(|duty| format!("`{}`", duty.as_str())).collect();
            let scope = match rule.scope {
                Scope::Own => "own",
                Scope::Subtree => "subtree",
            };
            format!("| `{}` | {} | {scope} |", rule.name, duties.join(", "))
        })
        .collect();
    assert_eq!(listed, expected);
}

#[test]
fn whoever_acts_in_the_stories_holds_a_permission_that_is_drawn() {
    let mut permissions = Vec::new();
    for heading in MACHINES {
        permissions
            .extend(rows(heading).into_iter().map(|row| (row[1][0].clone(), row[4].clone())));
    }
    for row in rows("Units and accounts") {
        permissions.push((row[0][0].clone(), row[2].clone()));
    }
    watch(|_, _, _, entry| {
        let duty: Option<Duty> =
            PEOPLE.iter().find(|(who, _)| *who == entry.actor.as_str()).map(|(_, duty)| *duty);
        // Set-up and the steps of the software itself have no duty.
        let Some(duty) = duty else { return };
        let kind = entry.body.kind();
        let named = permissions.iter().filter(|(event, _)| *event == kind).flat_map(|(_, all)| all);
        let carried = named.filter_map(|name| ALL.iter().find(|rule| rule.name == *name));
        let duties: Vec<Duty> = carried.flat_map(|rule| rule.duties.iter().copied()).collect();
        assert!(duties.contains(&duty), "{kind} by {}", entry.actor);
    });
}
