//! The sealed ballot box.
//!
//! This crate implements the Belenios voting protocol, version 1, with the group Ed25519 and
//! homomorphic questions, from its published specification (version 3.3.0). Section numbers in
//! these documents are those of that text. It does no input or output of its own, has no clock,
//! and takes its randomness as an argument: the same random numbers give the same bytes.
//!
//! - [`PrivateCredential`], [`CredentialList`]: codes and the public list made from them;
//! - [`SlipCode`]: a code as it is printed and typed;
//! - [`KeyHolderSecret`], [`Trustees`]: who can open a box;
//! - [`CeremonySecret`], [`Certificates`], [`Polynomials`]: how n holders make a key for any k;
//! - [`Election`]: the questions and the key of one box;
//! - [`seal_ballot`], [`tracker`], [`receipt_number`]: a respondent's side;
//! - [`BoxState`], [`BoxReplay`]: a box as a machine that takes ballots and is opened at the end;
//! - [`ArchiveWriter`], [`ArchiveReader`]: the box as a file;
//! - [`verify_archive`], [`verify_archive_file`], [`BoxVerifier`]: everything checked again from
//!   that file alone, also while it grows;
//! - [`compare_archives`]: whether a newer copy of a box holds all that an older one holds.

mod archive;
mod arithmetic;
mod ballot;
mod box_state;
mod canonical;
mod channel;
mod check;
mod coverage;
mod credential;
mod election;
mod event;
mod extension;
mod finding;
mod fingerprint;
mod group;
mod hash;
mod key_ceremony;
mod ledger;
mod proof;
mod receipt;
mod replay;
mod sealing;
mod slip;
mod step;
mod tally;
mod threshold;
mod trustee;
mod verify;

pub use archive::{ArchiveError, ArchiveReader, ArchiveWriter, FormatError, MAX_ENTRY_BYTES};
pub use arithmetic::Arithmetic;
pub use ballot::{BallotRejection, MAX_BALLOT_BYTES};
pub use box_state::{BallotChecker, BoxState, Phase};
pub use canonical::JsonError;
pub use check::CheckedBallot;
pub use coverage::CheckCounts;
pub use credential::{
    CredentialFormatError, CredentialList, CredentialListError, MAX_TOTAL_WEIGHT,
    PrivateCredential, PublicCredential, SigningKey,
};
pub use election::{
    Election, ElectionDraft, ElectionError, MAX_ANSWERS, MAX_QUESTIONS, MAX_UUID_LENGTH,
    PROTOCOL_VERSION, Question, Uuid,
};
pub use event::{EventType, HEADER_NAME, Head, HeaderError, Item, ItemKind, MAX_TIMESTAMP};
pub use extension::{BoxCopy, CopyContent, Extension, ExtensionError, compare_archives};
pub use finding::{BoxFinding, Check, Defect};
pub use group::{Element, ElementError, GROUP_NAME, ScalarError};
pub use hash::{Hash, tracker};
pub use key_ceremony::{
    CeremonyError, CeremonyPlace, CeremonySecret, Certificates, Conclusion, Polynomials,
};
pub use receipt::{read_receipt_number, receipt_number};
pub use replay::{BoxReplay, FinishedReplay};
pub use sealing::{Choice, SealError, SealedBallot, seal_ballot};
pub use slip::{SlipCode, SlipMistake};
pub use tally::{EncryptedTally, TallyError};
pub use threshold::{MAX_KEY_HOLDERS, ThresholdError, ThresholdHolders};
pub use trustee::{
    KeyHolderSecret, SecretError, Trustee, TrusteeError, TrusteePublicKey, Trustees,
};
pub use verify::{
    BoxReport, BoxVerifier, Progress, TrusteeReport, VerifyError, verify_archive,
    verify_archive_file, verify_archive_state,
};
