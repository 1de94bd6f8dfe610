//! Hours of the week in which somebody works or can be reached, in local time.

use super::choice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// A day of the week.
    pub enum Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

/// A stretch of hours on some days of the week, in the client's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"days": ["monday", "tuesday"], "from": "09:00", "until": "12:30"})))]
pub struct WeeklyHours {
    /// On these days.
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<Weekday>,
    /// From this local time on.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length = 5)]
    pub from: String,
    /// Up to this local time; `24:00` is the end of the day.
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", max_length = 5)]
    pub until: String,
}
