//! Comments in the database.

use super::model::{CommentFilter, CommentRow, NewComment};
use crate::db::{Conn, Page, Slice, Sql, Tx, sql, statements, window};
use crate::kernel::error::{Error, Result};
use crate::kernel::{CommentId, CommentText, MemberId, Record, TaskId, fold, like_pattern};
use crate::platform::auth::Scope;
use crate::slices::tasks::{model::TaskRow, store::visible};

statements! {
    FIND = "SELECT ", CommentRow::LIST, " FROM comments WHERE workspace_id = $1 AND task_id = $2 AND id = $3 \
        AND client_id = COALESCE($4, client_id) AND visibility = COALESCE($5, visibility) AND deleted_at IS NULL";
    INSERT = "INSERT INTO comments (workspace_id, id, client_id, task_id, author_id, visibility, text, \
        search_text, version, created_at, updated_at, author_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, \
        (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.id = $5)) \
        RETURNING ", CommentRow::LIST;
    UPDATE = "UPDATE comments SET text = $3, search_text = $4, edited_at = $5, version = version + 1, \
        updated_at = $5 WHERE workspace_id = $1 AND id = $2 RETURNING ", CommentRow::LIST;
    BURY = "UPDATE comments SET deleted_at = $3, text = '', search_text = '', version = version + 1, \
        updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING ", CommentRow::LIST;
}

/// A comment on a task that the caller may see; whether they may see the task is asked before.
pub async fn find(conn: &mut Conn, scope: Scope, task: TaskId, id: CommentId) -> Result<CommentRow> {
    let find = sql(FIND).bind(scope.workspace).bind(task).bind(id).bind(scope.client).bind(visible(scope));
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// Adds a comment.
pub async fn insert(tx: &mut Tx, task: &TaskRow, author: MemberId, new: &NewComment) -> Result<CommentRow> {
    let id = CommentId(tx.new_id());
    let insert = sql(INSERT).bind(tx.workspace()).bind(id).bind(task.client_id).bind(task.id).bind(author);
    let insert = insert.bind(new.visibility).bind(&new.text).bind(new.search_text()).bind(tx.now());
    tx.one(insert).await
}

/// Rewords a comment.
pub async fn update(tx: &mut Tx, id: CommentId, text: &CommentText) -> Result<CommentRow> {
    let update = sql(UPDATE).bind(tx.workspace()).bind(id).bind(text).bind(fold(text)).bind(tx.now());
    tx.one(update).await
}

/// Deletes a comment, leaving a tombstone.
pub async fn bury(tx: &mut Tx, id: CommentId) -> Result<CommentRow> {
    let query = sql(BURY).bind(tx.workspace()).bind(id).bind(tx.now());
    tx.one(query).await
}

/// A page of a task's comments.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    task: TaskId,
    filter: &CommentFilter,
    slice: &Slice,
) -> Result<Page<CommentRow>> {
    let mut query = sql("SELECT ");
    query.push(CommentRow::LIST);
    push_from(&mut query, scope, task, filter, slice);
    window(conn, query, &slice.window).await
}

/// How many comments a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    task: TaskId,
    filter: &CommentFilter,
    slice: &Slice,
) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, task, filter, slice);
    Ok(conn.scalar(query).await?.unwrap_or(0))
}

fn push_from(query: &mut Sql, scope: Scope, task: TaskId, filter: &CommentFilter, slice: &Slice) {
    query.push(" FROM comments WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND task_id = ").push_bind(task);
    if let Some(own) = scope.client {
        query.push(" AND client_id = ").push_bind(own);
    }
    if let Some(visibility) = visible(scope).or(filter.visibility) {
        query.push(" AND visibility = ").push_bind(visibility);
    }
    slice.open(query, "deleted_at", "updated_at");
    if let Some(q) = &filter.q {
        query.push(" AND search_text LIKE ").push_bind(like_pattern(&q.0)).push(" ESCAPE '\\'");
    }
    slice.close(query);
}
