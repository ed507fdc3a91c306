//! Where what stands in a dossier.

use gongping_appraisal::{BoxId, UnitId};
use std::fmt;

/// Length and SHA-256 of every file but itself and the log.
pub const MANIFEST: &str = "manifest.json";
/// What this is and how to check it.
pub const README: &str = "README.txt";
/// The frozen rulebook, exact text.
pub const RULEBOOK: &str = "rulebook.toml";
/// The appraised units with their names at publication.
pub const UNITS: &str = "units.csv";
/// Counts of the opened boxes and inspection points, in the form that `gongping score` reads.
pub const COUNTS: &str = "counts.csv";
/// The ranking as a table.
pub const RANKING: &str = "ranking.csv";
/// The score report, exact bytes.
pub const SCORES: &str = "scores.json";
/// Salts of the commitments that the log holds.
pub const OPENINGS: &str = "openings.json";
/// The folder of the log.
pub const LOG: &str = "log/";
/// The public key of the log, one line.
pub const LOG_KEY: &str = "log/key";
/// The signed head of the log just after publication.
pub const LOG_CHECKPOINT: &str = "log/checkpoint";

/// Extension of a box archive.
pub const BOX_SUFFIX: &str = ".bel";
const BOXES: &str = "boxes/";
const INSPECTION: &str = "inspection/";

/// The fixed text of [`README`].
pub const README_TEXT: &str = include_str!("readme.txt");

/// The archive of a box.
#[must_use]
pub fn box_path(id: &BoxId) -> String {
    format!("{BOXES}{id}{BOX_SUFFIX}")
}

/// The box whose archive stands at `path`.
#[must_use]
pub fn box_at(path: &str) -> Option<BoxId> {
    BoxId::parse(path.strip_prefix(BOXES)?.strip_suffix(BOX_SUFFIX)?).ok()
}

/// The signed inspection report about a unit.
#[must_use]
pub fn inspection_path(unit: &UnitId) -> String {
    format!("{INSPECTION}{unit}.json")
}

/// A file of the log, by its path in C2SP tlog-tiles.
pub fn log_path(path: impl fmt::Display) -> String {
    format!("{LOG}{path}")
}

/// Whether a path is one this format could have: parts of plain letters, digits, `.`, `-` and `_`,
/// never `.` or `..`. Anything else could leave the folder, or look like another path.
#[must_use]
pub fn is_safe(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(plain) && part.bytes().any(|byte| byte != b'.')
    };
    path.len() <= 255 && path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_could_leave_the_folder_are_not_safe() {
        for good in
            ["manifest.json", "log/tile/0/000.p/7", "boxes/2025-360000-LSB.360100-LSB.a.bel"]
        {
            assert!(is_safe(good), "{good} was refused");
        }
        for bad in
            ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".", "a\\b", "C:x", "数.csv", "a b"]
        {
            assert!(!is_safe(bad), "{bad} was accepted");
        }
    }

    #[test]
    fn the_path_of_a_box_names_the_box() {
        let id = BoxId::parse("2025-360000-LSB.360100-LSB.residents").unwrap();
        assert_eq!(box_at(&box_path(&id)), Some(id));
        assert_eq!(box_at("boxes/x.bel"), None);
    }
}
