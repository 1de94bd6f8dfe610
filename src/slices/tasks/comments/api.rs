//! Comments over HTTP.

use super::{
    model::{CommentFilter, CommentRecord, CommentRow, NewComment},
    store,
};
use crate::kernel::error::{Code, Error, Result};
use crate::platform::events::record;
use crate::slices::tasks::store as tasks;
use crate::web::{Changed, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch};

pub async fn list_comments(cx: Cx, list: List<CommentFilter>) -> Result<Listed<CommentRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let task = tasks::find(&mut conn, scope, cx.id("task_id")?).await?.id;
    let page = store::list(&mut conn, scope, task, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, task, &list.filter, &list.slice).await;
    list.finish(&cx, page, CommentRow::view, count).await
}

pub async fn create_comment(cx: Cx, body: Json<NewComment>) -> Result<Created<CommentRecord>> {
    let task = tasks::find(&mut cx.read().await?, cx.scope(), cx.id("task_id")?).await?.id;
    let new = body.read(&cx).await?.check(cx.caller().is_client())?;
    let mut tx = cx.begin().await?;
    let task = tasks::find(&mut tx, cx.scope(), task).await?;
    let row = store::insert(&mut tx, &task, cx.caller().member, &new).await?;
    record(&mut tx, "comment.created", None, &row).await?;
    let location = format!("/v1/tasks/{}/comments/{}", task.id, row.id);
    cx.commit(tx, Created { location, body: row.view() }).await
}

pub async fn get_comment(cx: Cx) -> Result<Found<CommentRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let task = tasks::find(&mut conn, scope, cx.id("task_id")?).await?.id;
    let row = store::find(&mut conn, scope, task, cx.id("comment_id")?).await?;
    Ok(Found(row.view()))
}

pub async fn update_comment(cx: Cx, body: MergePatch<NewComment>) -> Result<Changed<CommentRecord>> {
    let (scope, mut conn) = (cx.scope(), cx.snapshot().await?);
    let task = tasks::find(&mut conn, scope, cx.id("task_id")?).await?.id;
    let comment = store::find(&mut conn, scope, task, cx.id("comment_id")?).await?;
    drop(conn);
    require(&cx, &comment, false)?;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    tasks::find(&mut tx, scope, task).await?;
    let before = store::find(&mut tx, scope, task, comment.id).await?;
    cx.judge(&before)?;
    let fields = changes.apply(&before.fields)?;
    if fields == before.fields {
        return cx.commit(tx, Changed(before.view())).await;
    }
    let row = store::update(&mut tx, before.id, &fields.text).await?;
    record(&mut tx, "comment.updated", Some(&before), &row).await?;
    cx.commit(tx, Changed(row.view())).await
}

pub async fn delete_comment(cx: Cx) -> Result<Deleted> {
    let (scope, task, id) = (cx.scope(), cx.id("task_id")?, cx.id("comment_id")?);
    let mut tx = cx.begin().await?;
    tasks::find(&mut tx, scope, task).await?;
    let before = store::find(&mut tx, scope, task, id).await?;
    require(&cx, &before, true)?;
    cx.judge(&before)?;
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, "comment.deleted", Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

/// What somebody said is hers to reword; the owner may take it away.
fn require(cx: &Cx, comment: &CommentRow, or_owner: bool) -> Result<()> {
    let caller = cx.caller();
    if caller.member == comment.author_id || (or_owner && caller.is_owner) {
        return Ok(());
    }
    let (english, german) = match or_owner {
        true => ("The author or the owner", "der Verfasserin oder der Inhaberin"),
        false => ("The author", "der Verfasserin"),
    };
    Err(Error::new(Code::Forbidden).with_both("who", english, german))
}
