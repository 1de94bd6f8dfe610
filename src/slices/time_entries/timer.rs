//! The state of a timer and what pausing, resuming and stopping make of it.
//!
//! A pause that ends with the stop is neither work nor a break: the entry then ends where the pause began. Whatever
//! the clock does, also when it steps back, nothing becomes negative.

use super::TimerStop;
use crate::hours::share;
use crate::kernel::Timestamp;
use crate::kernel::error::{Fault, FaultCode, Faults, Result};

/// After so many worked seconds a timer was probably forgotten: it is announced and marked, never cut.
pub const LONG_RUNNING_SECONDS: i64 = 8 * 3600;

/// A timer that has not been stopped: running, or paused since `paused_at`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimerState {
    pub started_at: Timestamp,
    /// When the present pause began; nothing while it runs.
    pub paused_at: Option<Timestamp>,
    /// The whole seconds of all pauses that have ended.
    pub break_seconds: i64,
}

/// What a stopped timer leaves behind: `duration_seconds` and `break_seconds` add up to the whole seconds from start
/// to end. A timer stopped at once has 0 s.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stopped {
    pub ended_at: Timestamp,
    pub break_seconds: i64,
    pub duration_seconds: i64,
}

impl Stopped {
    /// Whether more was worked than anybody does at a stretch.
    pub const fn is_long(self) -> bool {
        self.duration_seconds > LONG_RUNNING_SECONDS
    }

    /// From start to end, breaks included.
    const fn whole_seconds(self) -> i64 {
        self.duration_seconds + self.break_seconds
    }
}

impl TimerState {
    /// A timer that runs since then.
    pub const fn start(at: Timestamp) -> Self {
        Self { started_at: at, paused_at: None, break_seconds: 0 }
    }

    /// The timer with a pause begun now. A paused one stays in the pause it is in.
    #[must_use]
    pub fn pause(self, now: Timestamp) -> Self {
        Self { paused_at: self.paused_at.or(Some(now.max(self.started_at))), ..self }
    }

    /// The timer with its pause ended now and counted as a break, in whole seconds. A running one stays as it is.
    #[must_use]
    pub fn resume(self, now: Timestamp) -> Self {
        let pause = self.paused_at.map_or(0, |since| now.seconds_since(since).max(0));
        Self { paused_at: None, break_seconds: self.break_seconds + pause, ..self }
    }

    /// What stopping now gives. When the clock stepped back, breaks are kept only as far as they fit.
    pub fn stop(self, now: Timestamp) -> Stopped {
        let ended_at = self.paused_at.unwrap_or(now).max(self.started_at);
        let whole = ended_at.seconds_since(self.started_at);
        let break_seconds = self.break_seconds.clamp(0, whole);
        Stopped { ended_at, break_seconds, duration_seconds: whole - break_seconds }
    }

    /// What an end at an instant up to now gives. Nobody says when the breaks were: they count evenly over the time, so
    /// that an earlier end keeps its share of them. Of a pause, what lies before the end is a break.
    pub fn stop_at(self, at: Timestamp, now: Timestamp) -> Stopped {
        let so_far = self.stop(now);
        let ended_at = at.max(self.started_at);
        let whole = ended_at.seconds_since(self.started_at);
        let after = so_far.whole_seconds() - whole;
        let break_seconds = match after {
            ..=0 => so_far.break_seconds - after,
            _ => share(so_far.break_seconds, &[whole, after])[0],
        };
        Stopped { ended_at, break_seconds, duration_seconds: whole - break_seconds }
    }

    /// What stopping gives when a person says how, or every fault in that. What is left open is as now.
    pub fn stop_as_said(self, said: &TimerStop, now: Timestamp, mut faults: Faults) -> Result<Stopped> {
        let mut stopped = said.ended_at.map_or_else(|| self.stop(now), |at| self.stop_at(at, now));
        let may_end =
            said.ended_at.is_none_or(|at| at <= now && at > self.started_at && stopped.whole_seconds() > 0);
        if let Some(at) = said.ended_at {
            if at > now {
                faults.add("/ended_at", FaultCode::InTheFuture);
            } else if at <= self.started_at {
                faults.add("/ended_at", FaultCode::EndsBeforeStart);
            } else if stopped.whole_seconds() == 0 {
                let earliest = self.started_at.plus_seconds(1);
                faults.push(Fault::new("/ended_at", FaultCode::TooSmall).with("min", earliest));
            }
        }
        if let Some(pause) = said.break_seconds {
            let most = (stopped.whole_seconds() - 1).max(0);
            if may_end && pause > most {
                let fault = Fault::new("/break_seconds", FaultCode::TooLarge).with("max", most);
                faults.push(fault.reads("/ended_at"));
            }
            stopped.duration_seconds = stopped.whole_seconds().saturating_sub(pause);
            stopped.break_seconds = pause;
        }
        faults.check().map(|()| stopped)
    }

    /// The seconds worked so far: what stopping now would record.
    pub fn worked_seconds(self, now: Timestamp) -> i64 {
        self.stop(now).duration_seconds
    }

    /// Whether more was worked than anybody does at a stretch. Holds for the stopped entry as well: `needs_review`.
    pub fn is_long_running(self, now: Timestamp) -> bool {
        self.stop(now).is_long()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000).plus_seconds(second)
    }

    fn stopped(ended: i64, break_seconds: i64, duration_seconds: i64) -> Stopped {
        Stopped { ended_at: at(ended), break_seconds, duration_seconds }
    }

    #[test]
    fn pauses_are_breaks_but_the_last_one_ends_the_entry() {
        let timer = TimerState::start(at(0));
        assert_eq!(timer.stop(at(0)), stopped(0, 0, 0));
        assert_eq!(timer.stop(at(100)), stopped(100, 0, 100));
        let resumed = timer.pause(at(40)).resume(at(60));
        assert_eq!(resumed.stop(at(100)), stopped(100, 20, 80));
        let paused = resumed.pause(at(100));
        assert_eq!(paused.stop(at(500)), stopped(100, 20, 80));
        assert_eq!(paused.worked_seconds(at(500)), 80);
        assert_eq!(paused.pause(at(200)), paused);
        assert_eq!(resumed.resume(at(200)), resumed);
    }

    #[test]
    fn an_earlier_end_keeps_its_share_of_the_breaks() {
        let timer = TimerState { started_at: at(0), paused_at: None, break_seconds: 100 };
        assert_eq!(timer.stop_at(at(1000), at(1000)), timer.stop(at(1000)));
        assert_eq!(timer.stop_at(at(500), at(1000)), stopped(500, 50, 450));
        assert_eq!(timer.stop_at(at(0), at(1000)), stopped(0, 0, 0));
        let paused = timer.pause(at(600));
        assert_eq!(paused.stop_at(at(600), at(1000)), paused.stop(at(1000)));
        assert_eq!(paused.stop_at(at(300), at(1000)), stopped(300, 50, 250));
        assert_eq!(
            paused.stop_at(at(700), at(1000)),
            stopped(700, 200, 500),
            "the pause up to the end is a break"
        );
    }

    #[test]
    fn a_stop_can_be_said() {
        let timer = TimerState { started_at: at(0), paused_at: None, break_seconds: 100 };
        let say = |ended: Option<i64>, break_seconds| TimerStop {
            ended_at: ended.map(at),
            break_seconds,
            ..TimerStop::default()
        };
        for (said, expected) in [
            (say(None, None), Ok(stopped(1000, 100, 900))),
            (say(Some(500), None), Ok(stopped(500, 50, 450))),
            (say(Some(500), Some(0)), Ok(stopped(500, 0, 500))),
            (say(None, Some(999)), Ok(stopped(1000, 999, 1))),
            (say(None, Some(1000)), Err("/break_seconds too_large")),
            (say(Some(1001), Some(2000)), Err("/ended_at in_the_future")),
            (say(Some(0), None), Err("/ended_at ends_before_start")),
        ] {
            let found = timer.stop_as_said(&said, at(1000), Faults::new()).map_err(|error| {
                error.faults().iter().map(|fault| format!("{} {}", fault.pointer, fault.code)).collect::<String>()
            });
            assert_eq!(found, expected.map_err(str::to_owned), "{said:?}");
        }
        let just_begun = timer.stop_as_said(&say(Some(0), None), at(0), Faults::new()).unwrap_err();
        assert_eq!(just_begun.faults().len(), 1);
        assert_eq!(
            TimerState::start(at(0)).stop_as_said(&say(None, Some(0)), at(0), Faults::new()).unwrap(),
            stopped(0, 0, 0)
        );
    }

    #[test]
    fn a_clock_that_steps_back_makes_nothing_negative() {
        let timer = TimerState::start(at(0));
        assert_eq!(timer.stop(at(-50)), stopped(0, 0, 0));
        assert_eq!(timer.pause(at(-50)).stop(at(10)), stopped(0, 0, 0));
        assert_eq!(timer.pause(at(40)).resume(at(10)).stop(at(100)), stopped(100, 0, 100));
        assert_eq!(timer.pause(at(10)).resume(at(100)).stop(at(50)), stopped(50, 50, 0));
    }

    #[test]
    fn only_work_makes_a_timer_long_running() {
        let timer = TimerState::start(at(0));
        assert!(!timer.is_long_running(at(LONG_RUNNING_SECONDS)));
        assert!(timer.is_long_running(at(LONG_RUNNING_SECONDS + 1)));
        assert!(!timer.pause(at(60)).is_long_running(at(LONG_RUNNING_SECONDS + 1)));
    }

    proptest! {
        #[test]
        fn whatever_the_clock_does_the_parts_add_up(readings in vec((any::<bool>(), -100_000_000_i64..100_000_000), 0..20), end in -100_000_000_i64..100_000_000) {
            let moved = |micros: i64| Timestamp::from_micros(at(0).micros() + micros);
            let timer = readings.iter().fold(TimerState::start(at(0)), |timer, (pause, micros)| {
                if *pause { timer.pause(moved(*micros)) } else { timer.resume(moved(*micros)) }
            });
            let done = timer.stop(moved(end));
            prop_assert!(done.ended_at >= timer.started_at && done.break_seconds >= 0 && done.duration_seconds >= 0);
            prop_assert_eq!(done.break_seconds + done.duration_seconds, done.ended_at.seconds_since(timer.started_at));
        }

        #[test]
        fn with_a_steady_clock_all_work_counts(lengths in vec(0..10_000_i64, 1..12)) {
            let (mut timer, mut now, mut worked) = (TimerState::start(at(0)), 0, 0);
            for (i, length) in lengths.iter().enumerate() {
                now += length;
                if i % 2 == 0 {
                    worked += length;
                    timer = timer.pause(at(now));
                } else {
                    timer = timer.resume(at(now));
                }
            }
            prop_assert_eq!(timer.stop(at(now)).duration_seconds, worked);
        }
    }
}
