//! Sessions over HTTP: a person's own.

use super::{
    model::{Session, SessionFilter},
    store::{self, Because},
};
use crate::kernel::error::Result;
use crate::platform::cx::Cx;
use crate::web::{Deleted, List, Listed};

pub async fn list_sessions(cx: Cx, list: List<SessionFilter>) -> Result<Listed<Session>> {
    let list = list.read(&cx)?;
    let (caller, mut conn) = (cx.caller(), cx.snapshot().await?);
    let whose = (caller.user, cx.app().clock.now());
    let page = store::list(&mut conn, whose, &list.filter, &list.slice).await?;
    let mut answer = list.answer(&cx, page, |row| row.view(caller.session));
    if list.include.total_count {
        answer.total_count = Some(store::count(&mut conn, whose, &list.filter).await?);
    }
    Ok(answer)
}

pub async fn revoke_session(cx: Cx) -> Result<Deleted> {
    let id = cx.id("session_id")?;
    let mut tx = cx.open().await?;
    let before = store::lock_own(&mut tx, cx.caller().user, id).await?;
    cx.judge_version(before.version)?;
    store::revoke(&mut tx, before.id, Because::Revoked).await?;
    tx.commit().await?;
    cx.app().callers.forget();
    Ok(Deleted)
}
