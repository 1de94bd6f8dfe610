//! How far the stored order of changes runs ahead of the wall clock. One write while the clock is wrong carries a
//! workspace's order into the future, where it stays until the clock catches up. Nothing is refused for it, since the
//! order only orders; whoever runs the server is told.

use crate::kernel::{Clock, Timestamp};
use prometheus_client::metrics::counter::Counter;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// So far ahead an order may run, in seconds: the clocks of several servers differ.
const TOLERATED: i64 = 300;
/// The log tells of it at most this often.
const TOLD: Duration = Duration::from_secs(60);

/// What this server knows of it, shared by all who use the database.
#[derive(Clone, Default)]
pub struct Skew(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// The furthest order of any workspace, in microseconds since 1970.
    furthest: AtomicI64,
    writes: Counter,
    /// When the log last told of it, by the monotonic clock.
    told: Mutex<Option<Duration>>,
}

impl Skew {
    /// Looks at the order that a workspace has reached.
    pub fn look(&self, order: Timestamp, clock: &Clock) -> bool {
        self.0.furthest.fetch_max(order.micros(), Ordering::Relaxed);
        let seconds = order.seconds_since(clock.now());
        let ahead = seconds > TOLERATED;
        if ahead && self.is_to_be_told(clock.monotonic()) {
            tracing::warn!(seconds, "the order of changes runs ahead of the clock, which is wrong or was wrong");
        }
        ahead
    }

    /// Looks at the order that a write has reached, and counts it when it runs ahead.
    pub fn look_at_write(&self, order: Timestamp, clock: &Clock) {
        if self.look(order, clock) {
            self.0.writes.inc();
        }
    }

    /// By how many seconds the furthest order runs ahead, when that is more than is tolerated.
    pub fn seconds_ahead(&self, now: Timestamp) -> Option<i64> {
        let furthest = Timestamp::from_micros(self.0.furthest.load(Ordering::Relaxed));
        Some(furthest.seconds_since(now)).filter(|seconds| *seconds > TOLERATED)
    }

    /// How many writes ran ahead.
    pub fn writes(&self) -> Counter {
        self.0.writes.clone()
    }

    fn is_to_be_told(&self, now: Duration) -> bool {
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = told.is_none_or(|last| now >= last + TOLD);
        if is_due {
            *told = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_runs_ahead_is_counted_and_told_once_a_minute() {
        let (skew, start) = (Skew::default(), Timestamp::from_micros(0));
        let clock = Clock::fixed(start);
        skew.look_at_write(start.plus_seconds(300), &clock);
        assert_eq!((skew.writes().get(), skew.seconds_ahead(start)), (0, None));
        for ahead in [301, 1000, 400] {
            skew.look_at_write(start.plus_seconds(ahead), &clock);
        }
        assert_eq!((skew.writes().get(), skew.seconds_ahead(start)), (3, Some(1000)));
        assert_eq!(skew.seconds_ahead(start.plus_seconds(700)), None, "the clock has caught up");
        let told = |second| skew.is_to_be_told(Duration::from_secs(second));
        assert_eq!([59, 60, 119, 120].map(told), [false, true, false, true]);
    }
}
