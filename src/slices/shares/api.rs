//! Share links over HTTP.
//!
//! What follows `#` in a link and its password have an address of their own (`…/secret`): lists, single reads, events
//! and kept answers do not carry them. The rest of the address is shown there; with many providers it alone opens the
//! files, so that those answers are confidential as well.

use super::{
    ShareLinkEvent, acts, expiry,
    model::{
        NewShareLink, ShareAct, ShareLinkExpansion, ShareLinkFilter, ShareLinkRecord, ShareLinkRow,
        ShareLinkSecret, ShareLinkView, check_act,
    },
    providers::{self, ShareProvider},
    secrets::seal_password,
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{ShareLinkId, Timestamp};
use crate::platform::auth::{Caller, Role};
use crate::platform::cx::{Cx, Snapshot};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Writing};
use crate::slices::{clients, engagements, tasks};
use crate::web::{
    Body, Catalogue, Changed, Changes, Created, Deleted, Found, Issued, Json, List, Listed, MergePatch, Query,
};

impl Addressed for ShareLinkRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("share_link_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/share-links/{}", self.id)
    }

    /// A client acts on what its own side added alone.
    fn check_writer(&self, caller: &Caller, _: Writing) -> Result<()> {
        match (caller.role(), self.added_by) {
            (Role::Client, Role::Assistant) => {
                Err(Error::new(Code::Forbidden).with_both("who", "An assistant", "einer Assistentin"))
            }
            _ => Ok(()),
        }
    }
}

pub async fn list_share_links(cx: Cx, list: List<ShareLinkFilter>) -> Result<Listed<ShareLinkRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, now, mut conn) = (cx.scope(), cx.app().clock.now(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice, now).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice, now).await;
    let mut answer = kit::list(&cx, &list, page, count).await?;
    expand(&cx, &mut conn, &mut answer.data, |name| list.expand.contains(&name.as_str())).await?;
    Ok(answer)
}

pub async fn create_share_link(cx: Cx, body: Json<NewShareLink>) -> Result<Created<ShareLinkRecord>> {
    kit::create(&cx, body, async |tx, new| acts::create(tx, cx.scope(), &cx.app().secrets, new).await).await
}

pub async fn get_share_link(cx: Cx, query: Query<ShareLinkView>) -> Result<Found<ShareLinkRecord>> {
    let asked = query.read(&cx)?.expand.map_or(Vec::new(), |asked| asked.0);
    kit::show_with::<ShareLinkRow>(&cx, !asked.is_empty(), async |conn, links| {
        expand(&cx, conn, links, |name| asked.contains(&name)).await
    })
    .await
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
    kit::change(&cx, body, async |tx, before, changes| change(tx, &cx, before, changes).await).await
}

pub async fn revoke_share_link(cx: Cx) -> Result<Changed<ShareLinkRecord>> {
    kit::act(&cx, async |tx, before: ShareLinkRow| {
        require(tx, &cx, &before, ShareAct::Revoke)?;
        let row = store::revoke(tx, before.id).await?;
        recorded(tx, ShareLinkEvent::Revoked, Some(&before), row).await
    })
    .await
}

pub async fn delete_share_link(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: ShareLinkRow| {
        require(tx, &cx, &before, ShareAct::Delete)?;
        let row = store::bury(tx, before.id).await?;
        recorded(tx, ShareLinkEvent::Deleted, Some(&before), row).await
    })
    .await
}

pub async fn list_share_providers(cx: Cx, page: Catalogue) -> Result<Listed<ShareProvider>> {
    let known = providers::all().iter().map(ShareProvider::from).collect();
    page.page(&cx, known, |provider: &ShareProvider| format!("{} {}", provider.slug, provider.name))
}

async fn change(
    tx: &mut Tx,
    cx: &Cx,
    before: ShareLinkRow,
    changes: &Changes<NewShareLink>,
) -> Result<Done<ShareLinkRow>> {
    let (given, scope) = (before.given(), cx.scope());
    let Body { value: mut fields, mut faults } = changes.apply(&before.given_to(scope.is_client()))?;
    faults.absorb(require(tx, cx, &before, ShareAct::Edit))?;
    let by = (cx.caller().role(), changes.mentions("internal_note"));
    fields.check_change(&given, by, tx.wall_clock(), &mut faults);
    let whose = (Some(before.client_id), Some(&before));
    acts::settle_belongings(tx, scope, whose, &mut fields, &mut faults).await?;
    faults.check()?;
    let new_password = match changes.mentions("password") {
        true => change_password(tx, cx, before.id, &fields).await?,
        false => false,
    };
    if !new_password && fields.without_password() == given {
        return Ok(Done::unchanged(before));
    }
    let row = store::update(tx, &before, &fields).await?;
    expiry::look_later(tx, Some(&before), &row).await?;
    let is_later = row.ends_at > before.ends_at;
    let event = if is_later { ShareLinkEvent::Extended } else { ShareLinkEvent::Updated };
    recorded(tx, event, Some(&before), row).await
}

/// Refuses an act that the status of the link does not allow now.
fn require(tx: &Tx, cx: &Cx, link: &ShareLinkRow, act: ShareAct) -> Result<()> {
    let now = tx.wall_clock();
    check_act(link.allowed_actions(cx.scope().is_client(), now), link.status(now), act)
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

/// Puts what was asked for into links.
async fn expand(
    cx: &Cx,
    conn: &mut Snapshot,
    links: &mut [ShareLinkRecord],
    asked: impl Fn(ShareLinkExpansion) -> bool,
) -> Result<()> {
    let at = conn.recorded_at;
    if asked(ShareLinkExpansion::Client) {
        clients::expand(conn, cx, links, |link| Some(link.client_id), |link| &mut link.client).await?;
    }
    if asked(ShareLinkExpansion::Engagement) {
        engagements::expand(conn, cx, links, |link| link.engagement_id, |link| &mut link.engagement, at).await?;
    }
    if asked(ShareLinkExpansion::Task) {
        tasks::expand(conn, cx, links, |link| link.task_id, |link| &mut link.task).await?;
    }
    Ok(())
}
