//! Worked time: entries and timers. The rules of time (when something was done, how long it took, what of it is billed
//! and what it costs) are pure functions of the values given: they ask no clock and guess no zone. Around them the rows,
//! what is done with them, and the API.

mod accounting;
pub mod acts;
pub mod api;
mod application;
mod asked;
mod billing_line;
mod conflict;
mod edit;
mod entry;
mod events;
mod filter;
mod ground;
mod input;
mod local_time;
pub mod long_running;
mod model;
mod money;
mod overlap;
mod periods;
mod reaccounted;
mod rounding;
mod share;
mod span;
mod span_check;
mod span_input;
mod split;
pub mod store;
mod timer;
mod totals;
mod view;
mod zones;

pub use acts::{AppliedTerms, apply_terms, follow_task, judge_task_move, stop_of_client, stop_on_engagement};
pub use application::{AppliedEntry, AppliedValues, SkippedEntry, TermsApplication};
pub use asked::{Asked, LocalDays};
pub use billing_line::{BillingLine, TimeAllocation};
pub use conflict::EntryConflict;
pub use entry::{EntryRow, EntrySpan};
pub use events::TimeEntryEvent;
pub use filter::{TimeEntryFilter, TimeEntryView};
pub use ground::Ground;
pub use input::{EntryOrigin, IfRunning, NewSplit, NewTimeEntry, NewTimer, TimeEntryFields, TimerStop};
pub use local_time::LocalTime;
pub use model::{
    EntryAction, EntrySource, EntryStatus, LockReason, OverlapPolicy, ShownEntryStatus, allowed_actions,
    require_action,
};
pub use money::{DayRule, Quantity};
pub use overlap::{Interval, Overlap};
pub use rounding::{IncrementMinutes, Rounding, RoundingMode, RoundingScope, round_seconds};
pub use share::{PoolLine, share, share_pool};
pub use span::{LONGEST_DAY_SECONDS, Span, max_seconds};
pub use span_input::SpanInput;
pub use split::SplitPoint;
pub use timer::{LONG_RUNNING_SECONDS, Stopped, TimerState};
pub use view::{
    CurrencyAmount, OverlappingEntry, SplitTimeEntry, TimeEntryInternal, TimeEntryRecord, TimeTotals, TimerRecord,
    may_write,
};
pub use zones::{split_at_midnights, work_date};
