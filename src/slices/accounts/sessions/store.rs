//! Sessions and their refresh tokens in the database.

use super::model::{IDLE_SECONDS, SESSION_SECONDS, SessionFilter, SessionRow};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{SessionId, Timestamp, UserId, WorkspaceId, like_pattern};

macro_rules! columns {
    () => {
        "id, workspace_id, user_agent, version, created_at, last_used_at, expires_at"
    };
}

statements! {
    INSERT = "INSERT INTO sessions (id, user_id, workspace_id, user_agent, version, created_at, last_used_at, \
        expires_at) VALUES ($1, $2, $3, $4, 1, $5, $5, $6)";
    INSERT_TOKEN = "INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES ($1, $2, $3)";
    USE_TOKEN = "UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND created_at > $3 \
        RETURNING session_id";
    SESSION_OF_TOKEN = "SELECT session_id, used_at FROM refresh_tokens WHERE hash = $1";
    USE = "UPDATE sessions SET last_used_at = $2, version = version + 1 \
        WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2 RETURNING user_id, workspace_id";
    SWITCH = "UPDATE sessions SET workspace_id = $2 WHERE id = $1";
    REVOKE = "UPDATE sessions SET revoked_at = $2, revoked_because = $3 WHERE id = $1 AND revoked_at IS NULL";
    LOCK_OWN = concat!("UPDATE sessions SET version = version WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL \
        AND expires_at > $3 AND last_used_at > $4 RETURNING ", columns!());
    REVOKE_ALL = "UPDATE sessions SET revoked_at = $2, revoked_because = $3 WHERE user_id = $1 AND revoked_at IS NULL";
    REVOKE_OTHERS = "UPDATE sessions SET revoked_at = $2, revoked_because = $3 \
        WHERE user_id = $1 AND id <> $4 AND revoked_at IS NULL";
    SWEEP_OLD_TOKENS = "DELETE FROM refresh_tokens WHERE session_id IN \
        (SELECT id FROM sessions WHERE user_id = $1 AND expires_at <= $2)";
    SWEEP_OLD = "DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2";
}

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    LoggedOut,
    Revoked,
    /// A refresh token came twice: it was stolen, or the thief's copy was used first.
    Reuse,
    PasswordChanged,
    PasswordReset,
}

impl Because {
    const fn word(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::Revoked => "revoked",
            Self::Reuse => "reuse",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// What became of a refresh token that was shown.
pub enum Shown {
    /// It was good, and is now used up.
    Good(SessionId),
    /// It had been used before.
    Reused(SessionId),
    /// There is no such token, or it is too old.
    Unknown,
}

/// Opens a session; sweeps away what has long ended. A session keeps all its tokens, so that each is known again.
pub async fn insert(
    tx: &mut Tx,
    (user, workspace): (UserId, WorkspaceId),
    user_agent: Option<String>,
    now: Timestamp,
) -> Result<SessionId> {
    tx.execute(sql(SWEEP_OLD_TOKENS).bind(user).bind(now)).await?;
    tx.execute(sql(SWEEP_OLD).bind(user).bind(now)).await?;
    let id = SessionId(tx.new_id());
    let insert = sql(INSERT).bind(id).bind(user).bind(workspace).bind(user_agent).bind(now);
    tx.execute(insert.bind(now.plus_seconds(SESSION_SECONDS))).await?;
    Ok(id)
}

/// Keeps the hash of a session's next refresh token.
pub async fn insert_token(tx: &mut Tx, session: SessionId, hash: Vec<u8>, now: Timestamp) -> Result<()> {
    tx.execute(sql(INSERT_TOKEN).bind(hash).bind(session).bind(now)).await.map(drop)
}

/// Uses a refresh token up. Of parallel callers with the same token at most one finds it good.
pub async fn use_token(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<Shown> {
    let since = now.plus_seconds(-IDLE_SECONDS);
    let used: Option<SessionId> = tx.scalar(sql(USE_TOKEN).bind(hash).bind(now).bind(since)).await?;
    if let Some(session) = used {
        return Ok(Shown::Good(session));
    }
    let known: Option<(SessionId, Option<Timestamp>)> = tx.optional(sql(SESSION_OF_TOKEN).bind(hash)).await?;
    Ok(match known {
        Some((session, Some(_))) => Shown::Reused(session),
        _ => Shown::Unknown,
    })
}

/// The session that a refresh token belongs to, used or not.
pub async fn of_token(conn: &mut Conn, hash: &[u8]) -> Result<Option<SessionId>> {
    let known: Option<(SessionId, Option<Timestamp>)> = conn.optional(sql(SESSION_OF_TOKEN).bind(hash)).await?;
    Ok(known.map(|(session, _)| session))
}

/// Notes that a session is used; whose and for which workspace it is, unless it has ended.
pub async fn touch(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<Option<(UserId, WorkspaceId)>> {
    tx.optional(sql(USE).bind(id).bind(now)).await
}

/// From now on the session is for another workspace.
pub async fn switch(tx: &mut Tx, id: SessionId, workspace: WorkspaceId) -> Result<()> {
    tx.execute(sql(SWITCH).bind(id).bind(workspace)).await.map(drop)
}

/// Ends a session; whether it had not ended before.
pub async fn revoke(tx: &mut Tx, id: SessionId, because: Because) -> Result<bool> {
    let now = tx.wall_clock();
    Ok(tx.execute(sql(REVOKE).bind(id).bind(now).bind(because.word())).await? > 0)
}

/// One of a user's own sessions that is in force, held until the transaction ends.
pub async fn lock_own(tx: &mut Tx, user: UserId, id: SessionId) -> Result<SessionRow> {
    let now = tx.wall_clock();
    let lock = sql(LOCK_OWN).bind(id).bind(user).bind(now).bind(now.plus_seconds(-IDLE_SECONDS));
    tx.optional(lock).await?.ok_or_else(Error::not_found)
}

/// Ends every session of a user, but one where they are to stay.
pub async fn revoke_all(tx: &mut Tx, user: UserId, except: Option<SessionId>, because: Because) -> Result<()> {
    let now = tx.wall_clock();
    let revoke = match except {
        None => sql(REVOKE_ALL).bind(user).bind(now).bind(because.word()),
        Some(kept) => sql(REVOKE_OTHERS).bind(user).bind(now).bind(because.word()).bind(kept),
    };
    tx.execute(revoke).await.map(drop)
}

/// A page of a user's sessions that are in force.
pub async fn list(
    conn: &mut Conn,
    (user, now): (UserId, Timestamp),
    filter: &SessionFilter,
    slice: &Slice,
) -> Result<Page<SessionRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, (user, now), filter);
    window(conn, query, &slice.window).await
}

/// How many sessions a filter holds.
pub async fn count(conn: &mut Conn, whose: (UserId, Timestamp), filter: &SessionFilter) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, whose, filter);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, (user, now): (UserId, Timestamp), filter: &SessionFilter) {
    query.push(" FROM sessions WHERE user_id = ").push_bind(user);
    query.push(" AND revoked_at IS NULL AND expires_at > ").push_bind(now);
    query.push(" AND last_used_at > ").push_bind(now.plus_seconds(-IDLE_SECONDS));
    if let Some(q) = &filter.q {
        query.push(" AND LOWER(user_agent) LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
}
