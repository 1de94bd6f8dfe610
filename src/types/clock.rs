//! The one source of now, of new ids and of randomness, so that tests can hold the clock still.

use super::Timestamp;
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex};
use uuid::{ContextV7, Uuid};

/// Tells the time. The real one follows the system's clock; a fixed one moves only when told to.
#[derive(Clone)]
pub struct Clock {
    fixed: Option<Arc<Mutex<DateTime<Utc>>>>,
    ids: Arc<Mutex<ContextV7>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { fixed: None, ids: Arc::new(Mutex::new(ContextV7::new().with_additional_precision())) }
    }

    /// A clock that stands still until [`Clock::set`] moves it; for tests and for the demonstration data.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(Arc::new(Mutex::new(at.into()))), ..Self::system() }
    }

    /// Moves a fixed clock. The system's clock cannot be moved.
    pub fn set(&self, at: Timestamp) {
        if let Some(fixed) = &self.fixed {
            *fixed.lock().expect("the clock's lock is never poisoned") = at.into();
        }
    }

    /// Whether time passes only when it is told to.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// Now, in whole microseconds.
    #[expect(clippy::disallowed_methods, reason = "the one home of the system's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(fixed) => Timestamp::from(*fixed.lock().expect("the clock's lock is never poisoned")),
            None => Timestamp::from(Utc::now()),
        }
    }

    /// A new UUIDv7 (RFC 9562) of this moment, ordered within this process even when the clock steps back.
    pub fn new_id(&self) -> Uuid {
        let now: DateTime<Utc> = self.now().into();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*self.ids, seconds, now.timestamp_subsec_nanos()))
    }
}

/// Random bytes from the operating system, for secrets.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}
