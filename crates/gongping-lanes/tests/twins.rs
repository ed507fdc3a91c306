//! Every arithmetic against `curve25519-dalek`, on random and on extreme input.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{Identity, IsIdentity};
use gongping_lanes::{DecodeError, FixedBase, Lanes, Point, Request, Term};
use proptest::prelude::*;
use std::sync::OnceLock;

/// The twins that this processor can run.
fn twins() -> impl Iterator<Item = Lanes> {
    [Some(Lanes::portable()), Lanes::vector()].into_iter().flatten()
}

fn key() -> EdwardsPoint {
    ED25519_BASEPOINT_POINT * Scalar::from(987_654_321u64)
}

fn bases() -> [&'static FixedBase; 2] {
    static BASES: OnceLock<[FixedBase; 2]> = OnceLock::new();
    let bases = BASES.get_or_init(|| {
        let lanes = Lanes::best();
        let key = lanes.decode(&[key().compress().to_bytes()])[0].unwrap();
        [FixedBase::new(lanes, &Point::GENERATOR), FixedBase::new(lanes, &key)]
    });
    bases.each_ref()
}

fn decoded(lanes: Lanes, points: &[EdwardsPoint]) -> Vec<Point> {
    let encodings: Vec<_> = points.iter().map(|point| point.compress().to_bytes()).collect();
    lanes.decode(&encodings).into_iter().map(Result::unwrap).collect()
}

/// What the plain library says, with the canonical form demanded.
fn plain_decode(bytes: &[u8; 32]) -> Result<EdwardsPoint, DecodeError> {
    let mut number = *bytes;
    number[31] &= 0x7f;
    let p: [u8; 32] = std::array::from_fn(|index| match index {
        0 => 0xed,
        31 => 0x7f,
        _ => 0xff,
    });
    if number.iter().rev().ge(p.iter().rev()) {
        return Err(DecodeError::NotCanonical);
    }
    let point = CompressedEdwardsY(*bytes).decompress().ok_or(DecodeError::NotOnCurve)?;
    // Only the spelling that the library itself would write.
    if point.compress().to_bytes() == *bytes { Ok(point) } else { Err(DecodeError::NotCanonical) }
}

fn require_same_decoding(encodings: &[[u8; 32]]) {
    for lanes in twins() {
        let found = lanes.decode(encodings);
        assert_eq!(found.len(), encodings.len());
        for (encoding, found) in encodings.iter().zip(found) {
            let expected = plain_decode(encoding);
            assert_eq!(found.map(|_| ()), expected.map(|_| ()), "{encoding:02x?} {lanes:?}");
            if let Ok(point) = found {
                assert_eq!(lanes.encode(&[point]), [*encoding], "{lanes:?}");
            }
        }
    }
}

/// 32 bytes of `value + offset` for a little-endian value.
fn offset(value: [u8; 32], offset: i32) -> [u8; 32] {
    let mut carry = offset;
    value.map(|byte| {
        let sum = i32::from(byte) + carry;
        carry = sum.div_euclid(256);
        sum.rem_euclid(256) as u8
    })
}

fn extreme_encodings() -> Vec<[u8; 32]> {
    let mut p = [0xff; 32];
    (p[0], p[31]) = (0xed, 0x7f);
    let mut encodings: Vec<[u8; 32]> = Vec::new();
    for delta in -40..=18 {
        encodings.push(offset(p, delta));
    }
    encodings.extend((0..40).map(|delta| offset([0; 32], delta)));
    encodings.extend(EIGHT_TORSION.map(|point| point.compress().to_bytes()));
    let negative: Vec<_> = encodings
        .iter()
        .map(|encoding| {
            let mut negative = *encoding;
            negative[31] ^= 0x80;
            negative
        })
        .collect();
    encodings.extend(negative);
    encodings
}

#[test]
fn extreme_encodings_are_decoded_alike() {
    let encodings = extreme_encodings();
    require_same_decoding(&encodings);
    let kinds: Vec<_> = encodings.iter().map(plain_decode).collect();
    assert!(kinds.iter().any(|kind| kind.is_ok()));
    assert!(kinds.contains(&Err(DecodeError::NotOnCurve)));
    assert!(kinds.contains(&Err(DecodeError::NotCanonical)));
}

/// 0, 1, 2, q - 1, q, 2^252, 2^255 - 1 and numbers whose digits all carry.
fn extreme_scalars() -> Vec<[u8; 32]> {
    let last = (-Scalar::ONE).to_bytes();
    let mut power = [0; 32];
    power[31] = 0x10;
    let mut largest = [0xff; 32];
    largest[31] = 0x7f;
    let mut carries = [0x88; 32];
    carries[31] = 0x08;
    let mut edges = [0x80; 32];
    edges[31] = 0;
    let small = (0..3).map(|number| offset([0; 32], number));
    small.chain([last, offset(last, 1), power, largest, carries, edges]).collect()
}

/// `scalar · point` by doubling and adding, for numbers that need not be below q.
fn multiple(scalar: &[u8; 32], point: &EdwardsPoint) -> EdwardsPoint {
    let bits = (0..256).rev().map(|bit| scalar[bit / 8] >> (bit % 8) & 1 == 1);
    bits.fold(EdwardsPoint::identity(), |sum, bit| {
        let double = sum + sum;
        if bit { double + point } else { double }
    })
}

/// What the requests answer, by the plain library.
fn require_products(inputs: &[(EdwardsPoint, [Term; 2], bool)]) {
    for lanes in twins() {
        let points: Vec<_> = inputs.iter().map(|input| input.0).collect();
        let requests: Vec<_> = decoded(lanes, &points)
            .into_iter()
            .zip(inputs)
            .map(|(point, (_, terms, check_order))| Request {
                point,
                check_order: *check_order,
                terms: *terms,
            })
            .collect();
        let answers = lanes.products(bases(), &requests);
        assert_eq!(answers.len(), inputs.len());
        for (answer, (point, terms, check_order)) in answers.iter().zip(inputs) {
            let order = check_order.then_some(point.is_torsion_free());
            assert_eq!(answer.of_prime_order, order, "{lanes:?}");
            let found = lanes.encode(&answer.points);
            for (term, found) in terms.iter().zip(found) {
                let expected = multiple(&term.fixed[0], &ED25519_BASEPOINT_POINT)
                    + multiple(&term.fixed[1], &key())
                    + multiple(&term.point, point);
                assert_eq!(found, expected.compress().to_bytes(), "{lanes:?} {term:02x?}");
            }
        }
    }
}

#[test]
fn extreme_scalars_and_points_of_every_order() {
    let scalars = extreme_scalars();
    let mut inputs = Vec::new();
    let base = ED25519_BASEPOINT_POINT;
    let points =
        EIGHT_TORSION.iter().flat_map(|torsion| [*torsion, base + torsion, key() - torsion]);
    for (index, point) in points.chain([-base, key() + base]).enumerate() {
        for (place, scalar) in scalars.iter().enumerate() {
            let at = |step: usize| scalars[(index * step + place) % scalars.len()];
            let terms = [
                Term { fixed: [at(1), [0; 32]], point: *scalar },
                Term { fixed: [at(2), at(3)], point: at(5) },
            ];
            inputs.push((point, terms, (index + place) % 3 != 0));
        }
    }
    require_products(&inputs);
}

#[test]
fn lists_of_every_length() {
    for count in 0..20u64 {
        let points: Vec<_> =
            (0..count).map(|n| ED25519_BASEPOINT_POINT * Scalar::from(n * n)).collect();
        let input = |point: &EdwardsPoint| {
            let term = Term { point: Scalar::from(count + 7).to_bytes(), ..Term::default() };
            (*point, [term, Term::default()], true)
        };
        require_products(&points.iter().map(input).collect::<Vec<_>>());
        for lanes in twins() {
            let lanes_points = decoded(lanes, &points);
            let encodings: Vec<_> = points.iter().map(|p| p.compress().to_bytes()).collect();
            assert_eq!(lanes.encode(&lanes_points), encodings);
            let mut sums = lanes_points.clone();
            lanes.add_each(&mut sums, &lanes_points);
            lanes.add_each(&mut sums, &lanes_points);
            let tripled: Vec<_> =
                points.iter().map(|p| (p + p + p).compress().to_bytes()).collect();
            assert_eq!(lanes.encode(&sums), tripled);
        }
    }
}

#[test]
fn sums_of_points_of_every_order() {
    for lanes in twins() {
        for left in &EIGHT_TORSION {
            let right: Vec<_> =
                EIGHT_TORSION.iter().flat_map(|t| [*t, key() + t, -key() + t]).collect();
            let left = key() + left;
            let mut sums = decoded(lanes, &vec![left; right.len()]);
            lanes.add_each(&mut sums, &decoded(lanes, &right));
            let expected: Vec<_> =
                right.iter().map(|right| (left + right).compress().to_bytes()).collect();
            assert_eq!(lanes.encode(&sums), expected);
            assert_eq!(right.iter().filter(|right| (left + **right).is_identity()).count(), 1);
        }
    }
}

#[test]
fn negated_points_take_away() {
    let points: Vec<_> = EIGHT_TORSION.iter().flat_map(|t| [*t, key() + t]).collect();
    for lanes in twins() {
        let decoded = decoded(lanes, &points);
        // Also of points that are sums and so have another Z.
        let mut sums = decoded.clone();
        lanes.add_each(&mut sums, &decoded);
        for point in decoded.iter().chain(&sums) {
            let mut none = [point.negated()];
            assert_eq!(none[0].negated(), *point);
            lanes.add_each(&mut none, &[*point]);
            assert_eq!(none, [Point::NEUTRAL]);
        }
        let negative: Vec<_> = points.iter().map(|p| (-p).compress().to_bytes()).collect();
        let negated: Vec<_> = decoded.iter().map(Point::negated).collect();
        assert_eq!(lanes.encode(&negated), negative);
    }
}

#[test]
fn constants_are_the_points_they_are_called() {
    let encoded = Lanes::portable().encode(&[Point::NEUTRAL, Point::GENERATOR]);
    assert_eq!(encoded[0], EdwardsPoint::identity().compress().to_bytes());
    assert_eq!(encoded[1], ED25519_BASEPOINT_POINT.compress().to_bytes());
}

fn any_scalar() -> impl Strategy<Value = [u8; 32]> {
    let random = any::<[u8; 32]>().prop_map(|mut bytes| {
        bytes[31] &= 0x7f;
        bytes
    });
    prop_oneof![
        4 => random,
        1 => proptest::sample::select(extreme_scalars()),
        // Few bits, or nearly all of them.
        1 => (0u32..255).prop_map(|bit| {
            let mut bytes = [0; 32];
            bytes[bit as usize / 8] = 1 << (bit % 8);
            bytes
        }),
    ]
}

fn any_point() -> impl Strategy<Value = EdwardsPoint> {
    (any::<[u8; 32]>(), 0usize..8).prop_map(|(bytes, torsion)| {
        let point = ED25519_BASEPOINT_POINT * Scalar::from_bytes_mod_order(bytes);
        if bytes[0] & 1 == 0 { point } else { point + EIGHT_TORSION[torsion] }
    })
}

fn any_term() -> impl Strategy<Value = Term> {
    (any_scalar(), any_scalar(), any_scalar())
        .prop_map(|(one, two, point)| Term { fixed: [one, two], point })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn products_are_those_of_the_library(
        inputs in prop::collection::vec((any_point(), [any_term(), any_term()], any::<bool>()), 1..12)
    ) {
        require_products(&inputs);
    }

    #[test]
    fn encodings_are_decoded_as_by_the_library(
        encodings in prop::collection::vec(any::<[u8; 32]>(), 1..60)
    ) {
        require_same_decoding(&encodings);
    }
}
