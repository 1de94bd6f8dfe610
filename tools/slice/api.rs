//! {{Plurals}} over HTTP.

use super::{
    {{Single}}Event,
    model::{New{{Single}}, {{Single}}Filter, {{Single}}Record, {{Single}}Row},
    store,
};
use crate::db::Conn;
use crate::kernel::Timestamp;
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed};
use crate::slices::clients::store as clients;
use crate::web::{Changed, Created, Deleted, Found, Json, List, Listed, MergePatch};

impl Addressed for {{Single}}Row {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("{{single}}_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/{{path}}/{}", self.id)
    }
}

pub async fn list_{{plural}}(cx: Cx, list: List<{{Single}}Filter>) -> Result<Listed<{{Single}}Record>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_{{single}}(cx: Cx, body: Json<New{{Single}}>) -> Result<Created<{{Single}}Record>> {
    let new = body.read(&cx).await?;
    kit::create(&cx, async |tx| {
        clients::find_for_work(tx, cx.scope(), new.client_id, "/client_id").await?;
        let row = store::insert(tx, &new).await?;
        recorded(tx, {{Single}}Event::Created, None, row).await
    })
    .await
}

pub async fn get_{{single}}(cx: Cx) -> Result<Found<{{Single}}Record>> {
    kit::show::<{{Single}}Row>(&cx).await
}

pub async fn update_{{single}}(cx: Cx, body: MergePatch<New{{Single}}>) -> Result<Changed<{{Single}}Record>> {
    kit::change(&cx, body, async |tx, before: {{Single}}Row, changes| {
        let fields = changes.apply(&before.fields)?;
        if fields == before.fields {
            return Ok(Done::unchanged(before));
        }
        let row = store::update(tx, before.id, &fields).await?;
        recorded(tx, {{Single}}Event::Updated, Some(&before), row).await
    })
    .await
}

pub async fn delete_{{single}}(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: {{Single}}Row| {
        let row = store::bury(tx, before.id).await?;
        recorded(tx, {{Single}}Event::Deleted, Some(&before), row).await
    })
    .await
}
