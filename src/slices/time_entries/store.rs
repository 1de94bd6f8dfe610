//! Time entries in the database.

pub mod asked;
pub mod blocking;
pub mod counted;
mod list;
mod totals;
pub mod upgrade;

use super::{Basis, EntryRow, EntryStatus, Overlap};
use crate::db::{Conn, Sql, Tx, sql, statements};
use crate::hours::{BillingLine, Interval};
use crate::kernel::error::{Code, Error, ProblemReference, Result};
use crate::kernel::{
    Arg, ClientId, Date, EngagementId, ExternalRef, ExternalSource, MemberId, TaskId, TimeEntryId, Timestamp,
    WorkspaceId,
};
use crate::platform::auth::Scope;
use chrono::Days;
use std::collections::{BTreeSet, HashMap};

pub use asked::{ask, place_of};
use counted::unsettle;
pub use counted::{Detail, billed_seconds, lock_period, of_engagement};
pub use list::{ExportRow, count, export, list, rows_of};
pub use totals::totals;

/// The columns of a row.
macro_rules! columns {
    () => {
        "id, member_id, member_name, \
         (SELECT t.visibility FROM tasks t WHERE t.workspace_id = time_entries.workspace_id \
         AND t.id = time_entries.task_id) AS task_visibility, client_id, engagement_id, task_id, area, terms_id, status, source, started_at, ended_at, \
         paused_at, time_zone, work_date, last_work_date, duration_seconds, break_seconds, billable, billable_given, billed_seconds, rate_minor, rate_unit, \
         rate_source, currency, amount_minor, days_given, day_ten_thousandths, allocations, description, internal_note, \
         service, tags, external_source, external_ref, needs_review_since, announced_at, lock_reason, locked_at, begins_at, booked_on, version, \
         created_at, updated_at, deleted_at"
    };
}
pub(super) use columns;

/// The columns that accounting looks at.
macro_rules! line {
    () => {
        "id, member_id, task_id, area, terms_id, started_at, work_date, booked_on, duration_seconds, billable, rate_minor, rate_unit, \
         rate_source, days_given, billed_seconds, day_ten_thousandths, amount_minor, allocations, \
         (lock_reason IS NOT NULL OR status = 'approved') AS locked"
    };
}
use line;

/// The same of all that counts alike on one date.
macro_rules! day {
    () => {
        "$2 AS id, $2 AS member_id, NULL AS task_id, NULL AS area, terms_id, NULL AS started_at, work_date, booked_on, \
         CAST(SUM(duration_seconds) AS BIGINT) AS duration_seconds, billable, rate_minor, rate_unit, NULL AS rate_source, \
         NULL AS days_given, CAST(SUM(billed_seconds) AS BIGINT) AS billed_seconds, NULL AS day_ten_thousandths, \
         NULL AS amount_minor, NULL AS allocations, FALSE AS locked"
    };
}
use day;

/// How many entries one statement of accounting changes.
const LINES: usize = 200;

statements! {
    FIND = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL");
    FIND_OF_CLIENT = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 AND id = $2 \
        AND client_id = $3 AND duration_seconds IS NOT NULL AND deleted_at IS NULL");
    FIND_OPEN = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 AND member_id = $2 \
        AND duration_seconds IS NULL AND deleted_at IS NULL");
    /// COALESCE keeps to the few that run: the indexes of an engagement and a client hold all that was ever done.
    FIND_OPEN_ON_ENGAGEMENT = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 \
        AND COALESCE(engagement_id, engagement_id) = $2 AND duration_seconds IS NULL AND deleted_at IS NULL ORDER BY id");
    FIND_OPEN_OF_CLIENT = concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = $1 \
        AND COALESCE(client_id, client_id) = $2 AND duration_seconds IS NULL AND deleted_at IS NULL ORDER BY id");
    /// The stopped entries of an engagement that reach into the dates $5 to $4: those up to a day long begin at most two
    /// dates before ($3), the few longer ones are found by themselves.
    POOLED = concat!("SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND work_date >= $3 AND work_date <= $4 AND last_work_date >= $5 AND duration_seconds IS NOT NULL AND deleted_at IS NULL \
        UNION ALL SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 \
        AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 \
        AND last_work_date >= $5");
    ID_BY_REF = "SELECT id FROM time_entries WHERE workspace_id = $1 AND external_source = $2 AND external_ref = $3 \
        AND external_ref IS NOT NULL AND deleted_at IS NULL";
    /// Everything that an entry is based on, in one question: a row for each accepted version of the terms, with its
    /// place among them (see `TermsRow::acceptance`).
    BASIS = "SELECT w.currency AS workspace_currency, w.time_zone AS workspace_zone, w.overlap_policy, \
        m.role AS member_role, m.deleted_at AS member_left_at, m.rate_minor AS member_rate_minor, \
        c.id AS client_id, c.currency AS client_currency, c.time_zone AS client_zone, c.default_terms AS client_terms, \
        c.archived_at AS client_archived_at, e.id AS engagement_id, e.status AS engagement_status, \
        e.version AS engagement_version, e.time_zone AS engagement_zone, e.starts_on, e.ends_on, e.pauses, e.ended_on, \
        (SELECT MAX(p.ends_on) FROM closings p WHERE p.workspace_id = w.id AND p.engagement_id = e.id) AS closed_on, \
        t.id AS task_id, t.client_id AS task_client_id, t.engagement_id AS task_engagement_id, \
        t.rate_minor AS task_rate_minor, t.billable AS task_billable, t.area AS task_area, \
        v.id AS terms_id, v.effective_from, v.updated_at AS acceptance, v.terms \
        FROM workspaces w \
        JOIN members m ON m.workspace_id = w.id AND m.id = $2 \
        LEFT JOIN tasks t ON t.workspace_id = w.id AND t.id = $4 AND t.deleted_at IS NULL \
        LEFT JOIN engagements e ON e.workspace_id = w.id AND e.id = COALESCE($3, t.engagement_id) AND e.deleted_at IS NULL \
        LEFT JOIN clients c ON c.workspace_id = w.id AND c.id = COALESCE(e.client_id, t.client_id) \
        LEFT JOIN engagement_terms v ON v.workspace_id = w.id AND v.engagement_id = e.id AND v.status = 'accepted' \
            AND v.deleted_at IS NULL \
        WHERE w.id = $1";
    INSERT = concat!("INSERT INTO time_entries (workspace_id, id, client_id, engagement_id, task_id, status, started_at, \
        ended_at, paused_at, time_zone, work_date, duration_seconds, break_seconds, billable, billable_given, \
        billed_seconds, rate_minor, rate_unit, rate_source, currency, amount_minor, day_ten_thousandths, description, \
        internal_note, service, tags, external_source, external_ref, needs_review_since, begins_at, sort_seconds, \
        search_text, search_internal, tags_key, version, created_at, updated_at, terms_id, last_work_date, days_given, \
        allocations, booked_on, area, member_id, source, member_name) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
        $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $36, $37, $38, $39, $40, $41, $42, $43, $44, \
        COALESCE($45, (SELECT u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.id = $43))) \
        RETURNING ", columns!());
    UPDATE = concat!("UPDATE time_entries SET client_id = $3, engagement_id = $4, task_id = $5, status = $6, \
        started_at = $7, ended_at = $8, paused_at = $9, time_zone = $10, work_date = $11, duration_seconds = $12, \
        break_seconds = $13, billable = $14, billable_given = $15, billed_seconds = $16, rate_minor = $17, \
        rate_unit = $18, rate_source = $19, currency = $20, amount_minor = $21, day_ten_thousandths = $22, \
        description = $23, internal_note = $24, service = $25, tags = $26, external_source = $27, external_ref = $28, \
        needs_review_since = $29, begins_at = $30, sort_seconds = $31, search_text = $32, search_internal = $33, \
        tags_key = $34, version = $35, updated_at = $36, terms_id = $37, last_work_date = $38, days_given = $39, \
        allocations = $40, booked_on = $41, area = $42, announced_at = $43 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    BURY = concat!("UPDATE time_entries SET deleted_at = $3, description = NULL, internal_note = NULL, service = NULL, \
        tags = '[]', search_text = '', search_internal = '', \
        tags_key = '', version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 RETURNING ", columns!());
    /// Entries up to a day long by their start, the few longer ones, and the one that runs. COALESCE keeps the last two
    /// from the index by start, which would read through all that the member has ever done.
    OVERLAPPING = "SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 \
        AND started_at IS NOT NULL AND deleted_at IS NULL AND started_at > $3 AND started_at < $5 AND ended_at > $4 AND ended_at > started_at \
        UNION ALL SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 \
        AND duration_seconds + break_seconds > 86400 AND deleted_at IS NULL AND COALESCE(started_at, started_at) <= $3 AND ended_at > $4 \
        UNION ALL SELECT id, status, started_at, ended_at, engagement_id, work_date FROM time_entries WHERE workspace_id = $1 AND member_id = $2 \
        AND duration_seconds IS NULL AND deleted_at IS NULL AND COALESCE(started_at, started_at) < $5 AND COALESCE(paused_at, $6) > $4 AND COALESCE(paused_at, $6) > started_at \
        ORDER BY 3, 1 LIMIT $7";
    DEPART = "INSERT INTO time_entry_departures (workspace_id, left_client_id, entry_id, left_at, left_version, \
        left_work_date, left_time_zone, left_currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (workspace_id, left_client_id, entry_id) DO UPDATE SET left_at = $4, left_version = $5, \
        left_work_date = $6, left_time_zone = $7, left_currency = $8";
    ARRIVE = "DELETE FROM time_entry_departures WHERE workspace_id = $1 AND left_client_id = $2 AND entry_id = $3";
}

/// An entry that the caller may see.
pub async fn find(conn: &mut Conn, scope: Scope, id: TimeEntryId) -> Result<EntryRow> {
    let find = match scope.client {
        None => sql(FIND).bind(scope.workspace).bind(id),
        Some(client) => sql(FIND_OF_CLIENT).bind(scope.workspace).bind(id).bind(client),
    };
    conn.optional(find).await?.ok_or_else(Error::not_found)
}

/// Those of these entries that the caller may see.
pub async fn find_all(
    conn: &mut Conn,
    scope: Scope,
    ids: &[TimeEntryId],
) -> Result<HashMap<TimeEntryId, EntryRow>> {
    let ids: BTreeSet<TimeEntryId> = ids.iter().copied().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = sql(concat!("SELECT ", columns!(), " FROM time_entries WHERE workspace_id = "));
    query.push_bind(scope.workspace).push(" AND deleted_at IS NULL AND id IN (").push_binds(ids).push(")");
    if let Some(own) = scope.client {
        query.push(" AND duration_seconds IS NOT NULL AND client_id = ").push_bind(own);
    }
    let rows: Vec<EntryRow> = conn.all(query).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// A member's timer.
pub async fn find_open(conn: &mut Conn, scope: Scope, member: MemberId) -> Result<Option<EntryRow>> {
    conn.optional(sql(FIND_OPEN).bind(scope.workspace).bind(member)).await
}

/// The timers that run on an engagement.
pub async fn find_open_on(tx: &mut Tx, engagement: EngagementId) -> Result<Vec<EntryRow>> {
    let find = sql(FIND_OPEN_ON_ENGAGEMENT).bind(tx.workspace()).bind(engagement);
    tx.all(find).await
}

/// The timers that run for a client.
pub async fn find_open_of(tx: &mut Tx, client: ClientId) -> Result<Vec<EntryRow>> {
    let find = sql(FIND_OPEN_OF_CLIENT).bind(tx.workspace()).bind(client);
    tx.all(find).await
}

/// The stopped entries of an engagement that reach into these dates, the last one included.
pub async fn pooled(
    conn: &mut Conn,
    workspace: WorkspaceId,
    engagement: EngagementId,
    (from, last): (Date, Date),
) -> Result<Vec<BillingLine>> {
    let pooled = sql(POOLED).bind(workspace).bind(engagement).bind(two_dates_before(from)).bind(last).bind(from);
    conn.all(pooled).await
}

/// On this date or later began every entry of at most a day that reaches a date: a day of 23 hours has room for three.
pub fn two_dates_before(date: Date) -> Date {
    Date(date.0.checked_sub_days(Days::new(2)).unwrap_or(date.0))
}

/// Stores what accounting made of entries of one engagement, with one statement for many, and how many versions each is
/// further by it. `with_terms` says whether terms or rates changed too: a reference that is written is looked up anew.
pub async fn store_accounting(
    tx: &mut Tx,
    engagement: Option<EngagementId>,
    lines: &[&BillingLine],
    with_terms: bool,
    versions: i64,
) -> Result<()> {
    if let Some(engagement) = engagement {
        lines.iter().for_each(|line| tx.unsettle(engagement, line.counting_days()));
    }
    let with_parts = lines.iter().any(|line| line.allocations.is_some());
    for lines in lines.chunks(LINES) {
        let mut update = sql("WITH v (id, billed_seconds, days, amount_minor");
        if with_terms {
            update.push(", terms_id, rate_minor, rate_unit, rate_source");
        }
        if with_parts {
            update.push(", allocations");
        }
        for (i, line) in lines.iter().enumerate() {
            update.push(if i == 0 { ") AS (VALUES (" } else { "), (" });
            update.push_binds([
                Arg::from(line.id),
                line.billed_seconds.into(),
                line.day_ten_thousandths.into(),
                line.amount_minor.into(),
            ]);
            if with_terms {
                update.push(", ").push_binds([
                    Arg::from(line.terms_id),
                    line.rate_minor.into(),
                    line.rate_unit.into(),
                    line.rate_source.into(),
                ]);
            }
            if with_parts {
                update.push(", ").push_bind(line.allocations.as_ref());
            }
        }
        update.push(
            ")) UPDATE time_entries SET billed_seconds = v.billed_seconds, day_ten_thousandths = v.days, \
             amount_minor = v.amount_minor",
        );
        if with_terms {
            update.push(
                ", terms_id = v.terms_id, rate_minor = v.rate_minor, rate_unit = v.rate_unit, rate_source = v.rate_source",
            );
        }
        if with_parts {
            update.push(", allocations = v.allocations");
        }
        update.push(", version = version + ").push_bind(versions).push(", updated_at = ").push_bind(tx.now());
        update.push(" FROM v WHERE workspace_id = ").push_bind(tx.workspace()).push(" AND time_entries.id = v.id");
        tx.execute(update).await?;
    }
    Ok(())
}

/// What an entry is based on; none when there is no such member.
pub async fn basis(
    tx: &mut Tx,
    member: MemberId,
    engagement: Option<EngagementId>,
    task: Option<TaskId>,
) -> Result<Option<Basis>> {
    let basis = sql(BASIS).bind(tx.workspace()).bind(member).bind(engagement).bind(task);
    Ok(Basis::new(tx.all(basis).await?))
}

/// Refuses an external reference that another entry has.
pub async fn check_reference(
    tx: &mut Tx,
    reference: Option<(&ExternalSource, &ExternalRef)>,
    except: Option<TimeEntryId>,
) -> Result<()> {
    let Some((source, reference)) = reference else { return Ok(()) };
    let find = sql(ID_BY_REF).bind(tx.workspace()).bind(source).bind(reference);
    match tx.scalar::<TimeEntryId>(find).await? {
        Some(id) if Some(id) != except => {
            Err(Error::new(Code::DuplicateExternalRef).conflicts([ProblemReference::new("time_entry", id)]))
        }
        _ => Ok(()),
    }
}

/// What a member has noted in a time, in its order, at most `limit`. What runs counts up to now.
pub async fn overlapping(
    tx: &mut Tx,
    member: MemberId,
    interval: Interval,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Overlap>> {
    let (from, until) = (interval.started_at(), interval.ended_at());
    let day_before = from.plus_seconds(-86_401);
    let find = sql(OVERLAPPING).bind(tx.workspace()).bind(member).bind(day_before).bind(from).bind(until);
    tx.all(find.bind(now).bind(limit)).await
}

/// Adds an entry.
pub async fn insert(tx: &mut Tx, row: &EntryRow) -> Result<EntryRow> {
    let insert = bind(sql(INSERT).bind(tx.workspace()).bind(row.id), row, 1, tx.now());
    unsettle(tx, None, row);
    tx.one(insert.bind(row.member_id).bind(row.source).bind(row.member_name.as_deref())).await
}

/// Stores everything of an entry anew, as its next version.
pub async fn update(tx: &mut Tx, before: &EntryRow, row: &EntryRow) -> Result<EntryRow> {
    unsettle(tx, Some(before), row);
    let update = bind(sql(UPDATE).bind(tx.workspace()).bind(row.id), row, row.version + 1, tx.now());
    tx.one(update.bind(row.announced_at)).await
}

/// Deletes an entry, leaving a tombstone.
pub async fn bury(tx: &mut Tx, row: &EntryRow) -> Result<EntryRow> {
    unsettle(tx, None, row);
    let bury = sql(BURY).bind(tx.workspace()).bind(row.id).bind(tx.now());
    tx.one(bury).await
}

/// Remembers that a finished entry went from one client to another, so that the first is told it is gone; of what it
/// was, no more than a tombstone says.
pub async fn depart(tx: &mut Tx, before: &EntryRow, after: &EntryRow) -> Result<()> {
    if let Some(from) = before.client_id {
        let depart = sql(DEPART).bind(tx.workspace()).bind(from).bind(after.id).bind(after.updated_at);
        let depart =
            depart.bind(after.version).bind(before.work_date).bind(&before.time_zone).bind(&before.currency);
        tx.execute(depart).await?;
    }
    if let Some(to) = after.client_id {
        let arrive = sql(ARRIVE).bind(tx.workspace()).bind(to).bind(after.id);
        tx.execute(arrive).await?;
    }
    Ok(())
}

fn bind(query: Sql, row: &EntryRow, version: i64, now: Timestamp) -> Sql {
    debug_assert_eq!(row.status == EntryStatus::Paused, row.paused_at.is_some());
    query
        .bind(row.client_id)
        .bind(row.engagement_id)
        .bind(row.task_id)
        .bind(row.status)
        .bind(row.started_at)
        .bind(row.ended_at)
        .bind(row.paused_at)
        .bind(&row.time_zone)
        .bind(row.work_date)
        .bind(row.duration_seconds)
        .bind(row.break_seconds)
        .bind(row.billable)
        .bind(row.billable_given)
        .bind(row.billed_seconds)
        .bind(row.rate_minor)
        .bind(row.rate_unit)
        .bind(row.rate_source)
        .bind(&row.currency)
        .bind(row.amount_minor)
        .bind(row.day_ten_thousandths)
        .bind(&row.description)
        .bind(&row.internal_note)
        .bind(&row.service)
        .bind(&row.tags)
        .bind(&row.external_source)
        .bind(&row.external_ref)
        .bind(row.needs_review_since)
        .bind(row.begins_at)
        .bind(row.duration_seconds.unwrap_or(0))
        .bind(row.search_text())
        .bind(row.search_internal())
        .bind(row.tags_key())
        .bind(version)
        .bind(now)
        .bind(row.terms_id)
        .bind(row.last_work_date)
        .bind(row.days_given)
        .bind(row.allocations.as_ref())
        .bind(row.booked_on)
        .bind(&row.area)
}
