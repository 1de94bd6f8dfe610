//! A balance link as assistants see it. Its secret is shown once and kept as a hash.

use crate::kernel::error::{Code, Error, FaultCode, Faults, Result};
use crate::kernel::{BalanceLinkId, ClientId, Columns, EngagementId, Label, Lock, Timestamp, choice, open_choice};
use crate::platform::auth::ScopeName::EngagementsWrite;
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::balance_links::BalanceLinkEvent;
use crate::web::{Listing, OneOf, Resource, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

choice! {
    /// Where a balance link stands.
    pub enum BalanceLinkStatus {
        Active = "active",
        Revoked = "revoked",
        /// Its end has passed.
        Expired = "expired",
    }
}

open_choice! {
    /// What can be done with a balance link: it gets another address, or is taken back.
    pub enum BalanceLinkAct {
        Rotate = "rotate",
        Revoke = "revoke",
    }
}

/// A new balance link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Columns)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"label": "Für die Startseite", "expires_at": "2036-12-31T23:00:00Z"})))]
pub struct NewBalanceLink {
    /// What it is for; only assistants see it.
    #[serde(default)]
    #[schema(examples("Für die Startseite"))]
    pub label: Option<Label>,
    /// When it ends by itself; default: never.
    #[serde(default)]
    #[schema(examples("2036-12-31T23:00:00Z"))]
    pub expires_at: Option<Timestamp>,
}

/// What is stored of a balance link. Not to be logged.
#[derive(Clone, Columns)]
pub struct BalanceLinkFields {
    #[columns(flatten)]
    pub new: NewBalanceLink,
    pub token_hash: Vec<u8>,
    pub rotated_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A balance link's row. Not to be logged.
#[derive(Clone, Columns)]
pub struct BalanceLinkRow {
    pub id: BalanceLinkId,
    pub client_id: ClientId,
    pub engagement_id: EngagementId,
    #[columns(flatten)]
    pub fields: BalanceLinkFields,
    pub last_used_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A balance link, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BalanceLinkRecord {
    pub id: BalanceLinkId,
    /// The engagement whose hours it shows.
    pub engagement_id: EngagementId,
    /// The client that the engagement is with.
    pub client_id: ClientId,
    /// What it is for.
    #[schema(examples("Für die Startseite"))]
    pub label: Option<Label>,
    /// Where it stands.
    pub status: BalanceLinkStatus,
    /// When it ends by itself.
    #[schema(examples("2036-12-31T23:00:00Z"))]
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
    /// When it last got another address.
    pub rotated_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<BalanceLinkAct>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A balance link with its secret, when it is made and when it gets another address.
#[derive(Clone, Serialize, ToSchema)]
pub struct IssuedBalanceLink {
    #[serde(flatten)]
    pub link: BalanceLinkRecord,
    /// The secret of the address. It is shown only here.
    #[schema(format = "password", examples("vz_bal_3kTq0000000000000000000000000000000000000"))]
    pub token: String,
    /// The address that everybody may read who has it: as JSON, in a browser as a page, and with `.svg` behind it as a
    /// picture.
    #[schema(
        format = "uri",
        examples("http://127.0.0.1:8080/h/vz_bal_3kTq0000000000000000000000000000000000000")
    )]
    pub url: String,
}

impl NewBalanceLink {
    /// Checks what the schema cannot say.
    pub fn check(&self, now: Timestamp, faults: &mut Faults) {
        if self.expires_at.is_some_and(|at| at <= now) {
            faults.add("/expires_at", FaultCode::InThePast);
        }
    }
}

impl BalanceLinkStatus {
    /// Where a link stands at an instant.
    pub fn of(expires_at: Option<Timestamp>, revoked_at: Option<Timestamp>, now: Timestamp) -> Self {
        match revoked_at {
            Some(_) => Self::Revoked,
            None if expires_at.is_some_and(|at| at <= now) => Self::Expired,
            None => Self::Active,
        }
    }
}

impl BalanceLinkRow {
    /// Where it stands at an instant.
    pub fn status(&self, now: Timestamp) -> BalanceLinkStatus {
        BalanceLinkStatus::of(self.fields.new.expires_at, self.fields.revoked_at, now)
    }

    fn allowed_actions(&self, now: Timestamp) -> &'static [BalanceLinkAct] {
        match self.status(now) {
            BalanceLinkStatus::Active => BalanceLinkAct::ALL,
            BalanceLinkStatus::Revoked | BalanceLinkStatus::Expired => &[],
        }
    }

    /// Refuses an act that is not possible now.
    pub fn require(&self, act: BalanceLinkAct, now: Timestamp) -> Result<()> {
        let allowed = self.allowed_actions(now);
        if allowed.contains(&act) {
            return Ok(());
        }
        let refusal = Error::new(Code::ActionNotAllowed).with("action", act).with("status", self.status(now));
        Err(refusal.allowed_actions(allowed))
    }
}

impl Resource for BalanceLinkRecord {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Resource for IssuedBalanceLink {
    fn version(&self) -> i64 {
        self.link.version
    }
}

impl Entity for BalanceLinkRow {
    type Event = BalanceLinkEvent;
    type View = BalanceLinkRecord;
    const RESOURCE: &'static str = "balance_link";

    fn identity(&self) -> Identity {
        let client = Some(self.client_id);
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client }
    }

    fn view(self, viewer: &Viewer) -> BalanceLinkRecord {
        let allowed_actions = viewer.acts(EngagementsWrite, self.allowed_actions(viewer.now).to_vec());
        let (status, fields) = (self.status(viewer.now), self.fields);
        BalanceLinkRecord {
            id: self.id,
            engagement_id: self.engagement_id,
            client_id: self.client_id,
            label: fields.new.label,
            status,
            expires_at: fields.new.expires_at,
            last_used_at: self.last_used_at,
            rotated_at: fields.rotated_at,
            revoked_at: fields.revoked_at,
            allowed_actions,
            lock: Lock::open(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        false
    }
}

params! {
    /// Which balance links to list.
    pub struct BalanceLinkFilter {
        /// Only those that stand there now.
        status: OneOf<BalanceLinkStatus>,
    }
}

impl Listing for BalanceLinkFilter {
    const ORDERS: &'static [(&'static str, &'static str)] = &[("created_at", "created_at")];
    const ID: &'static str = "id";
}
