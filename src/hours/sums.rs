//! Adding up entries: exact quantities per engagement, rate and unit, each priced and rounded once.

use super::{BillingLine, Quantity, RateUnit, TimeAllocation};
use crate::kernel::{Currency, EngagementId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Sums over a whole filter. What runs counts as 0. Of an entry that reaches beyond the dates asked for, the part within
/// them counts.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TimeTotals {
    /// How many entries.
    #[schema(minimum = 0, examples(2))]
    pub entries: i64,
    /// Worked time without breaks, in seconds.
    #[schema(minimum = 0, examples(9000))]
    pub duration_seconds: i64,
    /// The part of it that is billable, in seconds.
    #[schema(minimum = 0, examples(9000))]
    pub billable_seconds: i64,
    /// Billed time after rounding, in seconds, with `rounding_seconds`.
    #[schema(minimum = 0, examples(9000))]
    pub billed_seconds: i64,
    /// What rounding by period adds (or takes, below 0), in seconds: of each engagement with rounding scope `period`, for
    /// the periods that lie wholly within the dates asked for; 0 when another filter than dates, client and engagement
    /// leaves entries out.
    #[schema(examples(0))]
    pub rounding_seconds: i64,
    /// Shares of days, in ten-thousandths, of billable work in daily engagements.
    #[schema(minimum = 0, examples(0))]
    pub day_ten_thousandths: i64,
    /// Breaks, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub break_seconds: i64,
    /// Amounts by currency: billed time and days are added up per engagement, rate and unit, priced and rounded once, and
    /// these are added.
    pub amounts: Vec<CurrencyAmount>,
}

/// An amount in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(examples(json!({"currency": "EUR", "amount_minor": 11250})))]
pub struct CurrencyAmount {
    /// The currency.
    pub currency: Currency,
    /// The amount in minor units.
    pub amount_minor: i64,
}

/// What is priced together. In this order equal remainders of rounding by period are served: the lower rate first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RateKey {
    engagement: Option<EngagementId>,
    rate: Option<(i64, RateUnit)>,
    currency: Currency,
}

impl RateKey {
    pub fn new(
        engagement: Option<EngagementId>,
        rate_minor: Option<i64>,
        unit: Option<RateUnit>,
        currency: &Currency,
    ) -> Self {
        Self { engagement, rate: rate_minor.zip(unit), currency: currency.clone() }
    }
}

/// Sums in the making.
#[derive(Default)]
pub struct Sums {
    total: TimeTotals,
    priced: BTreeMap<RateKey, (Quantity, bool)>,
    /// Amounts that stand as they were shown.
    kept: BTreeMap<Currency, i64>,
}

impl Sums {
    /// Counts entries with their worked, billable and paused seconds.
    pub fn count(&mut self, entries: i64, duration_seconds: i64, billable_seconds: i64, break_seconds: i64) {
        self.total.entries += entries;
        self.total.duration_seconds += duration_seconds;
        self.total.billable_seconds += billable_seconds;
        self.total.break_seconds += break_seconds;
    }

    /// Adds what is billed. `amount_minor` says whether it has a price, and what it is where it is kept as shown.
    pub fn add(&mut self, key: RateKey, quantity: Quantity, amount_minor: Option<i64>, kept: bool) {
        self.total.billed_seconds += quantity.billed_seconds;
        self.total.day_ten_thousandths += quantity.day_ten_thousandths;
        let Some(amount) = amount_minor else { return };
        match kept {
            true => *self.kept.entry(key.currency).or_default() += amount,
            false => {
                let (sum, has_price) = self.priced.entry(key).or_default();
                sum.billed_seconds += quantity.billed_seconds;
                sum.day_ten_thousandths += quantity.day_ten_thousandths;
                *has_price = true;
            }
        }
    }

    /// Adds what is billed of a whole entry.
    pub fn add_line(&mut self, key: RateKey, line: &BillingLine) {
        let days = line.day_ten_thousandths.filter(|_| line.billable).unwrap_or(0);
        let quantity = Quantity { billed_seconds: line.billed_seconds.unwrap_or(0), day_ten_thousandths: days };
        self.add(key, quantity, line.amount_minor, line.keeps_amount());
    }

    /// Adds what is billed of the part of an entry that falls on one date.
    pub fn add_part(&mut self, key: RateKey, line: &BillingLine, part: &TimeAllocation) {
        let days = part.day_ten_thousandths.filter(|_| line.billable).unwrap_or(0);
        let quantity = Quantity { billed_seconds: part.billed_seconds, day_ten_thousandths: days };
        self.add(key, quantity, part.amount_minor, line.keeps_amount());
    }

    /// Adds what rounding by period makes of the time of a rate.
    pub fn add_rounding(&mut self, key: RateKey, seconds: i64) {
        self.total.billed_seconds += seconds;
        self.total.rounding_seconds += seconds;
        self.priced.entry(key).or_default().0.billed_seconds += seconds;
    }

    /// All of it.
    pub fn total(mut self) -> TimeTotals {
        let mut amounts = self.kept;
        for (key, (quantity, has_price)) in self.priced.into_iter().filter(|(_, (_, has_price))| *has_price) {
            debug_assert!(has_price);
            let price = key.rate.map_or(0, |(rate, unit)| quantity.amount_minor(rate, unit));
            *amounts.entry(key.currency).or_default() += price;
        }
        let amount = |(currency, amount_minor)| CurrencyAmount { currency, amount_minor };
        self.total.amounts = amounts.into_iter().map(amount).collect();
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro(rate: Option<i64>, unit: Option<RateUnit>) -> RateKey {
        RateKey::new(None, rate, unit, &"EUR".parse().unwrap())
    }

    #[test]
    fn quantities_are_priced_once_and_kept_amounts_stand() {
        let mut sums = Sums::default();
        let hour = || euro(Some(10_000), Some(RateUnit::Hour));
        for _ in 0..3 {
            // Each by itself costs 33.33.
            sums.add(hour(), Quantity { billed_seconds: 1200, day_ten_thousandths: 0 }, Some(3333), false);
        }
        let day = || euro(Some(40_000), Some(RateUnit::Day));
        sums.add(day(), Quantity { billed_seconds: 0, day_ten_thousandths: 2100 }, Some(8333), true);
        sums.add(euro(None, None), Quantity { billed_seconds: 60, day_ten_thousandths: 0 }, None, false);
        sums.add_rounding(hour(), 300);
        let total = sums.total();
        assert_eq!(total.amounts[0].amount_minor, 10_000 + 833 + 8333);
        assert_eq!((total.billed_seconds, total.rounding_seconds, total.day_ten_thousandths), (3960, 300, 2100));
    }

    #[test]
    fn what_has_no_price_adds_no_currency() {
        let mut sums = Sums::default();
        sums.add(euro(None, None), Quantity { billed_seconds: 60, day_ten_thousandths: 0 }, None, false);
        sums.add_rounding(euro(None, None), 840);
        assert!(sums.total().amounts.is_empty());
    }
}
