//! Contacts over HTTP.

use super::{
    ContactEvent,
    model::{ContactFilter, ContactRecord, ContactRow, NewContact},
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::Result;
use crate::kernel::{ClientId, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::{record, recorded};
use crate::platform::kit::{self, Addressed};
use crate::slices::clients::{
    channels::{ChannelEvent, model::NewChannel, store as channels},
    model::ClientRow,
};
use crate::web::{Body, Changed, Created, Deleted, Found, Json, List, Listed, MergePatch};

impl Addressed for ContactRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let client = ClientRow::find(conn, cx, at).await?.id;
        store::find(conn, cx.scope(), client, cx.id("contact_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/clients/{}/contacts/{}", self.client_id, self.id)
    }
}

pub async fn list_contacts(cx: Cx, list: List<ContactFilter>) -> Result<Listed<ContactRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let client = ClientRow::find(&mut conn, &cx, at).await?.id;
    let page = store::list(&mut conn, scope, client, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, client, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_contact(cx: Cx, body: Json<NewContact>) -> Result<Created<ContactRecord>> {
    kit::create_in(&cx, body, async |tx, client: ClientRow, new: Body<NewContact>| {
        let new = new.checked()?;
        if new.is_primary {
            step_back(tx, cx.scope(), client.id, None).await?;
        }
        let row = store::insert(tx, client.id, &new).await?;
        recorded(tx, ContactEvent::Created, None, row).await
    })
    .await
}

pub async fn get_contact(cx: Cx) -> Result<Found<ContactRecord>> {
    kit::show::<ContactRow>(&cx).await
}

pub async fn update_contact(cx: Cx, body: MergePatch<NewContact>) -> Result<Changed<ContactRecord>> {
    kit::change(&cx, body, async |tx, before: ContactRow, changes| {
        let fields = changes.apply(&before.fields)?.checked()?;
        if fields == before.fields {
            return Ok(Done::unchanged(before));
        }
        if fields.is_primary {
            step_back(tx, cx.scope(), before.client_id, Some(&before)).await?;
        }
        let row = store::update(tx, &before, &fields).await?;
        recorded(tx, ContactEvent::Updated, Some(&before), row).await
    })
    .await
}

pub async fn delete_contact(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: ContactRow| {
        for channel in channels::of_contact(tx, cx.scope(), before.client_id, before.id).await? {
            let fields = NewChannel { contact_id: None, ..channel.fields.clone() };
            let row = channels::update(tx, &channel, &fields).await?;
            record(tx, ChannelEvent::Updated, Some(&channel), &row).await?;
        }
        let row = store::bury(tx, before.id).await?;
        recorded(tx, ContactEvent::Deleted, Some(&before), row).await
    })
    .await
}

/// The primary contact so far makes room for another.
async fn step_back(tx: &mut Tx, scope: Scope, client: ClientId, next: Option<&ContactRow>) -> Result<()> {
    let Some(before) = store::primary(tx, scope, client).await? else { return Ok(()) };
    if next.is_some_and(|next| next.id == before.id) {
        return Ok(());
    }
    let fields = NewContact { is_primary: false, ..before.fields.clone() };
    let row = store::update(tx, &before, &fields).await?;
    record(tx, ContactEvent::Updated, Some(&before), &row).await
}
