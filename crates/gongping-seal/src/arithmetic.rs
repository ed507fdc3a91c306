//! The computations with points that checking ballots needs, in two ways that give the same
//! answers: plainly, and for many points side by side. Everything here is public.

use crate::ballot::Pair;
use crate::election::Election;
use crate::group::{self, Element, ElementError};
use crate::proof::{self, Proof};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use gongping_lanes::{DecodeError, FixedBase, Lanes, Point, Products, Request, Term};
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// Who computes with points when ballots are checked. The answers are the same; tests and
/// measurements compare them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arithmetic(Option<Lanes>);

impl Arithmetic {
    /// The fastest on this processor: what everything uses unless it says otherwise. Without the
    /// vectors of `gongping-lanes`, that is the library where it has vector code of its own (AVX2).
    pub fn best() -> Self {
        Self::vector().unwrap_or_else(|| {
            if cfg!(target_arch = "x86_64") { Self::plain() } else { Self::portable() }
        })
    }

    /// `curve25519-dalek`, one point after the other.
    pub fn plain() -> Self {
        Self(None)
    }

    /// The formulas of `gongping-lanes` in plain integers.
    pub fn portable() -> Self {
        Self(Some(Lanes::portable()))
    }

    /// The same formulas, eight at a time, if the processor can.
    pub fn vector() -> Option<Self> {
        Lanes::vector().map(|lanes| Self(Some(lanes)))
    }

    /// Computes what the plans ask for, all together.
    pub(crate) fn compute(self, election: &Election, plans: &[Plan]) -> Vec<Outcome> {
        match self.0 {
            None => plans.iter().map(|plan| compute_plainly(election, plan)).collect(),
            Some(lanes) => compute_in_lanes(lanes, election, plans),
        }
    }
}

/// One branch of a disjunction: that a ciphertext hides a number.
pub(crate) struct Branch {
    /// Index of the ciphertext: those of the ballot first, then the sums.
    pub(crate) ciphertext: usize,
    pub(crate) number: u32,
    pub(crate) proof: Proof,
}

/// What has to be computed for one ballot.
pub(crate) struct Plan {
    /// All ciphertexts in order.
    pub(crate) ciphertexts: Box<[Pair]>,
    /// Which of them are added up, for each answer.
    pub(crate) sums: Vec<Range<usize>>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) key: Element,
    pub(crate) signature: Proof,
}

/// What was computed for one ballot.
pub(crate) struct Computed {
    pub(crate) sums: Vec<Pair>,
    /// For each branch `A = g^response · α^challenge` and
    /// `B = y^response · (β / g^number)^challenge`.
    pub(crate) commitments: Vec<[Element; 2]>,
    /// `g^response · key^challenge`.
    pub(crate) signature: Element,
}

/// Why nothing was computed.
pub(crate) enum Invalid {
    /// The ciphertext with this index holds something that is not an element.
    Ciphertext(usize, ElementError),
    /// The key of the signature is not a point.
    Key,
}

pub(crate) type Outcome = Result<Computed, Invalid>;

fn compute_plainly(election: &Election, plan: &Plan) -> Outcome {
    let decode = |(index, (alpha, beta)): (usize, &Pair)| {
        let at = |error| Invalid::Ciphertext(index, error);
        Ok((alpha.decode().map_err(at)?, beta.decode().map_err(at)?))
    };
    let mut points: Vec<(EdwardsPoint, EdwardsPoint)> =
        plan.ciphertexts.iter().enumerate().map(decode).collect::<Result<_, _>>()?;
    // Elements of the public list were checked when the list was read.
    let key = plan.key.decode_unchecked_order().map_err(|_| Invalid::Key)?;
    for range in &plan.sums {
        let zero = (group::neutral(), group::neutral());
        let sum = points[range.clone()].iter().fold(zero, |sum, p| (sum.0 + p.0, sum.1 + p.1));
        points.push(sum);
    }
    let mut results = Vec::with_capacity(2 * (plan.sums.len() + plan.branches.len()) + 1);
    results.extend(points[plan.ciphertexts.len()..].iter().flat_map(|sum| [sum.0, sum.1]));
    for branch in &plan.branches {
        let ciphertext = &points[branch.ciphertext];
        results.extend(proof::recompute(election, ciphertext, branch.number, &branch.proof));
    }
    let Proof { challenge, response } = &plan.signature;
    results.push(EdwardsPoint::vartime_double_scalar_mul_basepoint(challenge, &key, response));
    Ok(Computed::new(plan, Element::encode_all(&results).into_iter()))
}

impl Computed {
    /// From the sums, the commitments and the signature, in this order.
    fn new(plan: &Plan, mut elements: impl Iterator<Item = Element>) -> Self {
        let mut pair = || elements.by_ref().next().zip(elements.by_ref().next());
        let mut pairs = |count| (0..count).filter_map(|_| pair()).collect::<Vec<Pair>>();
        let sums = pairs(plan.sums.len());
        let commitments = pairs(plan.branches.len()).into_iter().map(|(a, b)| [a, b]).collect();
        let signature = elements.next().expect("one element for each point");
        Self { sums, commitments, signature }
    }
}

/// The points of one ballot, decoded.
struct Decoded {
    /// Ciphertexts, then sums, as alpha and beta.
    points: Vec<[Point; 2]>,
    key: Point,
    /// The first thing that is no point.
    invalid: Option<(usize, ElementError)>,
    key_is_invalid: bool,
}

fn compute_in_lanes(lanes: Lanes, election: &Election, plans: &[Plan]) -> Vec<Outcome> {
    let mut decoded = decode_in_lanes(lanes, plans);
    add_up_in_lanes(lanes, plans, &mut decoded);
    let work = Work::new(plans, &decoded);
    let key = election.fixed_base();
    let answers = lanes.products([generator_base(), &key], &work.requests);
    let mut results: Vec<Vec<Point>> = Vec::with_capacity(plans.len());
    for (plan, decoded) in plans.iter().zip(&decoded) {
        let mut points = vec![Point::NEUTRAL; 2 * (plan.sums.len() + plan.branches.len()) + 1];
        let sums = decoded.points[plan.ciphertexts.len()..].as_flattened();
        points[..sums.len()].copy_from_slice(sums);
        results.push(points);
    }
    for (answer, purpose) in answers.iter().zip(&work.purposes) {
        purpose.note(answer, &mut results[purpose.ballot], &mut decoded[purpose.ballot]);
    }
    let mut elements = lanes.encode(&results.concat()).into_iter().map(Element::from_bytes);
    let outcome = |(plan, decoded): (&Plan, &Decoded)| {
        let computed = Computed::new(plan, elements.by_ref());
        match decoded.invalid {
            Some((index, error)) => Err(Invalid::Ciphertext(index / 2, error)),
            None if decoded.key_is_invalid => Err(Invalid::Key),
            None => Ok(computed),
        }
    };
    plans.iter().zip(&decoded).map(outcome).collect()
}

/// Decodes all points of all ballots. In the place of what is no point stands the neutral element.
fn decode_in_lanes(lanes: Lanes, plans: &[Plan]) -> Vec<Decoded> {
    let encodings: Vec<[u8; 32]> = plans
        .iter()
        .flat_map(|plan| {
            let pairs = plan.ciphertexts.iter().flat_map(|(alpha, beta)| [alpha, beta]);
            pairs.chain([&plan.key]).map(|element| *element.as_bytes())
        })
        .collect();
    let mut points = lanes.decode(&encodings).into_iter();
    let decode = |plan: &Plan| {
        let mut invalid = None;
        let mut take = |index| match points.next() {
            Some(Ok(point)) => point,
            other => {
                let error =
                    other.and_then(Result::err).map_or(ElementError::NotOnCurve, from_lanes);
                invalid.get_or_insert((index, error));
                Point::NEUTRAL
            }
        };
        let count = plan.ciphertexts.len();
        let mut pairs = Vec::with_capacity(count + plan.sums.len());
        pairs.extend((0..count).map(|index| [take(2 * index), take(2 * index + 1)]));
        let key = take(2 * count);
        let key_is_invalid = invalid.is_some_and(|(index, _)| index == 2 * count);
        invalid = invalid.filter(|(index, _)| *index < 2 * count);
        Decoded { points: pairs, key, invalid, key_is_invalid }
    };
    plans.iter().map(decode).collect()
}

fn from_lanes(error: DecodeError) -> ElementError {
    match error {
        DecodeError::NotCanonical => ElementError::NotCanonical,
        DecodeError::NotOnCurve => ElementError::NotOnCurve,
    }
}

/// Appends the sums: the first ciphertexts of all answers together, then the second ones, and so on.
fn add_up_in_lanes(lanes: Lanes, plans: &[Plan], decoded: &mut [Decoded]) {
    let ranges = || {
        plans
            .iter()
            .enumerate()
            .flat_map(|(ballot, plan)| plan.sums.iter().map(move |range| (ballot, range.clone())))
    };
    let mut sums = vec![[Point::NEUTRAL; 2]; ranges().count()];
    for place in 0..ranges().map(|(_, range)| range.len()).max().unwrap_or(0) {
        let next: Vec<[Point; 2]> = ranges()
            .map(|(ballot, mut range)| {
                range.nth(place).map_or([Point::NEUTRAL; 2], |index| decoded[ballot].points[index])
            })
            .collect();
        if place == 0 {
            sums = next;
        } else {
            lanes.add_each(sums.as_flattened_mut(), next.as_flattened());
        }
    }
    for ((ballot, _), sum) in ranges().zip(sums) {
        decoded[ballot].points.push(sum);
    }
}

/// Where the answer to a request belongs.
struct Purpose {
    ballot: usize,
    /// The element whose order is asked for: twice the index of the ciphertext, and 1 for beta.
    element: Option<usize>,
    /// Places among the results of the ballot.
    places: [Option<usize>; 2],
}

impl Purpose {
    fn note(&self, answer: &Products, results: &mut [Point], decoded: &mut Decoded) {
        for (place, point) in self.places.iter().zip(answer.points) {
            if let Some(place) = place {
                results[*place] = point;
            }
        }
        let Some(element) = self.element else { return };
        let is_first = decoded.invalid.is_none_or(|(index, _)| element < index);
        if answer.of_prime_order != Some(true) && is_first {
            decoded.invalid = Some((element, ElementError::WrongOrder));
        }
    }
}

/// The requests for a list of ballots, each with its purpose. Those of one kind follow each other,
/// so that what a vector does not need is left out for all its lanes.
#[derive(Default)]
struct Work {
    requests: Vec<Request>,
    purposes: Vec<Purpose>,
}

impl Work {
    fn new(plans: &[Plan], decoded: &[Decoded]) -> Self {
        let mut work = Self::default();
        for half in 0..2 {
            for (ballot, (plan, decoded)) in plans.iter().zip(decoded).enumerate() {
                work.add_branches(ballot, half, plan, decoded);
            }
        }
        for (ballot, (plan, decoded)) in plans.iter().zip(decoded).enumerate() {
            let Proof { challenge, response } = &plan.signature;
            let fixed = [response.to_bytes(), [0; 32]];
            let term = Term { fixed, point: challenge.to_bytes() };
            work.requests.push(Request {
                point: decoded.key,
                check_order: false,
                terms: [term, Term::default()],
            });
            let place = 2 * (plan.sums.len() + plan.branches.len());
            work.purposes.push(Purpose { ballot, element: None, places: [Some(place), None] });
        }
        work
    }

    /// All branches of a ballot, alpha (0) or beta (1), two of the same ciphertext in one request.
    fn add_branches(&mut self, ballot: usize, half: usize, plan: &Plan, decoded: &Decoded) {
        let mut by_ciphertext = vec![Vec::new(); decoded.points.len()];
        for (index, branch) in plan.branches.iter().enumerate() {
            by_ciphertext[branch.ciphertext].push(index);
        }
        for (ciphertext, branches) in by_ciphertext.iter().enumerate() {
            // Sums of elements are elements.
            let mut element =
                (ciphertext < plan.ciphertexts.len()).then_some(2 * ciphertext + half);
            let mut rest = branches.as_slice();
            while !rest.is_empty() || element.is_some() {
                let (now, later) = rest.split_at(rest.len().min(2));
                let mut terms = [Term::default(); 2];
                let mut places = [None; 2];
                for (slot, index) in now.iter().enumerate() {
                    terms[slot] = plan.branches[*index].term(half);
                    places[slot] = Some(2 * (plan.sums.len() + index) + half);
                }
                self.requests.push(Request {
                    point: decoded.points[ciphertext][half],
                    check_order: element.is_some(),
                    terms,
                });
                self.purposes.push(Purpose { ballot, element, places });
                (rest, element) = (later, None);
            }
        }
    }
}

impl Branch {
    /// A or B as multiples of g, y and the ciphertext's half: the number is taken off with g, which
    /// has a table, instead of from β.
    fn term(&self, half: usize) -> Term {
        let Proof { challenge, response } = &self.proof;
        let (point, response) = (challenge.to_bytes(), response.to_bytes());
        if half == 0 {
            return Term { fixed: [response, [0; 32]], point };
        }
        let shift = match self.number {
            0 => Scalar::ZERO,
            1 => -challenge,
            number => -(challenge * Scalar::from(number)),
        };
        Term { fixed: [shift.to_bytes(), response], point }
    }
}

/// The table of g, made once.
fn generator_base() -> &'static FixedBase {
    static BASE: OnceLock<FixedBase> = OnceLock::new();
    BASE.get_or_init(|| FixedBase::new(Lanes::best(), &Point::GENERATOR))
}

/// The table of a public key. All boxes under one key share it while any of them is alive.
pub(crate) fn key_base(key: Element) -> Arc<FixedBase> {
    static BASES: OnceLock<Mutex<HashMap<Element, Weak<FixedBase>>>> = OnceLock::new();
    let mut bases =
        BASES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(base) = bases.get(&key).and_then(Weak::upgrade) {
        return base;
    }
    bases.retain(|_, base| base.strong_count() > 0);
    let lanes = Lanes::best();
    let point = lanes.decode(&[*key.as_bytes()])[0].expect("keys are checked when they are read");
    let base = Arc::new(FixedBase::new(lanes, &point));
    bases.insert(key, Arc::downgrade(&base));
    base
}

/// Elements checked by one thread at a time.
const ELEMENTS_AT_ONCE: usize = 1024;

/// Checks many public keys, as [`Element::decode_public_key`] does one.
pub(crate) fn check_public_keys(elements: &[Element]) -> Vec<Result<(), ElementError>> {
    let lanes = Lanes::best();
    let check = |elements: &[Element]| {
        let encodings: Vec<_> = elements.iter().map(|element| *element.as_bytes()).collect();
        let decoded = lanes.decode(&encodings);
        let request = |point: &Result<Point, DecodeError>| Request {
            point: point.unwrap_or(Point::NEUTRAL),
            check_order: true,
            terms: [Term::default(); 2],
        };
        let requests: Vec<_> = decoded.iter().map(request).collect();
        let answers = lanes.products([generator_base(); 2], &requests);
        let verdict = |((element, point), answer): ((&Element, _), Products)| match point {
            Err(error) => Err(from_lanes(error)),
            Ok(_) if answer.of_prime_order != Some(true) => Err(ElementError::WrongOrder),
            Ok(_) if *element == Element::NEUTRAL => Err(ElementError::Neutral),
            Ok(_) => Ok(()),
        };
        elements.iter().zip(decoded).zip(answers).map(verdict).collect::<Vec<_>>()
    };
    elements.par_chunks(ELEMENTS_AT_ONCE).flat_map_iter(check).collect()
}

/// Ballots decoded together when they are added up.
const BALLOTS_AT_ONCE: usize = 24;

/// Sums of ciphertexts in their places.
pub(crate) struct Sums(Vec<Point>);

impl Sums {
    /// The sums of no ballots, for ballots with so many ciphertexts.
    pub(crate) fn new(count: usize) -> Self {
        Self(vec![Point::NEUTRAL; 2 * count])
    }

    /// Adds ballots, each times a factor. The elements were checked before; if one is no point after
    /// all, the error is the index of its ciphertext.
    pub(crate) fn add(
        &mut self,
        ballots: &[(&[Pair], Scalar)],
    ) -> Result<(), (usize, ElementError)> {
        let lanes = Lanes::best();
        let count = self.0.len();
        let neutral = || vec![Point::NEUTRAL; count];
        let add = |mut sums: Vec<Point>, ballots: &[(&[Pair], Scalar)]| {
            let elements = ballots.iter().flat_map(|(pairs, _)| *pairs);
            let encodings: Vec<[u8; 32]> =
                elements.flat_map(|(alpha, beta)| [*alpha.as_bytes(), *beta.as_bytes()]).collect();
            let decoded = lanes.decode(&encodings);
            for (points, (_, factor)) in decoded.chunks(sums.len()).zip(ballots) {
                let point = |(index, point): (usize, &Result<Point, DecodeError>)| {
                    point.map_err(|error| (index / 2, from_lanes(error)))
                };
                let points = points.iter().enumerate().map(point).collect::<Result<Vec<_>, _>>()?;
                lanes.add_each(&mut sums, &multiplied(lanes, points, factor));
            }
            Ok(sums)
        };
        let join = |mut sums: Vec<Point>, more: Vec<Point>| {
            lanes.add_each(&mut sums, &more);
            Ok(sums)
        };
        let more = ballots.par_chunks(BALLOTS_AT_ONCE).try_fold(neutral, add);
        let more = more.try_reduce(neutral, join)?;
        lanes.add_each(&mut self.0, &more);
        Ok(())
    }

    /// The elements: alpha and beta of each place.
    pub(crate) fn encode(&self) -> Vec<Element> {
        Lanes::best().encode(&self.0).into_iter().map(Element::from_bytes).collect()
    }
}

fn multiplied(lanes: Lanes, points: Vec<Point>, factor: &Scalar) -> Vec<Point> {
    if *factor == Scalar::ONE {
        return points;
    }
    if *factor == -Scalar::ONE {
        return points.iter().map(Point::negated).collect();
    }
    let term = Term { point: factor.to_bytes(), ..Term::default() };
    let request = |point| Request { point, check_order: false, terms: [term, Term::default()] };
    let requests: Vec<Request> = points.into_iter().map(request).collect();
    let answers = lanes.products([generator_base(); 2], &requests);
    answers.into_iter().map(|answer| answer.points[0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_plain_library() {
        let point = |n: u64| group::generator() * Scalar::from(n * n + 5);
        let pairs = |ballot: u64| -> Vec<Pair> {
            let point = |n| Element::encode(&point(ballot * 100 + n));
            (0..3).map(|n| (point(2 * n), point(2 * n + 1))).collect()
        };
        let ballots: Vec<_> = (0..60).map(pairs).collect();
        let factor = |n: u64| match n % 4 {
            0 => Scalar::from(n * 1_000_003),
            1 => -Scalar::ONE,
            _ => Scalar::ONE,
        };
        let weighted: Vec<_> =
            (0..).zip(&ballots).map(|(n, pairs)| (pairs.as_slice(), factor(n))).collect();
        let mut sums = Sums::new(3);
        sums.add(&weighted[..1]).unwrap();
        sums.add(&weighted[1..]).unwrap();
        let sum = |place: u64| (0..60).map(|n| point(n * 100 + place) * factor(n)).sum();
        let expected: Vec<_> = (0..6).map(|place| Element::encode(&sum(place))).collect();
        assert_eq!(sums.encode(), expected);
    }

    #[test]
    fn what_is_no_point_is_named() {
        let mut pairs = vec![(Element::NEUTRAL, Element::NEUTRAL); 3];
        pairs[2].1 = Element::from_bytes([2; 32]);
        let found = Sums::new(3).add(&[(&pairs, Scalar::ONE)]);
        assert_eq!(found, Err((2, ElementError::NotOnCurve)));
    }

    #[test]
    fn public_keys_are_judged_as_one_by_one() {
        use curve25519_dalek::constants::EIGHT_TORSION;
        let mut elements: Vec<Element> = EIGHT_TORSION.iter().map(Element::encode).collect();
        elements
            .extend((0..20u64).map(|n| Element::encode(&(group::generator() * Scalar::from(n)))));
        elements.extend((0..20u8).map(|n| Element::from_bytes([n; 32])));
        elements.extend((0..20u8).map(|n| Element::from_bytes([0xff - n; 32])));
        let plain: Vec<_> =
            elements.iter().map(|element| element.decode_public_key().map(|_| ())).collect();
        assert_eq!(check_public_keys(&elements), plain);
        assert!(plain.contains(&Ok(())) && plain.contains(&Err(ElementError::Neutral)));
    }
}
