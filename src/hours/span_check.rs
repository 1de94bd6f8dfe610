//! Reading worked time given by hand: all faults at once, each at the member that has it.

use super::span::{LONGEST_DAY_SECONDS, max_seconds};
use super::span_input::WAYS;
use super::{LocalTime, Span, SpanInput, work_date};
use crate::kernel::error::{Error, Fault, FaultCode, Result};
use crate::kernel::{TimeZone, Timestamp};

/// The member that can stand for an end, and the one for breaks.
const LASTS: &str = WAYS[2][1];
const PAUSE: &str = "break_seconds";

/// The span that an input says, or all its faults. See [`Span::from_input`].
pub(super) fn check(input: &SpanInput, default_zone: &TimeZone, now: Timestamp) -> Result<Span> {
    Check { input, sent: input, stored: None, now, faults: Vec::new() }.span(default_zone)
}

/// The span that a change leaves, or all faults of what was sent. See [`Span::changed`].
pub(super) fn check_change(sent: &SpanInput, stored: &Span, now: Timestamp) -> Result<Span> {
    let input = &sent.clone().completed_from(stored);
    Check { input, sent, stored: Some(stored), now, faults: Vec::new() }.span(&stored.time_zone)
}

/// One reading of an input, with the faults found so far.
struct Check<'a> {
    input: &'a SpanInput,
    /// What of it the caller sent: only there can a fault be.
    sent: &'a SpanInput,
    /// What stood before: nothing of it is judged again.
    stored: Option<&'a Span>,
    now: Timestamp,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn span(mut self, default_zone: &TimeZone) -> Result<Span> {
        let input = self.input;
        let zone = input.time_zone.as_ref().unwrap_or(default_zone);
        let span = match self.way() {
            Some(0) => self.clocked(0, input.started_at, input.ended_at, zone),
            Some(1) => {
                let from = self.resolved(&input.started_local, WAYS[1][0], zone);
                let until = self.resolved(&input.ended_local, WAYS[1][1], zone);
                self.clocked(1, from, until, zone)
            }
            Some(_) => self.dated(zone),
            None => None,
        };
        if input.break_seconds.is_some_and(|pause| pause < 0) {
            self.refuse(PAUSE, FaultCode::TooSmall, "min", 0);
        }
        match span {
            Some(span) if self.faults.is_empty() => Ok(span),
            _ => Err(Error::invalid(self.faults)),
        }
    }

    fn add(&mut self, member: &str, code: FaultCode) {
        self.faults.push(Fault::new(format!("/{member}"), code));
    }

    fn refuse(&mut self, member: &str, code: FaultCode, name: &'static str, value: impl std::fmt::Display) {
        self.faults.push(Fault::new(format!("/{member}"), code).with(name, value));
    }

    /// The one way that was chosen; when there are several the first, with faults at the members of the others.
    fn way(&mut self) -> Option<usize> {
        let given = self.input.given();
        let Some(chosen) = given.iter().position(|way| way.contains(&true)) else {
            self.add(WAYS[0][0], FaultCode::Required);
            return None;
        };
        let by_length = self.by_length(chosen).is_some();
        let first = WAYS[chosen][usize::from(!given[chosen][0])];
        for (way, given) in WAYS.iter().zip(given).skip(chosen + 1) {
            let others =
                way.iter().zip(given).filter(|(member, given)| *given && !(by_length && **member == LASTS));
            for (member, _) in others {
                self.refuse(member, FaultCode::NotTogether, "other", first);
            }
        }
        match given[chosen] {
            [true, false] if !by_length => {
                self.refuse(WAYS[chosen][0], FaultCode::NeedsOther, "other", WAYS[chosen][1]);
            }
            // A lone duration is most often meant to go with a start.
            [false, true] if chosen == 2 => self.refuse(LASTS, FaultCode::NeedsOther, "other", WAYS[0][0]),
            [false, true] => self.refuse(WAYS[chosen][1], FaultCode::NeedsOther, "other", WAYS[chosen][0]),
            _ => {}
        }
        Some(chosen)
    }

    /// The duration that stands for the end of a way with clock times.
    fn by_length(&self, way: usize) -> Option<i64> {
        let stands_for_end = way < 2 && self.input.given()[way] == [true, false];
        self.input.duration_seconds.filter(|_| stands_for_end)
    }

    fn resolved(&mut self, time: &Option<LocalTime>, member: &str, zone: &TimeZone) -> Option<Timestamp> {
        let resolved = time.as_ref()?.resolve(zone, &format!("/{member}"));
        resolved.map_err(|fault| self.faults.push(fault)).ok()
    }

    /// An interval between two instants. One that is missing or at fault already is nothing here; the other is
    /// still looked at.
    fn clocked(
        &mut self,
        way: usize,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
        zone: &TimeZone,
    ) -> Option<Span> {
        let [starts, ends] = WAYS[way];
        let (ends, until) = match self.by_length(way) {
            Some(seconds) => (LASTS, self.end_after(from, seconds)),
            None => (ends, until),
        };
        let moves_start = from != self.stored.and_then(|stored| stored.started_at);
        let moves_end = until != self.stored.and_then(|stored| stored.ended_at);
        let now = Some(self.now);
        if moves_start && from > now {
            self.add(starts, FaultCode::InTheFuture);
        }
        if moves_end && until > now && (ends != LASTS || from <= now) {
            self.add(ends, FaultCode::InTheFuture);
        }
        let (from, until) = from.zip(until)?;
        let moved = if moves_end { Moved::End(ends) } else { Moved::Start(starts) };
        if moves_start || moves_end {
            self.judge_length(from, until, moved, zone);
        }
        let (whole, pause) = (until.seconds_since(from), self.input.break_seconds.unwrap_or(0));
        if whole > 0 || !(moves_start || moves_end) {
            self.judge_break(from, until, moved);
        }
        Some(Span {
            started_at: Some(from),
            ended_at: Some(until),
            work_date: work_date(from, zone),
            time_zone: zone.clone(),
            duration_seconds: whole.saturating_sub(pause),
            break_seconds: pause,
        })
    }

    /// The end of so much work that began then.
    fn end_after(&mut self, from: Option<Timestamp>, seconds: i64) -> Option<Timestamp> {
        let whole = seconds.saturating_add(self.input.break_seconds.unwrap_or(0).max(0));
        if seconds < 1 {
            self.refuse(LASTS, FaultCode::TooSmall, "min", 1);
            return None;
        }
        // What nobody can mean is not added up.
        if i32::try_from(whole).is_err() {
            self.refuse(LASTS, FaultCode::TooLarge, "max", LONGEST_DAY_SECONDS);
            return None;
        }
        from.map(|from| from.plus_seconds(whole))
    }

    fn judge_length(&mut self, from: Timestamp, until: Timestamp, moved: Moved, zone: &TimeZone) {
        let whole = until.seconds_since(from);
        let last = work_date(Timestamp::from_micros(until.micros() - 1), zone);
        let most = max_seconds(work_date(from, zone), last, zone);
        if until <= from {
            self.add(moved.member(), FaultCode::EndsBeforeStart);
        } else if whole == 0 {
            self.refuse_ends(moved, from.plus_seconds(1), until.plus_seconds(-1));
        } else if whole > most && self.stored.is_none_or(|stored| whole > stored.whole_seconds()) {
            self.refuse(moved.member(), FaultCode::IntervalTooLong, "max_seconds", most);
        }
    }

    /// Something must be left of the time beside the break; what had no more before may keep that.
    fn judge_break(&mut self, from: Timestamp, until: Timestamp, moved: Moved) {
        let (whole, pause) = (until.seconds_since(from), self.input.break_seconds.unwrap_or(0));
        let work = whole.saturating_sub(pause);
        if work >= 1 || self.stored.is_some_and(|stored| work >= stored.duration_seconds) {
            return;
        }
        match self.sent.break_seconds {
            Some(_) => self.refuse(PAUSE, FaultCode::TooLarge, "max", (whole - 1).max(0)),
            None => self.refuse_ends(moved, from.plus_seconds(pause + 1), until.plus_seconds(-pause - 1)),
        }
    }

    /// The end that was moved is too near to the other one.
    fn refuse_ends(&mut self, moved: Moved, earliest_end: Timestamp, latest_start: Timestamp) {
        match moved {
            Moved::End(member) => self.refuse(member, FaultCode::TooSmall, "min", earliest_end),
            Moved::Start(member) => self.refuse(member, FaultCode::TooLarge, "max", latest_start),
        }
    }

    fn dated(&mut self, zone: &TimeZone) -> Option<Span> {
        let input = self.input;
        let today = work_date(self.now, zone);
        let is_judged =
            |date| self.stored.is_none_or(|stored| (stored.work_date, &stored.time_zone) != (date, zone));
        if input.work_date.is_some_and(|date| date > today && is_judged(date)) {
            let member = if self.sent.work_date.is_some() { WAYS[2][0] } else { "time_zone" };
            self.add(member, FaultCode::InTheFuture);
        }
        let most = input.work_date.map_or(LONGEST_DAY_SECONDS, |date| max_seconds(date, date, zone));
        let stood = self.stored.map(|stored| stored.duration_seconds);
        if let Some(seconds) = input.duration_seconds.filter(|seconds| stood != Some(*seconds)) {
            if seconds < 1 {
                self.refuse(LASTS, FaultCode::TooSmall, "min", 1);
            } else if seconds > most && Some(seconds) > stood {
                self.refuse(LASTS, FaultCode::TooLarge, "max", most);
            }
        }
        // The duration is without breaks already, so a break could only be subtracted twice.
        if input.break_seconds.is_some_and(|pause| pause > 0) {
            self.refuse(PAUSE, FaultCode::NotTogether, "other", LASTS);
        }
        let (work_date, duration_seconds) = input.work_date.zip(input.duration_seconds)?;
        let time_zone = zone.clone();
        Some(Span { started_at: None, ended_at: None, work_date, time_zone, duration_seconds, break_seconds: 0 })
    }
}

/// Which end of the time is new, and the member that says it; the later one where both are.
#[derive(Clone, Copy)]
enum Moved {
    Start(&'static str),
    End(&'static str),
}

impl Moved {
    const fn member(self) -> &'static str {
        match self {
            Self::Start(member) | Self::End(member) => member,
        }
    }
}

#[cfg(test)]
mod tests;
