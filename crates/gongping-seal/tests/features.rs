//! Boxes that use everything the protocol has, made by the independent tool and by us, and
//! verified by both with the same counts: weights, blank votes, ballots that replace others (also
//! several of one code in a row), other limits than 0 and 1, one key holder who must take part
//! and three of whom any two must.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;
use std::collections::BTreeMap;

const TEMPLATE: &str = r#"{"description":"说明","name":"票箱","questions":[{"answers":["优秀","满意"],"min":0,"max":1,"question":"服务"},{"answers":["A","B"],"blank":true,"min":1,"max":2,"question":"廉洁"},{"answers":["A","B","C","D"],"min":1,"max":3,"question":"办事"},{"answers":["A","B","C"],"min":2,"max":2,"question":"作风"}]}"#;

/// Weights of the codes.
const WEIGHTS: [u32; 4] = [3, 1, 20, 1];

/// Who answers what, in order, as the tool reads it; the first three are of one code.
const BALLOTS: [(usize, &str); 7] = [
    (0, "[[1,0],[0,1,1],[1,1,1,0],[1,1,0]]"),
    (0, "[[0,1],[1,0,0],[0,0,0,1],[0,1,1]]"),
    (0, "[[0,0],[0,1,0],[0,1,0,1],[1,0,1]]"),
    (1, "[[1,0],[1,0,0],[1,0,0,0],[1,1,0]]"),
    (2, "[[0,1],[0,0,1],[0,1,1,1],[0,1,1]]"),
    (1, "[[1,0],[1,0,0],[1,1,0,0],[1,0,1]]"),
    (2, "[[0,1],[1,0,0],[0,1,1,1],[1,1,0]]"),
];

fn answers(text: &str) -> Vec<Vec<u64>> {
    serde_json::from_str(text).unwrap()
}

/// What must come out: the last answers of each code, times its weight.
fn expected() -> Vec<Vec<u64>> {
    let last: BTreeMap<usize, &str> = BALLOTS.into_iter().collect();
    let mut sums = answers(BALLOTS[0].1);
    sums.iter_mut().flatten().for_each(|sum| *sum = 0);
    for (code, text) in last {
        for (sum, answer) in sums.iter_mut().flatten().zip(answers(text).iter().flatten()) {
            *sum += answer * u64::from(WEIGHTS[code]);
        }
    }
    sums
}

/// The same answers as they are given to [`seal_ballot`].
fn choices(text: &str, questions: &[Question]) -> Vec<Choice> {
    let choice = |(answers, question): (Vec<u64>, &Question)| {
        if question.blank && answers[0] == 1 {
            return Choice::Blank;
        }
        let chosen = answers[usize::from(question.blank)..].iter().enumerate();
        Choice::Answers(chosen.filter(|(_, one)| **one == 1).map(|(index, _)| index).collect())
    };
    answers(text).into_iter().zip(questions).map(choice).collect()
}

fn check(report: &BoxReport) {
    assert_eq!(report.counts, Some(expected()));
    assert_eq!((report.ballots_received, report.ballots_checked), (7, 7));
    assert_eq!((report.ballots_counted, report.ballots_replaced), (3, 4));
    assert_eq!(report.total_weight, 24);
    let opened: Vec<u32> =
        report.trustees.iter().filter(|t| t.opened).map(|trustee| trustee.number).collect();
    assert_eq!(opened, [1, 2, 4]);
    for check in Check::ALL {
        assert!(report.performed[check] > 0, "{check} was not made in a box with everything");
    }
}

#[test]
fn box_of_the_tool_with_everything_verifies_here_with_the_same_counts() {
    let Some(tool) = Tool::find() else { return };
    let uuid = Uuid::generate(&mut rng(91));
    let ids: String = (0..).zip(WEIGHTS).map(|(id, weight)| format!("{id},,{weight}\n")).collect();
    tool.write("ids", ids);
    tool.run(&format!("setup generate-credentials --uuid {uuid} --group Ed25519 --file ids"), b"");
    tool.run("setup generate-trustee-key --group Ed25519", b"");
    tool.write("public_keys.jsons", tool.read(&tool.only(".pubkey")));
    let holders = tool.ceremony();
    tool.write("template.json", TEMPLATE);
    tool.run("setup make-trustees", b"");
    let make = "setup make-election --group Ed25519 --template template.json";
    tool.run(&format!("{make} --uuid {uuid}"), b"");
    tool.write("public_creds.json", tool.read(&tool.only(".pubcreds")));
    tool.run("archive init", b"");
    let codes: serde_json::Value =
        serde_json::from_slice(&tool.read(&tool.only(".privcreds"))).unwrap();
    for (code, choice) in BALLOTS {
        tool.write("choice.json", choice);
        tool.write("code", codes[code.to_string()].as_str().unwrap());
        let ballot = tool.run("election generate-ballot --choice choice.json --privcred code", b"");
        tool.run("archive add-event --type Ballot", &ballot);
    }
    tool.run("archive add-event --type EndBallots", b"");
    let tally = tool.run("election compute-encrypted-tally", b"");
    tool.run("archive add-event --type EncryptedTally", &tally);
    let key = tool.only(".privkey");
    let part = tool.run(&format!("election decrypt --privkey {key} --trustee-id 1"), b"");
    tool.run("archive add-event --type PartialDecryption", &part);
    for owner in [2, 4] {
        let id = &holders[owner - 2];
        let files = format!("--key {id}.key --decryption-key {id}.dkey --trustee-id {owner}");
        let part = tool.run(&format!("election decrypt-threshold {files}"), b"");
        tool.run("archive add-event --type PartialDecryption", &part);
    }
    let result = tool.run("election compute-result", b"");
    tool.run("archive add-event --type Result", &result);
    tool.run("election verify", b"");
    let theirs: serde_json::Value = serde_json::from_slice(&result).unwrap();
    assert_eq!(theirs, serde_json::json!({ "result": expected() }));
    check(&verify(&tool.read(&format!("{uuid}.bel"))).unwrap());
}

/// Our box with everything, all entries.
fn ours() -> (Fixture, Vec<Item>) {
    let template: serde_json::Value = serde_json::from_str(TEMPLATE).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let number = |value: &serde_json::Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let question = |value: &serde_json::Value| Question {
        text: text(&value["question"]),
        answers: value["answers"].as_array().unwrap().iter().map(text).collect(),
        blank: value["blank"] == true,
        min: number(&value["min"]),
        max: number(&value["max"]),
    };
    let questions: Vec<_> =
        template["questions"].as_array().unwrap().iter().map(question).collect();
    let mut fixture = Fixture::new(92, questions.clone(), WEIGHTS.len()).with_threshold();
    let keys = fixture.codes.iter().map(|code| code.derive(&fixture.uuid).public());
    fixture.credentials = CredentialList::build_weighted(keys.zip(WEIGHTS)).unwrap();
    let (mut state, mut items) = fixture.open();
    for (code, text) in BALLOTS {
        let bytes = fixture.seal(code, &choices(text, &questions));
        let ballot = state.check_ballot(&bytes).unwrap();
        items.extend(state.append_ballot(ballot).unwrap());
    }
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    for owner in [1, 2, 4] {
        let tally = state.tally().unwrap().clone();
        let holder = &fixture.holders[owner as usize - 1];
        let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
        items.extend(state.partial_decryption(owner, &part).unwrap());
    }
    items.extend(state.result().unwrap());
    (fixture, items)
}

#[test]
fn our_box_with_everything_holds_and_gives_the_expected_counts() {
    let (_, items) = ours();
    check(&verify(&archive(&items)).unwrap());
}

#[test]
fn our_box_with_everything_verifies_with_the_tool_at_every_stage() {
    let Some(tool) = Tool::find() else { return };
    let (fixture, items) = ours();
    let name = format!("{}.bel", fixture.uuid);
    let is_event = |end: &usize| items[end - 1].name.ends_with(".event.json");
    for end in (1..=items.len()).filter(is_event) {
        tool.write(&name, archive(&items[..end]));
        let (success, _, stderr) = tool.try_run("election verify", b"");
        assert!(success && stderr.contains("all checks passed"), "entry {end}: {stderr}");
    }
    let result = tool.run("election compute-result", b"");
    let theirs: serde_json::Value = serde_json::from_slice(&result).unwrap();
    assert_eq!(theirs, serde_json::json!({ "result": expected() }));
}

#[test]
fn both_programs_say_the_same_about_forged_boxes() {
    let Some(tool) = Tool::find() else { return };
    let (fixture, items) = ours();
    let name = format!("{}.bel", fixture.uuid);
    let ballots: Vec<usize> =
        (0..items.len()).filter(|at| items[*at].bytes.starts_with(b"{\"election_uuid\"")).collect();
    let flip = |at: usize, byte: usize| {
        let mut forged = items.clone();
        forged[at].bytes[byte] ^= 1;
        forged
    };
    let without = |at: usize| [&items[..at], &items[at + 2..]].concat();
    let result = items.len() - 2;
    let forged = [
        ("a byte of a ballot that was replaced", flip(ballots[0], 1_500)),
        ("a byte of a ballot", flip(ballots[6], 3_000)),
        ("a ballot taken out", without(ballots[3])),
        ("a digit of the result", flip(result, 13)),
        ("a byte of the list of codes", flip(3, 20)),
        ("a byte of the threshold's parameters", flip(2, 900)),
    ];
    for (what, items) in forged {
        tool.write(&name, archive(&items));
        assert!(!tool.try_run("election verify", b"").0, "{what}: the tool accepted it");
        assert!(verify(&archive(&items)).is_err(), "{what}");
    }
}

#[test]
fn both_programs_say_the_same_about_two_copies() {
    let Some(tool) = Tool::find() else { return };
    let (fixture, items) = ours();
    let name = format!("{}.bel", fixture.uuid);
    let parts = [("old", &items[..10]), ("new", &items[..]), ("less", &items[..8])];
    for (folder, items) in parts {
        std::fs::create_dir(tool.path(folder)).unwrap();
        tool.write(&format!("{folder}/{name}"), archive(items));
    }
    let read = |folder: &str| tool.read(&format!("{folder}/{name}"));
    for (old, new, holds) in
        [("old", "new", true), ("old", "old", true), ("old", "less", false), ("new", "old", false)]
    {
        let compare = format!("election verify-diff --dir1 {old} --dir2 {new}");
        assert_eq!(tool.try_run(&compare, b"").0, holds, "the tool: {old} {new}");
        let ours = compare_archives(&*read(old), &*read(new));
        assert_eq!(ours.is_ok(), holds, "{old} {new}");
    }
}
