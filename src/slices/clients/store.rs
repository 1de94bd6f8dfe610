//! Clients in the database.

use super::model::{ClientFilter, ClientRow, ClientStatus, NewClient, tag_pattern};
use crate::db::{Blockable, Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ClientId, Currency, Email, ExternalRef, ExternalSource, Language, TimeZone, sort_key};
use crate::platform::auth::Scope;
use std::collections::{BTreeSet, HashMap};

macro_rules! columns {
    () => {
        "id, name, legal_name, kind, stage, billing_address, vat_id, email, currency, time_zone, language, \
         payment_term_days, default_terms, working_hours, tags, client_note, internal_note, external_source, \
         external_ref, archived_at, version, created_at, updated_at, deleted_at"
    };
}

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM clients \
        WHERE workspace_id = $1 AND id = COALESCE($2, id) AND id = $3 AND deleted_at IS NULL");
    FIND_BY_REF = concat!("SELECT ", columns!(), " FROM clients \
        WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL");
    INSERT = concat!("INSERT INTO clients (workspace_id, id, name, legal_name, kind, stage, billing_address, vat_id, email, \
        currency, time_zone, language, payment_term_days, default_terms, working_hours, tags, client_note, \
        internal_note, external_source, external_ref, sort_key, search_text, search_internal, tags_key, \
        version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
        $16, $17, $18, $19, $20, $21, $22, $23, $24, 1, $25, $25) RETURNING ", columns!());
    UPDATE = concat!("UPDATE clients SET name = $3, legal_name = $4, kind = $5, stage = $6, billing_address = $7, \
        vat_id = $8, email = $9, currency = $10, time_zone = $11, language = $12, payment_term_days = $13, \
        default_terms = $14, working_hours = $15, tags = $16, client_note = $17, internal_note = $18, \
        external_source = $19, external_ref = $20, sort_key = $21, search_text = $22, search_internal = $23, \
        tags_key = $24, version = version + 1, updated_at = $25 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    SET_ARCHIVED = concat!("UPDATE clients SET archived_at = $3, version = version + 1, updated_at = $4 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    BURY = concat!("UPDATE clients SET deleted_at = $3, name = '', legal_name = NULL, billing_address = NULL, \
        vat_id = NULL, email = NULL, default_terms = NULL, working_hours = '[]', tags = '[]', client_note = NULL, \
        internal_note = NULL, sort_key = '', search_text = '', \
        search_internal = '', tags_key = '', version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    BURY_CHANNELS = "UPDATE channels SET deleted_at = $3, address = '', label = NULL, purpose = NULL, \
        reachable_hours = '[]', contact_id = NULL, search_text = '', version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
    BURY_CONTACTS = "UPDATE contacts SET deleted_at = $3, name = '', email = NULL, email_key = NULL, phone = NULL, \
        job_function = NULL, internal_note = NULL, is_primary = $4, search_text = '', \
        version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
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
    let find = sql(FIND).bind(scope.workspace).bind(scope.client).bind(id);
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// Those of these clients that the caller may see.
pub async fn find_all(conn: &mut Conn, scope: Scope, ids: &[ClientId]) -> Result<HashMap<ClientId, ClientRow>> {
    let ids: BTreeSet<ClientId> =
        ids.iter().copied().filter(|id| scope.client.is_none_or(|own| own == *id)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = sql(concat!("SELECT ", columns!(), " FROM clients WHERE workspace_id = "));
    query.push_bind(scope.workspace).push(" AND deleted_at IS NULL AND id IN (").push_binds(ids).push(")");
    let rows: Vec<ClientRow> = conn.all(query).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A client by its id in another system.
pub async fn find_by_ref(
    conn: &mut Conn,
    scope: Scope,
    source: &ExternalSource,
    reference: &ExternalRef,
) -> Result<Option<ClientRow>> {
    conn.optional(sql(FIND_BY_REF).bind(scope.workspace).bind(source).bind(reference)).await
}

/// Refuses a reference that another client has already.
pub async fn check_ref(tx: &mut Tx, fields: &NewClient, own: Option<ClientId>) -> Result<()> {
    let (Some(source), Some(reference)) = (&fields.external_source, &fields.external_ref) else { return Ok(()) };
    let scope = Scope::workspace(tx.workspace());
    match find_by_ref(tx, scope, source, reference).await? {
        Some(other) if Some(other.id) != own => {
            Err(Error::new(Code::DuplicateExternalRef).member("conflicts", [other.id]))
        }
        _ => Ok(()),
    }
}

/// Adds a client.
pub async fn insert(tx: &mut Tx, new: &NewClient) -> Result<ClientRow> {
    let id = ClientId(tx.new_id());
    let insert = bind_fields(sql(INSERT).bind(tx.workspace()).bind(id), new).bind(tx.now());
    tx.one(insert).await
}

/// Stores every field of a client anew.
pub async fn update(tx: &mut Tx, id: ClientId, fields: &NewClient) -> Result<ClientRow> {
    let update = bind_fields(sql(UPDATE).bind(tx.workspace()).bind(id), fields).bind(tx.now());
    tx.one(update).await
}

/// Archives or brings back.
pub async fn set_archived(tx: &mut Tx, id: ClientId, archived: bool) -> Result<ClientRow> {
    let archived_at = archived.then(|| tx.wall_clock());
    let query = sql(SET_ARCHIVED).bind(tx.workspace()).bind(id).bind(archived_at).bind(tx.now());
    tx.one(query).await
}

/// Deletes a client with its contacts and channels, leaving tombstones.
pub async fn bury(tx: &mut Tx, id: ClientId) -> Result<ClientRow> {
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.execute(sql(BURY_CHANNELS).bind(workspace).bind(id).bind(now)).await?;
    tx.execute(sql(BURY_CONTACTS).bind(workspace).bind(id).bind(now).bind(false)).await?;
    tx.one(sql(BURY).bind(workspace).bind(id).bind(now)).await
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
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, scope, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many clients a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &ClientFilter, slice: &Slice) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
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
        query.push(" AND kind IN (").push_binds(kinds.0.iter().copied()).push(")");
    }
    if let (Some(tag), false) = (&filter.tags, scope.is_client()) {
        query.push(" AND tags_key LIKE ").push_bind(tag_pattern(&tag.0)).push(" ESCAPE '\\'");
    }
    if !scope.is_client() {
        query.push_reference(filter.external_source.as_deref(), filter.external_ref.as_deref());
    }
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

fn bind_fields(query: Sql, fields: &NewClient) -> Sql {
    query
        .bind(&fields.name)
        .bind(&fields.legal_name)
        .bind(fields.kind)
        .bind(fields.status)
        .bind(fields.billing_address.as_ref())
        .bind(&fields.vat_id)
        .bind(&fields.email)
        .bind(&fields.currency)
        .bind(&fields.time_zone)
        .bind(&fields.language)
        .bind(fields.payment_term_days)
        .bind(fields.default_terms.as_ref())
        .bind(&fields.working_hours)
        .bind(&fields.tags)
        .bind(&fields.client_note)
        .bind(&fields.internal_note)
        .bind(&fields.external_source)
        .bind(&fields.external_ref)
        .bind(sort_key(&fields.name))
        .bind(fields.search_text())
        .bind(fields.search_internal())
        .bind(fields.tags_key())
}
