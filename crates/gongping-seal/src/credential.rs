//! Credentials (section 4.6): one secret code, another key in every election.

use crate::arithmetic;
use crate::election::Uuid;
use crate::group::{self, Element, ElementError};
use crate::{canonical, canonical::JsonError};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub(crate) const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Where the hyphens of `XXXXX-XXXXXX-XXXXX-XXXXXX` are.
const HYPHENS: [usize; 3] = [5, 12, 18];
const CREDENTIAL_LENGTH: usize = 25;

/// Why a text is not a private credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has the form XXXXX-XXXXXX-XXXXX-XXXXXX with digits and letters except 0, O, I, l")]
pub struct CredentialFormatError;

/// A private credential: 22 characters of the Base58 alphabet (128.8 bits) in four groups.
/// Wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PrivateCredential(String);

impl std::fmt::Debug for PrivateCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateCredential(..)")
    }
}

/// Shows the secret: for printing slips.
impl std::fmt::Display for PrivateCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl PrivateCredential {
    /// A fresh credential. Characters are drawn uniformly (rejection, no modulo bias).
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut text = String::with_capacity(CREDENTIAL_LENGTH);
        while text.len() < CREDENTIAL_LENGTH {
            if HYPHENS.contains(&text.len()) {
                text.push('-');
            }
            text.push(random_base58(rng));
        }
        Self(text)
    }

    /// Reads a credential exactly as written; the caller trims what a person typed.
    pub fn parse(text: &str) -> Result<Self, CredentialFormatError> {
        let well_formed = text.len() == CREDENTIAL_LENGTH
            && text.bytes().enumerate().all(|(index, byte)| {
                if HYPHENS.contains(&index) { byte == b'-' } else { BASE58.contains(&byte) }
            });
        if well_formed { Ok(Self(text.to_owned())) } else { Err(CredentialFormatError) }
    }

    /// Reads the characters without their hyphens.
    pub(crate) fn from_plain(characters: &str) -> Result<Self, CredentialFormatError> {
        let mut text = String::with_capacity(CREDENTIAL_LENGTH);
        for character in characters.chars() {
            if HYPHENS.contains(&text.len()) {
                text.push('-');
            }
            text.push(character);
        }
        let credential = Self::parse(&text);
        text.zeroize();
        credential
    }

    /// The characters without their hyphens.
    pub(crate) fn plain(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.bytes().filter(|byte| *byte != b'-')
    }

    /// The key of this credential in one election.
    pub fn derive(&self, uuid: &Uuid) -> SigningKey {
        let mut wide = Zeroizing::new([0u8; 64]);
        for (index, half) in wide.chunks_exact_mut(32).enumerate() {
            let mut hash = Sha256::new();
            hash.update(format!("derive_credential|{uuid}|{index}|"));
            hash.update(self.0.as_bytes());
            half.copy_from_slice(&hash.finalize());
        }
        // The two hashes in a row are one big-endian number.
        wide.reverse();
        SigningKey::new(Scalar::from_bytes_mod_order_wide(&wide))
    }
}

pub(crate) fn random_base58<R: CryptoRng + ?Sized>(rng: &mut R) -> char {
    loop {
        let mut byte = [0u8; 1];
        rng.fill_bytes(&mut byte);
        // 232 = 4 · 58
        if byte[0] < 232 {
            return char::from(BASE58[usize::from(byte[0] % 58)]);
        }
    }
}

/// The secret exponent of a credential in one election, with its public key.
pub struct SigningKey {
    secret: Scalar,
    public: PublicCredential,
}

impl SigningKey {
    fn new(secret: Scalar) -> Self {
        let public = Element::encode(&EdwardsPoint::mul_base(&secret));
        Self { secret, public: PublicCredential(public) }
    }

    /// The public half, which the public list contains.
    pub fn public(&self) -> PublicCredential {
        self.public
    }

    /// Schnorr signature over the hash of a ballot (section 4.12): challenge and response.
    pub(crate) fn sign<R: CryptoRng + ?Sized>(&self, hash: &str, rng: &mut R) -> (Scalar, Scalar) {
        let mut nonce = group::random_scalar(rng);
        let commitment = Element::encode(&EdwardsPoint::mul_base(&nonce));
        let challenge = signature_challenge(hash, commitment);
        let response = nonce - self.secret * challenge;
        nonce.zeroize();
        (challenge, response)
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({:?})", self.public)
    }
}

pub(crate) fn signature_challenge(hash: &str, commitment: Element) -> Scalar {
    group::hash_to_scalar(format!("sig|{hash}|{commitment}").as_bytes())
}

/// A public credential: the verification key of one code in one election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicCredential(pub(crate) Element);

impl PublicCredential {
    /// Reads and checks the 64 digits; the neutral element is refused.
    pub fn parse(text: &str) -> Result<Self, ElementError> {
        let element = Element::from_hex(text)?;
        element.decode_public_key()?;
        Ok(Self(element))
    }
}

impl std::fmt::Display for PublicCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a list of public credentials is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialListError {
    /// Not a JSON list of texts in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// An entry is not a key.
    #[error("public credential {number}: {source}")]
    Element {
        /// Place in the list, from 1.
        number: usize,
        /// What is wrong with it.
        source: ElementError,
    },
    /// An entry has a weight that is not a number from 1 to 999 999 999 without leading zeros.
    #[error("public credential {number} has an unreadable weight")]
    Weight {
        /// Place in the list, from 1.
        number: usize,
    },
    /// A key appears twice.
    #[error("public credential {number} is a repetition")]
    Repeated {
        /// Place in the list, from 1.
        number: usize,
    },
    /// The sum of the weights could not be counted.
    #[error("the weights add up to more than {MAX_TOTAL_WEIGHT}")]
    TotalWeight,
}

/// The largest sum of weights; the tally finds counts by search, and numbers of this size in an
/// instant.
pub const MAX_TOTAL_WEIGHT: u64 = 1_000_000_000;

/// The public list of credentials of one election, with weights.
#[derive(Debug, Clone)]
pub struct CredentialList {
    bytes: Vec<u8>,
    /// Sorted by key.
    weights: Vec<(PublicCredential, u32)>,
}

impl CredentialList {
    /// Builds the list with weight 1 for everybody.
    ///
    /// Entries are sorted by their keys, so that the order tells nothing about who has which code.
    pub fn build(
        keys: impl IntoIterator<Item = PublicCredential>,
    ) -> Result<Self, CredentialListError> {
        Self::build_weighted(keys.into_iter().map(|key| (key, 1)))
    }

    /// Builds the list with weights. A weight is written only where it is not 1.
    pub fn build_weighted(
        entries: impl IntoIterator<Item = (PublicCredential, u32)>,
    ) -> Result<Self, CredentialListError> {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort();
        let text: Vec<String> = entries
            .iter()
            .map(
                |(key, weight)| {
                    if *weight == 1 { key.to_string() } else { format!("{key},{weight}") }
                },
            )
            .collect();
        Self::parse(&canonical::write(&text))
    }

    /// Reads the payload of an archive, as it was published. The order is kept as it is.
    pub fn parse(bytes: &[u8]) -> Result<Self, CredentialListError> {
        Self::read(bytes, arithmetic::check_public_keys)
    }

    /// Reads a list that was checked before: the keys are not decoded.
    pub(crate) fn parse_trusted(bytes: &[u8]) -> Result<Self, CredentialListError> {
        Self::read(bytes, |keys| vec![Ok(()); keys.len()])
    }

    fn read(
        bytes: &[u8],
        check: impl Fn(&[Element]) -> Vec<Result<(), ElementError>>,
    ) -> Result<Self, CredentialListError> {
        let entries: Vec<&str> =
            serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
        canonical::require_canonical(&canonical::write(&entries), bytes)?;
        let key =
            |entry: &&str| Element::from_hex(entry.split_once(',').map_or(*entry, |(key, _)| key));
        let keys: Vec<Result<Element, ElementError>> = entries.iter().map(key).collect();
        let readable: Vec<Element> = keys.iter().flatten().copied().collect();
        let mut verdicts = check(&readable).into_iter();
        let mut places = Vec::with_capacity(entries.len());
        for (index, (entry, key)) in entries.iter().zip(keys).enumerate() {
            let number = index + 1;
            let weight = match entry.split_once(',') {
                None => 1,
                Some((_, weight)) => {
                    parse_weight(weight).ok_or(CredentialListError::Weight { number })?
                }
            };
            let at = |source| CredentialListError::Element { number, source };
            let key = key.map_err(at)?;
            verdicts.next().expect("one verdict for each key").map_err(at)?;
            places.push(((PublicCredential(key), weight), index));
        }
        places.sort_unstable_by_key(|((key, _), index)| (*key, *index));
        let twice = places.windows(2).filter(|pair| pair[0].0.0 == pair[1].0.0);
        if let Some(index) = twice.map(|pair| pair[1].1).min() {
            return Err(CredentialListError::Repeated { number: index + 1 });
        }
        let weights: Vec<_> = places.into_iter().map(|(entry, _)| entry).collect();
        if weights.iter().map(|(_, weight)| u64::from(*weight)).sum::<u64>() > MAX_TOTAL_WEIGHT {
            return Err(CredentialListError::TotalWeight);
        }
        Ok(Self { bytes: bytes.to_owned(), weights })
    }

    /// Reads the list as a credential authority's tool writes it, `KEY,WEIGHT,IDENTITY` with empty
    /// or missing fields, and leaves the identities out.
    pub fn parse_authority(bytes: &[u8]) -> Result<Self, CredentialListError> {
        let entries: Vec<String> =
            serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
        let public: Vec<String> = entries
            .iter()
            .map(|entry| {
                let mut fields = entry.splitn(3, ',');
                match (fields.next(), fields.next()) {
                    (Some(key), Some(weight)) if !weight.is_empty() => format!("{key},{weight}"),
                    (key, _) => key.unwrap_or_default().to_owned(),
                }
            })
            .collect();
        Self::parse(&canonical::write(&public))
    }

    /// The canonical JSON that the archive contains.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Base64 hash of the list, as shown to people.
    pub fn fingerprint(&self) -> String {
        crate::hash::Hash::of(&self.bytes).to_base64()
    }

    /// Number of credentials.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no credential.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The credentials, in their order.
    pub fn keys(&self) -> impl Iterator<Item = PublicCredential> + '_ {
        self.weights.iter().map(|(key, _)| *key)
    }

    /// The weight of a credential, if it is in the list.
    pub fn weight(&self, key: &PublicCredential) -> Option<u32> {
        self.position(key).map(|place| self.weights[place].1)
    }

    /// The place of a credential among all, sorted by key.
    pub(crate) fn position(&self, key: &PublicCredential) -> Option<usize> {
        self.weights.binary_search_by_key(key, |(own, _)| *own).ok()
    }
}

fn parse_weight(text: &str) -> Option<u32> {
    let digits = text.as_bytes();
    let readable = (1..=9).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit)
        && digits[0] != b'0';
    if readable { text.parse().ok() } else { None }
}
