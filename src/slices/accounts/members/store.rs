//! Members in the database.

use super::model::{MemberFilter, MemberRow};
use crate::db::{Conn, Holder, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ClientId, Email, Language, MemberId, UserId, like_pattern};
use crate::platform::auth::{MemberRole, Role, Scope};
use crate::slices::clients::store as clients;

macro_rules! columns {
    () => {
        "m.id, m.user_id, u.name, u.email, u.email_verified_at, m.role, m.is_owner, m.client_id, m.rate_minor, \
         m.version, m.created_at, m.updated_at, m.deleted_at FROM members m JOIN users u ON u.id = m.user_id"
    };
}

statements! {
    INSERT = "INSERT INTO members (workspace_id, id, user_id, role, client_id, is_owner, version, created_at, \
        updated_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)";
    FIND = concat!("SELECT ", columns!(), " WHERE m.workspace_id = $1 AND m.id = $2");
    OF_USER = concat!("SELECT ", columns!(), " WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.deleted_at IS NULL");
    BY_EMAIL = concat!("SELECT ", columns!(), " WHERE m.workspace_id = $1 AND u.email_key = $2 AND m.deleted_at IS NULL");
    SET_RATE = "UPDATE members SET rate_minor = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2";
    SET_OWNER = "UPDATE members SET is_owner = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2";
    TOUCH = "UPDATE members SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2";
    BURY = "UPDATE members SET deleted_at = $3, rate_minor = NULL, version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2";
    ADDRESSES_OF_ASSISTANTS = "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = $1 AND m.role = 'assistant' AND m.deleted_at IS NULL ORDER BY u.email";
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
}

/// A client's people who can log in.
pub const HOLDS_CLIENT: Holder =
    Holder { name: "members", blocks: &[clients::DELETION], count: COUNT_OF_CLIENT, dated: false };

/// Adds a user to the workspace; 409 when they are in it already.
pub async fn insert(tx: &mut Tx, user: UserId, place: MemberRole) -> Result<MemberRow> {
    let id = MemberId(tx.new_id());
    let (role, client) = match place {
        MemberRole::Owner | MemberRole::Assistant => (Role::Assistant, None::<ClientId>),
        MemberRole::Client(client) => (Role::Client, Some(client)),
    };
    let insert = sql(INSERT).bind(tx.workspace()).bind(id).bind(user).bind(role).bind(client);
    let insert = insert.bind(place == MemberRole::Owner).bind(tx.now());
    tx.execute(insert).await.map_err(|error| match error.code() {
        Code::Conflict => Error::new(Code::AlreadyMember),
        _ => error,
    })?;
    find_any(tx, id).await
}

/// Where the assistants are reached, and in which language they are written to.
pub async fn addressees(tx: &mut Tx) -> Result<(Vec<Email>, Language)> {
    let addresses = sql(ADDRESSES_OF_ASSISTANTS).bind(tx.workspace());
    let addresses = tx.all::<(Email,)>(addresses).await?;
    let (_, _, language) = clients::workspace_defaults(tx).await?;
    Ok((addresses.into_iter().map(|(email,)| email).collect(), language))
}

/// A member whom the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: MemberId) -> Result<MemberRow> {
    let row: Option<MemberRow> = conn.optional(sql(FIND).bind(scope.workspace).bind(id)).await?;
    let visible = |row: &MemberRow| {
        row.deleted_at.is_none()
            && scope.client.is_none_or(|own| row.role == Role::Assistant || row.client_id == Some(own))
    };
    row.filter(visible).ok_or_else(Error::not_found)
}

/// The member that a user is in the transaction's workspace.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Option<MemberRow>> {
    let find = sql(OF_USER).bind(tx.workspace()).bind(user);
    tx.optional(find).await
}

/// The member with an address.
pub async fn by_email(conn: &mut Conn, scope: Scope, email_key: &str) -> Result<Option<MemberRow>> {
    conn.optional(sql(BY_EMAIL).bind(scope.workspace).bind(email_key)).await
}

/// Settles the rate, in minor units per hour.
pub async fn set_rate(tx: &mut Tx, id: MemberId, rate_minor: Option<i64>) -> Result<MemberRow> {
    change(tx, id, sql(SET_RATE).bind(tx.workspace()).bind(id).bind(rate_minor).bind(tx.now())).await
}

/// Makes a member the owner, or no longer. There is never more than one.
pub async fn set_owner(tx: &mut Tx, id: MemberId, is_owner: bool) -> Result<MemberRow> {
    change(tx, id, sql(SET_OWNER).bind(tx.workspace()).bind(id).bind(is_owner).bind(tx.now())).await
}

/// Notes that the user behind a member has changed their name or address.
pub async fn touch(tx: &mut Tx, id: MemberId) -> Result<MemberRow> {
    change(tx, id, sql(TOUCH).bind(tx.workspace()).bind(id).bind(tx.now())).await
}

/// Removes a member, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: MemberId) -> Result<MemberRow> {
    change(tx, id, sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now())).await
}

async fn change(tx: &mut Tx, id: MemberId, change: Sql) -> Result<MemberRow> {
    tx.execute(change).await?;
    find_any(tx, id).await
}

async fn find_any(tx: &mut Tx, id: MemberId) -> Result<MemberRow> {
    let find = sql(FIND).bind(tx.workspace()).bind(id);
    tx.one(find).await
}

/// A page of members.
pub async fn list(conn: &mut Conn, scope: Scope, filter: &MemberFilter, slice: &Slice) -> Result<Page<MemberRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_where(&mut query, scope, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many members a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &MemberFilter, slice: &Slice) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*) FROM members m JOIN users u ON u.id = m.user_id");
    push_where(&mut query, scope, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_where(query: &mut Sql, scope: Scope, filter: &MemberFilter, slice: &Slice) {
    query.push(" WHERE m.workspace_id = ").push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query
            .push(" AND (m.role = ")
            .push_bind(Role::Assistant)
            .push(" OR m.client_id = ")
            .push_bind(own)
            .push(")");
    }
    slice.open(query, "m.deleted_at", "m.updated_at");
    if let Some(roles) = &filter.role {
        query.push_in("m.role", roles.0.iter().copied());
    }
    if let Some(clients) = &filter.client_id {
        query.push_in("m.client_id", clients.0.iter().copied());
    }
    if let Some(q) = &filter.q {
        let pattern = like_pattern(&q.0);
        query.push(" AND (u.sort_key LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        if !scope.is_client() {
            query.push(" OR u.email_key LIKE ").push_bind(pattern.as_str()).push(" ESCAPE '\\'");
        }
        query.push(")");
    }
    slice.close(query);
}
