//! When an entry was done, or since when its timer runs.

use super::TimerState;
use crate::hours::{Span, work_date};
use crate::kernel::{Date, TimeZone};

/// When work was done, or since when its timer runs.
#[derive(Clone, Debug, PartialEq)]
pub enum EntrySpan {
    Done(Span),
    Open(TimerState, TimeZone),
}

impl EntrySpan {
    /// The zone whose dates count.
    pub fn time_zone(&self) -> &TimeZone {
        match self {
            Self::Done(span) => &span.time_zone,
            Self::Open(_, zone) => zone,
        }
    }

    /// The date on which it began.
    pub fn work_date(&self) -> Date {
        match self {
            Self::Done(span) => span.work_date,
            Self::Open(timer, zone) => work_date(timer.started_at, zone),
        }
    }
}
