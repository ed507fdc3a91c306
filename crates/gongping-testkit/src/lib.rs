//! What tests of several crates share. A dev-dependency only: nothing here is ever shipped.

pub mod postgres;
