//! Whose turn it is, by when, and who sees it by itself when nothing happens (T10). A function of
//! the ledger and the date: no job has to run for it.

use super::{EntryState, LedgerEntry};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::Offset;

/// Days for a unit to say what it will do.
pub const ANSWER_DAYS: i64 = 7;
/// Days for the organiser to verify what was claimed done, and to close what was verified.
pub const VERIFY_DAYS: i64 = 10;
/// Days for the level above to rule on a dispute.
pub const RULE_DAYS: i64 = 15;
/// Days that a unit may be late before the level above the organiser sees it too.
pub const SILENCE_DAYS: i64 = 7;
/// Days within which the same problem at the same unit reopens the entry (C6).
pub const RECURRENCE_DAYS: i64 = 365;
/// The latest deadline of what is put right at once, in days from the day it is accepted.
pub const AT_ONCE_DAYS: i64 = 15;
/// The latest deadline of all, in days from the day it is accepted or extended.
pub const LONGEST_DAYS: i64 = 365;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The unit.
    Unit,
    /// The organiser: to verify or to close.
    Organiser,
    /// The level above the organiser: to rule.
    Above,
    /// Nobody: it is closed.
    Nobody,
}

impl Turn {
    /// The word in translation keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Organiser => "organiser",
            Self::Above => "above",
            Self::Nobody => "nobody",
        }
    }
}

/// How high up something is seen by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenBy {
    /// Nothing is amiss.
    Nobody,
    /// The organiser's office.
    Office,
    /// The level above the organiser, too.
    Above,
}

/// The days after `day`, saturating at the end of time.
#[must_use]
pub fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

impl LedgerEntry {
    /// The day in China on which it came into its present state.
    #[must_use]
    pub fn since_day(&self) -> Date {
        Offset::constant(8).to_datetime(self.since).date()
    }

    /// Whose turn it is.
    #[must_use]
    pub const fn turn(&self) -> Turn {
        match &self.state {
            EntryState::Open
            | EntryState::Reopened { .. }
            | EntryState::Accepted { .. }
            | EntryState::Doing { .. }
            | EntryState::Returned { .. } => Turn::Unit,
            EntryState::Claimed(_) | EntryState::Verified(_) => Turn::Organiser,
            EntryState::Disputed { .. } => Turn::Above,
            EntryState::Closed { .. } => Turn::Nobody,
        }
    }

    /// The last day for whoever's turn it is; none once closed.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        let after = |days| Some(days_after(self.since_day(), days));
        match &self.state {
            EntryState::Open | EntryState::Reopened { .. } => after(ANSWER_DAYS),
            EntryState::Accepted { undertaking, .. } | EntryState::Doing { undertaking, .. } => {
                Some(undertaking.deadline)
            }
            // What was returned late still has some days to be done.
            EntryState::Returned { undertaking, .. } => {
                Some(undertaking.deadline.max(days_after(self.since_day(), ANSWER_DAYS)))
            }
            EntryState::Claimed(_) | EntryState::Verified(_) => after(VERIFY_DAYS),
            EntryState::Disputed { .. } => after(RULE_DAYS),
            EntryState::Closed { .. } => None,
        }
    }

    /// How many days it is late on `today`; 0 when it is not.
    #[must_use]
    pub fn days_late(&self, today: Date) -> i64 {
        let late = self.due().and_then(|due| due.until(today).ok());
        late.map_or(0, |span| i64::from(span.get_days())).max(0)
    }

    /// How high up it is seen by itself on `today` (T10): what is late is seen by the office; what
    /// the unit leaves late for more than [`SILENCE_DAYS`], what the organiser leaves late at all,
    /// and what is disputed is seen one level up.
    #[must_use]
    pub fn seen_by(&self, today: Date) -> SeenBy {
        let late = self.days_late(today);
        match self.turn() {
            Turn::Above => SeenBy::Above,
            Turn::Organiser if late > 0 => SeenBy::Above,
            Turn::Unit if late > SILENCE_DAYS => SeenBy::Above,
            Turn::Unit if late > 0 => SeenBy::Office,
            Turn::Unit | Turn::Organiser | Turn::Nobody => SeenBy::Nobody,
        }
    }
}
