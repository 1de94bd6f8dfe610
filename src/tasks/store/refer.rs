//! What tasks refer to, and who refers to tasks.

use crate::auth::{Role, Scope};
use crate::clients::store as clients;
use crate::db::{Conn, Tx, sql, statements};
use crate::engagements::model::EngagementStatus;
use crate::error::{Code, Error, FaultCode, Faults, Result};
use crate::tasks::model::{NewTask, TaskRecord, TaskRow, TaskSettings};
use crate::types::{ClientId, Email, EngagementId, Language, MemberId, TaskId};
use serde_json::json;

statements! {
    SETTINGS = "SELECT areas, time_zone FROM workspaces WHERE id = $1";
    ENGAGEMENT_STATUS = "SELECT status FROM engagements WHERE workspace_id = $1 AND client_id = $2 AND id = $3 \
        AND deleted_at IS NULL";
    COUNT_ASSISTANTS = "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND id = $2 AND role = $3 \
        AND deleted_at IS NULL";
    LANGUAGE_OF = "SELECT language FROM clients WHERE workspace_id = $1 AND id = $2";
    ADDRESSES_OF = "SELECT u.email FROM members m JOIN users u ON u.id = m.user_id \
        WHERE m.workspace_id = $1 AND m.client_id = $2 AND m.deleted_at IS NULL ORDER BY m.created_at, m.id";
}

/// What the workspace settles for its tasks.
pub async fn settings(conn: &mut Conn, scope: Scope) -> Result<TaskSettings> {
    conn.one(sql(SETTINGS).bind(scope.workspace)).await
}

/// Looks up everything new that a task refers to. What is not there for the caller becomes a fault beside the others;
/// a conflict is only told when there is no fault.
pub async fn check_references(
    tx: &mut Tx,
    scope: Scope,
    (new, before): (&NewTask, Option<&NewTask>),
    mut faults: Faults,
) -> Result<()> {
    let mut conflict = None;
    if let (Some(client), None) = (new.client_id, before) {
        let found = clients::find_for_work(tx, scope, client, "/client_id").await;
        gather(found.map(drop), &mut faults, &mut conflict);
    }
    if let (Some(source), Some(reference)) = (&new.external_source, &new.external_ref)
        && before.is_none_or(|before| {
            before.external_ref != new.external_ref || before.external_source != new.external_source
        })
        && let Some(other) = super::find_by_ref(tx, scope, source, reference).await?
    {
        let other = json!({"type": "task", "id": other.id});
        conflict = conflict.or(Some(Error::new(Code::DuplicateExternalRef).member("conflicts", [other])));
    }
    if let (Some(client), Some(id)) = (new.client_id, new.engagement_id)
        && before.is_none_or(|before| before.engagement_id != Some(id))
    {
        let found = engagement_for_work(tx, scope, client, id).await;
        gather(found, &mut faults, &mut conflict);
    }
    if let Some(id) = new.assignee_id
        && before.is_none_or(|before| before.assignee_id != Some(id))
        && !is_assistant(tx, scope, id).await?
    {
        faults.add("/assignee_id", FaultCode::ReferenceNotFound);
    }
    faults.check()?;
    conflict.map_or(Ok(()), Err)
}

fn gather(found: Result<()>, faults: &mut Faults, conflict: &mut Option<Error>) {
    match found {
        Err(error) if error.code() == Code::ValidationFailed => {
            error.faults().iter().cloned().for_each(|fault| faults.push(fault));
        }
        Err(error) => *conflict = conflict.take().or(Some(error)),
        Ok(()) => {}
    }
}

/// An engagement that is not over may be planned for, also while it is a draft (not for the client) or a proposal.
async fn engagement_for_work(conn: &mut Conn, scope: Scope, client: ClientId, id: EngagementId) -> Result<()> {
    use EngagementStatus::{Active, Archived, Declined, Draft, Ended, Paused, Proposed};
    let status = sql(ENGAGEMENT_STATUS).bind(scope.workspace).bind(client).bind(id);
    match conn.scalar::<EngagementStatus>(status).await? {
        Some(Draft) if scope.is_client() => Err(Error::fault("/engagement_id", FaultCode::ReferenceNotFound)),
        Some(Draft | Proposed | Active | Paused) => Ok(()),
        Some(over @ (Ended | Archived | Declined)) => Err(Error::new(Code::Conflict).with("status", over)),
        None => Err(Error::fault("/engagement_id", FaultCode::ReferenceNotFound)),
    }
}

async fn is_assistant(conn: &mut Conn, scope: Scope, id: MemberId) -> Result<bool> {
    let count = sql(COUNT_ASSISTANTS).bind(scope.workspace).bind(id).bind(Role::Assistant);
    Ok(conn.scalar::<i64>(count).await?.unwrap_or(0) > 0)
}

/// A task that work may be booked on or links hung on: there for the caller, else 422 at the pointer. Its status does
/// not matter: work is also noted afterwards.
pub async fn find_for_work(conn: &mut Conn, scope: Scope, id: TaskId, pointer: &str) -> Result<TaskRow> {
    super::find(conn, scope, id).await.map_err(|error| match error.code() {
        Code::NotFound => Error::fault(pointer, FaultCode::ReferenceNotFound),
        _ => error,
    })
}

/// Puts the clients into tasks, all with one statement.
pub async fn expand_clients(conn: &mut Conn, scope: Scope, tasks: &mut [TaskRecord]) -> Result<()> {
    let ids: Vec<ClientId> = tasks.iter().map(|task| task.client_id).collect();
    let clients = clients::find_all(conn, scope, &ids).await?;
    for task in tasks {
        task.client = clients.get(&task.client_id).cloned().map(|row| row.view(scope.is_client()));
    }
    Ok(())
}

/// Whom to write to at a client, and whether in German.
pub async fn waiting_addresses(conn: &mut Conn, scope: Scope, client: ClientId) -> Result<(Vec<Email>, bool)> {
    let language: Language =
        conn.scalar(sql(LANGUAGE_OF).bind(scope.workspace).bind(client)).await?.unwrap_or_default();
    let rows: Vec<(Email,)> = conn.all(sql(ADDRESSES_OF).bind(scope.workspace).bind(client)).await?;
    Ok((rows.into_iter().map(|(email,)| email).collect(), language.starts_with("de")))
}
