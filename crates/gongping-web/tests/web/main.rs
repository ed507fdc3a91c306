//! The pages as browsers meet them: real requests to the whole router, over real use cases.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod bad_input;
mod permission;
mod public;
mod shell;
mod world;
