//! Agreement with belenios-tool, in both directions.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;

const TEMPLATE: &str = r#"{"description":"说明","name":"票箱 \"1\"","questions":[{"answers":["优秀","满意"],"min":0,"max":1,"question":"服务"},{"answers":["A","B"],"blank":true,"min":1,"max":2,"question":"廉洁"},{"answers":["A","B","C"],"min":1,"max":3,"question":"办事"}]}"#;

/// Choices of [`mixed_ballots`] as the tool reads them.
const CHOICES: [(&str, &str); 3] = [
    ("1", "[[1,0],[1,0,0],[0,0,1]]"),
    ("2", "[[0,0],[0,1,1],[1,1,1]]"),
    ("1", "[[0,1],[0,0,1],[1,0,1]]"),
];

/// Sets up a box with the tool; returns its identifier and the private credentials.
fn set_up(tool: &Tool) -> (Uuid, Vec<(String, String)>) {
    let uuid = Uuid::generate(&mut rng(77));
    tool.run(&format!("setup generate-credentials --uuid {uuid} --group Ed25519 --count 4"), b"");
    tool.run("setup generate-trustee-key --group Ed25519", b"");
    tool.run("setup generate-trustee-key --group Ed25519", b"");
    let mut keys = String::new();
    for id in trustee_ids(tool) {
        keys.push_str(&String::from_utf8(tool.read(&format!("{id}.pubkey"))).unwrap());
    }
    tool.write("public_keys.jsons", keys);
    tool.write("template.json", TEMPLATE);
    tool.run("setup make-trustees", b"");
    let make =
        format!("setup make-election --uuid {uuid} --group Ed25519 --template template.json");
    tool.run(&make, b"");
    tool.write("public_creds.json", tool.read(&tool.only(".pubcreds")));
    tool.run("archive init", b"");
    let codes: serde_json::Value =
        serde_json::from_slice(&tool.read(&tool.only(".privcreds"))).unwrap();
    let codes = codes.as_object().unwrap().iter();
    let codes = codes.map(|(id, code)| (id.clone(), code.as_str().unwrap().to_owned())).collect();
    (uuid, codes)
}

fn trustee_ids(tool: &Tool) -> Vec<String> {
    let names = std::fs::read_dir(tool.folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ids: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".pubkey").map(str::to_owned)).collect();
    ids.sort();
    ids
}

fn code<'a>(codes: &'a [(String, String)], id: &str) -> &'a str {
    &codes.iter().find(|(own, _)| own == id).unwrap().1
}

fn parse_items(bytes: &[u8]) -> Vec<Item> {
    let mut reader = ArchiveReader::new(bytes);
    std::iter::from_fn(|| reader.next_item().unwrap()).collect()
}

#[test]
fn archives_of_the_tool_verify_here() {
    let Some(tool) = Tool::find() else { return };
    let (uuid, codes) = set_up(&tool);
    let archive_name = format!("{uuid}.bel");
    for (id, choice) in CHOICES {
        tool.write("choice.json", choice);
        tool.write("code", code(&codes, id));
        let ballot = tool.run("election generate-ballot --choice choice.json --privcred code", b"");
        tool.run("archive add-event --type Ballot", &ballot);
        let report = verify(&tool.read(&archive_name)).unwrap();
        assert_eq!(report.ballots_received, report.ballots_checked);
    }
    tool.run("archive add-event --type EndBallots", b"");
    let tally = tool.run("election compute-encrypted-tally", b"");
    tool.run("archive add-event --type EncryptedTally", &tally);
    for (index, id) in trustee_ids(&tool).into_iter().enumerate() {
        let number = index + 1;
        let decrypt = format!("election decrypt --privkey {id}.privkey --trustee-id {number}");
        let part = tool.run(&decrypt, b"");
        tool.run("archive add-event --type PartialDecryption", &part);
    }
    let result = tool.run("election compute-result", b"");
    tool.run("archive add-event --type Result", &result);
    tool.run("election verify", b"");

    let bytes = tool.read(&archive_name);
    let report = verify(&bytes).unwrap();
    assert_eq!(report.counts, Some(mixed_counts()));
    assert_eq!(
        (report.ballots_received, report.ballots_checked, report.ballots_counted),
        (3, 3, 2)
    );
    assert_eq!(report.uuid, uuid);
    assert_eq!(report.name, "票箱 \"1\"");
    // What we would write is what the tool wrote.
    let mut writer = ArchiveWriter::append(Vec::new(), report.timestamp);
    parse_items(&bytes).iter().for_each(|item| writer.write(item).unwrap());
    assert_eq!(writer.finish().unwrap(), bytes);
}

#[test]
fn our_archives_verify_with_the_tool() {
    let Some(tool) = Tool::find() else { return };
    let mut fixture = Fixture::mixed(21);
    let (_, items) = fixture.tallied();
    let name = format!("{}.bel", fixture.uuid);
    let events = (1..=items.len()).filter(|end| items[end - 1].name.ends_with(".event.json"));
    for end in events {
        tool.write(&name, archive(&items[..end]));
        let (success, _, stderr) = tool.try_run("election verify", b"");
        assert!(success && stderr.contains("all checks passed"), "entry {end}: {stderr}");
    }
    let result = tool.run("election compute-result", b"");
    let expected = serde_json::json!({ "result": mixed_counts() });
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&result).unwrap(), expected);
}

#[test]
fn ballots_go_both_ways_into_one_box() {
    let Some(tool) = Tool::find() else { return };
    let (uuid, codes) = set_up(&tool);
    let archive_name = format!("{uuid}.bel");
    let election = Election::parse(tool.read("election.json").trim_ascii_end()).unwrap();
    // Ours into the tool's box.
    let credential = PrivateCredential::parse(code(&codes, "1")).unwrap();
    let ballot = seal_ballot(&election, &credential, &mixed_ballots()[0].1, &mut rng(5)).unwrap();
    tool.write("ballot.json", ballot.bytes());
    tool.run("election verify-ballot --ballot ballot.json", b"");
    tool.run("archive add-event --type Ballot", ballot.bytes());
    tool.run("election verify", b"");
    // The tool's into the box that continues here.
    let mut replay = BoxReplay::verifying(1);
    let mut items = parse_items(&tool.read(&archive_name));
    items.iter().for_each(|item| replay.apply(item.clone()).unwrap());
    let mut state = replay.finish().unwrap().state;
    tool.write("choice.json", CHOICES[1].1);
    tool.write("code", code(&codes, "2"));
    let theirs = tool.run("election generate-ballot --choice choice.json --privcred code", b"");
    let theirs = theirs.trim_ascii_end();
    let checked = state.check_ballot(theirs).unwrap();
    let hash = tool.run("sha256-b64", theirs);
    assert_eq!(checked.tracker().as_bytes(), hash.trim_ascii_end());
    items.extend(state.append_ballot(checked).unwrap());
    let mut writer = ArchiveWriter::append(Vec::new(), state.timestamp());
    items.iter().for_each(|item| writer.write(item).unwrap());
    tool.write(&archive_name, writer.finish().unwrap());
    tool.run("election verify", b"");
}

#[test]
fn key_holders_can_use_either_program() {
    let Some(tool) = Tool::find() else { return };
    let mut fixture = Fixture::mixed(22);
    let (mut state, mut items) = fixture.open();
    for (code, choices) in mixed_ballots() {
        let bytes = fixture.seal(code, &choices);
        let ballot = state.check_ballot(&bytes).unwrap();
        items.extend(state.append_ballot(ballot).unwrap());
    }
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    tool.write(&format!("{}.bel", fixture.uuid), archive(&items));
    // Our secret opened by the tool, the other one here.
    tool.write("first.privkey", fixture.holders[0].to_json().as_bytes());
    let part = tool.run("election decrypt --privkey first.privkey --trustee-id 1", b"");
    let part = part.split(|byte| *byte == b'\n').next().unwrap();
    items.extend(state.partial_decryption(1, part).unwrap());
    let tally = state.tally().unwrap().clone();
    let part = fixture.holders[1].decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
    items.extend(state.partial_decryption(2, &part).unwrap());
    items.extend(state.result().unwrap());
    tool.write(&format!("{}.bel", fixture.uuid), archive(&items));
    tool.run("election verify", b"");
    assert_eq!(state.counts().unwrap(), mixed_counts());
}

#[test]
fn keys_and_codes_of_the_tool_are_read_here() {
    let Some(tool) = Tool::find() else { return };
    let (uuid, codes) = set_up(&tool);
    for id in trustee_ids(&tool) {
        let secret = KeyHolderSecret::parse_json(&tool.read(&format!("{id}.privkey"))).unwrap();
        let public = TrusteePublicKey::parse(&tool.read(&format!("{id}.pubkey"))).unwrap();
        assert_eq!(secret.public_key(), public.public_key());
        assert_eq!(
            secret.to_json().as_bytes(),
            tool.read(&format!("{id}.privkey")).trim_ascii_end()
        );
    }
    let list = CredentialList::parse_authority(&tool.read("public_creds.json")).unwrap();
    let ours = CredentialList::build(
        codes
            .iter()
            .map(|(_, code)| PrivateCredential::parse(code).unwrap().derive(&uuid).public()),
    );
    assert_eq!(list.bytes(), ours.unwrap().bytes());
    // And a code made here gives the same key there.
    let code = PrivateCredential::generate(&mut rng(6));
    let derive =
        format!("setup generate-credentials --uuid {uuid} --group Ed25519 --derive {code}");
    let theirs = tool.run(&derive, b"");
    assert_eq!(theirs.trim_ascii_end(), code.derive(&uuid).public().to_string().as_bytes());
}
