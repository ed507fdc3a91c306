//! Verifying a box from its file alone.

use crate::archive::{ArchiveError, ArchiveReader, Earlier, FormatError};
use crate::box_state::{BoxState, Phase};
use crate::coverage::CheckCounts;
use crate::election::{Question, Uuid};
use crate::event::Head;
use crate::finding::{BoxFinding, Defect};
use crate::fingerprint::Fingerprints;
use crate::group::Element;
use crate::hash::Hash;
use crate::replay::{BoxReplay, FinishedReplay, Stop};
use crate::tally::EncryptedTally;
use sha2::{Digest, Sha256};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Ballots checked together, per thread: enough to keep threads busy, little memory.
const BALLOTS_PER_THREAD: usize = 16;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The input could not be read, or threads could not be started; says nothing about the box.
    #[error("the archive could not be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A check failed.
    #[error(transparent)]
    Finding(#[from] Box<BoxFinding>),
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Entries read.
    pub entries: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Ballots checked.
    pub ballots: u64,
}

/// One trustee as the archive names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrusteeReport {
    /// Number, from 1.
    pub number: u32,
    /// Public key.
    pub public_key: Element,
    /// Whether this trustee's part of the opening is in the archive.
    pub opened: bool,
}

/// What a verification found: everything holds, and these are the numbers.
#[derive(Debug, Clone)]
pub struct BoxReport {
    /// Identifier of the election.
    pub uuid: Uuid,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its questions.
    pub questions: Vec<Question>,
    /// The archive's time, in seconds since 1970.
    pub timestamp: u64,
    /// Hash of the election.
    pub election_hash: Hash,
    /// The same in Base64: what ballots refer to.
    pub election_fingerprint: String,
    /// Base64 hash of the public list.
    pub credentials_fingerprint: String,
    /// Base64 hash of the trustees.
    pub trustees_fingerprint: String,
    /// The trustees.
    pub trustees: Vec<TrusteeReport>,
    /// Codes on the public list.
    pub credentials: u64,
    /// All ballots, also those replaced.
    pub ballots_received: u64,
    /// Ballots of which every proof was checked: always the same number.
    pub ballots_checked: u64,
    /// Ballots replaced by a later one.
    pub ballots_replaced: u64,
    /// Ballots that count.
    pub ballots_counted: u64,
    /// Their weights.
    pub total_weight: u64,
    /// Where the box stands.
    pub phase: Phase,
    /// The last event.
    pub head: Head,
    /// The encrypted sum, if it is there: what a key holder opens.
    pub encrypted_tally: Option<EncryptedTally>,
    /// Counts by question and answer, if published. Where blank is possible, its count is first.
    pub counts: Option<Vec<Vec<u64>>>,
    /// Entries of the archive, the header included.
    pub entries: u64,
    /// Length of the archive.
    pub bytes: u64,
    /// How often each check was made and held, the coverage among them.
    pub performed: CheckCounts,
    /// How often each had to be made, counted from what is in the archive: always the same.
    pub present: CheckCounts,
}

/// Makes every check, on `threads` threads, and reports the numbers. Memory does not grow with
/// the size of the ballots' proofs, but with the number of ciphertexts: some 2 kB for each code
/// that was used and 32 ciphertexts. [`verify_archive_file`] needs a tenth of that.
///
/// `progress` is called after every entry.
pub fn verify_archive<R: Read + Send>(
    reader: R,
    progress: impl FnMut(Progress) + Send,
    threads: usize,
) -> Result<BoxReport, VerifyError> {
    verify_archive_state(reader, progress, threads).map(|(report, _)| report)
}

/// As [`verify_archive`], and returns the box too: for a key holder who is to open it.
pub fn verify_archive_state<R: Read + Send>(
    reader: R,
    progress: impl FnMut(Progress) + Send,
    threads: usize,
) -> Result<(BoxReport, BoxState), VerifyError> {
    let pool = pool(threads)?;
    pool.install(|| {
        let mut reader = ArchiveReader::new(reader);
        let mut replay = BoxReplay::verifying(batch(threads));
        read_on(&mut reader, &mut replay, progress, |_| {})?;
        let finished = replay.conclude()?;
        Ok(report(finished, reader.bytes_read()))
    })
}

/// Makes every check of an archive that can be opened again and again, on `threads` threads, in
/// memory that hardly grows with the number of ballots: some 250 bytes for a ballot of 32
/// ciphertexts, and 150 for a code. Ballots that were replaced are read again.
pub fn verify_archive_file<F, R>(
    open: F,
    progress: impl FnMut(Progress) + Send,
    threads: usize,
) -> Result<BoxReport, VerifyError>
where
    F: Fn() -> io::Result<R> + Clone + Send + Sync + 'static,
    R: Read + Seek + Send,
{
    let mut verifier = BoxVerifier::new(open, threads)?;
    verifier.advance(progress)?;
    verifier.finish()
}

/// Verifies an archive that may still grow: each time it goes on where it stopped.
pub struct BoxVerifier<F> {
    open: F,
    pool: rayon::ThreadPool,
    replay: BoxReplay,
    entries: u64,
    bytes: u64,
    has_tail: bool,
    /// Eight bytes of the hash of each entry, to say which was changed since.
    prints: Vec<[u8; 8]>,
    /// Hash of the hashes of all entries.
    digest: Sha256,
}

impl<F> std::fmt::Debug for BoxVerifier<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoxVerifier").field("replay", &self.replay).finish_non_exhaustive()
    }
}

impl<F, R> BoxVerifier<F>
where
    F: Fn() -> io::Result<R> + Clone + Send + Sync + 'static,
    R: Read + Seek + Send,
{
    /// A verifier that has read nothing yet. `open` opens the archive at its start.
    pub fn new(open: F, threads: usize) -> io::Result<Self> {
        let earlier = Box::new(open.clone());
        Ok(Self {
            open,
            pool: pool(threads)?,
            replay: BoxReplay::located(batch(threads), earlier, Fingerprints::new()),
            entries: 0,
            bytes: 0,
            has_tail: false,
            prints: Vec::new(),
            digest: Sha256::new(),
        })
    }

    /// Checks every whole entry that has been added since the last time. Part of an entry at the
    /// end waits for the next time, or for [`Self::finish`], which refuses it.
    pub fn advance(&mut self, progress: impl FnMut(Progress) + Send) -> Result<(), VerifyError> {
        let mut file = (self.open)()?;
        if self.bytes > 0 && file.seek(SeekFrom::End(0))? < self.bytes {
            return Err(self.finding_here(FormatError::Truncated.into()));
        }
        file.seek(SeekFrom::Start(self.bytes))?;
        let file = BufReader::new(file);
        let mut reader = match self.replay.timestamp {
            Some(timestamp) => ArchiveReader::resume(file, timestamp, self.entries, self.bytes),
            None => ArchiveReader::new(file),
        };
        let (mut entries, mut bytes) = (self.entries, self.bytes);
        let Self { pool, replay, prints, digest, .. } = self;
        let read = pool.install(|| {
            let read = read_on(&mut reader, replay, progress, |read| {
                (entries, bytes) = (read.entries, read.end);
                prints.push(short(read.hash));
                digest.update(read.hash.as_bytes());
            });
            match read {
                Ok(()) => Ok(replay.flush()?),
                Err(error) => Err(error),
            }
        });
        (self.entries, self.bytes) = (entries, bytes);
        self.has_tail = match read {
            // What is there of an entry is still being written, perhaps.
            Err(VerifyError::Finding(found)) if is_cut_off(&found, self.entries) => {
                self.pool.install(|| self.replay.flush())?;
                found.defect == FormatError::Truncated.into()
            }
            other => other.map(|()| false)?,
        };
        Ok(())
    }

    /// Reads everything that was checked once more, and names the first entry that has changed
    /// since.
    pub fn recheck(&self) -> Result<(), VerifyError> {
        let Some(timestamp) = self.replay.timestamp else { return Ok(()) };
        let (mut digest, mut count) = (Sha256::new(), 0);
        let mut changed = None;
        let mut open = self.open.clone();
        let read = open.all_until(self.bytes, timestamp, &mut |offset, item| {
            let hash = Hash::of(&item.bytes);
            digest.update(hash.as_bytes());
            if self.prints.get(count) != Some(&short(hash)) {
                changed = Some((offset, item.name.clone()));
            }
            count += 1;
            changed.is_some()
        });
        let (offset, name) = match (read, changed) {
            (Err(ArchiveError::Io(error)), _) => return Err(VerifyError::Unreadable(error)),
            (Err(ArchiveError::Format(_)), _) => (self.bytes, String::new()),
            (Ok(()), Some(changed)) => changed,
            (Ok(()), None) if digest.finalize() == self.digest.clone().finalize() => return Ok(()),
            (Ok(()), None) => (0, String::new()),
        };
        let position = count as u64;
        let (defect, height) = (Defect::Altered, 0);
        Err(BoxFinding { position, offset, height, name, defect }.into())
    }

    /// How much has been checked.
    pub fn progress(&self) -> Progress {
        let ballots = self.replay.ballots_checked();
        Progress { entries: self.entries, bytes: self.bytes, ballots }
    }

    /// The last event that was checked.
    pub fn head(&self) -> Option<Head> {
        self.replay.head()
    }

    /// Where the box stands, once it is set up.
    pub fn phase(&self) -> Option<Phase> {
        self.replay.state().map(BoxState::phase)
    }

    /// The report, if the archive ends here.
    pub fn finish(self) -> Result<BoxReport, VerifyError> {
        if self.has_tail {
            return Err(self.finding_here(FormatError::Truncated.into()));
        }
        if self.entries == 0 {
            return Err(self.finding_here(FormatError::Empty.into()));
        }
        let finished = self.replay.conclude()?;
        Ok(report(finished, self.bytes).0)
    }

    /// The report as of the last event, of an archive that goes on: what has no event yet, or is
    /// not whole yet, is left out.
    pub fn finish_so_far(mut self) -> Result<BoxReport, VerifyError> {
        self.replay.forget_waiting();
        let finished = self.replay.conclude()?;
        Ok(report(finished, self.bytes).0)
    }

    fn finding_here(&self, defect: Defect) -> VerifyError {
        let height = self.replay.head().map_or(0, |head| head.height + 1);
        let (position, offset, name) = (self.entries + 1, self.bytes, String::new());
        BoxFinding { position, offset, height, name, defect }.into()
    }
}

/// Whether an archive ends in the middle of the entry after these.
fn is_cut_off(found: &BoxFinding, entries: u64) -> bool {
    found.position == entries + 1
        && matches!(found.defect, Defect::Format(FormatError::Truncated | FormatError::Empty))
}

fn short(hash: Hash) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(&hash.as_bytes()[..8]);
    short
}

fn pool(threads: usize) -> io::Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
    pool.map_err(io::Error::other)
}

fn batch(threads: usize) -> usize {
    threads.max(1) * BALLOTS_PER_THREAD
}

/// An entry that was read and taken, and how far the reading is.
struct Taken {
    entries: u64,
    end: u64,
    hash: Hash,
}

/// Feeds a replay with all entries that follow.
fn read_on<R: Read>(
    reader: &mut ArchiveReader<R>,
    replay: &mut BoxReplay,
    mut progress: impl FnMut(Progress),
    mut seen: impl FnMut(Taken),
) -> Result<(), VerifyError> {
    loop {
        let item = match reader.next_item() {
            Ok(Some(item)) => item,
            Ok(None) => return Ok(()),
            Err(ArchiveError::Io(error)) => return Err(VerifyError::Unreadable(error)),
            Err(ArchiveError::Format(error)) => return Err(replay.earliest(error.into()).into()),
        };
        let hash = Hash::of(&item.bytes);
        replay.advance(item)?;
        let (entries, bytes) = (reader.entries(), reader.bytes_read());
        seen(Taken { entries, end: bytes, hash });
        progress(Progress { entries, bytes, ballots: replay.ballots_checked() });
    }
}

impl From<BoxFinding> for VerifyError {
    fn from(finding: BoxFinding) -> Self {
        Self::Finding(Box::new(finding))
    }
}

impl From<Stop> for VerifyError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Finding(finding) => finding.into(),
            Stop::Here(defect) => BoxFinding::somewhere(defect).into(),
            Stop::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

fn report(finished: FinishedReplay, bytes: u64) -> (BoxReport, BoxState) {
    let FinishedReplay { state, entries, ballots_checked, performed, present } = finished;
    let election = state.election();
    let opened = state.opened_by();
    let trustees = (1..)
        .zip(state.trustees().owner_keys())
        .map(|(number, public_key)| TrusteeReport {
            number,
            public_key,
            opened: opened.contains(&number),
        })
        .collect();
    let report = BoxReport {
        uuid: election.uuid().clone(),
        name: election.name().to_owned(),
        description: election.description().to_owned(),
        questions: election.questions().to_vec(),
        timestamp: state.timestamp(),
        election_hash: election.hash(),
        election_fingerprint: election.fingerprint().to_owned(),
        credentials_fingerprint: state.credentials().fingerprint(),
        trustees_fingerprint: Hash::of(state.trustees().bytes()).to_base64(),
        trustees,
        credentials: state.credentials().len() as u64,
        ballots_received: state.ballots_received(),
        ballots_checked,
        ballots_replaced: state.ballots_replaced(),
        ballots_counted: state.ballots_counted(),
        total_weight: state.total_weight(),
        phase: state.phase(),
        head: state.head(),
        encrypted_tally: state.tally().cloned(),
        counts: state.counts().map(<[Vec<u64>]>::to_vec),
        entries,
        bytes,
        performed,
        present,
    };
    (report, state)
}
