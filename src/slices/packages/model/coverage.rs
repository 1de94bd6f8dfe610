//! Which time an entry took.

use super::PackageLotKind;
use crate::hours::{BillingLine, Coverage, DeficitPolicy, EngagementKind, Terms};
use crate::kernel::{Currency, Date, EngagementId, LotId, TimeEntryId};
use crate::slices::packages::{AccountedPeriod, PackageAccount};
use serde::Serialize;
use utoipa::ToSchema;

/// Time that an entry took of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TakenTime {
    /// The lot.
    pub lot_id: LotId,
    /// What the lot comes from.
    pub kind: PackageLotKind,
    /// The day since which the lot gives.
    pub granted_on: Date,
    /// The last day on which the lot gives; null without end.
    #[schema(examples("2026-12-31"))]
    pub usable_until: Option<Date>,
    /// How much the entry took of it, in seconds.
    #[schema(minimum = 0, examples(5400))]
    pub seconds: i64,
}

/// What an entry took on one local date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoveredDay {
    /// The date.
    #[schema(examples("2026-11-02"))]
    pub on: Date,
    /// The number of the period that holds it.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: i32,
    /// The lots that gave, in the order in which they were used.
    pub lots: Vec<TakenTime>,
    /// What no lot covered, in seconds: every lot that gives on that date was used up by earlier work.
    #[schema(minimum = 0, examples(0))]
    pub overage_seconds: i64,
}

/// Which lots a time entry took from, what of it no lot covered, and what of it is to be billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CoverageRecord {
    /// The entry.
    pub time_entry_id: TimeEntryId,
    /// Its engagement; null without one: then nothing covers it.
    pub engagement_id: Option<EngagementId>,
    /// How much work of its area takes of the package, in percent of its time.
    #[schema(minimum = 0, maximum = 1000, examples(100))]
    pub area_percent: i64,
    /// What it takes from a package, in seconds; 0 where it does not count.
    #[schema(minimum = 0, examples(5400))]
    pub consumed_seconds: i64,
    /// What lots gave to it.
    #[schema(minimum = 0, examples(5400))]
    pub covered_seconds: i64,
    /// What no lot covered.
    #[schema(minimum = 0, examples(0))]
    pub overage_seconds: i64,
    /// Whether it went beyond a package whose terms allow no work beyond it (`deficit: block`), as a timer that was stopped
    /// can.
    pub exceeds_package: bool,
    /// What of it is to be billed beside the price of the package, in minor units: its overage at the rate for overage; by
    /// the hour the part of its amount that no lot covers. 0 where overage is not billed, null where there is no rate.
    #[schema(minimum = 0, examples(0))]
    pub to_bill_minor: Option<i64>,
    /// The currency of `to_bill_minor`.
    pub currency: Currency,
    /// Its local dates.
    pub days: Vec<CoveredDay>,
}

impl CoverageRecord {
    /// Of an entry that no engagement takes.
    pub fn uncovered(id: TimeEntryId, currency: Currency, amount_minor: Option<i64>) -> Self {
        Self {
            time_entry_id: id,
            engagement_id: None,
            area_percent: 100,
            consumed_seconds: 0,
            covered_seconds: 0,
            overage_seconds: 0,
            exceeds_package: false,
            to_bill_minor: amount_minor,
            currency,
            days: Vec::new(),
        }
    }

    /// Of an entry of an account.
    pub fn of(account: &PackageAccount, line: &BillingLine, currency: Currency) -> Self {
        let mut record = Self::uncovered(line.id, currency, line.amount_minor);
        record.engagement_id = Some(account.engagement.id);
        let mut billed = Some(0);
        for period in &account.periods {
            for part in period.settled.coverage.iter().filter(|part| part.entry == Some(line.id.0)) {
                let day = CoveredDay::of(period, part);
                let covered: i64 = day.lots.iter().map(|taken| taken.seconds).sum();
                record.covered_seconds += covered;
                record.overage_seconds += day.overage_seconds;
                record.exceeds_package |= day.overage_seconds > 0 && period.refuses_overage();
                record.consumed_seconds += covered + day.overage_seconds;
                let owed = overage_minor(period, part);
                billed = billed.zip(owed).map(|(sum, owed)| sum + owed);
                record.days.push(day);
            }
        }
        let terms = account.terms_of(line);
        record.area_percent = terms.map_or(100, |terms| terms.area_percent(line.area.as_ref()));
        if terms.is_some_and(|terms| terms.kind == EngagementKind::Retainer) {
            record.to_bill_minor = billed;
        } else if record.consumed_seconds > 0 {
            let share = |amount| crate::hours::portion(amount, record.overage_seconds, record.consumed_seconds);
            record.to_bill_minor = line.amount_minor.map(share);
        }
        record
    }
}

impl CoveredDay {
    fn of(period: &AccountedPeriod, part: &Coverage) -> Self {
        let (package, seq) = (&period.package, period.package.period.seq);
        let taken = part.taken.iter().filter_map(|taken| {
            let lot = period.settled.lots.iter().find(|lot| lot.id == taken.lot)?;
            Some(TakenTime {
                lot_id: LotId(lot.id),
                kind: PackageLotKind::of(lot, seq),
                granted_on: lot.granted_on,
                usable_until: lot.usable_until(package),
                seconds: taken.seconds,
            })
        });
        Self { on: part.on, period_seq: seq, lots: taken.collect(), overage_seconds: part.overage_seconds }
    }
}

/// What the overage of a date costs, rounded for itself; nothing where it is not billed.
fn overage_minor(period: &AccountedPeriod, part: &Coverage) -> Option<i64> {
    if part.overage_seconds == 0 || period.package.rules.deficit != DeficitPolicy::Bill {
        return Some(0);
    }
    part.overage_rate_minor.map(|rate| crate::hours::portion(rate, part.overage_seconds, 3600))
}

impl PackageAccount {
    /// The terms that an entry is accounted under.
    pub fn terms_of(&self, line: &BillingLine) -> Option<&Terms> {
        let kept = line.terms_id.and_then(|id| self.versions.get(&id));
        kept.or_else(|| self.history.as_ref().map(|history| history.on(line.work_date)))
    }
}
