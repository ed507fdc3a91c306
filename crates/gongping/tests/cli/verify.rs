use crate::common::{APPRAISAL, Ran, boxes, copy_of, export, province, repository, run};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn verify(path: &Path, more: &[&str]) -> Ran {
    let more = more.iter().map(OsStr::new);
    run([OsStr::new("verify"), path.as_os_str()].into_iter().chain(more))
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn published_dossier_holds_as_folder_and_as_zip() {
    let dossier = &province().dossier;
    let key = std::fs::read_to_string(dossier.join("log/key")).unwrap();
    let kept = dossier.join("log/checkpoint");
    let more = ["--log-key", key.trim(), "--checkpoint", kept.to_str().unwrap()];
    let ran = verify(dossier, &more).ended(0);
    let ran = ran.printed(&[APPRAISAL, "11 units are ranked", "✓ D15", "✓ D23", "Holds"]);
    assert!(!ran.out.contains('✗') && !ran.out.contains("compare it"), "{}", ran.out);

    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("dossier.zip");
    export(&province().dir, &zip).ended(0);
    let ran = verify(&zip, &["--json"]).ended(0);
    let outcomes: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let report = &outcomes[0]["report"];
    assert_eq!(report["holds"], true);
    assert_eq!(report["subject"]["ranking"].as_array().unwrap().len(), 11);
    let counted = &report["counted"];
    assert_eq!(counted["boxes"], boxes(dossier).len());
    for what in ["ballots", "proofs", "shares", "inspections", "log_entries"] {
        assert!(counted[what].as_u64().unwrap() > 0, "{what} is 0");
    }
}

#[test]
fn every_file_with_a_flipped_byte_is_named() {
    let (_holder, copy) = copy_of(&province().dossier);
    let one_box = boxes(&copy)[0].clone();
    let relative = |path: &Path| path.strip_prefix(&copy).unwrap().to_str().unwrap().to_owned();
    let report = std::fs::read_dir(copy.join("inspection")).unwrap().next().unwrap().unwrap();
    let changed = [
        relative(&one_box),
        relative(&report.path()),
        "units.csv".to_owned(),
        "scores.json".to_owned(),
        "counts.csv".to_owned(),
    ];
    for path in &changed {
        let path = copy.join(path);
        let middle = usize::try_from(path.metadata().unwrap().len() / 2).unwrap();
        flip(&path, middle);
    }
    let paths: Vec<&str> = changed.iter().map(String::as_str).collect();
    let ran = verify(&copy, &[]).ended(1).printed(&paths).printed(&["Does not hold"]);
    assert!(!ran.out.contains("everything was checked"), "{}", ran.out);
}

#[test]
fn changed_log_and_missing_file_are_named() {
    type Change = (&'static str, fn(&Path));
    let changes: [Change; 3] = [
        ("log/checkpoint", |path| flip(path, 60)),
        ("rulebook.toml", |path| flip(path, 10)),
        ("manifest.json", |path| std::fs::remove_file(path).unwrap()),
    ];
    for (name, change) in changes {
        let (_holder, copy) = copy_of(&province().dossier);
        change(&copy.join(name));
        verify(&copy, &["--lang", "zh-Hans"]).ended(1).printed(&[name, "✗", "不成立"]);
    }
}

#[test]
fn dossier_of_another_log_key_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other");
    let dir = other.to_str().unwrap();
    let key = run(["init", "--dir", dir, "--origin", "other.example/log"]).ended(0).out;
    verify(&province().dossier, &["--log-key", key.trim()]).ended(1).printed(&["✗ D03"]);
}

#[test]
fn single_box_is_verified_in_the_readers_language() {
    let one = &boxes(&province().dossier)[0];
    verify(one, &["--lang", "zh-Hans"]).ended(0).printed(&["✓ D24", "已打开并计数", "成立"]);
    verify(one, &["--lang", "zh-Hant"]).ended(0).printed(&["測評票", "成立"]);
    verify(one, &[]).ended(0).printed(&["opened and counted", "Holds"]);

    let folder = tempfile::tempdir().unwrap();
    let changed = folder.path().join("changed.bel");
    std::fs::copy(one, &changed).unwrap();
    let middle = usize::try_from(changed.metadata().unwrap().len() / 2).unwrap();
    flip(&changed, middle);
    verify(&changed, &[]).ended(1).printed(&["✗ D24", "fails check"]);
}

#[test]
fn path_that_cannot_be_read_ends_with_3_unless_another_does_not_hold() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    assert!(verify(&missing, &[]).ended(3).err.contains("missing"));
    let no_zip = folder.path().join("no.zip");
    std::fs::write(&no_zip, "not a zip").unwrap();
    verify(&no_zip, &[]).ended(3);
    let one = boxes(&province().dossier)[0].clone();
    verify(&one, &[missing.to_str().unwrap()]).ended(3).printed(&["Holds"]);
    let broken = folder.path().join("broken.bel");
    std::fs::write(&broken, "not a box").unwrap();
    verify(&broken, &[missing.to_str().unwrap()]).ended(1);
    verify(&one, &["--checkpoint", missing.to_str().unwrap()]).ended(3);
}

/// The independent tool; without it the test is skipped, except where nothing may be.
fn independent_tool() -> Option<PathBuf> {
    let named = std::env::var_os("BELENIOS_TOOL").map(PathBuf::from);
    let tool = named.unwrap_or_else(|| repository("scripts/belenios-tool"));
    let works = Command::new(&tool).arg("--version").stdin(Stdio::null()).output();
    if works.as_ref().is_ok_and(|output| output.status.success()) {
        return Some(tool);
    }
    let reason = format!("{} does not run: {works:?}", tool.display());
    assert!(std::env::var_os("CI").is_none(), "the independent verifier is missing: {reason}");
    #[expect(clippy::print_stderr, reason = "whoever runs the tests should know")]
    {
        eprintln!("skipped, no independent verifier: {reason}");
    }
    None
}

#[test]
fn independent_verifier_accepts_the_boxes_of_the_dossier() {
    let Some(tool) = independent_tool() else { return };
    let boxes = boxes(&province().dossier);
    let step = boxes.len() / 3;
    for one in [&boxes[0], &boxes[step], &boxes[2 * step], &boxes[boxes.len() - 1]] {
        let report = verify(one, &["--json"]).ended(0).out;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let uuid = report[0]["report"]["subject"]["uuid"].as_str().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(one, folder.path().join(format!("{uuid}.bel"))).unwrap();
        let mut command = Command::new(&tool);
        command.args(["election", "verify"]).current_dir(folder.path());
        let output = command.env("BELENIOS_USE_URANDOM", "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("all checks passed"), "{said}");
    }
}

/// Where the entries of an archive end.
fn ends(bytes: &[u8]) -> Vec<usize> {
    let mut reader = gongping_seal::ArchiveReader::new(bytes);
    let mut ends = Vec::new();
    while reader.next_item().unwrap().is_some() {
        ends.push(usize::try_from(reader.bytes_read()).unwrap());
    }
    ends
}

#[test]
fn every_check_of_a_box_is_printed_with_its_count() {
    let one = &boxes(&province().dossier)[0];
    let ran = verify(one, &[]).ended(0).printed(&["✓ K29 Individual proofs", "✓ K44"]);
    let report = verify(one, &["--json"]).ended(0).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let report = &report[0]["report"];
    let checks = report["box_checks"].as_array().unwrap();
    assert_eq!(checks.len(), gongping_seal::Check::ALL.len());
    for (check, line) in gongping_seal::Check::ALL.iter().zip(checks) {
        assert_eq!(line["number"], check.number());
        assert_eq!(line["name"], check.name());
        assert_eq!(line["made"], line["present"], "{line}");
        assert!(ran.out.contains(&format!(" {} ", check.number())), "{check}: {}", ran.out);
    }
    let count = |number: usize| checks[number - 1]["made"].as_u64().unwrap();
    assert_eq!(count(27), report["counted"]["ballots"].as_u64().unwrap());
    let proofs = count(28) + count(29) + count(30) + count(31) + count(41);
    assert_eq!(proofs, report["counted"]["proofs"].as_u64().unwrap());
    // The checks of a dossier are those of its boxes together.
    let whole = verify(&province().dossier, &["--json"]).ended(0).out;
    let whole: serde_json::Value = serde_json::from_str(&whole).unwrap();
    let whole = &whole[0]["report"];
    assert_eq!(whole["box_checks"][26]["made"], whole["counted"]["ballots"]);
}

#[test]
fn newer_copy_is_compared_with_an_older_one() {
    let one = &boxes(&province().dossier)[0];
    let bytes = std::fs::read(one).unwrap();
    let ends = ends(&bytes);
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.bel"), folder.path().join("new.bel"));
    std::fs::write(&old, &bytes[..ends[7]]).unwrap();
    std::fs::write(&new, &bytes).unwrap();
    let diff = |a: &Path, b: &Path, more: &[&str]| {
        let words = [OsStr::new("verify-diff"), a.as_os_str(), b.as_os_str()];
        run(words.into_iter().chain(more.iter().map(OsStr::new)))
    };
    let words = ["1 ballots", "Added:", "the close", "shares of key holders", "Holds"];
    diff(&old, &new, &[]).ended(0).printed(&words);
    diff(&old, &old, &["--lang", "zh-Hans"]).ended(0).printed(&["没有新增", "成立"]);
    diff(&new, &old, &[]).ended(1).printed(&["✗ the newer copy: entry 9 is missing"]);
    let json = diff(&new, &old, &["--json"]).ended(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["differences"][0][1]["code"], "entry-missing");
    assert_eq!(json["differences"][0][1]["offset"], ends[7]);
    flip(&new, ends[6] + 600);
    diff(&old, &new, &[]).ended(1).printed(&["newer copy: entry 8", "K03"]);
    diff(&old, &folder.path().join("none.bel"), &[]).ended(3);
    diff(&folder.path().join("none"), &old, &[]).ended(3);
    let dossier = &province().dossier;
    let (_holder, copy) = copy_of(dossier);
    diff(dossier, &copy, &[]).ended(0).printed(&["Log: all", "boxes/", "Nothing was added"]);
    std::fs::remove_file(&boxes(&copy)[0]).unwrap();
    diff(dossier, &copy, &[]).ended(1).printed(&["this box is missing"]);
}

#[test]
fn followed_box_is_checked_to_its_counts_or_until_somebody_stops() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let one = &boxes(&province().dossier)[0];
    let ran = run([OsStr::new("verify"), OsStr::new("--follow"), one.as_os_str()]).ended(0);
    ran.printed(&["opened and counted", "✓ D24", "Holds"]);

    let bytes = std::fs::read(one).unwrap();
    let ends = ends(&bytes);
    let folder = tempfile::tempdir().unwrap();
    let growing = folder.path().join("growing.bel");
    std::fs::write(&growing, &bytes[..ends[5]]).unwrap();
    let mut child = Command::new(crate::common::PROGRAM)
        .args([OsStr::new("verify"), OsStr::new("--follow"), growing.as_os_str()])
        .args(["--every", "1", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut step = || -> serde_json::Value {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    };
    assert_eq!(step()["entries"], 6);
    std::fs::write(&growing, &bytes[..ends[9]]).unwrap();
    let told = step();
    assert_eq!((&told["ballots"], &told["phase"]), (&2.into(), &"open".into()));
    // What Ctrl-C does.
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupt.unwrap().success());
    let last = step();
    assert_eq!(last["report"]["holds"], true);
    assert_eq!(last["report"]["subject"]["phase"], "open");
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("", Some(0)));

    flip(&growing, ends[6] + 600);
    run([OsStr::new("verify"), OsStr::new("--follow"), growing.as_os_str()])
        .ended(1)
        .printed(&["✗ D24", "entry 8"]);
    let missing = folder.path().join("missing.bel");
    run([OsStr::new("verify"), OsStr::new("--follow"), missing.as_os_str()]).ended(3);
}
