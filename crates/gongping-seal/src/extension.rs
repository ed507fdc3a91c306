//! Comparing two copies of a box: the newer must begin with every byte of the older.

use crate::archive::{ArchiveError, ArchiveReader, entry_bytes};
use crate::event::{Event, EventType, Head, Item, ItemKind};
use crate::finding::{BoxFinding, Defect};
use crate::hash::Hash;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Which of two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxCopy {
    /// The older one.
    Old,
    /// The newer one.
    New,
}

impl std::fmt::Display for BoxCopy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Old => "the older copy",
            Self::New => "the newer copy",
        })
    }
}

/// What a copy holds, counted without looking into ballots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyContent {
    /// Entries, the header included.
    pub entries: u64,
    /// Length of the file.
    pub bytes: u64,
    /// Events by type.
    pub events: BTreeMap<EventType, u64>,
    /// The last event.
    pub head: Option<Head>,
}

impl CopyContent {
    /// Events of one type.
    #[must_use]
    pub fn count(&self, event: EventType) -> u64 {
        self.events.get(&event).copied().unwrap_or_default()
    }
}

/// The newer copy extends the older one; what each holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The older copy.
    pub old: CopyContent,
    /// The newer copy.
    pub new: CopyContent,
}

impl Extension {
    /// What the newer copy has beyond the older one. The head is there if there is a new one.
    #[must_use]
    pub fn added(&self) -> CopyContent {
        let (old, new) = (&self.old, &self.new);
        let more = new.events.iter().map(|(event, count)| (*event, count - old.count(*event)));
        CopyContent {
            entries: new.entries - old.entries,
            bytes: new.bytes - old.bytes,
            events: more.filter(|(_, count)| *count > 0).collect(),
            head: new.head.filter(|head| Some(*head) != old.head),
        }
    }
}

/// Why the newer copy does not extend the older one. Entries are numbered from 1, bytes from 0;
/// the height is that of the event to which the entry belongs.
#[derive(Debug, thiserror::Error)]
pub enum ExtensionError {
    /// A copy could not be read; says nothing about the box.
    #[error("{copy} could not be read: {source}")]
    Unreadable {
        /// Which.
        copy: BoxCopy,
        /// Why.
        source: io::Error,
    },
    /// A copy is no chain of events.
    #[error("{copy}: {finding}")]
    Broken {
        /// Which.
        copy: BoxCopy,
        /// Where and why.
        finding: Box<BoxFinding>,
    },
    /// The newer copy ends before the older one does.
    #[error(
        "entry {position} at byte {offset}, event {height} ({name}) of the older copy is missing"
    )]
    Missing {
        /// Number of the first missing entry.
        position: u64,
        /// Where it begins.
        offset: u64,
        /// Height of its event.
        height: u64,
        /// Its name.
        name: String,
    },
    /// The newer copy has another entry in the place of one of the older copy.
    #[error(
        "entry {position} at byte {offset}, event {height} was {name} in the older copy and is {found} now"
    )]
    Changed {
        /// Number of the first entry that differs.
        position: u64,
        /// Where it begins.
        offset: u64,
        /// Height of its event.
        height: u64,
        /// Its name in the older copy.
        name: String,
        /// The name of what stands in its place.
        found: String,
    },
}

/// Reads a copy, and follows hashes and chain.
struct Walk<R> {
    copy: BoxCopy,
    reader: ArchiveReader<R>,
    content: CopyContent,
}

impl<R: Read> Walk<R> {
    fn new(copy: BoxCopy, reader: R) -> Self {
        Self { copy, reader: ArchiveReader::new(reader), content: CopyContent::default() }
    }

    fn next(&mut self) -> Result<Option<Item>, ExtensionError> {
        let copy = self.copy;
        let item = match self.reader.next_item() {
            Ok(item) => item,
            Err(ArchiveError::Io(source)) => {
                return Err(ExtensionError::Unreadable { copy, source });
            }
            Err(ArchiveError::Format(error)) => {
                return Err(self.broken(String::new(), error.into()));
            }
        };
        let Some(item) = item else { return Ok(None) };
        self.follow(&item).map_err(|defect| self.broken(item.name.clone(), defect))?;
        self.content.entries += 1;
        self.content.bytes += entry_bytes(item.bytes.len() as u64);
        Ok(Some(item))
    }

    fn follow(&mut self, item: &Item) -> Result<(), Defect> {
        let hash = match item.kind().ok_or(Defect::Name)? {
            ItemKind::Header if self.content.entries == 0 => return Ok(()),
            ItemKind::Header => return Err(Defect::Name),
            ItemKind::Data(hash) | ItemKind::Event(hash) => hash,
        };
        let actual = Hash::of(&item.bytes);
        if actual != hash {
            return Err(Defect::NameHash { actual });
        }
        if matches!(item.kind(), Some(ItemKind::Event(_))) {
            let event = Event::read(&item.bytes)?;
            if event.parent != self.content.head.map(|head| head.hash) {
                return Err(Defect::Parent);
            }
            let expected = self.height();
            if event.height != expected {
                return Err(Defect::Height { expected, found: event.height });
            }
            *self.content.events.entry(event.event_type).or_default() += 1;
            self.content.head = Some(Head { hash, height: event.height });
        }
        Ok(())
    }

    /// Height of the event to which the next entry belongs.
    fn height(&self) -> u64 {
        self.content.head.map_or(0, |head| head.height + 1)
    }

    fn broken(&self, name: String, defect: Defect) -> ExtensionError {
        let (position, offset) = (self.content.entries + 1, self.content.bytes);
        let finding = BoxFinding { position, offset, height: self.height(), name, defect };
        ExtensionError::Broken { copy: self.copy, finding: Box::new(finding) }
    }
}

/// Sees whether a newer copy of a box holds everything that an older one holds, and says what it
/// has besides. It follows hashes and chain of both; whether ballots and sums are right is for
/// [`crate::verify_archive`] to say.
pub fn compare_archives<A: Read, B: Read>(old: A, new: B) -> Result<Extension, ExtensionError> {
    let mut old = Walk::new(BoxCopy::Old, old);
    let mut new = Walk::new(BoxCopy::New, new);
    loop {
        let (position, offset) = (old.content.entries + 1, old.content.bytes);
        let height = old.height();
        let Some(item) = old.next()? else { break };
        let Some(other) = new.next()? else {
            return Err(ExtensionError::Missing { position, offset, height, name: item.name });
        };
        if item != other {
            let (name, found) = (item.name, other.name);
            return Err(ExtensionError::Changed { position, offset, height, name, found });
        }
    }
    while new.next()?.is_some() {}
    Ok(Extension { old: old.content, new: new.content })
}
