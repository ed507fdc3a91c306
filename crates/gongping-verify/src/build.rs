//! Writing a dossier, in two steps: first all files but the log, whose manifest hash goes into
//! the `Published` event; then the log up to that event.

use crate::layout::{
    BOX_SUFFIX, COUNTS, LOG_CHECKPOINT, LOG_KEY, MANIFEST, OPENINGS, RANKING, README, README_TEXT,
    RULEBOOK, SCORES, UNITS, box_path, inspection_path, log_path,
};
use crate::manifest::{DigestReader, FileDigest, Manifest};
use crate::openings::{OpenedCommitment, Openings};
use crate::scoring::{BoxTally, ScoringMistake, score_input, score_report};
use crate::tables::{counts_csv, ranking_csv, unit_names, units_csv};
use crate::{BoxContentError, read_box};
use gongping_appraisal::{
    Appraisal, AppraisalId, BoxId, Digest, InspectionReport, UnitId, World, sha256,
};
use gongping_log::tile::{self, EntryBundle};
use gongping_log::{EntryTooLong, Opening, SALT_BYTES, Tile, Tree};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Content that the log commits to, with its salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// The salt.
    pub salt: [u8; SALT_BYTES],
}

impl Committed {
    /// The commitment as events carry it.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        let commitment = Opening::new(self.salt, self.bytes.clone()).commitment();
        // A commitment is written as its 32 bytes are: the parse cannot fail.
        Digest::parse(&commitment.to_string()).unwrap_or_else(|| sha256(&[]))
    }
}

/// A box archive as it goes into a dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxFile {
    /// Which box.
    pub id: BoxId,
    /// Length and hash of the archive.
    pub file: FileDigest,
    /// What came out of it.
    pub tally: BoxTally,
}

impl BoxFile {
    /// Reads an archive as a stream, once, without checking proofs: the server made it.
    ///
    /// # Errors
    /// [`BoxContentError`] when it is no archive.
    pub fn read(id: BoxId, reader: impl Read) -> Result<Self, BoxContentError> {
        let mut reader = DigestReader::new(reader);
        let content = read_box(&mut reader)?;
        io::copy(&mut reader, &mut io::sink()).map_err(gongping_seal::ArchiveError::from)?;
        let counted = content.counted.unwrap_or_default();
        let tally = BoxTally { counted, counts: content.counts };
        Ok(Self { id, file: reader.digest(), tally })
    }
}

/// What a dossier is made from.
#[derive(Debug, Clone)]
pub struct DossierDraft<'a> {
    /// The world before the publication.
    pub world: &'a World,
    /// The appraisal that is about to be published.
    pub appraisal: &'a AppraisalId,
    /// The time that the `Published` event will bear.
    pub at: Timestamp,
    /// The name of the log.
    pub log_origin: &'a str,
    /// The public key of the log.
    pub log_key: &'a str,
    /// The score report, as the ranking was drafted from it.
    pub scores: Committed,
    /// The signed inspection reports.
    pub inspections: BTreeMap<UnitId, Committed>,
    /// The boxes.
    pub boxes: Vec<BoxFile>,
}

/// Why there is no dossier. Each would make the verifier refuse it.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no such appraisal, or it has not been opened.
    #[error("there is no running appraisal {appraisal}")]
    NotRunning {
        /// The id.
        appraisal: AppraisalId,
    },
    /// The boxes are not those of the survey.
    #[error("box {box_id} is missing, or does not belong to this survey")]
    Boxes {
        /// The first one.
        box_id: BoxId,
    },
    /// An inspection report is missing, or is not one.
    #[error("the inspection report of {unit} is missing or cannot be read")]
    Inspection {
        /// The unit.
        unit: UnitId,
    },
    /// Content is not what the log committed to.
    #[error("{path} is not what the log committed to")]
    Commitment {
        /// The file that it would be.
        path: String,
    },
    /// The scores cannot be computed.
    #[error(transparent)]
    Scoring(#[from] ScoringMistake),
    /// The score report is not what boxes and reports lead to.
    #[error("the score report does not follow from the boxes and the inspection reports")]
    ScoresDiffer,
}

/// A dossier without its log and its box archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltDossier {
    /// The files in memory by path, the manifest among them.
    pub files: BTreeMap<String, Vec<u8>>,
    /// SHA-256 of the manifest, for the `Published` event.
    pub manifest: Digest,
}

/// The civil date in China at an instant: names of units go by it.
pub(crate) fn civil_date(at: Timestamp) -> Date {
    // UTC+8 without daylight saving, as `Context::today` has it.
    Offset::constant(8).to_datetime(at).date()
}

/// Makes all files of a dossier but the log and the archives. Refuses what the verifier would.
///
/// # Errors
/// [`BuildError`] when the parts do not belong together.
pub fn build(draft: &DossierDraft<'_>) -> Result<BuiltDossier, BuildError> {
    let not_running = || BuildError::NotRunning { appraisal: draft.appraisal.clone() };
    let appraisal = draft.world.appraisal(draft.appraisal).ok_or_else(not_running)?;
    let open = appraisal.running().ok_or_else(not_running)?;
    let rules = &open.rulebook.rules;
    let tallies = tallies(appraisal, &draft.boxes)?;
    let reports = reports(appraisal, &draft.inspections)?;
    let breaches = appraisal.register.breaches();
    let report = score_report(rules, &appraisal.units, &tallies, &reports, &breaches)?;
    if report.to_json().as_bytes() != draft.scores.bytes {
        return Err(BuildError::ScoresDiffer);
    }
    if open.ranking.report() != Some(draft.scores.commitment()) {
        return Err(BuildError::Commitment { path: SCORES.to_owned() });
    }
    let input = score_input(rules, &appraisal.units, &tallies, &reports, &breaches)?;
    let names = unit_names(draft.world, appraisal, civil_date(draft.at));
    let mut openings = Openings::default();
    openings.0.insert(SCORES.to_owned(), opened(&draft.scores));
    let mut files = BTreeMap::from([
        (README.to_owned(), README_TEXT.as_bytes().to_owned()),
        (RULEBOOK.to_owned(), open.rulebook.text.as_bytes().to_owned()),
        (UNITS.to_owned(), units_csv(&names)),
        (COUNTS.to_owned(), counts_csv(rules, &input)),
        (RANKING.to_owned(), ranking_csv(&report, &names)),
        (SCORES.to_owned(), draft.scores.bytes.clone()),
    ]);
    for (unit, report) in &draft.inspections {
        let path = inspection_path(unit);
        let committed = open.inspections.get(unit).and_then(|known| known.report());
        if committed != Some(report.commitment()) {
            return Err(BuildError::Commitment { path });
        }
        openings.0.insert(path.clone(), opened(report));
        files.insert(path, report.bytes.clone());
    }
    files.insert(OPENINGS.to_owned(), openings.to_bytes());
    let mut digests: BTreeMap<String, FileDigest> =
        files.iter().map(|(path, bytes)| (path.clone(), FileDigest::of(bytes))).collect();
    digests.extend(draft.boxes.iter().map(|file| (box_path(&file.id), file.file)));
    let (origin, key) = (draft.log_origin.to_owned(), draft.log_key.to_owned());
    let manifest = Manifest::new(appraisal.id.clone(), origin, key, digests).to_bytes();
    let hash = sha256(&manifest);
    files.insert(MANIFEST.to_owned(), manifest);
    Ok(BuiltDossier { files, manifest: hash })
}

fn opened(content: &Committed) -> OpenedCommitment {
    OpenedCommitment { commitment: content.commitment(), salt: hex::encode(content.salt) }
}

fn tallies(
    appraisal: &Appraisal,
    files: &[BoxFile],
) -> Result<BTreeMap<BoxId, BoxTally>, BuildError> {
    let empty = BTreeMap::new();
    let boxes = appraisal.running().and_then(|open| open.survey.boxes()).unwrap_or(&empty);
    let mut tallies = BTreeMap::new();
    for file in files {
        let known = boxes.contains_key(&file.id);
        if !known || tallies.insert(file.id.clone(), file.tally.clone()).is_some() {
            return Err(BuildError::Boxes { box_id: file.id.clone() });
        }
    }
    match boxes.keys().find(|id| !tallies.contains_key(*id)) {
        Some(missing) => Err(BuildError::Boxes { box_id: missing.clone() }),
        None => Ok(tallies),
    }
}

fn reports(
    appraisal: &Appraisal,
    inspections: &BTreeMap<UnitId, Committed>,
) -> Result<BTreeMap<UnitId, InspectionReport>, BuildError> {
    let mut reports = BTreeMap::new();
    for unit in appraisal.units.iter().chain(inspections.keys()) {
        let mistake = || BuildError::Inspection { unit: unit.clone() };
        let content = inspections.get(unit).ok_or_else(mistake)?;
        let report: InspectionReport =
            serde_json::from_slice(&content.bytes).map_err(|_| mistake())?;
        let canonical = serde_json::to_vec(&report).is_ok_and(|bytes| bytes == content.bytes);
        if !canonical || report.unit != *unit {
            return Err(mistake());
        }
        reports.insert(unit.clone(), report);
    }
    Ok(reports)
}

/// The files of the log: key, head, tiles and entry bundles for exactly these entries. The last
/// entry is the `Published` event, and `checkpoint` is the signed head of that size.
///
/// # Errors
/// [`EntryTooLong`] when an entry could never have entered the log.
pub fn log_files<E: AsRef<[u8]>>(
    entries: &[E],
    log_key: &str,
    checkpoint: &str,
) -> Result<BTreeMap<String, Vec<u8>>, EntryTooLong> {
    let mut files = BTreeMap::from([
        (LOG_KEY.to_owned(), format!("{log_key}\n").into_bytes()),
        (LOG_CHECKPOINT.to_owned(), checkpoint.as_bytes().to_owned()),
    ]);
    files.extend(tile_files(entries)?.1);
    Ok(files)
}

/// The tree over these entries, with all its tiles and bundles by their paths in the dossier.
pub(crate) fn tile_files<E: AsRef<[u8]>>(
    entries: &[E],
) -> Result<(Tree, BTreeMap<String, Vec<u8>>), EntryTooLong> {
    let tree = Tree::from_entries(entries.iter())?;
    let mut files = BTreeMap::new();
    for tile in Tile::all(tree.size()) {
        // Every tile of a tree's own size lies within the tree.
        files.insert(log_path(tile), tree.tile_bytes(&tile).unwrap_or_default());
    }
    for bundle in EntryBundle::all(tree.size()) {
        let first = usize::try_from(bundle.first_entry()).unwrap_or(usize::MAX);
        let part = entries.iter().skip(first).take(usize::from(bundle.width()));
        files.insert(log_path(bundle), tile::bundle(part)?);
    }
    Ok((tree, files))
}

/// Whether a path is that of a file which may be too large for memory.
pub(crate) fn is_large(path: &str) -> bool {
    path.ends_with(BOX_SUFFIX)
}
