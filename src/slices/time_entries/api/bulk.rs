//! Many changes in one request: each with a result of its own, or all or none.

use super::super::{
    EntryRow, NewTimeEntry, TimeEntryFields, TimeEntryRecord,
    acts::{self, Batch, Writer, Written},
    store,
};
use super::show;
use crate::db::Tx;
use crate::kernel::error::{Code, Error, FaultCode, Problem, Result};
use crate::kernel::{TimeEntryId, choice};
use crate::platform::cx::Cx;
use crate::platform::entity::Entity;
use crate::web::{Changes, Json, Plain, judge_tag, read_part};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use utoipa::ToSchema;

choice! {
    /// What one operation does.
    pub enum BulkVerb {
        Create = "create",
        Update = "update",
        Delete = "delete",
    }
}

/// One operation of a bulk request.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkOperation {
    /// What it does.
    pub op: BulkVerb,
    /// The entry that is changed or deleted; not for `create`.
    #[serde(default)]
    pub id: Option<TimeEntryId>,
    /// For `create` a new time entry, for `update` a merge-patch on one, as the single operations take them; not for
    /// `delete`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub data: Option<Value>,
    /// The ETag of what you saw; when the entry has changed since, the operation is refused with 412.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub if_match: Option<String>,
}

/// Up to 500 operations on time entries.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"atomic": false, "operations": [
    {"op": "create", "data": {"engagement_id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "work_date": "2026-11-02", "duration_seconds": 5400}},
    {"op": "update", "id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e90", "data": {"description": "Belege sortiert"}},
    {"op": "delete", "id": "01990b5c-6f3a-7c41-9d55-3f1c2a7b8e91"}
]})))]
pub struct BulkTimeEntries {
    /// What is to be done, in this order; later operations see what earlier ones did.
    #[schema(min_items = 1, max_items = 500)]
    pub operations: Vec<BulkOperation>,
    /// Whether all are stored or none; default false: each by itself.
    #[serde(default)]
    pub atomic: bool,
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// The status that the single operation would have answered; 424 when another one kept an atomic request from
    /// being stored.
    #[schema(minimum = 200, maximum = 599, examples(201))]
    pub status: u16,
    /// The entry, where there is one.
    pub data: Option<TimeEntryRecord>,
    /// Why it was refused; its pointers lead into the request.
    pub problem: Option<Problem>,
}

/// What became of each operation, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkTimeEntryResults {
    /// One result for each operation.
    pub results: Vec<BulkResult>,
}

pub async fn bulk_time_entries(cx: Cx, body: Json<BulkTimeEntries>) -> Result<Plain<BulkTimeEntryResults>> {
    let request = body.read(&cx).await?;
    let (mut tx, atomic) = (cx.begin().await?, request.atomic);
    let mut results = Vec::with_capacity(request.operations.len());
    if atomic {
        tx.open_part().await?;
    }
    let who = Writer { puts_off: true, ..Writer::from(cx.caller()) };
    let (mut refused, mut batch) = (None, Batch::default());
    for (i, operation) in request.operations.into_iter().enumerate() {
        if refused.is_some() {
            results.push(refusal(&cx, &Error::new(Code::NotApplied)));
            continue;
        }
        tx.renew();
        if !atomic {
            tx.open_part().await?;
        }
        match perform(&mut tx, &cx, who, operation, &mut batch).await {
            Ok(result) => results.push(result),
            Err(error) if error.code().status() >= 500 => return Err(error),
            Err(error) => {
                tx.undo_part().await?;
                results.push(refusal(&cx, &error.below(&format!("/operations/{i}"))));
                refused = atomic.then_some(i);
                continue;
            }
        }
        if !atomic {
            tx.keep_part().await?;
        }
    }
    match refused {
        Some(i) => results[..i].fill_with(|| refusal(&cx, &Error::new(Code::NotApplied))),
        None if atomic => tx.keep_part().await?,
        None => {}
    }
    if refused.is_none() {
        let changed = batch.finish(&mut tx, who).await?;
        show_stored(&cx, &changed, &mut results);
    }
    cx.commit(tx, Plain(BulkTimeEntryResults { results })).await
}

/// Entries are accounted for once, after all operations: the last result of each shows it as it is then.
fn show_stored(cx: &Cx, changed: &HashMap<TimeEntryId, EntryRow>, results: &mut [BulkResult]) {
    for shown in results.iter_mut().filter_map(|result| result.data.as_mut()) {
        if let Some(row) = changed.get(&shown.id).filter(|row| row.version == shown.version) {
            let overlapping = shown.overlapping.take();
            *shown = TimeEntryRecord { overlapping, ..row.clone().view(&cx.viewer()) };
        }
    }
}

/// Does one operation; what it puts off goes into the batch.
async fn perform(
    tx: &mut Tx,
    cx: &Cx,
    who: Writer,
    operation: BulkOperation,
    batch: &mut Batch,
) -> Result<BulkResult> {
    let required = |member: &str| Error::fault(member, FaultCode::Required);
    let mut data = |status, mut written: Written| {
        batch.add(std::mem::take(&mut written.events));
        BulkResult { status, data: Some(show(cx, written)), problem: None }
    };
    if operation.op == BulkVerb::Create {
        let new = operation.data.ok_or_else(|| required("/data"))?;
        for (member, is_there) in [("/id", operation.id.is_some()), ("/if_match", operation.if_match.is_some())] {
            if is_there {
                return Err(Error::fault(member, FaultCode::Invalid));
            }
        }
        let made: Result<_> = async { acts::create(tx, who, read_part(new, NewTimeEntry::judge)?).await }.await;
        return made.map(|written| data(201, written)).map_err(|error| error.below("/data"));
    }
    let id = operation.id.ok_or_else(|| required("/id"))?;
    let before = store::find(tx, cx.scope(), id).await?;
    who.check_may_write(before.member_id)?;
    if let Some(tag) = &operation.if_match {
        judge_tag(tag, before.version)?;
    }
    match (operation.op, operation.data) {
        (BulkVerb::Delete, None) => {
            batch.add(acts::remove(tx, who, &before).await?.events);
            Ok(BulkResult { status: 204, data: None, problem: None })
        }
        (BulkVerb::Delete, Some(_)) => Err(Error::fault("/data", FaultCode::Invalid)),
        (_, None) => Err(required("/data")),
        (_, Some(patch)) => {
            let made: Result<_> = async {
                let changes = Changes::<TimeEntryFields>::of_part(patch)?;
                acts::change(tx, who, before, &changes).await
            }
            .await;
            made.map(|written| data(200, written)).map_err(|error| error.below("/data"))
        }
    }
}

fn refusal(cx: &Cx, error: &Error) -> BulkResult {
    let about = cx.about();
    let (path, docs) = (cx.request().path(), cx.app().public_url());
    let problem = Problem::of(error, about.german, path, &about.request_id, docs);
    BulkResult { status: problem.status, data: None, problem: Some(problem) }
}
