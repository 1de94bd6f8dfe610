//! What periods leave to the next, in the database.

use crate::db::{Conn, Tx, sql, statements};
use crate::kernel::error::Result;
use crate::kernel::{Arg, EngagementId, Record};
use crate::platform::auth::Scope;
use crate::slices::packages::settlement::Checkpoint;

/// How many checkpoints one statement stores.
const CHECKPOINTS: usize = 200;

statements! {
    LAST_CHECKPOINT = "SELECT ", Checkpoint::LIST, " FROM checkpoints \
        WHERE workspace_id = $1 AND engagement_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT 1";
    CHECKPOINTS_AROUND = "SELECT ", Checkpoint::LIST, " FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 \
        AND seq >= COALESCE((SELECT MAX(c.seq) FROM checkpoints c WHERE c.workspace_id = $1 AND c.engagement_id = $2 AND c.seq < $3), 0) \
        ORDER BY seq";
    CHECKPOINTS_FROM = "SELECT ", Checkpoint::LIST, " FROM checkpoints \
        WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3 ORDER BY seq";
    DROP_CHECKPOINTS = "DELETE FROM checkpoints WHERE workspace_id = $1 AND engagement_id = $2 AND seq >= $3";
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
