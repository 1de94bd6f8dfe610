//! From worked to billed seconds. Rounding is a pure function of the terms: exact multiples never change, rounding
//! twice changes nothing, a longer time is never billed as less, and shown lines add up to shown totals.

use crate::kernel::choice;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::borrow::Cow;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

choice! {
    /// Which way worked time is rounded to billed time.
    #[derive(Default)]
    pub enum RoundingMode {
        /// Not at all: what was worked is billed to the second.
        #[default]
        None = "none",
        /// To the next full increment.
        Up = "up",
        /// To the last full increment.
        Down = "down",
        /// To the nearer increment; half of one goes up.
        Nearest = "nearest",
    }
}

choice! {
    /// What is added up before it is rounded. Whatever the scope, shown lines add up to the rounded total.
    #[derive(Default)]
    pub enum RoundingScope {
        /// Every entry by itself.
        #[default]
        Entry = "entry",
        /// All entries of one task on one local date.
        TaskDay = "task_day",
        /// All entries of the engagement on one local date.
        Day = "day",
        /// All entries of the engagement in one period.
        Period = "period",
    }
}

/// The steps in which time may be billed, in whole minutes.
pub(super) const INCREMENTS: [i32; 7] = [1, 5, 6, 10, 15, 30, 60];

/// The step in which time is billed: 1, 5, 6, 10, 15, 30 or 60 whole minutes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
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

    pub(super) fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

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
            .description(Some("The step in which time is billed, in whole minutes."))
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

/// How worked time becomes billed time. Agreed in an engagement's terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"mode": "up", "increment_minutes": 15, "scope": "entry", "minimum_minutes": 0})))]
#[schema(as = RoundingRecord)]
pub struct Rounding {
    /// Which way is rounded.
    pub mode: RoundingMode,
    /// The step in which time is billed, in whole minutes. Without effect in mode `none`.
    pub increment_minutes: IncrementMinutes,
    /// What is added up before it is rounded.
    pub scope: RoundingScope,
    /// The least that is billed per entry (or per group, as the scope says) in which anything was worked, in whole
    /// minutes; in every mode. It is billed as it stands, also when it is not a multiple of the step.
    #[schema(minimum = 0, maximum = 1440, examples(0))]
    pub minimum_minutes: i32,
}

impl Default for Rounding {
    fn default() -> Self {
        Self {
            mode: RoundingMode::None,
            increment_minutes: IncrementMinutes::default(),
            scope: RoundingScope::Entry,
            minimum_minutes: 0,
        }
    }
}

impl Rounding {
    /// Whether billed time is worked time, whatever is added up.
    pub fn changes_nothing(&self) -> bool {
        self.mode == RoundingMode::None && self.minimum_minutes <= 0
    }
}

/// The billed seconds of `raw` worked ones. Nothing worked is nothing billed; what reaches at most the minimum is
/// billed as the minimum, unrounded, so that rounding the result again changes nothing.
pub fn round_seconds(raw: i64, rounding: &Rounding) -> i64 {
    let minimum = i64::from(rounding.minimum_minutes.max(0)) * 60;
    if raw <= 0 {
        return 0;
    }
    if raw <= minimum {
        return minimum;
    }
    let step = rounding.increment_minutes.seconds();
    let rounded = match rounding.mode {
        RoundingMode::None => raw,
        RoundingMode::Up => raw.saturating_add(step - 1) / step * step,
        RoundingMode::Down => raw / step * step,
        RoundingMode::Nearest => raw.saturating_add(step / 2) / step * step,
    };
    rounded.max(minimum)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::{prelude::*, sample::select};

    pub fn rounding(mode: RoundingMode, increment: i32, minimum_minutes: i32) -> Rounding {
        let increment_minutes = IncrementMinutes::new(increment).unwrap();
        Rounding { mode, increment_minutes, minimum_minutes, ..Rounding::default() }
    }

    pub fn any_rounding() -> impl Strategy<Value = Rounding> {
        (select(RoundingMode::ALL), select(&INCREMENTS[..]), select(RoundingScope::ALL), 0..=1440_i32)
            .prop_map(|(mode, increment, scope, minimum)| Rounding { scope, ..rounding(mode, increment, minimum) })
    }

    #[test]
    fn times_are_rounded_as_agreed() {
        use RoundingMode::{Down, Nearest, None, Up};
        for (mode, increment, minimum, raw, billed) in [
            (None, 15, 0, 61, 61),
            (None, 15, 10, 61, 600),
            (Up, 15, 0, 1, 900),
            (Up, 15, 0, 900, 900),
            (Up, 15, 0, 901, 1800),
            (Up, 6, 0, 3601, 3960),
            (Up, 15, 0, 0, 0),
            (Up, 15, 30, 0, 0),
            (Up, 15, 30, 60, 1800),
            (Up, 15, 30, 1801, 2700),
            (Up, 15, 20, 60, 1200),
            (Up, 15, 20, 1201, 1800),
            (Down, 15, 0, 899, 0),
            (Down, 15, 0, 1799, 900),
            (Down, 15, 20, 1799, 1200),
            (Nearest, 15, 0, 449, 0),
            (Nearest, 15, 0, 450, 900),
            (Nearest, 1, 0, 89, 60),
            (Nearest, 1, 0, 90, 120),
            (Nearest, 5, 0, 450, 600),
            (Nearest, 60, 0, 5400, 7200),
        ] {
            assert_eq!(
                round_seconds(raw, &rounding(mode, increment, minimum)),
                billed,
                "{mode} {increment} {raw}"
            );
        }
    }

    #[test]
    fn stored_rounding_is_read_whole_and_strictly() {
        let read = |text: &str| serde_json::from_str::<Rounding>(text);
        let whole = r#"{"mode":"up","increment_minutes":6,"scope":"entry","minimum_minutes":0}"#;
        assert_eq!(read(whole).unwrap(), rounding(RoundingMode::Up, 6, 0));
        assert!(read(r#"{"increment_minutes":7}"#).is_err() && read(r#"{"step":6}"#).is_err());
        let schema = serde_json::to_value(Rounding::schema()).unwrap();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"].as_array().unwrap().len(), 4);
        assert_eq!(schema["properties"]["minimum_minutes"]["maximum"], 1440);
        let step = serde_json::to_value(IncrementMinutes::schema()).unwrap();
        assert_eq!(step["enum"], serde_json::json!(INCREMENTS));
    }

    proptest! {
        #[test]
        fn rounding_twice_changes_nothing(raw in 0..1_000_000_i64, rounding in any_rounding()) {
            let once = round_seconds(raw, &rounding);
            prop_assert_eq!(round_seconds(once, &rounding), once);
        }

        #[test]
        fn exact_multiples_never_change(steps in 0..100_i64, rounding in any_rounding()) {
            let (step, minimum) = (rounding.increment_minutes.seconds(), i64::from(rounding.minimum_minutes) * 60);
            let raw = ((minimum + step - 1) / step + steps) * step;
            prop_assert_eq!(round_seconds(raw, &rounding), raw);
        }

        #[test]
        fn more_work_is_never_billed_as_less(raw in 0..1_000_000_i64, more in 0..10_000_i64, rounding in any_rounding()) {
            prop_assert!(round_seconds(raw, &rounding) <= round_seconds(raw + more, &rounding));
        }

        #[test]
        fn the_step_bounds_what_rounding_moves(raw in 1..1_000_000_i64, mode in select(RoundingMode::ALL), increment in select(&INCREMENTS[..])) {
            let rounding = rounding(mode, increment, 0);
            let step = i64::from(increment) * 60;
            let moved = round_seconds(raw, &rounding) - raw;
            let within = match mode {
                RoundingMode::None => moved == 0,
                RoundingMode::Up => (0..step).contains(&moved),
                RoundingMode::Down => (1 - step..=0).contains(&moved),
                RoundingMode::Nearest => (1 - step..=step).contains(&(2 * moved)),
            };
            prop_assert!(within);
        }
    }
}
