//! Counting: requests per token in fixed windows, tries per account and address in sliding ones. In memory and bounded.

use crate::types::Timestamp;
use quick_cache::sync::Cache;
use std::{
    convert::Infallible,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

/// How many keys are known at a time.
const KEYS: usize = 50_000;

/// Counts per key within a window of fixed length.
pub struct Throttle<K> {
    limit: i64,
    window: i64,
    counts: Cache<K, Arc<Count>>,
}

struct Count {
    /// Start of the window, in seconds since 1970, and how many were counted in it.
    since: i64,
    count: AtomicI64,
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

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// At most `limit` per key in `window` seconds; 0 counts nothing.
    pub fn new(limit: u32, window: u32) -> Self {
        Self { limit: limit.into(), window: window.into(), counts: Cache::new(KEYS) }
    }

    /// Counts one; parallel callers are each counted.
    pub fn count(&self, key: &K, now: Timestamp) -> Window {
        self.add(key, now, 1)
    }

    /// Takes one back, for what cost next to nothing.
    pub fn refund(&self, key: &K, now: Timestamp) -> Window {
        self.add(key, now, -1)
    }

    /// Whether the next one of this key would be one too many.
    pub fn is_used_up(&self, key: &K, now: Timestamp) -> bool {
        self.limit > 0 && self.add(key, now, 0).remaining == 0
    }

    fn add(&self, key: &K, now: Timestamp, by: i64) -> Window {
        let seconds = now.micros().div_euclid(1_000_000);
        let since = seconds - seconds.rem_euclid(self.window.max(1));
        let reset = since + self.window - seconds;
        if self.limit == 0 {
            return Window { limit: 0, remaining: 0, reset, allowed: true };
        }
        let fresh = || Ok::<_, Infallible>(Arc::new(Count { since, count: AtomicI64::new(0) }));
        let mut count = self.counts.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        if count.since < since {
            // Whoever comes first in the new window replaces the old count; the others find theirs. Who read the clock
            // before and comes late counts in the new window.
            self.counts.remove_if(key, |old| old.since < since);
            count = self.counts.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        }
        let counted = count.count.fetch_add(by, Ordering::SeqCst) + by;
        Window {
            limit: self.limit,
            remaining: (self.limit - counted).clamp(0, self.limit),
            reset,
            allowed: counted <= self.limit,
        }
    }
}

/// Allows so many per key in any stretch of time of this length, wherever it begins: for what must never exceed its
/// limit, such as guesses at a password.
pub struct Tries<K> {
    limit: usize,
    /// In seconds.
    window: i64,
    /// When those of the last window were allowed.
    allowed: Cache<K, Arc<Mutex<Vec<Timestamp>>>>,
}

impl<K: Hash + Eq + Clone> Tries<K> {
    /// At most `limit` per key in `window` seconds; 0 counts nothing.
    pub fn new(limit: u32, window: i64) -> Self {
        Self { limit: limit as usize, window, allowed: Cache::new(KEYS) }
    }

    /// Counts one, unless it is one too many; parallel callers are each counted.
    pub fn count(&self, key: &K, now: Timestamp) -> Window {
        let limit = self.limit as i64;
        if self.limit == 0 {
            return Window { limit, remaining: 0, reset: self.window, allowed: true };
        }
        let fresh = || Ok::<_, Infallible>(Arc::default());
        let tries = self.allowed.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {});
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|at| now.seconds_since(*at) < self.window);
        let allowed = tries.len() < self.limit;
        if allowed {
            tries.push(now);
        }
        let first = tries.iter().min().copied().unwrap_or(now);
        let reset = (self.window - now.seconds_since(first)).max(1);
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

    #[test]
    fn a_window_allows_its_limit_and_starts_anew() {
        let throttle = Throttle::new(2, 60);
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        assert_eq!(throttle.count(&"a", at(0)).remaining, 1);
        assert!(throttle.count(&"a", at(1)).allowed);
        let third = throttle.count(&"a", at(2));
        assert!(!third.allowed && third.reset == 58);
        assert!(throttle.count(&"b", at(2)).allowed && throttle.count(&"a", at(60)).allowed);
    }

    #[test]
    fn a_late_call_does_not_empty_the_new_window() {
        let throttle = Throttle::new(2, 60);
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        for late in [59, 60, 59] {
            throttle.count(&"a", at(late));
        }
        assert!(!throttle.count(&"a", at(61)).allowed);
    }

    #[test]
    fn a_limit_is_used_up_before_it_is_exceeded() {
        let (throttle, now) = (Throttle::new(2, 60), Timestamp::from_micros(0));
        throttle.count(&"a", now);
        assert!(!throttle.is_used_up(&"a", now));
        throttle.count(&"a", now);
        assert!(throttle.is_used_up(&"a", now) && !throttle.is_used_up(&"b", now));
        assert!(!Throttle::new(0, 60).is_used_up(&"a", now), "no limit is never used up");
    }

    #[test]
    fn no_stretch_of_time_sees_more_tries_than_the_limit() {
        let tries = Tries::new(3, 900);
        let at = |seconds: i64| tries.count(&"a", Timestamp::from_micros(seconds * 1_000_000));
        assert!([898, 899, 899].into_iter().all(|second| at(second).allowed));
        let refused = at(900);
        assert!(!refused.allowed && refused.remaining == 0 && refused.reset == 898);
        assert!(!at(1797).allowed, "what was refused does not count, what was allowed does");
        assert!(at(1798).allowed && !at(1798).allowed && at(1799).allowed);
        tries.forget(&"a");
        assert_eq!(at(1799).remaining, 2);
    }
}
