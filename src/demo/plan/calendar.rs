//! The working days that the data spreads over.

use crate::kernel::Timestamp;
use chrono::{Datelike, Days, NaiveDate, TimeZone, Weekday};
use chrono_tz::Europe::Berlin;

/// A year and two weeks of working days.
const CALENDAR_DAYS: u64 = 380;
/// On the last day nothing happens after this minute: 15:00.
const LAST_MINUTE: i64 = 15 * 60;

/// Working days in order: Monday to Friday, without holidays that have a fixed date.
pub struct Calendar {
    days: Vec<NaiveDate>,
}

impl Calendar {
    /// The days up to this one, which belongs to them even if nobody works on it.
    pub fn up_to(today: NaiveDate) -> Self {
        let first = today - Days::new(CALENDAR_DAYS);
        let mut days: Vec<_> = first.iter_days().take_while(|day| *day < today).filter(is_working_day).collect();
        days.push(today);
        Self { days }
    }

    /// The place of the last day.
    pub fn last(&self) -> usize {
        self.days.len() - 1
    }

    pub fn date(&self, day: usize) -> NaiveDate {
        self.days[day.min(self.last())]
    }

    /// A minute of a day, as the clocks in Berlin show it. They are never turned in working hours.
    pub fn at(&self, day: usize, minute: i64) -> Timestamp {
        let local = self.date(day).and_time(chrono::NaiveTime::MIN) + chrono::Duration::minutes(minute);
        let utc = Berlin.from_local_datetime(&local).earliest().map(|at| at.to_utc());
        utc.unwrap_or_else(|| local.and_utc()).into()
    }

    /// As [`Calendar::at`], but never after the end.
    pub fn within(&self, day: usize, minute: i64) -> Timestamp {
        self.at(day, minute).min(self.at(self.last(), LAST_MINUTE))
    }
}

fn is_working_day(day: &NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = matches!((day.month(), day.day()), (1, 1) | (5, 1) | (10, 3) | (12, 24..=26 | 31));
    !weekend && !holiday
}
