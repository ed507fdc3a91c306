//! The Merkle tree of RFC 6962 §2.1, kept as all complete subtrees.

use thiserror::Error;

use crate::hash::{Hash, leaf_hash, node_hash};
use crate::proof::{ConsistencyProof, InclusionProof};
use crate::tile::{EntryTooLong, FULL_WIDTH, Tile, check_entry};

/// An append-only Merkle tree.
///
/// `levels[k][i]` is the hash of the entries `i·2ᵏ .. (i+1)·2ᵏ`; only complete subtrees are kept,
/// about 64 bytes for each entry. Appending is amortised constant, a root or proof logarithmic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

/// A position, size or tile that this tree does not (yet) have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{asked} lies outside of a tree of {limit}")]
pub struct OutOfTree {
    /// What was asked for: an index, a size, or the end of a tile.
    pub asked: u64,
    /// What it was compared with, in the same unit.
    pub limit: u64,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree over these entries, in order.
    pub fn from_entries<E: AsRef<[u8]>>(
        entries: impl IntoIterator<Item = E>,
    ) -> Result<Self, EntryTooLong> {
        let mut tree = Self::new();
        for entry in entries {
            tree.append(entry.as_ref())?;
        }
        Ok(tree)
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends an entry and returns its index (0-based).
    ///
    /// Refuses an entry longer than [`MAX_ENTRY_BYTES`](crate::MAX_ENTRY_BYTES): it could be
    /// hashed but never be published in an entry bundle.
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, EntryTooLong> {
        check_entry(entry)?;
        Ok(self.append_hash(leaf_hash(entry)))
    }

    /// Appends an entry of which only the leaf hash is known, as from a level 0 tile.
    pub fn append_hash(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut carried = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let nodes = &mut self.levels[level];
            nodes.push(carried);
            let [.., left, right] = nodes.as_slice() else { break };
            if nodes.len() % 2 == 1 {
                break;
            }
            carried = node_hash(left, right);
        }
        index
    }

    /// Forgets all entries from `size` on. For an append that the database then refused; a
    /// published tree never shrinks. Does nothing when `size` is not smaller.
    pub fn truncate(&mut self, size: u64) {
        for (level, nodes) in self.levels.iter_mut().enumerate() {
            nodes.truncate((size >> level) as usize);
        }
        self.levels.retain(|nodes| !nodes.is_empty());
    }

    /// The leaf hash at `index`.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.levels.first()?.get(usize::try_from(index).ok()?).copied()
    }

    /// The root over all entries.
    pub fn root(&self) -> Hash {
        self.range_root(0, self.size())
    }

    /// The root that this tree had when it held `size` entries.
    pub fn root_at(&self, size: u64) -> Result<Hash, OutOfTree> {
        self.check_size(size)?;
        Ok(self.range_root(0, size))
    }

    /// Proof that the entry at `index` is in the tree of the first `size` entries
    /// (RFC 6962 §2.1.1).
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<InclusionProof, OutOfTree> {
        self.check_size(size)?;
        if index >= size {
            return Err(OutOfTree { asked: index, limit: size });
        }
        let (mut start, mut end) = (0, size);
        let mut path = Vec::new();
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range_root(middle, end));
                end = middle;
            } else {
                path.push(self.range_root(start, middle));
                start = middle;
            }
        }
        path.reverse();
        Ok(InclusionProof { index, size, path })
    }

    /// Proof that the tree of `old_size` entries is a prefix of the tree of `new_size` entries
    /// (RFC 6962 §2.1.2). Empty when `old_size` is 0 or equal to `new_size`.
    pub fn consistency_proof(
        &self,
        old_size: u64,
        new_size: u64,
    ) -> Result<ConsistencyProof, OutOfTree> {
        self.check_size(new_size)?;
        if old_size > new_size {
            return Err(OutOfTree { asked: old_size, limit: new_size });
        }
        let mut path = Vec::new();
        let (mut start, mut end) = (0, new_size);
        while old_size > 0 && old_size != end {
            let middle = start + split(end - start);
            if old_size <= middle {
                path.push(self.range_root(middle, end));
                end = middle;
            } else {
                path.push(self.range_root(start, middle));
                start = middle;
            }
        }
        // The verifier knows the old root already when the walk never left the old tree's edge.
        if start > 0 {
            path.push(self.range_root(start, end));
        }
        path.reverse();
        Ok(ConsistencyProof { old_size, new_size, path })
    }

    /// The bytes of a tile: its hashes one after the other (C2SP tlog-tiles, "Merkle Tree").
    pub fn tile_bytes(&self, tile: &Tile) -> Result<Vec<u8>, OutOfTree> {
        let nodes = self.levels.get(8 * usize::from(tile.level()));
        let nodes = nodes.map_or(&[][..], Vec::as_slice);
        let beyond = OutOfTree {
            asked: tile
                .index()
                .saturating_mul(FULL_WIDTH.into())
                .saturating_add(tile.width().into()),
            limit: nodes.len() as u64,
        };
        if beyond.asked > beyond.limit {
            return Err(beyond);
        }
        let end = usize::try_from(beyond.asked).map_err(|_| beyond)?;
        let start = end - usize::from(tile.width());
        Ok(nodes[start..end].iter().flat_map(|hash| *hash.as_bytes()).collect())
    }

    fn check_size(&self, size: u64) -> Result<(), OutOfTree> {
        let limit = self.size();
        if size > limit { Err(OutOfTree { asked: size, limit }) } else { Ok(()) }
    }

    /// `MTH(D[start:end])`. `start` must be a multiple of the smallest power of two that is not
    /// smaller than `end - start`, which holds for every range that the RFC's splits produce.
    fn range_root(&self, start: u64, end: u64) -> Hash {
        let count = end - start;
        if count == 0 {
            return Hash::empty_root();
        }
        if count.is_power_of_two() {
            let level = count.trailing_zeros();
            return self.levels[level as usize][(start >> level) as usize];
        }
        let middle = start + split(count);
        node_hash(&self.range_root(start, middle), &self.range_root(middle, end))
    }
}

/// The largest power of two smaller than `count`, for `count > 1`.
fn split(count: u64) -> u64 {
    debug_assert!(count > 1, "a single entry cannot be split");
    1 << (count - 1).ilog2()
}
