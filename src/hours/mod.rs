//! The rules of worked time and of what it costs: terms, rates, rounding, spans, shares, days, periods. Everything is a
//! function of the values given: no request, no pool and no clock. Values that stand in a body or a column know their
//! schema and how they are stored, nothing else of either.

pub mod accounting;
mod billing_line;
mod choices;
mod complete;
mod day_rule;
mod interval;
mod ledger;
mod local_days;
mod local_time;
mod milestone;
mod money;
mod new_rounding;
mod open_days;
mod package;
mod pause;
mod period;
mod periods;
mod rate;
mod rounding;
mod share;
mod span;
mod span_check;
mod span_input;
mod split;
mod sums;
mod terms;
mod top_up;
mod versions;

pub use billing_line::{BillingLine, TimeAllocation};
pub use choices::*;
pub use complete::complete_terms;
pub use day_rule::{DayRule, ONE_DAY};
pub use interval::Interval;
pub use ledger::{
    Coverage, Grant, Happenings, LedgerLine, LineCause, LineKind, Lot, LotEnd, LotKind, PackageBalance,
    PackagePeriod, PackageRules, Reduction, SettledPeriod, Void, Work, settle,
};
pub use local_days::{day_seconds, split_at_midnights, work_date};
pub use local_time::LocalTime;
pub use milestone::{Milestone, NewMilestone};
pub use money::{Quantity, portion};
pub use new_rounding::NewRounding;
pub use open_days::{EngagementStatus, OpenDays, check_not_closed, not_active};
pub use package::{TermsHistory, work_of};
pub use pause::{EngagementPause, Pauses};
pub use period::{PeriodShape, next_period, period_of, period_rounding};
pub use periods::{Calendar, Period};
pub use rate::{RateSnapshot, RateSource, RateUnit, rate};
pub use rounding::{IncrementMinutes, Rounding, RoundingMode, RoundingScope, round_seconds};
pub use share::{PoolLine, share, share_pool};
pub use span::{LONGEST_DAY_SECONDS, Span, max_seconds};
pub use span_input::SpanInput;
pub use split::SplitPoint;
pub use sums::{CurrencyAmount, RateKey, Sums, TimeTotals};
#[cfg(test)]
pub use terms::samples;
pub use terms::{AlertPercent, DefaultTerms, NewTerms, Terms};
pub use top_up::{AreaFactor, AutoTopUp, NewAutoTopUp};
pub use versions::{effective_between, terms_in_force};
