//! The days that the data spreads over: the working days of a year, and two years of months.

use crate::demo::packages::Place;
use crate::kernel::Timestamp;
use chrono::{Datelike, Days, Months, NaiveDate, TimeZone, Weekday};
use chrono_tz::Europe::Berlin;

/// A year and two weeks of working days.
const CALENDAR_DAYS: u64 = 380;
/// Months before that of the last day.
pub const MONTHS: u32 = 24;
/// On the last day nothing happens after this minute: 15:00.
const LAST_MINUTE: i64 = 15 * 60;

/// Working days in order: Monday to Friday, without holidays that have a fixed date.
#[derive(Clone)]
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
        on(self.date(day), minute)
    }

    /// As [`Calendar::at`], but never after the end.
    pub fn within(&self, day: usize, minute: i64) -> Timestamp {
        self.within_on(self.date(day), minute)
    }

    /// A minute of any day, but never after the end.
    pub fn within_on(&self, date: NaiveDate, minute: i64) -> Timestamp {
        on(date, minute).min(self.at(self.last(), LAST_MINUTE))
    }

    /// A day of a month.
    pub fn of_month(&self, (month, day): Place) -> NaiveDate {
        let today = self.date(self.last());
        let first = today - Days::new(u64::from(today.day0())) - Months::new(MONTHS);
        first + Months::new(month) + Days::new(day) - Days::new(1)
    }

    /// The first working day from a day of a month on.
    pub fn working_day_from(&self, place: Place) -> NaiveDate {
        let day = self.of_month(place);
        day.iter_days().find(is_working_day).unwrap_or(day)
    }
}

fn on(date: NaiveDate, minute: i64) -> Timestamp {
    let local = date.and_time(chrono::NaiveTime::MIN) + chrono::Duration::minutes(minute);
    let utc = Berlin.from_local_datetime(&local).earliest().map(|at| at.to_utc());
    utc.unwrap_or_else(|| local.and_utc()).into()
}

fn is_working_day(day: &NaiveDate) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let holiday = matches!((day.month(), day.day()), (1, 1) | (5, 1) | (10, 3) | (12, 24..=26 | 31));
    !weekend && !holiday
}
