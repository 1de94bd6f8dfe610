//! What of a package depends on the work: the factor of its area, and the block that is bought when little is left.

use crate::kernel::Label;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much work of an area takes of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"area": "Buchhaltung", "percent": 150})))]
pub struct AreaFactor {
    /// The area of the task: one of the workspace's `areas`, or any while it has none.
    #[schema(examples("Buchhaltung"))]
    pub area: Label,
    /// What an hour of it takes, in percent of an hour: 150 takes an hour and a half, 0 nothing.
    #[schema(minimum = 0, maximum = 1000, examples(150))]
    pub percent: i32,
}

/// A block that is bought by itself as soon as work leaves less than so much of a package. Whoever accepts the terms agrees to
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "below_minutes": 60, "minutes": 300, "price_minor": 25000, "valid_days": 90, "max_per_period": 2
})))]
pub struct NewAutoTopUp {
    /// It is bought when work leaves less than so many minutes in its period.
    #[schema(minimum = 1, maximum = 1_000_000, examples(60))]
    pub below_minutes: i32,
    /// How much it grants, in minutes.
    #[schema(minimum = 1, maximum = 1_000_000, examples(300))]
    pub minutes: i32,
    /// Minutes on top, free of charge; default 0.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000, examples(0))]
    pub bonus_minutes: Option<i32>,
    /// Its price, in minor units of the terms' currency.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(25000))]
    pub price_minor: i64,
    /// For how many days it gives, the day of the work among them; null without end.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 36_500, examples(90))]
    pub valid_days: Option<i32>,
    /// How many are bought in one period at most.
    #[schema(minimum = 1, maximum = 100, examples(2))]
    pub max_per_period: i32,
}

/// A block that is bought by itself as soon as work leaves less than so much of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AutoTopUpRecord)]
#[schema(examples(json!({
    "below_minutes": 60, "minutes": 300, "bonus_minutes": 0, "price_minor": 25000, "valid_days": 90, "max_per_period": 2
})))]
pub struct AutoTopUp {
    /// It is bought when work leaves less than so many minutes in its period.
    #[schema(minimum = 1, maximum = 1_000_000, examples(60))]
    pub below_minutes: i32,
    /// How much it grants, in minutes.
    #[schema(minimum = 1, maximum = 1_000_000, examples(300))]
    pub minutes: i32,
    /// Minutes on top, free of charge.
    #[schema(minimum = 0, maximum = 1_000_000, examples(0))]
    pub bonus_minutes: i32,
    /// Its price, in minor units of the terms' currency.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64, examples(25000))]
    pub price_minor: i64,
    /// For how many days it gives, the day of the work among them; null without end.
    #[schema(required = true, minimum = 1, maximum = 36_500, examples(90))]
    pub valid_days: Option<i32>,
    /// How many are bought in one period at most.
    #[schema(minimum = 1, maximum = 100, examples(2))]
    pub max_per_period: i32,
}

impl From<NewAutoTopUp> for AutoTopUp {
    fn from(new: NewAutoTopUp) -> Self {
        let NewAutoTopUp { below_minutes, minutes, bonus_minutes, price_minor, valid_days, max_per_period } = new;
        let bonus_minutes = bonus_minutes.unwrap_or(0);
        Self { below_minutes, minutes, bonus_minutes, price_minor, valid_days, max_per_period }
    }
}

impl From<AutoTopUp> for NewAutoTopUp {
    fn from(of: AutoTopUp) -> Self {
        let AutoTopUp { below_minutes, minutes, bonus_minutes, price_minor, valid_days, max_per_period } = of;
        let bonus_minutes = Some(bonus_minutes);
        Self { below_minutes, minutes, bonus_minutes, price_minor, valid_days, max_per_period }
    }
}
