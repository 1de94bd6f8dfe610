//! Many changes in one request: each with a result of its own, or all or none.

use super::super::{
    EntryRow, NewTimeEntry, TimeEntryFields, TimeEntryRecord,
    acts::{self, Batch, Writer, Written},
    filter::LateBooking,
    store,
};
use super::show;
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Problem, Result};
use crate::kernel::{TimeEntryId, choice};
use crate::platform::cx::Cx;
use crate::platform::entity::Entity;
use crate::web::{
    Body, Changes, Json, Patchable, Plain, Query, SeenVersion,
    openapi::{apart, told_by},
    read_part,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{borrow::Cow, collections::HashMap};
use utoipa::openapi::{ArrayBuilder, Object, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

choice! {
    /// The word for adding an entry.
    pub enum BulkCreateWord { Create = "create" }
}

choice! {
    /// The word for changing an entry.
    pub enum BulkUpdateWord { Update = "update" }
}

choice! {
    /// The word for deleting an entry.
    pub enum BulkDeleteWord { Delete = "delete" }
}

/// Adds an entry.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkCreate {
    pub op: BulkCreateWord,
    #[schema(schema_with = new_entry)]
    pub data: Value,
}

/// Changes an entry.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkUpdate {
    pub op: BulkUpdateWord,
    /// The entry that is changed.
    pub id: TimeEntryId,
    #[schema(schema_with = entry_patch)]
    pub data: Value,
    /// What you saw of it; when the entry has changed since, the operation is refused with 412.
    #[serde(default)]
    pub if_match: Option<SeenVersion>,
}

/// Deletes an entry.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkDelete {
    pub op: BulkDeleteWord,
    /// The entry that is deleted.
    pub id: TimeEntryId,
    /// What you saw of it; when the entry has changed since, the operation is refused with 412.
    #[serde(default)]
    pub if_match: Option<SeenVersion>,
}

fn new_entry() -> Object {
    apart(NewTimeEntry::name(), "The new entry, as `POST /v1/time-entries` takes it.")
}

fn entry_patch() -> Object {
    apart(
        TimeEntryFields::PATCH.into(),
        "A merge-patch on it, as `PATCH /v1/time-entries/{time_entry_id}` takes it.",
    )
}

/// One operation of a bulk request, told by `op`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum BulkOperation {
    Create(BulkCreate),
    Update(BulkUpdate),
    Delete(BulkDelete),
}

impl PartialSchema for BulkOperation {
    fn schema() -> RefOr<Schema> {
        told_by(
            "op",
            "One operation of a bulk request, told by `op`.",
            &[("create", BulkCreate::name()), ("update", BulkUpdate::name()), ("delete", BulkDelete::name())],
        )
    }
}

impl ToSchema for BulkOperation {
    fn name() -> Cow<'static, str> {
        "BulkOperation".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [
            (BulkCreate::name(), BulkCreate::schema()),
            (BulkUpdate::name(), BulkUpdate::schema()),
            (BulkDelete::name(), BulkDelete::schema()),
        ] {
            schemas.push((name.into(), schema));
        }
        BulkCreate::schemas(schemas);
        BulkUpdate::schemas(schemas);
        BulkDelete::schemas(schemas);
    }
}

/// Operations as they were sent: each is judged by itself, so that a fault of one does not refuse the others.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct BulkOperations(Vec<Value>);

impl PartialSchema for BulkOperations {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .description(Some("What is to be done, in this order; later operations see what earlier ones did."))
            .items(apart(BulkOperation::name(), "One operation."))
            .min_items(Some(1))
            .max_items(Some(500))
            .into()
    }
}

impl ToSchema for BulkOperations {
    fn name() -> Cow<'static, str> {
        "BulkOperations".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((BulkOperation::name().into(), BulkOperation::schema()));
        BulkOperation::schemas(schemas);
    }
}

/// Up to 500 operations on time entries.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkTimeEntries {
    pub operations: BulkOperations,
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

pub async fn bulk_time_entries(
    cx: Cx,
    query: Query<LateBooking>,
    body: Json<BulkTimeEntries>,
) -> Result<Plain<BulkTimeEntryResults>> {
    let notes_late = query.read(&cx)?.is_wanted();
    let request = body.read(&cx).await?.checked()?;
    let (mut tx, atomic) = (cx.begin().await?, request.atomic);
    let mut results = Vec::with_capacity(request.operations.0.len());
    if atomic {
        tx.open_part().await?;
    }
    let who = Writer { puts_off: true, notes_late, ..Writer::from(cx.caller()) };
    let (mut refused, mut batch) = (None, Batch::default());
    for (i, operation) in request.operations.0.into_iter().enumerate() {
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
async fn perform(tx: &mut Tx, cx: &Cx, who: Writer, operation: Value, batch: &mut Batch) -> Result<BulkResult> {
    let Body { value, mut faults } = read_part::<BulkOperation>(operation)?;
    let form = match faults.refusal() {
        None => return judged(tx, cx, who, value, batch).await,
        // What is meant is not known, so that nothing more can be told of it.
        Some(form) if !faults.may_read("/op") => return Err(form),
        Some(form) => form,
    };
    let done = judged(tx, cx, who, value, batch).await;
    match faults.absorb(done) {
        Ok(_) => Err(faults.check().err().unwrap_or(form)),
        Err(error) if error.code().status() >= 500 => Err(error),
        Err(_) => Err(form),
    }
}

/// Does one operation that could be read.
async fn judged(
    tx: &mut Tx,
    cx: &Cx,
    who: Writer,
    operation: BulkOperation,
    batch: &mut Batch,
) -> Result<BulkResult> {
    match operation {
        BulkOperation::Create(new) => {
            let made: Result<_> = async {
                let new: Body<NewTimeEntry> = read_part(new.data)?;
                Error::first(new.faults.refusal(), acts::create(tx, who, new).await)
            }
            .await;
            made.map(|written| stored(cx, 201, written, batch)).map_err(|error| error.below("/data"))
        }
        BulkOperation::Update(update) => {
            let before = find(tx, cx, who, update.id, update.if_match).await?;
            let made: Result<_> = async {
                let changes = Changes::<TimeEntryFields>::of_part(update.data)?;
                Error::first(changes.refusal(), acts::change(tx, who, before, &changes).await)
            }
            .await;
            made.map(|written| stored(cx, 200, written, batch)).map_err(|error| error.below("/data"))
        }
        BulkOperation::Delete(delete) => {
            let before = find(tx, cx, who, delete.id, delete.if_match).await?;
            batch.add(acts::remove(tx, who, &before).await?.events);
            Ok(BulkResult { status: 204, data: None, problem: None })
        }
    }
}

/// The entry that an operation is about, as the caller has seen it.
async fn find(
    tx: &mut Tx,
    cx: &Cx,
    who: Writer,
    id: TimeEntryId,
    if_match: Option<SeenVersion>,
) -> Result<EntryRow> {
    let before = store::find(tx, cx.scope(), id).await?;
    who.check_may_write(before.member_id)?;
    if let Some(seen) = &if_match {
        seen.judge(before.version)?;
    }
    Ok(before)
}

fn stored(cx: &Cx, status: u16, mut written: Written, batch: &mut Batch) -> BulkResult {
    batch.add(std::mem::take(&mut written.events));
    BulkResult { status, data: Some(show(cx, written)), problem: None }
}

fn refusal(cx: &Cx, error: &Error) -> BulkResult {
    let about = cx.about();
    let (path, docs) = (cx.request().path(), cx.app().public_url());
    let problem = Problem::of(error, about.german, path, &about.request_id, docs);
    BulkResult { status: problem.status, data: None, problem: Some(problem) }
}
