//! How worked time counts as days. A share of a day is counted in integer ten-thousandths (`day_ten_thousandths`), so that
//! no float exists.

use super::{DayMode, EngagementKind, Terms};

/// One whole day in the unit of `day_ten_thousandths`.
pub const ONE_DAY: i64 = 10_000;

/// How the worked seconds of one person and local date count as days. A date is at most one day, and more work never
/// counts as less.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayRule {
    /// The entries say it themselves.
    Given,
    /// From so many minutes on the date is half a day, from so many a whole one.
    Threshold { half_day_from_minutes: i64, full_day_from_minutes: i64 },
    /// As many parts of a day as of `minutes_per_day`, at most one day.
    ProRataCapped { minutes_per_day: i64 },
}

impl DayRule {
    /// The rule of these terms; none where time is not paid by the day.
    pub fn of(terms: &Terms) -> Option<Self> {
        let minutes = |minutes: Option<i32>| i64::from(minutes.unwrap_or(480));
        if terms.kind != EngagementKind::Daily {
            return None;
        }
        Some(match terms.day_mode.unwrap_or_default() {
            DayMode::Explicit => Self::Given,
            DayMode::Threshold => Self::Threshold {
                half_day_from_minutes: minutes(terms.half_day_from_minutes),
                full_day_from_minutes: minutes(terms.full_day_from_minutes),
            },
            DayMode::ProRataCapped => Self::ProRataCapped { minutes_per_day: minutes(terms.minutes_per_day) },
        })
    }

    /// The share of a day that a date's seconds count as, in ten-thousandths: exactly, as numerator and denominator.
    pub fn exact_days(self, seconds_of_date: i64) -> (i64, i64) {
        let from = |minutes: i64| seconds_of_date >= minutes * 60;
        match self {
            Self::Given => (0, 1),
            Self::Threshold { full_day_from_minutes, .. } if from(full_day_from_minutes) => (ONE_DAY, 1),
            Self::Threshold { half_day_from_minutes, .. } if from(half_day_from_minutes) => (ONE_DAY / 2, 1),
            Self::Threshold { .. } => (0, 1),
            Self::ProRataCapped { minutes_per_day } if from(minutes_per_day) => (ONE_DAY, 1),
            Self::ProRataCapped { minutes_per_day } => (ONE_DAY * seconds_of_date, minutes_per_day.max(1) * 60),
        }
    }

    /// The same, rounded.
    #[cfg(test)]
    pub fn day_ten_thousandths(self, seconds_of_date: i64) -> i64 {
        let (days, of) = self.exact_days(seconds_of_date);
        super::money::portion(1, days, of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::{Quantity, RateUnit};
    use proptest::prelude::*;

    const THRESHOLD: DayRule = DayRule::Threshold { half_day_from_minutes: 180, full_day_from_minutes: 360 };
    const PRO_RATA: DayRule = DayRule::ProRataCapped { minutes_per_day: 480 };

    fn days(day_ten_thousandths: i64, rate: i64) -> i64 {
        Quantity { billed_seconds: 0, day_ten_thousandths }.amount_minor(rate, RateUnit::Day)
    }

    #[test]
    fn days_count_by_their_mode_and_the_shown_share_is_what_is_paid() {
        for (rule, minutes, share, amount) in [
            (THRESHOLD, 179, 0, 0),
            (THRESHOLD, 180, 5000, 20_001),
            (THRESHOLD, 359, 5000, 20_001),
            (THRESHOLD, 360, 10_000, 40_001),
            (THRESHOLD, 900, 10_000, 40_001),
            (PRO_RATA, 0, 0, 0),
            (PRO_RATA, 100, 2083, 8332),
            (PRO_RATA, 240, 5000, 20_001),
            (PRO_RATA, 480, 10_000, 40_001),
            (PRO_RATA, 600, 10_000, 40_001),
        ] {
            assert_eq!(rule.day_ten_thousandths(minutes * 60), share, "{rule:?} {minutes}");
            assert_eq!(days(share, 40_001), amount, "{rule:?} {minutes}");
        }
        assert_eq!(days(15_000, 40_001), 60_002);
    }

    proptest! {
        #[test]
        fn more_work_never_counts_as_less(seconds in 0..100_000_i64, more in 0..10_000_i64, full in 1..=1440_i64, half in 1..=1440_i64) {
            let threshold = DayRule::Threshold { half_day_from_minutes: half.min(full), full_day_from_minutes: full };
            for rule in [threshold, DayRule::ProRataCapped { minutes_per_day: full }] {
                let days = rule.day_ten_thousandths(seconds);
                prop_assert!(days <= rule.day_ten_thousandths(seconds + more) && days <= ONE_DAY);
            }
        }
    }
}
