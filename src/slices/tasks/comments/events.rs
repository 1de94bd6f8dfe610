//! The types of events of this slice.

use crate::platform::events::events;

events! {
    /// What happens to a comment.
    CommentEvent of "comment" "CommentRecord" {
        Created = "comment.created" "Somebody commented on a task.";
        Updated = "comment.updated" "A comment was reworded.";
        Deleted = "comment.deleted" "A comment was deleted.";
    }
}
