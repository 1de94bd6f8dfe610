//! The one source of now, of new ids and of randomness, so that tests can hold the clock still.

use super::Timestamp;
use chrono::{DateTime, Utc};
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};
use uuid::{ContextV7, Uuid};

/// Tells the time, in two readings. [`Clock::now`] is the wall clock, which dates and judges what people do, and which
/// can be set wrong and right again; [`Clock::monotonic`] never runs backwards and counts limits. The real clock
/// follows the system's; a fixed one moves only when told to.
#[derive(Clone)]
pub struct Clock {
    started: Instant,
    fixed: Option<Arc<Mutex<Fixed>>>,
    ids: Arc<Mutex<ContextV7>>,
}

/// The readings of a fixed clock.
struct Fixed {
    now: Timestamp,
    monotonic: Duration,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        let ids = Arc::new(Mutex::new(ContextV7::new().with_additional_precision()));
        Self { started: Instant::now(), fixed: None, ids }
    }

    /// A clock that stands still until [`Clock::set`] or [`Clock::step`] moves it; for tests and for the demonstration
    /// data.
    pub fn fixed(at: Timestamp) -> Self {
        let fixed = Fixed { now: at, monotonic: Duration::ZERO };
        Self { fixed: Some(Arc::new(Mutex::new(fixed))), ..Self::system() }
    }

    /// Lets time pass until this instant, on a fixed clock. The system's clock cannot be moved.
    pub fn set(&self, at: Timestamp) {
        if let Some(mut fixed) = self.hold() {
            let passed = at.micros().saturating_sub(fixed.now.micros());
            fixed.monotonic += Duration::from_micros(u64::try_from(passed).unwrap_or(0));
            fixed.now = at;
        }
    }

    /// Sets the wall clock of a fixed clock while no time passes, as when somebody sets the system's clock wrong, or
    /// right again.
    pub fn step(&self, at: Timestamp) {
        if let Some(mut fixed) = self.hold() {
            fixed.now = at;
        }
    }

    /// Whether time passes only when it is told to.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// What the wall clock says, in whole microseconds.
    #[expect(clippy::disallowed_methods, reason = "the one home of the system's clock")]
    pub fn now(&self) -> Timestamp {
        self.hold().map_or_else(|| Timestamp::from(Utc::now()), |fixed| fixed.now)
    }

    /// How much time has passed since this clock was made. It never runs backwards, whatever is done to the wall
    /// clock, and means nothing to another process.
    pub fn monotonic(&self) -> Duration {
        self.hold().map_or_else(|| self.started.elapsed(), |fixed| fixed.monotonic)
    }

    fn hold(&self) -> Option<MutexGuard<'_, Fixed>> {
        self.fixed.as_ref().map(|fixed| fixed.lock().expect("the clock's lock is never poisoned"))
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

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn only_passing_time_moves_the_monotonic_reading() {
        let (clock, start) = (Clock::fixed(Timestamp::from_micros(0)), Timestamp::from_micros(0));
        clock.set(start.plus_seconds(10));
        for wrong in [400 * DAY, -3600, 3600] {
            clock.step(start.plus_seconds(wrong));
            assert_eq!((clock.now(), clock.monotonic().as_secs()), (start.plus_seconds(wrong), 10));
        }
        clock.set(start);
        assert_eq!(clock.monotonic().as_secs(), 10, "time does not run backwards");
        clock.set(start.plus_seconds(5));
        assert_eq!(clock.monotonic().as_secs(), 15);
        let system = Clock::system();
        assert!(system.monotonic() <= system.monotonic());
    }

    #[test]
    fn ids_stay_unique_and_ordered_whatever_the_clock_does() {
        let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let clock = Clock::fixed(start);
        let mut ids = Vec::new();
        for step in [0, 3600, -3600, 400 * DAY, 0, -400 * DAY, 1] {
            clock.step(start.plus_seconds(step));
            ids.extend((0..10_000).map(|_| clock.new_id()));
        }
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
