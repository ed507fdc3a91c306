//! Points as they lie in memory: the limbs of one lane in a row, so that a row is read with few
//! instructions whichever row each lane needs.

use crate::limbs::{Limbs, ONE, ZERO};

/// Four numbers of five limbs, and four words that are zero.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Row(pub(crate) [u64; 24]);

impl Row {
    pub(crate) fn new(numbers: &[Limbs; 4]) -> Self {
        let mut row = [0; 24];
        for (chunk, number) in row.chunks_exact_mut(5).zip(numbers) {
            chunk.copy_from_slice(number);
        }
        Self(row)
    }

    pub(crate) fn numbers(&self) -> [Limbs; 4] {
        let mut numbers = [ZERO; 4];
        for (chunk, number) in self.0.chunks_exact(5).zip(&mut numbers) {
            number.copy_from_slice(chunk);
        }
        numbers
    }

    /// The neutral element as Y - X, Y + X, Z, T.
    pub(crate) fn neutral_sum() -> Self {
        Self::new(&[ONE, ONE, ONE, ZERO])
    }
}

/// Three numbers of five limbs, and one word that is zero: a point with Z = 1 in a table, as
/// y - x, y + x, 2 d x y.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct AffineRow(pub(crate) [u64; 16]);

impl AffineRow {
    pub(crate) fn new(numbers: &[Limbs; 3]) -> Self {
        let mut row = [0; 16];
        for (chunk, number) in row.chunks_exact_mut(5).zip(numbers) {
            chunk.copy_from_slice(number);
        }
        Self(row)
    }

    pub(crate) fn numbers(&self) -> [Limbs; 3] {
        let mut numbers = [ZERO; 3];
        for (chunk, number) in self.0.chunks_exact(5).zip(&mut numbers) {
            number.copy_from_slice(chunk);
        }
        numbers
    }
}
