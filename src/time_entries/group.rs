//! Lines that are accounted for as a whole: shown lines add up to shown totals, and what was approved stays.

use super::rounding::{Rounding, RoundingScope, round_seconds};

/// One line of a group that is accounted for as a whole, in the order of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The worked seconds.
    pub seconds: i64,
    /// What the line was given when it was approved: that never changes.
    pub frozen: Option<i64>,
}

impl Line {
    /// A line that may still change.
    pub fn open(seconds: i64) -> Self {
        Self { seconds, frozen: None }
    }
}

/// The billed seconds of each line of a group (scope `task_day`, `day` or `period`; billable lines only), in order.
/// The total worked so far is rounded, and a line is given what it adds to that: lines add up to the rounded total,
/// and a later line never changes an earlier one. A line may thus be billed 0 s because the step begun before it
/// covers it. With scope `entry` every line is rounded by itself.
pub fn round_group(lines: &[Line], rounding: &Rounding) -> Vec<i64> {
    if rounding.scope == RoundingScope::Entry {
        return lines
            .iter()
            .map(|line| line.frozen.unwrap_or_else(|| round_seconds(line.seconds, rounding)))
            .collect();
    }
    steps(lines, |total| round_seconds(total, rounding))
}

/// Gives each line what it adds to `of_total(seconds so far)`. Frozen lines count first, wherever they stand; when
/// they were given more than the whole is worth now, open lines get 0 until the total has caught up.
pub(super) fn steps(lines: &[Line], of_total: impl Fn(i64) -> i64) -> Vec<i64> {
    let frozen = || lines.iter().filter_map(|line| line.frozen.map(|given| (line.seconds, given)));
    let mut counted: i64 = frozen().map(|(seconds, _)| seconds).sum();
    let mut given: i64 = frozen().map(|(_, given)| given).sum();
    let step = |line: &Line| match line.frozen {
        Some(frozen) => frozen,
        None => {
            counted += line.seconds;
            let step = (of_total(counted) - given).max(0);
            given += step;
            step
        }
    };
    lines.iter().map(step).collect()
}

/// Shares whole seconds in proportion to weights, by the largest remainder (of equal ones the first): parts add up
/// to `total` and each is less than a second from its exact share. Without any weight the first part gets all.
pub fn share_seconds(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from((*weight).max(0))).sum();
    let exact = |weight: &i64| i128::from(total) * i128::from((*weight).max(0));
    let mut parts: Vec<i64> =
        weights.iter().map(|w| exact(w).checked_div_euclid(sum).unwrap_or(0) as i64).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|&i| std::cmp::Reverse(exact(&weights[i]).checked_rem_euclid(sum).unwrap_or(0)));
    let rest = total - parts.iter().sum::<i64>();
    if sum == 0 {
        parts.iter_mut().take(1).for_each(|first| *first = rest);
    } else {
        by_remainder.iter().take(usize::try_from(rest).unwrap_or(0)).for_each(|&i| parts[i] += 1);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::rounding::{
        RoundingMode,
        tests::{any_rounding, rounding},
    };
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn lines() -> impl Strategy<Value = Vec<Line>> {
        vec((0..40_000_i64).prop_map(Line::open), 0..12)
    }

    #[test]
    fn groups_are_rounded_as_a_whole() {
        let day = |mode, increment, minimum| Rounding {
            scope: RoundingScope::Day,
            ..rounding(mode, increment, minimum)
        };
        for (rounding, raw, billed) in [
            (day(RoundingMode::Up, 15, 0), vec![300, 300, 300], vec![900, 0, 0]),
            (day(RoundingMode::Up, 15, 0), vec![600, 600, 600], vec![900, 900, 0]),
            (day(RoundingMode::Down, 15, 0), vec![600, 600, 600], vec![0, 900, 900]),
            (day(RoundingMode::Nearest, 15, 0), vec![1200, 60], vec![900, 0]),
            (day(RoundingMode::None, 15, 30), vec![600, 600, 1000], vec![1800, 0, 400]),
            (rounding(RoundingMode::Up, 15, 0), vec![300, 300], vec![900, 900]),
        ] {
            let lines: Vec<Line> = raw.iter().copied().map(Line::open).collect();
            assert_eq!(round_group(&lines, &rounding), billed, "{raw:?}");
        }
    }

    #[test]
    fn frozen_lines_stay_and_the_others_make_up_the_total() {
        let rounding = Rounding { scope: RoundingScope::Day, ..rounding(RoundingMode::Up, 15, 0) };
        let frozen = |seconds, given| Line { seconds, frozen: Some(given) };
        assert_eq!(round_group(&[Line::open(300), frozen(300, 900), Line::open(900)], &rounding), [0, 900, 900]);
        assert_eq!(round_group(&[frozen(300, 3600), Line::open(300)], &rounding), [3600, 0]);
    }

    #[test]
    fn shares_go_by_the_largest_remainder() {
        assert_eq!(share_seconds(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(share_seconds(10, &[1, 8, 8]), [0, 5, 5]);
        assert_eq!(share_seconds(7, &[0, 0]), [7, 0]);
        assert!(share_seconds(7, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn shown_lines_add_up_to_shown_totals(lines in lines(), rounding in any_rounding()) {
            let billed = round_group(&lines, &rounding);
            let each = || lines.iter().map(|line| round_seconds(line.seconds, &rounding));
            let total = match rounding.scope {
                RoundingScope::Entry => each().sum(),
                _ => round_seconds(lines.iter().map(|line| line.seconds).sum(), &rounding),
            };
            prop_assert_eq!(billed.iter().sum::<i64>(), total);
            prop_assert!(billed.iter().all(|seconds| *seconds >= 0));
        }

        #[test]
        fn a_later_line_leaves_earlier_ones_alone(lines in lines(), later in 0..40_000_i64, rounding in any_rounding()) {
            let before = round_group(&lines, &rounding);
            let mut more = lines;
            more.push(Line::open(later));
            prop_assert_eq!(&round_group(&more, &rounding)[..before.len()], &before[..]);
        }

        #[test]
        fn freezing_what_was_shown_changes_nothing(lines in lines(), upto in 0..12_usize, rounding in any_rounding()) {
            let billed = round_group(&lines, &rounding);
            let freeze = |(i, line): (usize, &Line)| Line { frozen: (i < upto).then_some(billed[i]), ..*line };
            let frozen: Vec<Line> = lines.iter().enumerate().map(freeze).collect();
            prop_assert_eq!(round_group(&frozen, &rounding), billed);
        }

        #[test]
        fn shares_add_up_and_are_fair(total in 0..1_000_000_i64, weights in vec(0..100_000_i64, 1..9)) {
            let parts = share_seconds(total, &weights);
            let sum: i128 = weights.iter().copied().map(i128::from).sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(off.abs() < sum || sum == 0);
            }
        }
    }
}
