//! What is behind the address of a balance link, for everybody who has it.

use super::{
    forms,
    model::{OpenedLink, SharedBalance, require_unarchived},
    store,
};
use crate::kernel::error::{Error, Result};
use crate::platform::auth::{Scope, SecretKind};
use crate::platform::cx::Cx;
use crate::slices::engagements::store as engagements;
use crate::slices::packages::balance_of;
use crate::web::{Negotiated, Picture};

pub async fn get_shared_balance(cx: Cx) -> Result<Negotiated<SharedBalance>> {
    let (link, balance) = open(&cx).await?;
    Ok(Negotiated::of(cx.request(), balance, |balance| forms::page(balance, in_german(&cx, &link))))
}

pub async fn get_balance_badge(cx: Cx) -> Result<Picture> {
    let (link, balance) = open(&cx).await?;
    Ok(forms::badge(&balance, in_german(&cx, &link)))
}

/// The link that the address opens, and what it shows now.
async fn open(cx: &Cx) -> Result<(OpenedLink, SharedBalance)> {
    let token = cx.request().match_info().query("token");
    let hash = SecretKind::BalanceLink.hash(token).ok_or_else(Error::not_found)?;
    let link = store::by_token(&mut cx.read().await?, &hash).await?;
    cx.count_opened(link.id)?;
    link.require_active(cx.app().clock.now())?;
    let scope = Scope::workspace(link.workspace_id);
    let mut conn = cx.snapshot_of(link.workspace_id).await?;
    let at = conn.recorded_at;
    let engagement = engagements::find(&mut conn, scope, link.engagement_id, at).await?;
    require_unarchived(&engagement.row)?;
    let balance = balance_of(&mut conn, scope, engagement, at).await?;
    store::USES.note(&cx.app().db, &cx.app().clock, (link.workspace_id, link.id), link.last_used_at);
    Ok((link, balance.into()))
}

/// The language that the reader asks for, else the client's.
fn in_german(cx: &Cx, link: &OpenedLink) -> bool {
    cx.about().asked_german.unwrap_or(link.language.is_german())
}
