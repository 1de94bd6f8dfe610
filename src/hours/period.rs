//! Billing spans, and what rounding by period makes of the time in one.

use super::{BillingPeriod, Rounding, Terms, round_seconds, share};
use crate::kernel::Date;
use chrono::{Datelike, Days, NaiveDate};

/// How long billing periods are, and where they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodShape {
    pub period: BillingPeriod,
    /// How many of these one period is long.
    pub count: i32,
    /// The day of the month, or of the week (1 is Monday).
    pub anchor_day: i32,
    /// The month in which one of the longer ones begins.
    pub anchor_month: i32,
}

/// The billing period that a date falls in, from its first day up to, but without, the second. A month that is shorter
/// than the anchor takes its last day. Several units that make one period are counted from the last anchor on or before
/// the day on which the engagement starts.
pub fn period_of(shape: PeriodShape, starts_on: Date, date: Date) -> (Date, Date) {
    let (count, anchor) = (i64::from(shape.count.max(1)), u32::try_from(shape.anchor_day).unwrap_or(1));
    let unit = match shape.period {
        BillingPeriod::Week => {
            let back = (starts_on.0.weekday().number_from_monday() + 7 - anchor.clamp(1, 7)) % 7;
            let (origin, long) = (starts_on.0 - Days::new(back.into()), Days::new(7 * count.unsigned_abs()));
            let into = (date.0 - origin).num_days().rem_euclid(7 * count);
            let from = date.0 - Days::new(into.unsigned_abs());
            return (Date(from), Date(from + long));
        }
        BillingPeriod::Month => 1,
        BillingPeriod::Quarter => 3,
        BillingPeriod::HalfYear => 6,
        BillingPeriod::Year => 12,
    };
    let first_month = i64::from(shape.anchor_month) - 1;
    let origin = last_begin((first_month, unit, anchor), starts_on);
    let from = last_begin((origin, unit * count, anchor), date);
    (Date(begin(from, anchor)), Date(begin(from + unit * count, anchor)))
}

/// Where these terms count periods otherwise than those in force before them, from a day that is not the first of a period:
/// the first day of the next one.
pub fn next_period(before: &Terms, after: &Terms, starts_on: Date, from: Date) -> Option<Date> {
    let (begins, next) = period_of(before.period_shape(), starts_on, from);
    (before.period_shape() != after.period_shape() && begins != from).then_some(next)
}

/// The last of the months in this step from this one on whose anchor lies on or before a date. Months are counted from
/// January of year 0.
fn last_begin((month, step, anchor): (i64, i64, u32), date: Date) -> i64 {
    let of_date = i64::from(date.0.year()) * 12 + i64::from(date.0.month0());
    let last = of_date - (of_date - month).rem_euclid(step);
    if begin(last, anchor) > date.0 { last - step } else { last }
}

/// The anchor of a month.
fn begin(month: i64, anchor: u32) -> NaiveDate {
    let year = i32::try_from(month.div_euclid(12)).unwrap_or(i32::MAX);
    let month = u32::try_from(month.rem_euclid(12)).unwrap_or(0) + 1;
    let day = (1..=anchor.min(31)).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    day.unwrap_or(NaiveDate::MAX)
}

/// What rounding adds to the billed seconds of each rate of a period (or takes, below 0): the difference between the
/// rounded worked time and what its entries are billed, shared in proportion to the worked time. Rates stand in the order
/// in which equal remainders are served.
pub fn period_rounding(rounding: &Rounding, worked_and_billed: &[(i64, i64)]) -> Vec<i64> {
    let worked: Vec<i64> = worked_and_billed.iter().map(|(worked, _)| *worked).collect();
    let billed: i64 = worked_and_billed.iter().map(|(_, billed)| billed).sum();
    let difference = round_seconds(worked.iter().sum(), rounding) - billed;
    share(difference.abs(), &worked).into_iter().map(|part| part * difference.signum()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::rounding::{RoundingMode, tests::rounding};
    use super::super::samples;
    use super::*;
    use proptest::{prelude::*, sample};

    /// Terms with this period, count, anchor month and day.
    fn terms((period, count, month, day): (&str, i32, Option<i32>, i32)) -> Terms {
        samples::complete(serde_json::json!({
            "kind": "hourly", "rate_minor": 1, "period": period, "period_count": count, "anchor_month": month,
            "anchor_day": day,
        }))
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn periods_keep_their_anchor() {
        for (period, date, from, until) in [
            (("month", 1, None, 1), "2026-03-15", "2026-03-01", "2026-04-01"),
            (("month", 1, None, 31), "2026-02-27", "2026-01-31", "2026-02-28"),
            (("month", 1, None, 31), "2026-02-28", "2026-02-28", "2026-03-31"),
            (("month", 1, None, 31), "2028-02-28", "2028-01-31", "2028-02-29"),
            (("month", 1, None, 31), "2026-04-15", "2026-03-31", "2026-04-30"),
            (("month", 1, None, 16), "2026-01-15", "2025-12-16", "2026-01-16"),
            (("quarter", 1, None, 1), "2026-03-31", "2026-01-01", "2026-04-01"),
            (("quarter", 1, None, 15), "2026-01-14", "2025-10-15", "2026-01-15"),
            (("quarter", 1, Some(2), 1), "2026-01-14", "2025-11-01", "2026-02-01"),
            (("quarter", 1, Some(11), 30), "2026-02-27", "2025-11-30", "2026-02-28"),
            (("half_year", 1, None, 1), "2026-06-30", "2026-01-01", "2026-07-01"),
            (("half_year", 1, Some(4), 1), "2026-03-31", "2025-10-01", "2026-04-01"),
            (("half_year", 1, Some(8), 31), "2026-02-28", "2026-02-28", "2026-08-31"),
            (("year", 1, None, 1), "2026-12-31", "2026-01-01", "2027-01-01"),
            (("year", 1, Some(2), 29), "2028-02-28", "2027-02-28", "2028-02-29"),
            (("week", 1, None, 1), "2026-03-04", "2026-03-02", "2026-03-09"),
            (("week", 1, None, 4), "2026-03-04", "2026-02-26", "2026-03-05"),
        ] {
            // Of one unit it does not matter when the engagement starts.
            for starts_on in ["2025-07-16", "2026-02-28", "2029-12-31"] {
                let found = period_of(terms(period).period_shape(), day(starts_on), day(date));
                assert_eq!(found, (day(from), day(until)), "{period:?} {date} {starts_on}");
            }
        }
    }

    #[test]
    fn several_units_are_counted_from_the_start_of_the_engagement() {
        for (period, starts_on, date, from, until) in [
            (("week", 2, None, 1), "2026-03-04", "2026-03-15", "2026-03-02", "2026-03-16"),
            (("week", 2, None, 1), "2026-03-04", "2026-03-16", "2026-03-16", "2026-03-30"),
            (("week", 2, None, 1), "2026-03-04", "2026-03-01", "2026-02-16", "2026-03-02"),
            (("month", 2, None, 1), "2026-02-10", "2026-03-31", "2026-02-01", "2026-04-01"),
            (("month", 2, None, 1), "2026-03-10", "2026-04-30", "2026-03-01", "2026-05-01"),
            (("month", 2, None, 15), "2026-03-10", "2026-04-20", "2026-04-15", "2026-06-15"),
            (("month", 13, None, 31), "2026-01-31", "2027-02-27", "2026-01-31", "2027-02-28"),
            (("quarter", 2, Some(2), 1), "2026-01-10", "2026-04-30", "2025-11-01", "2026-05-01"),
            (("half_year", 3, None, 1), "2026-08-01", "2027-12-31", "2026-07-01", "2028-01-01"),
            (("year", 2, Some(4), 6), "2026-04-05", "2027-04-06", "2027-04-06", "2029-04-06"),
        ] {
            let found = period_of(terms(period).period_shape(), day(starts_on), day(date));
            assert_eq!(found, (day(from), day(until)), "{period:?} {starts_on} {date}");
        }
    }

    proptest! {
        #[test]
        fn periods_follow_each_other_without_a_gap(
            period in sample::select(BillingPeriod::ALL), count in 1..=24, month in 1..=12, anchor in 1..=31,
            starts in 0u64..1000, date in 0u64..4000,
        ) {
            let month = Some(month).filter(|_| !matches!(period, BillingPeriod::Week | BillingPeriod::Month));
            let anchor = if period == BillingPeriod::Week { (anchor + 6) % 7 + 1 } else { anchor };
            let terms = terms((period.as_str(), count, month, anchor));
            let on = |days| Date(day("2024-01-01").0 + Days::new(days));
            let (from, until) = period_of(terms.period_shape(), on(starts), on(date));
            prop_assert!(from <= on(date) && on(date) < until);
            prop_assert_eq!(period_of(terms.period_shape(), on(starts), from), (from, until));
            prop_assert_eq!(period_of(terms.period_shape(), on(starts), until).0, until);
            prop_assert_eq!(next_period(&terms, &terms, on(starts), on(date)), None);
        }
    }

    #[test]
    fn periods_change_on_the_first_day_of_one() {
        let monthly = terms(("month", 1, None, 15));
        let start = day("2026-01-01");
        for (other, from, next) in [
            (("month", 1, None, 15), "2026-03-10", None),
            (("month", 2, None, 15), "2026-03-15", None),
            (("month", 2, None, 15), "2026-03-10", Some("2026-03-15")),
            (("month", 1, None, 1), "2026-04-01", Some("2026-04-15")),
            (("year", 1, Some(3), 15), "2026-03-16", Some("2026-04-15")),
        ] {
            let found = next_period(&monthly, &terms(other), start, day(from));
            assert_eq!(found, next.map(day), "{other:?} {from}");
        }
        let (january, april) = (terms(("year", 1, None, 1)), terms(("year", 1, Some(4), 1)));
        assert_eq!(next_period(&january, &april, start, day("2026-04-01")), Some(day("2027-01-01")));
    }

    #[test]
    fn rounding_of_a_period_goes_by_the_worked_time_of_each_rate() {
        let up = rounding(RoundingMode::Up, 15, 0);
        assert_eq!(period_rounding(&up, &[(600, 600), (100, 100)]), [171, 29]);
        assert_eq!(period_rounding(&rounding(RoundingMode::Down, 15, 0), &[(600, 600), (400, 400)]), [-60, -40]);
        // Entries that were rounded before already bear what rounding adds.
        assert_eq!(period_rounding(&up, &[(183, 900)]), [0]);
        assert_eq!(period_rounding(&up, &[]), [0_i64; 0]);
    }
}
