//! The caller herself.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::http::{Cx, Found};
use crate::users::{
    model::{Me, UserRow},
    store,
};
use crate::workspaces;

pub async fn get_me(cx: Cx) -> Result<Found<Me>> {
    let mut conn = cx.read().await?;
    let user = store::find(&mut conn, cx.caller().user).await?;
    Ok(Found(me(&cx, &mut conn, user).await?))
}

/// The caller as she sees herself with these credentials.
async fn me(cx: &Cx, conn: &mut Conn, user: UserRow) -> Result<Me> {
    let caller = cx.caller();
    let pending_email = store::pending_email(conn, caller.user, cx.app().clock.now()).await?;
    let place = workspaces::store::membership(conn, caller.user, Some(caller.workspace)).await?;
    let place = place.ok_or_else(Error::not_found)?;
    Ok(Me {
        user: user.view(),
        pending_email,
        role: place.role,
        is_owner: place.is_owner,
        member_id: place.member_id,
        client_id: place.client_id,
        scopes: caller.scopes().to_vec(),
        workspace: place.workspace.view(place.role),
    })
}
