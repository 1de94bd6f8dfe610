//! Contacts in the database.

use super::model::{ContactFilter, ContactRow, NewContact};
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{ClientId, ContactId, Email, Record, like_pattern};
use crate::platform::auth::Scope;

/// The table of contacts.
pub static CONTACTS: Table<ContactRow, NewContact> = Table::<_, NewContact>::new(
    "contacts",
    "client_id",
    "name = '', email = NULL, email_key = NULL, phone = NULL, job_function = NULL, internal_note = NULL, \
     is_primary = FALSE, search_text = ''",
)
.derived(&[
    ("email_key", |new| new.email.as_ref().map(Email::key).into()),
    ("search_text", |new| new.search_text().into()),
])
.added(&["client_id"]);

statements! {
    PRIMARY = "SELECT ", ContactRow::LIST, " FROM contacts \
        WHERE workspace_id = $1 AND client_id = $2 AND is_primary = $3 AND deleted_at IS NULL";
}

/// A contact of a client.
pub async fn find(conn: &mut Conn, scope: Scope, client: ClientId, id: ContactId) -> Result<ContactRow> {
    CONTACTS.find(conn, (scope.workspace, Some(client)), id).await
}

/// The client's primary contact.
pub async fn primary(conn: &mut Conn, scope: Scope, client: ClientId) -> Result<Option<ContactRow>> {
    conn.optional(sql(PRIMARY).bind(scope.workspace).bind(client).bind(true)).await
}

/// Adds a contact.
pub async fn insert(tx: &mut Tx, client: ClientId, new: &NewContact) -> Result<ContactRow> {
    let id = ContactId(tx.new_id());
    CONTACTS.insert(tx, id, new, &[("client_id", client.into())]).await
}

/// Stores every field of a contact anew.
pub async fn update(tx: &mut Tx, row: &ContactRow, fields: &NewContact) -> Result<ContactRow> {
    CONTACTS.update(tx, row.id, fields, &[]).await
}

/// Deletes a contact, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: ContactId) -> Result<ContactRow> {
    CONTACTS.bury(tx, id).await
}

/// A page of a client's contacts.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ContactFilter,
    slice: &Slice,
) -> Result<Page<ContactRow>> {
    CONTACTS.page(conn, &slice.window, |query| push_from(query, scope, client, filter, slice)).await
}

/// How many contacts a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ContactFilter,
    slice: &Slice,
) -> Result<i64> {
    CONTACTS.count(conn, |query| push_from(query, scope, client, filter, slice)).await
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
