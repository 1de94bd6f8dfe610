//! A period of an engagement as both sides see it: what it has, what was used, and what becomes of the rest.

use crate::hours::{DeficitPolicy, EngagementKind, Lot, LotKind, PackagePeriod, Period};
use crate::kernel::{Currency, Date, EngagementId, LotId, Remark, choice};
use crate::slices::packages::{AccountedPeriod, PackageAccount};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Where a period stands: it has not begun, holds today, is over, was closed so that nothing of it changes any more, or
    /// lies wholly in a pause.
    pub enum PeriodStatus {
        Upcoming = "upcoming",
        Open = "open",
        Ended = "ended",
        Closed = "closed",
        Skipped = "skipped",
    }
}

choice! {
    /// What a lot of time comes from: what a period includes, what was carried into it, an adjustment, an extension, or a block.
    pub enum PackageLotKind {
        Included = "included",
        Carried = "carried",
        Adjustment = "adjustment",
        Extension = "extension",
        Block = "block",
    }
}

/// Why a period is reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"reason": "Ein Tag fehlte."})))]
pub struct Reopening {
    /// The reason, which the client reads.
    pub reason: Remark,
}

/// A lot: a grant of time with its own end, as it stands in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LotRecord {
    /// Identifies the lot; that of an adjustment, extension or block is its own.
    pub id: LotId,
    /// What it comes from.
    pub kind: PackageLotKind,
    /// The day since which it gives.
    pub granted_on: Date,
    /// The last day on which it gives; null without end. What may be carried in part ends with its period until then.
    #[schema(examples("2026-12-31"))]
    pub usable_until: Option<Date>,
    /// What it gave at first, in seconds.
    #[schema(minimum = 0, examples(72000))]
    pub granted_seconds: i64,
    /// What was taken of it so far, in seconds.
    #[schema(minimum = 0, examples(54000))]
    pub used_seconds: i64,
    /// What is left of it, in seconds: at the end of a period that is over, before anything expired.
    #[schema(minimum = 0, examples(18000))]
    pub left_seconds: i64,
}

/// A period of an engagement: what it has, what was used, and what becomes of the rest, all in seconds. It is computed
/// from terms, adjustments and entries, so a later correction changes it. Of a period that is not over, what expires or is
/// carried is what would, if nobody worked any more.
///
/// `available_seconds` is the sum of the five above it, `overage_seconds` is `consumed_seconds` less `covered_seconds`, and
/// `remaining_seconds` is `available_seconds` less `covered_seconds`, under `deficit: carry` also less `overage_seconds`.
/// `remaining_seconds` is also `carried_out_seconds` plus `expired_seconds` less `deficit_out_seconds`, and the next period
/// begins with `carried_out_seconds` less `deficit_out_seconds`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeriodRecord {
    /// The engagement whose period it is.
    pub engagement_id: EngagementId,
    /// Its number in the engagement, from 1.
    #[schema(minimum = 1, examples(3))]
    pub seq: i32,
    /// Its first day.
    #[schema(examples("2026-11-01"))]
    pub starts_on: Date,
    /// Its last day.
    #[schema(examples("2026-11-30"))]
    pub ends_on: Date,
    /// Where it stands.
    pub status: PeriodStatus,
    /// `retainer`: its price, in minor units; 0 where it is skipped, a share of the days where the terms say so. Else null.
    #[schema(minimum = 0, examples(90000))]
    pub price_minor: Option<i64>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What its terms include, bonus too.
    #[schema(minimum = 0, examples(72000))]
    pub included_seconds: i64,
    /// What came from the period before, less the deficit that came along: it can be below zero.
    #[schema(examples(7200))]
    pub carried_in_seconds: i64,
    /// What adjustments add or take.
    #[schema(examples(0))]
    pub adjusted_seconds: i64,
    /// What extensions add.
    #[schema(minimum = 0, examples(0))]
    pub extended_seconds: i64,
    /// What blocks and top-ups add that count from this period on, less what voiding them took.
    #[schema(examples(0))]
    pub blocks_seconds: i64,
    /// All that it has.
    #[schema(examples(79200))]
    pub available_seconds: i64,
    /// What work took: billed time, or worked time where all work counts.
    #[schema(minimum = 0, examples(54000))]
    pub consumed_seconds: i64,
    /// What lots gave to it.
    #[schema(minimum = 0, examples(54000))]
    pub covered_seconds: i64,
    /// What no lot covered.
    #[schema(minimum = 0, examples(0))]
    pub overage_seconds: i64,
    /// What is left; below zero where a deficit goes on.
    #[schema(examples(25200))]
    pub remaining_seconds: i64,
    /// What goes on into the next period.
    #[schema(minimum = 0, examples(18000))]
    pub carried_out_seconds: i64,
    /// What is lost, for any reason.
    #[schema(minimum = 0, examples(7200))]
    pub expired_seconds: i64,
    /// What the next period owes.
    #[schema(minimum = 0, examples(0))]
    pub deficit_out_seconds: i64,
    /// What the overage costs, in minor units; null where it is not billed or has no rate.
    #[schema(minimum = 0, examples(0))]
    pub overage_amount_minor: Option<i64>,
    /// How much of it is used, in percent, rounded down; null where nothing is available.
    #[schema(examples(68))]
    pub percent_used: Option<i64>,
    /// How much of it would be used at its end if work goes on as so far; null before it begins and where nothing is
    /// available.
    #[schema(examples(90))]
    pub projected_percent: Option<i64>,
    /// The lots that give in it, in the order in which they were granted.
    pub lots: Vec<LotRecord>,
}

impl PeriodRecord {
    pub fn of(account: &PackageAccount, accounted: &AccountedPeriod) -> Self {
        let (package, settled) = (&accounted.package, &accounted.settled);
        let (period, sums) = (&package.period, &settled.sums);
        let history = account.history.as_ref().expect("periods follow from terms");
        let percent_used = percent(sums.consumed, sums.available());
        let elapsed = (account.today.min(period.ends_on).0 - period.starts_on.0).num_days() + 1;
        Self {
            engagement_id: account.engagement.id,
            seq: period.seq,
            starts_on: period.starts_on,
            ends_on: period.ends_on,
            status: accounted.status(account),
            price_minor: history.price_minor(period),
            currency: history.currency(period).clone(),
            included_seconds: sums.included,
            carried_in_seconds: sums.carried_in,
            adjusted_seconds: sums.adjusted,
            extended_seconds: sums.extended,
            blocks_seconds: sums.blocks,
            available_seconds: sums.available(),
            consumed_seconds: sums.consumed,
            covered_seconds: sums.covered,
            overage_seconds: sums.overage(),
            remaining_seconds: sums.remaining(package.rules.deficit),
            carried_out_seconds: sums.carried_out,
            expired_seconds: sums.expired,
            deficit_out_seconds: sums.deficit_out,
            overage_amount_minor: accounted.overage_amount_minor(account),
            percent_used,
            projected_percent: percent_used.filter(|_| elapsed > 0).map(|used| used * period.days() / elapsed),
            lots: accounted.lots().map(|lot| LotRecord::of(lot, package)).collect(),
        }
    }
}

impl PackageAccount {
    /// Where a period of its calendar stands.
    pub fn status_of(&self, period: &Period) -> PeriodStatus {
        match () {
            () if self.engagement.closed_on.is_some_and(|on| period.ends_on <= on) => PeriodStatus::Closed,
            () if period.is_skipped => PeriodStatus::Skipped,
            () if self.today < period.starts_on => PeriodStatus::Upcoming,
            () if self.today > period.ends_on => PeriodStatus::Ended,
            () => PeriodStatus::Open,
        }
    }
}

impl AccountedPeriod {
    pub fn status(&self, account: &PackageAccount) -> PeriodStatus {
        account.status_of(&self.package.period)
    }

    /// The lots that give in it, in the order in which they were granted; on a day what is included comes first.
    fn lots(&self) -> impl Iterator<Item = &Lot> {
        let mut lots: Vec<&Lot> = self.settled.lots.iter().collect();
        lots.sort_by_key(|lot| (lot.granted_on, lot.kind as u8, lot.id));
        lots.into_iter()
    }

    /// What the overage costs, in minor units; none where it is not billed or has no rate.
    pub(super) fn overage_amount_minor(&self, account: &PackageAccount) -> Option<i64> {
        let history = account.history.as_ref()?;
        let bills = self.package.rules.deficit == DeficitPolicy::Bill;
        let kind = history.on(self.package.period.ends_on).kind;
        let priced = matches!(kind, EngagementKind::Retainer | EngagementKind::Hourly);
        match self.settled.sums.overage() {
            _ if !bills || !priced => None,
            0 => Some(0),
            _ => self.settled.sums.overage_amount_minor(),
        }
    }
}

impl LotRecord {
    pub fn of(lot: &Lot, package: &PackagePeriod) -> Self {
        Self {
            id: LotId(lot.id),
            kind: PackageLotKind::of(lot, package.period.seq),
            granted_on: lot.granted_on,
            usable_until: lot.usable_until(package),
            granted_seconds: lot.granted_seconds,
            used_seconds: lot.used_seconds,
            left_seconds: lot.left_seconds,
        }
    }
}

impl PackageLotKind {
    /// As it is called in a period.
    pub fn of(lot: &Lot, seq: i32) -> Self {
        match lot.kind {
            LotKind::Included if lot.is_carried(seq) => Self::Carried,
            LotKind::Included => Self::Included,
            LotKind::Adjustment => Self::Adjustment,
            LotKind::Extension => Self::Extension,
            LotKind::Block | LotKind::TopUp => Self::Block,
        }
    }
}

fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}
