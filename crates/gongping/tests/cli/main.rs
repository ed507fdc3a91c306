//! The commands as people type them: what they print, what they leave on disk, how they end.

#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod codes;
mod common;
mod doctor;
mod help;
mod installation;
mod key;
mod practice;
mod score;
mod verify;
