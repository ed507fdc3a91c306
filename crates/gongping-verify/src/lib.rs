//! The dossier of a published result, and its verification.
//!
//! A dossier is a folder (or zip) of plain files that says everything a published ranking rests
//! on: the rulebook, the log, every box, the inspection reports, the scores. The organiser's
//! server writes it with [`build`] and [`log_files`]; anybody checks it with [`verify_dossier`],
//! which needs no server, no database and no trust in who wrote it. The format is described in
//! `docs/spec/dossier.md`.
//!
//! What both sides must do alike stands here once: [`box_election`] says what a box asks,
//! [`score_report`] turns opened boxes and inspection reports into scores, [`permission`] says
//! which duty an event needs.

mod box_file;
mod build;
mod canonical;
mod check;
mod compare;
mod election;
mod follow;
pub mod layout;
mod manifest;
mod openings;
mod permit;
mod permit_ledger;
mod permit_opinion;
mod permit_preparation;
mod practice_box;
mod problem;
mod report;
mod scoring;
mod source;
mod tables;
mod verify;

pub use box_file::{BoxContent, BoxContentError, BoxEvent, read_box};
pub use build::{BoxFile, BuildError, BuiltDossier, Committed, DossierDraft, build, log_files};
pub use canonical::CanonicalError;
pub use check::Check;
pub use compare::{
    BoxGrowth, Comparison, CopySide, Difference, LogGrowth, compare_boxes, compare_dossiers,
};
pub use election::{
    BoxElectionMistake, box_election, box_trustees, certificates, conclusion, polynomials,
    trustees_of,
};
pub use follow::{Followed, follow_box};
pub use manifest::{FORMAT, FileDigest, Manifest, ManifestFile};
pub use openings::{OpenedCommitment, Openings};
pub use permit::{SYSTEM_ACTOR, SYSTEM_STEPS, allows, permission};
pub use practice_box::{
    PRACTICE_BALLOTS, PracticeBoxMistake, check_practice_share, check_rehearsal, make_practice_box,
    open_practice_box, read_practice_box,
};
pub use problem::Problem;
pub use report::{BoxCheckCount, Counted, ExitStatus, Finding, LogHead, Place, Report, Subject};
pub use scoring::{BoxTally, ScoringMistake, score_input, score_report};
pub use source::{
    DossierSource, FolderSource, Listed, MemorySource, SharedFile, SourceError, ZipSource,
    open_source,
};
pub use tables::{counts_csv, ranking_csv, unit_names, units_csv};
pub use verify::{Options, Progress, VerifyFailure, verify_box, verify_box_file, verify_dossier};
