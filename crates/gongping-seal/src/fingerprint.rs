//! A set of group elements that takes seven bytes for each: it says "new" without doubt, and
//! "perhaps known", which must then be looked up.

use crate::group::Element;
use std::hash::{BuildHasher, RandomState};

const BUCKETS: usize = 1 << 16;
const PER_CHUNK: usize = 10;
const CHUNKS_PER_PAGE: usize = 1 << 12;

/// Ten fingerprints of one bucket, and where the ten before them are; 64 bytes.
#[derive(Clone, Copy)]
struct Chunk {
    prints: [[u8; 6]; PER_CHUNK],
    before: u32,
}

/// Keyed fingerprints of 64 bits: 16 say in which bucket, 48 are kept. The key is drawn anew for
/// each set, so that nobody can prepare elements that share a fingerprint.
pub(crate) struct Fingerprints {
    key: RandomState,
    /// Number of fingerprints in each bucket, and its last chunk.
    buckets: Vec<(u32, u32)>,
    /// Pages, so that growing moves nothing.
    pages: Vec<Vec<Chunk>>,
    chunks: u32,
    /// Bits that count; all, but in tests of what happens when fingerprints are alike.
    mask: u64,
}

impl Fingerprints {
    pub(crate) fn new() -> Self {
        Self {
            key: RandomState::new(),
            buckets: vec![(0, 0); BUCKETS],
            pages: Vec::new(),
            chunks: 0,
            mask: u64::MAX,
        }
    }

    /// A set in which only so many bits of a fingerprint count.
    #[cfg(test)]
    pub(crate) fn with_bits(bits: u32) -> Self {
        Self { mask: (1 << bits) - 1, ..Self::new() }
    }

    /// Puts an element in. `false` says that it, or another with the same fingerprint, is there.
    pub(crate) fn insert(&mut self, element: &Element) -> bool {
        let print = self.key.hash_one(element.as_bytes()) & self.mask;
        let bytes = print.to_be_bytes();
        let bucket = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        let kept = [bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]];
        let (count, last) = self.buckets[bucket];
        let (mut left, mut at) = (count as usize, last);
        while left > 0 {
            let chunk = self.chunk(at);
            let here = (left - 1) % PER_CHUNK + 1;
            if chunk.prints[..here].contains(&kept) {
                return false;
            }
            left -= here;
            at = chunk.before;
        }
        let place = count as usize % PER_CHUNK;
        let at = if place == 0 { self.add_chunk(last) } else { last };
        self.pages[at as usize / CHUNKS_PER_PAGE][at as usize % CHUNKS_PER_PAGE].prints[place] =
            kept;
        self.buckets[bucket] = (count + 1, at);
        true
    }

    fn chunk(&self, at: u32) -> &Chunk {
        &self.pages[at as usize / CHUNKS_PER_PAGE][at as usize % CHUNKS_PER_PAGE]
    }

    fn add_chunk(&mut self, before: u32) -> u32 {
        if (self.chunks as usize).is_multiple_of(CHUNKS_PER_PAGE) {
            self.pages.push(Vec::with_capacity(CHUNKS_PER_PAGE));
        }
        let page = self.chunks as usize / CHUNKS_PER_PAGE;
        self.pages[page].push(Chunk { prints: [[0; 6]; PER_CHUNK], before });
        self.chunks += 1;
        self.chunks - 1
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
mod tests {
    use super::*;
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    fn element(number: u32) -> Element {
        Element::encode(&EdwardsPoint::mul_base(&Scalar::from(number)))
    }

    #[test]
    fn each_element_is_new_once() {
        let elements: Vec<_> = (0..5_000).map(element).collect();
        let mut set = Fingerprints::new();
        assert!(elements.iter().all(|element| set.insert(element)));
        assert!(elements.iter().all(|element| !set.insert(element)));
    }

    #[test]
    fn ciphertexts_of_a_hundred_thousand_ballots_take_seven_bytes_each() {
        // A ballot of 8 × 4; the elements need not be points.
        const COUNT: usize = 100_000 * 32;
        let mut set = Fingerprints::new();
        let mut alike = 0;
        for number in 0..COUNT {
            let text = format!("{number:064x}");
            alike += usize::from(!set.insert(&Element::from_hex(&text).unwrap()));
        }
        let chunks = set.pages.iter().map(Vec::capacity).sum::<usize>();
        let bytes = chunks * size_of::<Chunk>() + set.buckets.len() * size_of::<(u32, u32)>();
        assert!(bytes <= 25 << 20, "{bytes} bytes, {alike} alike");
        assert!(alike < 3, "{alike}");
    }

    #[test]
    fn full_buckets_lose_nothing() {
        // Twelve bits: every fingerprint falls into bucket 0, whose chunks are chained.
        let elements: Vec<_> = (0..3_000).map(element).collect();
        let mut set = Fingerprints::with_bits(12);
        let new = elements.iter().filter(|element| set.insert(element)).count();
        assert!((1_000..3_000).contains(&new), "{new}");
        assert!(elements.iter().all(|element| !set.insert(element)));
    }
}
