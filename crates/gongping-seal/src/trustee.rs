//! Trustees: who holds the parts of the key that opens the box (sections 4.3 and 4.5).

use crate::canonical::{self, JsonError};
use crate::group::{self, Element, ElementError, GROUP_NAME, ScalarError};
use crate::proof::RawProof;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
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

fn key_challenge(public_key: Element, commitment: Element) -> Scalar {
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
    /// A kind of trustee this version does not know.
    #[error("trustee {number} is of kind {kind:?}, only \"Single\" is supported")]
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
}

/// All trustees of an election. Owners of partial decryptions are numbered from 1 in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trustees {
    items: Vec<Trustee>,
    bytes: Vec<u8>,
}

impl Trustees {
    /// Trustees who must all take part.
    pub fn single(keys: impl IntoIterator<Item = TrusteePublicKey>) -> Result<Self, TrusteeError> {
        let raw: Vec<(&str, RawPublicKey)> =
            keys.into_iter().map(|key| ("Single", key.to_raw())).collect();
        Self::parse(&canonical::write(&raw))
    }

    /// Reads the payload of an archive and checks every proof.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrusteeError> {
        let kinds: Vec<(String, serde_json::Value)> =
            serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
        let unknown = kinds.iter().position(|(kind, _)| kind != "Single");
        if let Some(index) = unknown {
            return Err(TrusteeError::Kind { number: index + 1, kind: kinds[index].0.clone() });
        }
        let raw: Vec<(String, RawPublicKey)> = canonical::read(bytes)?;
        if raw.is_empty() {
            return Err(TrusteeError::Empty);
        }
        let mut items: Vec<Trustee> = Vec::with_capacity(raw.len());
        for (index, (_, raw)) in raw.into_iter().enumerate() {
            let key = TrusteePublicKey::from_raw(raw, index + 1)?;
            let repeated =
                items.iter().any(|Trustee::Single(other)| other.public_key == key.public_key);
            if repeated {
                return Err(TrusteeError::Repeated { number: index + 1 });
            }
            items.push(Trustee::Single(key));
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
        self.items.iter().map(|Trustee::Single(key)| key.public_key).collect()
    }

    /// The election's public key: the product of the keys of all items (section 3.1.1).
    pub fn election_key(&self) -> Element {
        let points = self.items.iter().map(|Trustee::Single(key)| {
            key.public_key.decode_unchecked_order().expect("checked when it was read")
        });
        Element::encode(&points.sum())
    }
}
