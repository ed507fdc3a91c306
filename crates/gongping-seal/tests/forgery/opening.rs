//! Forged sums, shares and counts.

use super::Forgery;
use crate::forge::*;
use gongping_seal::*;

pub const OPENING: &[Forgery] = &[
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
