//! The code issuer's own machine: invitation codes, the public lists made from them, and the slips
//! that people get. Nothing here knows a network, a server or a file; what comes in and goes out
//! are bytes.
//!
//! - [`CodeWork`]: what there is to make, as the server describes it;
//! - [`SecretList`]: the codes, which stay with the issuer;
//! - [`PublicLists`]: what is handed in;
//! - [`replace`]: a lost code struck off, another in its place;
//! - [`slips_pdf`]: the codes on paper, with a [`SlipFont`] of the machine.

mod font;
mod paper;
mod public;
mod replacement;
mod secret;
mod square;
mod work;

pub use font::{FontMistake, SlipFont};
pub use paper::{PaperMistake, SLIPS_ON_A_PAGE, slips_pdf};
pub use public::{PublicBox, PublicLists};
pub use replacement::{BoxChange, ReplaceMistake, Replacement, replace};
pub use secret::{CodeLine, SecretList, SecretMistake};
pub use square::Square;
pub use work::{BallotLink, CodeWork, LinkMistake, WorkBox, WorkMistake, WorkSheet};
