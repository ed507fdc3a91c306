//! Every check refuses what it is there to refuse.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;
mod forge;

use common::*;
use forge::*;
use gongping_seal::*;
use rand_chacha::rand_core::Rng;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What is forged, the check that must say so, and the forgery.
type Forgery = (&'static str, Check, fn(&mut Scene) -> Vec<u8>);

const ARCHIVE: &[Forgery] = &[
    ("truncated in an entry", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        bytes.truncate(bytes.len() - 700);
        bytes
    }),
    ("truncated in the padding", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        bytes.pop();
        bytes
    }),
    ("empty", Check::Archive, |_| Vec::new()),
    ("something in the padding", Check::Archive, |s| {
        let mut bytes = archive(&s.items);
        *bytes.last_mut().unwrap() = 1;
        bytes
    }),
    ("end blocks as other programs write them", Check::Archive, |s| {
        [archive(&s.items), vec![0; 1024]].concat()
    }),
    ("another time in one header", Check::Archive, |s| {
        let mut bytes = archive(&s.items[..1]);
        let mut other = ArchiveWriter::append(&mut bytes, TIMESTAMP + 1);
        other.write(&s.items[1]).unwrap();
        bytes
    }),
    ("no header", Check::Header, |s| archive(&s.items[1..])),
    ("header of another version", Check::Header, |s| {
        edit(s, 0, "\"version\":1", "\"version\":2");
        archive(&s.items)
    }),
    ("header with another time than the archive", Check::Header, |s| {
        edit(s, 0, "175", "174");
        archive(&s.items)
    }),
    ("second header", Check::EntryName, |s| {
        s.items.insert(6, Item::header(TIMESTAMP));
        archive(&s.items)
    }),
    ("contents that do not have the hash in the name", Check::EntryName, |s| {
        let at = s.ballot(0);
        s.items[at].bytes[100] ^= 1;
        archive(&s.items)
    }),
    ("a file name of another kind", Check::EntryName, |s| {
        s.items[1].name = "election.json".to_owned();
        archive(&s.items)
    }),
];

const CHAIN: &[Forgery] = &[
    ("an event with a field too many", Check::Structure, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"type\"", "\"extra\":1,\"type\"");
        s.relinked()
    }),
    ("an event with fields in another order", Check::Structure, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"height\":4,\"type\":\"EndBallots\"", "\"type\":\"EndBallots\",\"height\":4");
        s.relinked()
    }),
    ("two ballots in the other order", Check::Parent, |s| {
        let (first, second) = (s.ballot(0), s.ballot(1));
        s.items.swap(first, second);
        s.items.swap(first + 1, second + 1);
        archive(&s.items)
    }),
    ("a ballot taken out", Check::Parent, |s| {
        let at = s.ballot(1);
        s.items.drain(at..at + 2);
        archive(&s.items)
    }),
    ("the first event with a parent", Check::Parent, |s| {
        let zero = "0".repeat(64);
        edit(s, 5, "{\"height\"", &format!("{{\"parent\":\"{zero}\",\"height\""));
        s.relinked()
    }),
    ("a gap in the heights", Check::Height, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "\"height\":4", "\"height\":5");
        s.relinked()
    }),
    ("an added entry nobody refers to", Check::Payload, |s| {
        let at = s.ballot(1);
        s.items.insert(at, data("{}"));
        archive(&s.items)
    }),
    ("an added entry at the end", Check::Payload, |s| {
        s.items.push(data("{}"));
        archive(&s.items)
    }),
    ("many added entries", Check::Payload, |s| {
        (0..9).for_each(|n| s.items.push(data(&n.to_string())));
        archive(&s.items)
    }),
    ("an event that refers to something else", Check::Payload, |s| {
        let (at, other) = (s.ballot(0) + 1, s.hash(1));
        let own = s.hash(at - 1);
        edit(s, at, &own, &other);
        s.relinked()
    }),
    ("a close with a payload", Check::Payload, |s| {
        let (at, other) = (s.event(EventType::EndBallots), s.hash(1));
        let with = format!("\"EndBallots\",\"payload\":\"{other}\"");
        edit(s, at, "\"EndBallots\"", &with);
        s.relinked()
    }),
    ("a tally before the close", Check::EventOrder, |s| {
        let at = s.event(EventType::EndBallots);
        s.items.remove(at);
        s.rechained()
    }),
    ("a second set-up", Check::EventOrder, |s| {
        let again: Vec<_> = s.items[1..6].to_vec();
        s.items.splice(6..6, again);
        s.rechained()
    }),
    ("a second result", Check::EventOrder, |s| {
        let again: Vec<_> = s.items[s.items.len() - 2..].to_vec();
        s.items.extend(again);
        s.rechained()
    }),
    ("a shuffle", Check::EventOrder, |s| {
        let at = s.event(EventType::EndBallots);
        edit(s, at, "EndBallots", "EndShuffles");
        s.relinked()
    }),
    ("no set-up", Check::EventOrder, |s| archive(&s.items[..1])),
    ("a ballot after the close", Check::BallotAfterClose, |s| {
        let (at, end) = (s.ballot(2), s.event(EventType::EndBallots));
        let event = s.items.remove(end);
        s.items.insert(at, event);
        s.rechained()
    }),
];

const SETUP: &[Forgery] = &[
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

const THRESHOLD: &[Forgery] = &[
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

const BALLOTS: &[Forgery] = &[
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

const OPENING: &[Forgery] = &[
    ("a ballot too many in the tally", Check::TallyBallots, |s| {
        let at = s.event(EventType::EncryptedTally) - 1;
        edit(s, at, "\"num_tallied\":2", "\"num_tallied\":3");
        s.relinked()
    }),
    ("another weight in the tally", Check::TallyWeight, |s| {
        let at = s.event(EventType::EncryptedTally) - 1;
        edit(s, at, "\"total_weight\":2", "\"total_weight\":1");
        s.relinked()
    }),
    ("two sums exchanged", Check::EncryptedTally, |s| {
        let at = s.event(EventType::EncryptedTally) - 2;
        let text = s.text(at);
        let (first, second) = two_ciphertexts(&text);
        let text = text.replacen(&first, "#", 1).replacen(&second, &first, 1);
        s.items[at].bytes = text.replacen('#', &second, 1).into_bytes();
        s.relinked()
    }),
    ("a tally with the replaced ballot", Check::EncryptedTally, |s| {
        // The tally of a box in which the first ballot had not been replaced.
        let (mut state, _) = s.fixture.open();
        for n in 0..2 {
            let ballot = state.check_ballot(&s.items[s.ballot(n)].bytes).unwrap();
            state.append_ballot(ballot).unwrap();
        }
        state.end_ballots().unwrap();
        let at = s.event(EventType::EncryptedTally) - 2;
        s.items[at].bytes = state.encrypted_tally().unwrap()[0].bytes.clone();
        s.relinked()
    }),
    ("a tally without the last sum", Check::TallyShape, |s| {
        let at = s.event(EventType::EncryptedTally) - 2;
        let text = s.text(at);
        let end = text.rfind(",{").unwrap();
        s.items[at].bytes = format!("{}]]", &text[..end]).into_bytes();
        s.relinked()
    }),
    ("a tally with an element of small order", Check::ElementOrder, |s| {
        let at = s.event(EventType::EncryptedTally) - 2;
        let alpha = between(&s.text(at), "\"alpha\":\"", "\"");
        edit(s, at, &alpha, &plus_torsion(&alpha));
        s.relinked()
    }),
    ("a partial decryption of nobody", Check::DecryptionOwner, |s| s.with_owner("\"owner\":3")),
    ("a partial decryption of number nought", Check::DecryptionOwner, |s| {
        s.with_owner("\"owner\":0")
    }),
    ("a partial decryption of the other trustee", Check::DecryptionProof, |s| {
        s.with_owner("\"owner\":2")
    }),
    ("a partial decryption twice", Check::DecryptionOnce, |s| {
        let at = s.event(EventType::PartialDecryption);
        let again: Vec<_> = s.items[at - 2..=at].to_vec();
        s.items.splice(at + 1..at + 1, again);
        s.rechained()
    }),
    ("a wrong factor", Check::DecryptionProof, |s| {
        let at = s.event(EventType::PartialDecryption) - 2;
        let other = s.fixture.trustees.owner_keys()[0].to_string();
        let factor = between(&s.text(at), "[[\"", "\"");
        edit(s, at, &factor, &other);
        s.relinked()
    }),
    ("a factor of small order", Check::ElementOrder, |s| {
        let at = s.event(EventType::PartialDecryption) - 2;
        let factor = between(&s.text(at), "[[\"", "\"");
        edit(s, at, &factor, &plus_torsion(&factor));
        s.relinked()
    }),
    ("a wrong proof of a factor", Check::DecryptionProof, |s| {
        let at = s.event(EventType::PartialDecryption) - 2;
        let response = between(&s.text(at), "\"response\":\"", "\"");
        edit(s, at, &response, "7");
        s.relinked()
    }),
    ("a factor too few", Check::TallyShape, |s| {
        let at = s.event(EventType::PartialDecryption) - 2;
        let text = s.text(at);
        let factor = between(&text, "[[", ",");
        edit(s, at, &format!("{factor},"), "");
        s.relinked()
    }),
    ("a partial decryption by hash of something else", Check::Payload, |s| {
        let at = s.event(EventType::PartialDecryption) - 1;
        let (own, other) = (s.hash(at - 1), s.hash(1));
        edit(s, at, &own, &other);
        s.relinked()
    }),
    ("a result with a trustee missing", Check::DecryptionComplete, |s| {
        let at = s.event(EventType::PartialDecryption);
        s.items.drain(at - 2..=at);
        s.rechained()
    }),
    ("a changed count", Check::Result, |s| s.with_result("[[0,1],[0,1,2],[2,1,3]]")),
    ("two counts exchanged", Check::Result, |s| s.with_result("[[1,0],[0,1,2],[2,1,2]]")),
    ("a count too many", Check::TallyShape, |s| s.with_result("[[0,1,0],[0,1,2],[2,1,2]]")),
    ("a negative count", Check::Structure, |s| s.with_result("[[0,-1],[0,1,2],[2,1,2]]")),
    ("a count with a fraction", Check::Structure, |s| s.with_result("[[0,1.0],[0,1,2],[2,1,2]]")),
];

/// Runs forgeries on fresh scenes; what was not refused by the check that should.
fn failures(forgeries: &[Forgery], scene: fn() -> Scene) -> Vec<String> {
    let failure = |(name, check, forge): &Forgery| {
        let mut scene = scene();
        let found = finding(&forge(&mut scene));
        let of_setup = SETUP.iter().chain(THRESHOLD).any(|forgery| forgery.0 == *name);
        if found.check() != *check {
            Some(format!("{name}: expected {check}, found {} {found}", found.check()))
        } else if found.name.ends_with(".event.json") && of_setup {
            Some(format!("{name}: the event is named, not the data: {found}"))
        } else {
            None
        }
    };
    forgeries.par_iter().filter_map(failure).collect()
}

#[test]
fn every_forgery_is_refused_by_its_own_check() {
    let single = [ARCHIVE, CHAIN, SETUP, BALLOTS, OPENING].concat();
    assert_eq!(failures(&single, Scene::new), [""; 0]);
    assert_eq!(failures(THRESHOLD, Scene::threshold), [""; 0]);
    // How often checks are made cannot be forged from outside; all others are tried above.
    let mut used: BTreeSet<_> = [Check::Coverage].into();
    used.extend(single.iter().chain(THRESHOLD).map(|forgery| forgery.1));
    assert_eq!(used.into_iter().collect::<Vec<_>>(), Check::ALL);
    assert!(single.len() + THRESHOLD.len() >= 100, "{}", single.len() + THRESHOLD.len());
}

#[test]
fn forgeries_are_refused_before_the_tally_too_and_under_a_threshold() {
    // An open box is as far as most of those who watch it get.
    let ballots: Vec<_> = BALLOTS.iter().chain(SETUP).copied().collect();
    assert_eq!(failures(&ballots, Scene::open), [""; 0]);
    let opening: Vec<_> =
        OPENING.iter().filter(|(name, ..)| !ONLY_SINGLE.contains(name)).copied().collect();
    assert_eq!(failures(&opening, Scene::threshold), [""; 0]);
}

/// Forgeries that lead to something else where any two of three open.
const ONLY_SINGLE: &[&str] = &[
    // Number 3 is somebody there.
    "a partial decryption of nobody",
];

#[test]
fn untouched_scene_is_accepted() {
    let mut scene = Scene::new();
    assert!(verify(&scene.relinked()).is_ok());
    assert!(verify(&scene.rechained()).is_ok());
    for mut scene in [Scene::open(), Scene::threshold()] {
        assert!(verify(&scene.relinked()).is_ok());
        assert!(verify(&scene.rechained()).is_ok());
    }
    let mut scene = Scene::threshold();
    let before = scene.text(2);
    scene.agree_anew();
    assert_ne!(before, scene.text(2));
    assert!(verify(&scene.relinked()).is_ok(), "agreements signed again by hand are accepted");
    let scene = Scene::new();
    // Signing again by hand gives a ballot that is accepted too: the forgeries above fail for
    // what was changed and not for how they were signed.
    let text = unsigned(&scene.text(scene.ballot(0)));
    let bytes = sign(&text, &scene.fixture.codes[0], &scene.fixture.uuid);
    assert!(scene.fixture.open().0.check_ballot(&bytes).is_ok());
}

#[test]
fn finding_names_the_entry_of_the_earliest_ballot() {
    let mut scene = Scene::new();
    let at = scene.ballot(1);
    let bytes = scene.with_changed("overall_proof");
    let found = finding(&bytes);
    assert_eq!(found.position, scene.ballot(0) as u64 + 1);
    assert_eq!(found.name, scene.items[scene.ballot(0)].name);
    assert!(found.position < at as u64 + 1);
}

#[test]
fn every_flipped_byte_is_refused() {
    let mut fixture = Fixture::new(31, vec![Question::one_of("问", texts(1))], 1);
    let (mut state, mut items) = fixture.open();
    let ballot = fixture.seal(0, &[Choice::one(0)]);
    let ballot = state.check_ballot(&ballot).unwrap();
    items.extend(state.append_ballot(ballot).unwrap());
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    for (index, holder) in fixture.holders.iter().enumerate() {
        let tally = state.tally().unwrap().clone();
        let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
        items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
    }
    items.extend(state.result().unwrap());
    let bytes = archive(&items);
    assert!(replay(&bytes));
    let accepted: Vec<usize> = (0..bytes.len())
        .into_par_iter()
        .filter(|at| {
            let mut flipped = bytes.clone();
            flipped[*at] ^= 1 << (at % 8);
            replay(&flipped)
        })
        .collect();
    assert_eq!(accepted, [0usize; 0]);
}

#[test]
fn flipped_bytes_and_cut_files_are_refused_at_every_stage() {
    // The proofs of these archives are larger than those of the one above: a few hundred bytes
    // each, drawn at random, and an end after every entry and within it.
    let scenes = [Scene::new(), Scene::open(), Scene::threshold()];
    for scene in &scenes {
        let bytes = archive(&scene.items);
        assert!(verify(&bytes).is_ok());
        let mut dice = rng(2007);
        let places: Vec<(usize, u8)> = (0..400)
            .map(|_| (dice.next_u32() as usize % bytes.len(), 1 << (dice.next_u32() % 8)))
            .collect();
        let accepted = places.par_iter().filter(|(at, bit)| {
            let mut flipped = bytes.clone();
            flipped[*at] ^= bit;
            replay(&flipped)
        });
        assert_eq!(accepted.count(), 0);
        for (count, item) in scene.items.iter().enumerate() {
            let end = archive(&scene.items[..=count]).len();
            // A file may end after an event, and nowhere else.
            assert_eq!(replay(&bytes[..end]), item.name.ends_with(".event.json"), "entry {count}");
            assert!(!replay(&bytes[..end - 1]) && !replay(&bytes[..end - 512]));
        }
    }
}

#[test]
fn every_flipped_byte_and_every_prefix_of_a_ballot_is_refused() {
    // Not by a hash around it, as in the archive, but by the ballot's own checks.
    let question = Question { text: "问".into(), answers: texts(1), blank: true, min: 0, max: 1 };
    let mut fixture = Fixture::new(32, vec![question], 2);
    let (state, _) = fixture.open();
    let ballot = fixture.seal(0, &[Choice::one(0)]);
    assert!(state.check_ballot(&ballot).is_ok());
    let accepted: Vec<usize> = (0..ballot.len())
        .into_par_iter()
        .filter(|at| {
            let mut flipped = ballot.clone();
            flipped[*at] ^= 1 << (at % 7);
            state.check_ballot(&flipped).is_ok() || state.check_ballot(&ballot[..*at]).is_ok()
        })
        .collect();
    assert_eq!(accepted, [0usize; 0]);
}

#[test]
fn every_flipped_byte_of_a_partial_decryption_is_refused() {
    let fixture = Fixture::new(33, vec![Question::one_of("问", texts(1))], 1);
    let (mut state, _) = fixture.open();
    state.end_ballots().unwrap();
    state.encrypted_tally().unwrap();
    let tally = state.tally().unwrap().clone();
    let part = fixture.holders[0].decrypt(&fixture.election, &tally, &mut rng(1)).unwrap();
    for at in 0..part.len() {
        let mut flipped = part.clone();
        flipped[at] ^= 1 << (at % 7);
        assert!(state.partial_decryption(1, &flipped).is_err(), "byte {at}");
        assert!(state.partial_decryption(1, &part[..at]).is_err(), "prefix {at}");
    }
    assert!(state.partial_decryption(1, &part).is_ok());
}

#[test]
fn trusted_replay_of_a_ruined_store_fails_without_a_panic() {
    let mut scene = Scene::new();
    scene.with_alpha(OFF_CURVE);
    let end = scene.event(EventType::EndBallots);
    let mut replay = BoxReplay::trusted();
    scene.items[..=end].iter().for_each(|item| replay.apply(item.clone()).unwrap());
    // The third ballot replaces the ruined first one, which then does not count.
    let mut state = replay.finish().unwrap().state;
    assert!(state.encrypted_tally().is_ok());

    let mut scene = Scene::new();
    let third = scene.ballot(2);
    scene.items.drain(third..third + 2);
    scene.rechained();
    scene.with_alpha(OFF_CURVE);
    let end = scene.event(EventType::EndBallots);
    let mut replay = BoxReplay::trusted();
    scene.items[..=end].iter().for_each(|item| replay.apply(item.clone()).unwrap());
    let mut state = replay.finish().unwrap().state;
    assert_eq!(state.encrypted_tally().unwrap_err().check(), Check::ElementOnCurve);
}

/// Whether an archive is accepted, on the current thread.
fn replay(bytes: &[u8]) -> bool {
    let mut reader = ArchiveReader::new(bytes);
    let mut replay = BoxReplay::verifying(1);
    loop {
        match reader.next_item() {
            Ok(Some(item)) => {
                if replay.apply(item).is_err() {
                    return false;
                }
            }
            Ok(None) => return replay.finish().is_ok(),
            Err(_) => return false,
        }
    }
}
