//! What time costs, in minor units: integer arithmetic, rounded half away from zero, once per entry.
//!
//! A share of a day is counted in integer hundredths (`day_hundredths`: 100 is one day, 50 half a day), so that no
//! float exists. Pro-rata amounts are computed from the seconds themselves, never from rounded hundredths.

use super::group::{Line, steps};

const SECONDS_PER_HOUR: i64 = 3600;
/// One whole day in the unit of `day_hundredths`.
const ONE_DAY: i64 = 100;

/// `amount * part / whole`, half away from zero.
fn portion(amount: i64, part: i64, whole: i64) -> i64 {
    let (exact, whole) = (i128::from(amount) * i128::from(part), i128::from(whole.max(1)));
    let rounded = (exact.abs() + whole / 2) / whole * exact.signum();
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// The price of billed seconds at a rate per hour, both in minor units of one currency.
pub fn amount_minor(billed_seconds: i64, rate_minor_per_hour: i64) -> i64 {
    portion(rate_minor_per_hour, billed_seconds, SECONDS_PER_HOUR)
}

/// The amount an entry shows: 0 when it is not billable, nothing when no rate applies (package, project).
pub fn entry_amount_minor(billable: bool, billed_seconds: i64, rate_minor_per_hour: Option<i64>) -> Option<i64> {
    if billable { rate_minor_per_hour.map(|rate| amount_minor(billed_seconds, rate)) } else { Some(0) }
}

/// The price of a share of a day at a day rate: what an entry of day mode `explicit` costs.
pub fn day_amount_minor(day_hundredths: i64, rate_minor_per_day: i64) -> i64 {
    portion(rate_minor_per_day, day_hundredths, ONE_DAY)
}

/// How the billed seconds of one local date count as days (day modes `threshold` and `pro_rata_capped`). In both a
/// date is at most one day and more work never counts as less.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayRule {
    /// From so many minutes on the date is half a day, from so many a whole one.
    Threshold { half_day_from_minutes: i64, full_day_from_minutes: i64 },
    /// As many parts of a day as of `minutes_per_day`, at most one day.
    ProRataCapped { minutes_per_day: i64 },
}

impl DayRule {
    /// The share of a day that a date's seconds count as, in hundredths; for `pro_rata_capped` rounded for display.
    pub fn day_hundredths(self, seconds_of_date: i64) -> i64 {
        match self {
            Self::Threshold { full_day_from_minutes, .. } if seconds_of_date >= full_day_from_minutes * 60 => {
                ONE_DAY
            }
            Self::Threshold { half_day_from_minutes, .. } if seconds_of_date >= half_day_from_minutes * 60 => {
                ONE_DAY / 2
            }
            Self::Threshold { .. } => 0,
            Self::ProRataCapped { minutes_per_day } => {
                portion(ONE_DAY, seconds_of_date, minutes_per_day * 60).min(ONE_DAY)
            }
        }
    }

    /// The price of a date's seconds at a day rate: never more than the day rate.
    pub fn amount_minor(self, seconds_of_date: i64, rate_minor_per_day: i64) -> i64 {
        match self {
            Self::Threshold { .. } => day_amount_minor(self.day_hundredths(seconds_of_date), rate_minor_per_day),
            Self::ProRataCapped { minutes_per_day } => {
                let day = minutes_per_day.max(1) * 60;
                portion(rate_minor_per_day, seconds_of_date.min(day), day)
            }
        }
    }

    /// What each entry of one date adds to its days, in hundredths and in order: the lines add up to the date.
    pub fn day_shares(self, lines: &[Line]) -> Vec<i64> {
        steps(lines, |seconds| self.day_hundredths(seconds))
    }
}

/// What each entry of one date adds to its price, in order: the lines add up to the date's price. A frozen line
/// keeps the amount it was approved with.
pub fn day_amounts_minor(lines: &[Line], rule: DayRule, rate_minor_per_day: i64) -> Vec<i64> {
    steps(lines, |seconds| rule.amount_minor(seconds, rate_minor_per_day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::MAX_MINOR;
    use proptest::{collection::vec, prelude::*};

    const THRESHOLD: DayRule = DayRule::Threshold { half_day_from_minutes: 180, full_day_from_minutes: 360 };
    const PRO_RATA: DayRule = DayRule::ProRataCapped { minutes_per_day: 480 };

    fn any_rule() -> impl Strategy<Value = DayRule> {
        let threshold = (1..=1440_i64, 1..=1440_i64).prop_map(|(half_day_from_minutes, full_day_from_minutes)| {
            DayRule::Threshold { half_day_from_minutes, full_day_from_minutes }
        });
        prop_oneof![
            threshold,
            (1..=1440_i64).prop_map(|minutes_per_day| DayRule::ProRataCapped { minutes_per_day })
        ]
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
            assert_eq!(amount_minor(seconds, rate), amount, "{seconds} s at {rate}");
        }
    }

    #[test]
    fn not_billable_is_nothing_and_no_rate_is_no_amount() {
        assert_eq!(entry_amount_minor(true, 3600, Some(6000)), Some(6000));
        assert_eq!(entry_amount_minor(false, 3600, Some(6000)), Some(0));
        assert_eq!(entry_amount_minor(false, 3600, None), Some(0));
        assert_eq!(entry_amount_minor(true, 3600, None), None);
    }

    #[test]
    fn days_count_by_their_mode() {
        for (rule, minutes, hundredths, amount) in [
            (THRESHOLD, 179, 0, 0),
            (THRESHOLD, 180, 50, 20_001),
            (THRESHOLD, 359, 50, 20_001),
            (THRESHOLD, 360, 100, 40_001),
            (THRESHOLD, 900, 100, 40_001),
            (PRO_RATA, 0, 0, 0),
            (PRO_RATA, 100, 21, 8334),
            (PRO_RATA, 240, 50, 20_001),
            (PRO_RATA, 480, 100, 40_001),
            (PRO_RATA, 600, 100, 40_001),
        ] {
            let seconds = minutes * 60;
            assert_eq!(rule.day_hundredths(seconds), hundredths, "{rule:?} {minutes}");
            assert_eq!(rule.amount_minor(seconds, 40_001), amount, "{rule:?} {minutes}");
        }
        assert_eq!(day_amount_minor(150, 40_001), 60_002);
    }

    #[test]
    fn entries_of_a_date_share_its_day() {
        let lines = [Line::open(2 * 3600), Line::open(3600), Line::open(4 * 3600)];
        assert_eq!(THRESHOLD.day_shares(&lines), [0, 50, 50]);
        assert_eq!(day_amounts_minor(&lines, PRO_RATA, 40_000), [10_000, 5000, 20_000]);
        let approved = Line { seconds: 6 * 3600, frozen: Some(30_000) };
        assert_eq!(day_amounts_minor(&[Line::open(4 * 3600), approved], PRO_RATA, 40_000), [10_000, 30_000]);
    }

    proptest! {
        #[test]
        fn amounts_are_within_half_a_unit(seconds in 0..1_000_000_i64, rate in -1_000_000_i64..1_000_000) {
            let off = i128::from(amount_minor(seconds, rate)) * 3600 - i128::from(seconds) * i128::from(rate);
            prop_assert!(2 * off.abs() <= 3600);
            prop_assert_eq!(amount_minor(seconds, -rate), -amount_minor(seconds, rate));
        }

        #[test]
        fn a_date_costs_at_most_a_day_and_lines_add_up(seconds in vec(0..30_000_i64, 0..8), rule in any_rule(), rate in 0..1_000_000_i64) {
            let lines: Vec<Line> = seconds.iter().copied().map(Line::open).collect();
            let amounts = day_amounts_minor(&lines, rule, rate);
            let total: i64 = amounts.iter().sum();
            prop_assert_eq!(total, if lines.is_empty() { 0 } else { rule.amount_minor(seconds.iter().sum(), rate) });
            prop_assert!(total <= rate && amounts.iter().all(|amount| *amount >= 0));
            prop_assert!(rule.day_shares(&lines).iter().sum::<i64>() <= ONE_DAY);
        }
    }
}
