//! The staff's pages as browsers meet them: every stage, every form with good and bad input.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod desk;
mod directory;
mod inspection;
mod pages;
mod preparation;
mod register;
mod session;
mod setup;
mod sorting;
mod survey;
mod words;
