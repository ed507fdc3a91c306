//! The append-only log: pure data structures and formats, no I/O, no clock, no dice.
//!
//! - [`Tree`]: the Merkle tree of RFC 6962 §2.1 (unchanged in RFC 9162 §2.1) over entry bytes.
//! - [`InclusionProof`], [`ConsistencyProof`]: made by the tree, checked without it.
//! - [`tile`]: paths and bytes of the static files of C2SP tlog-tiles.
//! - [`note`]: C2SP signed-note with Ed25519 keys; any number of signatures.
//! - [`Checkpoint`]: C2SP tlog-checkpoint, a note text with origin, size and root.
//! - [`Commitment`], [`Opening`]: salted commitments to content that must stay erasable.
//!
//! ```
//! use gongping_log::{Checkpoint, SignerKey, Tree, KeyName};
//!
//! let mut tree = Tree::new();
//! tree.append(b"opened")?;
//! tree.append(b"closed")?;
//!
//! let key = SignerKey::from_seed(KeyName::parse("example.cn/log")?, &[7; 32]);
//! let head = Checkpoint::new("example.cn/log", tree.size(), tree.root())?;
//! let note = head.sign(&[&key]).to_string();
//!
//! let (seen, _) = Checkpoint::open(&note, "example.cn/log", &[key.verifier()])?;
//! tree.inclusion_proof(0, 2)?.verify(b"opened", &seen.root())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checkpoint;
mod commitment;
mod hash;
pub mod note;
mod proof;
pub mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Commitment, CommitmentError, Opening, SALT_BYTES};
pub use hash::{HASH_BYTES, Hash, HashError, leaf_hash, node_hash};
pub use note::{KeyName, NoteError, OpenedNote, SignedNote, SignerKey, VerifierKey};
pub use proof::{ConsistencyProof, InclusionProof, ProofError};
pub use tile::{EntryTooLong, MAX_ENTRY_BYTES, Tile, TileError};
pub use tree::{OutOfTree, Tree};
