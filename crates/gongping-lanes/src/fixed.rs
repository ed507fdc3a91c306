//! A table for products with a point that is used again and again.

use crate::limbs::Limbs;
use crate::row::AffineRow;
use crate::{Lanes, Point};

/// Windows of eight bits in a scalar.
const WINDOWS: usize = 32;
/// Entries of a window: the multiples from 0 to 128.
const ENTRIES: usize = 129;

/// The multiples k · 2^(8 i) · B for k up to 128 and i below 32: products with B need 32 additions
/// and no doubling. Takes 516 KiB.
pub struct FixedBase(Box<[AffineRow]>);

impl std::fmt::Debug for FixedBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FixedBase").finish_non_exhaustive()
    }
}

impl FixedBase {
    /// The table for a point.
    pub fn new(lanes: Lanes, base: &Point) -> Self {
        let mut bases = Vec::with_capacity(WINDOWS);
        let mut base = [*base];
        for _ in 0..WINDOWS {
            bases.push(base[0]);
            for _ in 0..8 {
                let same = base;
                lanes.add_each(&mut base, &same);
            }
        }
        // By multiple, then by window.
        let mut multiples = Vec::with_capacity(WINDOWS * ENTRIES);
        let mut multiple = vec![Point::NEUTRAL; WINDOWS];
        for _ in 0..ENTRIES {
            multiples.extend_from_slice(&multiple);
            lanes.add_each(&mut multiple, &bases);
        }
        let affine = lanes.affine(&multiples);
        let row = |index| {
            let (window, entry) = (index / ENTRIES, index % ENTRIES);
            let [x, y]: [Limbs; 2] = affine[entry * WINDOWS + window];
            AffineRow::new(&crate::portable::table_entry(&x, &y))
        };
        Self((0..WINDOWS * ENTRIES).map(row).collect())
    }

    /// `entry` times the base of the window.
    #[inline]
    pub(crate) fn row(&self, window: usize, entry: usize) -> &AffineRow {
        &self.0[window * ENTRIES + entry]
    }
}
