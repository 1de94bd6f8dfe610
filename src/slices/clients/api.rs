//! Clients over HTTP.

use super::{
    ClientEvent, acts,
    model::{ClientFilter, ClientRecord, ClientRow, NewClient},
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::Result;
use crate::kernel::{ExternalRef, ExternalSource, Timestamp};
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Referenced};
use crate::web::{
    Body, Changed, Changes, Created, Deleted, Found, Json, List, Listed, MergePatch, Upsert, Upserted,
};

impl Addressed for ClientRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("client_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/clients/{}", self.id)
    }
}

impl Referenced for ClientRow {
    async fn find_by_ref(
        conn: &mut Conn,
        cx: &Cx,
        (source, reference): (&ExternalSource, &ExternalRef),
        _: Timestamp,
    ) -> Result<Option<Self>> {
        store::find_by_ref(conn, cx.scope(), source, reference).await
    }
}

pub async fn list_clients(cx: Cx, list: List<ClientFilter>) -> Result<Listed<ClientRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_client(cx: Cx, body: Json<NewClient>) -> Result<Created<ClientRecord>> {
    kit::create(&cx, body, acts::create).await
}

pub async fn get_client(cx: Cx) -> Result<Found<ClientRecord>> {
    kit::show::<ClientRow>(&cx).await
}

pub async fn update_client(cx: Cx, body: MergePatch<NewClient>) -> Result<Changed<ClientRecord>> {
    kit::change(&cx, body, change).await
}

pub async fn upsert_client(cx: Cx, body: Upsert<NewClient>) -> Result<Upserted<ClientRecord>> {
    kit::upsert(&cx, body, acts::create, change).await
}

pub async fn delete_client(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: ClientRow| {
        tx.refuse_if_held(store::DELETION, before.id).await?;
        let row = store::bury(tx, before.id).await?;
        recorded(tx, ClientEvent::Deleted, Some(&before), row).await
    })
    .await
}

pub async fn archive_client(cx: Cx) -> Result<Changed<ClientRecord>> {
    kit::act(&cx, acts::archive).await
}

pub async fn unarchive_client(cx: Cx) -> Result<Changed<ClientRecord>> {
    kit::act(&cx, acts::unarchive).await
}

async fn change(tx: &mut Tx, before: ClientRow, changes: &Changes<NewClient>) -> Result<Done<ClientRow>> {
    let (currency, time_zone, language) = store::workspace_defaults(tx).await?;
    let Body { value, mut faults } = changes.apply(&before.fields)?;
    let fields = value.complete((&currency, &time_zone, &language), &mut faults);
    faults.check().map_err(|error| changes.at_sent(error))?;
    if fields == before.fields {
        return Ok(Done::unchanged(before));
    }
    if fields.currency != before.fields.currency {
        tx.refuse_if_held(store::CURRENCY_CHANGE, before.id).await?;
    }
    store::check_ref(tx, &fields, Some(before.id)).await?;
    let row = store::update(tx, before.id, &fields).await?;
    recorded(tx, ClientEvent::Updated, Some(&before), row).await
}
