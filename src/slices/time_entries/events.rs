//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to time entries and timers.
    TimeEntryEvent of "time_entry" "TimeEntryRecord" {
        Created = "time_entry.created" "Work was noted.";
        Updated = "time_entry.updated" "A time entry's data changed.";
        Deleted = "time_entry.deleted" "A time entry was deleted.";
        Moved = "time_entry.moved" "A time entry went to another client; told for the one that it left: to them it is gone.";
        Started = "time_entry.started" "A timer was started.";
        Stopped = "time_entry.stopped" "A timer was stopped.";
        Paused = "time_entry.paused" "A timer was paused.";
        Resumed = "time_entry.resumed" "A timer went on after a pause.";
        Split = "time_entry.split" "A time entry was split; its later part is a new one.";
        Reaccounted = "time_entries.reaccounted" of "engagement" "ReaccountedEntries" "Entries that nobody touched are billed anew, because another one of their pool changed or new terms were applied: `data` holds their `ids` and the first and last date of their work (`from`, `to`), the change of `entries` what changed of each.";
        LongRunning = "timer.long_running" "A timer has run for more than 8 hours and was marked for review.";
    }
}
