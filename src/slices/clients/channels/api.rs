//! Channels over HTTP.

use super::{
    ChannelEvent,
    model::{ChannelCreation, ChannelFilter, ChannelKindInfo, ChannelRecord, ChannelRow, NewChannel},
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::Result;
use crate::kernel::{ClientId, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::clients::{channel_kinds::ChannelKind, contacts::store as contacts, model::ClientRow};
use crate::web::{Body, Catalogue, Changed, Created, Deleted, Found, Json, List, Listed, MergePatch, Query};

impl Addressed for ChannelRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let client = ClientRow::find(conn, cx, at).await?.id;
        store::find(conn, cx.scope(), client, cx.id("channel_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/clients/{}/channels/{}", self.client_id, self.id)
    }
}

pub async fn list_channels(cx: Cx, list: List<ChannelFilter>) -> Result<Listed<ChannelRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let client = ClientRow::find(&mut conn, &cx, at).await?.id;
    let page = store::list(&mut conn, scope, client, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, client, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_channel(
    cx: Cx,
    query: Query<ChannelCreation>,
    body: Json<NewChannel>,
) -> Result<Created<ChannelRecord>> {
    let imported = query.read(&cx)?.import.is_some_and(|import| import.0);
    kit::create_in(&cx, body, async |tx, client: ClientRow, new: Body<NewChannel>| {
        let new = check(tx, cx.scope(), client.id, new, imported).await?;
        let row = store::insert(tx, client.id, &new).await?;
        recorded(tx, ChannelEvent::Created, None, row).await
    })
    .await
}

pub async fn get_channel(cx: Cx) -> Result<Found<ChannelRecord>> {
    kit::show::<ChannelRow>(&cx).await
}

pub async fn update_channel(cx: Cx, body: MergePatch<NewChannel>) -> Result<Changed<ChannelRecord>> {
    kit::change(&cx, body, async |tx, before: ChannelRow, changes| {
        let body = changes.apply(&before.fields)?;
        if body.value == before.fields {
            return body.checked().map(|_| Done::unchanged(before));
        }
        let may_be_retired = body.value.kind == before.fields.kind;
        let fields = check(tx, cx.scope(), before.client_id, body, may_be_retired).await?;
        let row = store::update(tx, &before, &fields).await?;
        recorded(tx, ChannelEvent::Updated, Some(&before), row).await
    })
    .await
}

pub async fn delete_channel(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: ChannelRow| {
        let row = store::bury(tx, before.id).await?;
        recorded(tx, ChannelEvent::Deleted, Some(&before), row).await
    })
    .await
}

pub async fn list_channel_kinds(cx: Cx, page: Catalogue) -> Result<Listed<ChannelKindInfo>> {
    let german = cx.about().german;
    let kinds = ChannelKind::ALL.iter().map(|kind| ChannelKindInfo::of(*kind, german)).collect();
    page.page(&cx, kinds, |kind| format!("{} {}", kind.id, kind.name))
}

/// All that the schema cannot say; the contact must be one of this client's.
async fn check(
    tx: &mut Tx,
    scope: Scope,
    client: ClientId,
    channel: Body<NewChannel>,
    may_be_retired: bool,
) -> Result<NewChannel> {
    let Body { value: fields, mut faults } = channel;
    fields.check(may_be_retired, &mut faults);
    if let Some(contact) = fields.contact_id {
        let found = contacts::find(tx, scope, client, contact).await;
        faults.absorb(found.map_err(|error| error.as_reference("/contact_id")))?;
    }
    faults.check().map(|()| fields)
}
