//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a task.
    TaskEvent of "task" "TaskRecord" {
        Created = "task.created" "A task was planned, or requested by a client.";
        Updated = "task.updated" "A task's data changed.";
        Accepted = "task.accepted" "A requested task was accepted.";
        Declined = "task.declined" "A requested task was declined.";
        Started = "task.started" "Work on a task began.";
        Waiting = "task.waiting" "A task waits for the client.";
        Answered = "task.answered" "A task waits for the client no longer.";
        Submitted = "task.submitted" "A task was submitted for review.";
        Approved = "task.approved" "A task in review was approved and is done.";
        Returned = "task.returned" "A task in review was sent back into work.";
        Completed = "task.completed" "A task was done without review.";
        Cancelled = "task.cancelled" "A task was cancelled.";
        Reopened = "task.reopened" "A task that was done was reopened.";
        Deleted = "task.deleted" "A task was deleted, with its comments.";
    }
}
