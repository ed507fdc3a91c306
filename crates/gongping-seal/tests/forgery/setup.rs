//! Forged set-ups, with single trustees and with a threshold.

use super::Forgery;
use crate::forge::*;
use gongping_seal::*;

pub const SETUP: &[Forgery] = &[
    ("another group", Check::Election, |s| {
        edit(s, 1, "Ed25519", "BELENIOS-2048");
        s.relinked()
    }),
    ("another protocol version", Check::Election, |s| {
        edit(s, 1, "\"version\":1", "\"version\":2");
        s.relinked()
    }),
    ("limits that do not fit the answers", Check::Election, |s| {
        edit(s, 1, "\"max\":1", "\"max\":9");
        s.relinked()
    }),
    ("a question of a kind that is opened vote by vote", Check::Structure, |s| {
        edit(s, 1, "\"questions\":[", "\"questions\":[{\"type\":\"NonHomomorphic\"},");
        s.relinked()
    }),
    ("another public key", Check::ElectionKey, |s| {
        let (own, other) = (s.fixture.election.public_key(), s.fixture.trustees.owner_keys()[0]);
        edit(s, 1, &own.to_string(), &other.to_string());
        s.relinked()
    }),
    ("a public key off the curve", Check::ElementOnCurve, |s| {
        let own = s.fixture.election.public_key().to_string();
        edit(s, 1, &own, OFF_CURVE);
        s.relinked()
    }),
    ("a public key with which everybody can open", Check::ElementNeutral, |s| {
        let own = s.fixture.election.public_key().to_string();
        edit(s, 1, &own, NEUTRAL);
        s.relinked()
    }),
    ("a public key outside the group", Check::ElementOrder, |s| {
        let own = s.fixture.election.public_key().to_string();
        edit(s, 1, &own, SMALL_ORDER);
        s.relinked()
    }),
    ("a trustee who does not know the secret", Check::TrusteeProof, |s| {
        let challenge = between(&s.text(2), "\"challenge\":\"", "\"");
        edit(s, 2, &challenge, "1");
        s.relinked()
    }),
    ("a trustee whose secret everybody knows", Check::ElementNeutral, |s| {
        let key = s.fixture.trustees.owner_keys()[0].to_string();
        edit(s, 2, &key, NEUTRAL);
        s.relinked()
    }),
    ("no trustee", Check::TrusteeList, |s| {
        s.items[2].bytes = b"[]".to_vec();
        s.relinked()
    }),
    ("a trustee of another kind", Check::TrusteeList, |s| {
        edit(s, 2, "Single", "Shamir");
        s.relinked()
    }),
    ("the same trustee twice", Check::TrusteeList, |s| {
        let text = s.text(2);
        let second = text.find("],[").unwrap();
        let first = &text[1..=second];
        s.items[2].bytes = format!("[{first},{first}]").into_bytes();
        s.relinked()
    }),
    ("a trustee's key of small order", Check::ElementOrder, |s| {
        let key = s.fixture.trustees.owner_keys()[0].to_string();
        edit(s, 2, &key, SMALL_ORDER);
        s.relinked()
    }),
    ("a credential twice", Check::Credentials, |s| {
        let first = s.text(3)[1..67].to_owned();
        edit(s, 3, "[", &format!("[{first},"));
        s.relinked()
    }),
    ("a credential everybody can use", Check::ElementNeutral, |s| {
        edit(s, 3, "[", &format!("[\"{NEUTRAL}\","));
        s.relinked()
    }),
    ("a weight of nought", Check::Credentials, |s| {
        edit(s, 3, "\",\"", ",0\",\"");
        s.relinked()
    }),
    ("a credential outside the group", Check::ElementOrder, |s| {
        edit(s, 3, "[", &format!("[\"{SMALL_ORDER}\","));
        s.relinked()
    }),
    ("set-up data that refers to something else", Check::SetupReferences, |s| {
        let (election, trustees) = (s.hash(1), s.hash(2));
        edit(s, 4, &election, &trustees);
        s.relinked()
    }),
];

pub const THRESHOLD: &[Forgery] = &[
    ("a certificate made for another place", Check::ThresholdCertificates, |s| {
        s.with_certificate(|message| message.replacen("\\\"index\\\":1", "\\\"index\\\":2", 1))
    }),
    ("a certificate made for another threshold", Check::ThresholdCertificates, |s| {
        s.with_certificate(|message| {
            message.replacen("\\\"threshold\\\":2", "\\\"threshold\\\":1", 1)
        })
    }),
    ("a certificate that its owner did not sign", Check::ThresholdCertificates, |s| {
        s.in_trustees("\"certs\"", "response");
        s.agree_anew();
        s.relinked()
    }),
    ("a polynomial that its owner did not sign", Check::ThresholdPolynomials, |s| {
        s.in_trustees("\"coefexps\":[{", "response");
        s.relinked()
    }),
    ("a polynomial of somebody else", Check::ThresholdPolynomials, |s| {
        let text = s.text(2);
        let list = &text[text.find("\"coefexps\":[{").unwrap()..];
        let first = between(list, "\"coefexps\":[", ",{\"message\"");
        let second = list[list.find(&first).unwrap() + first.len() + 1..].to_owned();
        let second = format!("{{\"message\"{}", between(&second, "{\"message\"", ",{\"message\""));
        edit(s, 2, &first, &second);
        s.relinked()
    }),
    ("a key holder who agreed to other certificates", Check::ThresholdAgreement, |s| {
        s.in_trustees("\"signatures\":[", "response");
        s.relinked()
    }),
    ("a certificate exchanged after all had agreed", Check::ThresholdAgreement, |s| {
        s.exchange_certificate();
        s.relinked()
    }),
    ("a verification key that does not follow", Check::ThresholdKeys, |s| {
        let keys = s.fixture.trustees.owner_keys();
        edit_after(s, 2, "verification_keys", &keys[1].to_string(), &keys[0].to_string());
        s.relinked()
    }),
    ("a verification key without proof of its secret", Check::ThresholdKeys, |s| {
        s.in_trustees("\"verification_keys\":[{\"pok\"", "response");
        s.relinked()
    }),
    ("a verification key that its owner did not sign", Check::ThresholdKeys, |s| {
        let text = s.text(2);
        let keys = text.find("\"verification_keys\"").unwrap();
        let signature = keys + text[keys..].find("\"signature\"").unwrap();
        s.exchange(2, signature, "response", "17");
        s.relinked()
    }),
    ("a threshold that nobody can reach", Check::TrusteeList, |s| {
        edit(s, 2, "{\"threshold\":2", "{\"threshold\":4");
        s.relinked()
    }),
    ("a number of the ceremony not below the order", Check::Scalar, |s| {
        let text = s.text(2);
        let keys = text.find("\"verification_keys\"").unwrap();
        s.exchange(2, keys, "challenge", &"9".repeat(76));
        s.relinked()
    }),
    ("a verification key off the curve", Check::ElementOnCurve, |s| {
        let key = s.fixture.trustees.owner_keys()[1].to_string();
        edit_after(s, 2, "verification_keys", &key, OFF_CURVE);
        s.relinked()
    }),
    ("a certificate with the neutral key", Check::ElementNeutral, |s| {
        s.with_certificate(|message| {
            let key = between(message, "\\\"encryption\\\":\\\"", "\\\"");
            message.replacen(&key, NEUTRAL, 1)
        })
    }),
    ("a result of one of two who are needed", Check::DecryptionComplete, |s| {
        // The last of three parts: of the one who must, and two of three.
        let at = s.event(EventType::Result) - 2;
        s.items.drain(at - 2..=at);
        s.rechained()
    }),
    ("a part of one holder as that of another", Check::DecryptionProof, |s| {
        let at = s.event(EventType::Result) - 3;
        edit(s, at, "\"owner\":4", "\"owner\":3");
        s.relinked()
    }),
];
