//! Salted commitments: the log holds the commitment, the erasable store holds the opening.
//!
//! `commitment = SHA-256("gongping-commitment-v1" ‖ len ‖ salt ‖ bytes)`, where `len` is the
//! number of content bytes as 8 bytes big-endian and `salt` is 32 fresh random bytes. The salt
//! makes short contents (a name, a telephone number) impossible to guess from the commitment;
//! once salt and bytes are erased, the log entry says nothing about them any more.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::hash::{Hash, HashError};

/// Length of the salt in bytes.
pub const SALT_BYTES: usize = 32;

const DOMAIN: &[u8] = b"gongping-commitment-v1";

/// What the log says about content that is kept elsewhere. 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(Hash);

/// The content and the salt behind a commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    salt: [u8; SALT_BYTES],
    bytes: Vec<u8>,
}

/// The opening does not belong to the commitment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the content has commitment {computed}, the log says {claimed}")]
pub struct CommitmentError {
    /// Commitment of the content at hand.
    pub computed: Commitment,
    /// Commitment in the log.
    pub claimed: Commitment,
}

impl Opening {
    /// Pairs content with a salt. The salt must come from a cryptographic generator and be used
    /// for this content only.
    pub fn new(salt: [u8; SALT_BYTES], bytes: Vec<u8>) -> Self {
        Self { salt, bytes }
    }

    /// The salt.
    pub fn salt(&self) -> &[u8; SALT_BYTES] {
        &self.salt
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The commitment to this content under this salt.
    pub fn commitment(&self) -> Commitment {
        let mut sha = Sha256::new();
        sha.update(DOMAIN);
        sha.update((self.bytes.len() as u64).to_be_bytes());
        sha.update(self.salt);
        sha.update(&self.bytes);
        Commitment(Hash::from_bytes(sha.finalize().into()))
    }

    /// Checks that this content is what `claimed` commits to.
    pub fn verify(&self, claimed: &Commitment) -> Result<(), CommitmentError> {
        let computed = self.commitment();
        if computed == *claimed {
            Ok(())
        } else {
            Err(CommitmentError { computed, claimed: *claimed })
        }
    }
}

/// Shows the length only: openings hold what must not reach a log file.
impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening({} bytes)", self.bytes.len())
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Commitment {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        text.parse().map(Self)
    }
}
