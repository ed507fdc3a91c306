//! Checking a ballot: every element, every proof and the signature.

use crate::ballot::{Answer, Ballot, BallotRejection, Pair, answer_context, credential_context};
use crate::credential::{CredentialList, PublicCredential, signature_challenge};
use crate::election::{Election, Question};
use crate::group::{self, Element};
use crate::hash::Hash;
use crate::proof::{self, Proof, Statement};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;

type PointPair = (EdwardsPoint, EdwardsPoint);

/// A ballot that has passed all checks that need no other ballot. Only [`crate::BoxState`] makes
/// one, and takes only those made for the same election.
#[derive(Debug, Clone)]
pub struct CheckedBallot {
    pub(crate) election: Hash,
    pub(crate) bytes: Vec<u8>,
    pub(crate) hash: Hash,
    pub(crate) credential: PublicCredential,
    pub(crate) weight: u32,
    pub(crate) ciphertexts: Box<[Pair]>,
    pub(crate) proofs_checked: u64,
}

impl CheckedBallot {
    /// The exact bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The tracker, which is the respondent's receipt.
    pub fn tracker(&self) -> String {
        self.hash.to_base64()
    }

    /// The public credential that signed the ballot.
    pub fn credential(&self) -> PublicCredential {
        self.credential
    }

    /// How often the ballot counts.
    pub fn weight(&self) -> u32 {
        self.weight
    }
}

/// Reads a ballot and finds its code on the list, without looking at group elements and proofs.
pub(crate) fn read_ballot(
    election: &Election,
    credentials: &CredentialList,
    bytes: &[u8],
) -> Result<(Ballot, u32), BallotRejection> {
    let ballot = Ballot::read(election, bytes)?;
    let weight = credentials.weight(&ballot.credential).ok_or_else(|| {
        BallotRejection::UnknownCredential { credential: ballot.credential.to_string() }
    })?;
    Ok((ballot, weight))
}

/// Wraps a ballot; `proofs_checked` says how many zero-knowledge proofs were really checked.
pub(crate) fn wrap(
    election: &Election,
    ballot: &Ballot,
    weight: u32,
    bytes: &[u8],
    proofs_checked: u64,
) -> CheckedBallot {
    CheckedBallot {
        election: election.hash(),
        bytes: bytes.to_owned(),
        hash: Hash::of(bytes),
        credential: ballot.credential,
        weight,
        ciphertexts: ballot.ciphertexts(),
        proofs_checked,
    }
}

/// Makes every check that needs no other ballot.
pub(crate) fn check_ballot(
    election: &Election,
    credentials: &CredentialList,
    bytes: &[u8],
) -> Result<CheckedBallot, BallotRejection> {
    let (ballot, weight) = read_ballot(election, credentials, bytes)?;
    let points = decode_points(&ballot)?;
    check_signature(&ballot)?;
    let proofs = check_proofs(election, &ballot, &points)?;
    Ok(wrap(election, &ballot, weight, bytes, proofs))
}

fn decode_points(ballot: &Ballot) -> Result<Vec<Vec<PointPair>>, BallotRejection> {
    let answer = |(index, answer): (usize, &Answer)| {
        let pair = |(place, (alpha, beta)): (usize, &Pair)| {
            let (question, choice) = (index + 1, place + 1);
            let at = |source| BallotRejection::Element { question, choice, source };
            Ok((alpha.decode().map_err(at)?, beta.decode().map_err(at)?))
        };
        answer.choices.iter().enumerate().map(pair).collect()
    };
    ballot.answers.iter().enumerate().map(answer).collect()
}

fn check_signature(ballot: &Ballot) -> Result<(), BallotRejection> {
    // Elements of the public list were checked when the list was read.
    let key = ballot.credential.0.decode_unchecked_order();
    let key = key.map_err(|_| BallotRejection::Signature)?;
    let Proof { challenge, response } = &ballot.signature;
    let commitment = EdwardsPoint::vartime_double_scalar_mul_basepoint(challenge, &key, response);
    let expected = signature_challenge(&ballot.hash, Element::encode(&commitment));
    if expected == *challenge { Ok(()) } else { Err(BallotRejection::Signature) }
}

/// One disjunction that waits for its commitments in compressed form.
struct Pending {
    statement: Statement,
    whole_answer: bool,
    question: usize,
    commitments: std::ops::Range<usize>,
    sum: Scalar,
    rejection: BallotRejection,
}

/// Checks all disjunctions of a ballot and says how many there were. All commitments are computed
/// first and compressed together: that costs one inversion instead of hundreds.
fn check_proofs(
    election: &Election,
    ballot: &Ballot,
    points: &[Vec<PointPair>],
) -> Result<u64, BallotRejection> {
    let mut collector = Collector { election, commitments: Vec::new(), pending: Vec::new() };
    let questions = election.questions().iter().zip(&ballot.answers).zip(points);
    for (index, ((question, answer), points)) in questions.enumerate() {
        collector.individual(index + 1, answer, points);
        collector.whole(index + 1, question, answer, points);
    }
    let Collector { commitments, pending, .. } = collector;
    let commitments = Element::encode_all(&commitments);
    let base = credential_context(election, &ballot.credential);
    let mut context = (0, String::new());
    let count = pending.len() as u64;
    for proof in pending {
        let text = if proof.whole_answer {
            if context.0 != proof.question {
                let choices = &ballot.answers[proof.question - 1].choices;
                context = (proof.question, answer_context(&base, choices));
            }
            &context.1
        } else {
            &base
        };
        let commitments = &commitments[proof.commitments];
        if proof::challenge(proof.statement, text, commitments) != proof.sum {
            return Err(proof.rejection);
        }
    }
    Ok(count)
}

struct Collector<'a> {
    election: &'a Election,
    commitments: Vec<EdwardsPoint>,
    pending: Vec<Pending>,
}

impl Collector<'_> {
    fn add<'p>(
        &mut self,
        statement: Statement,
        question: usize,
        rejection: BallotRejection,
        branches: impl Iterator<Item = (&'p PointPair, u32, &'p Proof)>,
    ) {
        let start = self.commitments.len();
        let mut sum = Scalar::ZERO;
        for (ciphertext, number, proof) in branches {
            self.commitments.extend(proof::recompute(self.election, ciphertext, number, proof));
            sum += proof.challenge;
        }
        self.pending.push(Pending {
            statement,
            whole_answer: !matches!(rejection, BallotRejection::IndividualProof { .. }),
            question,
            commitments: start..self.commitments.len(),
            sum,
            rejection,
        });
    }

    fn individual(&mut self, question: usize, answer: &Answer, points: &[PointPair]) {
        let choices = answer.choices.iter().zip(points).zip(&answer.individual);
        for (index, (((alpha, beta), point), proofs)) in choices.enumerate() {
            let rejection = BallotRejection::IndividualProof { question, choice: index + 1 };
            let branches = (0..).zip(proofs).map(|(number, proof)| (point, number, proof));
            self.add(Statement::Interval(*alpha, *beta), question, rejection, branches);
        }
    }

    fn whole(&mut self, number: usize, question: &Question, answer: &Answer, points: &[PointPair]) {
        let chosen = &points[usize::from(question.blank)..];
        let sum = chosen
            .iter()
            .fold((group::neutral(), group::neutral()), |sum, p| (sum.0 + p.0, sum.1 + p.1));
        let rejection = BallotRejection::OverallProof { question: number };
        let numbers = question.min..=question.max;
        let Some(blank) = &answer.blank else {
            let branches = numbers.zip(&answer.overall).map(|(m, proof)| (&sum, m, proof));
            let statement = Statement::Interval(Element::encode(&sum.0), Element::encode(&sum.1));
            return self.add(statement, number, rejection, branches);
        };
        let branches = std::iter::once((&points[0], 1))
            .chain(numbers.map(|m| (&sum, m)))
            .zip(&answer.overall)
            .map(|((ciphertext, m), proof)| (ciphertext, m, proof));
        self.add(Statement::BlankOverall, number, rejection, branches);
        let branches = [(&points[0], 0, &blank[0]), (&sum, 0, &blank[1])].into_iter();
        let rejection = BallotRejection::BlankProof { question: number };
        self.add(Statement::BlankProof, number, rejection, branches);
    }
}
