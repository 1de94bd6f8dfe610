//! Tasks over HTTP.

mod acts;

pub use acts::{
    accept_task, answer_task, approve_task, cancel_task, complete_task, decline_task, reopen_task, return_task,
    start_task, submit_task, wait_for_client,
};

use super::{
    acts::create,
    model::{
        Due, NewTask, TaskAction, TaskChange, TaskEntries, TaskExpansion, TaskFilter, TaskRecord, TaskRow,
        TaskView, apply,
    },
    store,
};
use crate::db::Tx;
use crate::kernel::TaskId;
use crate::kernel::error::{Code, Error, Faults, Result};
use crate::platform::auth::ScopeName;
use crate::platform::events::record;
use crate::slices::time_entries::{acts::Writer, follow_task, judge_task_move, store::blocking};
use crate::web::{
    Changed, Changes, Created, Cx, Deleted, Found, Json, List, Listed, MergePatch, Query, Upsert, Upserted,
};

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
    let mut answer = list.finish(&cx, page, |row| row.view(scope.is_client(), now), count).await?;
    if list.expand.contains(&"client") {
        store::expand_clients(&mut conn, scope, &mut answer.data).await?;
    }
    if list.expand.contains(&"engagement") {
        let at = conn.recorded_at;
        store::expand_engagements(&mut conn, scope, &mut answer.data, at).await?;
    }
    Ok(answer)
}

pub async fn create_task(cx: Cx, body: Json<NewTask>) -> Result<Created<TaskRecord>> {
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let row = create(&mut tx, cx.scope(), cx.caller().member, new).await?;
    let answer = Created { location: location(row.id), body: show(&cx, &tx, row) };
    cx.commit(tx, answer).await
}

pub async fn get_task(cx: Cx, query: Query<TaskView>) -> Result<Found<TaskRecord>> {
    let asked = query.read(&cx)?.expand.map_or(Vec::new(), |asked| asked.0);
    let (scope, mut conn) = (cx.scope(), cx.snapshot_if(!asked.is_empty()).await?);
    let row = store::find(&mut conn, scope, cx.id("task_id")?).await?;
    let (mut task, at) = (row.view(scope.is_client(), cx.app().clock.now()), conn.recorded_at);
    if asked.contains(&TaskExpansion::Client) {
        store::expand_clients(&mut conn, scope, std::slice::from_mut(&mut task)).await?;
    }
    if asked.contains(&TaskExpansion::Engagement) {
        store::expand_engagements(&mut conn, scope, std::slice::from_mut(&mut task), at).await?;
    }
    Ok(Found(task))
}

pub async fn update_task(
    cx: Cx,
    query: Query<TaskChange>,
    body: MergePatch<NewTask>,
) -> Result<Changed<TaskRecord>> {
    let id = cx.id("task_id")?;
    store::find(&mut cx.read().await?, cx.scope(), id).await?;
    let entries = query.read(&cx)?.entries;
    let changes = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let row = change(&mut tx, &cx, before, &changes, entries).await?;
    let answer = Changed(show(&cx, &tx, row));
    cx.commit(tx, answer).await
}

pub async fn upsert_task(cx: Cx, query: Query<TaskChange>, body: Upsert<NewTask>) -> Result<Upserted<TaskRecord>> {
    let (source, reference) = cx.reference()?;
    let entries = query.read(&cx)?.entries;
    let changes = body.read(&cx).await?.for_reference(&source, &reference);
    let mut tx = cx.begin().await?;
    match store::find_by_ref(&mut tx, cx.scope(), &source, &reference).await? {
        Some(before) => {
            cx.judge(&before)?;
            let row = change(&mut tx, &cx, before, &changes, entries).await?;
            let answer = Upserted::Changed(Changed(show(&cx, &tx, row)));
            cx.commit(tx, answer).await
        }
        None => {
            cx.judge_absent()?;
            let row = create(&mut tx, cx.scope(), cx.caller().member, changes.create()?).await?;
            let created = Created { location: location(row.id), body: show(&cx, &tx, row) };
            cx.commit(tx, Upserted::Created(created)).await
        }
    }
}

pub async fn delete_task(cx: Cx) -> Result<Deleted> {
    let id = cx.id("task_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    cx.judge(&before)?;
    let blockers = store::dependents(&mut tx, cx.scope(), id).await?;
    if !blockers.is_empty() {
        return Err(Error::new(Code::HasDependents).member("blocked_by", blockers));
    }
    let row = store::bury(&mut tx, id).await?;
    record(&mut tx, TaskAction::Delete.event(), Some(&before), &row).await?;
    cx.commit(tx, Deleted).await
}

async fn change(
    tx: &mut Tx,
    cx: &Cx,
    before: TaskRow,
    changes: &Changes<NewTask>,
    entries: Option<TaskEntries>,
) -> Result<TaskRow> {
    let (scope, mut faults) = (cx.scope(), Faults::new());
    apply(before.status, TaskAction::Edit, scope.is_client())?;
    let settings = store::settings(tx, scope).await?;
    let mut fields = changes.apply(&before.fields)?;
    if scope.is_client() && fields.engagement_id.is_none() {
        // What she does not see she cannot mean to clear.
        fields.engagement_id = before.fields.engagement_id.filter(|_| before.engagement_is_hidden());
    }
    fields.check(Some(&before.fields), scope.client, &settings, &mut faults);
    let checked = store::check_references(tx, scope, (&fields, Some(&before.fields)), faults).await;
    checked.map_err(|error| changes.at_sent(error))?;
    if fields == before.fields {
        return Ok(before);
    }
    let engagement = fields.engagement_id;
    let left = match engagement == before.fields.engagement_id {
        true => Vec::new(),
        false => blocking::of_task_elsewhere(tx, before.id, engagement).await?,
    };
    let who = Writer::from(cx.caller());
    let choice = match left.is_empty() {
        true => None,
        false => {
            cx.require_scope(ScopeName::TimeWrite)?;
            Some(judge_task_move(who, &left, engagement, entries)?)
        }
    };
    let row = store::update(tx, &before, &fields, &settings).await?;
    record(tx, TaskAction::Edit.event(), Some(&before), &row).await?;
    if let Some(choice) = choice {
        follow_task(tx, who, left, engagement, choice).await?;
    }
    Ok(row)
}

/// The task as the caller gets it back after a change.
fn show(cx: &Cx, tx: &Tx, row: TaskRow) -> TaskRecord {
    row.view(cx.scope().is_client(), tx.wall_clock())
}

fn location(id: TaskId) -> String {
    format!("/v1/tasks/{id}")
}
