//! Dates and the clocks of Berlin, computed by hand: a date is a number of days since 1970, an instant a number of
//! seconds. Summer time is from 01:00 UTC on the last Sunday of March to 01:00 UTC on that of October.

use std::fmt;

/// A date, as days since 1 January 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

/// Seconds since 1 January 1970, UTC.
pub type Instant = i64;

const DAY: i64 = 86_400;

impl Day {
    pub const fn of(year: i64, month: i64, day: i64) -> Self {
        // Years begin in March here, so that the leap day is their last.
        let year = if month <= 2 { year - 1 } else { year };
        let since_march = (month + 9) % 12;
        let day_of_year = (153 * since_march + 2) / 5 + day - 1;
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468)
    }

    /// Year, month and day.
    pub const fn civil(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * since_march + 2) / 5 + 1;
        let month = if since_march < 10 { since_march + 3 } else { since_march - 9 };
        (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
    }

    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Days since Monday.
    pub const fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7)
    }

    /// When it begins in Berlin. The clocks never change at midnight.
    pub const fn midnight(self) -> Instant {
        let winter = self.0 * DAY - 3600;
        if offset(winter) == 3600 { winter } else { self.0 * DAY - 7200 }
    }

    /// The date in Berlin.
    pub const fn at(instant: Instant) -> Self {
        Self((instant + offset(instant)).div_euclid(DAY))
    }

    /// How long it lasts in Berlin, in seconds.
    pub const fn length(self) -> i64 {
        self.next().midnight() - self.midnight()
    }
}

/// How far Berlin is ahead of UTC, in seconds.
const fn offset(instant: Instant) -> i64 {
    let (year, _, _) = Day(instant.div_euclid(DAY)).civil();
    let (spring, autumn) = (last_sunday(year, 3) + 3600, last_sunday(year, 10) + 3600);
    if instant >= spring && instant < autumn { 7200 } else { 3600 }
}

/// Midnight UTC on the last Sunday of a month of 31 days.
const fn last_sunday(year: i64, month: i64) -> Instant {
    let last = Day::of(year, month, 31);
    (last.0 - (last.weekday() + 1) % 7) * DAY
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// An instant as the API writes it.
pub fn rfc3339(instant: Instant) -> String {
    let (day, second) = (Day(instant.div_euclid(DAY)), instant.rem_euclid(DAY));
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[test]
fn dates_are_counted_and_written() {
    for (year, month, day, days) in
        [(1970, 1, 1, 0), (2000, 2, 29, 11_016), (2026, 3, 1, 20_513), (2026, 12, 31, 20_818)]
    {
        assert_eq!((Day::of(year, month, day), Day(days).civil()), (Day(days), (year, month, day)));
    }
    assert_eq!(Day::of(2026, 3, 2).weekday(), 0, "a Monday");
    assert_eq!(rfc3339(Day::of(2026, 3, 2).midnight()), "2026-03-01T23:00:00Z");
    assert_eq!(rfc3339(Day::of(2026, 7, 2).midnight()), "2026-07-01T22:00:00Z");
}

#[test]
fn the_clocks_change_twice_a_year() {
    let lengths = [
        (Day::of(2026, 3, 28), 24),
        (Day::of(2026, 3, 29), 23),
        (Day::of(2026, 3, 30), 24),
        (Day::of(2026, 10, 24), 24),
        (Day::of(2026, 10, 25), 25),
        (Day::of(2026, 10, 26), 24),
    ];
    for (day, hours) in lengths {
        assert_eq!(day.length(), hours * 3600, "{day}");
        assert_eq!((Day::at(day.midnight()), Day::at(day.midnight() - 1)), (day, Day(day.0 - 1)));
    }
}
