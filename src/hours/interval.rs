//! The time that work takes up. Intervals are half-open: touching is fine.

use crate::kernel::Timestamp;

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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_seconds(second)
    }

    #[test]
    fn running_entries_count_up_to_now_and_paused_ones_to_their_pause() {
        let of = |started, ended, paused| {
            let interval = Interval::of_entry(started, ended, paused, at(100))?;
            Some((interval.started_at(), interval.ended_at()))
        };
        let started = Some(at(50));
        assert_eq!(of(started, None, None), Some((at(50), at(100))));
        assert_eq!(of(started, None, Some(at(60))), Some((at(50), at(60))));
        assert_eq!(of(started, Some(at(70)), None), Some((at(50), at(70))));
        // Something of no length lies nowhere.
        for (started, ended) in [(None, None), (Some(at(101)), None), (Some(at(5)), Some(at(5)))] {
            assert_eq!(of(started, ended, None), None);
        }
    }
}
