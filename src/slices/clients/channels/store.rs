//! Channels in the database.

use super::model::{ChannelFilter, ChannelRow, NewChannel};
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{ChannelId, ClientId, ContactId, Record, like_pattern};
use crate::platform::auth::Scope;

/// The table of channels.
pub static CHANNELS: Table<ChannelRow, NewChannel> = Table::<_, NewChannel>::new(
    "channels",
    "client_id",
    "address = '', label = NULL, purpose = NULL, reachable_hours = '[]', contact_id = NULL, search_text = ''",
)
.derived(&[("search_text", |new| new.search_text().into())])
.added(&["client_id"]);

statements! {
    OF_CONTACT = "SELECT ", ChannelRow::LIST, " FROM channels \
        WHERE workspace_id = $1 AND client_id = $2 AND contact_id = $3 AND deleted_at IS NULL ORDER BY id";
}

/// A channel of a client.
pub async fn find(conn: &mut Conn, scope: Scope, client: ClientId, id: ChannelId) -> Result<ChannelRow> {
    CHANNELS.find(conn, (scope.workspace, Some(client)), id).await
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
    CHANNELS.insert(tx, id, new, &[("client_id", client.into())]).await
}

/// Stores every field of a channel anew.
pub async fn update(tx: &mut Tx, row: &ChannelRow, fields: &NewChannel) -> Result<ChannelRow> {
    CHANNELS.update(tx, row.id, fields, &[]).await
}

/// Deletes a channel, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: ChannelId) -> Result<ChannelRow> {
    CHANNELS.bury(tx, id).await
}

/// A page of a client's channels.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ChannelFilter,
    slice: &Slice,
) -> Result<Page<ChannelRow>> {
    CHANNELS.page(conn, &slice.window, |query| push_from(query, scope, client, filter, slice)).await
}

/// How many channels a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    client: ClientId,
    filter: &ChannelFilter,
    slice: &Slice,
) -> Result<i64> {
    CHANNELS.count(conn, |query| push_from(query, scope, client, filter, slice)).await
}

fn push_from(query: &mut Sql, scope: Scope, client: ClientId, filter: &ChannelFilter, slice: &Slice) {
    query.push(" FROM channels WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND client_id = ").push_bind(client);
    slice.open(query, "deleted_at", "updated_at");
    if let Some(kinds) = &filter.kind {
        query.push_in("kind", kinds.0.iter().copied());
    }
    if let Some(contacts) = &filter.contact_id {
        query.push_in("contact_id", contacts.0.iter().copied());
    }
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}
