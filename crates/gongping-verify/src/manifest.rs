//! The manifest: length and SHA-256 of every file but itself and the log.

use crate::canonical::{self, CanonicalError};
use gongping_appraisal::{AppraisalId, Digest, sha256};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// The version of the layout.
pub const FORMAT: &str = "gongping-dossier-v1";

/// Length and hash of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileDigest {
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: Digest,
}

impl FileDigest {
    /// Of bytes in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }

    /// Of a stream, read to its end in small pieces.
    ///
    /// # Errors
    /// When reading fails.
    pub fn of_reader(reader: impl Read) -> io::Result<Self> {
        let mut reader = DigestReader::new(reader);
        io::copy(&mut reader, &mut io::sink())?;
        Ok(reader.digest())
    }
}

/// Passes bytes on and hashes them.
#[derive(Debug)]
pub(crate) struct DigestReader<R> {
    inner: R,
    sha: sha2::Sha256,
    bytes: u64,
}

impl<R: Read> DigestReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, sha: sha2::Sha256::new(), bytes: 0 }
    }

    pub(crate) fn digest(self) -> FileDigest {
        let sha256 = Digest::from_bytes(self.sha.finalize().into());
        FileDigest { bytes: self.bytes, sha256 }
    }
}

impl<R: Read> Read for DigestReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.sha.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// One line of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Path within the dossier, `/` between its parts.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: Digest,
}

/// The manifest. Its SHA-256 stands in the log: whoever changes a file changes the manifest, and
/// whoever changes the manifest breaks the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The appraisal whose result this is.
    pub appraisal: AppraisalId,
    /// The name of the log.
    pub log_origin: String,
    /// The public key of the log (C2SP signed-note *vkey*).
    pub log_key: String,
    /// The files, by path.
    pub files: Vec<ManifestFile>,
}

impl Manifest {
    /// Lists these files.
    #[must_use]
    pub fn new(
        appraisal: AppraisalId,
        log_origin: String,
        log_key: String,
        files: BTreeMap<String, FileDigest>,
    ) -> Self {
        let line = |(path, digest): (String, FileDigest)| ManifestFile {
            path,
            bytes: digest.bytes,
            sha256: digest.sha256,
        };
        let files = files.into_iter().map(line).collect();
        Self { format: FORMAT.to_owned(), appraisal, log_origin, log_key, files }
    }

    /// The exact bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }

    /// Reads the exact bytes, and nothing else that means the same.
    ///
    /// # Errors
    /// [`CanonicalError`] for other JSON and other spellings.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonicalError> {
        canonical::read(bytes)
    }
}
