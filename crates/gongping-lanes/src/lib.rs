//! Public computations on Edwards25519, several of the same kind side by side.
//!
//! Verifying a ballot means the same few computations on many points: decoding them, checking
//! their order, and products that must be computed exactly because they are hashed. This crate does
//! eight at a time in AVX-512 registers where the processor has the IFMA instructions, and one at a
//! time elsewhere: [`Lanes::best`] finds out. Both are the same formulas over another kind of
//! number, and tests compare both with `curve25519-dalek`.
//!
//! **Only for public data.** Everything here takes a time that depends on the numbers. Secret
//! scalars (sealing, opening, keys) stay with `curve25519-dalek`.
//!
//! # Unsafe code
//!
//! This is the one crate of the workspace that may use `unsafe`: for reading and writing whole
//! registers through references of their size, and for calling functions that use instructions
//! after asking the processor for them. Nothing else.
//!
//! The portable twin has none. To run it under Miri, which knows no IFMA:
//! `cargo +nightly miri test -p gongping-lanes --lib`.

mod digits;
mod fixed;
mod formulas;
mod limbs;
mod portable;
mod row;
#[cfg(target_arch = "x86_64")]
mod vector;

pub use fixed::FixedBase;

use limbs::Limbs;
use row::Row;

/// A point of the curve, in a form that only this crate reads.
#[derive(Clone, Copy)]
pub struct Point(Row);

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let encoding = Lanes::portable().encode(std::slice::from_ref(self));
        write!(f, "Point({:02x?})", encoding[0])
    }
}

/// Equal if they are the same point.
impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        let affine = Lanes::portable().affine(&[*self, *other]);
        affine[0] == affine[1]
    }
}

impl Eq for Point {}

impl Point {
    /// The neutral element.
    pub const NEUTRAL: Self = {
        let mut row = [0; 24];
        row[5] = 1;
        row[10] = 1;
        Self(Row(row))
    };

    /// The generator: y = 4/5, x even (RFC 8032, section 5.1).
    pub const GENERATOR: Self = Self(Row([
        0x62d608f25d51a,
        0x412a4b4f6592a,
        0x75b7171a4b31d,
        0x1ff60527118fe,
        0x216936d3cd6e5,
        0x6666666666658,
        0x4cccccccccccc,
        0x1999999999999,
        0x3333333333333,
        0x6666666666666,
        1,
        0,
        0,
        0,
        0,
        0x68ab3a5b7dda3,
        0x0eea2a5eadbb,
        0x2af8df483c27e,
        0x332b375274732,
        0x67875f0fd78b7,
        0,
        0,
        0,
        0,
    ]));

    /// The point that gives the neutral element when added to this one.
    #[must_use]
    pub fn negated(&self) -> Self {
        let [x, y, z, t] = self.0.numbers();
        Self(Row::new(&[limbs::negate(&x), y, z, limbs::negate(&t)]))
    }
}

/// Why 32 bytes are not a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// Another spelling than the one that the point has: y is not below p, or x = 0 has a sign.
    NotCanonical,
    /// No point of the curve has this y.
    NotOnCurve,
}

/// The scalars of one sum `fixed[0]·B0 + fixed[1]·B1 + point·P`: 32 bytes, least first, below 2^255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term {
    /// What the two fixed points are multiplied with.
    pub fixed: [[u8; 32]; 2],
    /// What the point of the request is multiplied with.
    pub point: [u8; 32],
}

/// What to compute with one point.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// The point P.
    pub point: Point,
    /// Whether to find out if q P is the neutral element.
    pub check_order: bool,
    /// Two sums; they share the doublings of P. One with all scalars zero costs little if it is so
    /// for the whole vector.
    pub terms: [Term; 2],
}

/// The answer to a [`Request`].
#[derive(Debug, Clone, Copy)]
pub struct Products {
    /// Whether q P is the neutral element, if asked: then P lies in the group of prime order.
    pub of_prime_order: Option<bool>,
    /// The two sums.
    pub points: [Point; 2],
}

/// Which arithmetic computes. All give the same answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Portable,
    /// Exists only where [`vector::available`] has said yes.
    #[cfg(target_arch = "x86_64")]
    Vector,
}

/// Calls the function of this name in the chosen module.
macro_rules! dispatch {
    ($lanes:expr, $function:ident($($argument:expr),*)) => {
        match $lanes.0 {
            Kind::Portable => portable::$function($($argument),*),
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "the instructions were asked for")]
            Kind::Vector => {
                // SAFETY: the processor has the instructions: `Lanes::vector` alone makes this
                // value, after asking for each of them.
                unsafe { vector::$function($($argument),*) }
            }
        }
    };
}

impl Lanes {
    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::vector().unwrap_or(Self::portable())
    }

    /// One at a time, on any processor.
    pub fn portable() -> Self {
        Self(Kind::Portable)
    }

    /// Eight at a time, if the processor has AVX-512 with IFMA.
    pub fn vector() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if vector::available() {
            return Some(Self(Kind::Vector));
        }
        None
    }

    /// How many computations run side by side: lists of a multiple of it waste nothing.
    pub fn width(self) -> usize {
        match self.0 {
            Kind::Portable => portable::LANES,
            #[cfg(target_arch = "x86_64")]
            Kind::Vector => vector::LANES,
        }
    }

    /// Reads points: 32 bytes with y, least byte first, and the sign of x in the highest bit. Only
    /// the one canonical spelling is taken; says nothing about the order.
    pub fn decode(self, encodings: &[[u8; 32]]) -> Vec<Result<Point, DecodeError>> {
        let mut results = Vec::with_capacity(encodings.len());
        dispatch!(self, decode(encodings, &mut results));
        results
    }

    /// The canonical 32 bytes of points, with one inversion for all.
    pub fn encode(self, points: &[Point]) -> Vec<[u8; 32]> {
        let affine = self.affine(points);
        let encode = |[x, y]: &[Limbs; 2]| {
            let mut bytes = limbs::to_bytes(y);
            bytes[31] |= (x[0] as u8 & 1) << 7;
            bytes
        };
        affine.iter().map(encode).collect()
    }

    pub(crate) fn affine(self, points: &[Point]) -> Vec<[Limbs; 2]> {
        dispatch!(self, affine(points))
    }

    /// Adds to each sum the point in the same place. Panics if there are more of one than of the
    /// other.
    pub fn add_each(self, sums: &mut [Point], points: &[Point]) {
        assert_eq!(sums.len(), points.len(), "one point for each sum");
        dispatch!(self, add_each(sums, points));
    }

    /// Answers requests in order. `bases` are the fixed points B0 and B1. Panics if a scalar has
    /// 256 bits.
    pub fn products(self, bases: [&FixedBase; 2], requests: &[Request]) -> Vec<Products> {
        let mut answers = Vec::with_capacity(requests.len());
        dispatch!(self, products(bases, requests, &mut answers));
        answers
    }
}

/// Finds x with the sign that the encoding demands, given a root of ±u/v and one times √-1, and
/// v r² - u and v r² + u for the first. The x is canonical.
fn choose_root(
    encoding: &[u8; 32],
    roots: [&Limbs; 2],
    differences: [&Limbs; 2],
) -> Result<Limbs, DecodeError> {
    if !is_below_p(encoding) {
        return Err(DecodeError::NotCanonical);
    }
    let is_zero = |limbs| limbs::canonical(limbs) == limbs::ZERO;
    let root = if is_zero(differences[0]) {
        roots[0]
    } else if is_zero(differences[1]) {
        roots[1]
    } else {
        return Err(DecodeError::NotOnCurve);
    };
    let x = limbs::canonical(root);
    let negative = encoding[31] >> 7 == 1;
    if x == limbs::ZERO {
        return if negative { Err(DecodeError::NotCanonical) } else { Ok(x) };
    }
    if (x[0] & 1 == 1) == negative { Ok(x) } else { Ok(limbs::negate(&x)) }
}

/// Whether the low 255 bits are below p.
fn is_below_p(encoding: &[u8; 32]) -> bool {
    let y = limbs::from_bytes(encoding);
    limbs::canonical(&y) == y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "the table takes Miri half an hour")]
    fn products_agree_with_sums() {
        let lanes = Lanes::portable();
        let base = FixedBase::new(lanes, &Point::GENERATOR);
        let order = digits::ORDER;
        let mut last = order;
        last[0] -= 1;
        let scalar = |low: u8| {
            let mut scalar = [0; 32];
            scalar[0] = low;
            scalar
        };
        let term = |fixed, point| Term { fixed: [fixed, [0; 32]], point };
        let request = |terms| Request { point: Point::GENERATOR, check_order: true, terms };
        let requests = [
            request([term(scalar(0), scalar(3)), term(scalar(3), scalar(0))]),
            request([term(scalar(1), last), term(last, scalar(4))]),
            request([term(order, order), Term::default()]),
        ];
        let answers = lanes.products([&base; 2], &requests);
        let mut three = [Point::GENERATOR];
        lanes.add_each(&mut three, &[Point::GENERATOR]);
        lanes.add_each(&mut three, &[Point::GENERATOR]);
        let expected =
            [three[0], three[0], Point::NEUTRAL, three[0], Point::NEUTRAL, Point::NEUTRAL];
        assert_eq!(answers.iter().flat_map(|answer| answer.points).collect::<Vec<_>>(), expected);
        assert!(answers.iter().all(|answer| answer.of_prime_order == Some(true)));
    }

    #[test]
    fn points_round_trip() {
        let lanes = Lanes::portable();
        let points = [Point::NEUTRAL, Point::GENERATOR];
        let decoded = lanes.decode(&lanes.encode(&points));
        assert_eq!(decoded, points.map(Ok));
        // (0, -1) has order 2.
        let mut minus_one = [0xff; 32];
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let point = lanes.decode(&[minus_one])[0].expect("a point of the curve");
        assert_ne!(point, Point::NEUTRAL);
        let mut double = [point];
        lanes.add_each(&mut double, &[point]);
        assert_eq!(double, [Point::NEUTRAL]);
        minus_one[31] = 0xff;
        assert_eq!(lanes.decode(&[minus_one]), [Err(DecodeError::NotCanonical)]);
        assert_eq!(lanes.decode(&[[2; 32]]), [Err(DecodeError::NotOnCurve)]);
    }
}
