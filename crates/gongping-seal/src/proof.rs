//! Zero-knowledge proofs (sections 4.2, 4.10 and 4.11): one of several statements "this ciphertext
//! hides this number" holds, and nobody learns which.

use crate::election::Election;
use crate::group::{self, Element, ScalarError};
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::VartimePrecomputedMultiscalarMul;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A proof in text: two numbers. Ballots borrow the text, other structures own it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawProof<S = String> {
    pub(crate) challenge: S,
    pub(crate) response: S,
}

impl RawProof<String> {
    pub(crate) fn new(challenge: &Scalar, response: &Scalar) -> Self {
        Self {
            challenge: group::scalar_to_decimal(challenge),
            response: group::scalar_to_decimal(response),
        }
    }
}

impl<S: AsRef<str>> RawProof<S> {
    pub(crate) fn decode(&self) -> Result<(Scalar, Scalar), ScalarError> {
        let challenge = group::parse_scalar(self.challenge.as_ref())?;
        Ok((challenge, group::parse_scalar(self.response.as_ref())?))
    }
}

/// A proof as numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    pub(crate) challenge: Scalar,
    pub(crate) response: Scalar,
}

impl Proof {
    pub(crate) fn read<S: AsRef<str>>(raw: &RawProof<S>) -> Result<Self, ScalarError> {
        let (challenge, response) = raw.decode()?;
        Ok(Self { challenge, response })
    }

    pub(crate) fn to_raw(self) -> RawProof {
        RawProof::new(&self.challenge, &self.response)
    }
}

/// What one disjunction is about; its name starts the hashed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statement {
    /// The number is in a list (section 4.10); the ciphertext is hashed too.
    Interval(Element, Element),
    /// Blank, or nothing chosen (section 4.11).
    BlankProof,
    /// Blank, or a permitted number chosen (section 4.11).
    BlankOverall,
}

/// The challenge of a disjunction over the commitments A0, B0, A1, B1, ... in order.
pub(crate) fn challenge(statement: Statement, context: &str, commitments: &[Element]) -> Scalar {
    let mut text = String::with_capacity(context.len() + 65 * (commitments.len() + 2) + 16);
    match statement {
        Statement::Interval(alpha, beta) => {
            text.push_str("prove|");
            text.push_str(context);
            text.push('|');
            alpha.push_hex(&mut text);
            text.push(',');
            beta.push_hex(&mut text);
        }
        Statement::BlankProof => {
            text.push_str("bproof0|");
            text.push_str(context);
        }
        Statement::BlankOverall => {
            text.push_str("bproof1|");
            text.push_str(context);
        }
    }
    let mut separator = '|';
    for commitment in commitments {
        text.push(separator);
        commitment.push_hex(&mut text);
        separator = ',';
    }
    group::hash_to_scalar(text.as_bytes())
}

/// The commitments A and B of one branch, recomputed from public data in variable time:
/// `A = g^response · α^challenge`, `B = y^response · (β / g^number)^challenge`.
pub(crate) fn recompute(
    election: &Election,
    (alpha, beta): &(EdwardsPoint, EdwardsPoint),
    number: u32,
    proof: &Proof,
) -> [EdwardsPoint; 2] {
    let Proof { challenge, response } = proof;
    let a = EdwardsPoint::vartime_double_scalar_mul_basepoint(challenge, alpha, response);
    let shifted = beta - small_multiple(number);
    let b =
        election.checking_table().vartime_mixed_multiscalar_mul([response], [challenge], [shifted]);
    [a, b]
}

/// `g^number`: additions for the numbers that occur, of which 0 and 1 are most.
fn small_multiple(number: u32) -> EdwardsPoint {
    if number < 32 {
        return (0..number).map(|_| group::generator()).sum();
    }
    EdwardsPoint::mul_base(&Scalar::from(number))
}

/// The maker's view of one branch: the ciphertext's randomness, and how far its hidden number is
/// from the number that the branch claims. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Branch {
    pub(crate) randomness: Scalar,
    pub(crate) difference: Scalar,
}

/// Proves that one of the branches holds.
///
/// Every branch is computed in the same way and in constant time, whichever is the true one: with
/// the ciphertext's randomness r known, a simulated commitment is
/// `A = g^(s + r c)`, `B = y^(s + r c) · g^(difference · c)`, and the true one is the same with c = 0.
pub(crate) fn prove_one_of<R: CryptoRng + ?Sized>(
    election: &Election,
    statement: Statement,
    context: &str,
    branches: &[Branch],
    true_branch: u32,
    rng: &mut R,
) -> Vec<Proof> {
    let mut proofs = Vec::with_capacity(branches.len());
    let mut points = Vec::with_capacity(2 * branches.len());
    let mut sum = Scalar::ZERO;
    for (index, branch) in branches.iter().enumerate() {
        let is_true = (index as u32).ct_eq(&true_branch);
        let drawn = group::random_scalar(rng);
        let response = group::random_scalar(rng);
        let challenge = Scalar::conditional_select(&drawn, &Scalar::ZERO, is_true);
        let mut exponent = response + branch.randomness * challenge;
        let shift = branch.difference * challenge;
        points.push(ED25519_BASEPOINT_TABLE * &exponent);
        points.push(election.sealing_table() * &exponent + ED25519_BASEPOINT_TABLE * &shift);
        exponent.zeroize();
        sum += challenge;
        proofs.push(Proof { challenge, response });
    }
    let total = challenge(statement, context, &Element::encode_all(&points));
    points.zeroize();
    for (index, (proof, branch)) in proofs.iter_mut().zip(branches).enumerate() {
        let is_true = (index as u32).ct_eq(&true_branch);
        let own = total - sum;
        let answer = proof.response - branch.randomness * own;
        proof.challenge.conditional_assign(&own, is_true);
        proof.response.conditional_assign(&answer, is_true);
    }
    proofs
}
