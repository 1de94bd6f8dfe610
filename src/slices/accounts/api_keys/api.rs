//! API keys over HTTP.

use super::{
    model::{ApiKey, ApiKeyFilter, ApiKeyRow, IssuedApiKey, NewApiKey},
    store,
};
use crate::db::Conn;
use crate::kernel::Timestamp;
use crate::kernel::error::Result;
use crate::platform::auth::SecretKind;
use crate::platform::cx::Cx;
use crate::platform::entity::Entity;
use crate::platform::events::record;
use crate::platform::kit::{self, Addressed};
use crate::slices::accounts::api_keys::ApiKeyEvent;
use crate::slices::accounts::members;
use crate::web::{Deleted, Found, Json, List, Listed, Revealed};

impl Addressed for ApiKeyRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.caller(), cx.id("api_key_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/api-keys/{}", self.id)
    }
}

pub async fn list_api_keys(cx: Cx, list: List<ApiKeyFilter>) -> Result<Listed<ApiKey>> {
    let mut list = list.read(&cx)?;
    let (caller, mut conn) = (cx.caller(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, caller, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, caller, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_api_key(cx: Cx, body: Json<NewApiKey>) -> Result<Revealed<IssuedApiKey>> {
    let caller = cx.caller();
    let (role, now) = (caller.role(), cx.app().clock.now());
    let new = body.read(&cx).await?.judged(|new, faults| new.check(role, now, faults))?;
    let secret = SecretKind::ApiKey.make();
    let last_four = &secret.text[secret.text.len() - 4..];
    let mut tx = cx.begin().await?;
    let row = store::insert(&mut tx, caller.member, &new, (secret.hash, last_four)).await?;
    record(&mut tx, ApiKeyEvent::Created, None, &row).await?;
    let (location, key) = (row.location(), row.view(&cx.viewer()));
    cx.commit(tx, Revealed { location, body: IssuedApiKey { key, secret: secret.text } }).await
}

pub async fn get_api_key(cx: Cx) -> Result<Found<ApiKey>> {
    kit::show::<ApiKeyRow>(&cx).await
}

pub async fn revoke_api_key(cx: Cx) -> Result<Deleted> {
    let answer = kit::delete(&cx, async |tx, before: ApiKeyRow| {
        if before.member_id != cx.caller().member {
            members::require_owner(tx, cx.caller()).await?;
        }
        store::revoke(tx, &before).await
    })
    .await?;
    cx.app().callers.forget();
    Ok(answer)
}
