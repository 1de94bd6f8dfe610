//! Workspaces over HTTP: the current one, and the caller's others.

use super::{
    ZoneChange, found,
    model::{NewWorkspace, Workspace, WorkspaceFilter, WorkspaceRow},
    store,
};
use crate::db::Tx;
use crate::kernel::Name;
use crate::kernel::error::{Blocker, Code, Error, Result};
use crate::platform::auth::Role;
use crate::platform::config::Registration;
use crate::platform::cx::{Cx, workspace_gone};
use crate::platform::entity::Entity;
use crate::platform::events::record;
use crate::slices::accounts::members;
use crate::slices::accounts::workspaces::WorkspaceEvent;
use crate::web::{Changed, Created, Deleted, Found, Json, List, Listed, MergePatch};

pub async fn get_workspace(cx: Cx) -> Result<Found<Workspace>> {
    let caller = cx.caller();
    let row = store::find(&mut cx.read().await?, caller.workspace).await.map_err(workspace_gone)?;
    Ok(Found(row.view(&cx.viewer())))
}

pub async fn update_workspace(cx: Cx, body: MergePatch<NewWorkspace>) -> Result<Changed<Workspace>> {
    let changes = body.read(&cx).await?;
    let (mut tx, before) = begin(&cx, changes.refusal().is_none()).await?;
    let settings = changes.apply(&before.settings())?.judged(NewWorkspace::check)?;
    if settings == before.settings() {
        return cx.commit(tx, Changed(before.view(&cx.viewer()))).await;
    }
    if settings.currency != before.currency {
        let rates = store::count_rates(&mut tx, before.id).await?;
        if rates > 0 {
            let blocker = Blocker { r#type: "members", count: rates };
            return Err(Error::new(Code::CurrencyFixed).blocked_by([blocker]));
        }
    }
    if settings.time_zone != before.time_zone {
        tx.react_to(&mut ZoneChange(settings.time_zone.clone())).await?;
    }
    let row = store::update(&mut tx, &settings).await?;
    record(&mut tx, WorkspaceEvent::Updated, Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view(&cx.viewer()))).await
}

pub async fn delete_workspace(cx: Cx) -> Result<Deleted> {
    let (mut tx, before) = begin(&cx, true).await?;
    let row = store::bury(&mut tx).await?;
    record(&mut tx, WorkspaceEvent::Deleted, Some(&before), &row).await?;
    let answer = cx.commit(tx, Deleted).await?;
    cx.app().callers.forget();
    Ok(answer)
}

pub async fn list_workspaces(cx: Cx, list: List<WorkspaceFilter>) -> Result<Listed<Workspace>> {
    let list = list.read(&cx)?;
    let mut conn = cx.snapshot().await?;
    let whose = (cx.caller().user, cx.caller().workspace);
    let page = store::list_others(&mut conn, whose, &list.filter, &list.slice).await?;
    let mut answer = list.answer(&cx, page, |place| place.workspace.seen_as(place.role));
    if list.include.total_count {
        answer.total_count = Some(store::count_others(&mut conn, whose, &list.filter).await?);
    }
    Ok(answer)
}

pub async fn create_workspace(cx: Cx, body: Json<NewWorkspace>) -> Result<Created<Workspace>> {
    let caller = cx.caller();
    // Whoever has a workspace, this one or another, may have one more; for anybody else it is like registering.
    if cx.app().config.registration != Registration::Open {
        let places = store::memberships(&mut cx.read().await?, caller.user).await?;
        if !places.iter().any(|place| place.is_owner) {
            return Err(Error::new(Code::RegistrationClosed));
        }
    }
    let new = body.read(&cx).await?.judged(NewWorkspace::check)?;
    // On the caller's workspace, so that repetitions of one request follow each other.
    let mut tx = cx.begin().await?;
    let name = Name(caller.user_name.clone());
    let place = found(&mut tx, (caller.user, &name), &new).await?;
    let location = format!("/v1/workspaces/{}", place.workspace.id);
    cx.commit(tx, Created { location, body: place.workspace.seen_as(Role::Assistant) }).await
}

pub async fn get_other_workspace(cx: Cx) -> Result<Found<Workspace>> {
    let id = cx.id("workspace_id")?;
    let place = store::membership(&mut cx.read().await?, cx.caller().user, Some(id)).await?;
    let place = place.ok_or_else(Error::not_found)?;
    Ok(Found(place.workspace.seen_as(place.role)))
}

/// Begins a change of the current workspace by its owner; one whose body is at fault is refused in any state.
async fn begin(cx: &Cx, is_sound: bool) -> Result<(Tx, WorkspaceRow)> {
    let mut tx = cx.begin().await?;
    members::require_owner(&mut tx, cx.caller()).await?;
    let before = store::find(&mut tx, cx.caller().workspace).await?;
    if is_sound {
        cx.judge(&before)?;
    }
    Ok((tx, before))
}
