//! Working days 工作日: weekdays less the public holidays, plus the Saturdays and Sundays that are
//! worked in exchange, as the State Council announces them each year. `holidays.csv` has the days
//! with the address of each notice.

use jiff::civil::{Date, Weekday};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static ANNOUNCED: LazyLock<Workdays> =
    LazyLock::new(|| Workdays::parse(include_str!("holidays.csv")).unwrap_or_default());

/// Which days are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workdays {
    years: BTreeSet<i16>,
    /// Days that differ from the ordinary week, and whether they are worked.
    days: BTreeMap<Date, bool>,
}

/// A line that is not one of a list of holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the list of holidays is neither a year nor a day")]
pub struct HolidayMistake {
    /// Its number, from 1.
    pub line: usize,
}

impl Workdays {
    /// The holidays that have been announced, 2007 to 2026.
    #[must_use]
    pub fn announced() -> &'static Self {
        &ANNOUNCED
    }

    /// Reads a list in the form of `holidays.csv`.
    ///
    /// # Errors
    /// [`HolidayMistake`] with the first line that has another form.
    pub fn parse(text: &str) -> Result<Self, HolidayMistake> {
        let mut read = Self::default();
        for (index, line) in text.lines().enumerate() {
            let fields: Vec<&str> = line.split(',').collect();
            let known = match *fields.as_slice() {
                ["year", year, _] => year.parse().map(|year| read.years.insert(year)).is_ok(),
                [day, kind @ ("holiday" | "work")] => {
                    day.parse().map(|day| read.days.insert(day, kind == "work")).is_ok()
                }
                _ => line.is_empty() || line.starts_with('#'),
            };
            if !known {
                return Err(HolidayMistake { line: index + 1 });
            }
        }
        Ok(read)
    }

    /// Whether the holidays of this year have been announced. Of another year only the ordinary
    /// week is known.
    #[must_use]
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// Whether people work on this day.
    #[must_use]
    pub fn is_worked(&self, day: Date) -> bool {
        let ordinary = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.days.get(&day).copied().unwrap_or(ordinary)
    }

    /// This day, or the next one that is worked: a time limit that ends on a day off ends with the
    /// first working day after it.
    #[must_use]
    pub fn due(&self, day: Date) -> Date {
        let worked = days_from(day).find(|day| self.is_worked(*day));
        worked.unwrap_or(day)
    }

    /// The day on which `count` working days have passed since `day`, which itself does not count.
    #[must_use]
    pub fn after(&self, day: Date, count: usize) -> Date {
        let mut worked = days_from(day).skip(1).filter(|day| self.is_worked(*day));
        match count.checked_sub(1) {
            Some(index) => worked.nth(index).unwrap_or(day),
            None => day,
        }
    }

    /// How many working days lie after `day` up to `until`, which counts: how late something is
    /// that was due on `day`. None when `until` is not later.
    #[must_use]
    pub fn between(&self, day: Date, until: Date) -> usize {
        let later = days_from(day).skip(1).take_while(|later| *later <= until);
        later.filter(|day| self.is_worked(*day)).count()
    }
}

fn days_from(day: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(day), |day| day.tomorrow().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn list_is_read_whole() {
        let read = Workdays::parse(include_str!("holidays.csv")).unwrap();
        assert!((2007..=2026).all(|year| read.knows(year)) && !read.knows(2027));
        let ends_on_a_weekend =
            |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let worked = read.days.iter().filter(|(_, worked)| **worked);
        assert!(worked.map(|(day, _)| day).all(ends_on_a_weekend));
        assert_eq!(&read, Workdays::announced());
        assert_eq!(Workdays::parse("2026-01-01,holiday\nx"), Err(HolidayMistake { line: 2 }));
    }

    #[test]
    fn days_worked_in_exchange_count_and_holidays_do_not() {
        let days = Workdays::announced();
        // 2026: National Day 1 to 7 October; Sunday 20 September and Saturday 10 October worked.
        assert!(days.is_worked(date(2026, 9, 20)) && days.is_worked(date(2026, 10, 10)));
        assert!(!days.is_worked(date(2026, 10, 1)) && !days.is_worked(date(2026, 10, 7)));
        assert_eq!(days.due(date(2026, 10, 3)), date(2026, 10, 8));
        assert_eq!(days.between(date(2026, 9, 30), date(2026, 10, 10)), 3);
        // 2025: Spring Festival 28 January to 4 February; 26 January and 8 February worked.
        assert_eq!(days.after(date(2025, 1, 26), 2), date(2025, 2, 5));
        // 2007, the plan's own year: plans are due on Saturday 30 June (C1), so on 2 July.
        assert_eq!(days.due(date(2007, 6, 30)), date(2007, 7, 2));
        assert!(days.is_worked(date(2007, 9, 29)) && days.is_worked(date(2006, 12, 30)));
    }

    #[test]
    fn nothing_is_late_on_its_own_day() {
        let (days, day) = (Workdays::announced(), date(2026, 6, 30));
        assert_eq!(days.between(day, day), 0);
        assert_eq!(days.between(day, date(2026, 6, 1)), 0);
        assert_eq!(days.between(day, date(2026, 7, 1)), 1);
        assert_eq!(days.after(day, 0), day);
    }
}
