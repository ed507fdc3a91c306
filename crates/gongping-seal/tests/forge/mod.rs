//! Tools of a forger who knows the format well: change something, and make all hashes fit again.

#![allow(unreachable_pub, reason = "shared by test binaries")]
#![allow(dead_code, reason = "each test binary uses another part")]
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use crate::common::{Fixture, archive};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use gongping_seal::*;
use sha2::{Digest, Sha256};

pub const NEUTRAL: &str = "0000000000000000000000000000000000000000000000000000000000000001";
/// The point (0, -1), of order 2.
pub const SMALL_ORDER: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec";
pub const OFF_CURVE: &str = "0000000000000000000000000000000000000000000000000000000000000002";
/// The neutral element with y + p instead of y.
pub const NOT_CANONICAL: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee";

/// A tallied box with three ballots, of which the third replaces the first.
pub struct Scene {
    pub fixture: Fixture,
    pub items: Vec<Item>,
}

pub fn data(text: &str) -> Item {
    Item {
        name: format!("{}.data.json", Hash::of(text.as_bytes())),
        bytes: text.as_bytes().to_owned(),
    }
}

/// The text between two marks, at its first place.
pub fn between(text: &str, before: &str, after: &str) -> String {
    let start = text.find(before).unwrap() + before.len();
    let end = start + text[start..].find(after).unwrap();
    text[start..end].to_owned()
}

pub fn edit(scene: &mut Scene, at: usize, old: &str, new: &str) {
    let text = scene.text(at);
    let changed = text.replacen(old, new, 1);
    assert_ne!(text, changed, "nothing to change");
    scene.items[at].bytes = changed.into_bytes();
}

/// The same after a mark.
pub fn edit_after(scene: &mut Scene, at: usize, mark: &str, old: &str, new: &str) {
    let text = scene.text(at);
    let (before, after) = text.split_at(text.find(mark).unwrap());
    let changed = format!("{before}{}", after.replacen(old, new, 1));
    assert_ne!(text, changed, "nothing to change");
    scene.items[at].bytes = changed.into_bytes();
}

impl Scene {
    pub fn new() -> Self {
        let mut fixture = Fixture::mixed(30);
        let (_, items) = fixture.tallied();
        Self { fixture, items }
    }

    /// The same box, still taking ballots.
    pub fn open() -> Self {
        let mut scene = Self::new();
        let end = scene.event(EventType::EndBallots);
        scene.items.truncate(end);
        scene
    }

    /// The same box with a key holder who must and three of whom two must open it.
    pub fn threshold() -> Self {
        let mut fixture = Fixture::mixed(30).with_threshold();
        let (_, items) = fixture.tallied();
        Self { fixture, items }
    }

    pub fn text(&self, at: usize) -> String {
        String::from_utf8(self.items[at].bytes.clone()).unwrap()
    }

    /// The hash in an entry's name.
    pub fn hash(&self, at: usize) -> String {
        self.items[at].name.split('.').next().unwrap().to_owned()
    }

    /// Place of a ballot; its event follows.
    pub fn ballot(&self, index: usize) -> usize {
        let ballots = (0..self.items.len())
            .filter(|at| self.items[*at].bytes.starts_with(b"{\"election_uuid\""));
        ballots.clone().nth(index).unwrap()
    }

    /// Place of the first event of a type.
    pub fn event(&self, event_type: EventType) -> usize {
        let wanted = format!("\"type\":\"{event_type:?}\"");
        (0..self.items.len())
            .find(|at| {
                self.items[*at].name.ends_with(".event.json") && self.text(*at).contains(&wanted)
            })
            .unwrap()
    }

    /// The archive with every hash, in names and references, made right again in order.
    pub fn relinked(&mut self) -> Vec<u8> {
        relink(&mut self.items)
    }

    /// The archive with parents and heights made anew for the events as they now stand.
    pub fn rechained(&mut self) -> Vec<u8> {
        let mut parent: Option<String> = None;
        let mut height = 0;
        let mut last = String::new();
        for item in &mut self.items {
            if item.name.ends_with(".data.json") {
                last = Hash::of(&item.bytes).to_string();
            }
            if !item.name.ends_with(".event.json") {
                continue;
            }
            let text = String::from_utf8(item.bytes.clone()).unwrap();
            let mut new = String::from("{");
            if let Some(parent) = &parent {
                new += &format!("\"parent\":\"{parent}\",");
            }
            new += &format!(
                "\"height\":{height},\"type\":\"{}\"",
                between(&text, "\"type\":\"", "\"")
            );
            if text.contains("payload") {
                new += &format!(",\"payload\":\"{last}\"");
            }
            new.push('}');
            let hash = Hash::of(new.as_bytes()).to_string();
            item.bytes = new.into_bytes();
            item.name = format!("{hash}.event.json");
            parent = Some(hash);
            height += 1;
        }
        archive(&self.items)
    }

    /// The archive with other bytes as its first ballot.
    pub fn with_bytes(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let at = self.ballot(0);
        self.items[at].bytes = bytes;
        self.relinked()
    }

    pub fn with_text(&mut self, change: impl FnOnce(&str) -> String) -> Vec<u8> {
        let text = self.text(self.ballot(0));
        let changed = change(&text);
        assert_ne!(text, changed, "nothing to change");
        self.with_bytes(changed.into_bytes())
    }

    /// The archive with its first ballot changed and signed again with its own code.
    pub fn resigned(&mut self, code: usize, change: impl FnOnce(&str) -> String) -> Vec<u8> {
        let text = unsigned(&self.text(self.ballot(0)));
        let changed = change(&text);
        assert_ne!(text, changed, "nothing to change");
        let bytes = sign(&changed, &self.fixture.codes[code], &self.fixture.uuid);
        self.with_bytes(bytes)
    }

    /// A changed number in the first proof of this field, signed again.
    pub fn with_changed(&mut self, field: &str) -> Vec<u8> {
        self.resigned(0, |text| {
            let start = text.find(&format!("\"{field}\"")).unwrap();
            let response = between(&text[start..], "\"response\":\"", "\"");
            let (before, after) = text.split_at(start);
            format!("{before}{}", after.replacen(&response, "123", 1))
        })
    }

    pub fn with_alpha(&mut self, new: &str) -> Vec<u8> {
        self.resigned(0, |text| {
            let alpha = between(text, "\"alpha\":\"", "\"");
            text.replacen(&alpha, new, 1)
        })
    }

    pub fn with_owner(&mut self, owner: &str) -> Vec<u8> {
        let at = self.event(EventType::PartialDecryption) - 1;
        edit(self, at, "\"owner\":1", owner);
        self.relinked()
    }

    /// Exchanges the value of the first field of this name after a place in an entry.
    pub fn exchange(&mut self, at: usize, place: usize, field: &str, new: &str) {
        let text = self.text(at);
        let (before, after) = text.split_at(place);
        let old = between(after, &format!("\"{field}\":\""), "\"");
        let changed = format!("{before}{}", after.replacen(&old, new, 1));
        assert_ne!(text, changed, "nothing to change");
        self.items[at].bytes = changed.into_bytes();
    }

    /// Exchanges a number among the trustees, the first of this name after a mark.
    pub fn in_trustees(&mut self, mark: &str, field: &str) {
        let place = self.text(2).find(mark).unwrap();
        self.exchange(2, place, field, "17");
    }

    /// The key with which a holder signed in the ceremony.
    fn ceremony_key(&self, index: usize) -> Scalar {
        hash_to_scalar(&format!("sk|{}", self.fixture.ceremony[index].reveal()))
    }

    /// Changes the first certificate and signs it again, and all agreements.
    pub fn with_certificate(&mut self, change: impl FnOnce(&str) -> String) -> Vec<u8> {
        let text = self.text(2);
        let list = &text[text.find("\"certs\":[").unwrap()..];
        let message = between(list, "\"message\":\"", "\",\"signature\"");
        let changed = change(&message);
        assert_ne!(message, changed, "nothing to change");
        let old = format!("{message}\",\"signature\":{}}}", between(list, "\"signature\":", "}}"));
        let signature = sign_text(&changed.replace("\\\"", "\""), &self.ceremony_key(0));
        let new = format!("{changed}\",\"signature\":{}", signature.trim_end_matches('}'));
        edit(self, 2, &old, &format!("{new}}}"));
        self.agree_anew();
        self.relinked()
    }

    /// Puts another certificate in the place of the third holder's, well signed.
    pub fn exchange_certificate(&mut self) {
        let place = CeremonyPlace { number: 3, threshold: 2, size: 3 };
        let mut rng = crate::common::rng(4);
        let other = CeremonySecret::generate(&mut rng).certify(place, &mut rng).unwrap();
        let text = self.text(2);
        let certs = between(&text, "\"certs\":[", "],\"coefexps\"");
        let third = &certs[certs.rfind("{\"message\"").unwrap()..];
        edit(self, 2, third, &String::from_utf8(other).unwrap());
    }

    /// Lets all holders of the threshold sign the certificates as they now are.
    pub fn agree_anew(&mut self) {
        let text = self.text(2);
        let certs = between(&text, "\"certs\":", ",\"coefexps\":[{");
        let coefexps = between(&text, "\"coefexps\":[{", ",\"signatures\"");
        let lists = coefexps.split("\"message\":\"").skip(1);
        let agreements: Vec<String> = lists
            .enumerate()
            .map(|(index, list)| {
                let list = between(list, ":", "}\"").replace("\\\"", "\"");
                let message = format!("certs_sig|{{\"certs\":{certs},\"coefexps\":{list}}}");
                sign_text(&message, &self.ceremony_key(index))
            })
            .collect();
        let old = between(&text, "\"signatures\":[", "],\"verification_keys\"");
        edit(self, 2, &old, &agreements.join(","));
    }

    pub fn with_result(&mut self, counts: &str) -> Vec<u8> {
        let at = self.event(EventType::Result) - 1;
        self.items[at].bytes = format!("{{\"result\":{counts}}}").into_bytes();
        self.relinked()
    }
}

/// The archive of these entries with every hash, in names and references, made right again.
pub fn relink(items: &mut [Item]) -> Vec<u8> {
    let mut renamed: Vec<(String, String)> = Vec::new();
    for item in items.iter_mut() {
        if let Ok(mut text) = String::from_utf8(item.bytes.clone()) {
            renamed.iter().for_each(|(old, new)| text = text.replace(old, new));
            item.bytes = text.into_bytes();
        }
        if let Some((old, rest)) = item.name.clone().split_once('.') {
            let new = Hash::of(&item.bytes).to_string();
            if old != new {
                renamed.push((old.to_owned(), new.clone()));
                item.name = format!("{new}.{rest}");
            }
        }
    }
    archive(items)
}

/// A ballot without its signature.
pub fn unsigned(text: &str) -> String {
    format!("{}}}", &text[..text.find(",\"signature\":").unwrap()])
}

pub fn sign(text: &str, code: &PrivateCredential, uuid: &Uuid) -> Vec<u8> {
    sign_with(text, code, uuid, 99)
}

/// Signs as the specification says, independently of the crate.
pub fn sign_with(text: &str, code: &PrivateCredential, uuid: &Uuid, nonce: u64) -> Vec<u8> {
    let half = |index: u32| {
        Sha256::digest(format!("derive_credential|{uuid}|{index}|{code}").as_bytes()).to_vec()
    };
    let mut wide: Vec<u8> = [half(0), half(1)].concat();
    wide.reverse();
    let secret = Scalar::from_bytes_mod_order_wide(&wide.try_into().unwrap());
    let nonce = Scalar::from(nonce);
    let hash = tracker(text.as_bytes());
    let commitment = hex(&EdwardsPoint::mul_base(&nonce));
    let challenge = hash_to_scalar(&format!("sig|{hash}|{commitment}"));
    let response = nonce - secret * challenge;
    let proof = format!(
        "{{\"challenge\":\"{}\",\"response\":\"{}\"}}",
        decimal(&challenge),
        decimal(&response)
    );
    let body = &text[..text.len() - 1];
    format!("{body},\"signature\":{{\"hash\":\"{hash}\",\"proof\":{proof}}}}}").into_bytes()
}

fn hash_to_scalar(text: &str) -> Scalar {
    let mut hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    hash.reverse();
    Scalar::from_bytes_mod_order(hash)
}

/// Signs a message of the ceremony as the specification says (section 4.5), independently of the
/// crate.
fn sign_text(message: &str, key: &Scalar) -> String {
    let nonce = Scalar::from(77u64);
    let commitment = hex(&EdwardsPoint::mul_base(&nonce));
    let challenge = hash_to_scalar(&format!("sigmsg|{message}|{commitment}"));
    let response = nonce - key * challenge;
    format!("{{\"challenge\":\"{}\",\"response\":\"{}\"}}", decimal(&challenge), decimal(&response))
}

fn hex(point: &EdwardsPoint) -> String {
    point.compress().as_bytes().iter().rev().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds a point of order 8 to an element.
pub fn plus_torsion(element: &str) -> String {
    let mut bytes = [0u8; 32];
    for (index, byte) in bytes.iter_mut().rev().enumerate() {
        *byte = u8::from_str_radix(&element[2 * index..2 * index + 2], 16).unwrap();
    }
    hex(&(CompressedEdwardsY(bytes).decompress().unwrap() + EIGHT_TORSION[1]))
}

/// Digits of a number, by long division of its bytes.
fn decimal(scalar: &Scalar) -> String {
    let mut digits = Vec::new();
    let mut bytes: Vec<u32> = scalar.as_bytes().iter().rev().map(|b| u32::from(*b)).collect();
    while bytes.iter().any(|byte| *byte != 0) {
        let mut rest = 0;
        for byte in &mut bytes {
            let value = rest * 256 + *byte;
            *byte = value / 10;
            rest = value % 10;
        }
        digits.push(char::from_digit(rest, 10).unwrap());
    }
    digits.into_iter().rev().collect()
}

/// The same number modulo the order of the group, in a spelling that is too large.
pub fn plus_order(number: &str) -> String {
    const ORDER: &str =
        "7237005577332262213973186563042994240857116359379907606001950938285454250989";
    let digits = |text: &str| -> Vec<u8> { text.bytes().rev().map(|b| b - b'0').collect() };
    let (a, b) = (digits(number), digits(ORDER));
    let mut carry = 0;
    let mut sum = Vec::new();
    for index in 0..b.len().max(a.len()) {
        let value = carry + a.get(index).unwrap_or(&0) + b.get(index).unwrap_or(&0);
        sum.push(char::from(b'0' + value % 10));
        carry = value / 10;
    }
    sum.extend((carry > 0).then_some('1'));
    sum.into_iter().rev().collect()
}

/// The first two ciphertexts of a text.
pub fn two_ciphertexts(text: &str) -> (String, String) {
    let first = format!("{{\"alpha\":{}}}", between(text, "{\"alpha\":", "}"));
    let rest = &text[text.find(&first).unwrap() + first.len()..];
    (first, format!("{{\"alpha\":{}}}", between(rest, "{\"alpha\":", "}")))
}
