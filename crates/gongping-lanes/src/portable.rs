//! The portable twin: one number at a time, in plain integers. No `unsafe`.

use crate::limbs::{Limbs, MASK};
use crate::row::{AffineRow, Row};

/// Numbers side by side.
pub(crate) const LANES: usize = 1;
/// Vectors raised to a power together: the processor works on one while it waits for another.
pub(crate) const VECTORS: usize = 1;
/// One choice for each lane.
pub(crate) type Mask = bool;

/// A number modulo p; limbs below 2^52.
#[derive(Clone, Copy)]
pub(crate) struct Field(Limbs);

/// A number modulo p on its way: limbs below 2^60, to be reduced before it is multiplied.
#[derive(Clone, Copy)]
pub(crate) struct Wide(Limbs);

/// 32 p, for differences that stay positive.
const BIAS: Limbs = [32 * (MASK - 18), 32 * MASK, 32 * MASK, 32 * MASK, 32 * MASK];

#[inline]
pub(crate) fn load(values: &[Limbs; LANES]) -> Field {
    Field(values[0])
}

#[inline]
pub(crate) fn store(value: &Field) -> [Limbs; LANES] {
    [value.0]
}

#[inline]
pub(crate) fn mask(choices: &[bool; LANES]) -> Mask {
    choices[0]
}

/// `yes` where the mask is set, `no` elsewhere.
#[inline]
pub(crate) fn select(mask: Mask, yes: &Field, no: &Field) -> Field {
    if mask { *yes } else { *no }
}

#[inline]
pub(crate) fn widen(a: &Field) -> Wide {
    Wide(a.0)
}

#[inline]
pub(crate) fn add_wide(a: &Wide, b: &Wide) -> Wide {
    let mut sum = a.0;
    for (limb, other) in sum.iter_mut().zip(b.0) {
        *limb += other;
    }
    Wide(sum)
}

/// a - b; the limbs of b are below 2^55.
#[inline]
pub(crate) fn sub_wide(a: &Wide, b: &Wide) -> Wide {
    let mut difference = a.0;
    for (limb, (bias, other)) in difference.iter_mut().zip(BIAS.into_iter().zip(b.0)) {
        *limb += bias - other;
    }
    Wide(difference)
}

#[inline]
pub(crate) fn reduce(a: &Wide) -> Field {
    let [a0, a1, a2, a3, a4] = a.0;
    Field([
        (a0 & MASK) + 19 * (a4 >> 51),
        (a1 & MASK) + (a0 >> 51),
        (a2 & MASK) + (a1 >> 51),
        (a3 & MASK) + (a2 >> 51),
        (a4 & MASK) + (a3 >> 51),
    ])
}

#[inline]
fn product(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

/// Sums of at most 77 products of limbs below 2^52, that is, below 2^111.
#[inline]
fn carry(mut sums: [u128; 5]) -> Wide {
    let mut limbs = [0; 5];
    for index in 0..5 {
        limbs[index] = sums[index] as u64 & MASK;
        let carry = sums[index] >> 51;
        match sums.get_mut(index + 1) {
            Some(next) => *next += carry,
            // Below 19 · 2^60, and so is what it adds to limb 1 far below 2^14.
            None => {
                let top = u128::from(limbs[0]) + 19 * carry;
                limbs[0] = top as u64 & MASK;
                limbs[1] += (top >> 51) as u64;
            }
        }
    }
    Wide(limbs)
}

#[inline]
pub(crate) fn mul_wide(a: &Field, b: &Field) -> Wide {
    let (a, b) = (&a.0, &b.0);
    let [_, b1, b2, b3, b4] = b.map(|limb| 19 * limb);
    carry([
        product(a[0], b[0])
            + product(a[1], b4)
            + product(a[2], b3)
            + product(a[3], b2)
            + product(a[4], b1),
        product(a[0], b[1])
            + product(a[1], b[0])
            + product(a[2], b4)
            + product(a[3], b3)
            + product(a[4], b2),
        product(a[0], b[2])
            + product(a[1], b[1])
            + product(a[2], b[0])
            + product(a[3], b4)
            + product(a[4], b3),
        product(a[0], b[3])
            + product(a[1], b[2])
            + product(a[2], b[1])
            + product(a[3], b[0])
            + product(a[4], b4),
        product(a[0], b[4])
            + product(a[1], b[3])
            + product(a[2], b[2])
            + product(a[3], b[1])
            + product(a[4], b[0]),
    ])
}

#[inline]
pub(crate) fn square_wide(a: &Field) -> Wide {
    let a = &a.0;
    let (a3, a4) = (19 * a[3], 19 * a[4]);
    let [d0, d1, d2, d3, _] = a.map(|limb| 2 * limb);
    carry([
        product(a[0], a[0]) + product(d1, a4) + product(d2, a3),
        product(d0, a[1]) + product(d2, a4) + product(a[3], a3),
        product(d0, a[2]) + product(a[1], a[1]) + product(d3, a4),
        product(d0, a[3]) + product(d1, a[2]) + product(a[4], a4),
        product(d0, a[4]) + product(d1, a[3]) + product(a[2], a[2]),
    ])
}

/// Four numbers of each row.
#[inline]
pub(crate) fn gather(rows: &[&Row; LANES]) -> [Field; 4] {
    let [a, b, c, d] = rows[0].numbers();
    [Field(a), Field(b), Field(c), Field(d)]
}

/// Writes four numbers into the row `index` of each lane.
#[inline]
pub(crate) fn scatter<const N: usize>(
    values: &[Field; 4],
    rows: &mut [[Row; N]; LANES],
    index: &[u8; LANES],
) {
    rows[0][usize::from(index[0])] =
        Row::new(&[values[0].0, values[1].0, values[2].0, values[3].0]);
}

/// Three numbers of each row.
#[inline]
pub(crate) fn gather_affine(rows: &[&AffineRow; LANES]) -> [Field; 3] {
    let [a, b, c] = rows[0].numbers();
    [Field(a), Field(b), Field(c)]
}

/// y - x, y + x, 2 d x y of a point: an entry of a table.
pub(crate) fn table_entry(x: &Limbs, y: &Limbs) -> [Limbs; 3] {
    let (x, y) = (Field(*x), Field(*y));
    let t2d = mul(&mul(&x, &y), &Field(limbs::D2));
    [sub(&y, &x).0, add(&y, &x).0, t2d.0]
}

crate::formulas::group_formulas!(cfg(all()));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_numbers_they_are_called() {
        let number = |value: u64| Field([value, 0, 0, 0, 0]);
        let canonical = |value: &Field| limbs::canonical(&value.0);
        let d = Field(limbs::D);
        let minus = sub(&number(0), &number(121_665));
        assert_eq!(canonical(&mul(&d, &number(121_666))), canonical(&minus));
        assert_eq!(canonical(&add(&d, &d)), limbs::D2);
        let minus_one = sub(&number(0), &number(1));
        assert_eq!(canonical(&square(&Field(limbs::SQRT_MINUS_ONE))), canonical(&minus_one));
    }

    /// What Miri is to see of the long computation; `tests/twins.rs` compares with another library.
    #[test]
    fn products_with_the_order_and_with_three() {
        let mut terms = [crate::Term::default(); 2];
        terms[0].point = digits::ORDER;
        terms[1].point[0] = 3;
        let request = Request { point: Point::GENERATOR, check_order: true, terms };
        let (sums, of_prime_order) = variable_products(&[&request]);
        let mut three = [Point::GENERATOR];
        add_each(&mut three, &[Point::GENERATOR]);
        add_each(&mut three, &[Point::GENERATOR]);
        assert_eq!([sums[0].points()[0], sums[1].points()[0]], [Point::NEUTRAL, three[0]]);
        assert_eq!(of_prime_order, [true]);
    }

    /// Limbs at the bounds that the types promise.
    #[test]
    fn largest_limbs_do_not_overflow() {
        let large = Field([(1 << 52) - 1; 5]);
        let product = mul(&large, &large);
        assert!(product.0.iter().all(|limb| *limb < 1 << 52));
        let small = Field(limbs::canonical(&large.0));
        assert_eq!(limbs::canonical(&product.0), limbs::canonical(&mul(&small, &small).0));
        assert_eq!(limbs::canonical(&square(&large).0), limbs::canonical(&product.0));
        let none = sub(&large, &large);
        assert_eq!(limbs::canonical(&none.0), limbs::ZERO);
    }
}
