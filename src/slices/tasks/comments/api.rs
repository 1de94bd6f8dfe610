//! Comments over HTTP.

use super::{
    CommentEvent,
    model::{CommentFilter, CommentRecord, CommentRow, NewComment},
    store,
};
use crate::db::Conn;
use crate::kernel::Timestamp;
use crate::kernel::error::{Code, Error, Result};
use crate::platform::auth::Caller;
use crate::platform::cx::Cx;
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Writing};
use crate::slices::tasks::model::TaskRow;
use crate::web::{Body, Changed, Created, Deleted, Found, Json, List, Listed, MergePatch};

impl Addressed for CommentRow {
    const SEVERAL: bool = true;

    async fn find(conn: &mut Conn, cx: &Cx, at: Timestamp) -> Result<Self> {
        let task = TaskRow::find(conn, cx, at).await?.id;
        store::find(conn, cx.scope(), task, cx.id("comment_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/tasks/{}/comments/{}", self.task_id, self.id)
    }

    /// What somebody said is theirs to reword; the owner may take it away.
    fn check_writer(&self, caller: &Caller, writing: Writing) -> Result<()> {
        let deletes = writing == Writing::Deletion;
        if caller.member == self.author_id || (deletes && caller.is_owner()) {
            return Ok(());
        }
        let (english, german) = match deletes {
            true => ("The author or the owner", "der Verfasserin oder der Inhaberin"),
            false => ("The author", "der Verfasserin"),
        };
        Err(Error::new(Code::Forbidden).with_both("who", english, german))
    }
}

pub async fn list_comments(cx: Cx, list: List<CommentFilter>) -> Result<Listed<CommentRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, mut conn) = (cx.scope(), list.snapshot(&cx).await?);
    let at = conn.recorded_at;
    let task = TaskRow::find(&mut conn, &cx, at).await?.id;
    let page = store::list(&mut conn, scope, task, &list.filter, &list.slice).await?;
    let count = async || store::count(&mut conn, scope, task, &list.filter, &list.slice).await;
    kit::list(&cx, &list, page, count).await
}

pub async fn create_comment(cx: Cx, body: Json<NewComment>) -> Result<Created<CommentRecord>> {
    let (by, is_client) = (cx.caller().member, cx.caller().is_client());
    kit::create_in(&cx, body, async |tx, task: TaskRow, new: Body<NewComment>| {
        let new = new.judged(|new, faults| new.check(is_client, faults))?;
        let row = store::insert(tx, &task, by, &new).await?;
        recorded(tx, CommentEvent::Created, None, row).await
    })
    .await
}

pub async fn get_comment(cx: Cx) -> Result<Found<CommentRecord>> {
    kit::show::<CommentRow>(&cx).await
}

pub async fn update_comment(cx: Cx, body: MergePatch<NewComment>) -> Result<Changed<CommentRecord>> {
    kit::change(&cx, body, async |tx, before: CommentRow, changes| {
        let fields = changes.apply(&before.fields)?.checked()?;
        if fields == before.fields {
            return Ok(Done::unchanged(before));
        }
        let row = store::update(tx, before.id, &fields.text).await?;
        recorded(tx, CommentEvent::Updated, Some(&before), row).await
    })
    .await
}

pub async fn delete_comment(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: CommentRow| {
        let row = store::bury(tx, before.id).await?;
        recorded(tx, CommentEvent::Deleted, Some(&before), row).await
    })
    .await
}
