//! When something was done and how long it took. However it was said, it is one [`Span`] inside.

use super::{Interval, SpanInput, day_seconds, share, span_check, split_at_midnights};
use crate::kernel::error::Result;
use crate::kernel::{Date, TimeZone, Timestamp};

/// How long an entry made by hand may last where no day is longer.
const USUAL_DAY_SECONDS: i64 = 86_400;
/// The longest day that any place has had since 1970, whose clocks were put back by three hours. The bound in the
/// document; [`max_seconds`] says what counts.
pub const LONGEST_DAY_SECONDS: i64 = 27 * 3600;

/// How long an entry made by hand may last from start to end: 24 hours, or the length of the local day that it begins
/// on, or of the next one when it reaches that, where such a day is longer.
pub fn max_seconds(first: Date, last: Date, zone: &TimeZone) -> i64 {
    let next = first.0.succ_opt().map_or(first, Date).min(last);
    day_seconds(first, zone).max(day_seconds(next, zone)).clamp(USUAL_DAY_SECONDS, LONGEST_DAY_SECONDS)
}

/// Worked time: with clock times, or as so much time on a date. `duration_seconds` is without breaks and at least 1;
/// with clock times it and `break_seconds` add up to the whole seconds from start to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub work_date: Date,
    pub time_zone: TimeZone,
    pub duration_seconds: i64,
    pub break_seconds: i64,
}

impl Span {
    /// Worked time from what a caller gave by hand, or every fault in it. It lies in the past, lasts at most
    /// [`max_seconds`], and is longer than its break. `default_zone` stands in where no zone was sent.
    pub fn from_input(input: &SpanInput, default_zone: &TimeZone, now: Timestamp) -> Result<Self> {
        span_check::check(input, default_zone, now)
    }

    /// The worked time after a change, or every fault in what was sent. Only what the change moves is judged: a
    /// stopped timer of 30 hours, or of none, keeps what nobody touches, and may come closer to the rules.
    pub fn changed(&self, sent: &SpanInput, now: Timestamp) -> Result<Self> {
        match sent.repeats(self) {
            true => Ok(self.clone()),
            false => span_check::check_change(sent, self, now),
        }
    }

    /// From start to end, breaks included.
    pub fn whole_seconds(&self) -> i64 {
        self.duration_seconds + self.break_seconds
    }

    /// The time it takes up, if it has clock times.
    pub fn interval(&self) -> Option<Interval> {
        Interval::new(self.started_at?, self.ended_at?)
    }

    /// The last local date that it reaches into.
    pub fn last_date(&self) -> Date {
        self.seconds_by_date().last().map_or(self.work_date, |(date, _)| *date)
    }

    /// How its duration falls on local dates, for accounting across a border. Nobody says when the break was: it
    /// counts evenly over the interval.
    pub fn seconds_by_date(&self) -> Vec<(Date, i64)> {
        let Some(interval) = self.interval() else { return vec![(self.work_date, self.duration_seconds)] };
        let pieces = split_at_midnights(interval.started_at(), interval.ended_at(), &self.time_zone);
        if pieces.is_empty() {
            return vec![(self.work_date, self.duration_seconds)];
        }
        let weights: Vec<i64> = pieces.iter().map(|(_, seconds)| *seconds).collect();
        pieces.iter().map(|(date, _)| *date).zip(share(self.duration_seconds, &weights)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(started: &str, ended: &str, duration_seconds: i64, break_seconds: i64) -> Span {
        let (started_at, ended_at): (Timestamp, Timestamp) = (started.parse().unwrap(), ended.parse().unwrap());
        let time_zone = TimeZone::default();
        let work_date = Date::of(started_at, time_zone.tz());
        let (started_at, ended_at) = (Some(started_at), Some(ended_at));
        Span { started_at, ended_at, work_date, time_zone, duration_seconds, break_seconds }
    }

    fn by_date(span: &Span) -> Vec<(String, i64)> {
        span.seconds_by_date().into_iter().map(|(date, seconds)| (date.to_string(), seconds)).collect()
    }

    #[test]
    fn an_entry_may_last_a_day_or_as_long_as_its_own() {
        for (first, last, zone, hours) in [
            ("2026-03-02", "2026-03-02", "Europe/Berlin", 24),
            ("2026-03-29", "2026-03-29", "Europe/Berlin", 24),
            ("2026-10-25", "2026-10-25", "Europe/Berlin", 25),
            ("2026-10-24", "2026-10-25", "Europe/Berlin", 25),
            ("2026-10-24", "2026-10-24", "Europe/Berlin", 24),
            ("2026-10-23", "2026-10-25", "Europe/Berlin", 24),
            ("2026-10-25", "2026-10-25", "UTC", 24),
            ("2010-03-05", "2010-03-05", "Antarctica/Casey", 27),
        ] {
            let [first, last] = [first, last].map(|date| date.parse().unwrap());
            assert_eq!(max_seconds(first, last, &zone.parse().unwrap()), hours * 3600, "{first} {last} {zone}");
        }
    }

    #[test]
    fn work_across_midnight_counts_on_both_dates() {
        let night = span("2026-10-31T22:00:00Z", "2026-11-01T01:00:00Z", 9000, 1800);
        assert_eq!(by_date(&night), [("2026-10-31".into(), 3000), ("2026-11-01".into(), 6000)]);
        let dated = Span { started_at: None, ended_at: None, ..night };
        assert_eq!(by_date(&dated), [("2026-10-31".into(), 9000)]);
        assert_eq!(dated.interval(), None);
        let at_once = span("2026-11-02T09:00:00Z", "2026-11-02T09:00:00.4Z", 0, 0);
        assert_eq!(by_date(&at_once), [("2026-11-02".into(), 0)]);
    }
}
