//! The arithmetic of the model: whole numbers only, rounded once.

/// `numerator / denominator`, rounded half away from zero. The denominator is positive.
pub fn half_away(numerator: i128, denominator: i128) -> i128 {
    assert!(denominator > 0);
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    magnitude * numerator.signum()
}

/// The least common multiple of two positive numbers.
pub fn lcm(a: i128, b: i128) -> i128 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

/// Shares a whole in proportion to weights by the largest remainder: the shares add up to it. Among equal remainders
/// the earlier weight comes first. A negative whole is shared like the positive one. Without weights nobody gets any.
pub fn share(whole: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let amount = whole.abs();
    let mut shares: Vec<i128> = weights.iter().map(|weight| amount * weight / sum).collect();
    let missing = amount - shares.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // A stable sort: what is equal stays in its order.
    order.sort_by_key(|i| -(amount * weights[*i] % sum));
    for i in order.into_iter().take(usize::try_from(missing).expect("less than one each is missing")) {
        shares[i] += 1;
    }
    shares.into_iter().map(|share| share * whole.signum()).collect()
}

#[test]
fn halves_go_away_from_zero() {
    let cases =
        [(5, 10, 1), (4, 10, 0), (-5, 10, -1), (15, 10, 2), (-15, 10, -2), (0, 7, 0), (100, 3, 33), (200, 3, 67)];
    for (numerator, denominator, expected) in cases {
        assert_eq!(half_away(numerator, denominator), expected, "{numerator}/{denominator}");
    }
}

#[test]
fn the_largest_remainder_gets_what_is_missing() {
    for (whole, weights, expected) in [
        (3600, vec![660, 660, 660], vec![1200, 1200, 1200]),
        (1800, vec![840, 960], vec![840, 960]),
        (10, vec![1, 1, 1], vec![4, 3, 3]),
        (-10, vec![1, 1, 1], vec![-4, -3, -3]),
        (10, vec![1, 2, 3], vec![2, 3, 5]),
        (0, vec![1, 2], vec![0, 0]),
        (7, vec![0, 0], vec![0, 0]),
        (1, vec![0, 5, 5], vec![0, 1, 0]),
    ] {
        assert_eq!(share(whole, &weights), expected, "{whole} over {weights:?}");
    }
}
