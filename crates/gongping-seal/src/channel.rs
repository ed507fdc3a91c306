//! Messages that only their recipient can read (section 4.5, channels): a random element, encrypted
//! for the recipient, gives the key of AES-256-GCM.

use crate::canonical::{self, JsonError};
use crate::group::{self, Element};
use aes_gcm::aead::consts::U32;
use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Key, Nonce};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const ALGORITHM: &str = "AES-GCM";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EncryptedMessage {
    algorithm: String,
    alpha: String,
    beta: String,
    data: String,
}

/// Seals a text; `None` for texts of 64 GB and more.
pub(crate) fn seal<R: CryptoRng + ?Sized>(
    text: &[u8],
    recipient: &EdwardsPoint,
    rng: &mut R,
) -> Option<Vec<u8>> {
    let [r, s] = [(); 2].map(|()| Zeroizing::new(group::random_scalar(rng)));
    let shared = EdwardsPoint::mul_base(&s);
    let alpha = EdwardsPoint::mul_base(&r);
    let beta = recipient * *r + shared;
    let data = cipher(&shared).encrypt(&nonce(&alpha), text).ok()?;
    let elements = Element::encode_all(&[alpha, beta]);
    Some(canonical::write(&EncryptedMessage {
        algorithm: ALGORITHM.to_owned(),
        alpha: elements[0].to_hex(),
        beta: elements[1].to_hex(),
        data: data.iter().map(|byte| format!("{byte:02x}")).collect(),
    }))
}

/// Opens a sealed text; `None` when it was not sealed for this secret, or was changed.
pub(crate) fn open(
    sealed: &[u8],
    secret: &Scalar,
) -> Result<Option<Zeroizing<Vec<u8>>>, JsonError> {
    let sealed: EncryptedMessage = canonical::read(sealed)?;
    let decode = |text: &str| Element::from_hex(text).and_then(Element::decode).ok();
    let (alpha, beta) = (decode(&sealed.alpha), decode(&sealed.beta));
    let (Some(alpha), Some(beta), Some(data)) = (alpha, beta, from_hex(&sealed.data)) else {
        return Ok(None);
    };
    if sealed.algorithm != ALGORITHM {
        return Ok(None);
    }
    let shared = beta - alpha * secret;
    Ok(cipher(&shared).decrypt(&nonce(&alpha), data.as_slice()).ok().map(Zeroizing::new))
}

fn cipher(shared: &EdwardsPoint) -> AesGcm<Aes256, U32> {
    let key = hash("key", shared);
    AesGcm::new(&Key::<AesGcm<Aes256, U32>>::from(*key))
}

fn nonce(alpha: &EdwardsPoint) -> Nonce<U32> {
    Nonce::<U32>::from(*hash("iv", alpha))
}

fn hash(purpose: &str, point: &EdwardsPoint) -> Zeroizing<[u8; 32]> {
    let text = Zeroizing::new(format!("{purpose}|{}", Element::encode(point)));
    Zeroizing::new(Sha256::digest(text.as_bytes()).into())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let byte = |pair: &[u8]| Some(group::digit(pair[0]).ok()? << 4 | group::digit(pair[1]).ok()?);
    text.as_bytes().chunks_exact(2).map(byte).collect()
}
