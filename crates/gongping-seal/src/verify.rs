//! Verifying a box from its file alone.

use crate::archive::{ArchiveError, ArchiveReader};
use crate::box_state::{BoxState, Phase};
use crate::election::{Question, Uuid};
use crate::event::Head;
use crate::finding::{BoxFinding, Check};
use crate::group::Element;
use crate::hash::Hash;
use crate::replay::{BoxReplay, FinishedReplay};
use crate::tally::EncryptedTally;
use std::collections::BTreeMap;
use std::io::{self, Read};

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
    /// How often each check was made and held.
    pub performed: BTreeMap<Check, u64>,
}

/// Makes every check, on `threads` threads, and reports the numbers. Memory does not grow with
/// the size of the ballots' proofs, only with the number of ciphertexts.
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
    mut progress: impl FnMut(Progress) + Send,
    threads: usize,
) -> Result<(BoxReport, BoxState), VerifyError> {
    let threads = threads.max(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;
    pool.install(|| {
        let mut reader = ArchiveReader::new(reader);
        let mut replay = BoxReplay::verifying(threads * BALLOTS_PER_THREAD);
        loop {
            let item = match reader.next_item() {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(ArchiveError::Io(error)) => return Err(VerifyError::Unreadable(error)),
                Err(ArchiveError::Format(error)) => {
                    let position = reader.entries() + 1;
                    let defect = error.into();
                    let finding = BoxFinding { position, name: String::new(), defect };
                    return Err(replay.earliest(finding).into());
                }
            };
            replay.apply(item).map_err(Box::new)?;
            progress(Progress {
                entries: reader.entries(),
                bytes: reader.bytes_read(),
                ballots: replay.ballots_checked(),
            });
        }
        let mut finished = replay.finish().map_err(Box::new)?;
        finished.performed.insert(Check::Archive, reader.entries());
        Ok(report(finished, reader.bytes_read()))
    })
}

impl From<BoxFinding> for VerifyError {
    fn from(finding: BoxFinding) -> Self {
        Self::Finding(Box::new(finding))
    }
}

fn report(finished: FinishedReplay, bytes: u64) -> (BoxReport, BoxState) {
    let FinishedReplay { state, entries, ballots_checked, performed } = finished;
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
    };
    (report, state)
}
