//! What an API key is.

use crate::kernel::error::{FaultCode, Faults};
use crate::kernel::{ApiKeyId, Columns, JsonText, MemberId, Name, Timestamp};
use crate::platform::auth::{Role, ScopeName};
use crate::platform::entity::{Entity, Identity};
use crate::platform::viewer::Viewer;
use crate::slices::accounts::api_keys::ApiKeyEvent;
use crate::web::{Listing, OneOf, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A new API key.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"name": "Zapier", "scopes": ["clients:read", "time:read"]})))]
pub struct NewApiKey {
    /// What it is for.
    #[schema(examples("Zapier"))]
    pub name: Name,
    /// What it may do: scopes that your role has.
    #[schema(min_items = 1, max_items = 50)]
    pub scopes: Vec<ScopeName>,
    /// When it ends by itself; default: never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// Checks what the schema cannot say.
    pub fn check(&self, role: Role, now: Timestamp, faults: &mut Faults) {
        faults.add_repeated("/scopes", &self.scopes);
        for (i, scope) in self.scopes.iter().enumerate() {
            if !self.scopes[..i].contains(scope) && !role.scopes().contains(scope) {
                faults.add(format!("/scopes/{i}"), FaultCode::ScopeNotYours);
            }
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            faults.add("/expires_at", FaultCode::InThePast);
        }
    }
}

/// An API key's row, without the hash of its secret.
#[derive(Clone, Debug, Columns)]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub member_id: MemberId,
    pub name: Name,
    pub scopes: JsonText<Vec<ScopeName>>,
    pub last_four: String,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// Of the order of changes: it is the `deleted_at` of the tombstone.
    pub revoked_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An API key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiKeyRecord)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// What it is for; empty once revoked.
    #[schema(value_type = String, max_length = 200, examples("Zapier"))]
    pub name: Name,
    /// What it may do.
    pub scopes: Vec<ScopeName>,
    /// The member whose it is, and whose rights bound it.
    pub member_id: MemberId,
    /// The end of the secret, to recognise it by.
    #[schema(min_length = 4, max_length = 4, examples("h2_Q"))]
    pub last_four: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When it was revoked: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
}

/// An API key that was just made, with its secret.
#[derive(Clone, Serialize, ToSchema)]
pub struct IssuedApiKey {
    #[serde(flatten)]
    pub key: ApiKey,
    /// Send it as `Authorization: Bearer …`. It is shown only here.
    #[schema(format = "password", examples("vz_key_3kTq0000000000000000000000000000000000000"))]
    pub secret: String,
}

impl Resource for ApiKey {
    const PROJECTED: bool = false;
    fn version(&self) -> i64 {
        self.version
    }
}

impl Resource for IssuedApiKey {
    fn version(&self) -> i64 {
        self.key.version
    }
}

impl Entity for ApiKeyRow {
    type Event = ApiKeyEvent;
    type View = ApiKey;
    const RESOURCE: &'static str = "api_key";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: None }
    }

    fn view(self, _: &Viewer) -> ApiKey {
        ApiKey {
            id: self.id,
            name: self.name,
            scopes: self.scopes.0,
            member_id: self.member_id,
            last_four: self.last_four,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.revoked_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        false
    }

    /// Every assistant reads the events, but a key is its holder's and the owner's affair.
    fn in_event(&self, _: bool, _: Timestamp) -> Value {
        json!({
            "id": self.id, "member_id": self.member_id, "version": self.version, "created_at": self.created_at,
            "updated_at": self.updated_at, "deleted_at": self.revoked_at,
        })
    }
}

params! {
    /// Which API keys to list.
    pub struct ApiKeyFilter {
        /// Only these members'.
        member_id: OneOf<MemberId>,
        /// Searches names, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for ApiKeyFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at"), ("name", "sort_key")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
