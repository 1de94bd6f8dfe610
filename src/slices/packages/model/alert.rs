//! An alert: so much of a package, cap, budget or block was used. Each share is told once, to both sides.

use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{AlertId, BlockId, ClientId, Columns, EngagementId, Lock, Timestamp, choice, open_choice};
use crate::platform::auth::ScopeName::EngagementsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::packages::AlertEvent;
use crate::web::{Listing, OneOf, Resource, params};
use serde::Serialize;
use utoipa::ToSchema;

choice! {
    /// What was used: the time of a package in a period, an hourly cap in a period, the budget of a project, or a block.
    pub enum AlertSubject {
        Package = "package",
        Cap = "cap",
        Budget = "budget",
        Block = "block",
    }
}

choice! {
    /// Where an alert stands: it was reached, somebody has taken note of it, or less is used again.
    pub enum AlertStatus {
        Active = "active",
        Acknowledged = "acknowledged",
        Cleared = "cleared",
    }
}

open_choice! {
    /// What can be done with an alert: take note of it.
    pub enum AlertAct { Acknowledge = "acknowledge" }
}

/// How much of something is used: of time or of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Columns)]
pub struct AlertLevel {
    pub used_seconds: Option<i64>,
    pub limit_seconds: Option<i64>,
    pub used_minor: Option<i64>,
    pub limit_minor: Option<i64>,
}

/// What is stored of an alert.
#[derive(Clone, Debug, PartialEq, Columns)]
pub struct AlertFields {
    pub subject: AlertSubject,
    /// The period of a package or cap; 0 for what is not of one.
    pub period_seq: i64,
    pub block_id: Option<BlockId>,
    pub percent: i64,
    #[columns(flatten)]
    pub level: AlertLevel,
    pub reached_at: Timestamp,
    pub cleared_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
}

/// An alert's row.
#[derive(Clone, Debug, Columns)]
pub struct AlertRow {
    pub id: AlertId,
    pub client_id: ClientId,
    pub engagement_id: EngagementId,
    #[columns(flatten)]
    pub fields: AlertFields,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// An alert: a share of a package, cap, budget or block that was reached. Each of the percentages of the terms is told
/// once for each period, block or budget; when less is used again the alert is cleared, and reaching it once more is not
/// told anew.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertRecord {
    pub id: AlertId,
    /// The engagement that it is about.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// What was used.
    pub subject: AlertSubject,
    /// The number of the period of a package or cap; else null.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: Option<i64>,
    /// The block; null for another subject.
    pub block_id: Option<BlockId>,
    /// How much of it was reached, in percent.
    #[schema(minimum = 1, examples(80))]
    pub percent: i64,
    /// How much time was used when it was reached, in seconds; null where the limit is an amount.
    #[schema(minimum = 0, examples(57600))]
    pub used_seconds: Option<i64>,
    /// Of how much time, in seconds: what was available of a package then, the cap, the budget, or the block.
    #[schema(examples(72000))]
    pub limit_seconds: Option<i64>,
    /// How much money was used, in minor units; null where the limit is time.
    #[schema(minimum = 0, examples(json!(null)))]
    pub used_minor: Option<i64>,
    /// Of how much money, in minor units.
    #[schema(minimum = 0, examples(json!(null)))]
    pub limit_minor: Option<i64>,
    /// Where it stands.
    pub status: AlertStatus,
    /// When it was reached.
    pub reached_at: Timestamp,
    /// When less was used again; null while it is reached.
    pub cleared_at: Option<Timestamp>,
    /// When somebody took note of it.
    pub acknowledged_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<AlertAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl AlertLevel {
    pub fn time(used: i64, limit: i64) -> Self {
        Self { used_seconds: Some(used), limit_seconds: Some(limit), used_minor: None, limit_minor: None }
    }

    pub fn money(used: i64, limit: i64) -> Self {
        Self { used_seconds: None, limit_seconds: None, used_minor: Some(used), limit_minor: Some(limit) }
    }

    /// Whether so many percent are used, exactly. Where nothing is available, any use is all of it.
    pub fn reaches(&self, percent: i64) -> bool {
        let both = |used: Option<i64>, limit: Option<i64>| Some((used?, limit?));
        let level = both(self.used_seconds, self.limit_seconds).or(both(self.used_minor, self.limit_minor));
        level.is_some_and(|(used, limit)| {
            let limit = i128::from(limit.max(0));
            used > 0 && i128::from(used) * 100 >= limit * i128::from(percent)
        })
    }
}

impl AlertRow {
    pub fn status(&self) -> AlertStatus {
        match &self.fields {
            AlertFields { cleared_at: Some(_), .. } => AlertStatus::Cleared,
            AlertFields { acknowledged_at: Some(_), .. } => AlertStatus::Acknowledged,
            _ => AlertStatus::Active,
        }
    }

    /// What the caller can do now.
    pub fn allowed_actions(&self, for_client: bool) -> Vec<AlertAct> {
        let can = !for_client && self.fields.acknowledged_at.is_none();
        if can { vec![AlertAct::Acknowledge] } else { Vec::new() }
    }

    /// Refuses an act that is not possible now.
    pub fn require(&self, act: AlertAct) -> Result<()> {
        let allowed = self.allowed_actions(false);
        if allowed.contains(&act) {
            return Ok(());
        }
        let refusal = Error::new(Code::ActionNotAllowed).with("action", act).with("status", self.status());
        Err(refusal.allowed_actions(allowed))
    }
}

impl Resource for AlertRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for AlertRow {
    type Event = AlertEvent;
    type View = AlertRecord;
    const RESOURCE: &'static str = "alert";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> AlertRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions(viewer.is_client));
        let (status, fields) = (self.status(), self.fields);
        AlertRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            subject: fields.subject,
            period_seq: Some(fields.period_seq).filter(|seq| *seq > 0),
            block_id: fields.block_id,
            percent: fields.percent,
            used_seconds: fields.level.used_seconds,
            limit_seconds: fields.level.limit_seconds,
            used_minor: fields.level.used_minor,
            limit_minor: fields.level.limit_minor,
            status,
            reached_at: fields.reached_at,
            cleared_at: fields.cleared_at,
            acknowledged_at: fields.acknowledged_at,
            allowed_actions,
            lock: Lock::open(),
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
    /// Which alerts to list.
    pub struct AlertFilter {
        /// Only these clients' alerts.
        client_id: OneOf<ClientId>,
        /// Only those of these engagements.
        engagement_id: OneOf<EngagementId>,
        /// Only those about these.
        subject: OneOf<AlertSubject>,
        /// Only those that stand there.
        status: OneOf<AlertStatus>,
    }
}

impl Listing for AlertFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
