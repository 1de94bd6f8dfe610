//! Writing and reading the stream.

use super::model::{EVENT_TYPES, EventActor, EventFilter, EventRow, Recorded, changes};
use crate::auth::Scope;
use crate::db::{Conn, Order, Page, Slice, Sql, Tx, sql, statements, window};
use crate::error::{Code, Error, Result};
use crate::types::{EventId, JsonText};
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO events (workspace_id, id, seq, type, occurred_at, actor, request_id, client_id, \
        resource_type, resource_id, resource_version, data, client_data, changes) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    FIND = "SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, \
        resource_version, data, client_data, changes FROM events \
        WHERE workspace_id = $1 AND id = $2";
}

/// Records a change, in its transaction: what happened, by whom, and the object before and after.
pub async fn record<R: Recorded>(tx: &mut Tx, kind: &'static str, before: Option<&R>, after: &R) -> Result<()> {
    debug_assert!(EVENT_TYPES.iter().any(|known| known.name == kind), "{kind} is not in the catalogue");
    debug_assert!(tx.raises(kind), "the document of the operation does not say that it raises {kind}");
    let data = after.shown();
    let changed = before.map(|before| JsonText(changes(&before.shown(), &data)));
    let client_data = after.shown_to_client().map(JsonText);
    let actor = tx.actor().clone();
    let who = JsonText(EventActor { member_id: actor.member, name: actor.name, api_key_id: actor.api_key });
    let (seq, id) = (tx.next_event_number()?, EventId(tx.new_id()));
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(id)
        .bind(seq)
        .bind(kind)
        .bind(tx.now())
        .bind(&who)
        .bind(actor.request_id)
        .bind(after.client())
        .bind(R::RESOURCE)
        .bind(after.id())
        .bind(after.version())
        .bind(&JsonText(data))
        .bind(client_data.as_ref())
        .bind(changed.as_ref());
    tx.execute(insert).await?;
    Ok(())
}

/// Takes what happened to these resources out of their client's view of the past: they are no longer hers to see.
/// The workspace's own history stays as it is.
pub async fn withhold(tx: &mut Tx, resources: impl IntoIterator<Item = Uuid>) -> Result<()> {
    let resources: Vec<Uuid> = resources.into_iter().collect();
    for some in resources.chunks(500) {
        let mut update = sql("UPDATE events SET client_data = NULL WHERE workspace_id = ");
        update.push_bind(tx.workspace()).push(" AND client_data IS NOT NULL AND resource_id IN (");
        update.push_binds(some.iter().copied()).push(")");
        tx.execute(update).await?;
    }
    Ok(())
}

/// A page of the stream; after an event it is ascending.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    filter: &EventFilter,
    slice: &Slice,
) -> Result<Option<Page<EventRow>>> {
    let mut slice = slice.clone();
    let mut query =
        sql("SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, \
         resource_version, data, client_data, changes");
    push_from(&mut query, scope, filter);
    if let Some(after) = filter.after {
        let Some(seq) = seq_of(conn, scope, after).await? else { return Ok(None) };
        query.push(" AND seq > ").push_bind(seq);
        slice.window.order = Order { descending: false, ..slice.window.order };
    }
    window(conn, query, &slice.window).await.map(Some)
}

/// How many events a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, filter: &EventFilter) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, filter);
    if let Some(after) = filter.after {
        let seq = seq_of(conn, scope, after).await?.unwrap_or(0);
        query.push(" AND seq > ").push_bind(seq);
    }
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

/// One event, as far as the caller may see it.
pub async fn find(conn: &mut Conn, scope: Scope, id: EventId) -> Result<EventRow> {
    let row: Option<EventRow> = conn.optional(sql(FIND).bind(scope.workspace).bind(id)).await?;
    let visible =
        |row: &EventRow| scope.client.is_none_or(|own| row.client_id == Some(own) && row.client_data.is_some());
    row.filter(visible).ok_or_else(Error::not_found)
}

/// The number of an event that the caller may see.
async fn seq_of(conn: &mut Conn, scope: Scope, id: EventId) -> Result<Option<i64>> {
    match find(conn, scope, id).await {
        Ok(row) => Ok(Some(row.seq)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn push_from(query: &mut Sql, scope: Scope, filter: &EventFilter) {
    query.push(" FROM events WHERE workspace_id = ").push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND client_data IS NOT NULL AND client_id = ").push_bind(own);
    }
    if let Some(client) = filter.client_id {
        query.push(" AND client_id = ").push_bind(client);
    }
    if let Some(resource) = filter.resource_id {
        query.push(" AND resource_id = ").push_bind(resource.0);
    }
    if let Some(types) = &filter.r#type {
        query.push(" AND type IN (").push_binds(types.0.iter().map(|name| name.0)).push(")");
    }
}
