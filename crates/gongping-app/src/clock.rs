//! The clock. It is passed in, so that practice and tests can say what time it is.

use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// What time it is.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Sets a practice or test clock forward; a clock that tells the real time refuses.
    ///
    /// # Errors
    /// [`ClockRefusal`]: the clock tells the real time, or would run backwards.
    fn advance_to(&self, to: Timestamp) -> Result<(), ClockRefusal>;
}

/// Why a clock was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// It tells the real time.
    #[error("this clock tells the real time")]
    Real,
    /// The log's times never run backwards, so neither may the clock.
    #[error("the clock cannot be set back")]
    Backwards,
    /// The new setting could not be kept.
    #[error("the clock's setting could not be written")]
    NotKept,
}

/// The real time.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the real clock")]
fn system_now() -> Timestamp {
    Timestamp::now()
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    fn advance_to(&self, _: Timestamp) -> Result<(), ClockRefusal> {
        Err(ClockRefusal::Real)
    }
}

/// A clock that stands still until it is set: for building a practice province and for tests.
#[derive(Debug)]
pub struct StandingClock {
    now: Mutex<Timestamp>,
}

impl StandingClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { now: Mutex::new(now) }
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn advance_to(&self, to: Timestamp) -> Result<(), ClockRefusal> {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if to < *now {
            return Err(ClockRefusal::Backwards);
        }
        *now = to;
        Ok(())
    }
}

/// The clock of a practice province: it runs at the real pace from a time of its own, and can be
/// set forward. Its offset is kept in a file, so that a restart does not set it back.
#[derive(Debug)]
pub struct PracticeClock {
    file: PathBuf,
    offset: Mutex<SignedDuration>,
}

impl PracticeClock {
    /// The clock whose offset `file` keeps; without the file it starts at `start`.
    ///
    /// # Errors
    /// When the file cannot be read, written or understood.
    pub fn open(file: &Path, start: Timestamp) -> std::io::Result<Self> {
        let offset = match std::fs::read_to_string(file) {
            Ok(text) => {
                let seconds: i64 = text.trim().parse().map_err(std::io::Error::other)?;
                SignedDuration::from_secs(seconds)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let offset = start.duration_since(system_now());
                std::fs::write(file, offset.as_secs().to_string())?;
                offset
            }
            Err(error) => return Err(error),
        };
        Ok(Self { file: file.to_owned(), offset: Mutex::new(offset) })
    }
}

impl Clock for PracticeClock {
    fn now(&self) -> Timestamp {
        let offset = *self.offset.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        system_now().checked_add(offset).unwrap_or(Timestamp::MAX)
    }

    fn advance_to(&self, to: Timestamp) -> Result<(), ClockRefusal> {
        let mut offset = self.offset.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ahead = to.duration_since(system_now());
        if ahead < *offset {
            return Err(ClockRefusal::Backwards);
        }
        std::fs::write(&self.file, ahead.as_secs().to_string())
            .map_err(|_| ClockRefusal::NotKept)?;
        *offset = ahead;
        Ok(())
    }
}
