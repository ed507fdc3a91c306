//! The repositories, compiled once for each database.
//!
//! `engine/log.rs`, `boxes.rs`, … are ordinary modules that speak of `super::Db`. Both
//! `engine/sqlite.rs` and `engine/postgres.rs` include them and add only what really differs:
//! opening, how a transaction begins, triggers, backup. Generics over the driver's traits would
//! say the same with a page of bounds on every function.
#![allow(clippy::duplicate_mod, reason = "the same source for two databases is the point")]

pub(crate) mod postgres;
pub(crate) mod sqlite;
