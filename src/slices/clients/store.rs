//! Clients in the database.

use super::channels::store::CHANNELS;
use super::contacts::store::CONTACTS;
use super::model::{ClientFilter, ClientRow, ClientStatus, NewClient, tag_pattern};
use crate::db::{Blockable, Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{
    ClientId, Currency, Email, ExternalRef, ExternalSource, Language, Record, TimeZone, sort_key,
};
use crate::platform::auth::Scope;
use std::collections::{BTreeSet, HashMap};

/// The table of clients.
pub static CLIENTS: Table<ClientRow, NewClient> = Table::<_, NewClient>::new(
    "clients",
    "id",
    "name = '', legal_name = NULL, billing_address = NULL, vat_id = NULL, email = NULL, default_terms = NULL, \
     working_hours = '[]', tags = '[]', client_note = NULL, internal_note = NULL, sort_key = '', search_text = '', \
     search_internal = '', tags_key = ''",
)
.derived(&[
    ("sort_key", |new| sort_key(&new.name).into()),
    ("search_text", |new| new.search_text().into()),
    ("search_internal", |new| new.search_internal().into()),
    ("tags_key", |new| new.tags_key().into()),
]);

statements! {
    SET_ARCHIVED = "UPDATE clients SET archived_at = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", ClientRow::LIST;
    WORKSPACE_DEFAULTS = "SELECT currency, time_zone, language FROM workspaces WHERE id = $1";
    LANGUAGE_OF = "SELECT language FROM clients WHERE workspace_id = $1 AND id = $2";
    ADDRESSES_OF = "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = $1 AND m.client_id = $2 AND m.deleted_at IS NULL ORDER BY u.email";
}

/// Deleting a client.
pub const DELETION: Blockable = Blockable { name: "client.deletion", refusal: Code::HasDependents };
/// Giving a client another currency.
pub const CURRENCY_CHANGE: Blockable = Blockable { name: "client.currency", refusal: Code::CurrencyFixed };

/// What a new client takes from the workspace where nothing else is said.
pub async fn workspace_defaults(tx: &mut Tx) -> Result<(Currency, TimeZone, Language)> {
    let workspace = tx.workspace();
    tx.one(sql(WORKSPACE_DEFAULTS).bind(workspace)).await
}

/// A client that the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: ClientId) -> Result<ClientRow> {
    CLIENTS.find(conn, (scope.workspace, scope.client), id).await
}

/// Those of these clients that the caller may see.
pub async fn find_all(conn: &mut Conn, scope: Scope, ids: &[ClientId]) -> Result<HashMap<ClientId, ClientRow>> {
    let ids: BTreeSet<ClientId> = ids.iter().copied().collect();
    let rows = CLIENTS.find_all(conn, (scope.workspace, scope.client), ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A client by its id in another system.
pub async fn find_by_ref(
    conn: &mut Conn,
    scope: Scope,
    source: &ExternalSource,
    reference: &ExternalRef,
) -> Result<Option<ClientRow>> {
    CLIENTS.find_by_ref(conn, scope.workspace, source, reference).await
}

/// Refuses a reference that another client has already.
pub async fn check_ref(tx: &mut Tx, fields: &NewClient, own: Option<ClientId>) -> Result<()> {
    CLIENTS.check_ref(tx, (&fields.external_source, &fields.external_ref), own.map(|own| own.0)).await
}

/// Adds a client.
pub async fn insert(tx: &mut Tx, new: &NewClient) -> Result<ClientRow> {
    let id = ClientId(tx.new_id());
    CLIENTS.insert(tx, id, new, &[]).await
}

/// Stores every field of a client anew.
pub async fn update(tx: &mut Tx, id: ClientId, fields: &NewClient) -> Result<ClientRow> {
    CLIENTS.update(tx, id, fields, &[]).await
}

/// Archives or brings back.
pub async fn set_archived(tx: &mut Tx, id: ClientId, archived: bool) -> Result<ClientRow> {
    let archived_at = archived.then(|| tx.wall_clock());
    let query = sql(SET_ARCHIVED).bind(tx.workspace()).bind(id).bind(archived_at).bind(tx.now());
    tx.one(query).await
}

/// Deletes a client with its contacts and channels, leaving tombstones.
pub async fn bury(tx: &mut Tx, id: ClientId) -> Result<ClientRow> {
    CHANNELS.bury_of(tx, id).await?;
    CONTACTS.bury_of(tx, id).await?;
    CLIENTS.bury(tx, id).await
}

/// Where the people of a client who can log in are reached, and in which language they are written to.
pub async fn addressees(tx: &mut Tx, id: ClientId) -> Result<(Vec<Email>, Language)> {
    let addresses = sql(ADDRESSES_OF).bind(tx.workspace()).bind(id);
    let addresses = tx.all::<(Email,)>(addresses).await?.into_iter().map(|(email,)| email).collect();
    let language = sql(LANGUAGE_OF).bind(tx.workspace()).bind(id);
    Ok((addresses, tx.scalar(language).await?.unwrap_or_default()))
}

/// A client that new work may be added to: there for the caller (else 422 at the pointer) and not archived (409).
pub async fn find_for_work(conn: &mut Conn, scope: Scope, id: ClientId, pointer: &str) -> Result<ClientRow> {
    let client = find(conn, scope, id).await.map_err(|error| error.as_reference(pointer))?;
    match client.status() {
        ClientStatus::Archived => Err(Error::new(Code::ClientArchived)),
        _ => Ok(client),
    }
}

/// A page of clients.
pub async fn list(conn: &mut Conn, scope: Scope, filter: &ClientFilter, slice: &Slice) -> Result<Page<ClientRow>> {
    CLIENTS.page(conn, &slice.window, |query| push_from(query, scope, filter, slice)).await
}

/// How many clients a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &ClientFilter, slice: &Slice) -> Result<i64> {
    CLIENTS.count(conn, |query| push_from(query, scope, filter, slice)).await
}

fn push_from(query: &mut Sql, scope: Scope, filter: &ClientFilter, slice: &Slice) {
    query.push(" FROM clients WHERE workspace_id = ").push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND id = ").push_bind(own);
    }
    slice.open(query, "deleted_at", "updated_at");
    match &filter.status {
        Some(statuses) => push_statuses(query, &statuses.0),
        // Hidden unless asked for; a client sees itself, and a follower of changes sees all of them.
        None if slice.since.is_none() && !scope.is_client() => {
            query.push(" AND archived_at IS NULL");
        }
        None => {}
    }
    if let Some(kinds) = &filter.kind {
        query.push_in("kind", kinds.0.iter().copied());
    }
    if let Some(tags) = &filter.tags {
        query.push_any_like("tags_key", tags.0.iter().map(|tag| tag_pattern(tag)));
    }
    query.push_reference(filter.external_source.as_deref(), filter.external_ref.as_deref());
    query.push_search(filter.q.as_deref(), !scope.is_client());
    slice.close(query);
}

fn push_statuses(query: &mut Sql, statuses: &[ClientStatus]) {
    let stages = statuses.iter().filter(|status| **status != ClientStatus::Archived).copied();
    query.push(" AND (archived_at IS NULL AND stage IN (").push_binds(stages.map(ClientStatus::as_str));
    if statuses.iter().all(|status| *status == ClientStatus::Archived) {
        query.push("''");
    }
    query.push(")");
    if statuses.contains(&ClientStatus::Archived) {
        query.push(" OR archived_at IS NOT NULL");
    }
    query.push(")");
}
