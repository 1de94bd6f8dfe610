//! What a member is and how each role sees them.

use crate::kernel::{ClientId, Columns, Email, MemberId, Name, RateMinor, Timestamp, UserId};
use crate::platform::auth::Role;
use crate::platform::entity::{Entity, Identity, shown};
use crate::platform::viewer::Viewer;
use crate::slices::accounts::members::MemberEvent;
use crate::web::{Listing, OneOf, Patchable, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What the owner settles about a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"rate_minor": 4500})))]
pub struct MemberSettings {
    /// What an hour of theirs costs where nothing else says so, in minor units of the workspace's currency.
    #[serde(default)]
    #[schema(value_type = Option<RateMinor>)]
    pub rate_minor: Option<i64>,
}

impl Patchable for MemberSettings {
    const PATCH: &'static str = "MemberPatch";
}

/// A member's row, with what is known of the user.
#[derive(Clone, Debug, Columns)]
pub struct MemberRow {
    pub id: MemberId,
    pub user_id: UserId,
    pub name: Name,
    pub email: Email,
    pub email_verified_at: Option<Timestamp>,
    pub role: Role,
    pub is_owner: bool,
    pub client_id: Option<ClientId>,
    pub rate_minor: Option<i64>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

/// A member: a person's place in this workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    pub id: MemberId,
    /// The person's name; empty once they are gone.
    #[schema(value_type = String, max_length = 200, examples("Jana Vogt"))]
    pub name: Name,
    /// What they are here.
    pub role: Role,
    /// Whether the workspace is theirs; one member is the owner.
    pub is_owner: bool,
    /// The client whose contact they are; null for assistants.
    pub client_id: Option<ClientId>,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When they left or were removed: a tombstone, in lists of changes only.
    pub deleted_at: Option<Timestamp>,
    /// What only assistants see.
    #[serde(flatten)]
    pub internal: Option<MemberInternal>,
}

/// What only assistants see of a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MemberInternal {
    /// The address that they log in with; null once they are gone, and never in events.
    pub email: Option<Email>,
    /// Whether they have shown that the address is theirs; false once they are gone.
    pub email_verified: bool,
    /// What an hour of theirs costs where nothing else says so, in minor units of the workspace's currency.
    #[schema(minimum = 0, maximum = 1000000000000_i64, examples(4500))]
    pub rate_minor: Option<i64>,
}

impl Resource for Member {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Entity for MemberRow {
    type Event = MemberEvent;
    type View = Member;
    const RESOURCE: &'static str = "member";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: self.client_id }
    }

    fn view(self, viewer: &Viewer) -> Member {
        // What the user is called and how they log in later is no affair of a workspace that they have left.
        let here = self.deleted_at.is_none();
        Member {
            id: self.id,
            name: if here { self.name } else { Name::default() },
            role: self.role,
            is_owner: self.is_owner,
            client_id: self.client_id,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            internal: (!viewer.is_client).then_some(MemberInternal {
                email: here.then_some(self.email),
                email_verified: here && self.email_verified_at.is_some(),
                rate_minor: self.rate_minor,
            }),
        }
    }

    fn is_shown_to_client(&self) -> bool {
        true
    }

    /// Addresses do not stand in events.
    fn in_event(&self, is_client: bool, now: Timestamp) -> Value {
        let mut view = self.clone().view(&Viewer::of_events(is_client, now));
        if let Some(internal) = &mut view.internal {
            internal.email = None;
        }
        shown(view)
    }
}

params! {
    /// Which members to list.
    pub struct MemberFilter {
        /// Only these roles.
        role: OneOf<Role>,
        /// Only this client's contacts.
        client_id: OneOf<ClientId>,
        /// Searches names (assistants: addresses too), in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for MemberFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "m.created_at"), ("updated_at", "m.updated_at"), ("name", "u.sort_key")];
    const ID: &'static str = "m.id";
    const UPDATED: Option<&'static str> = Some("m.updated_at");
}
