//! Contacts over HTTP.

use super::{
    model::{ContactFilter, ContactRecord, ContactRow, NewContact},
    store,
};
use crate::db::Tx;
use crate::kernel::ClientId;
use crate::kernel::error::Result;
use crate::platform::events::record;
use crate::slices::clients::{
    channels::{model::NewChannel, store as channels},
    store as clients,
};
use crate::web::{Changed, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch};

pub async fn list_contacts(cx: Cx, list: List<ContactFilter>) -> Result<Listed<ContactRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let client = clients::find(&mut conn, scope, cx.id("client_id")?).await?.id;
    let page = store::list(&mut conn, scope, client, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, client, &list.filter, &list.slice).await;
    list.finish(&cx, page, |row| row.view(scope.is_client()), count).await
}

pub async fn create_contact(cx: Cx, body: Json<NewContact>) -> Result<Created<ContactRecord>> {
    let client = clients::find(&mut cx.read().await?, cx.scope(), cx.id("client_id")?).await?.id;
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    clients::find(&mut tx, cx.scope(), client).await?;
    if new.is_primary {
        step_back(&mut tx, &cx, client, None).await?;
    }
    let row = store::insert(&mut tx, client, &new).await?;
    record(&mut tx, "contact.created", None, &row).await?;
    let location = format!("/v1/clients/{client}/contacts/{}", row.id);
    cx.commit(tx, Created { location, body: row.view(false) }).await
}

pub async fn get_contact(cx: Cx) -> Result<Found<ContactRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let client = clients::find(&mut conn, scope, cx.id("client_id")?).await?.id;
    let row = store::find(&mut conn, scope, client, cx.id("contact_id")?).await?;
    Ok(Found(row.view(scope.is_client())))
}

pub async fn update_contact(cx: Cx, body: MergePatch<NewContact>) -> Result<Changed<ContactRecord>> {
    let (client, id) = (cx.id("client_id")?, cx.id("contact_id")?);
    store::find(&mut cx.read().await?, cx.scope(), client, id).await?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), client, id).await?;
    cx.judge(&before)?;
    let fields = changes.apply(&before.fields)?;
    if fields == before.fields {
        return cx.commit(tx, Changed(before.view(false))).await;
    }
    if fields.is_primary {
        step_back(&mut tx, &cx, client, Some(&before)).await?;
    }
    let row = store::update(&mut tx, &before, &fields).await?;
    record(&mut tx, "contact.updated", Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view(false))).await
}

pub async fn delete_contact(cx: Cx) -> Result<Deleted> {
    let (client, id) = (cx.id("client_id")?, cx.id("contact_id")?);
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), client, id).await?;
    cx.judge(&before)?;
    for channel in channels::of_contact(&mut tx, cx.scope(), client, id).await? {
        let fields = NewChannel { contact_id: None, ..channel.fields.clone() };
        let row = channels::update(&mut tx, &channel, &fields).await?;
        record(&mut tx, "channel.updated", Some(&channel), &row).await?;
    }
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "contact.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

/// The primary contact so far makes room for another.
async fn step_back(tx: &mut Tx, cx: &Cx, client: ClientId, next: Option<&ContactRow>) -> Result<()> {
    let Some(before) = store::primary(tx, cx.scope(), client).await? else { return Ok(()) };
    if next.is_some_and(|next| next.id == before.id) {
        return Ok(());
    }
    let fields = NewContact { is_primary: false, ..before.fields.clone() };
    let row = store::update(tx, &before, &fields).await?;
    record(tx, "contact.updated", Some(&before), &row).await
}
