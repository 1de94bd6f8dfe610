//! The conditions of an engagement, as they are given and as they stand once completed.
//! One list makes both forms, so that a member and its bounds cannot differ between them.

use super::{
    AreaFactor, AutoTopUp, BillingPeriod, CarryPolicy, ConsumeOrder, CountedWork, DayMode, DeficitPolicy,
    EngagementKind, Milestone, NewAutoTopUp, NewMilestone, NewRounding, OverlapPolicy, Proration, RateUnit,
    Rounding, RoundingScope,
};
use crate::kernel::{Currency, Label, RateMinor};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! terms {
    (
        always { $($(#[$ameta:meta])* $always:ident: $atype:ident / $anew:ident $([$($aschema:tt)*])?,)+ }
        rates { $($(#[$rmeta:meta])* $rate:ident,)+ }
        some { $($(#[$meta:meta])* $name:ident: $type:ident $([$($schema:tt)*])?,)+ }
    ) => {
        /// The terms of an engagement as they are given: the kind and its price (`rate_minor` for `hourly` and
        /// `daily`, `price_minor` for `project` and `retainer`); whatever is absent or null takes the default of
        /// that kind, and what belongs to another kind is refused. `deemed_acceptance_days` is checked and kept here
        /// already; this version of the API does not act on it yet.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[schema(examples(json!({
            "kind": "retainer", "currency": "EUR", "price_minor": 90000, "included_minutes": 1200,
            "period": "month", "anchor_day": 1, "carry": "capped", "carry_cap_minutes": 300,
            "carry_expires_after": 1, "deficit": "bill", "overage_rate_minor": 5000,
            "rounding": {"mode": "up", "increment_minutes": 15}
        })))]
        pub struct NewTerms {
            /// How the engagement is paid. Decides which members belong here.
            pub kind: EngagementKind,
            /// The currency of every amount; default: the client's.
            pub currency: Option<Currency>,
            $($(#[$ameta])* #[schema($($($aschema)*)?)] pub $always: Option<$anew>,)+
            $($(#[$rmeta])* #[schema(value_type = Option<RateMinor>)] pub $rate: Option<i64>,)+
            $($(#[$meta])* #[schema($($($schema)*)?)] pub $name: Option<$type>,)+
            /// `project`: the parts of the price and when they fall due; together no more than `price_minor`.
            #[schema(max_items = 100)]
            pub milestones: Option<Vec<NewMilestone>>,
            /// `retainer`: work of which areas takes more or less of the package than its time, each area once; any other
            /// takes its time.
            #[schema(max_items = 50)]
            pub area_factors: Option<Vec<AreaFactor>>,
            /// `retainer`: the block that is bought by itself when little is left; null for none.
            pub auto_top_up: Option<NewAutoTopUp>,
            /// At which percentages of the package, cap or budget both sides are told, each once per period;
            /// all different; default 80 and 100.
            #[schema(max_items = 10)]
            pub alerts_percent: Option<Vec<AlertPercent>>,
        }

        /// The terms of an engagement with every default filled in. Members that do not belong to the kind are null.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[schema(examples(json!({
            "kind": "retainer", "currency": "EUR", "period": "month", "period_count": 1,
            "anchor_day": 1, "anchor_month": null,
            "rounding": {"mode": "up", "increment_minutes": 15, "scope": "entry", "minimum_minutes": 0},
            "rate_minor": null, "price_minor": 90000, "cap_minutes": null, "cap_minor": null, "day_mode": null,
            "minutes_per_day": null, "half_day_from_minutes": null, "full_day_from_minutes": null,
            "budget_minutes": null, "included_minutes": 1200, "bonus_minutes": 0, "carry": "capped",
            "carry_cap_minutes": 300, "carry_expires_after": 1, "consume_order": "expiring_first",
            "deficit": "bill", "overage_rate_minor": 5000, "proration": "none", "counts": "billable",
            "overlap": null, "deemed_acceptance_days": null, "close_after_days": null, "notice_days": null,
            "milestones": null, "area_factors": [], "auto_top_up": null, "alerts_percent": [80, 100]
        })))]
        #[schema(as = TermsRecord)]
        pub struct Terms {
            /// How the engagement is paid.
            pub kind: EngagementKind,
            /// The currency of every amount.
            pub currency: Currency,
            $($(#[$ameta])* #[schema($($($aschema)*)?)] pub $always: $atype,)+
            $(
                $(#[$rmeta])*
                #[schema(required = true, minimum = 0, maximum = 1_000_000_000_000i64, examples(4500))]
                pub $rate: Option<i64>,
            )+
            $($(#[$meta])* #[schema(required = true, $($($schema)*)?)] pub $name: Option<$type>,)+
            /// `project`: the parts of the price and when they fall due.
            #[schema(required = true, max_items = 100)]
            pub milestones: Option<Vec<Milestone>>,
            /// `retainer`: work of which areas takes more or less of the package than its time; any other takes its time.
            #[schema(required = true, max_items = 50)]
            pub area_factors: Option<Vec<AreaFactor>>,
            /// `retainer`: the block that is bought by itself when little is left; null for none.
            #[schema(required = true)]
            pub auto_top_up: Option<AutoTopUp>,
            /// At which percentages of the package, cap or budget both sides are told, each once per period;
            /// ascending; empty for never.
            #[schema(max_items = 10)]
            pub alerts_percent: Vec<AlertPercent>,
        }

        /// The members that are rates.
        const RATES: &[&str] = &[$(stringify!($rate)),+];

        impl From<Terms> for NewTerms {
            /// The same terms, to be changed and completed anew.
            fn from(terms: Terms) -> Self {
                Self {
                    kind: terms.kind,
                    currency: Some(terms.currency),
                    $($always: Some(terms.$always.into()),)+
                    $($rate: terms.$rate,)+
                    $($name: terms.$name,)+
                    milestones: terms.milestones.map(|all| all.into_iter().map(Into::into).collect()),
                    area_factors: terms.area_factors,
                    auto_top_up: terms.auto_top_up.map(Into::into),
                    alerts_percent: Some(terms.alerts_percent),
                }
            }
        }
    };
}

terms! {
    always {
        /// The unit of a billing period; default `month`. Period, count and anchors change only on the first day of a
        /// period.
        period: BillingPeriod / BillingPeriod,
        /// How many of these one billing period is long, counted from the one in which the engagement starts; default 1.
        period_count: i32 / i32 [minimum = 1, maximum = 24, examples(1)],
        /// The day a period begins on: of the month, where a shorter month takes its last day, or of the week (1 is
        /// Monday, 7 Sunday); default 1.
        anchor_day: i32 / i32 [minimum = 1, maximum = 31, examples(1)],
        /// How billed time is rounded; default: not at all.
        rounding: Rounding / NewRounding,
    }
    rates {
        /// `hourly`, `daily` (there required): the rate per hour or per day, in minor units.
        rate_minor,
        /// `retainer`: the rate per hour of overage under `bill`, in minor units; null: overage is counted but has
        /// no amount.
        overage_rate_minor,
    }
    some {
        /// `quarter`, `half_year`, `year`: a month in which one of them begins; default there 1, January.
        anchor_month: i32 [minimum = 1, maximum = 12, examples(1)],
        /// `project`, `retainer` (there required): the price of the project or of one period, in minor units.
        price_minor: i64 [minimum = 0, maximum = 1_000_000_000_000i64, examples(90000)],
        /// `hourly`: the most to be worked per period, in minutes; null for no cap.
        cap_minutes: i32 [minimum = 1, maximum = 1_000_000, examples(2400)],
        /// `hourly`: the most to be billed per period, in minor units, instead of `cap_minutes`; null for no cap.
        cap_minor: i64 [minimum = 1, maximum = 1_000_000_000_000i64, examples(180000)],
        /// `daily`: how worked time becomes days; default `threshold` when a threshold is given, else
        /// `pro_rata_capped`.
        day_mode: DayMode,
        /// `daily`: the length of one day's work, in minutes; default 480.
        minutes_per_day: i32 [minimum = 1, maximum = 1440, examples(480)],
        /// `daily`: from how many minutes on a date counts half a day under `threshold`; default there half of
        /// `full_day_from_minutes`.
        half_day_from_minutes: i32 [minimum = 1, maximum = 1440, examples(180)],
        /// `daily`: from how many minutes on a date counts a whole day under `threshold`; default there
        /// `minutes_per_day`.
        full_day_from_minutes: i32 [minimum = 1, maximum = 1440, examples(360)],
        /// `project`: how much time is planned, in minutes; null for no budget.
        budget_minutes: i32 [minimum = 1, maximum = 1_000_000, examples(2400)],
        /// `retainer`: how much work the price of one period includes, in minutes; default 0.
        included_minutes: i32 [minimum = 0, maximum = 1_000_000, examples(1200)],
        /// `retainer`: minutes given on top in every period, free of charge; default 0.
        bonus_minutes: i32 [minimum = 0, maximum = 1_000_000, examples(60)],
        /// `retainer`: what becomes of unused minutes; default `none`.
        carry: CarryPolicy,
        /// `retainer`: the most that is carried into the next period under `capped`, in minutes; there required.
        carry_cap_minutes: i32 [minimum = 0, maximum = 1_000_000, examples(300)],
        /// `retainer`: after how many periods carried minutes expire; null for never.
        carry_expires_after: i32 [minimum = 1, maximum = 120, examples(1)],
        /// `retainer`: which minutes are used first; default `expiring_first`.
        consume_order: ConsumeOrder,
        /// `retainer`: what happens when the package is used up; default `bill`.
        deficit: DeficitPolicy,
        /// `retainer`: how much a first or last partial period includes; default `none`, all of it.
        proration: Proration,
        /// `retainer`: which work uses up the package; default `billable`.
        counts: CountedWork,
        /// What happens when entries overlap; null for the workspace's own rule.
        overlap: OverlapPolicy,
        /// After how many days without an answer a submitted timesheet counts as approved; null for never.
        deemed_acceptance_days: i32 [minimum = 1, maximum = 365, examples(14)],
        /// How many days after its last day a period closes by itself; null: only by an act.
        close_after_days: i32 [minimum = 0, maximum = 365, examples(10)],
        /// How many days before its end either side has to give notice; null when nothing was agreed. An end with
        /// `respect_notice=true` keeps it.
        notice_days: i32 [minimum = 0, maximum = 3650, examples(30)],
    }
}

/// The form in which default terms are shown: that of [`NewTerms`], but that a rate may have been set when higher ones
/// could be.
#[derive(Debug)]
pub struct DefaultTerms;

impl PartialSchema for DefaultTerms {
    fn schema() -> RefOr<Schema> {
        let (mut shown, complete) = (NewTerms::schema(), Terms::schema());
        if let (RefOr::T(Schema::Object(shown)), RefOr::T(Schema::Object(complete))) = (&mut shown, complete) {
            let rates = complete.properties.into_iter().filter(|(name, _)| RATES.contains(&name.as_str()));
            shown.properties.extend(rates);
        }
        shown
    }
}

impl ToSchema for DefaultTerms {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("DefaultTerms")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        NewTerms::schemas(schemas);
    }
}

/// A percentage of a package, cap or budget at which both sides are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = i32, minimum = 1, maximum = 1000, examples(80))]
pub struct AlertPercent(pub i32);

impl Terms {
    /// What a rate is paid for under these terms: a day in a daily engagement, an hour in all others.
    pub fn rate_unit(&self) -> RateUnit {
        if self.kind == EngagementKind::Daily { RateUnit::Day } else { RateUnit::Hour }
    }

    /// How much work of an area takes of a package, in percent of its time.
    pub fn area_percent(&self, area: Option<&Label>) -> i64 {
        let factors = self.area_factors.iter().flatten();
        area.and_then(|area| factors.into_iter().find(|factor| factor.area == *area))
            .map_or(100, |factor| factor.percent.into())
    }

    /// Whether time is rounded by period: entries keep their worked time, and the period bears the difference.
    pub fn rounds_by_period(&self) -> bool {
        self.rounding.scope == RoundingScope::Period && !self.rounding.changes_nothing()
    }
}

/// Completed terms of each kind, for tests of what works with them.
#[cfg(test)]
pub mod samples {
    use super::*;

    pub fn complete(given: serde_json::Value) -> Terms {
        let new: NewTerms = serde_json::from_value(given).unwrap();
        new.complete(&Currency::default(), "/terms").unwrap()
    }

    pub fn hourly() -> Terms {
        complete(serde_json::json!({"kind": "hourly", "rate_minor": 4500}))
    }

    pub fn daily() -> Terms {
        complete(serde_json::json!({"kind": "daily", "rate_minor": 36000}))
    }

    pub fn project() -> Terms {
        complete(serde_json::json!({"kind": "project", "price_minor": 300_000}))
    }

    pub fn retainer() -> Terms {
        complete(serde_json::json!({"kind": "retainer", "price_minor": 90_000, "included_minutes": 1200}))
    }
}
