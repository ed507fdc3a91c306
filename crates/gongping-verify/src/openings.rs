//! The salts of the commitments that the log holds, so that anybody can repeat them.

use crate::canonical::{self, CanonicalError};
use gongping_appraisal::Digest;
use gongping_log::SALT_BYTES;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Commitment and salt of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedCommitment {
    /// What the log says.
    pub commitment: Digest,
    /// The salt, 64 hexadecimal digits.
    pub salt: String,
}

impl OpenedCommitment {
    /// The salt as bytes; `None` when it is not 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn salt_bytes(&self) -> Option<[u8; SALT_BYTES]> {
        Digest::parse(&self.salt).map(|salt| *salt.as_bytes())
    }
}

/// The openings of a dossier by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Openings(pub BTreeMap<String, OpenedCommitment>);

impl Openings {
    /// The exact bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }

    /// Reads the exact bytes, and nothing else that means the same.
    ///
    /// # Errors
    /// [`CanonicalError`] for other JSON and other spellings.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonicalError> {
        canonical::read(bytes)
    }
}
