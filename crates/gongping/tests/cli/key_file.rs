use crate::common::{repository, run_with};
use std::ffi::OsStr;
use std::path::Path;

const PASSPHRASE: &str = "correct horse battery\n";

fn check(file: &Path, input: &str) -> crate::common::Ran {
    run_with([OsStr::new("key-file"), OsStr::new("check"), file.as_os_str()], input)
}

#[test]
fn key_file_of_the_browser_is_recognised() {
    let file = repository("testdata/key-file/browser.age");
    check(&file, PASSPHRASE).ended(0).printed(&["2026-360000-LSB conduct"]);
    let wrong = check(&file, "correct horse batterie\n").ended(1);
    assert!(wrong.err.contains("passphrase"), "{}", wrong.err);
    check(&file, "").ended(1);
    check(&repository("README.md"), PASSPHRASE).ended(1);
    check(&repository("no-such-file"), PASSPHRASE).ended(3);
}

#[test]
fn key_file_is_copied_under_another_passphrase_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.age");
    let change = |input: &str| {
        let file = repository("testdata/key-file/crate.age");
        let words = ["key-file", "passphrase"].map(OsStr::new);
        run_with(words.into_iter().chain([file.as_os_str(), copy.as_os_str()]), input)
    };
    change(&format!("{PASSPHRASE}short\n")).ended(1);
    assert!(!copy.exists());
    change(&format!("{PASSPHRASE}another long passphrase\n")).ended(0);
    check(&copy, PASSPHRASE).ended(1);
    check(&copy, "another long passphrase\n").ended(0).printed(&["2026-360000-LSB conduct"]);
    change(&format!("{PASSPHRASE}another long passphrase\n")).ended(3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
