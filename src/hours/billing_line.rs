//! An entry as accounting sees it: what was worked and agreed, and what is billed for it on each local date.

use super::{Quantity, RateSource, RateUnit, share};
use crate::kernel::{Columns, Date, JsonText, Label, MemberId, TaskId, TermsId, TimeEntryId, Timestamp};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::ToSchema;

/// What of an entry falls on one local date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(json!({
    "date": "2026-11-02", "duration_seconds": 5100, "billed_seconds": 5400, "day_ten_thousandths": null, "amount_minor": 6750
})))]
pub struct TimeAllocation {
    /// The date in the entry's zone.
    pub date: Date,
    /// The worked time on it, in seconds.
    #[schema(minimum = 0)]
    pub duration_seconds: i64,
    /// The billed time on it after rounding, in seconds.
    #[schema(minimum = 0)]
    pub billed_seconds: i64,
    /// The share of a day that it counts as, in ten-thousandths; null but in daily engagements.
    #[schema(required = true, minimum = 0)]
    pub day_ten_thousandths: Option<i64>,
    /// Its part of the entry's amount, in minor units; null when the entry has none.
    #[schema(required = true)]
    pub amount_minor: Option<i64>,
}

/// A stopped entry as accounting sees it.
#[derive(Clone, Debug, PartialEq, Columns)]
pub struct BillingLine {
    pub id: TimeEntryId,
    pub member_id: MemberId,
    pub task_id: Option<TaskId>,
    /// The area of its task when it was noted.
    pub area: Option<Label>,
    /// The version of the terms that it is accounted under.
    pub terms_id: Option<TermsId>,
    pub started_at: Option<Timestamp>,
    pub work_date: Date,
    /// The day that it counts for where its own lies in a closed period; days and rounding go by its own.
    pub booked_on: Option<Date>,
    pub duration_seconds: i64,
    pub billable: bool,
    pub rate_minor: Option<i64>,
    pub rate_unit: Option<RateUnit>,
    pub rate_source: Option<RateSource>,
    /// The share of a day that was given, in ten-thousandths.
    pub days_given: Option<i64>,
    pub billed_seconds: Option<i64>,
    pub day_ten_thousandths: Option<i64>,
    pub amount_minor: Option<i64>,
    /// Its parts, where it lies on several local dates.
    pub allocations: Option<JsonText<Vec<TimeAllocation>>>,
    /// Whether it is locked: then accounting leaves it as it is.
    pub locked: bool,
}

impl BillingLine {
    /// The day that a part of it counts for.
    pub fn counts_on(&self, date: Date) -> Date {
        self.booked_on.unwrap_or(date)
    }

    /// The first and the last day that it counts for.
    pub fn counting_days(&self) -> (Date, Date) {
        let last = self.parts().last().map_or(self.work_date, |part| part.date);
        (self.counts_on(self.work_date), self.counts_on(last))
    }

    /// Its parts, one for each local date.
    pub fn parts(&self) -> Cow<'_, [TimeAllocation]> {
        match &self.allocations {
            Some(parts) => Cow::Borrowed(&parts.0),
            None => Cow::Owned(vec![TimeAllocation {
                date: self.work_date,
                duration_seconds: self.duration_seconds,
                billed_seconds: self.billed_seconds.unwrap_or(0),
                day_ten_thousandths: self.day_ten_thousandths,
                amount_minor: self.amount_minor,
            }]),
        }
    }

    /// Whether its amount is not what its days cost at its rate: one of before days were counted in ten-thousandths, which
    /// stands as it was shown until the entry is accounted anew.
    pub fn keeps_amount(&self) -> bool {
        let days = Quantity { billed_seconds: 0, day_ten_thousandths: self.day_ten_thousandths.unwrap_or(0) };
        let by_day = self.rate_minor.filter(|_| self.billable && self.rate_unit == Some(RateUnit::Day));
        by_day
            .zip(self.amount_minor)
            .is_some_and(|(rate, amount)| days.amount_minor(rate, RateUnit::Day) != amount)
    }

    /// Lays the worked time on its dates; what is billed of it is not known yet.
    pub fn set_dates(&mut self, seconds_by_date: &[(Date, i64)]) {
        let part = |(date, duration_seconds): &(Date, i64)| TimeAllocation {
            date: *date,
            duration_seconds: *duration_seconds,
            billed_seconds: 0,
            day_ten_thousandths: None,
            amount_minor: None,
        };
        let parts: Vec<_> = seconds_by_date.iter().map(part).collect();
        self.allocations = (parts.len() > 1).then_some(JsonText(parts));
    }

    /// Takes over what its parts are billed as: the entry adds them up, is priced as a whole, and its parts share that.
    pub fn settle(&mut self, mut parts: Vec<TimeAllocation>) {
        let billed_seconds = parts.iter().map(|part| part.billed_seconds).sum();
        let days: Option<i64> = parts.iter().map(|part| part.day_ten_thousandths).sum();
        let quantity = Quantity { billed_seconds, day_ten_thousandths: days.unwrap_or(0) };
        let price = match (self.billable, self.rate_minor.zip(self.rate_unit)) {
            (false, _) => Some(0),
            (true, Some((_, RateUnit::Day))) if days.is_none() => None,
            (true, rate) => rate.map(|(rate, unit)| quantity.amount_minor(rate, unit)),
        };
        let unit = self.rate_unit.unwrap_or(RateUnit::Hour);
        let weight = |part: &TimeAllocation| {
            let day_ten_thousandths = part.day_ten_thousandths.unwrap_or(0);
            Quantity { billed_seconds: part.billed_seconds, day_ten_thousandths }.measure(unit)
        };
        let amounts = share(price.unwrap_or(0), &parts.iter().map(weight).collect::<Vec<_>>());
        for (part, amount) in parts.iter_mut().zip(amounts) {
            part.amount_minor = price.map(|_| amount);
        }
        (self.billed_seconds, self.day_ten_thousandths, self.amount_minor) = (Some(billed_seconds), days, price);
        self.allocations = (parts.len() > 1).then_some(JsonText(parts));
    }
}
