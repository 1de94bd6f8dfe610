//! The operations on worked time.

use crate::kernel::error::Code::{
    ActionNotAllowed, ClientArchived, DuplicateExternalRef, EngagementNotActive, ExportTooLarge, Forbidden,
    NoTimer, NotApplied, NotFound, PeriodClosed, PreconditionFailed, RetainerExhausted, TimeEntryLocked,
    TimeEntryOverlaps, TimerRunning, ValidationFailed,
};
use crate::platform::auth::ScopeName::{EngagementsWrite, TimeRead, TimeWrite};
use crate::platform::events::raising;
use crate::slices::time_entries::TimeEntryEvent;
use crate::slices::time_entries::api as time;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("time-entries", "Work that was done: noted by hand, imported or measured."),
    ("timer", "Your own timer: at most one runs."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("time-entries", [
            get("/v1/time-entries", time::list_time_entries).both(TimeRead).about("List time entries")
                .notes("A client sees what is finished; what was moved away from them is a tombstone for them in lists of changes. `include=totals` adds the sums of the whole filter."),
            get("/v1/time-entries.csv", time::export_time_entries).refuses(&[ExportTooLarge]).both(TimeRead).about("Export time entries")
                .notes("All that the filter holds at one moment, in the order of the work, each entry as a whole (also where it reaches beyond the dates asked for): at most 256 MiB (else 422 `export_too_large`), and four exports of a workspace at a time (else 429). Texts that a spreadsheet would run as formulas begin with an apostrophe.")
                ,
            post("/v1/time-entries", time::create_time_entry).refuses(&[ClientArchived, DuplicateExternalRef, EngagementNotActive, PeriodClosed, RetainerExhausted, TimeEntryOverlaps]).moves_accounts().assistant(TimeWrite).about("Create a time entry")
                .notes("Give `started_at` with `ended_at` or `duration_seconds`, or `started_local` with `ended_local` or `duration_seconds` (in `time_zone`, else the engagement's), or `work_date` with `duration_seconds`. With breaks that is at most 24 hours, or the length of the local day where that is longer. An entry for a task takes the task's engagement. It is accounted under the terms in force on its date (`terms_id`). Entries of one member that overlap are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps` with `conflicts`). The stricter of the two policies decides; each is that of the engagement's terms on the entry's date, else the workspace's. The owner may enter anybody's work. Where a package allows no work beyond it (`deficit: block`), what no lot covers is refused (409 `retainer_exhausted`). Work of a closed period is refused (409 `period_closed`), or noted late with `late=true`: it then counts for the first day of the earliest period that is open (`booked_on`), while rounding and days go by its own date.")
                .raises(raising![TimeEntryEvent::Created, TimeEntryEvent::Reaccounted]),
            post("/v1/time-entries/bulk", time::bulk_time_entries).refuses_items(&[ClientArchived, DuplicateExternalRef, EngagementNotActive, Forbidden, NotApplied, NotFound, PeriodClosed, PreconditionFailed, RetainerExhausted, TimeEntryLocked, TimeEntryOverlaps, ValidationFailed]).moves_accounts().assistant(TimeWrite).about("Bulk-change time entries")
                .notes("Each operation has a result of its own, in order; with `atomic` all are stored or none. Entries that are rounded or counted together are so once, after all operations: the results show what came of it.")
                .raises(raising![TimeEntryEvent::Created, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Deleted, TimeEntryEvent::Reaccounted]),
            get("/v1/time-entries/{time_entry_id}", time::get_time_entry).both(TimeRead).about("Get a time entry"),
            patch("/v1/time-entries/{time_entry_id}", time::update_time_entry).refuses(&[ClientArchived, DuplicateExternalRef, EngagementNotActive, PeriodClosed, RetainerExhausted, TimeEntryLocked, TimeEntryOverlaps]).moves_accounts().assistant(TimeWrite).about("Update a time entry")
                .notes("One end of the time is enough, and `duration_seconds` keeps the start and moves the end. Only what the change touches is validated. The entry keeps its terms (`terms_id`), unless it moves to another engagement or to a date on which other terms are in force. With another task it keeps its rate, unless the new task has a rate of its own. In another engagement the entry takes its rate and `billable` from there, unless they are given as well; overlaps are judged again when its time or engagement changes. A client whom it leaves is told that it is gone (`time_entry.moved`). Locked entries are refused (409 `time_entry_locked`); so are time and money of an entry that lies in a pause of its engagement or after its end (409 `engagement_not_active`), while its texts can be corrected and it can be deleted.")
                .conditional().raises(raising![TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            delete("/v1/time-entries/{time_entry_id}", time::delete_time_entry).refuses(&[TimeEntryLocked]).moves_accounts().assistant(TimeWrite).about("Delete a time entry")
                .conditional().raises(raising![TimeEntryEvent::Deleted, TimeEntryEvent::Reaccounted]),
            post("/v1/time-entries/{time_entry_id}/stop", time::stop_time_entry).moves_accounts().assistant(TimeWrite).about("Stop a time entry")
                .notes("Now, or at an earlier end: see the body, which may be left out. One that has been stopped already is answered as it is, whatever the body says. Overlaps are reported (`overlaps`) and never refused.").conditional().raises(raising![TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/time-entries/{time_entry_id}/split", time::split_time_entry).refuses(&[ActionNotAllowed, EngagementNotActive, RetainerExhausted, TimeEntryLocked]).moves_accounts().assistant(TimeWrite).about("Split a time entry")
                .notes("Give `split_at` or `split_after_seconds`. Nothing is gained or lost; breaks count evenly over the time. Both parts keep terms, rate and `billable`; given days are shared in proportion to the worked time. A split at local midnight does not change the bill, except with rounding scope `entry`, where each part is rounded by itself; a package that allows no work beyond it may refuse that (409 `retainer_exhausted`). Overlaps are reported (`overlaps`). With `dry_run=true` the answer shows the parts and nothing is stored; the second one has no id to keep then.")
                .conditional().raises(raising![TimeEntryEvent::Split, TimeEntryEvent::Created, TimeEntryEvent::Reaccounted]),
        ]),
        group("timer", [
            get("/v1/timer", time::get_timer).assistant(TimeRead).about("Get the timer")
                .notes("`needs_review` is true once it has run for more than 8 hours, until you have dealt with it."),
            post("/v1/timer/start", time::start_timer).refuses(&[ClientArchived, EngagementNotActive, RetainerExhausted, TimeEntryOverlaps, TimerRunning]).moves_accounts().assistant(TimeWrite).about("Start the timer")
                .notes("Without an engagement it can be given one later. A timer that runs already is stopped and answered as `stopped`, or with `if_running=reject` the start is refused. With `started_at` it began before now: the one that runs ends there, at the earliest at its own start (422 with `current`), and overlaps with other work since then are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps`) as for a new entry. A package that has nothing left and allows no work beyond it takes no timer (409 `retainer_exhausted`); one that runs can always be stopped.")
                .raises(raising![TimeEntryEvent::Started, TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/timer/stop", time::stop_timer).refuses(&[TimeEntryOverlaps]).moves_accounts().assistant(TimeWrite).about("Stop the timer")
                .notes("Now, or at an earlier end: see the body, which may be left out. If the timer is paused, an end after the beginning of the pause counts the pause as a break, and overlaps are judged as when the timer is resumed. With nothing running both members are null.")
                .raises(raising![TimeEntryEvent::Stopped, TimeEntryEvent::Reaccounted]),
            post("/v1/timer/pause", time::pause_timer).refuses(&[NoTimer]).assistant(TimeWrite).about("Pause the timer")
                .raises(raising![TimeEntryEvent::Paused]),
            post("/v1/timer/resume", time::resume_timer).refuses(&[ClientArchived, NoTimer, TimeEntryOverlaps]).assistant(TimeWrite).about("Resume the timer")
                .notes("The timer then takes up the time of its pause as well; for an archived client it does not go on (409 `client_archived`). Overlaps with other work in that time are allowed, reported (`overlaps`) or refused (409 `time_entry_overlaps`) as for a new entry.")
                .raises(raising![TimeEntryEvent::Resumed]),
        ]),
        group("terms", [
            post("/v1/engagements/{engagement_id}/terms/{terms_id}/apply", time::apply_terms).refuses(&[ActionNotAllowed, Forbidden]).moves_accounts().both(EngagementsWrite)
                .about("Apply terms")
                .notes("Applies accepted terms to entries that were noted before: to each unlocked entry dated on a day on which these terms are in force. Entries that share a rounded day or a person's day with them are recalculated too. A given rate, given days, `billable` and a task's rate stay. `dry_run=true` stores nothing and shows the effect, also for terms that wait for an answer. A client can only do the dry run here; they apply terms when they accept them (`apply_to`).")
                .conditional().raises(raising![TimeEntryEvent::Reaccounted]),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
