//! Worked time: entries and timers. Here live the rules of time: when something was done, how long it took, what
//! of it is billed and what it costs, as pure functions of the values given. What this slice must never do is ask
//! a clock or guess a zone: now and the zone are arguments.

mod group;
mod local_time;
mod model;
mod money;
mod overlap;
mod rounding;
mod span;
mod span_check;
mod span_input;
mod split;
mod timer;
mod zones;

pub use group::{Line, round_group, share_seconds};
pub use local_time::LocalTime;
pub use model::{
    EntryAction, EntrySource, EntryStatus, LockReason, OverlapPolicy, allowed_actions, require_action,
};
pub use money::{DayRule, amount_minor, day_amount_minor, day_amounts_minor, entry_amount_minor};
pub use overlap::Interval;
pub use rounding::{IncrementMinutes, Rounding, RoundingMode, RoundingScope, round_seconds};
pub use span::{DEFAULT_MAX_SECONDS, LONGEST_MAX_SECONDS, Span};
pub use span_input::SpanInput;
pub use split::SplitPoint;
pub use timer::{LONG_RUNNING_SECONDS, Stopped, TimerState};
pub use zones::{split_at_midnights, work_date};
