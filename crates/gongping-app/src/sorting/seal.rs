//! Sealing what comes in other ways than through a browser: to the same people, in the same form.
//! The server forgets the words when this returns; who may read them is in the log.

use crate::refusal::{Failure, Refusal};
use age::x25519::Recipient;
use age::{Encryptor, Recipient as Lock};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongping_appraisal::Readers;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;

/// What is sealed to the handlers, as a browser seals it.
#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
    when: &'a str,
    files: [(); 0],
}

/// Who filed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) contact: String,
}

/// An age file for the holders of these keys.
fn sealed(plain: &[u8], keys: &BTreeMap<impl Ord, String>) -> Result<Vec<u8>, Refusal> {
    let bug = |error: &dyn std::fmt::Display| Failure::Bug(format!("sealing: {error}"));
    let locks = keys.values().map(|key| key.parse::<Recipient>());
    let locks = locks.collect::<Result<Vec<_>, _>>().map_err(|error| bug(&error))?;
    let locks = locks.iter().map(|lock| lock as &dyn Lock);
    let encryptor = Encryptor::with_recipients(locks).map_err(|error| bug(&error))?;
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file).map_err(|error| bug(&error))?;
    writer.write_all(plain).map_err(|error| bug(&error))?;
    writer.finish().map_err(|error| bug(&error))?;
    Ok(file)
}

/// The text for the handlers: an age file in base64.
pub(crate) fn text(words: &str, when: &str, readers: &Readers) -> Result<String, Refusal> {
    let content = Text { text: words, when, files: [] };
    let plain = serde_json::to_vec(&content).map_err(|error| Failure::Bug(error.to_string()))?;
    Ok(STANDARD.encode(sealed(&plain, &readers.handlers)?))
}

/// The identity, inside for the handlers and outside for the second persons.
pub(crate) fn identity(identity: &Identity, readers: &Readers) -> Result<String, Refusal> {
    let plain = serde_json::to_vec(identity).map_err(|error| Failure::Bug(error.to_string()))?;
    let inner = sealed(&plain, &readers.handlers)?;
    Ok(STANDARD.encode(sealed(&inner, &readers.seconds)?))
}
