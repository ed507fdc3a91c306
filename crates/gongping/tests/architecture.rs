//! The map in ARCHITECTURE.md is what cargo builds: the same crates with the same edges.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");

/// Only in tests of others.
const TESTKIT: &str = "gongping-testkit";

/// What a pure crate must not even be able to call.
const IMPURE: [&str; 10] = [
    "axum",
    "calamine",
    "indicatif",
    "reqwest",
    "sqlx",
    "tempfile",
    "tokio",
    "tower-http",
    "tracing",
    "zip",
];

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Crate {
    kind: String,
    edges: BTreeSet<String>,
}

/// The words in code marks.
fn words(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn drawn() -> BTreeMap<String, Crate> {
    let start = ARCHITECTURE.find("<!-- edges: begin -->").expect("the table of edges begins");
    let end = ARCHITECTURE.find("<!-- edges: end -->").expect("the table of edges ends");
    let rows = ARCHITECTURE[start..end].lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [name, kind, edges] = cells[..] else { panic!("three cells: {row}") };
        let name = words(name).pop_first().expect("the name of a crate");
        (name, Crate { kind: kind.trim().to_owned(), edges: words(edges) })
    })
    .collect()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON of cargo");
    metadata["packages"].as_array().expect("packages").clone()
}

/// Names of what a package depends on: of the workspace or from outside; in tests only or always.
fn dependencies(package: &Value, of_workspace: bool, in_tests: bool) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().expect("dependencies").iter();
    let wanted = all.filter(|one| {
        one["path"].is_string() == of_workspace && (one["kind"] == "dev") == in_tests
    });
    wanted.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
}

fn name(package: &Value) -> String {
    package["name"].as_str().expect("a name").to_owned()
}

#[test]
fn the_map_has_exactly_the_crates_and_edges_of_the_workspace() {
    let drawn: BTreeMap<String, BTreeSet<String>> =
        drawn().into_iter().map(|(name, known)| (name, known.edges)).collect();
    let built: BTreeMap<String, BTreeSet<String>> = packages()
        .iter()
        .map(|package| (name(package), dependencies(package, true, false)))
        .collect();
    for (name, edges) in &built {
        assert_eq!(drawn.get(name), Some(edges), "{name} in ARCHITECTURE.md (left)");
    }
    assert_eq!(drawn.keys().collect::<Vec<_>>(), built.keys().collect::<Vec<_>>());
}

#[test]
fn pure_crates_use_nothing_impure() {
    let drawn = drawn();
    let is_pure = |name: &str| drawn.get(name).is_some_and(|known| known.kind == "pure");
    assert_eq!(drawn.values().filter(|known| known.kind == "pure").count(), 7);
    for package in packages().iter().filter(|package| is_pure(&name(package))) {
        for edge in dependencies(package, true, false) {
            assert!(is_pure(&edge), "{} is pure, {edge} is not", name(package));
        }
        for outside in dependencies(package, false, false) {
            assert!(!IMPURE.contains(&&*outside), "{} is pure and uses {outside}", name(package));
        }
    }
}

#[test]
fn nothing_that_is_shipped_depends_on_the_testkit() {
    for package in packages() {
        let shipped = dependencies(&package, true, false);
        assert!(!shipped.contains(TESTKIT), "{} ships the testkit", name(&package));
    }
}

#[test]
fn the_map_has_no_circles() {
    let drawn = drawn();
    let mut left: BTreeMap<&String, &BTreeSet<String>> =
        drawn.iter().map(|(name, known)| (name, &known.edges)).collect();
    while !left.is_empty() {
        let free: BTreeSet<&String> = left
            .iter()
            .filter(|(_, edges)| edges.iter().all(|edge| !left.contains_key(edge)))
            .map(|(name, _)| *name)
            .collect();
        assert!(!free.is_empty(), "a circle among {:?}", left.keys());
        left.retain(|name, _| !free.contains(name));
    }
}

#[test]
fn every_file_that_the_map_names_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for link in ARCHITECTURE.split("](").skip(1) {
        let target = link.split(')').next().expect("the end of a link");
        assert!(root.join(target).exists(), "{target} is not there");
    }
}
