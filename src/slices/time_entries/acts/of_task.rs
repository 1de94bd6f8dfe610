//! What becomes of a task's entries when the task goes to another engagement.

use super::{
    super::{EntryAction, EntryRow, TimeEntryFields, conflict, require_action, store, store::blocking},
    Batch, Writer, change,
};
use crate::db::Tx;
use crate::kernel::EngagementId;
use crate::kernel::error::{Code, Error, Fault, FaultCode, Result};
use crate::platform::events::record;
use crate::slices::tasks::{acts::TaskMove, model::TaskEntries};
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::Changes;
use serde_json::json;

/// Lets the entries that a task leaves behind lose it, or go along with it to its new engagement: whoever moves it may
/// write all of them (else 403), and says it (else 409).
pub async fn follow_task(tx: &mut Tx, act: &mut TaskMove) -> Result<()> {
    let mut entries = blocking::of_task_elsewhere(tx, act.before.id, act.to).await?;
    if entries.is_empty() {
        return Ok(());
    }
    if let Some(refusal) = act.refusal.take() {
        return Err(refusal);
    }
    // Who sees the task may have changed with the move: the entries are recorded as they stood.
    entries.iter_mut().for_each(|entry| entry.task_visibility = Some(act.before.fields.visibility));
    let who = Writer::from(&act.by);
    match judge(who, &entries, act.to, act.entries)? {
        TaskEntries::Detach => detach(tx, entries).await,
        TaskEntries::Move => move_along(tx, who, entries, act.to).await,
    }
}

/// What becomes of these entries.
fn judge(
    who: Writer,
    entries: &[EntryRow],
    to: Option<EngagementId>,
    choice: Option<TaskEntries>,
) -> Result<TaskEntries> {
    let others = entries.iter().filter(|entry| who.check_may_write(entry.member_id).is_err());
    let others = conflict::all_named(others);
    if !others.is_empty() {
        let refusal = Error::new(Code::Forbidden).with_both(
            "who",
            "Whoever may write all of the task's time entries",
            "wer alle Zeiteinträge der Aufgabe ändern darf",
        );
        // A client does not learn of timers that run.
        return Err(if who.scope.is_client() { refusal } else { refusal.conflicts(others) });
    }
    match choice {
        None => Err(Error::new(Code::HasEntries)
            .with("count", entries.len())
            .count(entries.len() as i64)
            .conflicts(conflict::all_named(entries))),
        Some(TaskEntries::Move) if to.is_none() => Err(Error::fault("/engagement_id", FaultCode::NotNullable)),
        Some(choice) => Ok(choice),
    }
}

/// Takes the task from entries. Neither their time nor their money changes, so that a lock does not keep it.
async fn detach(tx: &mut Tx, entries: Vec<EntryRow>) -> Result<()> {
    for before in entries {
        tx.renew();
        let row = store::update(tx, &before, &EntryRow { task_id: None, ..before.clone() }).await?;
        record(tx, TimeEntryEvent::Updated, Some(&before), &row).await?;
    }
    Ok(())
}

/// Changes the engagement of entries, all or none.
async fn move_along(tx: &mut Tx, who: Writer, entries: Vec<EntryRow>, to: Option<EngagementId>) -> Result<()> {
    let refusal = |row: &EntryRow| require_action(EntryAction::Edit, row.status, row.lock()).err();
    if let Some(refusal) = entries.iter().find_map(refusal) {
        let locked = entries.iter().filter(|row| row.lock().is_some());
        return Err(refusal.conflicts(conflict::all_named(locked)));
    }
    let changes = Changes::<TimeEntryFields>::of_part(json!({"engagement_id": to}))?;
    let (who, mut batch) = (Writer { puts_off: true, ..who }, Batch::default());
    for before in entries {
        tx.renew();
        let changed = change(tx, who, before.clone(), &changes).await;
        batch.add(changed.map_err(|error| naming(error, &before))?.events);
    }
    batch.finish(tx, who).await.map(drop)
}

/// The refusal of one entry as one of its task: it names the entry, and its faults are the engagement's.
fn naming(error: Error, entry: &EntryRow) -> Error {
    let error = match error.faults() {
        [] => error,
        faults => Error::invalid(
            faults
                .iter()
                .map(|fault| {
                    let stays = Fault::new("/engagement_id", FaultCode::EntryStays);
                    let stays = stays.with("id", entry.id).with("date", entry.work_date);
                    stays.with_both("reason", fault.detail(false), fault.detail(true))
                })
                .collect(),
        ),
    };
    error.entry(conflict::named(entry))
}
