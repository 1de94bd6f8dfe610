//! Writing and reading the stream.

use super::model::{EVENT_TYPES, EventFilter, EventRow, Recorded, StoredActor, changes};
use crate::db::{Conn, Order, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{ClientId, EventId, JsonText};
use crate::platform::auth::Scope;
use serde_json::Value;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO events (workspace_id, id, seq, type, occurred_at, actor, request_id, client_id, \
        resource_type, resource_id, resource_version, data, client_data, changes) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    FIND = "SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, \
        resource_version, data, client_data, changes FROM events \
        WHERE workspace_id = $1 AND id = $2";
    SEQ = "SELECT seq FROM events WHERE workspace_id = $1 AND id = $2";
    SEQ_OF_CLIENT = "SELECT seq FROM events WHERE workspace_id = $1 AND id = $2 AND client_id = $3";
}

/// Records a change, in its transaction: what happened, by whom, and the object before and after.
pub async fn record<R: Recorded>(tx: &mut Tx, kind: &'static str, before: Option<&R>, after: &R) -> Result<()> {
    let shown = after.shown_to_client(tx.wall_clock());
    insert(tx, kind, after.client(), before, after, shown).await
}

/// Records a change for a client who is not, or no longer, the one whose row it is: what she is shown of it is given.
pub async fn record_for<R: Recorded>(
    tx: &mut Tx,
    kind: &'static str,
    client: ClientId,
    before: Option<&R>,
    after: &R,
    shown: Option<Value>,
) -> Result<()> {
    insert(tx, kind, Some(client), before, after, shown).await
}

async fn insert<R: Recorded>(
    tx: &mut Tx,
    kind: &'static str,
    client: Option<ClientId>,
    before: Option<&R>,
    after: &R,
    shown_to_client: Option<Value>,
) -> Result<()> {
    debug_assert!(
        EVENT_TYPES.iter().any(|known| known.name == kind && known.resource() == R::RESOURCE),
        "{kind} of {} is not in the catalogue",
        R::RESOURCE
    );
    debug_assert!(tx.raises(kind), "the document of the operation does not say that it raises {kind}");
    let now = tx.wall_clock();
    let data = after.shown(now);
    let changed = before.map(|before| match (before.compared(), after.compared()) {
        (Some(old), Some(new)) => JsonText(changes(&old, &new)),
        _ => JsonText(changes(&before.shown(now), &data)),
    });
    let was_shown = before.filter(|_| kind.ends_with(".updated")).and_then(|before| before.shown_to_client(now));
    let told = changed.as_ref().map(|changed| &changed.0);
    let shown = shown_to_client.filter(|shown| !is_internal(told, was_shown.as_ref(), shown));
    let client_data = shown.map(JsonText);
    let actor = tx.actor().clone();
    let who = JsonText(StoredActor { member_id: actor.member, name: actor.name, api_key_id: actor.api_key });
    let (seq, id) = (tx.next_event_number()?, EventId(tx.new_id()));
    let insert = sql(INSERT)
        .bind(tx.workspace())
        .bind(id)
        .bind(seq)
        .bind(kind)
        .bind(tx.now())
        .bind(&who)
        .bind(actor.request_id)
        .bind(client)
        .bind(R::RESOURCE)
        .bind(after.id())
        .bind(after.version())
        .bind(&JsonText(data))
        .bind(client_data.as_ref())
        .bind(changed.as_ref());
    tx.execute(insert).await?;
    Ok(())
}

/// Whether something changed, but nothing of what the client sees: neither that nor who did it is told to them.
fn is_internal(changed: Option<&Value>, was_shown: Option<&Value>, shown: &Value) -> bool {
    let is_empty = |changes: &Value| changes.as_object().is_none_or(serde_json::Map::is_empty);
    changed.is_some_and(|changed| !is_empty(changed))
        && was_shown.is_some_and(|was| is_empty(&changes(was, shown)))
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
    let mut query = rows_of(scope, filter);
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

/// The number of an event that concerns the caller. One that went out of her sight since still marks her place.
async fn seq_of(conn: &mut Conn, scope: Scope, id: EventId) -> Result<Option<i64>> {
    let find = match scope.client {
        None => sql(SEQ).bind(scope.workspace).bind(id),
        Some(client) => sql(SEQ_OF_CLIENT).bind(scope.workspace).bind(id).bind(client),
    };
    conn.scalar(find).await
}

/// The question for a stretch of the stream, still without its window and its beginning.
pub fn rows_of(scope: Scope, filter: &EventFilter) -> Sql {
    let mut query =
        sql("SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, \
         resource_version, data, client_data, changes");
    push_from(&mut query, scope, filter);
    query
}

fn push_from(query: &mut Sql, scope: Scope, filter: &EventFilter) {
    query.push(" FROM events WHERE workspace_id = ").push_bind(scope.workspace);
    // The index of the narrowest filter leads: the resource's, the client's, the type's. The others are kept from it
    // by COALESCE.
    let of_resource = filter.resource_id.is_some();
    if let Some(resource) = filter.resource_id {
        query.push(" AND resource_id = ").push_bind(resource.0);
    }
    let client = if of_resource { " AND COALESCE(client_id, client_id) = " } else { " AND client_id = " };
    if let Some(own) = scope.client {
        query.push(client).push_bind(own).push(" AND client_data IS NOT NULL");
    }
    if let Some(other) = filter.client_id {
        // Another client's events are none of hers.
        let client = if scope.is_client() { " AND COALESCE(client_id, client_id) = " } else { client };
        query.push(client).push_bind(other);
    }
    let narrowed = of_resource || scope.is_client() || filter.client_id.is_some();
    match filter.r#type.as_ref().map(|types| types.0.as_slice()) {
        Some([one]) if !narrowed => {
            query.push(" AND type = ").push_bind(one.0);
        }
        Some(several) => {
            query.push(" AND COALESCE(type, type) IN (").push_binds(several.iter().map(|name| name.0)).push(")");
        }
        None => {}
    }
}
