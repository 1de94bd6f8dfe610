//! Taking turns inside this process. It is for fairness alone: nothing becomes wrong when two hold the same turn, as
//! several servers do, or as happens after a key was forgotten.

use quick_cache::sync::Cache;
use std::{hash::Hash, sync::Arc};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How many keys are remembered.
const KEYS: usize = 10_000;

/// One turn at a time per key, in the order of asking.
pub struct Turns<K>(Cache<K, Arc<Mutex<()>>>);

/// A turn, over when it is dropped.
pub type Turn = OwnedMutexGuard<()>;

impl<K: Hash + Eq + Clone> Default for Turns<K> {
    fn default() -> Self {
        Self(Cache::new(KEYS))
    }
}

impl<K: Hash + Eq + Clone> Turns<K> {
    /// Waits for the turn.
    pub async fn take(&self, key: &K) -> Turn {
        self.of(key).lock_owned().await
    }

    /// The turn, when nobody has it.
    pub fn try_take(&self, key: &K) -> Option<Turn> {
        self.of(key).try_lock_owned().ok()
    }

    fn of(&self, key: &K) -> Arc<Mutex<()>> {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::default());
        self.0.get_or_insert_with(key, fresh).unwrap_or_else(|never| match never {})
    }
}
