//! Numbers modulo p = 2^255 - 19 as five limbs of 51 bits, least first, and their 32 bytes.

/// Five limbs. Which bound they keep is said where they are made.
pub(crate) type Limbs = [u64; 5];

/// The low 51 bits.
pub(crate) const MASK: u64 = (1 << 51) - 1;

pub(crate) const ZERO: Limbs = [0; 5];
pub(crate) const ONE: Limbs = [1, 0, 0, 0, 0];
/// The constant of the curve, d = -121665 / 121666.
#[cfg(test)]
pub(crate) const D: Limbs =
    [0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff];
/// 2 d.
pub(crate) const D2: Limbs =
    [0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff];
/// A square root of -1: 2^((p - 1) / 4).
pub(crate) const SQRT_MINUS_ONE: Limbs =
    [0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d];

/// Reads 255 bits; the highest bit of the last byte is left out. Limbs below 2^51.
pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let word = |at: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(word)
    };
    [
        word(0) & MASK,
        word(6) >> 3 & MASK,
        word(12) >> 6 & MASK,
        word(19) >> 1 & MASK,
        word(24) >> 12 & MASK,
    ]
}

/// The one form below p. Takes limbs below 2^63.
pub(crate) fn canonical(limbs: &Limbs) -> Limbs {
    let mut l = *limbs;
    // After the second round, the value is below 2^255 + 19 and only limb 0 can have 52 bits.
    for _ in 0..2 {
        let mut carry = 0;
        for limb in &mut l {
            *limb += carry;
            carry = *limb >> 51;
            *limb &= MASK;
        }
        l[0] += 19 * carry;
    }
    // Whether the value is at least p: then adding 19 reaches 2^255.
    let mut carry = 19;
    for limb in l {
        carry = (limb + carry) >> 51;
    }
    l[0] += 19 * carry;
    let mut carry = 0;
    for limb in &mut l {
        *limb += carry;
        carry = *limb >> 51;
        *limb &= MASK;
    }
    l
}

/// -x, canonical. Takes limbs below 2^53 - 76.
pub(crate) fn negate(limbs: &Limbs) -> Limbs {
    // Limb by limb from 4 p, so that no limb falls below zero.
    let mut difference = [4 * (MASK - 18), 4 * MASK, 4 * MASK, 4 * MASK, 4 * MASK];
    for (limb, other) in difference.iter_mut().zip(limbs) {
        *limb -= other;
    }
    canonical(&difference)
}

/// The 32 bytes of limbs in canonical form.
pub(crate) fn to_bytes(l: &Limbs) -> [u8; 32] {
    let words = [
        l[0] | l[1] << 51,
        l[1] >> 13 | l[2] << 38,
        l[2] >> 26 | l[3] << 25,
        l[3] >> 39 | l[4] << 12,
    ];
    let mut bytes = [0; 32];
    for (chunk, word) in bytes.chunks_exact_mut(8).zip(words) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: Limbs = [MASK - 18, MASK, MASK, MASK, MASK];

    #[test]
    fn canonical_form_is_below_p() {
        for k in 0..40u64 {
            let mut above = P;
            above[0] += k;
            assert_eq!(canonical(&above), [k, 0, 0, 0, 0], "p + {k}");
            let mut below = P;
            below[0] -= k + 1;
            assert_eq!(canonical(&below), below, "p - {}", k + 1);
        }
        let twice = P.map(|limb| 2 * limb);
        assert_eq!(canonical(&twice), ZERO);
        // 2^63 - 1 in every limb, by hand: 4095 · 2^51 + (2^51 - 1) each.
        let large = [u64::MAX >> 1; 5];
        let mut small = [MASK + 4095; 5];
        small[0] = MASK + 19 * 4095;
        assert_eq!(canonical(&large), canonical(&small));
    }

    #[test]
    fn bytes_round_trip() {
        for limbs in [ZERO, ONE, D, D2, SQRT_MINUS_ONE, [1, 2, 3, 4, 5], [MASK - 19; 5]] {
            assert_eq!(from_bytes(&to_bytes(&limbs)), limbs);
        }
        let mut high = [0; 32];
        high[31] = 0x80;
        assert_eq!(from_bytes(&high), ZERO);
    }
}
