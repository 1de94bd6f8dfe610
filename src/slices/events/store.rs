//! Reading the stream.

use super::model::{EventFilter, EventRow};
use crate::db::{Conn, Order, Page, Slice, Sql, sql, statements, window};
use crate::kernel::EventId;
use crate::kernel::error::{Error, Result};
use crate::platform::auth::Scope;

statements! {
    FIND = "SELECT id, seq, type, occurred_at, actor, request_id, client_id, resource_type, resource_id, \
        resource_version, data, client_data, changes FROM events \
        WHERE workspace_id = $1 AND id = $2";
    SEQ = "SELECT seq FROM events WHERE workspace_id = $1 AND id = $2";
    SEQ_OF_CLIENT = "SELECT seq FROM events WHERE workspace_id = $1 AND id = $2 AND client_id = $3";
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

/// The number of an event that concerns the caller. One that went out of their sight since still marks their place.
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
        // Another client's events are none of theirs.
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
