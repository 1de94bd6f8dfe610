//! Contacts in the database.

use super::model::{ContactFilter, ContactRow, NewContact};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ClientId, ContactId, Email, like_pattern};
use crate::platform::auth::Scope;

/// Portal access is what members say, so that it is never out of date.
macro_rules! columns {
    () => {
        "id, client_id, name, email, phone, job_function, is_primary, internal_note, version, created_at, updated_at, \
         deleted_at, (email_key IS NOT NULL AND EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.workspace_id = contacts.workspace_id AND m.client_id = contacts.client_id \
         AND m.deleted_at IS NULL AND u.email_key = contacts.email_key)) AS portal_access"
    };
}

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM contacts \
        WHERE workspace_id = $1 AND client_id = $2 AND id = $3 AND deleted_at IS NULL");
    PRIMARY = concat!("SELECT ", columns!(), " FROM contacts \
        WHERE workspace_id = $1 AND client_id = $2 AND is_primary = $3 AND deleted_at IS NULL");
    INSERT = concat!("INSERT INTO contacts (workspace_id, id, client_id, name, email, email_key, phone, job_function, \
        is_primary, internal_note, search_text, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $12) RETURNING ", columns!());
    UPDATE = concat!("UPDATE contacts SET name = $4, email = $5, email_key = $6, phone = $7, job_function = $8, \
        is_primary = $9, internal_note = $10, search_text = $11, version = version + 1, \
        updated_at = $12 WHERE workspace_id = $1 AND id = $2 AND client_id = $3 RETURNING ", columns!());
    BURY = concat!("UPDATE contacts SET deleted_at = $3, name = '', email = NULL, email_key = NULL, phone = NULL, \
        job_function = NULL, internal_note = NULL, is_primary = $4, search_text = '', \
        version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
}

/// A contact of a client.
pub async fn find(conn: &mut Conn, scope: Scope, client: ClientId, id: ContactId) -> Result<ContactRow> {
    let find = sql(FIND).bind(scope.workspace).bind(client).bind(id);
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// The client's primary contact.
pub async fn primary(conn: &mut Conn, scope: Scope, client: ClientId) -> Result<Option<ContactRow>> {
    conn.optional(sql(PRIMARY).bind(scope.workspace).bind(client).bind(true)).await
}

/// Adds a contact.
pub async fn insert(tx: &mut Tx, client: ClientId, new: &NewContact) -> Result<ContactRow> {
    let id = ContactId(tx.new_id());
    let insert = bind_fields(sql(INSERT).bind(tx.workspace()).bind(id).bind(client), new).bind(tx.now());
    tx.one(insert).await
}

/// Stores every field of a contact anew.
pub async fn update(tx: &mut Tx, row: &ContactRow, fields: &NewContact) -> Result<ContactRow> {
    let update =
        bind_fields(sql(UPDATE).bind(tx.workspace()).bind(row.id).bind(row.client_id), fields).bind(tx.now());
    tx.one(update).await
}

/// Deletes a contact, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: ContactId) -> Result<ContactRow> {
    let query = sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now()).bind(false);
    tx.one(query).await
}

/// A page of a client's contacts.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ContactFilter,
    slice: &Slice,
) -> Result<Page<ContactRow>> {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, scope, client, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many contacts a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ContactFilter,
    slice: &Slice,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, client, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, scope: Scope, client: ClientId, filter: &ContactFilter, slice: &Slice) {
    query.push(" FROM contacts WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND client_id = ").push_bind(client);
    slice.open(query, "deleted_at", "updated_at");
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}

fn bind_fields(query: Sql, fields: &NewContact) -> Sql {
    query
        .bind(&fields.name)
        .bind(&fields.email)
        .bind(fields.email.as_ref().map(Email::key))
        .bind(&fields.phone)
        .bind(&fields.function)
        .bind(fields.is_primary)
        .bind(&fields.internal_note)
        .bind(fields.search_text())
}
