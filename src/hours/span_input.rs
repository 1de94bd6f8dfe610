//! The ways in which a caller may say when something was done.

use super::{LocalTime, Span, work_date};
use crate::kernel::{Date, TimeZone, Timestamp};

/// Worked time as a caller gives it: how it began and how it ended. It begins at `started_at` or `started_local` and
/// ends at `ended_at` or `ended_local`, or after `duration_seconds` and `break_seconds`; or there is only a
/// `work_date` with `duration_seconds`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpanInput {
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub started_local: Option<LocalTime>,
    pub ended_local: Option<LocalTime>,
    pub time_zone: Option<TimeZone>,
    pub work_date: Option<Date>,
    pub duration_seconds: Option<i64>,
    pub break_seconds: Option<i64>,
}

/// The two members of each way. In the first two `duration_seconds` can stand for the end.
pub(super) const WAYS: [[&str; 2]; 3] =
    [["started_at", "ended_at"], ["started_local", "ended_local"], ["work_date", "duration_seconds"]];

impl SpanInput {
    /// Which members of each way were given, in the order of [`WAYS`].
    pub(super) fn given(&self) -> [[bool; 2]; 3] {
        [
            [self.started_at.is_some(), self.ended_at.is_some()],
            [self.started_local.is_some(), self.ended_local.is_some()],
            [self.work_date.is_some(), self.duration_seconds.is_some()],
        ]
    }

    /// Whether anything here would change an entry's times.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The date on which it begins, as far as that is said.
    pub fn date(&self, default_zone: &TimeZone) -> Option<Date> {
        let zone = self.time_zone.as_ref().unwrap_or(default_zone);
        let local = || self.started_local.as_ref().and_then(|local| local.resolve(zone, "").ok());
        self.started_at.or_else(local).map(|at| work_date(at, zone)).or(self.work_date)
    }

    /// Whether all that is said here is so already.
    pub(super) fn repeats(&self, stored: &Span) -> bool {
        let zone = self.time_zone.as_ref().unwrap_or(&stored.time_zone);
        let local = |time: &Option<LocalTime>, at: Option<Timestamp>| {
            time.as_ref().is_none_or(|time| time.resolve(zone, "").ok() == at && at.is_some())
        };
        *zone == stored.time_zone
            && (self.started_at.is_none() || self.started_at == stored.started_at)
            && (self.ended_at.is_none() || self.ended_at == stored.ended_at)
            && local(&self.started_local, stored.started_at)
            && local(&self.ended_local, stored.ended_at)
            && self.work_date.is_none_or(|date| date == stored.work_date)
            && self.duration_seconds.is_none_or(|seconds| seconds == stored.duration_seconds)
            && self.break_seconds.is_none_or(|seconds| seconds == stored.break_seconds)
    }

    /// A partial change, completed from the entry it changes. Of clock times one end is enough, and a duration keeps
    /// the start; a date and a duration together leave no clock times. What repeats the entry is no second way of
    /// saying it.
    #[must_use]
    pub fn completed_from(mut self, stored: &Span) -> Self {
        let [instants, locals, dated] = self.given();
        let [by_instant, by_local] = [instants, locals].map(|way| way.contains(&true));
        let zone = self.time_zone.get_or_insert_with(|| stored.time_zone.clone()).clone();
        if !by_instant && !by_local && (stored.started_at.is_none() || dated == [true, true]) {
            self.work_date = self.work_date.or(Some(stored.work_date));
            self.duration_seconds = self.duration_seconds.or(Some(stored.duration_seconds));
            return self;
        }
        self.work_date = self.work_date.filter(|date| *date != stored.work_date);
        if instants[1] || locals[1] {
            self.duration_seconds = self.duration_seconds.filter(|seconds| *seconds != stored.duration_seconds);
        }
        let stored_end = stored.ended_at.filter(|_| self.duration_seconds.is_none());
        match (by_instant, by_local) {
            // Two ways at once: judged like a new entry's.
            (true, true) => {}
            (_, false) => {
                self.started_at = self.started_at.or(stored.started_at);
                self.ended_at = self.ended_at.or(stored_end);
            }
            (false, true) => {
                let local = |at: Option<Timestamp>| at.map(|at| LocalTime::of(at, &zone));
                self.started_local = self.started_local.or_else(|| local(stored.started_at));
                self.ended_local = self.ended_local.or_else(|| local(stored_end));
            }
        }
        self.break_seconds = self.break_seconds.or(Some(stored.break_seconds));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::error::{Error, FaultCode};

    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    fn changed(change: SpanInput, stored: &Span) -> Result<Span, Vec<(String, FaultCode)>> {
        let now = at("2026-11-10T00:00:00Z").unwrap();
        let faults = |error: Error| error.faults().iter().map(|f| (f.pointer.clone(), f.code)).collect();
        stored.changed(&change, now).map_err(faults)
    }

    fn clocked() -> Span {
        Span {
            started_at: at("2026-11-02T09:00:00.5Z"),
            ended_at: at("2026-11-02T11:00:00.5Z"),
            work_date: "2026-11-02".parse().unwrap(),
            time_zone: TimeZone::default(),
            duration_seconds: 6600,
            break_seconds: 600,
        }
    }

    fn dated() -> Span {
        Span { started_at: None, ended_at: None, duration_seconds: 3600, break_seconds: 0, ..clocked() }
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let longer = Span { ended_at: at("2026-11-02T12:00:00.5Z"), duration_seconds: 10_200, ..clocked() };
        for (change, stored, expected) in [
            (SpanInput::default(), clocked(), clocked()),
            (SpanInput { ended_at: longer.ended_at, ..Default::default() }, clocked(), longer.clone()),
            (
                SpanInput { ended_local: Some("2026-11-02T13:00:00.5".into()), ..Default::default() },
                clocked(),
                longer,
            ),
            (
                SpanInput { break_seconds: Some(0), ..Default::default() },
                clocked(),
                Span { break_seconds: 0, duration_seconds: 7200, ..clocked() },
            ),
            (
                SpanInput { time_zone: "Pacific/Apia".parse().ok(), ..Default::default() },
                clocked(),
                Span { time_zone: "Pacific/Apia".parse().unwrap(), ..clocked() },
            ),
            (SpanInput::default(), dated(), dated()),
            (
                SpanInput { duration_seconds: Some(60), ..Default::default() },
                dated(),
                Span { duration_seconds: 60, ..dated() },
            ),
            (
                SpanInput {
                    duration_seconds: Some(3600),
                    work_date: Some(dated().work_date),
                    ..Default::default()
                },
                clocked(),
                dated(),
            ),
        ] {
            assert_eq!(changed(change, &stored), Ok(expected));
        }
    }

    /// From a start, so many seconds with so long a break, like a timer that nobody stopped in time.
    fn timer(duration_seconds: i64, break_seconds: i64) -> Span {
        let ended_at = clocked().started_at.map(|at| at.plus_seconds(duration_seconds + break_seconds));
        Span { ended_at, duration_seconds, break_seconds, ..clocked() }
    }

    fn input(change: impl FnOnce(&mut SpanInput)) -> SpanInput {
        let mut input = SpanInput::default();
        change(&mut input);
        input
    }

    #[test]
    fn a_duration_keeps_the_start_and_moves_the_end() {
        let lasting = |seconds, pause| timer(seconds, pause);
        let moved = Span { started_at: at("2026-11-02T08:00:00.5Z"), ..clocked() };
        for (change, expected) in [
            (input(|i| i.duration_seconds = Some(60)), lasting(60, 600)),
            (input(|i| (i.duration_seconds, i.break_seconds) = (Some(60), Some(0))), lasting(60, 0)),
            (input(|i| (i.duration_seconds, i.break_seconds) = (Some(6600), Some(0))), lasting(6600, 0)),
            // An end says more than a duration that repeats what stood.
            (
                input(|i| (i.ended_at, i.duration_seconds) = (at("2026-11-02T12:00:00.5Z"), Some(6600))),
                lasting(10_200, 600),
            ),
            (
                input(|i| (i.started_at, i.duration_seconds) = (moved.started_at, Some(6600))),
                Span { ended_at: at("2026-11-02T10:00:00.5Z"), ..moved.clone() },
            ),
            (
                input(|i| {
                    (i.started_local, i.duration_seconds) = (Some("2026-11-02T09:00:00.5".into()), Some(60))
                }),
                Span { ended_at: at("2026-11-02T08:11:00.5Z"), duration_seconds: 60, ..moved.clone() },
            ),
            // All that is sent stands already.
            (input(|i| (i.work_date, i.duration_seconds) = (Some(clocked().work_date), Some(6600))), clocked()),
            (
                input(|i| (i.started_local, i.break_seconds) = (Some("2026-11-02T10:00:00.5".into()), Some(600))),
                clocked(),
            ),
        ] {
            assert_eq!(changed(change.clone(), &clocked()), Ok(expected), "{change:?}");
        }
    }

    #[test]
    fn what_did_not_change_is_not_judged_again() {
        let (long, none) = (timer(30 * 3600, 0), timer(0, 0));
        let hour = |hour: &str| at(&format!("2026-11-02T{hour}:00:00.5Z"));
        for (stored, change, expected) in [
            (&long, input(|i| i.break_seconds = Some(3600)), Ok((29 * 3600, 3600))),
            (&long, input(|i| i.started_at = hour("10")), Ok((29 * 3600, 0))),
            (&long, input(|i| i.duration_seconds = Some(29 * 3600)), Ok((29 * 3600, 0))),
            (&long, input(|i| i.time_zone = "UTC".parse().ok()), Ok((30 * 3600, 0))),
            (&long, input(|i| i.started_at = hour("08")), Err("/started_at interval_too_long")),
            (&long, input(|i| i.duration_seconds = Some(31 * 3600)), Err("/duration_seconds interval_too_long")),
            (&none, input(|i| i.time_zone = "UTC".parse().ok()), Ok((0, 0))),
            (&none, input(|i| i.started_at = hour("08")), Ok((3600, 0))),
            (&none, input(|i| i.duration_seconds = Some(60)), Ok((60, 0))),
            (&none, input(|i| i.break_seconds = Some(60)), Err("/break_seconds too_large")),
            (&none, input(|i| i.started_at = hour("10")), Err("/started_at ends_before_start")),
            (&clocked(), input(|i| i.started_at = at("2026-11-02T10:55:00Z")), Err("/started_at too_large")),
            (&clocked(), input(|i| i.ended_at = at("2026-11-02T09:05:00Z")), Err("/ended_at too_small")),
            (&clocked(), input(|i| i.work_date = "2026-11-03".parse().ok()), Err("/work_date not_together")),
            (&dated(), input(|i| i.time_zone = "Pacific/Apia".parse().ok()), Ok((3600, 0))),
            (
                &Span { work_date: "2026-11-10".parse().unwrap(), ..dated() },
                input(|i| i.time_zone = "America/New_York".parse().ok()),
                Err("/time_zone in_the_future"),
            ),
        ] {
            let found = changed(change.clone(), stored).map(|span| (span.duration_seconds, span.break_seconds));
            let expected = expected.map_err(str::to_owned);
            let told = |faults: Vec<(String, FaultCode)>| {
                faults.iter().map(|(pointer, code)| format!("{pointer} {code}")).collect::<Vec<_>>().join(" ")
            };
            assert_eq!(found.map_err(told), expected, "{change:?}");
        }
    }

    #[test]
    fn changing_the_way_takes_both_members() {
        let lone = SpanInput { work_date: "2026-11-03".parse().ok(), ..Default::default() };
        assert_eq!(changed(lone, &clocked()), Err(vec![("/work_date".into(), FaultCode::NotTogether)]));
        let start = SpanInput { started_at: at("2026-11-02T09:00:00Z"), ..Default::default() };
        assert_eq!(changed(start, &dated()), Err(vec![("/started_at".into(), FaultCode::NeedsOneOf)]));
    }
}
