//! The three ways in which a caller may say when something was done.

use super::{LocalTime, Span};
use crate::types::{Date, TimeZone, Timestamp};

/// Worked time as a caller gives it, in exactly one of three ways: `started_at` with `ended_at`; `started_local` and
/// `ended_local` with `time_zone`; `work_date` with `duration_seconds`.
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

/// The two members of each way.
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

    /// A partial change, completed from the entry it changes: one end of an interval is enough, and in the way the
    /// entry is not in, both members are needed as for a new one.
    #[must_use]
    pub fn completed_from(mut self, stored: &Span) -> Self {
        let given = self.given().map(|way| way.contains(&true));
        let zone = self.time_zone.get_or_insert_with(|| stored.time_zone.clone()).clone();
        match (given, stored.started_at.is_some()) {
            ([true, false, false], _) | ([false, false, false], true) => {
                self.started_at = self.started_at.or(stored.started_at);
                self.ended_at = self.ended_at.or(stored.ended_at);
            }
            ([false, true, false], _) => {
                let local = |at: Option<Timestamp>| at.map(|at| LocalTime::of(at, &zone));
                self.started_local = self.started_local.or_else(|| local(stored.started_at));
                self.ended_local = self.ended_local.or_else(|| local(stored.ended_at));
            }
            ([false, false, _], false) => {
                self.work_date = self.work_date.or(Some(stored.work_date));
                self.duration_seconds = self.duration_seconds.or(Some(stored.duration_seconds));
            }
            // Several ways at once, or a duration in place of clock times: judged like a new entry's.
            _ => {}
        }
        if !given[2] {
            self.break_seconds = self.break_seconds.or(Some(stored.break_seconds));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FaultCode;
    use crate::time_entries::DEFAULT_MAX_SECONDS;

    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    fn changed(change: SpanInput, stored: &Span) -> Result<Span, Vec<(String, FaultCode)>> {
        let now = at("2026-11-10T00:00:00Z").unwrap();
        Span::from_input(&change.completed_from(stored), &"UTC".parse().unwrap(), now, DEFAULT_MAX_SECONDS)
            .map_err(|error| error.faults().iter().map(|fault| (fault.pointer.clone(), fault.code)).collect())
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

    #[test]
    fn changing_the_way_takes_both_members() {
        let lone = SpanInput { duration_seconds: Some(60), ..Default::default() };
        assert_eq!(changed(lone, &clocked()), Err(vec![("/duration_seconds".into(), FaultCode::NeedsOther)]));
        let start = SpanInput { started_at: at("2026-11-02T09:00:00Z"), ..Default::default() };
        assert_eq!(changed(start, &dated()), Err(vec![("/started_at".into(), FaultCode::NeedsOther)]));
    }
}
