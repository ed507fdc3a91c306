//! The subcommands, one file each: flags in, one use case out.

pub(crate) mod demo;
pub(crate) mod serve;
