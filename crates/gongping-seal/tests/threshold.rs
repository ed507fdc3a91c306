//! Key holders of whom any two of three open a box, beside one who must: boxes of the independent
//! tool verify here, and whoever tampers with what the holders signed is refused.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;

const TEMPLATE: &str = r#"{"description":"说明","name":"票箱","questions":[{"answers":["优秀","满意"],"min":0,"max":1,"question":"服务"},{"answers":["A","B"],"blank":true,"min":1,"max":2,"question":"廉洁"}]}"#;

struct Scene {
    tool: Tool,
    uuid: Uuid,
    holders: Vec<String>,
}

impl Scene {
    /// A box with two ballots, one of them replaced, closed and added up by the tool.
    fn added_up() -> Option<Self> {
        let tool = Tool::find()?;
        let uuid = Uuid::generate(&mut rng(78));
        let credentials = "setup generate-credentials --group Ed25519 --count 3";
        tool.run(&format!("{credentials} --uuid {uuid}"), b"");
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
        for (id, choice) in
            [("1", "[[1,0],[1,0,0]]"), ("2", "[[0,1],[0,1,1]]"), ("1", "[[0,0],[0,0,1]]")]
        {
            tool.write("choice.json", choice);
            tool.write("code", codes[id].as_str().unwrap());
            let ballot =
                tool.run("election generate-ballot --choice choice.json --privcred code", b"");
            tool.run("archive add-event --type Ballot", &ballot);
        }
        tool.run("archive add-event --type EndBallots", b"");
        let tally = tool.run("election compute-encrypted-tally", b"");
        tool.run("archive add-event --type EncryptedTally", &tally);
        Some(Self { tool, uuid, holders })
    }

    fn archive(&self) -> Vec<u8> {
        self.tool.read(&format!("{}.bel", self.uuid))
    }

    /// A partial decryption by the tool: owner 1 is the one who must, 2 to 4 are the three.
    fn part(&self, owner: usize) -> Vec<u8> {
        let tool = &self.tool;
        if owner == 1 {
            let key = tool.only(".privkey");
            return tool.run(&format!("election decrypt --privkey {key} --trustee-id 1"), b"");
        }
        let id = &self.holders[owner - 2];
        let files = format!("--key {id}.key --decryption-key {id}.dkey");
        tool.run(&format!("election decrypt-threshold {files} --trustee-id {owner}"), b"")
    }

    fn state(&self) -> BoxState {
        let bytes = self.archive();
        let mut reader = ArchiveReader::new(&*bytes);
        let mut replay = BoxReplay::verifying(1);
        while let Some(item) = reader.next_item().unwrap() {
            replay.apply(item).unwrap();
        }
        replay.finish().unwrap().state
    }

    /// The decryption itself, without the owner that the tool prints after it.
    fn bare_part(&self, owner: usize) -> Vec<u8> {
        let part = self.part(owner);
        part.split(|byte| *byte == b'\n').next().unwrap().to_owned()
    }
}

fn counts() -> Vec<Vec<u64>> {
    vec![vec![0, 1], vec![0, 1, 2]]
}

#[test]
fn boxes_that_two_of_three_opened_with_the_tool_verify_here() {
    let Some(scene) = Scene::added_up() else { return };
    for owner in [1, 3, 4] {
        let part = scene.part(owner);
        scene.tool.run("archive add-event --type PartialDecryption", &part);
    }
    let result = scene.tool.run("election compute-result", b"");
    scene.tool.run("archive add-event --type Result", &result);
    scene.tool.run("election verify", b"");
    let report = verify(&scene.archive()).unwrap();
    assert_eq!(report.counts, Some(counts()));
    let opened: Vec<u32> =
        report.trustees.iter().filter(|t| t.opened).map(|trustee| trustee.number).collect();
    assert_eq!(opened, [1, 3, 4]);
}

#[test]
fn any_two_of_three_open_the_same_counts_and_fewer_open_nothing() {
    let Some(scene) = Scene::added_up() else { return };
    let parts: Vec<Vec<u8>> = (1..=4).map(|owner| scene.bare_part(owner)).collect();
    for owners in [[1, 2, 3], [1, 2, 4], [4, 3, 1]] {
        let mut state = scene.state();
        for owner in owners {
            state.partial_decryption(owner, &parts[owner as usize - 1]).unwrap();
        }
        state.result().unwrap();
        assert_eq!(state.counts().unwrap(), counts());
    }
    let mut state = scene.state();
    state.partial_decryption(1, &parts[0]).unwrap();
    state.partial_decryption(3, &parts[2]).unwrap();
    assert_eq!(state.result(), Err(TallyError::Missing { owners: vec![2, 4], needed: 1 }));
    // The one who must take part cannot be replaced by the third of the others.
    let mut state = scene.state();
    for owner in [2, 3, 4] {
        state.partial_decryption(owner, &parts[owner as usize - 1]).unwrap();
    }
    assert_eq!(state.result(), Err(TallyError::Missing { owners: vec![1], needed: 1 }));
}

#[test]
fn a_wrong_part_is_named_and_blocks_nobody() {
    let Some(scene) = Scene::added_up() else { return };
    let parts: Vec<Vec<u8>> = (1..=4).map(|owner| scene.bare_part(owner)).collect();
    let mut state = scene.state();
    state.partial_decryption(1, &parts[0]).unwrap();
    // The part of holder 3 handed in as that of holder 2.
    let wrong = state.partial_decryption(2, &parts[2]).unwrap_err();
    assert_eq!(wrong, TallyError::DecryptionProof { owner: 2, question: 1, choice: 1 });
    state.partial_decryption(3, &parts[2]).unwrap();
    state.partial_decryption(4, &parts[3]).unwrap();
    state.result().unwrap();
    assert_eq!(state.counts().unwrap(), counts());
}

#[test]
fn a_result_of_too_few_parts_is_refused_in_an_archive() {
    let Some(scene) = Scene::added_up() else { return };
    let mut state = scene.state();
    let bytes = scene.archive();
    let mut reader = ArchiveReader::new(&*bytes);
    let mut items: Vec<Item> = std::iter::from_fn(|| reader.next_item().unwrap()).collect();
    for owner in [1, 2, 4] {
        items.extend(state.partial_decryption(owner, &scene.bare_part(owner as usize)).unwrap());
    }
    items.extend(state.result().unwrap());
    let write = |items: &[Item]| {
        let mut writer = ArchiveWriter::append(Vec::new(), state.timestamp());
        items.iter().for_each(|item| writer.write(item).unwrap());
        writer.finish().unwrap()
    };
    assert!(verify(&write(&items)).is_ok());
    scene.tool.write(&format!("{}.bel", scene.uuid), write(&items));
    scene.tool.run("election verify", b"");
    // The last part taken out, its result kept and linked to the chain again.
    let last = items.len() - 5;
    items.drain(last..last + 3);
    let parent = items[last - 1].name.split('.').next().unwrap().to_owned();
    let event = String::from_utf8(items[last + 1].bytes.clone()).unwrap();
    let old = event.split('"').nth(3).unwrap().to_owned();
    let height: u64 =
        event.split("\"height\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    let event = event
        .replace(&old, &parent)
        .replace(&format!("\"height\":{height}"), &format!("\"height\":{}", height - 1));
    let name = format!("{}.event.json", Hash::of(event.as_bytes()));
    items[last + 1] = Item { name, bytes: event.into_bytes() };
    assert_eq!(finding(&write(&items)).check(), Check::DecryptionComplete);
}

/// Replaces the first place of `old` after `from`, and reads the trustees.
fn changed(text: &str, from: &str, old: &str, new: &str) -> TrusteeError {
    let start = text.find(from).unwrap();
    let (before, after) = text.split_at(start);
    let forged = format!("{before}{}", after.replacen(old, new, 1));
    assert_ne!(text, forged, "nothing to change");
    Trustees::parse(forged.as_bytes()).unwrap_err()
}

fn threshold(error: TrusteeError) -> ThresholdError {
    match error {
        TrusteeError::Threshold { number: 2, source } => source,
        other => panic!("{other}"),
    }
}

#[test]
fn forged_threshold_parameters_are_refused() {
    let Some(tool) = Tool::find() else { return };
    tool.run("setup generate-trustee-key --group Ed25519", b"");
    tool.write("public_keys.jsons", tool.read(&tool.only(".pubkey")));
    tool.ceremony();
    let parameters = String::from_utf8(tool.read("threshold.json")).unwrap();
    tool.ceremony();
    tool.run("setup make-trustees", b"");
    let text = String::from_utf8(tool.read("trustees.json")).unwrap().trim_end().to_owned();
    let trustees = Trustees::parse(text.as_bytes()).unwrap();
    assert_eq!(trustees.owner_keys().len(), 4);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let other: serde_json::Value = serde_json::from_str(&parameters).unwrap();
    let field = |value: &serde_json::Value, path: &str| {
        value.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    let swap = |from: &str, path: &str, theirs: String| {
        threshold(changed(&text, from, &field(&value, path), &theirs))
    };

    let error = threshold(changed(&text, "\"Pedersen\"", "\"threshold\":2", "\"threshold\":1"));
    assert_eq!(error, ThresholdError::Context { holder: 1 });
    let error = threshold(changed(&text, "\"Pedersen\"", "\"threshold\":2", "\"threshold\":4"));
    assert_eq!(error, ThresholdError::Size);
    let error = threshold(changed(&text, "\"certs\"", "\\\"index\\\":1", "\\\"index\\\":2"));
    assert_eq!(error, ThresholdError::Context { holder: 1 });
    // A certificate's signature, a polynomial's, and the one over all certificates.
    let at = "/1/1/certs/0/signature/response";
    assert_eq!(swap("\"certs\"", at, "17".into()), ThresholdError::Certificate { holder: 1 });
    let at = "/1/1/coefexps/1/signature/response";
    assert_eq!(swap("\"coefexps\":[{", at, "17".into()), ThresholdError::Polynomial { holder: 2 });
    let at = "/1/1/signatures/2/response";
    assert_eq!(swap("\"signatures\"", at, "17".into()), ThresholdError::Agreement { holder: 3 });
    // A whole polynomial of another ceremony; a verification key of another ceremony.
    let at = "/1/1/coefexps/0/message";
    let quoted = |text: String| serde_json::to_string(&text).unwrap();
    let own = quoted(field(&value, at));
    let theirs = quoted(field(&other, &at[4..]));
    assert_eq!(
        threshold(changed(&text, "\"coefexps\":[{", &own, &theirs)),
        ThresholdError::Polynomial { holder: 1 }
    );
    let at = "/1/1/verification_keys/1/public_key";
    assert_eq!(
        swap("\"verification_keys\"", at, field(&other, &at[4..])),
        ThresholdError::VerificationKey { holder: 2 }
    );
    let at = "/1/1/verification_keys/1/pok/response";
    assert_eq!(swap("\"verification_keys\"", at, "17".into()), ThresholdError::Proof { holder: 2 });
    let at = "/1/1/verification_keys/1/signature/response";
    assert_eq!(
        swap("\"verification_keys\"", at, "17".into()),
        ThresholdError::Signature { holder: 2 }
    );
    // A number that is not below the order, and a point that is none.
    let at = "/1/1/verification_keys/0/pok/challenge";
    let error = swap("\"verification_keys\"", at, "9".repeat(76));
    assert!(matches!(error, ThresholdError::Scalar { holder: 1, .. }));
    let at = "/1/1/verification_keys/0/public_key";
    let error = swap("\"verification_keys\"", at, format!("{:064}", 2));
    assert!(matches!(error, ThresholdError::Element { holder: 1, .. }));
    // The same key holders twice.
    let item = text.split_once("],").unwrap().1;
    let twice = format!("[{},{item}", item.trim_end_matches(']').to_owned() + "]");
    assert_eq!(
        Trustees::parse(twice.as_bytes()).unwrap_err(),
        TrusteeError::Repeated { number: 2 }
    );
    assert!(matches!(
        changed(&text, "\"Pedersen\"", "Pedersen", "Shamir"),
        TrusteeError::Kind { number: 2, .. }
    ));
}
