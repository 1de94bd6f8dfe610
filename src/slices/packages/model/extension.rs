//! An extension: more minutes for one period of a package, which end with it. One side asks with a reason, the other
//! approves; from then on it is a lot.

use crate::hours::EngagementStatus;
use crate::kernel::error::{Error, Result};
use crate::kernel::{ClientId, Columns, EngagementId, ExtensionId, Lock, Remark, Timestamp, choice, open_choice};
use crate::platform::auth::{Role, ScopeName::EngagementsWrite};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::engagements::model::Answered;
use crate::slices::packages::ExtensionEvent;
use crate::web::{Listing, OneOf, Primitive, Resource, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Where an extension stands: it waits for an answer, was approved or declined, or taken back.
    pub enum ExtensionStatus {
        Requested = "requested",
        Approved = "approved",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

open_choice! {
    /// What can be done with an extension: the side that did not ask answers, the other takes the request back.
    pub enum ExtensionAct {
        Approve = "approve",
        Decline = "decline",
        Withdraw = "withdraw",
    }
}

/// A new extension, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"minutes": 120, "reason": "Der Jahresabschluss braucht mehr Belege als gedacht."})))]
pub struct NewExtension {
    /// How much more, in minutes.
    #[schema(minimum = 1, maximum = 1_000_000, examples(120))]
    pub minutes: i64,
    /// The reason, which both sides read.
    pub reason: Remark,
    /// The number of the period that it belongs to; default the one that holds today, else the first or last. Not one that
    /// is skipped.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, examples(3))]
    pub period_seq: Option<i64>,
}

/// What became of an extension.
#[derive(Clone, Debug, Columns)]
pub struct ExtensionState {
    pub status: ExtensionStatus,
    /// The side that asked.
    pub requested_by: Role,
    pub withdrawn_at: Option<Timestamp>,
    #[columns(flatten)]
    pub answered: Answered,
}

/// What is stored of an extension.
#[derive(Clone, Debug, Columns)]
pub struct ExtensionFields {
    #[columns(flatten)]
    pub new: NewExtension,
    #[columns(flatten)]
    pub state: ExtensionState,
}

/// An extension's row.
#[derive(Clone, Debug, Columns)]
pub struct ExtensionRow {
    pub id: ExtensionId,
    pub client_id: ClientId,
    pub engagement_id: EngagementId,
    #[columns(sql = "SELECT e.status FROM engagements e \
        WHERE e.workspace_id = extensions.workspace_id AND e.id = extensions.engagement_id")]
    pub engagement_status: EngagementStatus,
    #[columns(flatten)]
    pub fields: ExtensionFields,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// More minutes for one period of a package. What is told of an acceptance is that of its approval.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExtensionRecord {
    pub id: ExtensionId,
    /// The engagement whose package it extends.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// Where it stands.
    pub status: ExtensionStatus,
    /// The side that asked for it: the other answers.
    pub requested_by: Role,
    /// How much more, in minutes.
    #[schema(minimum = 1, examples(120))]
    pub minutes: i64,
    /// The reason.
    #[schema(value_type = String, max_length = 2000, examples("Der Jahresabschluss braucht mehr Belege als gedacht."))]
    pub reason: Remark,
    /// The number of the period that it belongs to, and ends with.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: i64,
    #[serde(flatten)]
    pub answered: Answered,
    /// When the request was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<ExtensionAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl ExtensionFields {
    /// As a side asks for it.
    pub fn requested(new: NewExtension, by: Role) -> Self {
        let answered = Answered::default();
        let state =
            ExtensionState { status: ExtensionStatus::Requested, requested_by: by, withdrawn_at: None, answered };
        Self { new, state }
    }
}

impl ExtensionRow {
    /// Whether it is a lot of a period.
    pub fn is_granted_in(&self, seq: i32) -> bool {
        self.fields.state.status == ExtensionStatus::Approved && self.fields.new.period_seq == Some(i64::from(seq))
    }

    /// The side whose answer counts.
    pub fn answering_side(&self) -> Role {
        self.fields.state.requested_by.other()
    }

    /// Whether it is the client's to say, so that an assistant can only record it.
    pub fn is_for_the_client(&self) -> bool {
        self.answering_side() == Role::Client
    }

    /// Whether an act is one of a side at all. Assistants record answers that were given elsewhere.
    fn is_of(&self, act: ExtensionAct, by: Role) -> bool {
        match act {
            ExtensionAct::Withdraw => self.fields.state.requested_by == by,
            ExtensionAct::Approve | ExtensionAct::Decline => by == Role::Assistant || self.is_for_the_client(),
        }
    }

    /// What a side can do now. A package that is archived takes no more time.
    pub fn allowed_actions(&self, by: Role) -> Vec<ExtensionAct> {
        let lasts = self.engagement_status != EngagementStatus::Archived;
        let may = |act: &ExtensionAct| {
            let waits = self.fields.state.status == ExtensionStatus::Requested;
            waits && self.is_of(*act, by) && (lasts || *act != ExtensionAct::Approve)
        };
        ExtensionAct::ALL.iter().copied().filter(may).collect()
    }

    /// Refuses an act that is not possible now, or that is the other side's.
    pub fn require(&self, act: ExtensionAct, by: Role) -> Result<()> {
        let (allowed, status) = (self.allowed_actions(by), self.fields.state.status);
        if allowed.contains(&act) {
            return Ok(());
        }
        if status != ExtensionStatus::Requested || self.is_of(act, by) {
            return Err(Error::not_possible(act, status, allowed));
        }
        Err(by.other().alone_may())
    }
}

impl Resource for ExtensionRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for ExtensionRow {
    type Event = ExtensionEvent;
    type View = ExtensionRecord;
    const RESOURCE: &'static str = "extension";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> ExtensionRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions(viewer.side()));
        let ExtensionFields { new, state } = self.fields;
        ExtensionRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            status: state.status,
            requested_by: state.requested_by,
            minutes: new.minutes,
            reason: new.reason,
            period_seq: new.period_seq.unwrap_or(1),
            lock: state.answered.lock(),
            answered: state.answered,
            withdrawn_at: state.withdrawn_at,
            allowed_actions,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }
}

params! {
    /// Which extensions to list.
    pub struct ExtensionFilter {
        /// Only those that stand there.
        status: OneOf<ExtensionStatus>,
        /// Only those of the period with this number.
        period_seq: Primitive<i64>,
    }
}

impl Listing for ExtensionFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("created_at", "created_at")];
    const ID: &'static str = "id";
}
