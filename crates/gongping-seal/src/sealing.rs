//! Making a ballot on the respondent's side.

use crate::ballot::{
    Pair, RawAnswer, RawBallot, RawCiphertext, RawSignature, answer_context, credential_context,
};
use crate::canonical;
use crate::credential::PrivateCredential;
use crate::election::{Election, Question};
use crate::group::{self, Element};
use crate::hash::{Hash, tracker};
use crate::proof::{Branch, Proof, RawProof, Statement, prove_one_of};
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a respondent chooses in one question.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum Choice {
    /// Blank on purpose, where the question allows it.
    Blank,
    /// The chosen answers by index, counted from 0, each at most once; none is a choice too.
    Answers(Vec<usize>),
}

impl Choice {
    /// Exactly one answer, by index from 0.
    pub fn one(index: usize) -> Self {
        Self::Answers(vec![index])
    }

    /// No answer.
    pub fn none() -> Self {
        Self::Answers(Vec::new())
    }
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Choice(..)")
    }
}

/// Why choices cannot be sealed. Questions are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not one choice for each question.
    #[error("there are {choices} choices for {questions} questions")]
    QuestionCount {
        /// Choices given.
        choices: usize,
        /// Questions in the election.
        questions: usize,
    },
    /// Blank is not possible here.
    #[error("question {question} cannot be left blank")]
    Blank {
        /// Number of the question.
        question: usize,
    },
    /// An answer that does not exist, or one that is chosen twice.
    #[error("question {question}: an answer does not exist or is chosen twice")]
    Answer {
        /// Number of the question.
        question: usize,
    },
    /// Fewer or more answers than permitted.
    #[error("question {question}: too few or too many answers")]
    AnswerCount {
        /// Number of the question.
        question: usize,
    },
}

/// A sealed ballot: its exact bytes. The tracker is computed from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBallot(Vec<u8>);

impl SealedBallot {
    /// The exact bytes to send.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The exact bytes to send.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The receipt.
    pub fn tracker(&self) -> String {
        tracker(&self.0)
    }
}

/// The hidden numbers of one answer: 0 or 1 per ciphertext, and their randomness.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Secrets {
    numbers: Vec<u32>,
    randomness: Vec<Scalar>,
}

/// Seals the choices of one respondent. The same choices and the same random numbers give the
/// same bytes. The arithmetic takes the same time whatever is chosen.
pub fn seal_ballot<R: CryptoRng + ?Sized>(
    election: &Election,
    credential: &PrivateCredential,
    choices: &[Choice],
    rng: &mut R,
) -> Result<SealedBallot, SealError> {
    let questions = election.questions();
    if choices.len() != questions.len() {
        return Err(SealError::QuestionCount {
            choices: choices.len(),
            questions: questions.len(),
        });
    }
    let numbers = questions
        .iter()
        .zip(choices)
        .enumerate()
        .map(|(index, (question, choice))| hidden_numbers(question, choice, index + 1))
        .collect::<Result<Vec<_>, _>>()?;
    let key = credential.derive(election.uuid());
    let context = credential_context(election, &key.public());
    let answers = questions
        .iter()
        .zip(numbers)
        .map(|(question, numbers)| seal_answer(election, question, numbers, &context, rng))
        .collect();
    let mut ballot = RawBallot {
        election_uuid: election.uuid().to_string(),
        election_hash: election.fingerprint().to_owned(),
        credential: key.public().to_string(),
        answers,
        signature: None,
    };
    let hash = Hash::of(&canonical::write(&ballot)).to_base64();
    let (challenge, response) = key.sign(&hash, rng);
    let proof = RawProof::new(&challenge, &response);
    ballot.signature = Some(RawSignature { hash, proof });
    Ok(SealedBallot(canonical::write(&ballot)))
}

fn hidden_numbers(
    question: &Question,
    choice: &Choice,
    number: usize,
) -> Result<Vec<u32>, SealError> {
    let mut numbers = vec![0; question.ciphertext_count()];
    match choice {
        Choice::Blank if question.blank => numbers[0] = 1,
        Choice::Blank => return Err(SealError::Blank { question: number }),
        Choice::Answers(indices) => {
            let chosen = &mut numbers[usize::from(question.blank)..];
            for index in indices {
                match chosen.get_mut(*index) {
                    Some(place) if *place == 0 => *place = 1,
                    _ => return Err(SealError::Answer { question: number }),
                }
            }
            if !(question.min as usize..=question.max as usize).contains(&indices.len()) {
                return Err(SealError::AnswerCount { question: number });
            }
        }
    }
    Ok(numbers)
}

fn seal_answer<R: CryptoRng + ?Sized>(
    election: &Election,
    question: &Question,
    numbers: Vec<u32>,
    context: &str,
    rng: &mut R,
) -> RawAnswer<String> {
    let randomness: Vec<Scalar> = numbers.iter().map(|_| group::random_scalar(rng)).collect();
    let secrets = Secrets { numbers, randomness };
    let points: Vec<EdwardsPoint> = secrets
        .numbers
        .iter()
        .zip(&secrets.randomness)
        .flat_map(|(number, r)| {
            let hidden = ED25519_BASEPOINT_TABLE * &Scalar::from(*number);
            [ED25519_BASEPOINT_TABLE * r, election.sealing_table() * r + hidden]
        })
        .collect();
    let choices: Vec<Pair> =
        Element::encode_all(&points).chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let individual = choices.iter().enumerate().map(|(index, (alpha, beta))| {
        let number = secrets.numbers[index];
        let branch = |claim: u32| branch(&secrets.randomness[index], number, claim);
        let statement = Statement::Interval(*alpha, *beta);
        prove_one_of(election, statement, context, &[branch(0), branch(1)], number, rng)
    });
    let individual: Vec<Vec<Proof>> = individual.collect();
    let (overall, blank) =
        prove_whole(election, question, &secrets, &choices, &points, context, rng);
    let raw = |proofs: Vec<Proof>| proofs.into_iter().map(Proof::to_raw).collect::<Vec<_>>();
    RawAnswer {
        choices: choices
            .iter()
            .map(|(alpha, beta)| RawCiphertext { alpha: alpha.to_hex(), beta: beta.to_hex() })
            .collect(),
        individual_proofs: individual.into_iter().map(raw).collect(),
        overall_proof: raw(overall),
        blank_proof: blank.map(raw),
    }
}

fn branch(randomness: &Scalar, number: u32, claim: u32) -> Branch {
    Branch { randomness: *randomness, difference: Scalar::from(number) - Scalar::from(claim) }
}

/// The proofs about a whole answer: the number of choices and, where blank is possible, that
/// blank goes with nothing else.
fn prove_whole<R: CryptoRng + ?Sized>(
    election: &Election,
    question: &Question,
    secrets: &Secrets,
    choices: &[Pair],
    points: &[EdwardsPoint],
    context: &str,
    rng: &mut R,
) -> (Vec<Proof>, Option<Vec<Proof>>) {
    let context = answer_context(context, choices);
    let first = usize::from(question.blank);
    let sum: u32 = secrets.numbers[first..].iter().sum();
    let mut randomness: Scalar = secrets.randomness[first..].iter().sum();
    let counts = (question.min..=question.max).map(|m| branch(&randomness, sum, m));
    let result = if question.blank {
        let blank = secrets.numbers[0];
        let blank_randomness = &secrets.randomness[0];
        let branches: Vec<Branch> =
            std::iter::once(branch(blank_randomness, blank, 1)).chain(counts).collect();
        // Blank: branch 0. Otherwise branch 1 + sum - min; both without a jump.
        let position = (1 - blank) * sum.wrapping_sub(question.min).wrapping_add(1);
        let statement = Statement::BlankOverall;
        let overall = prove_one_of(election, statement, &context, &branches, position, rng);
        let branches = [branch(blank_randomness, blank, 0), branch(&randomness, sum, 0)];
        let statement = Statement::BlankProof;
        let proof = prove_one_of(election, statement, &context, &branches, blank, rng);
        (overall, Some(proof))
    } else {
        let branches: Vec<Branch> = counts.collect();
        let alpha = points.iter().step_by(2).sum();
        let beta = points.iter().skip(1).step_by(2).sum();
        let total = Element::encode_all(&[alpha, beta]);
        let statement = Statement::Interval(total[0], total[1]);
        let position = sum - question.min;
        (prove_one_of(election, statement, &context, &branches, position, rng), None)
    };
    randomness.zeroize();
    result
}
