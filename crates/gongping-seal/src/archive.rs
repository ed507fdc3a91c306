//! The box as a file: an old-style tar archive without end blocks (section 4.2, "public data").
//!
//! Every header is the same but for name, size and checksum, so each is compared with the one
//! that would be written: there is exactly one file for a given box.

use crate::event::{HEADER_NAME, HeaderError, Item, MAX_TIMESTAMP, read_header};
use std::io::{self, Read, Seek, SeekFrom, Write};

const BLOCK: usize = 512;
/// Longest entry, in bytes: a public list of three million codes.
pub const MAX_ENTRY_BYTES: u64 = 256 << 20;

/// Why a file is not an archive of this format. Entries are numbered from 1.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Reading or writing failed for a reason outside the archive.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What was read is no archive.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// What is wrong with the bytes of an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Nothing at all.
    #[error("the file is empty")]
    Empty,
    /// The file ends in the middle of an entry.
    #[error("the file ends in the middle of an entry")]
    Truncated,
    /// A header is not the one that would be written for this entry.
    #[error("the header of the entry is not the one this format prescribes (byte {at})")]
    Header {
        /// First differing byte of the header, from 0.
        at: usize,
    },
    /// An entry is longer than permitted.
    #[error("the entry is longer than {MAX_ENTRY_BYTES} bytes")]
    TooLong,
    /// The bytes that fill up the last block are not zero.
    #[error("the space after the entry is not empty")]
    Padding,
    /// The first entry is not a readable header.
    #[error("the first entry: {0}")]
    First(HeaderError),
    /// The first entry has another name.
    #[error("the first entry is not {HEADER_NAME}")]
    FirstName,
}

fn tar_header(name: &[u8], size: u64, timestamp: u64) -> [u8; BLOCK] {
    let mut header = [0u8; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name);
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, format!("{timestamp:011o}\0").as_bytes());
    put(148, b"        ");
    put(156, b"0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// Bytes that an entry takes in the file, header and padding included.
pub(crate) fn entry_bytes(size: u64) -> u64 {
    BLOCK as u64 + size + padding(size) as u64
}

fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

/// Writes a box, entry by entry.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    writer: W,
    timestamp: u64,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins a new archive and writes its header entry. The time is in seconds since 1970, at
    /// most [`MAX_TIMESTAMP`].
    pub fn new(writer: W, timestamp: u64) -> io::Result<Self> {
        let mut archive = Self::append(writer, timestamp);
        archive.write(&Item::header(timestamp))?;
        Ok(archive)
    }

    /// Continues an archive that ends where the writer stands.
    pub fn append(writer: W, timestamp: u64) -> Self {
        Self { writer, timestamp }
    }

    /// Writes one entry.
    pub fn write(&mut self, item: &Item) -> io::Result<()> {
        let size = item.bytes.len() as u64;
        if item.name.len() > 100 || size > MAX_ENTRY_BYTES || self.timestamp > MAX_TIMESTAMP {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "entry does not fit the format",
            ));
        }
        self.writer.write_all(&tar_header(item.name.as_bytes(), size, self.timestamp))?;
        self.writer.write_all(&item.bytes)?;
        self.writer.write_all(&[0u8; BLOCK][..padding(size)])
    }

    /// The writer, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.writer.flush()?;
        Ok(self.writer)
    }
}

/// Reads a box, entry by entry, and refuses every file that [`ArchiveWriter`] would not write.
#[derive(Debug)]
pub struct ArchiveReader<R> {
    reader: R,
    timestamp: Option<u64>,
    entries: u64,
    bytes: u64,
}

impl<R: Read> ArchiveReader<R> {
    /// Begins at the start of an archive.
    pub fn new(reader: R) -> Self {
        Self { reader, timestamp: None, entries: 0, bytes: 0 }
    }

    /// Goes on behind what has been read already: `entries` entries, `bytes` bytes, of an archive
    /// with this time.
    pub(crate) fn resume(reader: R, timestamp: u64, entries: u64, bytes: u64) -> Self {
        Self { reader, timestamp: Some(timestamp), entries, bytes }
    }

    /// Entries read so far.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Bytes read so far, headers and padding included.
    pub fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// The archive's time, once the first entry is read.
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// The next entry, or `None` at the end.
    pub fn next_item(&mut self) -> Result<Option<Item>, ArchiveError> {
        let mut header = [0u8; BLOCK];
        let read = self.fill(&mut header)?;
        if read == 0 {
            let empty = self.entries == 0;
            return if empty { Err(FormatError::Empty.into()) } else { Ok(None) };
        }
        if read < BLOCK {
            return Err(FormatError::Truncated.into());
        }
        let end = header[..100].iter().position(|byte| *byte == 0).unwrap_or(100);
        let name =
            std::str::from_utf8(&header[..end]).map_err(|_| FormatError::Header { at: 0 })?;
        let size = octal(&header[124..135]).ok_or(FormatError::Header { at: 124 })?;
        let timestamp = match self.timestamp {
            Some(timestamp) => timestamp,
            None => octal(&header[136..147]).ok_or(FormatError::Header { at: 136 })?,
        };
        let expected = tar_header(name.as_bytes(), size, timestamp);
        if let Some(at) = header.iter().zip(&expected).position(|(a, b)| a != b) {
            return Err(FormatError::Header { at }.into());
        }
        let item = Item { name: name.to_owned(), bytes: self.contents(size)? };
        if self.timestamp.is_none() {
            if item.name != HEADER_NAME {
                return Err(FormatError::FirstName.into());
            }
            let stated = read_header(&item.bytes).map_err(FormatError::First)?;
            if stated != timestamp {
                return Err(FormatError::First(HeaderError::Timestamp).into());
            }
            self.timestamp = Some(timestamp);
        }
        self.entries += 1;
        Ok(Some(item))
    }

    fn contents(&mut self, size: u64) -> Result<Vec<u8>, ArchiveError> {
        if size > MAX_ENTRY_BYTES {
            return Err(FormatError::TooLong.into());
        }
        // Grows with what is really there: a stated size alone takes no memory.
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(size).read_to_end(&mut bytes)?;
        self.bytes += read as u64;
        let mut rest = [0u8; BLOCK];
        let rest = &mut rest[..padding(size)];
        if (read as u64) < size || self.fill(rest)? < rest.len() {
            return Err(FormatError::Truncated.into());
        }
        if rest.iter().any(|byte| *byte != 0) {
            return Err(FormatError::Padding.into());
        }
        Ok(bytes)
    }

    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.bytes += filled as u64;
        Ok(filled)
    }
}

/// Reads entries of an archive again that have been read before.
pub(crate) trait Earlier: Send + Sync {
    /// The entry that begins at this byte.
    fn item_at(&mut self, offset: u64, timestamp: u64) -> Result<Item, ArchiveError>;

    /// Shows all entries that begin before this byte, in order, until `see` has seen enough.
    fn all_until(
        &mut self,
        end: u64,
        timestamp: u64,
        see: &mut dyn FnMut(u64, &Item) -> bool,
    ) -> Result<(), ArchiveError>;
}

/// Whatever opens the file anew: nothing stays open, and a file that was put in the place of
/// another is noticed by what is in it.
impl<F, R> Earlier for F
where
    F: Fn() -> io::Result<R> + Send + Sync,
    R: Read + Seek,
{
    fn item_at(&mut self, offset: u64, timestamp: u64) -> Result<Item, ArchiveError> {
        let mut file = self()?;
        file.seek(SeekFrom::Start(offset))?;
        let item = ArchiveReader::resume(file, timestamp, 0, offset).next_item()?;
        item.ok_or_else(|| FormatError::Truncated.into())
    }

    fn all_until(
        &mut self,
        end: u64,
        timestamp: u64,
        see: &mut dyn FnMut(u64, &Item) -> bool,
    ) -> Result<(), ArchiveError> {
        let file = io::BufReader::new(self()?);
        let mut reader = ArchiveReader::resume(file, timestamp, 0, 0);
        while reader.bytes_read() < end {
            let offset = reader.bytes_read();
            let item = reader.next_item()?.ok_or(FormatError::Truncated)?;
            if see(offset, &item) {
                break;
            }
        }
        Ok(())
    }
}

fn octal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |value, digit| match digit {
        b'0'..=b'7' => Some(value << 3 | u64::from(digit - b'0')),
        _ => None,
    })
}
