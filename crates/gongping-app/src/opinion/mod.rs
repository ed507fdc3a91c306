//! Opinions (C2, E3 (6), (7)): intake, keys of those who read, handling, opening of identities.

pub(crate) mod rows;
