//! Timers that were probably forgotten: announced and marked once, never cut.

use super::{EntryRow, LONG_RUNNING_SECONDS, store};
use crate::db::Tx;
use crate::kernel::error::{Code, Error, Result};
use crate::kernel::{TimeEntryId, Timestamp};
use crate::platform::auth::Scope;
use crate::platform::events::record;
use crate::platform::jobs::{JobKind, enqueue_anew};
use crate::slices::time_entries::TimeEntryEvent;
use serde_json::{Value, json};

/// Looks whether a timer was forgotten.
pub static LONG_RUNNING_TIMER: JobKind =
    JobKind { name: "timer.long_running", run: |tx, task| Box::pin(judge(tx, task.payload)) };

/// A paused timer is looked at again no sooner than after this.
const SOONEST_SECONDS: i64 = 60;

/// Has a timer looked at when it can have run too long.
pub async fn look_later(tx: &mut Tx, row: &EntryRow) -> Result<()> {
    let Some(timer) = row.timer() else { return Ok(()) };
    let now = tx.wall_clock();
    let left = (LONG_RUNNING_SECONDS - timer.worked_seconds(now)).max(SOONEST_SECONDS);
    look_at(tx, row.id, now.plus_seconds(left + 1)).await
}

async fn look_at(tx: &mut Tx, id: TimeEntryId, at: Timestamp) -> Result<()> {
    enqueue_anew(tx, &LONG_RUNNING_TIMER, &json!({"time_entry_id": id}), at).await
}

/// Looks at a timer: one that has stopped is left alone, one that has not worked long enough is looked at again.
async fn judge(tx: &mut Tx, payload: &Value) -> Result<()> {
    let id = payload["time_entry_id"].as_str().and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Error::internal("the job names no time entry"))?;
    let scope = Scope::workspace(tx.workspace());
    let before = match store::find(tx, scope, id).await {
        Err(error) if error.code() == Code::NotFound => return Ok(()),
        row => row?,
    };
    let Some(timer) = before.timer() else { return Ok(()) };
    let now = tx.wall_clock();
    if !timer.is_long_running(now) {
        return look_later(tx, &before).await;
    }
    if before.announced_at.is_some() {
        return Ok(());
    }
    // One instant for both: that they are equal tells who marked it.
    let mut row = EntryRow { announced_at: Some(now), ..before.clone() };
    row.mark_for_review(now);
    let row = store::update(tx, &before, &row).await?;
    record(tx, TimeEntryEvent::LongRunning, Some(&before), &row).await
}
