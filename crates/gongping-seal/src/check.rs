//! Checking a ballot: every element, every proof and the signature.
//!
//! First the [`Plan`] says what has to be computed with points, then [`Arithmetic`] computes it, for
//! several ballots at once, then the hashes are compared.

use crate::arithmetic::{Arithmetic, Branch, Computed, Invalid, Outcome, Plan};
use crate::ballot::{Answer, Ballot, BallotRejection, Pair, answer_context, credential_context};
use crate::credential::{CredentialList, PublicCredential, signature_challenge};
use crate::election::{Election, Question};
use crate::hash::Hash;
use crate::proof::{self, Proof, Statement};
use curve25519_dalek::scalar::Scalar;

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

    /// SHA-256 of the exact bytes.
    pub fn hash(&self) -> Hash {
        self.hash
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
    arithmetic: Arithmetic,
    election: &Election,
    credentials: &CredentialList,
    bytes: &[u8],
) -> Result<CheckedBallot, BallotRejection> {
    let mut checked = check_ballots(arithmetic, election, credentials, &[bytes]);
    checked.pop().expect("one answer for each ballot")
}

/// As [`check_ballot`] for several ballots, each for itself.
pub(crate) fn check_ballots(
    arithmetic: Arithmetic,
    election: &Election,
    credentials: &CredentialList,
    ballots: &[&[u8]],
) -> Vec<Result<CheckedBallot, BallotRejection>> {
    let read: Vec<_> =
        ballots.iter().map(|bytes| read_ballot(election, credentials, bytes)).collect();
    let (plans, disjunctions): (Vec<Plan>, Vec<Vec<Disjunction>>) =
        read.iter().flatten().map(|(ballot, _)| Planner::plan(election, ballot)).unzip();
    let mut outcomes = arithmetic.compute(election, &plans).into_iter().zip(disjunctions);
    let judge = |(read, bytes): (Result<(Ballot, u32), BallotRejection>, &&[u8])| {
        let (ballot, weight) = read?;
        let (outcome, disjunctions) = outcomes.next().expect("one outcome for each plan");
        judge(election, &ballot, outcome, &disjunctions)?;
        Ok(wrap(election, &ballot, weight, bytes, disjunctions.len() as u64))
    };
    read.into_iter().zip(ballots).map(judge).collect()
}

/// Compares what was computed with what the ballot claims.
fn judge(
    election: &Election,
    ballot: &Ballot,
    outcome: Outcome,
    disjunctions: &[Disjunction],
) -> Result<(), BallotRejection> {
    let computed = outcome.map_err(|invalid| reject(election, invalid))?;
    let expected = signature_challenge(&ballot.hash, computed.signature);
    if expected != ballot.signature.challenge {
        return Err(BallotRejection::Signature);
    }
    check_proofs(election, ballot, &computed, disjunctions)
}

fn reject(election: &Election, invalid: Invalid) -> BallotRejection {
    match invalid {
        Invalid::Key => BallotRejection::Signature,
        Invalid::Ciphertext(index, source) => {
            let (question, choice) = election.place(index);
            BallotRejection::Element { question, choice, source }
        }
    }
}

/// What a disjunction is about.
enum About {
    /// One ciphertext.
    Ciphertext(Pair),
    /// The sum of an answer.
    Sum,
    /// The sum of an answer, or blank.
    BlankOverall,
    /// Blank, or nothing chosen.
    BlankProof,
}

/// One disjunction that waits for its commitments.
struct Disjunction {
    about: About,
    question: usize,
    branches: std::ops::Range<usize>,
    sum: Scalar,
    rejection: BallotRejection,
}

/// Checks all disjunctions of a ballot.
fn check_proofs(
    election: &Election,
    ballot: &Ballot,
    computed: &Computed,
    disjunctions: &[Disjunction],
) -> Result<(), BallotRejection> {
    let base = credential_context(election, &ballot.credential);
    let mut context = (0, String::new());
    for proof in disjunctions {
        let (alpha, beta) = computed.sums[proof.question - 1];
        let statement = match proof.about {
            About::Ciphertext((alpha, beta)) => Statement::Interval(alpha, beta),
            About::Sum => Statement::Interval(alpha, beta),
            About::BlankOverall => Statement::BlankOverall,
            About::BlankProof => Statement::BlankProof,
        };
        let text = if matches!(proof.about, About::Ciphertext(_)) {
            &base
        } else {
            if context.0 != proof.question {
                let choices = &ballot.answers[proof.question - 1].choices;
                context = (proof.question, answer_context(&base, choices));
            }
            &context.1
        };
        let commitments = computed.commitments[proof.branches.clone()].as_flattened();
        if proof::challenge(statement, text, commitments) != proof.sum {
            return Err(proof.rejection.clone());
        }
    }
    Ok(())
}

/// Collects what has to be computed, in the order of the checks.
struct Planner {
    /// Index of the first ciphertext of the answer.
    first: usize,
    /// Index of the first sum.
    sums_start: usize,
    sums: Vec<std::ops::Range<usize>>,
    branches: Vec<Branch>,
    disjunctions: Vec<Disjunction>,
}

impl Planner {
    fn plan(election: &Election, ballot: &Ballot) -> (Plan, Vec<Disjunction>) {
        let ciphertexts = ballot.ciphertexts();
        let mut planner = Self {
            first: 0,
            sums_start: ciphertexts.len(),
            sums: Vec::new(),
            branches: Vec::new(),
            disjunctions: Vec::new(),
        };
        let questions = election.questions().iter().zip(&ballot.answers);
        for (index, (question, answer)) in questions.enumerate() {
            planner.individual(index + 1, answer);
            planner.whole(index + 1, question, answer);
            planner.first += answer.choices.len();
        }
        let Self { sums, branches, disjunctions, .. } = planner;
        let (key, signature) = (ballot.credential.0, ballot.signature);
        (Plan { ciphertexts, sums, branches, key, signature }, disjunctions)
    }

    fn add<'p>(
        &mut self,
        about: About,
        question: usize,
        rejection: BallotRejection,
        branches: impl Iterator<Item = (usize, u32, &'p Proof)>,
    ) {
        let start = self.branches.len();
        let mut sum = Scalar::ZERO;
        for (ciphertext, number, proof) in branches {
            self.branches.push(Branch { ciphertext, number, proof: *proof });
            sum += proof.challenge;
        }
        let branches = start..self.branches.len();
        self.disjunctions.push(Disjunction { about, question, branches, sum, rejection });
    }

    fn individual(&mut self, question: usize, answer: &Answer) {
        let first = self.first;
        let choices = answer.choices.iter().zip(&answer.individual);
        for (index, (pair, proofs)) in choices.enumerate() {
            let rejection = BallotRejection::IndividualProof { question, choice: index + 1 };
            let branches = (0..).zip(proofs).map(|(number, proof)| (first + index, number, proof));
            self.add(About::Ciphertext(*pair), question, rejection, branches);
        }
    }

    fn whole(&mut self, number: usize, question: &Question, answer: &Answer) {
        let first = self.first;
        let sum = self.sums_start + self.sums.len();
        self.sums.push(first + usize::from(question.blank)..first + answer.choices.len());
        let rejection = BallotRejection::OverallProof { question: number };
        let numbers = question.min..=question.max;
        let Some(blank) = &answer.blank else {
            let branches = numbers.zip(&answer.overall).map(|(m, proof)| (sum, m, proof));
            return self.add(About::Sum, number, rejection, branches);
        };
        let branches = std::iter::once((first, 1))
            .chain(numbers.map(|m| (sum, m)))
            .zip(&answer.overall)
            .map(|((ciphertext, m), proof)| (ciphertext, m, proof));
        self.add(About::BlankOverall, number, rejection, branches);
        let branches = [(first, 0, &blank[0]), (sum, 0, &blank[1])].into_iter();
        let rejection = BallotRejection::BlankProof { question: number };
        self.add(About::BlankProof, number, rejection, branches);
    }
}
