//! What tasks refer to, and who refers to tasks.

use crate::db::{Conn, Reaction, Registered, Tx, sql, statements};
use crate::hours::{EngagementStatus, not_active};
use crate::kernel::error::{Code, Error, FaultCode, Faults, ProblemReference, Result};
use crate::kernel::{ClientId, Date, EngagementId, MemberId, TaskId, TimeZone, Timestamp};
use crate::platform::auth::{Role, Scope};
use crate::slices::accounts::workspaces::ZoneChange;
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::tasks::model::{NewTask, TaskRow, TaskSettings};

statements! {
    SETTINGS = "SELECT areas, time_zone FROM workspaces WHERE id = $1";
    COUNT_ASSISTANTS = "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND id = $2 AND role = $3 \
        AND deleted_at IS NULL";
    DUE_DAYS = "SELECT DISTINCT due_key, due_on FROM tasks WHERE workspace_id = $1 AND due_on IS NOT NULL";
    MOVE_DUE_DAY = "UPDATE tasks SET due_key = $4 WHERE workspace_id = $1 AND due_key = $2 AND due_on = $3";
}

/// What the workspace settles for its tasks.
pub async fn settings(conn: &mut Conn, scope: Scope) -> Result<TaskSettings> {
    conn.one(sql(SETTINGS).bind(scope.workspace)).await
}

/// What is done with tasks in the transactions of the slices below.
pub const REACTIONS: &[&Registered] =
    &[&Reaction::<ZoneChange>(|tx, change| Box::pin(move_due_days(tx, &change.0)))];

/// Lets the days on which tasks are due end as the workspace's new time zone says.
async fn move_due_days(tx: &mut Tx, zone: &TimeZone) -> Result<()> {
    let days = sql(DUE_DAYS).bind(tx.workspace());
    let days: Vec<(Timestamp, Date)> = tx.all(days).await?;
    for (ends_at, day) in days {
        let moved = sql(MOVE_DUE_DAY).bind(tx.workspace()).bind(ends_at).bind(day).bind(day.ends_at(zone.tz()));
        tx.execute(moved).await?;
    }
    Ok(())
}

/// Looks up everything new that a task refers to. What is not there for the caller becomes a fault beside the others;
/// a conflict is only told when there is no fault.
pub async fn check_references(
    tx: &mut Tx,
    scope: Scope,
    (new, before): (&NewTask, Option<&NewTask>),
    mut faults: Faults,
) -> Result<()> {
    if let (Some(client), None) = (new.client_id, before) {
        let found = clients::find_for_work(tx, scope, client, "/client_id").await;
        faults.absorb(found)?;
    }
    if let (Some(source), Some(reference)) = (&new.external_source, &new.external_ref)
        && before.is_none_or(|before| {
            before.external_ref != new.external_ref || before.external_source != new.external_source
        })
        && let Some(other) = super::find_by_ref(tx, scope, source, reference).await?
    {
        let taken = Error::new(Code::DuplicateExternalRef).conflicts([ProblemReference::new("task", other.id)]);
        faults.absorb::<()>(Err(taken))?;
    }
    if let Some(id) = new.engagement_id
        && before.is_none_or(|before| before.engagement_id != Some(id))
    {
        let found = engagement_for_work(tx, scope, new.client_id, id).await;
        faults.absorb(found)?;
    }
    if let Some(id) = new.assignee_id
        && before.is_none_or(|before| before.assignee_id != Some(id))
        && !is_assistant(tx, scope, id).await?
    {
        faults.add("/assignee_id", FaultCode::ReferenceNotFound);
    }
    faults.check()
}

/// An engagement that is not over may be planned for, also while it is a draft (not for the client) or a proposal.
/// Whose it must be is unknown where that is at fault.
async fn engagement_for_work(
    conn: &mut Conn,
    scope: Scope,
    client: Option<ClientId>,
    id: EngagementId,
) -> Result<()> {
    use EngagementStatus::{Archived, Declined, Ended};
    let engagement = engagements::find_for_work(conn, scope, id, "/engagement_id").await?;
    let status = engagement.life.status;
    if client.is_some_and(|client| engagement.fields.client_id != client) {
        return Err(Error::fault("/engagement_id", FaultCode::ReferenceNotFound));
    }
    match status {
        Ended | Archived | Declined => {
            let last = engagement.open_days().last_open_on();
            Err(not_active(status, last))
        }
        _ => Ok(()),
    }
}

async fn is_assistant(conn: &mut Conn, scope: Scope, id: MemberId) -> Result<bool> {
    let count = sql(COUNT_ASSISTANTS).bind(scope.workspace).bind(id).bind(Role::Assistant);
    Ok(conn.scalar::<i64>(count).await?.unwrap_or(0) > 0)
}

/// A task that work may be booked on or links hung on: there for the caller, else 422 at the pointer. Its status does
/// not matter: work is also noted afterwards.
pub async fn find_for_work(conn: &mut Conn, scope: Scope, id: TaskId, pointer: &str) -> Result<TaskRow> {
    super::find(conn, scope, id).await.map_err(|error| error.as_reference(pointer))
}
