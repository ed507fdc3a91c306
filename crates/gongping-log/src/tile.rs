//! Static files of the log (C2SP tlog-tiles): paths, tile lists, entry bundles.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Hashes in a full tile, entries in a full bundle.
pub const FULL_WIDTH: u16 = 256;

/// Longest entry in bytes: bundles prefix each entry with a 16-bit length.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Highest tile level that a path may name.
const MAX_LEVEL: u8 = 63;

/// An entry that no bundle can hold; it must not enter the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an entry of {found_bytes} bytes; the log takes at most {MAX_ENTRY_BYTES}")]
pub struct EntryTooLong {
    /// Length of the refused entry.
    pub found_bytes: usize,
}

/// Why a tile path or a bundle cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TileError {
    /// Not `tile/<L>/<N>[.p/<W>]` in its one canonical spelling.
    #[error("not a tile path: {path}")]
    Path {
        /// The refused path.
        path: String,
    },
    /// Level above 63, or width outside of 1..=256.
    #[error("no tile has level {level} and width {width}")]
    Shape {
        /// The refused level.
        level: u8,
        /// The refused width.
        width: u16,
    },
    /// The bundle ends within an entry or its length.
    #[error("the entry bundle ends within the entry that begins at byte {at_byte}")]
    BundleEndsEarly {
        /// Where the broken entry's length begins.
        at_byte: usize,
    },
    /// More entries than a full bundle has.
    #[error("the entry bundle holds more than {FULL_WIDTH} entries")]
    BundleTooWide,
}

/// One file with hashes of the tree: `tile/<L>/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    index: u64,
    width: u16,
}

/// One file with entries: `tile/entries/<N>[.p/<W>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryBundle {
    index: u64,
    width: u16,
}

impl Tile {
    /// The `index`-th tile at `level` (0 to 63), `width` hashes wide (1 to 256).
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, TileError> {
        if level > MAX_LEVEL || !(1..=FULL_WIDTH).contains(&width) {
            return Err(TileError::Shape { level, width });
        }
        Ok(Self { level, index, width })
    }

    /// Level: hashes of level 0 are leaves, each next level spans 256 times as many entries.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// Position within the level, 0-based.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Number of hashes, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// All tiles of a tree of `size` entries: what must be served with its checkpoint.
    pub fn all(size: u64) -> Vec<Self> {
        Self::new_between(0, size)
    }

    /// Tiles to write when a tree grows from `old_size` to `new_size`: those of the new tree
    /// that the old one did not have with this width.
    pub fn new_between(old_size: u64, new_size: u64) -> Vec<Self> {
        let mut tiles = Vec::new();
        for level in 0..8 {
            let (old, new) = (old_size >> (8 * level), new_size >> (8 * level));
            let widths = widths_between(old, new);
            tiles.extend(widths.map(|(index, width)| Self { level, index, width }));
        }
        tiles
    }
}

impl EntryBundle {
    /// The `index`-th bundle with `width` entries (1 to 256).
    pub fn new(index: u64, width: u16) -> Result<Self, TileError> {
        if !(1..=FULL_WIDTH).contains(&width) {
            return Err(TileError::Shape { level: 0, width });
        }
        Ok(Self { index, width })
    }

    /// Position of the bundle, 0-based.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Number of entries, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Index of the first entry.
    pub fn first_entry(&self) -> u64 {
        self.index * u64::from(FULL_WIDTH)
    }

    /// All bundles of a tree of `size` entries.
    pub fn all(size: u64) -> Vec<Self> {
        Self::new_between(0, size)
    }

    /// Bundles to write when a tree grows from `old_size` to `new_size`.
    pub fn new_between(old_size: u64, new_size: u64) -> Vec<Self> {
        widths_between(old_size, new_size).map(|(index, width)| Self { index, width }).collect()
    }
}

/// Index and width of each tile over `new` nodes that did not exist over `old` nodes.
fn widths_between(old: u64, new: u64) -> impl Iterator<Item = (u64, u16)> {
    let full = u64::from(FULL_WIDTH);
    let first = if new > old { old / full } else { new.div_ceil(full) };
    (first..new.div_ceil(full)).map(move |index| {
        let width = (new - index * full).min(full);
        (index, width as u16)
    })
}

/// Refuses what [`bundle`] could not hold.
pub fn check_entry(entry: &[u8]) -> Result<(), EntryTooLong> {
    if entry.len() > MAX_ENTRY_BYTES {
        return Err(EntryTooLong { found_bytes: entry.len() });
    }
    Ok(())
}

/// The bytes of an entry bundle: each entry after its length as 16 bits big-endian.
pub fn bundle<E: AsRef<[u8]>>(
    entries: impl IntoIterator<Item = E>,
) -> Result<Vec<u8>, EntryTooLong> {
    let mut bytes = Vec::new();
    for entry in entries {
        let entry = entry.as_ref();
        let too_long = |_| EntryTooLong { found_bytes: entry.len() };
        bytes.extend(u16::try_from(entry.len()).map_err(too_long)?.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle.
pub fn split_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let ends_early = TileError::BundleEndsEarly { at_byte: bytes.len() - rest.len() };
        let Some((length, tail)) = rest.split_first_chunk::<2>() else { return Err(ends_early) };
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((entry, tail)) = tail.split_at_checked(length) else { return Err(ends_early) };
        entries.push(entry);
        rest = tail;
    }
    if entries.len() > usize::from(FULL_WIDTH) {
        return Err(TileError::BundleTooWide);
    }
    Ok(entries)
}

/// `<N>[.p/<W>]`: three digits an element, all but the last begin with `x`.
fn write_index(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let mut elements = vec![format!("{:03}", index % 1000)];
    let mut rest = index / 1000;
    while rest > 0 {
        elements.push(format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    elements.reverse();
    f.write_str(&elements.join("/"))?;
    if width < FULL_WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
}

fn read_index(text: &str) -> Option<(u64, u16)> {
    let (index, width) = match text.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok()?),
        None => (text, FULL_WIDTH),
    };
    let mut value = 0u64;
    for element in index.split('/') {
        let digits = element.strip_prefix('x').unwrap_or(element);
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        value = value.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some((value, width))
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.level)?;
        write_index(f, self.index, self.width)
    }
}

impl fmt::Display for EntryBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tile/entries/")?;
        write_index(f, self.index, self.width)
    }
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let read = || {
            let (level, index) = path.strip_prefix("tile/")?.split_once('/')?;
            let (index, width) = read_index(index)?;
            Self::new(level.parse().ok()?, index, width).ok()
        };
        // Writing it again settles leading zeroes, signs and misplaced `x` at once.
        read()
            .filter(|tile| tile.to_string() == path)
            .ok_or_else(|| TileError::Path { path: path.to_owned() })
    }
}

impl FromStr for EntryBundle {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let read = || {
            let (index, width) = read_index(path.strip_prefix("tile/entries/")?)?;
            Self::new(index, width).ok()
        };
        read()
            .filter(|bundle| bundle.to_string() == path)
            .ok_or_else(|| TileError::Path { path: path.to_owned() })
    }
}
