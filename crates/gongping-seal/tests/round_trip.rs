//! A box from its set-up to its counts.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod common;

use common::*;
use gongping_seal::*;
use proptest::prelude::*;

#[test]
fn box_counts_the_latest_ballots() {
    let mut fixture = Fixture::mixed(1);
    let (state, items) = fixture.tallied();
    assert_eq!(state.counts().unwrap(), mixed_counts());
    let bytes = archive(&items);
    let report = verify(&bytes).unwrap();
    assert_eq!(report.counts, Some(mixed_counts()));
    assert_eq!((report.ballots_received, report.ballots_checked), (3, 3));
    assert_eq!((report.ballots_replaced, report.ballots_counted), (1, 2));
    assert_eq!(report.credentials, 4);
    assert_eq!(report.head, state.head());
    assert_eq!(report.head.height, 8);
    assert_eq!(report.phase, Phase::Counted);
    assert_eq!(report.entries, items.len() as u64);
    assert_eq!(report.bytes, bytes.len() as u64);
    assert_eq!(report.performed[&Check::BallotSignature], 3);
    assert_eq!(report.performed[&Check::IndividualProof], 3 * 8);
    assert_eq!(report.performed[&Check::DecryptionProof], 2 * 8);
    assert!(report.trustees.iter().all(|trustee| trustee.opened));
}

#[test]
fn same_random_numbers_give_the_same_bytes() {
    let first = archive(&Fixture::mixed(7).tallied().1);
    assert_eq!(first, archive(&Fixture::mixed(7).tallied().1));
    assert_ne!(first, archive(&Fixture::mixed(8).tallied().1));
}

#[test]
fn archive_is_valid_after_every_event_and_reads_back() {
    let (_, items) = Fixture::mixed(2).tallied();
    for end in 1..=items.len() {
        let bytes = archive(&items[..end]);
        let mut reader = ArchiveReader::new(&*bytes);
        let read: Vec<_> = std::iter::from_fn(|| reader.next_item().unwrap()).collect();
        assert_eq!(read, items[..end]);
        let whole = items[end - 1].name.ends_with(".event.json");
        assert_eq!(verify(&bytes).is_ok(), whole, "after entry {end}");
    }
}

#[test]
fn trusted_replay_gives_the_same_box() {
    let (state, items) = Fixture::mixed(3).tallied();
    let mut replay = BoxReplay::trusted();
    items.iter().for_each(|item| replay.apply(item.clone()).unwrap());
    let finished = replay.finish().unwrap();
    assert_eq!(finished.ballots_checked, 0);
    assert_eq!(finished.state.head(), state.head());
    assert_eq!(finished.state.counts(), state.counts());
    assert_eq!(finished.state.timestamp(), TIMESTAMP);
}

#[test]
fn replayed_box_goes_on() {
    let mut fixture = Fixture::mixed(4);
    let (_, items) = fixture.open();
    let mut replay = BoxReplay::trusted();
    items.iter().for_each(|item| replay.apply(item.clone()).unwrap());
    let mut state = replay.finish().unwrap().state;
    let bytes = fixture.seal(2, &mixed_ballots()[0].1);
    let ballot = state.check_ballot(&bytes).unwrap();
    assert_eq!(ballot.tracker(), tracker(&bytes));
    let more = state.append_ballot(ballot).unwrap();
    assert_eq!(state.head().height, 1);
    assert!(verify(&archive(&[items, more].concat())).is_ok());
}

#[test]
fn empty_box_can_be_counted() {
    let fixture = Fixture::mixed(5);
    let (mut state, mut items) = fixture.open();
    items.extend(state.end_ballots().unwrap());
    items.extend(state.encrypted_tally().unwrap());
    for (index, holder) in fixture.holders.iter().enumerate() {
        let tally = state.tally().unwrap().clone();
        let part = holder.decrypt(&fixture.election, &tally, &mut rng(9)).unwrap();
        items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
    }
    items.extend(state.result().unwrap());
    let report = verify(&archive(&items)).unwrap();
    assert_eq!(report.counts, Some(vec![vec![0, 0], vec![0, 0, 0], vec![0, 0, 0]]));
}

#[test]
fn weights_multiply() {
    let mut fixture = Fixture::new(6, vec![Question::one_of("q", texts(2))], 3);
    let keys: Vec<_> = fixture.codes.iter().map(|c| c.derive(&fixture.uuid).public()).collect();
    fixture.credentials =
        CredentialList::build_weighted([(keys[0], 1), (keys[1], 20), (keys[2], 300)]).unwrap();
    let (mut state, _) = fixture.open();
    for (code, answer) in [(0, 0), (1, 1), (2, 0)] {
        let ballot = fixture.seal(code, &[Choice::one(answer)]);
        let ballot = state.check_ballot(&ballot).unwrap();
        state.append_ballot(ballot).unwrap();
    }
    state.end_ballots().unwrap();
    state.encrypted_tally().unwrap();
    for (index, holder) in fixture.holders.iter().enumerate() {
        let tally = state.tally().unwrap().clone();
        let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
        state.partial_decryption(index as u32 + 1, &part).unwrap();
    }
    state.result().unwrap();
    assert_eq!(state.counts().unwrap(), [[301, 20]]);
    assert_eq!(state.total_weight(), 321);
}

#[test]
fn steps_out_of_order_are_refused_and_change_nothing() {
    let mut fixture = Fixture::mixed(10);
    let (mut state, _) = fixture.open();
    let bytes = fixture.seal(0, &mixed_ballots()[0].1);
    let late = state.check_ballot(&bytes).unwrap();
    assert!(matches!(state.encrypted_tally(), Err(TallyError::Order { .. })));
    assert!(matches!(state.result(), Err(TallyError::Order { .. })));
    assert!(matches!(state.partial_decryption(1, b"{}"), Err(TallyError::Order { .. })));
    state.end_ballots().unwrap();
    assert_eq!(state.append_ballot(late), Err(BallotRejection::Closed));
    assert!(matches!(state.end_ballots(), Err(TallyError::Order { .. })));
    state.encrypted_tally().unwrap();
    assert_eq!(state.result(), Err(TallyError::Missing { owners: vec![1, 2], needed: 2 }));
    let tally = state.tally().unwrap().clone();
    let part = fixture.holders[0].decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
    let wrong = state.partial_decryption(2, &part);
    assert!(matches!(wrong, Err(TallyError::DecryptionProof { owner: 2, .. })));
    assert_eq!(state.partial_decryption(0, &part), Err(TallyError::Owner { owner: 0 }));
    assert_eq!(state.partial_decryption(3, &part), Err(TallyError::Owner { owner: 3 }));
    let head = state.head();
    assert_eq!(head.height, 2);
    state.partial_decryption(1, &part).unwrap();
    assert_eq!(state.partial_decryption(1, &part), Err(TallyError::OwnerRepeated { owner: 1 }));
    assert_eq!(state.opened_by(), [1]);
}

#[test]
fn choices_outside_the_question_cannot_be_sealed() {
    let mut fixture = Fixture::mixed(11);
    let mut seal = |choices: &[Choice]| {
        seal_ballot(&fixture.election, &fixture.codes[0], choices, &mut fixture.rng).unwrap_err()
    };
    let (one, many) = (Choice::one(0), Choice::Answers(vec![0, 1]));
    let count = SealError::QuestionCount { choices: 1, questions: 3 };
    assert_eq!(seal(std::slice::from_ref(&one)), count);
    let blank = [Choice::Blank, one.clone(), one.clone()];
    assert_eq!(seal(&blank), SealError::Blank { question: 1 });
    let unknown = [Choice::one(2), one.clone(), one.clone()];
    assert_eq!(seal(&unknown), SealError::Answer { question: 1 });
    let twice = [one.clone(), Choice::Answers(vec![1, 1]), one.clone()];
    assert_eq!(seal(&twice), SealError::Answer { question: 2 });
    let too_many = [many, one.clone(), one.clone()];
    assert_eq!(seal(&too_many), SealError::AnswerCount { question: 1 });
    assert_eq!(seal(&[one.clone(), Choice::none(), one]), SealError::AnswerCount { question: 2 });
}

#[test]
fn secrets_round_trip_and_are_not_printed() {
    let mut rng = rng(12);
    let code = PrivateCredential::generate(&mut rng);
    assert_eq!(PrivateCredential::parse(&code.to_string()), Ok(code.clone()));
    assert_eq!(format!("{code:?}"), "PrivateCredential(..)");
    for wrong in ["", "aaaaa-aaaaaa-aaaaa-aaaaa0", "aaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert!(PrivateCredential::parse(wrong).is_err());
    }
    let secret = KeyHolderSecret::generate(&mut rng);
    let again = KeyHolderSecret::parse_json(secret.to_json().as_bytes()).unwrap();
    assert_eq!(again.public_key(), secret.public_key());
    assert_eq!(format!("{secret:?}"), "KeyHolderSecret(..)");
    let public = secret.certify(&mut rng);
    assert_eq!(TrusteePublicKey::parse(&public.to_json()), Ok(public));
    assert!(matches!(KeyHolderSecret::parse_json(b"\"0\""), Err(SecretError::Zero)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_question_seals_checks_and_counts(
        seed in any::<u64>(),
        answers in 1usize..6,
        limits in (0u32..6, 0u32..6),
        blank in any::<bool>(),
        wishes in proptest::collection::vec(any::<u8>(), 1..4),
    ) {
        let max = limits.0.max(limits.1).min(answers as u32);
        let min = limits.0.min(limits.1).min(max);
        let question = Question { text: "q".into(), answers: texts(answers), blank, min, max };
        let mut fixture = Fixture::new(seed, vec![question], wishes.len());
        let (mut state, mut items) = fixture.open();
        let mut expected = vec![0u64; answers + usize::from(blank)];
        for (code, wish) in wishes.iter().enumerate() {
            let count = min as usize + usize::from(*wish) % (max - min + 1) as usize;
            let first = usize::from(*wish) % answers;
            let chosen: Vec<_> = (0..count).map(|n| (first + n) % answers).collect();
            let choice = if blank && wish % 3 == 0 {
                expected[0] += 1;
                Choice::Blank
            } else {
                chosen.iter().for_each(|index| expected[index + usize::from(blank)] += 1);
                Choice::Answers(chosen)
            };
            let bytes = fixture.seal(code, &[choice]);
            let ballot = state.check_ballot(&bytes).unwrap();
            items.extend(state.append_ballot(ballot).unwrap());
        }
        items.extend(state.end_ballots().unwrap());
        items.extend(state.encrypted_tally().unwrap());
        for (index, holder) in fixture.holders.iter().enumerate() {
            let tally = state.tally().unwrap().clone();
            let part = holder.decrypt(&fixture.election, &tally, &mut fixture.rng).unwrap();
            items.extend(state.partial_decryption(index as u32 + 1, &part).unwrap());
        }
        items.extend(state.result().unwrap());
        let report = verify(&archive(&items)).unwrap();
        prop_assert_eq!(report.counts, Some(vec![expected]));
    }
}
