//! Counting: requests per token in fixed windows, tries per account and address in sliding ones. In memory and bounded,
//! by the monotonic clock: a wall clock that is set back would freeze what was counted.

use quick_cache::sync::Cache;
use std::{
    convert::Infallible,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// How many keys are known at a time.
const KEYS: usize = 50_000;
/// What a request counts, in tenths.
const WHOLE: i64 = 10;
/// What is given back of a request that cost next to nothing.
const REFUND: i64 = 9;

/// Counts per key within a window of fixed length.
pub struct Throttle<K> {
    limit: i64,
    window: i64,
    counts: Cache<K, Arc<Count>>,
}

#[derive(Debug)]
struct Count {
    /// Start of the window in seconds of the monotonic clock, and how many tenths were counted in it.
    since: i64,
    tenths: AtomicI64,
}

/// Where a key stands in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub limit: i64,
    pub remaining: i64,
    /// Seconds until the window ends.
    pub reset: i64,
    pub allowed: bool,
}

/// A request that was counted, and where its key stood then.
#[derive(Debug)]
pub struct Counted {
    pub window: Window,
    /// None where nothing is counted.
    count: Option<Arc<Count>>,
}

impl Counted {
    /// Gives nine tenths back, for what cost next to nothing, in the window that it was counted in.
    pub fn refund(&mut self) {
        if let Some(count) = &self.count {
            let tenths = count.tenths.fetch_sub(REFUND, Ordering::SeqCst) - REFUND;
            self.window.remaining = remaining(self.window.limit, tenths);
        }
    }
}

/// How many more are allowed: whoever has not used up the last one may still ask once.
fn remaining(limit: i64, tenths: i64) -> i64 {
    let left = limit * WHOLE - tenths;
    ((left + WHOLE - 1).div_euclid(WHOLE)).clamp(0, limit)
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// At most `limit` per key in `window` seconds; 0 counts nothing.
    pub fn new(limit: u32, window: u32) -> Self {
        Self { limit: limit.into(), window: window.into(), counts: Cache::new(KEYS) }
    }

    /// Counts one; parallel callers are each counted.
    pub fn count(&self, key: &K, now: Duration) -> Counted {
        self.add(key, now, WHOLE)
    }

    /// Whether the next one of this key would be one too many.
    pub fn is_used_up(&self, key: &K, now: Duration) -> bool {
        self.limit > 0 && self.add(key, now, 0).window.remaining == 0
    }

    fn add(&self, key: &K, now: Duration, tenths: i64) -> Counted {
        let seconds = now.as_secs() as i64;
        let since = seconds - seconds.rem_euclid(self.window.max(1));
        let reset = since + self.window - seconds;
        if self.limit == 0 {
            let window = Window { limit: 0, remaining: 0, reset, allowed: true };
            return Counted { window, count: None };
        }
        let fresh = || Ok::<_, Infallible>(Arc::new(Count { since, tenths: AtomicI64::new(0) }));
        let mut count = self.counts.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        if count.since < since {
            // Whoever comes first in the new window replaces the old count; the others find theirs. Who read the clock
            // before and comes late counts in the new window.
            self.counts.remove_if(key, |old| old.since < since);
            count = self.counts.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        }
        let before = count.tenths.fetch_add(tenths, Ordering::SeqCst);
        let window = Window {
            limit: self.limit,
            remaining: remaining(self.limit, before + tenths),
            reset,
            allowed: before < self.limit * WHOLE,
        };
        Counted { window, count: Some(count) }
    }
}

/// Allows so many per key in any stretch of time of this length, wherever it begins: for what must never exceed its
/// limit, such as guesses at a password.
pub struct Tries<K> {
    limit: usize,
    window: Duration,
    /// When those of the last window were allowed.
    allowed: Cache<K, Arc<Mutex<Vec<Duration>>>>,
}

impl<K: Hash + Eq + Clone> Tries<K> {
    /// At most `limit` per key in `window` seconds; 0 counts nothing.
    pub fn new(limit: u32, window: u32) -> Self {
        let window = Duration::from_secs(window.into());
        Self { limit: limit as usize, window, allowed: Cache::new(KEYS) }
    }

    /// Counts one, unless it is one too many; parallel callers are each counted.
    pub fn count(&self, key: &K, now: Duration) -> Window {
        let limit = self.limit as i64;
        let in_seconds = |left: Duration| left.as_secs_f64().ceil() as i64;
        if self.limit == 0 {
            return Window { limit, remaining: 0, reset: in_seconds(self.window), allowed: true };
        }
        let fresh = || Ok::<_, Infallible>(Arc::default());
        let tries = self.allowed.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|at| now < *at + self.window);
        let allowed = tries.len() < self.limit;
        if allowed {
            tries.push(now);
        }
        let first = tries.iter().min().copied().unwrap_or(now);
        let reset = in_seconds((first + self.window).saturating_sub(now)).max(1);
        Window { limit, remaining: limit - tries.len() as i64, reset, allowed }
    }

    /// Forgets a key, as after a successful log-in.
    pub fn forget(&self, key: &K) {
        self.allowed.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_window_allows_its_limit_and_starts_anew() {
        let throttle = Throttle::new(2, 60);
        let count = |key, second| throttle.count(&key, at(second)).window;
        assert_eq!(count("a", 0).remaining, 1);
        assert!(count("a", 1).allowed);
        let third = count("a", 2);
        assert!(!third.allowed && third.reset == 58);
        assert!(count("b", 2).allowed && count("a", 60).allowed);
    }

    #[test]
    fn a_late_call_does_not_empty_the_new_window() {
        let throttle = Throttle::new(2, 60);
        for late in [59, 60, 59] {
            throttle.count(&"a", at(late));
        }
        assert!(!throttle.count(&"a", at(61)).window.allowed);
    }

    #[test]
    fn a_limit_is_used_up_before_it_is_exceeded() {
        let (throttle, now) = (Throttle::new(2, 60), at(0));
        throttle.count(&"a", now);
        assert!(!throttle.is_used_up(&"a", now));
        throttle.count(&"a", now);
        assert!(throttle.is_used_up(&"a", now) && !throttle.is_used_up(&"b", now));
        assert!(!Throttle::new(0, 60).is_used_up(&"a", now), "no limit is never used up");
    }

    #[test]
    fn ten_that_cost_next_to_nothing_count_as_one() {
        let throttle = Throttle::new(3, 60);
        let refunded = |_| {
            let mut counted = throttle.count(&"a", at(0));
            counted.refund();
            (counted.window.allowed, counted.window.remaining)
        };
        let seen: Vec<_> = (0..30).map(refunded).collect();
        let expected: Vec<_> = (0..30).map(|n| (true, 3 - (n + 1) / 10)).collect();
        assert_eq!(seen, expected);
        assert!(!throttle.count(&"a", at(0)).window.allowed);
        let mut late = throttle.count(&"b", at(59));
        throttle.count(&"b", at(60));
        late.refund();
        assert_eq!(throttle.count(&"b", at(60)).window.remaining, 1, "nothing comes back in another window");
    }

    #[test]
    fn no_stretch_of_time_sees_more_tries_than_the_limit() {
        let tries = Tries::new(3, 900);
        let at = |second| tries.count(&"a", at(second));
        assert!([898, 899, 899].into_iter().all(|second| at(second).allowed));
        let refused = at(900);
        assert!(!refused.allowed && refused.remaining == 0 && refused.reset == 898);
        assert!(!at(1797).allowed, "what was refused does not count, what was allowed does");
        assert!(at(1798).allowed && !at(1798).allowed && at(1799).allowed);
        tries.forget(&"a");
        assert_eq!(at(1799).remaining, 2);
    }
}
