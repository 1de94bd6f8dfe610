//! API keys over HTTP.

use super::{
    model::{ApiKey, ApiKeyFilter, IssuedApiKey, NewApiKey},
    store,
};
use crate::kernel::error::Result;
use crate::platform::auth::SecretKind;
use crate::platform::events::record;
use crate::slices::accounts::members;
use crate::web::{Cx, Deleted, Found, Json, List, Listed, Revealed};

pub async fn list_api_keys(cx: Cx, list: List<ApiKeyFilter>) -> Result<Listed<ApiKey>> {
    let mut list = list.read(&cx)?;
    let (caller, mut conn) = (cx.caller(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, caller, &list.filter, &list.slice).await?;
    let mut answer = list.answer(&cx, page, |row| row.view());
    if list.include.total_count {
        answer.total_count = Some(store::count(&mut conn, caller, &list.filter, &list.slice).await?);
    }
    Ok(answer)
}

pub async fn create_api_key(cx: Cx, body: Json<NewApiKey>) -> Result<Revealed<IssuedApiKey>> {
    let caller = cx.caller();
    let new = body.read(&cx).await?.check(caller.role, cx.app().clock.now())?;
    let secret = SecretKind::ApiKey.make();
    let last_four = &secret.text[secret.text.len() - 4..];
    let mut tx = cx.begin().await?;
    let row = store::insert(&mut tx, caller.member, &new, (secret.hash, last_four)).await?;
    record(&mut tx, "api_key.created", None, &row).await?;
    let location = format!("/v1/api-keys/{}", row.id);
    cx.commit(tx, Revealed { location, body: IssuedApiKey { key: row.view(), secret: secret.text } }).await
}

pub async fn get_api_key(cx: Cx) -> Result<Found<ApiKey>> {
    let row = store::find(&mut cx.read().await?, cx.caller(), cx.id("api_key_id")?).await?;
    Ok(Found(row.view()))
}

pub async fn revoke_api_key(cx: Cx) -> Result<Deleted> {
    let id = cx.id("api_key_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.caller(), id).await?;
    if before.member_id != cx.caller().member {
        members::require_owner(&mut tx, cx.caller()).await?;
    }
    cx.judge(&before)?;
    store::revoke(&mut tx, &before).await?;
    let answer = cx.commit(tx, Deleted).await?;
    cx.app().callers.forget();
    Ok(answer)
}
