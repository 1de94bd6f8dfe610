//! Lists of entries: pages, changes with tombstones, counts, sums, export. Whatever is filtered, an index is read in the
//! order of the list.

use super::super::{Asked, EntryRow, TimeEntryFilter};
use super::asked::{First, first, place_of, push_days, push_review};
use super::{columns, two_dates_before};
use crate::db::{Conn, Order, Page, Slice, Sql, Window, sql, window};
use crate::kernel::error::Result;
use crate::kernel::{Arg, ClientId, Columns, Currency, Date, TimeZone, Timestamp};
use crate::platform::auth::Scope;
use crate::slices::clients::model::tag_pattern;
use uuid::Uuid;

/// An entry that left the client who asks.
#[derive(Columns)]
struct Departed {
    #[columns(flatten)]
    entry: EntryRow,
    left_at: Timestamp,
    left_version: i64,
    left_work_date: Date,
    left_time_zone: TimeZone,
    left_currency: Currency,
}

impl Departed {
    /// What is left of it for the client whom it left: nothing of what happened to it since.
    fn tombstone(self, client: Option<ClientId>) -> EntryRow {
        let was = EntryRow {
            client_id: client,
            work_date: self.left_work_date,
            time_zone: self.left_time_zone,
            currency: self.left_currency,
            ..self.entry
        };
        was.tombstone(self.left_version, self.left_at)
    }
}

/// A row of the export: an entry and the names of what it belongs to.
#[derive(Columns)]
pub struct ExportRow {
    #[columns(flatten)]
    pub entry: EntryRow,
    pub client_name: Option<String>,
    pub engagement_title: Option<String>,
    pub task_title: Option<String>,
}

/// A page of entries.
pub async fn list(conn: &mut Conn, scope: Scope, asked: &Asked, slice: &Slice) -> Result<Page<EntryRow>> {
    let page = window(conn, rows_of(scope, asked, slice), &place_of(asked, slice)).await?;
    match (slice.since, scope.client) {
        (Some(since), Some(_)) => with_departed(conn, scope, since, &slice.window, page).await,
        _ => Ok(page),
    }
}

/// The question for the rows of a list, still without its window ([`place_of`]).
pub fn rows_of(scope: Scope, asked: &Asked, slice: &Slice) -> Sql {
    let mut query = sql(concat!("SELECT ", columns!()));
    push_from(&mut query, scope, asked, slice);
    query
}

/// How many entries a filter holds.
pub async fn count(conn: &mut Conn, scope: Scope, asked: &Asked, slice: &Slice) -> Result<i64> {
    let mut query = sql("SELECT COUNT(*)");
    push_from(&mut query, scope, asked, slice);
    let there: i64 = conn.scalar(query).await?.unwrap_or(0);
    let gone: i64 = match (slice.since, scope.client) {
        (Some(since), Some(_)) => {
            let mut query = sql("SELECT COUNT(*) FROM time_entry_departures WHERE workspace_id = ");
            push_departed(&mut query, scope, since);
            conn.scalar(query).await?.unwrap_or(0)
        }
        _ => 0,
    };
    Ok(there + gone)
}

/// The next rows of the export, in the order of the work.
pub async fn export(
    conn: &mut Conn,
    scope: Scope,
    asked: &Asked,
    after: Option<(Arg, Uuid)>,
    limit: i64,
) -> Result<Page<ExportRow>> {
    let order = Order { column: "work_date", id: "id", descending: false };
    let slice = Slice { window: Window { order, limit, after }, since: None };
    let mut query = sql(concat!(
        "SELECT ",
        columns!(),
        ", (SELECT c.name FROM clients c WHERE c.workspace_id = time_entries.workspace_id \
           AND c.id = time_entries.client_id) AS client_name, \
         (SELECT e.title FROM engagements e WHERE e.workspace_id = time_entries.workspace_id \
           AND e.id = time_entries.engagement_id) AS engagement_title, \
         (SELECT t.title FROM tasks t WHERE t.workspace_id = time_entries.workspace_id \
           AND t.id = time_entries.task_id"
    ));
    if scope.is_client() {
        query.push(" AND t.visibility = 'shared'");
    }
    query.push(") AS task_title");
    push_from(&mut query, scope, asked, &slice);
    window(conn, query, &place_of(asked, &slice)).await
}

/// Adds what left the client, as tombstones, at its place among the changes.
async fn with_departed(
    conn: &mut Conn,
    scope: Scope,
    since: Timestamp,
    place: &Window,
    page: Page<EntryRow>,
) -> Result<Page<EntryRow>> {
    let mut query = sql(concat!(
        "SELECT ",
        columns!(),
        ", left_at, left_version, left_work_date, left_time_zone, left_currency FROM time_entry_departures d \
         JOIN time_entries ON time_entries.workspace_id = d.workspace_id AND id = entry_id WHERE d.workspace_id = "
    ));
    push_departed(&mut query, scope, since);
    let order = Order { column: "left_at", id: "entry_id", descending: false };
    let left: Page<Departed> = window(conn, query, &Window { order, ..place.clone() }).await?;
    let limit = usize::try_from(place.limit).unwrap_or(usize::MAX);
    let mut rows = page.rows;
    rows.extend(left.rows.into_iter().map(|departed| departed.tombstone(scope.client)));
    rows.sort_by_key(|row| (row.updated_at, row.id));
    let has_more = page.next.is_some() || left.next.is_some() || rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| (row.updated_at.into(), row.id.0));
    Ok(Page { rows, next })
}

fn push_departed(query: &mut Sql, scope: Scope, since: Timestamp) {
    query.push_bind(scope.workspace).push(" AND left_client_id = ").push_bind(scope.client);
    query.push(" AND left_at >= ").push_bind(since);
}

pub(super) fn push_from(query: &mut Sql, scope: Scope, asked: &Asked, slice: &Slice) {
    let (filter, column) = (&asked.filter, slice.window.order.column);
    let first = first(asked, slice);
    query.push(" FROM time_entries WHERE workspace_id = ").push_bind(scope.workspace);
    // An index per filter is there for the orders that people read in; in the others the order's own index leads, and
    // a filter that could lead elsewhere (and to a sort) is kept from it by COALESCE.
    let leads = slice.since.is_none() && first.is_none() && matches!(column, "created_at" | "work_date");
    if let Some(own) = scope.client {
        let leads = leads || (column == "updated_at" && first.is_none());
        query.push(if leads { " AND client_id = " } else { " AND COALESCE(client_id, client_id) = " });
        query.push_bind(own).push(" AND duration_seconds IS NOT NULL");
    }
    slice.open(query, "deleted_at", "updated_at");
    if let Some(clients) = &filter.client_id {
        let leads = leads || (column == "updated_at" && slice.since.is_none() && first.is_none());
        push_ids(query, [" AND client_id", " AND COALESCE(client_id, client_id)"], &clients.0, leads);
    }
    if let Some(ids) = &filter.engagement_id {
        push_ids(query, [" AND engagement_id", " AND COALESCE(engagement_id, engagement_id)"], &ids.0, leads);
    }
    if let Some(ids) = &filter.task_id {
        push_ids(query, [" AND task_id", " AND COALESCE(task_id, task_id)"], &ids.0, leads);
        if scope.is_client() {
            query.push(
                " AND EXISTS (SELECT 1 FROM tasks t WHERE t.workspace_id = time_entries.workspace_id \
                 AND t.id = time_entries.task_id AND t.visibility = 'shared')",
            );
        }
    }
    if let Some(ids) = &filter.member_id {
        push_ids(query, [" AND member_id", " AND COALESCE(member_id, member_id)"], &ids.0, leads);
    }
    push_times(query, scope, filter, column);
    if let Some(days) = &asked.days {
        push_days(query, days, asked.now, first == Some(First::Days) || column == "begins_at");
    }
    push_state(query, scope, asked, first == Some(First::Review));
    push_texts(query, scope, filter);
    slice.close(query);
}

fn push_ids<A: Copy + Into<Arg>>(
    query: &mut Sql,
    [leading, following]: [&'static str; 2],
    ids: &[A],
    leads: bool,
) {
    // Several values would each begin the order anew.
    match ids {
        [one] if leads => query.push(leading).push(" = ").push_bind(*one),
        many => query.push(following).push(" IN (").push_binds(many.iter().copied()).push(")"),
    };
}

fn push_times(query: &mut Sql, scope: Scope, filter: &TimeEntryFilter, order: &str) {
    let date = if order == "work_date" { " AND work_date" } else { " AND COALESCE(work_date, work_date)" };
    // What touches the dates: all of at most a day began at most two dates before, and the first of the few longer ones
    // says how far back to look for those.
    if let Some(from) = filter.work_date_from {
        let near = two_dates_before(from);
        query.push(date).push(" >= COALESCE((");
        push_first_long(query, scope, near, from);
        query.push("), ").push_bind(near);
        query.push(") AND last_work_date >= ").push_bind(from);
    }
    if let Some(until) = filter.work_date_until {
        query.push(date).push(" < ").push_bind(until);
    }
    // Where there are clock times the start is what is sorted by.
    let start = if order == "begins_at" { " AND begins_at" } else { " AND COALESCE(started_at, started_at)" };
    if filter.started_at_from.is_some() || filter.started_at_until.is_some() {
        query.push(" AND started_at IS NOT NULL");
    }
    if let Some(from) = filter.started_at_from {
        query.push(start).push(" >= ").push_bind(from);
    }
    if let Some(until) = filter.started_at_until {
        query.push(start).push(" < ").push_bind(until);
    }
}

/// The first date of the entries of more than a day that began before `near` and reach `from`. It stands for itself, so
/// that it is asked once; COALESCE keeps to the index of the few that are so long.
fn push_first_long(query: &mut Sql, scope: Scope, near: Date, from: Date) {
    query.push("SELECT MIN(COALESCE(l.work_date, l.work_date)) FROM time_entries l WHERE l.workspace_id = ");
    query.push_bind(scope.workspace);
    query.push(" AND l.duration_seconds + l.break_seconds > 86400 AND l.deleted_at IS NULL");
    query.push(" AND COALESCE(l.work_date, l.work_date) < ").push_bind(near);
    query.push(" AND l.last_work_date >= ").push_bind(from);
}

fn push_state(query: &mut Sql, scope: Scope, asked: &Asked, by_review: bool) {
    let filter = &asked.filter;
    if let Some(statuses) = &filter.status {
        query.push_in("status", statuses.0.iter().copied());
        if statuses.0.iter().all(|status| status.is_open()) {
            query.push(" AND duration_seconds IS NULL");
        }
    }
    if let Some(billable) = filter.billable {
        query.push(" AND billable = ").push_bind(billable.0);
    }
    if let Some(sources) = &filter.source {
        query.push_in("source", sources.0.iter().copied());
    }
    if let Some(needed) = filter.needs_review {
        push_review(query, scope, asked, needed.0, by_review);
    }
}

fn push_texts(query: &mut Sql, scope: Scope, filter: &TimeEntryFilter) {
    if let Some(tags) = &filter.tags {
        query.push_any_like("tags_key", tags.0.iter().map(|tag| tag_pattern(tag)));
    }
    query.push_reference(filter.external_source.as_deref(), filter.external_ref.as_deref());
    query.push_search(filter.q.as_deref(), !scope.is_client());
}
