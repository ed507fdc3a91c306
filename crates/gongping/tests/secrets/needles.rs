//! Secrets in every spelling and encoding in which they could be written.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use gongping_seal::{CeremonySecret, KeyHolderSecret, PrivateCredential, SlipCode, Uuid};
use num_bigint::BigUint;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::server::Server;

/// The order of the group Ed25519.
const ORDER: &str = "7237005577332262213973186563042994240857116359379907606001950938285454250989";
/// A shorter text says nothing, and occurs by chance.
const SHORTEST: usize = 9;

/// Bytes that the server wrote.
pub(crate) struct Place {
    /// A file or what was asked for.
    pub(crate) name: String,
    /// What is there.
    pub(crate) bytes: Vec<u8>,
}

/// What is searched for.
#[derive(Default)]
pub(crate) struct Needles {
    /// Bytes, and the kind of secret that they show.
    patterns: BTreeMap<Vec<u8>, &'static str>,
}

fn modulo_order(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes) % ORDER.parse::<BigUint>().unwrap()
}

impl Needles {
    /// A text in all encodings; case does not matter in the search.
    fn text(&mut self, kind: &'static str, text: &str) {
        assert!(text.len() >= SHORTEST, "{text}");
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        let wide: [Vec<u8>; 2] = [wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
        self.patterns.extend(wide.map(|pattern| (pattern, kind)));
        self.bytes(kind, text.as_bytes());
    }

    /// What a person writes: in all encodings, also as addresses and JSON escape it.
    pub(crate) fn words(&mut self, kind: &'static str, text: &str) {
        self.text(kind, text);
        if !text.is_ascii() {
            let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let escaped: String =
                text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
            self.patterns.extend([percent, escaped].map(|text| (text.into_bytes(), kind)));
        }
    }

    /// Bytes as they are, in hexadecimal digits, and in Base64 wherever they begin.
    fn bytes(&mut self, kind: &'static str, bytes: &[u8]) {
        self.patterns.insert(bytes.to_vec(), kind);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.patterns.insert(hex.into_bytes(), kind);
        for before in 0..3 {
            let shifted = [&[0; 2][..before], bytes].concat();
            let whole = shifted.len() / 3 * 4;
            // The first character or two depend on what stands before.
            let skip = [0, 2, 3][before];
            let encoded = BASE64_STANDARD_NO_PAD.encode(&shifted);
            for pattern in [encoded.clone(), encoded.replace('+', "-").replace('/', "_")] {
                self.patterns.insert(pattern.as_bytes()[skip..whole].to_vec(), kind);
            }
        }
    }

    /// Both halves of a secret text, so that a text cut off is found as well.
    fn halves(&mut self, kind: &'static str, text: &str) {
        let (first, second) = text.split_at(text.len() / 2);
        self.text(kind, first);
        self.text(kind, second);
    }

    fn number(&mut self, kind: &'static str, number: &BigUint) {
        self.halves(kind, &number.to_string());
        let mut bytes = number.to_bytes_le();
        bytes.resize(32, 0);
        self.bytes(kind, &bytes);
        bytes.reverse();
        self.bytes(kind, &bytes);
    }

    /// A code as it is printed and as the protocol writes it, with dashes and without.
    pub(crate) fn code(&mut self, slip: &SlipCode) {
        let printed = slip.printed();
        let (_, letters) = printed.split_once('-').unwrap();
        let protocol = slip.credential.to_string();
        for text in [letters, &protocol] {
            self.halves("code", text);
            self.halves("code", &text.replace('-', ""));
        }
        self.halves("code", &letters.replace('-', " "));
    }

    /// The key that a code has in one election.
    pub(crate) fn derived_key(&mut self, code: &PrivateCredential, uuid: &Uuid) {
        let half = |index| Sha256::digest(format!("derive_credential|{uuid}|{index}|{code}"));
        let key = modulo_order(&[half(0), half(1)].concat());
        let text = format!("\"{key}\"");
        let public = KeyHolderSecret::parse_json(text.as_bytes()).unwrap().public_key();
        assert_eq!(public.to_string(), code.derive(uuid).public().to_string(), "another key");
        self.number("code in a box", &key);
    }

    /// A key holder's secret, as the file and the sheet have it, and the keys that follow.
    pub(crate) fn holder(&mut self, secret: &CeremonySecret) {
        let kind = "key holder's secret";
        self.halves(kind, secret.reveal());
        let letters = secret.letters();
        for text in [letters.to_string(), letters.replace('-', ""), letters.replace('-', " ")] {
            self.halves(kind, &text);
        }
        for purpose in ["sk", "dk"] {
            let key = modulo_order(&Sha256::digest(format!("{purpose}|{}", secret.reveal())));
            self.number(kind, &key);
        }
    }

    /// The key with which a holder opens boxes.
    pub(crate) fn decryption_key(&mut self, secret: &CeremonySecret, sealed: &str) {
        let key = secret.open_key(sealed).unwrap().to_json();
        self.number("decryption key", &key.trim_matches('"').parse().unwrap());
    }

    /// The tokens of everybody who is logged in.
    pub(crate) fn tokens(&mut self, server: &Server) {
        server.tokens().for_each(|token| self.halves("session", token));
    }

    /// What one person answered: grades by index and by id, and the vectors that are encrypted.
    pub(crate) fn answers(&mut self, pattern: &[usize], ids: &[&str]) {
        let join = |each: &dyn Fn(usize) -> String, with: &str| {
            pattern.iter().map(|grade| each(*grade)).collect::<Vec<_>>().join(with)
        };
        let one_hot = |grade: usize| {
            let digits = (0..ids.len()).map(|other| usize::from(other == grade).to_string());
            digits.collect::<Vec<_>>().join(",")
        };
        let id = |grade: usize| ids[grade].to_owned();
        let digit = |grade: usize| grade.to_string();
        let from_one = |grade: usize| (grade + 1).to_string();
        for with in [",", ", ", "\",\"", "\", \"", "],[", " ", "\n"] {
            for each in [&one_hot as &dyn Fn(usize) -> String, &id, &digit, &from_one] {
                self.text("answers", &join(each, with));
            }
        }
    }

    /// The counts of a box.
    pub(crate) fn counts(&mut self, counts: &[Vec<usize>]) {
        let compact = serde_json::to_string(counts).unwrap();
        self.text("counts", &compact.replace(',', ", "));
        self.text("counts", &compact);
        self.text("counts", compact.trim_matches(['[', ']']));
    }

    /// The kinds that are searched for.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.patterns.values().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn search(&self) -> (AhoCorasick, Vec<&'static str>) {
        let search = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .build(self.patterns.keys())
            .unwrap();
        (search, self.patterns.values().copied().collect())
    }

    /// Where which kinds of secrets are, with what stands around them.
    pub(crate) fn found_in(&self, places: &[Place]) -> Vec<(String, &'static str, String)> {
        let (search, kinds) = self.search();
        let of_place = |place: &Place| {
            let found = search.find_iter(&place.bytes).map(|found| {
                let from = found.start().saturating_sub(60);
                let to = (found.end() + 60).min(place.bytes.len());
                let around = String::from_utf8_lossy(&place.bytes[from..to]).into_owned();
                (place.name.clone(), kinds[found.pattern().as_usize()], around)
            });
            found.collect::<Vec<_>>()
        };
        places.iter().flat_map(of_place).collect()
    }

    /// Stops if one of them is anywhere.
    pub(crate) fn assert_nothing_in(&self, places: &[Place]) {
        let bytes: usize = places.iter().map(|place| place.bytes.len()).sum();
        assert!(self.patterns.len() > 50 && bytes > 500_000, "{} {bytes}", self.patterns.len());
        let mut found = self.found_in(places);
        found.truncate(20);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// All files of a folder.
pub(crate) fn files(folder: &Path) -> Vec<Place> {
    let mut places = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            places.extend(files(&path));
        } else {
            let name = path.to_string_lossy().into_owned();
            places.push(Place { name, bytes: std::fs::read(&path).unwrap() });
        }
    }
    places
}
