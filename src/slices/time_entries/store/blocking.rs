//! Entries that stand in the way of what is done with their engagement or task.

use super::{EntryRow, columns};
use crate::db::{Holder, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{Date, EngagementId, TaskId};
use crate::slices::clients::store as clients;
use crate::slices::engagements::store as engagements;
use crate::slices::tasks::store as tasks;
use crate::slices::time_entries::conflict::EntryDates;

macro_rules! dates {
    () => {
        "SELECT id, status, work_date, ended_at, time_zone FROM time_entries WHERE workspace_id = $1 \
         AND deleted_at IS NULL "
    };
}

statements! {
    /// What lies after a day $3, timers too; and what may reach beyond it: entries up to a day long since the day $4
    /// before, and the few longer ones. COALESCE keeps the last from the index by date, which would read through all
    /// that was ever done.
    AFTER_DAY = concat!("SELECT id, status, work_date, ended_at, time_zone FROM (",
        dates!(), "AND engagement_id = $2 AND work_date > $3 ORDER BY work_date, id LIMIT 101) AS later UNION ALL ",
        dates!(), "AND engagement_id = $2 AND work_date >= $4 AND work_date <= $3 \
        AND duration_seconds + break_seconds <= 86400 UNION ALL ",
        dates!(), "AND duration_seconds + break_seconds > 86400 AND COALESCE(engagement_id, engagement_id) = $2 \
        AND COALESCE(work_date, work_date) <= $3 ORDER BY 3, 1");
    /// What is booked after a day, whatever its own date.
    BOOKED_AFTER = concat!(dates!(), "AND engagement_id = $2 AND booked_on > $3 ORDER BY booked_on, id LIMIT 101");
    TIMERS_WITHIN = concat!(dates!(), "AND engagement_id = $2 AND duration_seconds IS NULL AND work_date <= $3 ORDER BY work_date, id");
    LAST_BOOKED = "SELECT MAX(booked_on) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND booked_on IS NOT NULL AND deleted_at IS NULL";
    LAST_DATE = "SELECT work_date FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND deleted_at IS NULL ORDER BY work_date DESC LIMIT 1";
    OF_TASK_ELSEWHERE = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 AND task_id = $2 \
        AND engagement_id IS DISTINCT FROM $3 AND deleted_at IS NULL ORDER BY work_date, id");
    COUNT_OF_CLIENT = "SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND client_id = $2 \
        AND deleted_at IS NULL";
    COUNT_OF_ENGAGEMENT = "SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND deleted_at IS NULL";
    COUNT_OF_TASK = "SELECT COUNT(*) FROM time_entries WHERE workspace_id = $1 AND task_id = $2 \
        AND deleted_at IS NULL";
}

/// The entries of a client, whose amounts are in its currency.
pub const HOLDS_CLIENT: Holder = Holder {
    name: "time_entries",
    blocks: &[clients::DELETION, clients::CURRENCY_CHANGE],
    count: COUNT_OF_CLIENT,
    dated: false,
};
/// The entries of an engagement.
pub const HOLDS_ENGAGEMENT: Holder =
    Holder { name: "time_entries", blocks: &[engagements::DELETION], count: COUNT_OF_ENGAGEMENT, dated: false };
/// The entries of a task.
pub const HOLDS_TASK: Holder =
    Holder { name: "time_entries", blocks: &[tasks::DELETION], count: COUNT_OF_TASK, dated: false };

/// Entries of an engagement with a part after this day, by the dates of their own zones, and timers that were started
/// after it; by date, the first hundred and more. And those that are booked after it.
pub async fn after_day(tx: &mut Tx, engagement: EngagementId, day: Date) -> Result<Vec<EntryDates>> {
    let day_before = day.0.pred_opt().map_or(day, Date);
    let find = sql(AFTER_DAY).bind(tx.workspace()).bind(engagement).bind(day).bind(day_before);
    let mut found: Vec<EntryDates> = tx.all(find).await?;
    found.retain(|entry| entry.last_date() > day);
    let find = sql(BOOKED_AFTER).bind(tx.workspace()).bind(engagement).bind(day);
    let booked: Vec<EntryDates> = tx.all(find).await?;
    let more = booked.into_iter().filter(|entry| found.iter().all(|known| known.id != entry.id));
    let more: Vec<EntryDates> = more.collect();
    Ok(found.into_iter().chain(more).collect())
}

/// The timers of closed periods, which are booked behind them, where that lies after a day.
pub async fn timers_booked_after(
    tx: &mut Tx,
    engagement: EngagementId,
    (closed_on, day): (Option<Date>, Date),
) -> Result<Vec<EntryDates>> {
    match closed_on.filter(|closed_on| day <= *closed_on) {
        Some(closed_on) => timers_within(tx, engagement, closed_on).await,
        None => Ok(Vec::new()),
    }
}

/// The timers of an engagement that were started on this day or before.
pub async fn timers_within(tx: &mut Tx, engagement: EngagementId, day: Date) -> Result<Vec<EntryDates>> {
    let find = sql(TIMERS_WITHIN).bind(tx.workspace()).bind(engagement).bind(day);
    tx.all(find).await
}

/// The last date that work of an engagement reaches or is booked on; none while there is no work.
pub async fn last_date(tx: &mut Tx, engagement: EngagementId) -> Result<Option<Date>> {
    let find = sql(LAST_DATE).bind(tx.workspace()).bind(engagement);
    let Some(last) = tx.scalar::<Date>(find).await? else { return Ok(None) };
    let beyond = after_day(tx, engagement, last).await?;
    let booked = sql(LAST_BOOKED).bind(tx.workspace()).bind(engagement);
    let booked = tx.scalar::<Option<Date>>(booked).await?.flatten();
    Ok(beyond.iter().map(EntryDates::last_date).chain([last]).chain(booked).max())
}

/// The entries of a task, a timer too, that are not in this engagement.
pub async fn of_task_elsewhere(
    tx: &mut Tx,
    task: TaskId,
    engagement: Option<EngagementId>,
) -> Result<Vec<EntryRow>> {
    let find = sql(OF_TASK_ELSEWHERE).bind(tx.workspace()).bind(task).bind(engagement);
    tx.all(find).await
}
