//! How billed time is rounded, as terms agree it. The rounding itself belongs to the time entries.

use crate::error::{Fault, FaultCode, Faults};
use crate::types::choice;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::borrow::Cow;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

choice! {
    /// In which direction billed time is rounded to the increment.
    #[derive(Default)]
    pub enum RoundingMode {
        #[default]
        None = "none",
        Up = "up",
        Down = "down",
        Nearest = "nearest",
    }
}

choice! {
    /// What is rounded as one: each entry, a task's entries of one local date, all of one local date, or the period.
    #[derive(Default)]
    pub enum RoundingScope {
        #[default]
        Entry = "entry",
        TaskDay = "task_day",
        Day = "day",
        Period = "period",
    }
}

/// The steps that time can be rounded to, in whole minutes.
const INCREMENTS: [i32; 7] = [1, 5, 6, 10, 15, 30, 60];

/// The step that time is rounded to: 1, 5, 6, 10, 15, 30 or 60 whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct IncrementMinutes(i32);

impl IncrementMinutes {
    /// The step of so many minutes, if there is one.
    pub fn new(minutes: i32) -> Option<Self> {
        INCREMENTS.contains(&minutes).then_some(Self(minutes))
    }

    /// Its length in whole minutes.
    pub const fn minutes(self) -> i32 {
        self.0
    }
}

/// The step that charges least beyond what was worked.
impl Default for IncrementMinutes {
    fn default() -> Self {
        Self(1)
    }
}

impl<'de> Deserialize<'de> for IncrementMinutes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(i32::deserialize(from)?).ok_or_else(|| D::Error::custom("not one of 1, 5, 6, 10, 15, 30, 60"))
    }
}

impl PartialSchema for IncrementMinutes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .description(Some("The step that time is rounded to, in whole minutes."))
            .enum_values(Some(INCREMENTS))
            .examples([serde_json::json!(15)])
            .into()
    }
}

impl ToSchema for IncrementMinutes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("IncrementMinutes")
    }
}

/// How billed time is to be rounded; what is left out takes its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"mode": "up", "increment_minutes": 15, "scope": "entry"})))]
pub struct NewRounding {
    /// In which direction; default `none`. Needed when an increment is given.
    pub mode: Option<RoundingMode>,
    /// To multiples of how many minutes: 1, 5, 6, 10, 15, 30 or 60; default 1.
    pub increment_minutes: Option<IncrementMinutes>,
    /// What is rounded as one; default `entry`.
    pub scope: Option<RoundingScope>,
    /// The least that is billed for each of these, in minutes; default 0.
    #[schema(minimum = 0, maximum = 1440, examples(15))]
    pub minimum_minutes: Option<i32>,
}

/// How billed time is rounded. Exact multiples never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(json!({"mode": "up", "increment_minutes": 15, "scope": "entry", "minimum_minutes": 0})))]
pub struct Rounding {
    /// In which direction.
    pub mode: RoundingMode,
    /// To multiples of how many minutes: 1, 5, 6, 10, 15, 30 or 60.
    pub increment_minutes: IncrementMinutes,
    /// What is rounded as one.
    pub scope: RoundingScope,
    /// The least that is billed for each of these, in minutes.
    #[schema(minimum = 0, maximum = 1440, examples(0))]
    pub minimum_minutes: i32,
}

impl NewRounding {
    pub(super) fn complete(self, at: &str, faults: &mut Faults) -> Rounding {
        // An increment alone would silently round nothing, which is the opposite of what was meant.
        if self.increment_minutes.is_some() && self.mode.is_none() {
            faults
                .push(Fault::new(format!("{at}/increment_minutes"), FaultCode::NeedsOther).with("other", "mode"));
        }
        Rounding {
            mode: self.mode.unwrap_or_default(),
            increment_minutes: self.increment_minutes.unwrap_or_default(),
            scope: self.scope.unwrap_or_default(),
            minimum_minutes: self.minimum_minutes.unwrap_or(0),
        }
    }
}

impl From<Rounding> for NewRounding {
    fn from(rounding: Rounding) -> Self {
        Self {
            mode: Some(rounding.mode),
            increment_minutes: Some(rounding.increment_minutes),
            scope: Some(rounding.scope),
            minimum_minutes: Some(rounding.minimum_minutes),
        }
    }
}
