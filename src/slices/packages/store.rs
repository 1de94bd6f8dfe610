//! Adjustments, blocks and extensions in the database.

pub mod checkpoints;
pub mod closings;

use super::model::{
    AdjustmentFilter, AdjustmentRow, AlertFields, AlertFilter, AlertRow, BlockFields, BlockRow, ExtensionFields,
    ExtensionFilter, ExtensionRow, NewAdjustment,
};
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::{Error, Result};
use crate::kernel::{AdjustmentId, AlertId, BlockId, Columns, Date, EngagementId, ExtensionId, Record};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::EngagementRow;

pub use checkpoints::{checkpoints, checkpoints_around, drop_checkpoints, last_checkpoint, set_checkpoints};
pub use closings::{
    ClosingDay, closing_day, closing_days, delete_closing, insert_closing, last_closing, last_reopened,
    set_closing_day, set_reopened,
};

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

statements! {
    OF_ENGAGEMENT = "SELECT ", AdjustmentRow::LIST, " FROM adjustments \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY id";
    BLOCKS_OF_ENGAGEMENT = "SELECT ", BlockRow::LIST, " FROM blocks \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY created_at, id";
    ALERTS_OF = "SELECT ", AlertRow::LIST, " FROM alerts WHERE workspace_id = $1 AND engagement_id = $2 \
        AND (period_seq >= $3 OR period_seq = 0) AND deleted_at IS NULL";
    GRANTED = "SELECT EXISTS (SELECT 1 FROM adjustments WHERE workspace_id = $1 AND engagement_id = $2) AS adjustments, \
        EXISTS (SELECT 1 FROM blocks WHERE workspace_id = $1 AND engagement_id = $2) AS blocks, \
        EXISTS (SELECT 1 FROM extensions WHERE workspace_id = $1 AND engagement_id = $2) AS extensions, \
        EXISTS (SELECT 1 FROM alerts WHERE workspace_id = $1 AND engagement_id = $2) AS alerts";
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
