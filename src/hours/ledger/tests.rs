//! The worked cases of packages, and what holds for every account.

mod model;
mod properties;
mod scene;

use super::*;
use scene::{H, Scene, day};

/// Hours of a period that each case names.
fn hours(periods: &[SettledPeriod], of: impl Fn(&PeriodSums) -> i64) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "small numbers of a table")]
    periods.iter().map(|period| of(&period.sums) as f64 / H as f64).collect()
}

fn rules(carry: CarryPolicy, deficit: DeficitPolicy) -> PackageRules {
    PackageRules { carry, deficit, ..PackageRules::default() }
}

fn capped(hours: i64) -> PackageRules {
    PackageRules { carry: CarryPolicy::Capped, carry_cap_seconds: hours * H, ..PackageRules::default() }
}

fn expiring(order: ConsumeOrder, after: i32) -> PackageRules {
    PackageRules {
        consume_order: order,
        carry: CarryPolicy::All,
        carry_expires_after: Some(after),
        ..PackageRules::default()
    }
}

use CarryPolicy::{All, None as Nothing};
use DeficitPolicy::{Bill, Carry};

#[test]
fn unused_time_expires_and_overage_is_told() {
    let periods = Scene::monthly(20, rules(Nothing, Bill)).used(&[15.0, 22.0]).settle(2);
    assert_eq!(hours(&periods, |sums| sums.expired), [5.0, 0.0]);
    assert_eq!(hours(&periods, PeriodSums::overage), [0.0, 2.0]);
    let periods = Scene::monthly(20, rules(All, Bill)).used(&[26.0]).settle(2);
    assert_eq!(hours(&periods, PeriodSums::overage), [6.0, 0.0]);
    assert_eq!(hours(&periods, PeriodSums::available), [20.0, 20.0]);
}

#[test]
fn a_deficit_is_taken_from_the_next_period_first() {
    let periods = Scene::monthly(40, rules(All, Carry)).used(&[30.0, 60.0]).settle(3);
    assert_eq!(hours(&periods, PeriodSums::available), [40.0, 50.0, 30.0]);
    let periods = Scene::monthly(10, rules(Nothing, Carry)).used(&[35.0, 1.0]).settle(4);
    assert_eq!(hours(&periods, PeriodSums::available), [10.0, -15.0, -6.0, 4.0]);
    assert_eq!(hours(&periods, |sums| sums.remaining(Carry)), [-25.0, -16.0, -6.0, 4.0]);
    assert_eq!(hours(&periods, |sums| sums.carried_in), [0.0, -25.0, -16.0, -6.0]);
}

#[test]
fn carried_time_expires_after_its_periods() {
    let included = expiring(ConsumeOrder::IncludedFirst, 1);
    let periods = Scene::monthly(80, included).used(&[70.0, 80.0, 80.0]).settle(3);
    assert_eq!(hours(&periods, PeriodSums::available), [80.0, 90.0, 80.0]);
    assert_eq!(hours(&periods, |sums| sums.expired), [0.0, 10.0, 0.0]);
    let oldest = expiring(ConsumeOrder::OldestFirst, 1);
    let periods = Scene::monthly(80, oldest).used(&[70.0, 80.0, 80.0]).settle(3);
    assert_eq!(hours(&periods, PeriodSums::available), [80.0, 90.0, 90.0]);
    let soonest = Scene::monthly(10, expiring(ConsumeOrder::ExpiringFirst, 2)).used(&[4.0, 0.0, 9.0]).settle(4);
    assert_eq!(hours(&soonest, PeriodSums::available), [10.0, 16.0, 26.0, 27.0]);
    assert_eq!(hours(&soonest, |sums| sums.expired), [0.0, 0.0, 0.0, 7.0]);
}

#[test]
fn a_lot_says_how_long_it_can_be_used() {
    let untils = |rules: PackageRules, skipped: Option<usize>| -> Vec<Option<String>> {
        let scene = Scene::monthly(10, rules);
        let scene = if let Some(seq) = skipped { scene.skip(seq) } else { scene };
        let periods = scene.settle(3);
        let packages = scene.calendar().periods().take(3).map(|period| scene.package(period)).collect::<Vec<_>>();
        let first = |period: &SettledPeriod| period.lots.iter().find(|lot| lot.id == Uuid::from_u128(1)).cloned();
        let until = |(period, package): (&SettledPeriod, &PackagePeriod)| {
            first(period)?.usable_until(package).map(|day| day.to_string())
        };
        periods.iter().zip(&packages).map(until).collect()
    };
    let day = |text: &str| Some(text.to_owned());
    let two = expiring(ConsumeOrder::ExpiringFirst, 2);
    assert_eq!(untils(two, None), [day("2026-03-31"), day("2026-03-31"), day("2026-03-31")]);
    // A period that is skipped puts the end off, which is not reckoned before.
    assert_eq!(untils(two, Some(2)), [day("2026-03-31"), day("2026-04-30"), day("2026-04-30")]);
    assert_eq!(untils(rules(Nothing, Bill), None), [day("2026-01-31"), None, None]);
    assert_eq!(untils(capped(50), None), [day("2026-01-31"), day("2026-02-28"), day("2026-03-31")]);
    assert_eq!(untils(rules(All, Bill), None), [None, None, None]);
}

#[test]
fn a_cap_drops_only_rests_of_included_lots() {
    let periods = Scene::monthly(20, capped(5)).used(&[10.0, 20.0]).settle(2);
    assert_eq!(hours(&periods, |sums| sums.carried_out), [5.0, 5.0]);
    assert_eq!(hours(&periods, |sums| sums.expired)[0], 5.0);
    assert_eq!(hours(&periods, PeriodSums::available), [20.0, 25.0]);
    let periods = Scene::monthly(100, capped(50)).used(&[10.0]).settle(1);
    assert_eq!(hours(&periods, |sums| sums.carried_out), [50.0]);
    assert_eq!(hours(&periods, |sums| sums.expired), [40.0]);
    let scene = Scene::monthly(10, capped(5)).block(10, "2026-01-01", Some("2026-12-31"));
    let periods = scene.settle(1);
    assert_eq!(hours(&periods, |sums| sums.carried_out), [15.0]);
    assert_eq!(hours(&periods, |sums| sums.expired), [5.0]);
}

#[test]
fn everything_is_carried_without_end() {
    let periods = Scene::monthly(1000, rules(All, Bill)).used(&[700.0, 900.0]).settle(3);
    assert_eq!(hours(&periods, PeriodSums::available), [1000.0, 1300.0, 1400.0]);
}

#[test]
fn an_opening_lot_is_older_than_all() {
    let oldest = PackageRules { consume_order: ConsumeOrder::OldestFirst, ..rules(All, Bill) };
    let scene = Scene::monthly(10, oldest).opening(50, "2026-03-31").used(&[30.0, 5.0, 10.0]);
    let opening = scene.grants[0].id;
    let periods = scene.settle(4);
    assert_eq!(hours(&periods, PeriodSums::available), [60.0, 40.0, 45.0, 40.0]);
    let left =
        |period: &SettledPeriod| period.lots.iter().find(|lot| lot.id == opening).map(|lot| lot.left_seconds / H);
    assert_eq!(periods.iter().map(left).collect::<Vec<_>>(), [Some(20), Some(15), Some(5), None]);
    assert_eq!(hours(&periods, |sums| sums.expired), [0.0, 0.0, 5.0, 0.0]);
    let scene = Scene::monthly(10, rules(All, Bill)).opening(10, "2026-03-31").used(&[8.0, 8.0, 0.0, 0.0]);
    assert_eq!(hours(&scene.settle(4), PeriodSums::available), [20.0, 22.0, 24.0, 34.0]);
}

#[test]
fn of_two_lots_the_one_that_ends_earlier_gives_first() {
    let scene = Scene::monthly(0, rules(Nothing, Bill)).used(&[120.0]);
    let scene = scene.block(100, "2026-01-01", Some("2026-12-31")).block(100, "2026-01-01", Some("2026-06-30"));
    let lots = scene.settle(1).remove(0).lots;
    assert_eq!(lots.iter().map(|lot| lot.left_seconds / H).collect::<Vec<_>>(), [80, 0]);
}

#[test]
fn a_block_helps_where_the_package_ends() {
    let scene = Scene::monthly(10, rules(Nothing, Bill)).block(10, "2026-01-01", Some("2026-12-31"));
    let block = scene.grants[0].id;
    let periods = scene.used(&[12.0, 9.0, 0.0]).settle(3);
    let left =
        |period: &SettledPeriod| period.lots.iter().find(|lot| lot.id == block).map(|lot| lot.left_seconds / H);
    assert_eq!(periods.iter().map(left).collect::<Vec<_>>(), [Some(8), Some(8), Some(8)]);
    assert_eq!(hours(&periods, |sums| sums.expired), [0.0, 1.0, 10.0]);
    assert_eq!(hours(&periods, |sums| sums.blocks), [10.0, 0.0, 0.0]);
    // Before its day it gives nothing.
    let scene = Scene::monthly(10, rules(Nothing, Bill)).block(10, "2026-01-20", None).work("2026-01-05", 15.0);
    let period = scene.settle(1).remove(0);
    let sums = &period.sums;
    assert_eq!(
        [sums.available(), sums.covered, sums.overage(), sums.remaining(Bill)],
        [20 * H, 10 * H, 5 * H, 10 * H]
    );
}

#[test]
fn a_voided_lot_gives_what_it_gave() {
    let scene = Scene::monthly(0, rules(Nothing, Bill)).block(100, "2026-01-01", None).work("2026-01-05", 50.0);
    let after = scene.clone().void(50, "2026-01-10").work("2026-01-12", 50.0).settle(1).remove(0);
    assert_eq!(after.sums.overage(), 50 * H);
    // Work that is noted later for a day before: the lot may still give it.
    let before = scene.clone().void(50, "2026-01-10").work("2026-01-07", 10.0).settle(1).remove(0);
    assert_eq!((before.sums.overage(), before.lots[0].used_seconds, before.lots[0].left_seconds), (0, 60 * H, 0));
    // Work that goes away leaves its place to later work.
    let empty = Scene::monthly(0, rules(Nothing, Bill)).block(100, "2026-01-01", None);
    let moved = empty.void(50, "2026-01-10").work("2026-01-12", 60.0).settle(1).remove(0);
    assert_eq!((moved.sums.overage(), moved.lots[0].used_seconds), (10 * H, 50 * H));
}

#[test]
fn goodwill_is_a_line_beside_the_overage_that_it_takes_away() {
    let scene = Scene::monthly(3, rules(Nothing, Bill)).used(&[3.25]).adjustment(900);
    let period = scene.settle(1).remove(0);
    assert_eq!(period.sums.overage(), 0);
    let adjusts: Vec<i64> =
        period.lines.iter().filter(|l| l.kind == LineKind::Adjust).map(|l| l.seconds).collect();
    assert_eq!(adjusts, [900]);
}

#[test]
fn a_reduction_without_lots_is_owed_under_every_policy() {
    let scene = Scene::monthly(10, rules(Nothing, Bill)).reduction(15);
    let periods = scene.used(&[0.0, 3.0]).settle(3);
    assert_eq!(hours(&periods, PeriodSums::available), [-5.0, 5.0, 10.0]);
    assert_eq!(hours(&periods, |sums| sums.deficit_out), [5.0, 0.0, 0.0]);
    assert_eq!(hours(&periods, |sums| sums.expired), [0.0, 2.0, 10.0]);
}

#[test]
fn overage_costs_its_rate_once_rounded() {
    let scene = Scene::monthly(20, rules(Nothing, Bill)).rate(20_000).used(&[25.0]);
    assert_eq!(scene.settle(1)[0].sums.overage_amount_minor(), Some(100_000));
}

#[test]
fn a_skipped_period_makes_lots_and_deficits_wait() {
    let rules = PackageRules { deficit: Carry, ..expiring(ConsumeOrder::ExpiringFirst, 1) };
    let scene = Scene::monthly(10, rules).used(&[6.0]).skip(2).block(5, "2026-01-01", Some("2026-02-10"));
    let periods = scene.settle(4);
    // The block gives first and ends in the pause; what was carried lasts one period behind it.
    assert_eq!(hours(&periods, |sums| sums.carried_out), [9.0, 9.0, 10.0, 10.0]);
    assert_eq!(hours(&periods, |sums| sums.expired), [0.0, 0.0, 9.0, 10.0]);
    assert_eq!(hours(&periods, |sums| sums.included), [10.0, 0.0, 10.0, 10.0]);
    let owing = Scene::monthly(10, PackageRules { carry: Nothing, ..rules }).used(&[14.0]).skip(2).settle(3);
    assert_eq!(hours(&owing, |sums| sums.carried_in), [0.0, -4.0, -4.0]);
    assert_eq!(hours(&owing, PeriodSums::available), [10.0, -4.0, 6.0]);
}

#[test]
fn what_approved_work_took_is_kept_for_it() {
    let scene = Scene::monthly(10, rules(Nothing, Bill)).work("2026-01-05", 8.0);
    let reserved = scene.reserved_work("2026-01-20", 6.0);
    let period = reserved.settle(1).remove(0);
    let overage: Vec<i64> = period.coverage.iter().map(|part| part.overage_seconds / H).collect();
    assert_eq!(overage, [4, 0]);
}

#[test]
fn rounding_down_gives_back_what_was_taken_last() {
    let mut scene = Scene::monthly(10, rules(Nothing, Bill)).work("2026-01-05", 8.0).work("2026-01-06", 3.0);
    scene.work.push(Work { entry: None, seconds: -2 * H, ..scene.work[0].clone() });
    scene.work[2].on = day("2026-01-31");
    let period = scene.settle(1).remove(0);
    let sums = &period.sums;
    assert_eq!([sums.consumed, sums.covered, sums.overage(), sums.expired], [9 * H, 9 * H, 0, H]);
}

#[test]
fn rounding_gives_nothing_back_twice() {
    let mut scene = Scene::monthly(5, rules(Nothing, Bill)).block(5, "2026-01-01", None);
    scene = scene.work("2026-01-05", 5.0).work("2026-01-06", 1.0);
    for _ in 0..2 {
        scene.work.push(Work { entry: None, on: day("2026-01-31"), seconds: -H, ..scene.work[0].clone() });
    }
    let period = scene.settle(1).remove(0);
    let used: Vec<i64> = period.lots.iter().map(|lot| lot.used_seconds / H).collect();
    assert_eq!((used, period.sums.covered, period.sums.overage()), (vec![4, 0], 4 * H, 0));
    let mut over = Scene::monthly(5, rules(Nothing, Bill)).work("2026-01-05", 6.0);
    for _ in 0..2 {
        over.work.push(Work { entry: None, on: day("2026-01-31"), seconds: -H, ..over.work[0].clone() });
    }
    let sums = over.settle(1).remove(0).sums;
    assert_eq!([sums.consumed, sums.covered, sums.overage()], [4 * H, 4 * H, 0]);
}

#[test]
fn what_rounding_gives_back_to_a_lot_that_has_ended_is_lost_with_it() {
    let mut scene = Scene::monthly(0, rules(Nothing, Carry)).block(5, "2026-01-01", Some("2026-01-10"));
    scene = scene.work("2026-01-05", 2.0);
    scene.work.push(Work { entry: None, on: day("2026-01-31"), seconds: -2 * H, ..scene.work[0].clone() });
    let period = scene.settle(1).remove(0);
    let sums = &period.sums;
    assert_eq!([sums.consumed, sums.covered, sums.overage(), sums.expired, sums.deficit_out], [0, 0, 0, 5 * H, 0]);
    assert_eq!([period.lots[0].used_seconds, period.lots[0].left_seconds], [0, 5 * H]);
    assert_eq!(period.lines.last().map(|line| line.balance), Some(0));
}

#[test]
fn work_of_a_skipped_period_is_owed_by_the_next() {
    let scene = Scene::monthly(10, rules(Nothing, Carry)).skip(2).work("2026-02-05", 3.0);
    let periods = scene.settle(3);
    assert_eq!(hours(&periods, PeriodSums::overage), [0.0, 3.0, 0.0]);
    assert_eq!(hours(&periods, PeriodSums::available), [10.0, 0.0, 7.0]);
}

#[test]
fn a_lot_is_voided_on_its_first_day_at_the_earliest() {
    let scene = Scene::monthly(0, rules(Nothing, Bill)).block(10, "2026-01-20", None).void(0, "2026-01-10");
    let sums = scene.work("2026-01-25", 5.0).settle(1).remove(0).sums;
    assert_eq!([sums.blocks, sums.covered, sums.overage()], [0, 0, 5 * H]);
}

#[test]
fn the_first_of_a_date_is_what_began_first() {
    let mut scene = Scene::monthly(1, rules(Nothing, Bill));
    let mut add = |begins_at: Option<i64>, rate: i64| {
        scene = scene.clone().work("2026-01-05", 1.0);
        let work = scene.work.last_mut().unwrap();
        (work.begins_at, work.overage_rate_minor) = (begins_at, Some(rate));
    };
    add(None, 10);
    add(Some(20), 30);
    add(Some(10), 50);
    add(Some(10), 40);
    let coverage = scene.settle(1).remove(0).coverage;
    let rates: Vec<Option<i64>> = coverage.iter().map(|part| part.overage_rate_minor).collect();
    assert_eq!(rates, [Some(40), Some(50), Some(30), Some(10)]);
}
