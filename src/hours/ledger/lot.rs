//! Grants of time with their own ends, and the order in which they are used.

use super::{PackagePeriod, settle::end_ahead};
use crate::hours::{CarryPolicy, ConsumeOrder};
use crate::kernel::Date;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a lot comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LotKind {
    /// What a period includes.
    Included,
    Adjustment,
    Extension,
    Block,
    TopUp,
}

impl LotKind {
    /// Whether it is prepaid.
    pub fn is_block(self) -> bool {
        matches!(self, Self::Block | Self::TopUp)
    }
}

/// When a lot ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LotEnd {
    /// On a day, or never.
    On(Option<Date>),
    /// After so many more periods that are not skipped, the current one among them; none: never.
    AfterPeriods(Option<i32>),
}

/// A grant of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    pub id: Uuid,
    pub kind: LotKind,
    pub is_opening: bool,
    /// The period that counted it.
    pub period_seq: i32,
    pub granted_on: Date,
    pub end: LotEnd,
    pub granted_seconds: i64,
    /// What it gave so far.
    pub used_seconds: i64,
    pub left_seconds: i64,
}

/// The place of a lot in the order of use: the lowest gives first.
pub(super) type Precedence = (bool, NaiveDate, (bool, Date), u8, Uuid);

impl Lot {
    /// Whether it was carried into a period.
    pub fn is_carried(&self, seq: i32) -> bool {
        self.kind == LotKind::Included && self.period_seq < seq
    }

    /// Its last day as it stands in a period: what is included ends with the period where nothing, or only so much, is
    /// carried; none without end.
    pub fn usable_until(&self, package: &PackagePeriod) -> Option<Date> {
        let ends = |periods| end_ahead(&package.ends_ahead, periods);
        // A skipped period does not count.
        let counted = i32::from(!package.period.is_skipped);
        match self.end {
            LotEnd::On(day) => day,
            LotEnd::AfterPeriods(_) if package.rules.carry != CarryPolicy::All => ends(1 - counted),
            LotEnd::AfterPeriods(left) => left.and_then(|left| ends(left - counted)),
        }
    }

    /// Its place in the order of use of a period.
    pub(super) fn precedence(&self, package: &PackagePeriod) -> Precedence {
        let is_own = self.kind == LotKind::Included && self.period_seq == package.period.seq;
        let until = self.usable_until(package).map_or(NaiveDate::MAX, |day| day.0);
        let granted = (!self.is_opening, self.granted_on);
        let rank = match self.kind {
            LotKind::Included if is_own => 0,
            LotKind::Adjustment => 1,
            LotKind::Extension => 2,
            LotKind::Included => 3,
            LotKind::Block | LotKind::TopUp => 4,
        };
        match package.rules.consume_order {
            ConsumeOrder::ExpiringFirst => (false, until, granted, rank, self.id),
            ConsumeOrder::IncludedFirst => (!is_own, until, granted, rank, self.id),
            ConsumeOrder::OldestFirst => (false, NaiveDate::MIN, granted, rank, self.id),
        }
    }
}
