//! The guide names everything that a rulebook can say and everything that can be wrong with it.

use gongping_score::rulebook::SettingName;
use gongping_score::{CountsMistakeCode, MistakeCode};

const GUIDE: &str = include_str!("../../../docs/guide/rulebook.md");

#[test]
fn the_guide_has_a_line_for_every_mistake_in_a_rulebook() {
    let missing: Vec<&str> = MistakeCode::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !GUIDE.contains(&format!("| `{code}` |")))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_guide_has_a_line_for_every_mistake_in_a_counts_file() {
    let missing: Vec<&&str> = CountsMistakeCode::NAMES
        .iter()
        .filter(|code| !GUIDE.contains(&format!("`{code}`")))
        .collect();
    assert_eq!(missing, [&""; 0]);
}

#[test]
fn the_guide_names_every_setting() {
    for name in SettingName::ALL {
        let key = name.as_str().rsplit('.').next().unwrap_or_default();
        assert!(GUIDE.contains(key), "{}", name.as_str());
    }
}
