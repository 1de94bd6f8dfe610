//! The days of a zone: which date an instant belongs to, and how an interval falls on several dates.

use crate::kernel::{Date, TimeZone, Timestamp};

/// The date on which an instant falls in a zone.
pub fn work_date(at: Timestamp, zone: &TimeZone) -> Date {
    Date::of(at, zone.tz())
}

/// How long a local day is, in seconds: mostly 24 hours, 23 or 25 where the clocks change.
pub fn day_seconds(date: Date, zone: &TimeZone) -> i64 {
    let next = date.0.succ_opt().map_or(date, Date);
    next.starts_at(zone.tz()).seconds_since(date.starts_at(zone.tz()))
}

/// How many seconds of `[from, until)` fall on each local date, in order, dates without any left out. The seconds
/// add up to the whole seconds of the interval; days of 23 or 25 hours count as long as they are.
pub fn split_at_midnights(from: Timestamp, until: Timestamp, zone: &TimeZone) -> Vec<(Date, i64)> {
    let tz = zone.tz();
    let mut pieces = Vec::new();
    let mut date = Date::of(from, tz);
    let mut counted = 0;
    loop {
        let next = date.0.succ_opt().map(Date);
        let ends = next.map_or(until, |next| next.starts_at(tz).min(until));
        // Where clocks are put back over midnight, a date can have begun before `from`: then nothing is left of
        // the one before it.
        let reached = ends.seconds_since(from).max(counted);
        if reached > counted {
            pieces.push((date, reached - counted));
        }
        counted = reached;
        match next {
            Some(next) if ends < until => date = next,
            _ => return pieces,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::{prelude::*, sample::select};

    /// Zones with every kind of trouble: summer time, at midnight too, half hours, skipped days, none.
    pub fn zone() -> impl Strategy<Value = TimeZone> {
        let names = "Europe/Berlin Europe/London America/New_York America/Sao_Paulo America/Havana America/St_Johns \
                     Africa/Cairo Asia/Beirut Asia/Kathmandu Australia/Lord_Howe Pacific/Apia Pacific/Kiritimati UTC";
        select(names.split_whitespace().map(|name| name.parse().unwrap()).collect::<Vec<TimeZone>>())
    }

    fn split(from: &str, until: &str, zone: &str) -> Vec<(String, i64)> {
        let pieces = split_at_midnights(from.parse().unwrap(), until.parse().unwrap(), &zone.parse().unwrap());
        pieces.into_iter().map(|(date, seconds)| (date.to_string(), seconds)).collect()
    }

    #[test]
    fn the_date_is_the_zones() {
        let at = "2026-11-01T23:30:00Z".parse().unwrap();
        for (zone, date) in
            [("UTC", "2026-11-01"), ("Europe/Berlin", "2026-11-02"), ("Pacific/Apia", "2026-11-02")]
        {
            assert_eq!(work_date(at, &zone.parse().unwrap()).to_string(), date, "{zone}");
        }
    }

    #[test]
    fn a_local_day_is_as_long_as_its_clocks_say() {
        for (date, zone, hours) in [
            ("2026-10-24", "Europe/Berlin", 24),
            ("2026-10-25", "Europe/Berlin", 25),
            ("2026-03-29", "Europe/Berlin", 23),
            ("2026-04-24", "Africa/Cairo", 23),
            ("2011-12-30", "Pacific/Apia", 0),
            ("2010-03-05", "Antarctica/Casey", 27),
        ] {
            assert_eq!(day_seconds(date.parse().unwrap(), &zone.parse().unwrap()), hours * 3600, "{date} {zone}");
        }
    }

    #[test]
    fn intervals_are_split_at_local_midnight() {
        let hours = |date: &str, hours: i64| (date.to_owned(), hours * 3600);
        for (from, until, zone, expected) in [
            ("2026-11-02T09:00:00Z", "2026-11-02T11:00:00Z", "Europe/Berlin", vec![hours("2026-11-02", 2)]),
            ("2026-11-02T23:00:00Z", "2026-11-03T23:00:00Z", "Europe/Berlin", vec![hours("2026-11-03", 24)]),
            (
                "2026-10-31T22:00:00Z",
                "2026-11-01T01:00:00Z",
                "Europe/Berlin",
                vec![hours("2026-10-31", 1), hours("2026-11-01", 2)],
            ),
            // The days on which the clocks change.
            (
                "2026-03-28T23:00:00Z",
                "2026-03-29T23:00:00Z",
                "Europe/Berlin",
                vec![hours("2026-03-29", 23), hours("2026-03-30", 1)],
            ),
            (
                "2026-10-24T22:00:00Z",
                "2026-10-26T00:00:00Z",
                "Europe/Berlin",
                vec![hours("2026-10-25", 25), hours("2026-10-26", 1)],
            ),
            // Cairo's clocks skip midnight: the day begins at one.
            (
                "2026-04-23T21:00:00Z",
                "2026-04-23T23:00:00Z",
                "Africa/Cairo",
                vec![hours("2026-04-23", 1), hours("2026-04-24", 1)],
            ),
            // Apia skipped 30 December.
            (
                "2011-12-30T09:00:00Z",
                "2011-12-30T11:00:00Z",
                "Pacific/Apia",
                vec![hours("2011-12-29", 1), hours("2011-12-31", 1)],
            ),
            ("2026-11-02T09:00:00Z", "2026-11-02T09:00:00Z", "Europe/Berlin", vec![]),
        ] {
            assert_eq!(split(from, until, zone), expected, "{from} {zone}");
        }
    }

    #[test]
    fn parts_of_seconds_are_not_lost_at_midnight() {
        let pieces = split("2026-11-02T22:59:59.600Z", "2026-11-02T23:00:01.600Z", "Europe/Berlin");
        assert_eq!(pieces, [("2026-11-03".to_owned(), 2)]);
    }

    proptest! {
        #[test]
        fn pieces_add_up_in_order(from in 0_i64..4_000_000_000_000_000, length in 0_i64..800_000_000_000, zone in zone()) {
            let (from, until) = (Timestamp::from_micros(from), Timestamp::from_micros(from + length));
            let pieces = split_at_midnights(from, until, &zone);
            prop_assert_eq!(pieces.iter().map(|(_, seconds)| seconds).sum::<i64>(), until.seconds_since(from));
            prop_assert!(pieces.iter().all(|(_, seconds)| (1..=26 * 3600).contains(seconds)));
            prop_assert!(pieces.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
