//! What a filter asks for at an instant: local days as stretches of time, and the timers that somebody should look at.

use super::TimeEntryFilter;
use crate::kernel::{Date, TimeEntryId, TimeZone, Timestamp};

/// So many days at most are looked for by themselves, whatever the order of the list.
const FEW_DAYS: i64 = 31;
/// The seconds of two days: no zone is further from UTC, and an entry that is not known to be long lasts no longer.
const TWO_DAYS: i64 = 2 * 86_400;

/// A filter with what only the clock and the entries themselves can say of it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub filter: TimeEntryFilter,
    /// When it is asked.
    pub now: Timestamp,
    pub days: Option<LocalDays>,
    /// The timers that have not been stopped and that somebody should look at.
    pub forgotten: Vec<TimeEntryId>,
}

/// A stretch of local days in the asker's zone. An entry with clock times lies in it when its time does, in part at
/// least; one without when its date does.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalDays {
    /// The first day, and the instant at which it begins.
    pub from: Option<(Date, Timestamp)>,
    /// The day after the last, and the instant at which it begins.
    pub until: Option<(Date, Timestamp)>,
    /// When the longest entries begin that reach into it, if that is earlier than others can.
    pub long_since: Option<Timestamp>,
}

impl Asked {
    /// A filter of which neither the clock nor the entries have to say more.
    pub fn of(filter: TimeEntryFilter, now: Timestamp) -> Self {
        Self { filter, now, days: None, forgotten: Vec::new() }
    }
}

impl LocalDays {
    /// The days that a filter asks for, if it asks for any.
    pub fn of(filter: &TimeEntryFilter, zone: &TimeZone) -> Option<Self> {
        let begin = |day: Date| (day, day.starts_at(zone.tz()));
        let (from, until) = (filter.local_date_from.map(begin), filter.local_date_until.map(begin));
        (from.is_some() || until.is_some()).then_some(Self { from, until, long_since: None })
    }

    /// Whether they are so few that their entries are looked for first, and then put in order.
    pub fn are_few(&self) -> bool {
        let days = self.from.zip(self.until).map(|((from, _), (until, _))| (until.0 - from.0).num_days());
        days.is_some_and(|days| days <= FEW_DAYS)
    }

    /// No entry in them begins before this: the first instant of its day, where it has only a date.
    pub fn earliest(&self) -> Option<Timestamp> {
        let usual = self.from.map(|(day, _)| day.starts_at(chrono_tz::UTC).plus_seconds(-TWO_DAYS));
        usual.map(|usual| self.long_since.map_or(usual, |long| long.min(usual)))
    }

    /// No entry in them begins then or later.
    pub fn latest(&self) -> Option<Timestamp> {
        self.until.map(|(day, _)| day.starts_at(chrono_tz::UTC).plus_seconds(TWO_DAYS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: Option<&str>, until: Option<&str>, zone: &str) -> Option<LocalDays> {
        let day = |day: Option<&str>| day.map(|day| day.parse().unwrap());
        let filter = TimeEntryFilter {
            local_date_from: day(from),
            local_date_until: day(until),
            ..TimeEntryFilter::default()
        };
        LocalDays::of(&filter, &zone.parse().unwrap())
    }

    #[test]
    fn days_are_the_askers() {
        assert_eq!(days(None, None, "UTC"), None);
        for (zone, begins) in [
            ("Europe/Berlin", "2026-03-01T23:00:00Z"),
            ("Pacific/Kiritimati", "2026-03-01T10:00:00Z"),
            ("Etc/GMT+12", "2026-03-02T12:00:00Z"),
        ] {
            let day = days(Some("2026-03-02"), Some("2026-03-03"), zone).unwrap();
            let (begins, lasts): (Timestamp, i64) = (begins.parse().unwrap(), 86_400);
            assert_eq!(
                (day.from.unwrap().1, day.until.unwrap().1),
                (begins, begins.plus_seconds(lasts)),
                "{zone}"
            );
            assert!(day.earliest().unwrap().plus_seconds(lasts) < begins && day.latest().unwrap() > begins);
        }
    }

    #[test]
    fn only_a_stretch_with_two_ends_is_short() {
        for (from, until, few) in [
            (Some("2026-03-01"), Some("2026-04-01"), true),
            (Some("2026-03-01"), Some("2026-04-02"), false),
            (Some("2026-03-01"), None, false),
            (None, Some("2026-03-01"), false),
        ] {
            assert_eq!(days(from, until, "UTC").unwrap().are_few(), few, "{from:?} {until:?}");
        }
        let long = "2026-01-01T00:00:00Z".parse().unwrap();
        let day = LocalDays { long_since: Some(long), ..days(Some("2026-03-01"), None, "UTC").unwrap() };
        assert_eq!((day.earliest(), day.latest()), (Some(long), None));
    }
}
