//! Sharing a whole over its parts, so that shown parts add up to the shown whole.

/// Shares a whole in proportion to weights by the largest remainder, of equal ones the first: parts add up to `total`,
/// and each is less than one from its exact share. Without any weight the first part gets all. Neither the total nor a
/// weight is negative.
pub fn share<W: Copy + Into<i128>>(total: i64, weights: &[W]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| (*weight).into()).sum();
    if sum == 0 {
        return weights.iter().enumerate().map(|(i, _)| if i == 0 { total } else { 0 }).collect();
    }
    let exact = |weight: W| i128::from(total) * weight.into();
    // No part is more than the total.
    let mut parts: Vec<i64> = weights.iter().map(|weight| (exact(*weight) / sum) as i64).collect();
    let rest = total - parts.iter().sum::<i64>();
    if rest > 0 {
        let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
        by_remainder.sort_by_key(|&i| std::cmp::Reverse(exact(weights[i]) % sum));
        by_remainder.into_iter().take(rest as usize).for_each(|i| parts[i] += 1);
    }
    parts
}

/// A line of a pool, as sharing sees it. Lines stand in the order in which equal remainders are served.
#[derive(Clone, Copy, Debug)]
pub struct PoolLine {
    /// What its share is in proportion to.
    pub weight: i128,
    /// The worked seconds.
    pub seconds: i64,
    /// What a locked line was given: that never changes.
    pub frozen: Option<i64>,
}

/// Shares the total of a pool over its lines, in order. Frozen lines keep theirs: the shares are those of all lines, as
/// if none were frozen, and what the frozen ones have above or below their shares is spread over the open ones in
/// proportion to their seconds; no line gets less than nothing. So locking a line changes no other.
pub fn share_pool(total: i64, lines: &[PoolLine]) -> Vec<i64> {
    let mut shares = share(total, &lines.iter().map(|line| line.weight).collect::<Vec<_>>());
    let above = |(line, share): (&PoolLine, &i64)| line.frozen.map_or(0, |frozen| frozen - share);
    let above: i64 = lines.iter().zip(&shares).map(above).sum();
    let open: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].frozen.is_none()).collect();
    let spread = share(above.abs(), &open.iter().map(|i| lines[*i].seconds).collect::<Vec<_>>());
    for (i, part) in open.into_iter().zip(spread) {
        shares[i] = (shares[i] - part * above.signum()).max(0);
    }
    for (share, line) in shares.iter_mut().zip(lines) {
        *share = line.frozen.unwrap_or(*share);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn open(seconds: i64) -> PoolLine {
        PoolLine { weight: seconds.into(), seconds, frozen: None }
    }

    #[test]
    fn shares_go_by_the_largest_remainder() {
        assert_eq!(share(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(share(10, &[1, 8, 8]), [0, 5, 5]);
        assert_eq!(share(7, &[0, 0]), [7, 0]);
        assert!(share::<i64>(7, &[]).is_empty());
    }

    #[test]
    fn frozen_lines_stay_and_the_others_bear_the_difference() {
        let frozen = |seconds, given| PoolLine { frozen: Some(given), ..open(seconds) };
        assert_eq!(share_pool(3600, &[open(660), open(660), open(660)]), [1200, 1200, 1200]);
        assert_eq!(share_pool(3600, &[frozen(660, 1200), open(660), open(660)]), [1200, 1200, 1200]);
        assert_eq!(share_pool(3600, &[frozen(660, 1800), open(660), open(660)]), [1800, 900, 900]);
        assert_eq!(share_pool(3600, &[frozen(660, 0), open(660), open(660)]), [0, 1800, 1800]);
        assert_eq!(share_pool(900, &[frozen(300, 3600), open(300)]), [3600, 0]);
        assert_eq!(share_pool(900, &[frozen(300, 300), frozen(300, 0)]), [300, 0]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_are_fair(total in 0..1_000_000_i64, weights in vec(0..100_000_i64, 1..9)) {
            let parts = share(total, &weights);
            let sum: i128 = weights.iter().copied().map(i128::from).sum();
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(off.abs() < sum || sum == 0);
            }
        }

        #[test]
        fn locking_changes_no_other_line(total in 0..100_000_i64, seconds in vec(0..40_000_i64, 1..9), locked in vec(any::<bool>(), 9)) {
            let lines: Vec<PoolLine> = seconds.into_iter().map(open).collect();
            let shares = share_pool(total, &lines);
            let lock = |(i, line): (usize, &PoolLine)| PoolLine { frozen: locked[i].then_some(shares[i]), ..*line };
            let locked: Vec<PoolLine> = lines.iter().enumerate().map(lock).collect();
            prop_assert_eq!(share_pool(total, &locked), shares);
        }
    }
}
