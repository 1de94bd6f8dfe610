//! How billed time is to be rounded, as terms say it, and how that is completed.

use super::{IncrementMinutes, Rounding, RoundingMode, RoundingScope};
use crate::kernel::error::{Fault, FaultCode, Faults};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
