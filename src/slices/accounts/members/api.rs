//! Members over HTTP.

use super::{
    MemberEvent,
    model::{Member, MemberFilter, MemberRow, MemberSettings},
    store,
};
use crate::db::Conn;
use crate::kernel::Timestamp;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::platform::auth::Role;
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::{record, recorded};
use crate::platform::kit::{self, Addressed};
use crate::slices::accounts::{api_keys, invitations, members};
use crate::web::{Changed, Deleted, Found, List, Listed, MergePatch};

impl Addressed for MemberRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("member_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/members/{}", self.id)
    }
}

pub async fn list_members(cx: Cx, list: List<MemberFilter>) -> Result<Listed<Member>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn get_member(cx: Cx) -> Result<Found<Member>> {
    kit::show::<MemberRow>(&cx).await
}

pub async fn update_member(cx: Cx, body: MergePatch<MemberSettings>) -> Result<Changed<Member>> {
    kit::change(&cx, body, async |tx, before: MemberRow, changes| {
        members::require_owner(tx, cx.caller()).await?;
        let settings = changes.apply(&MemberSettings { rate_minor: before.rate_minor })?;
        let MemberSettings { rate_minor } = settings.judged(|settings, faults| {
            if before.role == Role::Client && settings.rate_minor != before.rate_minor {
                faults.push(Fault::new("/rate_minor", FaultCode::ForeignToKind).with("kind", before.role));
            }
        })?;
        if rate_minor == before.rate_minor {
            return Ok(Done::unchanged(before));
        }
        let row = store::set_rate(tx, before.id, rate_minor).await?;
        recorded(tx, MemberEvent::Updated, Some(&before), row).await
    })
    .await
}

pub async fn remove_member(cx: Cx) -> Result<Deleted> {
    let answer = kit::delete(&cx, async |tx, before: MemberRow| {
        if before.id != cx.caller().member {
            members::require_owner(tx, cx.caller()).await?;
        }
        if before.is_owner {
            return Err(Error::new(Code::LastOwner));
        }
        tx.react_to(&mut members::MemberRemoval(before.id)).await?;
        api_keys::store::revoke_all_of(tx, before.id).await?;
        invitations::store::revoke_all_of(tx, before.id).await?;
        let row = store::bury(tx, before.id).await?;
        recorded(tx, MemberEvent::Removed, Some(&before), row).await
    })
    .await?;
    cx.app().callers.forget();
    Ok(answer)
}

pub async fn make_owner(cx: Cx) -> Result<Changed<Member>> {
    let answer = kit::act(&cx, async |tx, before: MemberRow| {
        members::require_owner(tx, cx.caller()).await?;
        if before.is_owner {
            return Ok(Done::unchanged(before));
        }
        if before.role == Role::Client {
            return Err(Error::new(Code::NotAnAssistant));
        }
        let owner = store::find(tx, cx.scope(), cx.caller().member).await?;
        let former = store::set_owner(tx, owner.id, false).await?;
        let row = store::set_owner(tx, before.id, true).await?;
        record(tx, MemberEvent::Updated, Some(&owner), &former).await?;
        recorded(tx, MemberEvent::Updated, Some(&before), row).await
    })
    .await?;
    cx.app().callers.forget();
    Ok(answer)
}
