//! Tables of calendars.

use super::*;
use crate::hours::BillingPeriod;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn shape(period: BillingPeriod, count: i32, anchor_day: i32, anchor_month: i32) -> PeriodShape {
    PeriodShape { period, count, anchor_day, anchor_month }
}

fn calendar(starts_on: &str, shapes: &[(&str, PeriodShape)]) -> Calendar {
    let shapes = shapes.iter().map(|(from, shape)| (day(from), *shape)).collect();
    Calendar { shapes, starts_on: day(starts_on), last_on: None, pauses: Vec::new() }
}

fn begins(calendar: &Calendar, count: usize) -> Vec<String> {
    calendar.periods().take(count).map(|period| period.starts_on.to_string()).collect()
}

#[test]
fn periods_count_from_the_last_anchor_before_the_begin() {
    use BillingPeriod::{HalfYear, Month, Quarter, Week, Year};
    for (starts_on, shape, expected) in [
        ("2026-01-31", shape(Month, 1, 31, 1), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2028-01-31", shape(Month, 1, 31, 1), ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        ("2026-01-16", shape(Month, 1, 1, 1), ["2026-01-16", "2026-02-01", "2026-03-01", "2026-04-01"]),
        ("2026-01-10", shape(Month, 2, 15, 1), ["2026-01-10", "2026-02-15", "2026-04-15", "2026-06-15"]),
        ("2026-03-04", shape(Week, 1, 1, 1), ["2026-03-04", "2026-03-09", "2026-03-16", "2026-03-23"]),
        ("2026-03-04", shape(Week, 2, 4, 1), ["2026-03-04", "2026-03-12", "2026-03-26", "2026-04-09"]),
        ("2026-03-04", shape(Quarter, 1, 1, 2), ["2026-03-04", "2026-05-01", "2026-08-01", "2026-11-01"]),
        ("2026-01-04", shape(Quarter, 1, 1, 12), ["2026-01-04", "2026-03-01", "2026-06-01", "2026-09-01"]),
        ("2026-03-01", shape(HalfYear, 1, 1, 4), ["2026-03-01", "2026-04-01", "2026-10-01", "2027-04-01"]),
        ("2026-02-28", shape(Year, 1, 29, 2), ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("2026-02-28", shape(Year, 2, 1, 7), ["2026-02-28", "2027-07-01", "2029-07-01", "2031-07-01"]),
    ] {
        assert_eq!(begins(&calendar(starts_on, &[(starts_on, shape)]), 4), expected, "{shape:?}");
    }
}

#[test]
fn periods_touch_and_a_cut_one_knows_how_long_it_would_be() {
    let month = shape(BillingPeriod::Month, 1, 1, 1);
    let ended = Calendar { last_on: Some(day("2026-06-10")), ..calendar("2026-04-16", &[("2026-04-16", month)]) };
    let periods: Vec<Period> = ended.periods().collect();
    let days: Vec<(i64, i64)> = periods.iter().map(|period| (period.days(), period.full_days)).collect();
    assert_eq!(days, [(15, 30), (31, 31), (10, 30)]);
    assert_eq!(periods.iter().map(|period| period.seq).collect::<Vec<_>>(), [1, 2, 3]);
    let touching = periods.windows(2).all(|pair| pair[0].ends_on.0.succ_opt() == Some(pair[1].starts_on.0));
    assert!(touching);
}

#[test]
fn periods_end_with_the_days() {
    let year = shape(BillingPeriod::Year, 1, 1, 7);
    let last: Vec<Period> = calendar("9998-08-01", &[("9998-08-01", year)]).periods().collect();
    assert_eq!(last.last().unwrap().ends_on, Date::END);
    assert_eq!(last.len(), 2);
}

#[test]
fn terms_of_another_shape_begin_a_period_and_equal_ones_go_on_counting() {
    let two = shape(BillingPeriod::Month, 2, 1, 1);
    let quarter = shape(BillingPeriod::Quarter, 1, 1, 1);
    let changed = calendar("2026-01-01", &[("2026-01-01", two), ("2026-02-01", two), ("2026-05-01", quarter)]);
    assert_eq!(begins(&changed, 5), ["2026-01-01", "2026-03-01", "2026-05-01", "2026-07-01", "2026-10-01"]);
    // Terms that replace others from the same day, or count before the begin. All count from the begin of the engagement.
    let replaced = calendar("2026-03-01", &[("2026-01-01", two), ("2026-01-15", quarter), ("2026-04-01", two)]);
    assert_eq!(begins(&replaced, 3), ["2026-03-01", "2026-04-01", "2026-05-01"]);
}

#[test]
fn a_period_wholly_in_pauses_is_skipped() {
    let month = shape(BillingPeriod::Month, 1, 1, 1);
    let pause = |from: &str, until: Option<&str>| EngagementPause { from_on: day(from), until_on: until.map(day) };
    let skipped = |pauses: Vec<EngagementPause>| -> Vec<bool> {
        let calendar = Calendar { pauses, ..calendar("2026-01-01", &[("2026-01-01", month)]) };
        calendar.periods().take(4).map(|period| period.is_skipped).collect()
    };
    assert_eq!(skipped(vec![pause("2026-01-20", Some("2026-02-28"))]), [false, true, false, false]);
    assert_eq!(skipped(vec![pause("2026-02-02", Some("2026-03-31"))]), [false, false, true, false]);
    assert_eq!(skipped(vec![pause("2026-02-01", None)]), [false, true, true, true]);
    let two = vec![pause("2026-02-01", Some("2026-02-14")), pause("2026-02-15", Some("2026-03-01"))];
    assert_eq!(skipped(two), [false, true, false, false]);
}
