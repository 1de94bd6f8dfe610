//! Tasks in the database.

mod list;
mod refer;

pub use list::{count, find_all, list, rows_of};
pub use refer::STATEMENTS as REFER_STATEMENTS;
pub use refer::{REACTIONS, check_references, find_for_work, settings};

use super::model::{NewTask, TaskRow, TaskSettings, TaskStatus, Visibility};
use crate::db::{Blockable, Conn, Holder, Sql, Tx, sql, statements};
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{CommentId, ExternalRef, ExternalSource, MemberId, TaskId, Timestamp, sort_key};
use crate::platform::auth::Scope;
use crate::platform::events;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;

/// Names are what members are called today.
macro_rules! columns {
    () => {
        "id, client_id, engagement_id, title, description, area, status, priority, start_on, due_on, due_at, \
         estimated_minutes, rate_minor, billable, assignee_id, requested_by, checklist, tags, visibility, hidden_at, \
         hidden_version, (SELECT e.status <> 'draft' FROM engagements e \
         WHERE e.workspace_id = tasks.workspace_id AND e.id = tasks.engagement_id) AS engagement_shown, \
         internal_note, external_source, external_ref, waiting_since, waited_seconds, completed_at, due_key, version, \
         created_at, updated_at, deleted_at, \
         (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.assignee_id) AS assignee_name, \
         (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.workspace_id = tasks.workspace_id AND m.id = tasks.requested_by) AS requested_by_name"
    };
}
pub(super) use columns;

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM tasks WHERE workspace_id = $1 AND id = $2 \
        AND client_id = COALESCE($3, client_id) AND visibility = COALESCE($4, visibility) AND deleted_at IS NULL");
    FIND_BY_REF = concat!("SELECT ", columns!(), " FROM tasks \
        WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 AND deleted_at IS NULL");
    INSERT = concat!("INSERT INTO tasks (workspace_id, id, engagement_id, title, description, area, priority, start_on, \
        due_on, due_at, estimated_minutes, rate_minor, billable, assignee_id, checklist, tags, visibility, \
        internal_note, external_source, external_ref, due_key, priority_rank, sort_key, search_text, search_internal, \
        tags_key, updated_at, client_id, status, requested_by, waited_seconds, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
        $23, $24, $25, $26, $27, $28, $29, $30, 0, 1, $27) RETURNING ", columns!());
    UPDATE = concat!("UPDATE tasks SET engagement_id = $3, title = $4, description = $5, area = $6, priority = $7, \
        start_on = $8, due_on = $9, due_at = $10, estimated_minutes = $11, rate_minor = $12, billable = $13, \
        assignee_id = $14, checklist = $15, tags = $16, visibility = $17, internal_note = $18, external_source = $19, \
        external_ref = $20, due_key = $21, priority_rank = $22, sort_key = $23, search_text = $24, \
        search_internal = $25, tags_key = $26, updated_at = $27, hidden_at = $28, hidden_version = $29, version = version + 1 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    SET_STATUS = concat!("UPDATE tasks SET status = $3, waiting_since = $4, waited_seconds = $5, completed_at = $6, \
        version = version + 1, updated_at = $7 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    BURY = concat!("UPDATE tasks SET deleted_at = $3, title = '', description = NULL, area = NULL, checklist = '[]', \
        tags = '[]', internal_note = NULL, sort_key = '', \
        search_text = '', search_internal = '', tags_key = '', version = version + 1, updated_at = $3 \
        WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
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
    let find = sql(FIND).bind(scope.workspace).bind(id).bind(scope.client).bind(visible(scope));
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// A task by its id in another system.
pub async fn find_by_ref(
    conn: &mut Conn,
    scope: Scope,
    source: &ExternalSource,
    reference: &ExternalRef,
) -> Result<Option<TaskRow>> {
    conn.optional(sql(FIND_BY_REF).bind(scope.workspace).bind(source).bind(reference)).await
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
    let insert = bind_fields(sql(INSERT).bind(tx.workspace()).bind(id), new, settings).bind(tx.now());
    tx.one(insert.bind(new.client_id).bind(status).bind(requested_by)).await
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
    let update = bind_fields(sql(UPDATE).bind(tx.workspace()).bind(before.id), fields, settings);
    let update = update.bind(tx.now()).bind(hidden_at).bind(hidden_version);
    tx.one(update).await
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
    tx.one(sql(BURY).bind(workspace).bind(id).bind(now)).await
}

/// The fields that can change, from `$3` on.
fn bind_fields(query: Sql, fields: &NewTask, settings: &TaskSettings) -> Sql {
    query
        .bind(fields.engagement_id)
        .bind(&fields.title)
        .bind(&fields.description)
        .bind(&fields.area)
        .bind(fields.priority)
        .bind(fields.start_on)
        .bind(fields.due_on)
        .bind(fields.due_at)
        .bind(fields.estimated_minutes)
        .bind(fields.rate_minor)
        .bind(fields.billable)
        .bind(fields.assignee_id)
        .bind(&fields.checklist)
        .bind(&fields.tags)
        .bind(fields.visibility)
        .bind(&fields.internal_note)
        .bind(&fields.external_source)
        .bind(&fields.external_ref)
        .bind(fields.due_key(&settings.time_zone))
        .bind(fields.priority.rank())
        .bind(sort_key(&fields.title))
        .bind(fields.search_text())
        .bind(fields.search_internal())
        .bind(fields.tags_key())
}
