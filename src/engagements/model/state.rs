//! The life of an engagement: which act leads from which status to which, and whose act it is.
//! Editing and proposing new terms leave the status as it is; they stand here so that there is one table.

use crate::error::{Code, Error, Result};
use crate::types::choice;

choice! {
    /// Where an engagement stands: draft → proposed → active ⇄ paused → ended → archived, or proposed → declined.
    pub enum EngagementStatus {
        Draft = "draft",
        Proposed = "proposed",
        Active = "active",
        Paused = "paused",
        Ended = "ended",
        Archived = "archived",
        Declined = "declined",
    }
}

choice! {
    /// What can be done with an engagement; new acts may be added.
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

    /// Whether the act must come with a note: an assistant who records an answer says where it was given.
    pub const fn needs_note(self, by_client: bool) -> bool {
        self.is_answer() && !by_client
    }
}

/// The status after an act, or why it is refused: `forbidden` for what a client may never do, else
/// `action_not_allowed` with what the caller can do now. A delete that is allowed leaves the status as it is:
/// the engagement goes, unless something depends on it.
pub fn apply(status: EngagementStatus, act: EngagementAct, by_client: bool) -> Result<EngagementStatus> {
    if by_client && !act.is_answer() {
        return Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"));
    }
    target(status, act).ok_or_else(|| {
        Error::new(Code::ActionNotAllowed)
            .with("action", act)
            .with("status", status)
            .member("allowed_actions", allowed_actions(status, by_client))
    })
}

/// The acts the caller can do now, in their natural order.
pub fn allowed_actions(status: EngagementStatus, by_client: bool) -> Vec<EngagementAct> {
    let may = |act: &EngagementAct| (act.is_answer() || !by_client) && target(status, *act).is_some();
    EngagementAct::ALL.iter().copied().filter(may).collect()
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
        (Act::Archive, Ended | Declined) => Some(Archived),
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
        ("declined", &[("edit", "declined"), ("archive", "archived"), ("delete", "declined")]),
    ];

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
        let problem = crate::error::Problem::of(&error, false, "", "", "");
        assert_eq!(
            problem.members["allowed_actions"],
            serde_json::json!(["edit", "pause", "propose_terms", "end"])
        );
        assert!(problem.detail.starts_with("'resume' is not possible while the status is 'active'."));
    }

    #[test]
    fn an_assistant_says_where_an_answer_was_given() {
        assert!(EngagementAct::Accept.needs_note(false) && EngagementAct::Decline.needs_note(false));
        assert!(!EngagementAct::Accept.needs_note(true) && !EngagementAct::Propose.needs_note(false));
    }
}
