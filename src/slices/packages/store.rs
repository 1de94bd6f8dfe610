//! Adjustments, blocks and extensions in the database.

use super::model::{
    AdjustmentFilter, AdjustmentRow, AlertFields, AlertFilter, AlertRow, BlockFields, BlockRow, ExtensionFields,
    ExtensionFilter, ExtensionRow, NewAdjustment,
};
use super::settlement::Checkpoint;
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::{Error, Result};
use crate::kernel::{AdjustmentId, AlertId, Arg, BlockId, Columns, Date, EngagementId, ExtensionId, Record};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::EngagementRow;

/// The table of adjustments.
pub static ADJUSTMENTS: Table<AdjustmentRow, NewAdjustment> =
    Table::<_, NewAdjustment>::new("adjustments", "client_id", "reason = ''")
        .added(&["client_id", "engagement_id"]);

/// The table of alerts.
pub static ALERTS: Table<AlertRow, AlertFields> =
    Table::<_, AlertFields>::new("alerts", "client_id", "percent = percent")
        .added(&["client_id", "engagement_id"]);

/// The table of blocks.
pub static BLOCKS: Table<BlockRow, BlockFields> =
    Table::<_, BlockFields>::new("blocks", "client_id", "title = NULL").added(&["client_id", "engagement_id"]);

/// The table of extensions.
pub static EXTENSIONS: Table<ExtensionRow, ExtensionFields> =
    Table::<_, ExtensionFields>::new("extensions", "client_id", "reason = ''")
        .added(&["client_id", "engagement_id"]);

/// How many checkpoints one statement stores.
const CHECKPOINTS: usize = 200;

statements! {
    OF_ENGAGEMENT = "SELECT ", AdjustmentRow::LIST, " FROM adjustments \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY id";
    BLOCKS_OF_ENGAGEMENT = "SELECT ", BlockRow::LIST, " FROM blocks \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id";
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
    ALERTS_OF = "SELECT ", AlertRow::LIST, " FROM alerts WHERE workspace_id = $1 AND engagement_id = $2 \
        AND (period_seq >= $3 OR period_seq = 0) AND deleted_at IS NULL";
    LAST_CHECKPOINT = "SELECT ", Checkpoint::LIST, " FROM checkpoints \
        WHERE workspace_id = $1 AND engagement_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT 1";
    GRANTED = "SELECT EXISTS (SELECT 1 FROM adjustments WHERE workspace_id = $1 AND engagement_id = $2) AS adjustments, \
        EXISTS (SELECT 1 FROM blocks WHERE workspace_id = $1 AND engagement_id = $2) AS blocks, \
        EXISTS (SELECT 1 FROM extensions WHERE workspace_id = $1 AND engagement_id = $2) AS extensions, \
        EXISTS (SELECT 1 FROM alerts WHERE workspace_id = $1 AND engagement_id = $2) AS alerts";
    CHECKPOINTS_AROUND = "SELECT ", Checkpoint::LIST, " FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 \
        AND seq >= COALESCE((SELECT MAX(c.seq) FROM checkpoints c WHERE c.workspace_id = $1 AND c.engagement_id = $2 AND c.seq < $3), 0) \
        ORDER BY seq";
    CHECKPOINTS_FROM = "SELECT ", Checkpoint::LIST, " FROM checkpoints \
        WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3 ORDER BY seq";
    DROP_CHECKPOINTS = "DELETE FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3";
    EXTENSIONS_OF_ENGAGEMENT = "SELECT ", ExtensionRow::LIST, " FROM extensions \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id";
}

/// An adjustment of an engagement.
pub async fn find(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    id: AdjustmentId,
) -> Result<AdjustmentRow> {
    let row = ADJUSTMENTS.find(conn, (scope.workspace, scope.client), id).await?;
    if row.engagement_id == engagement { Ok(row) } else { Err(Error::not_found()) }
}

/// Every adjustment of an engagement. Whether they may see the engagement is known before.
pub async fn of_engagement(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<AdjustmentRow>> {
    conn.all(sql(OF_ENGAGEMENT).bind(scope.workspace).bind(engagement)).await
}

/// Adds an adjustment to an engagement, for a period that begins on a day.
pub async fn insert(
    tx: &mut Tx,
    engagement: &EngagementRow,
    new: &NewAdjustment,
    from: Date,
) -> Result<AdjustmentRow> {
    tx.unsettle(engagement.id, (from, from));
    let id = AdjustmentId(tx.new_id());
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    ADJUSTMENTS.insert(tx, id, new, &more).await
}

/// A page of an engagement's adjustments.
pub async fn list(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &AdjustmentFilter,
    slice: &Slice,
) -> Result<Page<AdjustmentRow>> {
    ADJUSTMENTS.page(conn, &slice.window, |query| push_from(query, scope, engagement, filter)).await
}

/// How many adjustments a filter holds.
pub async fn count(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &AdjustmentFilter,
) -> Result<i64> {
    ADJUSTMENTS.count(conn, |query| push_from(query, scope, engagement, filter)).await
}

fn push_from(query: &mut Sql, scope: Scope, engagement: EngagementId, filter: &AdjustmentFilter) {
    query.push(" FROM adjustments");
    push_engagement(query, scope, engagement);
    if let Some(kinds) = &filter.kind {
        query.push_in("kind", kinds.0.iter().copied());
    }
}

fn push_engagement(query: &mut Sql, scope: Scope, engagement: EngagementId) {
    query.push(" WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND engagement_id = ").push_bind(engagement);
    query.push(" AND deleted_at IS NULL");
}

/// Every block of an engagement, oldest first. Whether they may see the engagement is known before.
pub async fn blocks_of(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<BlockRow>> {
    conn.all(sql(BLOCKS_OF_ENGAGEMENT).bind(scope.workspace).bind(engagement)).await
}

/// Adds a block to an engagement.
pub async fn insert_block(tx: &mut Tx, engagement: &EngagementRow, fields: &BlockFields) -> Result<BlockRow> {
    let id = BlockId(tx.new_id());
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    unsettle(tx, engagement.id, fields);
    BLOCKS.insert(tx, id, fields, &more).await
}

/// Stores a block anew.
pub async fn update_block(tx: &mut Tx, before: &BlockRow, fields: &BlockFields) -> Result<BlockRow> {
    unsettle(tx, before.engagement_id, fields);
    BLOCKS.update(tx, before.id, fields, &[]).await
}

/// A block counts from its first day on, and where it is voided from then on; an offer does not count.
fn unsettle(tx: &mut Tx, engagement: EngagementId, fields: &BlockFields) {
    let state = &fields.state;
    if let Some(from) = state.void_on.or(state.starts_on).filter(|_| state.is_granted()) {
        tx.unsettle(engagement, (from, from));
    }
}

/// The alerts of an engagement about periods from one on, and about what is of no period.
pub async fn alerts_of(tx: &mut Tx, engagement: EngagementId, from: i64) -> Result<Vec<AlertRow>> {
    let find = sql(ALERTS_OF).bind(tx.workspace()).bind(engagement).bind(from);
    tx.all(find).await
}

/// Adds an alert to an engagement.
pub async fn insert_alert(tx: &mut Tx, engagement: &EngagementRow, fields: &AlertFields) -> Result<AlertRow> {
    let id = AlertId(tx.new_id());
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    ALERTS.insert(tx, id, fields, &more).await
}

/// A page of alerts.
pub async fn alerts(conn: &mut Conn, scope: Scope, filter: &AlertFilter, slice: &Slice) -> Result<Page<AlertRow>> {
    ALERTS.page(conn, &slice.window, |query| push_alerts(query, scope, filter, slice)).await
}

/// How many alerts a filter holds.
pub async fn count_alerts(conn: &mut Conn, scope: Scope, filter: &AlertFilter, slice: &Slice) -> Result<i64> {
    ALERTS.count(conn, |query| push_alerts(query, scope, filter, slice)).await
}

fn push_alerts(query: &mut Sql, scope: Scope, filter: &AlertFilter, slice: &Slice) {
    query.push(" FROM alerts WHERE workspace_id = ").push_bind(scope.workspace);
    slice.open(query, "deleted_at", "updated_at");
    if let Some(client) = scope.client {
        query.push(" AND client_id = ").push_bind(client);
    }
    if let Some(clients) = &filter.client_id {
        query.push_in("client_id", clients.0.iter().copied());
    }
    if let Some(engagements) = &filter.engagement_id {
        query.push_in("engagement_id", engagements.0.iter().copied());
    }
    if let Some(subjects) = &filter.subject {
        query.push_in("subject", subjects.0.iter().copied());
    }
    if let Some(statuses) = &filter.status {
        query.push_in(
            "CASE WHEN cleared_at IS NOT NULL THEN 'cleared' WHEN acknowledged_at IS NOT NULL THEN 'acknowledged' \
             ELSE 'active' END",
            statuses.0.iter().copied(),
        );
    }
    slice.close(query);
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

/// The last checkpoint before a period.
pub async fn last_checkpoint(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    before: i64,
) -> Result<Option<Checkpoint>> {
    conn.optional(sql(LAST_CHECKPOINT).bind(scope.workspace).bind(engagement).bind(before)).await
}

/// Of which kind an engagement has anything.
#[derive(Clone, Copy, Debug, Columns)]
pub struct Granted {
    pub adjustments: bool,
    pub blocks: bool,
    pub extensions: bool,
    pub alerts: bool,
}

/// Of which kind an engagement has anything. Whether they may see the engagement is known before.
pub async fn granted(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Granted> {
    conn.one(sql(GRANTED).bind(scope.workspace).bind(engagement)).await
}

/// The last checkpoint before a period, and those from it on, in order.
pub async fn checkpoints_around(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    before: i64,
) -> Result<Vec<Checkpoint>> {
    conn.all(sql(CHECKPOINTS_AROUND).bind(scope.workspace).bind(engagement).bind(before)).await
}

/// The checkpoints from a period on, in order.
pub async fn checkpoints(tx: &mut Tx, engagement: EngagementId, from: i64) -> Result<Vec<Checkpoint>> {
    let find = sql(CHECKPOINTS_FROM).bind(tx.workspace()).bind(engagement).bind(from);
    tx.all(find).await
}

/// Stores what periods leave, in the place of what they left before, with one statement for many.
pub async fn set_checkpoints(tx: &mut Tx, engagement: EngagementId, checkpoints: &[&Checkpoint]) -> Result<()> {
    for some in checkpoints.chunks(CHECKPOINTS) {
        let mut set = sql(
            "INSERT INTO checkpoints (workspace_id, engagement_id, seq, overage_seconds, left_seconds, balance) VALUES (",
        );
        for (i, checkpoint) in some.iter().enumerate() {
            set.push(if i == 0 { "" } else { "), (" }).push_binds([
                Arg::from(tx.workspace()),
                engagement.into(),
                checkpoint.seq.into(),
                checkpoint.overage_seconds.into(),
                checkpoint.left_seconds.into(),
            ]);
            set.push(", ").push_bind(&checkpoint.balance);
        }
        set.push(
            ") ON CONFLICT (workspace_id, engagement_id, seq) DO UPDATE SET overage_seconds = excluded.overage_seconds, \
             left_seconds = excluded.left_seconds, balance = excluded.balance",
        );
        tx.renew();
        tx.execute(set).await?;
    }
    Ok(())
}

/// Takes the checkpoints from a period on away.
pub async fn drop_checkpoints(tx: &mut Tx, engagement: EngagementId, from: i64) -> Result<()> {
    let drop_from = sql(DROP_CHECKPOINTS).bind(tx.workspace()).bind(engagement).bind(from);
    tx.execute(drop_from).await.map(drop)
}

/// An extension of an engagement.
pub async fn find_extension(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    id: ExtensionId,
) -> Result<ExtensionRow> {
    let row = EXTENSIONS.find(conn, (scope.workspace, scope.client), id).await?;
    if row.engagement_id == engagement { Ok(row) } else { Err(Error::not_found()) }
}

/// Every extension of an engagement, oldest first. Whether they may see the engagement is known before.
pub async fn extensions_of(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<ExtensionRow>> {
    conn.all(sql(EXTENSIONS_OF_ENGAGEMENT).bind(scope.workspace).bind(engagement)).await
}

/// Adds an extension to an engagement.
pub async fn insert_extension(
    tx: &mut Tx,
    engagement: &EngagementRow,
    fields: &ExtensionFields,
) -> Result<ExtensionRow> {
    let id = ExtensionId(tx.new_id());
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    EXTENSIONS.insert(tx, id, fields, &more).await
}

/// Stores an extension anew.
pub async fn update_extension(
    tx: &mut Tx,
    before: &ExtensionRow,
    fields: &ExtensionFields,
) -> Result<ExtensionRow> {
    EXTENSIONS.update(tx, before.id, fields, &[]).await
}

/// A page of an engagement's extensions.
pub async fn list_extensions(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &ExtensionFilter,
    slice: &Slice,
) -> Result<Page<ExtensionRow>> {
    EXTENSIONS.page(conn, &slice.window, |query| push_extensions(query, scope, engagement, filter)).await
}

/// How many extensions a filter holds.
pub async fn count_extensions(
    conn: &mut Conn,
    scope: Scope,
    engagement: EngagementId,
    filter: &ExtensionFilter,
) -> Result<i64> {
    EXTENSIONS.count(conn, |query| push_extensions(query, scope, engagement, filter)).await
}

fn push_extensions(query: &mut Sql, scope: Scope, engagement: EngagementId, filter: &ExtensionFilter) {
    query.push(" FROM extensions");
    push_engagement(query, scope, engagement);
    if let Some(statuses) = &filter.status {
        query.push_in("status", statuses.0.iter().copied());
    }
    if let Some(seq) = filter.period_seq {
        query.push(" AND period_seq = ").push_bind(seq.0);
    }
}
