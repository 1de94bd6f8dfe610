//! What an hour that is not noted yet would do.

use super::{AlertFields, AlertSubject, CoveredDay, PeriodRecord};
use crate::kernel::{BlockId, Currency, Date, TimeEntryId};
use serde::Serialize;
use utoipa::ToSchema;

/// A period before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeriodMove {
    /// As it is.
    pub before: PeriodRecord,
    /// As it would be.
    pub after: PeriodRecord,
}

/// Another entry whose cover would change, because this work comes before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DisplacedEntry {
    /// The entry.
    pub time_entry_id: TimeEntryId,
    /// What no lot covers of it now, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub overage_before_seconds: i64,
    /// What no lot would cover of it, in seconds.
    #[schema(minimum = 0, examples(1800))]
    pub overage_after_seconds: i64,
}

/// An alert that would be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct PreviewedAlert {
    /// What would be used.
    pub subject: AlertSubject,
    /// The number of the period of a package or cap; else null.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: Option<i64>,
    /// The block; null for another subject.
    pub block_id: Option<BlockId>,
    /// How much of it would be reached, in percent.
    #[schema(minimum = 1, examples(80))]
    pub percent: i64,
}

/// What work that is not noted yet would do to the hours of its engagement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewRecord {
    /// Its date.
    pub work_date: Date,
    /// The day that it would count for, where its own lies in a closed period; else null.
    #[schema(examples(json!(null)))]
    pub booked_on: Option<Date>,
    /// Its billed time, in seconds.
    #[schema(minimum = 0, examples(5400))]
    pub billed_seconds: i64,
    /// What it is worth at its rate, in minor units; null without a rate.
    #[schema(minimum = 0, examples(json!(null)))]
    pub amount_minor: Option<i64>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What it would take, in seconds.
    #[schema(minimum = 0, examples(5400))]
    pub consumed_seconds: i64,
    /// What lots would give to it.
    #[schema(minimum = 0, examples(5400))]
    pub covered_seconds: i64,
    /// What no lot would cover.
    #[schema(minimum = 0, examples(0))]
    pub overage_seconds: i64,
    /// What of it would be billed beside the price of a package, in minor units, as `to_bill_minor` of a coverage.
    #[schema(minimum = 0, examples(0))]
    pub to_bill_minor: Option<i64>,
    /// Its local dates, and the lots that would give on each.
    pub days: Vec<CoveredDay>,
    /// Whether noting it is refused (409 `retainer_exhausted`) before the client agrees to an extension or a block.
    pub needs_consent: bool,
    /// The periods whose sums would change.
    pub periods: Vec<PeriodMove>,
    /// The other entries from which it would take time.
    pub displaced: Vec<DisplacedEntry>,
    /// The alerts that would be told.
    pub alerts: Vec<PreviewedAlert>,
}

impl PreviewedAlert {
    pub fn of(fields: &AlertFields) -> Self {
        Self {
            subject: fields.subject,
            period_seq: Some(fields.period_seq).filter(|seq| *seq > 0),
            block_id: fields.block_id,
            percent: fields.percent,
        }
    }
}
