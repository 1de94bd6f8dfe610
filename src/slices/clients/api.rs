//! Clients over HTTP.

use super::{
    acts,
    model::{ClientFilter, ClientRecord, ClientRow, NewClient},
    store,
};
use crate::db::Tx;
use crate::kernel::ClientId;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::events::record;
use crate::web::{
    Changed, Changes, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch, Upsert, Upserted,
};

pub async fn list_clients(cx: Cx, list: List<ClientFilter>) -> Result<Listed<ClientRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    list.finish(&cx, page, |row| row.view(scope.is_client()), count).await
}

pub async fn create_client(cx: Cx, body: Json<NewClient>) -> Result<Created<ClientRecord>> {
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let row = acts::create(&mut tx, new).await?;
    let answer = Created { location: location(row.id), body: row.view(false) };
    cx.commit(tx, answer).await
}

pub async fn get_client(cx: Cx) -> Result<Found<ClientRecord>> {
    let scope = cx.scope();
    let row = store::find(&mut cx.read().await?, scope, cx.id("client_id")?).await?;
    Ok(Found(row.view(scope.is_client())))
}

pub async fn update_client(cx: Cx, body: MergePatch<NewClient>) -> Result<Changed<ClientRecord>> {
    let id = cx.id("client_id")?;
    store::find(&mut cx.read().await?, cx.scope(), id).await?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let row = change(&mut tx, &cx, before, &changes).await?;
    cx.commit(tx, Changed(row.view(false))).await
}

pub async fn upsert_client(cx: Cx, body: Upsert<NewClient>) -> Result<Upserted<ClientRecord>> {
    let (source, reference) = cx.reference()?;
    let changes = body.read(&cx).await?.for_reference(&source, &reference);
    let mut tx = cx.begin().await?;
    match store::find_by_ref(&mut tx, cx.scope(), &source, &reference).await? {
        Some(before) => {
            cx.judge(&before)?;
            let row = change(&mut tx, &cx, before, &changes).await?;
            cx.commit(tx, Upserted::Changed(Changed(row.view(false)))).await
        }
        None => {
            cx.judge_absent()?;
            let row = acts::create(&mut tx, changes.create()?).await?;
            let created = Created { location: location(row.id), body: row.view(false) };
            cx.commit(tx, Upserted::Created(created)).await
        }
    }
}

pub async fn delete_client(cx: Cx) -> Result<Deleted> {
    let id = cx.id("client_id")?;
    let mut tx = cx.begin().await?;
    let now = tx.wall_clock();
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let blockers = store::dependents(&mut tx, cx.scope(), id, now).await?;
    if !blockers.is_empty() {
        return Err(Error::new(Code::HasDependents).member("blocked_by", blockers));
    }
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "client.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

pub async fn archive_client(cx: Cx) -> Result<Changed<ClientRecord>> {
    perform(cx, acts::archive).await
}

pub async fn unarchive_client(cx: Cx) -> Result<Changed<ClientRecord>> {
    perform(cx, acts::unarchive).await
}

async fn perform(
    cx: Cx,
    act: impl AsyncFnOnce(&mut Tx, &ClientRow) -> Result<ClientRow>,
) -> Result<Changed<ClientRecord>> {
    let id = cx.id("client_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let row = act(&mut tx, &before).await?;
    cx.commit(tx, Changed(row.view(false))).await
}

async fn change(tx: &mut Tx, cx: &Cx, before: ClientRow, changes: &Changes<NewClient>) -> Result<ClientRow> {
    let (currency, time_zone, language) = store::workspace_defaults(tx).await?;
    let completed = changes.apply(&before.fields)?.complete(&currency, &time_zone, &language);
    let fields = completed.map_err(|error| changes.at_sent(error))?;
    if fields == before.fields {
        return Ok(before);
    }
    if fields.currency != before.fields.currency {
        let blockers = store::money_bearing(tx, cx.scope(), before.id).await?;
        if !blockers.is_empty() {
            return Err(Error::new(Code::CurrencyFixed).member("blocked_by", blockers));
        }
    }
    store::check_ref(tx, &fields, Some(before.id)).await?;
    let row = store::update(tx, before.id, &fields).await?;
    record(tx, "client.updated", Some(&before), &row).await?;
    Ok(row)
}

fn location(id: ClientId) -> String {
    format!("/v1/clients/{id}")
}
