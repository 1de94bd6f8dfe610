//! Writing the stream.

use super::{
    catalogue::Event,
    model::{Recorded, StoredActor, changes},
};
use crate::db::{Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{ClientId, EventId, JsonText};
use crate::platform::entity::{Done, Entity};
use serde_json::Value;
use uuid::Uuid;

statements! {
    INSERT = "INSERT INTO events (workspace_id, id, seq, type, occurred_at, actor, request_id, client_id, \
        resource_type, resource_id, resource_version, data, client_data, changes) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
}

/// Records a change, in its transaction: what happened, by whom, and the object before and after.
pub async fn record<R: Recorded>(tx: &mut Tx, event: R::Event, before: Option<&R>, after: &R) -> Result<()> {
    let shown = after.shown_to_client(tx.wall_clock());
    insert(tx, event, after.client(), before, after, shown).await
}

/// Records the change that an operation is about; what it gives back proves that.
pub async fn recorded<E: Entity>(tx: &mut Tx, event: E::Event, before: Option<&E>, after: E) -> Result<Done<E>> {
    record(tx, event, before, &after).await?;
    Ok(Done::recorded(after))
}

/// Records a change for a client who is not, or no longer, the one whose row it is: what they are shown of it is given.
pub async fn record_for<R: Recorded>(
    tx: &mut Tx,
    event: R::Event,
    client: ClientId,
    before: Option<&R>,
    after: &R,
    shown: Option<Value>,
) -> Result<()> {
    insert(tx, event, Some(client), before, after, shown).await
}

async fn insert<R: Recorded>(
    tx: &mut Tx,
    event: R::Event,
    client: Option<ClientId>,
    before: Option<&R>,
    after: &R,
    shown_to_client: Option<Value>,
) -> Result<()> {
    let kind = event.name();
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
        .bind(JsonText(data))
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

/// Takes what happened to these resources out of their client's view of the past: they are no longer theirs to see.
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
