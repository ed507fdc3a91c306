//! Feedback, self-inspection and rectification (C4–C7).

pub(crate) mod rows;
