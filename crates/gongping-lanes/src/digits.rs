//! Scalars as signed digits, least first.

/// Windows of four bits in a scalar.
pub(crate) const NIBBLES: usize = 64;

/// The order of the group, q = 2^252 + 27742317777372353535851937790883648493.
pub(crate) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Digits from -7 to 8 in base 16. The scalar is below 2^255.
pub(crate) const fn nibbles(scalar: &[u8; 32]) -> [i8; NIBBLES] {
    assert!(scalar[31] < 0x80, "a scalar has at most 255 bits");
    let mut digits = [0; NIBBLES];
    let mut carry = 0;
    let mut index = 0;
    while index < NIBBLES {
        let value = (scalar[index / 2] >> (4 * (index % 2)) & 15) as i8 + carry;
        carry = (value > 8) as i8;
        digits[index] = value - 16 * carry;
        index += 1;
    }
    digits
}

/// Digits from -127 to 128 in base 256. The scalar is below 2^255.
pub(crate) fn bytes(scalar: &[u8; 32]) -> [i16; 32] {
    assert!(scalar[31] < 0x80, "a scalar has at most 255 bits");
    let mut digits = [0; 32];
    let mut carry = 0;
    for (digit, byte) in digits.iter_mut().zip(scalar) {
        let value = i16::from(*byte) + carry;
        carry = i16::from(value > 128);
        *digit = value - 256 * carry;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scalar from its digits, most first, in base 2^`bits`.
    fn value(digits: impl DoubleEndedIterator<Item = i64>, bits: u32) -> [u8; 32] {
        let mut words = [0u8; 32];
        for digit in digits.rev() {
            let mut carry = digit;
            for byte in &mut words {
                let sum = (i64::from(*byte) << bits) + carry;
                *byte = sum.rem_euclid(256) as u8;
                carry = sum.div_euclid(256);
            }
            assert_eq!(carry, 0);
        }
        words
    }

    #[test]
    fn digits_are_the_scalar() {
        let mut largest = [0xff; 32];
        largest[31] = 0x7f;
        let mut middle = [0x88; 32];
        middle[31] = 0x78;
        for scalar in [[0; 32], ORDER, largest, middle] {
            let nibbles = nibbles(&scalar);
            assert!(nibbles.iter().all(|digit| (-7..=8).contains(digit)));
            assert_eq!(value(nibbles.iter().map(|digit| i64::from(*digit)), 4), scalar);
            let bytes = bytes(&scalar);
            assert!(bytes.iter().all(|digit| (-127..=128).contains(digit)));
            assert_eq!(value(bytes.iter().map(|digit| i64::from(*digit)), 8), scalar);
        }
    }
}
