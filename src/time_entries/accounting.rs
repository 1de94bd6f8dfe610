//! From worked to billed time and money, for entries that are accounted for together. What was approved or locked
//! stays as it is, and the others make up the rest.

use super::{
    DayRule, EntryRow, Line, RoundingScope, day_amount_minor, day_amounts_minor, entry_amount_minor, round_group,
};
use crate::engagements::model::{BillingPeriod, DayMode, EngagementKind, RateUnit, Terms};
use crate::types::{Date, Timestamp};
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the terms account for several entries as one: then a change of one may change others.
pub fn needs_group(terms: &Terms) -> bool {
    terms.rounding.scope != RoundingScope::Entry || day_rule(terms).is_some()
}

/// The dates whose entries are accounted for together with those of this date: from the first up to, but without,
/// the second.
pub fn dates_of_group(terms: &Terms, date: Date) -> (Date, Date) {
    if terms.rounding.scope == RoundingScope::Period {
        return period_of(terms, date);
    }
    (date, Date(date.0.succ_opt().unwrap_or(date.0)))
}

/// The billing span that a date falls in. A month that is shorter than the anchor takes its last day.
fn period_of(terms: &Terms, date: Date) -> (Date, Date) {
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

/// Accounts for a whole group: what of each entry is billed, as which share of a day, and for how much. Entries come
/// in any order and are left in the order of the work.
pub fn account(rows: &mut [EntryRow], terms: Option<&Terms>) {
    rows.sort_by_key(order_of_work);
    bill(rows, terms);
    let rule = terms.and_then(day_rule);
    for row in rows.iter_mut().filter(|row| is_open_to_change(row)) {
        row.amount_minor = row.duration_seconds.and(amount(row));
        let keeps_days = terms.is_some_and(|terms| terms.day_mode == Some(DayMode::Explicit));
        if !keeps_days {
            row.day_hundredths = None;
        }
    }
    if let Some(rule) = rule {
        let dates: BTreeSet<Date> = rows.iter().map(|row| row.work_date).collect();
        dates.into_iter().for_each(|date| count_days(rows, date, rule));
    }
}

fn order_of_work(row: &EntryRow) -> (Date, Timestamp, Timestamp, uuid::Uuid) {
    (row.work_date, row.begins_at, row.created_at, row.id.0)
}

/// Whether accounting may touch it: nothing locks it.
fn is_open_to_change(row: &EntryRow) -> bool {
    row.lock().is_none()
}

fn bill(rows: &mut [EntryRow], terms: Option<&Terms>) {
    let rounding = terms.map(|terms| terms.rounding).unwrap_or_default();
    let mut groups: BTreeMap<(Option<Date>, Option<uuid::Uuid>), Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter_mut().enumerate() {
        if is_open_to_change(row) {
            row.billed_seconds = row.duration_seconds.map(|_| 0);
        }
        if row.billable && row.duration_seconds.is_some() {
            let key = match rounding.scope {
                RoundingScope::TaskDay => (Some(row.work_date), row.task_id.map(|task| task.0)),
                RoundingScope::Day => (Some(row.work_date), None),
                RoundingScope::Entry | RoundingScope::Period => (None, None),
            };
            groups.entry(key).or_default().push(i);
        }
    }
    for members in groups.into_values() {
        let lines: Vec<Line> = members.iter().map(|i| line(&rows[*i], rows[*i].duration_seconds)).collect();
        for (i, billed) in members.into_iter().zip(round_group(&lines, &rounding)) {
            if is_open_to_change(&rows[i]) {
                rows[i].billed_seconds = Some(billed);
            }
        }
    }
}

fn line(row: &EntryRow, seconds: Option<i64>) -> Line {
    let frozen = if is_open_to_change(row) { None } else { row.billed_seconds };
    Line { seconds: seconds.unwrap_or(0), frozen }
}

/// The amount of an entry by itself.
fn amount(row: &EntryRow) -> Option<i64> {
    match (row.billable, row.rate_unit, row.day_hundredths) {
        (false, _, _) => Some(0),
        (true, Some(RateUnit::Day), Some(days)) => row.rate_minor.map(|rate| day_amount_minor(days, rate)),
        (true, Some(RateUnit::Day), None) => None,
        (true, _, _) => entry_amount_minor(true, row.billed_seconds.unwrap_or(0), row.rate_minor),
    }
}

/// How the time of a date becomes days, where the entries do not say it themselves.
fn day_rule(terms: &Terms) -> Option<DayRule> {
    let minutes = |minutes: Option<i32>| i64::from(minutes.unwrap_or(480));
    if terms.kind != EngagementKind::Daily {
        return None;
    }
    match terms.day_mode.unwrap_or_default() {
        DayMode::Explicit => None,
        DayMode::Threshold => Some(DayRule::Threshold {
            half_day_from_minutes: minutes(terms.half_day_from_minutes),
            full_day_from_minutes: minutes(terms.full_day_from_minutes),
        }),
        DayMode::ProRataCapped => Some(DayRule::ProRataCapped { minutes_per_day: minutes(terms.minutes_per_day) }),
    }
}

/// Shares out the days and the price of a date among its entries, each at its own rate.
fn count_days(rows: &mut [EntryRow], date: Date, rule: DayRule) {
    let of_date = |row: &EntryRow| row.work_date == date && row.billable && row.duration_seconds.is_some();
    let members: Vec<usize> = (0..rows.len()).filter(|i| of_date(&rows[*i])).collect();
    let lines = |frozen: fn(&EntryRow) -> Option<i64>| -> Vec<Line> {
        let line = |row: &EntryRow| Line {
            seconds: row.billed_seconds.unwrap_or(0),
            frozen: if is_open_to_change(row) { None } else { frozen(row) },
        };
        members.iter().map(|i| line(&rows[*i])).collect()
    };
    let days = rule.day_shares(&lines(|row| row.day_hundredths));
    let by_amount = lines(|row| row.amount_minor);
    let rates: BTreeSet<i64> = members.iter().filter_map(|i| rows[*i].rate_minor).collect();
    let amounts: BTreeMap<i64, Vec<i64>> =
        rates.into_iter().map(|rate| (rate, day_amounts_minor(&by_amount, rule, rate))).collect();
    for (at, i) in members.into_iter().enumerate() {
        let row = &mut rows[i];
        if is_open_to_change(row) {
            row.day_hundredths = Some(days[at]);
            row.amount_minor = row.rate_minor.map(|rate| amounts[&rate][at]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(period: &str, anchor_day: i32) -> Terms {
        let json =
            serde_json::json!({"kind": "hourly", "rate_minor": 1, "period": period, "anchor_day": anchor_day});
        let new: crate::engagements::model::NewTerms = serde_json::from_value(json).unwrap();
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
}
