//! Forged ballots.

use super::Forgery;
use crate::common::*;
use crate::forge::*;
use gongping_seal::*;

pub const BALLOTS: &[Forgery] = &[
    ("a ballot with a line break", Check::Structure, |s| s.with_text(|t| format!("{t}\n"))),
    ("a ballot with a field too many", Check::Structure, |s| {
        s.with_text(|t| t.replacen("{\"choices\"", "{\"note\":\"\",\"choices\"", 1))
    }),
    ("a ballot with escaped letters", Check::Structure, |s| {
        s.with_text(|t| t.replacen("\"hash\":\"", "\"hash\":\"\\u0041", 1))
    }),
    ("a ballot that is cut off", Check::Structure, |s| {
        s.with_text(|t| t[..t.len() / 2].to_owned())
    }),
    ("a ballot of another election", Check::BallotElection, |s| {
        let mut other = Fixture::mixed(999);
        let bytes = other.seal(0, &mixed_ballots()[0].1);
        s.with_bytes(bytes)
    }),
    ("a ballot of another version of the election", Check::BallotElection, |s| {
        s.resigned(0, |t| {
            let hash = between(t, "\"election_hash\":\"", "\"");
            t.replacen(&hash, &tracker(b"other"), 1)
        })
    }),
    ("a ballot with an invented code", Check::BallotCredential, |s| {
        s.fixture.codes[0] = PrivateCredential::generate(&mut s.fixture.rng);
        let bytes = s.fixture.seal(0, &mixed_ballots()[0].1);
        s.with_bytes(bytes)
    }),
    ("a ballot with a code struck off the list", Check::BallotCredential, |s| {
        let code = s.fixture.codes[0].derive(&s.fixture.uuid).public();
        let list = s.text(3);
        let without = list.replacen(&format!("\"{code}\","), "", 1);
        let without = without.replacen(&format!(",\"{code}\""), "", 1);
        assert_ne!(list, without);
        s.items[3].bytes = without.into_bytes();
        s.relinked()
    }),
    ("a ballot without an answer", Check::BallotShape, |s| {
        s.resigned(0, |t| {
            let start = t.find("{\"choices\"").unwrap();
            let next = start + 1 + t[start + 1..].find("{\"choices\"").unwrap();
            format!("{}{}", &t[..start], &t[next..])
        })
    }),
    ("a ballot with a proof too few", Check::BallotShape, |s| {
        s.resigned(0, |t| {
            let start = t.find("\"overall_proof\":[").unwrap() + 17;
            let end = start + t[start..].find("},").unwrap() + 2;
            format!("{}{}", &t[..start], &t[end..])
        })
    }),
    ("a ballot changed after signing", Check::BallotHash, |s| {
        s.with_text(|t| {
            let challenge = between(t, "\"challenge\":\"", "\"");
            t.replacen(&challenge, "1", 1)
        })
    }),
    ("a ballot signed by somebody else", Check::BallotSignature, |s| {
        let other = s.fixture.codes[3].clone();
        let text = unsigned(&s.text(s.ballot(0)));
        let bytes = sign(&text, &other, &s.fixture.uuid);
        s.with_bytes(bytes)
    }),
    ("a ballot without signature", Check::BallotSignature, |s| s.with_text(unsigned)),
    ("a copy of somebody else's ciphertexts", Check::IndividualProof, |s| {
        let text = unsigned(&s.text(s.ballot(0)));
        let (thief, uuid) = (s.fixture.codes[3].clone(), s.fixture.uuid.clone());
        let owner = s.fixture.codes[0].derive(&uuid).public().to_string();
        let text = text.replacen(&owner, &thief.derive(&uuid).public().to_string(), 1);
        let bytes = sign(&text, &thief, &uuid);
        let at = s.ballot(2);
        s.items[at].bytes = bytes;
        s.relinked()
    }),
    ("a changed individual proof", Check::IndividualProof, |s| s.with_changed("individual_proofs")),
    ("one ciphertext of somebody else among one's own", Check::IndividualProof, |s| {
        let theirs = two_ciphertexts(&s.text(s.ballot(1))).1;
        s.resigned(0, |t| {
            let own = two_ciphertexts(t).1;
            t.replacen(&own, &theirs, 1)
        })
    }),
    ("a ballot for another code of the same list", Check::BallotSignature, |s| {
        let (own, other) = (
            s.fixture.codes[0].derive(&s.fixture.uuid).public(),
            s.fixture.codes[3].derive(&s.fixture.uuid).public(),
        );
        s.resigned(0, |t| t.replacen(&own.to_string(), &other.to_string(), 1))
    }),
    ("a changed overall proof", Check::OverallProof, |s| s.with_changed("overall_proof")),
    ("a changed blank proof", Check::BlankProof, |s| s.with_changed("blank_proof")),
    ("two ciphertexts of an answer exchanged", Check::IndividualProof, |s| {
        s.resigned(0, |t| {
            let (first, second) = two_ciphertexts(t);
            let t = t.replacen(&first, "#", 1).replacen(&second, &first, 1);
            t.replacen('#', &second, 1)
        })
    }),
    ("a ciphertext with a component of small order", Check::ElementOrder, |s| {
        s.resigned(0, |t| {
            let alpha = between(t, "\"alpha\":\"", "\"");
            t.replacen(&alpha, &plus_torsion(&alpha), 1)
        })
    }),
    ("a ciphertext off the curve", Check::ElementOnCurve, |s| s.with_alpha(OFF_CURVE)),
    ("a ciphertext in another spelling", Check::ElementSpelling, |s| s.with_alpha(NOT_CANONICAL)),
    ("a ciphertext in capitals", Check::ElementSpelling, |s| s.with_alpha(&"AB".repeat(32))),
    ("a ciphertext too short", Check::ElementSpelling, |s| s.with_alpha("12")),
    ("a number not below the order", Check::Scalar, |s| {
        s.resigned(0, |t| {
            let response = between(t, "\"response\":\"", "\"");
            t.replacen(&response, &plus_order(&response), 1)
        })
    }),
    ("a number with a leading zero", Check::Scalar, |s| {
        s.resigned(0, |t| t.replacen("\"response\":\"", "\"response\":\"0", 1))
    }),
    ("a negative number", Check::Scalar, |s| {
        s.resigned(0, |t| t.replacen("\"response\":\"", "\"response\":\"-", 1))
    }),
    ("a ballot twice", Check::DuplicateBallot, |s| {
        let (first, last) = (s.ballot(0), s.ballot(2));
        s.items[last] = s.items[first].clone();
        s.rechained()
    }),
    ("the same ciphertext twice in a ballot", Check::IndividualProof, |s| {
        s.resigned(0, |t| {
            let (first, second) = two_ciphertexts(t);
            t.replacen(&second, &first, 1)
        })
    }),
    ("a ballot twice, another between", Check::DuplicateBallot, |s| {
        let (second, at) = (s.ballot(1), s.ballot(2) + 2);
        let again: Vec<_> = s.items[second..second + 2].to_vec();
        s.items.splice(at..at, again);
        s.rechained()
    }),
    ("one's own ciphertexts again", Check::CiphertextReuse, |s| {
        let text = unsigned(&s.text(s.ballot(0)));
        let bytes = sign_with(&text, &s.fixture.codes[0], &s.fixture.uuid, 4242);
        let at = s.ballot(2);
        s.items[at].bytes = bytes;
        s.relinked()
    }),
];
