//! Channels in the database.

use super::model::{ChannelFilter, ChannelRow, NewChannel};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ChannelId, ClientId, ContactId, like_pattern};
use crate::platform::auth::Scope;

macro_rules! columns {
    () => {
        "id, client_id, contact_id, kind, address, label, purpose, preference, reachable_hours, version, created_at, \
         updated_at, deleted_at"
    };
}

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM channels \
        WHERE workspace_id = $1 AND client_id = $2 AND id = $3 AND deleted_at IS NULL");
    OF_CONTACT = concat!("SELECT ", columns!(), " FROM channels \
        WHERE workspace_id = $1 AND client_id = $2 AND contact_id = $3 AND deleted_at IS NULL ORDER BY id");
    INSERT = concat!("INSERT INTO channels (workspace_id, id, client_id, kind, address, label, purpose, preference, \
        reachable_hours, contact_id, search_text, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $12) RETURNING ", columns!());
    UPDATE = concat!("UPDATE channels SET kind = $4, address = $5, label = $6, purpose = $7, preference = $8, \
        reachable_hours = $9, contact_id = $10, search_text = $11, version = version + 1, updated_at = $12 \
        WHERE workspace_id = $1 AND id = $2 AND client_id = $3 RETURNING ", columns!());
    BURY = concat!("UPDATE channels SET deleted_at = $3, address = '', label = NULL, purpose = NULL, \
        reachable_hours = '[]', contact_id = NULL, search_text = '', version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
}

/// A channel of a client.
pub async fn find(conn: &mut Conn, scope: Scope, client: ClientId, id: ChannelId) -> Result<ChannelRow> {
    let find = sql(FIND).bind(scope.workspace).bind(client).bind(id);
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// The channels that belong to a contact.
pub async fn of_contact(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    contact: ContactId,
) -> Result<Vec<ChannelRow>> {
    conn.all(sql(OF_CONTACT).bind(scope.workspace).bind(client).bind(contact)).await
}

/// Adds a channel.
pub async fn insert(tx: &mut Tx, client: ClientId, new: &NewChannel) -> Result<ChannelRow> {
    let id = ChannelId(tx.new_id());
    let insert = bind_fields(sql(INSERT).bind(tx.workspace()).bind(id).bind(client), new).bind(tx.now());
    tx.one(insert).await
}

/// Stores every field of a channel anew.
pub async fn update(tx: &mut Tx, row: &ChannelRow, fields: &NewChannel) -> Result<ChannelRow> {
    let update =
        bind_fields(sql(UPDATE).bind(tx.workspace()).bind(row.id).bind(row.client_id), fields).bind(tx.now());
    tx.one(update).await
}

/// Deletes a channel, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: ChannelId) -> Result<ChannelRow> {
    let query = sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now());
    tx.one(query).await
}

/// A page of a client's channels.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ChannelFilter,
    slice: &Slice,
) -> Result<Page<ChannelRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, scope, client, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many channels a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ChannelFilter,
    slice: &Slice,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, client, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, scope: Scope, client: ClientId, filter: &ChannelFilter, slice: &Slice) {
    query.push(" FROM channels WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND client_id = ").push_bind(client);
    slice.open(query, "deleted_at", "updated_at");
    if let Some(kinds) = &filter.kind {
        query.push(" AND kind IN (").push_binds(kinds.0.iter().copied()).push(")");
    }
    if let Some(contact) = filter.contact_id {
        query.push(" AND contact_id = ").push_bind(contact);
    }
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}

fn bind_fields(query: Sql, fields: &NewChannel) -> Sql {
    query
        .bind(fields.kind)
        .bind(fields.address.as_str())
        .bind(&fields.label)
        .bind(&fields.purpose)
        .bind(fields.preference)
        .bind(&fields.reachable_hours)
        .bind(fields.contact_id)
        .bind(fields.search_text())
}
