//! What time costs, in minor units: integer arithmetic, rounded half away from zero.
//! The shown quantity times the rate is the shown amount.

use super::{ONE_DAY, RateUnit};

const SECONDS_PER_HOUR: i64 = 3600;

/// `amount * part / whole`, half away from zero.
pub fn portion(amount: i64, part: i64, whole: i64) -> i64 {
    rounded(i128::from(amount) * i128::from(part), whole)
}

/// `exact / whole`, half away from zero.
pub(super) fn rounded(exact: i128, whole: i64) -> i64 {
    let whole = i128::from(whole.max(1));
    let rounded = (exact.abs() + whole / 2) / whole * exact.signum();
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// What is paid for: billed seconds and, in daily engagements, shares of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantity {
    pub billed_seconds: i64,
    pub day_ten_thousandths: i64,
}

impl Quantity {
    /// Its price at a rate, both in minor units of one currency: that of an entry by itself, and of a sum.
    pub fn amount_minor(self, rate_minor: i64, unit: RateUnit) -> i64 {
        match unit {
            RateUnit::Hour => portion(rate_minor, self.billed_seconds, SECONDS_PER_HOUR),
            RateUnit::Day => portion(rate_minor, self.day_ten_thousandths, ONE_DAY),
        }
    }

    /// The measure that the unit counts.
    pub fn measure(self, unit: RateUnit) -> i64 {
        match unit {
            RateUnit::Hour => self.billed_seconds,
            RateUnit::Day => self.day_ten_thousandths,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::MAX_MINOR;
    use proptest::prelude::*;

    fn hours(billed_seconds: i64, rate: i64) -> i64 {
        Quantity { billed_seconds, day_ten_thousandths: 0 }.amount_minor(rate, RateUnit::Hour)
    }

    #[test]
    fn hours_cost_their_rate_half_away_from_zero() {
        for (seconds, rate, amount) in [
            (3600, 6000, 6000),
            (900, 6000, 1500),
            (0, 6000, 0),
            (1800, 1, 1),
            (1799, 1, 0),
            (60, 5999, 100),
            (1800, -1, -1),
            (20, 6090, 34),
            (86_400, MAX_MINOR, 24 * MAX_MINOR),
            (i64::MAX, i64::MAX, i64::MAX),
        ] {
            assert_eq!(hours(seconds, rate), amount, "{seconds} s at {rate}");
        }
    }

    proptest! {
        #[test]
        fn amounts_are_within_half_a_unit(seconds in 0..1_000_000_i64, rate in -1_000_000_i64..1_000_000) {
            let off = i128::from(hours(seconds, rate)) * 3600 - i128::from(seconds) * i128::from(rate);
            prop_assert!(2 * off.abs() <= 3600);
            prop_assert_eq!(hours(seconds, -rate), -hours(seconds, rate));
        }
    }
}
