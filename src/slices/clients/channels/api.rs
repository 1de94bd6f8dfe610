//! Channels over HTTP.

use super::{
    model::{ChannelCreation, ChannelFilter, ChannelKindInfo, ChannelRecord, NewChannel},
    store,
};
use crate::db::Tx;
use crate::kernel::ClientId;
use crate::kernel::error::{Code, FaultCode, Faults, Result};
use crate::platform::events::record;
use crate::slices::clients::{channel_kinds::ChannelKind, contacts::store as contacts, store as clients};
use crate::web::{Changed, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch, Query};

pub async fn list_channels(cx: Cx, list: List<ChannelFilter>) -> Result<Listed<ChannelRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let client = clients::find(&mut conn, scope, cx.id("client_id")?).await?.id;
    let page = store::list(&mut conn, scope, client, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, client, &list.filter, &list.slice).await;
    list.finish(&cx, page, |row| row.view(), count).await
}

pub async fn create_channel(
    cx: Cx,
    query: Query<ChannelCreation>,
    body: Json<NewChannel>,
) -> Result<Created<ChannelRecord>> {
    let imported = query.read(&cx)?.import.is_some_and(|import| import.0);
    let client = clients::find(&mut cx.read().await?, cx.scope(), cx.id("client_id")?).await?.id;
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    clients::find(&mut tx, cx.scope(), client).await?;
    check(&mut tx, &cx, client, &new, imported).await?;
    let row = store::insert(&mut tx, client, &new).await?;
    record(&mut tx, "channel.created", None, &row).await?;
    let location = format!("/v1/clients/{client}/channels/{}", row.id);
    cx.commit(tx, Created { location, body: row.view() }).await
}

pub async fn get_channel(cx: Cx) -> Result<Found<ChannelRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let client = clients::find(&mut conn, scope, cx.id("client_id")?).await?.id;
    Ok(Found(store::find(&mut conn, scope, client, cx.id("channel_id")?).await?.view()))
}

pub async fn update_channel(cx: Cx, body: MergePatch<NewChannel>) -> Result<Changed<ChannelRecord>> {
    let (client, id) = (cx.id("client_id")?, cx.id("channel_id")?);
    store::find(&mut cx.read().await?, cx.scope(), client, id).await?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), client, id).await?;
    cx.judge(&before)?;
    let fields = changes.apply(&before.fields)?;
    if fields == before.fields {
        return cx.commit(tx, Changed(before.view())).await;
    }
    check(&mut tx, &cx, client, &fields, fields.kind == before.fields.kind).await?;
    let row = store::update(&mut tx, &before, &fields).await?;
    record(&mut tx, "channel.updated", Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view())).await
}

pub async fn delete_channel(cx: Cx) -> Result<Deleted> {
    let (client, id) = (cx.id("client_id")?, cx.id("channel_id")?);
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), client, id).await?;
    cx.judge(&before)?;
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "channel.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

pub async fn list_channel_kinds(cx: Cx) -> Result<Listed<ChannelKindInfo>> {
    let german = cx.about().german;
    let kinds = ChannelKind::ALL.iter().map(|kind| ChannelKindInfo::of(*kind, german)).collect();
    Ok(Listed::whole(kinds, cx.app().clock.now()))
}

/// All that the schema cannot say; the contact must be one of this client's.
async fn check(tx: &mut Tx, cx: &Cx, client: ClientId, fields: &NewChannel, may_be_retired: bool) -> Result<()> {
    let mut faults = Faults::new();
    fields.check(may_be_retired, &mut faults);
    if let Some(contact) = fields.contact_id {
        match contacts::find(tx, cx.scope(), client, contact).await {
            Err(error) if error.code() == Code::NotFound => {
                faults.add("/contact_id", FaultCode::ReferenceNotFound);
            }
            found => found.map(drop)?,
        }
    }
    faults.check()
}
