//! The account of a package: lots of time with their own ends, what work takes of them, and what becomes of the rest.
//! One function settles one period from the balance that the one before left; nothing but its arguments decides. All
//! values are in seconds.

mod events;
mod lot;
mod settle;

pub use lot::{Lot, LotEnd, LotKind};
pub use settle::settle;

use super::{CarryPolicy, ConsumeOrder, DeficitPolicy, Period};
use crate::kernel::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the terms say of one period.
#[derive(Clone, Debug)]
pub struct PackagePeriod {
    pub period: Period,
    /// The id of the lot of what it includes.
    pub lot: Uuid,
    /// What it includes, bonus too; nothing in a skipped one.
    pub included_seconds: i64,
    pub rules: PackageRules,
    /// The last days of this period and of those that follow, as far as carried time can last.
    pub ends_ahead: Vec<Date>,
}

/// The rules of one period: the order of its begin, all else as they are at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackageRules {
    pub consume_order: ConsumeOrder,
    pub carry: CarryPolicy,
    /// The most that is carried under `capped`.
    pub carry_cap_seconds: i64,
    /// After how many periods that were not skipped carried time expires.
    pub carry_expires_after: Option<i32>,
    pub deficit: DeficitPolicy,
}

/// What one period leaves to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageBalance {
    pub lots: Vec<Lot>,
    /// What was taken and no lot has given so far.
    pub deficit_seconds: i64,
}

/// A grant besides what periods include: an adjustment upwards, an extension, a block, a top-up.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id: Uuid,
    pub kind: LotKind,
    /// Whether it was left from before the engagement: it counts as granted before every other.
    pub is_opening: bool,
    /// The first day on which it gives; the period that holds it counts it.
    pub usable_from: Date,
    /// The last day; none without end.
    pub usable_until: Option<Date>,
    pub seconds: i64,
}

/// A lot is voided.
#[derive(Clone, Copy, Debug)]
pub struct Void {
    pub lot: Uuid,
    /// From this day on it gives no more than it had given.
    pub on: Date,
    /// What it had given at the act.
    pub given_seconds: i64,
}

/// An adjustment downwards; it takes on the first day of its period.
#[derive(Clone, Copy, Debug)]
pub struct Reduction {
    pub id: Uuid,
    pub seconds: i64,
}

/// Work of one entry on one local date, or what rounding by period adds (without an entry).
#[derive(Clone, Debug)]
pub struct Work {
    pub entry: Option<Uuid>,
    /// The day that it counts for.
    pub on: Date,
    /// When it began, in microseconds; none without clock times.
    pub begins_at: Option<i64>,
    /// What an hour of overage costs, in minor units.
    pub overage_rate_minor: Option<i64>,
    /// What it consumes; below zero only what rounding takes.
    pub seconds: i64,
    /// What it took for good, because it was approved or invoiced; the rest was overage.
    pub reserved: Option<Vec<Taken>>,
}

/// So much of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub lot: Uuid,
    pub seconds: i64,
}

/// Everything that happens in one period.
#[derive(Clone, Debug, Default)]
pub struct Happenings {
    pub grants: Vec<Grant>,
    pub voids: Vec<Void>,
    pub reductions: Vec<Reduction>,
    pub work: Vec<Work>,
    /// What work of later periods took for good, by lot.
    pub reserved_later: BTreeMap<Uuid, i64>,
}

/// The sums of a period. `available` = included + carried in + adjusted + extended + blocks; at its end
/// `available − covered`, under `carry` less the overage, = carried out + expired − deficit out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodSums {
    pub included: i64,
    /// Less the deficit that came along.
    pub carried_in: i64,
    pub adjusted: i64,
    pub extended: i64,
    /// Blocks and top-ups, less what voiding them dropped.
    pub blocks: i64,
    pub consumed: i64,
    pub covered: i64,
    pub carried_out: i64,
    /// What was not carried, for any reason.
    pub expired: i64,
    pub deficit_out: i64,
    /// What no lot covered, by the rate of an hour.
    pub overage_by_rate: BTreeMap<Option<i64>, i64>,
}

impl PeriodSums {
    pub fn available(&self) -> i64 {
        self.included + self.carried_in + self.adjusted + self.extended + self.blocks
    }

    pub fn overage(&self) -> i64 {
        self.consumed - self.covered
    }

    /// What is left, below zero where a deficit goes on.
    pub fn remaining(&self, deficit: DeficitPolicy) -> i64 {
        let owed = if deficit == DeficitPolicy::Carry { self.overage() } else { 0 };
        self.available() - self.covered - owed
    }

    /// What the overage costs, computed exactly and rounded once; none where no hour of it has a rate.
    pub fn overage_amount_minor(&self) -> Option<i64> {
        let priced = self.overage_by_rate.iter().filter_map(|(rate, seconds)| Some(((*rate)?, *seconds)));
        let (count, exact) = priced.fold((0, 0_i128), |(count, sum), (rate, seconds)| {
            (count + 1, sum + i128::from(rate) * i128::from(seconds))
        });
        (count > 0).then(|| super::money::rounded(exact, 3600))
    }
}

/// What a line of the account is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Grant,
    CarryIn,
    Consume,
    Expire,
    Drop,
    Adjust,
    Extend,
    Block,
    TopUp,
    Void,
    Overage,
    Deficit,
}

/// Why a line is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineCause {
    /// The terms, at the begin or end of a period.
    Terms,
    /// Work.
    Entry(Uuid),
    /// What rounding by period adds or takes.
    Rounding,
    /// An adjustment, extension, block or top-up.
    Grant(Uuid),
}

/// One line of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    pub on: Date,
    pub kind: LineKind,
    /// Positive for what is granted, negative for what is taken.
    pub seconds: i64,
    pub lot: Option<Uuid>,
    pub cause: LineCause,
    /// What the period has after it.
    pub balance: i64,
}

/// What work took of which lots, and what none covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub entry: Option<Uuid>,
    pub on: Date,
    pub overage_rate_minor: Option<i64>,
    pub taken: Vec<Taken>,
    pub overage_seconds: i64,
}

/// A period that was settled.
#[derive(Clone, Debug)]
pub struct SettledPeriod {
    pub sums: PeriodSums,
    pub lines: Vec<LedgerLine>,
    /// In the order in which work was taken.
    pub coverage: Vec<Coverage>,
    /// Every lot that gave or could give in it, with what was left before anything expired.
    pub lots: Vec<Lot>,
    pub closing: PackageBalance,
}

#[cfg(test)]
mod tests;
