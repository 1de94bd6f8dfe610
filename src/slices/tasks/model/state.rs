//! The life of a task: which act leads from which status to which, and whose act it is.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{choice, open_choice, shown_status};
use crate::slices::tasks::TaskEvent;

choice! {
    /// Where a task stands. Open: `requested`, `accepted`, `todo`, `in_progress`, `waiting_on_client`, `in_review`.
    /// The acts lead from `requested` to `accepted` (accept) or `declined` (decline); from `accepted` and `todo` to
    /// `in_progress` (start); from these three to `waiting_on_client` (wait) and back to `todo` (answer); from
    /// `in_progress` to `in_review` (submit), and on to `done` (approve) or back (return); from any open one but
    /// `requested` to `done` (complete), from any open one to `cancelled` (cancel), from `done` to `todo` (reopen).
    pub enum TaskStatus {
        Requested = "requested",
        Accepted = "accepted",
        Todo = "todo",
        InProgress = "in_progress",
        WaitingOnClient = "waiting_on_client",
        InReview = "in_review",
        Done = "done",
        Declined = "declined",
        Cancelled = "cancelled",
    }
}

shown_status!(ShownTaskStatus of TaskStatus);

open_choice! {
    /// What can be done with a task.
    pub enum TaskAction {
        Edit = "edit",
        Comment = "comment",
        Accept = "accept",
        Decline = "decline",
        Start = "start",
        Wait = "wait",
        Answer = "answer",
        Submit = "submit",
        Approve = "approve",
        Return = "return",
        Complete = "complete",
        Cancel = "cancel",
        Reopen = "reopen",
        Delete = "delete",
    }
}

impl TaskStatus {
    /// Where a new task begins: a client asks for work, an assistant plans it.
    pub const fn initial(by_client: bool) -> Self {
        if by_client { Self::Requested } else { Self::Todo }
    }

    /// Whether work on it is still ahead.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Declined | Self::Cancelled)
    }
}

impl TaskAction {
    /// Whether a client may ever do it; an assistant may do all of them.
    pub const fn is_for_clients(self) -> bool {
        matches!(self, Self::Edit | Self::Comment | Self::Answer | Self::Approve | Self::Return | Self::Cancel)
    }

    /// The event that it raises.
    pub const fn event(self) -> TaskEvent {
        match self {
            // A comment tells of itself.
            Self::Edit | Self::Comment => TaskEvent::Updated,
            Self::Accept => TaskEvent::Accepted,
            Self::Decline => TaskEvent::Declined,
            Self::Start => TaskEvent::Started,
            Self::Wait => TaskEvent::Waiting,
            Self::Answer => TaskEvent::Answered,
            Self::Submit => TaskEvent::Submitted,
            Self::Approve => TaskEvent::Approved,
            Self::Return => TaskEvent::Returned,
            Self::Complete => TaskEvent::Completed,
            Self::Cancel => TaskEvent::Cancelled,
            Self::Reopen => TaskEvent::Reopened,
            Self::Delete => TaskEvent::Deleted,
        }
    }
}

/// The status after an action (an edit, a comment and a delete leave it as it is), or why it is refused: `forbidden`
/// for what a client may never do, else `action_not_allowed` with what the caller can do now.
pub fn apply(status: TaskStatus, act: TaskAction, by_client: bool) -> Result<TaskStatus> {
    if by_client && !act.is_for_clients() {
        return Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"));
    }
    target(status, act, by_client)
        .ok_or_else(|| Error::not_possible(act, status, allowed_actions(status, by_client)))
}

/// What the caller can do now, in its natural order.
pub fn allowed_actions(status: TaskStatus, by_client: bool) -> Vec<TaskAction> {
    let may = |act: &TaskAction| target(status, *act, by_client).is_some();
    TaskAction::ALL.iter().copied().filter(may).collect()
}

fn target(status: TaskStatus, act: TaskAction, by_client: bool) -> Option<TaskStatus> {
    use TaskAction as Act;
    use TaskStatus::{
        Accepted, Cancelled, Declined, Done, InProgress, InReview, Requested, Todo, WaitingOnClient,
    };
    match (act, status) {
        // Both roles.
        (Act::Answer, WaitingOnClient) => Some(Todo),
        (Act::Approve, InReview) => Some(Done),
        (Act::Return, InReview) => Some(InProgress),
        (Act::Cancel, Requested) => Some(Cancelled),
        // What a client asked for is theirs to reword until somebody takes it on.
        (Act::Edit, Requested) | (Act::Comment, _) => Some(status),
        _ if by_client => None,
        // Assistants only.
        (Act::Edit | Act::Delete, _) => Some(status),
        (Act::Accept, Requested) => Some(Accepted),
        (Act::Decline, Requested) => Some(Declined),
        (Act::Start, Accepted | Todo) => Some(InProgress),
        (Act::Wait, Accepted | Todo | InProgress) => Some(WaitingOnClient),
        (Act::Submit, InProgress) => Some(InReview),
        (Act::Complete, open) if open.is_open() && open != Requested => Some(Done),
        (Act::Cancel, open) if open.is_open() => Some(Cancelled),
        (Act::Reopen, Done) => Some(Todo),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Act, from, to, whether clients do it too: the table of the public contract, spelt out.
    const TABLE: &[(&str, &[&str], &str, &[&str])] = &[
        ("accept", &["requested"], "accepted", &[]),
        ("decline", &["requested"], "declined", &[]),
        ("start", &["accepted", "todo"], "in_progress", &[]),
        ("wait", &["accepted", "todo", "in_progress"], "waiting_on_client", &[]),
        ("answer", &["waiting_on_client"], "todo", &["waiting_on_client"]),
        ("submit", &["in_progress"], "in_review", &[]),
        ("approve", &["in_review"], "done", &["in_review"]),
        ("return", &["in_review"], "in_progress", &["in_review"]),
        ("complete", &["accepted", "todo", "in_progress", "waiting_on_client", "in_review"], "done", &[]),
        (
            "cancel",
            &["requested", "accepted", "todo", "in_progress", "waiting_on_client", "in_review"],
            "cancelled",
            &["requested"],
        ),
        ("reopen", &["done"], "todo", &[]),
    ];

    #[test]
    fn acts_lead_where_the_table_says_and_nowhere_else() {
        // The others leave the status as it is.
        assert_eq!(TABLE.len() + 3, TaskAction::ALL.len());
        for (act, assistants, to, clients) in TABLE {
            let act: TaskAction = act.parse().unwrap();
            for status in TaskStatus::ALL {
                for (by_client, from) in [(false, assistants), (true, clients)] {
                    let allowed = from.contains(&status.as_str());
                    assert_eq!(allowed_actions(*status, by_client).contains(&act), allowed);
                    match apply(*status, act, by_client) {
                        Ok(found) => assert!(allowed && found.as_str() == *to, "{act} from {status}: {found}"),
                        Err(error) => {
                            assert!(!allowed, "{act} from {status}");
                            let never = by_client && clients.is_empty();
                            let code = if never { Code::Forbidden } else { Code::ActionNotAllowed };
                            assert_eq!(error.code(), code, "{act} from {status}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_what_the_caller_can_do_now() {
        let members = |by_client| {
            let error = apply(TaskStatus::WaitingOnClient, TaskAction::Approve, by_client).unwrap_err();
            serde_json::to_value(crate::kernel::error::Problem::of(&error, true, "", "", "")).unwrap()["allowed_actions"].clone()
        };
        assert_eq!(
            members(false),
            serde_json::json!(["edit", "comment", "answer", "complete", "cancel", "delete"])
        );
        assert_eq!(members(true), serde_json::json!(["comment", "answer"]));
    }

    #[test]
    fn declined_and_cancelled_are_final() {
        for status in [TaskStatus::Declined, TaskStatus::Cancelled] {
            assert!(!status.is_open());
            let left = [TaskAction::Edit, TaskAction::Comment, TaskAction::Delete];
            assert_eq!(allowed_actions(status, false), left);
        }
    }

    #[test]
    fn clients_ask_and_assistants_plan() {
        assert_eq!(TaskStatus::initial(true), TaskStatus::Requested);
        assert_eq!(TaskStatus::initial(false), TaskStatus::Todo);
        let editable = |status: &&TaskStatus| allowed_actions(**status, true).contains(&TaskAction::Edit);
        assert_eq!(TaskStatus::ALL.iter().filter(editable).collect::<Vec<_>>(), [&TaskStatus::Requested]);
    }
}
