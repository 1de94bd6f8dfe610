//! What the clock has to say of a filter, in SQL: local days, and timers that somebody should look at.

use super::super::{Asked, EntryRow, LocalDays, TimeEntryFilter};
use super::columns;
use crate::db::{Conn, Order, Slice, Sql, Window, sql, statements};
use crate::kernel::error::{Error, Result};
use crate::kernel::{TimeZone, Timestamp};
use crate::platform::auth::Scope;

statements! {
    ZONE = "SELECT time_zone FROM workspaces WHERE id = $1";
    ALL_OPEN = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 \
        AND duration_seconds IS NULL AND deleted_at IS NULL");
    /// When the first of the entries begins that last longer than a day, or still run, and reach beyond $2.
    LONG_SINCE = "SELECT started_at FROM time_entries WHERE workspace_id = $1 \
        AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND ended_at > $2 \
        UNION ALL SELECT started_at FROM time_entries WHERE workspace_id = $1 \
        AND duration_seconds IS NULL AND deleted_at IS NULL AND COALESCE(paused_at, $3) > $2 \
        ORDER BY 1 LIMIT 1";
}

/// A filter as it is asked now.
pub async fn ask(conn: &mut Conn, scope: Scope, filter: TimeEntryFilter, now: Timestamp) -> Result<Asked> {
    let days = days_of(conn, scope, &filter, now).await?;
    let forgotten = match filter.needs_review {
        Some(_) if !scope.is_client() => {
            let open: Vec<EntryRow> = conn.all(sql(ALL_OPEN).bind(scope.workspace)).await?;
            open.iter().filter(|row| row.needs_review(now)).map(|row| row.id).collect()
        }
        _ => Vec::new(),
    };
    Ok(Asked { filter, now, days, forgotten })
}

async fn days_of(
    conn: &mut Conn,
    scope: Scope,
    filter: &TimeEntryFilter,
    now: Timestamp,
) -> Result<Option<LocalDays>> {
    if filter.local_date_from.is_none() && filter.local_date_until.is_none() {
        return Ok(None);
    }
    let zone: TimeZone = match &filter.time_zone {
        Some(zone) => zone.clone(),
        None => conn.scalar(sql(ZONE).bind(scope.workspace)).await?.ok_or_else(Error::not_found)?,
    };
    let Some(mut days) = LocalDays::of(filter, &zone) else { return Ok(None) };
    if let Some((_, begins)) = days.from {
        days.long_since = conn.scalar(sql(LONG_SINCE).bind(scope.workspace).bind(begins).bind(now)).await?;
    }
    Ok(Some(days))
}

/// What is looked for first, whatever the order of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// The entries of a few days, by their beginning.
    Days,
    /// Those that wait for a look, by their ids.
    Review,
}

/// What is looked for first in a list. Those who follow changes read them in their order.
pub(super) fn first(asked: &Asked, slice: &Slice) -> Option<First> {
    if slice.since.is_some() {
        return None;
    }
    let of_days = asked.days.as_ref().filter(|days| days.are_few()).map(|_| First::Days);
    let waits = asked.filter.needs_review.is_some_and(|needed| needed.0) && !asked.forgotten.is_empty();
    of_days.or(waits.then_some(First::Review))
}

/// The window of a list as it is read. What is looked for first is put in order then: COALESCE keeps the order's own index
/// from being walked instead.
pub fn place_of(asked: &Asked, slice: &Slice) -> Window {
    let mut window = slice.window.clone();
    let first = first(asked, slice);
    if first.is_some() {
        let column = match window.order.column {
            "begins_at" if first == Some(First::Review) => "COALESCE(begins_at, begins_at)",
            "created_at" => "COALESCE(created_at, created_at)",
            "updated_at" => "COALESCE(updated_at, updated_at)",
            "work_date" => "COALESCE(work_date, work_date)",
            "sort_seconds" => "COALESCE(sort_seconds, sort_seconds)",
            own => own,
        };
        window.order = Order { column, ..window.order };
    }
    window
}

/// Only what lies in these days. Where the list is read by the beginning of the entries, the days bound that too.
pub(super) fn push_days(query: &mut Sql, days: &LocalDays, now: Timestamp, by_beginning: bool) {
    if let Some(earliest) = days.earliest().filter(|_| by_beginning) {
        query.push(" AND begins_at >= ").push_bind(earliest);
    }
    if let Some(latest) = days.latest().filter(|_| by_beginning) {
        query.push(" AND begins_at < ").push_bind(latest);
    }
    query.push(" AND ((started_at IS NOT NULL");
    if let Some((_, begins)) = days.from {
        // What has no length lies at its start.
        query.push(" AND (started_at >= ").push_bind(begins);
        query.push(" OR COALESCE(ended_at, paused_at, ").push_bind(now).push(") > ").push_bind(begins).push(")");
    }
    if let Some((_, ends)) = days.until {
        query.push(" AND started_at < ").push_bind(ends);
    }
    query.push(") OR (started_at IS NULL");
    if let Some((day, _)) = days.from {
        query.push(" AND work_date >= ").push_bind(day);
    }
    if let Some((day, _)) = days.until {
        query.push(" AND work_date < ").push_bind(day);
    }
    query.push("))");
}

/// Only what somebody should look at, or only the rest: of what is finished by its mark, of timers by the clock.
pub(super) fn push_review(query: &mut Sql, scope: Scope, asked: &Asked, needed: bool, leads: bool) {
    let forgotten = asked.forgotten.iter().copied();
    match (needed, forgotten.len()) {
        (true, 0) => {
            query.push(" AND needs_review_since IS NOT NULL AND duration_seconds IS NOT NULL");
        }
        (true, _) => {
            query.push(if leads { " AND id IN (" } else { " AND COALESCE(id, id) IN (" });
            query.push("SELECT id FROM time_entries WHERE needs_review_since IS NOT NULL AND deleted_at IS NULL");
            query.push(" AND duration_seconds IS NOT NULL AND workspace_id = ").push_bind(scope.workspace);
            query.push(" UNION ALL SELECT id FROM time_entries WHERE workspace_id = ").push_bind(scope.workspace);
            query.push(" AND id IN (").push_binds(forgotten).push("))");
        }
        (false, many) => {
            query.push(" AND (needs_review_since IS NULL OR duration_seconds IS NULL)");
            if many > 0 {
                query.push(" AND id NOT IN (").push_binds(forgotten).push(")");
            }
        }
    }
}
