//! What a box archive says, read without checking any proof: its chain, its set-up data, its
//! counts. [`crate::verify_box`] is what checks; this is for comparing a box with the log, and
//! for a server that reads its own archives.

use gongping_appraisal::{Digest, sha256};
use gongping_seal::{ArchiveError, ArchiveReader, EventType, Item, ItemKind};
use serde::Deserialize;
use std::io::Read;

/// One event of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxEvent {
    /// What happened.
    pub kind: EventType,
    /// The hash of the event: the head of the box just after it.
    pub hash: Digest,
}

/// What an archive says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoxContent {
    /// The events; the place in the list is the height.
    pub events: Vec<BoxEvent>,
    /// The exact JSON of the election.
    pub election: Vec<u8>,
    /// The exact JSON of the trustees.
    pub trustees: Vec<u8>,
    /// SHA-256 of the public list of codes.
    pub code_list: Option<Digest>,
    /// Codes on the public list.
    pub codes: u64,
    /// Ballots, also those replaced later.
    pub ballots: u64,
    /// Ballots that count, once the sum is there.
    pub counted: Option<u64>,
    /// Shares of key holders.
    pub shares: u64,
    /// Counts by question and answer, once they are there.
    pub counts: Option<Vec<Vec<u64>>>,
}

impl BoxContent {
    /// The head of the box when its last event had this height.
    #[must_use]
    pub fn head_at(&self, height: u64) -> Option<Digest> {
        self.events.get(usize::try_from(height).ok()?).map(|event| event.hash)
    }
}

/// Why an archive cannot be read as a box.
#[derive(Debug, thiserror::Error)]
pub enum BoxContentError {
    /// Not an archive of this format, or reading failed.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A structure is not of the form that its event needs.
    #[error("entry {position}: {reason}")]
    Structure {
        /// Number of the entry, from 1.
        position: u64,
        /// Why.
        reason: String,
    },
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: EventType,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct Setup {
    election: String,
    trustees: String,
    credentials: String,
}

#[derive(Deserialize)]
struct SizedTally {
    num_tallied: u64,
}

#[derive(Deserialize)]
struct Counts {
    result: Vec<Vec<u64>>,
}

/// Reads an archive to its end.
///
/// # Errors
/// [`BoxContentError`] when it is no archive, or an event refers to what is not there.
pub fn read_box(reader: impl Read) -> Result<BoxContent, BoxContentError> {
    let mut reader = ArchiveReader::new(reader);
    let mut content = BoxContent::default();
    // Data since the last event: an event comes after what it refers to.
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    while let Some(item) = reader.next_item()? {
        match item.kind() {
            Some(ItemKind::Data(_)) => waiting.push(item.bytes),
            Some(ItemKind::Event(_)) => {
                let data = std::mem::take(&mut waiting);
                content.take(&item, &data).map_err(|reason| BoxContentError::Structure {
                    position: reader.entries(),
                    reason,
                })?;
            }
            Some(ItemKind::Header) | None => {}
        }
    }
    Ok(content)
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// The data with this hash.
fn find<'a>(data: &'a [Vec<u8>], hash: &str) -> Result<&'a [u8], String> {
    let wanted = Digest::parse(hash).ok_or_else(|| format!("{hash:?} is not a hash"))?;
    let found = data.iter().find(|bytes| sha256(bytes) == wanted);
    found.map(Vec::as_slice).ok_or_else(|| format!("there is no data with hash {hash}"))
}

impl BoxContent {
    fn take(&mut self, item: &Item, data: &[Vec<u8>]) -> Result<(), String> {
        let event: Event = parse(&item.bytes)?;
        self.events.push(BoxEvent { kind: event.kind, hash: sha256(&item.bytes) });
        let payload = || {
            let hash = event.payload.as_deref().ok_or("the event refers to nothing")?;
            find(data, hash)
        };
        match event.kind {
            EventType::Setup => {
                let setup: Setup = parse(payload()?)?;
                self.election = find(data, &setup.election)?.to_owned();
                self.trustees = find(data, &setup.trustees)?.to_owned();
                let list = find(data, &setup.credentials)?;
                self.code_list = Some(sha256(list));
                self.codes = parse::<Vec<&str>>(list)?.len() as u64;
            }
            EventType::Ballot => self.ballots += 1,
            EventType::EncryptedTally => {
                self.counted = Some(parse::<SizedTally>(payload()?)?.num_tallied);
            }
            EventType::PartialDecryption => self.shares += 1,
            EventType::Result => {
                let result = payload()?;
                self.counts = Some(parse::<Counts>(result)?.result);
            }
            EventType::EndBallots | EventType::Shuffle | EventType::EndShuffles => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_refused_without_panic() {
        for garbage in [&b""[..], &[0; 512], &[b'x'; 2000], b"{}"] {
            assert!(read_box(garbage).is_err());
        }
    }
}
