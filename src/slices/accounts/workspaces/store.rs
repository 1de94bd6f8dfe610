//! Workspaces in the database, and a user's place in them.

use super::model::{Membership, NewWorkspace, WorkspaceFilter, WorkspaceRow};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{JsonText, Label, UserId, WorkspaceId, like_pattern, sort_key};

macro_rules! columns {
    () => {
        "w.id, w.name, w.time_zone, w.currency, w.language, w.overlap_policy, w.areas, w.version, w.created_at, \
         w.updated_at"
    };
}
macro_rules! returned {
    () => {
        " RETURNING id, name, time_zone, currency, language, overlap_policy, areas, version, created_at, updated_at"
    };
}
macro_rules! membership {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", m.id AS member_id, m.role, m.is_owner, m.client_id FROM members m \
             JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL \
             WHERE m.user_id = $1 AND m.deleted_at IS NULL"
        )
    };
}

statements! {
    LOCK_REGISTRATION = "INSERT INTO registration_locks (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = EXCLUDED.name";
    ANY = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM workspaces WHERE deleted_at IS NULL LIMIT 1) AS w";
    AREAS = "SELECT areas FROM workspaces WHERE id = $1";
    INSERT = "INSERT INTO workspaces (id, name, time_zone, currency, language, overlap_policy, areas, sort_key, \
        revision, changed_at, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 1, $9, $9)";
    FIND = concat!("SELECT ", columns!(), " FROM workspaces w WHERE w.id = $1 AND w.deleted_at IS NULL");
    UPDATE = concat!("UPDATE workspaces SET name = $2, time_zone = $3, currency = $4, language = $5, \
        overlap_policy = $6, areas = $7, sort_key = $8, version = version + 1, updated_at = $9 \
        WHERE id = $1", returned!());
    BURY = concat!("UPDATE workspaces SET deleted_at = $2, version = version + 1, updated_at = $2 \
        WHERE id = $1", returned!());
    COUNT_RATES = "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND rate_minor IS NOT NULL AND deleted_at IS NULL";
    USUAL_MEMBERSHIP = concat!(membership!(), " AND w.id = COALESCE($2, w.id) ORDER BY \
        (SELECT MAX(s.last_used_at) FROM sessions s WHERE s.user_id = m.user_id AND s.workspace_id = w.id) \
        DESC NULLS LAST, m.created_at, m.id LIMIT 1");
    MEMBERSHIPS = concat!(membership!(), " ORDER BY w.id");
}

/// The lock's number: there is but one.
const REGISTRATION: &str = "registration";

/// Lets registrations that only the first may make come one after the other, until this transaction ends.
pub async fn lock_registration(tx: &mut Tx) -> Result<()> {
    tx.execute(sql(LOCK_REGISTRATION).bind(REGISTRATION)).await.map(drop)
}

/// Whether there is any workspace yet.
pub async fn exists_any(conn: &mut Conn) -> Result<bool> {
    Ok(conn.scalar::<i64>(sql(ANY)).await?.unwrap_or(0) > 0)
}

/// Adds a workspace; the transaction enters it.
pub async fn insert(tx: &mut Tx, new: &NewWorkspace) -> Result<WorkspaceRow> {
    let id = WorkspaceId(tx.new_id());
    let insert = bind_settings(sql(INSERT).bind(id), new).bind(tx.now());
    tx.execute(insert).await?;
    tx.enter(id).await?;
    find(tx, id).await
}

/// A workspace; 404 when it is gone.
pub async fn find(conn: &mut Conn, id: WorkspaceId) -> Result<WorkspaceRow> {
    conn.optional(sql(FIND).bind(id)).await?.ok_or_else(Error::not_found)
}

/// The areas of the caller's workspace.
pub async fn areas(tx: &mut Tx) -> Result<Vec<Label>> {
    let find = sql(AREAS).bind(tx.workspace());
    Ok(tx.scalar::<JsonText<Vec<Label>>>(find).await?.unwrap_or_default().0)
}

/// Stores every setting anew.
pub async fn update(tx: &mut Tx, settings: &NewWorkspace) -> Result<WorkspaceRow> {
    let update = bind_settings(sql(UPDATE).bind(tx.workspace()), settings).bind(tx.now());
    tx.one(update).await
}

/// Deletes the workspace: nobody gets in any more.
pub async fn bury(tx: &mut Tx) -> Result<WorkspaceRow> {
    let bury = sql(BURY).bind(tx.workspace()).bind(tx.now());
    tx.one(bury).await
}

/// How many members have a rate in the workspace's currency.
pub async fn count_rates(conn: &mut Conn, id: WorkspaceId) -> Result<i64> {
    Ok(conn.scalar(sql(COUNT_RATES).bind(id)).await?.unwrap_or(0))
}

/// A user's place in one workspace, or else in the one that they used last, or else in their first.
pub async fn membership(conn: &mut Conn, user: UserId, wanted: Option<WorkspaceId>) -> Result<Option<Membership>> {
    conn.optional(sql(USUAL_MEMBERSHIP).bind(user).bind(wanted)).await
}

/// All places of a user, in the order in which their workspaces are to be entered.
pub async fn memberships(conn: &mut Conn, user: UserId) -> Result<Vec<Membership>> {
    conn.all(sql(MEMBERSHIPS).bind(user)).await
}

/// A page of the user's workspaces but one.
pub async fn list_others(
    conn: &mut Conn,
    (user, current): (UserId, WorkspaceId),
    filter: &WorkspaceFilter,
    slice: &Slice,
) -> Result<Page<Membership>> {
    let query = others(concat!(membership!(), " AND w.id <> $2"), (user, current), filter);
    window(conn, query, &slice.window).await
}

/// How many workspaces a filter holds.
pub async fn count_others(conn: &mut Conn, whose: (UserId, WorkspaceId), filter: &WorkspaceFilter) -> Result<i64> {
    const COUNT: &str = "SELECT COUNT(*) FROM members m \
        JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL \
        WHERE m.user_id = $1 AND m.deleted_at IS NULL AND w.id <> $2";
    Ok(conn.scalar(others(COUNT, whose, filter)).await?.unwrap_or(0))
}

fn others(text: &'static str, (user, current): (UserId, WorkspaceId), filter: &WorkspaceFilter) -> Sql {
    let mut query = sql(text).bind(user).bind(current);
    if let Some(q) = &filter.q {
        query.push(" AND w.sort_key LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    query
}

fn bind_settings(query: Sql, settings: &NewWorkspace) -> Sql {
    query
        .bind(&settings.name)
        .bind(&settings.time_zone)
        .bind(&settings.currency)
        .bind(&settings.language)
        .bind(settings.overlap_policy)
        .bind(JsonText(&settings.areas))
        .bind(sort_key(&settings.name))
}
