//! The answer to a proposal, of a whole engagement or of new terms.

use super::{Deed, EngagementAct};
use crate::kernel::error::{FaultCode, Faults};
use crate::kernel::{Columns, Lock, LockReason, MemberId, Remark, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is said with the answer to a proposal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"note": "Zugesagt per E-Mail von Frau Müller am 2. November."})))]
pub struct AnswerNote {
    /// A remark on the answer. Required when an assistant records that the client accepted elsewhere: where and by
    /// whom.
    #[serde(default)]
    pub note: Option<Remark>,
}

/// That the client accepted elsewhere, as an assistant records it together with the engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"note": "Zugesagt am Telefon von Frau Müller am 2. November."})))]
pub struct AcceptedElsewhere {
    /// Where the client accepted, and who.
    pub note: Remark,
}

/// The answer to a proposal, as both sides see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema, Columns)]
pub struct Answered {
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// The member who accepted it, or recorded that.
    pub accepted_by: Option<MemberId>,
    /// That member's name at the time.
    #[schema(examples("Anna Müller"))]
    pub accepted_by_name: Option<String>,
    /// The version that was seen and accepted: of the engagement for it and its first terms, of the terms themselves for
    /// later ones.
    #[schema(minimum = 1, examples(2))]
    pub accepted_version: Option<i64>,
    /// Whether the client accepted elsewhere and an assistant recorded it: `answer_note` says where.
    #[schema(examples(false))]
    pub accepted_elsewhere: bool,
    /// When it was declined.
    pub declined_at: Option<Timestamp>,
    /// The member who declined it, or recorded that.
    pub declined_by: Option<MemberId>,
    /// That member's name at the time.
    #[schema(examples("Anna Müller"))]
    pub declined_by_name: Option<String>,
    /// The remark on the answer.
    pub answer_note: Option<Remark>,
}

/// The two answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Accept,
    Decline,
}

impl Answer {
    /// The act that gives it.
    pub const fn act(self) -> EngagementAct {
        match self {
            Self::Accept => EngagementAct::Accept,
            Self::Decline => EngagementAct::Decline,
        }
    }
}

impl AnswerNote {
    /// An assistant must say where the client agreed.
    pub fn check(&self, answer: Answer, by_client: bool, faults: &mut Faults) {
        let said = self.note.as_ref().is_some_and(says_something);
        if answer.act().needs_note(by_client) && !said {
            faults.add("/note", FaultCode::Required);
        }
    }
}

impl AcceptedElsewhere {
    /// Finds what the schema cannot say.
    pub fn check(&self, pointer: &str, faults: &mut Faults) {
        if !says_something(&self.note) {
            faults.add(format!("{pointer}/note"), FaultCode::Required);
        }
    }
}

fn says_something(note: &Remark) -> bool {
    !note.trim().is_empty()
}

impl Answered {
    /// What was accepted stays as it is.
    pub fn lock(&self) -> Lock {
        match self.accepted_at {
            Some(at) => Lock { locked: true, reason: Some(LockReason::Accepted), locked_at: Some(at) },
            None => Lock::open(),
        }
    }

    /// The answer as it is kept.
    pub fn new(answer: Answer, deed: &Deed) -> Self {
        let note = deed.note.clone();
        match answer {
            Answer::Accept => Self {
                accepted_at: Some(deed.at),
                accepted_by: deed.by,
                accepted_by_name: Some(deed.by_name.clone()),
                accepted_version: Some(deed.seen),
                accepted_elsewhere: !deed.by_client,
                answer_note: note,
                ..Self::default()
            },
            Answer::Decline => Self {
                declined_at: Some(deed.at),
                declined_by: deed.by,
                declined_by_name: Some(deed.by_name.clone()),
                answer_note: note,
                ..Self::default()
            },
        }
    }
}
