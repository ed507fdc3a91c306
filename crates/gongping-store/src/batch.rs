//! What goes into the store, and the same things as they come out.

use gongping_log::Opening;

use crate::people::Secret;
use crate::table::RowChange;

/// All that one decision changes; written in one transaction by
/// [`Store::commit`](crate::Store::commit).
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Size of the log that the decision was made upon.
    pub expected_size: u64,
    /// Entries to append, in order. At most 65,535 bytes each.
    pub entries: Vec<LogEntry>,
    /// Signed note over the log *with* these entries; stored under that size.
    pub checkpoint_note: Option<String>,
    /// Erasable content that the entries commit to. Content that is there already, or was erased,
    /// stays as it is.
    pub payloads: Vec<Opening>,
    /// Changes of tables that follow from the entries.
    pub rows: Vec<RowChange>,
    /// Items for boxes, as when a box is set up or closed.
    pub box_items: Vec<BoxAppend>,
    /// Where to find the ballots among these items.
    pub trackers: Vec<Tracker>,
    /// Log-in secrets of accounts; they never enter the log.
    pub secrets: Vec<Secret>,
}

/// An entry to append to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When, in UTC microseconds since 1970.
    pub at_us: i64,
    /// Content; the leaf of the Merkle tree.
    pub bytes: Vec<u8>,
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntryAt {
    /// Position, 0-based.
    pub position: u64,
    /// When, in UTC microseconds since 1970.
    pub at_us: i64,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A checkpoint as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Number of entries that it covers.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// Items to append to one box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxAppend {
    /// Which box.
    pub box_id: String,
    /// Number of items that the box must have now.
    pub expected_position: u64,
    /// The items, in order.
    pub items: Vec<BoxItem>,
}

/// One file of a box's archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxItem {
    /// Name in the archive.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// An item of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxItemAt {
    /// Position in the box, 0-based.
    pub position: u64,
    /// Name in the archive.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Where the ballot of a receipt is. A tracker points at one item for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracker {
    /// Hash of the ballot, as printed on the receipt.
    pub tracker: String,
    /// Box that holds the ballot.
    pub box_id: String,
    /// Position of the item in the box, 0-based.
    pub position: u64,
    /// When it was accepted, in UTC microseconds since 1970.
    pub at_us: i64,
    /// The number that all ballots of its sheet have in common; empty if it was given none.
    pub receipt: String,
}

/// Erasable content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// The content, which matches its commitment.
    Kept(Opening),
    /// Salt and content are gone.
    Erased {
        /// When, in UTC microseconds since 1970.
        at_us: i64,
    },
}
