//! Entries of a box and the chain of its events (section 4.2, "public data").

use crate::canonical::{self, JsonError};
use crate::hash::Hash;
use serde::{Deserialize, Serialize};

/// Name of the first entry.
pub const HEADER_NAME: &str = "BELENIOS";
const DATA_SUFFIX: &str = ".data.json";
const EVENT_SUFFIX: &str = ".event.json";
/// The archive's times are eleven octal digits.
pub const MAX_TIMESTAMP: u64 = 0o77_777_777_777;

/// One file of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Item {
    /// File name: `BELENIOS`, `<hash>.data.json` or `<hash>.event.json`.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// What a file name says about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// The header of the archive.
    Header,
    /// Something an event refers to, with its hash.
    Data(Hash),
    /// An event, with its hash.
    Event(Hash),
}

impl Item {
    /// The header entry for a time in seconds since 1970.
    pub fn header(timestamp: u64) -> Self {
        let header = RawHeader { version: 1, timestamp: timestamp.to_string() };
        Self { name: HEADER_NAME.to_owned(), bytes: canonical::write(&header) }
    }

    pub(crate) fn data(bytes: Vec<u8>) -> Self {
        Self { name: format!("{}{DATA_SUFFIX}", Hash::of(&bytes)), bytes }
    }

    fn event(bytes: Vec<u8>) -> Self {
        Self { name: format!("{}{EVENT_SUFFIX}", Hash::of(&bytes)), bytes }
    }

    /// What the name says; `None` if it is no name of this format.
    pub fn kind(&self) -> Option<ItemKind> {
        if self.name == HEADER_NAME {
            return Some(ItemKind::Header);
        }
        if let Some(hash) = self.name.strip_suffix(DATA_SUFFIX) {
            return Hash::parse(hash).map(ItemKind::Data);
        }
        self.name.strip_suffix(EVENT_SUFFIX).and_then(Hash::parse).map(ItemKind::Event)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHeader {
    version: u32,
    timestamp: String,
}

/// Why a header is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not the structure, or not in canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Another version of the archive format.
    #[error("archive version {0} is not supported, only version 1")]
    Version(u32),
    /// The time is not a number of seconds in base 10 that the format can hold.
    #[error("the time in the header cannot be read")]
    Timestamp,
}

/// Reads the time of a header, in seconds since 1970.
pub(crate) fn read_header(bytes: &[u8]) -> Result<u64, HeaderError> {
    let raw: RawHeader = canonical::read(bytes)?;
    if raw.version != 1 {
        return Err(HeaderError::Version(raw.version));
    }
    let timestamp: u64 = raw.timestamp.parse().map_err(|_| HeaderError::Timestamp)?;
    let canonical = timestamp <= MAX_TIMESTAMP && timestamp.to_string() == raw.timestamp;
    if canonical { Ok(timestamp) } else { Err(HeaderError::Timestamp) }
}

/// What happened to a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventType {
    /// The box was set up.
    Setup,
    /// A ballot was accepted.
    Ballot,
    /// No more ballots.
    EndBallots,
    /// The encrypted sum was published.
    EncryptedTally,
    /// A trustee shuffled; never in a box with homomorphic questions only.
    Shuffle,
    /// The shuffles ended; never in a box with homomorphic questions only.
    EndShuffles,
    /// A trustee published a partial decryption.
    PartialDecryption,
    /// The counts were published.
    Result,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvent {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    height: u64,
    #[serde(rename = "type")]
    event_type: EventType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

/// An event of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) parent: Option<Hash>,
    pub(crate) height: u64,
    pub(crate) event_type: EventType,
    pub(crate) payload: Option<Hash>,
}

impl Event {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        let raw: RawEvent = canonical::read(bytes)?;
        let hash = |text: Option<String>| match text {
            None => Ok(None),
            Some(text) => Hash::parse(&text).map(Some).ok_or_else(|| JsonError::Structure {
                detail: "a hash has 64 lower-case hexadecimal digits".to_owned(),
                column: 0,
            }),
        };
        Ok(Self {
            parent: hash(raw.parent)?,
            height: raw.height,
            event_type: raw.event_type,
            payload: hash(raw.payload)?,
        })
    }

    pub(crate) fn to_item(self) -> Item {
        Item::event(canonical::write(&RawEvent {
            parent: self.parent.map(|hash| hash.to_string()),
            height: self.height,
            event_type: self.event_type,
            payload: self.payload.map(|hash| hash.to_string()),
        }))
    }
}

/// The last event of a box: whoever knows it can tell whether anything was taken away later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head {
    /// Hash of the event.
    pub hash: Hash,
    /// Number of events before it.
    pub height: u64,
}
