//! The ceremony of the keys: among ourselves, together with the independent tool, and with holders
//! and a server who cheat.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;
use std::path::Path;

const SIZE: u32 = 3;
const THRESHOLD: u32 = 2;

struct Ceremony {
    secrets: Vec<CeremonySecret>,
    certificates: Certificates,
    polynomials: Vec<Vec<u8>>,
}

impl Ceremony {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let secrets: Vec<_> = (0..SIZE).map(|_| CeremonySecret::generate(&mut rng)).collect();
        let certificate = |(number, secret): (u32, &CeremonySecret)| {
            let place = CeremonyPlace { number, threshold: THRESHOLD, size: SIZE };
            secret.certify(place, &mut rng).unwrap()
        };
        let certificates: Vec<_> = (1..).zip(&secrets).map(certificate).collect();
        let certificates = Certificates::parse(&certificates).unwrap();
        let polynomial = |secret: &CeremonySecret| secret.polynomial(&certificates, &mut rng);
        let polynomials = secrets.iter().map(polynomial).collect::<Result<_, _>>().unwrap();
        Self { secrets, certificates, polynomials }
    }

    fn routed(&self) -> Polynomials {
        Polynomials::parse(self.certificates.clone(), &self.polynomials).unwrap()
    }

    fn output(&self, index: usize) -> Vec<u8> {
        let input = self.routed().input(index as u32 + 1).unwrap();
        self.secrets[index].conclude(&self.certificates, &input, &mut rng(9)).unwrap()
    }

    fn conclusion(&self) -> Conclusion {
        let outputs: Vec<_> = (0..self.secrets.len()).map(|index| self.output(index)).collect();
        self.routed().conclude(&outputs).unwrap()
    }
}

/// The text with its first `old` after `from` exchanged.
fn edit(bytes: &[u8], from: &str, old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (before, after) = text.split_at(text.find(from).unwrap());
    let edited = format!("{before}{}", after.replacen(old, new, 1));
    assert_ne!(text, edited, "nothing to change");
    edited.into_bytes()
}

fn field(bytes: &[u8], path: &str) -> String {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    value.pointer(path).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn any_two_of_three_open_a_box_and_one_does_not() {
    let ceremony = Ceremony::new(1);
    let conclusion = ceremony.conclusion();
    let trustees = Trustees::with_threshold([], &conclusion.parameters).unwrap();
    let mut fixture = Fixture::mixed(31);
    let public_key = trustees.election_key();
    let draft = ElectionDraft { public_key, ..fixture.election.draft().clone() };
    fixture.election = Election::build(draft).unwrap();
    fixture.trustees = trustees;
    let holders: Vec<KeyHolderSecret> = (ceremony.secrets.iter().zip(&conclusion.sealed_keys))
        .map(|(secret, sealed)| secret.open_key(sealed).unwrap())
        .collect();
    for chosen in [[0usize, 1], [2, 0], [1, 2]] {
        let (mut state, mut items) = fixture.open();
        for (code, choices) in mixed_ballots() {
            let bytes = fixture.seal(code, &choices);
            let ballot = state.check_ballot(&bytes).unwrap();
            items.extend(state.append_ballot(ballot).unwrap());
        }
        items.extend(state.end_ballots().unwrap());
        items.extend(state.encrypted_tally().unwrap());
        let tally = state.tally().unwrap().clone();
        for index in chosen {
            assert!(matches!(state.result(), Err(TallyError::Missing { .. })));
            let part = holders[index].decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
            items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
        }
        items.extend(state.result().unwrap());
        assert_eq!(verify(&archive(&items)).unwrap().counts, Some(mixed_counts()));
        if let Some(tool) = Tool::find() {
            tool.write(&format!("{}.bel", fixture.uuid), archive(&items));
            tool.run("election verify", b"");
        }
    }
}

#[test]
fn holders_of_the_tool_and_ours_make_one_key() {
    let Some(tool) = Tool::find() else { return };
    let step = "setup generate-trustee-key-threshold --group Ed25519";
    let ids: Vec<String> = (1..=SIZE)
        .map(|number| {
            let place = format!("--step 1 --threshold-context {number}/{THRESHOLD}/{SIZE}");
            let id = tool.run(&format!("{step} {place}"), b"");
            String::from_utf8(id).unwrap().trim().to_owned()
        })
        .collect();
    // The second holder uses this program, with a secret made there; the server is this program.
    let ours = String::from_utf8(tool.read(&format!("{}.key", ids[1]))).unwrap();
    let ours = CeremonySecret::parse(&ours).unwrap();
    let place = CeremonyPlace { number: 2, threshold: THRESHOLD, size: SIZE };
    let mut certs: Vec<_> = ids.iter().map(|id| tool.read(&format!("{id}.cert"))).collect();
    certs[1] = [&ours.certify(place, &mut rng(1)).unwrap()[..], b"\n"].concat();
    tool.write("certs.jsons", certs.concat());
    tool.run(&format!("{step} --step 2 --certs certs.jsons"), b"");
    let certificates = Certificates::parse(&certs).unwrap();
    let files = |id: &String| format!("{step} --certs certs.jsons --key {id}.key");
    let mut polynomials: Vec<_> =
        ids.iter().map(|id| tool.run(&format!("{} --step 3", files(id)), b"")).collect();
    polynomials[1] = [&ours.polynomial(&certificates, &mut rng(2)).unwrap()[..], b"\n"].concat();
    let routed = Polynomials::parse(certificates.clone(), &polynomials).unwrap();
    let input = |index: usize| routed.input(index as u32 + 1).unwrap();
    let output =
        |index: usize| tool.run(&format!("{} --step 5", files(&ids[index])), &input(index));
    let middle = ours.conclude(&certificates, &input(1), &mut rng(3)).unwrap();
    let outputs = vec![output(0), [&middle[..], b"\n"].concat(), output(2)];
    let conclusion = routed.conclude(&outputs).unwrap();
    // The tool as server comes to the same parameters.
    tool.write("polynomials.jsons", polynomials.concat());
    let sixth = format!("{step} --certs certs.jsons --polynomials polynomials.jsons --step 6");
    let theirs = tool.run(&sixth, &outputs.concat());
    assert_eq!(conclusion.parameters, theirs.trim_ascii_end());
    // And what the tool sealed for a holder opens here.
    for (id, key) in ids.iter().zip(0..) {
        let secret = String::from_utf8(tool.read(&format!("{id}.key"))).unwrap();
        let opened = CeremonySecret::parse(&secret).unwrap();
        let opened = opened.open_key(&conclusion.sealed_keys[key]).unwrap();
        let path = format!("/verification_keys/{key}/public_key");
        assert_eq!(opened.public_key().to_hex(), field(&conclusion.parameters, &path));
    }
}

#[test]
fn a_holder_who_sends_a_wrong_piece_is_named() {
    let mut ceremony = Ceremony::new(2);
    // Pieces of the first holder exchanged: each opens, for nobody it was meant for.
    let (one, two) = (
        field(&ceremony.polynomials[0], "/secrets/0"),
        field(&ceremony.polynomials[0], "/secrets/1"),
    );
    let quoted = |text: &String| serde_json::to_string(text).unwrap();
    ceremony.polynomials[0] =
        edit(&ceremony.polynomials[0], "\"secrets\"", &quoted(&two), &quoted(&one));
    let input = ceremony.routed().input(2).unwrap();
    let refused = ceremony.secrets[1].conclude(&ceremony.certificates, &input, &mut rng(9));
    assert_eq!(refused.unwrap_err(), CeremonyError::Sealed { holder: 1 });

    // A piece of another run of the same holder, properly signed and sealed: it does not follow.
    let mut ceremony = Ceremony::new(3);
    let other = ceremony.secrets[0].polynomial(&ceremony.certificates, &mut rng(77)).unwrap();
    let (own, wrong) = (field(&ceremony.polynomials[0], "/secrets/2"), field(&other, "/secrets/2"));
    ceremony.polynomials[0] =
        edit(&ceremony.polynomials[0], "\"secrets\"", &quoted(&own), &quoted(&wrong));
    let input = ceremony.routed().input(3).unwrap();
    let refused = ceremony.secrets[2].conclude(&ceremony.certificates, &input, &mut rng(9));
    assert_eq!(refused.unwrap_err(), CeremonyError::Piece { holder: 1 });
}

#[test]
fn a_server_that_exchanges_messages_is_noticed() {
    let ceremony = Ceremony::new(4);
    let other = Ceremony::new(5);
    let routed = |polynomials: &[Vec<u8>]| {
        Polynomials::parse(ceremony.certificates.clone(), polynomials).map(|_| ())
    };
    // A polynomial of somebody who is not among the certificates.
    let mut mixed = ceremony.polynomials.clone();
    mixed[1] = other.polynomials[1].clone();
    assert_eq!(routed(&mixed), Err(ThresholdError::Polynomial { holder: 2 }.into()));
    // Two polynomials exchanged; one missing.
    let mut mixed = ceremony.polynomials.clone();
    mixed.swap(0, 1);
    assert_eq!(routed(&mixed), Err(ThresholdError::Polynomial { holder: 1 }.into()));
    assert_eq!(routed(&ceremony.polynomials[..2]), Err(ThresholdError::Size.into()));
    // Different certificates shown to one holder: what that holder signs fits nobody else's.
    let mut rng = rng(6);
    let place = CeremonyPlace { number: 3, threshold: THRESHOLD, size: SIZE };
    let certificate = |number: u32, secret: &CeremonySecret| {
        secret.certify(CeremonyPlace { number, ..place }, &mut common::rng(60)).unwrap()
    };
    let intruder = CeremonySecret::generate(&mut rng);
    let shown = [
        certificate(1, &ceremony.secrets[0]),
        certificate(2, &ceremony.secrets[1]),
        certificate(3, &intruder),
    ];
    let shown = Certificates::parse(&shown).unwrap();
    let mut mixed = ceremony.polynomials.clone();
    mixed[0] = ceremony.secrets[0].polynomial(&shown, &mut rng).unwrap();
    assert_eq!(routed(&mixed), Err(ThresholdError::Agreement { holder: 1 }.into()));
    assert_eq!(
        ceremony.secrets[2].polynomial(&shown, &mut rng).unwrap_err(),
        CeremonyError::NotAmongThem
    );
    // The own polynomial comes back exchanged for an earlier one of the same holder.
    let again = ceremony.secrets[1].polynomial(&ceremony.certificates, &mut rng).unwrap();
    let input = ceremony.routed().input(2).unwrap();
    let quoted = |bytes: &[u8]| serde_json::to_string(&field(bytes, "/polynomial")).unwrap();
    let input = edit(&input, "{", &quoted(&ceremony.polynomials[1]), &quoted(&again));
    let refused = ceremony.secrets[1].conclude(&ceremony.certificates, &input, &mut rng);
    assert_eq!(refused.unwrap_err(), CeremonyError::OwnPolynomial);
    // Outcomes exchanged.
    let routed = ceremony.routed();
    assert_eq!(routed.check_output(1, &ceremony.output(0)), Ok(()));
    assert_eq!(
        routed.check_output(1, &ceremony.output(1)),
        Err(ThresholdError::VerificationKey { holder: 1 }.into())
    );
    assert_eq!(routed.check_output(4, &ceremony.output(0)), Err(CeremonyError::Place));
}

#[test]
fn certificates_and_secrets_that_do_not_fit_are_refused() {
    let secret = CeremonySecret::generate(&mut rng(1));
    for (number, threshold, size) in [(0, 2, 3), (4, 2, 3), (1, 0, 3), (1, 4, 3), (1, 1, 101)] {
        let place = CeremonyPlace { number, threshold, size };
        assert_eq!(secret.certify(place, &mut rng(2)), Err(CeremonyError::Place));
    }
    let place = CeremonyPlace { number: 1, threshold: 1, size: 1 };
    let certificate = secret.certify(place, &mut rng(2)).unwrap();
    assert!(Certificates::parse(&[&certificate[..]]).is_ok());
    let twice = Certificates::parse(&[&certificate[..], &certificate[..]]);
    assert_eq!(twice.unwrap_err(), ThresholdError::Context { holder: 1 }.into());
    let none: [&[u8]; 0] = [];
    assert_eq!(Certificates::parse(&none).unwrap_err(), CeremonyError::Place);
    for text in ["", "short", "0234567890123456789012", "12345678912345678912345"] {
        assert_eq!(CeremonySecret::parse(text).unwrap_err(), CeremonyError::Seed, "{text}");
    }
    let text = format!("{}\n", secret.reveal());
    assert_eq!(CeremonySecret::parse(&text).unwrap().reveal(), secret.reveal());
    assert_eq!(format!("{secret:?}"), "CeremonySecret(..)");
}

#[test]
fn a_sealed_key_opens_for_its_holder_only() {
    let ceremony = Ceremony::new(8);
    let sealed = ceremony.conclusion().sealed_keys;
    let refused = ceremony.secrets[0].open_key(&sealed[1]).unwrap_err();
    assert_eq!(refused, CeremonyError::Sealed { holder: 0 });
    let data = field(sealed[0].as_bytes(), "/data");
    let other = if data.starts_with('0') { "1" } else { "0" };
    let changed = sealed[0].replacen(&data, &format!("{other}{}", &data[1..]), 1);
    let refused = ceremony.secrets[0].open_key(&changed).unwrap_err();
    assert_eq!(refused, CeremonyError::Sealed { holder: 0 });
}

/// One ceremony of this crate (holder 1), the browser (2) and the tool (3, and the server).
#[test]
fn a_ceremony_of_three_programs_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/ceremony");
    let lines = |name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let outputs = lines("outputs.jsons");
    let certificates = Certificates::parse(&lines("certificates.jsons")).unwrap();
    let routed = Polynomials::parse(certificates.clone(), &lines("polynomials.jsons")).unwrap();
    let conclusion = routed.conclude(&outputs).unwrap();
    assert_eq!(conclusion.parameters, lines("parameters.json")[0].as_bytes());
    for (number, secret) in (1..).zip(lines("secrets.txt")) {
        let secret = CeremonySecret::parse(&secret).unwrap();
        let index = number as usize - 1;
        let public = field(outputs[index].as_bytes(), "/public_key/public_key");
        let opened = secret.open_key(&conclusion.sealed_keys[index]).unwrap();
        assert_eq!(opened.public_key().to_hex(), public);
        let input = routed.input(number).unwrap();
        let own = secret.conclude(&certificates, &input, &mut rng(1)).unwrap();
        assert_eq!(field(&own, "/public_key/public_key"), public);
    }
}
