//! What an invitation is and where it stands.

use crate::kernel::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::kernel::{
    ClientId, Columns, Email, GivenPassword, InvitationId, Lock, MemberId, Name, SecretToken, Timestamp,
    WorkspaceId, choice, fold, open_choice,
};
use crate::platform::auth::{MemberRole, Role, ScopeName::WorkspaceWrite};
use crate::platform::entity::{Entity, Identity, shown};
use crate::platform::viewer::Viewer;
use crate::slices::accounts::invitations::InvitationEvent;
use crate::web::{Listing, OneOf, Resource, SearchText, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An invitation is open for so many seconds.
pub const INVITATION_SECONDS: i64 = 14 * 86_400;

choice! {
    /// Where an invitation stands.
    pub enum InvitationStatus {
        Pending = "pending",
        Accepted = "accepted",
        Revoked = "revoked",
        Expired = "expired",
    }
}

open_choice! {
    /// What can be done with an invitation.
    pub enum InvitationAction {
        Revoke = "revoke",
    }
}

/// A new invitation.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"email": "tom@example.com", "role": "assistant", "name": "Tom Berger"})))]
pub struct NewInvitation {
    /// Where the invitation is mailed to, and what they will log in with.
    pub email: Email,
    /// What they are to be: a colleague (by the owner only) or a client's contact.
    pub role: Role,
    /// The client whose contact they are; required for the role `client`.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    /// Their name, as far as it is known.
    #[serde(default)]
    pub name: Option<Name>,
}

impl NewInvitation {
    /// The place that the invited person is to take, unless that is at fault.
    pub fn place(&self, faults: &mut Faults) -> Option<MemberRole> {
        let fault = |code| Fault::new("/client_id", code).reads("/role");
        match (self.role, self.client_id) {
            (Role::Assistant, None) => return Some(MemberRole::Assistant),
            (Role::Client, Some(client)) => return Some(MemberRole::Client(client)),
            (Role::Client, None) => faults.push(fault(FaultCode::Required)),
            (Role::Assistant, Some(_)) => faults.push(fault(FaultCode::ForeignToKind).with("kind", self.role)),
        }
        None
    }

    /// What a search looks through, folded.
    pub fn search_text(&self) -> String {
        fold(&format!("{}\n{}", self.email, self.name.as_deref().unwrap_or_default()))
    }
}

/// Who accepts.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "token": "vz_inv_3kTq0000000000000000000000000000000000000", "name": "Tom Berger",
    "password": "Sommerregen-am-Nordsee7"
})))]
pub struct Acceptance {
    /// The token of the mail or of the link.
    pub token: SecretToken,
    /// Your name; default: as the invitation has it, and required where it has none. Whoever has an account keeps the name there.
    #[serde(default)]
    pub name: Option<Name>,
    /// A new password of 8 characters or more, or, with an account already, the password of that.
    pub password: GivenPassword,
}

/// An invitation's row. Not to be logged.
#[derive(Clone, Columns)]
pub struct InvitationRow {
    pub workspace_id: WorkspaceId,
    pub id: InvitationId,
    pub email: Email,
    pub name: Option<Name>,
    pub role: Role,
    pub client_id: Option<ClientId>,
    pub invited_by: MemberId,
    pub mailed_token_hash: Vec<u8>,
    pub expires_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    pub accepted_by: Option<MemberId>,
    pub address_verified: bool,
    pub revoked_at: Option<Timestamp>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An invitation to become a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = InvitationRecord)]
pub struct Invitation {
    pub id: InvitationId,
    /// Where it was mailed to; null in events.
    pub email: Option<Email>,
    /// The invited person's name, as far as it is known.
    pub name: Option<Name>,
    /// What they are to be.
    pub role: Role,
    /// The client whose contact they are; null for assistants.
    pub client_id: Option<ClientId>,
    /// Where it stands.
    pub status: InvitationStatus,
    /// The member who invited them.
    pub invited_by: MemberId,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// The member that they have become.
    pub accepted_by: Option<MemberId>,
    /// Whether they came by the mailed link and so have shown that the address is theirs. The token that the inviter
    /// sees proves nothing.
    pub address_verified: bool,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// What you can do with it now.
    pub allowed_actions: Vec<InvitationAction>,
    pub lock: Lock,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An invitation that was just made, with its token.
#[derive(Clone, Serialize, ToSchema)]
pub struct IssuedInvitation {
    #[serde(flatten)]
    pub invitation: Invitation,
    /// Accepts the invitation, once. It is shown only here, so that it can be sent by any channel.
    #[schema(format = "password", examples("vz_inv_3kTq0000000000000000000000000000000000000"))]
    pub token: String,
    /// A link that carries the token, to be sent by any channel. It leads to the page `/accept-invitation` below
    /// `PUBLIC_URL`, which a front end serves and which calls `POST /v1/invitations/accept`.
    #[schema(
        format = "uri",
        examples("http://127.0.0.1:8080/accept-invitation#token=vz_inv_3kTq0000000000000000000000")
    )]
    pub accept_url: String,
}

impl InvitationRow {
    /// Where it stands at an instant.
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        match (self.accepted_at, self.revoked_at) {
            (Some(_), _) => InvitationStatus::Accepted,
            (None, Some(_)) => InvitationStatus::Revoked,
            (None, None) if self.expires_at <= now => InvitationStatus::Expired,
            (None, None) => InvitationStatus::Pending,
        }
    }

    /// 410 with the reason, unless it can be accepted.
    pub fn require_pending(&self, now: Timestamp) -> Result<()> {
        match self.status(now) {
            InvitationStatus::Pending => Ok(()),
            closed => Err(closed_because(closed)),
        }
    }

    /// Whether this viewer may revoke it: colleagues are the owner's affair, in person.
    fn is_for(&self, viewer: &Viewer) -> bool {
        self.role == Role::Client || (viewer.is_owner && viewer.session.is_some())
    }

    /// The place that the invited person is to take.
    pub fn place(&self) -> MemberRole {
        self.client_id.map_or(MemberRole::Assistant, MemberRole::Client)
    }
}

/// 410: the invitation is no longer open.
pub fn closed_because(status: InvitationStatus) -> Error {
    let (english, german) = match status {
        InvitationStatus::Accepted => ("accepted already", "schon angenommen"),
        InvitationStatus::Expired => ("not accepted in time", "abgelaufen"),
        InvitationStatus::Revoked | InvitationStatus::Pending => ("revoked", "widerrufen"),
    };
    Error::new(Code::InvitationClosed).with_both("reason", english, german).reason(status.as_str())
}

impl Resource for Invitation {
    fn version(&self) -> i64 {
        self.version
    }
}

impl Resource for IssuedInvitation {
    fn version(&self) -> i64 {
        self.invitation.version
    }
}

impl Entity for InvitationRow {
    type Event = InvitationEvent;
    type View = Invitation;
    const RESOURCE: &'static str = "invitation";

    fn identity(&self) -> Identity {
        Identity { id: self.id.0, version: self.version, updated_at: self.updated_at, client: self.client_id }
    }

    fn view(self, viewer: &Viewer) -> Invitation {
        let status = self.status(viewer.now);
        let open = self.is_for(viewer) && status == InvitationStatus::Pending;
        Invitation {
            id: self.id,
            email: Some(self.email),
            name: self.name,
            role: self.role,
            client_id: self.client_id,
            status,
            invited_by: self.invited_by,
            expires_at: self.expires_at,
            accepted_at: self.accepted_at,
            accepted_by: self.accepted_by,
            address_verified: self.address_verified,
            revoked_at: self.revoked_at,
            allowed_actions: if open {
                viewer.acts(WorkspaceWrite, vec![InvitationAction::Revoke])
            } else {
                Vec::new()
            },
            lock: Lock::open(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    fn is_shown_to_client(&self) -> bool {
        false
    }

    /// Addresses do not stand in events, and what may be done with it depends on who reads.
    fn in_event(&self, is_client: bool, now: Timestamp) -> Value {
        let viewer = Viewer::of_events(is_client, now.min(self.updated_at));
        shown(Invitation { email: None, allowed_actions: Vec::new(), ..self.clone().view(&viewer) })
    }
}

params! {
    /// Which invitations to list.
    pub struct InvitationFilter {
        /// Only these statuses.
        status: OneOf<InvitationStatus>,
        /// Only these roles.
        role: OneOf<Role>,
        /// Only for this client's contacts.
        client_id: OneOf<ClientId>,
        /// Searches names and addresses, in any case and with or without accents.
        q: SearchText,
    }
}

impl Listing for InvitationFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("updated_at", "updated_at")];
    const ID: &'static str = "id";
    const UPDATED: Option<&'static str> = Some("updated_at");
}
