//! JSON in the one form that is hashed: compact, fields in the order of the types, keys of maps in
//! byte order, one line with a line feed at its end.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not the structure they should be.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// Not JSON of this form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// The same content would be written in another way, so hashes over it would differ.
    #[error("not in canonical form")]
    NotCanonical,
}

pub(crate) fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // Strings, numbers and maps with string keys always serialise.
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

pub(crate) fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let value: T = serde_json::from_slice(bytes)?;
    if write(&value) == bytes { Ok(value) } else { Err(CanonicalError::NotCanonical) }
}
