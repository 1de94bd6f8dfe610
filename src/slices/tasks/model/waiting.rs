//! How long a task has waited for the client.

use super::TaskStatus;
use crate::kernel::{Columns, Timestamp};

/// Sums the time a task spends in `waiting_on_client`. It runs exactly while the task is in that status; the sum
/// never shrinks, even when the server's clock steps back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Columns)]
pub struct WaitingClock {
    /// Since when the task waits now; null while it does not.
    pub waiting_since: Option<Timestamp>,
    /// The whole seconds of all waits that have ended.
    pub waited_seconds: i64,
}

impl WaitingClock {
    /// The clock after the task came into a status at an instant: entering the wait starts it, leaving it adds the
    /// wait to the sum, anything else leaves it as it is.
    pub fn moved(self, to: TaskStatus, at: Timestamp) -> Self {
        match (to == TaskStatus::WaitingOnClient, self.waiting_since) {
            (true, None) => Self { waiting_since: Some(at), ..self },
            (false, Some(_)) => Self { waiting_since: None, waited_seconds: self.seconds_at(at) },
            _ => self,
        }
    }

    /// The sum as it is shown at an instant, the running wait included.
    pub fn seconds_at(self, at: Timestamp) -> i64 {
        let running = self.waiting_since.map_or(0, |since| at.seconds_since(since).max(0));
        self.waited_seconds + running
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection, prelude::*, sample};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn waits_add_up_and_the_running_one_counts() {
        let clock = WaitingClock::default().moved(TaskStatus::WaitingOnClient, at(100));
        assert_eq!(clock.seconds_at(at(160)), 60);
        let clock = clock.moved(TaskStatus::Todo, at(200));
        assert_eq!(clock, WaitingClock { waiting_since: None, waited_seconds: 100 });
        assert_eq!(clock.seconds_at(at(900)), 100);
        let clock = clock.moved(TaskStatus::WaitingOnClient, at(1000));
        assert_eq!(clock.seconds_at(at(1005)), 105);
        assert_eq!(clock.moved(TaskStatus::Cancelled, at(1010)).waited_seconds, 110);
    }

    #[test]
    fn a_clock_that_steps_back_takes_nothing_away() {
        let clock = WaitingClock { waiting_since: Some(at(100)), waited_seconds: 7 };
        assert_eq!(clock.seconds_at(at(50)), 7);
        assert_eq!(clock.moved(TaskStatus::Todo, at(50)).waited_seconds, 7);
    }

    proptest! {
        #[test]
        fn the_sum_is_the_time_spent_waiting(
            moves in collection::vec((sample::select(TaskStatus::ALL), 0i64..10_000), 0..30),
        ) {
            let (mut clock, mut now, mut waiting, mut spent) = (WaitingClock::default(), 0, false, 0);
            for (status, seconds) in moves {
                now += seconds;
                spent += if waiting { seconds } else { 0 };
                prop_assert_eq!(clock.seconds_at(at(now)), spent);
                clock = clock.moved(status, at(now));
                waiting = status == TaskStatus::WaitingOnClient;
                prop_assert_eq!(clock.waiting_since.is_some(), waiting);
                prop_assert_eq!(clock.seconds_at(at(now)), spent);
            }
        }
    }
}
