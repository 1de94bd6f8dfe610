//! Share links over HTTP.
//!
//! What follows `#` in a link and its password have an address of their own (`…/secret`): lists, single reads, events
//! and kept answers do not carry them. The rest of the address is shown there; with many providers it alone opens the
//! files, so that those answers are confidential as well.

use super::{
    acts, expiry,
    model::{
        NewShareLink, ShareAct, ShareLinkFilter, ShareLinkRecord, ShareLinkRow, ShareLinkSecret, ShareLinkView,
        Viewer, check_act,
    },
    providers::{self, ShareProvider},
    secrets::seal_password,
    store,
};
use crate::db::Tx;
use crate::kernel::ShareLinkId;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::Role;
use crate::platform::events::record;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::tasks::store as tasks;
use crate::web::{Changed, Created, Cx, Deleted, Found, Issued, Json, List, Listed, MergePatch, Query, Snapshot};

pub async fn list_share_links(cx: Cx, list: List<ShareLinkFilter>) -> Result<Listed<ShareLinkRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, viewer, mut conn) = (cx.scope(), viewer(&cx), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice, viewer.now).await?;
    let mut answer = list.answer(&cx, page, |row| row.view(viewer));
    expand(&mut conn, &cx, &list.expand, &mut answer.data).await?;
    if list.include.total_count {
        let count = store::count(&mut conn, scope, &list.filter, &list.slice, viewer.now).await?;
        answer.total_count = Some(count);
    }
    Ok(answer)
}

pub async fn create_share_link(cx: Cx, body: Json<NewShareLink>) -> Result<Created<ShareLinkRecord>> {
    let new = body.read(&cx).await?;
    let (client, url) = new.complete(cx.caller().client, cx.app().clock.now())?;
    let mut tx = cx.begin().await?;
    let row = acts::create(&mut tx, cx.scope(), &cx.app().secrets, (&new, client, &url)).await?;
    let location = format!("/v1/share-links/{}", row.id);
    cx.commit(tx, Created { location, body: row.view(viewer(&cx)) }).await
}

pub async fn get_share_link(cx: Cx, query: Query<ShareLinkView>) -> Result<Found<ShareLinkRecord>> {
    let wanted: Vec<&str> =
        query.read(&cx)?.expand.into_iter().flat_map(|asked| asked.0).map(|r| r.as_str()).collect();
    let mut conn = cx.snapshot_if(!wanted.is_empty()).await?;
    let mut link = store::find(&mut conn, cx.scope(), cx.id("share_link_id")?).await?.view(viewer(&cx));
    expand(&mut conn, &cx, &wanted, std::slice::from_mut(&mut link)).await?;
    Ok(Found(link))
}

pub async fn get_share_link_secret(cx: Cx) -> Result<Issued<ShareLinkSecret, 200>> {
    let (scope, id, mut conn) = (cx.scope(), cx.id("share_link_id")?, cx.snapshot().await?);
    let row = store::find(&mut conn, scope, id).await?;
    let sealed = store::secrets(&mut conn, scope, id).await?;
    let sealer = &cx.app().secrets;
    let (url, password) = (sealed.open_url(sealer, id, row.url)?, sealed.open_password(sealer, id)?);
    Ok(Issued(ShareLinkSecret { url, password }))
}

pub async fn update_share_link(cx: Cx, body: MergePatch<NewShareLink>) -> Result<Changed<ShareLinkRecord>> {
    let id = cx.id("share_link_id")?;
    let seen = store::find(&mut cx.read().await?, cx.scope(), id).await?;
    check_hers(&cx, &seen)?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = find_for_act(&mut tx, &cx, id, ShareAct::Edit).await?;
    let (given, mut fields) = (before.given(), changes.apply(&before.given_to(cx.scope().is_client()))?);
    fields.check_change(&given, cx.caller().role, changes.mentions("internal_note"), tx.wall_clock())?;
    acts::settle_belongings(&mut tx, cx.scope(), before.client_id, Some(&before), &mut fields).await?;
    let new_password = match changes.mentions("password") {
        true => change_password(&mut tx, &cx, id, &fields).await?,
        false => false,
    };
    if !new_password && fields.without_password() == given {
        return cx.commit(tx, Changed(before.view(viewer(&cx)))).await;
    }
    let row = store::update(&mut tx, &before, &fields).await?;
    expiry::look_later(&mut tx, Some(&before), &row).await?;
    let kind = if row.ends_at > before.ends_at { "share_link.extended" } else { "share_link.updated" };
    record(&mut tx, kind, Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view(viewer(&cx)))).await
}

pub async fn revoke_share_link(cx: Cx) -> Result<Changed<ShareLinkRecord>> {
    let id = cx.id("share_link_id")?;
    let mut tx = cx.begin().await?;
    let before = find_for_act(&mut tx, &cx, id, ShareAct::Revoke).await?;
    let row = store::revoke(&mut tx, id).await?;
    record(&mut tx, "share_link.revoked", Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view(viewer(&cx)))).await
}

pub async fn delete_share_link(cx: Cx) -> Result<Deleted> {
    let id = cx.id("share_link_id")?;
    let mut tx = cx.begin().await?;
    let before = find_for_act(&mut tx, &cx, id, ShareAct::Delete).await?;
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "share_link.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

pub async fn list_share_providers(cx: Cx) -> Result<Listed<ShareProvider>> {
    let known = providers::all().iter().map(ShareProvider::from).collect();
    Ok(Listed::whole(known, cx.app().clock.now()))
}

/// The link that an act is meant for: there for the caller, hers to act on, of the version she saw, and in a status
/// that allows it.
async fn find_for_act(tx: &mut Tx, cx: &Cx, id: ShareLinkId, act: ShareAct) -> Result<ShareLinkRow> {
    let row = store::find(tx, cx.scope(), id).await?;
    check_hers(cx, &row)?;
    cx.judge(&row)?;
    let now = tx.wall_clock();
    check_act(row.allowed_actions(cx.scope().is_client(), now), row.status(now), act)?;
    Ok(row)
}

/// A client acts on what her side added alone.
fn check_hers(cx: &Cx, row: &ShareLinkRow) -> Result<()> {
    match (cx.caller().role, row.added_by) {
        (Role::Client, Role::Assistant) => {
            Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"))
        }
        _ => Ok(()),
    }
}

/// Stores the password when it is another one than before.
async fn change_password(tx: &mut Tx, cx: &Cx, id: ShareLinkId, fields: &NewShareLink) -> Result<bool> {
    let sealer = &cx.app().secrets;
    if store::secrets(tx, cx.scope(), id).await?.open_password(sealer, id)? == fields.password {
        return Ok(false);
    }
    let sealed = fields.password.as_ref().map(|password| seal_password(sealer, id, password));
    store::set_password(tx, id, sealed).await?;
    Ok(true)
}

/// Puts related objects into links, each kind with one statement.
async fn expand(conn: &mut Snapshot, cx: &Cx, wanted: &[&str], links: &mut [ShareLinkRecord]) -> Result<()> {
    let (scope, now) = (cx.scope(), cx.app().clock.now());
    let for_client = scope.is_client();
    if wanted.contains(&"client") {
        let ids: Vec<_> = links.iter().map(|link| link.client_id).collect();
        let found = clients::find_all(conn, scope, &ids).await?;
        for link in links.iter_mut() {
            link.client = found.get(&link.client_id).cloned().map(|row| Box::new(row.view(for_client)));
        }
    }
    if wanted.contains(&"engagement") {
        let ids: Vec<_> = links.iter().filter_map(|link| link.engagement_id).collect();
        let at = conn.recorded_at;
        let found = engagements::find_all(conn, scope, &ids, at).await?;
        for link in links.iter_mut() {
            let row = link.engagement_id.and_then(|id| found.get(&id)).cloned();
            link.engagement = row.map(|row| Box::new(row.view(for_client)));
        }
    }
    if wanted.contains(&"task") {
        let ids: Vec<_> = links.iter().filter_map(|link| link.task_id).collect();
        let found = tasks::find_all(conn, scope, &ids).await?;
        for link in links.iter_mut() {
            let row = link.task_id.and_then(|id| found.get(&id)).cloned();
            link.task = row.map(|row| Box::new(row.view(for_client, now)));
        }
    }
    Ok(())
}

fn viewer(cx: &Cx) -> Viewer {
    Viewer { for_client: cx.scope().is_client(), german: cx.about().german, now: cx.app().clock.now() }
}
