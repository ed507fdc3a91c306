//! Trustees: who holds the parts of the key that opens the box (sections 4.3 and 4.5).

use crate::canonical::{self, JsonError};
use crate::group::{self, Element, ElementError, GROUP_NAME, ScalarError};
use crate::key_ceremony::CeremonySecret;
use crate::proof::RawProof;
use crate::threshold::{RawThreshold, ThresholdError, ThresholdHolders, lagrange};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use zeroize::{Zeroize, Zeroizing};

/// The secret key of a key holder. Wiped from memory when dropped.
pub struct KeyHolderSecret(Scalar);

/// Why a private key file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Not a number in quotation marks.
    #[error("a private key is a number in quotation marks")]
    Format,
    /// The number cannot be a key.
    #[error(transparent)]
    Scalar(#[from] ScalarError),
    /// Zero opens nothing and hides nothing.
    #[error("the private key is zero")]
    Zero,
}

impl std::fmt::Debug for KeyHolderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyHolderSecret(..)")
    }
}

impl Drop for KeyHolderSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl KeyHolderSecret {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        loop {
            let secret = group::random_scalar(rng);
            if secret != Scalar::ZERO {
                return Self(secret);
            }
        }
    }

    /// Reads a private key file: the number in quotation marks; a final line break is allowed.
    pub fn parse_json(bytes: &[u8]) -> Result<Self, SecretError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SecretError::Format)?;
        let number = text
            .trim_end_matches(['\r', '\n'])
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .ok_or(SecretError::Format)?;
        Self::parse(number)
    }

    /// Reads the number itself.
    pub(crate) fn parse(number: &str) -> Result<Self, SecretError> {
        let secret = group::parse_scalar(number)?;
        if secret == Scalar::ZERO { Err(SecretError::Zero) } else { Ok(Self(secret)) }
    }

    /// The contents of a private key file.
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(80));
        text.push('"');
        group::push_scalar(&self.0, &mut text);
        text.push('"');
        text
    }

    /// The public key g^x.
    pub fn public_key(&self) -> Element {
        Element::encode(&EdwardsPoint::mul_base(&self.0))
    }

    /// The public key with a proof that its maker knows the secret.
    pub fn certify<R: CryptoRng + ?Sized>(&self, rng: &mut R) -> TrusteePublicKey {
        let public_key = self.public_key();
        let mut nonce = group::random_scalar(rng);
        let commitment = Element::encode(&EdwardsPoint::mul_base(&nonce));
        let challenge = key_challenge(public_key, commitment);
        let response = nonce - self.0 * challenge;
        nonce.zeroize();
        TrusteePublicKey { public_key, proof: RawProof::new(&challenge, &response) }
    }

    pub(crate) fn scalar(&self) -> &Scalar {
        &self.0
    }
}

pub(crate) fn key_challenge(public_key: Element, commitment: Element) -> Scalar {
    group::hash_to_scalar(format!("pok|{GROUP_NAME}|{public_key}|{commitment}").as_bytes())
}

/// A trustee's public key whose proof of knowledge has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrusteePublicKey {
    public_key: Element,
    proof: RawProof,
}

/// Why trustees are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrusteeError {
    /// Not the structure, or not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The public key is not an element of the group, or the neutral one.
    #[error("trustee {number}: {source}")]
    Element {
        /// Place in the list, from 1.
        number: usize,
        /// What is wrong.
        source: ElementError,
    },
    /// A number of the proof is not a scalar.
    #[error("trustee {number}: {source}")]
    Scalar {
        /// Place in the list, from 1.
        number: usize,
        /// What is wrong.
        source: ScalarError,
    },
    /// The proof of knowledge does not hold.
    #[error("trustee {number}: the proof of knowledge of the private key does not hold")]
    Proof {
        /// Place in the list, from 1.
        number: usize,
    },
    /// Threshold parameters are refused.
    #[error("trustee item {number}: {source}")]
    Threshold {
        /// Place in the list, from 1.
        number: usize,
        /// What is wrong.
        source: ThresholdError,
    },
    /// A kind of trustee that the protocol does not know.
    #[error("trustee {number} is of kind {kind:?}, neither \"Single\" nor \"Pedersen\"")]
    Kind {
        /// Place in the list, from 1.
        number: usize,
        /// The kind in the file.
        kind: String,
    },
    /// Two trustees have the same key.
    #[error("trustee {number} has the key of another trustee")]
    Repeated {
        /// Place in the list, from 1.
        number: usize,
    },
    /// No trustee at all.
    #[error("there is no trustee")]
    Empty,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPublicKey {
    pok: RawProof,
    public_key: String,
}

impl TrusteePublicKey {
    /// Reads a public key file and checks the proof of knowledge; a final line break is allowed.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrusteeError> {
        Self::from_raw(canonical::read(bytes.trim_ascii_end())?, 1)
    }

    fn from_raw(raw: RawPublicKey, number: usize) -> Result<Self, TrusteeError> {
        let at = |source| TrusteeError::Element { number, source };
        let public_key = Element::from_hex(&raw.public_key).map_err(at)?;
        let point = public_key.decode_public_key().map_err(at)?;
        let (challenge, response) =
            raw.pok.decode().map_err(|source| TrusteeError::Scalar { number, source })?;
        let commitment =
            EdwardsPoint::vartime_double_scalar_mul_basepoint(&challenge, &point, &response);
        if key_challenge(public_key, Element::encode(&commitment)) != challenge {
            return Err(TrusteeError::Proof { number });
        }
        Ok(Self { public_key, proof: raw.pok })
    }

    fn to_raw(&self) -> RawPublicKey {
        RawPublicKey { pok: self.proof.clone(), public_key: self.public_key.to_hex() }
    }

    /// The canonical JSON of a public key file, without a line break.
    pub fn to_json(&self) -> Vec<u8> {
        canonical::write(&self.to_raw())
    }

    /// The proof of knowledge and the digits of the key.
    pub(crate) fn into_parts(self) -> (RawProof, String) {
        (self.proof, self.public_key.to_hex())
    }

    /// The key X = g^x.
    pub fn public_key(&self) -> Element {
        self.public_key
    }

    /// Base64 hash of the public key file, to be read out and compared.
    pub fn fingerprint(&self) -> String {
        crate::hash::Hash::of(&self.to_json()).to_base64()
    }
}

/// One item of the trustees structure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trustee {
    /// One key holder who must take part in the opening.
    Single(TrusteePublicKey),
    /// Several, of whom any so many open their part.
    Threshold(ThresholdHolders),
}

impl Trustee {
    fn keys(&self) -> Vec<Element> {
        match self {
            Self::Single(key) => vec![key.public_key],
            Self::Threshold(holders) => holders.keys().to_vec(),
        }
    }

    fn sub_key(&self) -> Element {
        match self {
            Self::Single(key) => key.public_key,
            Self::Threshold(holders) => holders.sub_key(),
        }
    }
}

/// An item as it is written: a list of its kind and its contents.
#[derive(Deserialize)]
#[serde(tag = "kind", content = "contents")]
enum RawTrustee {
    Single(RawPublicKey),
    Pedersen(RawThreshold),
}

impl Serialize for RawTrustee {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Single(key) => ("Single", key).serialize(serializer),
            Self::Pedersen(parameters) => ("Pedersen", parameters).serialize(serializer),
        }
    }
}

/// All trustees of an election. Owners of partial decryptions are numbered from 1 in this order,
/// the key holders of a threshold item one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trustees {
    items: Vec<Trustee>,
    bytes: Vec<u8>,
}

/// Partial decryptions are missing: of these owners, at least `needed` more must take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub(crate) owners: Vec<u32>,
    pub(crate) needed: u32,
}

impl Trustees {
    /// Trustees who must all take part.
    pub fn single(keys: impl IntoIterator<Item = TrusteePublicKey>) -> Result<Self, TrusteeError> {
        let raw: Vec<_> = keys.into_iter().map(|key| RawTrustee::Single(key.to_raw())).collect();
        Self::parse(&canonical::write(&raw))
    }

    /// Trustees who must all take part, and beside them key holders of whom any so many must:
    /// `parameters` are those of [`crate::Conclusion`].
    pub fn with_threshold(
        keys: impl IntoIterator<Item = TrusteePublicKey>,
        parameters: &[u8],
    ) -> Result<Self, TrusteeError> {
        let parameters: RawThreshold = canonical::read(parameters.trim_ascii_end())?;
        let single = keys.into_iter().map(|key| RawTrustee::Single(key.to_raw()));
        let raw: Vec<_> = single.chain([RawTrustee::Pedersen(parameters)]).collect();
        Self::parse(&canonical::write(&raw))
    }

    /// Reads the payload of an archive and checks every proof and signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrusteeError> {
        let kinds: Vec<(String, serde_json::Value)> =
            serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
        let unknown = kinds.iter().position(|(kind, _)| kind != "Single" && kind != "Pedersen");
        if let Some(index) = unknown {
            return Err(TrusteeError::Kind { number: index + 1, kind: kinds[index].0.clone() });
        }
        let raw: Vec<RawTrustee> = canonical::read(bytes)?;
        if raw.is_empty() {
            return Err(TrusteeError::Empty);
        }
        let mut items: Vec<Trustee> = Vec::with_capacity(raw.len());
        let mut known = BTreeSet::new();
        for (index, raw) in raw.into_iter().enumerate() {
            let number = index + 1;
            let item = match raw {
                RawTrustee::Single(raw) => {
                    Trustee::Single(TrusteePublicKey::from_raw(raw, number)?)
                }
                RawTrustee::Pedersen(raw) => Trustee::Threshold(
                    ThresholdHolders::check(&raw)
                        .map_err(|source| TrusteeError::Threshold { number, source })?,
                ),
            };
            if !item.keys().into_iter().all(|key| known.insert(key)) {
                return Err(TrusteeError::Repeated { number });
            }
            items.push(item);
        }
        Ok(Self { items, bytes: bytes.to_owned() })
    }

    /// The canonical JSON.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The items in order.
    pub fn items(&self) -> &[Trustee] {
        &self.items
    }

    /// The public keys that own partial decryptions; number 1 is the first.
    pub fn owner_keys(&self) -> Vec<Element> {
        self.items.iter().flat_map(Trustee::keys).collect()
    }

    /// The number, from 1, of the key holder whose certificate was made with this secret.
    pub fn place_of(&self, secret: &CeremonySecret) -> Option<usize> {
        let raw: Vec<RawTrustee> = canonical::read(&self.bytes).ok()?;
        let certificates = raw.iter().flat_map(|item| match item {
            RawTrustee::Single(_) => [].as_slice(),
            RawTrustee::Pedersen(parameters) => &parameters.certs,
        });
        let mut certificates = certificates.map(canonical::write);
        certificates.position(|text| secret.made(&text) == Ok(true)).map(|index| index + 1)
    }

    /// The election's public key: the product of the keys of all items (section 3.1.1).
    pub fn election_key(&self) -> Element {
        let points = self
            .items
            .iter()
            .map(|item| item.sub_key().decode_unchecked_order().expect("checked when it was read"));
        Element::encode(&points.sum())
    }

    /// The powers to which partial decryptions are raised before they are multiplied, given who
    /// has made one; nobody is needed beyond the threshold. The error names who is missing.
    pub(crate) fn combination(&self, given: &BTreeSet<u32>) -> Result<Vec<(u32, Scalar)>, Lacking> {
        let mut powers = Vec::new();
        let mut lacking = Lacking { owners: Vec::new(), needed: 0 };
        let mut before = 0;
        for item in &self.items {
            let size = item.keys().len() as u32;
            let threshold = match item {
                Trustee::Single(_) => 1,
                Trustee::Threshold(holders) => holders.threshold(),
            };
            let (here, absent): (Vec<u32>, Vec<u32>) =
                (1..=size).partition(|index| given.contains(&(before + index)));
            if here.len() < threshold as usize {
                lacking.owners.extend(absent.iter().map(|index| before + index));
                lacking.needed += threshold - here.len() as u32;
            }
            let chosen = &here[..here.len().min(threshold as usize)];
            powers.extend(chosen.iter().map(|own| (before + own, lagrange(*own, chosen))));
            before += size;
        }
        if lacking.needed == 0 { Ok(powers) } else { Err(lacking) }
    }
}
