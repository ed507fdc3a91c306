//! The subcommands, one file each: flags in, one use case out.

pub(crate) mod backup;
pub(crate) mod codes;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod dossier;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod mail;
pub(crate) mod rulebook;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod user;
pub(crate) mod verify;
pub(crate) mod verify_diff;
