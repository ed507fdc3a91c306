//! Checking proofs without the tree (RFC 9162 §2.1.3.2 and §2.1.4.2).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hash::{Hash, leaf_hash, node_hash};

/// Shows that one entry is in a tree. Made by [`Tree::inclusion_proof`](crate::Tree).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// Position of the entry, 0-based.
    pub index: u64,
    /// Number of entries of the tree.
    pub size: u64,
    /// Sibling hashes from the leaf up.
    pub path: Vec<Hash>,
}

/// Shows that a tree is a prefix of a later one. Made by
/// [`Tree::consistency_proof`](crate::Tree).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// Number of entries of the earlier tree.
    pub old_size: u64,
    /// Number of entries of the later tree.
    pub new_size: u64,
    /// Hashes in the order of the RFC.
    pub path: Vec<Hash>,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The index is not smaller than the size, or the old size is larger than the new one.
    #[error("the proof is about {asked} in a tree of {size}")]
    OutOfTree {
        /// Index or old size.
        asked: u64,
        /// Size of the (new) tree.
        size: u64,
    },
    /// The path has hashes too few or too many for these sizes.
    #[error("the proof has {found} hashes, which does not fit its sizes")]
    PathLength {
        /// Number of hashes in the path.
        found: usize,
    },
    /// Following the path leads to another root of the (new) tree.
    #[error("the proof leads to root {computed}, not to {claimed}")]
    OtherRoot {
        /// Root that follows from the path.
        computed: Hash,
        /// Root that was to be proved.
        claimed: Hash,
    },
    /// Following the path leads to another root of the old tree.
    #[error("the proof leads to the old root {computed}, not to {claimed}")]
    OtherOldRoot {
        /// Root that follows from the path.
        computed: Hash,
        /// Root that was to be proved.
        claimed: Hash,
    },
}

impl InclusionProof {
    /// Checks that `entry` stands at `self.index` in the tree of `self.size` entries with `root`.
    pub fn verify(&self, entry: &[u8], root: &Hash) -> Result<(), ProofError> {
        self.verify_hash(leaf_hash(entry), root)
    }

    /// The same for an entry of which only the leaf hash is known.
    pub fn verify_hash(&self, leaf: Hash, root: &Hash) -> Result<(), ProofError> {
        if self.index >= self.size {
            return Err(ProofError::OutOfTree { asked: self.index, size: self.size });
        }
        let wrong_length = ProofError::PathLength { found: self.path.len() };
        let (mut node, mut last) = (self.index, self.size - 1);
        let mut computed = leaf;
        for sibling in &self.path {
            if last == 0 {
                return Err(wrong_length);
            }
            if node & 1 == 1 || node == last {
                computed = node_hash(sibling, &computed);
                skip_to_right_child(&mut node, &mut last);
            } else {
                computed = node_hash(&computed, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(wrong_length);
        }
        expect_root(computed, *root)
    }
}

impl ConsistencyProof {
    /// Checks that the tree of `self.old_size` entries with `old_root` is a prefix of the tree of
    /// `self.new_size` entries with `new_root`. The empty tree is a prefix of every tree.
    pub fn verify(&self, old_root: &Hash, new_root: &Hash) -> Result<(), ProofError> {
        let (old, new) = (self.old_size, self.new_size);
        if old > new {
            return Err(ProofError::OutOfTree { asked: old, size: new });
        }
        let wrong_length = ProofError::PathLength { found: self.path.len() };
        if old == 0 || old == new {
            if !self.path.is_empty() {
                return Err(wrong_length);
            }
            let expected = if old == 0 { Hash::empty_root() } else { *new_root };
            return expect_old_root(expected, *old_root);
        }
        // A complete old tree is itself the first node of the path.
        let first = old.is_power_of_two().then_some(old_root);
        let mut path = first.into_iter().chain(&self.path);
        let Some(&start) = path.next() else { return Err(wrong_length) };

        let (mut node, mut last) = (old - 1, new - 1);
        while node & 1 == 1 {
            node >>= 1;
            last >>= 1;
        }
        let (mut old_computed, mut new_computed) = (start, start);
        for sibling in path {
            if last == 0 {
                return Err(wrong_length);
            }
            if node & 1 == 1 || node == last {
                old_computed = node_hash(sibling, &old_computed);
                new_computed = node_hash(sibling, &new_computed);
                skip_to_right_child(&mut node, &mut last);
            } else {
                new_computed = node_hash(&new_computed, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(wrong_length);
        }
        expect_old_root(old_computed, *old_root)?;
        expect_root(new_computed, *new_root)
    }
}

/// On the right edge a node without a sibling is lifted until it is a right child.
fn skip_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

fn expect_root(computed: Hash, claimed: Hash) -> Result<(), ProofError> {
    if computed == claimed { Ok(()) } else { Err(ProofError::OtherRoot { computed, claimed }) }
}

fn expect_old_root(computed: Hash, claimed: Hash) -> Result<(), ProofError> {
    if computed == claimed { Ok(()) } else { Err(ProofError::OtherOldRoot { computed, claimed }) }
}
