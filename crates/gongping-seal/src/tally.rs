//! Sums, their opening and the counts (sections 4.14, 4.16 and 4.17).

use crate::arithmetic;
use crate::ballot::{Pair, RawCiphertext};
use crate::canonical::{self, JsonError};
use crate::election::{Election, Question};
use crate::event::EventType;
use crate::group::{self, Element, ElementError, ScalarError};
use crate::hash::Hash;
use crate::proof::{Proof, RawProof};
use crate::trustee::KeyHolderSecret;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zeroize::Zeroize;

/// Why a step of the opening is refused. Questions and choices are numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// The box is not in the phase in which this can happen.
    #[error("{step:?} cannot happen now")]
    Order {
        /// What was tried.
        step: EventType,
    },
    /// Not the structure, or not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A structure refers to other data than the data before it.
    #[error("the hash in the structure is not that of the data before it")]
    Reference,
    /// Number of ballots or sum of weights differ from the box.
    #[error(
        "{found_ballots} ballots of weight {found_weight} are stated, the box has {ballots} of weight {weight}"
    )]
    Size {
        /// Ballots that count.
        ballots: u64,
        /// Their weights.
        weight: u64,
        /// What is stated.
        found_ballots: u64,
        /// What is stated.
        found_weight: u64,
    },
    /// Other numbers of elements than the questions need.
    #[error("the numbers of elements do not fit the questions")]
    Shape,
    /// The published sum is not the sum of the ballots.
    #[error("question {question}, choice {choice}: the encrypted sum is not that of the ballots")]
    EncryptedTally {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
    /// Something that is not an element of the group.
    #[error("question {question}, choice {choice}: {source}")]
    Element {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
        /// What is wrong.
        source: ElementError,
    },
    /// Something that is not a scalar.
    #[error("question {question}, choice {choice}: {source}")]
    Scalar {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
        /// What is wrong.
        source: ScalarError,
    },
    /// No trustee has this number.
    #[error("there is no trustee {owner}")]
    Owner {
        /// The number.
        owner: u32,
    },
    /// The trustee has already opened the box.
    #[error("trustee {owner} has already given a partial decryption")]
    OwnerRepeated {
        /// Number of the trustee, from 1.
        owner: u32,
    },
    /// A factor was not computed with the trustee's key.
    #[error("trustee {owner}, question {question}, choice {choice}: the proof does not hold")]
    DecryptionProof {
        /// Number of the trustee, from 1.
        owner: u32,
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
    /// Trustees are missing.
    #[error("{needed} more partial decryptions are needed, of trustees {owners:?}")]
    Missing {
        /// Numbers of the trustees, from 1, who have given none and could.
        owners: Vec<u32>,
        /// How many of them must.
        needed: u32,
    },
    /// No count between 0 and the sum of weights fits: the ballots cannot have been checked.
    #[error("question {question}, choice {choice}: no count fits")]
    NoCount {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
    /// A published count does not follow.
    #[error("question {question}, choice {choice}: the published count does not follow")]
    Result {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
}

/// The sum of all ballots that count, still encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedTally {
    bytes: Vec<u8>,
    sums: Vec<Vec<Pair>>,
}

impl EncryptedTally {
    /// Adds up ballots with their weights. Fails only if the ballots were taken on trust and hold
    /// something that is not a point.
    pub(crate) fn add_up(
        election: &Election,
        ballots: &[(&[Pair], u32)],
    ) -> Result<Self, TallyError> {
        let mut sums = Sums::new(election);
        let factors = ballots.iter().map(|(pairs, weight)| (*pairs, Scalar::from(*weight)));
        sums.add(election, &factors.collect::<Vec<_>>())?;
        Ok(sums.encode(election))
    }

    /// Reads a published sum and checks its elements; whether it is the right sum is another
    /// question, which needs the ballots.
    pub fn parse(election: &Election, bytes: &[u8]) -> Result<Self, TallyError> {
        let tally = Self::parse_trusted(election, bytes)?;
        each_place(&tally.sums, |question, choice, (alpha, beta)| {
            let at = |source| TallyError::Element { question, choice, source };
            alpha.decode().map_err(at)?;
            beta.decode().map_err(at)?;
            Ok(())
        })?;
        Ok(tally)
    }

    pub(crate) fn parse_trusted(election: &Election, bytes: &[u8]) -> Result<Self, TallyError> {
        let raw: Vec<Vec<RawCiphertext>> = canonical::read(bytes)?;
        require_shape(election, &raw)?;
        let sums = map_places(&raw, |question, choice, pair| {
            let at = |source| TallyError::Element { question, choice, source };
            Ok((
                Element::from_hex(&pair.alpha).map_err(at)?,
                Element::from_hex(&pair.beta).map_err(at)?,
            ))
        })?;
        Ok(Self { bytes: bytes.to_owned(), sums })
    }

    /// Says where a published sum differs from this one; how many were compared.
    pub(crate) fn require_same(&self, published: &Self) -> Result<u64, TallyError> {
        let mut compared = 0;
        each_place(&self.sums, |question, choice, pair| {
            if published.sums[question - 1][choice - 1] != *pair {
                return Err(TallyError::EncryptedTally { question, choice });
            }
            compared += 1;
            Ok(())
        })?;
        Ok(compared)
    }

    /// The canonical JSON.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Base64 hash, to be read out and compared before opening.
    pub fn fingerprint(&self) -> String {
        Hash::of(&self.bytes).to_base64()
    }
}

/// Sums of ciphertexts in their places.
pub(crate) struct Sums(arithmetic::Sums);

impl Sums {
    /// The sums of no ballots.
    pub(crate) fn new(election: &Election) -> Self {
        let count = election.questions().iter().map(Question::ciphertext_count).sum();
        Self(arithmetic::Sums::new(count))
    }

    /// Adds ballots, each times a factor: its weight, or minus that to take it out again.
    pub(crate) fn add(
        &mut self,
        election: &Election,
        ballots: &[(&[Pair], Scalar)],
    ) -> Result<(), TallyError> {
        self.0.add(ballots).map_err(|(index, source)| {
            let (question, choice) = election.place(index);
            TallyError::Element { question, choice, source }
        })
    }

    /// The sums as they are published.
    pub(crate) fn encode(&self, election: &Election) -> EncryptedTally {
        let elements = self.0.encode();
        let mut pairs = elements.chunks_exact(2).map(|pair| (pair[0], pair[1]));
        let sums: Vec<Vec<Pair>> = election
            .questions()
            .iter()
            .map(|question| pairs.by_ref().take(question.ciphertext_count()).collect())
            .collect();
        EncryptedTally { bytes: write_ciphertexts(&sums), sums }
    }
}

fn write_ciphertexts(sums: &[Vec<Pair>]) -> Vec<u8> {
    let raw = |(alpha, beta): &Pair| RawCiphertext { alpha: alpha.to_hex(), beta: beta.to_hex() };
    let raw: Vec<Vec<_>> = sums.iter().map(|sums| sums.iter().map(raw).collect()).collect();
    canonical::write(&raw)
}

fn require_shape<T>(election: &Election, table: &[Vec<T>]) -> Result<(), TallyError> {
    let widths = election.questions().iter().map(|question| question.ciphertext_count());
    if table.iter().map(Vec::len).eq(widths) { Ok(()) } else { Err(TallyError::Shape) }
}

/// Calls `f(question, choice, value)`, numbered from 1.
fn each_place<T>(
    table: &[Vec<T>],
    f: impl FnMut(usize, usize, &T) -> Result<(), TallyError>,
) -> Result<(), TallyError> {
    map_places(table, f).map(|_| ())
}

fn map_places<T, U>(
    table: &[Vec<T>],
    mut f: impl FnMut(usize, usize, &T) -> Result<U, TallyError>,
) -> Result<Vec<Vec<U>>, TallyError> {
    let mut row = |(index, row): (usize, &Vec<T>)| {
        row.iter().enumerate().map(|(place, value)| f(index + 1, place + 1, value)).collect()
    };
    table.iter().enumerate().map(&mut row).collect()
}

/// The structure that the `EncryptedTally` event refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizedTally {
    pub(crate) num_tallied: u64,
    pub(crate) total_weight: u64,
    pub(crate) encrypted_tally: String,
}

/// The structure that a `PartialDecryption` event refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owned {
    pub(crate) owner: u32,
    pub(crate) payload: String,
}

/// The published counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawResult {
    pub(crate) result: Vec<Vec<u64>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPartialDecryption {
    decryption_factors: Vec<Vec<String>>,
    decryption_proofs: Vec<Vec<RawProof>>,
}

impl KeyHolderSecret {
    /// This key holder's part of the opening: the bytes of a partial decryption.
    ///
    /// The caller has verified the archive that the sum comes from, and has counted the ballots.
    pub fn decrypt<R: CryptoRng + ?Sized>(
        &self,
        election: &Election,
        tally: &EncryptedTally,
        rng: &mut R,
    ) -> Result<Vec<u8>, TallyError> {
        let public_key = self.public_key();
        let parts = map_places(&tally.sums, |question, choice, (alpha, _)| {
            let at = |source| TallyError::Element { question, choice, source };
            let alpha = alpha.decode().map_err(at)?;
            let factor = Element::encode(&(alpha * self.scalar()));
            let mut nonce = group::random_scalar(rng);
            let commitments = Element::encode_all(&[EdwardsPoint::mul_base(&nonce), alpha * nonce]);
            let challenge = decryption_challenge(election, public_key, &commitments);
            let response = nonce - self.scalar() * challenge;
            nonce.zeroize();
            Ok((factor, RawProof::new(&challenge, &response)))
        })?;
        let column = |part: &Vec<(Element, RawProof)>| part.iter().map(|p| p.0.to_hex()).collect();
        Ok(canonical::write(&RawPartialDecryption {
            decryption_factors: parts.iter().map(column).collect(),
            decryption_proofs: parts
                .into_iter()
                .map(|part| part.into_iter().map(|(_, proof)| proof).collect())
                .collect(),
        }))
    }
}

fn decryption_challenge(election: &Election, key: Element, commitments: &[Element]) -> Scalar {
    let [a, b] = [commitments[0], commitments[1]];
    group::hash_to_scalar(format!("decrypt|{}|{key}|{a},{b}", election.fingerprint()).as_bytes())
}

/// The factors of one trustee.
pub(crate) type Factors = Vec<Vec<Element>>;

/// Reads the factors of a partial decryption without checking elements and proofs.
pub(crate) fn read_factors(election: &Election, bytes: &[u8]) -> Result<Factors, TallyError> {
    let raw: RawPartialDecryption = canonical::read(bytes)?;
    shape_and_factors(election, &raw)
}

fn shape_and_factors(
    election: &Election,
    raw: &RawPartialDecryption,
) -> Result<Factors, TallyError> {
    require_shape(election, &raw.decryption_factors)?;
    require_shape(election, &raw.decryption_proofs)?;
    map_places(&raw.decryption_factors, |question, choice, text| {
        Element::from_hex(text).map_err(|source| TallyError::Element { question, choice, source })
    })
}

/// Reads a partial decryption and checks every factor against the owner's key.
pub(crate) fn check_factors(
    election: &Election,
    tally: &EncryptedTally,
    owner: u32,
    key: Element,
    bytes: &[u8],
) -> Result<Factors, TallyError> {
    let raw: RawPartialDecryption = canonical::read(bytes)?;
    let factors = shape_and_factors(election, &raw)?;
    let key_point = key.decode_unchecked_order().expect("checked when the trustees were read");
    each_place(&factors, |question, choice, factor| {
        let at = |source| TallyError::Element { question, choice, source };
        let proof = &raw.decryption_proofs[question - 1][choice - 1];
        let Proof { challenge, response } =
            Proof::read(proof).map_err(|source| TallyError::Scalar { question, choice, source })?;
        let factor = factor.decode().map_err(at)?;
        let alpha = tally.sums[question - 1][choice - 1].0.decode_unchecked_order().map_err(at)?;
        let a =
            EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, &key_point, &response);
        let b = EdwardsPoint::vartime_multiscalar_mul([response, challenge], [alpha, factor]);
        let commitments = Element::encode_all(&[a, b]);
        if decryption_challenge(election, key, &commitments) == challenge {
            return Ok(());
        }
        Err(TallyError::DecryptionProof { owner, question, choice })
    })?;
    Ok(factors)
}

/// Takes the factors, each raised to its power, out of the sums and finds the counts, each between
/// 0 and `total_weight`.
pub(crate) fn open(
    tally: &EncryptedTally,
    factors: &[(Scalar, &Factors)],
    total_weight: u64,
) -> Result<Vec<Vec<u64>>, TallyError> {
    let logarithms = Logarithms::up_to(total_weight);
    map_places(&tally.sums, |question, choice, (_, beta)| {
        let at = |source| TallyError::Element { question, choice, source };
        let mut point = beta.decode_unchecked_order().map_err(at)?;
        for (power, factors) in factors {
            let factor = factors[question - 1][choice - 1].decode_unchecked_order().map_err(at)?;
            point -= if *power == Scalar::ONE { factor } else { factor * power };
        }
        logarithms.find(point).ok_or(TallyError::NoCount { question, choice })
    })
}

/// Discrete logarithms of small numbers: baby steps in a table, giant steps over it.
struct Logarithms {
    limit: u64,
    step: u64,
    table: HashMap<Element, u64>,
}

impl Logarithms {
    fn up_to(limit: u64) -> Self {
        let step = limit.isqrt() + 1;
        let mut points = Vec::with_capacity(step as usize);
        let mut point = group::neutral();
        for _ in 0..step {
            points.push(point);
            point += group::generator();
        }
        let table = (0..).zip(Element::encode_all(&points)).map(|(n, e)| (e, n)).collect();
        Self { limit, step, table }
    }

    fn find(&self, mut point: EdwardsPoint) -> Option<u64> {
        let stride = EdwardsPoint::mul_base(&Scalar::from(self.step));
        for giant in 0..=self.limit / self.step {
            if let Some(baby) = self.table.get(&Element::encode(&point)) {
                let number = giant * self.step + baby;
                return (number <= self.limit).then_some(number);
            }
            point -= stride;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_found_up_to_the_limit_and_not_beyond() {
        for limit in [0u64, 1, 2, 3, 8, 9, 10, 99, 1000] {
            let logarithms = Logarithms::up_to(limit);
            for number in 0..=limit {
                let point = EdwardsPoint::mul_base(&Scalar::from(number));
                assert_eq!(logarithms.find(point), Some(number));
            }
            let beyond = EdwardsPoint::mul_base(&Scalar::from(limit + 1));
            assert_eq!(logarithms.find(beyond), None);
            assert_eq!(logarithms.find(-EdwardsPoint::mul_base(&Scalar::ONE)), None);
        }
    }
}
