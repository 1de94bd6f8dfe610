//! Recording what time alone has brought about in a workspace, before somebody reads or writes there.

use crate::db::{Actor, Tx};
use crate::kernel::WorkspaceId;
use crate::kernel::error::Result;
use crate::platform::app::App;
use crate::slices::engagements::in_force;

/// Records what has become due and nobody has recorded yet, in a transaction of its own, for the request that found it.
pub async fn record_due(app: &App, workspace: WorkspaceId, request_id: &str) -> Result<()> {
    let mut tx = Tx::begin(&app.db, &app.clock, workspace, Actor::server(request_id)).await?;
    if tx.due().is_past(tx.wall_clock()) {
        in_force::record_due(&mut tx).await?;
    }
    // Also where another one was faster: on SQLite it may share the COMMIT that is still to come.
    tx.commit().await
}
