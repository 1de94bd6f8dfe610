//! What other packages would have cost, for the work that was really done.

use crate::hours::{EngagementKind, Terms};
use crate::kernel::error::Result;
use crate::kernel::{Currency, Date, EngagementId};
use crate::slices::packages::{AccountedPeriod, PackageAccount};
use serde::Serialize;
use serde_json::json;
use std::{borrow::Cow, ops::Range, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A package to compare with: its minutes, and the price of a period in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    pub included_minutes: i32,
    pub price_minor: i64,
}

const MOST_MINUTES: i32 = 1_000_000;
const MOST_MINOR: i64 = 1_000_000_000_000;

impl FromStr for Plan {
    type Err = ();
    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (minutes, price) = text.split_once(':').ok_or(())?;
        let plan =
            Self { included_minutes: minutes.parse().map_err(drop)?, price_minor: price.parse().map_err(drop)? };
        let is_plain = format!("{}:{}", plan.included_minutes, plan.price_minor) == text;
        let fits =
            (0..=MOST_MINUTES).contains(&plan.included_minutes) && (0..=MOST_MINOR).contains(&plan.price_minor);
        if is_plain && fits { Ok(plan) } else { Err(()) }
    }
}

impl PartialSchema for Plan {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A package: its minutes, a colon, and the price of a period in minor units."))
            .max_length(Some(21))
            .pattern(Some("^(0|[1-9][0-9]{0,5}|1000000):(0|[1-9][0-9]{0,11}|1000000000000)$"))
            .examples([json!("600:50000"), json!("1200:90000")])
            .into()
    }
}

impl ToSchema for Plan {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Plan")
    }
}

/// What a package costs in some periods, and how it fits the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanCost {
    /// Its price and what of its overage is billed, in minor units.
    #[schema(minimum = 0, examples(320000))]
    pub total_minor: i64,
    /// Its price for all of the periods, in minor units.
    #[schema(minimum = 0, examples(200000))]
    pub price_total_minor: i64,
    /// What no lot covers, in seconds.
    #[schema(minimum = 0, examples(72000))]
    pub overage_seconds: i64,
    /// What the overage costs, in minor units; null where some of it is not billed or has no rate.
    #[schema(minimum = 0, examples(120000))]
    pub overage_amount_minor: Option<i64>,
    /// What work takes, in seconds.
    #[schema(minimum = 0, examples(144000))]
    pub consumed_seconds: i64,
    /// What is lost unused, in seconds.
    #[schema(minimum = 0, examples(72000))]
    pub unused_seconds: i64,
    /// What the last of the periods leaves to the next, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub carried_out_seconds: i64,
    /// What the next period owes then, in seconds.
    #[schema(minimum = 0, examples(0))]
    pub deficit_out_seconds: i64,
}

/// A package, and what it would have cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanRecord {
    /// Its minutes per period, without a bonus.
    #[schema(minimum = 0, examples(600))]
    pub included_minutes: i32,
    /// Its price per period, in minor units.
    #[schema(minimum = 0, examples(50000))]
    pub price_minor: i64,
    #[serde(flatten)]
    pub cost: PlanCost,
}

/// What packages would have cost in the last periods that are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanComparisonRecord {
    /// The engagement.
    pub engagement_id: EngagementId,
    /// The currency of every amount.
    pub currency: Currency,
    /// The first day of the first of the periods; null where none is over.
    #[schema(examples("2026-05-01"))]
    pub from: Option<Date>,
    /// The last day of the last of them; null where none is over.
    #[schema(examples("2026-10-31"))]
    pub until: Option<Date>,
    /// How many periods they are; less than asked for in a young engagement. Those that were skipped do not count.
    #[schema(minimum = 0, maximum = 24, examples(6))]
    pub periods: i64,
    /// What the work really cost, under the terms that were in force.
    pub actual: PlanCost,
    /// What the package of today's terms would have cost; null by the hour, and before terms are accepted.
    pub current: Option<PlanRecord>,
    /// What each package would have cost, in the order in which they were named.
    #[schema(max_items = 10)]
    pub plans: Vec<PlanRecord>,
}

impl PlanComparisonRecord {
    /// Compares over so many of the last periods that are over. `shown` are the terms that the engagement shows.
    ///
    /// Each package is settled from the begin of the engagement, as if it had always been agreed. To start with what was
    /// really left would give a small package the hours that a large one carried; to start with nothing would lose the
    /// blocks that were bought before, and the package of today would cost something else than it did.
    pub fn of(account: &PackageAccount, shown: &Terms, plans: &[Plan], count: usize) -> Result<Self> {
        let range = account.last_over(count);
        let over = &account.periods[range.clone()];
        let current = account.history.as_ref().and_then(|history| Plan::of(history.on(account.today)));
        let record = |plan: &Plan| PlanRecord::of(account, *plan, range.clone());
        Ok(Self {
            engagement_id: account.engagement.id,
            currency: shown.currency.clone(),
            from: over.first().map(|period| period.package.period.starts_on),
            until: over.last().map(|period| period.package.period.ends_on),
            periods: over.iter().filter(|period| period.counts()).count() as i64,
            actual: PlanCost::of(account, range.clone()),
            current: current.as_ref().map(record).transpose()?,
            plans: plans.iter().map(record).collect::<Result<_>>()?,
        })
    }
}

impl Plan {
    /// The package of these terms.
    fn of(terms: &Terms) -> Option<Self> {
        let price_minor = terms.price_minor.filter(|_| terms.kind == EngagementKind::Retainer)?;
        Some(Self { included_minutes: terms.included_minutes.unwrap_or(0), price_minor })
    }
}

impl PlanRecord {
    fn of(account: &PackageAccount, plan: Plan, range: Range<usize>) -> Result<Self> {
        let Plan { included_minutes, price_minor } = plan;
        Ok(Self { included_minutes, price_minor, cost: PlanCost::of(&account.with_plan(plan)?, range) })
    }
}

impl PlanCost {
    /// What an account costs in some of its periods.
    fn of(account: &PackageAccount, range: Range<usize>) -> Self {
        let periods = &account.periods[range];
        let price = |period: &AccountedPeriod| account.history.as_ref()?.price_minor(&period.package.period);
        let price_total_minor = periods.iter().filter_map(price).sum();
        let amounts = periods.iter().map(|period| period.overage_amount_minor(account));
        let billed: i64 = amounts.clone().flatten().sum();
        let sum = |part: fn(&AccountedPeriod) -> i64| periods.iter().map(part).sum();
        let last = periods.last().map(|period| &period.settled.sums);
        Self {
            total_minor: price_total_minor + billed,
            price_total_minor,
            overage_seconds: sum(|period| period.settled.sums.overage()),
            overage_amount_minor: amounts.sum(),
            consumed_seconds: sum(|period| period.settled.sums.consumed),
            unused_seconds: sum(|period| period.settled.sums.expired),
            carried_out_seconds: last.map_or(0, |sums| sums.carried_out),
            deficit_out_seconds: last.map_or(0, |sums| sums.deficit_out),
        }
    }
}

impl PackageAccount {
    /// The places of the last periods that are over; those that were skipped do not count.
    fn last_over(&self, count: usize) -> Range<usize> {
        let over = self.periods.partition_point(|period| period.package.period.ends_on < self.today);
        let counted = (0..over).rev().filter(|at| self.periods[*at].counts());
        counted.take(count).last().unwrap_or(over)..over
    }

    /// The account as if this package had been agreed from the begin.
    fn with_plan(&self, plan: Plan) -> Result<Self> {
        self.under(|terms| terms.with_package(plan.included_minutes, plan.price_minor))
    }
}

impl AccountedPeriod {
    /// Whether it was not skipped.
    fn counts(&self) -> bool {
        !self.package.period.is_skipped
    }
}
