//! Key holders of whom any k of n can open a box: threshold parameters as they are published, and
//! the weights with which their partial decryptions combine (sections 4.5 and 4.17).
//!
//! Whoever reads the parameters checks all that the key holders signed: that each certificate was
//! signed by its owner, that all signed the same list of certificates, and that every verification
//! key is the one that follows from the published polynomials.

use crate::canonical::{self, JsonError};
use crate::group::{self, Element, ElementError, GROUP_NAME, ScalarError};
use crate::proof::RawProof;
use crate::trustee::key_challenge;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Most key holders who share one key.
pub const MAX_KEY_HOLDERS: usize = 100;

/// Why threshold parameters, or a message of their making, are refused. Key holders are numbered
/// from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// Not the structure, or not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The threshold is not from 1 to the number of key holders, or a list has another length.
    #[error("the threshold and the numbers of certificates, polynomials and keys do not fit")]
    Size,
    /// The certificate names another group, number of holders, threshold or place.
    #[error("key holder {holder}: the certificate was made for another ceremony or place")]
    Context {
        /// Number of the key holder.
        holder: usize,
    },
    /// The certificate was not signed with the key that it names.
    #[error("key holder {holder}: the signature of the certificate does not hold")]
    Certificate {
        /// Number of the key holder.
        holder: usize,
    },
    /// The polynomial was not signed by its owner.
    #[error("key holder {holder}: the signature of the polynomial does not hold")]
    Polynomial {
        /// Number of the key holder.
        holder: usize,
    },
    /// A verification key, or a message of the ceremony, was not signed by the key holder it
    /// comes from.
    #[error("key holder {holder}: a signature does not hold")]
    Signature {
        /// Number of the key holder.
        holder: usize,
    },
    /// The key holder signed other certificates or other coefficients than those published.
    #[error("key holder {holder} did not sign these certificates and coefficients")]
    Agreement {
        /// Number of the key holder.
        holder: usize,
    },
    /// The verification key does not follow from the polynomials.
    #[error("key holder {holder}: the verification key does not follow from the polynomials")]
    VerificationKey {
        /// Number of the key holder.
        holder: usize,
    },
    /// The proof that the key holder knows the private key does not hold.
    #[error("key holder {holder}: the proof of knowledge of the private key does not hold")]
    Proof {
        /// Number of the key holder.
        holder: usize,
    },
    /// Something that is not an element of the group.
    #[error("key holder {holder}: {source}")]
    Element {
        /// Number of the key holder.
        holder: usize,
        /// What is wrong.
        source: ElementError,
    },
    /// Something that is not a scalar.
    #[error("key holder {holder}: {source}")]
    Scalar {
        /// Number of the key holder.
        holder: usize,
        /// What is wrong.
        source: ScalarError,
    },
}

impl ThresholdError {
    /// Says what was signed where a signature does not hold.
    fn about(self, signed: Self) -> Self {
        if matches!(self, Self::Signature { .. }) { signed } else { self }
    }
}

/// A text and its Schnorr signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedMessage {
    pub(crate) message: String,
    pub(crate) signature: RawProof,
}

/// What a certificate was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawContext {
    pub(crate) group: String,
    pub(crate) size: u32,
    pub(crate) threshold: u32,
    pub(crate) index: u32,
}

/// The public keys with which key holders sign and encrypt what they tell each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCertKeys {
    pub(crate) context: RawContext,
    pub(crate) verification: String,
    pub(crate) encryption: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCoefexps {
    pub(crate) coefexps: Vec<String>,
}

/// What every key holder signs: all certificates, and the own coefficients.
#[derive(Serialize)]
struct RawAgreement<'a> {
    certs: &'a [SignedMessage],
    coefexps: &'a [String],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVerificationKey {
    pub(crate) pok: RawProof,
    pub(crate) public_key: String,
    pub(crate) signature: RawProof,
}

/// The structure `threshold_parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawThreshold {
    pub(crate) threshold: u32,
    pub(crate) certs: Vec<SignedMessage>,
    pub(crate) coefexps: Vec<SignedMessage>,
    pub(crate) signatures: Vec<RawProof>,
    pub(crate) verification_keys: Vec<RawVerificationKey>,
}

/// Key holders of whom any [`Self::threshold`] can open a box; everything they published has been
/// checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThresholdHolders {
    threshold: u32,
    keys: Vec<Element>,
    sub_key: Element,
}

impl ThresholdHolders {
    /// Checks certificates, signatures, coefficients and verification keys.
    pub(crate) fn check(raw: &RawThreshold) -> Result<Self, ThresholdError> {
        let size = raw.certs.len();
        let lengths = [raw.coefexps.len(), raw.signatures.len(), raw.verification_keys.len()];
        let fits = (1..=MAX_KEY_HOLDERS).contains(&size)
            && (1..=size).contains(&(raw.threshold as usize))
            && lengths.iter().all(|length| *length == size);
        if !fits {
            return Err(ThresholdError::Size);
        }
        let certificates = check_certificates(&raw.certs, raw.threshold)?;
        let mut coefficients = Vec::with_capacity(size);
        for (index, (coefexps, signature)) in raw.coefexps.iter().zip(&raw.signatures).enumerate() {
            let (holder, key) = (index + 1, &certificates[index].verification);
            let points = check_coefexps(coefexps, key, raw.threshold, holder)?;
            check_agreement(&raw.certs, coefexps, signature, key, holder)?;
            coefficients.push(points);
        }
        let keys = raw.verification_keys.iter().enumerate().map(|(index, key)| {
            check_verification_key(key, &certificates[index].verification, &coefficients, index + 1)
        });
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        // y = product of A_z0 over all key holders (section 4.5, polynomials).
        let sub_key: EdwardsPoint = coefficients.iter().map(|points| points[0]).sum();
        Ok(Self { threshold: raw.threshold, keys, sub_key: Element::encode(&sub_key) })
    }

    /// How many key holders open a box.
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// The verification keys in order.
    pub fn keys(&self) -> &[Element] {
        &self.keys
    }

    /// The part of the election's key that these key holders share.
    pub fn sub_key(&self) -> Element {
        self.sub_key
    }
}

/// The two public keys of a certificate, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CertificateKeys {
    pub(crate) verification: EdwardsPoint,
    pub(crate) encryption: Element,
}

/// Checks that each certificate was made for its place in a ceremony of this size and threshold,
/// and was signed with the key that it names.
pub(crate) fn check_certificates(
    certificates: &[SignedMessage],
    threshold: u32,
) -> Result<Vec<CertificateKeys>, ThresholdError> {
    let size = certificates.len() as u32;
    let check = |(index, signed)| check_certificate(signed, threshold, size, index + 1);
    certificates.iter().enumerate().map(check).collect()
}

pub(crate) fn check_certificate(
    signed: &SignedMessage,
    threshold: u32,
    size: u32,
    holder: usize,
) -> Result<CertificateKeys, ThresholdError> {
    let keys: RawCertKeys = canonical::read(signed.message.as_bytes())?;
    let (group, index) = (GROUP_NAME.to_owned(), holder as u32);
    if keys.context != (RawContext { group, size, threshold, index }) {
        return Err(ThresholdError::Context { holder });
    }
    let verification = element(&keys.verification, holder, Element::decode_public_key)?;
    let encryption = Element::from_hex(&keys.encryption)
        .map_err(|source| ThresholdError::Element { holder, source })?;
    element(&keys.encryption, holder, Element::decode_public_key)?;
    require_signature(&signed.message, &signed.signature, &verification, holder)
        .map_err(|error| error.about(ThresholdError::Certificate { holder }))?;
    Ok(CertificateKeys { verification, encryption })
}

fn element(
    text: &str,
    holder: usize,
    decode: impl Fn(Element) -> Result<EdwardsPoint, ElementError>,
) -> Result<EdwardsPoint, ThresholdError> {
    let decoded = Element::from_hex(text).and_then(decode);
    decoded.map_err(|source| ThresholdError::Element { holder, source })
}

pub(crate) fn check_coefexps(
    signed: &SignedMessage,
    key: &EdwardsPoint,
    threshold: u32,
    holder: usize,
) -> Result<Vec<EdwardsPoint>, ThresholdError> {
    require_signature(&signed.message, &signed.signature, key, holder)
        .map_err(|error| error.about(ThresholdError::Polynomial { holder }))?;
    let raw: RawCoefexps = canonical::read(signed.message.as_bytes())?;
    if raw.coefexps.len() != threshold as usize {
        return Err(ThresholdError::Size);
    }
    raw.coefexps.iter().map(|text| element(text, holder, Element::decode)).collect()
}

pub(crate) fn check_agreement(
    certificates: &[SignedMessage],
    coefexps: &SignedMessage,
    signature: &RawProof,
    key: &EdwardsPoint,
    holder: usize,
) -> Result<(), ThresholdError> {
    let raw: RawCoefexps = canonical::read(coefexps.message.as_bytes())?;
    let message = agreement_message(certificates, &raw.coefexps);
    require_signature(&message, signature, key, holder)
        .map_err(|error| error.about(ThresholdError::Agreement { holder }))
}

/// The text that a key holder signs to agree to the certificates.
pub(crate) fn agreement_message(certificates: &[SignedMessage], coefexps: &[String]) -> String {
    let agreement = canonical::write(&RawAgreement { certs: certificates, coefexps });
    format!("certs_sig|{}", String::from_utf8_lossy(&agreement))
}

/// Checks that a key holder's verification key is g to the sum of all secrets for this holder,
/// with its proof of knowledge and its owner's signature.
pub(crate) fn check_verification_key(
    raw: &RawVerificationKey,
    signer: &EdwardsPoint,
    coefficients: &[Vec<EdwardsPoint>],
    holder: usize,
) -> Result<Element, ThresholdError> {
    let key = Element::from_hex(&raw.public_key)
        .map_err(|source| ThresholdError::Element { holder, source })?;
    let point = element(&raw.public_key, holder, Element::decode_public_key)?;
    let expected: EdwardsPoint =
        coefficients.iter().map(|points| evaluate_in_exponent(points, holder)).sum();
    if expected != point {
        return Err(ThresholdError::VerificationKey { holder });
    }
    let (challenge, response) =
        raw.pok.decode().map_err(|source| ThresholdError::Scalar { holder, source })?;
    let commitment =
        EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, &point, &response);
    if key_challenge(key, Element::encode(&commitment)) != challenge {
        return Err(ThresholdError::Proof { holder });
    }
    require_signature(&raw.public_key, &raw.signature, signer, holder)?;
    Ok(key)
}

/// g^f(x) from g to the coefficients of f.
pub(crate) fn evaluate_in_exponent(points: &[EdwardsPoint], x: usize) -> EdwardsPoint {
    let x = Scalar::from(x as u64);
    // Horner's rule.
    points.iter().rev().fold(group::neutral(), |sum, point| sum * x + point)
}

fn signature_challenge(message: &str, commitment: Element) -> Scalar {
    group::hash_to_scalar(format!("sigmsg|{message}|{commitment}").as_bytes())
}

pub(crate) fn require_signature(
    message: &str,
    signature: &RawProof,
    key: &EdwardsPoint,
    holder: usize,
) -> Result<(), ThresholdError> {
    let (challenge, response) =
        signature.decode().map_err(|source| ThresholdError::Scalar { holder, source })?;
    let commitment = EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, key, &response);
    if signature_challenge(message, Element::encode(&commitment)) == challenge {
        Ok(())
    } else {
        Err(ThresholdError::Signature { holder })
    }
}

/// A Schnorr signature over a text (section 4.5, signing).
pub(crate) fn sign_message<R: CryptoRng + ?Sized>(
    key: &Scalar,
    message: &str,
    rng: &mut R,
) -> RawProof {
    let nonce = Zeroizing::new(group::random_scalar(rng));
    let commitment = Element::encode(&EdwardsPoint::mul_base(&nonce));
    let challenge = signature_challenge(message, commitment);
    RawProof::new(&challenge, &(*nonce - key * challenge))
}

/// The Lagrange coefficient of key holder `own` among `all` (section 4.17); numbers are distinct
/// and at least 1.
pub(crate) fn lagrange(own: u32, all: &[u32]) -> Scalar {
    let others = all.iter().filter(|other| **other != own);
    let (over, under) = others.fold((Scalar::ONE, Scalar::ONE), |(over, under), other| {
        let other = Scalar::from(*other);
        (over * other, under * (other - Scalar::from(own)))
    });
    over * under.invert()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_k_points_give_the_polynomial_at_zero() {
        let coefficients = [5u64, 7, 11].map(Scalar::from);
        let value = |x: u32| {
            let x = Scalar::from(x);
            coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum * x + c)
        };
        for chosen in [[1, 2, 3], [2, 4, 5], [5, 1, 3]] {
            let sum: Scalar = chosen.iter().map(|x| lagrange(*x, &chosen) * value(*x)).sum();
            assert_eq!(sum, coefficients[0]);
        }
        let two = [1, 2];
        let sum: Scalar = two.iter().map(|x| lagrange(*x, &two) * value(*x)).sum();
        assert_ne!(sum, coefficients[0], "two of three points are not enough");
    }
}
