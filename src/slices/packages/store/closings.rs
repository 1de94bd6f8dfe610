//! Closed periods in the database, and the days on which periods close by themselves.

use crate::db::{Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{Columns, Date, EngagementId};

statements! {
    LAST_CLOSING = "SELECT MAX(seq) FROM closings WHERE workspace_id = $1 AND engagement_id = $2";
    INSERT_CLOSING = "INSERT INTO closings (workspace_id, engagement_id, seq, ends_on, closed_at) VALUES ($1, $2, $3, $4, $5)";
    DELETE_CLOSING = "DELETE FROM closings WHERE workspace_id = $1 AND engagement_id = $2 AND seq = $3";
    LAST_REOPENED = "SELECT reopened_seq FROM closing_days WHERE workspace_id = $1 AND engagement_id = $2";
    SET_REOPENED = "INSERT INTO closing_days (workspace_id, engagement_id, reopened_seq) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace_id, engagement_id) DO UPDATE SET reopened_seq = excluded.reopened_seq \
        WHERE closing_days.reopened_seq < excluded.reopened_seq";
    SET_CLOSING_DAY = "INSERT INTO closing_days (workspace_id, engagement_id, reopened_seq, due_on) VALUES ($1, $2, 0, $3) \
        ON CONFLICT (workspace_id, engagement_id) DO UPDATE SET due_on = excluded.due_on";
    CLOSING_DAY = "SELECT due_on FROM closing_days WHERE workspace_id = $1 AND engagement_id = $2";
    CLOSING_DAYS = "SELECT engagement_id, due_on FROM closing_days WHERE workspace_id = $1 AND due_on IS NOT NULL \
        ORDER BY due_on, engagement_id";
}

/// The number of the period that was closed last.
pub async fn last_closing(tx: &mut Tx, engagement: EngagementId) -> Result<Option<i64>> {
    let last = sql(LAST_CLOSING).bind(tx.workspace()).bind(engagement);
    Ok(tx.scalar::<Option<i64>>(last).await?.flatten())
}

/// Closes a period, up to its last day.
pub async fn insert_closing(tx: &mut Tx, engagement: EngagementId, seq: i64, ends_on: Date) -> Result<()> {
    let insert = sql(INSERT_CLOSING).bind(tx.workspace()).bind(engagement).bind(seq).bind(ends_on);
    let insert = insert.bind(tx.wall_clock());
    tx.execute(insert).await.map(drop)
}

/// Takes the closing of a period back.
pub async fn delete_closing(tx: &mut Tx, engagement: EngagementId, seq: i64) -> Result<()> {
    let delete = sql(DELETE_CLOSING).bind(tx.workspace()).bind(engagement).bind(seq);
    tx.execute(delete).await.map(drop)
}

/// The number of the last period that was ever reopened; 0 where none was.
pub async fn last_reopened(tx: &mut Tx, engagement: EngagementId) -> Result<i64> {
    let find = sql(LAST_REOPENED).bind(tx.workspace()).bind(engagement);
    Ok(tx.scalar(find).await?.unwrap_or(0))
}

/// Notes that a period was reopened.
pub async fn set_reopened(tx: &mut Tx, engagement: EngagementId, seq: i64) -> Result<()> {
    let set = sql(SET_REOPENED).bind(tx.workspace()).bind(engagement).bind(seq);
    tx.execute(set).await.map(drop)
}

/// Notes from which day on the next period closes by itself.
pub async fn set_closing_day(tx: &mut Tx, engagement: EngagementId, due_on: Option<Date>) -> Result<()> {
    let set = sql(SET_CLOSING_DAY).bind(tx.workspace()).bind(engagement).bind(due_on);
    tx.execute(set).await.map(drop)
}

/// The day from which on the next period of an engagement closes by itself.
pub async fn closing_day(tx: &mut Tx, engagement: EngagementId) -> Result<Option<Date>> {
    let find = sql(CLOSING_DAY).bind(tx.workspace()).bind(engagement);
    Ok(tx.scalar::<Option<Date>>(find).await?.flatten())
}

/// An engagement of which a period closes by itself.
#[derive(Clone, Copy, Debug, Columns)]
pub struct ClosingDay {
    pub engagement_id: EngagementId,
    pub due_on: Date,
}

/// The engagements of which a period closes by itself, the next one first.
pub async fn closing_days(tx: &mut Tx) -> Result<Vec<ClosingDay>> {
    let find = sql(CLOSING_DAYS).bind(tx.workspace());
    tx.all(find).await
}
