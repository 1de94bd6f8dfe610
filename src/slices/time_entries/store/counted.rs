//! What counts for an engagement: its stopped entries by the days for which they count.

use super::{EntryRow, day, line, two_dates_before};
use crate::db::{Conn, Tx, sql, statements};
use crate::hours::BillingLine;
use crate::kernel::error::Result;
use crate::kernel::{Date, EngagementId};
use crate::platform::auth::Scope;

statements! {
    OF_ENGAGEMENT = concat!("SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND duration_seconds IS NOT NULL AND deleted_at IS NULL");
    /// As for pools, of the dates $4 to $5: and what counts for them because it is booked there.
    COUNTED = concat!("SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND work_date >= $3 AND work_date <= $5 AND last_work_date >= $4 AND duration_seconds IS NOT NULL AND deleted_at IS NULL \
        UNION ALL SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 \
        AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 \
        AND last_work_date >= $4 \
        UNION ALL SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND booked_on >= $4 \
        AND booked_on <= $5 AND NOT (work_date >= $3 AND work_date <= $5 AND last_work_date >= $4) AND duration_seconds IS NOT NULL AND deleted_at IS NULL");
    /// As before, but what lies on one date is added up for each of them.
    COUNTED_DAYS = concat!("SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND work_date >= $3 AND work_date <= $5 AND last_work_date >= $4 AND duration_seconds IS NOT NULL AND deleted_at IS NULL \
        AND allocations IS NOT NULL \
        UNION ALL SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND duration_seconds + break_seconds > 86400 \
        AND deleted_at IS NULL AND COALESCE(engagement_id, engagement_id) = $2 AND COALESCE(work_date, work_date) < $3 \
        AND last_work_date >= $4 \
        UNION ALL SELECT ", line!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 AND booked_on >= $4 \
        AND booked_on <= $5 AND NOT (work_date >= $3 AND work_date <= $5 AND last_work_date >= $4) AND duration_seconds IS NOT NULL AND deleted_at IS NULL \
        UNION ALL SELECT ", day!(), " FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND work_date >= $4 AND work_date <= $5 AND duration_seconds IS NOT NULL AND deleted_at IS NULL AND allocations IS NULL \
        GROUP BY work_date, booked_on, terms_id, billable, rate_minor, rate_unit");
    /// What counts for the days $3 to $4 is kept as it is.
    LOCK_PERIOD = "UPDATE time_entries SET lock_reason = 'period_closed', locked_at = $5, version = version + 1, \
        updated_at = $6 WHERE workspace_id = $1 AND engagement_id = $2 AND COALESCE(booked_on, work_date) >= $3 \
        AND COALESCE(booked_on, work_date) <= $4 AND lock_reason IS NULL AND status <> 'approved' \
        AND duration_seconds IS NOT NULL AND deleted_at IS NULL";
    UNLOCK_PERIOD = "UPDATE time_entries SET lock_reason = NULL, locked_at = NULL, version = version + 1, \
        updated_at = $5 WHERE workspace_id = $1 AND engagement_id = $2 AND COALESCE(booked_on, work_date) >= $3 \
        AND COALESCE(booked_on, work_date) <= $4 AND lock_reason = 'period_closed' AND deleted_at IS NULL";
    BILLED_SECONDS = "SELECT CAST(COALESCE(SUM(billed_seconds), 0) AS BIGINT) FROM time_entries WHERE workspace_id = $1 AND engagement_id = $2 \
        AND duration_seconds IS NOT NULL AND deleted_at IS NULL";
}

/// How closely work is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Each entry by itself.
    Entries,
    /// Entries of one date that count alike as one, without their task, days and amount: enough for sums of time.
    Days,
}

/// The stopped entries of an engagement that reach into these dates or are booked there, else all, in no order. Whether
/// they may see the engagement is known before.
pub async fn of_engagement(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    dates: Option<(Date, Date)>,
    detail: Detail,
) -> Result<Vec<BillingLine>> {
    match dates {
        Some((from, until)) => {
            let text = if detail == Detail::Days { COUNTED_DAYS } else { COUNTED };
            let counted = sql(text).bind(scope.workspace).bind(engagement).bind(two_dates_before(from));
            conn.all(counted.bind(from).bind(until)).await
        }
        None => conn.all(sql(OF_ENGAGEMENT).bind(scope.workspace).bind(engagement)).await,
    }
}

/// Keeps what counts for these days of an engagement as it is, the last day included, or gives it free again.
pub async fn lock_period(
    tx: &mut Tx,
    engagement: EngagementId,
    (from, until): (Date, Date),
    locks: bool,
) -> Result<()> {
    let text = if locks { LOCK_PERIOD } else { UNLOCK_PERIOD };
    let set = sql(text).bind(tx.workspace()).bind(engagement).bind(from).bind(until);
    let set = if locks { set.bind(tx.wall_clock()) } else { set };
    let set = set.bind(tx.now());
    tx.execute(set).await.map(drop)
}

/// The billed time of all that was done for an engagement, in seconds.
pub async fn billed_seconds(tx: &mut Tx, engagement: EngagementId) -> Result<i64> {
    let sum = sql(BILLED_SECONDS).bind(tx.workspace()).bind(engagement);
    Ok(tx.scalar(sum).await?.unwrap_or(0))
}

/// What an entry counted for, and what it counts for now, is to be settled, unless time and money stay as they were.
pub(super) fn unsettle(tx: &mut Tx, before: Option<&EntryRow>, after: &EntryRow) {
    let counts = |row: &EntryRow| Some((row.engagement_id?, row.billing_line()?, row.allocations.clone()));
    let (was, is) = (before.and_then(counts), counts(after));
    if was == is {
        return;
    }
    // Only more work is a reason to buy time.
    let more = is.as_ref().filter(|(_, is, _)| {
        let billed = |line: &BillingLine| (line.billable, line.billed_seconds.max(Some(line.duration_seconds)));
        was.as_ref()
            .is_none_or(|(_, was, _)| billed(is) > billed(was) || is.counting_days() != was.counting_days())
    });
    if let Some((engagement, line, _)) = more.filter(|_| after.deleted_at.is_none()) {
        tx.unsettle_for_work(*engagement, line.counting_days());
    }
    for (engagement, line, _) in was.into_iter().chain(is) {
        tx.unsettle(engagement, line.counting_days());
    }
}
