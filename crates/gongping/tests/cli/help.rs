use crate::common::run;

#[test]
fn help_of_each_command_names_its_flags_in_both_languages() {
    let of_command: [(&[&str], &[&str]); 22] = [
        (&["demo"], &["--dir", "--seed", "--no-serve", "--listen"]),
        (&["init"], &["--dir", "--origin", "--database"]),
        (&["serve"], &["--dir", "--listen"]),
        (&["import", "units"], &["--dir", "--dry-run", "--rename-from", "<FILE>"]),
        (&["user", "add"], &["--dir", "--login", "--title", "--id", "--duty"]),
        (&["user", "duties"], &["--dir", "--duty", "<NAME>"]),
        (&["user", "password"], &["--dir", "<NAME>"]),
        (&["user", "close"], &["--dir", "<NAME>"]),
        (&["user", "list"], &["--dir"]),
        (&["rulebook", "check"], &["<FILE>"]),
        (&["dossier", "export"], &["--dir", "--appraisal", "<OUT>"]),
        (&["verify"], &["[PATH]", "--json", "--log-key", "--checkpoint", "--follow", "--every"]),
        (&["verify-diff"], &["<OLD>", "<NEW>", "--json"]),
        (&["score"], &["--rulebook", "--counts", "--json"]),
        (&["doctor"], &["--dir", "--repair-tables"]),
        (&["backup"], &["--dir", "<OUT>"]),
        (&["key", "new"], &["--appraisal", "--seat", "<FILE>"]),
        (&["key", "answer"], &["<WORK>", "<OUT>", "--file", "--sheet"]),
        (&["key", "check"], &["[RECORD]", "--file", "--sheet"]),
        (&["key", "sheet"], &["--file"]),
        (&["key", "passphrase"], &["<FILE>", "<OUT>"]),
        (&[], &["demo", "init", "serve", "verify", "doctor"]),
    ];
    for (words, flags) in of_command {
        let ran = run(words.iter().copied().chain(["--help"])).ended(0).printed(flags);
        let has_both = |line: &str| line.contains(" · ") || line.contains("· ");
        assert!(ran.out.lines().next().is_some_and(has_both), "{words:?}: {}", ran.out);
        assert!(ran.out.contains("--lang"), "{words:?}: {}", ran.out);
    }
}

#[test]
fn command_line_that_is_wrong_ends_with_2() {
    for words in [
        &[] as &[&str],
        &["no-such-command"],
        &["verify"],
        &["verify", "--log-key", "no key", "x"],
        &["verify", "--follow", "x", "y"],
        &["verify", "--every", "3", "x"],
        &["verify-diff", "x"],
        &["score", "--rulebook", "x"],
        &["doctor"],
        &["init", "--dir", "x", "--origin", "with space"],
        &["user", "add", "--dir", "x", "--login", "x", "--title", "x", "--duty", "king@360000-LSB"],
        &["--lang", "de", "verify", "x"],
    ] {
        run(words).ended(2);
    }
}
