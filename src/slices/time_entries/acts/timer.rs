//! The timer's acts: start, pause, resume, stop.

use super::{
    super::{
        EntryRow, EntrySource, EntrySpan, Stopped, TimeEntryFields, TimerState, TimerStop, conflict,
        edit::too_long, long_running, store,
    },
    Writer, Written,
    account::{Writing, basis_of, write},
    basis, in_zone, overlaps,
};
use crate::db::Tx;
use crate::hours::work_date;
use crate::kernel::error::{Error, Fault, FaultCode, ProblemReference, Result};
use crate::kernel::{EngagementId, TimeEntryId, Timestamp};
use crate::platform::events::record;
use crate::slices::time_entries::TimeEntryEvent;
use crate::web::Body;

/// A timer is about to start on an engagement whose terms may allow no work beyond what it has. Slices above may refuse it.
#[derive(Debug)]
pub struct TimerStart {
    pub engagement: EngagementId,
}

/// Ends a timer, at an instant. One that has ended already stays as it is. A timer can always be stopped: what lies in
/// its time is told, whatever the policy.
pub async fn stop(tx: &mut Tx, before: EntryRow, at: Timestamp) -> Result<Written> {
    let Some(timer) = before.timer() else { return Ok(before.into()) };
    let row = before.clone();
    finish(tx, before, row, timer.stop(at)).await
}

/// Ends a timer as a person says; a description that is given, be it none, takes the place of the old one. What an end
/// after a pause takes up besides is judged like the time of a new entry. One that has ended already stays as it is.
pub async fn end(tx: &mut Tx, before: EntryRow, said: Body<TimerStop>, says_description: bool) -> Result<Written> {
    let Body { value: said, faults } = said;
    let Some(timer) = before.timer() else { return faults.check().map(|()| before.into()) };
    let stopped = timer.stop_as_said(&said, tx.wall_clock(), faults)?;
    let mut row = before.clone();
    if says_description {
        row.description = said.description;
    }
    if timer.paused_at.is_some_and(|paused_at| paused_at < stopped.ended_at) {
        let basis = basis_of(tx, &before).await?;
        overlaps::judge(tx, &EntryRow { ended_at: Some(stopped.ended_at), ..row.clone() }, &basis).await?;
    }
    finish(tx, before, row, stopped).await
}

/// Whether a timer can begin where the one that runs ends: not before that one began.
fn check_way(before: &EntryRow, said: Option<Timestamp>) -> Result<()> {
    let Some(began) = before.timer().map(|timer| timer.started_at) else { return Ok(()) };
    if said.is_none_or(|at| at >= began) {
        return Ok(());
    }
    let fault = Fault::new("/started_at", FaultCode::TooEarly).with("from", began);
    Err(Error::invalid(vec![fault]).current(current(before)))
}

/// Ends the timer that runs because another begins: now, or at the instant in the past that is said.
async fn make_way(tx: &mut Tx, before: EntryRow, said: Option<Timestamp>) -> Result<Written> {
    let (Some(timer), now) = (before.timer(), tx.wall_clock()) else { return Ok(before.into()) };
    match said {
        Some(at) if timer.paused_at.is_none_or(|paused_at| at < paused_at) => {
            let row = before.clone();
            finish(tx, before, row, timer.stop_at(at, now)).await
        }
        _ => stop(tx, before, now).await,
    }
}

/// A running timer as a refusal names it.
pub fn current(open: &EntryRow) -> ProblemReference {
    ProblemReference { started_at: open.started_at, ..conflict::named(open) }
}

/// Writes a timer that has ended, with what else was changed of it.
async fn finish(tx: &mut Tx, before: EntryRow, mut row: EntryRow, stopped: Stopped) -> Result<Written> {
    let (basis, now) = (basis_of(tx, &before).await?, tx.wall_clock());
    row.set_stopped(stopped, now);
    // It is noted now, so it is accounted under what counts for its date now.
    row.terms_id = basis.terms_id();
    // It can always be stopped: where its date was closed meanwhile it is booked late.
    row.booked_on = basis.booked_on(row.work_date);
    basis.decide_rate(&mut row, before.rate_given());
    if basis.says_days() && row.days_given.is_none() {
        row.mark_for_review(now);
    }
    let how = Writing { before: Some(&before), alone: false, pointer: "/day_ten_thousandths" };
    let row = write(tx, row, &basis, how).await?;
    let overlaps = overlaps::tell(tx, &row, &basis).await?;
    record(tx, TimeEntryEvent::Stopped, Some(&before), &row).await?;
    Ok(Written { overlaps, ..row.into() })
}

/// Ends these timers now.
pub async fn stop_all(tx: &mut Tx, open: impl IntoIterator<Item = EntryRow>) -> Result<()> {
    let now = tx.wall_clock();
    for row in open {
        stop(tx, row, now).await?;
    }
    Ok(())
}

/// Interrupts a timer.
pub async fn pause(tx: &mut Tx, before: EntryRow) -> Result<EntryRow> {
    turn(tx, before, TimeEntryEvent::Paused, TimerState::pause).await
}

/// Goes on after a pause: the timer then takes up the time of its pause as well, and other work may lie there.
pub async fn resume(tx: &mut Tx, before: EntryRow) -> Result<Written> {
    let overlaps = match before.paused_at {
        Some(_) => {
            let basis = basis_of(tx, &before).await?;
            basis.check_client()?;
            let running = EntryRow { paused_at: None, ..before.clone() };
            overlaps::judge(tx, &running, &basis).await?
        }
        None => Vec::new(),
    };
    let row = turn(tx, before, TimeEntryEvent::Resumed, TimerState::resume).await?;
    Ok(Written { overlaps, ..row.into() })
}

async fn turn(
    tx: &mut Tx,
    before: EntryRow,
    event: TimeEntryEvent,
    turned: impl FnOnce(TimerState, Timestamp) -> TimerState,
) -> Result<EntryRow> {
    let Some(timer) = before.timer() else { return Ok(before) };
    let next = turned(timer, tx.wall_clock());
    if next == timer {
        return Ok(before);
    }
    let mut row = before.clone();
    row.set_span(&EntrySpan::Open(next, before.time_zone.clone()));
    let row = store::update(tx, &before, &row).await?;
    record(tx, event, Some(&before), &row).await?;
    Ok(row)
}

/// Starts a timer, now or at the instant in the past that the fields say; what it takes up already is then judged like
/// the time of a new entry. The timer that runs already makes way. `place` is the member of the body that says where the
/// work belongs. Gives what became of the timer that ran, and the new one.
pub async fn start(
    tx: &mut Tx,
    who: Writer,
    new: Body<TimeEntryFields>,
    running: Option<EntryRow>,
    place: &str,
) -> Result<(Option<Written>, Written)> {
    let (Body { value: fields, mut faults }, now) = (new, tx.wall_clock());
    let started_at = fields.started_at.unwrap_or(now);
    let basis = basis(tx, who.member, fields.engagement_id, fields.task_id).await?;
    let zone = fields.time_zone.as_ref().unwrap_or(basis.zone()).clone();
    let (date, today) = (work_date(started_at, &zone), work_date(now, &zone));
    let basis = basis.on(date);
    fields.check(&mut faults);
    basis.check_references(&fields, &mut faults);
    if started_at > now {
        faults.add("/started_at", FaultCode::InTheFuture);
    } else if let Some(running) = &running {
        faults.absorb(check_way(running, fields.started_at))?;
    }
    let long = too_long("/started_at", started_at, now, &zone);
    let long = long.map(|fault| Error::invalid(vec![fault])).map_or(Ok(()), Err);
    faults.absorb(long.map_err(|error| in_zone(error, &fields)))?;
    faults.check()?;
    let stopped = match running {
        Some(running) => Some(make_way(tx, running, fields.started_at).await?),
        None => None,
    };
    basis.check_startable(today, place)?;
    if date != today {
        basis.check_open_on(date, "/started_at")?;
        basis.check_reach(date, today, "/started_at")?;
    }
    if let Some(engagement) = basis.engagement_id.filter(|_| basis.may_refuse_work()) {
        // What a timer that makes way has taken counts, and is never refused.
        tx.settle_accounts().await?;
        tx.react_to(&mut TimerStart { engagement }).await?;
    }
    let span = EntrySpan::Open(TimerState::start(started_at), zone);
    let id = TimeEntryId(tx.new_id());
    let currency = basis.workspace_currency.clone();
    let mut row = EntryRow::new(id, who.member, EntrySource::Timer, currency, &span, tx.now());
    row.set_texts(&fields);
    basis.place(&mut row);
    basis.decide_billable(&mut row, fields.billable);
    basis.decide_rate(&mut row, fields.rate_minor);
    let overlaps = overlaps::judge(tx, &row, &basis).await?;
    let row = store::insert(tx, &row).await?;
    long_running::look_later(tx, &row).await?;
    record(tx, TimeEntryEvent::Started, None, &row).await?;
    Ok((stopped, Written { overlaps, ..row.into() }))
}
