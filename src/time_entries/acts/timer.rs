//! The timer's acts: start, pause, resume, stop.

use super::{
    super::{EntryRow, EntrySource, EntrySpan, TimeEntryFields, TimerState, long_running, store, work_date},
    Writer, Written,
    account::{Writing, ground_of, write},
    ground, judge_overlaps,
};
use crate::db::Tx;
use crate::error::{Faults, Result};
use crate::events::record;
use crate::types::{EngagementId, TimeEntryId, Timestamp};

/// Ends a timer, at an instant. One that has ended already stays as it is.
pub async fn stop(tx: &mut Tx, before: EntryRow, at: Timestamp) -> Result<EntryRow> {
    let Some(timer) = before.timer() else { return Ok(before) };
    let ground = ground_of(tx, &before).await?;
    let mut row = before.clone();
    row.set_stopped(timer.stop(at));
    // It is noted now, so it is accounted under what counts for its date now.
    row.terms_id = ground.terms_id();
    ground.decide_rate(&mut row, before.rate_given());
    let lacks_days = ground.says_days() && row.days_given.is_none();
    if timer.is_long_running(at) || lacks_days {
        row.mark_for_review(tx.wall_clock());
    }
    let how = Writing { before: Some(&before), alone: false, pointer: "/day_ten_thousandths" };
    let row = write(tx, row, &ground, how).await?;
    record(tx, "time_entry.stopped", Some(&before), &row).await?;
    Ok(row)
}

/// Ends the timers that run on an engagement, which takes no work any more.
pub async fn stop_on_engagement(tx: &mut Tx, engagement: EngagementId) -> Result<()> {
    let now = tx.wall_clock();
    for row in store::find_open_on(tx, engagement).await? {
        stop(tx, row, now).await?;
    }
    Ok(())
}

/// Interrupts a timer.
pub async fn pause(tx: &mut Tx, before: EntryRow) -> Result<EntryRow> {
    turn(tx, before, "time_entry.paused", TimerState::pause).await
}

/// Goes on after a pause: the timer then takes up the time of its pause as well, and other work may lie there.
pub async fn resume(tx: &mut Tx, before: EntryRow) -> Result<Written> {
    let overlaps = match before.paused_at {
        Some(_) => {
            let policy = ground_of(tx, &before).await?.overlap();
            let running = EntryRow { paused_at: None, ..before.clone() };
            judge_overlaps(tx, &running, policy).await?
        }
        None => Vec::new(),
    };
    let row = turn(tx, before, "time_entry.resumed", TimerState::resume).await?;
    Ok(Written { row, overlaps, counts: false })
}

async fn turn(
    tx: &mut Tx,
    before: EntryRow,
    event: &'static str,
    turned: impl FnOnce(TimerState, Timestamp) -> TimerState,
) -> Result<EntryRow> {
    let Some(timer) = before.timer() else { return Ok(before) };
    let next = turned(timer, tx.wall_clock());
    if next == timer {
        return Ok(before);
    }
    let mut row = before.clone();
    row.set_span(&EntrySpan::Open(next, before.time_zone.clone()));
    let row = store::update(tx, &row).await?;
    record(tx, event, Some(&before), &row).await?;
    Ok(row)
}

/// Starts a timer.
pub async fn start(tx: &mut Tx, who: Writer, fields: &TimeEntryFields) -> Result<EntryRow> {
    let now = tx.wall_clock();
    let ground = ground(tx, who.member, fields.engagement_id, fields.task_id).await?;
    let zone = fields.time_zone.as_ref().unwrap_or(ground.zone()).clone();
    let today = work_date(now, &zone);
    let ground = ground.on(today);
    let mut faults = Faults::new();
    fields.check(&mut faults);
    ground.check_references(fields, &mut faults);
    faults.check()?;
    ground.check_startable(today)?;
    let span = EntrySpan::Open(TimerState::start(now), zone);
    let id = TimeEntryId(tx.new_id());
    let currency = ground.workspace_currency.clone();
    let mut row = EntryRow::new(id, who.member, EntrySource::Timer, currency, &span, tx.now());
    row.set_texts(fields, now);
    ground.place(&mut row);
    ground.decide_billable(&mut row, fields.billable);
    ground.decide_rate(&mut row, fields.rate_minor);
    let row = store::insert(tx, &row).await?;
    long_running::look_later(tx, &row).await?;
    record(tx, "time_entry.started", None, &row).await?;
    Ok(row)
}
