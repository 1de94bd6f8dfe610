//! Members over HTTP.

use super::{
    model::{Member, MemberFilter, MemberSettings},
    store,
};
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::platform::auth::Role;
use crate::platform::events::record;
use crate::slices::accounts::api_keys;
use crate::slices::accounts::invitations;
use crate::slices::accounts::members;
use crate::slices::time_entries;
use crate::web::{Changed, Cx, Deleted, Found, List, Listed, MergePatch};

pub async fn list_members(cx: Cx, list: List<MemberFilter>) -> Result<Listed<Member>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let page = store::list(&mut conn, scope, &list.filter, &list.slice).await?;
    let mut answer = list.answer(&cx, page, |row| row.view(scope.is_client()));
    if list.include.total_count {
        answer.total_count = Some(store::count(&mut conn, scope, &list.filter, &list.slice).await?);
    }
    Ok(answer)
}

pub async fn get_member(cx: Cx) -> Result<Found<Member>> {
    let scope = cx.scope();
    let row = store::find(&mut cx.read().await?, scope, cx.id("member_id")?).await?;
    Ok(Found(row.view(scope.is_client())))
}

pub async fn update_member(cx: Cx, body: MergePatch<MemberSettings>) -> Result<Changed<Member>> {
    let id = cx.id("member_id")?;
    store::find(&mut cx.read().await?, cx.scope(), id).await?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    members::require_owner(&mut tx, cx.caller()).await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let MemberSettings { rate_minor } = changes.apply(&MemberSettings { rate_minor: before.rate_minor })?;
    if rate_minor == before.rate_minor {
        return cx.commit(tx, Changed(before.view(false))).await;
    }
    if before.role == Role::Client {
        let foreign = Fault::new("/rate_minor", FaultCode::ForeignToKind).with("kind", before.role);
        return Err(Error::invalid(vec![foreign]));
    }
    let row = store::set_rate(&mut tx, id, rate_minor).await?;
    record(&mut tx, "member.updated", Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view(false))).await
}

pub async fn remove_member(cx: Cx) -> Result<Deleted> {
    let id = cx.id("member_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    if before.id != cx.caller().member {
        members::require_owner(&mut tx, cx.caller()).await?;
    }
    cx.judge(&before)?;
    if before.is_owner {
        return Err(Error::new(Code::LastOwner));
    }
    if let Some(timer) = time_entries::store::find_open(&mut tx, cx.scope(), id).await? {
        let now = tx.wall_clock();
        time_entries::acts::stop(&mut tx, timer, now).await?;
    }
    api_keys::store::revoke_all_of(&mut tx, id).await?;
    invitations::store::revoke_all_of(&mut tx, id).await?;
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "member.removed", Some(&before), &row).await?;
    let answer = cx.commit(tx, Deleted).await?;
    cx.app().callers.forget();
    Ok(answer)
}

pub async fn make_owner(cx: Cx) -> Result<Changed<Member>> {
    let id = cx.id("member_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    members::require_owner(&mut tx, cx.caller()).await?;
    cx.judge(&before)?;
    if before.is_owner {
        return cx.commit(tx, Changed(before.view(false))).await;
    }
    if before.role == Role::Client {
        return Err(Error::new(Code::ActionNotAllowed)
            .with("action", "make-owner")
            .with("status", before.role)
            .member("allowed_actions", serde_json::json!([])));
    }
    let owner = store::find(&mut tx, cx.scope(), cx.caller().member).await?;
    let former = store::set_owner(&mut tx, owner.id, false).await?;
    let row = store::set_owner(&mut tx, id, true).await?;
    record(&mut tx, "member.updated", Some(&owner), &former).await?;
    record(&mut tx, "member.updated", Some(&before), &row).await?;
    let answer = cx.commit(tx, Changed(row.view(false))).await?;
    cx.app().callers.forget();
    Ok(answer)
}
