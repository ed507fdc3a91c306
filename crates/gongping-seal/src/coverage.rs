//! How often each check must have been made: counted from what is in an archive, and not by the
//! checks themselves, so that a check that silently was not made is noticed.

use crate::box_state::BoxState;
use crate::election::{Election, Question};
use crate::event::EventType;
use crate::finding::{Check, Defect};
use crate::trustee::{Trustee, Trustees};
use std::collections::BTreeMap;

/// How often something is there, by the check that is about it.
pub type CheckCounts = BTreeMap<Check, u64>;

pub(crate) fn count(counts: &mut CheckCounts, check: Check, times: u64) {
    *counts.entry(check).or_default() += times;
}

/// What one ballot of an election holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BallotContent {
    pub(crate) ciphertexts: u64,
    pub(crate) questions: u64,
    /// Questions that can be answered with a blank vote.
    pub(crate) blank: u64,
    scalars: u64,
}

impl BallotContent {
    pub(crate) fn of(election: &Election) -> Self {
        let sum = |f: &dyn Fn(&Question) -> u64| election.questions().iter().map(f).sum::<u64>();
        let ciphertexts = sum(&|question| question.ciphertext_count() as u64);
        let blank = sum(&|question| u64::from(question.blank));
        let branches = sum(&|question| question.overall_branches() as u64);
        // Two numbers for each branch: two branches a choice, two a blank proof; the signature.
        let scalars = 2 * (2 * ciphertexts + branches + 2 * blank) + 2;
        Self { ciphertexts, questions: election.questions().len() as u64, blank, scalars }
    }

    /// Zero-knowledge proofs of one ballot.
    pub(crate) fn proofs(&self) -> u64 {
        self.ciphertexts + self.questions + self.blank
    }

    /// The checks that one ballot needs.
    pub(crate) fn checks(&self) -> [(Check, u64); 16] {
        let elements = 2 * self.ciphertexts;
        [
            (Check::Structure, 1),
            (Check::BallotElection, 1),
            (Check::BallotCredential, 1),
            (Check::BallotShape, 1),
            (Check::BallotHash, 1),
            (Check::DuplicateBallot, 1),
            (Check::CiphertextReuse, self.ciphertexts),
            (Check::BallotAfterClose, 1),
            (Check::ElementSpelling, elements),
            (Check::ElementOnCurve, elements),
            (Check::ElementOrder, elements),
            (Check::Scalar, self.scalars),
            (Check::BallotSignature, 1),
            (Check::IndividualProof, self.ciphertexts),
            (Check::OverallProof, self.questions),
            (Check::BlankProof, self.blank),
        ]
    }
}

/// The checks that a set-up needs.
pub(crate) fn setup_checks(trustees: &Trustees, credentials: u64) -> Vec<(Check, u64)> {
    let (mut single, mut holders, mut shared_elements) = (0, 0, 0);
    for item in trustees.items() {
        match item {
            Trustee::Single(_) => single += 1,
            Trustee::Threshold(shared) => {
                let size = shared.keys().len() as u64;
                holders += size;
                // Of each: two keys of the certificate, the coefficients, the verification key.
                shared_elements += size * (3 + u64::from(shared.threshold()));
            }
        }
    }
    let elements = 1 + single + shared_elements + credentials;
    vec![
        (Check::Structure, 4),
        (Check::Election, 1),
        (Check::TrusteeList, trustees.items().len() as u64),
        (Check::TrusteeProof, single),
        (Check::ThresholdCertificates, holders),
        (Check::ThresholdPolynomials, holders),
        (Check::ThresholdAgreement, holders),
        (Check::ThresholdKeys, holders),
        (Check::ElectionKey, 1),
        (Check::Credentials, credentials),
        (Check::SetupReferences, 3),
        (Check::ElementSpelling, elements),
        (Check::ElementOnCurve, elements),
        (Check::ElementOrder, elements),
        (Check::ElementNeutral, 1 + single + 3 * holders + credentials),
        // A proof of each single key; four signatures and a proof of each key holder.
        (Check::Scalar, 2 * single + 10 * holders),
    ]
}

/// What there is in an archive, counted entry by entry without looking into ballots.
#[derive(Debug, Clone, Default)]
pub(crate) struct Census {
    pub(crate) entries: u64,
    pub(crate) events: BTreeMap<EventType, u64>,
}

impl Census {
    fn of(&self, event: EventType) -> u64 {
        self.events.get(&event).copied().unwrap_or_default()
    }

    /// How often each check must have been made; every check but the coverage itself.
    pub(crate) fn present(&self, state: &BoxState) -> CheckCounts {
        let mut counts: CheckCounts = Check::ALL.iter().map(|check| (*check, 0)).collect();
        counts.remove(&Check::Coverage);
        let ballot = BallotContent::of(state.election());
        let ballots = self.of(EventType::Ballot);
        for (check, times) in ballot.checks() {
            count(&mut counts, check, times * ballots);
        }
        for (check, times) in setup_checks(state.trustees(), state.credentials().len() as u64) {
            count(&mut counts, check, times);
        }
        let events: u64 = self.events.values().sum();
        for check in [Check::Parent, Check::Height, Check::EventOrder, Check::Payload] {
            count(&mut counts, check, events);
        }
        let (sums, parts) =
            (self.of(EventType::EncryptedTally), self.of(EventType::PartialDecryption));
        let results = self.of(EventType::Result);
        let places = ballot.ciphertexts;
        for (check, times) in [
            (Check::Archive, self.entries),
            (Check::Header, 1),
            (Check::EntryName, self.entries - 1),
            // Each event and each datum of the opening; ballots and set-up are counted above.
            (Check::Structure, events + 2 * sums + 2 * parts + results),
            (Check::TallyBallots, sums),
            (Check::TallyWeight, sums),
            (Check::TallyShape, sums + parts + results),
            (Check::EncryptedTally, sums * places),
            (Check::DecryptionOwner, parts),
            (Check::DecryptionOnce, parts),
            (Check::DecryptionProof, parts * places),
            (Check::DecryptionComplete, results),
            (Check::Result, results * places),
            (Check::Scalar, 2 * parts * places),
        ] {
            count(&mut counts, check, times);
        }
        for check in [Check::ElementSpelling, Check::ElementOnCurve, Check::ElementOrder] {
            count(&mut counts, check, (2 * sums + parts) * places);
        }
        counts
    }
}

/// Refuses unless each check was made as often as it must be; the number of checks compared.
pub(crate) fn compare(made: &CheckCounts, present: &CheckCounts) -> Result<u64, Defect> {
    for (check, present) in present {
        let made = made.get(check).copied().unwrap_or_default();
        if made != *present {
            return Err(Defect::Coverage { check: *check, present: *present, made });
        }
    }
    Ok(present.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_was_not_made_often_enough_is_named() {
        let present = CheckCounts::from([(Check::Header, 1), (Check::IndividualProof, 32)]);
        assert_eq!(compare(&present, &present), Ok(2));
        let made = CheckCounts::from([(Check::Header, 1), (Check::IndividualProof, 31)]);
        let check = Check::IndividualProof;
        let expected = Defect::Coverage { check, present: 32, made: 31 };
        assert_eq!(compare(&made, &present), Err(expected.clone()));
        assert_eq!(expected.check(), Check::Coverage);
        let made = CheckCounts::from([(Check::Header, 1)]);
        assert_eq!(compare(&made, &present).unwrap_err().check(), Check::Coverage);
    }
}
