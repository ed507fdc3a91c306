//! The kinds of forgery: what is forged, the check that must say so, and the forgery.

#![allow(unreachable_pub, reason = "a part of a test binary")]
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod ballot;
mod opening;
mod record;
mod setup;

use crate::forge::Scene;
use gongping_seal::Check;

pub use ballot::BALLOTS;
pub use opening::OPENING;
pub use record::{ARCHIVE, CHAIN};
pub use setup::{SETUP, THRESHOLD};

/// What is forged, the check that must say so, and the forgery.
pub type Forgery = (&'static str, Check, fn(&mut Scene) -> Vec<u8>);
