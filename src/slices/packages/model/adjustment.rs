//! An adjustment: time that is added to a package or taken from it, with its reason. It stays as it was made; another one
//! corrects it.

use crate::kernel::error::{Fault, FaultCode, Faults};
use crate::kernel::{AdjustmentId, ClientId, Columns, Date, EngagementId, Remark, Timestamp, choice};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::packages::AdjustmentEvent;
use crate::web::{Listing, OneOf, Resource, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Why time is added or taken: it was left from before the engagement, a mistake is put right, or out of goodwill.
    pub enum AdjustmentKind {
        Opening = "opening",
        Correction = "correction",
        Goodwill = "goodwill",
    }
}

/// A new adjustment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"kind": "goodwill", "minutes": 15, "reason": "Rückfrage zur Rechnung, geht auf mich."})))]
pub struct NewAdjustment {
    /// Why it is made.
    pub kind: AdjustmentKind,
    /// How much is added, or taken where it is below zero, in minutes; not 0.
    #[schema(minimum = -1_000_000, maximum = 1_000_000, examples(15))]
    pub minutes: i64,
    /// The reason, which the client reads.
    pub reason: Remark,
    /// The number of the period that it belongs to; default the one that holds today, else the first or last.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000, examples(3))]
    pub period_seq: Option<i64>,
    /// The last day on which added time can be used; default the end of its period. Not before its period begins, and not
    /// for time that is taken.
    #[serde(default)]
    #[schema(examples("2026-12-31"))]
    pub valid_until: Option<Date>,
}

/// An adjustment's row.
#[derive(Clone, Debug, Columns)]
pub struct AdjustmentRow {
    pub id: AdjustmentId,
    pub client_id: ClientId,
    pub engagement_id: EngagementId,
    #[columns(flatten)]
    pub fields: NewAdjustment,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// An adjustment of a package: time that was added to it or taken from it, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdjustmentRecord {
    pub id: AdjustmentId,
    /// The engagement whose package it adjusts.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// Why it was made.
    pub kind: AdjustmentKind,
    /// How much is added, or taken where it is below zero, in minutes.
    #[schema(examples(15))]
    pub minutes: i64,
    /// The reason.
    #[schema(value_type = String, max_length = 2000, examples("Rückfrage zur Rechnung, geht auf mich."))]
    pub reason: Remark,
    /// The number of the period that it belongs to.
    #[schema(minimum = 1, examples(3))]
    pub period_seq: i64,
    /// The last day on which the time can be used; null for the end of its period.
    #[schema(examples(json!(null)))]
    pub valid_until: Option<Date>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl NewAdjustment {
    /// Checks what needs no period.
    pub fn check(&self, faults: &mut Faults) {
        if self.minutes == 0 {
            faults.add("/minutes", FaultCode::NotZero);
        }
        if self.minutes < 0 && self.valid_until.is_some() {
            let taken = Fault::new("/valid_until", FaultCode::NotTogether).with("other", "minutes");
            faults.push(taken.reads_beside(&["minutes"]));
        }
    }
}

impl AdjustmentRow {
    /// What it adds, in seconds; below zero what it takes.
    pub fn seconds(&self) -> i64 {
        self.fields.minutes * 60
    }

    /// Whether it was left from before the engagement.
    pub fn is_opening(&self) -> bool {
        self.fields.kind == AdjustmentKind::Opening
    }

    /// Whether it belongs to a period.
    pub fn is_of(&self, seq: i32) -> bool {
        self.fields.period_seq == Some(i64::from(seq))
    }
}

impl Resource for AdjustmentRecord {
    const PROJECTED: bool = false;
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for AdjustmentRow {
    type Event = AdjustmentEvent;
    type View = AdjustmentRecord;
    const RESOURCE: &'static str = "adjustment";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, _: &Viewer) -> AdjustmentRecord {
        AdjustmentRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            kind: self.fields.kind,
            minutes: self.fields.minutes,
            reason: self.fields.reason,
            period_seq: self.fields.period_seq.unwrap_or(1),
            valid_until: self.fields.valid_until,
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
    /// Which adjustments to list.
    pub struct AdjustmentFilter {
        /// Only those that were made for one of these reasons.
        kind: OneOf<AdjustmentKind>,
    }
}

impl Listing for AdjustmentFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("created_at", "created_at")];
    const ID: &'static str = "id";
}
