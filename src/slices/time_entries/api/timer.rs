//! The caller's timer over HTTP.

use super::super::{
    EntryRow, IfRunning, NewTimer, TimeEntryFields, TimeEntryRecord, TimeEntryView, TimerRecord, TimerStop,
    acts::{self, Writer, Written},
    store,
};
use super::{expand, show};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Faults, Result};
use crate::kernel::{EngagementId, TaskId};
use crate::platform::cx::Cx;
use crate::platform::entity::Entity;
use crate::platform::kit::{self, Writing};
use crate::web::{Body, Changed, Given, Json, Plain, Query};

pub async fn get_timer(cx: Cx, query: Query<TimeEntryView>) -> Result<Plain<TimerRecord>> {
    let asked = query.read(&cx)?.expand;
    let mut conn = cx.snapshot_if(asked.is_some()).await?;
    let open = store::find_open(&mut conn, cx.scope(), cx.caller().member).await?;
    let mut running = open.map(|row| row.view(&cx.viewer()));
    if let Some(asked) = asked {
        expand(&cx, &mut conn, running.as_mut_slice(), |name| asked.0.contains(&name)).await?;
    }
    Ok(Plain(TimerRecord { running, stopped: None }))
}

pub async fn start_timer(cx: Cx, body: Json<NewTimer>) -> Result<Plain<TimerRecord>> {
    let (new, given) = body.read_given(&cx).await?;
    let form = new.faults.refusal();
    let mut tx = cx.begin().await?;
    let (stopped, running) = Error::first(form, start(&mut tx, &cx, new, &given).await)?;
    let stopped = stopped.map(|written| show(&cx, written));
    let answer = Plain(TimerRecord { running: Some(show(&cx, running)), stopped });
    cx.commit(tx, answer).await
}

/// What became of the timer that ran, and the new one.
async fn start(tx: &mut Tx, cx: &Cx, new: Body<NewTimer>, given: &Given) -> Result<(Option<Written>, Written)> {
    let Body { value: new, mut faults } = new;
    let who = Writer::from(cx.caller());
    let open = store::find_open(tx, cx.scope(), who.member).await?;
    if let (Some(open), IfRunning::Reject) = (&open, new.if_running) {
        let refusal = Error::new(Code::TimerRunning).current(acts::current(open));
        faults.absorb::<()>(Err(refusal))?;
    }
    let value = fields(tx, cx, new, given, &mut faults).await?;
    let place =
        ["/engagement_id", "/task_id", "/from_entry_id"].into_iter().find(|name| given.mentions(&name[1..]));
    acts::start(tx, who, Body { value, faults }, open, place.unwrap_or("/engagement_id")).await
}

pub async fn stop_timer(cx: Cx, body: Json<TimerStop>) -> Result<Plain<TimerRecord>> {
    let (said, given) = body.read_given(&cx).await?;
    let form = said.faults.refusal();
    let mut tx = cx.begin().await?;
    let stopped = match store::find_open(&mut tx, cx.scope(), cx.caller().member).await? {
        None => Error::first(form, Ok(None))?,
        Some(open) => Some(Error::first(form, end(&mut tx, open, said, &given).await)?),
    };
    let stopped = stopped.map(|written| show(&cx, written));
    cx.commit(tx, Plain(TimerRecord { running: None, stopped })).await
}

pub async fn pause_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let mut tx = cx.begin().await?;
    let open = open(&mut tx, &cx).await?;
    let running = acts::pause(&mut tx, open).await?.view(&cx.viewer());
    cx.commit(tx, Plain(TimerRecord { running: Some(running), stopped: None })).await
}

pub async fn resume_timer(cx: Cx) -> Result<Plain<TimerRecord>> {
    let mut tx = cx.begin().await?;
    let open = open(&mut tx, &cx).await?;
    let running = show(&cx, acts::resume(&mut tx, open).await?);
    cx.commit(tx, Plain(TimerRecord { running: Some(running), stopped: None })).await
}

/// Ends the timer of an entry; one that has ended already is answered as it is.
pub async fn stop_time_entry(cx: Cx, body: Json<TimerStop>) -> Result<Changed<TimeEntryRecord>> {
    let (said, given) = kit::said_with::<EntryRow, _>(&cx, body).await?;
    let form = said.faults.refusal();
    let end = async |tx: &mut Tx, before| end(tx, before, said, &given).await;
    let (tx, written) = kit::write(&cx, Writing::Change, form, end).await?;
    let answer = Changed(show(&cx, written));
    cx.commit(tx, answer).await
}

async fn end(tx: &mut Tx, before: EntryRow, said: Body<TimerStop>, given: &Given) -> Result<Written> {
    acts::end(tx, before, said, given.mentions("description")).await
}

async fn open(tx: &mut Tx, cx: &Cx) -> Result<EntryRow> {
    let open = store::find_open(tx, cx.scope(), cx.caller().member).await?;
    open.ok_or_else(|| Error::new(Code::NoTimer))
}

/// What is said of the work, completed from the entry whose work goes on. What that entry had for itself alone (rate,
/// billable) goes along within its engagement only.
async fn fields(
    tx: &mut Tx,
    cx: &Cx,
    new: NewTimer,
    given: &Given,
    faults: &mut Faults,
) -> Result<TimeEntryFields> {
    let Some(from) = new.from_entry_id else { return Ok(new.into()) };
    let entry = store::find(tx, cx.scope(), from).await.map_err(|error| error.as_reference("/from_entry_id"));
    let Some(entry) = faults.absorb(entry)? else { return Ok(new.into()) };
    let (from, mut fields) = (entry.fields(tx.wall_clock()), TimeEntryFields::from(new));
    let goes_along = |name: &str| !given.mentions(name);
    if goes_along("engagement_id") {
        fields.engagement_id = match fields.task_id {
            Some(task) => engagement_of(tx, &entry, task).await?,
            None => from.engagement_id,
        };
    }
    let same_engagement = fields.engagement_id == from.engagement_id;
    if goes_along("task_id") && same_engagement {
        fields.task_id = from.task_id;
    }
    if goes_along("billable") && same_engagement {
        fields.billable = from.billable;
    }
    if goes_along("rate_minor") && same_engagement {
        fields.rate_minor = from.rate_minor;
    }
    if goes_along("description") {
        fields.description = from.description;
    }
    if goes_along("service") {
        fields.service = from.service;
    }
    if goes_along("tags") {
        fields.tags = from.tags;
    }
    Ok(fields)
}

/// The engagement of a task that is done in place of an entry's: its own, or else the entry's where both have the same
/// client.
async fn engagement_of(tx: &mut Tx, entry: &EntryRow, task: TaskId) -> Result<Option<EngagementId>> {
    let basis = store::basis(tx, entry.member_id, None, Some(task)).await?;
    Ok(basis.and_then(|basis| {
        let of_same_client = basis.client_id.is_some() && basis.client_id == entry.client_id;
        basis.engagement_id.or(entry.engagement_id.filter(|_| of_same_client))
    }))
}
