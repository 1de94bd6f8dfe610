//! Balance links over HTTP, for assistants. The secret stands in two answers alone: when a link is made, and when it gets
//! another address.

use super::{
    BalanceLinkEvent,
    model::{
        BalanceLinkAct, BalanceLinkFilter, BalanceLinkRecord, BalanceLinkRow, IssuedBalanceLink, NewBalanceLink,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::hours::{EngagementStatus, not_active};
use crate::kernel::Timestamp;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::{Secret, SecretKind};
use crate::platform::cx::Cx;
use crate::platform::entity::{Done, Entity};
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Writing};
use crate::slices::engagements::model::{Engagement, EngagementRow};
use crate::slices::engagements::store as engagements;
use crate::web::{Body, Changed, Created, Found, Issued, Json, List, Listed, Revealed};

impl Addressed for BalanceLinkRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        let engagement = engagements::find_row(conn, cx.scope(), cx.id("engagement_id")?).await?;
        store::find(conn, cx.scope(), engagement.id, cx.id("balance_link_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/engagements/{}/balance-links/{}", self.engagement_id, self.id)
    }
}

pub async fn list_balance_links(cx: Cx, list: List<BalanceLinkFilter>) -> Result<Listed<BalanceLinkRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, now, mut conn) = (cx.scope(), cx.app().clock.now(), list.snapshot(&cx).await?);
    let engagement = engagements::find_row(&mut conn, scope, cx.id("engagement_id")?).await?;
    let of = (scope, engagement.id, now);
    let page = store::list(&mut conn, of, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, of, &list.filter).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_balance_link(cx: Cx, body: Json<NewBalanceLink>) -> Result<Revealed<IssuedBalanceLink>> {
    let Secret { text, hash } = SecretKind::BalanceLink.make();
    let make = async |tx: &mut Tx, engagement: Engagement, new| create(tx, &engagement.row, new, hash).await;
    kit::create_in_as(&cx, body, make, |Created { location, body }| Revealed {
        location,
        body: issued(&cx, body, text),
    })
    .await
}

pub async fn get_balance_link(cx: Cx) -> Result<Found<BalanceLinkRecord>> {
    kit::show::<BalanceLinkRow>(&cx).await
}

pub async fn revoke_balance_link(cx: Cx) -> Result<Changed<BalanceLinkRecord>> {
    kit::act(&cx, async |tx, before: BalanceLinkRow| {
        before.require(BalanceLinkAct::Revoke, tx.wall_clock())?;
        let after = store::revoke(tx, &before).await?;
        recorded(tx, BalanceLinkEvent::Revoked, Some(&before), after).await
    })
    .await
}

pub async fn rotate_balance_link(cx: Cx) -> Result<Issued<IssuedBalanceLink, 200>> {
    let Secret { text, hash } = SecretKind::BalanceLink.make();
    let rotate = async |tx: &mut Tx, before: BalanceLinkRow| {
        before.require(BalanceLinkAct::Rotate, tx.wall_clock())?;
        let after = store::rotate(tx, &before, hash).await?;
        recorded(tx, BalanceLinkEvent::Rotated, Some(&before), after).await
    };
    let (tx, row) = kit::write(&cx, Writing::Change, None, rotate).await?;
    let link = row.into_row().view(&cx.viewer());
    cx.commit(tx, Issued(issued(&cx, link, text))).await
}

/// Makes a link for an engagement that was agreed and is not put away.
pub async fn create(
    tx: &mut Tx,
    engagement: &EngagementRow,
    new: Body<NewBalanceLink>,
    hash: Vec<u8>,
) -> Result<Done<BalanceLinkRow>> {
    use EngagementStatus::{Active, Ended, Paused};
    let Body { value: new, mut faults } = new;
    new.check(tx.wall_clock(), &mut faults);
    let status = engagement.life.status;
    if !matches!(status, Active | Paused | Ended) {
        faults.absorb(Err::<(), _>(not_active(status, None)))?;
    } else if engagement.client_archived {
        faults.absorb(Err::<(), _>(Error::new(Code::ClientArchived)))?;
    }
    faults.check()?;
    let row = store::insert(tx, engagement, new, hash).await?;
    recorded(tx, BalanceLinkEvent::Created, None, row).await
}

fn issued(cx: &Cx, link: BalanceLinkRecord, token: String) -> IssuedBalanceLink {
    let url = format!("{}/h/{token}", cx.app().public_url());
    IssuedBalanceLink { link, token, url }
}
