//! Counting in fixed windows: requests per token, tries per account and address. In memory and bounded.

use crate::types::Timestamp;
use quick_cache::sync::Cache;
use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

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
        Self { limit: limit.into(), window: window.into(), counts: Cache::new(50_000) }
    }

    /// Counts one; parallel callers are each counted.
    pub fn count(&self, key: &K, now: Timestamp) -> Window {
        self.add(key, now, 1)
    }

    /// Takes one back, for what cost next to nothing.
    pub fn refund(&self, key: &K, now: Timestamp) -> Window {
        self.add(key, now, -1)
    }

    /// Forgets a key, as after a successful log-in.
    pub fn forget(&self, key: &K) {
        self.counts.remove(key);
    }

    fn add(&self, key: &K, now: Timestamp, by: i64) -> Window {
        let seconds = now.micros().div_euclid(1_000_000);
        let since = seconds - seconds.rem_euclid(self.window.max(1));
        let reset = since + self.window - seconds;
        if self.limit == 0 {
            return Window { limit: 0, remaining: 0, reset, allowed: true };
        }
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::new(Count { since, count: AtomicI64::new(0) }));
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
}
