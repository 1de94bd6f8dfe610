//! What holds for every account, whatever happens in it.

use super::super::*;
use super::scene::{H, Scene, day};
use chrono::Days;
use proptest::{collection::vec, option, prelude::*, sample::select};

const PERIODS: usize = 5;

fn date(days: u64) -> Date {
    Date(day("2026-01-01").0 + Days::new(days))
}

/// Packages with all that can happen to them, in five months.
pub fn scenes() -> impl Strategy<Value = Scene> {
    let rules = (
        select(vec![ConsumeOrder::ExpiringFirst, ConsumeOrder::IncludedFirst, ConsumeOrder::OldestFirst]),
        select(vec![CarryPolicy::None, CarryPolicy::All, CarryPolicy::Capped]),
        0..12_i64,
        option::of(1..4_i32),
        select(vec![DeficitPolicy::Bill, DeficitPolicy::Carry, DeficitPolicy::Block]),
    );
    let rules = rules.prop_map(|(consume_order, carry, cap, carry_expires_after, deficit)| PackageRules {
        consume_order,
        carry,
        carry_cap_seconds: cap * H,
        carry_expires_after,
        deficit,
    });
    let grants = vec((0..150_u64, option::of(0..100_u64), 1..20_i64, 0..5_u8), 0..6);
    let work = vec((0..150_u64, option::of(0..3_i64), 1..10_i64, option::of(1..3_i64)), 0..20);
    let more = (
        vec((0..5_usize, 1..15_i64), 0..2),
        vec((0..6_usize, 0..150_u64, 0..12_i64), 0..3),
        option::of(2..4_usize),
    );
    (0..20_i64, rules, grants, work, more).prop_map(
        |(included, rules, grants, work, (reductions, voids, skipped))| {
            let mut scene = Scene::monthly(included, rules);
            let firsts: Vec<Period> = scene.calendar().periods().take(PERIODS).collect();
            let mut next = 1000_u128;
            let mut id = || {
                next += 1;
                Uuid::from_u128(next)
            };
            for (from, length, hours, kind) in grants {
                let kinds =
                    [LotKind::Block, LotKind::TopUp, LotKind::Extension, LotKind::Adjustment, LotKind::Adjustment];
                let (mut usable_from, mut usable_until) = (date(from), length.map(|length| date(from + length)));
                if !matches!(kind, 0 | 1) {
                    let period = firsts.iter().find(|period| period.contains(usable_from));
                    let Some(period) = period else { continue };
                    usable_from = period.starts_on;
                    usable_until =
                        if kind == 3 { usable_until.map(|u| u.max(period.ends_on)) } else { Some(period.ends_on) };
                }
                let (kind, is_opening) = (kinds[usize::from(kind)], kind == 3);
                scene.grants.push(Grant {
                    id: id(),
                    kind,
                    is_opening,
                    usable_from,
                    usable_until,
                    seconds: hours * H,
                });
            }
            for (seq, hours) in reductions {
                scene.reductions.push((firsts[seq].starts_on, Reduction { id: id(), seconds: hours * H }));
            }
            for (lot, on, given) in voids {
                let blocks =
                    scene.grants.iter().filter(|grant| matches!(grant.kind, LotKind::Block | LotKind::TopUp));
                if let Some(block) = blocks.collect::<Vec<_>>().get(lot)
                    && scene.voids.iter().all(|void| void.lot != block.id)
                {
                    let given_seconds = (given * H).min(block.seconds);
                    scene.voids.push(Void { lot: block.id, on: date(on), given_seconds });
                }
            }
            if let Some(seq) = skipped {
                scene = scene.skip(seq);
            }
            let paused = scene.pauses.clone();
            for (on, begins_at, hours, rate) in work {
                let on = date(on);
                if paused.iter().any(|p| p.from_on <= on && p.until_on.is_none_or(|until| on <= until)) {
                    continue;
                }
                let (entry, seconds) = (Some(id()), hours * H / 2);
                scene.work.push(Work { entry, on, begins_at, overage_rate_minor: rate, seconds, reserved: None });
            }
            scene
        },
    )
}

proptest! {
    #[test]
    fn sums_close(scene in scenes()) {
        let deficit = scene.rules.deficit;
        let mut before = PackageBalance::default();
        for (period, sums) in scene.settle(PERIODS).iter().map(|period| (period, &period.sums)) {
            let brought: i64 = before.lots.iter().map(|lot| lot.left_seconds).sum();
            prop_assert_eq!(sums.carried_in, brought - before.deficit_seconds);
            prop_assert_eq!(sums.remaining(deficit), sums.carried_out + sums.expired - sums.deficit_out);
            let left: i64 = period.lots.iter().map(|lot| lot.left_seconds).sum();
            prop_assert_eq!(left, sums.carried_out + sums.expired);
            let last = period.lines.last().map_or(0, |line| line.balance);
            let unpaid = sums.deficit_out - if deficit == DeficitPolicy::Carry { sums.overage() } else { 0 };
            prop_assert_eq!(last, sums.carried_out - unpaid);
            let parts: i64 = period.coverage.iter().map(|part| part.overage_seconds).sum();
            prop_assert_eq!(parts, sums.overage());
            prop_assert!(period.lots.iter().all(|lot| lot.left_seconds >= 0 && lot.used_seconds <= lot.granted_seconds));
            before = period.closing.clone();
        }
    }

    #[test]
    fn the_order_of_typing_does_not_matter(scene in scenes(), turn in 0..20_usize) {
        let mut other = scene.clone();
        other.work.reverse();
        other.grants.reverse();
        let turn = turn % other.work.len().max(1);
        other.work.rotate_left(turn);
        for (one, two) in scene.settle(PERIODS).iter().zip(other.settle(PERIODS)) {
            prop_assert_eq!(&one.sums, &two.sums);
            prop_assert_eq!(&one.lines, &two.lines);
            prop_assert_eq!(&one.coverage, &two.coverage);
        }
    }

    #[test]
    fn nothing_is_used_outside_its_days(scene in scenes()) {
        for period in scene.settle(PERIODS) {
            for (part, taken) in period.coverage.iter().flat_map(|part| part.taken.iter().map(move |taken| (part, taken))) {
                if let Some(grant) = scene.grants.iter().find(|grant| grant.id == taken.lot) {
                    prop_assert!(grant.usable_from <= part.on && grant.usable_until.is_none_or(|until| part.on <= until));
                }
            }
        }
    }
}

#[test]
fn a_hundred_thousand_lots_touch_only_the_nearest() {
    let mut scene = Scene::monthly(0, PackageRules::default()).used(&[5.0]);
    for number in 0..100_000_u128 {
        let until = Some(date(40 + (number % 1000) as u64));
        let (id, kind) = (Uuid::from_u128(5000 + number), LotKind::Block);
        scene.grants.push(Grant {
            id,
            kind,
            is_opening: false,
            usable_from: date(0),
            usable_until: until,
            seconds: H,
        });
    }
    let period = scene.settle(1).remove(0);
    let touched: Vec<&Lot> = period.lots.iter().filter(|lot| lot.used_seconds > 0).collect();
    assert_eq!(touched.len(), 5);
    assert!(touched.iter().all(|lot| lot.end == LotEnd::On(Some(date(40)))));
}
