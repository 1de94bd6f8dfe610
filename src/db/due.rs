//! What time alone brings about in a workspace, such as terms that come into force. Its row says until when nothing does,
//! so that every reader and writer sees at no cost that something has become due and was not recorded yet.

use crate::kernel::{Columns, Timestamp};

/// Between which instants of the wall clock nothing becomes due in a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Columns)]
pub struct Due {
    /// Whatever had become due by then is recorded; none where that never had to be looked at.
    pub due_checked_at: Option<Timestamp>,
    /// When something becomes due next.
    pub next_due_at: Option<Timestamp>,
}

/// Clocks of several servers may differ by so many seconds; a clock that stands further back has been set back.
const SKEW_SECONDS: i64 = 300;

impl Due {
    /// Whether something has to be recorded first: it has become due, or the clock was set back to before the last check.
    pub fn is_past(self, now: Timestamp) -> bool {
        self.next_due_at.is_some_and(|next| next <= now)
            || self.due_checked_at.is_some_and(|checked| now.plus_seconds(SKEW_SECONDS) < checked)
    }

    /// The instant as of which everything is recorded that had become due: now, unless another server's clock is ahead
    /// or what has become due cannot be recorded at the moment.
    pub fn recorded_at(self, now: Timestamp) -> Timestamp {
        let Some(checked) = self.due_checked_at else { return now };
        let last = self.next_due_at.map_or(now, |next| Timestamp::from_micros(next.micros() - 1).min(now));
        last.max(checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_seen_and_nothing_is_shown_before_it_is_recorded() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let due = Due { due_checked_at: Some(at(1_000)), next_due_at: Some(at(5_000)) };
        for (now, is_past, recorded_at) in [
            (at(3_000), false, at(3_000)),
            (at(5_000), true, Timestamp::from_micros(4_999_999_999)),
            // Another server's clock was a little ahead, or this one was set back.
            (at(990), false, at(1_000)),
            (at(600), true, at(1_000)),
        ] {
            assert_eq!((due.is_past(now), due.recorded_at(now)), (is_past, recorded_at), "{now}");
        }
        let never = Due::default();
        assert_eq!((never.is_past(at(0)), never.recorded_at(at(7))), (false, at(7)));
        // As an older version leaves it: to be looked at, whatever the clock says.
        let unknown = Due { due_checked_at: None, next_due_at: Some(at(0)) };
        assert_eq!((unknown.is_past(at(7)), unknown.recorded_at(at(7))), (true, at(7)));
    }
}
