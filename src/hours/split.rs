//! Making two entries of one, so that nothing is gained or lost.

use super::{Span, share, work_date};
use crate::kernel::Timestamp;
use crate::kernel::error::{Error, Fault, FaultCode, Result};

const AT: &str = "split_at";
const AFTER: &str = "split_after_seconds";

/// Where a recorded entry is to be split: at an instant within it, or after so many seconds of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SplitPoint {
    At(Timestamp),
    AfterSeconds(i64),
}

impl SplitPoint {
    /// The point from the members `split_at` and `split_after_seconds`, of which exactly one must be given.
    pub fn from_members(split_at: Option<Timestamp>, split_after_seconds: Option<i64>) -> Result<Self> {
        match (split_at, split_after_seconds) {
            (Some(at), None) => Ok(Self::At(at)),
            (None, Some(seconds)) => Ok(Self::AfterSeconds(seconds)),
            (None, None) => Err(refusal(AT, FaultCode::OneOfRequired, "names", format!("{AT}, {AFTER}"))),
            (Some(_), Some(_)) => Err(refusal(AFTER, FaultCode::NotTogether, "other", AT)),
        }
    }

    /// Where in the body it stands.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::At(_) => "/split_at",
            Self::AfterSeconds(_) => "/split_after_seconds",
        }
    }
}

impl Span {
    /// The two parts of a recorded entry, the earlier first. Their durations and breaks add up to the whole, both
    /// have a length, and the second begins where the first ends. Nobody says when the break was: it counts evenly
    /// over the interval. An entry without clock times is split by seconds only and keeps its date in both parts;
    /// else each part has the date on which it begins.
    ///
    /// The clock times stay exact to the microsecond, so the second part may count one second more than its own
    /// clock times have.
    pub fn split(&self, point: SplitPoint) -> Result<(Span, Span)> {
        match (point, self.started_at.zip(self.ended_at)) {
            (SplitPoint::At(at), Some((from, until))) => self.split_at(at, from, until),
            (SplitPoint::At(_), None) => Err(refusal(AT, FaultCode::NotTogether, "other", "work_date")),
            (SplitPoint::AfterSeconds(seconds), clock) => self.split_after(seconds, clock),
        }
    }

    fn split_at(&self, at: Timestamp, from: Timestamp, until: Timestamp) -> Result<(Span, Span)> {
        let (whole, first) = (self.duration_seconds + self.break_seconds, at.seconds_since(from));
        if self.duration_seconds < 2 || first < 1 {
            return Err(refusal(AT, FaultCode::TooSmall, "min", from.plus_seconds(1)));
        }
        if at >= until || whole - first < 1 {
            return Err(refusal(AT, FaultCode::TooLarge, "max", from.plus_seconds(whole - 1)));
        }
        // Each part keeps at least a second of work.
        let fair = share(self.break_seconds, &[first, whole - first])[0];
        let pause =
            fair.clamp((self.break_seconds - (whole - first - 1)).max(0), (first - 1).min(self.break_seconds));
        Ok(self.parts(Some(at), first - pause, pause))
    }

    fn split_after(&self, seconds: i64, clock: Option<(Timestamp, Timestamp)>) -> Result<(Span, Span)> {
        if seconds < 1 || self.duration_seconds < 2 {
            return Err(refusal(AFTER, FaultCode::TooSmall, "min", 1));
        }
        if seconds >= self.duration_seconds {
            return Err(refusal(AFTER, FaultCode::TooLarge, "max", self.duration_seconds - 1));
        }
        let rest = self.duration_seconds - seconds;
        let pause = share(self.break_seconds, &[seconds, rest])[0];
        let at = clock.map(|(from, _)| from.plus_seconds(seconds + pause));
        Ok(self.parts(at, seconds, pause))
    }

    fn parts(&self, at: Option<Timestamp>, seconds: i64, pause: i64) -> (Span, Span) {
        let first = Span { ended_at: at, duration_seconds: seconds, break_seconds: pause, ..self.clone() };
        let second = Span {
            started_at: at,
            work_date: at.map_or(self.work_date, |at| work_date(at, &self.time_zone)),
            duration_seconds: self.duration_seconds - seconds,
            break_seconds: self.break_seconds - pause,
            ..self.clone()
        };
        (first, second)
    }
}

fn pointer(member: &str) -> String {
    format!("/{member}")
}

fn refusal(member: &str, code: FaultCode, name: &'static str, value: impl std::fmt::Display) -> Error {
    Error::invalid(vec![Fault::new(pointer(member), code).with(name, value).reads_beside(&[AT, AFTER])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::TimeZone;
    use proptest::prelude::*;

    const START: &str = "2026-11-02T21:00:00Z";

    fn at(second: i64) -> Timestamp {
        START.parse::<Timestamp>().unwrap().plus_seconds(second)
    }

    fn clocked(duration_seconds: i64, break_seconds: i64) -> Span {
        let ended_at = Some(at(duration_seconds + break_seconds));
        let (time_zone, work_date) = (TimeZone::default(), "2026-11-02".parse().unwrap());
        Span { started_at: Some(at(0)), ended_at, work_date, time_zone, duration_seconds, break_seconds }
    }

    fn dated(duration_seconds: i64) -> Span {
        Span { started_at: None, ended_at: None, ..clocked(duration_seconds, 0) }
    }

    fn fault(result: Result<(Span, Span)>) -> (String, FaultCode) {
        let error = result.unwrap_err();
        (error.faults()[0].pointer.clone(), error.faults()[0].code)
    }

    #[test]
    fn parts_meet_where_the_split_is() {
        let (first, second) = clocked(9000, 1800).split(SplitPoint::At(at(7200))).unwrap();
        assert_eq!(
            (first.started_at, first.ended_at, second.started_at),
            (Some(at(0)), Some(at(7200)), Some(at(7200)))
        );
        assert_eq!((first.duration_seconds, first.break_seconds), (6000, 1200));
        assert_eq!((second.duration_seconds, second.break_seconds), (3000, 600));
        assert_eq!(
            (first.work_date.to_string(), second.work_date.to_string()),
            ("2026-11-02".into(), "2026-11-03".into())
        );

        let (first, second) = clocked(9000, 1800).split(SplitPoint::AfterSeconds(3000)).unwrap();
        assert_eq!((first.duration_seconds, first.break_seconds, first.ended_at), (3000, 600, Some(at(3600))));
        assert_eq!((second.duration_seconds, second.break_seconds), (6000, 1200));

        let (first, second) = dated(3600).split(SplitPoint::AfterSeconds(600)).unwrap();
        assert_eq!((first, second), (dated(600), dated(3000)));
    }

    #[test]
    fn points_outside_are_faults() {
        use FaultCode::{NotTogether, OneOfRequired, TooLarge, TooSmall};
        let tiny = || clocked(1, 100);
        for (span, point, member, code) in [
            (clocked(100, 0), SplitPoint::At(at(0)), AT, TooSmall),
            (clocked(100, 0), SplitPoint::At(at(-5)), AT, TooSmall),
            (clocked(100, 0), SplitPoint::At(at(100)), AT, TooLarge),
            (tiny(), SplitPoint::At(at(50)), AT, TooSmall),
            (tiny(), SplitPoint::AfterSeconds(1), AFTER, TooSmall),
            (clocked(100, 0), SplitPoint::AfterSeconds(0), AFTER, TooSmall),
            (clocked(100, 50), SplitPoint::AfterSeconds(100), AFTER, TooLarge),
            (dated(100), SplitPoint::At(at(50)), AT, NotTogether),
        ] {
            assert_eq!(fault(span.split(point)), (pointer(member), code), "{point:?}");
        }
        assert_eq!(SplitPoint::from_members(None, None).unwrap_err().faults()[0].code, OneOfRequired);
        assert_eq!(SplitPoint::from_members(Some(at(0)), Some(1)).unwrap_err().faults()[0].code, NotTogether);
        assert_eq!(SplitPoint::from_members(None, Some(1)).unwrap(), SplitPoint::AfterSeconds(1));
    }

    proptest! {
        #[test]
        fn nothing_is_gained_or_lost(
            (duration, pause) in (1..100_000_i64, 0..50_000_i64),
            (fraction, ticks) in (0..1_000_000_i64, -10_000_000_i64..160_000_000_000),
            by_seconds: bool,
        ) {
            let mut whole = clocked(duration, pause);
            whole.ended_at = whole.ended_at.map(|end| Timestamp::from_micros(end.micros() + fraction));
            let instant = Timestamp::from_micros(at(0).micros() + ticks);
            let point = if by_seconds { SplitPoint::AfterSeconds(ticks / 1_000_000) } else { SplitPoint::At(instant) };
            if let Ok((first, second)) = whole.split(point) {
                prop_assert_eq!(first.duration_seconds + second.duration_seconds, duration);
                prop_assert_eq!(first.break_seconds + second.break_seconds, pause);
                prop_assert_eq!((first.started_at, second.ended_at), (whole.started_at, whole.ended_at));
                prop_assert_eq!(first.ended_at, second.started_at);
                for part in [first, second] {
                    prop_assert!(part.duration_seconds >= 1 && part.break_seconds >= 0);
                    let shown = part.ended_at.unwrap().seconds_since(part.started_at.unwrap());
                    prop_assert!((0..=1).contains(&(part.duration_seconds + part.break_seconds - shown)));
                }
            } else if !by_seconds && duration >= 2 {
                prop_assert!(ticks < 1_000_000 || ticks / 1_000_000 > duration + pause - 1);
            }
        }
    }
}
