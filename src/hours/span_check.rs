//! Reading worked time given by hand: all faults at once, each at the member that has it.

use super::span::{LONGEST_DAY_SECONDS, max_seconds};
use super::span_input::WAYS;
use super::{LocalTime, Span, SpanInput, work_date};
use crate::kernel::error::{Error, Fault, FaultCode, Result};
use crate::kernel::{TimeZone, Timestamp};

/// The member that can stand for an end, and the one for breaks.
const LASTS: &str = WAYS[2][1];
const PAUSE: &str = "break_seconds";
const ZONE: &str = "time_zone";
/// The members that say when work began: with a duration each of them will do.
const STARTS: &str = "started_at, started_local, work_date";
/// The members that say together which way was chosen.
const WAY: &[&str] = &[WAYS[0][0], WAYS[0][1], WAYS[1][0], WAYS[1][1], WAYS[2][0], WAYS[2][1]];

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
            self.refuse(PAUSE, FaultCode::TooSmall, ("min", 0), &[]);
        }
        match span {
            Some(span) if self.faults.is_empty() => Ok(span),
            _ => Err(Error::invalid(self.faults)),
        }
    }

    /// Adds a fault of a member that follows from these beside it.
    fn add(&mut self, member: &str, code: FaultCode, reads: &[&str]) {
        self.faults.push(Fault::new(format!("/{member}"), code).reads_beside(reads));
    }

    fn refuse(
        &mut self,
        member: &str,
        code: FaultCode,
        (name, value): (&'static str, impl std::fmt::Display),
        reads: &[&str],
    ) {
        self.faults.push(Fault::new(format!("/{member}"), code).with(name, value).reads_beside(reads));
    }

    /// The one way that was chosen; when there are several the first, with faults at the members of the others.
    fn way(&mut self) -> Option<usize> {
        let given = self.input.given();
        let Some(chosen) = given.iter().position(|way| way.contains(&true)) else {
            self.refuse(WAYS[0][0], FaultCode::OneOfRequired, ("names", STARTS), WAY);
            return None;
        };
        let by_length = self.by_length(chosen).is_some();
        let first = WAYS[chosen][usize::from(!given[chosen][0])];
        for (way, given) in WAYS.iter().zip(given).skip(chosen + 1) {
            let others =
                way.iter().zip(given).filter(|(member, given)| *given && !(by_length && **member == LASTS));
            for (member, _) in others {
                self.refuse(member, FaultCode::NotTogether, ("other", first), &[]);
            }
        }
        match given[chosen] {
            [true, false] if !by_length => {
                let [starts, ends] = WAYS[chosen];
                match ends == LASTS {
                    true => self.refuse(starts, FaultCode::NeedsOther, ("other", ends), WAY),
                    false => {
                        let ends = format!("{ends}, {LASTS}");
                        self.refuse(starts, FaultCode::NeedsOneOf, ("names", ends), WAY);
                    }
                }
            }
            [false, true] if chosen == 2 => self.refuse(LASTS, FaultCode::NeedsOneOf, ("names", STARTS), WAY),
            [false, true] => self.refuse(WAYS[chosen][1], FaultCode::NeedsOther, ("other", WAYS[chosen][0]), WAY),
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
        resolved.map_err(|fault| self.faults.push(fault.reads_beside(&[ZONE]))).ok()
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
        let zone_read: &[&str] = if way == 1 { &[ZONE] } else { &[] };
        let reads = &[&[starts, WAYS[way][1], ends, PAUSE], zone_read].concat();
        let moves_start = from != self.stored.and_then(|stored| stored.started_at);
        let moves_end = until != self.stored.and_then(|stored| stored.ended_at);
        let now = Some(self.now);
        if moves_start && from > now {
            self.add(starts, FaultCode::InTheFuture, zone_read);
        }
        if moves_end && until > now && (ends != LASTS || from <= now) {
            self.add(ends, FaultCode::InTheFuture, if ends == LASTS { reads } else { zone_read });
        }
        let (from, until) = from.zip(until)?;
        let moved = if moves_end { Moved::End(ends) } else { Moved::Start(starts) };
        if moves_start || moves_end {
            // Without a length to add, breaks do not move the end.
            let reads = if ends == LASTS { reads } else { &[&[starts, ends], zone_read].concat() };
            self.judge_length((from, until), moved, zone, reads);
        }
        let (whole, pause) = (until.seconds_since(from), self.input.break_seconds.unwrap_or(0));
        if whole > 0 || !(moves_start || moves_end) {
            self.judge_break((from, until), moved, reads);
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
            self.refuse(LASTS, FaultCode::TooSmall, ("min", 1), &[]);
            return None;
        }
        // What nobody can mean is not added up.
        if i32::try_from(whole).is_err() {
            self.refuse(LASTS, FaultCode::TooLarge, ("max", LONGEST_DAY_SECONDS), &[PAUSE]);
            return None;
        }
        from.map(|from| from.plus_seconds(whole))
    }

    fn judge_length(
        &mut self,
        (from, until): (Timestamp, Timestamp),
        moved: Moved,
        zone: &TimeZone,
        reads: &[&str],
    ) {
        let whole = until.seconds_since(from);
        let last = work_date(Timestamp::from_micros(until.micros() - 1), zone);
        let most = max_seconds(work_date(from, zone), last, zone);
        if until <= from {
            self.add(moved.member(), FaultCode::EndsBeforeStart, reads);
        } else if whole == 0 {
            self.refuse_ends(moved, from.plus_seconds(1), until.plus_seconds(-1), reads);
        } else if whole > most && self.stored.is_none_or(|stored| whole > stored.whole_seconds()) {
            let reads = [reads, &[ZONE]].concat();
            self.refuse(moved.member(), FaultCode::IntervalTooLong, ("max_seconds", most), &reads);
        }
    }

    /// Something must be left of the time beside the break; what had no more before may keep that.
    fn judge_break(&mut self, (from, until): (Timestamp, Timestamp), moved: Moved, reads: &[&str]) {
        let (whole, pause) = (until.seconds_since(from), self.input.break_seconds.unwrap_or(0));
        let work = whole.saturating_sub(pause);
        if work >= 1 || self.stored.is_some_and(|stored| work >= stored.duration_seconds) {
            return;
        }
        match self.sent.break_seconds {
            Some(_) => self.refuse(PAUSE, FaultCode::TooLarge, ("max", (whole - 1).max(0)), reads),
            None => self.refuse_ends(moved, from.plus_seconds(pause + 1), until.plus_seconds(-pause - 1), reads),
        }
    }

    /// The end that was moved is too near to the other one.
    fn refuse_ends(&mut self, moved: Moved, earliest_end: Timestamp, latest_start: Timestamp, reads: &[&str]) {
        match moved {
            Moved::End(member) => self.refuse(member, FaultCode::TooSmall, ("min", earliest_end), reads),
            Moved::Start(member) => self.refuse(member, FaultCode::TooLarge, ("max", latest_start), reads),
        }
    }

    fn dated(&mut self, zone: &TimeZone) -> Option<Span> {
        let input = self.input;
        let today = work_date(self.now, zone);
        let is_judged =
            |date| self.stored.is_none_or(|stored| (stored.work_date, &stored.time_zone) != (date, zone));
        if input.work_date.is_some_and(|date| date > today && is_judged(date)) {
            let (date, member) = (WAYS[2][0], if self.sent.work_date.is_some() { WAYS[2][0] } else { ZONE });
            self.add(member, FaultCode::InTheFuture, &[date, ZONE]);
        }
        let most = input.work_date.map_or(LONGEST_DAY_SECONDS, |date| max_seconds(date, date, zone));
        let stood = self.stored.map(|stored| stored.duration_seconds);
        if let Some(seconds) = input.duration_seconds.filter(|seconds| stood != Some(*seconds)) {
            if seconds < 1 {
                self.refuse(LASTS, FaultCode::TooSmall, ("min", 1), &[]);
            } else if seconds > most && Some(seconds) > stood {
                self.refuse(LASTS, FaultCode::TooLarge, ("max", most), &[WAY, &[ZONE]].concat());
            }
        }
        // The duration is without breaks already, so a break could only be subtracted twice.
        if input.break_seconds.is_some_and(|pause| pause > 0) {
            self.refuse(PAUSE, FaultCode::NotTogether, ("other", LASTS), WAY);
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
