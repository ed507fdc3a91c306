//! Dates, numbers and lists as people write them.

use std::borrow::Borrow;
use std::fmt::Display;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, civil::DateTime};

use crate::Texts;

/// The time of Asia/Shanghai. It has stood at +08:00 without summer time since September 1991, so
/// no time-zone file of the operating system is read and the same input gives the same text
/// everywhere. Earlier instants are not shown by this program.
pub const SHANGHAI: Offset = Offset::constant(8);

/// A number of things. Templates hand over references, other code hands over values.
pub trait Count {
    /// The number itself.
    fn count(&self) -> u64;
}

macro_rules! count {
    ($($integer:ty),*) => {$(
        impl Count for $integer {
            fn count(&self) -> u64 {
                u64::from(*self)
            }
        }
    )*};
}
count!(u8, u16, u32, u64);

impl Count for usize {
    fn count(&self) -> u64 {
        // No machine counts beyond 64 bits.
        u64::try_from(*self).unwrap_or(u64::MAX)
    }
}

impl<T: Count> Count for &T {
    fn count(&self) -> u64 {
        T::count(self)
    }
}

impl Texts {
    /// 2026年7月21日 · 21 July 2026
    #[must_use]
    pub fn date(self, date: impl Borrow<Date>) -> String {
        let date = date.borrow();
        self.date_full(date.day(), date.month(), date.year())
    }

    /// 7月21日 · 21 July: where the year is clear from what stands around it.
    #[must_use]
    pub fn month_day(self, date: impl Borrow<Date>) -> String {
        let date = date.borrow();
        self.date_month_day(date.day(), date.month())
    }

    /// 2026年7月21日（星期二） · Tuesday, 21 July 2026
    #[must_use]
    pub fn weekday_date(self, date: impl Borrow<Date>) -> String {
        let date = date.borrow();
        let weekday = date.weekday().to_monday_one_offset();
        self.date_with_weekday(self.date(date), weekday)
    }

    /// 2026年7月1日至7月30日 · 1 July 2026 to 30 July 2026. The second year is left out in
    /// Chinese when it is the first.
    #[must_use]
    pub fn period(self, first: impl Borrow<Date>, last: impl Borrow<Date>) -> String {
        let (first, last) = (first.borrow(), last.borrow());
        if first == last {
            self.date(first)
        } else if first.year() == last.year() {
            let (from, to) = (self.month_day(first), self.month_day(last));
            self.date_period_in_year(from, to, first.year())
        } else {
            self.date_period(self.date(first), self.date(last))
        }
    }

    /// 2026年7月21日 14:05 · 21 July 2026, 14:05, in Shanghai.
    #[must_use]
    pub fn date_time(self, instant: impl Borrow<Timestamp>) -> String {
        let instant = *instant.borrow();
        let local = local(instant);
        self.date_and_time(self.date(local.date()), self.clock(instant))
    }

    /// 14:05, in Shanghai.
    #[must_use]
    pub fn clock(self, instant: impl Borrow<Timestamp>) -> String {
        let instant = *instant.borrow();
        let local = local(instant);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// 1,234,567: thousands are parted by commas in all three locales. A decimal text such as
    /// `1234.50` keeps its decimals.
    #[must_use]
    pub fn number(self, number: impl Display) -> String {
        let written = number.to_string();
        let unsigned = written.trim_start_matches('-');
        let sign = &written[..written.len() - unsigned.len()];
        let whole = unsigned.split('.').next().unwrap_or_default();
        let mut text = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text + &unsigned[whole.len()..]
    }

    /// 87.5%: the share of `part` in `whole` to one decimal, half upwards. Nothing has no share:
    /// a whole of zero gives a dash. For shares that are results, use the rulebook's rounding.
    #[must_use]
    pub fn percent(self, part: impl Count, whole: impl Count) -> String {
        let (part, whole) = (part.count(), whole.count());
        if whole == 0 {
            return "—".to_owned();
        }
        let per_mille = (u128::from(part) * 2000 + u128::from(whole)) / (2 * u128::from(whole));
        format!("{}.{}%", per_mille / 10, per_mille % 10)
    }

    /// 87.5%（175/200） · 87.5% (175 of 200): a percentage with its base.
    #[must_use]
    pub fn percent_of(self, part: impl Count, whole: impl Count) -> String {
        let (part, whole) = (part.count(), whole.count());
        self.app_percent_of(self.number(part), self.percent(part, whole), self.number(whole))
    }

    /// 甲、乙和丙 · A, B and C
    #[must_use]
    pub fn list(self, entries: &[impl Display]) -> String {
        let mut text = String::new();
        for (index, entry) in entries.iter().enumerate() {
            let rest = entries.len() - index;
            if index > 0 {
                text.push_str(if rest == 1 {
                    self.app_list_last_separator()
                } else {
                    self.app_list_separator()
                });
            }
            text.push_str(&entry.to_string());
        }
        text
    }
}

fn local(instant: Timestamp) -> DateTime {
    SHANGHAI.to_datetime(instant)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use crate::Locale::{En, ZhHans, ZhHant};
    use crate::Texts;

    #[test]
    fn dates_read_as_people_write_them() {
        let day = date(2026, 7, 21);
        assert_eq!(Texts(ZhHans).date(day), "2026年7月21日");
        assert_eq!(Texts(ZhHant).date(day), "2026年7月21日");
        assert_eq!(Texts(En).date(day), "21 July 2026");
        assert_eq!(Texts(ZhHans).weekday_date(day), "2026年7月21日（星期二）");
        assert_eq!(Texts(En).weekday_date(day), "Tuesday, 21 July 2026");
        assert_eq!(Texts(En).month_day(day), "21 July");
    }

    #[test]
    fn every_month_and_weekday_has_its_english_name() {
        let names: Vec<String> =
            (1..=12).map(|month| Texts(En).month_day(date(2026, month, 1))).collect();
        assert_eq!(names[0], "1 January");
        assert_eq!(names[11], "1 December");
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(unique, names);
        assert!(Texts(En).weekday_date(date(2026, 7, 26)).starts_with("Sunday"));
    }

    #[test]
    fn period_says_the_year_once_if_it_is_one() {
        let period = |texts: Texts, year| texts.period(date(2026, 7, 1), date(year, 7, 30));
        assert_eq!(period(Texts(ZhHans), 2026), "2026年7月1日至7月30日");
        assert_eq!(period(Texts(En), 2026), "1 July to 30 July 2026");
        assert_eq!(period(Texts(ZhHans), 2027), "2026年7月1日至2027年7月30日");
        assert_eq!(period(Texts(En), 2027), "1 July 2026 to 30 July 2027");
        let day = date(2026, 7, 1);
        assert_eq!(Texts(En).period(day, day), "1 July 2026");
    }

    #[test]
    fn instants_are_shown_in_shanghai() {
        let instant: Timestamp = "2026-07-20T18:05:09Z".parse().unwrap();
        assert_eq!(Texts(ZhHans).date_time(instant), "2026年7月21日 02:05");
        assert_eq!(Texts(En).date_time(instant), "21 July 2026, 02:05");
        assert_eq!(Texts(En).clock(instant), "02:05");
    }

    #[test]
    fn thousands_are_parted() {
        let texts = Texts(ZhHans);
        assert_eq!(texts.number(0), "0");
        assert_eq!(texts.number(999), "999");
        assert_eq!(texts.number(1_000), "1,000");
        assert_eq!(texts.number(-1_234_567), "-1,234,567");
        assert_eq!(texts.number("1234.5678"), "1,234.5678");
    }

    #[test]
    fn percentages_are_rounded_half_upwards_and_have_a_base() {
        let texts = Texts(ZhHans);
        assert_eq!(texts.percent(175_u64, 200_usize), "87.5%");
        assert_eq!(texts.percent(1_u8, 3_u8), "33.3%");
        assert_eq!(texts.percent(1_u16, 2000_u16), "0.1%");
        assert_eq!(texts.percent(1_u16, 2001_u16), "0.0%");
        assert_eq!(texts.percent(u64::MAX, u64::MAX), "100.0%");
        assert_eq!(texts.percent(0_u8, 0_u8), "—");
        assert_eq!(texts.percent_of(1750_u32, 2000_u32), "87.5%（1,750/2,000）");
        assert_eq!(Texts(En).percent_of(1750_u32, 2000_u32), "87.5% (1,750 of 2,000)");
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(Texts(ZhHans).list(&["甲", "乙", "丙"]), "甲、乙和丙");
        assert_eq!(Texts(En).list(&["A", "B", "C"]), "A, B and C");
        assert_eq!(Texts(En).list(&["A"]), "A");
        assert_eq!(Texts(En).list(&[""; 0]), "");
    }
}
