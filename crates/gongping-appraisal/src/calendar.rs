//! The calendar of an appraisal (C1–C9): four phases with dates; phases may touch or overlap.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The four phases of an appraisal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 部署动员 (C1)
    Mobilisation,
    /// 征求意见、自查自纠 (C2–C4)
    Opinions,
    /// 反馈意见、整改建制 (C5–C7)
    Rectification,
    /// 检查评议、集中统分 (C8, C9)
    Tally,
}

impl Phase {
    /// The phases in order.
    pub const ALL: [Self; 4] =
        [Self::Mobilisation, Self::Opinions, Self::Rectification, Self::Tally];

    /// The word in translation keys and URLs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mobilisation => "mobilisation",
            Self::Opinions => "opinions",
            Self::Rectification => "rectification",
            Self::Tally => "tally",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Mobilisation => 0,
            Self::Opinions => 1,
            Self::Rectification => 2,
            Self::Tally => 3,
        }
    }
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateRange {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl DateRange {
    /// Whether `date` is one of the days.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

/// The dates of the four phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    phases: [DateRange; 4],
}

impl Calendar {
    /// Takes the ranges in the order of [`Phase::ALL`]. Each must run forwards and none may begin
    /// before the one ahead of it begins; they may overlap (C8: the plan's own do, on 15 August).
    ///
    /// # Errors
    /// The first phase whose dates are out of order.
    pub fn new(phases: [DateRange; 4]) -> Result<Self, Phase> {
        for phase in Phase::ALL {
            let range = phases[phase.index()];
            let ahead = phase.index().checked_sub(1).map(|index| phases[index]);
            if range.last < range.first || ahead.is_some_and(|ahead| range.first < ahead.first) {
                return Err(phase);
            }
        }
        Ok(Self { phases })
    }

    /// The days of `phase`.
    #[must_use]
    pub fn dates(&self, phase: Phase) -> DateRange {
        self.phases[phase.index()]
    }

    /// The phases that are running on `date`; several when they overlap.
    pub fn phases_on(&self, date: Date) -> impl Iterator<Item = Phase> + '_ {
        Phase::ALL.into_iter().filter(move |phase| self.dates(*phase).contains(date))
    }

    /// The first day of all.
    #[must_use]
    pub fn first_day(&self) -> Date {
        self.phases[0].first
    }

    /// The last day of all.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.phases.iter().map(|range| range.last).max().unwrap_or(self.phases[3].last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn range(first: Date, last: Date) -> DateRange {
        DateRange { first, last }
    }

    fn plan() -> [DateRange; 4] {
        [
            range(date(2007, 6, 15), date(2007, 6, 30)),
            range(date(2007, 7, 1), date(2007, 7, 30)),
            range(date(2007, 8, 1), date(2007, 8, 15)),
            range(date(2007, 8, 15), date(2007, 9, 5)),
        ]
    }

    #[test]
    fn the_plans_own_dates_overlap_and_are_accepted() {
        let calendar = Calendar::new(plan()).unwrap();
        let both: Vec<_> = calendar.phases_on(date(2007, 8, 15)).collect();
        assert_eq!(both, [Phase::Rectification, Phase::Tally]);
        assert_eq!(calendar.phases_on(date(2007, 7, 31)).count(), 0);
    }

    #[test]
    fn dates_that_run_backwards_are_refused() {
        let mut backwards = plan();
        backwards[1].last = date(2007, 6, 1);
        assert_eq!(Calendar::new(backwards), Err(Phase::Opinions));
        let mut disordered = plan();
        disordered[3].first = date(2007, 7, 1);
        assert_eq!(Calendar::new(disordered), Err(Phase::Tally));
    }
}
