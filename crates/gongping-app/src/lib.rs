//! The use cases of Gongping: each takes a proven permission, reads the world, decides, and
//! commits the events with everything that follows from them in one transaction.

pub mod account;
pub mod appraisal;
pub mod ballot;
mod ballot_queue;
mod boxes;
mod change_boxes;
mod clock;
pub mod doctor;
mod engine;
pub mod inspection;
pub mod integrity;
pub mod key;
pub mod key_holder;
pub mod ledger;
pub mod log;
pub mod opinion;
mod payload;
pub mod practice;
pub mod preparation;
mod projection;
pub mod province;
pub mod publication;
pub mod ranking;
mod refusal;
pub mod session;
pub mod sorting;
pub mod survey;
pub mod tally;
pub mod uncertainty;
pub mod unit;

pub use clock::{Clock, ClockRefusal, PracticeClock, StandingClock, SystemClock};
pub use engine::{Actor, App, Config, PasswordCost};
pub use refusal::{BallotRefusal, Failure, LogInRefusal, Refusal};
