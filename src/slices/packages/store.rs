//! Adjustments and blocks in the database.

use super::model::{AdjustmentFilter, AdjustmentRow, BlockFields, BlockRow, NewAdjustment};
use crate::db::{Conn, Page, Slice, Sql, Table, Tx, sql, statements};
use crate::kernel::error::{Error, Result};
use crate::kernel::{AdjustmentId, BlockId, EngagementId, Record};
use crate::platform::auth::Scope;
use crate::slices::engagements::model::EngagementRow;

/// The table of adjustments.
pub static ADJUSTMENTS: Table<AdjustmentRow, NewAdjustment> =
    Table::<_, NewAdjustment>::new("adjustments", "client_id", "reason = ''")
        .added(&["client_id", "engagement_id"]);

/// The table of blocks.
pub static BLOCKS: Table<BlockRow, BlockFields> =
    Table::<_, BlockFields>::new("blocks", "client_id", "title = NULL").added(&["client_id", "engagement_id"]);

statements! {
    OF_ENGAGEMENT = "SELECT ", AdjustmentRow::LIST, " FROM adjustments \
        WHERE workspace_id = $1 AND engagement_id = $2 AND deleted_at IS NULL ORDER BY id";
    BLOCKS_OF_ENGAGEMENT = "SELECT ", BlockRow::LIST, " FROM blocks \
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

/// Adds an adjustment to an engagement.
pub async fn insert(tx: &mut Tx, engagement: &EngagementRow, new: &NewAdjustment) -> Result<AdjustmentRow> {
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
    query.push(" FROM adjustments WHERE workspace_id = ").push_bind(scope.workspace);
    query.push(" AND engagement_id = ").push_bind(engagement);
    query.push(" AND deleted_at IS NULL");
    if let Some(kinds) = &filter.kind {
        query.push_in("kind", kinds.0.iter().copied());
    }
}

/// Every block of an engagement, oldest first. Whether they may see the engagement is known before.
pub async fn blocks_of(conn: &mut Conn, scope: Scope, engagement: EngagementId) -> Result<Vec<BlockRow>> {
    conn.all(sql(BLOCKS_OF_ENGAGEMENT).bind(scope.workspace).bind(engagement)).await
}

/// Adds a block to an engagement.
pub async fn insert_block(tx: &mut Tx, engagement: &EngagementRow, fields: &BlockFields) -> Result<BlockRow> {
    let id = BlockId(tx.new_id());
    let more = [("client_id", engagement.fields.client_id.into()), ("engagement_id", engagement.id.into())];
    BLOCKS.insert(tx, id, fields, &more).await
}

/// Stores a block anew.
pub async fn update_block(tx: &mut Tx, id: BlockId, fields: &BlockFields) -> Result<BlockRow> {
    BLOCKS.update(tx, id, fields, &[]).await
}
