//! The operations on tasks.

use crate::kernel::error::Code::{
    ActionNotAllowed, ClientArchived, DuplicateExternalRef, EngagementNotActive, Forbidden, HasDependents,
    HasEntries, RetainerExhausted, TimeEntryLocked, TimeEntryOverlaps,
};
use crate::platform::auth::ScopeName::{TasksRead, TasksWrite};
use crate::platform::events::raising;
use crate::slices::tasks::TaskEvent;
use crate::slices::tasks::api as tasks;
use crate::slices::tasks::comments::CommentEvent;
use crate::slices::tasks::comments::api as comments;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::{Routes, delete, get, group, openapi::Tag, patch, post, put};

/// What the operations are about.
pub const TAGS: &[Tag] = &[
    ("tasks", "Single pieces of work for a client, from request to done."),
    ("comments", "What is said about a task."),
];

/// Every operation, as it is registered, enforced and documented.
pub fn routes() -> Routes {
    [
        group("tasks", [
            get("/v1/tasks", tasks::list_tasks).both(TasksRead).about("List tasks")
                .notes("Clients see what is shared with them; what was shared and is so no longer is a tombstone in their lists of changes."),
            post("/v1/tasks", tasks::create_task).refuses(&[ClientArchived, DuplicateExternalRef, EngagementNotActive]).both(TasksWrite).about("Create a task")
                .notes("An assistant plans a task (`todo`), a client asks for one (`requested`). 409 `client_archived` for an archived client; 409 `engagement_not_active` for an engagement that is ended, archived or declined.")
                .raises(raising![TaskEvent::Created]),
            get("/v1/tasks/{task_id}", tasks::get_task).both(TasksRead).about("Get a task"),
            patch("/v1/tasks/{task_id}", tasks::update_task).refuses(&[EngagementNotActive, RetainerExhausted, TimeEntryLocked, TimeEntryOverlaps, ActionNotAllowed, DuplicateExternalRef, Forbidden, HasEntries]).moves_accounts().both(TasksWrite).about("Update a task")
                .notes("A client changes what they asked for while it is `requested`. A task that becomes `internal` is gone for the client, with what they could read of its past. When it goes to another engagement, or to none, `entries` says what becomes of its time entries that are not there (else 409 `has_entries`): `detach` takes the task from them and changes neither their engagement nor their money, locked or not; `move` changes their engagement as a change of each would, all or none (locked ones: 409 `time_entry_locked`; `entry` names the one that cannot go). Whoever moves it must be allowed to write all of them; an API key needs the scope `time:write`.")
                .conditional().raises(raising![TaskEvent::Updated, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            delete("/v1/tasks/{task_id}", tasks::delete_task).refuses(&[HasDependents]).assistant(TasksWrite).about("Delete a task")
                .notes("Only without dependent records; else 409 `has_dependents` names them in `blocked_by`. Its comments go with it.")
                .conditional().raises(raising![TaskEvent::Deleted]),
            put("/v1/tasks/by-ref/{source}/{ref}", tasks::upsert_task).refuses(&[RetainerExhausted, TimeEntryLocked, TimeEntryOverlaps, ClientArchived, EngagementNotActive, HasEntries]).moves_accounts().assistant(TasksWrite)
                .about("Upsert a task by its reference")
                .notes("Creates the task (201) or merges the given members into it (200). The reference in the address counts. `entries` as in a change of the task.")
                .conditional().raises(raising![TaskEvent::Created, TaskEvent::Updated, TimeEntryEvent::Updated, TimeEntryEvent::Moved, TimeEntryEvent::Reaccounted]),
            post("/v1/tasks/{task_id}/accept", tasks::accept_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Accept a task")
                .conditional().raises(raising![TaskEvent::Accepted]),
            post("/v1/tasks/{task_id}/decline", tasks::decline_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Decline a task")
                .conditional().raises(raising![TaskEvent::Declined, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/start", tasks::start_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Start a task")
                .conditional().raises(raising![TaskEvent::Started]),
            post("/v1/tasks/{task_id}/wait", tasks::wait_for_client).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Wait for the client")
                .notes("The people at the client are told by mail, unless the task is internal. The time spent waiting is summed in `waited_seconds`.")
                .conditional().raises(raising![TaskEvent::Waiting, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/answer", tasks::answer_task).refuses(&[ActionNotAllowed]).both(TasksWrite).about("Answer a task")
                .conditional().raises(raising![TaskEvent::Answered, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/submit", tasks::submit_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Submit a task")
                .conditional().raises(raising![TaskEvent::Submitted]),
            post("/v1/tasks/{task_id}/approve", tasks::approve_task).refuses(&[ActionNotAllowed]).both(TasksWrite).about("Approve a task")
                .conditional().raises(raising![TaskEvent::Approved]),
            post("/v1/tasks/{task_id}/return", tasks::return_task).refuses(&[ActionNotAllowed]).both(TasksWrite).about("Return a task")
                .conditional().raises(raising![TaskEvent::Returned, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/complete", tasks::complete_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Complete a task")
                .conditional().raises(raising![TaskEvent::Completed]),
            post("/v1/tasks/{task_id}/cancel", tasks::cancel_task).refuses(&[ActionNotAllowed]).both(TasksWrite).about("Cancel a task")
                .notes("A client can cancel what they asked for while it is `requested`.")
                .conditional().raises(raising![TaskEvent::Cancelled, CommentEvent::Created]),
            post("/v1/tasks/{task_id}/reopen", tasks::reopen_task).refuses(&[ActionNotAllowed]).assistant(TasksWrite).about("Reopen a task")
                .conditional().raises(raising![TaskEvent::Reopened]),
        ]),
        group("comments", [
            get("/v1/tasks/{task_id}/comments", comments::list_comments).both(TasksRead).about("List comments"),
            post("/v1/tasks/{task_id}/comments", comments::create_comment).both(TasksWrite).about("Create a comment")
                .notes("Clients comment what is shared with them, and everybody there sees it.").raises(raising![CommentEvent::Created]),
            get("/v1/tasks/{task_id}/comments/{comment_id}", comments::get_comment).both(TasksRead).about("Get a comment"),
            patch("/v1/tasks/{task_id}/comments/{comment_id}", comments::update_comment).refuses(&[Forbidden]).both(TasksWrite).about("Update a comment")
                .notes("For its author alone.").conditional().raises(raising![CommentEvent::Updated]),
            delete("/v1/tasks/{task_id}/comments/{comment_id}", comments::delete_comment).refuses(&[Forbidden]).both(TasksWrite).about("Delete a comment")
                .notes("For its author and the owner.").conditional().raises(raising![CommentEvent::Deleted]),
        ]),
    ]
    .into_iter()
    .flatten()
    .collect()
}
