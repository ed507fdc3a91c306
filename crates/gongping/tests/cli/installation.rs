use crate::common::{repository, run, run_in, run_with};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A new installation, empty but for what the test puts into it.
pub(crate) fn new() -> (TempDir, PathBuf) {
    let holder = tempfile::tempdir().unwrap();
    let dir = holder.path().join("real");
    let ran = run_in(&["init"], &dir, &["--origin", "pingyi.example.gov.cn/log"].map(OsStr::new));
    let ran = ran.ended(0).printed(&["pingyi.example.gov.cn/log+"]);
    assert_eq!(ran.out.lines().count(), 1, "the key and nothing else: {}", ran.out);
    (holder, dir)
}

pub(crate) fn import(dir: &Path, file: &Path, more: &[&str]) -> crate::common::Ran {
    let more: Vec<&OsStr> = more.iter().map(OsStr::new).collect();
    run_in(&["import", "units"], dir, &[&[file.as_os_str()], &*more].concat())
}

/// Adds an account and gives it a password on standard input.
pub(crate) fn add_user(dir: &Path, login: &str, duty: &str, password: &str) -> crate::common::Ran {
    let dir = dir.to_str().unwrap();
    let title = "省劳动保障厅系统管理员";
    let words = ["user", "add", "--dir", dir, "--login", login, "--title", title, "--duty", duty];
    run_with(words, &format!("{password}\n"))
}

#[test]
fn new_installation_keeps_its_secrets_and_is_never_overwritten() {
    let (_holder, dir) = new();
    let again = run_in(&["init"], &dir, &["--origin", "x.example/log"].map(OsStr::new));
    assert!(again.ended(3).err.contains("exists already"));
    #[cfg(unix)]
    for name in ["log.key", "gongping.toml", "."] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(dir.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} can be read by others: {mode:o}");
    }
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    let more = ["--origin", "x.example/log", "--database", "postgres://127.0.0.1:1/none"];
    run_in(&["init"], &other, &more.map(OsStr::new)).ended(3);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was left");
    assert!(run_in(&["doctor"], &other, &[]).ended(3).err.contains("gongping init"));
}

#[test]
fn units_are_shown_before_they_are_imported_and_known_ones_are_left_alone() {
    let (_holder, dir) = new();
    let units = repository("testdata/units-jiangxi.csv");
    let ran = import(&dir, &units, &["--dry-run"]).ended(0);
    ran.printed(&["+ 360100-LSB  南昌市劳动和社会保障局", "178 new"]);
    import(&dir, &units, &[]).ended(0).printed(&["178 new"]);
    import(&dir, &units, &[]).ended(0).printed(&["178 unchanged", "nothing to import"]);

    let text = std::fs::read_to_string(&units).unwrap();
    let renamed = dir.join("renamed.csv");
    let new_name = "南昌市人力资源和社会保障局";
    std::fs::write(&renamed, text.replace("南昌市劳动和社会保障局", new_name)).unwrap();
    let ran = import(&dir, &renamed, &["--rename-from", "2026-01-01", "--lang", "zh-Hans"]);
    ran.ended(0).printed(&["~ 360100-LSB", new_name, "更名 1 个"]);
    import(&dir, &renamed, &[]).ended(0).printed(&["178 unchanged"]);
}

#[test]
fn broken_tables_are_refused_row_by_row_and_change_nothing() {
    let (_holder, dir) = new();
    let (mut refused, mut unreadable) = (0, 0);
    for entry in std::fs::read_dir(repository("testdata/broken")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "units-gb18030.csv" {
            continue; // Only its encoding is unusual.
        }
        let ran = import(&dir, &path, &[]);
        match ran.code {
            1 => {
                assert!(ran.out.contains("Row ") && ran.out.contains("mistake"), "{name}: {ran:?}");
                refused += 1;
            }
            3 => {
                assert!(ran.err.contains("error:"), "{name}: {ran:?}");
                unreadable += 1;
            }
            _ => panic!("{name}: {ran:?}"),
        }
    }
    assert!(refused >= 8 && unreadable >= 5, "{refused} refused, {unreadable} unreadable");
    import(&dir, &repository("testdata/broken/none.csv"), &[]).ended(3);
    run_in(&["doctor"], &dir, &[]).ended(0).printed(&["        0  日志条目 · log entries"]);
}

#[test]
fn accounts_are_opened_changed_and_closed_without_a_password_on_the_command_line() {
    let (_holder, dir) = new();
    import(&dir, &repository("testdata/units-jiangxi.csv"), &[]).ended(0);
    let list = || run_in(&["user", "list"], &dir, &[]).ended(0);
    assert!(
        add_user(&dir, "head", "administrator@360000-LSB", "short").ended(1).err.contains("10")
    );
    add_user(&dir, "head", "administrator@360000-LSB", "").ended(1);
    assert_eq!(list().out, "");
    let ran = add_user(&dir, "head", "administrator@360000-LSB", "correct horse battery");
    assert_eq!(ran.ended(0).out, "ahead\n");
    add_user(&dir, "head", "administrator@360000-LSB", "correct horse battery").ended(1);
    add_user(&dir, "处长", "administrator@360000-LSB", "correct horse battery").ended(1);
    list().printed(&["head", "ahead", "administrator@360000-LSB"]);

    let path = dir.to_str().unwrap();
    let duty = "office_director@360000-LSB";
    run(["user", "duties", "--dir", path, "head", "--duty", duty]).ended(0);
    let listed = list().printed(&["office director@360000-LSB"]);
    assert!(!listed.out.contains("administrator@"), "{}", listed.out);
    run(["user", "duties", "--dir", path, "head", "--duty", "liaison@999999-LSB"]).ended(1);
    let password = ["user", "password", "--dir", path, "head"];
    run_with(password, "another long password\n").ended(0);
    run_with(password, "short\n").ended(1);
    run(["user", "close", "--dir", path, "head"]).ended(0);
    list().printed(&["closed"]);
    assert!(run(["user", "close", "--dir", path, "head"]).ended(1).err.contains("user list"));
    run_in(&["doctor"], &dir, &[]).ended(0);
}
