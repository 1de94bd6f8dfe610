use super::*;
use crate::hours::{NewTerms, RateSource, RateUnit};
use crate::kernel::{Currency, Timestamp};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};
use uuid::Uuid;

fn terms(with: Value) -> Terms {
    let mut given = json!({"kind": "hourly", "rate_minor": 4500});
    for (name, value) in with.as_object().unwrap() {
        given[name] = value.clone();
    }
    let new: NewTerms = serde_json::from_value(given).unwrap();
    new.complete(&Currency::default(), "").unwrap()
}

fn up_by_day(increment_minutes: i32) -> Terms {
    terms(json!({"rounding": {"mode": "up", "increment_minutes": increment_minutes, "scope": "day"}}))
}

fn daily(mode: &str) -> Terms {
    terms(json!({"kind": "daily", "rate_minor": 40000, "day_mode": mode}))
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn date(day: u32) -> Date {
    format!("2026-03-{day:02}").parse().unwrap()
}

/// A billable entry of the first version on 2 March.
fn line(n: u128, seconds: i64, rate: i64) -> BillingLine {
    BillingLine {
        id: TimeEntryId(id(n)),
        member_id: MemberId(id(1)),
        task_id: None,
        area: None,
        terms_id: Some(TermsId(id(1))),
        started_at: None,
        work_date: date(2),
        booked_on: None,
        duration_seconds: seconds,
        billable: true,
        rate_minor: Some(rate),
        rate_unit: Some(RateUnit::Hour),
        rate_source: Some(RateSource::Engagement),
        days_given: None,
        billed_seconds: None,
        day_ten_thousandths: None,
        amount_minor: None,
        allocations: None,
        locked: false,
    }
}

/// Accounts for all of them, each under the version of its number; back in the order of their ids.
fn accounted(mut lines: Vec<BillingLine>, versions: &[Terms]) -> Vec<BillingLine> {
    let version = |id: Option<TermsId>| versions.get(id?.0.as_u128() as usize - 1);
    let pools = lines.iter().flat_map(|line| pools_of(line, version(line.terms_id))).collect();
    let own: Vec<TimeEntryId> = lines.iter().map(|line| line.id).collect();
    account(&mut lines, &own, &pools, version);
    lines.sort_by_key(|line| line.id.0);
    lines
}

fn billed(lines: &[BillingLine]) -> Vec<i64> {
    lines.iter().map(|line| line.billed_seconds.unwrap()).collect()
}

fn days(lines: &[BillingLine]) -> Vec<Option<i64>> {
    lines.iter().map(|line| line.day_ten_thousandths).collect()
}

#[test]
fn a_pool_is_rounded_as_a_whole_whatever_its_rates() {
    let half_hour = [up_by_day(30)];
    let lines = accounted(vec![line(1, 840, 4500), line(2, 960, 9000)], &half_hour);
    assert_eq!(billed(&lines), [840, 960]);
    assert_eq!(lines.iter().map(|line| line.amount_minor.unwrap()).sum::<i64>(), 3450);
    assert_eq!(billed(&accounted(vec![line(1, 660, 1), line(2, 660, 1), line(3, 660, 1)], &half_hour)), [1200; 3]);
    // Another version with equal rounding is in the same pool, one with other rounding is not.
    let mut others = vec![line(1, 300, 4500), line(2, 300, 4500), line(3, 300, 4500)];
    others[1].terms_id = Some(TermsId(id(2)));
    others[2].terms_id = Some(TermsId(id(3)));
    let versions = [up_by_day(15), up_by_day(15), up_by_day(30)];
    assert_eq!(billed(&accounted(others, &versions)), [450, 450, 1800]);
}

#[test]
fn what_is_not_billable_is_in_no_pool() {
    let mut free = line(2, 300, 4500);
    free.billable = false;
    let lines = accounted(vec![line(1, 300, 4500), free], &[up_by_day(15)]);
    assert_eq!(billed(&lines), [900, 0]);
    assert_eq!((lines[1].amount_minor, lines[1].day_ten_thousandths), (Some(0), None));
}

#[test]
fn each_rule_counts_for_its_part_of_the_date() {
    let by_day = |mut line: BillingLine, version: u128| {
        line.rate_unit = Some(RateUnit::Day);
        line.terms_id = Some(TermsId(id(version)));
        line
    };
    let versions = [daily("pro_rata_capped"), daily("threshold"), daily("explicit")];
    let hours = |n: u128, hours: i64, version: u128| by_day(line(n, hours * 3600, 40_000), version);
    assert_eq!(days(&accounted(vec![hours(1, 6, 1), hours(2, 4, 1)], &versions)), [Some(6000), Some(4000)]);
    // Five hours of six: 0.625 days in proportion; the threshold gives half a day for the sixth part.
    assert_eq!(days(&accounted(vec![hours(1, 5, 1), hours(2, 1, 2)], &versions)), [Some(6250), Some(833)]);
    let mut given = hours(3, 8, 3);
    given.days_given = Some(7000);
    let all = accounted(vec![hours(1, 4, 1), hours(2, 4, 2), given.clone()], &versions);
    assert_eq!(days(&all), [Some(1500), Some(1500), Some(7000)], "the others get what is left of the day");
    // What was given is kept whatever the terms say.
    given.terms_id = Some(TermsId(id(2)));
    assert_eq!(days(&accounted(vec![hours(1, 8, 1), given.clone()], &versions)), [Some(3000), Some(7000)]);
    given.terms_id = Some(TermsId(id(3)));
    given.days_given = None;
    let open = accounted(vec![given], &versions);
    assert_eq!((open[0].day_ten_thousandths, open[0].amount_minor), (None, None));
}

#[test]
fn quantity_times_rate_is_the_amount_and_parts_share_it() {
    let mut night = line(1, 36_000, 40_000);
    night.rate_unit = Some(RateUnit::Day);
    night.set_dates(&[(date(2), 14_400), (date(3), 21_600)]);
    let night = accounted(vec![night], &[daily("pro_rata_capped")]).remove(0);
    assert_eq!((night.day_ten_thousandths, night.amount_minor), (Some(12_500), Some(50_000)));
    let parts: Vec<_> = night.parts().iter().map(|part| (part.day_ten_thousandths, part.amount_minor)).collect();
    assert_eq!(parts, [(Some(5000), Some(20_000)), (Some(7500), Some(30_000))]);
    let mut third = line(1, 100, 10_000);
    third.set_dates(&[(date(2), 50), (date(3), 50)]);
    let third = accounted(vec![third], &[terms(json!({}))]).remove(0);
    let parts: Vec<_> = third.parts().iter().map(|part| part.amount_minor.unwrap()).collect();
    assert_eq!((third.amount_minor, parts), (Some(278), vec![139, 139]));
}

fn work() -> impl Strategy<Value = Vec<(i64, i64, Option<i64>)>> {
    vec((0..30_000_i64, select(vec![4500_i64, 9000]), proptest::option::of(0..5_i64)), 1..10)
}

fn lines(work: &[(i64, i64, Option<i64>)]) -> Vec<BillingLine> {
    let begin = |hour: i64| Timestamp::from_micros(0).plus_seconds(hour * 3600);
    let line = |(n, (seconds, rate, hour)): (usize, &(i64, i64, Option<i64>))| BillingLine {
        started_at: hour.map(begin),
        ..line(n as u128 + 1, *seconds, *rate)
    };
    work.iter().enumerate().map(line).collect()
}

proptest! {
    #[test]
    fn the_order_of_typing_does_not_matter(work in work(), increment in select(vec![1, 15, 30, 60]), turn in 0..10_usize) {
        let rules = [up_by_day(increment)];
        let once = accounted(lines(&work), &rules);
        let mut turned = once.clone();
        let turn = turn % turned.len();
        turned.rotate_left(turn);
        prop_assert_eq!(&accounted(turned, &rules), &once);
        let total: i64 = work.iter().map(|(seconds, ..)| seconds).sum();
        prop_assert_eq!(billed(&once).iter().sum::<i64>(), round_seconds(total, &rules[0].rounding));
    }

    #[test]
    fn an_exact_multiple_changes_neither_time_nor_money(work in work(), increment in select(vec![1, 15, 30, 60])) {
        let mut work = work;
        let total: i64 = work.iter().map(|(seconds, ..)| seconds).sum();
        work[0].0 += (i64::from(increment) * 60 - total % (i64::from(increment) * 60)) % (i64::from(increment) * 60);
        let lines = accounted(lines(&work), &[up_by_day(increment)]);
        prop_assert_eq!(billed(&lines), work.iter().map(|(seconds, ..)| *seconds).collect::<Vec<_>>());
    }

    #[test]
    fn locking_reaccounts_nothing(work in work(), locked in vec(any::<bool>(), 10), mode in select(vec!["day", "pro_rata_capped", "threshold"])) {
        let rules = [if mode == "day" { up_by_day(15) } else { daily(mode) }];
        let once = accounted(lines(&work), &rules);
        let lock = |(i, line): (usize, &BillingLine)| BillingLine { locked: locked[i], ..line.clone() };
        let held: Vec<BillingLine> = once.iter().enumerate().map(lock).collect();
        let again = accounted(held, &rules);
        prop_assert_eq!((billed(&again), days(&again)), (billed(&once), days(&once)));
    }

    #[test]
    fn a_person_has_at_most_one_day_a_date(work in work(), mode in select(vec!["pro_rata_capped", "threshold"])) {
        let lines = accounted(lines(&work), &[daily(mode)]);
        let total: i64 = days(&lines).into_iter().flatten().sum();
        let seconds = work.iter().map(|(seconds, ..)| seconds).sum();
        prop_assert_eq!(total, DayRule::of(&daily(mode)).unwrap().day_ten_thousandths(seconds));
        prop_assert!(total <= ONE_DAY);
    }
}
