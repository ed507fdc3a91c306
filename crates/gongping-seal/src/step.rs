//! What each event but a ballot does to a box that is replayed.

use crate::box_state::{BoxState, SetupData};
use crate::canonical;
use crate::coverage::setup_checks;
use crate::credential::CredentialList;
use crate::election::Election;
use crate::event::{EventType, Head};
use crate::finding::{Check, Defect};
use crate::replay::{BoxReplay, Trust, Waiting};
use crate::tally::{EncryptedTally, Owned, RawResult, SizedTally, TallyError, read_factors};
use crate::trustee::Trustees;

fn elements(count: u64) -> [(Check, u64); 3] {
    [Check::ElementSpelling, Check::ElementOnCurve, Check::ElementOrder].map(|check| (check, count))
}

impl BoxReplay {
    /// Makes an event other than a ballot happen, with its data.
    pub(crate) fn happen(
        &mut self,
        what: EventType,
        data: &[Waiting],
        head: Head,
    ) -> Result<(), Defect> {
        match what {
            EventType::Setup => return self.happen_setup(data, head),
            EventType::EncryptedTally => self.happen_tally(data)?,
            EventType::PartialDecryption => self.happen_decryption(data)?,
            EventType::Result => self.happen_result(data)?,
            EventType::EndBallots => self.with_state(|state| {
                state.set_closed();
                Ok(Vec::new())
            })?,
            // Ballots wait for their check; shuffles were refused before.
            EventType::Ballot | EventType::Shuffle | EventType::EndShuffles => {
                return Err(Defect::EventOrder { found: what });
            }
        }
        self.with_state(|state| {
            state.set_head(head);
            Ok(Vec::new())
        })
    }

    /// Runs a step on the state and notes the checks it says it made.
    fn with_state(
        &mut self,
        step: impl FnOnce(&mut BoxState) -> Result<Vec<(Check, u64)>, Defect>,
    ) -> Result<(), Defect> {
        let state = self.state.as_mut().ok_or(Defect::NoSetup)?;
        for (check, times) in step(state)? {
            self.performed(check, times);
        }
        Ok(())
    }

    fn happen_setup(&mut self, data: &[Waiting], head: Head) -> Result<(), Defect> {
        let [election, trustees, credentials, setup] = data else { return Err(Defect::Payload) };
        self.blame(election);
        let election = Election::parse(&election.item.bytes)?;
        self.blame(trustees);
        let trustees = Trustees::parse(&trustees.item.bytes)?;
        self.blame(credentials);
        let credentials = match self.trust {
            Trust::Nothing => CredentialList::parse(&credentials.item.bytes)?,
            Trust::Proofs => CredentialList::parse_trusted(&credentials.item.bytes)?,
        };
        self.blame(setup);
        let expected = canonical::write(&SetupData::of(&election, &trustees, &credentials));
        let _: SetupData = canonical::read(&setup.item.bytes)?;
        if expected != setup.item.bytes {
            return Err(Defect::SetupReferences);
        }
        self.blame(&data[0]);
        if election.public_key() != trustees.election_key() {
            return Err(Defect::ElectionKey);
        }
        for (check, times) in setup_checks(&trustees, credentials.len() as u64) {
            self.performed(check, times);
        }
        let timestamp = self.timestamp.unwrap_or_default();
        self.set_up(BoxState::new(timestamp, election, trustees, credentials, head));
        Ok(())
    }

    fn happen_tally(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [sum, sized] = data else { return Err(Defect::Payload) };
        let trust = self.trust;
        self.blame(sized);
        self.with_state(|state| {
            let stated: SizedTally =
                canonical::read(&sized.item.bytes).map_err(TallyError::from)?;
            if stated.encrypted_tally != sum.hash.to_string() {
                return Err(TallyError::Reference.into());
            }
            let (ballots, weight) = (state.ballots_counted(), state.total_weight());
            if (stated.num_tallied, stated.total_weight) != (ballots, weight) {
                let (found_ballots, found_weight) = (stated.num_tallied, stated.total_weight);
                let size = TallyError::Size { ballots, weight, found_ballots, found_weight };
                return Err(size.into());
            }
            Ok(vec![(Check::TallyBallots, 1), (Check::TallyWeight, 1), (Check::Structure, 1)])
        })?;
        self.blame(sum);
        let own = match (self.ledger(), trust, self.state.as_ref()) {
            (Some(ledger), Trust::Nothing, Some(state)) => Some(ledger.sum(state.election())),
            _ => None,
        };
        self.with_state(|state| {
            let shape = [(Check::TallyShape, 1), (Check::Structure, 1)];
            if trust == Trust::Proofs {
                let tally = EncryptedTally::parse_trusted(state.election(), &sum.item.bytes)?;
                state.set_tally(tally);
                return Ok(shape.to_vec());
            }
            let tally = EncryptedTally::parse(state.election(), &sum.item.bytes)?;
            let own = own.map_or_else(|| state.add_up(), Ok)?;
            let sums = own.require_same(&tally)?;
            state.set_tally(tally);
            Ok([&shape[..], &elements(2 * sums), &[(Check::EncryptedTally, sums)]].concat())
        })
    }

    fn happen_decryption(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [part, owned] = data else { return Err(Defect::Payload) };
        let trust = self.trust;
        self.blame(owned);
        let stated: Owned = canonical::read(&owned.item.bytes).map_err(TallyError::from)?;
        if stated.payload != part.hash.to_string() {
            return Err(TallyError::Reference.into());
        }
        self.with_state(|state| {
            state.require_owner(stated.owner)?;
            let owner = [(Check::DecryptionOwner, 1), (Check::DecryptionOnce, 1)];
            Ok([&owner[..], &[(Check::Structure, 1)]].concat())
        })?;
        self.blame(part);
        self.with_state(|state| {
            let factors = match trust {
                Trust::Nothing => state.check_partial_decryption(stated.owner, &part.item.bytes)?,
                Trust::Proofs => read_factors(state.election(), &part.item.bytes)?,
            };
            let count = factors.iter().map(Vec::len).sum::<usize>() as u64;
            state.set_factors(stated.owner, factors);
            let proofs = if trust == Trust::Nothing { count } else { 0 };
            let made = [
                (Check::TallyShape, 1),
                (Check::Structure, 1),
                (Check::DecryptionProof, proofs),
                (Check::Scalar, 2 * proofs),
            ];
            Ok([&made[..], &elements(proofs)].concat())
        })
    }

    fn happen_result(&mut self, data: &[Waiting]) -> Result<(), Defect> {
        let [result] = data else { return Err(Defect::Payload) };
        self.blame(result);
        self.with_state(|state| {
            let stated: RawResult =
                canonical::read(&result.item.bytes).map_err(TallyError::from)?;
            // Also when the proofs are trusted: it costs little, and the counts are what matters.
            let counts = state.open()?;
            let widths = |table: &[Vec<u64>]| table.iter().map(Vec::len).collect::<Vec<_>>();
            if widths(&counts) != widths(&stated.result) {
                return Err(TallyError::Shape.into());
            }
            let differs =
                counts.iter().zip(&stated.result).enumerate().find_map(|(index, rows)| {
                    let choice =
                        rows.0.iter().zip(rows.1).position(|(own, stated)| own != stated)?;
                    Some(TallyError::Result { question: index + 1, choice: choice + 1 })
                });
            if let Some(error) = differs {
                return Err(error.into());
            }
            let compared = counts.iter().map(Vec::len).sum::<usize>() as u64;
            state.set_counts(counts);
            Ok(vec![
                (Check::DecryptionComplete, 1),
                (Check::TallyShape, 1),
                (Check::Result, compared),
                (Check::Structure, 1),
            ])
        })
    }
}
