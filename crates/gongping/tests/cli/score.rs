use crate::common::{province, repository, run};
use std::path::Path;

fn score(rulebook: &Path, counts: &Path, more: &[&str]) -> crate::common::Ran {
    let (rulebook, counts) = (rulebook.to_str().unwrap(), counts.to_str().unwrap());
    let arguments = ["score", "--rulebook", rulebook, "--counts", counts];
    run(arguments.iter().chain(more))
}

#[test]
fn scores_of_the_dossier_come_out_byte_for_byte() {
    let dossier = &province().dossier;
    let (rulebook, counts) = (dossier.join("rulebook.toml"), dossier.join("counts.csv"));
    let published = std::fs::read_to_string(dossier.join("scores.json")).unwrap();
    assert_eq!(score(&rulebook, &counts, &["--json"]).ended(0).out, published);

    let text = score(&rulebook, &counts, &[]).ended(0);
    let ranking = std::fs::read_to_string(dossier.join("ranking.csv")).unwrap();
    let (listing, _) = text.out.split_once("\n\n360100-LSB\n").unwrap();
    let mut listing = listing.lines().skip_while(|line| *line != "Ranking").skip(1);
    for row in ranking.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let (rank, unit, shown, total) = (cells[0], cells[1], cells[3], cells[4]);
        let line = listing.next().unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[0].trim_end_matches('='), rank, "{line}");
        assert!(words.contains(&unit) && words.contains(&shown) && words.contains(&total));
    }
    // Settings with their origin, and every step with its clause.
    text.printed(&["SHA-256", "Settings", "Worth of a grade", ", D2]", "[D1]", "Plan, clause"]);
}

#[test]
fn mistakes_are_listed_with_file_and_row() {
    let folder = tempfile::tempdir().unwrap();
    let rulebook = repository("rulebooks/labour-security-2007.toml");
    let counts = folder.path().join("counts.csv");
    let rows = "unit,group,item,grade,count\n360100-LSB,residents,x,y,-3\n,residents,x,y,1\n";
    std::fs::write(&counts, rows).unwrap();
    let ran = score(&rulebook, &counts, &[]).ended(1);
    ran.printed(&["counts.csv: row 2", "counts.csv: row 3", "2 mistakes"]);
    score(&rulebook, &folder.path().join("none.csv"), &[]).ended(3);
}

#[test]
fn rulebook_check_lists_every_mistake_with_its_place() {
    let good = repository("rulebooks/labour-security-2007.toml");
    let path = good.to_str().unwrap();
    run(["rulebook", "check", path]).ended(0).printed(&["has no mistakes", "35 to 93", "8 items"]);

    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.toml");
    let text = std::fs::read_to_string(&good).unwrap();
    let value = text.lines().position(|line| line.contains("0.9")).unwrap();
    std::fs::write(
        &bad,
        text.replacen("0.9", "\"much\"", 1).replacen("format = 1", "format = 9", 1),
    )
    .unwrap();
    let path = bad.to_str().unwrap();
    let ran = run(["rulebook", "check", path]).ended(1);
    ran.printed(&[&format!("Line {}", value + 1), "column", "Format 9", "Write format = 1"]);
    run(["rulebook", "check", path, "--lang", "zh-Hans"]).ended(1).printed(&["请写"]);
    run(["rulebook", "check", folder.path().join("none").to_str().unwrap()]).ended(3);
}
