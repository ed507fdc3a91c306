//! The group: the prime-order subgroup of Curve25519 in Edwards form (specification, section 5.2.1).
//!
//! An element is written as 64 lower-case hexadecimal digits of the compressed number, big-endian;
//! common libraries keep the same 32 bytes in the opposite order. A scalar is written in base 10.

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, IsIdentity};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Name of the group in the election structure.
pub const GROUP_NAME: &str = "Ed25519";

/// Length of a group element in text.
pub(crate) const ELEMENT_DIGITS: usize = 64;

/// Why a text is not an element of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ElementError {
    /// Not 64 lower-case hexadecimal digits.
    #[error("a group element is written with 64 lower-case hexadecimal digits")]
    NotHexadecimal,
    /// The number is not the one compressed form of a point.
    #[error("the group element is not in canonical form")]
    NotCanonical,
    /// No point of the curve has this compressed form.
    #[error("the group element is not a point of the curve")]
    NotOnCurve,
    /// The point has a component of small order.
    #[error("the point is outside the group of prime order")]
    WrongOrder,
    /// The neutral element where a public key is needed.
    #[error("the neutral element is not a public key")]
    Neutral,
}

/// Why a text is not a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScalarError {
    /// Something else than digits, or a leading zero.
    #[error("a number is written in base 10 without leading zeros")]
    NotDecimal,
    /// The number is not below the order of the group.
    #[error("the number is not below the order of the group")]
    TooLarge,
}

/// An element of the group in its compressed form: 32 bytes in the order of the library
/// (little-endian). Holding one does not prove that it is valid; [`Element::parse`] does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element([u8; 32]);

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Element({})", self.to_hex())
    }
}

impl std::fmt::Display for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Element {
    /// The neutral element: x = 0, y = 1.
    pub(crate) const NEUTRAL: Self = {
        let mut bytes = [0; 32];
        bytes[0] = 1;
        Self(bytes)
    };

    /// Reads the digits; says nothing about the curve.
    pub(crate) fn from_hex(text: &str) -> Result<Self, ElementError> {
        let text = text.as_bytes();
        if text.len() != ELEMENT_DIGITS {
            return Err(ElementError::NotHexadecimal);
        }
        let mut bytes = [0u8; 32];
        for (pair, byte) in text.chunks_exact(2).zip(bytes.iter_mut().rev()) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }

    /// Reads and fully checks an element (canonical form, curve, prime order).
    pub fn parse(text: &str) -> Result<Self, ElementError> {
        let element = Self::from_hex(text)?;
        element.decode()?;
        Ok(element)
    }

    /// The 64 digits.
    pub fn to_hex(self) -> String {
        let mut text = String::with_capacity(ELEMENT_DIGITS);
        self.push_hex(&mut text);
        text
    }

    pub(crate) fn push_hex(self, text: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in self.0.iter().rev() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }

    /// The 32 bytes of the compressed form, little-endian. Lists are sorted by them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn encode(point: &EdwardsPoint) -> Self {
        Self(point.compress().to_bytes())
    }

    /// Encodes many points with one inversion.
    pub(crate) fn encode_all(points: &[EdwardsPoint]) -> Vec<Self> {
        EdwardsPoint::compress_batch_alloc(points).iter().map(|c| Self(c.to_bytes())).collect()
    }

    /// The point, if the bytes are the canonical form of a point of prime order.
    /// Variable time: elements are public.
    pub(crate) fn decode(self) -> Result<EdwardsPoint, ElementError> {
        let point = self.decode_unchecked_order()?;
        if is_in_prime_order_group(&point) { Ok(point) } else { Err(ElementError::WrongOrder) }
    }

    /// As [`Self::decode`] for elements whose order has been checked before.
    pub(crate) fn decode_unchecked_order(self) -> Result<EdwardsPoint, ElementError> {
        if !self.is_canonical_number() {
            return Err(ElementError::NotCanonical);
        }
        let point = CompressedEdwardsY(self.0).decompress().ok_or(ElementError::NotOnCurve)?;
        // x = 0 has no sign: only y = 1 and y = -1 have it, and the sign bit must then be clear.
        if self.0[31] & 0x80 != 0 && (self.has_y_one() || self.has_y_minus_one()) {
            return Err(ElementError::NotCanonical);
        }
        Ok(point)
    }

    /// As [`Self::decode`], and refuses the neutral element, whose secret everybody knows.
    pub(crate) fn decode_public_key(self) -> Result<EdwardsPoint, ElementError> {
        let point = self.decode()?;
        if point.is_identity() { Err(ElementError::Neutral) } else { Ok(point) }
    }

    /// Whether y < p = 2^255 - 19.
    fn is_canonical_number(&self) -> bool {
        let high = self.0[31] & 0x7f;
        let middle_is_ones = self.0[1..31].iter().all(|byte| *byte == 0xff);
        !(high == 0x7f && middle_is_ones && self.0[0] >= 0xed)
    }

    fn has_y_one(&self) -> bool {
        self.0[0] == 1 && self.0[1..31].iter().all(|b| *b == 0) && self.0[31] & 0x7f == 0
    }

    fn has_y_minus_one(&self) -> bool {
        let middle_is_ones = self.0[1..31].iter().all(|byte| *byte == 0xff);
        self.0[0] == 0xec && middle_is_ones && self.0[31] & 0x7f == 0x7f
    }
}

pub(crate) fn digit(character: u8) -> Result<u8, ElementError> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        _ => Err(ElementError::NotHexadecimal),
    }
}

/// Exact test for the subgroup of order q: `(q - 1) P = -P`. Scalars are kept below q, so q itself
/// cannot be used as a factor. Variable time.
pub(crate) fn is_in_prime_order_group(point: &EdwardsPoint) -> bool {
    let product =
        EdwardsPoint::vartime_double_scalar_mul_basepoint(&-Scalar::ONE, point, &Scalar::ZERO);
    (product + point).is_identity()
}

/// The generator g.
pub(crate) fn generator() -> EdwardsPoint {
    ED25519_BASEPOINT_POINT
}

/// The neutral element.
pub(crate) fn neutral() -> EdwardsPoint {
    EdwardsPoint::identity()
}

/// A uniform scalar from 64 bytes of the generator.
pub(crate) fn random_scalar<R: CryptoRng + ?Sized>(rng: &mut R) -> Scalar {
    let mut wide = Zeroizing::new([0u8; 64]);
    rng.fill_bytes(wide.as_mut());
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// SHA-256 of the parts one after the other, read as a big-endian number, modulo q.
pub(crate) fn hash_to_scalar(text: &[u8]) -> Scalar {
    let mut bytes: [u8; 32] = Sha256::digest(text).into();
    bytes.reverse();
    Scalar::from_bytes_mod_order(bytes)
}

/// The order q, little-endian 64-bit limbs.
const ORDER: [u64; 4] = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000];

/// Reads a scalar in base 10; refuses leading zeros and numbers that are not below q.
pub(crate) fn parse_scalar(text: &str) -> Result<Scalar, ScalarError> {
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ScalarError::NotDecimal);
    }
    if digits[0] == b'0' && digits.len() > 1 {
        return Err(ScalarError::NotDecimal);
    }
    // q has 76 digits; more digits cannot be below it, and 76 of them fit into 256 bits.
    if digits.len() > 76 {
        return Err(ScalarError::TooLarge);
    }
    let mut limbs = Zeroizing::new([0u64; 4]);
    for chunk in digits.chunks(18) {
        let (mut value, mut factor) = (0u64, 1u64);
        for digit in chunk {
            value = value * 10 + u64::from(digit - b'0');
            factor *= 10;
        }
        let mut carry = u128::from(value);
        for limb in limbs.iter_mut() {
            carry += u128::from(*limb) * u128::from(factor);
            *limb = carry as u64;
            carry >>= 64;
        }
    }
    if limbs.iter().rev().ge(ORDER.iter().rev()) {
        return Err(ScalarError::TooLarge);
    }
    let mut bytes = Zeroizing::new([0u8; 32]);
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter()) {
        chunk.copy_from_slice(&limb.to_le_bytes());
    }
    Ok(Scalar::from_bytes_mod_order(*bytes))
}

/// Appends a scalar in base 10.
pub(crate) fn push_scalar(scalar: &Scalar, text: &mut String) {
    const CHUNK: u64 = 1_000_000_000_000_000_000;
    let mut limbs = Zeroizing::new([0u64; 4]);
    for (chunk, limb) in scalar.as_bytes().chunks_exact(8).zip(limbs.iter_mut()) {
        let mut word = [0u8; 8];
        word.copy_from_slice(chunk);
        *limb = u64::from_le_bytes(word);
    }
    let mut digits = Zeroizing::new([0u8; 90]);
    for group in digits.rchunks_exact_mut(18) {
        let mut rest = 0u128;
        for limb in limbs.iter_mut().rev() {
            rest = rest << 64 | u128::from(*limb);
            *limb = (rest / u128::from(CHUNK)) as u64;
            rest %= u128::from(CHUNK);
        }
        let mut rest = rest as u64;
        for place in group.iter_mut().rev() {
            *place = (rest % 10) as u8;
            rest /= 10;
        }
    }
    let first = digits.iter().position(|digit| *digit != 0).unwrap_or(digits.len() - 1);
    text.extend(digits[first..].iter().map(|digit| char::from(b'0' + digit)));
}

/// A scalar in base 10.
pub(crate) fn scalar_to_decimal(scalar: &Scalar) -> String {
    let mut text = String::with_capacity(76);
    push_scalar(scalar, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use proptest::prelude::*;

    const Q: &str = "7237005577332262213973186563042994240857116359379907606001950938285454250989";

    #[test]
    fn scalars_from_the_order_upwards_are_refused() {
        assert_eq!(parse_scalar(Q), Err(ScalarError::TooLarge));
        let last = format!("{}8", &Q[..75]);
        assert_eq!(parse_scalar(&last), Ok(-Scalar::ONE));
        assert_eq!(scalar_to_decimal(&-Scalar::ONE), last);
        assert_eq!(parse_scalar(&"9".repeat(76)), Err(ScalarError::TooLarge));
        assert_eq!(parse_scalar(&"1".repeat(400)), Err(ScalarError::TooLarge));
    }

    #[test]
    fn scalars_have_one_spelling() {
        for text in ["", "01", "00", "+1", "-1", " 1", "1 ", "0x1", "1e3", "１"] {
            assert_eq!(parse_scalar(text), Err(ScalarError::NotDecimal), "{text}");
        }
        assert_eq!(parse_scalar("0"), Ok(Scalar::ZERO));
        assert_eq!(scalar_to_decimal(&Scalar::ZERO), "0");
    }

    #[test]
    fn points_with_a_small_order_component_are_refused() {
        for torsion in &EIGHT_TORSION[1..] {
            assert_eq!(Element::encode(torsion).decode(), Err(ElementError::WrongOrder));
            let mixed = generator() * Scalar::from(77u64) + torsion;
            assert_eq!(Element::encode(&mixed).decode(), Err(ElementError::WrongOrder));
        }
        assert_eq!(Element::encode(&neutral()), Element::NEUTRAL);
        assert!(Element::NEUTRAL.decode().is_ok());
        assert_eq!(Element::encode(&neutral()).decode_public_key(), Err(ElementError::Neutral));
    }

    #[test]
    fn elements_have_one_spelling() {
        let p_plus_one = format!("7{}ee", "f".repeat(61));
        assert_eq!(Element::parse(&p_plus_one), Err(ElementError::NotCanonical));
        let negative_zero = format!("8{}1", "0".repeat(62));
        assert_eq!(Element::parse(&negative_zero), Err(ElementError::NotCanonical));
        let minus_one_negative = format!("{}ec", "f".repeat(62));
        assert_eq!(Element::parse(&minus_one_negative), Err(ElementError::NotCanonical));
        let two = format!("{}2", "0".repeat(63));
        assert_eq!(Element::parse(&two), Err(ElementError::NotOnCurve));
        let upper = Element::encode(&generator()).to_hex().to_uppercase();
        assert!(upper.bytes().all(|b| b.is_ascii_digit()) || Element::parse(&upper).is_err());
        assert_eq!(Element::parse("12"), Err(ElementError::NotHexadecimal));
    }

    proptest! {
        #[test]
        fn scalar_text_round_trips(bytes in any::<[u8; 32]>()) {
            let scalar = Scalar::from_bytes_mod_order(bytes);
            prop_assert_eq!(parse_scalar(&scalar_to_decimal(&scalar)), Ok(scalar));
        }

        #[test]
        fn element_text_round_trips(bytes in any::<[u8; 32]>()) {
            let point = generator() * Scalar::from_bytes_mod_order(bytes);
            let element = Element::encode(&point);
            prop_assert_eq!(element.decode(), Ok(point));
            prop_assert_eq!(Element::parse(&element.to_hex()), Ok(element));
        }

        #[test]
        fn subgroup_test_agrees_with_the_library(bytes in any::<[u8; 32]>()) {
            if let Some(point) = CompressedEdwardsY(bytes).decompress() {
                prop_assert_eq!(is_in_prime_order_group(&point), point.is_torsion_free());
            }
        }
    }
}
