//! The words of a time entry (status, source, lock) and which acts they leave.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{LockReason, choice, open_choice, shown_status};

choice! {
    /// Where a time entry stands.
    pub enum EntryStatus {
        /// The timer runs: there is no end yet.
        Running = "running",
        /// The timer is paused: there is no end yet, and no work either.
        Paused = "paused",
        /// The work is done and noted.
        Recorded = "recorded",
        /// It is part of a timesheet that lies before the client.
        Submitted = "submitted",
        /// The client has approved it: it never changes again.
        Approved = "approved",
    }
}

shown_status!(ShownEntryStatus of EntryStatus);

impl EntryStatus {
    /// Whether it is a timer that has not been stopped. A member has at most one such entry.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

choice! {
    /// How a time entry came to be.
    pub enum EntrySource {
        /// A timer was started and stopped.
        Timer = "timer",
        /// Somebody entered it by hand.
        Manual = "manual",
        /// It was taken over from another system.
        Import = "import",
        /// A program made it.
        Api = "api",
    }
}

open_choice! {
    /// What can be done with a time entry. `edit` is `PATCH /v1/time-entries/{time_entry_id}`, `delete` is `DELETE` of it,
    /// `split` and `stop` are `POST` to `/split` and `/stop` below it. `pause` and `resume`, of your own timer, are
    /// `POST /v1/timer/pause` and `POST /v1/timer/resume`. `restart` is a new timer of yours for the same work:
    /// `POST /v1/timer/start` with its id as `from_entry_id`. Whether the engagement and its client take work now is
    /// judged when it is done (409 `engagement_not_active`, `client_archived`).
    pub enum EntryAction {
        /// Change its fields.
        Edit = "edit",
        /// Remove it.
        Delete = "delete",
        /// Make two entries of it.
        Split = "split",
        /// End the timer.
        Stop = "stop",
        /// Interrupt the timer.
        Pause = "pause",
        /// Go on after a pause.
        Resume = "resume",
        /// Start a new timer for the same work.
        Restart = "restart",
    }
}

/// What may be done with an entry now, in the words' natural order. A lock forbids every change but those of the
/// timer: a clock that runs can always be stopped. A submitted entry may be corrected: the client approves exactly
/// the version they saw. Approved is locked whatever `locked` says.
pub fn allowed_actions(status: EntryStatus, locked: bool) -> Vec<EntryAction> {
    use EntryAction::{Delete, Edit, Pause, Restart, Resume, Split, Stop};
    let (changes, others): (&[EntryAction], &[EntryAction]) = match status {
        EntryStatus::Running => (&[Edit, Delete], &[Stop, Pause]),
        EntryStatus::Paused => (&[Edit, Delete], &[Stop, Resume]),
        EntryStatus::Recorded | EntryStatus::Submitted => (&[Edit, Delete, Split], &[Restart]),
        EntryStatus::Approved => (&[], &[Restart]),
    };
    let changes = if locked { &[] } else { changes };
    [changes, others].concat()
}

/// Refuses an act that is not allowed now (409), naming the allowed ones.
pub fn require_action(action: EntryAction, status: EntryStatus, lock: Option<LockReason>) -> Result<()> {
    let allowed = allowed_actions(status, lock.is_some());
    if allowed.contains(&action) {
        return Ok(());
    }
    let would_be_allowed = allowed_actions(status, false).contains(&action);
    let lock = lock.or((status == EntryStatus::Approved).then_some(LockReason::Approved));
    let change = matches!(action, EntryAction::Edit | EntryAction::Delete | EntryAction::Split);
    let refusal = match lock {
        Some(reason) if would_be_allowed || (change && status == EntryStatus::Approved) => {
            Error::new(Code::TimeEntryLocked).lock_reason(reason)
        }
        _ => Error::new(Code::ActionNotAllowed).with("status", status),
    };
    Err(refusal.with("action", action).allowed_actions(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(status: EntryStatus, locked: bool) -> String {
        allowed_actions(status, locked).iter().map(|action| action.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_status_leaves_its_acts() {
        use EntryStatus::{Approved, Paused, Recorded, Running, Submitted};
        for (status, open, locked) in [
            (Running, "edit delete stop pause", "stop pause"),
            (Paused, "edit delete stop resume", "stop resume"),
            (Recorded, "edit delete split restart", "restart"),
            (Submitted, "edit delete split restart", "restart"),
            (Approved, "restart", "restart"),
        ] {
            assert_eq!((words(status, false).as_str(), words(status, true).as_str()), (open, locked), "{status}");
        }
    }

    #[test]
    fn refusals_tell_lock_from_status() {
        use EntryAction::{Edit, Restart, Resume, Split, Stop};
        use EntryStatus::{Approved, Recorded, Running};
        let policy = Some(LockReason::Policy);
        for (action, status, lock, code) in [
            (Edit, Recorded, None, None),
            (Stop, Running, policy, None),
            (Restart, Approved, Some(LockReason::Approved), None),
            (Edit, Recorded, policy, Some(Code::TimeEntryLocked)),
            (Edit, Approved, None, Some(Code::TimeEntryLocked)),
            (Split, Approved, Some(LockReason::Approved), Some(Code::TimeEntryLocked)),
            (Split, Running, policy, Some(Code::ActionNotAllowed)),
            (Resume, Recorded, None, Some(Code::ActionNotAllowed)),
            (Stop, Approved, Some(LockReason::Approved), Some(Code::ActionNotAllowed)),
        ] {
            let refusal = require_action(action, status, lock).err().map(|error| error.code());
            assert_eq!(refusal, code, "{action} {status} {lock:?}");
        }
    }

    #[test]
    fn words_travel_as_the_specification_says() {
        assert_eq!(
            serde_json::to_value(EntryStatus::ALL).unwrap(),
            serde_json::json!(["running", "paused", "recorded", "submitted", "approved"])
        );
        assert_eq!(
            serde_json::to_value(EntrySource::ALL).unwrap(),
            serde_json::json!(["timer", "manual", "import", "api"])
        );
        assert_eq!(
            serde_json::to_value(LockReason::ALL).unwrap(),
            serde_json::json!(["accepted", "archived", "approved", "period_closed", "policy"])
        );
    }
}
