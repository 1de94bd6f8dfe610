//! The comparison of packages over HTTP.

use super::{
    PackageAccount,
    balance::shown_terms,
    model::{Plan, PlanComparisonRecord},
};
use crate::hours::EngagementKind;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::cx::Cx;
use crate::platform::kit::Addressed;
use crate::slices::engagements::model::Engagement;
use crate::web::{Components, Each, Param, Plain, Query, params};
use serde_json::{Value, json};

/// The most packages that are compared at once.
const MOST_PLANS: usize = 10;
const DEFAULT_PERIODS: usize = 6;
const MOST_PERIODS: usize = 24;

/// How many periods are looked at.
#[derive(Clone, Copy, Debug)]
pub struct PeriodCount(usize);

impl Param for PeriodCount {
    fn read(text: &str) -> Result<Self, (String, String)> {
        let count = text.parse().ok().filter(|count| (1..=MOST_PERIODS).contains(count));
        let expected = || (format!("use 1 to {MOST_PERIODS}."), format!("möglich ist 1 bis {MOST_PERIODS}."));
        count.map(Self).ok_or_else(expected)
    }
    fn schema(_: &mut Components) -> Value {
        json!({"type": "integer", "format": "int64", "minimum": 1, "maximum": MOST_PERIODS})
    }
}

params! {
    /// What is compared.
    pub struct PlanQuery {
        /// Packages, each as included minutes and the price of a period in minor units with a colon between.
        plans: Each<Plan, MOST_PLANS>,
        /// Over how many of the last periods that are over; those that were skipped do not count. Default 6.
        periods: PeriodCount,
    }
}

pub async fn get_plan_comparison(cx: Cx, query: Query<PlanQuery>) -> Result<Plain<PlanComparisonRecord>> {
    let PlanQuery { plans, periods } = query.read(&cx)?;
    let mut conn = cx.snapshot().await?;
    let at = conn.recorded_at;
    let engagement = Engagement::find(&mut conn, &cx, at).await?;
    let terms = shown_terms(&engagement)?;
    if !matches!(terms.kind, EngagementKind::Retainer | EngagementKind::Hourly) {
        return Err(Error::new(Code::NoPackage));
    }
    let account = PackageAccount::read(&mut conn, cx.scope(), engagement.row, at).await?;
    let plans = plans.map_or_else(Vec::new, |plans| plans.0);
    let periods = periods.map_or(DEFAULT_PERIODS, |periods| periods.0);
    Ok(Plain(PlanComparisonRecord::of(&account, &terms, &plans, periods)?))
}
