//! Eight numbers side by side in AVX-512 registers, multiplied with the IFMA instructions.
//!
//! Limb k of all eight lies in one register. The instructions multiply the low 52 bits of two
//! factors and add the low or the high 52 bits of the product, so factors must be below 2^52.

#![allow(unsafe_code, reason = "reads and writes of whole registers; each says why it is sound")]

use crate::limbs::{Limbs, MASK};
use crate::row::{AffineRow, Row};
use std::arch::x86_64::*;

/// Numbers side by side.
pub(crate) const LANES: usize = 8;
/// Vectors raised to a power together: the processor works on one while it waits for another.
pub(crate) const VECTORS: usize = 3;
/// One bit for each lane.
pub(crate) type Mask = __mmask8;

/// Eight numbers modulo p; limbs below 2^51 + 2^17.
#[derive(Clone, Copy)]
pub(crate) struct Field([__m512i; 5]);

/// Eight numbers modulo p on their way: limbs below 2^63, to be reduced before they are multiplied.
#[derive(Clone, Copy)]
pub(crate) struct Wide([__m512i; 5]);

/// 2^10 p, for differences that stay positive.
const BIAS: Limbs = [(MASK - 18) << 10, MASK << 10, MASK << 10, MASK << 10, MASK << 10];

/// Whether the processor has the instructions of this module.
pub(crate) fn available() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512ifma")
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn splat(word: u64) -> __m512i {
    _mm512_set1_epi64(word.cast_signed())
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn read(words: &[u64; 8]) -> __m512i {
    // SAFETY: the reference covers the 64 bytes that are read; no alignment is needed.
    unsafe { _mm512_loadu_epi64(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn write(words: &mut [u64; 8], value: __m512i) {
    // SAFETY: the reference covers the 64 bytes that are written; no alignment is needed.
    unsafe { _mm512_storeu_epi64(words.as_mut_ptr().cast(), value) }
}

/// Turns eight rows of eight words into eight columns.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn transpose(rows: &[__m512i; 8]) -> [__m512i; 8] {
    let [a, b, c, d, e, f, g, h] = *rows;
    let (a, b) = (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    let (c, d) = (_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
    let (e, f) = (_mm512_unpacklo_epi64(e, f), _mm512_unpackhi_epi64(e, f));
    let (g, h) = (_mm512_unpacklo_epi64(g, h), _mm512_unpackhi_epi64(g, h));
    // a: columns 0 2 4 6 of rows 0 1; b: columns 1 3 5 7; c, d: of rows 2 3; and so on.
    let even = join(a, c, e, g);
    let odd = join(b, d, f, h);
    [even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]]
}

/// Turns four rows of four pairs of words into four columns.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn join(a: __m512i, b: __m512i, c: __m512i, d: __m512i) -> [__m512i; 4] {
    let low_ab = _mm512_shuffle_i64x2::<0b01_00_01_00>(a, b);
    let high_ab = _mm512_shuffle_i64x2::<0b11_10_11_10>(a, b);
    let low_cd = _mm512_shuffle_i64x2::<0b01_00_01_00>(c, d);
    let high_cd = _mm512_shuffle_i64x2::<0b11_10_11_10>(c, d);
    [
        _mm512_shuffle_i64x2::<0b10_00_10_00>(low_ab, low_cd),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(low_ab, low_cd),
        _mm512_shuffle_i64x2::<0b10_00_10_00>(high_ab, high_cd),
        _mm512_shuffle_i64x2::<0b11_01_11_01>(high_ab, high_cd),
    ]
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn load(values: &[Limbs; LANES]) -> Field {
    let mut limbs = [splat(0); 5];
    for (index, limb) in limbs.iter_mut().enumerate() {
        let mut words = [0; 8];
        for (word, value) in words.iter_mut().zip(values) {
            *word = value[index];
        }
        *limb = read(&words);
    }
    Field(limbs)
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn store(value: &Field) -> [Limbs; LANES] {
    let mut values = [[0; 5]; LANES];
    for (index, limb) in value.0.iter().enumerate() {
        let mut words = [0; 8];
        write(&mut words, *limb);
        for (word, value) in words.iter().zip(&mut values) {
            value[index] = *word;
        }
    }
    values
}

#[inline]
pub(crate) fn mask(choices: &[bool; LANES]) -> Mask {
    choices.iter().rev().fold(0, |mask, choice| mask << 1 | Mask::from(*choice))
}

/// `yes` where the mask is set, `no` elsewhere.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn select(mask: Mask, yes: &Field, no: &Field) -> Field {
    let mut limbs = no.0;
    for (limb, yes) in limbs.iter_mut().zip(yes.0) {
        *limb = _mm512_mask_mov_epi64(*limb, mask, yes);
    }
    Field(limbs)
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn widen(a: &Field) -> Wide {
    Wide(a.0)
}

#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn add_wide(a: &Wide, b: &Wide) -> Wide {
    let mut sum = a.0;
    for (limb, other) in sum.iter_mut().zip(b.0) {
        *limb = _mm512_add_epi64(*limb, other);
    }
    Wide(sum)
}

/// a - b; the limbs of b are below 2^61 - 2^15.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn sub_wide(a: &Wide, b: &Wide) -> Wide {
    let mut difference = a.0;
    for (limb, (bias, other)) in difference.iter_mut().zip(BIAS.into_iter().zip(b.0)) {
        *limb = _mm512_add_epi64(*limb, _mm512_sub_epi64(splat(bias), other));
    }
    Wide(difference)
}

/// Each limb gives what is above 51 bits, at most 2^12, to the next.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn reduce(a: &Wide) -> Field {
    let mut limbs = a.0;
    let mut carries = a.0;
    for (limb, carry) in limbs.iter_mut().zip(&mut carries) {
        *carry = _mm512_srli_epi64::<51>(*limb);
        *limb = _mm512_and_si512(*limb, splat(MASK));
    }
    let [c0, c1, c2, c3, c4] = carries;
    limbs[0] = _mm512_madd52lo_epu64(limbs[0], c4, splat(19));
    for (limb, carry) in limbs[1..].iter_mut().zip([c0, c1, c2, c3]) {
        *limb = _mm512_add_epi64(*limb, carry);
    }
    Field(limbs)
}

/// Places 5 to 9 and 19 at places 0 to 4 are the same modulo p.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
fn fold(places: &[__m512i; 10]) -> Wide {
    let mut limbs = [splat(0); 5];
    for (index, limb) in limbs.iter_mut().enumerate() {
        let above = _mm512_mullo_epi64(places[index + 5], splat(19));
        *limb = _mm512_add_epi64(places[index], above);
    }
    Wide(limbs)
}

/// Limbs below 2^60: five low halves below 2^52, ten high halves below 2^50 + 2^20, 20 times.
///
/// The high half of a product has 52 bits below it and its place only 51: it counts twice, one
/// place up. So the high halves are added first, doubled, and the low halves added to that.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn mul_wide(a: &Field, b: &Field) -> Wide {
    let mut places = [splat(0); 10];
    for i in 0..5 {
        for j in 0..5 {
            places[i + j + 1] = _mm512_madd52hi_epu64(places[i + j + 1], a.0[i], b.0[j]);
        }
    }
    for place in &mut places[1..] {
        *place = _mm512_add_epi64(*place, *place);
    }
    for i in 0..5 {
        for j in 0..5 {
            places[i + j] = _mm512_madd52lo_epu64(places[i + j], a.0[i], b.0[j]);
        }
    }
    fold(&places)
}

/// As [`mul_wide`] with both factors equal. Products of different limbs occur twice, so they are
/// added before a doubling and the others after it.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn square_wide(a: &Field) -> Wide {
    let mut places = [splat(0); 10];
    for i in 0..5 {
        for j in i + 1..5 {
            places[i + j + 1] = _mm512_madd52hi_epu64(places[i + j + 1], a.0[i], a.0[j]);
        }
    }
    for place in &mut places[2..9] {
        *place = _mm512_add_epi64(*place, *place);
    }
    for i in 0..5 {
        places[2 * i + 1] = _mm512_madd52hi_epu64(places[2 * i + 1], a.0[i], a.0[i]);
        for j in i + 1..5 {
            places[i + j] = _mm512_madd52lo_epu64(places[i + j], a.0[i], a.0[j]);
        }
    }
    for place in &mut places[1..] {
        *place = _mm512_add_epi64(*place, *place);
    }
    for i in 0..5 {
        places[2 * i] = _mm512_madd52lo_epu64(places[2 * i], a.0[i], a.0[i]);
    }
    fold(&places)
}

/// The words of a row from `8 * third`.
#[inline]
fn third(row: &Row, third: usize) -> &[u64; 8] {
    &row.0.as_chunks().0[third]
}

/// Four numbers of each row.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn gather(rows: &[&Row; LANES]) -> [Field; 4] {
    let mut columns = [splat(0); 24];
    for part in 0..3 {
        let mut words = [splat(0); 8];
        for lane in 0..LANES {
            words[lane] = read(third(rows[lane], part));
        }
        columns[8 * part..8 * part + 8].copy_from_slice(&transpose(&words));
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, ..] = columns;
    [Field([a, b, c, d, e]), Field([f, g, h, i, j]), Field([k, l, m, n, o]), Field([p, q, r, s, t])]
}

/// Writes four numbers into the row `index` of each lane.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn scatter<const N: usize>(
    values: &[Field; 4],
    rows: &mut [[Row; N]; LANES],
    index: &[u8; LANES],
) {
    let mut columns = [splat(0); 24];
    for (place, value) in values.iter().enumerate() {
        columns[5 * place..5 * place + 5].copy_from_slice(&value.0);
    }
    for part in 0..3 {
        let mut words = [splat(0); 8];
        words.copy_from_slice(&columns[8 * part..8 * part + 8]);
        let words = transpose(&words);
        for lane in 0..LANES {
            let row = &mut rows[lane][usize::from(index[lane])];
            write(&mut row.0.as_chunks_mut().0[part], words[lane]);
        }
    }
}

/// Three numbers of each row.
#[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
#[inline]
pub(crate) fn gather_affine(rows: &[&AffineRow; LANES]) -> [Field; 3] {
    let mut columns = [splat(0); 16];
    for part in 0..2 {
        let mut words = [splat(0); 8];
        for lane in 0..LANES {
            words[lane] = read(&rows[lane].0.as_chunks().0[part]);
        }
        columns[8 * part..8 * part + 8].copy_from_slice(&transpose(&words));
    }
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, _] = columns;
    [Field([a, b, c, d, e]), Field([f, g, h, i, j]), Field([k, l, m, n, o])]
}

crate::formulas::group_formulas!(target_feature(enable = "avx512f,avx512dq,avx512ifma"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portable;

    /// Limbs at the bounds that the types promise, against the portable twin.
    #[target_feature(enable = "avx512f,avx512dq,avx512ifma")]
    fn require_same_as_portable(limb: u64) {
        let values: [Limbs; LANES] =
            std::array::from_fn(|lane| std::array::from_fn(|k| limb - (lane * k) as u64));
        let others: [Limbs; LANES] =
            std::array::from_fn(|lane| std::array::from_fn(|k| limb - (7 * lane + k) as u64));
        let (a, b) = (load(&values), load(&others));
        let products = mul_wide(&a, &b);
        let more = add_wide(&add_wide(&products, &products), &products);
        let results = [
            reduce(&products),
            reduce(&square_wide(&a)),
            reduce(&sub_wide(&more, &products)),
            reduce(&sub_wide(&widen(&a), &more)),
            select(0b0110_1001, &a, &b),
        ];
        for result in &results[..4] {
            assert!(store(result).as_flattened().iter().all(|limb| *limb < (1 << 51) + (1 << 17)));
        }
        for lane in 0..LANES {
            let [x, y] = [&values[lane], &others[lane]].map(|value| portable::load(&[*value]));
            let products = portable::mul_wide(&x, &y);
            let triple = portable::add_wide(&portable::add_wide(&products, &products), &products);
            let expected = [
                portable::reduce(&products),
                portable::reduce(&portable::square_wide(&x)),
                portable::reduce(&portable::sub_wide(&triple, &products)),
                portable::reduce(&portable::sub_wide(&portable::widen(&x), &triple)),
                if [0, 3, 5, 6].contains(&lane) { x } else { y },
            ];
            for (result, expected) in results.iter().zip(&expected) {
                let [expected] = portable::store(expected);
                let found = store(result)[lane];
                assert_eq!(crate::limbs::canonical(&found), crate::limbs::canonical(&expected));
            }
        }
    }

    #[test]
    fn largest_limbs_do_not_overflow() {
        if !available() {
            return;
        }
        for limb in [100, MASK, MASK + 1, (1 << 51) + (1 << 17) - 1] {
            // SAFETY: the processor has the instructions.
            unsafe { require_same_as_portable(limb) };
        }
    }

    #[test]
    fn rows_become_columns() {
        if !available() {
            return;
        }
        let rows: [Row; LANES] = std::array::from_fn(|lane| {
            Row::new(&std::array::from_fn(|n| {
                std::array::from_fn(|k| (100 * lane + 10 * n + k) as u64)
            }))
        });
        let mut written = [[Row([7; 24]); 2]; LANES];
        let index = std::array::from_fn(|lane| (lane % 2) as u8);
        // SAFETY: the processor has the instructions.
        let numbers = unsafe { gather(&rows.each_ref()) };
        // SAFETY: as before.
        unsafe { scatter(&numbers, &mut written, &index) };
        for lane in 0..LANES {
            for (n, number) in numbers.iter().enumerate() {
                // SAFETY: as before.
                let found = unsafe { store(number) }[lane];
                assert_eq!(found, std::array::from_fn(|k| (100 * lane + 10 * n + k) as u64));
            }
            assert_eq!(written[lane][lane % 2].0, rows[lane].0);
            assert_eq!(written[lane][1 - lane % 2].0, [7; 24], "untouched");
        }
    }
}
