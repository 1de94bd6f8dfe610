//! Tasks in the database.

mod list;
mod refer;

pub use list::{count, find_all, list, rows_of};
pub use refer::STATEMENTS as REFER_STATEMENTS;
pub use refer::{REACTIONS, check_references, find_for_work, settings};

use super::model::{NewTask, TaskRow, TaskSettings, TaskStatus, Visibility};
use crate::db::{Blockable, Conn, Holder, Table, Tx, sql, statements};
use crate::kernel::error::{Code, Result};
use crate::kernel::{CommentId, ExternalRef, ExternalSource, MemberId, Record, TaskId, Timestamp, sort_key};
use crate::platform::auth::Scope;
use crate::platform::events;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;

/// The table of tasks.
pub static TASKS: Table<TaskRow, NewTask> = Table::<_, NewTask>::new(
    "tasks",
    "client_id",
    "title = '', description = NULL, area = NULL, checklist = '[]', tags = '[]', internal_note = NULL, sort_key = '', \
     search_text = '', search_internal = '', tags_key = ''",
)
.shown_if("visibility = 'shared'")
.derived(&[
    ("priority_rank", |new| new.priority.rank().into()),
    ("sort_key", |new| sort_key(&new.title).into()),
    ("search_text", |new| new.search_text().into()),
    ("search_internal", |new| new.search_internal().into()),
    ("tags_key", |new| new.tags_key().into()),
])
.fixed(&["client_id"])
.added(&["due_key", "status", "requested_by", "waited_seconds"])
.changed(&["due_key", "hidden_at", "hidden_version"]);

statements! {
    SET_STATUS = "UPDATE tasks SET status = $3, waiting_since = $4, waited_seconds = $5, completed_at = $6, \
        version = version + 1, updated_at = $7 WHERE workspace_id = $1 AND id = $2 RETURNING ", TaskRow::LIST;
    BURY_COMMENTS = "UPDATE comments SET deleted_at = $3, text = '', search_text = '', version = version + 1, \
        updated_at = $3 WHERE workspace_id = $1 AND task_id = $2 AND deleted_at IS NULL";
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM tasks WHERE workspace_id = $1 AND client_id = $2 AND deleted_at IS NULL";
    COUNT_RATED_OF_CLIENT = "SELECT COUNT(*) FROM tasks WHERE workspace_id = $1 AND client_id = $2 \
        AND rate_minor IS NOT NULL AND deleted_at IS NULL";
    COUNT_OF_ENGAGEMENT = "SELECT COUNT(*) FROM tasks \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL";
    COMMENTS_OF = "SELECT id FROM comments WHERE workspace_id = $1 AND task_id = $2";
}

/// Deleting a task.
pub const DELETION: Blockable = Blockable { name: "task.deletion", refusal: Code::HasDependents };

/// The tasks for a client.
pub const HOLDS_CLIENT: Holder =
    Holder { name: "tasks", blocks: &[clients::DELETION], count: COUNT_OF_CLIENT, dated: false };
/// Those of them with a rate, which is in the client's currency.
pub const HOLDS_CURRENCY: Holder =
    Holder { name: "tasks", blocks: &[clients::CURRENCY_CHANGE], count: COUNT_RATED_OF_CLIENT, dated: false };
/// The tasks of an engagement.
pub const HOLDS_ENGAGEMENT: Holder =
    Holder { name: "tasks", blocks: &[engagements::DELETION], count: COUNT_OF_ENGAGEMENT, dated: false };

/// What a client sees is shared; assistants see everything.
pub(super) fn visible(scope: Scope) -> Option<Visibility> {
    scope.is_client().then_some(Visibility::Shared)
}

/// A task that the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: TaskId) -> Result<TaskRow> {
    TASKS.find(conn, (scope.workspace, scope.client), id).await
}

/// A task by its id in another system.
pub async fn find_by_ref(
    conn: &mut Conn,
    scope: Scope,
    source: &ExternalSource,
    reference: &ExternalRef,
) -> Result<Option<TaskRow>> {
    TASKS.find_by_ref(conn, scope.workspace, source, reference).await
}

/// Adds a task that this member asked for or planned.
pub async fn insert(
    tx: &mut Tx,
    new: &NewTask,
    settings: &TaskSettings,
    status: TaskStatus,
    requested_by: MemberId,
) -> Result<TaskRow> {
    let id = TaskId(tx.new_id());
    let more = [
        ("due_key", new.due_key(&settings.time_zone).into()),
        ("status", status.into()),
        ("requested_by", requested_by.into()),
        ("waited_seconds", 0.into()),
    ];
    TASKS.insert(tx, id, new, &more).await
}

/// Stores every field of a task anew. What becomes internal goes out of the client's sight, the past of it too.
pub async fn update(tx: &mut Tx, before: &TaskRow, fields: &NewTask, settings: &TaskSettings) -> Result<TaskRow> {
    let (hidden_at, hidden_version) = match (before.fields.visibility, fields.visibility) {
        (Visibility::Shared, Visibility::Internal) => (Some(tx.now()), Some(before.version + 1)),
        (_, Visibility::Internal) => (before.hidden_at, before.hidden_version),
        (_, Visibility::Shared) => (None, None),
    };
    if hidden_at == Some(tx.now()) {
        let comments = sql(COMMENTS_OF).bind(tx.workspace()).bind(before.id);
        let comments: Vec<(CommentId,)> = tx.all(comments).await?;
        let comments = comments.into_iter().map(|(id,)| id.0);
        events::store::withhold(tx, std::iter::once(before.id.0).chain(comments)).await?;
    }
    let more = [
        ("due_key", fields.due_key(&settings.time_zone).into()),
        ("hidden_at", hidden_at.into()),
        ("hidden_version", hidden_version.into()),
    ];
    TASKS.update(tx, before.id, fields, &more).await
}

/// Brings a task into a status; its waiting clock and its completion go along.
pub async fn set_status(tx: &mut Tx, before: &TaskRow, status: TaskStatus) -> Result<TaskRow> {
    let now = tx.wall_clock();
    let waiting = before.waiting.moved(status, now);
    let completed_at: Option<Timestamp> = (status == TaskStatus::Done).then_some(now);
    let query = sql(SET_STATUS).bind(tx.workspace()).bind(before.id).bind(status);
    let query = query.bind(waiting.waiting_since).bind(waiting.waited_seconds).bind(completed_at).bind(tx.now());
    tx.one(query).await
}

/// Deletes a task with its comments, leaving tombstones.
pub async fn bury(tx: &mut Tx, id: TaskId) -> Result<TaskRow> {
    let (workspace, now) = (tx.workspace(), tx.now());
    tx.execute(sql(BURY_COMMENTS).bind(workspace).bind(id).bind(now)).await?;
    TASKS.bury(tx, id).await
}
