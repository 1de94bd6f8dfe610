//! The caller of a request, as far as they are known.

use crate::db::Actor;
use crate::kernel::error::{Code, Error};
use crate::kernel::{ApiKeyId, ClientId, MemberId, SessionId, UserId, WorkspaceId};

crate::kernel::choice! {
    /// A member's role: an assistant sees the workspace, a client only what is theirs.
    pub enum Role {
        Assistant = "assistant",
        Client = "client",
    }
}

crate::kernel::open_choice! {
    /// What an API key may do; a log-in may do all of it.
    pub enum ScopeName {
        WorkspaceRead = "workspace:read",
        WorkspaceWrite = "workspace:write",
        ClientsRead = "clients:read",
        ClientsWrite = "clients:write",
        EngagementsRead = "engagements:read",
        EngagementsWrite = "engagements:write",
        TasksRead = "tasks:read",
        TasksWrite = "tasks:write",
        TimeRead = "time:read",
        TimeWrite = "time:write",
        SharesRead = "shares:read",
        SharesWrite = "shares:write",
        EventsRead = "events:read",
    }
}

impl From<ScopeName> for &'static str {
    fn from(scope: ScopeName) -> Self {
        scope.as_str()
    }
}

/// What the client role may do at all.
const CLIENT_SCOPES: &[ScopeName] = &[
    ScopeName::WorkspaceRead,
    ScopeName::ClientsRead,
    ScopeName::EngagementsRead,
    ScopeName::EngagementsWrite,
    ScopeName::TasksRead,
    ScopeName::TasksWrite,
    ScopeName::TimeRead,
    ScopeName::SharesRead,
    ScopeName::SharesWrite,
    ScopeName::EventsRead,
];

impl Role {
    /// The scopes that a member of this role has, and can give to an API key.
    pub const fn scopes(self) -> &'static [ScopeName] {
        match self {
            Self::Assistant => ScopeName::ALL,
            Self::Client => CLIENT_SCOPES,
        }
    }

    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Self::Assistant => Self::Client,
            Self::Client => Self::Assistant,
        }
    }

    /// Refuses the other side what only this one may do.
    pub fn alone_may(self) -> Error {
        let (english, german) = match self {
            Self::Assistant => ("An assistant", "einer Assistentin"),
            Self::Client => ("The client", "dem Kunden"),
        };
        Error::new(Code::Forbidden).with_both("who", english, german)
    }
}

/// As what a member is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRole {
    /// The one assistant whose workspace it is.
    Owner,
    Assistant,
    /// A contact of this client.
    Client(ClientId),
}

impl MemberRole {
    /// What a member's row tells; none where a client's contact is of no client.
    pub fn of(role: Role, is_owner: bool, client: Option<ClientId>) -> Option<Self> {
        match role {
            Role::Client => client.map(Self::Client),
            Role::Assistant if is_owner => Some(Self::Owner),
            Role::Assistant => Some(Self::Assistant),
        }
    }
}

/// An authenticated caller.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user: UserId,
    pub user_name: String,
    pub member: MemberId,
    pub workspace: WorkspaceId,
    pub role: MemberRole,
    pub session: Option<SessionId>,
    pub api_key: Option<ApiKeyId>,
    /// What the API key may do; `None` for a log-in, which may do everything its role may.
    pub scopes: Option<Vec<ScopeName>>,
}

/// Which rows a caller may see: a required argument of every store function on client-owned rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub workspace: WorkspaceId,
    /// Only this client's rows, and of them only what is shared.
    pub client: Option<ClientId>,
}

impl Caller {
    /// Which rows they may see.
    pub fn scope(&self) -> Scope {
        Scope { workspace: self.workspace, client: self.client() }
    }

    pub fn role(&self) -> Role {
        if self.is_client() { Role::Client } else { Role::Assistant }
    }

    /// Whether the workspace is theirs.
    pub fn is_owner(&self) -> bool {
        self.role == MemberRole::Owner
    }

    /// The client whose contact they are.
    pub fn client(&self) -> Option<ClientId> {
        match self.role {
            MemberRole::Client(client) => Some(client),
            MemberRole::Owner | MemberRole::Assistant => None,
        }
    }

    /// Whether they have the client role.
    pub fn is_client(&self) -> bool {
        self.client().is_some()
    }

    /// As the events remember them.
    pub fn actor(&self, request_id: &str) -> Actor {
        Actor {
            user: Some(self.user),
            member: Some(self.member),
            api_key: self.api_key,
            name: self.user_name.clone(),
            request_id: request_id.to_owned(),
        }
    }

    /// The scopes in force.
    pub fn scopes(&self) -> &[ScopeName] {
        self.scopes.as_deref().unwrap_or(self.role().scopes())
    }
}

impl Scope {
    /// Everything of a workspace.
    pub fn workspace(workspace: WorkspaceId) -> Self {
        Self { workspace, client: None }
    }

    /// The side that somebody with it is on.
    pub fn side(self) -> Role {
        if self.is_client() { Role::Client } else { Role::Assistant }
    }

    /// Whether a client's restrictions apply.
    pub fn is_client(&self) -> bool {
        self.client.is_some()
    }
}
