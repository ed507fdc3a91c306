//! A small published appraisal in memory, and the ways to lie about it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

pub mod ballot_box;
pub mod case;
pub mod installation;

#[allow(unused_imports, reason = "each test file uses its part")]
pub use case::{Case, files_of, verify};
