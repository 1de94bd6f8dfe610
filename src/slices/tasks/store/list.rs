//! Lists of tasks.

use super::TASKS;
use crate::db::{Conn, Page, Slice, Sql};
use crate::kernel::TaskId;
use crate::kernel::error::Result;
use crate::platform::auth::Scope;
use crate::slices::clients::model::tag_pattern;
use crate::slices::tasks::model::{Due, NEVER, TaskFilter, TaskRow, TaskStatus};
use std::collections::{BTreeSet, HashMap};

/// A page of tasks.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    (filter, due): (&TaskFilter, Due),
    slice: &Slice,
) -> Result<Page<TaskRow>> {
    TASKS.page(conn, &slice.window, |query| push_from(query, scope, (filter, due), slice)).await
}

/// The question for a page, without its window.
pub fn rows_of(scope: Scope, (filter, due): (&TaskFilter, Due), slice: &Slice) -> Sql {
    let mut query = TASKS.select();
    push_from(&mut query, scope, (filter, due), slice);
    query
}

/// Those of these tasks that the caller may see.
pub async fn find_all(conn: &mut Conn, scope: Scope, ids: &[TaskId]) -> Result<HashMap<TaskId, TaskRow>> {
    let ids: BTreeSet<TaskId> = ids.iter().copied().collect();
    let rows = TASKS.find_all(conn, (scope.workspace, scope.client), ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// How many tasks a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    (filter, due): (&TaskFilter, Due),
    slice: &Slice,
) -> Result<i64> {
    TASKS.count(conn, |query| push_from(query, scope, (filter, due), slice)).await
}

fn push_from(query: &mut Sql, scope: Scope, (filter, due): (&TaskFilter, Due), slice: &Slice) {
    query.push(" FROM tasks WHERE workspace_id = ").push_bind(scope.workspace);
    if let Some(own) = scope.client {
        query.push(" AND client_id = ").push_bind(own);
    }
    match (scope.is_client(), slice.since) {
        (false, _) => {
            slice.open(query, "deleted_at", "updated_at");
            push_filter(query, scope, filter, due);
        }
        (true, None) => {
            query.push(" AND visibility = 'shared'");
            slice.open(query, "deleted_at", "updated_at");
            push_filter(query, scope, filter, due);
        }
        // What went out of their sight is told whatever the filter: judging it would tell what became of it.
        (true, Some(since)) => {
            query.push(" AND (visibility = 'shared' OR hidden_at >= ").push_bind(since).push(")");
            slice.open(query, "deleted_at", "updated_at");
            query.push(" AND (visibility = 'internal' OR (visibility = 'shared'");
            push_filter(query, scope, filter, due);
            query.push("))");
        }
    }
    slice.close(query);
}

fn push_filter(query: &mut Sql, scope: Scope, filter: &TaskFilter, due: Due) {
    if let Some(statuses) = &filter.status {
        query.push_in("status", statuses.0.iter().copied());
    }
    if let Some(clients) = &filter.client_id {
        query.push_in("client_id", clients.0.iter().copied());
    }
    if let Some(engagements) = &filter.engagement_id {
        query.push_in("engagement_id", engagements.0.iter().copied());
        if scope.is_client() {
            query.push(" AND EXISTS (SELECT 1 FROM engagements e WHERE e.workspace_id = tasks.workspace_id");
            query.push(" AND e.id = tasks.engagement_id AND e.status <> 'draft')");
        }
    }
    if let Some(assignees) = &filter.assignee_id {
        query.push_in("assignee_id", assignees.0.iter().copied());
    }
    if let Some(areas) = &filter.area {
        query.push_in("area", areas.0.iter().map(|area| area.0.as_str()));
    }
    if let Some(priorities) = &filter.priority {
        query.push_in("priority", priorities.0.iter().copied());
    }
    push_due(query, due);
    query.push_search(filter.q.as_deref(), !scope.is_client());
    if let Some(visibility) = filter.visibility {
        query.push(" AND visibility = ").push_bind(visibility);
    }
    if let Some(tags) = &filter.tags {
        query.push_any_like("tags_key", tags.0.iter().map(|tag| tag_pattern(tag)));
    }
    query.push_reference(filter.external_source.as_deref(), filter.external_ref.as_deref());
}

fn push_due(query: &mut Sql, due: Due) {
    if let Some(from) = due.from {
        query.push(" AND due_key >= ").push_bind(from).push(" AND due_key < ").push_bind(NEVER);
    }
    if let Some(until) = due.until {
        query.push(" AND due_key < ").push_bind(until);
    }
    if let Some((wanted, now)) = due.overdue {
        let open = TaskStatus::ALL.iter().copied().filter(|status| status.is_open());
        query.push(if wanted { " AND (" } else { " AND NOT (" });
        query.push("due_key < ").push_bind(now).push(" AND status IN (").push_binds(open).push("))");
    }
}
