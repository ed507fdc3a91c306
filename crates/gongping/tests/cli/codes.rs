//! `gongping codes`: the statistics bureau's own machine.

use crate::common::{Ran, run};
use std::ffi::OsStr;
use std::path::Path;
use tempfile::TempDir;

const SHEETS: &str = r#"{"appraisal":"2026-360400-LSB","title":"2026年民主评议政风行风",
"closesAt":"2026-07-30T10:00:00Z","vote":"/a/2026-360400-LSB/vote","sheets":[{"sheet":"07",
"group":{"zh-Hans":"企业","en":"Enterprises"},"units":["甲","乙"],"count":6,"boxes":[
{"id":"2026-360400-LSB.360402-LSB.enterprises","uuid":"Gongping1Test2A"},
{"id":"2026-360400-LSB.360403-LSB.enterprises","uuid":"Gongping1Test2B"}]}]}"#;

fn codes(words: &[&OsStr]) -> Ran {
    run([OsStr::new("codes")].into_iter().chain(words.iter().copied()))
}

fn issue(folder: &Path) -> Ran {
    let (sheets, out) = (folder.join("download.json"), folder.join("out"));
    std::fs::write(&sheets, SHEETS).unwrap();
    let words = ["issue", "--address", "https://pingyi.example", "--sheets"].map(OsStr::new);
    codes(&[&words[..], &[sheets.as_os_str(), out.as_os_str()]].concat())
}

fn replace(folder: &Path, named: &str, out: &Path) -> Ran {
    let words = ["replace", "--address", "https://pingyi.example", "--code", named];
    let from = folder.join("out");
    codes(&[&words.map(OsStr::new)[..], &[from.as_os_str(), out.as_os_str()]].concat())
}

fn check(dir: &Path) -> Ran {
    codes(&[OsStr::new("check"), dir.as_os_str()])
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The codes of a secret list.
fn secrets(dir: &Path) -> Vec<String> {
    let table = text(&dir.join("codes-secret.csv"));
    table.lines().skip(1).map(|row| row.split(',').nth(2).unwrap().to_owned()).collect()
}

#[test]
fn codes_are_issued_for_the_owner_alone_and_nothing_secret_is_told() {
    let folder = TempDir::new().unwrap();
    let ran = issue(folder.path()).ended(0);
    let out = folder.path().join("out");
    let codes = secrets(&out);
    assert_eq!(codes.len(), 6);
    let public = text(&out.join("codes-public.json"));
    for code in &codes {
        for told in [&ran.out, &ran.err, &public] {
            assert!(!told.contains(&code[3..10]), "{code} was told");
        }
    }
    assert_eq!(ran.out.lines().count(), 2, "a fingerprint for each box: {}", ran.out);
    let pdf = std::fs::read(out.join("slips.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&out), 0o700);
        for name in ["codes-secret.csv", "slips.pdf", "codes-public.json"] {
            assert_eq!(mode(&out.join(name)), 0o600, "{name}");
        }
    }
    let checked = check(&out).ended(0).printed(&["✓ 6"]);
    assert!(ran.out.lines().all(|line| checked.out.contains(line)), "the same fingerprints");
    let again = issue(folder.path()).ended(3);
    assert!(again.err.contains("exists already"), "{}", again.err);
    assert_eq!(secrets(&out), codes, "nothing was overwritten");
}

#[test]
fn what_does_not_belong_together_is_found() {
    let folder = TempDir::new().unwrap();
    issue(folder.path()).ended(0);
    let out = folder.path().join("out");
    let (secret, public) = (out.join("codes-secret.csv"), out.join("codes-public.json"));
    let (all, lists) = (text(&secret), text(&public));

    let shorter: Vec<&str> = all.lines().take(6).collect();
    std::fs::write(&secret, shorter.join("\n")).unwrap();
    check(&out).ended(1).printed(&["✗"]);
    std::fs::write(&secret, &all).unwrap();

    let mut digits = lists.clone();
    let at = digits.find("[\"").unwrap() + 2;
    let other = if &digits[at..=at] == "0" { "1" } else { "0" };
    digits.replace_range(at..=at, other);
    std::fs::write(&public, &digits).unwrap();
    check(&out).ended(1).printed(&["✗ 2026-360400-LSB.360402-LSB.enterprises"]);
    std::fs::write(&public, &lists).unwrap();

    std::fs::write(&secret, all.replacen("07-", "07-U", 2)).unwrap();
    let ran = check(&out).ended(3);
    assert!(ran.err.contains("row 2"), "{}", ran.err);
}

#[test]
fn a_lost_code_is_replaced_into_a_new_folder() {
    let folder = TempDir::new().unwrap();
    issue(folder.path()).ended(0);
    let (old, new) = (folder.path().join("out"), folder.path().join("new"));
    let before = secrets(&old);
    let ran = replace(folder.path(), "07-0002", &new).ended(0).printed(&["+ 07-0007"]);
    let after = secrets(&new);
    assert!(!after.contains(&before[1]));
    assert_eq!(after.len(), 6);
    assert_eq!(after.iter().filter(|code| before.contains(code)).count(), 5);
    assert!(!ran.out.contains(&after[5][3..10]), "nothing secret is told");
    check(&new).ended(0);
    check(&old).ended(0);
    let change = text(&new.join("codes-replacement.json"));
    let change: serde_json::Value = serde_json::from_str(&change).unwrap();
    assert_eq!(change["sheet"], "07");
    assert_eq!(change["boxes"][1]["struck"].as_array().unwrap().len(), 1);
    // By the code itself, which somebody may read to us over the telephone.
    let spoken = before[3].to_lowercase().replace('-', " ").replacen(' ', "-", 1);
    replace(folder.path(), &spoken, &folder.path().join("third")).ended(0);
    replace(folder.path(), "07-0099", &folder.path().join("fourth")).ended(3);
    assert!(!folder.path().join("fourth").exists());
}

#[test]
fn what_cannot_be_printed_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let (sheets, out) = (folder.path().join("download.json"), folder.path().join("out"));
    std::fs::write(&sheets, SHEETS).unwrap();
    for (address, font) in [("pingyi.example", None), ("https://a.example", Some(&sheets))] {
        let mut words: Vec<&OsStr> = ["issue", "--address", address].map(OsStr::new).to_vec();
        if let Some(font) = font {
            words.extend([OsStr::new("--font"), font.as_os_str()]);
        }
        words.extend([OsStr::new("--sheets"), sheets.as_os_str(), out.as_os_str()]);
        let ran = codes(&words).ended(3);
        assert!(ran.err.contains("error"), "{}", ran.err);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the sheets");
    }
}
