//! What a session is, and the answer that every log-in gets.

use crate::kernel::{Columns, SessionId, Timestamp, WorkspaceId};
use crate::slices::accounts::users::model::User;
use crate::slices::accounts::workspaces::model::Workspace;
use crate::web::{Listing, Resource, SearchText, params};
use serde::Serialize;
use utoipa::ToSchema;

/// A session lives this long at most, in seconds.
pub const SESSION_SECONDS: i64 = 90 * 86_400;
/// A refresh token that was not used for this long is void, in seconds.
pub const IDLE_SECONDS: i64 = 30 * 86_400;

/// Tokens (RFC 6749 §5.1), with whose and for which workspace they are.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Send it as `Authorization: Bearer …`.
    #[schema(examples("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTk5MGI1YyJ9.c2lnbmF0dXJl"))]
    pub access_token: String,
    /// How to send it: always `Bearer`.
    #[schema(examples("Bearer"))]
    pub token_type: String,
    /// For how many seconds the access token is good.
    #[schema(minimum = 1, examples(900))]
    pub expires_in: i64,
    /// Gives the next tokens, once. Using it twice ends the session.
    #[schema(format = "password", examples("vz_ref_3kTq0000000000000000000000000000000000000"))]
    pub refresh_token: String,
    /// What the access token may do: scopes separated by spaces.
    #[schema(examples("workspace:read clients:read"))]
    pub scope: String,
    /// Who is logged in.
    pub user: User,
    /// The workspace that the tokens are for.
    pub workspace: Workspace,
}

/// A session's row.
#[derive(Clone, Debug, Columns)]
pub struct SessionRow {
    pub id: SessionId,
    pub workspace_id: WorkspaceId,
    pub user_agent: Option<String>,
    pub version: i64,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A session: one log-in, on one device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    pub id: SessionId,
    /// Whether this request came from it.
    pub current: bool,
    /// The workspace that it was last used for.
    pub workspace_id: WorkspaceId,
    /// The program that logged in, as it called itself.
    #[schema(examples("Mozilla/5.0 (X11; Linux x86_64)"))]
    pub user_agent: Option<String>,
    /// When it last got new tokens.
    pub last_used_at: Timestamp,
    /// When it ends by itself unless it is used before, at the latest 90 days after the log-in.
    pub expires_at: Timestamp,
    #[schema(minimum = 1, examples(1))]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl SessionRow {
    /// The session as its holder sees it.
    pub fn view(self, current: Option<SessionId>) -> Session {
        Session {
            id: self.id,
            current: current == Some(self.id),
            workspace_id: self.workspace_id,
            user_agent: self.user_agent,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at.min(self.last_used_at.plus_seconds(IDLE_SECONDS)),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.last_used_at,
        }
    }
}

impl Resource for Session {
    fn version(&self) -> i64 {
        self.version
    }
}

params! {
    /// Which sessions to list.
    pub struct SessionFilter {
        /// Searches the programs' names.
        q: SearchText,
    }
}

impl Listing for SessionFilter {
    const ORDERS: &'static [(&'static str, &'static str)] =
        &[("created_at", "created_at"), ("last_used_at", "last_used_at")];
    const ID: &'static str = "id";
}
