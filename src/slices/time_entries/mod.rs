//! Worked time: entries and timers, their rows, what is done with them, and the API. The rules of time (when something
//! was done, how long it took, what of it is billed and what it costs) are those of [`crate::hours`].

pub mod acts;
pub mod api;
mod application;
mod asked;
mod basis;
mod conflict;
mod edit;
mod entry;
mod entry_span;
mod events;
mod filter;
mod input;
pub mod long_running;
mod model;
mod overlap;
mod reaccounted;
mod reactions;
mod routes;
pub mod store;
mod timer;
mod view;

use crate::platform::slice::Slice;

pub use application::{AppliedEntry, AppliedValues, SkippedEntry, TermsApplication};
pub use asked::{Asked, LocalDays};
pub use basis::Basis;
pub use entry::EntryRow;
pub use entry_span::EntrySpan;
pub use events::TimeEntryEvent;
pub use filter::{LateBooking, TimeEntryFilter, TimeEntryView};
pub use input::{EntryOrigin, IfRunning, NewSplit, NewTimeEntry, NewTimer, TimeEntryFields, TimerStop};
pub use model::{EntryAction, EntrySource, EntryStatus, ShownEntryStatus, allowed_actions, require_action};
pub use overlap::Overlap;
pub use reaccounted::ReaccountedEntries;
pub use reactions::REACTIONS;
pub use timer::{LONG_RUNNING_SECONDS, Stopped, TimerState};
pub use view::{OverlappingEntry, SplitTimeEntry, TimeEntryInternal, TimeEntryRecord, TimerRecord, may_write};

/// What this slice brings with it.
pub static SLICE: Slice = Slice {
    tags: routes::TAGS,
    routes: routes::routes,
    statements: &[
        ("slices::time_entries::store", store::STATEMENTS),
        ("slices::time_entries::store::asked", store::asked::STATEMENTS),
        ("slices::time_entries::store::blocking", store::blocking::STATEMENTS),
        ("slices::time_entries::store::counted", store::counted::STATEMENTS),
    ],
    tables: &[],
};
