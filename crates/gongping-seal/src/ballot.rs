//! The ballot structure (sections 4.9 and 4.13) and the way it is read: first the text, then the
//! numbers, then the group.

use crate::canonical::{self, JsonError};
use crate::credential::PublicCredential;
use crate::election::{Election, Question};
use crate::group::{Element, ElementError, ScalarError};
use crate::hash::Hash;
use crate::proof::{Proof, RawProof};
use serde::{Deserialize, Serialize};

/// A ballot is refused without reading it when it is longer.
pub const MAX_BALLOT_BYTES: usize = 16 << 20;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCiphertext<S = String> {
    pub(crate) alpha: S,
    pub(crate) beta: S,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAnswer<S> {
    pub(crate) choices: Vec<RawCiphertext<S>>,
    pub(crate) individual_proofs: Vec<Vec<RawProof<S>>>,
    pub(crate) overall_proof: Vec<RawProof<S>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blank_proof: Option<Vec<RawProof<S>>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSignature<S> {
    pub(crate) hash: S,
    pub(crate) proof: RawProof<S>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawBallot<S> {
    pub(crate) election_uuid: S,
    pub(crate) election_hash: S,
    pub(crate) credential: S,
    pub(crate) answers: Vec<RawAnswer<S>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<RawSignature<S>>,
}

/// Why a ballot is refused. Questions and choices are numbered from 1; with blank votes allowed,
/// choice 1 is "blank".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BallotRejection {
    /// Longer than any ballot of this election can be.
    #[error("the ballot is longer than {MAX_BALLOT_BYTES} bytes")]
    TooLong,
    /// Not the structure, or not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Sealed for another election, or for another version of this one.
    #[error("the ballot belongs to another election")]
    OtherElection,
    /// The code is not on the public list.
    #[error("the public list does not contain the ballot's credential {credential}")]
    UnknownCredential {
        /// What stands in the ballot.
        credential: String,
    },
    /// Other numbers of answers, ciphertexts or proofs than the questions need.
    #[error("question {question}: the numbers of ciphertexts or proofs do not fit")]
    Shape {
        /// Number of the question; 0 if the number of answers is wrong.
        question: usize,
    },
    /// A ciphertext holds something that is not an element of the group.
    #[error("question {question}, choice {choice}: {source}")]
    Element {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
        /// What is wrong.
        source: ElementError,
    },
    /// A proof or the signature holds something that is not a scalar.
    #[error("question {question}: {source}")]
    Scalar {
        /// Number of the question; 0 for the signature.
        question: usize,
        /// What is wrong.
        source: ScalarError,
    },
    /// The hash in the signature is not that of the ballot.
    #[error("the hash in the ballot is not its hash")]
    Hash,
    /// The signature was not made with the code that the ballot names.
    #[error("the signature was not made with the key of the ballot's credential")]
    Signature,
    /// A choice does not hide 0 or 1, or was made for another code.
    #[error("question {question}, choice {choice}: the proof that it hides 0 or 1 does not hold")]
    IndividualProof {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
    /// More or fewer choices than permitted.
    #[error("question {question}: the proof of the number of choices does not hold")]
    OverallProof {
        /// Number of the question.
        question: usize,
    },
    /// Blank together with something chosen.
    #[error("question {question}: the proof about the blank vote does not hold")]
    BlankProof {
        /// Number of the question.
        question: usize,
    },
    /// These very bytes are in the box already.
    #[error("the same ballot is in the box already")]
    Duplicate,
    /// A ciphertext of another ballot, or of this one, appears again.
    #[error("question {question}, choice {choice}: the ciphertext has been used before")]
    CiphertextReused {
        /// Number of the question.
        question: usize,
        /// Number of the choice.
        choice: usize,
    },
    /// The box is closed.
    #[error("the box is closed")]
    Closed,
}

/// A ciphertext in its two compressed elements: alpha and beta.
pub(crate) type Pair = (Element, Element);

/// One answer, as numbers.
pub(crate) struct Answer {
    pub(crate) choices: Vec<Pair>,
    pub(crate) individual: Vec<[Proof; 2]>,
    pub(crate) overall: Vec<Proof>,
    pub(crate) blank: Option<[Proof; 2]>,
}

/// A ballot whose text is in order: canonical, for this election, of the right shape, all numbers
/// in range, and its hash correct. Nothing has been said about the group yet.
pub(crate) struct Ballot {
    pub(crate) credential: PublicCredential,
    pub(crate) answers: Vec<Answer>,
    pub(crate) hash: String,
    pub(crate) signature: Proof,
}

impl Ballot {
    pub(crate) fn read(election: &Election, bytes: &[u8]) -> Result<Self, BallotRejection> {
        if bytes.len() > MAX_BALLOT_BYTES {
            return Err(BallotRejection::TooLong);
        }
        let mut raw: RawBallot<&str> =
            serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
        canonical::require_canonical(&canonical::write(&raw), bytes)?;
        let own_uuid = raw.election_uuid == election.uuid().as_str();
        if !own_uuid || raw.election_hash != election.fingerprint() {
            return Err(BallotRejection::OtherElection);
        }
        let credential = Element::from_hex(raw.credential).map_err(|_| {
            BallotRejection::UnknownCredential { credential: raw.credential.to_owned() }
        })?;
        if raw.answers.len() != election.questions().len() {
            return Err(BallotRejection::Shape { question: 0 });
        }
        let signature = raw.signature.take().ok_or(BallotRejection::Signature)?;
        let answers = election
            .questions()
            .iter()
            .zip(&raw.answers)
            .enumerate()
            .map(|(index, (question, answer))| Answer::read(question, answer, index + 1))
            .collect::<Result<_, _>>()?;
        // Without the signature, the structure serialises to exactly what was signed.
        if Hash::of(&canonical::write(&raw)).to_base64() != signature.hash {
            return Err(BallotRejection::Hash);
        }
        let proof = Proof::read(&signature.proof)
            .map_err(|source| BallotRejection::Scalar { question: 0, source })?;
        Ok(Self {
            credential: PublicCredential(credential),
            answers,
            hash: signature.hash.to_owned(),
            signature: proof,
        })
    }

    /// All ciphertexts in order.
    pub(crate) fn ciphertexts(&self) -> Box<[Pair]> {
        self.answers.iter().flat_map(|answer| answer.choices.iter().copied()).collect()
    }
}

impl Answer {
    fn read(
        question: &Question,
        raw: &RawAnswer<&str>,
        number: usize,
    ) -> Result<Self, BallotRejection> {
        let count = question.ciphertext_count();
        let fits = raw.choices.len() == count
            && raw.individual_proofs.len() == count
            && raw.individual_proofs.iter().all(|proofs| proofs.len() == 2)
            && raw.overall_proof.len() == question.overall_branches()
            && raw.blank_proof.as_ref().map(Vec::len) == question.blank.then_some(2);
        if !fits {
            return Err(BallotRejection::Shape { question: number });
        }
        let scalar = |source| BallotRejection::Scalar { question: number, source };
        let pair = |raw: &[RawProof<&str>]| -> Result<[Proof; 2], BallotRejection> {
            let first = Proof::read(&raw[0]).map_err(scalar)?;
            Ok([first, Proof::read(&raw[1]).map_err(scalar)?])
        };
        let choices = raw.choices.iter().enumerate().map(|(index, ciphertext)| {
            let at =
                |source| BallotRejection::Element { question: number, choice: index + 1, source };
            let alpha = Element::from_hex(ciphertext.alpha).map_err(at)?;
            Ok((alpha, Element::from_hex(ciphertext.beta).map_err(at)?))
        });
        Ok(Self {
            choices: choices.collect::<Result<_, BallotRejection>>()?,
            individual: raw.individual_proofs.iter().map(|p| pair(p)).collect::<Result<_, _>>()?,
            overall: raw
                .overall_proof
                .iter()
                .map(|proof| Proof::read(proof).map_err(scalar))
                .collect::<Result<_, _>>()?,
            blank: raw.blank_proof.as_deref().map(pair).transpose()?,
        })
    }
}

/// The text that the proofs of a respondent start from, S0 in the specification.
pub(crate) fn credential_context(election: &Election, credential: &PublicCredential) -> String {
    format!("{}|{credential}", election.fingerprint())
}

/// The text that the proofs about a whole answer start from, S in the specification.
pub(crate) fn answer_context(base: &str, choices: &[Pair]) -> String {
    let mut text = String::with_capacity(base.len() + choices.len() * 130 + 1);
    text.push_str(base);
    let mut separator = '|';
    for (alpha, beta) in choices {
        text.push(separator);
        alpha.push_hex(&mut text);
        text.push(',');
        beta.push_hex(&mut text);
        separator = ',';
    }
    text
}
