//! Billing spans, and what rounding by period makes of the time in one.

use super::{BillingPeriod, Rounding, Terms, round_seconds, share};
use crate::kernel::Date;
use chrono::{Datelike, Days, Months, NaiveDate};

/// The billing span that a date falls in, from its first day up to, but without, the second. A month that is shorter than
/// the anchor takes its last day.
pub fn period_of(terms: &Terms, date: Date) -> (Date, Date) {
    let anchor = u32::try_from(terms.anchor_day).unwrap_or(1);
    let (months, first) = match terms.period {
        BillingPeriod::Week => {
            let back = (date.0.weekday().number_from_monday() + 7 - anchor.clamp(1, 7)) % 7;
            let from = date.0 - Days::new(back.into());
            return (Date(from), Date(from + Days::new(7)));
        }
        BillingPeriod::Month => (1, date.0.month0()),
        BillingPeriod::Quarter => (3, date.0.month0() / 3 * 3),
    };
    let first = NaiveDate::from_ymd_opt(date.0.year(), first + 1, 1).unwrap_or(date.0);
    let (mut from, mut until) = (anchored(first, anchor), anchored(first + Months::new(months), anchor));
    if date.0 < from {
        (from, until) = (anchored(first - Months::new(months), anchor), from);
    }
    (Date(from), Date(until))
}

fn anchored(first_of_month: NaiveDate, anchor: u32) -> NaiveDate {
    (1..=anchor.min(31)).rev().find_map(|day| first_of_month.with_day(day)).unwrap_or(first_of_month)
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
    use super::*;

    fn terms(period: &str, anchor_day: i32) -> Terms {
        let json =
            serde_json::json!({"kind": "hourly", "rate_minor": 1, "period": period, "anchor_day": anchor_day});
        let new: crate::hours::NewTerms = serde_json::from_value(json).unwrap();
        new.complete(&"EUR".parse().unwrap(), "").unwrap()
    }

    #[test]
    fn periods_keep_their_anchor() {
        for (period, anchor, date, from, until) in [
            ("month", 1, "2026-03-15", "2026-03-01", "2026-04-01"),
            ("month", 31, "2026-02-27", "2026-01-31", "2026-02-28"),
            ("month", 31, "2026-02-28", "2026-02-28", "2026-03-31"),
            ("month", 16, "2026-01-15", "2025-12-16", "2026-01-16"),
            ("quarter", 1, "2026-03-31", "2026-01-01", "2026-04-01"),
            ("quarter", 15, "2026-01-14", "2025-10-15", "2026-01-15"),
            ("week", 1, "2026-03-04", "2026-03-02", "2026-03-09"),
            ("week", 4, "2026-03-04", "2026-02-26", "2026-03-05"),
        ] {
            let (begins, ends) = period_of(&terms(period, anchor), date.parse().unwrap());
            assert_eq!(
                (begins.to_string(), ends.to_string()),
                (from.into(), until.into()),
                "{period} {anchor} {date}"
            );
        }
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
