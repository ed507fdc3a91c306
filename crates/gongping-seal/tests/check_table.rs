//! The specification lists the checks as they are.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use gongping_seal::Check;
use std::path::Path;

#[test]
fn specification_lists_every_check_with_number_and_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/box-archive.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| K"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let listed: Vec<(&str, &str)> = rows.iter().map(|row| (row[0], row[1])).collect();
    let checks: Vec<_> = Check::ALL.iter().map(|check| (check.number(), check.name())).collect();
    assert_eq!(listed, checks);
    assert!(rows.iter().all(|row| row.len() == 4 && row.iter().all(|cell| !cell.is_empty())));
}
