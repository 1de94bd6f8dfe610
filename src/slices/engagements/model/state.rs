//! The life of an engagement: which act leads from which status to which, and whose act it is.
//! Editing and proposing new terms leave the status as it is; they stand here so that there is one table.

use crate::hours::EngagementStatus;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{open_choice, shown_status};

shown_status!(ShownEngagementStatus of EngagementStatus);

open_choice! {
    /// What can be done with an engagement.
    pub enum EngagementAct {
        Edit = "edit",
        Propose = "propose",
        Withdraw = "withdraw",
        Accept = "accept",
        Decline = "decline",
        Pause = "pause",
        Resume = "resume",
        ProposeTerms = "propose_terms",
        End = "end",
        Archive = "archive",
        Delete = "delete",
    }
}

impl EngagementAct {
    /// Whether it is the client's answer to a proposal; every other act is the assistants'.
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::Accept | Self::Decline)
    }

    /// Whether the act must come with a note: an assistant who records that a client agreed says where it did.
    pub const fn needs_note(self, by_client: bool) -> bool {
        matches!(self, Self::Accept) && !by_client
    }

    /// Whether it brings new work, which an archived client takes none of.
    const fn is_new_work(self) -> bool {
        matches!(self, Self::Propose | Self::Accept | Self::Resume | Self::ProposeTerms)
    }
}

/// What decides which acts are possible.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub status: EngagementStatus,
    pub client_archived: bool,
}

impl Standing {
    /// The status after an act, or why it is refused: `forbidden` for what a client may never do, `client_archived` for
    /// new work with an archived client, else `action_not_allowed`; the latter two with what the caller can do now. A
    /// delete that is allowed leaves the status as it is: the engagement goes, unless something depends on it.
    pub fn apply(self, act: EngagementAct, by_client: bool) -> Result<EngagementStatus> {
        if by_client && !act.is_answer() {
            return Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"));
        }
        let refusal = match target(self.status, act) {
            Some(status) if self.takes(act) => return Ok(status),
            Some(_) => Error::new(Code::ClientArchived),
            None => Error::new(Code::ActionNotAllowed).with("action", act).with("status", self.status),
        };
        Err(refusal.allowed_actions(self.allowed_actions(by_client)))
    }

    /// The acts the caller can do now, in their natural order.
    pub fn allowed_actions(self, by_client: bool) -> Vec<EngagementAct> {
        let may = |act: &EngagementAct| {
            (act.is_answer() || !by_client) && self.takes(*act) && target(self.status, *act).is_some()
        };
        EngagementAct::ALL.iter().copied().filter(may).collect()
    }

    fn takes(self, act: EngagementAct) -> bool {
        !(self.client_archived && act.is_new_work())
    }
}

fn target(status: EngagementStatus, act: EngagementAct) -> Option<EngagementStatus> {
    use EngagementAct as Act;
    use EngagementStatus::{Active, Archived, Declined, Draft, Ended, Paused, Proposed};
    match (act, status) {
        (Act::Edit, Draft | Proposed | Active | Paused | Ended | Declined) => Some(status),
        (Act::Propose, Draft) => Some(Proposed),
        (Act::Withdraw, Proposed) => Some(Draft),
        (Act::Accept, Proposed) => Some(Active),
        (Act::Decline, Proposed) => Some(Declined),
        (Act::Pause, Active) => Some(Paused),
        (Act::Resume, Paused) => Some(Active),
        (Act::ProposeTerms, Active | Paused) => Some(status),
        (Act::End, Active | Paused) => Some(Ended),
        (Act::Archive, Ended) => Some(Archived),
        (Act::Delete, Draft | Declined) => Some(status),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every status with every act that leads out of it; what is not here is refused.
    const TABLE: &[(&str, &[(&str, &str)])] = &[
        ("draft", &[("edit", "draft"), ("propose", "proposed"), ("delete", "draft")]),
        (
            "proposed",
            &[("edit", "proposed"), ("withdraw", "draft"), ("accept", "active"), ("decline", "declined")],
        ),
        ("active", &[("edit", "active"), ("pause", "paused"), ("propose_terms", "active"), ("end", "ended")]),
        ("paused", &[("edit", "paused"), ("resume", "active"), ("propose_terms", "paused"), ("end", "ended")]),
        ("ended", &[("edit", "ended"), ("archive", "archived")]),
        ("archived", &[]),
        ("declined", &[("edit", "declined"), ("delete", "declined")]),
    ];

    fn apply(status: EngagementStatus, act: EngagementAct, by_client: bool) -> Result<EngagementStatus> {
        Standing { status, client_archived: false }.apply(act, by_client)
    }

    fn allowed_actions(status: EngagementStatus, by_client: bool) -> Vec<EngagementAct> {
        Standing { status, client_archived: false }.allowed_actions(by_client)
    }

    #[test]
    fn an_archived_client_takes_no_new_work() {
        use EngagementAct::{Accept, Decline, Edit, End, Propose, ProposeTerms, Resume, Withdraw};
        use EngagementStatus::{Active, Draft, Paused, Proposed};
        for (status, act) in [(Draft, Propose), (Proposed, Accept), (Paused, Resume), (Active, ProposeTerms)] {
            let standing = Standing { status, client_archived: true };
            assert_eq!(standing.apply(act, false).unwrap_err().code(), Code::ClientArchived);
            assert!(!standing.allowed_actions(false).contains(&act));
        }
        let proposed = Standing { status: Proposed, client_archived: true };
        assert_eq!(proposed.allowed_actions(false), [Edit, Withdraw, Decline]);
        assert_eq!(proposed.allowed_actions(true), [Decline]);
        let paused = Standing { status: Paused, client_archived: true };
        assert_eq!(paused.allowed_actions(false), [Edit, End]);
        assert_eq!(paused.apply(Propose, false).unwrap_err().code(), Code::ActionNotAllowed);
    }

    #[test]
    fn acts_lead_where_the_table_says_and_nowhere_else() {
        assert_eq!(TABLE.len(), EngagementStatus::ALL.len());
        for (from, acts) in TABLE {
            let status: EngagementStatus = from.parse().unwrap();
            for act in EngagementAct::ALL {
                let expected = acts.iter().find(|(name, _)| *name == act.as_str()).map(|(_, to)| *to);
                match apply(status, *act, false) {
                    Ok(to) => assert_eq!(Some(to.as_str()), expected, "{act} from {from}"),
                    Err(error) => {
                        assert_eq!(error.code(), Code::ActionNotAllowed);
                        assert_eq!(None, expected, "{act} from {from}");
                    }
                }
            }
            let names: Vec<&str> = allowed_actions(status, false).iter().map(|act| act.as_str()).collect();
            assert_eq!(names, acts.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        }
    }

    #[test]
    fn clients_only_answer_proposals() {
        use EngagementStatus::{Active, Declined, Proposed};
        assert_eq!(apply(Proposed, EngagementAct::Accept, true).unwrap(), Active);
        assert_eq!(apply(Proposed, EngagementAct::Decline, true).unwrap(), Declined);
        assert_eq!(apply(Active, EngagementAct::Accept, true).unwrap_err().code(), Code::ActionNotAllowed);
        for act in EngagementAct::ALL.iter().filter(|act| !act.is_answer()) {
            for status in EngagementStatus::ALL {
                assert_eq!(apply(*status, *act, true).unwrap_err().code(), Code::Forbidden);
            }
        }
        assert_eq!(allowed_actions(Proposed, true), [EngagementAct::Accept, EngagementAct::Decline]);
        assert!(allowed_actions(Active, true).is_empty());
    }

    #[test]
    fn a_refusal_names_what_is_possible_now() {
        let error = apply(EngagementStatus::Active, EngagementAct::Resume, false).unwrap_err();
        let problem = crate::kernel::error::Problem::of(&error, false, "", "", "");
        assert_eq!(
            serde_json::to_value(&problem).unwrap()["allowed_actions"],
            serde_json::json!(["edit", "pause", "propose_terms", "end"])
        );
        assert!(problem.detail.starts_with("'resume' is not possible while the status is 'active'."));
    }

    #[test]
    fn an_assistant_says_where_a_client_agreed() {
        assert!(EngagementAct::Accept.needs_note(false));
        assert!(!EngagementAct::Accept.needs_note(true) && !EngagementAct::Decline.needs_note(false));
    }
}
