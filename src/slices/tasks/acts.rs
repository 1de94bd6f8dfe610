//! What is done with tasks, in the caller's transaction: each act brings a task into another status, and what is said
//! with it becomes a comment.

use super::{
    TaskEvent,
    comments::{CommentEvent, model::NewComment, store as comments},
    model::{NewTask, TaskAction, TaskEntries, TaskRow, TaskStatus, apply},
    store,
};
use crate::db::Tx;
use crate::kernel::error::{Error, Result};
use crate::kernel::{CommentText, EngagementId, MemberId};
use crate::platform::auth::{Caller, Scope};
use crate::platform::entity::Done;
use crate::platform::events::{record, recorded};
use crate::web::Body;

/// A task went to another engagement, or to none.
pub struct TaskMove {
    pub before: TaskRow,
    pub to: Option<EngagementId>,
    /// What becomes of its time entries, as far as that was said.
    pub entries: Option<TaskEntries>,
    pub by: Caller,
    /// The refusal if there are entries, for whoever may not write time.
    pub refusal: Option<Error>,
}

/// Adds a task that this member asks for or plans.
pub async fn create(tx: &mut Tx, scope: Scope, by: MemberId, new: Body<NewTask>) -> Result<Done<TaskRow>> {
    let Body { value: mut new, mut faults } = new;
    let settings = store::settings(tx, scope).await?;
    new.check(None, scope.client, &settings, &mut faults);
    store::check_references(tx, scope, (&new, None), faults).await?;
    let status = TaskStatus::initial(scope.is_client());
    let row = store::insert(tx, &new, &settings, status, by).await?;
    recorded(tx, TaskEvent::Created, None, row).await
}

/// Does an act on a task as this member, who may say something with it.
pub async fn perform(
    tx: &mut Tx,
    scope: Scope,
    by: MemberId,
    before: TaskRow,
    action: TaskAction,
    said: Option<CommentText>,
) -> Result<Done<TaskRow>> {
    let status = apply(before.status, action, scope.is_client())?;
    let row = store::set_status(tx, &before, status).await?;
    let row = recorded(tx, action.event(), Some(&before), row).await?;
    if let Some(text) = said {
        // What is said about an internal task stays so, should the task be shared later.
        let new = NewComment { text, visibility: row.fields.visibility };
        let comment = comments::insert(tx, &row, by, &new).await?;
        record(tx, CommentEvent::Created, None, &comment).await?;
    }
    Ok(row)
}
