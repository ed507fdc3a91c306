//! Where a dossier is read from: a folder, a zip, or memory. Nothing is ever unpacked to disk, so
//! a hostile name in a zip has nothing to overwrite.

use crate::layout;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// More files than this are no dossier: ten thousand boxes and their reports, with room.
const MOST_FILES: usize = 200_000;
/// Folders within folders; a dossier needs five.
const MOST_DEPTH: usize = 16;

/// One thing that lies in a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The path, `/` between its parts.
    pub path: String,
    /// Whether it is a plain file.
    pub plain: bool,
}

/// The files of a dossier.
pub trait DossierSource: Sync {
    /// Everything that is there, in the order in which it was met; folders are left out.
    fn list(&self) -> &[Listed];

    /// Reads a file as a stream.
    ///
    /// # Errors
    /// What the reading or `take` reports.
    fn read(
        &self,
        path: &str,
        take: &mut (dyn FnMut(&mut (dyn Read + Send)) -> io::Result<()> + Send),
    ) -> io::Result<()>;

    /// Where a file can be opened by itself, as often as one likes; `None` if it cannot.
    fn file(&self, _path: &str) -> Option<PathBuf> {
        None
    }
}

/// Why a dossier cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file or folder cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// Not a zip, or a damaged one.
    #[error("not a readable zip: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The zip says that it has another number of files than it has, or one name twice.
    #[error("the zip names {stated} files but {found} different ones are there")]
    ZipDuplicates {
        /// By its own directory.
        stated: u64,
        /// Different names.
        found: u64,
    },
    /// More files than any dossier has.
    #[error("more than {MOST_FILES} files, or folders more than {MOST_DEPTH} deep")]
    TooMany,
}

/// Files in memory.
#[derive(Debug, Clone, Default)]
pub struct MemorySource {
    files: BTreeMap<String, Vec<u8>>,
    listed: Vec<Listed>,
}

impl MemorySource {
    /// Takes the files by path.
    #[must_use]
    pub fn new(files: BTreeMap<String, Vec<u8>>) -> Self {
        let listed = files.keys().map(|path| Listed { path: path.clone(), plain: true }).collect();
        Self { files, listed }
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl DossierSource for MemorySource {
    fn list(&self) -> &[Listed] {
        &self.listed
    }

    fn read(
        &self,
        path: &str,
        take: &mut (dyn FnMut(&mut (dyn Read + Send)) -> io::Result<()> + Send),
    ) -> io::Result<()> {
        take(&mut self.files.get(path).ok_or_else(not_found)?.as_slice())
    }
}

/// A folder on disk. Links are listed as things that are no plain files, and never followed.
#[derive(Debug)]
pub struct FolderSource {
    root: PathBuf,
    listed: Vec<Listed>,
}

impl FolderSource {
    /// Lists a folder.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read or is far too large.
    pub fn open(root: &Path) -> Result<Self, SourceError> {
        let mut listed = Vec::new();
        list_folder(root, "", 0, &mut listed)?;
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root: root.to_owned(), listed })
    }
}

fn list_folder(
    folder: &Path,
    prefix: &str,
    depth: usize,
    listed: &mut Vec<Listed>,
) -> Result<(), SourceError> {
    let at = |source| SourceError::Io { path: folder.display().to_string(), source };
    if depth > MOST_DEPTH {
        return Err(SourceError::TooMany);
    }
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // Does not follow links: a link to a folder is not a folder here.
        let kind = entry.file_type().map_err(at)?;
        if kind.is_dir() {
            list_folder(&entry.path(), &format!("{path}/"), depth + 1, listed)?;
        } else {
            listed.push(Listed { path, plain: kind.is_file() });
        }
        if listed.len() > MOST_FILES {
            return Err(SourceError::TooMany);
        }
    }
    Ok(())
}

impl DossierSource for FolderSource {
    fn list(&self) -> &[Listed] {
        &self.listed
    }

    fn read(
        &self,
        path: &str,
        take: &mut (dyn FnMut(&mut (dyn Read + Send)) -> io::Result<()> + Send),
    ) -> io::Result<()> {
        if !layout::is_safe(path) {
            return Err(not_found());
        }
        take(&mut BufReader::new(File::open(self.root.join(path))?))
    }

    fn file(&self, path: &str) -> Option<PathBuf> {
        layout::is_safe(path).then(|| self.root.join(path))
    }
}

/// A file that several readers share, each with a position of its own.
#[derive(Debug, Clone)]
pub struct SharedFile {
    file: Arc<Mutex<File>>,
    length: u64,
    position: u64,
}

impl SharedFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), length, position: 0 })
    }
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().map_err(|_| io::Error::other("a reader failed"))?;
        file.seek(SeekFrom::Start(self.position))?;
        let count = file.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

/// A zip whose files are those of a dossier, with or without one folder around them.
#[derive(Debug)]
pub struct ZipSource<R> {
    archive: zip::ZipArchive<R>,
    listed: Vec<Listed>,
    /// Path in the dossier → place in the zip.
    places: BTreeMap<String, usize>,
}

impl ZipSource<SharedFile> {
    /// Opens a zip on disk.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read, is damaged, or names a file twice.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let at = |source| SourceError::Io { path: path.display().to_string(), source };
        Self::new(SharedFile::open(path).map_err(at)?)
    }
}

impl ZipSource<Cursor<Arc<[u8]>>> {
    /// Opens a zip in memory.
    ///
    /// # Errors
    /// [`SourceError`] when it is damaged or names a file twice.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SourceError> {
        Self::new(Cursor::new(Arc::from(bytes)))
    }
}

impl<R: Read + Seek + Clone> ZipSource<R> {
    fn new(mut reader: R) -> Result<Self, SourceError> {
        let stated = stated_files(&mut reader)
            .map_err(|source| SourceError::Io { path: "zip".to_owned(), source })?;
        let mut archive = zip::ZipArchive::new(reader)?;
        let found = archive.len() as u64;
        if archive.len() > MOST_FILES {
            return Err(SourceError::TooMany);
        }
        // The library keeps one of two files of the same name; which one others would see is
        // anybody's guess, so neither is trusted.
        if stated.is_some_and(|stated| stated != found) {
            let stated = stated.unwrap_or_default();
            return Err(SourceError::ZipDuplicates { stated, found });
        }
        let mut entries = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index)?;
            if !file.is_dir() {
                let plain = !file.is_symlink() && !file.encrypted();
                entries.push((String::from_utf8_lossy(file.name_raw()).into_owned(), plain, index));
            }
        }
        let folder = common_folder(entries.iter().map(|(path, ..)| path.as_str()));
        let (mut listed, mut places) = (Vec::new(), BTreeMap::new());
        for (path, plain, index) in entries {
            let path = path.strip_prefix(&folder).unwrap_or(&path).to_owned();
            places.entry(path.clone()).or_insert(index);
            listed.push(Listed { path, plain });
        }
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { archive, listed, places })
    }
}

/// The one folder that all files lie in, as people zip a folder; empty when the manifest lies at
/// the top or there is no such folder.
fn common_folder<'a>(mut paths: impl Iterator<Item = &'a str> + Clone) -> String {
    if paths.clone().any(|path| path == layout::MANIFEST) {
        return String::new();
    }
    let first = paths.next().and_then(|path| path.split_once('/'));
    let folder = first.map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    if paths.all(|path| path.starts_with(&folder)) { folder } else { String::new() }
}

/// The number of files by the directory at the end of a zip; `None` when it is too large for the
/// plain format or cannot be found.
fn stated_files(reader: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    const RECORD_BYTES: usize = 22;
    const MOST_COMMENT_BYTES: u64 = 65_535;
    let length = reader.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(MOST_COMMENT_BYTES + RECORD_BYTES as u64);
    reader.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    reader.take(length - start).read_to_end(&mut end)?;
    reader.seek(SeekFrom::Start(0))?;
    let at = end.windows(RECORD_BYTES).rposition(|window| window.starts_with(b"PK\x05\x06"));
    let count = at.map(|at| u16::from_le_bytes([end[at + 10], end[at + 11]]));
    Ok(count.filter(|count| *count != u16::MAX).map(u64::from))
}

impl<R: Read + Seek + Clone + Send + Sync> DossierSource for ZipSource<R> {
    fn list(&self) -> &[Listed] {
        &self.listed
    }

    fn read(
        &self,
        path: &str,
        take: &mut (dyn FnMut(&mut (dyn Read + Send)) -> io::Result<()> + Send),
    ) -> io::Result<()> {
        let place = *self.places.get(path).ok_or_else(not_found)?;
        let mut archive = self.archive.clone();
        let damaged = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        let mut file = archive.by_index(place).map_err(damaged)?;
        take(&mut file)
    }
}

/// Opens a folder, or else a zip.
///
/// # Errors
/// [`SourceError`] when it is neither or cannot be read.
pub fn open_source(path: &Path) -> Result<Box<dyn DossierSource>, SourceError> {
    if path.is_dir() {
        return Ok(Box::new(FolderSource::open(path)?));
    }
    Ok(Box::new(ZipSource::open(path)?))
}
