//! Finding out who calls: a token is checked once and remembered for a few seconds, so that reads cost next to nothing
//! and a revocation still counts at once here and within five seconds on other servers.

use super::{
    Caller, MemberRole, Role, ScopeName, SecretKind,
    token::{Claims, Tokens, is_over},
};
use crate::db::{Conn, Db, sql, statements};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ApiKeyId, ClientId, Clock, Columns, JsonText, MemberId, Timestamp, UserId, WorkspaceId};
use crate::platform::last_use::LastUses;
use quick_cache::sync::Cache;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long a check is remembered.
const REMEMBERED: Duration = Duration::from_secs(4);
/// An API key's last use is noted at most this often, in seconds.
const LAST_USE: i64 = 60;

/// Knows the callers of the last seconds.
pub struct Callers {
    tokens: Tokens,
    known: Cache<Box<str>, Arc<Known>>,
    /// Grows with every revocation on this server: what was remembered before counts no more.
    generation: AtomicU64,
    uses: LastUses<ApiKeyId>,
}

struct Known {
    caller: Arc<Caller>,
    claims: Option<Claims>,
    expires_at: Option<Timestamp>,
    /// By the monotonic clock.
    checked_at: Duration,
    generation: u64,
}

statements! {
    MEMBER_OF_SESSION = "SELECT m.id AS member_id, m.role, m.client_id, m.is_owner, u.id AS user_id, u.name AS user_name FROM sessions s \
        JOIN users u ON u.id = s.user_id \
        JOIN members m ON m.user_id = u.id AND m.workspace_id = $3 AND m.deleted_at IS NULL \
        JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL \
        WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $4";
    MEMBER_OF_KEY = "SELECT k.workspace_id, k.id AS key_id, k.scopes, k.expires_at, k.last_used_at, \
        m.id AS member_id, m.role, m.client_id, m.is_owner, u.id AS user_id, u.name AS user_name FROM api_keys k \
        JOIN members m ON m.workspace_id = k.workspace_id AND m.id = k.member_id AND m.deleted_at IS NULL \
        JOIN users u ON u.id = m.user_id \
        JOIN workspaces w ON w.id = k.workspace_id AND w.deleted_at IS NULL \
        WHERE k.hash = $1 AND k.revoked_at IS NULL";
    NOTE_KEY_USE = "UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
}

#[derive(Columns)]
struct FoundKey {
    #[columns(flatten)]
    key: FoundKeyPart,
    #[columns(flatten)]
    member: FoundMember,
}

#[derive(Columns)]
struct FoundKeyPart {
    workspace_id: WorkspaceId,
    key_id: ApiKeyId,
    scopes: JsonText<Vec<ScopeName>>,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

#[derive(Columns)]
struct FoundMember {
    member_id: MemberId,
    role: Role,
    client_id: Option<ClientId>,
    is_owner: bool,
    user_id: UserId,
    user_name: String,
}

impl FoundMember {
    fn as_what(&self) -> Option<MemberRole> {
        MemberRole::of(self.role, self.is_owner, self.client_id)
    }
}

impl Callers {
    pub fn new(tokens: Tokens) -> Self {
        let uses = LastUses::new(NOTE_KEY_USE, LAST_USE);
        Self { tokens, known: Cache::new(10_000), generation: AtomicU64::new(0), uses }
    }

    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Forgets everybody: something was revoked or a role changed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether the token was good when it was last looked at.
    pub fn know(&self, bearer: &str) -> bool {
        self.known.get(bearer).is_some()
    }

    /// The caller behind a bearer token; 401 without saying why.
    pub async fn find(&self, bearer: &str, db: &Db, clock: &Clock) -> Result<Arc<Caller>> {
        let (now, checked_at) = (clock.now(), clock.monotonic());
        let generation = self.generation.load(Ordering::SeqCst);
        if let Some(known) = self.known.get(bearer) {
            let fresh = known.generation == generation
                && checked_at.saturating_sub(known.checked_at) < REMEMBERED
                && known.expires_at.is_none_or(|at| at > now);
            match (&known.claims, fresh) {
                (Some(claims), true) if !is_over(claims, now) => return Ok(known.caller.clone()),
                (None, true) => return Ok(known.caller.clone()),
                _ => {}
            }
        }
        let known = if SecretKind::ApiKey.claims(bearer) {
            self.by_key(bearer, db, clock, now).await?
        } else {
            let claims = self.tokens.check(bearer, now)?;
            let mut conn = db.read().await?;
            let caller = by_session(&mut conn, &claims, now).await?;
            (caller, Some(claims), None)
        };
        let (caller, claims, expires_at) = known;
        let caller = Arc::new(caller);
        let known = Known { caller: caller.clone(), claims, expires_at, checked_at, generation };
        self.known.insert(bearer.into(), Arc::new(known));
        Ok(caller)
    }

    async fn by_key(
        &self,
        bearer: &str,
        db: &Db,
        clock: &Clock,
        now: Timestamp,
    ) -> Result<(Caller, Option<Claims>, Option<Timestamp>)> {
        let refuse = || Error::new(Code::InvalidToken);
        let hash = SecretKind::ApiKey.hash(bearer).ok_or_else(refuse)?;
        let found: Option<FoundKey> = db.read().await?.optional(sql(MEMBER_OF_KEY).bind(hash)).await?;
        let FoundKey { key, member } = found.ok_or_else(refuse)?;
        if key.expires_at.is_some_and(|at| at <= now) {
            return Err(refuse());
        }
        self.uses.note(db, clock, (key.workspace_id, key.key_id), key.last_used_at);
        let caller = Caller {
            role: member.as_what().ok_or_else(refuse)?,
            user: member.user_id,
            user_name: member.user_name,
            member: member.member_id,
            workspace: key.workspace_id,
            session: None,
            api_key: Some(key.key_id),
            scopes: Some(key.scopes.0),
        };
        Ok((caller, None, key.expires_at))
    }
}

async fn by_session(conn: &mut Conn, claims: &Claims, now: Timestamp) -> Result<Caller> {
    let refuse = || Error::new(Code::InvalidToken);
    let find = sql(MEMBER_OF_SESSION).bind(claims.sid).bind(claims.sub).bind(claims.ws).bind(now);
    let member: FoundMember = conn.optional(find).await?.ok_or_else(refuse)?;
    // The token says what the member was when it was minted; a change of role or client ends it.
    if (member.role, member.client_id) != (claims.role, claims.client) {
        return Err(refuse());
    }
    Ok(Caller {
        role: member.as_what().ok_or_else(refuse)?,
        user: claims.sub,
        user_name: member.user_name,
        member: member.member_id,
        workspace: claims.ws,
        session: Some(claims.sid),
        api_key: None,
        scopes: None,
    })
}
