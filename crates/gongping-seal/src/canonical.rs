//! JSON in the one form that hashes are taken over: compact, fields in the order of the
//! specification, nothing more (section 4.1).

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why bytes are not the structure they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or a missing, unknown, repeated or wrongly typed field.
    #[error("not the expected structure: {detail} (byte {column})")]
    Structure {
        /// The parser's own words, in English.
        detail: String,
        /// Where the parser stopped, counted from 1.
        column: usize,
    },
    /// The same structure has another spelling, which is the one that must be used.
    #[error("not in canonical form: differs from it at byte {at}")]
    NotCanonical {
        /// First differing byte, counted from 0.
        at: usize,
    },
}

impl JsonError {
    pub(crate) fn from_serde(error: &serde_json::Error) -> Self {
        Self::Structure { detail: error.to_string(), column: error.column() }
    }
}

/// Writes a structure in canonical form.
pub(crate) fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // Only maps with keys that are not text, or a failing `Serialize`, can make this fail.
    serde_json::to_vec(value).expect("the structures of this crate are plain data")
}

/// Reads a structure and refuses it unless the bytes are its canonical form.
pub(crate) fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    let value: T = serde_json::from_slice(bytes).map_err(|e| JsonError::from_serde(&e))?;
    require_canonical(&write(&value), bytes)?;
    Ok(value)
}

pub(crate) fn require_canonical(canonical: &[u8], bytes: &[u8]) -> Result<(), JsonError> {
    if canonical == bytes {
        return Ok(());
    }
    let same = canonical.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    Err(JsonError::NotCanonical { at: same })
}

/// Whether a text is spelt the same by every writer of the protocol: the delete character is
/// escaped by some and not by others, so it is refused.
pub(crate) fn is_portable(text: &str) -> bool {
    !text.contains('\u{7f}')
}
