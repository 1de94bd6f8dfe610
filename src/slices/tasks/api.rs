//! Tasks over HTTP.

mod acts;

pub use acts::{
    accept_task, answer_task, approve_task, cancel_task, complete_task, decline_task, reopen_task, return_task,
    start_task, submit_task, wait_for_client,
};

use super::{
    acts::{TaskMove, create},
    model::{
        Due, NewTask, TaskAction, TaskChange, TaskEntries, TaskExpansion, TaskFilter, TaskRecord, TaskRow,
        TaskView, apply,
    },
    store,
};
use crate::db::{Conn, Tx};
use crate::kernel::error::Result;
use crate::kernel::{ExternalRef, ExternalSource, Timestamp};
use crate::platform::auth::ScopeName;
use crate::platform::cx::{Cx, Snapshot};
use crate::platform::entity::Done;
use crate::platform::events::recorded;
use crate::platform::kit::{self, Addressed, Referenced};
use crate::slices::{clients, engagements};
use crate::web::{
    Body, Changed, Changes, Created, Deleted, Found, Json, List, Listed, MergePatch, Query, Upsert, Upserted,
};

impl Addressed for TaskRow {
    async fn find(conn: &mut Conn, cx: &Cx, _: Timestamp) -> Result<Self> {
        store::find(conn, cx.scope(), cx.id("task_id")?).await
    }

    fn location(&self) -> String {
        format!("/v1/tasks/{}", self.id)
    }
}

impl Referenced for TaskRow {
    async fn find_by_ref(
        conn: &mut Conn,
        cx: &Cx,
        (source, reference): (&ExternalSource, &ExternalRef),
        _: Timestamp,
    ) -> Result<Option<Self>> {
        store::find_by_ref(conn, cx.scope(), source, reference).await
    }
}

pub async fn list_tasks(cx: Cx, list: List<TaskFilter>) -> Result<Listed<TaskRecord>> {
    let mut list = list.read(&cx)?;
    let (scope, now, mut conn) = (cx.scope(), cx.app().clock.now(), list.snapshot(&cx).await?);
    let zone = match (list.filter.due_from, list.filter.due_until) {
        (None, None) => Default::default(),
        _ => store::settings(&mut conn, scope).await?.time_zone,
    };
    let due = Due::of(&list.filter, &zone, now);
    let page = store::list(&mut conn, scope, (&list.filter, due), &list.slice).await?;
    let count = async || store::count(&mut conn, scope, (&list.filter, due), &list.slice).await;
    let mut answer = kit::list(&cx, &list, page, count).await?;
    expand(&cx, &mut conn, &mut answer.data, |name| list.expand.contains(&name.as_str())).await?;
    Ok(answer)
}

pub async fn create_task(cx: Cx, body: Json<NewTask>) -> Result<Created<TaskRecord>> {
    kit::create(&cx, body, async |tx, new| create(tx, cx.scope(), cx.caller().member, new).await).await
}

pub async fn get_task(cx: Cx, query: Query<TaskView>) -> Result<Found<TaskRecord>> {
    let asked = query.read(&cx)?.expand.map_or(Vec::new(), |asked| asked.0);
    kit::show_with::<TaskRow>(&cx, !asked.is_empty(), async |conn, views| {
        expand(&cx, conn, views, |name| asked.contains(&name)).await
    })
    .await
}

pub async fn update_task(
    cx: Cx,
    query: Query<TaskChange>,
    body: MergePatch<NewTask>,
) -> Result<Changed<TaskRecord>> {
    let entries = query.read(&cx)?.entries;
    kit::change(&cx, body, async |tx, before, changes| change(tx, &cx, before, changes, entries).await).await
}

pub async fn upsert_task(cx: Cx, query: Query<TaskChange>, body: Upsert<NewTask>) -> Result<Upserted<TaskRecord>> {
    let entries = query.read(&cx)?.entries;
    kit::upsert(
        &cx,
        body,
        async |tx, new| create(tx, cx.scope(), cx.caller().member, new).await,
        async |tx, before, changes| change(tx, &cx, before, changes, entries).await,
    )
    .await
}

pub async fn delete_task(cx: Cx) -> Result<Deleted> {
    kit::delete(&cx, async |tx, before: TaskRow| {
        tx.refuse_if_held(store::DELETION, before.id).await?;
        let row = store::bury(tx, before.id).await?;
        recorded(tx, TaskAction::Delete.event(), Some(&before), row).await
    })
    .await
}

async fn change(
    tx: &mut Tx,
    cx: &Cx,
    before: TaskRow,
    changes: &Changes<NewTask>,
    entries: Option<TaskEntries>,
) -> Result<Done<TaskRow>> {
    let scope = cx.scope();
    let settings = store::settings(tx, scope).await?;
    let Body { value: mut fields, mut faults } = changes.apply(&before.fields)?;
    faults.absorb(apply(before.status, TaskAction::Edit, scope.is_client()))?;
    if scope.is_client() && fields.engagement_id.is_none() {
        // What they do not see they cannot mean to clear.
        fields.engagement_id = before.fields.engagement_id.filter(|_| before.engagement_is_hidden());
    }
    fields.check(Some(&before.fields), scope.client, &settings, &mut faults);
    let checked = store::check_references(tx, scope, (&fields, Some(&before.fields)), faults).await;
    checked.map_err(|error| changes.at_sent(error))?;
    if fields == before.fields {
        return Ok(Done::unchanged(before));
    }
    let row = store::update(tx, &before, &fields, &settings).await?;
    let row = recorded(tx, TaskAction::Edit.event(), Some(&before), row).await?;
    if row.fields.engagement_id != before.fields.engagement_id {
        let (by, refusal) = (cx.caller().clone(), cx.require_scope(ScopeName::TimeWrite).err());
        tx.react_to(&mut TaskMove { before, to: row.fields.engagement_id, entries, by, refusal }).await?;
    }
    Ok(row)
}

/// Puts what was asked for into tasks.
async fn expand(
    cx: &Cx,
    conn: &mut Snapshot,
    tasks: &mut [TaskRecord],
    asked: impl Fn(TaskExpansion) -> bool,
) -> Result<()> {
    let at = conn.recorded_at;
    if asked(TaskExpansion::Client) {
        clients::expand(conn, cx, tasks, |task| Some(task.client_id), |task| &mut task.client).await?;
    }
    if asked(TaskExpansion::Engagement) {
        engagements::expand(conn, cx, tasks, |task| task.engagement_id, |task| &mut task.engagement, at).await?;
    }
    Ok(())
}
