//! What applying terms to noted entries did, or would do.

use crate::hours::BillingLine;
use crate::kernel::{Currency, Date, MemberId, TermsId, TimeEntryId, open_choice};
use serde::Serialize;
use utoipa::ToSchema;

open_choice! {
    /// Why an entry stays under its terms when others are applied.
    pub enum SkipReason {
        /// It is locked.
        Locked = "locked",
        /// The terms want to be told which share of a day it is, and nobody gave that.
        DaysNotGiven = "days_not_given",
    }
}

/// What applying a version of the terms changed in entries that were noted before, or in a dry run would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TermsApplication {
    /// Whether nothing was stored.
    #[schema(examples(true))]
    pub dry_run: bool,
    /// Every entry that changes, also those that are only accounted for with them; by date.
    pub entries: Vec<AppliedEntry>,
    /// Entries of its dates that stay under their terms.
    pub skipped: Vec<SkippedEntry>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// What the entries that change cost together before, in minor units; summed exactly and rounded once per rate.
    #[schema(examples(120000))]
    pub amount_before_minor: i64,
    /// What they cost together afterwards, in minor units.
    #[schema(examples(80000))]
    pub amount_after_minor: i64,
}

/// An entry that terms are applied to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppliedEntry {
    /// The entry.
    pub id: TimeEntryId,
    /// Whose work it is.
    pub member_id: MemberId,
    /// The date on which it began.
    pub work_date: Date,
    /// What it was.
    pub before: AppliedValues,
    /// What it is, or would be.
    pub after: AppliedValues,
}

/// What accounting makes of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AppliedValues {
    /// The version of the terms that it is accounted under.
    pub terms_id: Option<TermsId>,
    /// Its rate, in minor units per hour, or per day in daily engagements.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(4500))]
    pub rate_minor: Option<i64>,
    /// Its billed time, in seconds.
    #[schema(minimum = 0, examples(5400))]
    pub billed_seconds: Option<i64>,
    /// The share of a day that it counts as, in ten-thousandths.
    #[schema(minimum = 0, examples(json!(null)))]
    pub day_ten_thousandths: Option<i64>,
    /// What it costs, in minor units.
    #[schema(examples(6750))]
    pub amount_minor: Option<i64>,
}

impl From<&BillingLine> for AppliedValues {
    fn from(line: &BillingLine) -> Self {
        Self {
            terms_id: line.terms_id,
            rate_minor: line.rate_minor,
            billed_seconds: line.billed_seconds,
            day_ten_thousandths: line.day_ten_thousandths,
            amount_minor: line.amount_minor,
        }
    }
}

/// An entry that stays under its terms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SkippedEntry {
    /// The entry.
    pub id: TimeEntryId,
    /// The date on which it began.
    pub work_date: Date,
    /// Why: `locked`, or `days_not_given` where the terms want to be told the share of a day.
    #[schema(examples("locked"))]
    pub reason: String,
}
