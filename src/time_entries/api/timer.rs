//! The caller's timer over HTTP.

use super::super::{
    EntryRow, IfRunning, NewTimer, TimeEntryFields, TimeEntryRecord, TimerRecord,
    acts::{self, Writer, Written},
    store,
};
use super::show;
use crate::db::Tx;
use crate::error::{Code, Error, FaultCode, Result};
use crate::http::{Changed, Cx, Json, Plain};
use serde_json::json;

pub async fn get_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let open = store::find_open(&mut cx.read().await?, cx.scope(), cx.caller().member).await?;
    Ok(answer(&cx, open.map(Written::from), None))
}

pub async fn start_timer(cx: Cx, body: Json<NewTimer>) -> Result<Plain<TimerRecord>> {
    let new = body.read(&cx).await?;
    let mut tx = cx.begin().await?;
    let who = Writer::from(cx.caller());
    let open = store::find_open(&mut tx, cx.scope(), who.member).await?;
    let stopped = match (open, new.if_running) {
        (None, _) => None,
        (Some(open), IfRunning::Stop) => {
            let now = tx.wall_clock();
            Some(acts::stop(&mut tx, open, now).await?)
        }
        (Some(open), IfRunning::Reject) => {
            let current = json!({"id": open.id, "status": open.status, "started_at": open.started_at});
            return Err(Error::new(Code::TimerRunning).member("current", current));
        }
    };
    let fields = fields(&mut tx, &cx, new).await?;
    let running = acts::start(&mut tx, who, &fields).await?;
    let answer = answer(&cx, Some(running), stopped);
    cx.commit(tx, answer).await
}

pub async fn stop_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let mut tx = cx.begin().await?;
    let stopped = match store::find_open(&mut tx, cx.scope(), cx.caller().member).await? {
        None => None,
        Some(open) => {
            let now = tx.wall_clock();
            Some(acts::stop(&mut tx, open, now).await?)
        }
    };
    let answer = answer(&cx, None, stopped);
    cx.commit(tx, answer).await
}

pub async fn pause_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let mut tx = cx.begin().await?;
    let open = open(&mut tx, &cx).await?;
    let row = acts::pause(&mut tx, open).await?;
    let answer = answer(&cx, Some(row.into()), None);
    cx.commit(tx, answer).await
}

pub async fn resume_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let mut tx = cx.begin().await?;
    let open = open(&mut tx, &cx).await?;
    let running = acts::resume(&mut tx, open).await?;
    let answer = answer(&cx, Some(running), None);
    cx.commit(tx, answer).await
}

/// Ends the timer of an entry; one that has ended already is answered as it is.
pub async fn stop_time_entry(cx: Cx) -> Result<Changed<TimeEntryRecord>> {
    let id = cx.id("time_entry_id")?;
    let mut tx = cx.begin().await?;
    let before = store::find(&mut tx, cx.scope(), id).await?;
    Writer::from(cx.caller()).check_may_write(before.member_id)?;
    cx.judge(before.version)?;
    let now = tx.wall_clock();
    let stopped = acts::stop(&mut tx, before, now).await?;
    let answer = Changed(show(cx.caller(), stopped));
    cx.commit(tx, answer).await
}

async fn open(tx: &mut Tx, cx: &Cx) -> Result<EntryRow> {
    let open = store::find_open(tx, cx.scope(), cx.caller().member).await?;
    open.ok_or_else(|| Error::new(Code::NoTimer))
}

fn answer(cx: &Cx, running: Option<Written>, stopped: Option<Written>) -> Plain<TimerRecord> {
    let view = |written| show(cx.caller(), written);
    Plain(TimerRecord { running: running.map(view), stopped: stopped.map(view) })
}

/// What is said of the work, completed from the entry whose work goes on. What that entry had for itself alone (rate,
/// billable) goes along within its engagement only.
async fn fields(tx: &mut Tx, cx: &Cx, new: NewTimer) -> Result<TimeEntryFields> {
    let Some(from) = new.from_entry_id else { return Ok(new.into()) };
    let from = store::find(tx, cx.scope(), from).await.map_err(|error| match error.code() {
        Code::NotFound => Error::fault("/from_entry_id", FaultCode::ReferenceNotFound),
        _ => error,
    })?;
    let (from, mut fields) = (from.fields(), TimeEntryFields::from(new));
    if fields.engagement_id.is_none() && fields.task_id.is_none() {
        fields.engagement_id = from.engagement_id;
        fields.task_id = from.task_id;
    }
    if fields.engagement_id == from.engagement_id {
        fields.billable = fields.billable.or(from.billable);
        fields.rate_minor = fields.rate_minor.or(from.rate_minor);
    }
    fields.description = fields.description.or(from.description);
    fields.internal_note = fields.internal_note.or(from.internal_note);
    fields.service = fields.service.or(from.service);
    if fields.tags.0.is_empty() {
        fields.tags = from.tags;
    }
    Ok(fields)
}
