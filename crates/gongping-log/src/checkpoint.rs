//! Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log as a note text.

use thiserror::Error;

use crate::hash::Hash;
use crate::note::{NoteError, OpenedNote, SignedNote, SignerKey, VerifierKey};

/// The head of a log at one size. Extension lines are refused: monitors cannot audit them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The origin is empty or has a control character.
    #[error("not an origin of a log: {origin:?}")]
    Origin {
        /// The refused origin.
        origin: String,
    },
    /// Not exactly the lines origin, size, root, in their canonical spelling.
    #[error("a checkpoint has the lines origin, size, root and no others")]
    Form,
    /// The checkpoint of another log.
    #[error("the checkpoint is of the log {found:?}, not {expected:?}")]
    OtherLog {
        /// Origin in the checkpoint.
        found: String,
        /// Origin that was asked for.
        expected: String,
    },
    /// The note around the checkpoint is refused.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The head of the log `origin`, by recommendation a URL without scheme.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.contains(|c: char| c < ' ') {
            return Err(CheckpointError::Origin { origin: origin.to_owned() });
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Identity of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree over these entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The three lines that get signed.
    pub fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads what [`Checkpoint::to_text`] writes.
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Form);
        };
        let size = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Form)?;
        let checkpoint = Self::new(origin, size, root)?;
        // `+1` and `007` are numbers to the standard library but not to the specification.
        if checkpoint.to_text() == text { Ok(checkpoint) } else { Err(CheckpointError::Form) }
    }

    /// Signs the checkpoint. The first key should bear the name of the origin.
    pub fn sign(&self, keys: &[&SignerKey]) -> SignedNote {
        SignedNote::sign(&self.to_text(), keys).expect("`new` admits only origins that notes admit")
    }

    /// Checks the signatures of a note and reads the checkpoint of the log `origin` in it.
    pub fn open(
        note: &str,
        origin: &str,
        known: &[VerifierKey],
    ) -> Result<(Self, OpenedNote), CheckpointError> {
        let opened = SignedNote::parse(note)?.verify(known)?;
        let checkpoint = Self::parse_text(&opened.text)?;
        if checkpoint.origin != origin {
            return Err(CheckpointError::OtherLog {
                found: checkpoint.origin,
                expected: origin.to_owned(),
            });
        }
        Ok((checkpoint, opened))
    }
}
