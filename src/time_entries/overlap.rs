//! Whether two entries lie in the same time. Intervals are half-open: touching is fine.

use crate::types::Timestamp;

/// The time from an entry's start up to, but without, its end. Never empty: an entry of no length (a timer stopped
/// at once) lies nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    started_at: Timestamp,
    ended_at: Timestamp,
}

impl Interval {
    /// The time from `started_at` to `ended_at`, when that has any length.
    pub fn new(started_at: Timestamp, ended_at: Timestamp) -> Option<Self> {
        (started_at < ended_at).then_some(Self { started_at, ended_at })
    }

    /// The time an entry takes up: a running one up to now, a paused one up to its pause. An entry without clock
    /// times takes up none and never overlaps.
    pub fn of_entry(
        started_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
        paused_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Self> {
        Self::new(started_at?, ended_at.or(paused_at).unwrap_or(now))
    }

    /// Where it begins.
    pub const fn started_at(self) -> Timestamp {
        self.started_at
    }

    /// The first instant that is no longer part of it.
    pub const fn ended_at(self) -> Timestamp {
        self.ended_at
    }

    /// Whether some instant belongs to both. In SQL: `a.started_at < b.ended_at AND b.started_at < a.ended_at`.
    pub fn overlaps(self, other: Self) -> bool {
        self.started_at < other.ended_at && other.started_at < self.ended_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_seconds(second)
    }

    fn overlap(a: Option<Interval>, b: Option<Interval>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a.overlaps(b))
    }

    #[test]
    fn touching_is_fine_and_sharing_is_not() {
        for (a, b, expected) in [
            ((0, 10), (10, 20), false),
            ((0, 10), (9, 20), true),
            ((0, 10), (2, 3), true),
            ((0, 10), (0, 10), true),
            ((0, 10), (11, 20), false),
            // Something of no length lies nowhere, not even within another.
            ((5, 5), (0, 10), false),
        ] {
            let (first, second) = (Interval::new(at(a.0), at(a.1)), Interval::new(at(b.0), at(b.1)));
            assert_eq!(overlap(first, second), expected, "{a:?} {b:?}");
            assert_eq!(overlap(second, first), expected, "{b:?} {a:?}");
        }
    }

    #[test]
    fn running_entries_count_up_to_now_and_paused_ones_to_their_pause() {
        let now = at(100);
        let running = Interval::of_entry(Some(at(50)), None, None, now);
        let paused = Interval::of_entry(Some(at(50)), None, Some(at(60)), now);
        assert!(overlap(running, Interval::new(at(99), at(100))));
        assert!(!overlap(running, Interval::new(at(100), at(110))));
        assert!(!overlap(paused, Interval::new(at(60), at(70))));
        assert_eq!(Interval::of_entry(None, None, None, now), None);
        assert_eq!(Interval::of_entry(Some(at(101)), None, None, now), None);
    }

    proptest! {
        #[test]
        fn they_overlap_when_a_second_belongs_to_both(a in 0..40_i64, b in 0..40_i64, c in 0..40_i64, d in 0..40_i64) {
            let shared = (a.max(c)..b.min(d)).count() > 0;
            prop_assert_eq!(overlap(Interval::new(at(a), at(b)), Interval::new(at(c), at(d))), shared);
        }
    }
}
